package verifier_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"laurel/verifier"
)

func TestParseBundle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raw, err := json.Marshal(w.bundle)
	if err != nil {
		t.Fatal(err)
	}
	b, err := verifier.ParseBundle(raw)
	if err != nil {
		t.Fatal(err)
	}
	r, err := verifier.New(verifier.Options{Now: now, Keys: b, Status: b, Registry: b}).Verify(t.Context(), w.issue(w.ec, nil))
	if err != nil || r.Verdict != verifier.Valid {
		t.Errorf("got %s %+v %v", r.Verdict, r.Checks, err)
	}
	for name, change := range map[string][2]string{
		"other version":   {`"version":1`, `"version":2`},
		"no date":         {`"madeAt":"2026-06-20T14:00:00Z"`, `"madeAt":"0001-01-01T00:00:00Z"`},
		"unknown member":  {`"version":1`, `"version":1,"extra":true`},
		"member twice":    {`"version":1`, `"version":1,"version":1`},
		"wrong document":  {`"dids":{"did:web:elsewhere`, `"dids":{"did:web:evil`},
		"not a token":     {`"lists":{"https://elsewhere.example/status/1":"`, `"lists":{"https://elsewhere.example/status/1":"x`},
		"nameless entry":  {`"name":"Willow Brook Union High School"`, `"name":""`},
		"nobody vouches":  {`"by":{"did":"did:web:laurel.example:schools:valley"`, `"by":{"did":""`},
		"something after": {`"version":1`, `"version":1}{`},
	} {
		bad := strings.Replace(string(raw), change[0], change[1], 1)
		if bad == string(raw) {
			t.Fatalf("%s: nothing to change", name)
		}
		if _, err := verifier.ParseBundle([]byte(bad)); !errors.Is(err, verifier.ErrBundle) {
			t.Errorf("%s: got %v, want ErrBundle", name, err)
		}
	}
}

// TestPublished: a revocation shows at once, while others read.
func TestPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := verifier.NewPublished(w.bundle)
	v := verifier.New(verifier.Options{Now: now, Keys: p, Status: p, Registry: p})
	doc := w.issue(w.ec, nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if r, err := v.Verify(t.Context(), doc); err != nil || r.Verdict != verifier.Valid && r.Verdict != verifier.Revoked {
					t.Errorf("got %s %v", r.Verdict, err)
				}
			}
		})
	}
	next := w.bundle.Clone()
	w.bits = w.bits.Clone()
	if err := w.bits.Set(7, true); err != nil {
		t.Fatal(err)
	}
	next.Lists = map[string]string{listURL: w.list(w.ec, school, listURL, nil)}
	p.Update(next)
	if r, _ := v.Verify(t.Context(), doc); r.Verdict != verifier.Revoked {
		t.Errorf("got %s, want revoked", r.Verdict)
	}
	wg.Wait()
	if r, _ := verifier.New(verifier.Options{Now: now, Keys: verifier.NewPublished(nil)}).Verify(t.Context(), doc); r.Verdict != verifier.Undetermined {
		t.Errorf("with nothing published: got %s", r.Verdict)
	}
}

func FuzzParseBundle(f *testing.F) {
	raw, _ := json.Marshal(newWorld(f).bundle)
	f.Add(raw)
	f.Add([]byte(`{"version":1,"madeAt":"2026-06-20T14:00:00Z","dids":{},"lists":{},"registry":{"entries":[]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := verifier.ParseBundle(data)
		if err != nil {
			if !errors.Is(err, verifier.ErrBundle) {
				t.Fatal(err)
			}
			return
		}
		again, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := verifier.ParseBundle(again); err != nil {
			t.Fatalf("not read back: %v", err)
		}
	})
}
