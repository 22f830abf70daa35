package registrar

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// History is the earlier work of one learner, as a school brings it along.
type History struct {
	Learner competency.PersonID
	Work    []PastWork
	// Levels are those that teachers had confirmed.
	Levels []PastLevel
	OnTheRecord
}

// OnTheRecord is what is kept about a learner beside evidence and levels.
type OnTheRecord = store.OnRecord

// PastWork is a piece of evidence with its judgments. Work without judgments is
// handed in and waits.
type PastWork struct {
	Task       string // title of the task; empty for work of the learner's own
	TaskBy     competency.PersonID
	Title      string
	Body       string
	Reflection string
	Route      string
	Context    string
	Provider   string
	Indicators []string // codes
	On         time.Time
	Scores     []PastScore
	// AskedOf is who outside has yet to confirm the work, and Reason what.
	AskedOf, Reason string
	// Draft leaves the work with its owner.
	Draft bool
}

// PastScore is a judgment that was made at the time.
type PastScore struct {
	Indicator string
	By        competency.PersonID
	Level     int
	Feedback  string
	On        time.Time
}

// PastLevel is a level that a teacher had confirmed. It must be what the
// policy's method proposes from the work that comes along.
type PastLevel struct {
	Indicator string
	By        competency.PersonID
	On        time.Time
}

// ImportHistory brings in earlier work of learners of a school, one transaction
// and one journal row per learner. The rules are those of every day: complete
// evidence, levels of the scale, feedback below proficient, nobody judging
// their own. What is judged and not confirmed stays proposed.
func (r *Registrar) ImportHistory(ctx context.Context, who competency.Actor, all []History) error {
	for _, h := range all {
		err := r.act(ctx, who, competency.ImportHistory, func(d *desk) error { return d.importHistory(h) })
		if err != nil {
			return fmt.Errorf("importing the history of learner %s: %w", h.Learner, err)
		}
	}
	return nil
}

// pastImport is what one learner's history needs at hand.
type pastImport struct {
	*desk
	learner competency.PersonID
	school  competency.OrgID
	scale   competency.Scale
	items   map[string]competency.Item // indicators by code
	rubrics map[competency.ItemID]competency.Rubric
	tasks   map[string]competency.TaskID // by title and context

	newTasks     []competency.Task
	evidence     []competency.Evidence
	attestations []competency.Attestation
	assessments  []competency.Assessment
	judged       []store.Judged
}

func (d *desk) importHistory(h History) error {
	e, err := d.enrolled(h.Learner)
	if err != nil {
		return err
	}
	if err := d.may(competency.Subject{ID: string(h.Learner), Org: e.School, Owner: h.Learner}); err != nil {
		return err
	}
	in := &pastImport{desk: d, learner: h.Learner, school: e.School, items: map[string]competency.Item{}, tasks: map[string]competency.TaskID{}}
	if err := in.prepare(); err != nil {
		return err
	}
	for i, w := range h.Work {
		if err := in.work(w); err != nil {
			return fmt.Errorf("work %d: %w", i, err)
		}
	}
	if err := in.write(); err != nil {
		return err
	}
	d.note("evidence", strconv.Itoa(len(in.evidence)))
	if err := in.levels(h.Levels); err != nil {
		return err
	}
	return d.AddOnRecord(h.Learner, h.OnTheRecord)
}

func (in *pastImport) prepare() error {
	f, err := in.CurrentFramework()
	if err != nil {
		return err
	}
	in.scale = f.Scale
	items, err := in.Items(f.ID)
	if err != nil {
		return err
	}
	var ids []competency.ItemID
	for _, it := range items {
		if it.Kind == competency.IndicatorItem {
			in.items[it.Code] = it
			ids = append(ids, it.ID)
		}
	}
	if in.rubrics, err = in.Rubrics(ids); err != nil {
		return err
	}
	tasks, err := in.Tasks([]competency.OrgID{in.school})
	for _, t := range tasks {
		in.tasks[t.Title+"\n"+t.Context] = t.ID
	}
	return err
}

// indicator answers the item of a code, or what is wrong.
func (in *pastImport) indicator(code string) (competency.Item, error) {
	it, ok := in.items[code]
	if !ok {
		return it, competency.Invalid(competency.Field{Pointer: "/indicators", Detail: "There is no indicator " + code + "."})
	}
	return it, nil
}

// work adds one piece with its judgments.
func (in *pastImport) work(w PastWork) error {
	e := competency.Evidence{
		ID: competency.EvidenceID(in.ID()), School: in.school, Owner: in.learner, Title: w.Title, Body: w.Body, Reflection: w.Reflection,
		Route: w.Route, Context: w.Context, Provider: w.Provider, State: competency.EvidenceDraft, Version: 1, Created: w.On,
	}
	for _, code := range w.Indicators {
		it, err := in.indicator(code)
		if err != nil {
			return err
		}
		e.Items = append(e.Items, it.ID)
	}
	e.Task = in.task(w, e.Items)
	if !w.Draft {
		if err := e.Submit(0, w.On); err != nil {
			return err
		}
	}
	if w.AskedOf != "" {
		in.attestations = append(in.attestations, competency.Attestation{
			ID: competency.AttestationID(in.ID()), Evidence: e.ID, Version: e.Version, State: competency.AttestationAsked, Asked: w.On,
			Mentor: competency.Mentor{Organisation: w.AskedOf}, Request: competency.Request{Reason: w.Reason},
		})
	}
	made, err := in.scores(w, e)
	if err != nil {
		return err
	}
	if to := competency.Judged(e, made); !w.Draft && to != e.State {
		if err := e.Move(to); err != nil {
			return err
		}
	}
	in.evidence = append(in.evidence, e)
	return nil
}

// task answers the id of the task that work answers, making it if it is new.
func (in *pastImport) task(w PastWork, items []competency.ItemID) competency.TaskID {
	if w.Task == "" {
		return ""
	}
	key := w.Task + "\n" + w.Context
	id, ok := in.tasks[key]
	if !ok {
		id = competency.TaskID(in.ID())
		in.tasks[key] = id
		in.newTasks = append(in.newTasks, competency.Task{
			ID: id, School: in.school, Title: w.Task, Context: w.Context, Items: items, By: w.TaskBy, Created: w.On,
		})
	}
	return id
}

func (in *pastImport) scores(w PastWork, e competency.Evidence) (made []competency.Assessment, err error) {
	var marks []competency.IndicatorMark
	for _, s := range w.Scores {
		it, err := in.indicator(s.Indicator)
		if err != nil {
			return nil, err
		}
		if s.By == in.learner {
			return nil, competency.Forbidden("Nobody decides about their own record; someone else has to do this.")
		}
		marks = append(marks, competency.IndicatorMark{Item: it.ID, Level: s.Level, Feedback: s.Feedback})
		made = append(made, competency.Assessment{
			ID: competency.AssessmentID(in.ID()), Evidence: e.ID, Learner: in.learner, Item: it.ID,
			Rubric: in.rubrics[it.ID].ID, Assessor: s.By, Level: s.Level, Feedback: s.Feedback, At: s.On,
		})
	}
	if len(marks) == 0 {
		return nil, nil
	}
	if bad := competency.CheckIndicatorMarks(e, in.scale, marks); len(bad) > 0 {
		return nil, competency.Invalid(bad...)
	}
	in.assessments = append(in.assessments, made...)
	title := w.Task
	if title == "" {
		title = w.Title
	}
	for _, a := range made {
		in.judged = append(in.judged, store.Judged{Assessment: a, Task: e.Task, Title: title, Context: e.Context})
	}
	return made, nil
}

// write keeps everything in batches.
func (in *pastImport) write() error {
	if err := in.AddTasks(in.newTasks); err != nil {
		return err
	}
	if err := in.AddEvidence(in.evidence...); err != nil {
		return err
	}
	if err := in.AddAttestations(in.attestations); err != nil {
		return err
	}
	return in.AddAssessments(in.assessments)
}

// levels computes what the method proposes from the work that came along and
// confirms it where somebody had done so.
func (in *pastImport) levels(past []PastLevel) error {
	live, err := in.LiveDeterminations([]competency.PersonID{in.learner})
	if err != nil {
		return err
	}
	if len(live) > 0 {
		return competency.Refuse("This learner has levels here already; earlier work can no longer be brought in.")
	}
	method, err := methodFor(in.Scope, in.learner, in.scale)
	if err != nil {
		return err
	}
	confirmed := map[competency.ItemID]PastLevel{}
	for _, l := range past {
		it, err := in.indicator(l.Indicator)
		if err != nil {
			return err
		}
		confirmed[it.ID] = l
	}
	var all []competency.Determination
	for _, code := range slices.Sorted(maps.Keys(in.items)) {
		item := in.items[code].ID
		d := proposal(method, in.judged, item)
		l, wanted := confirmed[item]
		switch {
		case d == nil && wanted:
			return competency.Invalid(competency.Field{Pointer: "/levels", Detail: "Nothing was judged for " + code + "."})
		case d == nil:
			continue
		}
		d.ID, d.Learner, d.State, d.Proposed = competency.DeterminationID(in.ID()), in.learner, competency.LevelProposed, in.Now()
		if wanted {
			d.Proposed = l.On
			if err := d.Confirm(l.By, l.On); err != nil {
				return err
			}
		}
		all = append(all, *d)
	}
	return in.AddDeterminations(all)
}
