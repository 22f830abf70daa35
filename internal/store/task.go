package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// taskRow is a task.
type taskRow struct {
	ID      competency.TaskID
	Tenant  competency.OrgID
	School  competency.OrgID
	Title   string
	Context string
	Words   string
	Maker   competency.PersonID
	Created time.Time
}

// TableName names the table.
func (taskRow) TableName() string { return "task" }

// taskItemRow says that a task is made to show an item.
type taskItemRow struct {
	Tenant competency.OrgID
	Task   competency.TaskID
	Item   competency.ItemID
}

// TableName names the table.
func (taskItemRow) TableName() string { return "task_item" }

// AddTasks keeps tasks, which have their ids.
func (sc *Scope) AddTasks(tasks []competency.Task) error {
	if len(tasks) == 0 {
		return nil
	}
	rows := make([]taskRow, len(tasks))
	var items []taskItemRow
	for i, t := range tasks {
		rows[i] = taskRow{ID: t.ID, Tenant: sc.tenant, School: t.School, Title: t.Title, Context: t.Context, Words: t.Words, Maker: t.By, Created: utc(t.Created)}
		for _, it := range t.Items {
			items = append(items, taskItemRow{sc.tenant, t.ID, it})
		}
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("adding tasks: %w", err)
	}
	if len(items) == 0 {
		return nil
	}
	return sc.add(&items)
}

// Tasks answers the tasks of some schools with their items, the newest first,
// at most 200.
func (sc *Scope) Tasks(schools []competency.OrgID) ([]competency.Task, error) {
	return sc.tasks(sc.rows(&taskRow{}).Where("school IN ?", schools).Order("created DESC, id DESC").Limit(200))
}

// TasksByID answers some tasks with their items, in no order.
func (sc *Scope) TasksByID(ids []competency.TaskID) ([]competency.Task, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return sc.tasks(sc.rows(&taskRow{}).Where("id IN ?", ids))
}

// Task answers one task with its items.
func (sc *Scope) Task(id competency.TaskID) (competency.Task, error) {
	all, err := sc.TasksByID([]competency.TaskID{id})
	if err == nil && len(all) == 0 {
		err = competency.NotFound()
	}
	if err != nil {
		return competency.Task{}, err
	}
	return all[0], nil
}

// tasks runs the query and fills in the items: two queries for any number.
func (sc *Scope) tasks(q *gorm.DB) ([]competency.Task, error) {
	var rows []taskRow
	if err := q.Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	all := make([]competency.Task, len(rows))
	at := make(map[competency.TaskID]int, len(rows))
	ids := make([]competency.TaskID, len(rows))
	for i, r := range rows {
		all[i] = competency.Task{
			ID: r.ID, School: r.School, Title: r.Title, Context: r.Context, Words: r.Words, By: r.Maker, Created: utc(r.Created),
		}
		at[r.ID], ids[i] = i, r.ID
	}
	var items []taskItemRow
	if err := sc.rows(&taskItemRow{}).Where("task IN ?", ids).Order("task, item").Find(&items).Error; err != nil {
		return nil, err
	}
	for _, it := range items {
		all[at[it.Task]].Items = append(all[at[it.Task]].Items, it.Item)
	}
	return all, nil
}

// handoutRow is a task as it was given.
type handoutRow struct {
	ID      competency.HandoutID
	Tenant  competency.OrgID
	School  competency.OrgID
	Task    competency.TaskID
	Section *competency.SectionID
	Learner *competency.PersonID
	Due     string
	Teacher competency.PersonID
	Given   time.Time
	Closed  *time.Time
}

// TableName names the table.
func (handoutRow) TableName() string { return "handout" }

func (r handoutRow) toHandout() competency.Handout {
	return competency.Handout{
		ID: r.ID, School: r.School, Task: r.Task, Section: orEmpty(r.Section), Learner: orEmpty(r.Learner), Due: r.Due,
		Teacher: r.Teacher, Given: utc(r.Given), Closed: whenever(r.Closed),
	}
}

// AddHandouts gives tasks, under the ids that they have.
func (sc *Scope) AddHandouts(all []competency.Handout) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]handoutRow, len(all))
	for i, h := range all {
		rows[i] = handoutRow{
			ID: h.ID, Tenant: sc.tenant, School: h.School, Task: h.Task, Section: orNull(h.Section), Learner: orNull(h.Learner),
			Due: h.Due, Teacher: h.Teacher, Given: utc(h.Given), Closed: perhaps(h.Closed),
		}
	}
	return sc.add(&rows)
}

// MoveHandout writes whether a handout is open.
func (sc *Scope) MoveHandout(h competency.Handout) error {
	return sc.change(&handoutRow{}, string(h.ID), map[string]any{"closed": perhaps(h.Closed)})
}

// Handout answers one handout.
func (sc *Scope) Handout(id competency.HandoutID) (competency.Handout, error) {
	var row handoutRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toHandout(), err
}

// HandoutsBy answers what a teacher has given, the newest first, at most 200.
func (sc *Scope) HandoutsBy(teacher competency.PersonID) ([]competency.Handout, error) {
	return handouts(sc.rows(&handoutRow{}).Where("teacher = ?", teacher).Order("given DESC, id DESC").Limit(200))
}

// HandoutsIn answers what was given to a section, the newest first, at most 200.
func (sc *Scope) HandoutsIn(section competency.SectionID) ([]competency.Handout, error) {
	return handouts(sc.rows(&handoutRow{}).Where("section = ?", section).Order("given DESC, id DESC").Limit(200))
}

// OpenHandoutsFor answers what is open for a learner, by section or alone, the
// newest first, at most 100.
func (sc *Scope) OpenHandoutsFor(learner competency.PersonID) ([]competency.Handout, error) {
	in := sc.rows(&sectionMemberRow{}).Where("person = ?", learner).Select("section")
	return handouts(sc.rows(&handoutRow{}).Where("closed IS NULL AND (learner = ? OR section IN (?))", learner, in).
		Order("given DESC, id DESC").Limit(100))
}

func handouts(q *gorm.DB) ([]competency.Handout, error) {
	var rows []handoutRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Handout, len(rows))
	for i, r := range rows {
		all[i] = r.toHandout()
	}
	return all, nil
}

// AnswersTo answers the evidence by which some learners answer a task, apart
// from drafts and what was withdrawn or set aside, the oldest first.
func (sc *Scope) AnswersTo(task competency.TaskID, learners []competency.PersonID) ([]competency.Evidence, error) {
	if len(learners) == 0 {
		return nil, nil
	}
	return sc.evidence(sc.rows(&evidenceRow{}).
		Where("task = ? AND owner IN ? AND state IN ('submitted', 'in_review', 'accepted', 'needs_revision')", task, learners).
		Order("created, id"))
}

// AnsweredBy answers to which of some tasks a learner has evidence of any kind,
// a draft included.
func (sc *Scope) AnsweredBy(learner competency.PersonID, tasks []competency.TaskID) (map[competency.TaskID]competency.EvidenceState, error) {
	var rows []evidenceRow
	err := sc.rows(&evidenceRow{}).Select("task", "state").
		Where("owner = ? AND task IN ? AND state NOT IN ('withdrawn', 'set_aside')", learner, tasks).Order("created").Find(&rows).Error
	done := make(map[competency.TaskID]competency.EvidenceState, len(rows))
	for _, r := range rows {
		done[orEmpty(r.Task)] = r.State
	}
	return done, err
}

// AddEvidenceItems says that evidence is meant to show more than its owner
// wrote: what its task asks for, when a teacher judges that too.
func (sc *Scope) AddEvidenceItems(id competency.EvidenceID, after int, items []competency.ItemID) error {
	rows := make([]evidenceItemRow, len(items))
	for i, it := range items {
		rows[i] = evidenceItemRow{sc.tenant, id, it, after + i}
	}
	if len(rows) == 0 {
		return nil
	}
	return sc.add(&rows)
}
