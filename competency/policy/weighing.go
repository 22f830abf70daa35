package policy

import (
	"fmt"
	"slices"
	"strings"
)

// spine is a node with everything that stands below it without a choice: who
// has done the node has done all of them.
func spine(n *Node) (all []*Node) {
	all = append(all, n)
	if n.everything() {
		for i := range n.Parts {
			all = append(all, spine(&n.Parts[i])...)
		}
	}
	return all
}

// everything reports whether a node asks for all of its parts.
func (n *Node) everything() bool {
	return n.Kind == All || n.Kind == AtLeast && n.Need >= len(n.Parts)
}

// choice reports whether one of the parts is enough.
func (n *Node) choice() bool {
	return n.Kind == Any || n.Kind == AtLeast && n.Need == 1
}

// weighing compares requirements: those of a base with those of a policy that
// extends it, or ways to the same end.
type weighing struct {
	capped    bool // whether caps bind what own counts
	standards map[string]*Standard
	known     map[[2]*Node]bool
}

// covers reports whether who has done own has done base: the answer errs
// towards no.
func (w *weighing) covers(base, own *Node) bool {
	key := [2]*Node{base, own}
	if yes, ok := w.known[key]; ok {
		return yes
	}
	yes := len(w.gaps(base, own)) == 0
	if w.known == nil {
		w.known = map[[2]*Node]bool{}
	}
	w.known[key] = yes
	return yes
}

// gaps are the phrases for what own asks less than base; empty when nothing.
func (w *weighing) gaps(base, own *Node) []string {
	if base.Waivable != "" && own.Waivable != base.Waivable && own.Kind == base.Kind {
		return []string{"only exceptions of the kind “" + base.Waivable + "” are allowed there"}
	}
	switch {
	case own.choice() && own.each(func(o *Node) bool { return w.covers(base, o) }):
		return nil // whichever way is taken
	case base.everything() && base.each(func(b *Node) bool { return w.covers(b, own) }):
		return nil
	case own.everything() && slices.ContainsFunc(spine(own)[1:], func(o *Node) bool { return w.covers(base, o) }):
		return nil // own asks for this, and for more
	case base.choice() && !base.each(func(b *Node) bool { return !w.covers(b, own) }):
		return nil // one of the base's ways
	case base.Kind == AtLeast:
		return w.some(base, own)
	case base.Kind != own.Kind:
		return []string{"it asks for something else"}
	case base.Kind == CreditPlan:
		return w.plan(base, own)
	default:
		return w.leaf(base, own)
	}
}

// each reports whether a node has parts and f holds for every one.
func (n *Node) each(f func(*Node) bool) bool {
	for i := range n.Parts {
		if !f(&n.Parts[i]) {
			return false
		}
	}
	return len(n.Parts) > 0
}

// some compares with a base that asks for several of its parts.
func (w *weighing) some(base, own *Node) []string {
	if own.Kind != AtLeast && !own.everything() {
		return []string{"it asks for something else"}
	}
	need := own.Need
	if own.everything() {
		need = len(own.Parts)
	}
	taken := map[int]bool{}
	for i := range own.Parts {
		at := -1
		for j := range base.Parts {
			if !taken[j] && w.covers(&base.Parts[j], &own.Parts[i]) {
				at = j
				break
			}
		}
		if at < 0 {
			need-- // this part may be done without doing one of the base
			continue
		}
		taken[at] = true
	}
	if need < base.Need {
		return []string{fmt.Sprintf("at least %d of the base's parts are asked for", base.Need)}
	}
	return nil
}

// plan compares credit plans, bucket by bucket.
func (w *weighing) plan(base, own *Node) (gaps []string) {
	for i := range base.Parts {
		b := &base.Parts[i]
		j := slices.IndexFunc(own.Parts, func(o Node) bool { return o.Ref == b.Ref })
		if j < 0 {
			gaps = append(gaps, "the bucket “"+b.Ref+"” is left out")
			continue
		}
		for _, gap := range w.gaps(b, &own.Parts[j]) {
			gaps = append(gaps, "bucket “"+b.Ref+"”: "+gap)
		}
	}
	return gaps
}

// leaf compares two requirements of one kind that ask for facts.
func (w *weighing) leaf(base, own *Node) (gaps []string) {
	if base.Kind == Credits || base.Kind == Bucket {
		return w.amount(base, own)
	}
	if base.Ref != own.Ref {
		return []string{"it asks for “" + base.Ref + "”"}
	}
	less := func(is, should int, what string) {
		if is < should {
			gaps = append(gaps, fmt.Sprintf("%s at least %d", what, should))
		}
	}
	switch base.Kind {
	case Proficient:
		less(w.indicators(base, own), w.needed(base), "indicators of "+base.Ref+":")
		less(own.Contexts, base.Contexts, "contexts:")
	case Record:
		return recordGaps(base, own)
	case Artifact:
		if base.State != "" && own.State != base.State {
			gaps = append(gaps, "the work must be "+base.State)
		}
		less(own.Panel, base.Panel, "panel:")
		less(own.External, base.External, "from outside:")
	case Assessment, Attempts, Hours:
		less(own.Need, base.Need, base.Ref+":")
	case All, Any, AtLeast, CreditPlan:
		return []string{"it asks for other parts"}
	case Seal, Credits, Bucket:
	}
	return gaps
}

// recordGaps compares what two requirements ask of one kind of record.
func recordGaps(base, own *Node) (gaps []string) {
	if base.Current && !own.Current {
		gaps = append(gaps, "the record must be current")
	}
	for _, role := range base.SignedBy {
		if !slices.Contains(own.SignedBy, role) {
			gaps = append(gaps, "the "+role+" signs")
		}
	}
	if base.ReviewedWithinDays > 0 && (own.ReviewedWithinDays == 0 || own.ReviewedWithinDays > base.ReviewedWithinDays) {
		gaps = append(gaps, fmt.Sprintf("reviewed within %d days", base.ReviewedWithinDays))
	}
	return gaps
}

// amount compares buckets, or totals: how much, of what.
func (w *weighing) amount(base, own *Node) (gaps []string) {
	if own.Min < base.Min {
		gaps = append(gaps, "at least "+base.Min.credits())
	}
	if base.Tags != nil && (own.Tags == nil || slices.ContainsFunc(own.Tags, func(t string) bool { return !slices.Contains(base.Tags, t) })) {
		gaps = append(gaps, "only the tags "+strings.Join(base.Tags, ", ")+" count")
	}
	if base.Pool == TotalPool && own.Pool == CheckPool && w.capped {
		gaps = append(gaps, "it counts below the caps")
	}
	return gaps
}

// needed is how many indicators a requirement asks for.
func (w *weighing) needed(n *Node) int {
	switch {
	case n.Need > 0:
		return n.Need
	case n.Indicators != nil:
		return len(n.Indicators)
	case w.standards[n.Ref] != nil:
		return len(w.standards[n.Ref].Indicators)
	default:
		return 1
	}
}

// indicators is how many of the base's indicators own asks for at the least.
func (w *weighing) indicators(base, own *Node) int {
	if base.Ref != own.Ref {
		return 0
	}
	if own.Indicators == nil && base.Indicators == nil {
		return w.needed(own)
	}
	wanted := w.codes(base)
	var counted, other int
	for _, code := range w.codes(own) {
		if slices.Contains(wanted, code) {
			counted++
		} else {
			other++
		}
	}
	return max(0, min(counted, w.needed(own)-other))
}

// codes are the indicators that count for a requirement.
func (w *weighing) codes(n *Node) []string {
	if n.Indicators != nil || w.standards[n.Ref] == nil {
		return n.Indicators
	}
	return w.standards[n.Ref].codes()
}
