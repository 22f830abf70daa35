package registrar

import (
	"context"
	"errors"
	"slices"

	"laurel/competency"
)

// IssueTranscript states what a learner has shown so far, and has the signed
// document made. Counselors and registrars of the school, not long after typing
// the password. ErrConflict says why there is nothing to state: no policy,
// nothing confirmed yet, the diploma is awarded, or the same was stated before.
func (r *Registrar) IssueTranscript(ctx context.Context, who competency.Actor, once Once, learner competency.PersonID) (competency.AwardID, error) {
	id, err := r.actOnce(ctx, who, once, competency.IssueTranscript, func(d *desk) (string, error) {
		e, err := d.enrolled(learner)
		if err != nil {
			return "", err
		}
		if err := d.may(competency.Subject{ID: string(learner), Org: e.School, Owner: learner}); err != nil {
			return "", err
		}
		a, err := transcript(d, e)
		if err != nil {
			return "", err
		}
		err = d.AddAward(a)
		if errors.Is(err, competency.ErrConflict) {
			return "", competency.Refuse("A transcript that says the same was made today already.")
		}
		if err != nil {
			return "", err
		}
		d.note("award", string(a.ID))
		return string(a.ID), d.Enqueue(IssueAward{Tenant: string(a.Tenant), Award: string(a.ID)})
	})
	return competency.AwardID(id), err
}

// transcript decides what a transcript of an enrolled learner says today.
func transcript(d *desk, e competency.Enrollment) (a competency.Award, err error) {
	school, err := d.Org(e.School)
	if err != nil {
		return a, err
	}
	today, err := civilDay(school, d.at)
	if err != nil {
		return a, err
	}
	awards, err := d.AwardsOf(e.Person)
	if err != nil {
		return a, err
	}
	if slices.ContainsFunc(awards, func(a competency.Award) bool { return a.Kind == competency.DiplomaAward }) {
		return a, competency.Refuse("This learner has a diploma; the record that came with it says everything that a transcript could.")
	}
	evaluated, err := evaluate(d.Scope, []competency.Enrollment{e}, today)
	if err != nil {
		return a, err
	}
	if len(evaluated) == 0 {
		return a, competency.Refuse("No adopted graduation policy covers this learner yet, so there is nothing that a transcript could be measured by.")
	}
	all, err := statements(d.Scope, school, evaluated)
	if err != nil {
		return a, err
	}
	s := all[e.Person]
	a = competency.Award{
		ID: competency.AwardID(d.ID()), Tenant: d.Tenant(), Org: e.School, Person: e.Person, Kind: competency.RecordAward,
		Basis:    string(e.Person) + "/" + s.version.Hash + "/" + s.audit.FactsHash,
		Achieved: s.record(""), DecidedBy: d.who.Person, Decided: d.at, Conferred: today,
	}
	if len(a.Achieved.Record.Parts) == 0 {
		return a, competency.Refuse("Nothing is confirmed yet that a transcript could state. It can be made as soon as something is.")
	}
	return a, nil
}
