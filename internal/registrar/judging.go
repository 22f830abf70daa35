package registrar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"laurel/competency"
	"laurel/internal/store"
)

// schoolsAs are the organisations where the actor holds one of the roles.
func schoolsAs(who competency.Actor, roles ...competency.Role) []competency.OrgID {
	var schools []competency.OrgID
	for org := range who.Staffed {
		if who.At(org, roles...) {
			schools = append(schools, org)
		}
	}
	slices.Sort(schools)
	return schools
}

// Queue answers what waits for a teacher at the schools where they teach,
// oldest first.
func (r *Registrar) Queue(ctx context.Context, who competency.Actor, offset int) (page EvidencePage, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewQueue, competency.Subject{}); err != nil {
			return err
		}
		page.Offset = max(offset, 0)
		list, total, err := d.EvidenceQueue(schoolsAs(who, competency.Teacher), who.Person, store.Page{Offset: page.Offset, Limit: evidencePerPage})
		if err != nil {
			return err
		}
		page.Total = total
		page.Rows, err = d.lines(list)
		return err
	})
	return page, err
}

// JudgeView is evidence beside the rubrics by which it is judged.
type JudgeView struct {
	EvidenceView
	Rows      []JudgeRow
	Proposals []ProposalLine // open ones about this learner in these indicators
	// Next is the piece that waits longest apart from this one; empty if none.
	Next competency.EvidenceID
	Left int64 // how many wait, with this one
}

// JudgeRow is one indicator of the evidence.
type JudgeRow struct {
	Item   competency.Item
	Rubric competency.Rubric
	Mark   *competency.Assessment // the actor's own standing judgment
	// Earlier are the learner's other standing judgments in the indicator,
	// oldest first.
	Earlier   []store.Judged
	Confirmed *competency.Determination
}

// Judge answers a piece of evidence to a teacher of the school.
func (r *Registrar) Judge(ctx context.Context, who competency.Actor, id competency.EvidenceID) (v JudgeView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		e, err := d.Evidence(id)
		if err != nil {
			return err
		}
		if err := d.see(competency.JudgeEvidence, competency.Subject{ID: string(id), Org: e.School, Owner: e.Owner}); err != nil {
			return err
		}
		if err := d.mayRead(e); err != nil {
			return err
		}
		var items []competency.Item
		if v.EvidenceView, items, err = d.evidenceView(e); err != nil {
			return err
		}
		if err := d.judgeRows(&v, items); err != nil {
			return err
		}
		return d.nextInQueue(&v)
	})
	return v, err
}

func (d *desk) judgeRows(v *JudgeView, items []competency.Item) error {
	rubrics, err := d.Rubrics(v.Items)
	if err != nil {
		return err
	}
	judged, err := d.JudgedOf(v.Owner, v.Items)
	if err != nil {
		return err
	}
	live, err := d.LiveDeterminations([]competency.PersonID{v.Owner})
	if err != nil {
		return err
	}
	for _, it := range v.Indicators {
		row := JudgeRow{Item: it, Rubric: rubrics[it.ID]}
		for _, j := range standingWork(judged) {
			switch {
			case j.Item != it.ID:
			case j.Evidence != v.ID:
				row.Earlier = append(row.Earlier, j)
			case j.Assessor == d.who.Person:
				row.Mark = &j.Assessment
			}
		}
		for _, l := range live {
			if l.Item == it.ID && l.State == competency.LevelConfirmed {
				row.Confirmed = &l
			}
		}
		v.Rows = append(v.Rows, row)
	}
	open := slices.DeleteFunc(live, func(l competency.Determination) bool {
		return l.State != competency.LevelProposed || !slices.Contains(v.Items, l.Item)
	})
	v.Proposals = proposalLines(open, items, v.Scale, map[competency.PersonID]string{v.Owner: v.Name})
	return nil
}

// standingWork leaves out what was superseded or taken back.
func standingWork(all []store.Judged) []store.Judged {
	plain := make([]competency.Assessment, len(all))
	for i, j := range all {
		plain[i] = j.Assessment
	}
	keep := map[competency.AssessmentID]bool{}
	for _, a := range competency.Standing(plain) {
		keep[a.ID] = true
	}
	var left []store.Judged
	for _, j := range all {
		if keep[j.ID] {
			left = append(left, j)
		}
	}
	return left
}

func (d *desk) nextInQueue(v *JudgeView) error {
	list, total, err := d.EvidenceQueue(schoolsAs(d.who, competency.Teacher), d.who.Person, store.Page{Limit: 2})
	if err != nil {
		return err
	}
	v.Left = total
	for _, e := range list {
		if e.ID != v.ID {
			v.Next = e.ID
			break
		}
	}
	return nil
}

// EvidenceScores is a teacher's judgment of a piece of evidence.
type EvidenceScores struct {
	Scores []IndicatorScore `json:"scores"`
}

// IndicatorScore is the judgment of one indicator; a level of 0 leaves it out.
type IndicatorScore struct {
	Indicator string `json:"indicator"` // its code
	Level     int    `json:"level"`
	Feedback  string `json:"feedback" required:"false"`
}

// Scored is what a judgment led to.
type Scored struct {
	State     competency.EvidenceState
	Proposals int // open proposals about this learner in these indicators
}

// Score judges evidence. A second judgment of the same indicator by the same
// teacher supersedes the first, as long as no confirmed level rests on it.
// Levels are proposed anew in the same transaction.
func (r *Registrar) Score(ctx context.Context, who competency.Actor, id competency.EvidenceID, in EvidenceScores) (done Scored, err error) {
	err = r.act(ctx, who, competency.JudgeEvidence, func(d *desk) error {
		e, before, err := d.toJudge(id)
		if err != nil {
			return err
		}
		f, err := d.CurrentFramework()
		if err != nil {
			return err
		}
		marks, err := d.marks(in, e, f.Scale)
		if err != nil {
			return err
		}
		made, err := d.judgments(e, marks, before)
		if err != nil {
			return err
		}
		if err := d.AddAssessments(made); err != nil {
			return err
		}
		done, err = d.settleEvidence(e, slices.Concat(before, made))
		return err
	})
	return done, err
}

// toJudge reads evidence that stands to be judged, with its judgments so far.
func (d *desk) toJudge(id competency.EvidenceID) (e competency.Evidence, before []competency.Assessment, err error) {
	if e, err = d.Evidence(id); err != nil {
		return e, nil, err
	}
	if err := d.may(competency.Subject{ID: string(id), Org: e.School, Owner: e.Owner}); err != nil {
		return e, nil, err
	}
	if err := d.mayRead(e); err != nil {
		return e, nil, err
	}
	if !e.Waiting() && e.State != competency.EvidenceAccepted {
		return e, nil, competency.Refuse("This piece of evidence does not wait for a judgment.")
	}
	before, err = d.AssessmentsOf(id)
	return e, before, err
}

// marks turns codes into items and checks the judgment.
func (d *desk) marks(in EvidenceScores, e competency.Evidence, scale competency.Scale) ([]competency.IndicatorMark, error) {
	var marks []competency.IndicatorMark
	var at []int // the place of each mark in the input
	for i, s := range in.Scores {
		if s.Level == 0 && strings.TrimSpace(s.Feedback) == "" {
			continue
		}
		ids, err := resolve(d.Scope, []string{s.Indicator})
		if err != nil {
			return nil, competency.Invalid(competency.Field{Pointer: "/scores/" + strconv.Itoa(i) + "/indicator", Detail: "There is no indicator " + s.Indicator + "."})
		}
		marks, at = append(marks, competency.IndicatorMark{Item: ids[0], Level: s.Level, Feedback: strings.TrimSpace(s.Feedback)}), append(at, i)
	}
	bad := competency.CheckIndicatorMarks(e, scale, marks)
	if len(bad) == 0 {
		return marks, nil
	}
	for i, b := range bad { // point to where the input had it
		var n int
		var member string
		if _, err := fmt.Sscanf(b.Pointer, "/scores/%d/%s", &n, &member); err == nil {
			bad[i].Pointer = "/scores/" + strconv.Itoa(at[n]) + "/" + member
		}
	}
	return nil, competency.Invalid(bad...)
}

// judgments makes the rows of a judgment, each in the place of the same
// teacher's earlier one.
func (d *desk) judgments(e competency.Evidence, marks []competency.IndicatorMark, before []competency.Assessment) ([]competency.Assessment, error) {
	var items []competency.ItemID
	for _, m := range marks {
		items = append(items, m.Item)
	}
	rubrics, err := d.Rubrics(items)
	if err != nil {
		return nil, err
	}
	var made []competency.Assessment
	for _, m := range marks {
		rubric, ok := rubrics[m.Item]
		if !ok {
			return nil, competency.Refuse("There is no rubric for one of these indicators yet.")
		}
		a := competency.Assessment{
			ID: competency.AssessmentID(d.ID()), Evidence: e.ID, Learner: e.Owner, Item: m.Item, Rubric: rubric.ID,
			Assessor: d.who.Person, Level: m.Level, Feedback: m.Feedback, At: d.Now(),
		}
		if own := ownMark(before, m.Item, d.who.Person); own != nil {
			if err := d.unconfirmed(e.Owner, own.ID); err != nil {
				return nil, err
			}
			a.Supersedes = own.ID
		}
		made = append(made, a)
	}
	return made, nil
}

// ownMark is the standing judgment of an indicator by one teacher.
func ownMark(all []competency.Assessment, item competency.ItemID, by competency.PersonID) *competency.Assessment {
	for _, a := range competency.Standing(all) {
		if a.Item == item && a.Assessor == by {
			return &a
		}
	}
	return nil
}

// unconfirmed answers ErrConflict when a confirmed level rests on a judgment.
func (d *desk) unconfirmed(learner competency.PersonID, id competency.AssessmentID) error {
	live, err := d.LiveDeterminations([]competency.PersonID{learner})
	if err != nil {
		return err
	}
	for _, l := range live {
		if l.State == competency.LevelConfirmed && slices.Contains(l.Inputs, id) {
			return competency.Refuse("A confirmed level rests on this judgment. Reopen the level first, with a reason.")
		}
	}
	return nil
}

// settleEvidence moves evidence to where its judgments put it and proposes
// levels anew.
func (d *desk) settleEvidence(e competency.Evidence, all []competency.Assessment) (Scored, error) {
	if to := competency.Judged(e, all); to != e.State {
		if err := e.Move(to); err != nil {
			return Scored{}, err
		}
		if err := d.MoveEvidence(e); err != nil {
			return Scored{}, err
		}
	}
	d.note("state", string(e.State))
	open, err := propose(d.Scope, e.Owner, e.Items)
	return Scored{State: e.State, Proposals: open}, err
}

// Undo takes back the actor's judgment of a piece of evidence, as long as no
// confirmed level rests on it: each row is superseded by one without a level.
func (r *Registrar) Undo(ctx context.Context, who competency.Actor, id competency.EvidenceID) error {
	return r.act(ctx, who, competency.JudgeEvidence, func(d *desk) error {
		e, before, err := d.toJudge(id)
		if err != nil {
			return err
		}
		var back []competency.Assessment
		for _, a := range competency.Standing(before) {
			if a.Assessor != who.Person {
				continue
			}
			if err := d.unconfirmed(e.Owner, a.ID); err != nil {
				return err
			}
			a.Supersedes, a.ID, a.Level, a.Feedback, a.At = a.ID, competency.AssessmentID(d.ID()), 0, "", d.Now()
			back = append(back, a)
		}
		if len(back) == 0 {
			return competency.Refuse("There is nothing of yours to take back here.")
		}
		d.note("undo", strconv.Itoa(len(back)))
		if err := d.AddAssessments(back); err != nil {
			return err
		}
		_, err = d.settleEvidence(e, slices.Concat(before, back))
		return err
	})
}

// SendBack returns evidence to its owner with what is still needed.
func (r *Registrar) SendBack(ctx context.Context, who competency.Actor, id competency.EvidenceID, words string) error {
	words = strings.TrimSpace(words)
	if n := utf8.RuneCountInString(words); n < 3 || n > 2000 {
		return competency.Invalid(competency.Field{Pointer: "/words", Detail: "Say what is still needed, in 3 to 2000 characters."})
	}
	return r.act(ctx, who, competency.JudgeEvidence, func(d *desk) error {
		e, _, err := d.toJudge(id)
		if err != nil {
			return err
		}
		if err := e.Move(competency.EvidenceNeedsRevision); err != nil {
			return err
		}
		e.Returned = words
		d.note("state", string(e.State))
		return d.MoveEvidence(e)
	})
}

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

// methodFor is the judgment method of the learner's policy; without a policy
// it is two different tasks at proficient.
func methodFor(sc *store.Scope, learner competency.PersonID, scale competency.Scale) (competency.Method, error) {
	usual := competency.Method{Name: "n-of", Version: 1, N: 2, AtLeast: scale.ProficientAt, Distinct: true}
	e, err := sc.EnrollmentOf(learner)
	if errors.Is(err, competency.ErrNotFound) {
		return usual, nil
	}
	if err != nil {
		return usual, err
	}
	ps, err := allPolicies(sc)
	if err != nil {
		return usual, err
	}
	v, p, err := ps.of(e)
	if err != nil || v == nil || p.Determination.Method == "" {
		return usual, err
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
		f, err := d.CurrentFramework()
		if err != nil {
			return err
		}
		items, err := d.Items(f.ID)
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

func init() {
	waits = append(waits, waitsToJudge, waitsToConfirm)
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
