package registrar

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
	"laurel/internal/store"
)

// ScorePanel keeps what a member says, once and alone: a level for every
// indicator, with words below proficient.
func (r *Registrar) ScorePanel(ctx context.Context, who competency.Actor, id competency.PanelID, in EvidenceScores) error {
	return r.act(ctx, who, competency.ScorePanel, func(d *desk) error {
		p, err := d.Panel(id)
		if err != nil {
			return err
		}
		if err := d.may(panelSubject(p)); err != nil {
			return err
		}
		return d.panelWords(p, who.Person, in)
	})
}

// panelWords keeps what one member says of every indicator.
func (d *desk) panelWords(p competency.Panel, member competency.PersonID, in EvidenceScores) error {
	if err := p.MayScore(member); err != nil {
		return err
	}
	body, err := d.Evidence(p.Body)
	if err != nil {
		return err
	}
	f, err := d.CurrentFramework()
	if err != nil {
		return err
	}
	marks, err := d.marks(in, body, f.Scale)
	if err != nil {
		return err
	}
	if len(marks) < len(body.Items) {
		return competency.Invalid(competency.Field{Pointer: "/scores", Detail: "Choose a level for every indicator; a panel sees the body as a whole."})
	}
	said := make([]competency.PanelScore, len(marks))
	for i, m := range marks {
		said[i] = competency.PanelScore{Person: member, Item: m.Item, Level: m.Level, Words: m.Feedback, Made: d.Now()}
	}
	return d.AddPanelScores(p.ID, said)
}

// PanelDecision is what the panel settled on where its members differ.
type PanelDecision struct {
	Settled []IndicatorScore `json:"settled" required:"false"`
}

// DecidePanel ends a panel: agreed levels follow by rule, the others are what
// the panel settled on, with the reason. The levels are confirmed for the
// learner, with the contexts of the pieces, and an accepted work becomes a fact
// of the audit. A level that is locked already stays.
func (r *Registrar) DecidePanel(ctx context.Context, who competency.Actor, id competency.PanelID, in PanelDecision) error {
	return r.act(ctx, who, competency.DecidePanel, func(d *desk) error {
		p, err := d.Panel(id)
		if err != nil {
			return err
		}
		if err := d.may(panelSubject(p)); err != nil {
			return err
		}
		if p.Chair != who.Person {
			return competency.Forbidden("Only the teacher who called the panel together writes down what it decided.")
		}
		body, err := d.Evidence(p.Body)
		if err != nil {
			return err
		}
		f, err := d.CurrentFramework()
		if err != nil {
			return err
		}
		settled, err := d.settledMarks(in)
		if err != nil {
			return err
		}
		marks, err := p.Decide(body.Items, settled, f.Scale, d.Now())
		if err != nil {
			return err
		}
		if err := d.MovePanel(p); err != nil {
			return err
		}
		return d.keepPanel(p, body, marks, f.Scale)
	})
}

func (d *desk) settledMarks(in PanelDecision) (marks []competency.IndicatorMark, err error) {
	for i, s := range in.Settled {
		ids, err := resolve(d.Scope, []string{s.Indicator})
		if err != nil {
			return nil, competency.Invalid(competency.Field{Pointer: "/settled/" + strconv.Itoa(i) + "/indicator", Detail: "There is no indicator " + s.Indicator + "."})
		}
		marks = append(marks, competency.IndicatorMark{Item: ids[0], Level: s.Level, Feedback: strings.TrimSpace(s.Feedback)})
	}
	return marks, nil
}

// keepPanel writes what a panel decided: judgments of the body, levels, and the
// work itself where it was accepted.
func (d *desk) keepPanel(p competency.Panel, body competency.Evidence, marks []competency.IndicatorMark, scale competency.Scale) error {
	made, err := d.judgments(body, marks, nil)
	if err != nil {
		return err
	}
	if err := d.AddAssessments(made); err != nil {
		return err
	}
	if err := body.Move(competency.EvidenceAccepted); err != nil {
		return err
	}
	if err := d.MoveEvidence(body); err != nil {
		return err
	}
	if err := d.panelLevels(p, body, made, scale); err != nil {
		return err
	}
	if !competency.Accepted(marks, scale) {
		return nil
	}
	members := make([]string, len(p.Members))
	for i, m := range p.Members {
		members[i] = string(m.Person)
	}
	return d.AddOnRecord(p.Learner, store.OnRecord{Works: []competency.PanelWork{{
		Kind: p.Kind, Title: body.Title, State: "accepted", Panel: members, External: p.Outsiders(),
	}}})
}

// panelLevels confirms the levels that a panel decided. Two people and more have
// looked, so that nothing is only proposed.
func (d *desk) panelLevels(p competency.Panel, body competency.Evidence, made []competency.Assessment, scale competency.Scale) error {
	live, err := d.LiveDeterminations([]competency.PersonID{p.Learner})
	if err != nil {
		return err
	}
	for _, a := range made {
		next := competency.Determination{
			ID: competency.DeterminationID(d.ID()), Learner: p.Learner, Item: a.Item, State: competency.LevelConfirmed, Level: a.Level,
			Method: methodText(competency.BodyOfEvidence), Inputs: []competency.AssessmentID{a.ID},
			Why:      fmt.Sprintf("a panel of %d, %d from outside, judged %d pieces together: %s", len(p.Members), p.Outsiders(), len(p.Pieces), body.Title),
			Contexts: splitContexts(body.Context), Proposed: d.Now(), By: d.who.Person, Confirmed: d.Now(),
		}
		var before *competency.Determination
		for i, l := range live {
			if l.Item == a.Item && l.State == competency.LevelConfirmed {
				before = &live[i]
			}
		}
		if !competency.MayPropose(before, next.Level, scale) {
			continue
		}
		for _, l := range live {
			if l.Item != a.Item {
				continue
			}
			if l.State == competency.LevelConfirmed {
				next.Supersedes = l.ID
			}
			l.State = competency.LevelSuperseded
			if err := d.MoveDetermination(l); err != nil {
				return err
			}
		}
		if err := d.AddDeterminations([]competency.Determination{next}); err != nil {
			return err
		}
	}
	return nil
}

// splitContexts takes apart the subjects of a body's pieces.
func splitContexts(joined string) []string {
	var all []string
	for c := range strings.SplitSeq(joined, ", ") {
		if c != "" {
			all = append(all, c)
		}
	}
	slices.Sort(all)
	return all
}

// PanelEnd is why a panel ends without a decision.
type PanelEnd struct {
	Reason string `json:"reason"`
}

// CancelPanel ends a panel without a decision, with a reason; what its members
// said is kept and decides nothing. ErrInvalid names fields, ErrConflict says
// that it has ended before.
func (r *Registrar) CancelPanel(ctx context.Context, who competency.Actor, id competency.PanelID, in PanelEnd) error {
	return r.act(ctx, who, competency.DecidePanel, func(d *desk) error {
		p, err := d.Panel(id)
		if err != nil {
			return err
		}
		if err := d.may(panelSubject(p)); err != nil {
			return err
		}
		if err := p.Cancel(in.Reason, d.Now()); err != nil {
			return err
		}
		d.note("outcome", string(p.State))
		if err := d.MovePanel(p); err != nil {
			if errors.Is(err, competency.ErrNotFound) {
				return competency.Refuse("This panel has ended.")
			}
			return err
		}
		body, err := d.Evidence(p.Body)
		if err != nil {
			return err
		}
		for _, to := range []competency.EvidenceState{competency.EvidenceSubmitted, competency.EvidenceWithdrawn} {
			if err := body.Move(to); err != nil {
				return err
			}
		}
		return d.MoveEvidence(body)
	})
}
