package policy

import (
	"fmt"
	"slices"
	"strings"
)

// base holds the policy against the one it extends: it may ask for more, and
// never for less.
func (l *linter) base() {
	p, b := l.p, l.beside.Base
	switch {
	case p.Extends == Extension{}:
		return
	case b == nil:
		l.bad("/extends", "The policy “%s” is not at hand, so this one cannot be held against it.", p.Extends.Policy)
		return
	case b.ID != p.Extends.Policy || b.Version != p.Extends.Version:
		l.bad("/extends", "This names %s, version %d; at hand is %s, version %d.", p.Extends.Policy, p.Extends.Version, b.ID, b.Version)
		return
	case b.hash != p.Extends.Hash:
		l.bad("/extends/hash", "The document of the base is another one than is named here.")
	}
	l.baseHead(b)
	l.baseCredit(b)
	w := weighing{capped: len(p.Credit.Caps) > 0, standards: l.standards}
	if len(w.gaps(&b.Requirements, &p.Requirements)) == 0 {
		return
	}
	own := spine(&p.Requirements)
	for _, n := range asked(&b.Requirements) {
		l.dropped(&w, n, own)
	}
}

// dropped reports a requirement of the base that the policy does not keep.
func (l *linter) dropped(w *weighing, n *Node, own []*Node) {
	if slices.ContainsFunc(own, func(o *Node) bool { return w.covers(n, o) }) {
		return
	}
	i := slices.IndexFunc(own, func(o *Node) bool { return o.ID == n.ID && o.Kind == n.Kind })
	if i < 0 {
		l.bad("/requirements", "The base asks for “%s”, which this policy leaves out.", n.ID)
		return
	}
	l.bad(own[i].Path, "Weaker than the base: %s.", strings.Join(w.gaps(n, own[i]), "; "))
}

// asked are the parts that a tree asks for one by one: itself, or what it is all of.
func asked(n *Node) (parts []*Node) {
	if !n.everything() {
		return []*Node{n}
	}
	for i := range n.Parts {
		parts = append(parts, asked(&n.Parts[i])...)
	}
	return parts
}

// baseHead compares everything that is no tree and no credit.
func (l *linter) baseHead(b *Policy) {
	p := l.p
	if len(b.Scale.Levels) > 0 {
		switch {
		case !slices.EqualFunc(b.Scale.Levels, p.Scale.Levels, func(x, y Level) bool { return x.N == y.N && x.Label == y.Label }):
			l.bad("/scale", "The base has another scale, so levels cannot be compared.")
		case p.Scale.ProficientAt < b.Scale.ProficientAt:
			l.bad("/scale/proficientAt", "The base counts from %s.", b.Scale.Label(b.Scale.ProficientAt))
		}
	}
	if d, o := b.Determination, p.Determination; d.Method == "n-of" && o.Method == "n-of" &&
		(o.N < d.N || o.AtLeast < d.AtLeast || d.DistinctTasks && !o.DistinctTasks) {
		l.bad("/determination", "The base asks for %d tasks at %d or more%s.", d.N, d.AtLeast, map[bool]string{true: ", all different"}[d.DistinctTasks])
	} else if d.Method != "" && d.Method != o.Method {
		l.warn("/determination/method", "The base proposes levels by the method %s.", d.Method)
	}
	for _, r := range b.Routes {
		if !slices.Contains(p.Routes, r) {
			l.bad("/routes", "The base lets learners take the route “%s”.", r)
		}
	}
	if p.Exceptions.Allowed {
		for i, kind := range p.Exceptions.Kinds {
			if !b.Exceptions.Allowed || !slices.Contains(b.Exceptions.Kinds, kind) || slices.Contains(b.Forbids.Exceptions, kind) {
				l.bad(fmt.Sprintf("/exceptions/kinds/%d", i), "The base allows no exceptions of the kind “%s”.", kind)
			}
		}
		if b.Exceptions.MustCite && !p.Exceptions.MustCite {
			l.bad("/exceptions/mustCite", "By the base every exception names its source.")
		}
	}
	for i, code := range p.Conduct.Counts {
		if !slices.Contains(b.Conduct.Counts, code) {
			l.bad(fmt.Sprintf("/conduct/counts/%d", i), "By the base “%s” decides nothing.", code)
		}
	}
}

// baseCredit compares how credits are counted.
func (l *linter) baseCredit(b *Policy) {
	base, own := b.Credit, l.p.Credit
	switch {
	case base.Derived && !own.Derived:
		l.bad("/credit", "By the base a credit follows from competencies.")
	case base.Derived && own.Need > 0 && (base.Need == 0 || own.Need < base.Need):
		l.bad("/credit/rule", "The base asks for more competencies before there is a credit.")
	}
	if max(own.Sharing, 1) > max(base.Sharing, 1) {
		l.bad("/credit/sharing", "By the base one credit counts in at most %d.", max(base.Sharing, 1))
	}
	for _, r := range own.AsAwarded {
		if base.Derived && !slices.Contains(base.AsAwarded, r) {
			l.bad("/credit/asAwarded", "By the base credit by the route “%s” follows from competencies.", r)
		}
	}
	for i, c := range own.Caps {
		if slices.Contains(b.Forbids.Caps, c.name()) {
			l.bad(fmt.Sprintf("/credit/caps/%d", i), "The base forbids a cap on “%s” (%s).", c.name(), b.Forbids.Because)
		}
	}
	for _, c := range base.Caps {
		if !slices.ContainsFunc(own.Caps, func(o Cap) bool { return o.Tag == c.Tag && o.Route == c.Route && o.Max <= c.Max }) {
			l.bad("/credit/caps", "The base lets at most %s of “%s” count.", c.Max.credits(), c.name())
		}
	}
}
