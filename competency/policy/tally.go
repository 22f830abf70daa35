package policy

import (
	"cmp"
	"slices"
	"strings"
)

// Tally counts who changes by another policy. The zero value is ready to use;
// it is not safe for concurrent use.
type Tally struct {
	Learners int // looked at
	Changed  int // whose answer to the whole is another one
	moves    map[[2]State]int
	causes   map[string]*Cause
}

// Move is how many learners go from one answer to another.
type Move struct {
	From     State `json:"from"`
	To       State `json:"to"`
	Learners int   `json:"learners"`
}

// Cause is a requirement with the number of changed learners for whom it
// stands differently.
type Cause struct {
	Requirement string `json:"requirement"`
	Title       string `json:"title"`
	Learners    int    `json:"learners"`
}

// Add counts one learner.
func (t *Tally) Add(d Difference) {
	if t.moves == nil {
		t.moves, t.causes = map[[2]State]int{}, map[string]*Cause{}
	}
	t.Learners++
	if !d.Changes() {
		return
	}
	t.Changed++
	t.moves[[2]State{d.From, d.To}]++
	for _, c := range d.Because {
		if t.causes[c.Requirement] == nil {
			t.causes[c.Requirement] = &Cause{Requirement: c.Requirement, Title: c.Title}
		}
		t.causes[c.Requirement].Learners++
	}
}

// Moves lists from what to what learners change, the most frequent first.
func (t *Tally) Moves() (all []Move) {
	for m, n := range t.moves {
		all = append(all, Move{m[0], m[1], n})
	}
	slices.SortFunc(all, func(a, b Move) int {
		return cmp.Or(b.Learners-a.Learners, order(a.From)-order(b.From), order(a.To)-order(b.To))
	})
	return all
}

// Causes lists the requirements because of which learners change, the most
// frequent first.
func (t *Tally) Causes() (all []Cause) {
	for _, c := range t.causes {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b Cause) int {
		return cmp.Or(b.Learners-a.Learners, strings.Compare(a.Requirement, b.Requirement))
	})
	return all
}
