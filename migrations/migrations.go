// Package migrations holds the schema, one folder of SQL per database.
//
// A migration has the same number and name in both folders and leaves the
// same tables and columns behind. Migrations only go forward, and one that was
// released is never edited.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// For answers the migrations of one database: "sqlite" or "postgres".
func For(dialect string) (fs.FS, error) {
	sub, err := fs.Sub(files, dialect)
	if err != nil {
		return nil, fmt.Errorf("migrations for %q: %w", dialect, err)
	}
	return sub, nil
}
