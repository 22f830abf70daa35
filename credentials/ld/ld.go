package ld

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"laurel/credentials"
)

// Hash is the hash function that RDFC-1.0 names blank nodes with.
type Hash int

// The hash functions of RDFC-1.0 §4.2.
const (
	SHA256 Hash = iota
	SHA384
)

// Budget bounds the work on one document. The zero value of a field stands for
// the value of DefaultBudget.
type Budget struct {
	Statements   int           // RDF statements of the document
	Bytes        int           // their length: a long id is written into every one
	BlankNodes   int           // nodes without an id
	NDegreeCalls int           // runs of Hash N-Degree Quads that lead on to other nodes (RDFC-1.0 §4.8)
	Permutations int           // orders of blank nodes tried inside those runs
	Time         time.Duration // from start to end
}

// DefaultBudget is far above any honest document: a diploma with all its
// credentials inside is about 3,500 statements.
func DefaultBudget() Budget {
	return Budget{
		Statements: 50_000, Bytes: 8 << 20, BlankNodes: 5_000, NDegreeCalls: 2_000, Permutations: 100_000,
		Time: 500 * time.Millisecond,
	}
}

// each gives a budget whose every field is made of that of b and of o.
func (b Budget) each(o Budget, field func(b, o int) int) Budget {
	return Budget{
		Statements: field(b.Statements, o.Statements), Bytes: field(b.Bytes, o.Bytes),
		BlankNodes: field(b.BlankNodes, o.BlankNodes), NDegreeCalls: field(b.NDegreeCalls, o.NDegreeCalls),
		Permutations: field(b.Permutations, o.Permutations), Time: time.Duration(field(int(b.Time), int(o.Time))),
	}
}

// or fills the fields that are not set.
func (b Budget) or(d Budget) Budget { return b.each(d, func(b, d int) int { return cmp.Or(b, d) }) }

// lesser is what both allow.
func (b Budget) lesser(o Budget) Budget {
	return b.each(o, func(b, o int) int { return max(0, min(b, o)) })
}

// without takes off what was spent between before and after.
func (b Budget) without(before, after Budget) Budget {
	return b.each(before.each(after, func(before, after int) int { return before - after }), func(b, spent int) int { return b - spent })
}

// purse is a budget that several calls share.
type purse struct{ left Budget }

type purseKey struct{}

// WithBudget gives a context under which all work on documents draws on one
// budget: that of a document with all its proofs and everything inside it. One
// call at a time may use the context.
func WithBudget(ctx context.Context, b Budget) context.Context {
	return context.WithValue(ctx, purseKey{}, &purse{b.or(DefaultBudget())})
}

// Reason codes of an [Error].
const (
	// CodeUndefined is a member or type that no context of the document defines.
	CodeUndefined = "undefined_term"
	// CodeContext is a context that is not pinned here, or not named by its address.
	CodeContext = "context_unknown"
	// CodeProtected is a context that gives another meaning to a protected term.
	CodeProtected = "context_conflict"
	// CodeRelative is an id that is not an absolute IRI.
	CodeRelative = "relative_id"
	// CodeNotCarried is a value that statements cannot carry without loss.
	CodeNotCarried = "not_carried"
	// CodeComplex is a document that takes more work than its budget.
	CodeComplex = "too_complex"
)

// Error says where and why a document has no canonical form.
type Error struct {
	// Code is one of the Code… constants.
	Code string
	// Pointer is the RFC 6901 pointer of the value or member at fault; empty for the whole document.
	Pointer string
	// Detail says what was found, in English.
	Detail string
}

// Error gives place and reason.
func (e *Error) Error() string {
	return fmt.Sprintf("%s at %q: %s", e.Code, e.Pointer, e.Detail)
}

// Edition tells two published states of one context address apart: 1EdTech
// added terms to the Open Badges 3.0.3 context in place, in June 2026.
type Edition int

// The published states.
const (
	Newest  Edition = iota // with endorsementJwt and jti
	Earlier                // as published in 2025
)

// Options are the choices of a canonical form. The zero value is SHA-256, the
// default budget and the newest edition of every context.
type Options struct {
	Hash    Hash
	Budget  Budget
	Edition Edition
}

// Canonical gives the canonical N-Quads of doc as it stands, with its proofs:
// [Options.Canonical] with the default budget. What is to be left out or added
// (a proof, the @context of a proof configuration) is so with Without and With
// of [credentials.Node] before.
func Canonical(ctx context.Context, doc *credentials.Node, h Hash) ([]byte, error) {
	return Options{Hash: h}.Canonical(ctx, doc)
}

// Check is [Options.Check] with the default budget.
func Check(ctx context.Context, doc *credentials.Node) error {
	return Options{}.Check(ctx, doc)
}
