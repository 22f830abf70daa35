package policy

import (
	"strings"
	"testing"
)

// TestBetterOf judges a learner by a newer version only where that says so, is a
// version of the same policy, and is better; both audits are kept.
func TestBetterOf(t *testing.T) {
	t.Parallel()
	own := small(t)
	newer := func(version, head, from, to string) Policy {
		return parse(t, []byte(strings.Replace(string(edit(t, from, to)), `"version": 2`, `"version": `+version+head, 1)))
	}
	f := smallFacts()
	delete(f.Determinations, "MATH.10")
	const all, two, offer = `{"standard": "MATH", "indicators": "all"}`, `{"standard": "MATH", "indicators": {"atLeast": 2}}`, `, "betterOf": true`
	easier := newer("3", offer, all, two)
	for name, c := range map[string]struct {
		newer  Policy
		offers bool
	}{
		"a later version that says so": {easier, true},
		"not offered":                  {newer("3", "", all, two), false},
		"an earlier version":           {newer("1", offer, all, two), false},
		"itself":                       {own, false},
		"another policy":               {parse(t, []byte(strings.Replace(string(edit(t, all, two)), "us-xx.riverside.diploma", "us-xx.other", 1))), false},
	} {
		if got := c.newer.OffersBetter(own); got != c.offers {
			t.Errorf("%s: offers %v", name, got)
		}
	}
	before, after := Evaluate(own, f), Evaluate(easier, f)
	got := Better(before, after)
	if got.State != Met || got.PolicyHash != easier.Hash() || got.Choice == nil || got.Choice.Own != 2 || got.Choice.Taken != 3 {
		t.Fatalf("better: %s by %s, %+v", got.State, got.PolicyHash, got.Choice)
	}
	if o := got.Choice.Others; len(o) != 1 || o[0].PolicyHash != own.Hash() || o[0].State != NotMet {
		t.Errorf("the other audit is not kept: %+v", o)
	}
	if s := got.Choice.Sentence; !strings.Contains(s, "by version 3 instead of version 2") || !strings.Contains(s, "not yet") {
		t.Errorf("why: %q", s)
	}
	harder := Evaluate(newer("4", offer, `"min": 40`, `"min": 300`), f)
	if got := Better(before, harder); got.PolicyHash != own.Hash() || got.Choice.Taken != 2 || len(got.Choice.Others) != 1 {
		t.Errorf("no better: %+v", got.Choice)
	}
	even := Evaluate(newer("5", offer, all, two), f)
	if got := Better(before, even, harder, after); got.Version != 3 || len(got.Choice.Others) != 3 {
		t.Errorf("of two that are as good, version %d stands, want the earlier", got.Version)
	}
	if got := Better(before); got.Choice != nil {
		t.Errorf("without a newer version there is a choice: %+v", got.Choice)
	}
}
