package competency

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ItemKind tells what a node of a framework is.
type ItemKind string

// The kinds of nodes, from the widest to the narrowest. Standards and
// indicators decide about graduation; a portrait groups standards and
// objectives lead to an indicator without ever being reported.
const (
	PortraitItem  ItemKind = "portrait"
	StandardItem  ItemKind = "standard"
	IndicatorItem ItemKind = "indicator"
	ObjectiveItem ItemKind = "objective"
)

// Framework is one version of what a tenant's learners can show.
type Framework struct {
	ID      FrameworkID
	Tenant  OrgID
	Name    string
	Version int // from 1; a newer version never changes an earlier judgment
	Scale   Scale
	Created time.Time
}

// Item is one node of a framework.
type Item struct {
	ID        ItemID
	Framework FrameworkID
	Parent    ItemID // empty for a root
	Kind      ItemKind
	Code      string // the school's own, unique in the framework: "MATH.3"
	Text      string // a sentence without a full stop
	Position  int    // its place in the framework's order, from 1
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
	Items   []ItemID
	By      PersonID
	Created time.Time
}

// Check answers what is wrong with a new task.
func (t Task) Check() []Field {
	var bad []Field
	bad = appendLength(bad, "/title", t.Title, 1, maxTitle, "Name the task")
	bad = appendLength(bad, "/context", t.Context, 0, maxShort, "Name the subject")
	if len(t.Items) == 0 {
		bad = append(bad, Field{"/indicators", "Choose at least one indicator."})
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

// FrameworkRow is one line of a framework as a school keeps it in a table.
type FrameworkRow struct {
	Line   int // where it stood in the file, from 1
	Code   string
	Kind   ItemKind
	Parent string // the code of the row above it in the tree; empty for a root
	Text   string
	// Position orders siblings; rows keep the file's order where it is 0.
	Position int
}

// CheckRows answers what is wrong with the rows of a framework, each problem
// under the pointer "/rows/LINE/MEMBER". Parents may stand after children.
func CheckRows(rows []FrameworkRow) []Field {
	if len(rows) == 0 {
		return []Field{{"/file", "There are no rows in this file."}}
	}
	var bad []Field
	wrong := func(r FrameworkRow, member, detail string) {
		bad = append(bad, Field{"/rows/" + strconv.Itoa(r.Line) + "/" + member, "Line " + strconv.Itoa(r.Line) + ": " + detail})
	}
	byCode := make(map[string]FrameworkRow, len(rows))
	for _, r := range rows {
		if before, twice := byCode[r.Code]; twice {
			wrong(r, "code", "the code "+r.Code+" stands in line "+strconv.Itoa(before.Line)+" already.")
			continue
		}
		byCode[r.Code] = r
	}
	for _, r := range rows {
		switch {
		case r.Code == "" || len(r.Code) > 60 || strings.ContainsAny(r.Code, " \t/#?%\"<>"):
			wrong(r, "code", "give a code of letters, digits, dots and hyphens.")
		case r.Parent != "" && byCode[r.Parent].Line == 0:
			wrong(r, "parent", "there is no row with the code "+r.Parent+".")
		case r.Parent != "" && depth(byCode[r.Parent].Kind) >= depth(r.Kind) && depth(r.Kind) > 0:
			wrong(r, "parent", "a "+string(r.Kind)+" cannot stand below a "+string(byCode[r.Parent].Kind)+".")
		case r.Kind == IndicatorItem && r.Parent == "":
			wrong(r, "parent", "an indicator stands below a standard.")
		}
		if depth(r.Kind) == 0 {
			wrong(r, "kind", "write portrait, standard, indicator or objective.")
		}
		if n := utf8.RuneCountInString(strings.TrimSpace(r.Text)); n == 0 || n > 500 || !utf8.ValidString(r.Text) {
			wrong(r, "text", "give the text, in 1 to 500 characters.")
		}
		if r.Position < 0 {
			wrong(r, "position", "write a whole number from 1, or leave it empty.")
		}
	}
	return bad
}

// depth orders the kinds from the widest, 1; 0 is no kind. Since a parent is
// always wider than its child, no tree can turn back on itself.
func depth(k ItemKind) int {
	switch k {
	case PortraitItem:
		return 1
	case StandardItem:
		return 2
	case IndicatorItem:
		return 3
	case ObjectiveItem:
		return 4
	}
	return 0
}
