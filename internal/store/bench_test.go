package store_test

import (
	"testing"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// each runs the benchmark once per database.
func each(b *testing.B, run func(b *testing.B, s *store.Store)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { run(b, stores.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { run(b, stores.Postgres(b)) })
}

// BenchmarkBareInsert is a durable transaction of one row straight on the
// driver: what everything else is measured against.
func BenchmarkBareInsert(b *testing.B) {
	each(b, func(b *testing.B, s *store.Store) {
		if _, err := store.Raw(s, "CREATE TABLE bare (id INTEGER NOT NULL PRIMARY KEY, body TEXT NOT NULL)"); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for i := range b.N {
			if err := store.BareInsert(b.Context(), s, i); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkJournal is the smallest act: one entry in its own transaction.
func BenchmarkJournal(b *testing.B) {
	each(b, func(b *testing.B, s *store.Store) {
		home := benchTenant(b, s)
		for b.Loop() {
			if err := s.In(b.Context(), home, func(sc *store.Scope) error {
				return sc.Journal(store.Entry{Act: "test", Subject: "x"})
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkActorOf is what every request of a signed-in person asks first.
func BenchmarkActorOf(b *testing.B) {
	each(b, func(b *testing.B, s *store.Store) {
		home := benchTenant(b, s)
		var account competency.Account
		if err := s.InAll(b.Context(), func(tx *store.Tx) (err error) {
			if account, err = tx.AddAccount("ana", "x"); err != nil {
				return err
			}
			sc, err := tx.Scope(home)
			if err != nil {
				return err
			}
			p, err := sc.AddPerson(competency.Person{Legal: "Ana", Account: account.ID})
			if err != nil {
				return err
			}
			return sc.AddStaffing(competency.Staffing{Person: p.ID, Org: home, Role: competency.Teacher})
		}); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if err := s.Read(b.Context(), home, func(sc *store.Scope) error { _, err := sc.ActorOf(account.ID); return err }); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func benchTenant(b *testing.B, s *store.Store) (home competency.OrgID) {
	b.Helper()
	if err := s.InAll(b.Context(), func(tx *store.Tx) error {
		home = competency.OrgID(tx.ID())
		sc, err := tx.Scope(home)
		if err != nil {
			return err
		}
		_, err = sc.AddOrg(competency.Org{ID: home, Kind: competency.District, Name: "Home", Slug: "home", Zone: "UTC"})
		return err
	}); err != nil {
		b.Fatal(err)
	}
	return home
}
