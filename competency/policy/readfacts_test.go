package policy

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseFactsReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t).normal()
		for i := range f.Results { // ids that stand twice are refused
			f.Results[i].ID = string(rune('a' + i))
		}
		for i := range f.Hours {
			f.Hours[i].ID = string(rune('a' + i))
		}
		for i := range f.Exceptions {
			f.Exceptions[i].By, f.Exceptions[i].By2 = "p", "q"
			f.Exceptions[i].Cite = "minutes"
		}
		f.Credits = []CreditFact{{ID: "c", Title: "Band", Value: 25, Tags: []string{"arts"}, Route: "class", Waits: "P"}}
		f.Courses = []CourseFact{{ID: "c", Title: "Band", Value: 100, Indicators: []string{"ARTS.1"}}}
		f.Framework.Standards[0].Apart, f.Framework.Standards[1].Retired = true, true
		b, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseFacts(b)
		if err != nil {
			t.Fatal(err)
		}
		if again.Hash() != f.Hash() {
			t.Fatalf("read %s\nfrom %s", asText(t, again.normal()), b)
		}
	})
}

func TestParseFactsTakesNullForNothing(t *testing.T) {
	t.Parallel()
	f, err := ParseFacts([]byte(`{"learner":"l","asOf":"2027-06-01","framework":{"standards":null},"seals":null,"courses":[{"id":"c","title":"t","value":1,"indicators":null}]}`))
	if err != nil || len(f.Courses) != 1 || f.Courses[0].Indicators != nil {
		t.Errorf("got %+v, %v", f, err)
	}
}

func TestParseFactsRefuses(t *testing.T) {
	t.Parallel()
	const who = `"learner":"l","asOf":"2027-06-01",`
	for _, c := range []struct{ name, document, path, detail string }{
		{"nobody", `{"asOf":"2027-06-01"}`, "/learner", "missing"},
		{"no day", `{"learner":"l"}`, "/asOf", "missing"},
		{"no date", `{"learner":"l","asOf":"1 June"}`, "/asOf", "date"},
		{"unknown member", `{` + who + `"grades":[]}`, "/grades", "does not know"},
		{"level as text", `{` + who + `"determinations":{"A.1":{"level":"3"}}}`, "/determinations/A.1/level", "whole number"},
		{"fraction of a level", `{` + who + `"determinations":{"A.1":{"level":2.5}}}`, "/determinations/A.1/level", "whole number"},
		{"credit as text", `{` + who + `"credits":[{"id":"c","title":"t","value":"1"}]}`, "/credits/0/value", "amount"},
		{"credit of nothing", `{` + who + `"credits":[{"id":"c","title":"t","value":0}]}`, "/credits/0/value", "above 0"},
		{"a third", `{` + who + `"credits":[{"id":"c","title":"t","value":0.333}]}`, "/credits/0/value", "two decimals"},
		{"credit twice", `{` + who + `"credits":[{"id":"c","title":"t","value":1},{"id":"c","title":"t","value":1}]}`, "/credits/1/id", "twice"},
		{"result without an id", `{` + who + `"results":[{"ref":"x","score":1}]}`, "/results/0/id", "missing"},
		{"a list for an object", `{` + who + `"pending":[]}`, "/pending", "object"},
		{"an object for a list", `{` + who + `"records":{}}`, "/records", "list"},
		{"review on no date", `{` + who + `"records":[{"kind":"plp","reviewed":"2027-02-30"}]}`, "/records/0/reviewed", "date"},
		{"one person", `{` + who + `"exceptions":[{"requirement":"r","kind":"k","by":"p"}]}`, "/exceptions/0/by2", "missing"},
		{"standard twice", `{` + who + `"framework":{"standards":[{"code":"A"},{"code":"A"}]}}`, "/framework/standards/1/code", "twice"},
		{"member twice, deep inside", `{` + who + `"framework":{"standards":[{"code":"a:\":","code":"b"}]}}`, "", "/framework/standards/0/code: the member stands twice"},
		{"member twice", `{"learner":"l","learner":"m"}`, "", "/learner: the member stands twice"},
		{"broken", `{"learner":`, "", "reading JSON"},
		{"more behind it", `{` + who + `"seals":[]} {}`, "", "after the end"},
		{"no object", `[]`, "", "object"},
		{"too large", `"` + strings.Repeat("x", maxFactsBytes) + `"`, "", "larger than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseFacts([]byte(c.document))
			wantProblem(t, err, c.path, c.detail)
			if !strings.HasPrefix(err.Error(), "facts: ") {
				t.Errorf("says %q", err)
			}
		})
	}
}

// FuzzFacts reads strangers' facts and evaluates them by a policy with every
// kind of node.
func FuzzFacts(f *testing.F) {
	p := small(f)
	credits := board(f, `"credit":{"derivedFrom":"competencies","asAwarded":["online"],"step":0.25,"caps":[{"tag":"arts","max":1}]},`, distribution)
	b, err := json.Marshal(smallFacts())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"learner":"l","asOf":"2027-06-01","credits":[{"id":"a","title":"A","value":0.75,"tags":["math"],"route":"online"}],"courses":[{"id":"b","title":"B","value":1,"tags":["pe"],"indicators":["MATH.1"]}]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		facts, err := ParseFacts(document)
		if err != nil {
			return
		}
		for _, p := range []Policy{p, credits} {
			a := Evaluate(p, facts)
			if asText(t, a) != asText(t, Evaluate(p, facts)) {
				t.Fatal("two evaluations differ")
			}
			a.Next(p)
		}
	})
}
