package ld

import (
	"context"
	"errors"
	"fmt"

	"laurel/credentials"
)

// Canonical gives the canonical N-Quads of doc. The error is an *Error, or the
// cause of ctx when the caller ended the work.
func (o Options) Canonical(ctx context.Context, doc *credentials.Node) ([]byte, error) {
	var out []byte
	err := o.within(ctx, func(w work) error {
		data, w, err := o.statements(w, doc)
		if err != nil {
			return err
		}
		out, err = (&canonicalizer{work: w, hash: o.Hash, data: data}).canonicalize()
		return err
	})
	return out, err
}

// Check tells whether every member, type and value of doc has a meaning under
// its contexts and can be carried, without the cost of a canonical form. Its
// errors are those of Canonical.
func (o Options) Check(ctx context.Context, doc *credentials.Node) error {
	return o.within(ctx, func(w work) error {
		_, _, err := o.statements(w, doc)
		return err
	})
}

// statements expands doc, and gives what is left of the budget.
func (o Options) statements(w work, doc *credentials.Node) (*dataset, work, error) {
	x := &expander{work: w, edition: o.Edition, path: make([]place, 0, 2*credentials.MaxDepth)}
	x.out.statements = make([]statement, 0, 128)
	err := x.document(doc)
	return &x.out, x.work, err
}

// within runs do until its time is over.
func (o Options) within(ctx context.Context, do func(work) error) error {
	budget := o.Budget.or(DefaultBudget())
	timed, cancel := context.WithTimeout(ctx, budget.Time)
	defer cancel()
	err := do(work{ctx: timed, budget: budget})
	switch {
	case err == nil || timed.Err() == nil || !errors.Is(err, timed.Err()):
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("canonicalizing a document: %w", context.Cause(ctx))
	}
	return tooComplex("the work took too long")
}
