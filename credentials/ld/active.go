package ld

import (
	"maps"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
)

// meaning is what a term stands for in an active context: its entry with all
// IRIs in full (JSON-LD 1.1 API §4.2, term definition).
type meaning struct {
	iri       string // in full, or a keyword
	name      term   // iri as it stands in a statement
	absolute  bool   // iri can stand in a statement
	prefix    bool
	typ       string // in full, or @id, @vocab, @json, or nothing
	datatype  string // typ as it stands behind a literal: ^^<…>
	container container
	scope     *vocabulary
	forget    bool
	protected bool
}

// scoped tells whether a context of its own holds inside the term's values.
func (m *meaning) scoped() bool { return m.scope != nil || m.forget }

// active is an active context (JSON-LD 1.1 API §4.1): the meaning of every
// term at one place of a document. It is never changed, except that next
// remembers the contexts that were made from it.
type active struct {
	terms    map[string]*meaning
	vocab    string
	previous *active // holds again in nodes below, when a type brought this one
	next     atomic.Pointer[map[step]*active]
}

// step is one way from an active context to the next.
type step struct {
	to *vocabulary // nil: forget every term
	by manner
}

// manner is the way a vocabulary comes in (JSON-LD 1.1 API §4.1.2).
type manner uint8

const (
	byDocument manner = iota // named in @context
	byProperty               // from a property's entry: may redefine protected terms
	byType                   // from a type's entry: ends at the node
)

// maxRemembered is the number of active contexts that are kept. A few dozen
// serve all honest documents; a stranger may name contexts in any order.
const maxRemembered = 600

// memory holds the tree of active contexts that documents have needed so far.
type memory struct {
	mu    sync.Mutex // guards grow and the replacement of root
	root  atomic.Pointer[active]
	count int
}

// remembered serves all documents.
var remembered = &memory{}

// start is the active context before any other.
func (m *memory) start() *active {
	if a := m.root.Load(); a != nil {
		return a
	}
	m.root.CompareAndSwap(nil, &active{})
	return m.root.Load()
}

// keep lets from remember that s leads to a. When too much has been kept,
// everything is forgotten: documents at work keep what they hold.
func (m *memory) keep(from *active, s step, a *active) *active {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := from.next.Load()
	if old != nil {
		if known := (*old)[s]; known != nil {
			return known
		}
	}
	if m.count++; m.count > maxRemembered {
		m.count = 0
		m.root.Store(&active{})
	}
	grown := map[step]*active{s: a}
	if old != nil {
		maps.Copy(grown, *old)
	}
	from.next.Store(&grown)
	return a
}

// in gives the active context after one more vocabulary. It fails when a
// protected term would get another meaning, and names that term.
func (a *active) in(s step) (next *active, conflict string) {
	if known := a.next.Load(); known != nil {
		if next = (*known)[s]; next != nil {
			return next, ""
		}
	}
	next = &active{}
	if s.to != nil {
		next.previous, next.vocab = a.previous, a.vocab
		next.terms = make(map[string]*meaning, len(a.terms)+len(s.to.terms))
		maps.Copy(next.terms, a.terms)
		if conflict = next.define(a, s.to, s.by == byProperty); conflict != "" {
			return nil, conflict
		}
	}
	if s.by == byType && next.previous == nil {
		next.previous = a
	}
	return remembered.keep(a, s, next), ""
}

// define brings the terms of v in, in the manner of Create Term Definition
// (JSON-LD 1.1 API §4.2.2), and gives the name of a protected term that v would change.
func (a *active) define(before *active, v *vocabulary, override bool) (conflict string) {
	if v.vocab != "" {
		a.vocab = v.vocab
	}
	d := definer{active: a, from: v, done: make(map[string]bool, len(v.terms))}
	for name := range v.terms {
		delete(a.terms, name) // a term means nothing until its new entry is read
	}
	for name := range v.terms {
		d.term(name)
		old := before.terms[name]
		if override || old == nil || !old.protected {
			continue
		}
		if !a.terms[name].same(old) {
			return name
		}
		a.terms[name] = old
	}
	return ""
}

// same tells whether two meanings differ in nothing but protection.
func (m *meaning) same(o *meaning) bool {
	return m.iri == o.iri && m.prefix == o.prefix && m.typ == o.typ && m.container == o.container &&
		m.forget == o.forget && (m.scope == o.scope || reflect.DeepEqual(m.scope, o.scope))
}

// definer turns the entries of one vocabulary into meanings; entries may name each other.
type definer struct {
	*active
	from *vocabulary
	done map[string]bool
}

func (d *definer) term(name string) {
	e, ok := d.from.terms[name]
	if !ok || d.done[name] {
		return
	}
	d.done[name] = true
	m := &meaning{
		iri: d.expand(e.id), container: e.container, scope: e.scope, forget: e.forget,
		protected: d.from.protected, typ: d.expand(e.typ),
	}
	m.name, m.absolute = term{text: "<" + m.iri + ">"}, isAbsolute(m.iri)
	m.prefix = e.plain && m.iri != "" && strings.IndexByte(":/?#[]@", m.iri[len(m.iri)-1]) >= 0
	if m.typ != "" && m.typ[0] != '@' {
		m.datatype = "^^<" + m.typ + ">"
	}
	d.terms[name] = m
}

// expand gives the IRI that an entry names, defining first what it is made of.
func (d *definer) expand(name string) string {
	if name == "" || name[0] == '@' {
		return name
	}
	if prefix, _, ok := strings.Cut(name, ":"); ok {
		d.term(prefix)
	} else {
		d.term(name)
	}
	return d.iri(name, true)
}

// iri expands a name (JSON-LD 1.1 API §5.2.2, without a base): a term when
// terms may stand here, a compact IRI, or an IRI as it is. A keyword's alias
// gives the keyword. What comes out is not always an absolute IRI.
func (a *active) iri(name string, asTerm bool) string {
	if name == "" || name[0] == '@' {
		return name
	}
	m := a.terms[name]
	if m != nil && (asTerm || m.iri[0] == '@') {
		return m.iri
	}
	if i := strings.IndexByte(name, ':'); i > 0 {
		prefix, suffix := name[:i], name[i+1:]
		if p := a.terms[prefix]; p != nil && p.prefix && !strings.HasPrefix(suffix, "//") {
			return p.iri + suffix
		}
		return name
	}
	if asTerm && a.vocab != "" {
		return a.vocab + name
	}
	return name
}

// outside are the ASCII characters that RFC 3987 keeps out of IRIs.
var outside = func() (t [256]bool) {
	for c := range ' ' + 1 {
		t[c] = true
	}
	for _, c := range []byte("<>\"{}|\\^`\x7f") {
		t[c] = true
	}
	return t
}()

// isAbsolute tells whether an IRI can stand in a statement: a scheme, a colon,
// and something that an IRI can hold (RFC 3987 §2.2). Blank nodes are none.
func isAbsolute(iri string) bool {
	colon := strings.IndexByte(iri, ':')
	if colon <= 0 || colon == len(iri)-1 || !isLetter(rune(iri[0])) {
		return false
	}
	for i := range len(iri) {
		c := iri[i]
		if outside[c] || i < colon && !isLetter(rune(c)) && (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}
