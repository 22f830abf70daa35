package frameworkfile

import (
	"bytes"
	"strings"
	"testing"

	"laurel/competency"
)

// Rubrics go out with a package and come back with it, criterion by criterion,
// and the scale that they are written by is found.
func TestRubricsRoundTrip(t *testing.T) {
	t.Parallel()
	p := packageOf(competency.Outline{
		{Line: 1, Code: "M", Kind: competency.StandardItem, Text: "Mathematics"},
		{Line: 2, Code: "M.1", Parent: "M", Kind: competency.IndicatorItem, Text: "Reason"},
	})
	p.Scale = competency.Scale{ID: "s", ProficientAt: 2, Levels: []competency.Level{{N: 1, Label: "Begun"}, {N: 2, Label: "Shown"}, {N: 3, Label: "Carried further"}}}
	line := func(title string) competency.RubricLine {
		l := competency.RubricLine{Title: title}
		for _, level := range p.Scale.Levels {
			l.Levels = append(l.Levels, competency.Level{N: level.N, Label: level.Label, Description: title + " at " + level.Label})
		}
		return l
	}
	want := []competency.RubricLine{line("Reasons"), line("Words")}
	p.Rubrics = map[competency.ItemID]competency.Rubric{p.Items[1].ID: {ID: "r", Item: p.Items[1].ID, Version: 1, Criteria: want}}
	out, err := WriteCase(p)
	if err != nil {
		t.Fatal(err)
	}
	f, bad := ReadCase(bytes.NewReader(out), "2026-06-02")
	if len(bad) > 0 || len(f.Rubrics) != 1 || f.Rubrics[0].Code != "M.1" || len(f.Rubrics[0].Criteria) != 2 || len(f.Notes) != 0 {
		t.Fatalf("got %+v, %v", f, bad)
	}
	for i, c := range f.Rubrics[0].Criteria {
		for j, l := range c.Levels {
			if c.Title != want[i].Title || l != want[i].Levels[j] {
				t.Errorf("criterion %d, level %d: got %+v, want %+v", i, j, l, want[i].Levels[j])
			}
		}
	}
	if len(f.Scale.Levels) != 3 || f.Scale.Levels[1].Label != "Shown" || f.Scale.ProficientAt != 2 {
		t.Errorf("the scale: %+v", f.Scale)
	}
}

// What belongs to no item or cannot be kept whole is left out and said; where
// rubrics differ in their levels, the file has no scale.
func TestRubricsThatDoNotFit(t *testing.T) {
	t.Parallel()
	criterion := func(item, title, levels string) string {
		return `{"CFRubricCriteria":[{"description":"` + title + `","CFItemURI":{"identifier":"` + item + `"},"CFRubricCriterionLevels":[` + levels + `]}]}`
	}
	const two = `{"quality":"Yes","score":5,"description":"it does"},{"quality":"No","score":1,"description":"it does not"}`
	const three = two + `,{"quality":"More","score":9,"description":"and more"}`
	rubrics := []string{
		criterion("a1", "Fits", two), criterion("nobody", "Of another package", two), criterion("a1", "", two),
		criterion("a1", "One level", `{"quality":"Yes","score":1}`), criterion("a1", strings.Repeat("x", 301), two), criterion("a2", "Other levels", three),
	}
	f, bad := ReadCase(strings.NewReader(`{"CFDocument":{"title":"T"},"CFItems":[
		{"identifier":"a1","fullStatement":"Reason","humanCodingScheme":"R","CFItemType":"Indicator"},
		{"identifier":"a2","fullStatement":"Count","humanCodingScheme":"C","CFItemType":"Indicator"}],"CFRubrics":[`+strings.Join(rubrics, ",")+`]}`), "2026-06-02")
	if len(bad) > 0 || len(f.Rubrics) != 2 || len(f.Rubrics[0].Criteria) != 1 || len(f.Scale.Levels) != 0 {
		t.Fatalf("got %+v, %v", f, bad)
	}
	if got := f.Rubrics[0].Criteria[0].Levels; got[0].Label != "No" || got[0].N != 1 || got[1].Label != "Yes" {
		t.Errorf("the lowest first: %+v", got)
	}
	if len(f.Notes) != 1 || !strings.HasPrefix(f.Notes[0], "4 criteria") {
		t.Errorf("notes: %q", f.Notes)
	}
}
