package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// mixed is a policy with credits of every kind beside levels; habits of work
// stand in the framework and decide nothing.
func mixed(t testing.TB, counting string) Policy {
	t.Helper()
	return board(t, `"credit":{`+counting+`"step":0.25},`,
		distribution+`,{"id":"total","credits":{"min":3,"tags":"any"}},{"id":"college","credits":{"min":0.5,"tags":["college"],"pool":"check"}},
		{"id":"either","any":[{"id":"one","creditPlan":[{"id":"arts","min":1,"tags":["arts"]}]},{"id":"two","creditPlan":[{"id":"arts","min":0.5,"tags":["arts","service"]},{"id":"rest","min":1.5,"tags":"any"}]}]},
		{"id":"eng","proficient":{"standard":"E","indicators":{"atLeast":2}}}`)
}

var tagsOfCredits = []string{"math", "pe", "arts", "service", "college", "cte"}

// drawCredits makes facts with credits, courses, levels and exceptions.
func drawCredits(t *rapid.T) Facts {
	f := Facts{
		Learner: "l", AsOf: "2027-06-01", Determinations: map[string]Determined{}, Pending: map[string]Wait{},
		Framework: Catalogue{Standards: []Standard{
			{Code: "E", Indicators: []Indicator{{Code: "E.1"}, {Code: "E.2"}, {Code: "E.3"}}},
			{Code: "HABITS", Apart: true, Indicators: []Indicator{{Code: "H.1"}, {Code: "H.2"}}},
		}},
	}
	codes := []string{"E.1", "E.2", "E.3", "H.1", "H.2"}
	for _, code := range codes {
		if rapid.Bool().Draw(t, "has") {
			f.Determinations[code] = Determined{Level: rapid.IntRange(1, 2).Draw(t, "level"), Confirmed: rapid.Bool().Draw(t, "confirmed")}
		}
		if rapid.IntRange(0, 4).Draw(t, "waits") == 0 {
			f.Pending[code] = Wait{Provider: "P"}
		}
	}
	for i := range rapid.IntRange(0, 7).Draw(t, "credits") {
		f.Credits = append(f.Credits, drawCredit(t, fmt.Sprint("c", i)))
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "courses") {
		c := drawCredit(t, fmt.Sprint("k", i))
		f.Courses = append(f.Courses, CourseFact{
			ID: c.ID, Title: c.Title, Value: c.Value, Tags: c.Tags, Route: c.Route,
			Indicators: rapid.SliceOfNDistinct(rapid.SampledFrom(codes), 0, 3, rapid.ID).Draw(t, "indicators"),
		})
	}
	f.Exceptions = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Exception {
		return Exception{
			Requirement: rapid.SampledFrom([]string{"pe", "distribution.pe", "one.arts", "arts", "total", "eng", "either", "nothing"}).Draw(t, "requirement"),
			Kind:        rapid.SampledFrom([]string{"pe-waiver", "board-waiver", "favour"}).Draw(t, "kind"), By: "1", By2: "2",
		}
	}), 0, 2).Draw(t, "exceptions")
	return f
}

func drawCredit(t *rapid.T, id string) CreditFact {
	return CreditFact{
		ID: id, Title: "Course " + id, Value: Amount(rapid.SampledFrom([]int{25, 50, 100, 110, 150}).Draw(t, "value")),
		Tags:  rapid.SliceOfNDistinct(rapid.SampledFrom(tagsOfCredits), 0, 2, rapid.ID).Draw(t, "tags"),
		Route: rapid.SampledFrom([]string{"", "class", "online", "travel"}).Draw(t, "route"),
		Waits: rapid.SampledFrom([]string{"", "", "", "P"}).Draw(t, "waits"),
	}
}

const caps = `"caps":[{"tag":"service","max":0.5},{"route":"online","max":1.5}],`

var countings = []string{
	"", caps, `"sharing":{"max":2},`,
	`"derivedFrom":"competencies","rule":"all","asAwarded":["online"],`, caps + `"derivedFrom":"competencies","rule":{"atLeast":2},`,
}

// Invariant 19 for credits: pure, and the same whatever the order.
func TestCreditsAreOrderIndependent(t *testing.T) {
	t.Parallel()
	for _, counting := range countings {
		p := mixed(t, counting)
		rapid.Check(t, func(t *rapid.T) {
			f := drawCredits(t)
			before, first := asText(t, f), asText(t, Evaluate(p, f))
			if asText(t, f) != before {
				t.Fatal("Evaluate changed its facts")
			}
			g := f
			g.Credits = slices.Clone(rapid.Permutation(f.Credits).Draw(t, "credits"))
			for i := range g.Credits {
				g.Credits[i].Tags = rapid.Permutation(g.Credits[i].Tags).Draw(t, "tags")
			}
			g.Courses = slices.Clone(rapid.Permutation(f.Courses).Draw(t, "courses"))
			for i := range g.Courses {
				g.Courses[i].Indicators = rapid.Permutation(g.Courses[i].Indicators).Draw(t, "indicators")
			}
			g.Exceptions = rapid.Permutation(f.Exceptions).Draw(t, "exceptions")
			if g.Hash() != f.Hash() || asText(t, Evaluate(p, g)) != first {
				t.Fatal("the audit depends on the order of the facts")
			}
		})
	}
}

// Invariant 20 for credits: more of them, a confirmation that was waited for,
// or a level more never lower an answer. What an exception excuses stays done.
// Below a cap, a plan that is open may say so of another of its buckets than
// before: which one is short is not unique, and the named ones go first.
func TestMoreCreditNeverLowersAState(t *testing.T) {
	t.Parallel()
	for _, counting := range countings {
		p := mixed(t, counting)
		kinds := map[string]Kind{}
		p.Requirements.Walk(func(n *Node) { kinds[n.ID] = n.Kind })
		rapid.Check(t, func(t *rapid.T) {
			f := drawCredits(t)
			before := states(Evaluate(p, f))
			g := f
			g.Credits, g.Courses, g.Determinations = slices.Clone(f.Credits), slices.Clone(f.Courses), maps.Clone(f.Determinations)
			g.Credits = append(g.Credits, drawCredit(t, "x"))
			for i := range g.Credits {
				if rapid.Bool().Draw(t, "answered") {
					g.Credits[i].Waits = ""
				}
			}
			g.Determinations[rapid.SampledFrom([]string{"E.1", "E.2", "E.3"}).Draw(t, "code")] = Determined{Level: 2, Confirmed: true}
			for id, s := range states(Evaluate(p, g)) {
				if kinds[id] == Bucket && strings.Contains(counting, caps) {
					continue
				}
				if rank[s] < rank[before[id]] && (!s.Done() || !before[id].Done()) {
					t.Fatalf("%s went from %s to %s by more credit", id, before[id], s)
				}
			}
		})
	}
}

// Invariants 7 and 8: a level that nobody confirmed gives no credit, and what
// is set apart decides nothing, whatever is known of it.
func TestCreditsKnowNeitherProposalsNorHabits(t *testing.T) {
	t.Parallel()
	for _, counting := range countings {
		p := mixed(t, counting)
		rapid.Check(t, func(t *rapid.T) {
			f := drawCredits(t)
			want := states(Evaluate(p, f))
			g := f
			g.Determinations, g.Pending = maps.Clone(f.Determinations), maps.Clone(f.Pending)
			maps.DeleteFunc(g.Determinations, func(_ string, d Determined) bool { return !d.Confirmed })
			for _, habit := range []string{"H.1", "H.2"} {
				delete(g.Pending, habit)
				if g.Determinations[habit] = (Determined{Level: 2, Confirmed: true}); rapid.Bool().Draw(t, "none") {
					delete(g.Determinations, habit)
				}
			}
			if got := states(Evaluate(p, g)); !maps.Equal(got, want) {
				t.Fatalf("got %v, want %v", got, want)
			}
		})
	}
}
