package store

import (
	"time"

	"laurel/competency"
)

// habitRow is a word about a habit of work; rows never change.
type habitRow struct {
	ID      string
	Tenant  competency.OrgID
	School  competency.OrgID
	Learner competency.PersonID
	Habit   string
	Level   int
	Words   string
	Teacher competency.PersonID
	Made    time.Time
}

// TableName names the table.
func (habitRow) TableName() string { return "habit" }

// AddHabits keeps words about habits, which have their ids.
func (sc *Scope) AddHabits(all []competency.Habit) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]habitRow, len(all))
	for i, h := range all {
		rows[i] = habitRow{h.ID, sc.tenant, h.School, h.Learner, h.Habit, h.Level, h.Words, h.Teacher, utc(h.Made)}
	}
	return sc.add(&rows)
}

// HabitsOf answers what was said about the habits of some learners, the oldest first.
func (sc *Scope) HabitsOf(learners []competency.PersonID) ([]competency.Habit, error) {
	var rows []habitRow
	err := sc.rows(&habitRow{}).Where("learner IN ?", learners).Order("made, id").Find(&rows).Error
	all := make([]competency.Habit, len(rows))
	for i, r := range rows {
		all[i] = competency.Habit{
			ID: r.ID, School: r.School, Learner: r.Learner, Habit: r.Habit, Level: r.Level, Words: r.Words, Teacher: r.Teacher, Made: utc(r.Made),
		}
	}
	return all, err
}
