package policy

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// rank orders states so that more facts never lower them.
var rank = map[State]int{NotMet: 0, Pending: 1, Waived: 2, Met: 3}

// drawFacts makes facts that reach every part of the small policy, in all states.
func drawFacts(t *rapid.T) Facts {
	f := smallFacts()
	f.Determinations, f.Pending = map[string]Determined{}, map[string]Wait{}
	contexts := rapid.SliceOfN(rapid.SampledFrom([]string{"one", "two", "three"}), 0, 3)
	for _, s := range f.Framework.Standards {
		for _, i := range s.Indicators {
			if rapid.Float64Range(0, 1).Draw(t, "has") < 0.85 {
				f.Determinations[i.Code] = Determined{
					Level: rapid.IntRange(0, 4).Draw(t, "level"), Confirmed: rapid.Bool().Draw(t, "confirmed"), Contexts: contexts.Draw(t, "contexts"),
				}
			}
			if rapid.Float64Range(0, 1).Draw(t, "waits") < 0.2 {
				f.Pending[i.Code] = Wait{Provider: "P", Contexts: contexts.Draw(t, "contexts")}
			}
		}
	}
	waits := rapid.SampledFrom([]string{"", "", "P"})
	f.Records = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) RecordFact {
		return RecordFact{
			Kind: rapid.SampledFrom([]string{"plp", "licence"}).Draw(t, "kind"), Current: rapid.Bool().Draw(t, "current"),
			SignedBy: rapid.SliceOfN(rapid.SampledFrom([]string{"learner", "advisor"}), 0, 3).Draw(t, "signed"),
			Reviewed: rapid.SampledFrom([]string{"", "2027-03-12", "2025-03-12"}).Draw(t, "reviewed"), Waits: waits.Draw(t, "waits"),
		}
	}), 0, 4).Draw(t, "records")
	f.Artifacts = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ArtifactFact {
		return ArtifactFact{
			Kind: "exhibition", State: rapid.SampledFrom([]string{"accepted", "in-review"}).Draw(t, "state"),
			Panel:    rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3).Draw(t, "panel"),
			External: rapid.IntRange(0, 2).Draw(t, "external"), Waits: waits.Draw(t, "waits"),
		}
	}), 0, 3).Draw(t, "artifacts")
	f.Results = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ExternalResult {
		return ExternalResult{
			ID: rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "id"), Ref: rapid.SampledFrom([]string{"entrance", "english", "other"}).Draw(t, "ref"),
			Score: rapid.IntRange(0, 80).Draw(t, "score"), Waits: waits.Draw(t, "waits"),
		}
	}), 0, 5).Draw(t, "results")
	f.Hours = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) HoursFact {
		return HoursFact{
			ID: rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "id"), Kind: "work-based",
			Minutes: rapid.IntRange(0, 2500).Draw(t, "minutes"), Waits: waits.Draw(t, "waits"),
		}
	}), 0, 3).Draw(t, "hours")
	f.Exceptions = rapid.SliceOfN(rapid.Custom(drawException), 0, 3).Draw(t, "exceptions")
	return f
}

func drawException(t *rapid.T) Exception {
	person := rapid.SampledFrom([]string{"", "p", "q"})
	return Exception{
		Requirement: rapid.SampledFrom([]string{"diploma", "math", "arts", "ready.1", "college", "plan", "nothing"}).Draw(t, "requirement"),
		Kind:        rapid.SampledFrom([]string{"board-waiver", "favour"}).Draw(t, "kind"),
		Cite:        rapid.SampledFrom([]string{"", "minutes"}).Draw(t, "cite"),
		By:          person.Draw(t, "by"), By2: person.Draw(t, "by2"),
	}
}

// states lists the state of every node by its id.
func states(a Audit) map[string]State {
	out := map[string]State{}
	var walk func(Result)
	walk = func(r Result) {
		out[r.ID] = r.State
		for _, c := range r.Children {
			walk(c)
		}
	}
	walk(a.Tree)
	for _, e := range a.Endorsements {
		walk(e)
	}
	return out
}

func TestEvaluateIsPureAndOrderIndependent(t *testing.T) {
	t.Parallel()
	p := small(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		before := asText(t, f)
		first := asText(t, Evaluate(p, f))
		if asText(t, Evaluate(p, f)) != first {
			t.Fatal("two evaluations differ")
		}
		if asText(t, f) != before {
			t.Fatal("Evaluate changed its facts")
		}
		g := f
		g.Framework.Standards = rapid.Permutation(f.Framework.Standards).Draw(t, "standards")
		g.Framework.Standards = slices.Clone(g.Framework.Standards)
		for i := range g.Framework.Standards {
			s := &g.Framework.Standards[i]
			s.Indicators = rapid.Permutation(s.Indicators).Draw(t, "indicators")
		}
		g.Records = rapid.Permutation(f.Records).Draw(t, "records")
		g.Artifacts = rapid.Permutation(f.Artifacts).Draw(t, "artifacts")
		g.Results = rapid.Permutation(f.Results).Draw(t, "results")
		g.Hours = rapid.Permutation(f.Hours).Draw(t, "hours")
		g.Exceptions = rapid.Permutation(f.Exceptions).Draw(t, "exceptions")
		if g.Hash() != f.Hash() {
			t.Fatal("the hash depends on the order of the facts")
		}
		if asText(t, Evaluate(p, g)) != first {
			t.Fatalf("the audit depends on the order of the facts")
		}
	})
}

func TestMoreFactsNeverLowerAState(t *testing.T) {
	t.Parallel()
	p := small(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		before := states(Evaluate(p, f))
		g := f
		g.Determinations = maps.Clone(f.Determinations)
		code := rapid.SampledFrom([]string{"MATH.1", "MATH.2", "ARTS.1", "ARTS.2", "COMM.1"}).Draw(t, "code")
		d := g.Determinations[code]
		g.Determinations[code] = Determined{
			Level: max(d.Level, rapid.IntRange(3, 4).Draw(t, "level")), Confirmed: true,
			Contexts: append(slices.Clone(d.Contexts), "new"),
		}
		g.Results = append(slices.Clone(f.Results), ExternalResult{ID: "new", Ref: "entrance", Score: rapid.IntRange(0, 80).Draw(t, "score")})
		g.Records = append(slices.Clone(f.Records), RecordFact{Kind: "plp", SignedBy: []string{"learner"}})
		g.Artifacts = append(slices.Clone(f.Artifacts), ArtifactFact{Kind: "exhibition", State: "in-review"})
		g.Hours = append(slices.Clone(f.Hours), HoursFact{ID: "new", Kind: "work-based", Minutes: rapid.IntRange(0, 3000).Draw(t, "more")})
		for id, s := range states(Evaluate(p, g)) {
			if rank[s] < rank[before[id]] {
				t.Fatalf("%s went from %s to %s by more evidence", id, before[id], s)
			}
		}
	})
}

func TestUnconfirmedNeverCounts(t *testing.T) {
	t.Parallel()
	p := small(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		g := f
		g.Determinations = maps.Clone(f.Determinations)
		maps.DeleteFunc(g.Determinations, func(_ string, d Determined) bool { return !d.Confirmed })
		if with, without := states(Evaluate(p, f)), states(Evaluate(p, g)); !maps.Equal(with, without) {
			t.Fatalf("with proposals %v, without %v", with, without)
		}
	})
}

func TestWaiverTakesTwoPeople(t *testing.T) {
	t.Parallel()
	p := small(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		sound := 0
		for i := range f.Exceptions {
			x := &f.Exceptions[i]
			if x.By != "" && x.By2 != "" && x.By != x.By2 {
				x.By2 = rapid.SampledFrom([]string{"", x.By}).Draw(t, "by2")
				sound++
			}
		}
		a := Evaluate(p, f)
		if slices.Contains(slices.Collect(maps.Values(states(a))), Waived) {
			t.Fatal("waived by fewer than two people")
		}
		f.Exceptions = nil
		if got, want := states(a), states(Evaluate(p, f)); !maps.Equal(got, want) {
			t.Fatalf("%d refused exceptions changed %v to %v", sound, want, got)
		}
	})
}

// TestTheTwoWaysOfReadingAgree: what is read at once is what is read carefully.
func TestTheTwoWaysOfReadingAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		f.Learner = rapid.String().Draw(t, "learner")
		document := []byte(asText(t, f))
		plain, ok := decodePlain(document)
		d := json.NewDecoder(bytes.NewReader(document))
		d.UseNumber()
		careful, err := decodeValue(d, 0)
		if err != nil || !ok || !reflect.DeepEqual(plain, careful) {
			t.Fatalf("%v %v: %s", ok, err, document)
		}
	})
}
