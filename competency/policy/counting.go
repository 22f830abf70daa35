package policy

import (
	"slices"
	"strings"
)

// earned is credit that counts, or will once waits is answered.
type earned struct {
	id, title string
	value     Amount // in whole steps
	tags      []string
	waits     string
	cap       int // index of the cap that binds it; -1 = none
	fits      int // how many buckets of the plan at hand it fits
}

// openCourse is a course whose credit does not exist yet.
type openCourse struct {
	title   string
	tags    []string
	missing []Missing // the indicators that are open
}

// purse is everything that one learner's credits come to under a policy.
type purse struct {
	credits   []earned
	open      []openCourse
	uncounted []UncountedCredit
}

// purse counts the credits of the facts, once for an evaluation.
func (e *evaluator) purse() *purse {
	if e.counted != nil {
		return e.counted
	}
	e.counted = &purse{credits: make([]earned, 0, len(e.f.Credits)+len(e.f.Courses))}
	last := ""
	for i := range e.f.Credits {
		c := &e.f.Credits[i]
		reason := e.notCounted(c)
		if i > 0 && c.ID == last {
			reason = "This credit is listed twice"
		}
		last = c.ID
		if reason != "" {
			e.counted.uncounted = append(e.counted.uncounted, UncountedCredit{ID: c.ID, Title: c.Title, Value: c.Value, Reason: reason})
			continue
		}
		e.earn(c.ID, c.Title, c.Value, c.Tags, c.Route, c.Waits)
	}
	if e.p.Credit.Derived {
		for i := range e.f.Courses {
			e.derive(&e.f.Courses[i])
		}
	}
	return e.counted
}

// notCounted is why an awarded credit does not count; empty when it does.
func (e *evaluator) notCounted(c *CreditFact) string {
	if e.p.Credit.Derived && !slices.Contains(e.p.Credit.AsAwarded, c.Route) {
		return "The policy counts a credit by its competencies"
	}
	return e.foreign(c.Route)
}

// foreign is why credit by a route does not count.
func (e *evaluator) foreign(route string) string {
	known := route == "" || len(e.p.Routes) == 0 || slices.Contains(e.p.Routes, route) || slices.Contains(e.p.Credit.AsAwarded, route)
	if known {
		return ""
	}
	return "The policy does not name the route “" + route + "”"
}

// earn adds credit in whole steps; what is left over is listed.
func (e *evaluator) earn(id, title string, value Amount, tags []string, route, waits string) {
	c := earned{id: id, title: title, tags: tags, waits: waits, cap: -1}
	step := max(e.p.Credit.Step, 1)
	rest := value % step
	c.value = value - rest
	if rest > 0 {
		e.counted.uncounted = append(e.counted.uncounted, UncountedCredit{
			ID: id, Title: title, Value: rest, Reason: "Credit counts in steps of " + step.String(),
		})
	}
	if c.value <= 0 {
		return
	}
	c.cap = slices.IndexFunc(e.p.Credit.Caps, func(limit Cap) bool { return limit.covers(tags, route) })
	e.counted.credits = append(e.counted.credits, c)
}

// derive asks whether the credit of a course exists: whether as many of its
// competencies are shown as the policy asks for.
func (e *evaluator) derive(c *CourseFact) {
	codes := e.reachable(c.Indicators)
	if reason := e.foreign(c.Route); reason != "" || len(codes) == 0 {
		reason = orElse(reason, "The course names no competencies")
		e.counted.uncounted = append(e.counted.uncounted, UncountedCredit{ID: c.ID, Title: c.Title, Value: c.Value, Reason: reason})
		return
	}
	need := len(codes)
	if e.p.Credit.Need > 0 {
		need = min(need, e.p.Credit.Need)
	}
	shown, waiting := 0, 0
	var missing []Missing
	var providers []string
	for _, code := range codes {
		d := e.f.Determinations[code]
		if e.shown(d) {
			shown++
			continue
		}
		wait, waits := e.f.Pending[code]
		if waits {
			waiting++
			providers = union(providers, []string{orElse(wait.Provider, "others")})
		}
		m := e.open(code, d, wait, waits)
		m.Course = c.Title
		missing = append(missing, m)
	}
	switch {
	case shown >= need:
		e.earn(c.ID, c.Title, c.Value, c.Tags, c.Route, "")
	case shown+waiting >= need:
		slices.Sort(providers)
		e.earn(c.ID, c.Title, c.Value, c.Tags, c.Route, strings.Join(providers, ", "))
	default:
		e.counted.open = append(e.counted.open, openCourse{title: c.Title, tags: c.Tags, missing: missing})
	}
}

// shown reports whether a level counts: confirmed, and at proficient or above.
func (e *evaluator) shown(d Determined) bool {
	return d.Confirmed && d.Level >= e.p.Scale.ProficientAt
}

// credits answers a node that counts credits without spending them.
func (e *evaluator) credits(n *Node, r *Result) answer {
	purse := e.purse()
	limits := e.p.Credit.Caps
	if n.Pool == CheckPool { // it asks what there is, not what counts
		limits = nil
	}
	have := totals{limits: make([]Amount, len(limits))}
	wouldBe := totals{limits: make([]Amount, len(limits))}
	var waiting []CreditShare
	for i := range purse.credits {
		c := &purse.credits[i]
		if !n.takes(c.tags) {
			continue
		}
		wouldBe.add(c, limits)
		if c.waits != "" {
			waiting = append(waiting, c.share(c.value))
			continue
		}
		have.add(c, limits)
		if n.Tags != nil {
			r.Credits = append(r.Credits, c.share(c.value))
		}
	}
	r.Have, r.Need = int(have.sum), int(n.Min)
	a := answer{state: stateOf(have.sum >= n.Min, wouldBe.sum >= n.Min)}
	e.shortOf(n, r, &a, n.Min-have.sum, waiting)
	return a
}

// totals adds up credit below its caps.
type totals struct {
	sum    Amount
	limits []Amount // used of each cap
}

func (t *totals) add(c *earned, limits []Cap) {
	value := c.value
	if c.cap >= 0 && len(limits) > 0 {
		value = min(value, limits[c.cap].Max-t.limits[c.cap])
		t.limits[c.cap] += value
	}
	t.sum += value
}

func (c *earned) share(amount Amount) CreditShare {
	return CreditShare{ID: c.id, Title: c.title, Amount: amount, Waits: c.waits}
}

// creditPlan distributes the credits over the buckets, whose answers are the
// children, and combines these as all does. A bucket that an exception excuses
// takes only what no other needs, and what waits does not go to it.
func (e *evaluator) creditPlan(n *Node, r *Result) answer {
	r.Children = make([]Result, len(n.Parts))
	short, after := make([]Amount, len(n.Parts)), make([]Amount, len(n.Parts))
	excused := func(i int) bool { return e.waived[n.Parts[i].ID] }
	al := allocate(n.Parts, e.purse().credits, e.p.Credit)
	for i := range n.Parts {
		if !excused(i) {
			short[i] = al.fill(i, n.Parts[i].Min)
		}
	}
	hoped := al.hope()
	for i := range n.Parts {
		if excused(i) {
			short[i] = al.fill(i, n.Parts[i].Min)
		}
	}
	waits := make([][]CreditShare, len(n.Parts))
	for i := range n.Parts {
		if after[i] = short[i]; !excused(i) {
			after[i], waits[i] = hoped.fillWaiting(i, short[i])
		}
	}
	for i := range n.Parts {
		c := &r.Children[i]
		c.Credits = al.given(i)
		var instead []int
		if after[i] > 0 && !excused(i) {
			instead = hoped.instead(i)
		}
		e.bucket(n, i, c, short[i], after[i], waits[i], instead)
	}
	r.Credits = al.spare()
	return combine(n, r)
}

// hope is a copy of the distribution in which credits count that wait.
func (al *allocation) hope() *allocation {
	h := *al
	h.use, h.left, h.room = slices.Clone(al.use), slices.Clone(al.left), slices.Clone(al.room)
	h.waiting = true
	return &h
}

// fillWaiting is fill with the waiting credits that it took.
func (al *allocation) fillWaiting(bucket int, need Amount) (short Amount, waits []CreditShare) {
	if need == 0 {
		return 0, nil
	}
	before := slices.Clone(al.left)
	short = al.fill(bucket, need)
	for c, left := range al.left {
		if used := before[c] - left; used > 0 && al.credits[c].waits != "" {
			waits = append(waits, al.credits[c].share(used))
		}
	}
	return short, waits
}

// given is what fills a bucket.
func (al *allocation) given(bucket int) (shares []CreditShare) {
	for i := range al.credits {
		if amount := al.use[i*al.buckets+bucket]; amount > 0 {
			shares = append(shares, al.credits[i].share(amount))
		}
	}
	return shares
}

// spare is the credit that no bucket needed.
func (al *allocation) spare() (shares []CreditShare) {
	for i := range al.credits {
		c := &al.credits[i]
		var sum, most Amount // with sharing, the same part may count in several
		for _, used := range al.use[i*al.buckets : (i+1)*al.buckets] {
			sum, most = sum+used, max(most, used)
		}
		if rest := c.value - max(most, (sum+al.sharing-1)/al.sharing); c.waits == "" && rest > 0 {
			shares = append(shares, c.share(rest))
		}
	}
	return shares
}

// instead lists the other buckets that could be short in the place of one.
func (al *allocation) instead(bucket int) (others []int) {
	al.search(bucket)
	for b, reached := range al.seen {
		if reached && b != bucket {
			others = append(others, b)
		}
	}
	return others
}

// bucket answers one bucket of a plan.
func (e *evaluator) bucket(plan *Node, i int, r *Result, short, after Amount, waits []CreditShare, instead []int) {
	n := &plan.Parts[i]
	r.ID, r.Kind, r.Title = n.ID, Bucket, e.title(n)
	r.Have, r.Need = int(n.Min-short), int(n.Min)
	a := answer{state: stateOf(short == 0, after == 0)}
	for _, b := range instead {
		if !e.waived[plan.Parts[b].ID] {
			r.Or = append(r.Or, plan.Parts[b].ID)
			a.or = append(a.or, e.title(&plan.Parts[b]))
		}
	}
	e.shortOf(n, r, &a, short, waits)
	r.State = a.state
	if e.waived[n.ID] && !r.State.Done() {
		r.State = Waived
	}
	e.finish(n, r, a)
}

// shortOf says how many credits there are, and what is missing of them.
func (e *evaluator) shortOf(n *Node, r *Result, a *answer, short Amount, waiting []CreditShare) {
	a.said = Amount(r.Have).String() + " of " + n.Min.credits()
	if a.state == Met {
		return
	}
	r.Missing = append(r.Missing, Missing{Part: CreditPart, Title: short.more()})
	more := short.more() + " needed"
	if len(a.or) > 0 {
		more += ", here or in " + strings.Join(a.or, " or ")
	}
	said := []string{a.said, more}
	for _, w := range waiting {
		r.Missing = append(r.Missing, Missing{Part: CreditPart, Title: w.Title, Pending: "Confirmation", Provider: w.Waits})
		said = append(said, "waiting for "+w.Waits+" to confirm "+w.Title)
	}
	if a.state == NotMet {
		said = append(said, e.openCourses(n, r)...)
	}
	a.said = strings.Join(said, "; ")
}

// maxNamed is how many open courses are named where many could count.
const maxNamed = 3

// openCourses names the courses that would count, with what is open in them;
// where any course would, a few.
func (e *evaluator) openCourses(n *Node, r *Result) (said []string) {
	more := 0
	for _, c := range e.purse().open {
		if !n.takes(c.tags) {
			continue
		}
		if n.Tags == nil && len(said) == maxNamed {
			more++
			continue
		}
		names := make([]string, len(c.missing))
		for i, m := range c.missing {
			names[i] = strings.TrimSpace(m.Indicator + " " + m.Title)
		}
		r.Missing = append(r.Missing, c.missing...)
		said = append(said, "open in "+c.title+": "+strings.Join(names, ", "))
	}
	if more > 0 {
		said = append(said, "open in "+plural(more, "more course"))
	}
	return said
}
