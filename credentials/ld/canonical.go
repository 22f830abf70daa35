package ld

import (
	"context"

	"laurel/credentials"
)

// Canonical gives the canonical N-Quads of doc. The error is an *Error, or the
// cause of ctx when the caller ended the work.
func (o Options) Canonical(ctx context.Context, doc *credentials.Node) ([]byte, error) {
	return nil, &Error{Code: CodeComplex, Detail: "not in this build"}
}
