package registrar

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
)

// ClassSheet is a task that was given, with everyone who got it: what a teacher
// scores a whole class on.
type ClassSheet struct {
	competency.Handout
	Task       competency.Task
	To         string
	Indicators []competency.Item
	Rubrics    map[competency.ItemID]competency.Rubric
	Scale      competency.Scale
	Rows       []SheetRow
	Phrases    []competency.Phrase
}

// SheetRow is one learner on a class sheet.
type SheetRow struct {
	Person   competency.PersonID
	Name     string
	Evidence *competency.Evidence // the learner's answer; nil where there is none
	Levels   []int                // the actor's standing levels, as the sheet's indicators; 0 for none
	Feedback string               // the actor's, with these levels
}

// ClassSheet answers a handout to a teacher of the school.
func (r *Registrar) ClassSheet(ctx context.Context, who competency.Actor, id competency.HandoutID) (v ClassSheet, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if v.Handout, err = d.Handout(id); err != nil {
			return err
		}
		if err := d.see(competency.ManageTasks, competency.Subject{ID: string(id), Org: v.School}); err != nil {
			return err
		}
		if v.Task, err = d.Task(v.Handout.Task); err != nil {
			return err
		}
		f, items, err := d.current()
		if err != nil {
			return err
		}
		v.Scale, v.Indicators = f.Scale, ordered(items, v.Task.Items)
		if v.Rubrics, err = d.Rubrics(v.Task.Items); err != nil {
			return err
		}
		if v.Phrases, err = d.Phrases(who.Person); err != nil {
			return err
		}
		return d.sheetRows(&v)
	})
	return v, err
}

// ordered picks items in the framework's order.
func ordered(items []competency.Item, ids []competency.ItemID) []competency.Item {
	var picked []competency.Item
	for _, it := range items {
		if slices.Contains(ids, it.ID) {
			picked = append(picked, it)
		}
	}
	return picked
}

// receivers are the learners who got a handout, by used name, and what they are
// called together.
func (d *desk) receivers(h competency.Handout) (people []competency.Person, to string, err error) {
	if h.Section == "" {
		p, err := d.Person(h.Learner)
		return []competency.Person{p}, p.Used, err
	}
	s, members, err := d.SectionWith(h.Section)
	return members, s.Name, err
}

func (d *desk) sheetRows(v *ClassSheet) (err error) {
	var people []competency.Person
	if people, v.To, err = d.receivers(v.Handout); err != nil {
		return err
	}
	work, err := d.classWork(v.Task, people)
	if err != nil {
		return err
	}
	for _, p := range people {
		row := SheetRow{Person: p.ID, Name: p.Used, Levels: make([]int, len(v.Indicators))}
		if w, ok := work[p.ID]; ok {
			row.Evidence = &w.evidence
			for i, it := range v.Indicators {
				if own := ownMark(w.judged, it.ID, d.who.Person); own != nil {
					row.Levels[i] = own.Level
					if own.Feedback != "" {
						row.Feedback = own.Feedback
					}
				}
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return nil
}

// answer is a learner's work for a task, with its judgments.
type answer struct {
	evidence competency.Evidence
	judged   []competency.Assessment
}

// classWork answers the newest work of some people for a task that stands to be
// judged: three queries for any number.
func (d *desk) classWork(t competency.Task, people []competency.Person) (map[competency.PersonID]answer, error) {
	ids := make([]competency.PersonID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	all, err := d.AnswersTo(t.ID, ids)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	work := map[competency.PersonID]answer{}
	pieces := make([]competency.EvidenceID, 0, len(all))
	for _, e := range all {
		if e.State != competency.EvidenceNeedsRevision {
			work[e.Owner], pieces = answer{evidence: e}, append(pieces, e.ID)
		}
	}
	judged, err := d.AssessmentsOf(pieces...)
	for _, a := range judged {
		if w := work[a.Learner]; w.evidence.ID == a.Evidence {
			w.judged = append(w.judged, a)
			work[a.Learner] = w
		}
	}
	return work, err
}

// ClassScores are judgments of a class on one task.
type ClassScores struct {
	Rows []ClassRow `json:"rows"`
}

// ClassRow is the judgment of one learner. An indicator that is not named stays
// as it is; a level of 0 takes the actor's judgment back, if there is one. The
// feedback is about the whole row.
type ClassRow struct {
	Learner  string           `json:"learner"`
	Feedback string           `json:"feedback" required:"false"`
	Scores   []IndicatorScore `json:"scores"`
}

// ClassScored is what judging a class led to.
type ClassScored struct {
	Judged    int `json:"judged"`    // judgments made now
	TakenBack int `json:"takenBack"` // and taken back
	Proposals int `json:"proposals"` // open about these learners in these indicators
}

// ScoreClass judges learners on a task that they were given, all rows or none.
// Where a learner has handed nothing in, what the teacher saw becomes evidence
// of the route class with the task's title, so that every judgment has its
// evidence, rubric and indicator. Sending the same again changes nothing.
func (r *Registrar) ScoreClass(ctx context.Context, who competency.Actor, id competency.HandoutID, in ClassScores) (done ClassScored, err error) {
	if len(in.Rows) > competency.MaxLearners {
		return done, competency.Invalid(competency.Field{Pointer: "/rows", Detail: "These are more rows than a section has learners."})
	}
	err = r.act(ctx, who, competency.JudgeEvidence, func(d *desk) error {
		done = ClassScored{}
		c, err := d.openClass(id)
		if err != nil {
			return err
		}
		var bad []competency.Field
		for i, row := range in.Rows {
			err := c.score(row, &done)
			refused := (*competency.Error)(nil)
			if errors.As(err, &refused) && errors.Is(err, competency.ErrInvalid) {
				for _, f := range refused.Fields {
					bad = append(bad, competency.Field{Pointer: "/rows/" + strconv.Itoa(i) + f.Pointer, Detail: f.Detail})
				}
				continue
			}
			if err != nil {
				return err
			}
		}
		if len(bad) > 0 {
			return competency.Invalid(bad...)
		}
		d.subject.ID = string(id)
		d.note("judged", strconv.Itoa(done.Judged))
		return nil
	})
	return done, err
}

// classDesk is what judging a class needs at hand.
type classDesk struct {
	*desk
	handout competency.Handout
	task    competency.Task
	scale   competency.Scale
	items   map[string]competency.ItemID // the task's, by code
	rubrics map[competency.ItemID]competency.Rubric
	people  []competency.Person
	work    map[competency.PersonID]answer
}

func (d *desk) openClass(id competency.HandoutID) (c classDesk, err error) {
	c = classDesk{desk: d, items: map[string]competency.ItemID{}}
	if c.handout, err = d.Handout(id); err != nil {
		return c, err
	}
	if err := d.may(competency.Subject{ID: string(id), Org: c.handout.School}); err != nil {
		return c, err
	}
	if c.task, err = d.Task(c.handout.Task); err != nil {
		return c, err
	}
	f, err := d.CurrentFramework()
	if err != nil {
		return c, err
	}
	c.scale = f.Scale
	items, err := d.Items(f.ID)
	if err != nil {
		return c, err
	}
	for _, it := range pick(items, c.task.Items) {
		c.items[it.Code] = it.ID
	}
	if c.rubrics, err = d.Rubrics(c.task.Items); err != nil {
		return c, err
	}
	if c.people, _, err = d.receivers(c.handout); err != nil {
		return c, err
	}
	c.work, err = d.classWork(c.task, c.people)
	return c, err
}

// score judges one learner.
func (c classDesk) score(row ClassRow, done *ClassScored) error {
	learner := competency.PersonID(row.Learner)
	if !slices.ContainsFunc(c.people, func(p competency.Person) bool { return p.ID == learner }) {
		return competency.NotFound()
	}
	if err := c.may(competency.Subject{ID: string(c.handout.ID), Org: c.handout.School, Owner: learner}); err != nil {
		return err
	}
	w := c.work[learner]
	marks, back, err := c.changes(row, w.judged)
	if err != nil || len(marks)+len(back) == 0 {
		return err
	}
	e, err := c.judgedWork(w.evidence, learner, marks)
	if err != nil {
		return err
	}
	if len(marks) > 0 {
		if bad := competency.CheckIndicatorMarks(e, c.scale, marks); len(bad) > 0 {
			return competency.Invalid(c.rowFields(row, marks, bad)...)
		}
	}
	made, err := c.judgments(e, marks, w.judged)
	if err != nil {
		return err
	}
	taken, err := c.takeBack(e.Owner, back)
	if err != nil {
		return err
	}
	if err := c.AddAssessments(slices.Concat(made, taken)); err != nil {
		return err
	}
	out, err := c.settleEvidence(e, slices.Concat(w.judged, made, taken))
	if err != nil {
		return err
	}
	done.Judged, done.TakenBack, done.Proposals = done.Judged+len(made), done.TakenBack+len(taken), done.Proposals+out.Proposals
	return nil
}

// changes are what differs from the actor's standing judgments: new marks, and
// judgments to take back.
func (c classDesk) changes(row ClassRow, judged []competency.Assessment) (marks []competency.IndicatorMark, back []competency.Assessment, err error) {
	feedback := strings.TrimSpace(row.Feedback)
	for i, s := range row.Scores {
		item, ok := c.items[s.Indicator]
		if !ok {
			return nil, nil, competency.Invalid(competency.Field{Pointer: "/scores/" + strconv.Itoa(i) + "/indicator", Detail: "The task does not ask for " + s.Indicator + "."})
		}
		own := ownMark(judged, item, c.who.Person)
		switch {
		case s.Level == 0 && own != nil:
			back = append(back, *own)
		case s.Level == 0 || own != nil && own.Level == s.Level && own.Feedback == feedback:
		default:
			marks = append(marks, competency.IndicatorMark{Item: item, Level: s.Level, Feedback: feedback})
		}
	}
	return marks, back, nil
}

// rowFields point to where the row had what is wrong: feedback stands once in a row.
func (c classDesk) rowFields(row ClassRow, marks []competency.IndicatorMark, bad []competency.Field) []competency.Field {
	var out []competency.Field
	for _, f := range bad {
		rest := strings.TrimPrefix(f.Pointer, "/scores/")
		at, member, _ := strings.Cut(rest, "/")
		if member == "feedback" {
			f.Pointer = "/feedback"
		} else if n, err := strconv.Atoi(at); err == nil && n < len(marks) {
			i := slices.IndexFunc(row.Scores, func(s IndicatorScore) bool { return c.items[s.Indicator] == marks[n].Item })
			f.Pointer = "/scores/" + strconv.Itoa(i) + "/" + member
		}
		if !slices.ContainsFunc(out, func(o competency.Field) bool { return o.Pointer == f.Pointer }) {
			out = append(out, f)
		}
	}
	return out
}

// judgedWork is the evidence that the marks are about: what the learner handed
// in, widened to what the task asks for, or else what the teacher saw.
func (c classDesk) judgedWork(e competency.Evidence, learner competency.PersonID, marks []competency.IndicatorMark) (competency.Evidence, error) {
	var missing []competency.ItemID
	for _, m := range marks {
		if !slices.Contains(e.Items, m.Item) && !slices.Contains(missing, m.Item) {
			missing = append(missing, m.Item)
		}
	}
	if e.ID != "" {
		if err := c.AddEvidenceItems(e.ID, len(e.Items), missing); err != nil {
			return e, err
		}
		e.Items = slices.Concat(e.Items, missing)
		return e, nil
	}
	e = competency.Observed(c.task, learner, c.who.Person, c.Now())
	e.ID, e.Items = competency.EvidenceID(c.ID()), missing
	return e, c.AddEvidence(e)
}

// takeBack makes the rows by which judgments are taken back, as long as no
// confirmed level rests on them.
func (d *desk) takeBack(learner competency.PersonID, standing []competency.Assessment) ([]competency.Assessment, error) {
	var back []competency.Assessment
	for _, a := range standing {
		if err := d.unconfirmed(learner, a.ID); err != nil {
			return nil, err
		}
		a.Supersedes, a.ID, a.Level, a.Feedback, a.At = a.ID, competency.AssessmentID(d.ID()), 0, "", d.Now()
		back = append(back, a)
	}
	return back, nil
}
