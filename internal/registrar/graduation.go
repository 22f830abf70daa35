package registrar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// AuditClass is the job that audits every learner of a class.
type AuditClass struct {
	Tenant string `json:"tenant"`
	Run    string `json:"run"`
}

// Kind names the job.
func (AuditClass) Kind() string { return "audit_class" }

// auditsAtOnce is how many learners one transaction audits.
const auditsAtOnce = 100

// NewClass is what the registrar says to open a class.
type NewClass struct {
	School string `json:"school"`
	Year   int    `json:"year"`
	// Conferral is the day printed on the diplomas ("2027-06-12").
	Conferral string `json:"conferral"`
}

// Validate answers what is wrong with the shape.
func (n NewClass) Validate() []competency.Field { return n.class().Check() }

func (n NewClass) class() competency.Class {
	return competency.Class{
		School: competency.OrgID(n.School), Year: n.Year, Conferral: strings.TrimSpace(n.Conferral),
	}
}

// OpenClass opens the class of a school and a year and begins to audit its
// learners: those whose enrollment plans to graduate that year. Registrars of
// the school only. ErrInvalid names fields; a class that is there is one.
func (r *Registrar) OpenClass(ctx context.Context, who competency.Actor, once Once, n NewClass) (competency.ClassID, error) {
	if bad := n.Validate(); len(bad) > 0 {
		return "", competency.Invalid(bad...)
	}
	id, err := r.actOnce(ctx, who, once, competency.OpenClass, func(d *desk) (string, error) {
		c := n.class()
		if err := d.may(competency.Subject{Org: c.School}); err != nil {
			return "", err
		}
		c.ID, c.Tenant, c.OpenedBy, c.Opened = competency.ClassID(d.ID()), who.Tenant, who.Person, d.at
		d.subject.ID = string(c.ID)
		err := d.AddClass(c)
		if errors.Is(err, competency.ErrConflict) {
			return "", competency.Invalid(competency.Field{Pointer: "/year", Detail: "This class is open already."})
		}
		if err != nil {
			return "", err
		}
		return string(c.ID), beginAudit(d, c)
	})
	return competency.ClassID(id), err
}

// StartAudit has every learner of a class audited again. One that is under way
// is left to finish. Registrars and counselors of the school only.
func (r *Registrar) StartAudit(ctx context.Context, who competency.Actor, class competency.ClassID) error {
	return r.act(ctx, who, competency.AuditClass, func(d *desk) error {
		c, err := d.Class(class)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(c.ID), Org: c.School}); err != nil {
			return err
		}
		return beginAudit(d, c)
	})
}

// beginAudit puts an audit of the class in the queue. One that is under way is
// put there again, in case its job was lost: it goes on where it stopped.
func beginAudit(d *desk, c competency.Class) error {
	run, err := d.NewestAuditRun(c.ID)
	if err != nil && !errors.Is(err, competency.ErrNotFound) {
		return err
	}
	if err != nil || !run.Finished.IsZero() {
		members, err := d.ClassEnrollments(c.School, c.Year)
		if err != nil {
			return err
		}
		if run, err = d.AddAuditRun(c.ID, len(members), d.who.Person); err != nil {
			return err
		}
	}
	d.note("run", run.ID)
	return d.Enqueue(AuditClass{Tenant: string(c.Tenant), Run: run.ID}, store.Coalesce())
}

// RunAudit audits the learners of a class, a hundred in one transaction, and
// goes on where an earlier call stopped. It is the work of the job.
func (r *Registrar) RunAudit(ctx context.Context, tenant competency.OrgID, run string) error {
	for more := true; more; {
		err := r.act(ctx, System(tenant), competency.AuditClass, func(d *desk) (err error) {
			more, err = auditSome(d, run)
			return err
		})
		if err != nil {
			return fmt.Errorf("auditing, run %s: %w", run, err)
		}
	}
	return nil
}

// auditSome audits the next learners of a run and reports whether any are left.
func auditSome(d *desk, id string) (more bool, err error) {
	run, err := d.AuditRun(id)
	if err != nil {
		return false, err
	}
	c, err := d.Class(run.Class)
	if err != nil {
		return false, err
	}
	if err := d.may(competency.Subject{ID: string(c.ID), Org: c.School}); err != nil {
		return false, err
	}
	if !run.Finished.IsZero() {
		return false, nil
	}
	members, err := d.ClassEnrollments(c.School, c.Year)
	if err != nil {
		return false, err
	}
	var next []competency.Enrollment
	for _, m := range members {
		if m.Person > run.Reached && len(next) < auditsAtOnce {
			next = append(next, m)
		}
	}
	newest, err := d.NewestAudits(c.ID)
	if err != nil {
		return false, err
	}
	now, err := evaluate(d.Scope, next, c.Conferral)
	if err != nil {
		return false, err
	}
	if _, err := keepAudits(d, c, newest, now); err != nil {
		return false, err
	}
	run.Done += len(next)
	run.Total = max(len(members), run.Done)
	if len(next) > 0 {
		run.Reached = next[len(next)-1].Person
	}
	if more = len(next) == auditsAtOnce; !more {
		run.Total, run.Finished = run.Done, d.at
	}
	return more, d.SaveAuditRun(run)
}

// record is the evaluation as an audit of the class, without id, number and time.
func (e evaluation) record(c competency.Class, learner competency.PersonID) (competency.AuditRecord, error) {
	tree, err := json.Marshal(e.audit)
	if err != nil {
		return competency.AuditRecord{}, fmt.Errorf("writing an audit: %w", err)
	}
	return competency.AuditRecord{
		Class: c.ID, Learner: learner, Policy: e.version.ID, PolicyHash: e.version.Hash, FactsHash: e.audit.FactsHash,
		State: competency.AuditState(e.audit.State), Summary: summary(e.audit, e.policy), Tree: tree,
	}, nil
}

// keepAudits keeps what differs from the newest audits and answers, for every
// learner evaluated, the audit that stands now.
func keepAudits(d *desk, c competency.Class, newest map[competency.PersonID]competency.AuditRecord, now map[competency.PersonID]evaluation,
) (map[competency.PersonID]competency.AuditRecord, error) {
	stand := make(map[competency.PersonID]competency.AuditRecord, len(now))
	var changed []competency.AuditRecord
	for learner, e := range now {
		a, err := e.record(c, learner)
		if err != nil {
			return nil, err
		}
		before, audited := newest[learner]
		if audited && before.SameAs(a) {
			stand[learner] = before
			continue
		}
		a.ID, a.Number, a.At = competency.AuditID(d.ID()), before.Number+1, d.at
		stand[learner] = a
		changed = append(changed, a)
	}
	return stand, d.AddAudits(changed)
}

// summary is what a list says of an audit.
func summary(a policy.Audit, p policy.Policy) competency.AuditSummary {
	s := competency.AuditSummary{Have: a.Tree.Have, Need: a.Tree.Need}
	for _, step := range a.Next(p) {
		open := competency.OpenRequirement{Title: step.Title}
		for _, m := range step.Open {
			open.Missing = append(open.Missing, m.Title)
			if m.Pending != "" {
				open.For = m.Provider
			}
		}
		s.Open = append(s.Open, open)
	}
	s.Waived = waived(nil, a.Tree)
	for _, e := range a.Endorsements {
		if e.State == policy.Met {
			s.Seals = append(s.Seals, e.Title)
		}
	}
	return s
}

// waived lists the titles of what an exception excuses: the lowest nodes of
// the tree that are waived.
func waived(titles []string, r policy.Result) []string {
	if r.State != policy.Waived {
		return titles
	}
	before := len(titles)
	for _, c := range r.Children {
		titles = waived(titles, c)
	}
	if len(titles) == before {
		titles = append(titles, r.Title)
	}
	return titles
}
