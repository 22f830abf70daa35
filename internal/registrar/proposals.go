package registrar

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// propose computes what the learner's policy proposes in some indicators and
// brings the open proposals up to it. It answers how many are open then. A
// level that is locked is left alone.
func propose(sc *store.Scope, learner competency.PersonID, items []competency.ItemID) (open int, err error) {
	f, err := sc.CurrentFramework()
	if err != nil {
		return 0, err
	}
	method, err := methodFor(sc, learner, f.Scale)
	if err != nil {
		return 0, err
	}
	judged, err := sc.JudgedOf(learner, items)
	if err != nil {
		return 0, err
	}
	live, err := sc.LiveDeterminations([]competency.PersonID{learner})
	if err != nil {
		return 0, err
	}
	for _, item := range items {
		next := proposal(method, standingWork(judged), item)
		var confirmed, standing *competency.Determination
		for _, l := range live {
			switch {
			case l.Item != item:
			case l.State == competency.LevelConfirmed:
				confirmed = &l
			default:
				standing = &l
			}
		}
		if next != nil && !competency.MayPropose(confirmed, next.Level, f.Scale) {
			next = nil
		}
		if next != nil {
			open++
			next.Learner, next.Proposed = learner, sc.Now()
			if confirmed != nil {
				next.Supersedes = confirmed.ID
			}
		}
		if err := replaceProposal(sc, standing, next); err != nil {
			return 0, err
		}
	}
	return open, nil
}

// replaceProposal puts what is proposed now in the place of what was; either
// may be nil.
func replaceProposal(sc *store.Scope, standing, next *competency.Determination) error {
	switch {
	case next == nil && standing == nil:
		return nil
	case next == nil:
		standing.State = competency.LevelSuperseded
		return sc.MoveDetermination(*standing)
	case standing == nil:
		next.ID, next.State = competency.DeterminationID(sc.ID()), competency.LevelProposed
		return sc.AddDeterminations([]competency.Determination{*next})
	case standing.Level == next.Level && standing.Why == next.Why && slices.Equal(standing.Inputs, next.Inputs):
		return nil
	}
	next.ID = standing.ID
	return sc.SaveProposal(*next)
}

// policyFor is the policy of a learner's cohort; nil where none covers it.
func policyFor(sc *store.Scope, learner competency.PersonID) (*competency.PolicyVersion, policy.Policy, error) {
	e, err := sc.EnrollmentOf(learner)
	if errors.Is(err, competency.ErrNotFound) {
		return nil, policy.Policy{}, nil
	}
	if err != nil {
		return nil, policy.Policy{}, err
	}
	ps, err := allPolicies(sc)
	if err != nil {
		return nil, policy.Policy{}, err
	}
	return ps.of(e)
}

// methodFor is the judgment method of the learner's policy; without a policy
// it is two different tasks at proficient.
func methodFor(sc *store.Scope, learner competency.PersonID, scale competency.Scale) (competency.Method, error) {
	v, p, err := policyFor(sc, learner)
	if err != nil || v == nil || p.Determination.Method == "" {
		return competency.Method{Name: "n-of", Version: 1, N: 2, AtLeast: scale.ProficientAt, Distinct: true}, err
	}
	return methodOf(p), nil
}

// proposal is what the method proposes for one indicator; nil if nothing.
func proposal(method competency.Method, judged []store.Judged, item competency.ItemID) *competency.Determination {
	var scores []competency.Score
	var work []store.Judged
	for _, j := range judged {
		if j.Item != item {
			continue
		}
		task := string(j.Task)
		if task == "" {
			task = string(j.Evidence) // work of the learner's own is its own task
		}
		work = append(work, j)
		scores = append(scores, competency.Score{Assessment: string(j.ID), Task: task, TaskTitle: j.Title, Level: j.Level, At: j.At})
	}
	p, ok := method.Propose(scores)
	if !ok || p.Level < 1 {
		return nil
	}
	d := &competency.Determination{Item: item, Level: p.Level, Method: methodText(method), Why: p.Why}
	for _, id := range p.Inputs {
		d.Inputs = append(d.Inputs, competency.AssessmentID(id))
	}
	for _, j := range work {
		if j.Level >= p.Level && j.Context != "" && !slices.Contains(d.Contexts, j.Context) {
			d.Contexts = append(d.Contexts, j.Context)
		}
	}
	slices.Sort(d.Contexts)
	return d
}

// methodText is a method with its parameters and version, as it is kept with
// every level that it proposed.
func methodText(m competency.Method) string {
	text, _ := json.Marshal(m) // texts, numbers and a bool always marshal
	return string(text)
}

// ProposalLine is an open proposal in a list.
type ProposalLine struct {
	competency.Determination
	Name, Code, Indicator, Label string
}

func proposalLines(list []competency.Determination, items []competency.Item, scale competency.Scale, names map[competency.PersonID]string) []ProposalLine {
	lines := make([]ProposalLine, 0, len(list))
	for _, p := range list {
		line := ProposalLine{Determination: p, Name: names[p.Learner], Label: scale.Label(p.Level)}
		if found := pick(items, []competency.ItemID{p.Item}); len(found) == 1 {
			line.Code, line.Indicator = found[0].Code, found[0].Text
		}
		lines = append(lines, line)
	}
	return lines
}

// proposalsPerPage is how many proposals are shown at once.
const proposalsPerPage = 60

// Proposals answers the open proposals about the learners of the schools where
// the actor teaches, oldest first.
func (r *Registrar) Proposals(ctx context.Context, who competency.Actor) (lines []ProposalLine, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewQueue, competency.Subject{}); err != nil {
			return err
		}
		list, err := d.Proposals(schoolsAs(who, competency.Teacher), who.Person, proposalsPerPage)
		if err != nil || len(list) == 0 {
			return err
		}
		f, items, err := d.current()
		if err != nil {
			return err
		}
		learners := make([]competency.PersonID, len(list))
		for i, p := range list {
			learners[i] = p.Learner
		}
		names, err := d.UsedNames(learners)
		lines = proposalLines(list, items, f.Scale, names)
		return err
	})
	return lines, err
}

// Confirm confirms proposals, all or none: the levels count from now on. A
// level that was confirmed before in the same indicator gives way to it.
func (r *Registrar) Confirm(ctx context.Context, who competency.Actor, ids []competency.DeterminationID) error {
	if len(ids) == 0 || len(ids) > 500 {
		return competency.Invalid(competency.Field{Pointer: "/ids", Detail: "Choose at least one proposal."})
	}
	return r.act(ctx, who, competency.ConfirmLevel, func(d *desk) error {
		list, schools, err := d.levels(ids)
		if err != nil {
			return err
		}
		for i := range list {
			l := &list[i]
			if err := d.may(competency.Subject{ID: string(l.ID), Org: schools[l.Learner], Owner: l.Learner}); err != nil {
				return err
			}
			if err := l.Confirm(who.Person, d.Now()); err != nil {
				return err
			}
		}
		for _, l := range list {
			if err := d.confirm(l); err != nil {
				return err
			}
		}
		d.note("confirmed", strconv.Itoa(len(list)))
		return nil
	})
}

// levels reads determinations with the schools of their learners; a missing one
// is ErrNotFound.
func (d *desk) levels(ids []competency.DeterminationID) ([]competency.Determination, map[competency.PersonID]competency.OrgID, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	list, err := d.Determinations(ids)
	if err != nil {
		return nil, nil, err
	}
	if len(list) != len(ids) {
		return nil, nil, competency.NotFound()
	}
	learners := make([]competency.PersonID, len(list))
	for i, l := range list {
		learners[i] = l.Learner
	}
	enrolled, err := d.EnrollmentsOf(learners)
	schools := make(map[competency.PersonID]competency.OrgID, len(enrolled))
	for p, e := range enrolled {
		schools[p] = e.School
	}
	return list, schools, err
}

// confirm writes one confirmed level, the one before it first: there is never
// more than one.
func (d *desk) confirm(l competency.Determination) error {
	if l.Supersedes != "" {
		before, err := d.Determination(l.Supersedes)
		if err != nil {
			return err
		}
		if before.State == competency.LevelConfirmed {
			before.State = competency.LevelSuperseded
			if err := d.MoveDetermination(before); err != nil {
				return err
			}
		}
	}
	return d.MoveDetermination(l)
}

// Reopen takes a confirmed level back with a reason and proposes anew from what
// stands. It answers whose level it was.
func (r *Registrar) Reopen(ctx context.Context, who competency.Actor, id competency.DeterminationID, reason string) (learner competency.PersonID, err error) {
	err = r.act(ctx, who, competency.ReopenLevel, func(d *desk) error {
		list, schools, err := d.levels([]competency.DeterminationID{id})
		if err != nil {
			return err
		}
		l := list[0]
		learner = l.Learner
		if err := d.may(competency.Subject{ID: string(id), Org: schools[l.Learner], Owner: l.Learner}); err != nil {
			return err
		}
		if err := l.Reopen(who.Person, reason, d.Now()); err != nil {
			return err
		}
		if err := d.MoveDetermination(l); err != nil {
			return err
		}
		_, err = propose(d.Scope, l.Learner, []competency.ItemID{l.Item})
		return err
	})
	return learner, err
}

// waitsToJudge is the queue on a teacher's home page.
func waitsToJudge(d *desk) ([]Waiting, error) {
	if !d.who.Is(competency.Teacher) {
		return nil, nil
	}
	n, oldest, err := d.EvidenceWaiting(schoolsAs(d.who, competency.Teacher), d.who.Person)
	return []Waiting{{Kind: "queue", Count: int(n), Oldest: oldest, Href: "/queue"}}, err
}

// waitsToConfirm are the proposals on a teacher's home page.
func waitsToConfirm(d *desk) ([]Waiting, error) {
	if !d.who.Is(competency.Teacher) {
		return nil, nil
	}
	n, err := d.CountProposals(schoolsAs(d.who, competency.Teacher), d.who.Person)
	if err != nil || n == 0 {
		return nil, err
	}
	return []Waiting{{Kind: "proposals", Count: int(n), Href: "/proposals"}}, nil
}
