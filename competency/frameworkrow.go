package competency

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// FrameworkRow is one node of a framework as a table or a draft has it: it is
// named by its code, and so is what it stands below.
type FrameworkRow struct {
	Line   int      `json:"-"` // where it stood in the file, from 1
	Code   string   `json:"code"`
	Kind   ItemKind `json:"kind"`
	Parent string   `json:"parent,omitempty"` // the code of the row above it in the tree; empty for a root
	Text   string   `json:"text"`
	// Position orders siblings; rows keep the file's order where it is 0.
	Position      int      `json:"-"`
	Tags          []string `json:"tags,omitempty"`
	Prerequisites []string `json:"prerequisites,omitempty"` // codes
	Retired       bool     `json:"retired,omitempty"`
	Type          string   `json:"type,omitempty"` // CASE CFItemType, as given
	URI           string   `json:"uri,omitempty"`
	CaseID        string   `json:"caseId,omitempty"`
}

// Most of a framework.
const (
	MaxFrameworkRows = 10_000
	maxItemText      = 2000
	maxCode          = 60
	maxTags          = 12
	maxTag           = 60
)

// GoodCode reports whether a text can be an item's code: it stands in addresses.
func GoodCode(code string) bool {
	return code != "" && len(code) <= maxCode && utf8.ValidString(code) && !strings.ContainsFunc(code, badInCode)
}

func badInCode(r rune) bool {
	return r <= ' ' || r == 0x7f || r == 0xfffd || strings.ContainsRune("/#?%\"<>|\\", r)
}

// CheckRows answers what is wrong with the rows of a framework, each problem
// under the pointer "/rows/LINE/MEMBER". Parents may stand after children.
func CheckRows(rows []FrameworkRow) []Field {
	if len(rows) == 0 {
		return []Field{{"/file", "There are no rows in this file."}}
	}
	c := rowCheck{byCode: make(map[string]*FrameworkRow, len(rows))}
	for i := range rows {
		r := &rows[i]
		if before := c.byCode[r.Code]; before != nil {
			c.wrong(r, "code", "the code "+r.Code+" stands in line "+strconv.Itoa(before.Line)+" already.")
			continue
		}
		c.byCode[r.Code] = r
	}
	for i := range rows {
		c.row(&rows[i])
	}
	c.circles(rows)
	return c.bad
}

type rowCheck struct {
	byCode map[string]*FrameworkRow
	bad    []Field
}

func (c *rowCheck) wrong(r *FrameworkRow, member, detail string) {
	line := strconv.Itoa(r.Line)
	c.bad = append(c.bad, Field{"/rows/" + line + "/" + member, "Line " + line + ": " + detail})
}

func (c *rowCheck) row(r *FrameworkRow) {
	parent := root
	above := c.byCode[r.Parent]
	if above != nil && r.Parent != "" {
		parent = above.Kind
	}
	switch {
	case !GoodCode(r.Code):
		c.wrong(r, "code", "give a code of letters, digits, dots and hyphens, in at most 60 characters.")
	case r.Parent != "" && above == nil:
		c.wrong(r, "parent", "there is no row with the code "+r.Parent+".")
	case !r.Kind.Known():
		c.wrong(r, "kind", "write portrait, domain, attribute, standard, skill, indicator or objective.")
	case r.Retired: // it stays where it was, whatever became of the place
	case r.Parent == "" && !r.Kind.Below(root):
		c.wrong(r, "parent", article(r.Kind)+" stands below "+orList(mayStandBelow[r.Kind])+".")
	case r.Parent != "" && parent.Known() && !r.Kind.Below(parent):
		c.wrong(r, "parent", article(r.Kind)+" cannot stand below "+article(parent)+".")
	}
	if !r.Kind.Known() && (!GoodCode(r.Code) || r.Parent != "" && above == nil) {
		c.wrong(r, "kind", "write portrait, domain, attribute, standard, skill, indicator or objective.")
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(r.Text)); n == 0 || n > maxItemText || !utf8.ValidString(r.Text) || strings.ContainsRune(r.Text, 0) {
		c.wrong(r, "text", "give the text, in 1 to 2000 characters.")
	}
	if r.Position < 0 {
		c.wrong(r, "position", "write a whole number from 1, or leave it empty.")
	}
	c.marks(r)
}

// marks checks tags and prerequisites.
func (c *rowCheck) marks(r *FrameworkRow) {
	if len(r.Tags) > maxTags || slices.ContainsFunc(r.Tags, func(t string) bool { return utf8.RuneCountInString(t) > maxTag || !utf8.ValidString(t) }) {
		c.wrong(r, "tags", "give at most 12 tags of at most 60 characters.")
	}
	for _, code := range r.Prerequisites {
		switch {
		case code == r.Code:
			c.wrong(r, "prerequisites", "an item does not come before itself.")
		case c.byCode[code] == nil:
			c.wrong(r, "prerequisites", "there is no row with the code "+code+".")
		}
	}
}

// circles finds rows that stand below themselves, one word for each circle.
func (c *rowCheck) circles(rows []FrameworkRow) {
	met := make(map[string]int, len(rows)) // the walk in which a code was met
	for i := range rows {
		code := rows[i].Code
		for met[code] == 0 && c.byCode[code] != nil {
			met[code] = i + 1
			if code = c.byCode[code].Parent; code == "" || met[code] != i+1 {
				continue
			}
			r := c.byCode[code]
			pointer := "/rows/" + strconv.Itoa(r.Line) + "/parent"
			if !slices.ContainsFunc(c.bad, func(f Field) bool { return f.Pointer == pointer }) {
				c.wrong(r, "parent", "this row would stand below itself.")
			}
		}
	}
}

func article(k ItemKind) string {
	switch k {
	case AttributeItem, IndicatorItem, ObjectiveItem:
		return "an " + string(k)
	case root, PortraitItem, DomainItem, StandardItem, SkillItem:
	}
	return "a " + string(k)
}

func orList(kinds []ItemKind) string {
	var words []string
	for _, k := range kinds {
		if k != root {
			words = append(words, article(k))
		}
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// InOrder answers checked rows as an outline: parents before their children,
// siblings by position and then by their place in the file.
func InOrder(rows []FrameworkRow) Outline {
	below := map[string][]FrameworkRow{}
	for _, r := range rows {
		below[r.Parent] = append(below[r.Parent], r)
	}
	for _, siblings := range below {
		slices.SortStableFunc(siblings, func(a, b FrameworkRow) int {
			return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Line, b.Line))
		})
	}
	all := make(Outline, 0, len(rows))
	var add func(code string)
	add = func(code string) {
		for _, r := range below[code] {
			all = append(all, r)
			add(r.Code)
		}
	}
	add("")
	return all
}
