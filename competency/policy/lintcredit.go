package policy

import (
	"fmt"
	"slices"
)

// creditHead looks at how credits are counted.
func (l *linter) creditHead() {
	rule := l.p.Credit
	for i, c := range rule.Caps {
		path := fmt.Sprintf("/credit/caps/%d", i)
		if slices.Contains(l.p.Forbids.Caps, c.name()) {
			l.bad(path, "A cap on “%s” is forbidden (%s).", c.name(), l.p.Forbids.Because)
		}
		if slices.ContainsFunc(rule.Caps[:i], func(b Cap) bool { return b.Tag == c.Tag && b.Route == c.Route }) {
			l.bad(path, "No credit falls under this cap: one above it is for the same.")
		}
		if c.Route != "" && !slices.Contains(l.p.Routes, c.Route) && !slices.Contains(rule.AsAwarded, c.Route) {
			l.bad(path, "The policy does not name the route “%s”.", c.Route)
		}
		if rule.Step > 0 && c.Max%rule.Step != 0 {
			l.bad(join(path, "max"), "%s is no whole number of steps of %s.", c.Max.credits(), rule.Step)
		}
	}
}

// amount looks at what a bucket or a total asks for.
func (l *linter) amount(n *Node, path string) {
	if step := l.p.Credit.Step; step > 0 && n.Min%step != 0 {
		l.bad(join(path, "min"), "%s is no whole number of steps of %s.", n.Min.credits(), step)
	}
	for _, tag := range n.Tags {
		if l.beside.Tags != nil && !slices.Contains(l.beside.Tags, tag) {
			l.warn(join(path, "tags"), "No course carries the tag “%s”.", tag)
		}
	}
}

// capped looks for a bucket that caps keep from ever being filled.
func (l *linter) capped(n *Node) {
	var most Amount
	for _, tag := range n.Tags {
		i := slices.IndexFunc(l.p.Credit.Caps, func(c Cap) bool { return c.Tag == tag })
		if i < 0 {
			return
		}
		most += l.p.Credit.Caps[i].Max
	}
	if n.Tags != nil && most < n.Min {
		l.bad(join(n.Path, "min"), "Caps let at most %s count here; %s can never be reached.", most.credits(), n.Min)
	}
}

// creditSums compares the buckets of each plan with the total beside it.
func (l *linter) creditSums() {
	var total Amount
	for _, n := range spine(&l.p.Requirements) {
		if n.Kind == Credits && n.Pool == TotalPool && n.Tags == nil {
			total = max(total, n.Min)
		}
	}
	if total == 0 {
		return
	}
	total *= Amount(max(l.p.Credit.Sharing, 1))
	l.p.Requirements.Walk(func(n *Node) {
		if n.Kind != CreditPlan {
			return
		}
		var sum Amount
		for i := range n.Parts {
			sum += n.Parts[i].Min
		}
		if sum > total {
			l.bad(join(n.Path, "creditPlan"), "The buckets ask for %s together, more than the total of %s.", sum.credits(), total)
		}
	})
}
