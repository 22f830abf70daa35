package credentials

import (
	"slices"
	"strconv"
)

// record holds the subject of a CLR against what Laurel asks of its own (CLR
// 2.0 data model, ClrSubject): signed achievement credentials of one person,
// and associations between achievements that are there.
func (in *inspector) record(subject *Node) {
	const at = "/credentialSubject"
	known := make(map[string]bool)
	documents := make(map[string]bool)
	for i, doc := range subject.Get("verifiableCredential").List() {
		here := at + "/verifiableCredential/" + strconv.Itoa(i)
		id := doc.Get("id").Text()
		in.ask(CredentialClass(doc) == ClassAchievement, here+"/type", RuleType)
		in.ask(in.draft || len(doc.Get("proof").List()) > 0, here+"/proof", RuleRequired)
		in.ask(!documents[id], here+"/id", RuleRepeated)
		in.ask(samePerson(subject, doc.Get("credentialSubject")), here+"/credentialSubject", RuleHolder)
		documents[id] = true
		known[AchievementID(doc)] = true
	}
	for i, a := range subject.Get("achievement").List() {
		here, id := at+"/achievement/"+strconv.Itoa(i), a.Get("id").Text()
		in.ask(!known[id], here+"/id", RuleRepeated)
		in.achievement(here, a)
		in.scalesOf(here, a)
		known[id] = true
	}
	in.associations(at+"/association", subject.Get("association").List(), known)
}

// samePerson tells whether two subjects are one: the same id, or an identity in common.
func samePerson(a, b *Node) bool {
	if id := a.Get("id").Text(); id != "" && id == b.Get("id").Text() {
		return true
	}
	others := b.Get("identifier").List()
	return slices.ContainsFunc(a.Get("identifier").List(), func(n *Node) bool {
		one := IdentityOf(n)
		return slices.ContainsFunc(others, func(m *Node) bool { return one.sameAs(IdentityOf(m)) })
	})
}

// sameAs tells whether two identities are of one identifier; two hashes with
// different salts cannot be compared.
func (i Identity) sameAs(other Identity) bool {
	switch {
	case !other.Hashed:
		return i.Matches(other.Kind, other.Hash)
	case !i.Hashed:
		return other.Matches(i.Kind, i.Hash)
	}
	return i == other
}

// associations asks that each leads from one known achievement to another, is
// said once, and that nothing becomes a part or a forerunner of itself.
func (in *inspector) associations(at string, list []*Node, known map[string]bool) {
	type link struct{ kind, source, target string }
	seen := make(map[link]bool)
	order := make(map[string][]string)
	for i, n := range list {
		here := at + "/" + strconv.Itoa(i)
		l := link{n.Get("associationType").Text(), n.Get("sourceId").Text(), n.Get("targetId").Text()}
		in.ask(known[l.source], here+"/sourceId", RuleReference)
		in.ask(known[l.target], here+"/targetId", RuleReference)
		in.ask(!seen[l], here, RuleRepeated)
		seen[l] = true
		from, to := l.source, l.target
		switch AssociationKind(l.kind) {
		case IsParentOf:
			from, to = to, from
		case IsPartOf, IsChildOf:
		case Precedes, ReplacedBy: // an order of their own
			from, to = l.kind+" "+from, l.kind+" "+to
		case ExactMatchOf, IsPeerOf, IsRelatedTo:
			in.ask(l.source != l.target, here, RuleCycle)
			continue
		default: // Inspect has refused the word
			continue
		}
		in.ask(!leads(order, to, from), here, RuleCycle)
		order[from] = append(order[from], to)
	}
}

// leads tells whether one can come from a to b, or is there.
func leads(order map[string][]string, a, b string) bool {
	seen := make(map[string]bool)
	open := []string{a}
	for len(open) > 0 {
		next := open[len(open)-1]
		open = open[:len(open)-1]
		if next == b {
			return true
		}
		if !seen[next] {
			seen[next] = true
			open = append(open, order[next]...)
		}
	}
	return false
}
