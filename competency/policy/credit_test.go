package policy

import (
	"slices"
	"strings"
	"testing"
)

// board is a policy of credits as a board would write it, with the given head
// members and tree.
func board(t testing.TB, head, tree string) Policy {
	t.Helper()
	return parse(t, []byte(`{"policy":"us-xx.harbor","version":1,"status":"draft","routes":["class","online","credit-flex"],
		"scale":{"id":"two","proficientAt":2,"levels":[{"n":1,"label":"Developing"},{"n":2,"label":"Proficient"}]},
		"exceptions":{"allowed":true,"kinds":["pe-waiver","board-waiver"],"approverRole":"principal","secondApproverRole":"superintendent","publicText":"Requirement met through an approved equivalent."},
		`+head+`"requirements":{"id":"diploma","all":[`+tree+`]}}`))
}

func course(id string, value Amount, tags ...string) CreditFact {
	return CreditFact{ID: id, Title: "Course " + id, Value: value, Tags: tags}
}

const distribution = `{"id":"distribution","creditPlan":[
	{"id":"electives","min":1,"tags":"any"},{"id":"math","title":"Mathematics","min":1,"tags":["math"]},
	{"id":"pe","min":0.5,"tags":["pe"],"waivable":"pe-waiver"}]}`

func TestCreditPlan(t *testing.T) {
	t.Parallel()
	p := board(t, `"credit":{"step":0.25,"sharing":"none"},`, distribution)
	math, pe, art := course("m", 100, "math"), course("p", 50, "pe"), course("a", 100, "arts")
	waits := func(c CreditFact) CreditFact { c.Waits = "Valley College"; return c }
	for _, c := range []struct {
		name     string
		credits  []CreditFact
		id       string
		state    State
		sentence string
		or       []string
	}{
		{"everything", []CreditFact{math, pe, art}, "distribution", Met, "Distribution: 3 of 3 requirements done", nil},
		{"a bucket", []CreditFact{math, pe, art}, "distribution.math", Met, "Mathematics: 1 of 1 credit", nil},
		{"an elective out of two halves", []CreditFact{math, pe, course("b", 50, "arts"), course("c", 50, "cte")}, "distribution.electives", Met, "Electives: 1 of 1 credit", nil},
		{"mathematics as an elective", []CreditFact{math, course("n", 100, "math"), pe}, "distribution", Met, "Distribution: 3 of 3 requirements done", nil},
		{"a quarter short", []CreditFact{course("m", 75, "math"), pe, art}, "distribution.math", NotMet, "Mathematics: 0.75 of 1 credit; 0.25 more credits needed", nil},
		{
			"which is short is not said",
			[]CreditFact{math, pe, course("e", 25, "pe")},
			"distribution.electives", NotMet,
			"Electives: 0.25 of 1 credit; 0.75 more credits needed, here or in Mathematics or PE",
			[]string{"distribution.math", "distribution.pe"},
		},
		{"waiting", []CreditFact{waits(math), pe, art}, "distribution.math", Pending, "Mathematics: 0 of 1 credit; 1 more credit needed; waiting for Valley College to confirm Course m", nil},
		{"the plan waits", []CreditFact{waits(math), pe, art}, "distribution", Pending, "Distribution: 2 of 3 requirements done; waiting: Mathematics", nil},
		{"waiting is not enough", []CreditFact{waits(course("m", 50, "math")), pe, art}, "distribution.math", NotMet, "Mathematics: 0 of 1 credit; 1 more credit needed; waiting for Valley College to confirm Course m", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := find(t, Evaluate(p, Facts{AsOf: "2027-06-01", Credits: c.credits}), c.id)
			if r.State != c.state || r.Sentence != c.sentence || !slices.Equal(r.Or, c.or) {
				t.Errorf("got  %s %q or %v\nwant %s %q or %v", r.State, r.Sentence, r.Or, c.state, c.sentence, c.or)
			}
			if r.State.Done() != (len(r.Missing) == 0) && r.Kind == Bucket {
				t.Errorf("%s with missing %v", r.State, r.Missing)
			}
		})
	}
	t.Run("says which course filled what", func(t *testing.T) {
		t.Parallel()
		a := Evaluate(p, Facts{Credits: []CreditFact{math, pe, course("a", 150, "arts")}})
		if got := find(t, a, "distribution.math").Credits; !slices.Equal(got, []CreditShare{{ID: "m", Title: "Course m", Amount: 100}}) {
			t.Errorf("mathematics by %+v", got)
		}
		if got := find(t, a, "distribution").Credits; !slices.Equal(got, []CreditShare{{ID: "a", Title: "Course a", Amount: 50}}) {
			t.Errorf("not needed: %+v", got)
		}
		want := []string{"distribution.math", "distribution.pe", "distribution.electives"}
		for i, r := range find(t, a, "distribution").Children {
			if r.ID != want[i] {
				t.Errorf("named buckets come first: %s at %d", r.ID, i)
			}
		}
	})
}

func TestExceptionsBindToBuckets(t *testing.T) {
	t.Parallel()
	twice := `{"id":"either","any":[` + distribution + `,` + strings.Replace(distribution, `"id":"distribution"`, `"id":"other"`, 1) + `]}`
	p := board(t, "", twice)
	f := Facts{AsOf: "2027-06-01", Credits: []CreditFact{course("m", 100, "math"), course("a", 100, "arts")}}
	for _, c := range []struct {
		name, requirement, kind string
		state                   State
		waived                  []string
		reason                  string
	}{
		{"one bucket by its full id", "distribution.pe", "pe-waiver", Waived, []string{"distribution.pe"}, ""},
		{"in every plan by its own id", "pe", "pe-waiver", Waived, []string{"distribution.pe", "other.pe"}, ""},
		{"another kind than the bucket allows", "pe", "board-waiver", NotMet, nil, "only exceptions of the kind “pe-waiver”"},
		{"a bucket that is not there", "distribution.wl", "pe-waiver", NotMet, nil, "no such requirement"},
		{"another bucket", "math", "board-waiver", NotMet, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := f
			f.Exceptions = []Exception{{Requirement: c.requirement, Kind: c.kind, By: "1", By2: "2"}}
			a := Evaluate(p, f)
			if a.State != c.state {
				t.Errorf("got %s, want %s", a.State, c.state)
			}
			var waived []string
			for id, s := range states(a) {
				if s == Waived && strings.HasSuffix(id, ".pe") {
					waived = append(waived, id)
				}
			}
			slices.Sort(waived)
			if !slices.Equal(waived, c.waived) {
				t.Errorf("waived %v, want %v", waived, c.waived)
			}
			if c.reason != "" && (len(a.Refused) != 1 || !strings.Contains(a.Refused[0].Reason, c.reason)) {
				t.Errorf("refused %v, want %q", a.Refused, c.reason)
			}
		})
	}
	t.Run("an excused bucket leaves its credits to the others", func(t *testing.T) {
		t.Parallel()
		p := board(t, "", distribution)
		f := Facts{Credits: []CreditFact{course("m", 100, "math"), course("p", 25, "pe"), course("a", 75, "arts")}}
		f.Exceptions = []Exception{{Requirement: "pe", Kind: "pe-waiver", By: "1", By2: "2"}}
		a := Evaluate(p, f)
		if a.State != Waived || find(t, a, "distribution.electives").State != Met {
			t.Errorf("got %s", asText(t, a.Tree))
		}
		if r := find(t, a, "distribution.pe"); r.Sentence != "PE: requirement met through an approved equivalent" {
			t.Errorf("got %q", r.Sentence)
		}
	})
	t.Run("is not used where the credits are there", func(t *testing.T) {
		t.Parallel()
		f := Facts{Credits: []CreditFact{course("m", 100, "math"), course("p", 50, "pe"), course("a", 100, "arts")}}
		f.Exceptions = []Exception{{Requirement: "pe", Kind: "pe-waiver", By: "1", By2: "2"}}
		if a := Evaluate(board(t, "", distribution), f); a.State != Met {
			t.Errorf("got %s", a.State)
		}
	})
}

func TestCreditTotalsAndChecks(t *testing.T) {
	t.Parallel()
	head := `"credit":{"step":0.5,"caps":[{"tag":"service","max":0.5},{"route":"online","max":1}]},`
	total := `{"id":"total","credits":{"min":3,"tags":"any","pool":"total"}}`
	check := `{"id":"college","credits":{"min":0.5,"tags":["college"],"pool":"check"}}`
	online := func(id string, value Amount, tags ...string) CreditFact {
		c := course(id, value, tags...)
		c.Route = "online"
		return c
	}
	for _, c := range []struct {
		name, id, sentence string
		state              State
		credits            []CreditFact
	}{
		{"enough", "total", "Total: 3 of 3 credits", Met, []CreditFact{course("a", 200), course("b", 100)}},
		{"one half short", "total", "Total: 2.5 of 3 credits; 0.5 more credits needed", NotMet, []CreditFact{course("a", 200), course("b", 50)}},
		{"half steps alone count", "total", "Total: 2.5 of 3 credits; 0.5 more credits needed", NotMet, []CreditFact{course("a", 250), course("b", 33)}},
		{"capped by tag", "total", "Total: 2.5 of 3 credits; 0.5 more credits needed", NotMet, []CreditFact{course("a", 200), course("b", 100, "service")}},
		{"capped by route", "total", "Total: 3 of 3 credits", Met, []CreditFact{course("a", 200), online("b", 200)}},
		{"bound by the first cap", "total", "Total: 3 of 3 credits", Met, []CreditFact{course("a", 150), online("b", 100), online("c", 100, "service")}},
		{
			"waiting", "total", "Total: 2 of 3 credits; 1 more credit needed; waiting for P to confirm Course b", Pending,
			[]CreditFact{course("a", 200), {ID: "b", Title: "Course b", Value: 100, Waits: "P"}},
		},
		{"a check does not spend", "college", "College: 0.5 of 0.5 credits", Met, []CreditFact{course("a", 50, "college")}},
		{"nothing to check", "college", "College: 0 of 0.5 credits; 0.5 more credits needed", NotMet, []CreditFact{course("a", 50)}},
		{"a check knows no caps", "college", "College: 2 of 0.5 credits", Met, []CreditFact{online("a", 100, "college"), online("b", 100, "college")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := find(t, Evaluate(board(t, head, total+","+check), Facts{Credits: c.credits}), c.id)
			if r.State != c.state || r.Sentence != c.sentence {
				t.Errorf("got  %s %q\nwant %s %q", r.State, r.Sentence, c.state, c.sentence)
			}
		})
	}
}

func TestUncountedCredit(t *testing.T) {
	t.Parallel()
	p := board(t, `"credit":{"step":0.5},`, distribution)
	travel := course("t", 100, "arts")
	travel.Route = "travel"
	again := course("m", 50, "math")
	f := Facts{Credits: []CreditFact{course("m", 100, "math"), again, travel, course("x", 120, "arts")}}
	var got []string
	for _, u := range Evaluate(p, f).Uncounted {
		got = append(got, u.ID+" "+u.Value.String()+" "+u.Reason)
	}
	want := []string{"m 0.5 This credit is listed twice", "t 1 The policy does not name the route “travel”", "x 0.2 Credit counts in steps of 0.5"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if a := Evaluate(small(t), f); a.Uncounted != nil {
		t.Errorf("a policy without credits counts none: %v", a.Uncounted)
	}
}

// A credit exists only when the competencies of its course are shown: one that
// is open and there is none, and the answer says which (mission rows 8, 48).
func TestDerivedCredit(t *testing.T) {
	t.Parallel()
	plan := `{"id":"distribution","creditPlan":[{"id":"eng","title":"English","min":1,"tags":["english"]},{"id":"open","min":0.5,"tags":"any"}]}`
	shown := Determined{Level: 2, Confirmed: true}
	base := func() Facts {
		return Facts{
			AsOf: "2027-06-01",
			Framework: Catalogue{Standards: []Standard{{Code: "E", Title: "English", Indicators: []Indicator{
				{Code: "E.1", Title: "Read"}, {Code: "E.2", Title: "Write"}, {Code: "E.10", Title: "Speak"},
			}}}},
			Determinations: map[string]Determined{"E.1": shown, "E.2": shown, "E.10": shown, "A.1": shown},
			Courses: []CourseFact{
				{ID: "eng9", Title: "English 9", Value: 100, Tags: []string{"english"}, Indicators: []string{"E.10", "E.2", "E.1"}},
				{ID: "art", Title: "Ceramics", Value: 50, Tags: []string{"arts"}, Indicators: []string{"A.1"}},
			},
		}
	}
	const all, two = `"credit":{"derivedFrom":"competencies","rule":"all","step":0.5},`, `"credit":{"derivedFrom":"competencies","rule":{"atLeast":2},"step":0.5,"asAwarded":["transfer"]},`
	for _, c := range []struct {
		name, head, id string
		change         func(*Facts)
		state          State
		sentence       string
	}{
		{"all competencies", all, "distribution.eng", func(*Facts) {}, Met, "English: 1 of 1 credit"},
		{
			"one open", all, "distribution.eng", func(f *Facts) { f.Determinations["E.10"] = Determined{Level: 1, Confirmed: true} },
			NotMet, "English: 0 of 1 credit; 1 more credit needed; open in English 9: E.10 Speak",
		},
		{
			"one proposed", all, "distribution.eng", func(f *Facts) { f.Determinations["E.10"] = Determined{Level: 2} },
			NotMet, "English: 0 of 1 credit; 1 more credit needed; open in English 9: E.10 Speak",
		},
		{
			"one waits", all, "distribution.eng", func(f *Facts) {
				delete(f.Determinations, "E.10")
				f.Pending = map[string]Wait{"E.10": {Provider: "Online School"}}
			}, Pending, "English: 0 of 1 credit; 1 more credit needed; waiting for Online School to confirm English 9",
		},
		{"two of three are enough", two, "distribution.eng", func(f *Facts) { delete(f.Determinations, "E.10") }, Met, "English: 1 of 1 credit"},
		{"awarded credit does not count", all, "distribution.eng", func(f *Facts) {
			f.Courses = f.Courses[1:]
			f.Credits = []CreditFact{course("e", 100, "english")}
		}, NotMet, "English: 0 of 1 credit; 1 more credit needed"},
		{"unless it comes by a route that the policy trusts", two, "distribution.eng", func(f *Facts) {
			f.Courses = f.Courses[1:]
			f.Credits = []CreditFact{{ID: "e", Title: "English", Value: 100, Tags: []string{"english"}, Route: "transfer"}}
		}, Met, "English: 1 of 1 credit"},
		{"a course without competencies gives none", all, "distribution.open", func(f *Facts) { f.Courses[1].Indicators = nil }, NotMet, "Open: 0 of 0.5 credits; 0.5 more credits needed, here or in English"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := base()
			c.change(&f)
			r := find(t, Evaluate(board(t, c.head, plan), f), c.id)
			if r.State != c.state || r.Sentence != c.sentence {
				t.Errorf("got  %s %q\nwant %s %q", r.State, r.Sentence, c.state, c.sentence)
			}
		})
	}
	t.Run("what is open names course and indicator", func(t *testing.T) {
		t.Parallel()
		f := base()
		f.Determinations["E.10"] = Determined{Level: 1, Confirmed: true}
		want := []Missing{
			{Part: CreditPart, Title: "1 more credit"},
			{Part: IndicatorPart, Indicator: "E.10", Title: "Speak", Course: "English 9", Level: 1},
		}
		if got := find(t, Evaluate(board(t, all, plan), f), "distribution.eng").Missing; !slices.Equal(got, want) {
			t.Errorf("got %+v", got)
		}
	})
}

func TestSharing(t *testing.T) {
	t.Parallel()
	plan := `{"id":"plan","creditPlan":[{"id":"hum","min":1,"tags":["humanities"]},{"id":"arts","min":0.5,"tags":["arts"]}]}`
	f := Facts{Credits: []CreditFact{course("film", 100, "humanities", "arts")}}
	if a := Evaluate(board(t, `"credit":{"sharing":"none"},`, plan), f); a.State != NotMet {
		t.Errorf("not shared: got %s", a.State)
	}
	a := Evaluate(board(t, `"credit":{"sharing":{"max":2}},`, plan), f)
	if a.State != Met || find(t, a, "plan").Credits != nil {
		t.Errorf("shared: got %s", asText(t, a.Tree))
	}
}

func TestParseRefusesCredits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, head, tree, path, detail string }{
		{"three decimals", `"credit":{"step":0.125},`, distribution, "/credit/step", "two decimals"},
		{"unknown sharing", `"credit":{"sharing":"double"},`, distribution, "/credit/sharing", "Write none"},
		{"sharing too far", `"credit":{"sharing":{"max":11}},`, distribution, "/credit/sharing/max", "at most 10"},
		{"caps and sharing", `"credit":{"sharing":{"max":2},"caps":[{"tag":"a","max":1}]},`, distribution, "/credit/caps", "use sharing or caps"},
		{"cap without a name", `"credit":{"caps":[{"max":1}]},`, distribution, "/credit/caps/0", "a tag or a route"},
		{"derived from what", `"credit":{"derivedFrom":"hours"},`, distribution, "/credit/derivedFrom", "competencies"},
		{"unknown rule", `"credit":{"derivedFrom":"competencies","rule":"most"},`, distribution, "/credit/rule", "Write all"},
		{"rule without derived credit", `"credit":{"rule":{"atLeast":2}},`, distribution, "/credit", "go with derivedFrom"},
		{"unknown member", `"credit":{"floor":1},`, distribution, "/credit/floor", "does not know"},
		{"empty plan", "", `{"creditPlan":[]}`, "/requirements/all/0/creditPlan", "1 to 60"},
		{"no tags", "", `{"credits":{"min":1}}`, "/requirements/all/0/credits/tags", "missing"},
		{"empty tags", "", `{"credits":{"min":1,"tags":[]}}`, "/requirements/all/0/credits/tags", "at least one tag"},
		{"tags as text", "", `{"credits":{"min":1,"tags":"math"}}`, "/requirements/all/0/credits/tags", "Write any"},
		{"nothing asked", "", `{"credits":{"min":0,"tags":"any"}}`, "/requirements/all/0/credits/min", "above 0"},
		{"negative", "", `{"credits":{"min":-1,"tags":"any"}}`, "/requirements/all/0/credits/min", "above 0"},
		{"unknown pool", "", `{"credits":{"min":1,"tags":"any","pool":"own"}}`, "/requirements/all/0/credits/pool", "total or check"},
		{"bucket without id", "", `{"creditPlan":[{"min":1,"tags":"any"}]}`, "/requirements/all/0/creditPlan/0/id", "missing"},
		{"bucket with a member of a node", "", `{"creditPlan":[{"id":"a","min":1,"tags":"any","all":[]}]}`, "/requirements/all/0/creditPlan/0/all", "does not know"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(`{"policy":"a","version":1,"status":"draft",` + c.head + `"requirements":{"id":"diploma","all":[` + c.tree + `]}}`))
			wantProblem(t, err, c.path, c.detail)
		})
	}
}

// Of two plans to one end, what is left is said for the one that lacks less.
func TestNextNamesTheNearestPlan(t *testing.T) {
	t.Parallel()
	p := board(t, "", `{"id":"either","any":[
		{"id":"one","creditPlan":[{"id":"hum","min":3,"tags":["hum"]},{"id":"open","min":1,"tags":"any"}]},
		{"id":"two","creditPlan":[{"id":"hum","min":2,"tags":["hum"]},{"id":"open","min":1.5,"tags":"any"}]},
		{"id":"three","record":{"kind":"licence"}}]}`)
	f := Facts{AsOf: "2027-06-01", Credits: []CreditFact{course("a", 200, "hum")}}
	var got []string
	for _, s := range Evaluate(p, f).Next(p) {
		got = append(got, s.Requirement)
	}
	if !slices.Equal(got, []string{"two.open", "three"}) {
		t.Errorf("got %v", got)
	}
}
