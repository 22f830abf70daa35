package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// tenant makes a district with one school and answers their ids.
func tenant(t *testing.T, s *store.Store, slug string) (district, school competency.OrgID) {
	t.Helper()
	err := s.InAll(t.Context(), func(tx *store.Tx) error {
		district = competency.OrgID(tx.ID())
		sc, err := tx.Scope(district)
		if err != nil {
			return err
		}
		root := competency.Org{ID: district, Kind: competency.District, Name: "District " + slug, Slug: slug, Zone: "America/New_York"}
		if _, err := sc.AddOrg(root); err != nil {
			return err
		}
		below, err := sc.AddOrg(competency.Org{Parent: district, Kind: competency.School, Name: "School " + slug, Slug: slug + "-school", Zone: "America/New_York"})
		school = below.ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return district, school
}

// in runs one write transaction that must succeed.
func in(t *testing.T, s *store.Store, tenant competency.OrgID, do func(*store.Scope) error) {
	t.Helper()
	if err := s.In(t.Context(), tenant, do); err != nil {
		t.Fatal(err)
	}
}

// read runs one snapshot that must succeed.
func read(t *testing.T, s *store.Store, tenant competency.OrgID, do func(*store.Scope) error) {
	t.Helper()
	if err := s.Read(t.Context(), tenant, do); err != nil {
		t.Fatal(err)
	}
}

// instants makes the table of the tests' own aggregate.
func instants(t *testing.T, s *store.Store) {
	t.Helper()
	at := "DATETIME"
	if s.Dialect() == "postgres" {
		at = "TIMESTAMPTZ"
	}
	then, err := store.Raw(s, fmt.Sprintf(`CREATE TABLE instant (id TEXT NOT NULL PRIMARY KEY, tenant TEXT NOT NULL
		REFERENCES org (id), score INTEGER NOT NULL, at %s NOT NULL, perhaps %s, good BOOLEAN NOT NULL)`, at, at))
	if err == nil && s.Dialect() == "postgres" {
		err = then("SELECT laurel_tenant_wall('instant')")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		home, _ := tenant(t, s, "home")
		instants(t, s)
		east := time.FixedZone("east", 5*3600+1800)
		at := time.Date(2026, 5, 4, 23, 30, 15, 123456789, east)
		in(t, s, home, func(sc *store.Scope) error {
			return sc.AddInstant(store.Instant{ID: "a", Score: 7, At: at, Good: true})
		})

		t.Run("missing", func(t *testing.T) {
			err := s.Read(t.Context(), home, func(sc *store.Scope) error { _, err := sc.Instant("b"); return err })
			wantKind(t, err, competency.ErrNotFound)
			err = s.In(t.Context(), home, func(sc *store.Scope) error {
				return sc.ChangeInstant("b", map[string]any{"score": 1})
			})
			wantKind(t, err, competency.ErrNotFound)
		})
		t.Run("duplicate", func(t *testing.T) {
			err := s.In(t.Context(), home, func(sc *store.Scope) error { return sc.AddInstant(store.Instant{ID: "a", At: at}) })
			wantKind(t, err, competency.ErrConflict)
		})
		t.Run("reference to nothing", func(t *testing.T) {
			err := s.In(t.Context(), "no-such-tenant", func(sc *store.Scope) error {
				return sc.AddInstant(store.Instant{ID: "c", At: at})
			})
			wantKind(t, err, competency.ErrNotFound)
		})
		t.Run("zone and order of times", func(t *testing.T) {
			in(t, s, home, func(sc *store.Scope) error {
				return sc.AddInstant(store.Instant{ID: "later", At: at.Add(time.Minute).In(time.FixedZone("west", -8*3600))})
			})
			read(t, s, home, func(sc *store.Scope) error {
				row, err := sc.Instant("a")
				if want := at.UTC().Truncate(time.Microsecond); !row.At.Equal(want) || row.At.Location() != time.UTC {
					t.Errorf("got %v, want %v", row.At, want)
				}
				n, errCount := sc.SeenRaw("SELECT COUNT(*) FROM instant WHERE at > ?", at.UTC().Truncate(time.Microsecond))
				if n != 1 {
					t.Errorf("later rows: got %d, want 1", n)
				}
				return errors.Join(err, errCount)
			})
		})
		t.Run("zero values are written", func(t *testing.T) {
			in(t, s, home, func(sc *store.Scope) error {
				return sc.ChangeInstant("a", map[string]any{"score": 0, "good": false, "perhaps": nil})
			})
			read(t, s, home, func(sc *store.Scope) error {
				row, err := sc.Instant("a")
				if row.Score != 0 || row.Good || row.Perhaps != nil {
					t.Errorf("got %+v, want score 0, good false, perhaps nil", row)
				}
				return err
			})
		})
		t.Run("counters at once", func(t *testing.T) {
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					if err := s.In(context.WithoutCancel(t.Context()), home, func(sc *store.Scope) error { return sc.CountUp("a") }); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			read(t, s, home, func(sc *store.Scope) error {
				row, err := sc.Instant("a")
				if row.Score != 20 {
					t.Errorf("got %d, want 20", row.Score)
				}
				return err
			})
		})
	})
}

func wantKind(t *testing.T, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("got error %v, want %v", err, kind)
	}
	if e, ok := errors.AsType[*competency.Error](err); kind != nil && (!ok || e.Detail == "") {
		t.Errorf("got error %v, want one with a sentence for the user", err)
	}
}

func TestTransactions(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		home, _ := tenant(t, s, "home")
		mistake := errors.New("a mistake")

		if err := s.In(t.Context(), "", func(*store.Scope) error { return nil }); err == nil {
			t.Error("an empty tenant was let in")
		}
		if err := s.In(t.Context(), "*", func(*store.Scope) error { return nil }); err == nil {
			t.Error("the tenant * was let in")
		}
		if err := s.Read(t.Context(), home, func(sc *store.Scope) error {
			_, err := sc.AddPerson(competency.Person{Legal: "Reader"})
			return err
		}); err == nil {
			t.Error("a read transaction wrote")
		}
		err := s.In(t.Context(), home, func(sc *store.Scope) error {
			if _, err := sc.AddPerson(competency.Person{Legal: "Nobody"}); err != nil {
				return err
			}
			return mistake
		})
		if !errors.Is(err, mistake) {
			t.Errorf("got %v, want the mistake", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = s.In(t.Context(), home, func(sc *store.Scope) error {
				if _, err := sc.AddPerson(competency.Person{Legal: "Nobody"}); err != nil {
					return err
				}
				panic("in the middle")
			})
		}()
		read(t, s, home, func(sc *store.Scope) error {
			people, total, err := sc.People(store.PeopleFilter{}, store.Page{})
			if len(people) != 0 || total != 0 {
				t.Errorf("after rollbacks: got %v, want nobody", people)
			}
			return err
		})
		gone, cancel := context.WithCancel(t.Context())
		err = s.In(gone, home, func(sc *store.Scope) error {
			cancel()
			_, err := sc.AddPerson(competency.Person{Legal: "Late"})
			return err
		})
		if !errors.Is(err, context.Canceled) || errors.Is(err, competency.ErrUnavailable) {
			t.Errorf("cancelled: got %v, want context.Canceled", err)
		}
		if err := s.Ping(t.Context()); err != nil {
			t.Errorf("after all that: %v", err)
		}
	})
}

func TestPostgresGoesAway(t *testing.T) {
	t.Parallel()
	s := stores.Postgres(t)
	home, _ := tenant(t, s, "home")
	err := s.In(t.Context(), home, func(sc *store.Scope) error {
		if _, err := sc.AddPerson(competency.Person{Legal: "Lost"}); err != nil {
			return err
		}
		return sc.ExecRaw("SELECT pg_terminate_backend(pg_backend_pid())")
	})
	wantKind(t, err, competency.ErrUnavailable)
	err = s.In(t.Context(), home, func(sc *store.Scope) error {
		return sc.ExecRaw("SET LOCAL statement_timeout = 10; SELECT pg_sleep(5)")
	})
	wantKind(t, err, competency.ErrUnavailable)
	read(t, s, home, func(sc *store.Scope) error {
		_, total, err := sc.People(store.PeopleFilter{}, store.Page{})
		if total != 0 {
			t.Errorf("got %d people, want none", total)
		}
		return err
	})
}

// A server that answers and refuses, as it does while it starts or stops, is as
// far away as one that does not answer.
func TestPostgresRefuses(t *testing.T) {
	t.Parallel()
	s := stores.Postgres(t)
	home, _ := tenant(t, s, "home")
	in(t, s, home, func(sc *store.Scope) error {
		return sc.ExecRaw("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database()); END $$")
	})
	const everyone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
	err := s.In(t.Context(), home, func(sc *store.Scope) error { return sc.ExecRaw(everyone) })
	wantKind(t, err, competency.ErrUnavailable)
	err = s.In(t.Context(), home, func(*store.Scope) error { return nil })
	wantKind(t, err, competency.ErrUnavailable)
}

// A transaction that Postgres ends in favour of another runs again; on a busy
// machine it may end both.
func TestPostgresDeadlock(t *testing.T) {
	t.Parallel()
	s := stores.Postgres(t)
	home, _ := tenant(t, s, "home")
	instants(t, s)
	in(t, s, home, func(sc *store.Scope) error {
		now := time.Now()
		return errors.Join(sc.AddInstant(store.Instant{ID: "a", At: now}), sc.AddInstant(store.Instant{ID: "b", At: now}))
	})
	var all, met sync.WaitGroup
	met.Add(2)
	var runs atomic.Int32
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		all.Go(func() {
			first := true
			if err := s.In(t.Context(), home, func(sc *store.Scope) error {
				runs.Add(1)
				if err := sc.CountUp(order[0]); err != nil {
					return err
				}
				if first {
					first = false
					met.Done()
					met.Wait()
				}
				return sc.CountUp(order[1])
			}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	read(t, s, home, func(sc *store.Scope) error {
		a, err := sc.Instant("a")
		if n := runs.Load(); a.Score != 2 || n < 3 {
			t.Errorf("got %d counts in %d runs, want 2 in at least 3", a.Score, n)
		}
		return err
	})
}

func TestTenantsAreApart(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		mine, _ := tenant(t, s, "mine")
		theirs, theirSchool := tenant(t, s, "theirs")
		var stranger competency.Person
		in(t, s, theirs, func(sc *store.Scope) (err error) {
			stranger, err = sc.AddPerson(competency.Person{Legal: "Stranger"})
			return errors.Join(err, sc.Journal(store.Entry{Act: "person.add", Subject: string(stranger.ID)}))
		})
		read(t, s, mine, func(sc *store.Scope) error {
			_, err := sc.Person(stranger.ID)
			wantKind(t, err, competency.ErrNotFound)
			_, err = sc.Org(theirSchool)
			wantKind(t, err, competency.ErrNotFound)
			people, _, err := sc.People(store.PeopleFilter{Name: "strang"}, store.Page{})
			page, errPage := sc.JournalPage(0, 10)
			if len(people)+len(page) != 0 {
				t.Errorf("got %v and %v of another tenant", people, page)
			}
			_, errScope := sc.Scope(theirs)
			if errScope == nil {
				t.Error("a tenant's transaction opened another's scope")
			}
			if _, err := sc.Memberships("x"); err == nil {
				t.Error("a tenant's transaction read across tenants")
			}
			return errors.Join(err, errPage)
		})
		err := s.In(t.Context(), mine, func(sc *store.Scope) error {
			return sc.SetNames(stranger.ID, "Renamed", "", "")
		})
		wantKind(t, err, competency.ErrNotFound)
		err = s.In(t.Context(), mine, func(sc *store.Scope) error {
			return sc.AddStaffing(competency.Staffing{Person: stranger.ID, Org: mine, Role: competency.Teacher})
		})
		wantKind(t, err, competency.ErrNotFound)
		if s.Dialect() != "postgres" {
			return
		}
		for _, table := range []string{"person", "person_name", "journal", "journal_head"} {
			for as, want := range map[competency.OrgID]bool{mine: false, theirs: true} {
				read(t, s, as, func(sc *store.Scope) error {
					n, err := sc.SeenRaw("SELECT COUNT(*) FROM "+table+" WHERE tenant = ?", theirs)
					if (n > 0) != want {
						t.Errorf("%s as %s: sees %d rows of the other tenant", table, as, n)
					}
					return err
				})
			}
		}
		if err := s.In(t.Context(), mine, func(sc *store.Scope) error {
			return sc.ExecRaw("INSERT INTO journal_head (tenant, seq, hash) VALUES (?, 0, '')", theirs)
		}); err == nil {
			t.Error("a tenant's transaction wrote another's row")
		}
		var n int
		if err := s.ReadAll(t.Context(), func(tx *store.Tx) error {
			return tx.ScanRaw(&n, "SELECT COUNT(*) FROM person")
		}); err != nil || n != 1 {
			t.Errorf("across tenants: got %d people, error %v, want 1", n, err)
		}
	})
}

func TestIDs(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	if err := s.InAll(t.Context(), func(tx *store.Tx) error {
		var ids []string
		for range 50 {
			ids = append(ids, tx.ID())
			time.Sleep(50 * time.Microsecond)
		}
		if !slices.IsSorted(ids) {
			t.Errorf("ids are not in the order of their making: %v", ids)
		}
		if id := ids[0]; len(id) != 36 || id[14] != '7' || !strings.ContainsRune("89ab", rune(id[19])) {
			t.Errorf("got %q, want a UUIDv7", id)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	o := stores.Options(t, "sqlite:"+t.TempDir()+"/laurel.db")
	o.Rand = strings.NewReader("")
	dry, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer dry.Close()
	if err := dry.InAll(t.Context(), func(tx *store.Tx) error { tx.ID(); return nil }); err == nil {
		t.Error("a transaction without randomness was committed")
	}
}

func TestImmutable(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		home, _ := tenant(t, s, "home")
		in(t, s, home, func(sc *store.Scope) error {
			return errors.Join(sc.Journal(store.Entry{Act: "a"}), sc.Journal(store.Entry{Act: "b"}))
		})
		for _, statement := range []string{
			"UPDATE journal SET act = 'x'",
			"DELETE FROM journal",
			"DELETE FROM journal_head",
			"UPDATE journal_head SET seq = 0",
			"UPDATE org SET slug = 'other'",
			"DELETE FROM org",
			"TRUNCATE journal",
			"TRUNCATE journal_head",
		} {
			if strings.HasPrefix(statement, "TRUNCATE") && s.Dialect() == "sqlite" {
				continue
			}
			if err := s.InAll(t.Context(), func(tx *store.Tx) error { return tx.ExecRaw(statement) }); err == nil {
				t.Errorf("%s was let through", statement)
			}
		}
	})
}
