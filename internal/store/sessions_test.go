package store_test

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		ctx, ss := t.Context(), s.Sessions()
		hour := time.Now().Add(time.Hour)
		for _, step := range []error{
			ss.CommitCtx(ctx, "a", []byte("one"), hour),
			ss.CommitCtx(ctx, "a", []byte("two"), hour),
			ss.CommitCtx(ctx, "b", []byte{0, 255}, hour),
			ss.CommitCtx(ctx, "old", []byte("x"), time.Now().Add(-time.Second)),
			ss.DeleteCtx(ctx, "never was"),
		} {
			if step != nil {
				t.Fatal(step)
			}
		}
		if data, found, err := ss.FindCtx(ctx, "a"); string(data) != "two" || !found || err != nil {
			t.Errorf("a: got %q, %v, %v", data, found, err)
		}
		for _, token := range []string{"old", "none", ""} {
			if data, found, err := ss.Find(token); data != nil || found || err != nil {
				t.Errorf("%q: got %q, %v, %v, want nothing", token, data, found, err)
			}
		}
		all, err := ss.AllCtx(ctx)
		if err != nil || len(all) != 2 || !bytes.Equal(all["b"], []byte{0, 255}) {
			t.Errorf("all: got %v, %v", all, err)
		}
		if n, err := ss.Sweep(ctx); n != 1 || err != nil {
			t.Errorf("sweep: got %d, %v, want 1", n, err)
		}
		if err := ss.Delete("a"); err != nil {
			t.Fatal(err)
		}
		if _, found, err := ss.Find("a"); found || err != nil {
			t.Errorf("after delete: got %v, %v", found, err)
		}
	})
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		home, _ := tenant(t, s, "home")
		hash := []byte("hash of the request")
		var acted, same atomic.Int32
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				if err := s.In(t.Context(), home, func(sc *store.Scope) error {
					before, err := sc.Remember("ana", "key", "POST /v1/x", hash)
					if err != nil {
						return err
					}
					if before != nil {
						if before.Status != 201 || before.Location != "/v1/x/1" || len(before.Body) == 0 {
							return fmt.Errorf("got answer %+v", before)
						}
						same.Add(1)
						return nil
					}
					acted.Add(1)
					return sc.Answered("ana", "key", store.Remembered{Status: 201, Body: fmt.Append(nil, i), Location: "/v1/x/1"})
				}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if acted.Load() != 1 || same.Load() != 19 {
			t.Errorf("acted %d times, repeated %d times, want 1 and 19", acted.Load(), same.Load())
		}
		in(t, s, home, func(sc *store.Scope) error {
			_, err := sc.Remember("ana", "key", "POST /v1/x", []byte("other"))
			wantKind(t, err, competency.ErrConflict)
			_, err = sc.Remember("ana", "key", "POST /v1/y", hash)
			wantKind(t, err, competency.ErrConflict)
			first, err := sc.Remember("ben", "key", "POST /v1/x", hash)
			if first != nil {
				t.Errorf("another actor's key: got %+v, want none", first)
			}
			return err
		})
		in(t, s, home, func(sc *store.Scope) error {
			_, err := sc.Remember("ben", "key", "POST /v1/x", hash) // committed without an answer
			wantKind(t, err, competency.ErrConflict)
			return nil
		})
		if err := s.InAll(t.Context(), func(tx *store.Tx) error {
			n, err := tx.ForgetRequests(time.Now().Add(time.Minute))
			if n != 2 {
				t.Errorf("forgot %d requests, want 2", n)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}
