package ld

import (
	"slices"
	"strconv"

	"laurel/credentials"
)

// maxContexts is the longest @context list that is read.
const maxContexts = 32

// expander turns a document into statements in one walk: the expansion, node
// map and deserialization algorithms of JSON-LD 1.1 API (§5.1, §7.2, §8.1)
// without the forms between them. What those would drop is an error here.
type expander struct {
	work
	edition Edition
	out     dataset
	path    []place
}

// place is one step down the document, for pointers.
type place struct {
	name  string
	index int // -1 for a member
}

func (x *expander) enter(name string) { x.path = append(x.path, place{name, -1}) }
func (x *expander) enterItem(i int)   { x.path = append(x.path, place{"", i}) }
func (x *expander) leave()            { x.path = x.path[:len(x.path)-1] }

// fail refuses the value where the walk stands.
func (x *expander) fail(code, detail string) error {
	pointer := ""
	for _, p := range x.path {
		if p.index < 0 {
			pointer = credentials.Pointer(pointer, p.name)
		} else {
			pointer += "/" + strconv.Itoa(p.index)
		}
	}
	return &Error{Code: code, Pointer: pointer, Detail: detail}
}

// blank gives a new blank node.
func (x *expander) blank() (term, error) {
	x.out.blanks++
	if x.budget.BlankNodes--; x.budget.BlankNodes < 0 {
		return term{}, x.fail(CodeComplex, "the document has too many objects without an id")
	}
	return term{blank: x.out.blanks}, nil
}

// state adds one statement.
func (x *expander) state(subject term, predicate string, object, graph term) error {
	x.budget.Statements--
	x.budget.Bytes -= len(subject.text) + len(predicate) + len(object.text) + len(graph.text)
	if x.budget.Statements < 0 || x.budget.Bytes < 0 {
		return x.fail(CodeComplex, "the document says too much")
	}
	x.out.statements = append(x.out.statements, statement{subject, predicate, object, graph})
	return x.tick()
}

// document reads the whole document.
func (x *expander) document(doc *credentials.Node) error {
	if doc.Kind() != credentials.Object {
		return x.fail(CodeNotCarried, "a document is an object")
	}
	if _, err := x.node(doc, remembered.start(), nil, term{}); err != nil {
		return err
	}
	if len(x.out.statements) == 0 {
		return x.fail(CodeNotCarried, "the document says nothing")
	}
	return nil
}

// node reads an object as a node: act is the active context outside of it, by
// the meaning of the property that holds it, and gives its name in statements.
func (x *expander) node(n *credentials.Node, act *active, by *meaning, graph term) (term, error) {
	act, err := x.enterNode(n, act, by)
	if err != nil {
		return term{}, err
	}
	outer := act
	types, err := x.types(n, act)
	if err != nil {
		return term{}, err
	}
	if act, err = x.typed(act, types); err != nil {
		return term{}, err
	}
	self, err := x.identity(n, act)
	if err != nil {
		return term{}, err
	}
	if err := x.stateTypes(n, outer, self, graph); err != nil {
		return term{}, err
	}
	for _, m := range n.Members() {
		if m.Name == "@context" {
			continue
		}
		x.enter(m.Name)
		if err := x.member(self, act, m, graph); err != nil {
			return term{}, err
		}
		x.leave()
	}
	return self, nil
}

// enterNode gives the active context inside an object, before its types are
// read (JSON-LD 1.1 API §5.1.2 steps 7 to 9).
func (x *expander) enterNode(n *credentials.Node, act *active, by *meaning) (*active, error) {
	if act.previous != nil && !onlyID(n, act) {
		act = act.previous
	}
	if by != nil && by.scoped() {
		var err error
		if act, err = x.step(act, step{by.scope, byProperty}); err != nil {
			return nil, err
		}
	}
	return x.contexts(n.Get("@context"), act)
}

// onlyID tells whether an object holds an id and nothing else.
func onlyID(n *credentials.Node, act *active) bool {
	m := n.Members()
	return len(m) == 1 && act.iri(m[0].Name, true) == "@id"
}

// contexts takes the contexts in that an object names.
func (x *expander) contexts(c *credentials.Node, act *active) (*active, error) {
	if c == nil {
		return act, nil
	}
	x.enter("@context")
	list := c.List()
	if len(list) > maxContexts {
		return nil, x.fail(CodeComplex, "too many contexts are named")
	}
	for i, named := range list {
		if c.Kind() == credentials.Array {
			x.enterItem(i)
		}
		if named.Kind() != credentials.String {
			return nil, x.fail(CodeContext, "a context is not named by its address")
		}
		v := pinnedAs(named.Text(), x.edition)
		if v == nil {
			return nil, x.fail(CodeContext, "this context is not known here")
		}
		var err error
		if act, err = x.step(act, step{v, byDocument}); err != nil {
			return nil, err
		}
		if c.Kind() == credentials.Array {
			x.leave()
		}
	}
	x.leave()
	return act, nil
}

// step takes one vocabulary in.
func (x *expander) step(act *active, s step) (*active, error) {
	if err := x.tick(); err != nil {
		return nil, err
	}
	next, conflict := act.in(s)
	if conflict != "" {
		return nil, x.fail(CodeProtected, "another context protects the meaning of "+strconv.Quote(conflict))
	}
	return next, nil
}

// types gives the type names of an object, in the order of their code points.
func (x *expander) types(n *credentials.Node, act *active) ([]string, error) {
	var out []string
	for _, m := range n.Members() {
		if t := act.terms[m.Name]; t == nil || t.iri != "@type" {
			continue
		}
		x.enter(m.Name)
		for i, t := range m.Value.List() {
			if t.Kind() != credentials.String {
				return nil, x.itemFail(m.Value, i, CodeNotCarried, "a type is a string")
			}
			out = append(out, t.Text())
		}
		x.leave()
	}
	if len(out) > 1 {
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out, nil
}

// itemFail refuses item i of a list, or the value itself when it is no list.
func (x *expander) itemFail(list *credentials.Node, i int, code, detail string) error {
	if list.Kind() == credentials.Array {
		x.enterItem(i)
	}
	return x.fail(code, detail)
}

// typed takes the contexts of an object's types in (JSON-LD 1.1 API §5.1.2 step 11).
func (x *expander) typed(act *active, types []string) (*active, error) {
	outer := act
	for _, t := range types {
		m := outer.terms[t]
		if m == nil || !m.scoped() {
			continue
		}
		var err error
		if act, err = x.step(act, step{m.scope, byType}); err != nil {
			return nil, err
		}
	}
	return act, nil
}

// stateTypes states the types of a node; their names are read in the context outside of it.
func (x *expander) stateTypes(n *credentials.Node, outer *active, self, graph term) error {
	for _, m := range n.Members() {
		if t := outer.terms[m.Name]; t == nil || t.iri != "@type" {
			continue
		}
		x.enter(m.Name)
		if m.Value.Kind() == credentials.Array && len(m.Value.Items()) == 0 {
			return x.fail(CodeNotCarried, "an empty list says nothing")
		}
		var said termSet
		for i, t := range m.Value.List() {
			object, ok := typeTerm(outer, t.Text())
			if !ok {
				return x.itemFail(m.Value, i, CodeUndefined, "no context defines this type")
			}
			if !said.add(object) {
				return x.itemFail(m.Value, i, CodeNotCarried, saidTwice)
			}
			if err := x.state(self, rdfType, object, graph); err != nil {
				return err
			}
		}
		x.leave()
	}
	return nil
}

// typeTerm expands a type name.
func typeTerm(act *active, name string) (term, bool) {
	if m := act.terms[name]; m != nil {
		return m.name, m.absolute
	}
	iri := act.iri(name, true)
	return term{text: "<" + iri + ">"}, isAbsolute(iri)
}

// identity gives the name of a node: its id, or a new blank node.
func (x *expander) identity(n *credentials.Node, act *active) (term, error) {
	for _, m := range n.Members() {
		if t := act.terms[m.Name]; t == nil || t.iri != "@id" {
			continue
		}
		x.enter(m.Name)
		if m.Value.Kind() != credentials.String {
			return term{}, x.fail(CodeRelative, "an id is a string")
		}
		self, err := x.reference(act, m.Value.Text(), false)
		if err == nil {
			x.leave()
		}
		return self, err
	}
	return x.blank()
}

// reference expands an id, or a word of a vocabulary.
func (x *expander) reference(act *active, value string, asTerm bool) (term, error) {
	if asTerm {
		if m := act.terms[value]; m != nil && m.absolute {
			return m.name, nil
		}
	}
	iri := act.iri(value, asTerm)
	if !isAbsolute(iri) || hasNoncharacter(iri) {
		return term{}, x.fail(CodeRelative, "this is not an absolute IRI")
	}
	return term{text: "<" + iri + ">"}, nil
}

// member reads one member of a node.
func (x *expander) member(self term, act *active, m credentials.Member, graph term) error {
	means, err := x.meaning(act, m.Name)
	if err != nil {
		return err
	}
	if means.iri == "@id" || means.iri == "@type" {
		return nil // read before
	}
	if means.typ == "@json" {
		object, err := x.json(m.Value)
		if err != nil {
			return err
		}
		return x.state(self, means.name.text, object, graph)
	}
	if means.container == inList {
		object, err := x.list(act, m, means, graph)
		if err != nil {
			return err
		}
		return x.state(self, means.name.text, object, graph)
	}
	if m.Value.Kind() != credentials.Array {
		_, err := x.item(self, act, m.Name, m.Value, means, graph)
		return err
	}
	if len(m.Value.Items()) == 0 {
		return x.fail(CodeNotCarried, "an empty list says nothing")
	}
	var said termSet
	for i, v := range m.Value.Items() {
		x.enterItem(i)
		object, err := x.item(self, act, m.Name, v, means, graph)
		if err != nil {
			return err
		}
		if !said.add(object) {
			return x.fail(CodeNotCarried, saidTwice)
		}
		x.leave()
	}
	return nil
}

// meaning finds what a member's name stands for. Only names that a context
// gives a meaning are read: an IRI or a keyword in a member's place would say
// the same in other words, which those who read members by name do not see.
func (x *expander) meaning(act *active, name string) (*meaning, error) {
	if m := act.terms[name]; m != nil {
		if m.iri == "@id" || m.iri == "@type" || m.absolute {
			return m, nil
		}
		return nil, x.fail(CodeUndefined, "no context defines this member")
	}
	if act.vocab != "" && isWord(name) {
		iri := act.vocab + name
		return &meaning{iri: iri, name: term{text: "<" + iri + ">"}}, nil
	}
	return nil, x.fail(CodeUndefined, "no context defines this member")
}

// item states one value of a member, and gives its name in statements; a
// graph of its own has one that nothing else has.
func (x *expander) item(self term, act *active, name string, v *credentials.Node, means *meaning, graph term) (term, error) {
	if means.container == inGraph {
		return term{}, x.graph(self, act, v, means, graph)
	}
	object, err := x.value(act, name, v, means, graph)
	if err != nil {
		return term{}, err
	}
	return object, x.state(self, means.name.text, object, graph)
}

// graph states a value that is a graph of its own (JSON-LD 1.1 API §5.1.2 step 13.13).
func (x *expander) graph(self term, act *active, v *credentials.Node, means *meaning, graph term) error {
	if v.Kind() != credentials.Object || v.Get("@value") != nil {
		return x.fail(CodeNotCarried, "this must be an object")
	}
	name, err := x.blank()
	if err != nil {
		return err
	}
	if err := x.state(self, means.name.text, name, graph); err != nil {
		return err
	}
	before := len(x.out.statements)
	if _, err := x.node(v, act, means, name); err != nil {
		return err
	}
	if len(x.out.statements) == before {
		return x.fail(CodeNotCarried, "this object says nothing")
	}
	return nil
}

// list writes an ordered list and gives its first node (JSON-LD 1.1 API §8.2).
func (x *expander) list(act *active, m credentials.Member, means *meaning, graph term) (term, error) {
	items := m.Value.List()
	if len(items) == 0 {
		return term{text: rdfNil}, nil
	}
	var first, last term
	for i, v := range items {
		if m.Value.Kind() == credentials.Array {
			x.enterItem(i)
		}
		cell, err := x.blank()
		if err != nil {
			return term{}, err
		}
		if i == 0 {
			first = cell
		} else if err := x.state(last, rdfRest, cell, graph); err != nil {
			return term{}, err
		}
		last = cell
		var object term
		if v.Kind() == credentials.Array {
			object, err = x.list(act, credentials.Member{Name: m.Name, Value: v}, means, graph)
		} else {
			object, err = x.value(act, m.Name, v, means, graph)
		}
		if err != nil {
			return term{}, err
		}
		if err := x.state(cell, rdfFirst, object, graph); err != nil {
			return term{}, err
		}
		if m.Value.Kind() == credentials.Array {
			x.leave()
		}
	}
	return first, x.state(last, rdfRest, term{text: rdfNil}, graph)
}

// value gives the object of a statement.
func (x *expander) value(act *active, name string, v *credentials.Node, means *meaning, graph term) (term, error) {
	switch v.Kind() {
	case credentials.Object:
		if v.Get("@value") != nil {
			return x.valueObject(act, v)
		}
		return x.node(v, act, means, graph)
	case credentials.Array:
		return term{}, x.fail(CodeNotCarried, "a list inside a list loses its shape")
	case credentials.Null, credentials.Missing:
		return term{}, x.fail(CodeNotCarried, "null says nothing")
	case credentials.String, credentials.Number, credentials.Bool:
	}
	if means.scoped() {
		var err error
		if act, err = x.step(act, step{means.scope, byProperty}); err != nil {
			return term{}, err
		}
		if means = act.terms[name]; means == nil {
			means = &meaning{}
		}
	}
	return x.scalar(act, v, means)
}
