package competency

import (
	"strings"
	"testing"
)

func TestScaleAsWritten(t *testing.T) {
	t.Parallel()
	levels := func(names ...string) (all []Level) {
		for _, n := range names {
			all = append(all, Level{Label: n})
		}
		return all
	}
	for name, c := range map[string]struct {
		levels []Level
		at     int
		want   string // pointers of what is wrong
	}{
		"sound":           {levels("Not yet", "Shown"), 2, ""},
		"empty rows":      {levels("Not yet", "Shown", " ", ""), 2, ""},
		"one level":       {levels("Shown"), 1, "/levels /proficient_at"},
		"ten levels":      {levels(strings.Split("abcdefghij", "")...), 2, "/levels"},
		"a gap":           {levels("Not yet", "", "Shown"), 3, "/levels/1/label"},
		"a name twice":    {levels("Shown", "shown"), 2, "/levels/1/label"},
		"all proficient":  {levels("Not yet", "Shown"), 1, "/proficient_at"},
		"off the scale":   {levels("Not yet", "Shown"), 3, "/proficient_at"},
		"too long a name": {levels(strings.Repeat("a", 41), "Shown"), 2, "/levels/0/label"},
	} {
		s := NewScale("s", c.levels, c.at)
		var got []string
		for _, f := range s.CheckWritten() {
			got = append(got, f.Pointer)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", name, got, c.want)
		}
		if c.want == "" && (len(s.Check()) > 0 || s.Levels[0].N != 1) {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// Names can be put better; what judgments are kept by stays (domain invariant 6).
func TestScaleThatFollows(t *testing.T) {
	t.Parallel()
	before := Scale{ID: "s", ProficientAt: 3, Levels: []Level{{N: 1, Label: "Emerging"}, {N: 2, Label: "Developing"}, {N: 3, Label: "Proficient"}}}
	renamed := Scale{ID: "s", ProficientAt: 3, Levels: []Level{{N: 1, Label: "Begun"}, {N: 2, Label: "On the way"}, {N: 3, Label: "Shown"}}}
	for name, c := range map[string]struct {
		next Scale
		ok   bool
	}{
		"the same":            {before, true},
		"better names":        {renamed, true},
		"counts earlier":      {Scale{ProficientAt: 2, Levels: renamed.Levels}, false},
		"one level fewer":     {Scale{ProficientAt: 2, Levels: renamed.Levels[:2]}, false},
		"begins at zero":      {Scale{ProficientAt: 3, Levels: []Level{{N: 0}, {N: 1}, {N: 2}}}, false},
		"renumbered to match": {Scale{ProficientAt: 3, Levels: []Level{{N: 4}, {N: 5}, {N: 6}}}.Renumbered(before), true},
	} {
		if err := c.next.MayFollow(before); (err == nil) != c.ok {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if before.Same(renamed) || !before.Same(before) {
		t.Error("other names are the same scale")
	}
}
