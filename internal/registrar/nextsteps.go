package registrar

import (
	"context"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// NextStep is one of the things that a learner does next.
type NextStep struct {
	Kind  string // "returned", "task", "draft" or "indicator"
	Title string
	Due   string // civil date or empty
	Href  string
}

// nextSteps is how many next things a learner is shown: few enough to begin.
const nextSteps = 3

// NextSteps answers the actor's next things as a learner: what came back, tasks
// without an answer, drafts, and then open indicators of the audit.
func (r *Registrar) NextSteps(ctx context.Context, who competency.Actor, standing LearnerStanding) (next []NextStep, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.AddEvidence, competency.Subject{Owner: who.Person}); err != nil {
			return err
		}
		mine, _, err := d.EvidenceOf(who.Person, store.EvidenceFilter{}, store.Page{Limit: 50})
		if err != nil {
			return err
		}
		next = append(next, ownSteps(mine, competency.EvidenceNeedsRevision, "returned")...)
		tasks, err := d.myTasks()
		if err != nil {
			return err
		}
		for _, t := range tasks {
			if t.State == "" {
				next = append(next, NextStep{Kind: "task", Title: t.Task.Title, Due: t.Due, Href: "/evidence/new?task=" + string(t.Task.ID)})
			}
		}
		next = append(next, ownSteps(mine, competency.EvidenceDraft, "draft")...)
		next = append(next, openSteps(standing)...)
		next = next[:min(nextSteps, len(next))]
		return nil
	})
	return next, err
}

func ownSteps(mine []competency.Evidence, state competency.EvidenceState, kind string) (steps []NextStep) {
	for _, e := range mine {
		if e.State == state {
			steps = append(steps, NextStep{Kind: kind, Title: e.Title, Href: "/evidence/" + string(e.ID)})
		}
	}
	return steps
}

// openSteps are the open indicators of the tree, in its order.
func openSteps(standing LearnerStanding) (steps []NextStep) {
	var walk func(policy.Result)
	walk = func(n policy.Result) {
		for _, m := range n.Missing {
			if m.Part == policy.IndicatorPart && m.Pending == "" && m.Proposed == 0 {
				steps = append(steps, NextStep{Kind: "indicator", Title: m.Title, Href: "/evidence/new?indicator=" + m.Indicator})
			}
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(standing.Audit.Tree)
	return steps
}
