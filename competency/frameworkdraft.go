package competency

import (
	"strings"
	"time"
	"unicode/utf8"
)

// FrameworkDraft is the next version of a framework while it is written.
type FrameworkDraft struct {
	ID   DraftID
	Name string
	// Base is the published version that it follows; empty for a new framework.
	Base      FrameworkID
	Reference bool
	Source    string
	// Step counts what was done; a change names the step that it was made
	// beside, so that nobody writes over what they have not seen.
	Step    int
	Outline Outline
	// Scale is the one that the draft has; without a level the version before
	// says it, or the one that the office starts with.
	Scale Scale
	DraftFile
	By               PersonID
	Created, Changed time.Time
}

// DraftFile is what came with the file that a draft was read from, beside its rows.
type DraftFile struct {
	Types []FileType `json:"types,omitempty"`
	Links []FileLink `json:"links,omitempty"`
	// Rubrics are those that came along, by the codes of their indicators.
	Rubrics []FileRubric `json:"rubrics,omitempty"`
	// Notes are sentences about what was read in a way that a person should look at.
	Notes []string `json:"notes,omitempty"`
}

// FileType is a word of a file for a kind of item.
type FileType struct {
	Name    string   `json:"name"` // may be empty
	Count   int      `json:"count"`
	Example string   `json:"example"` // the first text of this type
	Kind    ItemKind `json:"kind"`    // what it seems to stand for
	Sure    bool     `json:"sure"`    // the word is one of ours, or a person has said so
}

// FileRubric is a rubric that a file has for one of its rows.
type FileRubric struct {
	Code     string       `json:"code"`
	Criteria []RubricLine `json:"criteria"`
}

// FileLink is an alignment that a file names: from a row to another row, or to
// an item of elsewhere.
type FileLink struct {
	Code   string        `json:"code"`
	Kind   AlignmentKind `json:"kind"`
	Target string        `json:"target,omitempty"` // a code of the file
	URI    string        `json:"uri,omitempty"`
	Title  string        `json:"title,omitempty"`
	CaseID string        `json:"caseId,omitempty"`
}

// DraftStep is one thing that was done to a draft.
type DraftStep struct {
	Step int
	What string // "add", "edit", "move", …
	Code string // the item it was done to; may be empty
	By   PersonID
	At   time.Time
}

// CheckFrameworkName answers what is wrong with the name of a framework.
func CheckFrameworkName(name string) []Field {
	if n := utf8.RuneCountInString(strings.TrimSpace(name)); n < 2 || n > 200 || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return []Field{{"/name", "Give the framework a name, in 2 to 200 characters."}}
	}
	return nil
}

// SetKinds gives every row of a file the kind that its word stands for.
func (o Outline) SetKinds(types []FileType) Outline {
	kinds := make(map[string]ItemKind, len(types))
	for _, t := range types {
		kinds[t.Name] = t.Kind
	}
	next := make(Outline, len(o))
	for i, r := range o {
		if k, ok := kinds[r.Type]; ok {
			r.Kind = k
		}
		next[i] = r
	}
	return next
}
