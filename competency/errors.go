package competency

import (
	"errors"
	"fmt"
)

// Kinds of errors. Code compares with errors.Is; one table in api turns each
// into an HTTP status and a problem type.
var (
	ErrInvalid         = errors.New("invalid")
	ErrUnauthenticated = errors.New("unauthenticated")
	ErrForbidden       = errors.New("forbidden")
	ErrNotFound        = errors.New("not found")
	ErrConflict        = errors.New("conflict")
	ErrTooLarge        = errors.New("too large")
	ErrRateLimited     = errors.New("rate limited")
	ErrUnavailable     = errors.New("unavailable")
)

// Field is one thing wrong with an input.
type Field struct {
	// Pointer is the RFC 6901 pointer of the member in JSON, and with its
	// first slash cut the name of the form field: "/title", "/scores/0/level".
	Pointer string
	// Detail is a sentence for the user.
	Detail string
}

// Error is an error with a sentence fit for the user.
type Error struct {
	// Kind is one of the Err… sentinels.
	Kind error
	// Detail is a sentence for the user: what happened, what was kept, what to do.
	Detail string
	// Fields lists what is wrong with the input, where that is known.
	Fields []Field
}

// Error gives kind and detail.
func (e *Error) Error() string {
	if len(e.Fields) > 0 {
		return fmt.Sprintf("%v: %s %v", e.Kind, e.Detail, e.Fields)
	}
	return fmt.Sprintf("%v: %s", e.Kind, e.Detail)
}

// Unwrap gives the kind, so that errors.Is(err, ErrNotFound) holds.
func (e *Error) Unwrap() error { return e.Kind }

// Invalid answers an input with the fields that are wrong.
func Invalid(fields ...Field) *Error {
	return &Error{Kind: ErrInvalid, Detail: "Some of what was sent needs another look.", Fields: fields}
}

// Refuse answers an act that the rules do not allow in the present state.
func Refuse(detail string) *Error { return &Error{Kind: ErrConflict, Detail: detail} }

// Forbidden answers an act that this actor may not do although they may see the subject.
func Forbidden(detail string) *Error { return &Error{Kind: ErrForbidden, Detail: detail} }

// NotFound answers for what is not there, and for what the actor may not know of.
func NotFound() *Error {
	return &Error{Kind: ErrNotFound, Detail: "There is nothing here under this address, or it is not yours to see."}
}
