package registrar

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
)

// HabitInput is what a teacher says about habits of work; a level of 0 leaves
// one out.
type HabitInput struct {
	Habits []HabitWord `json:"habits"`
}

// HabitWord is the word about one habit.
type HabitWord struct {
	Habit string `json:"habit"`
	Level int    `json:"level"`
	Words string `json:"words" required:"false"`
}

// NoteHabits keeps what a teacher says about a learner's habits of work. They
// stand apart: no level, proposal or audit reads them.
func (r *Registrar) NoteHabits(ctx context.Context, who competency.Actor, learner competency.PersonID, in HabitInput) error {
	return r.act(ctx, who, competency.NoteHabit, func(d *desk) error {
		e, err := d.enrolled(learner)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(learner), Org: e.School, Owner: learner}); err != nil {
			return err
		}
		var said []competency.Habit
		var bad []competency.Field
		for i, w := range in.Habits {
			if w.Level == 0 && strings.TrimSpace(w.Words) == "" {
				continue
			}
			h := competency.Habit{
				ID: d.ID(), School: e.School, Learner: learner, Habit: w.Habit, Level: w.Level, Words: strings.TrimSpace(w.Words),
				Teacher: who.Person, Made: d.Now(),
			}
			for _, f := range h.Check() {
				bad = append(bad, competency.Field{Pointer: "/habits/" + strconv.Itoa(i) + f.Pointer, Detail: f.Detail})
			}
			said = append(said, h)
		}
		switch {
		case len(bad) > 0:
			return competency.Invalid(bad...)
		case len(said) == 0:
			return competency.Invalid(competency.Field{Pointer: "/habits/0/level", Detail: "Say how often for at least one habit."})
		}
		d.note("habits", strconv.Itoa(len(said)))
		return d.AddHabits(said)
	})
}

// HabitsView is what was said about a learner's habits of work.
type HabitsView struct {
	Learner competency.PersonID
	Name    string
	Mine    bool
	MayNote bool
	Latest  []HabitLine // one a habit
	All     []HabitLine // the newest first
}

// HabitLine is one word about a habit.
type HabitLine struct {
	competency.Habit
	By string // the teacher's name in use
}

// Habits answers what was said about a learner's habits to the learner and to
// the school's staff. It is no part of any extract, record or credential.
func (r *Registrar) Habits(ctx context.Context, who competency.Actor, learner competency.PersonID) (v HabitsView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		e, err := d.enrolled(learner)
		if err != nil {
			return err
		}
		on := competency.Subject{ID: string(learner), Org: e.School, Owner: learner}
		if err := d.see(competency.ViewLearner, on); err != nil {
			return err
		}
		p, err := d.Person(learner)
		if err != nil {
			return err
		}
		v = HabitsView{Learner: learner, Name: p.Used, Mine: learner == who.Person, MayNote: competency.Can(who, competency.NoteHabit, on)}
		all, err := d.HabitsOf([]competency.PersonID{learner})
		if err != nil {
			return err
		}
		people := make([]competency.PersonID, len(all))
		for i, h := range all {
			people[i] = h.Teacher
		}
		names, err := d.UsedNames(people)
		for _, h := range competency.LatestHabits(all) {
			v.Latest = append(v.Latest, HabitLine{h, names[h.Teacher]})
		}
		for _, h := range slices.Backward(all) {
			v.All = append(v.All, HabitLine{h, names[h.Teacher]})
		}
		return err
	})
	return v, err
}
