package registrar

import (
	"context"
	"slices"
	"strings"

	"laurel/competency"
)

// TaskInput is a task as a teacher gives it: a new one, or an earlier one again.
type TaskInput struct {
	// Task is an earlier task to give again; then title, context, words and
	// indicators are those it has.
	Task       string   `json:"task" required:"false"`
	Title      string   `json:"title" required:"false"`
	Context    string   `json:"context" required:"false"`
	Words      string   `json:"words" required:"false"`
	Indicators []string `json:"indicators" required:"false"` // codes
	Section    string   `json:"section" required:"false"`
	Learner    string   `json:"learner" required:"false"` // instead of a section
	Due        string   `json:"due" required:"false"`     // civil date
	// Request is the learner's request that this task answers.
	Request string `json:"request" required:"false"`
}

// HandoutLine is a task as it was given, in a list.
type HandoutLine struct {
	competency.Handout
	Title string
	To    string // the section's name, or the learner's in use
	Codes []string
}

// TaskDesk is a teacher's page of tasks.
type TaskDesk struct {
	Given    []HandoutLine
	Sections []SectionLine
}

// TaskDesk answers what the actor has given, the newest first, and their sections.
func (r *Registrar) TaskDesk(ctx context.Context, who competency.Actor) (v TaskDesk, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewQueue, competency.Subject{}); err != nil {
			return err
		}
		if v.Sections, err = d.sectionLines(); err != nil {
			return err
		}
		given, err := d.HandoutsBy(who.Person)
		if err != nil {
			return err
		}
		v.Given, err = d.handoutLines(given)
		return err
	})
	return v, err
}

// handoutLines adds titles, names and codes: six queries for any number.
func (d *desk) handoutLines(given []competency.Handout) ([]HandoutLine, error) {
	if len(given) == 0 {
		return nil, nil
	}
	var sections []competency.SectionID
	var learners []competency.PersonID
	for _, h := range given {
		if h.Section != "" {
			sections = append(sections, h.Section)
		} else {
			learners = append(learners, h.Learner)
		}
	}
	tasks, codes, err := d.tasksOf(given)
	if err != nil {
		return nil, err
	}
	lists, err := d.SectionsByID(sections)
	if err != nil {
		return nil, err
	}
	names, err := d.UsedNames(learners)
	if err != nil {
		return nil, err
	}
	lines := make([]HandoutLine, len(given))
	for i, h := range given {
		task := tasks[h.Task]
		lines[i] = HandoutLine{Handout: h, Title: task.Title, To: names[h.Learner]}
		if at := slices.IndexFunc(lists, func(s competency.Section) bool { return s.ID == h.Section }); at >= 0 {
			lines[i].To = lists[at].Name
		}
		for _, it := range task.Items {
			lines[i].Codes = append(lines[i].Codes, codes[it])
		}
		slices.Sort(lines[i].Codes)
	}
	return lines, nil
}

// tasksOf answers the tasks of some handouts, and the codes of indicators.
func (d *desk) tasksOf(given []competency.Handout) (map[competency.TaskID]competency.Task, map[competency.ItemID]string, error) {
	ids := make([]competency.TaskID, len(given))
	for i, h := range given {
		ids[i] = h.Task
	}
	list, err := d.TasksByID(ids)
	if err != nil {
		return nil, nil, err
	}
	tasks := make(map[competency.TaskID]competency.Task, len(list))
	for _, t := range list {
		tasks[t.ID] = t
	}
	_, items, err := d.current()
	codes := make(map[competency.ItemID]string, len(items))
	for _, it := range items {
		codes[it.ID] = it.Code
	}
	return tasks, codes, err
}

// TaskForm is what the form for a task offers.
type TaskForm struct {
	// Again is the earlier task that is given again; nil for a new one.
	Again     *competency.Task
	AgainFor  []competency.Item // its indicators
	Standards []StandardChoice
	Sections  []SectionLine
	Earlier   []competency.Task // of the school, the newest first
	// Learner is the one whose request the task answers; empty for a section.
	Learner     competency.PersonID
	LearnerName string
	Asked       competency.Item
}

// TaskForm answers the form for a new task, for an earlier one (task), or for
// the answer to a learner's request.
func (r *Registrar) TaskForm(ctx context.Context, who competency.Actor, task competency.TaskID, request competency.RequestID) (form TaskForm, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		schools, err := d.teachesAt()
		if err != nil {
			return err
		}
		ids := make([]competency.OrgID, len(schools))
		for i, o := range schools {
			ids[i] = o.ID
		}
		if form.Earlier, err = d.Tasks(ids); err != nil {
			return err
		}
		if form.Sections, err = d.sectionLines(); err != nil {
			return err
		}
		form.Sections = slices.DeleteFunc(form.Sections, func(s SectionLine) bool { return !s.Closed.IsZero() })
		_, items, err := d.current()
		if err != nil {
			return err
		}
		for _, s := range competency.Outer(competency.ByStandard(items)) {
			form.Standards = append(form.Standards, StandardChoice{Item: s.Item, Indicators: s.Indicators})
		}
		return d.taskFor(&form, items, task, request)
	})
	return form, err
}

// taskFor fills in the earlier task and the learner who asked.
func (d *desk) taskFor(form *TaskForm, items []competency.Item, task competency.TaskID, request competency.RequestID) error {
	if task != "" {
		t, err := d.Task(task)
		if err != nil {
			return err
		}
		if err := d.see(competency.ManageTasks, competency.Subject{ID: string(t.ID), Org: t.School}); err != nil {
			return err
		}
		form.Again, form.AgainFor = &t, pick(items, t.Items)
	}
	if request == "" {
		return nil
	}
	q, err := d.Request(request)
	if err != nil {
		return err
	}
	if err := d.see(competency.AnswerRequest, competency.Subject{ID: string(q.ID), Org: q.School, Owner: q.Learner}); err != nil {
		return err
	}
	names, err := d.UsedNames([]competency.PersonID{q.Learner})
	form.Learner, form.LearnerName = q.Learner, names[q.Learner]
	if asked := pick(items, []competency.ItemID{q.Item}); len(asked) == 1 {
		form.Asked = asked[0]
	}
	return err
}

// GiveTask gives a new task, or an earlier one again with its rubrics, to a
// section or to the learner who asked for it.
func (r *Registrar) GiveTask(ctx context.Context, who competency.Actor, once Once, in TaskInput) (competency.HandoutID, error) {
	id, err := r.actOnce(ctx, who, once, competency.ManageTasks, func(d *desk) (string, error) {
		h := competency.Handout{
			ID: competency.HandoutID(d.ID()), Section: competency.SectionID(in.Section), Learner: competency.PersonID(in.Learner),
			Due: in.Due, Teacher: who.Person, Given: d.Now(),
		}
		asked, err := d.receiver(&h, in)
		if err != nil {
			return "", err
		}
		if err := d.may(competency.Subject{ID: string(h.ID), Org: h.School, Owner: h.Learner}); err != nil {
			return "", err
		}
		bad := h.Check()
		t, err := d.taskToGive(in, h.School)
		if err != nil {
			return "", err
		}
		if in.Task == "" {
			bad = append(bad, t.Check()...)
		}
		if len(bad) > 0 {
			return "", competency.Invalid(bad...)
		}
		if in.Task == "" {
			if err := d.AddTasks([]competency.Task{t}); err != nil {
				return "", err
			}
		}
		h.Task = t.ID
		d.note("task", string(t.ID))
		if err := d.AddHandouts([]competency.Handout{h}); err != nil {
			return "", err
		}
		return string(h.ID), d.answeredByTask(asked)
	})
	return competency.HandoutID(id), err
}

// receiver finds the school of whoever gets the task, and the request that it
// answers; nil if it answers none.
func (d *desk) receiver(h *competency.Handout, in TaskInput) (*competency.AssessmentRequest, error) {
	if in.Request != "" {
		q, err := d.Request(competency.RequestID(in.Request))
		if err != nil {
			return nil, err
		}
		if err := d.see(competency.AnswerRequest, competency.Subject{ID: string(q.ID), Org: q.School, Owner: q.Learner}); err != nil {
			return nil, err
		}
		h.School, h.Learner, h.Section = q.School, q.Learner, ""
		return &q, nil
	}
	h.Learner = "" // a task for one learner answers a request
	if h.Section == "" {
		at, err := d.schoolFor("")
		h.School = at
		return nil, err
	}
	s, err := d.Section(h.Section)
	h.School = s.School
	return nil, err
}

// answeredByTask ends the request that a task answers.
func (d *desk) answeredByTask(q *competency.AssessmentRequest) error {
	if q == nil {
		return nil
	}
	if err := q.Answer(d.who.Person, competency.RequestTask, "", d.Now()); err != nil {
		return err
	}
	return d.AnswerRequest(*q)
}

// taskToGive is the earlier task, or a new one with what the input says.
func (d *desk) taskToGive(in TaskInput, school competency.OrgID) (t competency.Task, err error) {
	if in.Task != "" {
		t, err = d.Task(competency.TaskID(in.Task))
		if err == nil && t.School != school {
			err = competency.NotFound()
		}
		return t, err
	}
	t = competency.Task{
		ID: competency.TaskID(d.ID()), School: school, Title: strings.TrimSpace(in.Title), Context: strings.TrimSpace(in.Context),
		Words: strings.TrimSpace(in.Words), By: d.who.Person, Created: d.Now(),
	}
	t.Items, err = resolve(d.Scope, in.Indicators)
	return t, err
}

// CloseHandout closes a task that was given, or opens it again.
func (r *Registrar) CloseHandout(ctx context.Context, who competency.Actor, id competency.HandoutID, closed bool) error {
	return r.act(ctx, who, competency.ManageTasks, func(d *desk) error {
		h, err := d.Handout(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: h.School}); err != nil {
			return err
		}
		if closed {
			err = h.Close(d.Now())
		} else {
			err = h.Reopen()
		}
		if err != nil {
			return err
		}
		return d.MoveHandout(h)
	})
}

// MyTask is a task that a learner was given.
type MyTask struct {
	competency.Handout
	Task  competency.Task
	By    string // the teacher's name in use
	Codes []string
	// State is where the learner's answer stands; empty where there is none.
	State competency.EvidenceState
}

// MyTasks answers the open tasks that the actor was given as a learner, those
// without an answer first.
func (r *Registrar) MyTasks(ctx context.Context, who competency.Actor) (mine []MyTask, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.AddEvidence, competency.Subject{Owner: who.Person}); err != nil {
			return err
		}
		mine, err = d.myTasks()
		return err
	})
	return mine, err
}

func (d *desk) myTasks() ([]MyTask, error) {
	given, err := d.OpenHandoutsFor(d.who.Person)
	if err != nil || len(given) == 0 {
		return nil, err
	}
	tasks, codes, err := d.tasksOf(given)
	if err != nil {
		return nil, err
	}
	var ids []competency.TaskID
	var teachers []competency.PersonID
	for _, h := range given {
		ids, teachers = append(ids, h.Task), append(teachers, h.Teacher)
	}
	states, err := d.AnsweredBy(d.who.Person, ids)
	if err != nil {
		return nil, err
	}
	names, err := d.UsedNames(teachers)
	mine := make([]MyTask, len(given))
	for i, h := range given {
		mine[i] = MyTask{Handout: h, Task: tasks[h.Task], By: names[h.Teacher], State: states[h.Task]}
		for _, it := range mine[i].Task.Items {
			mine[i].Codes = append(mine[i].Codes, codes[it])
		}
		slices.Sort(mine[i].Codes)
	}
	slices.SortStableFunc(mine, func(a, b MyTask) int { return a.order() - b.order() })
	return mine, err
}

// Begun tells that the learner's answer is with the learner: a draft, or sent back.
func (t MyTask) Begun() bool {
	return t.State == competency.EvidenceDraft || t.State == competency.EvidenceNeedsRevision
}

// order puts what is open before what was answered.
func (t MyTask) order() int {
	if t.State == "" || t.Begun() {
		return 0
	}
	return 1
}
