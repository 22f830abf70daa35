// Package stores opens fresh, migrated stores for tests, on both databases.
package stores

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"laurel/internal/store"
	"laurel/internal/testkit"
)

// Each runs the test once per database, as a parallel subtest with a fresh,
// migrated store. Without Postgres programs that subtest skips, see
// testkit.Require.
func Each(t *testing.T, run func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		run(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		run(t, Postgres(t))
	})
}

// SQLite opens a fresh, migrated store in a folder of the test's own.
func SQLite(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, freshFile(t))
}

// freshFile is the URL of a migrated SQLite file in a folder of the test's own.
func freshFile(t testing.TB) string {
	t.Helper()
	template, err := migratedFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "laurel.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

// Postgres opens a fresh, migrated store on the throwaway cluster.
func Postgres(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, testkit.PostgresLike(t, "laurel_migrated", migrate))
}

// Counted opens a fresh, migrated SQLite store that counts the statements sent
// to it.
func Counted(t testing.TB) (*store.Store, *atomic.Int64) {
	t.Helper()
	var sent atomic.Int64
	o := Options(t, freshFile(t))
	o.Asked = func(string) { sent.Add(1) }
	return open(t, o), &sent
}

// Open opens a store as it is, with the real clock and the test's log, and
// closes it when the test ends.
func Open(t testing.TB, url string) *store.Store {
	t.Helper()
	return open(t, Options(t, url))
}

func open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Options are the store options of a test: the real clock and randomness, and
// a log that shows with the test's output.
func Options(t testing.TB, url string) store.Options {
	return store.Options{
		URL: url, Now: time.Now, Rand: rand.Reader,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}

// migratedFile is the content of a migrated SQLite file, made once per process.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "laurel-template-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }() // a leftover folder in the system's temporary place harms nobody
	path := filepath.Join(folder, "laurel.db")
	if err := migrate(context.Background(), "sqlite:"+path); err != nil {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // a file of our own making
})

// migrate prepares a database from which others are copied.
func migrate(ctx context.Context, url string) error {
	s, err := store.Open(ctx, store.Options{URL: url, Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("making the template: %w", err)
	}
	// On SQLite the last connection writes the log back into the file.
	if err := errors.Join(s.Migrate(ctx), s.Close()); err != nil {
		return fmt.Errorf("making the template: %w", err)
	}
	return nil
}
