package policy

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// place is where a node stands: its path in the document, the id it gets when
// it names none, and the prefix of the ids inside a shared part.
type place struct {
	path, id, prefix string
}

// nodeKinds are the members that make a node, one of which each node has.
var nodeKinds = []string{
	"all", "any", "atLeast", "proficient", "record", "artifact", "assessment",
	"assessmentAttempts", "hours", "seal", "use", "credits", "creditPlan",
}

// node reads one node and everything below it.
func (ps *parser) node(v any, at place) Node {
	n := Node{ID: at.id, Path: at.path}
	o, ok := asObject(v, at.path, ps.bad)
	if !ok || ps.tooMany() {
		return n
	}
	if id := o.id("id", false); id != "" {
		n.ID = at.prefix + id
	}
	n.Title, n.Waivable = o.text("title", false), o.id("waivable", false)
	var named []string
	for _, k := range nodeKinds {
		if o.has(k) {
			named = append(named, k)
		}
	}
	if len(named) != 1 {
		ps.bad(at.path, fmt.Sprintf("A requirement is exactly one of %s; this names %d.", strings.Join(nodeKinds, ", "), len(named)))
		return n
	}
	n.Kind = Kind(named[0])
	switch named[0] {
	case "all", "any", "atLeast":
		ps.group(o, &n, at.prefix)
	case "use":
		n = ps.expand(o, n)
	case "creditPlan":
		ps.buckets(o, &n)
	case "seal":
		n.Ref = o.id("seal", true)
	default:
		if body, ok := o.sub(named[0]); ok {
			ps.leaf(body, &n)
			body.close()
		}
	}
	o.close()
	return n
}

func (ps *parser) group(o object, n *Node, prefix string) {
	list := string(n.Kind)
	if n.Kind == AtLeast {
		list = "of"
		if count, ok := o.sub("atLeast"); ok {
			n.Need = count.whole("n", true, 1)
			count.close()
		}
	}
	if !o.has(list) {
		ps.bad(join(o.path, list), "This is missing.")
		return
	}
	items, path := o.items(list)
	if len(items) == 0 {
		ps.bad(path, "Name at least one requirement here.")
	}
	for i, item := range items {
		step := strconv.Itoa(i)
		n.Parts = append(n.Parts, ps.node(item, place{
			path: join(path, step), id: n.ID + "." + strconv.Itoa(i+1), prefix: prefix,
		}))
	}
}

// expand puts a named part where it is used. The ids in it stand behind the
// id of the using node, so that a part used twice has its own nodes each time.
func (ps *parser) expand(o object, n Node) Node {
	name := o.id("use", true)
	path := join(o.path, "use")
	body, known := ps.defs[name]
	switch {
	case name == "":
		return n
	case !known:
		ps.bad(path, "There is no part “"+name+"” in defs.")
		return n
	case slices.Contains(ps.open, name):
		ps.bad(path, "The part “"+name+"” uses itself.")
		return n
	}
	ps.used[name] = true
	ps.open = append(ps.open, name)
	defer func() { ps.open = ps.open[:len(ps.open)-1] }()
	if m, ok := body.(map[string]any); ok { // where it is used decides its id
		m = maps.Clone(m)
		delete(m, "id")
		body = m
	}
	part := ps.node(body, place{path: join("/defs", name), id: n.ID, prefix: n.ID + "."})
	part.Title, part.Waivable = orElse(n.Title, part.Title), orElse(n.Waivable, part.Waivable)
	return part
}

// leaf reads the body of a node that asks for facts.
func (ps *parser) leaf(o object, n *Node) {
	switch n.Kind {
	case Proficient:
		n.Ref = o.text("standard", true)
		ps.indicators(o, n)
		if c, ok := o.sub("contexts"); ok {
			n.Contexts = c.whole("atLeast", true, 1)
			c.close()
		}
	case Record:
		n.Ref = o.id("kind", true)
		n.Current = o.flag("current")
		n.SignedBy = o.texts("signedBy")
		n.ReviewedWithinDays = o.whole("reviewedWithinDays", false, 1)
	case Artifact:
		n.Ref = o.id("kind", true)
		n.State = o.id("state", false)
		if p, ok := o.sub("panel"); ok {
			n.Panel = p.whole("atLeast", true, 1)
			n.External = p.whole("external", false, 0)
			p.close()
		}
	case Assessment, Attempts:
		n.Ref = o.id("ref", true)
		n.Need = o.whole("atLeast", true, 1)
	case Hours:
		n.Ref = o.id("kind", true)
		n.Need = o.whole("min", true, 1)
	case Credits:
		ps.credits(o, n)
	case All, Any, AtLeast, Seal, CreditPlan, Bucket: // read by node
	}
}

// indicators reads all, a list of codes, or {atLeast: k}, which may name the
// codes it chooses from in of.
func (ps *parser) indicators(o object, n *Node) {
	v, path, ok := o.take("indicators")
	switch v := v.(type) {
	case string:
		if v != "all" {
			ps.bad(path, "Write all, a list of indicators, or {atLeast: k}.")
		}
	case []any:
		if n.Indicators = textList(v, path, ps.bad); len(n.Indicators) == 0 {
			ps.bad(path, "Name at least one indicator here.")
		}
	case map[string]any:
		c, _ := asObject(v, path, ps.bad)
		n.Need = c.whole("atLeast", true, 1)
		n.Indicators = c.texts("of")
		c.close()
	default:
		if ok {
			ps.bad(path, "Write all, a list of indicators, or {atLeast: k}.")
		} else {
			ps.bad(path, "This is missing.")
		}
	}
}
