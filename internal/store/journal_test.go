package store_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

func TestJournalAtOnce(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		home, _ := tenant(t, s, "home")
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				if err := s.In(t.Context(), home, func(sc *store.Scope) error {
					return sc.Journal(store.Entry{Act: "test", Subject: strconv.Itoa(i), Detail: map[string]string{"n": strconv.Itoa(i)}})
				}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		report, err := s.VerifyJournal(t.Context())
		if err != nil || report.Tenants != 1 || report.Rows != 200 || len(report.Broken) != 0 {
			t.Errorf("got %+v, %v, want 1 tenant, 200 rows, nothing broken", report, err)
		}
		read(t, s, home, func(sc *store.Scope) error {
			newest, err := sc.JournalPage(0, 3)
			if err != nil {
				return err
			}
			if len(newest) != 3 || newest[0].Seq != 200 || newest[0].Detail["n"] != newest[0].Subject {
				t.Errorf("newest page: got %+v", newest)
			}
			next, err := sc.JournalPage(newest[2].Seq, 1000)
			if len(next) != 197 || next[0].Seq != 197 {
				t.Errorf("next page: got %d rows", len(next))
			}
			about, errAbout := sc.JournalOf("17")
			if len(about) != 1 || errAbout != nil {
				t.Errorf("about one subject: got %v, %v", about, errAbout)
			}
			return err
		})
	})
}

func TestJournalTampering(t *testing.T) {
	t.Parallel()
	const swap = "UPDATE journal SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3)"
	cases := []struct {
		name       string
		statements []string
		want       store.Break
	}{
		{"edited", []string{"UPDATE journal SET act = 'other' WHERE seq = 3"}, store.Break{Seq: 3, Kind: store.Altered}},
		{"detail edited", []string{`UPDATE journal SET detail = '{"x":"2"}' WHERE seq = 2`}, store.Break{Seq: 2, Kind: store.Altered}},
		{"taken out", []string{"DELETE FROM journal WHERE seq = 3"}, store.Break{Seq: 3, Kind: store.Missing}},
		{"first taken out", []string{"DELETE FROM journal WHERE seq = 1"}, store.Break{Seq: 1, Kind: store.Missing}},
		{"tail cut", []string{"DELETE FROM journal WHERE seq = 5"}, store.Break{Seq: 5, Kind: store.Cut}},
		{"all cut", []string{"DELETE FROM journal"}, store.Break{Seq: 1, Kind: store.Cut}},
		{"swapped", []string{swap, "UPDATE journal SET seq = -seq WHERE seq < 0"}, store.Break{Seq: 2, Kind: store.Unlinked}},
		{"head lost", []string{"DELETE FROM journal_head"}, store.Break{Seq: 0, Kind: store.Headless}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := stores.SQLite(t)
			home, _ := tenant(t, s, "home")
			other, _ := tenant(t, s, "other")
			for _, at := range []competency.OrgID{home, other} {
				for range 5 {
					in(t, s, at, func(sc *store.Scope) error { return sc.Journal(store.Entry{Act: "test"}) })
				}
			}
			then, err := store.Raw(s, "DROP TRIGGER journal_refuse_update")
			if err != nil {
				t.Fatal(err)
			}
			// The pool of the test has one connection, so the temporary view of
			// one tenant is simply its rows: the other tenant's are put aside.
			for _, statement := range append([]string{
				"DROP TRIGGER journal_refuse_delete",
				"DROP TRIGGER journal_head_refuse_delete",
				fmt.Sprintf("CREATE TEMP TABLE aside AS SELECT * FROM journal WHERE tenant = '%s'", other),
				fmt.Sprintf("CREATE TEMP TABLE aside_head AS SELECT * FROM journal_head WHERE tenant = '%s'", other),
				fmt.Sprintf("DELETE FROM journal WHERE tenant = '%s'", other),
				fmt.Sprintf("DELETE FROM journal_head WHERE tenant = '%s'", other),
			}, append(c.statements,
				"INSERT INTO journal SELECT * FROM aside",
				"INSERT INTO journal_head SELECT * FROM aside_head")...) {
				if err := then(statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			report, err := s.VerifyJournal(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			c.want.Tenant = home
			if len(report.Broken) == 0 || report.Broken[0] != c.want {
				t.Errorf("got %v, want %v first", report.Broken, c.want)
			}
			for _, b := range report.Broken {
				if b.Tenant != home {
					t.Errorf("the other tenant's chain is whole, but got %v", b)
				}
			}
		})
	}
}

func TestJournalTamperingPostgres(t *testing.T) {
	t.Parallel()
	s := stores.Postgres(t)
	home, _ := tenant(t, s, "home")
	for range 3 {
		in(t, s, home, func(sc *store.Scope) error {
			return sc.Journal(store.Entry{Act: "test", Detail: map[string]string{"b": "ä", "a": "<&>"}})
		})
	}
	if err := s.InAll(t.Context(), func(tx *store.Tx) error {
		for _, statement := range []string{
			"GRANT UPDATE ON journal TO CURRENT_USER",
			"ALTER TABLE journal DISABLE TRIGGER USER",
			"UPDATE journal SET at = at + INTERVAL '1 microsecond' WHERE seq = 2",
		} {
			if err := tx.ExecRaw(statement); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	report, err := s.VerifyJournal(t.Context())
	if want := (store.Break{Tenant: home, Seq: 2, Kind: store.Altered}); err != nil || len(report.Broken) != 1 || report.Broken[0] != want {
		t.Errorf("got %+v, %v, want %v alone", report, err, want)
	}
}
