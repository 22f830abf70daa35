package competency

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Framework is one version of what a tenant's learners can show, or of what
// others describe and ours is aligned to. A published version never changes.
type Framework struct {
	ID      FrameworkID
	Tenant  OrgID
	Line    FrameworkID // the first version; all versions of a framework share it
	Name    string
	Version int // from 1; a newer version never changes an earlier judgment
	Scale   Scale
	// Reference says that no work is judged by it: a graduate profile or a
	// state's standards, to which the framework of the school is aligned.
	Reference bool
	// Source is where it was taken from, as the CASE document names itself.
	Source  string
	Created time.Time
}

// Item is one node of a framework. It stays the same item in every version of
// its framework in which its code stands: levels, evidence and rubrics belong
// to the item, its words and its place to the version.
type Item struct {
	ID        ItemID
	Framework FrameworkID
	Parent    ItemID // empty for a root
	Kind      ItemKind
	Code      string // the school's own, unique in the framework: "MATH.3"
	Text      string // a sentence without a full stop
	Position  int    // its place in the framework's order, from 1
	// Retired items are kept for what was judged by them and are offered no more.
	Retired bool
	Tags    []string // "career ready"
	// Prerequisites are codes of what is well shown before: advice, no wall.
	Prerequisites []string
	// Type, URI and CaseID are what a CASE document calls the item.
	Type, URI, CaseID string
}

// Scale is the ordered list of levels that judgments use. Decimals never
// decide: a level is one of these.
type Scale struct {
	ID           string
	Levels       []Level // lowest first
	ProficientAt int     // the number of the first level that counts
}

// Label is the word for a level, empty for a number that is not on the scale.
func (s Scale) Label(n int) string {
	if i := slices.IndexFunc(s.Levels, func(l Level) bool { return l.N == n }); i >= 0 {
		return s.Levels[i].Label
	}
	return ""
}

// Has reports whether the level is on the scale.
func (s Scale) Has(n int) bool { return s.Label(n) != "" }

// Check answers what is wrong with a scale.
func (s Scale) Check() []Field {
	var bad []Field
	if len(s.Levels) < 2 || len(s.Levels) > 9 {
		return []Field{{"/scale", "A scale has two to nine levels."}}
	}
	for i, l := range s.Levels {
		if l.N != s.Levels[0].N+i || strings.TrimSpace(l.Label) == "" {
			bad = append(bad, Field{"/scale/levels/" + strconv.Itoa(i), "Number the levels upwards without gaps and give each a name."})
		}
	}
	if !s.Has(s.ProficientAt) {
		bad = append(bad, Field{"/scale/proficientAt", "This level is not on the scale."})
	}
	return bad
}

// Rubric says what each level of one indicator looks like. Once a judgment
// was made with it, it never changes: a better wording is a new version.
type Rubric struct {
	ID       RubricID
	Item     ItemID
	Version  int // from 1
	Criteria []RubricLine
}

// RubricLine is one criterion of a rubric with a description per level.
type RubricLine struct {
	Title  string
	Levels []Level // lowest first, Description filled
}

// Check answers what is wrong with a rubric for a scale.
func (r Rubric) Check(s Scale) []Field {
	if len(r.Criteria) == 0 {
		return []Field{{"/criteria", "A rubric needs at least one criterion."}}
	}
	var bad []Field
	for i, c := range r.Criteria {
		at := "/criteria/" + strconv.Itoa(i)
		if strings.TrimSpace(c.Title) == "" {
			bad = append(bad, Field{at + "/title", "Name the criterion."})
		}
		if len(c.Levels) != len(s.Levels) {
			bad = append(bad, Field{at + "/levels", "Describe every level of the scale, and no other."})
			continue
		}
		for j, l := range c.Levels {
			if l.N != s.Levels[j].N || strings.TrimSpace(l.Description) == "" {
				bad = append(bad, Field{at + "/levels/" + strconv.Itoa(j), "Say what this level looks like."})
			}
		}
	}
	return bad
}

// Task is something that learners were asked to do; evidence may answer one.
// Judgment methods that ask for different tasks tell them apart by it.
type Task struct {
	ID      TaskID
	School  OrgID
	Title   string
	Context string // the subject in which it stands: "science"; may be empty
	Words   string // what it asks for; may be empty
	Items   []ItemID
	By      PersonID
	Created time.Time
}

// Check answers what is wrong with a new task.
func (t Task) Check() []Field {
	var bad []Field
	bad = appendLength(bad, "/title", t.Title, 1, maxTitle, "Name the task")
	bad = appendLength(bad, "/context", t.Context, 0, maxShort, "Name the subject")
	bad = appendLength(bad, "/words", t.Words, 0, maxText, "Say what it asks for")
	switch {
	case len(t.Items) == 0:
		bad = append(bad, Field{"/indicators", "Choose at least one indicator."})
	case len(t.Items) > MaxItems:
		bad = append(bad, Field{"/indicators", "Choose at most " + strconv.Itoa(MaxItems) + " indicators."})
	}
	return bad
}

// Lengths in characters.
const (
	maxTitle = 200
	maxShort = 120
	maxText  = 20_000
)

// appendLength adds a problem when a text is not least to most characters long.
func appendLength(bad []Field, pointer, text string, least, most int, ask string) []Field {
	n := utf8.RuneCountInString(strings.TrimSpace(text))
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return append(bad, Field{pointer, "This text holds characters that cannot be kept."})
	case n < least && n == 0:
		return append(bad, Field{pointer, ask + "."})
	case n < least:
		return append(bad, Field{pointer, ask + ", in at least " + strconv.Itoa(least) + " characters."})
	case n > most:
		return append(bad, Field{pointer, ask + ", in at most " + strconv.Itoa(most) + " characters."})
	}
	return bad
}
