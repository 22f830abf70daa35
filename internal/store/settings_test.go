package store_test

import (
	"testing"

	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// What makes a commit durable and keeps references whole is set on the
// connections that are really used.
func TestSettings(t *testing.T) {
	t.Parallel()
	type transaction struct {
		name string
		run  func(*testing.T, *store.Store, func(*store.Tx) error) error
	}
	write := transaction{"write", func(t *testing.T, s *store.Store, do func(*store.Tx) error) error { return s.InAll(t.Context(), do) }}
	reads := transaction{"read", func(t *testing.T, s *store.Store, do func(*store.Tx) error) error { return s.ReadAll(t.Context(), do) }}
	cases := map[string][]struct {
		in          transaction
		query, want string
	}{
		"sqlite": {
			{write, "PRAGMA journal_mode", "wal"},
			{write, "PRAGMA synchronous", "2"},
			{write, "PRAGMA foreign_keys", "1"},
			{write, "PRAGMA busy_timeout", "5000"},
			{reads, "PRAGMA journal_mode", "wal"},
			{reads, "PRAGMA query_only", "1"},
		},
		"postgres": {
			{write, "SHOW statement_timeout", "10s"},
			{write, "SHOW lock_timeout", "5s"},
			{write, "SHOW synchronous_commit", "on"},
			{write, "SHOW transaction_isolation", "read committed"},
			{write, "SHOW laurel.tenant", "*"},
			{reads, "SHOW transaction_isolation", "repeatable read"},
			{reads, "SHOW transaction_read_only", "on"},
			{reads, "SHOW TimeZone", "UTC"},
		},
	}
	stores.Each(t, func(t *testing.T, s *store.Store) {
		for _, c := range cases[s.Dialect()] {
			var got string
			if err := c.in.run(t, s, func(tx *store.Tx) error { return tx.ScanRaw(&got, c.query) }); err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("%s in a %s transaction: got %q, want %q", c.query, c.in.name, got, c.want)
			}
		}
	})
}
