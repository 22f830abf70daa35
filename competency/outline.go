package competency

import (
	"slices"
	"strconv"
	"strings"
)

// Outline is the tree of a framework while it is written: parents before their
// children, each child behind its elder siblings and what stands below them.
type Outline []FrameworkRow

// OutlineOf is the outline of a published version.
func OutlineOf(items []Item) Outline {
	codes := make(map[ItemID]string, len(items))
	rows := make([]FrameworkRow, len(items))
	for i, it := range items {
		codes[it.ID] = it.Code
		rows[i] = FrameworkRow{
			Line: i + 1, Code: it.Code, Kind: it.Kind, Text: it.Text, Position: it.Position, Tags: it.Tags,
			Prerequisites: it.Prerequisites, Retired: it.Retired, Type: it.Type, URI: it.URI, CaseID: it.CaseID,
		}
	}
	for i, it := range items {
		rows[i].Parent = codes[it.Parent]
	}
	return InOrder(rows)
}

// At is the place of a code, −1 where it does not stand.
func (o Outline) At(code string) int {
	return slices.IndexFunc(o, func(r FrameworkRow) bool { return r.Code == code })
}

// end is the place behind the node and all that stands below it.
func (o Outline) end(at int) int {
	inside := map[string]bool{o[at].Code: true}
	i := at + 1
	for ; i < len(o) && inside[o[i].Parent]; i++ {
		inside[o[i].Code] = true
	}
	return i
}

// kindOf is the kind of a code; empty for the root.
func (o Outline) kindOf(code string) ItemKind {
	if i := o.At(code); code != "" && i >= 0 {
		return o[i].Kind
	}
	return root
}

// Depth is how many nodes stand above each.
func (o Outline) Depth() []int {
	depth, of := make([]int, len(o)), make(map[string]int, len(o))
	for i, r := range o {
		if r.Parent != "" {
			depth[i] = of[r.Parent] + 1
		}
		of[r.Code] = depth[i]
	}
	return depth
}

// errNoItem answers for a code that is not in the outline.
func errNoItem(code string) error {
	return Refuse("There is no item " + code + " here any more; somebody may have changed it meanwhile.")
}

// check answers the first thing wrong with one row of the outline, its pointers
// being the row's own members.
func (o Outline) check(code string) error {
	i := o.At(code)
	c := rowCheck{byCode: make(map[string]*FrameworkRow, len(o))}
	for j := range o {
		c.byCode[o[j].Code] = &o[j]
	}
	c.row(&o[i])
	if len(c.bad) == 0 {
		return nil
	}
	for j, f := range c.bad {
		member := f.Pointer[strings.LastIndexByte(f.Pointer, '/'):]
		_, detail, _ := strings.Cut(f.Detail, ": ")
		c.bad[j] = Field{member, strings.ToUpper(detail[:1]) + detail[1:]}
	}
	return Invalid(c.bad...)
}

// NextCode proposes a code for one more node below another.
func (o Outline) NextCode(parent string) string {
	prefix, n := parent+".", 0
	if parent == "" {
		prefix = "NEW-"
	}
	for {
		n++
		if code := prefix + strconv.Itoa(n); o.At(code) < 0 {
			return code
		}
	}
}

// Add puts a node below its parent, behind its siblings.
func (o Outline) Add(r FrameworkRow) (Outline, error) {
	if o.At(r.Code) >= 0 {
		return o, Invalid(Field{"/code", "The code " + r.Code + " stands in this framework already."})
	}
	at := len(o)
	if r.Parent != "" {
		above := o.At(r.Parent)
		if above < 0 {
			return o, errNoItem(r.Parent)
		}
		at = o.end(above)
	}
	next := slices.Insert(slices.Clone(o), at, r)
	return next, next.check(r.Code)
}

// ItemWords are what can be changed about a node in its place.
type ItemWords struct {
	Code, Text          string
	Kind                ItemKind
	Tags, Prerequisites []string
}

// Edit gives a node new words. A code that was published stays: it is what the
// item is known by. Only a new item may take another.
func (o Outline) Edit(code string, w ItemWords, published bool) (Outline, error) {
	at := o.At(code)
	switch {
	case at < 0:
		return o, errNoItem(code)
	case w.Code != code && published:
		return o, Refuse("The code of a published item stays. Take the item out of use and add a new one where something else is asked for.")
	case w.Code != code && o.At(w.Code) >= 0:
		return o, Invalid(Field{"/code", "The code " + w.Code + " stands in this framework already."})
	}
	next := slices.Clone(o)
	r := &next[at]
	r.Code, r.Text, r.Kind, r.Tags, r.Prerequisites = w.Code, strings.TrimSpace(w.Text), w.Kind, w.Tags, w.Prerequisites
	for i := range next {
		if next[i].Parent == code && w.Code != code {
			next[i].Parent = w.Code
		}
		if j := slices.Index(next[i].Prerequisites, code); j >= 0 && w.Code != code {
			next[i].Prerequisites = slices.Clone(next[i].Prerequisites)
			next[i].Prerequisites[j] = w.Code
		}
	}
	if err := next.check(w.Code); err != nil {
		return o, err
	}
	for i := range next {
		if next[i].Parent == w.Code && !next[i].Kind.Below(w.Kind) {
			return o, Invalid(Field{"/kind", "What stands below it, " + next[i].Code + ", cannot stand below " + article(w.Kind) + "."})
		}
	}
	return next, nil
}

// Retire takes a node and all below it out of use, or back into it. A node that
// was never published is taken away.
func (o Outline) Retire(code string, retired bool, published func(code string) bool) (Outline, error) {
	at := o.At(code)
	if at < 0 {
		return o, errNoItem(code)
	}
	if !retired {
		return o.restore(at)
	}
	next := slices.Clone(o)
	for i := at; i < o.end(at); i++ {
		next[i].Retired = true
	}
	gone := map[string]bool{}
	next = slices.DeleteFunc(next, func(r FrameworkRow) bool {
		gone[r.Code] = r.Retired && !published(r.Code)
		return gone[r.Code]
	})
	return next.without(gone), nil
}

// restore takes a node with all below it into use again, and so what it stands
// below. A place that was given to another kind meanwhile is refused.
func (o Outline) restore(at int) (Outline, error) {
	next := slices.Clone(o)
	var back []string
	for i := at; i < o.end(at); i++ {
		next[i].Retired = false
		back = append(back, next[i].Code)
	}
	for above := next[at].Parent; above != ""; above = next[next.At(above)].Parent {
		next[next.At(above)].Retired = false
		back = append(back, above)
	}
	for _, code := range back {
		if err := next.check(code); err != nil {
			return o, err
		}
	}
	return next, nil
}

// without takes codes that are gone out of the prerequisites.
func (o Outline) without(gone map[string]bool) Outline {
	for i := range o {
		if slices.ContainsFunc(o[i].Prerequisites, func(c string) bool { return gone[c] }) {
			o[i].Prerequisites = slices.DeleteFunc(slices.Clone(o[i].Prerequisites), func(c string) bool { return gone[c] })
		}
	}
	return o
}

// Direction is where a node is moved.
type Direction string

// The directions: before the elder sibling, behind the younger one, below the
// elder sibling, and out to stand behind its parent.
const (
	MoveUp   Direction = "up"
	MoveDown Direction = "down"
	MoveIn   Direction = "in"
	MoveOut  Direction = "out"
)

// MayMove reports whether Move would.
func (o Outline) MayMove(code string, to Direction) bool {
	_, err := o.Move(code, to)
	return err == nil
}

// Move moves a node with all that stands below it.
func (o Outline) Move(code string, to Direction) (Outline, error) {
	at := o.At(code)
	if at < 0 {
		return o, errNoItem(code)
	}
	elder, younger := o.siblings(at)
	whole := slices.Clone(o[at:o.end(at)])
	rest := slices.Delete(slices.Clone(o), at, o.end(at))
	switch {
	case to == MoveUp && elder >= 0:
		return slices.Insert(rest, elder, whole...), nil
	case to == MoveDown && younger >= 0:
		return slices.Insert(rest, rest.end(younger-len(whole)), whole...), nil
	case to == MoveIn && elder >= 0 && whole[0].Kind.Below(o[elder].Kind):
		whole[0].Parent = o[elder].Code
		return slices.Insert(rest, at, whole...), nil
	case to == MoveOut && whole[0].Parent != "":
		above := o.At(whole[0].Parent)
		if whole[0].Kind.Below(o.kindOf(o[above].Parent)) {
			whole[0].Parent = o[above].Parent
			return slices.Insert(rest, rest.end(above), whole...), nil
		}
	}
	return o, Refuse("This item cannot be moved there.")
}

// siblings are the places of the nearest siblings, −1 where there is none.
func (o Outline) siblings(at int) (elder, younger int) {
	elder, younger = -1, -1
	for i := range o {
		switch {
		case o[i].Parent != o[at].Parent || i == at:
		case i < at:
			elder = i
		case younger < 0:
			younger = i
		}
	}
	return elder, younger
}

// After answers the outline of a next version: items of the published version
// that it does not name stay in it as retired, below what they stood below.
func (o Outline) After(published Outline) Outline {
	has := make(map[string]bool, len(o))
	for _, r := range o {
		has[r.Code] = true
	}
	next := slices.Clone(o)
	for _, r := range published {
		if has[r.Code] {
			continue
		}
		r.Retired = true
		at := len(next)
		if above := next.At(r.Parent); r.Parent != "" && above >= 0 {
			at = next.end(above)
		}
		next = slices.Insert(next, at, r)
	}
	return next
}

// KnownBy gives rows that a CASE identifier ties to a published item that
// item's code, where no other row has it, so that an item whose code changed
// elsewhere goes on here. The map tells the new code of each row renamed.
func (o Outline) KnownBy(published Outline) (Outline, map[string]string) {
	byID, taken, renamed := map[string]string{}, map[string]bool{}, map[string]string{}
	for _, r := range published {
		if r.CaseID != "" {
			byID[r.CaseID] = r.Code
		}
	}
	for _, r := range o {
		taken[r.Code] = true
	}
	for _, r := range o {
		if code := byID[r.CaseID]; r.CaseID != "" && code != "" && code != r.Code && !taken[code] {
			renamed[r.Code], taken[code] = code, true
		}
	}
	if len(renamed) == 0 {
		return o, renamed
	}
	now := func(code string) string {
		if to, ok := renamed[code]; ok {
			return to
		}
		return code
	}
	next := slices.Clone(o)
	for i := range next {
		next[i].Code, next[i].Parent = now(next[i].Code), now(next[i].Parent)
		next[i].Prerequisites = slices.Clone(next[i].Prerequisites)
		for j, code := range next[i].Prerequisites {
			next[i].Prerequisites[j] = now(code)
		}
	}
	return next, renamed
}
