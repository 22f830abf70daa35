package registrar

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// TryPolicy is the job that tries a draft on learners.
type TryPolicy struct {
	Tenant string `json:"tenant"`
	Trial  string `json:"trial"`
}

// Kind names the job.
func (TryPolicy) Kind() string { return "try_policy" }

// triedAtOnce is how many learners one look gathers.
const triedAtOnce = 500

// noPolicy is what a learner has been whom no policy covers.
const noPolicy = "none"

// StartTrial begins to try a draft on the learners of a class, or on everyone
// enrolled where the year is 0: who would change? Nothing about anybody is
// changed by it. Registrars, principals and the district. ErrInvalid while the
// text cannot be read as a policy.
func (r *Registrar) StartTrial(ctx context.Context, who competency.Actor, once Once, draft competency.PolicyDraftID, year int) (competency.PolicyTrialID, error) {
	id, err := r.actOnce(ctx, who, once, competency.TryPolicy, func(d *desk) (string, error) {
		p, err := d.PolicyDraft(draft)
		if err != nil {
			return "", err
		}
		if err := d.may(competency.Subject{ID: string(draft), Org: who.Tenant}); err != nil {
			return "", err
		}
		check, _, err := checkPolicy(d, p.Text)
		if err != nil {
			return "", err
		}
		if !check.Readable {
			return "", policyFields(&policy.ParseError{Problems: check.Problems})
		}
		t := competency.PolicyTrial{
			ID: competency.PolicyTrialID(d.ID()), Draft: draft, Document: check.document, Hash: check.Policy.Hash(), Year: year,
			AskedBy: who.Person, Asked: d.at,
		}
		if err := d.sizeTrial(&t); err != nil {
			return "", err
		}
		d.note("trial", string(t.ID))
		if err := d.AddPolicyTrial(t); err != nil {
			return "", err
		}
		return string(t.ID), d.Enqueue(TryPolicy{Tenant: string(who.Tenant), Trial: string(t.ID)}, store.Coalesce())
	})
	return competency.PolicyTrialID(id), err
}

// sizeTrial finds how many learners a pass looks at, and as of which day: today,
// or the end of the school year of a class that has left.
func (d *desk) sizeTrial(t *competency.PolicyTrial) error {
	org, err := d.Org(d.Tenant())
	if err != nil {
		return err
	}
	if t.AsOf, err = civilDay(org, d.at); err != nil {
		return err
	}
	if t.Year == 0 {
		cohorts, err := d.Cohorts()
		for _, c := range cohorts {
			t.Total += c.Count
		}
		return err
	}
	t.AsOf = min(t.AsOf, fmt.Sprintf("%04d-06-30", t.Year))
	sizes, err := d.ClassSizes()
	if err != nil {
		return err
	}
	if t.Total = sizes[t.Year]; t.Total == 0 {
		return competency.Invalid(competency.Field{Pointer: "/year", Detail: "No learners of this class are known."})
	}
	return nil
}

// RunTrial does the work of the job: it looks at some hundred learners at a time
// and goes on where an earlier call stopped.
func (r *Registrar) RunTrial(ctx context.Context, tenant competency.OrgID, trial competency.PolicyTrialID) error {
	for more := true; more; {
		var err error
		if more, err = r.tryNext(ctx, tenant, trial); err != nil {
			return fmt.Errorf("trying a policy, pass %s: %w", trial, err)
		}
	}
	return nil
}

// tryNext gathers in a look, so that nobody waits for it, and keeps what it
// found in an act of its own.
func (r *Registrar) tryNext(ctx context.Context, tenant competency.OrgID, trial competency.PolicyTrialID) (more bool, err error) {
	var t competency.PolicyTrial
	var found []competency.TrialChange
	var reached competency.PersonID
	system := System(tenant)
	err = r.look(ctx, system, func(d *desk) error {
		if err := d.see(competency.TryPolicy, competency.Subject{Org: tenant}); err != nil {
			return err
		}
		if t, err = d.PolicyTrial(trial); err != nil || !t.Finished.IsZero() {
			return err
		}
		reached = t.Reached
		found, more, err = d.trySome(&t)
		return err
	})
	if err != nil || !t.Finished.IsZero() {
		return false, err
	}
	err = r.act(ctx, system, competency.TryPolicy, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(trial), Org: tenant}); err != nil {
			return err
		}
		if !more {
			t.Total, t.Finished = t.Done, d.at
		}
		return d.SavePolicyTrial(t, reached, found)
	})
	return more, err
}

// trySome evaluates the next learners by the draft and by their own policy.
func (d *desk) trySome(t *competency.PolicyTrial) (found []competency.TrialChange, more bool, err error) {
	next, err := d.CohortAfter(t.Year, t.Reached, triedAtOnce)
	if err != nil || len(next) == 0 {
		return nil, false, err
	}
	draft, err := policy.Parse(t.Document)
	if err != nil {
		return nil, false, fmt.Errorf("reading the draft: %w", err)
	}
	ps, err := allPolicies(d.Scope)
	if err != nil {
		return nil, false, err
	}
	g := gather(d.Scope, next, t.AsOf)
	known, err := g.newest()
	if err != nil {
		return nil, false, err
	}
	if t.Counts == nil {
		t.Counts = map[string]int{}
	}
	for _, e := range next {
		was, difference, err := ps.tryOne(g, draft, e, known[e.Person])
		if err != nil {
			return nil, false, err
		}
		t.Counts[was+">"+string(difference.To)]++
		if was == string(difference.To) {
			continue
		}
		change := competency.TrialChange{Learner: e.Person, Was: was, Becomes: string(difference.To)}
		for _, b := range difference.Because {
			change.Because = append(change.Because, competency.TrialCause{Requirement: b.Requirement, Title: b.Title, From: string(b.From), To: string(b.To)})
		}
		found = append(found, change)
	}
	t.Done += len(next)
	t.Total = max(t.Total, t.Done)
	t.Reached = next[len(next)-1].Person
	return found, len(next) == triedAtOnce, nil
}

// tryOne compares a draft with what covers one learner.
func (ps *policies) tryOne(g *gathered, draft policy.Policy, e competency.Enrollment, f policy.Facts) (was string, _ policy.Difference, err error) {
	after := policy.Evaluate(draft, f)
	now, covered, err := ps.evaluate(g, e)
	if err != nil {
		return "", policy.Difference{}, err
	}
	if !covered {
		return noPolicy, policy.Differ(policy.Audit{}, after), nil
	}
	return string(now.audit.State), policy.Differ(now.audit, after), nil
}

// TrialView is a pass with who would change, as far as it has come.
type TrialView struct {
	competency.PolicyTrial
	DraftTitle string
	Changes    []TrialLine // the first of them
	Changed    int
	Zone       *time.Location
}

// TrialLine is one learner who would change.
type TrialLine struct {
	competency.TrialChange
	Name string // in use; empty where the actor may not see it
}

// shownChanges is how many learners the page of a pass names.
const shownChanges = 50

// Trial answers a pass. Registrars, principals and the district; names only to
// who may look at the learner.
func (r *Registrar) Trial(ctx context.Context, who competency.Actor, id competency.PolicyTrialID) (v TrialView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if v.PolicyTrial, err = d.PolicyTrial(id); err != nil {
			return err
		}
		if err := d.see(competency.TryPolicy, competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		p, err := d.PolicyDraft(v.Draft)
		if err != nil {
			return err
		}
		v.DraftTitle = p.Title
		for key, n := range v.Counts {
			if was, is, _ := strings.Cut(key, ">"); was != is {
				v.Changed += n
			}
		}
		org, err := d.Org(d.Tenant())
		if err != nil {
			return err
		}
		if v.Zone, err = zoneOf(org); err != nil {
			return err
		}
		v.Changes, err = d.trialLines(id, store.Page{Limit: shownChanges})
		return err
	})
	return v, err
}

func (d *desk) trialLines(id competency.PolicyTrialID, page store.Page) ([]TrialLine, error) {
	changes, err := d.TrialChanges(id, page)
	if err != nil {
		return nil, err
	}
	ids := make([]competency.PersonID, len(changes))
	for i, c := range changes {
		ids[i] = c.Learner
	}
	names, err := d.UsedNames(ids)
	if err != nil {
		return nil, err
	}
	enrolled, err := d.EnrollmentsOf(ids)
	if err != nil {
		return nil, err
	}
	lines := make([]TrialLine, len(changes))
	for i, c := range changes {
		lines[i] = TrialLine{TrialChange: c}
		if competency.Can(d.who, competency.ViewLearner, competency.Subject{Org: enrolled[c.Learner].School, Owner: c.Learner}) {
			lines[i].Name = names[c.Learner]
		}
	}
	return lines, nil
}

// TrialProgress answers how far a pass has come.
func (r *Registrar) TrialProgress(ctx context.Context, who competency.Actor, id competency.PolicyTrialID) (p Progress, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		t, err := d.PolicyTrial(id)
		if err != nil {
			return err
		}
		p = TrialOf(t)
		return d.see(competency.TryPolicy, competency.Subject{ID: string(id), Org: who.Tenant})
	})
	return p, err
}

// TrialOf is the progress of a pass.
func TrialOf(t competency.PolicyTrial) Progress {
	p := Progress{Done: t.Done, Total: t.Total, State: "running"}
	if !t.Finished.IsZero() {
		p.State = "done"
	}
	return p
}

// WriteTrial writes who would change as CSV. Cells that a spreadsheet would take
// for a formula begin with an apostrophe.
func (r *Registrar) WriteTrial(ctx context.Context, who competency.Actor, id competency.PolicyTrialID, out io.Writer) error {
	return r.look(ctx, who, func(d *desk) error {
		if _, err := d.PolicyTrial(id); err != nil {
			return err
		}
		if err := d.see(competency.TryPolicy, competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		w := csv.NewWriter(out)
		if err := w.Write([]string{"learner", "name", "was", "becomes", "because"}); err != nil {
			return err
		}
		for offset := 0; ; offset += triedAtOnce {
			lines, err := d.trialLines(id, store.Page{Offset: offset, Limit: triedAtOnce})
			if err != nil {
				return err
			}
			for _, l := range lines {
				var because []string
				for _, b := range l.Because {
					because = append(because, b.Title)
				}
				row := []string{string(l.Learner), l.Name, l.Was, l.Becomes, strings.Join(because, "; ")}
				for i := range row {
					row[i] = harmless(row[i])
				}
				if err := w.Write(row); err != nil {
					return err
				}
			}
			if len(lines) < triedAtOnce {
				w.Flush()
				return w.Error()
			}
		}
	})
}

// harmless keeps a spreadsheet from taking a cell for a formula.
func harmless(cell string) string {
	if strings.IndexAny(cell, "=+-@\t\r") == 0 {
		return "'" + cell
	}
	return cell
}
