package policy

import (
	"slices"
	"strings"
	"testing"
)

func TestEvaluateEachKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		change   func(*Facts)
		id       string
		state    State
		sentence string
		whole    State
	}{
		{"everything shown", func(*Facts) {}, "diploma", Met, "Diploma: 6 of 6 requirements done", Met},
		{"all indicators", func(*Facts) {}, "math", Met, "Mathematics: 3 of 3 indicators shown", Met},
		{
			"one indicator open", func(f *Facts) { f.Determinations["MATH.10"] = Determined{Level: 2, Confirmed: true} },
			"math", NotMet, "Mathematics: 2 of 3 indicators shown; still open: MATH.10 Title of MATH.10", NotMet,
		},
		{
			"open in the framework's order", func(f *Facts) { delete(f.Determinations, "MATH.10"); delete(f.Determinations, "MATH.2") },
			"math", NotMet, "Mathematics: 1 of 3 indicators shown; still open: MATH.2 Title of MATH.2, MATH.10 Title of MATH.10", NotMet,
		},
		{
			"not confirmed", func(f *Facts) { f.Determinations["MATH.1"] = Determined{Level: 4} },
			"math", NotMet, "Mathematics: 2 of 3 indicators shown; still open: MATH.1 Title of MATH.1", NotMet,
		},
		{"provider silent", func(f *Facts) {
			delete(f.Determinations, "MATH.1")
			f.Pending = map[string]Wait{"MATH.1": {Provider: "Online School"}}
		}, "math", Pending, "Mathematics: 2 of 3 indicators shown; waiting for Online School to confirm MATH.1 Title of MATH.1", Pending},
		{"k of n", func(*Facts) {}, "arts", Met, "Arts: 2 of 3 indicators shown, 2 needed", Met},
		{
			"k of n, one short", func(f *Facts) { delete(f.Determinations, "ARTS.3") },
			"arts", NotMet, "Arts: 1 of 3 indicators shown, 2 needed; still open: ARTS.2 Title of ARTS.2, ARTS.3 Title of ARTS.3", NotMet,
		},
		{"k of n, waiting is not enough", func(f *Facts) {
			delete(f.Determinations, "ARTS.3")
			delete(f.Determinations, "ARTS.1")
			f.Pending = map[string]Wait{"ARTS.2": {Provider: "P"}}
		}, "arts", NotMet, "Arts: 0 of 3 indicators shown, 2 needed; waiting for P to confirm ARTS.2 Title of ARTS.2; still open: ARTS.1 Title of ARTS.1, ARTS.3 Title of ARTS.3", NotMet},
		{"listed indicator in two contexts", func(*Facts) {}, "comm", Met, "Communication: 1 of 1 indicator shown", Met},
		{"one context short", func(f *Facts) {
			f.Determinations["COMM.1"] = Determined{Level: 3, Confirmed: true, Contexts: []string{"english", "english"}}
		}, "comm", NotMet, "Communication: 1 of 1 indicator shown; seen in 1 of 2 different contexts", NotMet},
		{"a context waits", func(f *Facts) {
			f.Determinations["COMM.1"] = Determined{Level: 3, Confirmed: true, Contexts: []string{"english"}}
			f.Pending = map[string]Wait{"COMM.1": {Provider: "P", Contexts: []string{"science"}}}
		}, "comm", Pending, "Communication: 1 of 1 indicator shown; seen in 1 of 2 different contexts", Pending},

		{"any by one way", func(*Facts) {}, "ready", Met, "Ready for work or college: 1 done, 1 needed", Met},
		{"any by the other way", func(f *Facts) {
			f.Results = nil
			f.Seals = []string{"ready-to-work"}
			f.Hours = []HoursFact{{ID: "1", Kind: "work-based", Minutes: 1200}, {ID: "2", Kind: "work-based", Minutes: 1200}}
		}, "ready.1", Met, "2 of these: 2 done, 2 needed", Met},
		{
			"no way yet", func(f *Facts) { f.Results = nil }, "ready", NotMet,
			"Ready for work or college: 0 done, 1 needed; still open: 2 of these, College", NotMet,
		},
		{"score at the boundary", func(*Facts) {}, "college.1", Met, "Entrance: best result 60, at least 60 needed", Met},
		{"score one short", func(f *Facts) { f.Results[1].Score = 59 }, "college.1", NotMet, "Entrance: best result 59, at least 60 needed", NotMet},
		{
			"score waits", func(f *Facts) { f.Results[1].Waits = "Test Board" }, "college.1", Pending,
			"Entrance: best result 41, at least 60 needed; waiting for Test Board", Pending,
		},
		{"attempts", func(f *Facts) { f.Results = f.Results[1:] }, "college.2", NotMet, "Entrance: taken 1 of 2 times", NotMet},
		{
			"attempt waits", func(f *Facts) { f.Results[0].Waits = "Test Board" }, "college.2", Pending,
			"Entrance: taken 1 of 2 times; waiting for Test Board", Pending,
		},
		{
			"hours one minute short", func(f *Facts) { f.Hours = []HoursFact{{Kind: "work-based", Minutes: 2399}} },
			"ready.1.2", NotMet, "Work based: 39 of 40 hours", Met,
		},
		{"hours wait", func(f *Facts) {
			f.Hours = []HoursFact{{Kind: "work-based", Minutes: 2399}, {Kind: "work-based", Minutes: 1, Waits: "Harbor Repair"}}
		}, "ready.1.2", Pending, "Work based: 39 of 40 hours; waiting for Harbor Repair", Met},
		{"seal", func(f *Facts) { f.Seals = []string{"ready-to-work"} }, "ready.1.3", Met, "Ready to work: held", Met},
		{"no seal", func(*Facts) {}, "ready.1.3", NotMet, "Ready to work: not held yet", Met},

		{"record", func(*Facts) {}, "plan", Met, "Learning plan: in order", Met},
		{"no record", func(f *Facts) { f.Records = nil }, "plan", NotMet, "Learning plan: nothing on record yet", NotMet},
		{"record withdrawn", func(f *Facts) { f.Records[0].Current = false }, "plan", NotMet, "Learning plan: still open: the newest version", NotMet},
		{
			"record unsigned", func(f *Facts) { f.Records[0].SignedBy = []string{"learner"} }, "plan", NotMet,
			"Learning plan: still open: signature of the advisor", NotMet,
		},
		{"review on the last day", func(f *Facts) { f.Records[0].Reviewed = "2026-04-27" }, "plan", Met, "Learning plan: in order", Met},
		{
			"review a day too old", func(f *Facts) { f.Records[0].Reviewed = "2026-04-26" }, "plan", NotMet,
			"Learning plan: still open: a review within 400 days (last on 2026-04-26)", NotMet,
		},
		{
			"review after the audit", func(f *Facts) { f.Records[0].Reviewed = "2027-06-02" }, "plan", NotMet,
			"Learning plan: still open: a review within 400 days (last on 2027-06-02)", NotMet,
		},
		{
			"record waits", func(f *Facts) { f.Records[0].Waits = "the old school" }, "plan", Pending,
			"Learning plan: waiting for the old school to confirm it", Pending,
		},
		{"the better of two records", func(f *Facts) {
			f.Records = append(f.Records, RecordFact{Kind: "plp"}, RecordFact{Kind: "other"})
		}, "plan", Met, "Learning plan: in order", Met},

		{"artifact", func(*Facts) {}, "exhibition", Met, "Exhibition: accepted by a panel of at least 2", Met},
		{"no artifact", func(f *Facts) { f.Artifacts = nil }, "exhibition", NotMet, "Exhibition: nothing yet", NotMet},
		{
			"artifact not accepted", func(f *Facts) { f.Artifacts[0].State = "in-review" }, "exhibition", NotMet,
			"Exhibition: still open: to be accepted (now in-review)", NotMet,
		},
		{
			"one person twice is no panel", func(f *Facts) { f.Artifacts[0].Panel = []string{"t1", "t1"} }, "exhibition", NotMet,
			"Exhibition: still open: 1 of 2 panel members", NotMet,
		},
		{
			"nobody from outside", func(f *Facts) { f.Artifacts[0].External = 0 }, "exhibition", NotMet,
			"Exhibition: still open: 1 panel member from outside", NotMet,
		},
		{
			"artifact waits", func(f *Facts) { f.Artifacts[0].Waits = "the gallery" }, "exhibition", Pending,
			"Exhibition: waiting for the gallery to confirm it", Pending,
		},

		{
			"endorsement open, diploma not held up", func(f *Facts) { f.Results = append(f.Results, ExternalResult{Ref: "english", Score: 2}) },
			"biliterate", NotMet, "Seal of Biliteracy: 1 of 2 requirements done; still open: Other", Met,
		},
		{"endorsement earned", func(f *Facts) {
			f.Results = append(f.Results, ExternalResult{Ref: "english", Score: 2}, ExternalResult{Ref: "other", Score: 5})
		}, "biliterate", Met, "Seal of Biliteracy: 2 of 2 requirements done", Met},
		{
			"unknown standard", func(f *Facts) { f.Framework.Standards = f.Framework.Standards[1:] }, "math", NotMet,
			"MATH: the framework has no indicators for it", NotMet,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := smallFacts()
			c.change(&f)
			a := Evaluate(small(t), f)
			r := find(t, a, c.id)
			if r.State != c.state || r.Sentence != c.sentence {
				t.Errorf("got  %s %q\nwant %s %q", r.State, r.Sentence, c.state, c.sentence)
			}
			if a.State != c.whole {
				t.Errorf("audit: got %s, want %s: %s", a.State, c.whole, a.Tree.Sentence)
			}
			if r.Code != string(r.Kind)+"."+string(r.State) || r.Params["title"] != r.Title {
				t.Errorf("code %s, params %v", r.Code, r.Params)
			}
			if r.State.Done() != (len(r.Missing) == 0) && len(r.Children) == 0 && r.Need > 0 {
				t.Errorf("%s with missing %v", r.State, r.Missing)
			}
		})
	}
}

func TestExceptions(t *testing.T) {
	t.Parallel()
	sound := Exception{Requirement: "math", Kind: "board-waiver", Cite: "Minutes of 4 May, item 3", By: "p1", By2: "p2"}
	for _, c := range []struct {
		name   string
		change func(*Exception)
		state  State // of the audit; math alone is open
		reason string
	}{
		{"holds", func(*Exception) {}, Waived, ""},
		{"holds to its last day", func(x *Exception) { x.Expires = "2027-06-01" }, Waived, ""},
		{"has ended", func(x *Exception) { x.Expires = "2027-05-31" }, NotMet, "ended"},
		{"one person twice", func(x *Exception) { x.By2 = "p1" }, NotMet, "two different people"},
		{"one person", func(x *Exception) { x.By2 = "" }, NotMet, "two different people"},
		{"kind not allowed", func(x *Exception) { x.Kind = "favour" }, NotMet, "kind"},
		{"no source", func(x *Exception) { x.Cite = "" }, NotMet, "source"},
		{"no such requirement", func(x *Exception) { x.Requirement = "maths" }, NotMet, "no such"},
		{"the whole diploma", func(x *Exception) { x.Requirement = "diploma" }, NotMet, "whole"},
		{"an endorsement", func(x *Exception) { x.Requirement = "biliterate" }, NotMet, "no such"},
		{"another node", func(x *Exception) { x.Requirement = "arts" }, NotMet, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, x := smallFacts(), sound
			delete(f.Determinations, "MATH.1")
			c.change(&x)
			f.Exceptions = []Exception{x}
			a := Evaluate(small(t), f)
			if a.State != c.state {
				t.Errorf("got %s, want %s", a.State, c.state)
			}
			switch {
			case c.reason == "" && len(a.Refused) != 0:
				t.Errorf("refused: %v", a.Refused)
			case c.reason != "" && (len(a.Refused) != 1 || !strings.Contains(a.Refused[0].Reason, c.reason)):
				t.Errorf("refused %v, want %q", a.Refused, c.reason)
			}
		})
	}

	t.Run("says only the public text", func(t *testing.T) {
		t.Parallel()
		f := smallFacts()
		delete(f.Determinations, "MATH.1")
		f.Exceptions = []Exception{sound}
		a := Evaluate(small(t), f)
		math := find(t, a, "math")
		if math.State != Waived || math.Sentence != "Mathematics: requirement met through an approved equivalent" {
			t.Errorf("got %+v", math)
		}
		if s := asText(t, a); strings.Contains(s, "Minutes") || strings.Contains(s, "board-waiver") {
			t.Errorf("the reason shows: %s", s)
		}
	})
	t.Run("is not used on what is met", func(t *testing.T) {
		t.Parallel()
		f := smallFacts()
		f.Exceptions = []Exception{sound}
		if a := Evaluate(small(t), f); a.State != Met {
			t.Errorf("got %s", a.State)
		}
	})
	t.Run("a policy without exceptions", func(t *testing.T) {
		t.Parallel()
		f := smallFacts()
		delete(f.Determinations, "MATH.1")
		f.Exceptions = []Exception{sound}
		a := Evaluate(parse(t, edit(t, `"allowed": true`, `"allowed": false`)), f)
		if a.State != NotMet || len(a.Refused) != 1 {
			t.Errorf("got %s, %v", a.State, a.Refused)
		}
	})
}

func TestGroupsCombine(t *testing.T) {
	t.Parallel()
	const m, w, n, p = Met, Waived, NotMet, Pending
	for _, c := range []struct {
		kind  Kind
		need  int
		parts []State
		want  State
	}{
		{All, 0, []State{m, m, m}, m},
		{All, 0, []State{m, w, m}, w},
		{All, 0, []State{m, p, w}, p},
		{All, 0, []State{p, n, m}, n},
		{Any, 0, []State{n, m, p}, m},
		{Any, 0, []State{n, w, m}, m},
		{Any, 0, []State{n, w, p}, w},
		{Any, 0, []State{n, p, n}, p},
		{Any, 0, []State{n, n}, n},
		{AtLeast, 2, []State{m, m, n}, m},
		{AtLeast, 2, []State{m, w, m}, m},
		{AtLeast, 2, []State{m, w, p}, w},
		{AtLeast, 2, []State{m, p, n}, p},
		{AtLeast, 2, []State{p, p, n}, p},
		{AtLeast, 2, []State{m, n, n}, n},
		{AtLeast, 2, []State{p, n, n}, n},
	} {
		// Each part is made of hours of its own kind: done, waiting or none.
		policy := Policy{
			Exceptions:   Exceptions{Allowed: true, Kinds: []string{"k"}, PublicText: "Equivalent."},
			Requirements: Node{ID: "root", Kind: c.kind, Need: c.need},
		}
		var f Facts
		for i, s := range c.parts {
			id := string(rune('a' + i))
			policy.Requirements.Parts = append(policy.Requirements.Parts, Node{ID: id, Kind: Hours, Ref: id, Need: 1})
			switch s {
			case Met:
				f.Hours = append(f.Hours, HoursFact{Kind: id, Minutes: 60})
			case Pending:
				f.Hours = append(f.Hours, HoursFact{Kind: id, Minutes: 60, Waits: "x"})
			case Waived:
				f.Exceptions = append(f.Exceptions, Exception{Requirement: id, Kind: "k", By: "1", By2: "2"})
			case NotMet:
			}
		}
		if got := Evaluate(policy, f).State; got != c.want {
			t.Errorf("%s %d of %v: got %s, want %s", c.kind, c.need, c.parts, got, c.want)
		}
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	p, f := small(t), smallFacts()
	f.Determinations["MATH.1"] = Determined{Level: 2, Confirmed: true}
	f.Determinations["MATH.2"] = Determined{Level: 4}
	f.Records[0].SignedBy = []string{"learner"}
	steps := Evaluate(p, f).Next(p)
	if len(steps) != 2 || steps[0].Requirement != "math" || steps[1].Requirement != "plan" {
		t.Fatalf("got %+v", steps)
	}
	want := []Missing{
		{Part: IndicatorPart, Indicator: "MATH.1", Title: "Title of MATH.1", Level: 2},
		{Part: IndicatorPart, Indicator: "MATH.2", Title: "Title of MATH.2", Proposed: 4},
	}
	if !slices.Equal(steps[0].Open, want) || len(steps[0].Routes) < 3 {
		t.Errorf("got %+v", steps[0])
	}
	if len(steps[1].Routes) != 0 || steps[1].Open[0].Part != SignaturePart {
		t.Errorf("got %+v", steps[1])
	}
	if steps := Evaluate(p, smallFacts()).Next(p); len(steps) != 0 {
		t.Errorf("nothing is left, got %+v", steps)
	}
}
