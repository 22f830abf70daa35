package registrar

import (
	"context"
	"strings"

	"laurel/competency"
)

// ApprovalLine is an agreement, or a request for one, in a list.
type ApprovalLine struct {
	competency.PriorApproval
	Name, ByName string
	Indicators   []competency.Item
	MayDecide    bool
}

// NewApproval is what a learner asks the school to agree to.
type NewApproval struct {
	Route      string   `json:"route"`
	Title      string   `json:"title"`
	Starts     string   `json:"starts"` // civil date
	Indicators []string `json:"indicators"`
}

// AskApproval asks the school to agree, before it starts, that learning outside
// class may show some indicators.
func (r *Registrar) AskApproval(ctx context.Context, who competency.Actor, once Once, in NewApproval) (competency.ApprovalID, error) {
	id, err := r.actOnce(ctx, who, once, competency.AskApproval, func(d *desk) (string, error) {
		if len(who.Schools) == 0 {
			return "", d.may(competency.Subject{})
		}
		if err := d.may(competency.Subject{Org: who.Schools[0], Owner: who.Person}); err != nil {
			return "", err
		}
		p := competency.PriorApproval{
			ID: competency.ApprovalID(d.ID()), School: who.Schools[0], Learner: who.Person, Route: in.Route, Title: strings.TrimSpace(in.Title),
			Starts: in.Starts, State: competency.ApprovalAsked, AskedBy: who.Person, Asked: d.Now(),
		}
		var err error
		if p.Items, err = resolve(d.Scope, in.Indicators); err != nil {
			return "", err
		}
		if bad := p.Check(); len(bad) > 0 {
			return "", competency.Invalid(bad...)
		}
		d.subject.ID = string(p.ID)
		return string(p.ID), d.AddPriorApproval(p)
	})
	return competency.ApprovalID(id), err
}

// ApprovalDecision is the school's answer.
type ApprovalDecision struct {
	Give  bool   `json:"give"`
	Words string `json:"words" required:"false"`
}

// DecideApproval answers a learner. It cannot be given once the day of the
// start is over.
func (r *Registrar) DecideApproval(ctx context.Context, who competency.Actor, id competency.ApprovalID, in ApprovalDecision) error {
	return r.act(ctx, who, competency.DecideApproval, func(d *desk) error {
		p, err := d.PriorApproval(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: p.School, Owner: p.Learner}); err != nil {
			return err
		}
		school, err := d.Org(p.School)
		if err != nil {
			return err
		}
		today, err := civilDay(school, d.at)
		if err != nil {
			return err
		}
		if err := p.Decide(in.Give, who.Person, in.Words, today, d.Now()); err != nil {
			return err
		}
		d.note("state", string(p.State))
		return d.SetPriorApproval(p)
	})
}

// Approvals answers the actor's own agreements and, to those who decide, what
// waits at their schools.
func (r *Registrar) Approvals(ctx context.Context, who competency.Actor) (own, waiting []ApprovalLine, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.AskApproval, competency.Subject{Owner: who.Person}); err != nil {
			return err
		}
		mine, err := d.PriorApprovalsOf(who.Person)
		if err != nil {
			return err
		}
		if own, err = d.approvalLines(mine); err != nil {
			return err
		}
		if !who.Is(approvers...) {
			return nil
		}
		asked, err := d.PriorApprovalsAsked(schoolsAs(who, approvers...))
		if err != nil {
			return err
		}
		waiting, err = d.approvalLines(asked)
		return err
	})
	return own, waiting, err
}

// approvers are the roles that agree before a start.
var approvers = []competency.Role{competency.Teacher, competency.Counselor, competency.Principal}

func (d *desk) approvalLines(list []competency.PriorApproval) ([]ApprovalLine, error) {
	if len(list) == 0 {
		return nil, nil
	}
	_, items, err := d.current()
	if err != nil {
		return nil, err
	}
	var people []competency.PersonID
	for _, p := range list {
		people = append(people, p.Learner, p.DecidedBy)
	}
	names, err := d.UsedNames(people)
	lines := make([]ApprovalLine, len(list))
	for i, p := range list {
		lines[i] = ApprovalLine{PriorApproval: p, Name: names[p.Learner], ByName: names[p.DecidedBy], Indicators: pick(items, p.Items)}
		lines[i].MayDecide = p.State == competency.ApprovalAsked &&
			d.see(competency.DecideApproval, competency.Subject{Org: p.School, Owner: p.Learner}) == nil
	}
	return lines, err
}

// lack answers what evidence lacks of an agreement before its start, by the
// rule of its owner's policy.
func (d *desk) lack(e competency.Evidence) (competency.Lack, competency.ApprovalRule, error) {
	rule, err := d.approvalRule(e.Owner)
	if err != nil || e.Approval == "" {
		return rule.Lacks(e, nil), rule, err
	}
	p, err := d.PriorApproval(e.Approval)
	if err != nil {
		return competency.NoApproval, rule, notThere(err, "/approval", "There is no such agreement.")
	}
	return rule.Lacks(e, &p), rule, nil
}

// approvalRule is what the policy of a learner's cohort says of agreements, or
// the usual rule where it says nothing.
func (d *desk) approvalRule(learner competency.PersonID) (competency.ApprovalRule, error) {
	v, p, err := policyFor(d.Scope, learner)
	if err != nil || v == nil || len(p.PriorApproval.Routes) == 0 {
		return competency.UsualApprovalRule(), err
	}
	return competency.ApprovalRule{Routes: p.PriorApproval.Routes, Flag: p.PriorApproval.Flag}, nil
}

// waitsToApprove are the requests for agreement on the home page of whoever answers them.
func waitsToApprove(d *desk) ([]Waiting, error) {
	if !d.who.Is(approvers...) {
		return nil, nil
	}
	asked, err := d.PriorApprovalsAsked(schoolsAs(d.who, approvers...))
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	return []Waiting{{Kind: "approvals", Count: len(asked), Oldest: asked[0].Asked, Href: "/approvals"}}, nil
}
