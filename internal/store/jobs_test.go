package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

type greet struct {
	Who string `json:"who"`
}

// Kind names the job.
func (greet) Kind() string { return "greet" }

// work starts the jobs and stops them when the test ends.
func work(t *testing.T, s *store.Store, o store.WorkOptions, handlers ...store.Handler) {
	t.Helper()
	stop, err := s.Work(t.Context(), o, handlers...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

// eventually waits up to ten seconds.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 1000 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("waited in vain: %s", what)
}

func TestJobs(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		home, _ := tenant(t, s, "home")
		var seen sync.Map
		var failures, snoozes, discards atomic.Int32
		work(t, s, store.WorkOptions{Poll: 50 * time.Millisecond, Workers: 4},
			store.Handle(func(ctx context.Context, g greet) error {
				switch {
				case g.Who == "fails once" && failures.Add(1) == 1:
					return errors.New("the first time")
				case g.Who == "snoozes once" && snoozes.Add(1) == 1:
					return store.Snooze(0)
				case g.Who == "discarded":
					discards.Add(1)
					return store.Discard(errors.New("for good"))
				}
				return s.Read(ctx, home, func(sc *store.Scope) error {
					_, total, err := sc.People(store.PeopleFilter{Name: g.Who}, store.Page{})
					seen.Store(g.Who, total)
					return err
				})
			}))
		mistake := errors.New("a mistake")
		for _, who := range []string{"rolled back", "committed", "fails once", "snoozes once", "discarded"} {
			err := s.In(t.Context(), home, func(sc *store.Scope) error {
				if err := sc.Enqueue(greet{who}); err != nil {
					return err
				}
				time.Sleep(100 * time.Millisecond) // a runner that looked too early would find no row
				if _, err := sc.AddPerson(competency.Person{Legal: who}); err != nil {
					return err
				}
				if who == "rolled back" {
					return mistake
				}
				return nil
			})
			if err != nil && !errors.Is(err, mistake) {
				t.Fatal(err)
			}
		}
		for _, who := range []string{"committed", "fails once", "snoozes once"} {
			eventually(t, who, func() bool { n, ok := seen.Load(who); return ok && n == int64(1) })
		}
		if _, ran := seen.Load("rolled back"); ran {
			t.Error("a job ran whose transaction was rolled back")
		}
		if n := discards.Load(); n != 1 {
			t.Errorf("a discarded job ran %d times, want once", n)
		}
	})
}

// Equal jobs wait once, also beside one that has started and may have read an
// older state.
func TestJobsCoalesce(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		home, _ := tenant(t, s, "home")
		enqueue := func(who string, opts ...store.EnqueueOption) {
			in(t, s, home, func(sc *store.Scope) error { return sc.Enqueue(greet{who}, opts...) })
		}
		waiting := func(who string) (n int64) {
			read(t, s, home, func(sc *store.Scope) (err error) {
				if s.Dialect() == "sqlite" {
					n, err = sc.SeenRaw("SELECT COUNT(*) FROM river_job WHERE state IN ('available', 'scheduled') AND json_extract(args, '$.who') = ?", who)
				} else {
					n, err = sc.SeenRaw("SELECT COUNT(*) FROM river_job WHERE state IN ('available', 'scheduled') AND args->>'who' = ?", who)
				}
				return err
			})
			return n
		}
		for range 3 {
			enqueue("now", store.Coalesce())
			enqueue("other", store.Coalesce())
			enqueue("later", store.Coalesce(), store.RunAt(time.Now().Add(time.Hour)))
			enqueue("each")
		}
		enqueue("later", store.Coalesce(), store.RunAt(time.Now().Add(2*time.Hour)))
		enqueue("later", store.Coalesce(), store.RunAt(time.Now().Add(30*time.Minute)))
		for who, want := range map[string]int64{"now": 1, "other": 1, "later": 2, "each": 3} {
			if n := waiting(who); n != want {
				t.Errorf("%s: %d jobs wait, want %d", who, n, want)
			}
		}
		begun, goOn := make(chan struct{}, 10), make(chan struct{})
		var runs atomic.Int32
		work(t, s, store.WorkOptions{Poll: 50 * time.Millisecond, Workers: 10}, store.Handle(func(_ context.Context, g greet) error {
			if g.Who == "now" {
				begun <- struct{}{}
				<-goOn
				runs.Add(1)
			}
			return nil
		}))
		<-begun
		enqueue("now", store.Coalesce())
		close(goOn)
		eventually(t, "the second run", func() bool { return runs.Load() == 2 })
	})
}

func TestJobsSurviveRestart(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, url string) {
		first, err := store.Open(t.Context(), stores.Options(t, url))
		if err != nil {
			t.Fatal(err)
		}
		if err := first.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		home, _ := tenant(t, first, "home")
		in(t, first, home, func(sc *store.Scope) error {
			return errors.Join(sc.Enqueue(greet{"waiting"}), sc.Enqueue(greet{"begun"}))
		})
		// What a killed process leaves behind: a job that nobody runs any more.
		if err := first.InAll(t.Context(), func(tx *store.Tx) error {
			args := "args->>'who'"
			if first.Dialect() == "sqlite" {
				args = "json_extract(args, '$.who')"
			}
			return tx.ExecRaw("UPDATE river_job SET state = 'running', attempt = 1, attempted_at = CURRENT_TIMESTAMP WHERE " + args + " = 'begun'")
		}); err != nil {
			t.Fatal(err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		var seen sync.Map
		handler := store.Handle(func(_ context.Context, g greet) error { seen.Store(g.Who, true); return nil })
		work(t, stores.Open(t, url), store.WorkOptions{Poll: 50 * time.Millisecond}, handler)
		for _, who := range []string{"waiting", "begun"} {
			eventually(t, who, func() bool { _, ok := seen.Load(who); return ok })
		}
	})
}

// A second process that starts to work leaves alone what the first has begun.
func TestJobsAtWorkElsewhere(t *testing.T) {
	t.Parallel()
	url := testkit.Postgres(t)
	first := stores.Open(t, url)
	if err := first.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	home, _ := tenant(t, first, "home")
	begun, goOn := make(chan struct{}, 10), make(chan struct{})
	handler := store.Handle(func(context.Context, greet) error { begun <- struct{}{}; <-goOn; return nil })
	work(t, first, store.WorkOptions{}, handler)
	in(t, first, home, func(sc *store.Scope) error { return sc.Enqueue(greet{"once"}) })
	<-begun
	work(t, stores.Open(t, url), store.WorkOptions{Poll: 50 * time.Millisecond}, handler)
	select {
	case <-begun:
		t.Error("the job was begun a second time")
	case <-time.After(500 * time.Millisecond):
	}
	close(goOn)
}

func TestJobsReturn(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	var runs atomic.Int32
	work(t, s, store.WorkOptions{
		Poll:     50 * time.Millisecond,
		Periodic: []store.Periodic{{Every: time.Hour, Job: greet{"again"}}},
	}, store.Handle(func(context.Context, greet) error { runs.Add(1); return nil }))
	eventually(t, "the first run", func() bool { return runs.Load() == 1 })
}
