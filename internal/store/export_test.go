package store

import (
	"context"
	"database/sql"
)

// pool gives the write connections of the store, outside any scope.
func pool(s *Store) *sql.DB {
	switch e := s.engine.(type) {
	case *sqliteEngine:
		return e.writer
	case *postgresEngine:
		return e.db
	}
	return nil
}

// Raw runs a statement beside the store's rules, as somebody with access to
// the database could, and answers a function that runs another.
func Raw(s *Store, statement string) (then func(statement string) error, err error) {
	run := func(statement string) error {
		_, err := pool(s).ExecContext(context.Background(), statement)
		return err
	}
	return run, run(statement)
}
