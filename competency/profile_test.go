package competency

import (
	"slices"
	"strings"
	"testing"
)

// say is a content with one thing said.
func say(change func(*ProfileContent)) ProfileContent {
	c := ProfileContent{
		Sections:    map[ProfileSection]string{RigorSection: "Learners show work."},
		Legend:      []LegendLine{{Scale: "four", Level: 3, Label: "Proficient", Text: "Meets the indicator."}},
		Signatories: []Signatory{{"Joan Adams", "Principal"}},
		Logo:        strings.Repeat("0f", 32),
		Crosswalk: []CrosswalkLine{
			{Scale: "four", Level: 3, Letter: "B", From: 80, To: 92, Points: "3.0"},
			{Scale: "four", Level: 4, Letter: "A", From: 93, To: 100, Points: "4.0"},
		},
		DeclaredBy: "the Willow Brook board", DeclaredSince: "2026-07-01",
	}
	change(&c)
	return c
}

var profileScales = []Scale{{ID: "four", ProficientAt: 3, Levels: []Level{
	{1, "Emerging", "Begins."}, {2, "Developing", "On the way."}, {3, "Proficient", "Shown."}, {4, "Distinguished", "Beyond."},
}}}

func TestProfileCheck(t *testing.T) {
	t.Parallel()
	letters := func(n int) string { return strings.Repeat("é", n) }
	for _, c := range []struct {
		name   string
		change func(*ProfileContent)
		want   []string // pointers
	}{
		{"all is well", func(*ProfileContent) {}, nil},
		{"nothing said", func(c *ProfileContent) { *c = ProfileContent{} }, nil},
		{"no such part", func(c *ProfileContent) { c.Sections["pride"] = "x" }, []string{"/sections"}},
		{"a part at its limit", func(c *ProfileContent) { c.Sections[HabitsSection] = letters(MaxSection) + " \n" }, nil},
		{"a part too long", func(c *ProfileContent) { c.Sections[HabitsSection] = letters(MaxSection + 1) }, []string{"/sections/habits"}},
		{"paragraphs", func(c *ProfileContent) { c.Sections[HabitsSection] = "one\r\n\r\n\ttwo" }, nil},
		{"a bell", func(c *ProfileContent) { c.Sections[HabitsSection] = "one\atwo" }, []string{"/sections/habits"}},
		{"turned writing", func(c *ProfileContent) { c.Sections[HabitsSection] = "pass \u202eton" }, []string{"/sections/habits"}},
		{"broken text", func(c *ProfileContent) { c.Sections[HabitsSection] = "a\xff" }, []string{"/sections/habits"}},
		{"Persian joins", func(c *ProfileContent) { c.Sections[HabitsSection] = "می\u200cخواهم" }, nil},
		{"markup is text", func(c *ProfileContent) { c.Sections[HabitsSection] = `<script>alert("x")</script>` }, nil},
		{"a level of the scale renamed", func(c *ProfileContent) { c.Legend[0].Label = "Excellent" }, []string{"/legend/0/label"}},
		{"a level that is not there", func(c *ProfileContent) { c.Legend[0].Level = 5 }, []string{"/legend/0/level"}},
		{"a scale that is not there", func(c *ProfileContent) { c.Legend[0].Scale = "five" }, []string{"/legend/0/scale"}},
		{"a scale that is not there, nothing said", func(c *ProfileContent) { c.Legend[0] = LegendLine{Scale: "five", Text: " "} }, nil},
		{"a level twice", func(c *ProfileContent) { c.Legend = append(c.Legend, c.Legend[0]) }, []string{"/legend/1/level"}},
		{"too much of a level", func(c *ProfileContent) { c.Legend[0].Text = letters(MaxLegend + 1) }, []string{"/legend/0/text"}},
		{"too many lines", func(c *ProfileContent) { c.Legend = make([]LegendLine, maxLines+1) }, []string{"/legend"}},
		{"four sign", func(c *ProfileContent) { c.Signatories = slices.Repeat(c.Signatories, 4) }, nil},
		{"five sign", func(c *ProfileContent) { c.Signatories = slices.Repeat(c.Signatories, 5) }, []string{"/signatories"}},
		{"no name", func(c *ProfileContent) { c.Signatories[0].Name = " " }, []string{"/signatories/0/name"}},
		{"no title", func(c *ProfileContent) { c.Signatories[0].Title = "" }, []string{"/signatories/0/title"}},
		{"an empty line between", func(c *ProfileContent) { c.Signatories = append([]Signatory{{}}, c.Signatories...) }, nil},
		{"a name of two lines", func(c *ProfileContent) { c.Signatories[0].Name = "Joan\nAdams" }, []string{"/signatories/0/name"}},
		{"a name too long", func(c *ProfileContent) { c.Signatories[0].Name = letters(MaxSignatory + 1) }, []string{"/signatories/0/name"}},
		{"no hash", func(c *ProfileContent) { c.Logo = "../../etc/passwd" }, []string{"/logo"}},
		{"nobody declared it", func(c *ProfileContent) { c.DeclaredBy = "" }, []string{"/declared_by"}},
		{"at no time", func(c *ProfileContent) { c.DeclaredSince = "last year" }, []string{"/declared_since"}},
		{"declared, but nothing", func(c *ProfileContent) { c.Crosswalk, c.DeclaredSince = nil, "" }, nil},
		{"beyond a hundred", func(c *ProfileContent) { c.Crosswalk[1].To = 101 }, []string{"/crosswalk/1/from"}},
		{"upside down", func(c *ProfileContent) { c.Crosswalk[1].From, c.Crosswalk[1].To = 100, 95 }, []string{"/crosswalk/1/from"}},
		{"ranges overlap", func(c *ProfileContent) { c.Crosswalk[1].From = 92 }, []string{"/crosswalk/1/from"}},
		{"from nothing", func(c *ProfileContent) { c.Crosswalk = []CrosswalkLine{{Scale: "four", Level: 1, To: 59}} }, nil},
		{"points in words", func(c *ProfileContent) { c.Crosswalk[0].Points = "three" }, []string{"/crosswalk/0/points"}},
		{"a long letter", func(c *ProfileContent) { c.Crosswalk[0].Letter = "excellent" }, []string{"/crosswalk/0/letter"}},
		{"a grade renames the level", func(c *ProfileContent) { c.Crosswalk[0].Label = "B" }, []string{"/crosswalk/0/label"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range say(c.change).Check(profileScales) {
				got = append(got, f.Pointer)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestProfileDescription(t *testing.T) {
	t.Parallel()
	p := SchoolProfile{ProfileContent: say(func(c *ProfileContent) {
		c.Sections[OutcomesSection] = " Three in four go on. \r\n\r\n\r\n\r\nTwo work. "
		c.Sections[ReviewSection] = " \n "
		slices.Reverse(c.Crosswalk)
	}).Clean(profileScales)}
	want := "Rigor and pedagogy\nLearners show work.\n\nAfter graduation\nThree in four go on.\n\nTwo work.\n\n" +
		"Declared grade equivalence\nDeclared by the Willow Brook board, since 2026-07-01, for the scale four: " +
		"Proficient (3) = B, 80 to 92 percent, 3.0 grade points; Distinguished (4) = A, 93 to 100 percent, 4.0 grade points. " +
		"This is a declaration of its own and is not computed from the record."
	for range 10 { // whatever the order of a map
		if got := p.Description(); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
	if got := (SchoolProfile{}).Description(); got != "" {
		t.Errorf("nothing said: got %q", got)
	}
}

func TestProfileLegend(t *testing.T) {
	t.Parallel()
	p := SchoolProfile{ProfileContent: say(func(*ProfileContent) {}).Clean(profileScales)}
	levels := p.Described(profileScales[0])
	if levels[2] != (Level{3, "Proficient", "Meets the indicator."}) || levels[3].Description != "Beyond." {
		t.Errorf("got %+v", levels)
	}
	if profileScales[0].Levels[2].Description != "Shown." {
		t.Error("the policy's own words were changed")
	}
	if got := p.Legend("four", 1) + p.Legend("five", 3); got != "" {
		t.Errorf("nothing said: got %q", got)
	}
}

func TestProfileClean(t *testing.T) {
	t.Parallel()
	messy := say(func(c *ProfileContent) {
		c.Legend = append([]LegendLine{{Scale: "gone", Level: 1, Text: "x"}, {Scale: "four", Level: 4, Text: " Goes\n beyond. "}}, c.Legend...)
		c.Signatories = append([]Signatory{{" ", ""}}, Signatory{" Joan  Adams ", "Principal"})
	})
	got := messy.Clean(profileScales)
	want := say(func(c *ProfileContent) {
		c.Legend = append(c.Legend, LegendLine{"four", 4, "Distinguished", "Goes beyond."})
		c.Crosswalk[0].Label, c.Crosswalk[1].Label = "Proficient", "Distinguished"
	})
	if !got.Same(want) || !got.Clean(profileScales).Same(got) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if bad := got.Check(profileScales); bad != nil {
		t.Errorf("what was cleaned is wrong: %+v", bad)
	}
	none := say(func(c *ProfileContent) { *c = ProfileContent{DeclaredBy: "the board", DeclaredSince: "2026-07-01"} }).Clean(profileScales)
	if !none.Empty() {
		t.Errorf("a declaration of nothing: got %+v", none)
	}
}
