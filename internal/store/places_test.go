package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"laurel/competency"
	"laurel/credentials/status"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// smallList is a list of few places, so that it fills up within a test.
const smallList = 40

// givenOut is a model of everything that was ever signed: it survives whatever
// becomes of the database.
type givenOut struct {
	s      *store.Store
	seen   map[string]bool  // list and place
	marks  map[string]int64 // beside the database
	before []placeRow       // a backup
}

// placeRow is what a backup remembers of a list.
type placeRow struct {
	ID       string
	Reserved int64
}

var errRolledBack = errors.New("rolled back")

// take takes n places; committed or not. Places count as used once they are
// marked, which is before anything is signed.
func (g *givenOut) take(t *rapid.T, n int64, commit bool) {
	var p store.Places
	err := g.s.In(t.Context(), "t1", func(sc *store.Scope) (err error) {
		p, err = sc.TakePlaces(store.ListsWanted{
			Org: "t1", Purpose: "revocation", States: "message", Year: 2026, Seed: []byte("0123456789abcdef"), Entries: smallList,
		}, n, func(list string) (int64, error) { return g.marks[list], nil })
		if err == nil && !commit {
			err = errRolledBack
		}
		return err
	})
	if !commit && errors.Is(err, errRolledBack) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if p.First < 0 || p.First+n > smallList {
		t.Fatalf("places %d to %d of %d", p.First, p.First+n, smallList)
	}
	for i := range n {
		place := fmt.Sprint(p.List.ID, " ", p.First+i)
		if g.seen[place] {
			t.Fatalf("place %s was given out twice", place)
		}
		g.seen[place] = true
	}
	g.marks[p.List.ID] = max(g.marks[p.List.ID], p.First+n)
}

// lists reads what a backup would hold.
func (g *givenOut) lists(t *rapid.T) (rows []placeRow) {
	err := g.s.In(t.Context(), "t1", func(sc *store.Scope) error {
		return sc.ScanRaw(&rows, "SELECT id, reserved FROM status_list WHERE states_of IS NULL")
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// restore puts an older state of the lists back, beside the rules of the database.
func (g *givenOut) restore(t *rapid.T) {
	err := g.s.In(t.Context(), "t1", func(sc *store.Scope) error {
		var rows []placeRow
		if err := sc.ScanRaw(&rows, "SELECT id, reserved FROM status_list WHERE states_of IS NULL"); err != nil {
			return err
		}
		for _, row := range rows {
			i := slices.IndexFunc(g.before, func(b placeRow) bool { return b.ID == row.ID })
			var err error
			if i >= 0 {
				err = sc.ExecRaw("UPDATE status_list SET reserved = ? WHERE id = ?", g.before[i].Reserved, row.ID)
			} else if err = sc.ExecRaw("DELETE FROM status_list WHERE states_of = ?", row.ID); err == nil {
				err = sc.ExecRaw("DELETE FROM status_list WHERE id = ?", row.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unguard takes the triggers away that keep lists from going back, as a restore does.
func unguard(t *testing.T, s *store.Store) {
	t.Helper()
	statements := []string{"DROP TRIGGER status_list_only_grows", "DROP TRIGGER status_list_refuse_delete"}
	if s.Dialect() == "postgres" {
		statements = []string{"DROP TRIGGER status_list_only_grows ON status_list", "DROP TRIGGER refuse_delete ON status_list"}
	}
	for _, one := range statements {
		if _, err := store.Raw(s, one); err != nil {
			t.Fatal(err)
		}
	}
}

// A place of a list is never given out twice: whatever is rolled back, however
// often an older state of the database is put back, with the marks beside it or,
// where those are lost too, after the operator has said so.
func TestPlacesAreGivenOutOnce(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		if err := s.In(t.Context(), "t1", func(sc *store.Scope) error {
			_, err := sc.AddOrg(competency.Org{ID: "t1", Kind: competency.District, Name: "D", Slug: "d", Zone: "UTC"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		unguard(t, s)
		g := &givenOut{s: s, seen: map[string]bool{}, marks: map[string]int64{}}
		rapid.Check(t, func(t *rapid.T) {
			g.before = g.lists(t)
			t.Repeat(map[string]func(*rapid.T){
				"take":      func(t *rapid.T) { g.take(t, rapid.Int64Range(1, 25).Draw(t, "n"), true) },
				"roll back": func(t *rapid.T) { g.take(t, rapid.Int64Range(1, 25).Draw(t, "n"), false) },
				"back up":   func(t *rapid.T) { g.before = g.lists(t) },
				"restore":   g.restore,
				"restore with the folder": func(t *rapid.T) {
					g.restore(t)
					g.marks = map[string]int64{}
					err := s.In(t.Context(), "t1", func(sc *store.Scope) error {
						lists, err := sc.CloseLists(smallList)
						for _, id := range lists {
							g.marks[id] = smallList
						}
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
				},
			})
		})
	})
}

// Taking places asks the database as often when many lists are full as when
// there is one with room: nothing is tried again as lists fill up.
func TestTakingPlacesIsFlat(t *testing.T) {
	t.Parallel()
	s, sent := stores.Counted(t)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ok(s.In(t.Context(), "t1", func(sc *store.Scope) error {
		_, err := sc.AddOrg(competency.Org{ID: "t1", Kind: competency.District, Name: "D", Slug: "d", Zone: "UTC"})
		return err
	}))
	var most int64
	ok(s.In(t.Context(), "t1", func(sc *store.Scope) error {
		for range 30 * smallList {
			before := sent.Load()
			_, err := sc.TakePlaces(store.ListsWanted{
				Org: "t1", Purpose: "revocation", States: "message", Year: 2026, Seed: []byte("0123456789abcdef"), Entries: smallList,
			}, 1, func(string) (int64, error) { return 0, nil })
			if err != nil {
				return err
			}
			most = max(most, sent.Load()-before)
		}
		return nil
	}))
	if most > 6 {
		t.Errorf("one place took %d statements, want at most 6: find, take, begin two lists, read, take", most)
	}
}

// The indices of a list are those of a shuffle: each once, also in the last
// places of a list that is nearly full, and far from the order of the counter.
func TestIndicesOfANearlyFullList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.SliceOfN(rapid.Byte(), 16, 32).Draw(t, "seed")
		first := rapid.Uint32Range(0, status.Entries-64).Draw(t, "first")
		if rapid.Bool().Draw(t, "nearly full") {
			first = status.Entries - 64
		}
		seen, rising := map[uint32]bool{}, 0
		var last uint32
		for c := first; c < first+64; c++ {
			i := status.Index(seed, c)
			if i >= status.Entries || seen[i] {
				t.Fatalf("counter %d: index %d is out of range or was given before", c, i)
			}
			if i > last {
				rising++
			}
			seen[i], last = true, i
		}
		if rising < 8 || rising > 56 {
			t.Fatalf("%d of 64 neighbours rise: this is an order that can be read", rising)
		}
	})
}
