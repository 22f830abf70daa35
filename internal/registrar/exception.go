package registrar

import (
	"context"
	"slices"
	"strings"

	"laurel/competency"
	"laurel/competency/policy"
)

// NewException is what somebody proposes: that a requirement be waived for a
// learner.
type NewException struct {
	Requirement string `json:"requirement"` // id of a node or bucket of the learner's policy
	Kind        string `json:"kind"`
	Reason      string `json:"reason"` // for staff only
	Cite        string `json:"cite" required:"false"`
	Expires     string `json:"expires" required:"false"` // last civil date; empty for good
}

// ProposeException asks that a requirement be waived for a learner. Teachers,
// counselors and registrars of the school, never for themselves. ErrInvalid
// names fields: what the policy does not allow is refused here already, in the
// words of the policy engine.
func (r *Registrar) ProposeException(ctx context.Context, who competency.Actor, once Once, learner competency.PersonID, n NewException) (competency.ExceptionRequestID, error) {
	id, err := r.actOnce(ctx, who, once, competency.ProposeException, func(d *desk) (string, error) {
		e, err := d.enrolled(learner)
		if err != nil {
			return "", err
		}
		if err := d.may(competency.Subject{ID: string(learner), Org: e.School, Owner: learner}); err != nil {
			return "", err
		}
		under, err := d.under(e)
		if err != nil {
			return "", err
		}
		x := competency.ExceptionRequest{
			ID: competency.ExceptionRequestID(d.ID()), School: e.School, Learner: learner, Policy: under.version.ID,
			Requirement: strings.TrimSpace(n.Requirement), Kind: strings.TrimSpace(n.Kind), Reason: strings.TrimSpace(n.Reason),
			Cite: strings.TrimSpace(n.Cite), Expires: n.Expires, State: competency.ExceptionProposed, ProposedBy: who.Person, Proposed: d.at,
		}
		x.Title = titleIn(under.audit.Tree, x.Requirement)
		bad := x.Check(under.policy.Exceptions.MustCite)
		if objection := under.objection(x, "first", "second"); objection != "" && len(bad) == 0 {
			bad = append(bad, competency.Field{Pointer: "/requirement", Detail: objection + "."})
		}
		if len(bad) > 0 {
			return "", competency.Invalid(bad...)
		}
		d.note("request", string(x.ID))
		d.note("requirement", x.Requirement)
		return string(x.ID), d.AddExceptionRequest(x)
	})
	return competency.ExceptionRequestID(id), err
}

// under is what stands for a learner today. ErrConflict
// where no policy covers the learner.
func (d *desk) under(e competency.Enrollment) (now evaluation, err error) {
	school, err := d.Org(e.School)
	if err != nil {
		return now, err
	}
	today, err := civilDay(school, d.at)
	if err != nil {
		return now, err
	}
	all, err := evaluate(d.Scope, []competency.Enrollment{e}, today)
	if err != nil {
		return now, err
	}
	now, covered := all[e.Person]
	if !covered {
		return now, competency.Refuse("No adopted policy covers this learner, so there is nothing to except from.")
	}
	return now, nil
}

// objection is what the policy has against an exception for which these two
// people stand; empty if nothing. The engine says it, so that an exception that
// is granted is one that holds.
func (e evaluation) objection(x competency.ExceptionRequest, by, by2 competency.PersonID) string {
	facts := e.facts
	facts.Exceptions = append(slices.Clone(facts.Exceptions), policy.Exception{
		Requirement: x.Requirement, Kind: x.Kind, Cite: x.Cite, By: string(by), By2: string(by2), Expires: x.Expires,
	})
	for _, refused := range policy.Evaluate(e.policy, facts).Refused {
		if refused.Requirement == x.Requirement && refused.Kind == x.Kind {
			return strings.TrimSuffix(refused.Reason, ".")
		}
	}
	return ""
}

// roleNames are the words by which policies name who approves.
var roleNames = map[string]competency.Role{
	"principal": competency.Principal, "superintendent": competency.DistrictLead, "district-lead": competency.DistrictLead,
	"counselor": competency.Counselor, "registrar": competency.RegistrarRole,
}

// approver is the role that takes the next step of a request under a policy:
// the one that the policy names, else the principal first and the district then.
func approver(p policy.Policy, x competency.ExceptionRequest) competency.Role {
	name, otherwise := p.Exceptions.ApproverRole, competency.Principal
	if x.State == competency.ExceptionApproved {
		name, otherwise = p.Exceptions.SecondApproverRole, competency.DistrictLead
	}
	if role, known := roleNames[name]; known {
		return role
	}
	return otherwise
}

// step reads a request of which the actor takes the next step, asks whether the
// actor may, and answers the state before it.
func (d *desk) step(id competency.ExceptionRequestID) (x competency.ExceptionRequest, err error) {
	if x, err = d.ExceptionRequest(id); err != nil {
		return x, err
	}
	if err := d.may(competency.Subject{ID: string(id), Org: x.School, Owner: x.Learner, Before: x.Stood()}); err != nil {
		return x, err
	}
	ps, err := allPolicies(d.Scope)
	if err != nil {
		return x, err
	}
	p, err := ps.byID(x.Policy)
	if err != nil {
		return x, err
	}
	if x.Open() && !d.who.At(x.School, approver(p, x)) {
		return x, competency.Forbidden("The policy gives this step to somebody else.")
	}
	return x, nil
}

// ApproveException takes the next step of a request: the first approval, or the
// second, by which the exception holds. Each is a person in the role that the
// policy names, neither is who proposed it, and neither took the other step
// (domain invariant 2). Not long after typing the password.
func (r *Registrar) ApproveException(ctx context.Context, who competency.Actor, id competency.ExceptionRequestID) error {
	return r.act(ctx, who, competency.ApproveException, func(d *desk) error {
		x, err := d.step(id)
		if err != nil {
			return err
		}
		before := x.State
		granted, err := x.Approve(who.Person, d.at)
		if err != nil {
			return err
		}
		d.note("state", string(x.State))
		if granted {
			if err := d.grant(&x); err != nil {
				return err
			}
		}
		return d.SaveExceptionRequest(x, before)
	})
}

// grant makes the exception that a request asked for, if the policy of the
// learner's cohort still allows it.
func (d *desk) grant(x *competency.ExceptionRequest) error {
	e, err := d.EnrollmentOf(x.Learner)
	if err != nil {
		return err
	}
	under, err := d.under(e)
	if err != nil {
		return err
	}
	if objection := under.objection(*x, x.FirstBy, x.ClosedBy); objection != "" {
		return competency.Refuse("The policy does not allow it now: " + objection + ". Nothing was changed.")
	}
	x.Exception = d.ID()
	d.note("exception", x.Exception)
	err = d.AddOnRecord(x.Learner, OnTheRecord{Exceptions: []competency.Exception{{
		ID: x.Exception, Requirement: x.Requirement, Kind: x.Kind, Reason: x.Reason, Cite: x.Cite, By: x.FirstBy, By2: x.ClosedBy, Expires: x.Expires,
	}}})
	if err != nil {
		return err
	}
	return d.AddEntryMarks(competency.EntryMark{
		Entry: x.Exception, Learner: x.Learner, Mark: competency.MarkEntered, Note: string(x.ID), By: d.who.Person, At: d.at,
	})
}

// RefuseException ends a request with a reason, by whoever could approve it now.
func (r *Registrar) RefuseException(ctx context.Context, who competency.Actor, id competency.ExceptionRequestID, why string) error {
	return r.act(ctx, who, competency.RefuseException, func(d *desk) error {
		x, err := d.step(id)
		if err != nil {
			return err
		}
		before := x.State
		if err := x.Refuse(who.Person, strings.TrimSpace(why), d.at); err != nil {
			return err
		}
		return d.SaveExceptionRequest(x, before)
	})
}

// TakeBackException ends a request by who proposed it, with a reason.
func (r *Registrar) TakeBackException(ctx context.Context, who competency.Actor, id competency.ExceptionRequestID, why string) error {
	return r.act(ctx, who, competency.TakeBackException, func(d *desk) error {
		x, err := d.ExceptionRequest(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: x.School, Owner: x.ProposedBy}); err != nil {
			return err
		}
		before := x.State
		if err := x.TakeBack(who.Person, strings.TrimSpace(why), d.at); err != nil {
			return err
		}
		return d.SaveExceptionRequest(x, before)
	})
}

// EndException ends an exception that holds, with a reason; the requirement is
// asked for again from now on. Principals and the district, not long after
// typing the password.
func (r *Registrar) EndException(ctx context.Context, who competency.Actor, learner competency.PersonID, exception, why string) error {
	return r.act(ctx, who, competency.EndException, func(d *desk) error {
		e, err := d.enrolled(learner)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: exception, Org: e.School, Owner: learner}); err != nil {
			return err
		}
		known, err := d.OnRecordOf([]competency.PersonID{learner})
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(known[learner].Exceptions, func(x competency.Exception) bool { return x.ID == exception }) {
			return competency.NotFound()
		}
		why = strings.TrimSpace(why)
		if bad := competency.CheckReason("/why", why); len(bad) > 0 {
			return competency.Invalid(bad...)
		}
		return d.AddEntryMarks(competency.EntryMark{
			Entry: exception, Learner: learner, Mark: competency.MarkWithdrawn, Note: why, By: who.Person, At: d.at,
		})
	})
}
