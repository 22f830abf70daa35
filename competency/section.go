package competency

import (
	"strings"
	"time"
)

// Section is a teacher's list of learners who are taught together.
type Section struct {
	ID      SectionID
	School  OrgID
	Teacher PersonID
	Name    string
	Created time.Time
	Closed  time.Time // zero while it is in use
}

// MaxLearners is how many learners one section holds.
const MaxLearners = 200

// Check answers what is wrong with a section.
func (s Section) Check() []Field {
	return appendLength(nil, "/name", s.Name, 1, maxShort, "Name the section, as it is called at school")
}

// Handout is a task as it was given: to a section or to one learner, open until
// it is closed.
type Handout struct {
	ID      HandoutID
	School  OrgID
	Task    TaskID
	Section SectionID // or Learner; exactly one is set
	Learner PersonID
	Due     string // civil date or empty; lateness has no consequence
	Teacher PersonID
	Given   time.Time
	Closed  time.Time // zero while it is open
}

// Check answers what is wrong with a handout.
func (h Handout) Check() []Field {
	var bad []Field
	if (h.Section == "") == (h.Learner == "") {
		bad = append(bad, Field{"/section", "Choose who gets the task."})
	}
	if h.Due != "" {
		if _, err := time.Parse(time.DateOnly, h.Due); err != nil {
			bad = append(bad, Field{"/due", "Write the day as 2026-05-31."})
		}
	}
	return bad
}

// Close ends a handout: learners no longer find it among their tasks. What was
// handed in stays.
func (h *Handout) Close(now time.Time) error {
	if !h.Closed.IsZero() {
		return Refuse("This task is closed already.")
	}
	h.Closed = now
	return nil
}

// Reopen opens a closed handout again.
func (h *Handout) Reopen() error {
	if h.Closed.IsZero() {
		return Refuse("This task is open.")
	}
	h.Closed = time.Time{}
	return nil
}

// Phrase is something that a teacher often says in feedback.
type Phrase struct {
	ID      string
	Teacher PersonID
	Words   string
	Created time.Time
}

// MaxPhrases is how many phrases one teacher keeps.
const MaxPhrases = 60

// Check answers what is wrong with a phrase.
func (p Phrase) Check() []Field {
	return appendLength(nil, "/words", p.Words, 3, 300, "Write the phrase")
}

// NameRow is one learner as a class list in a table names them: by sign-in
// name, or by the name in use.
type NameRow struct {
	Line int // where it stood in the file, from 1
	Name string
}

// ReadNames takes a class list apart: one learner a line, or the first column
// of a table; a first line that says "name", "login" or "learner" is a heading.
func ReadNames(text string) []NameRow {
	var rows []NameRow
	text = strings.TrimPrefix(text, "\ufeff")
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r", "\n"), "\n") {
		name, _, _ := strings.Cut(line, "\t")
		name, _, _ = strings.Cut(name, ";")
		name = strings.Join(strings.Fields(strings.Trim(strings.TrimSpace(name), `"`)), " ")
		heading := len(rows) == 0 && (strings.EqualFold(name, "name") || strings.EqualFold(name, "login") || strings.EqualFold(name, "learner"))
		if name != "" && !heading {
			rows = append(rows, NameRow{Line: i + 1, Name: name})
		}
	}
	return rows
}
