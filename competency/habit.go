package competency

import (
	"slices"
	"strings"
	"time"
)

// Habits are the habits of work that a teacher may speak about, by the key of
// their words on pages. They are told apart from learning and decide nothing:
// no requirement can name one (domain invariant 8).
var Habits = []string{"preparation", "participation", "persistence", "cooperation"}

// HabitScale is the scale of habits: how often, never how well. It has no level
// that anything rests on, so that it cannot be taken for the scale of learning.
var HabitScale = []string{"seldom", "sometimes", "usually", "always"}

// Habit is what one teacher said about one habit of a learner. It never
// changes; a later word stands beside it.
type Habit struct {
	ID      string
	School  OrgID
	Learner PersonID
	Habit   string // one of Habits
	Level   int    // from 1, the place in HabitScale
	Words   string
	Teacher PersonID
	Made    time.Time
}

// Check answers what is wrong with a word about a habit.
func (h Habit) Check() []Field {
	var bad []Field
	if !slices.Contains(Habits, h.Habit) {
		bad = append(bad, Field{"/habit", "Choose one of the habits."})
	}
	if h.Level < 1 || h.Level > len(HabitScale) {
		bad = append(bad, Field{"/level", "Choose how often."})
	}
	return appendLength(bad, "/words", strings.TrimSpace(h.Words), 0, 1000, "Say what you saw")
}

// LatestHabits keeps the newest word about each habit, in the order of Habits.
func LatestHabits(all []Habit) []Habit {
	var latest []Habit
	for _, name := range Habits {
		var newest *Habit
		for i, h := range all {
			if h.Habit == name && (newest == nil || !h.Made.Before(newest.Made)) {
				newest = &all[i]
			}
		}
		if newest != nil {
			latest = append(latest, *newest)
		}
	}
	return latest
}
