package ld

import (
	"context"
	"errors"
	"fmt"
	"time"

	"laurel/credentials"
)

// Canonical gives the canonical N-Quads of doc. The error is an *Error, or the
// cause of ctx when the caller ended the work.
func (o Options) Canonical(ctx context.Context, doc *credentials.Node) ([]byte, error) {
	var out []byte
	err := o.within(ctx, func(w work) (work, error) {
		data, w, err := o.statements(w, doc)
		if err != nil {
			return w, err
		}
		c := &canonicalizer{work: w, hash: o.Hash, data: data}
		out, err = c.canonicalize()
		return c.work, err
	})
	return out, err
}

// Check tells whether every member, type and value of doc has a meaning under
// its contexts and can be carried, without the cost of a canonical form. Its
// errors are those of Canonical.
func (o Options) Check(ctx context.Context, doc *credentials.Node) error {
	return o.within(ctx, func(w work) (work, error) {
		_, w, err := o.statements(w, doc)
		return w, err
	})
}

// statements expands doc, and gives what is left of the budget.
func (o Options) statements(w work, doc *credentials.Node) (*dataset, work, error) {
	x := &expander{work: w, edition: o.Edition, path: make([]place, 0, 2*credentials.MaxDepth)}
	x.out.statements = make([]statement, 0, 128)
	err := x.document(doc)
	return &x.out, x.work, err
}

// within runs do until its time is over, and takes what it spent from the
// budget in ctx.
func (o Options) within(ctx context.Context, do func(work) (work, error)) error {
	budget := o.Budget.or(DefaultBudget())
	purse, _ := ctx.Value(purseKey{}).(*purse)
	if purse != nil {
		budget = budget.lesser(purse.left)
	}
	if budget.Time <= 0 {
		return tooComplex("the work took too long")
	}
	timed, cancel := context.WithTimeout(ctx, budget.Time)
	defer cancel()
	began := time.Now() //nolint:forbidigo // how long work takes is the machine's time, not the domain's
	after, err := do(work{ctx: timed, budget: budget})
	if purse != nil {
		after.budget.Time = budget.Time - time.Since(began)
		purse.left = purse.left.without(budget, after.budget)
	}
	switch {
	case err == nil || timed.Err() == nil || !errors.Is(err, timed.Err()):
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("canonicalizing a document: %w", context.Cause(ctx))
	}
	return tooComplex("the work took too long")
}
