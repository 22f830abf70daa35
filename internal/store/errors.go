package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"gorm.io/gorm"

	"laurel/competency"
)

// Errors about the schema, answered by Migrate and CheckSchema.
var (
	// ErrSchemaBehind means that Migrate must run before this binary can serve.
	ErrSchemaBehind = errors.New("the database schema is older than this program; run the migrations")
	// ErrSchemaNewer means that a newer binary has migrated the database.
	ErrSchemaNewer = errors.New("the database schema is newer than this program; use the newer program")
)

// classify turns what GORM reports into the domain's kinds, keeping the cause.
// Dialects call it after their own codes; classified errors pass unchanged.
func classify(err error) error {
	if _, done := errors.AsType[*competency.Error](err); done {
		return err
	}
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return competency.NotFound()
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return fmt.Errorf("%w: %w", competency.NotFound(), err)
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return fmt.Errorf("%w: %w", competency.Refuse("There is one like this already; nothing was changed."), err)
	case isAway(err):
		return away(err)
	}
	return err
}

// isAway reports errors of the way to the database rather than of the query.
func isAway(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || isClosed(err)
}

// isClosed reports errors of a store that was closed under a request: neither
// database/sql nor the pool of Postgres exports a value for it.
func isClosed(err error) bool {
	return strings.Contains(err.Error(), "sql: database is closed") || strings.Contains(err.Error(), "closed pool")
}

// away answers that the database cannot be reached or is too busy.
func away(err error) error {
	return fmt.Errorf("%w: %w", &competency.Error{
		Kind:   competency.ErrUnavailable,
		Detail: "The records cannot be reached right now. Nothing was changed; please try again in a moment.",
	}, err)
}
