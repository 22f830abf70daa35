package verifier_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"laurel/verifier"
)

// TestFetchedBundle: a bundle is fetched under the same rules as anything else,
// though it may be larger than a document about keys.
func TestFetchedBundle(t *testing.T) {
	t.Parallel()
	w := newWeb(t, "")
	b := newWorld(t).bundle
	b.Registry.Name = string(bytes.Repeat([]byte("a"), 2*verifier.DocumentMax))
	raw, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	w.serve(w.url("laurel.example", "/bundle.json"), raw)
	w.serve(w.url("other.example", "/bundle.json"), []byte(`{"version":1}`))
	got, err := w.fetcher.Bundle(w.url("laurel.example", ""))
	if err != nil || len(got.DIDs) != len(b.DIDs) || !got.MadeAt.Equal(b.MadeAt) {
		t.Errorf("got %v and %v", got, err)
	}
	if _, err := w.fetcher.Bundle(w.url("other.example", "/bundle.json")); !errors.Is(err, verifier.ErrBundle) {
		t.Errorf("one without a date: got %v, want ErrBundle", err)
	}
	for _, address := range []string{"http://laurel.example", "https://127.0.0.1/", "laurel.example"} {
		if _, err := w.fetcher.Bundle(address); !errors.Is(err, verifier.ErrNotHeld) {
			t.Errorf("%s: got %v, want a refusal", address, err)
		}
	}
}
