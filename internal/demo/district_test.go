package demo_test

import (
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/demo"
	"laurel/internal/registrar"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// TestSeed makes a small district over both databases: its teachers have a
// queue, and its learners levels that were confirmed.
func TestSeed(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, st *store.Store) {
		office, err := registrar.New(registrar.Options{
			Store: st, Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), PublicURL: "http://localhost:8080",
			Files: t.TempDir(), KeyEncryptionKey: make([]byte, 32), Passwords: testkit.LightPasswords,
		})
		if err != nil {
			t.Fatal(err)
		}
		accounts, err := demo.Seed(t.Context(), demo.Options{Office: office, Now: time.Now, PublicURL: "http://localhost:8080"}, demo.Size{Learners: 24})
		if err != nil {
			t.Fatal(err)
		}
		as := func(login string) competency.Actor {
			for _, a := range accounts {
				if a.Login != login {
					continue
				}
				sess, err := office.SignIn(t.Context(), login, a.Password)
				if err != nil {
					t.Fatal(err)
				}
				who, err := office.Actor(t.Context(), sess)
				if err != nil {
					t.Fatal(err)
				}
				return who
			}
			t.Fatalf("there is no account %s", login)
			return competency.Actor{}
		}
		teacher := as("teacher-1@district.example")
		sections, err := office.Sections(t.Context(), teacher)
		if err != nil || len(sections) != 11 || sections[0].Members != 11 {
			t.Errorf("the only teacher's sections: %d, %v; want one of 11 learners for each of 11 standards", len(sections), err)
		}
		grid, err := office.Grid(t.Context(), teacher, sections[0].ID, registrar.GridFilter{})
		if err != nil || len(grid.Columns) != 36 || grid.Counts[registrar.CellShown] == 0 || grid.Counts[registrar.CellWaiting] == 0 {
			t.Errorf("the grid: %d indicators, %v, %v", len(grid.Columns), grid.Counts, err)
		}
		queue, err := office.Queue(t.Context(), as("teacher-1@district.example"), 0)
		if err != nil || queue.Total != 11*2 {
			t.Errorf("the queue: %d, %v; want two pieces of each of 11 learners", queue.Total, err)
		}
		learner := as("learner-1@district.example")
		page, err := office.MyEvidence(t.Context(), learner, 0)
		if err != nil || page.Total != 55 {
			t.Errorf("the learner's evidence: %d, %v; want 55", page.Total, err)
		}
		if given, err := office.MyTasks(t.Context(), learner); err != nil || len(given) != 11 {
			t.Errorf("the learner's tasks: %d, %v; want one of each section", len(given), err)
		}
		left, err := office.Requirements(t.Context(), learner, learner.Person)
		if err != nil || !strings.Contains(left.Audit.Tree.Sentence, "requirements done") {
			t.Errorf("what is left: %q, %v", left.Audit.Tree.Sentence, err)
		}
		if h := left.Helpers; h.TeacherOf("MATH") == "" || h.Counselor == "" || h.Office == "" || h.Way("class", "MATH") != h.TeacherOf("MATH") {
			t.Errorf("whom to ask: %+v", h)
		}
	})
}

func TestSeedRefusesTooFew(t *testing.T) {
	t.Parallel()
	if _, err := demo.Seed(t.Context(), demo.Options{Now: time.Now}, demo.Size{Learners: 3}); err == nil {
		t.Error("a district of three was made")
	}
}
