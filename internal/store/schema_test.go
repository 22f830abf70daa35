package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// eachEmpty runs the test on an empty, not yet migrated database of each kind.
func eachEmpty(t *testing.T, run func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		run(t, "sqlite:"+filepath.Join(t.TempDir(), "a folder?", "laurel.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		run(t, testkit.Postgres(t))
	})
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, url string) {
		s := stores.Open(t, url)
		ctx := t.Context()
		if err := s.Ping(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.CheckSchema(ctx); !errors.Is(err, store.ErrSchemaBehind) {
			t.Fatalf("empty database: got %v, want ErrSchemaBehind", err)
		}
		for range 2 {
			if err := s.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			if err := s.CheckSchema(ctx); err != nil {
				t.Fatal(err)
			}
		}
		for _, newer := range []string{
			"INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)",
			"INSERT INTO river_migration (line, version) VALUES ('main', 9999)",
		} {
			undo, err := store.Raw(s, newer)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.CheckSchema(ctx); !errors.Is(err, store.ErrSchemaNewer) {
				t.Errorf("after %s: got %v, want ErrSchemaNewer", newer, err)
			}
			if err := s.Migrate(ctx); !errors.Is(err, store.ErrSchemaNewer) {
				t.Errorf("migrating after %s: got %v, want ErrSchemaNewer", newer, err)
			}
			undo("DELETE FROM goose_db_version WHERE version_id = 9999")
		}
	})
}

func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := testkit.Postgres(t)
	errs := make(chan error, 3)
	for range cap(errs) {
		s := stores.Open(t, url)
		go func() { errs <- s.Migrate(t.Context()) }()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// TestFilesAreTheOwners: the database is nobody else's to read, also in a
// folder that others may enter.
func TestFilesAreTheOwners(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	stores.Open(t, "sqlite:"+filepath.Join(folder, "laurel.db"))
	files, err := os.ReadDir(folder)
	if err != nil || len(files) < 2 {
		t.Fatalf("got %d files, %v", len(files), err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: got %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

func TestFolderIsLocked(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "laurel.db")
	first, err := store.Open(t.Context(), stores.Options(t, url))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), stores.Options(t, url)); !errors.Is(err, competency.ErrConflict) {
		t.Errorf("second open: got %v, want ErrConflict", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	stores.Open(t, url)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "sqlite:", "mysql://x", "laurel.db", "postgres://%zz"} {
		if s, err := store.Open(t.Context(), stores.Options(t, url)); err == nil {
			t.Errorf("%q was opened", url)
			_ = s.Close()
		}
	}
	_, err := store.Open(t.Context(), stores.Options(t, "postgres://laurel:secret@127.0.0.1:1/x"))
	if !errors.Is(err, competency.ErrUnavailable) {
		t.Errorf("nobody listens: got %v, want ErrUnavailable", err)
	}
}
