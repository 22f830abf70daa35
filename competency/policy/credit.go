package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// CreditRule tells how a policy counts credits. The zero value counts every
// awarded credit once, to the hundredth.
type CreditRule struct {
	Unit string   // what one credit means, in words
	Or   []string // what else earns one
	// Step is the smallest part that counts: the rest of a credit beyond whole
	// steps does not. 0 = a hundredth.
	Step Amount
	// Sharing is in how many buckets of one plan the same credit may count;
	// 0 and 1 = in one.
	Sharing int
	Caps    []Cap
	// Derived says that a credit exists only once the competencies of its course
	// are shown: Need of them, 0 = all.
	Derived bool
	Need    int
	// AsAwarded names the routes whose credits count as they were awarded also
	// where credits are derived: transfer, college.
	AsAwarded []string
}

// Cap is how much credit of one kind counts at most. A credit is bound by the
// first cap that it falls under.
type Cap struct {
	Tag   string // credits with this tag, or
	Route string // by this route
	Max   Amount
}

// covers reports whether a credit falls under the cap.
func (c Cap) covers(tags []string, route string) bool {
	return c.Tag != "" && slices.Contains(tags, c.Tag) || c.Route != "" && c.Route == route
}

// name is the tag or the route.
func (c Cap) name() string { return orElse(c.Tag, c.Route) }

// Pool tells what a credits node counts.
type Pool string

// The pools.
const (
	// TotalPool counts every credit once, as far as caps allow, for a total
	// beside the plans.
	TotalPool Pool = "total"
	// CheckPool asks whether such credit exists, without spending it.
	CheckPool Pool = "check"
)

// Bounds of what a policy says about credits. They are ours.
const (
	maxBuckets = 60
	maxCaps    = 20
	maxSharing = 10
)

// amount takes a decimal above zero.
func (o object) amount(name string) Amount {
	v, path, ok := o.take(name)
	if !ok {
		o.bad(path, "This is missing.")
		return 0
	}
	if _, many := v.(map[string]any); many {
		o.bad(path, oneSum)
		return 0
	}
	num, _ := v.(json.Number)
	a, err := ParseAmount(num.String())
	if err != nil || a == 0 {
		o.bad(path, "Write an amount of credits above 0, such as 0.25, with at most two decimals.")
	}
	return a
}

// tags takes any (answered as nil) or a list of tags.
func (o object) tags() []string {
	v, path, ok := o.take("tags")
	switch v := v.(type) {
	case string:
		if v == "any" {
			return nil
		}
	case []any:
		list := textList(v, path, o.bad)
		if len(list) == 0 {
			o.bad(path, "Name at least one tag here, or write any.")
		}
		return list
	}
	if ok {
		o.bad(path, "Write any, or a list of tags.")
	} else {
		o.bad(path, "This is missing.")
	}
	return nil
}

// credit reads the head member of that name.
func (ps *parser) credit(o object) (r CreditRule) {
	a, ok := o.sub("credit")
	if !ok {
		return r
	}
	if unit, ok := a.sub("unit"); ok {
		r.Unit, r.Or = unit.text("means", true), unit.texts("or")
		unit.close()
	}
	if a.has("step") {
		r.Step = a.amount("step")
	}
	r.Sharing = ps.sharing(a)
	r.Caps = ps.caps(a)
	if len(r.Caps) > 0 && r.Sharing > 1 {
		ps.bad(join(a.path, "caps"), "Where one credit counts in several buckets, a cap has no clear meaning; use sharing or caps.")
	}
	r.AsAwarded = a.texts("asAwarded")
	ps.derived(a, &r)
	a.close()
	return r
}

// sharing reads none, or {max: k}: in how many buckets a credit may count.
func (ps *parser) sharing(a object) int {
	if m, ok := a.rest["sharing"].(map[string]any); ok {
		_, path, _ := a.take("sharing")
		share := object{path: path, rest: m, bad: ps.bad}
		k := share.whole("max", true, 1)
		if k > maxSharing {
			ps.bad(join(path, "max"), fmt.Sprintf("One credit counts in at most %d buckets.", maxSharing))
		}
		share.close()
		return k
	}
	if v, path, ok := a.take("sharing"); ok && v != "none" {
		ps.bad(path, "Write none, or {max: 2} for a credit that may count in two buckets.")
	}
	return 1
}

func (ps *parser) caps(a object) (caps []Cap) {
	items, path := a.items("caps")
	if len(items) > maxCaps {
		ps.bad(path, fmt.Sprintf("Write at most %d caps.", maxCaps))
		return nil
	}
	for i, item := range items {
		at := join(path, strconv.Itoa(i))
		c, ok := asObject(item, at, ps.bad)
		if !ok {
			continue
		}
		limit := Cap{Tag: c.id("tag", false), Route: c.id("route", false), Max: c.amount("max")}
		if (limit.Tag == "") == (limit.Route == "") {
			ps.bad(at, "A cap names a tag or a route, one of the two.")
		}
		c.close()
		caps = append(caps, limit)
	}
	return caps
}

// derived reads whether credits follow from competencies, and from how many.
func (ps *parser) derived(a object, r *CreditRule) {
	if from := a.text("derivedFrom", false); from != "" {
		r.Derived = true
		if from != "competencies" {
			ps.bad(join(a.path, "derivedFrom"), "Write competencies, or leave this out.")
		}
	}
	v, path, ok := a.take("rule")
	switch v := v.(type) {
	case string:
		ok = v != "all"
	case map[string]any:
		rule := object{path: path, rest: v, bad: ps.bad}
		r.Need = rule.whole("atLeast", true, 1)
		rule.close()
		ok = false
	}
	if ok {
		ps.bad(path, "Write all, or {atLeast: k}.")
	}
	if !r.Derived && (r.Need > 0 || len(r.AsAwarded) > 0) {
		ps.bad(a.path, "The members rule and asAwarded go with derivedFrom: competencies.")
	}
}

// buckets reads the parts of a credit plan: those for named tags first, then
// those that any credit fills, each in the order of the document.
func (ps *parser) buckets(o object, n *Node) {
	items, path := o.items("creditPlan")
	if len(items) == 0 || len(items) > maxBuckets {
		ps.bad(path, fmt.Sprintf("Write 1 to %d buckets here.", maxBuckets))
		return
	}
	for i, item := range items {
		at := join(path, strconv.Itoa(i))
		b, ok := asObject(item, at, ps.bad)
		if !ok || ps.tooMany() {
			continue
		}
		bucket := Node{Kind: Bucket, Path: at, Ref: b.id("id", true), Title: b.text("title", false)}
		bucket.ID = n.ID + "." + bucket.Ref
		bucket.Min, bucket.Tags, bucket.Waivable = b.amount("min"), b.tags(), b.id("waivable", false)
		b.close()
		n.Parts = append(n.Parts, bucket)
	}
	slices.SortStableFunc(n.Parts, func(a, b Node) int { return compareBools(a.Tags == nil, b.Tags == nil) })
}

// credits reads a node that counts credits beside any plan.
func (ps *parser) credits(o object, n *Node) {
	n.Min, n.Tags = o.amount("min"), o.tags()
	n.Pool = Pool(o.text("pool", false))
	switch n.Pool {
	case TotalPool, CheckPool:
	case "":
		n.Pool = TotalPool
	default:
		ps.bad(join(o.path, "pool"), "Write total or check.")
	}
}
