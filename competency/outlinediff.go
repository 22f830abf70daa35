package competency

import (
	"slices"
	"strings"
)

// RowChange is what became of one item between two outlines.
type RowChange struct {
	Before, After FrameworkRow
	// What names the members that differ: "text", "kind", "parent", "tags",
	// "prerequisites".
	What []string
}

// OutlineChanges are what differs between a published outline and the next.
type OutlineChanges struct {
	Added, Retired, Restored []FrameworkRow
	Changed                  []RowChange
	// Same counts the items that continue unchanged.
	Same int
}

// Any reports whether anything differs.
func (c OutlineChanges) Any() bool {
	return len(c.Added)+len(c.Retired)+len(c.Restored)+len(c.Changed) > 0
}

// Changes compares a published outline with the next one, item by item: the
// same code is the same item.
func (o Outline) Changes(next Outline) OutlineChanges {
	before := make(map[string]FrameworkRow, len(o))
	for _, r := range o {
		before[r.Code] = r
	}
	var c OutlineChanges
	seen := make(map[string]bool, len(next))
	for _, r := range next {
		seen[r.Code] = true
		was, ok := before[r.Code]
		switch {
		case !ok:
			c.Added = append(c.Added, r)
			continue
		case r.Retired && !was.Retired:
			c.Retired = append(c.Retired, r)
			continue
		case was.Retired && !r.Retired:
			c.Restored = append(c.Restored, r)
			continue
		}
		if what := differing(was, r); len(what) > 0 {
			c.Changed = append(c.Changed, RowChange{Before: was, After: r, What: what})
		} else {
			c.Same++
		}
	}
	for _, r := range o {
		if !seen[r.Code] && !r.Retired {
			c.Retired = append(c.Retired, r)
		}
	}
	return c
}

func differing(a, b FrameworkRow) (what []string) {
	if strings.TrimSpace(a.Text) != strings.TrimSpace(b.Text) {
		what = append(what, "text")
	}
	if a.Kind != b.Kind {
		what = append(what, "kind")
	}
	if a.Parent != b.Parent {
		what = append(what, "parent")
	}
	if !slices.Equal(a.Tags, b.Tags) {
		what = append(what, "tags")
	}
	if !slices.Equal(a.Prerequisites, b.Prerequisites) {
		what = append(what, "prerequisites")
	}
	return what
}
