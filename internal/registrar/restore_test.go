package registrar

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// backups runs a test on both databases with a world that was backed up after
// three credentials were issued; each call of again opens another copy of that
// backup, as the world that it was, with marks in a folder.
func backups(t *testing.T, run func(t *testing.T, again func(marks string) *issuingWorld)) {
	t.Helper()
	fill := func(t *testing.T, url string, first **issuingWorld) error {
		s, err := store.Open(t.Context(), stores.Options(t, url))
		if err != nil {
			return err
		}
		if err := s.Migrate(t.Context()); err != nil {
			return err
		}
		*first = newIssuingWorld(t, s)
		issueSome(t, *first, "before", 3)
		return s.Close()
	}
	start := func(t *testing.T, first *issuingWorld, url, marks string) *issuingWorld {
		w := &issuingWorld{
			log: first.log, district: first.district, school: first.school, learner: first.learner,
			clerk: first.clerk, principal: first.principal, lead: first.lead, pupil: first.pupil,
		}
		o := first.Options
		o.Store, o.Marks, o.Now = stores.Open(t, url), marks, w.now
		var err error
		if w.Registrar, err = New(o); err != nil {
			t.Fatal(err)
		}
		if err := w.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		return w
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		var first *issuingWorld
		kept := filepath.Join(t.TempDir(), "backup.db")
		if err := fill(t, "sqlite:"+kept, &first); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(kept)
		if err != nil {
			t.Fatal(err)
		}
		run(t, func(marks string) *issuingWorld {
			path := filepath.Join(t.TempDir(), "laurel.db")
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			return start(t, first, "sqlite:"+path, marks)
		})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		var first *issuingWorld
		run(t, func(marks string) *issuingWorld {
			name := "laurel_backup_" + strings.ToLower(strings.ReplaceAll(strings.SplitN(t.Name(), "/", 2)[0], "Test", ""))
			url := testkit.PostgresLike(t, name, func(_ context.Context, url string) error { return fill(t, url, &first) })
			return start(t, first, url, marks)
		})
	})
}

// issueSome issues n credentials and answers their places as they were signed.
func issueSome(t *testing.T, w *issuingWorld, basis string, n int) []string {
	t.Helper()
	var ids []competency.CredentialID
	for i := range n {
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, fmt.Sprint(basis, " ", i)).ID)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	return w.places(t, ids...)
}

// An older database that was put back gives out no place again: it is found out
// by what the data folder remembers.
func TestRestoredBackup(t *testing.T) {
	t.Parallel()
	backups(t, func(t *testing.T, again func(marks string) *issuingWorld) {
		marks, seen := t.TempDir(), map[string]bool{}
		for round := range 4 {
			w := again(marks)
			for _, place := range issueSome(t, w, fmt.Sprint("round ", round), 3+round) {
				if seen[place] {
					t.Fatalf("round %d: the place %s was given out before", round, place)
				}
				seen[place] = true
			}
			if warned := strings.Contains(w.log.String(), "an older state of the database was put back"); warned != (round > 0) {
				t.Errorf("round %d: warned %v", round, warned)
			}
		}
	})
}

// Where the folder was lost too, the operator says so.
func TestRestoredWithoutMarks(t *testing.T) {
	t.Parallel()
	backups(t, func(t *testing.T, again func(marks string) *issuingWorld) {
		seen := map[string]bool{}
		for round := range 3 {
			w := again(t.TempDir())
			if round > 0 {
				if closed, err := w.AfterRestore(t.Context()); err != nil || closed != 1 {
					t.Fatalf("closed %d lists, %v", closed, err)
				}
			}
			for _, place := range issueSome(t, w, fmt.Sprint("round ", round), 3) {
				if seen[place] {
					t.Fatalf("round %d: the place %s was given out before", round, place)
				}
				seen[place] = true
			}
		}
	})
}

// A process that dies between the two transactions leaves no gap that a restore
// could fall into: the mark is written before anything is signed.
func TestMarkComesBeforeTheSignature(t *testing.T) {
	t.Parallel()
	w := newIssuingWorld(t, stores.SQLite(t))
	a := w.award(t, "audit-1")
	folder := filepath.Join(t.TempDir(), "marks")
	if err := os.WriteFile(folder, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	w.marks = newPlaceMarks(folder)
	if _, err := w.IssueAward(t.Context(), w.clerk, a.ID); err == nil {
		t.Fatal("a credential was issued whose mark could not be written")
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	w.marks = newPlaceMarks(folder)
	before := w.write
	w.write = (&faults{at: 3, next: w.write}).write // reserved and signed, and the process died
	if _, err := w.IssueAward(t.Context(), w.clerk, a.ID); !errors.Is(err, errInjected) {
		t.Fatal(err)
	}
	w.write = before
	held := w.newest(t, a.ID)
	if n, err := newPlaceMarks(folder).of(held.List); err != nil || n != 1 || held.State != competency.Reserved {
		t.Errorf("the mark is %d, %v, and the credential %s; want 1 and reserved", n, err, held.State)
	}
	if _, err := w.IssueAward(t.Context(), w.clerk, a.ID); err != nil {
		t.Fatal(err)
	}
}

// The largest whole number in a file counts, whatever a crash has left behind.
func TestReadMark(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"": 0, "\n7\n": 7, "\n7\n\n12\n": 12, "\n12\n\n7\n": 12, "\n12\n\n1": 12, "\n12\n\x00\x00\n13\n": 13, "rubbish\n": 0,
	} {
		path := filepath.Join(t.TempDir(), "mark")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readMark(path); err != nil || got != want {
			t.Errorf("%q: got %d, %v; want %d", text, got, err, want)
		}
	}
}
