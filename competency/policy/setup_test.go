package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

// small is our own policy with every kind of node.
func small(t testing.TB) Policy {
	t.Helper()
	return parse(t, smallDocument(t))
}

func smallDocument(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parse(t testing.TB, document []byte) Policy {
	t.Helper()
	p, err := Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// smallFacts are those of a learner who has done everything that small asks,
// by way of college.
func smallFacts() Facts {
	ind := func(codes ...string) (list []Indicator) {
		for _, c := range codes {
			list = append(list, Indicator{Code: c, Title: "Title of " + c})
		}
		return list
	}
	shown := Determined{Level: 3, Confirmed: true, Contexts: []string{"one", "two"}}
	return Facts{
		Learner: "learner-1", AsOf: "2027-06-01",
		Framework: Catalogue{Standards: []Standard{
			{Code: "MATH", Title: "Mathematics", Indicators: ind("MATH.1", "MATH.2", "MATH.10")},
			{Code: "ARTS", Title: "Arts", Indicators: ind("ARTS.1", "ARTS.2", "ARTS.3")},
			{Code: "COMM", Title: "Communication", Indicators: ind("COMM.1", "COMM.2")},
		}},
		Determinations: map[string]Determined{
			"MATH.1": shown, "MATH.2": shown, "MATH.10": shown,
			"ARTS.1": shown, "ARTS.3": shown, "COMM.1": shown,
		},
		Records: []RecordFact{{Kind: "plp", Current: true, SignedBy: []string{"advisor", "learner"}, Reviewed: "2027-03-12"}},
		Artifacts: []ArtifactFact{
			{Kind: "exhibition", State: "accepted", Panel: []string{"t1", "t2", "x1"}, External: 1},
		},
		Results: []ExternalResult{{ID: "r1", Ref: "entrance", Score: 41}, {ID: "r2", Ref: "entrance", Score: 60}},
	}
}

// find is the result with this id.
func find(t testing.TB, a Audit, id string) Result {
	t.Helper()
	var look func(r Result) (Result, bool)
	look = func(r Result) (Result, bool) {
		if r.ID == id {
			return r, true
		}
		for _, c := range r.Children {
			if hit, ok := look(c); ok {
				return hit, true
			}
		}
		return Result{}, false
	}
	for _, root := range append([]Result{a.Tree}, a.Endorsements...) {
		if hit, ok := look(root); ok {
			return hit
		}
	}
	t.Fatalf("no result %q in %s", id, asText(t, a))
	return Result{}
}

// edit replaces one text in small's document, which must be there once.
func edit(t testing.TB, from, to string) []byte {
	t.Helper()
	b := smallDocument(t)
	if bytes.Count(b, []byte(from)) != 1 {
		t.Fatalf("%q does not stand exactly once in small.json", from)
	}
	return bytes.Replace(b, []byte(from), []byte(to), 1)
}

// wantProblem demands a ParseError with this path and a part of its detail.
func wantProblem(t testing.TB, err error, path, detail string) {
	t.Helper()
	var pe *ParseError
	if !errors.As(err, &pe) {
		t.Fatalf("got %v, want a ParseError at %s", err, path)
	}
	for _, p := range pe.Problems {
		if p.Path == path && strings.Contains(p.Detail, detail) {
			return
		}
	}
	t.Errorf("got %v, want %q at %s", pe, detail, path)
}

func asText(t interface{ Fatal(args ...any) }, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
