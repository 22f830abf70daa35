package registrar

import (
	"context"
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
	// Phrases are the actor's own words of feedback.
	Phrases []competency.Phrase
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
		if v.Phrases, err = d.Phrases(who.Person); err != nil {
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
	if over, err := d.PanelOver(id); err != nil || over {
		if err == nil {
			err = competency.Refuse("A panel judges this body of evidence.")
		}
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
		// What was only seen in class is nothing once the judgment is taken back.
		if to == competency.EvidenceSubmitted && e.ObservedBy != "" {
			if err := e.Move(competency.EvidenceWithdrawn); err != nil {
				return Scored{}, err
			}
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
		own := slices.DeleteFunc(competency.Standing(before), func(a competency.Assessment) bool { return a.Assessor != who.Person })
		back, err := d.takeBack(e.Owner, own)
		if err != nil {
			return err
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
