package policy

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawPlan makes a small credit plan and credits for it, in steps of half a
// credit, so that every distribution can be tried.
func drawPlan(t *rapid.T) (Policy, Facts) {
	tags := []string{"a", "b", "c"}
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(tags), 1, 3, rapid.ID)
	p := Policy{
		Credit:       CreditRule{Step: 50, Sharing: rapid.IntRange(1, 2).Draw(t, "sharing")},
		Exceptions:   Exceptions{Allowed: true, Kinds: []string{"k"}, PublicText: "Equivalent."},
		Requirements: Node{ID: "root", Kind: All},
	}
	if p.Credit.Sharing == 1 && rapid.Bool().Draw(t, "capped") {
		p.Credit.Caps = append(p.Credit.Caps, Cap{Tag: "c", Max: 50}, Cap{Route: "flex", Max: Amount(50 * rapid.IntRange(1, 2).Draw(t, "flex"))})
	}
	plan := Node{ID: "plan", Kind: CreditPlan}
	for i := range rapid.IntRange(1, 3).Draw(t, "buckets") {
		b := Node{Kind: Bucket, Ref: fmt.Sprint("b", i), ID: fmt.Sprint("plan.b", i), Min: Amount(50 * rapid.IntRange(1, 3).Draw(t, "min"))}
		if rapid.IntRange(0, 3).Draw(t, "elective") > 0 {
			b.Tags = some.Draw(t, "tags")
		}
		plan.Parts = append(plan.Parts, b)
	}
	slices.SortStableFunc(plan.Parts, func(a, b Node) int { return compareBools(a.Tags == nil, b.Tags == nil) })
	p.Requirements.Parts = []Node{plan}
	f := Facts{Learner: "l", AsOf: "2027-06-01"}
	for i := range rapid.IntRange(0, 4).Draw(t, "credits") {
		f.Credits = append(f.Credits, CreditFact{
			ID: fmt.Sprint("c", i), Title: fmt.Sprint("Course ", i), Value: Amount(50 * rapid.IntRange(1, 2).Draw(t, "value")),
			Tags: some.Draw(t, "tags"), Route: rapid.SampledFrom([]string{"", "flex"}).Draw(t, "route"),
			Waits: rapid.SampledFrom([]string{"", "", "P"}).Draw(t, "waits"),
		})
	}
	if rapid.IntRange(0, 3).Draw(t, "excused") == 0 {
		f.Exceptions = []Exception{{Requirement: plan.Parts[0].ID, Kind: "k", By: "1", By2: "2"}}
	}
	return p, f
}

// best tries every way to hand out the credits, half a credit at a time, and
// answers the largest sum over the buckets; excused buckets ask for nothing.
func best(p Policy, f Facts, buckets []int, waiting bool) Amount {
	plan := p.Requirements.Parts[0].Parts
	type half struct {
		fits []int
		cap  int
	}
	var halves []half
	for _, c := range f.Credits {
		if c.Waits != "" && !waiting {
			continue
		}
		h := half{cap: slices.IndexFunc(p.Credit.Caps, func(l Cap) bool { return l.covers(c.Tags, c.Route) })}
		for _, b := range buckets {
			if plan[b].takes(c.Tags) {
				h.fits = append(h.fits, b)
			}
		}
		for range c.Value / 50 {
			halves = append(halves, h)
		}
	}
	need, room := make([]Amount, len(plan)), make([]Amount, len(p.Credit.Caps))
	for i := range plan {
		need[i] = plan[i].Min
	}
	for i, c := range p.Credit.Caps {
		room[i] = c.Max
	}
	var try func(i int) Amount
	try = func(i int) Amount {
		if i == len(halves) {
			return 0
		}
		top, h := try(i+1), halves[i]
		if h.cap >= 0 {
			if room[h.cap] == 0 {
				return top
			}
			room[h.cap] -= 50
			defer func() { room[h.cap] += 50 }()
		}
		for x, b := range h.fits { // in one bucket
			if need[b] == 0 {
				continue
			}
			need[b] -= 50
			top = max(top, 50+try(i+1))
			for _, other := range h.fits[x+1:] { // or in two
				if p.Credit.Sharing > 1 && need[other] > 0 {
					need[other] -= 50
					top = max(top, 100+try(i+1))
					need[other] += 50
				}
			}
			need[b] += 50
		}
		return top
	}
	return try(0)
}

// sumOf is what the buckets want in all.
func sumOf(p Policy, buckets []int) (sum Amount) {
	for _, b := range buckets {
		sum += p.Requirements.Parts[0].Parts[b].Min
	}
	return sum
}

// TestCreditPlansAgainstEveryDistribution holds the flow against all ways to
// hand out the credits: the state of the plan, and the bucket that is short.
func TestCreditPlansAgainstEveryDistribution(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, f := drawPlan(t)
		r := Evaluate(p, f).Tree.Children[0]
		plan := p.Requirements.Parts[0].Parts
		var all, asked []int
		for i := range plan {
			all = append(all, i)
			if len(f.Exceptions) == 0 || plan[i].ID != f.Exceptions[0].Requirement {
				asked = append(asked, i)
			}
		}
		want := NotMet
		switch {
		case best(p, f, all, false) == sumOf(p, all):
			want = Met
		case best(p, f, asked, false) == sumOf(p, asked):
			want = Waived
		case best(p, f, asked, true) == sumOf(p, asked):
			want = Pending
			if len(asked) == 0 {
				want = Waived
			}
		}
		if r.State != want {
			t.Fatalf("got %s, want %s: %s\n%s", r.State, want, asText(t, p.Requirements), asText(t, r))
		}
		// Buckets are filled in order: each gets the most that leaves the ones
		// before it as they are.
		var filled Amount
		for i := range asked {
			got := Amount(r.Children[asked[i]].Have)
			if most := best(p, f, asked[:i+1], false); got != most-filled {
				t.Fatalf("%s has %s, could have %s", plan[asked[i]].ID, got, most-filled)
			}
			filled += got
			checkInstead(t, p, f, r.Children[asked[i]], asked)
		}
		checkShares(t, p, f, r)
	})
}

// checkInstead: each bucket named as "or" could be short in the place of this
// one: without half a credit of it, all others get what they have and this one more.
func checkInstead(t *rapid.T, p Policy, f Facts, r Result, asked []int) {
	plan := p.Requirements.Parts[0].Parts
	for _, id := range r.Or {
		q := p
		q.Requirements.Parts = []Node{p.Requirements.Parts[0]}
		q.Requirements.Parts[0].Parts = slices.Clone(plan)
		for i := range q.Requirements.Parts[0].Parts {
			b := &q.Requirements.Parts[0].Parts[i]
			switch b.ID {
			case id:
				b.Min -= 50
			}
		}
		if best(q, f, asked, true) != best(p, f, asked, true) {
			t.Fatalf("%s cannot be short in the place of %s", id, r.ID)
		}
	}
}

// checkShares: what is said to fill a bucket fills it, fits, and is there.
func checkShares(t *rapid.T, p Policy, f Facts, plan Result) {
	spent := map[string]Amount{}
	for i, b := range plan.Children {
		var sum Amount
		for _, s := range b.Credits {
			c := f.Credits[slices.IndexFunc(f.Credits, func(c CreditFact) bool { return c.ID == s.ID })]
			if !p.Requirements.Parts[0].Parts[i].takes(c.Tags) || c.Waits != "" || s.Amount > c.Value || s.Amount%50 != 0 {
				t.Fatalf("%s gets %+v of %+v", b.ID, s, c)
			}
			spent[s.ID] += s.Amount
			sum += s.Amount
		}
		if sum != Amount(b.Have) {
			t.Fatalf("%s has %d by %s", b.ID, b.Have, sum)
		}
	}
	for _, c := range f.Credits {
		if spent[c.ID] > c.Value*Amount(p.Credit.Sharing) {
			t.Fatalf("%s of %s is spent", spent[c.ID], c.ID)
		}
	}
	for _, limit := range p.Credit.Caps {
		var sum Amount
		for _, c := range f.Credits {
			if i := slices.IndexFunc(p.Credit.Caps, func(l Cap) bool { return l.covers(c.Tags, c.Route) }); i >= 0 && p.Credit.Caps[i] == limit {
				sum += spent[c.ID]
			}
		}
		if sum > limit.Max {
			t.Fatalf("%s count under %+v", sum, limit)
		}
	}
}
