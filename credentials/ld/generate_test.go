package ld

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"laurel/credentials"
)

// Generate makes a document out of the terms that its own contexts define at
// each place, so that most documents have a canonical form.
func Generate(t *rapid.T) *credentials.Node {
	g := &generator{T: t}
	return g.node(remembered.start(), nil, 0, true)
}

type generator struct {
	*rapid.T
	unique int
	nodes  int
}

func (g *generator) chance(percent int) bool {
	return rapid.IntRange(0, 99).Draw(g.T, "chance") < percent
}

// pick draws from words in their order, so that a failure can be shrunk and repeated.
func (g *generator) pick(words []string) string {
	return rapid.SampledFrom(words).Draw(g.T, "word")
}

// node makes an object as the walk would read it.
func (g *generator) node(act *active, by *meaning, depth int, top bool) *credentials.Node {
	g.nodes++
	if act.previous != nil {
		act = act.previous
	}
	if by != nil && by.scoped() {
		act, _ = act.in(step{by.scope, byProperty})
	}
	var members []credentials.Member
	add := func(name string, v *credentials.Node) {
		members = append(members, credentials.Member{Name: name, Value: v})
	}
	if top || act.terms == nil || g.chance(8) {
		var names []*credentials.Node
		act, names = g.contexts(act)
		add("@context", credentials.ListOf(names...))
	}
	outer := act
	var types []string
	if act.terms["type"] != nil {
		types = g.types(act)
	}
	for _, name := range types {
		if m := outer.terms[name]; m != nil && m.scoped() {
			if next, conflict := act.in(step{m.scope, byType}); conflict == "" {
				act = next
			}
		}
	}
	if len(types) > 0 {
		add("type", g.perhapsList(texts(types)))
	}
	if act.terms["id"] != nil && g.chance(50) {
		add("id", credentials.TextOf(g.iri()))
	}
	for _, name := range g.memberNames(act) {
		add(name, g.member(act, name, depth))
	}
	return credentials.ObjectOf(members...)
}

func texts(words []string) []*credentials.Node {
	var out []*credentials.Node
	for _, w := range words {
		out = append(out, credentials.TextOf(w))
	}
	return out
}

// contexts names one to four contexts that do not contradict each other.
func (g *generator) contexts(act *active) (*active, []*credentials.Node) {
	var names []*credentials.Node
	for range rapid.IntRange(1, 4).Draw(g.T, "contexts") {
		address := g.pick(slices.Sorted(maps.Keys(pinned)))
		again := func(n *credentials.Node) bool { return n.Text() == address } // json-gold takes it for a loop
		if slices.ContainsFunc(names, again) {
			continue
		}
		if next, conflict := act.in(step{pinned[address], byDocument}); conflict == "" {
			act = next
			names = append(names, credentials.TextOf(address))
		}
	}
	return act, names
}

// types gives up to two types; those with a context of their own come often.
func (g *generator) types(act *active) []string {
	var likely []string
	for _, name := range slices.Sorted(maps.Keys(act.terms)) {
		if first := name[0]; first >= 'A' && first <= 'Z' && act.terms[name].absolute {
			likely = append(likely, name)
		}
	}
	if len(likely) == 0 {
		return nil
	}
	var out []string
	for range rapid.IntRange(0, 2).Draw(g.T, "types") {
		if name := g.pick(likely); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// memberNames gives up to five terms, and words that only a vocabulary for all words defines.
func (g *generator) memberNames(act *active) []string {
	var words, out []string
	for _, name := range slices.Sorted(maps.Keys(act.terms)) {
		m := act.terms[name]
		if m.absolute && !m.forget { // json-gold forgets the container, too
			words = append(words, name)
		}
	}
	if act.vocab != "" {
		words = append(words, "shoeSize", "Ünïcode")
	}
	if len(words) == 0 {
		return nil
	}
	for range rapid.IntRange(0, 5).Draw(g.T, "members") {
		if name := g.pick(words); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func (g *generator) member(act *active, name string, depth int) *credentials.Node {
	m := act.terms[name]
	if m == nil {
		m = &meaning{}
	}
	if m.typ == "@json" {
		// At the top an object: json-gold fails on lists.
		return credentials.ObjectOf(credentials.Member{Name: "b", Value: credentials.ListOf(g.scalar())}, credentials.Member{Name: "a", Value: g.scalar()})
	}
	values := []*credentials.Node{g.value(act, m, depth)}
	for len(values) < 3 && g.chance(25) {
		values = append(values, g.value(act, m, depth))
	}
	return g.perhapsList(values)
}

// perhapsList leaves a single value alone now and then.
func (g *generator) perhapsList(values []*credentials.Node) *credentials.Node {
	if len(values) == 1 && g.chance(50) {
		return values[0]
	}
	return credentials.ListOf(values...)
}

func (g *generator) value(act *active, m *meaning, depth int) *credentials.Node {
	if m.container == inGraph || depth < 4 && g.nodes < 12 && g.chance(35) {
		return g.node(act, m, depth+1, false)
	}
	switch {
	case m.typ == "@vocab" && g.chance(50):
		return credentials.TextOf("assertionMethod")
	case m.typ == "@id" || m.typ == "@vocab":
		return credentials.TextOf(g.iri())
	case g.chance(10):
		return credentials.ObjectOf(
			credentials.Member{Name: "@value", Value: credentials.TextOf(g.text())},
			credentials.Member{Name: "@language", Value: credentials.TextOf(g.pick([]string{"en", "de-AT", "es-419"}))})
	}
	return g.scalar()
}

// iri is one of a few ids, so that nodes meet, or a new one.
func (g *generator) iri() string {
	if g.chance(60) {
		return g.pick([]string{"urn:x:1", "urn:x:2", "https://school.example/é", "did:web:school.example#key-1"})
	}
	g.unique++
	return fmt.Sprintf("urn:x:u%d", g.unique)
}

// text has the characters that canonical N-Quads escapes and json-gold escapes rightly.
func (g *generator) text() string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "Z", " ", "\"", "\\", "\n", "\r", "é", "🎓", "\\u0041", "_:b", "."}), 0, 6).Draw(g.T, "text"), "")
}

func (g *generator) scalar() *credentials.Node {
	literal := g.pick([]string{"", "", "", "true", "false", "0", "1", "-7", "1.0", "2.5", "1e3", "1.5e-7", "123456.789", "1e21"})
	if literal == "" {
		return credentials.TextOf(g.text())
	}
	n, err := credentials.Parse([]byte(literal))
	if err != nil {
		g.Fatal(err)
	}
	return n
}
