package registrar

import (
	"context"
	"errors"
	"time"

	"laurel/competency"
	"laurel/competency/policy"
)

// ExceptionView is a request with the names of those who stand for it.
type ExceptionView struct {
	competency.ExceptionRequest
	Name, SchoolName        string // of the learner and the school
	Proposer, First, Closer string // names in use
	PublicText              string // all that is ever said outside the office
	Zone                    *time.Location
	Next                    competency.Role // who takes the next step; empty when closed
	MayApprove, MayTakeBack bool
	MayEnd                  bool // it holds, and the actor may end it
	MayLearner              bool // the actor may look at the learner
	Ended                   time.Time
	EndedBy, EndedWhy       string
	mine                    bool
}

// ExceptionsPage is what waits and what was answered at the actor's schools.
type ExceptionsPage struct {
	Mine    []ExceptionView // wait for the actor
	Waiting []ExceptionView // wait for somebody else
	Closed  []ExceptionView
}

// Exceptions answers the requests of the schools where the actor is in the
// office, and those that the actor proposed.
func (r *Registrar) Exceptions(ctx context.Context, who competency.Actor) (p ExceptionsPage, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		schools, err := d.staffed()
		if err != nil {
			return err
		}
		d.checked = true
		if len(schools) == 0 {
			return competency.NotFound()
		}
		open, err := d.OpenExceptionRequests(schools)
		if err != nil {
			return err
		}
		closed, err := d.ClosedExceptionRequests(schools)
		if err != nil {
			return err
		}
		views, err := d.exceptionViews(append(open, closed...))
		if err != nil {
			return err
		}
		for _, v := range views {
			switch {
			case !v.mine && competency.May(who, competency.ViewExceptions, competency.Subject{Org: v.School, Owner: v.ProposedBy}, d.at) != nil:
			case v.MayApprove:
				p.Mine = append(p.Mine, v)
			case v.Open():
				p.Waiting = append(p.Waiting, v)
			default:
				p.Closed = append(p.Closed, v)
			}
		}
		return nil
	})
	return p, err
}

// staffed are the schools where the actor works.
func (d *desk) staffed() (schools []competency.OrgID, err error) {
	orgs, err := d.Orgs()
	for _, o := range orgs {
		if o.Kind == competency.School && d.who.At(o.ID, competency.Teacher, competency.Counselor, competency.RegistrarRole, competency.Principal, competency.DistrictLead) {
			schools = append(schools, o.ID)
		}
	}
	return schools, err
}

// Exception answers one request: to the office of the school and to who
// proposed it.
func (r *Registrar) Exception(ctx context.Context, who competency.Actor, id competency.ExceptionRequestID) (v ExceptionView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		x, err := d.ExceptionRequest(id)
		if err != nil {
			return err
		}
		if err := d.see(competency.ViewExceptions, competency.Subject{ID: string(id), Org: x.School, Owner: x.ProposedBy}); err != nil {
			return err
		}
		views, err := d.exceptionViews([]competency.ExceptionRequest{x})
		if err != nil {
			return err
		}
		v = views[0]
		return d.ended(&v)
	})
	return v, err
}

// ended finds whether a granted exception was ended.
func (d *desk) ended(v *ExceptionView) error {
	if v.State != competency.ExceptionGranted {
		return nil
	}
	marks, err := d.EntryMarks(v.Learner)
	if err != nil {
		return err
	}
	for _, m := range marks {
		if m.Entry == v.Exception && m.Mark == competency.MarkWithdrawn {
			names, err := d.UsedNames([]competency.PersonID{m.By})
			if err != nil {
				return err
			}
			v.Ended, v.EndedBy, v.EndedWhy = m.At, names[m.By], m.Note
		}
	}
	v.MayEnd = v.Ended.IsZero() && competency.Can(d.who, competency.EndException, competency.Subject{Org: v.School, Owner: v.Learner})
	return nil
}

// exceptionViews adds names and what the actor may do: five queries for any number.
func (d *desk) exceptionViews(all []competency.ExceptionRequest) ([]ExceptionView, error) {
	if len(all) == 0 {
		return nil, nil
	}
	ps, err := allPolicies(d.Scope)
	if err != nil {
		return nil, err
	}
	orgs, err := d.Orgs()
	if err != nil {
		return nil, err
	}
	schools := map[competency.OrgID]competency.Org{}
	for _, o := range orgs {
		schools[o.ID] = o
	}
	var people []competency.PersonID
	for _, x := range all {
		people = append(people, x.Learner, x.ProposedBy, x.FirstBy, x.ClosedBy)
	}
	names, err := d.UsedNames(people)
	if err != nil {
		return nil, err
	}
	views := make([]ExceptionView, len(all))
	for i, x := range all {
		p, err := ps.byID(x.Policy)
		if err != nil {
			return nil, err
		}
		v := ExceptionView{
			ExceptionRequest: x, Name: names[x.Learner], SchoolName: schools[x.School].Name, Proposer: names[x.ProposedBy], First: names[x.FirstBy],
			Closer: names[x.ClosedBy], PublicText: p.Exceptions.PublicText, mine: x.ProposedBy == d.who.Person,
		}
		if v.Zone, err = zoneOf(schools[x.School]); err != nil {
			return nil, err
		}
		v.offer(d.who, p)
		views[i] = v
	}
	return views, nil
}

// offer says what the actor may do to an open request.
func (v *ExceptionView) offer(who competency.Actor, p policy.Policy) {
	v.MayLearner = competency.Can(who, competency.ViewLearner, competency.Subject{Org: v.School, Owner: v.Learner})
	if !v.Open() {
		return
	}
	v.Next = approver(p, v.ExceptionRequest)
	on := competency.Subject{Org: v.School, Owner: v.Learner, Before: v.Stood()}
	v.MayApprove = who.At(v.School, v.Next) && competency.Can(who, competency.ApproveException, on)
	v.MayTakeBack = v.mine
}

// Waivable is a requirement that an exception may be bound to.
type Waivable struct {
	ID, Title string
	Depth     int
	State     policy.State
}

// LearnerExceptions is what holds or waits for one learner, and what can be
// proposed.
type LearnerExceptions struct {
	Learner  competency.Person
	School   competency.Org
	Zone     *time.Location
	Holding  []ExceptionLine
	Requests []ExceptionView
	// Choices are the open requirements of the learner's policy, Kinds the kinds
	// of exceptions that it allows; none where it allows no exceptions.
	Choices    []Waivable
	Kinds      []string
	MustCite   bool
	PublicText string
	MayPropose bool
	MayEnd     bool
}

// LearnerExceptions answers the exceptions of one learner to the staff who may
// propose or approve one; never to the learner, who sees the public text alone.
func (r *Registrar) LearnerExceptions(ctx context.Context, who competency.Actor, learner competency.PersonID) (p LearnerExceptions, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		e, err := d.enrolled(learner)
		if err != nil {
			return err
		}
		on := competency.Subject{ID: string(learner), Org: e.School, Owner: learner}
		d.checked = true
		p.MayPropose = competency.Can(who, competency.ProposeException, on)
		if !p.MayPropose && !competency.Can(who, competency.ApproveException, on) {
			return competency.NotFound()
		}
		p.MayEnd = competency.Can(who, competency.EndException, on)
		if p.Learner, err = d.Person(learner); err != nil {
			return err
		}
		if p.School, err = d.Org(e.School); err != nil {
			return err
		}
		if p.Zone, err = zoneOf(p.School); err != nil {
			return err
		}
		all, err := d.ExceptionRequestsOf(learner)
		if err != nil {
			return err
		}
		if p.Requests, err = d.exceptionViews(all); err != nil {
			return err
		}
		return d.waivables(&p, e)
	})
	return p, err
}

// waivables fills in what holds and what can be proposed.
func (d *desk) waivables(p *LearnerExceptions, e competency.Enrollment) error {
	under, err := d.under(e)
	if errors.Is(err, competency.ErrConflict) { // no policy, nothing to propose
		p.MayPropose = false
		return nil
	}
	if err != nil {
		return err
	}
	rules := under.policy.Exceptions
	p.Kinds, p.MustCite, p.PublicText = rules.Kinds, rules.MustCite, rules.PublicText
	if rules.Allowed {
		for _, c := range under.audit.Tree.Children {
			p.Choices = waivable(p.Choices, c, 0)
		}
	}
	p.Holding, err = d.holding(e.Person, under.audit.Tree)
	return err
}

// waivable lists what is open in a tree, parents first.
func waivable(list []Waivable, r policy.Result, depth int) []Waivable {
	if r.State.Done() {
		return list
	}
	list = append(list, Waivable{ID: r.ID, Title: r.Title, Depth: depth, State: r.State})
	for _, c := range r.Children {
		list = waivable(list, c, depth+1)
	}
	return list
}

// waitingExceptions are the requests of which the actor takes the next step.
func waitingExceptions(d *desk) ([]Waiting, error) {
	if !d.who.Is(competency.Counselor, competency.RegistrarRole, competency.Principal, competency.DistrictLead) {
		return nil, nil
	}
	schools, err := d.staffed()
	if err != nil || len(schools) == 0 {
		return nil, err
	}
	open, err := d.OpenExceptionRequests(schools)
	if err != nil {
		return nil, err
	}
	views, err := d.exceptionViews(open)
	if err != nil {
		return nil, err
	}
	w := Waiting{Kind: "exceptions", Href: "/exceptions"}
	for _, v := range views {
		if !v.MayApprove {
			continue
		}
		if w.Count++; w.Oldest.IsZero() || v.Since().Before(w.Oldest) {
			w.Oldest = v.Since()
		}
	}
	return []Waiting{w}, nil
}
