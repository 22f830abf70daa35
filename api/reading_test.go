package api

import (
	"testing"

	"laurel/templates"
	"laurel/verifier"
)

// TestCommonScale shows one legend only where it is true of every result.
func TestCommonScale(t *testing.T) {
	t.Parallel()
	two := []verifier.LevelInfo{{Name: "Not yet"}, {Name: "Passing"}}
	three := []verifier.LevelInfo{{Name: "Not yet"}, {Name: "Basic"}, {Name: "Passed"}}
	told := []verifier.LevelInfo{{Name: "Not yet", Description: "Levels count things."}, {Name: "Passing"}}
	for name, c := range map[string]struct {
		results []verifier.ResultInfo
		want    []verifier.LevelInfo
	}{
		"no results":        {nil, nil},
		"one":               {[]verifier.ResultInfo{{Required: "Passed", Scale: three}}, three},
		"the same":          {[]verifier.ResultInfo{{Required: "Passing", Scale: two}, {Required: "Passing", Scale: two}}, two},
		"other levels":      {[]verifier.ResultInfo{{Required: "Passing", Scale: two}, {Required: "Passing", Scale: three}}, nil},
		"another pass line": {[]verifier.ResultInfo{{Required: "Basic", Scale: three}, {Required: "Passed", Scale: three}}, nil},
		"other words":       {[]verifier.ResultInfo{{Required: "Passing", Scale: told}, {Required: "Passing", Scale: two}}, two},
	} {
		got := commonScale(c.results)
		if len(got) != len(c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: level %d: got %v, want %v", name, i, got[i], c.want[i])
			}
		}
	}
	if told[0].Description == "" {
		t.Error("the signed scale was changed")
	}
}

// TestFoldLater leaves a short list open, and of a long one the first.
func TestFoldLater(t *testing.T) {
	t.Parallel()
	met, open := templates.Node{State: templates.Met}, templates.Node{State: templates.NotYet}
	for name, c := range map[string]struct {
		tree []templates.Node
		want []bool // which are unfolded
	}{
		"short":   {[]templates.Node{open, met, open, open}, []bool{true, false, true, true}},
		"long":    {[]templates.Node{met, open, open, open, open}, []bool{false, true, false, false, false}},
		"nothing": {nil, nil},
	} {
		foldLater(c.tree)
		for i, n := range c.tree {
			if n.Open() != c.want[i] {
				t.Errorf("%s: node %d: got %t, want %t", name, i, n.Open(), c.want[i])
			}
		}
	}
}
