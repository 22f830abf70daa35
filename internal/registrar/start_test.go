package registrar

import (
	"bytes"
	"strings"
	"testing"
)

// TestFits refuses a database that was made with another key-encryption key or
// has signed at another address, before anything is done with it.
func TestFits(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		other := func(change func(*Options)) error {
			o := w.Options
			change(&o)
			r, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			return r.Fits(t.Context())
		}
		refused := func(what string, err error, hint string) {
			t.Helper()
			if err == nil || !strings.Contains(err.Error(), hint) {
				t.Errorf("%s: got %v, want a hint at %s", what, err, hint)
			}
		}
		moved := func(o *Options) { o.PublicURL = "https://elsewhere.example" }
		if err := other(func(*Options) {}); err != nil {
			t.Errorf("the same settings: %v", err)
		}
		if err := other(moved); err != nil {
			t.Errorf("another address before anything was signed: %v", err)
		}
		refused("another key", other(func(o *Options) { o.KeyEncryptionKey = bytes.Repeat([]byte{9}, keyBytes) }), "--key-file")
		if _, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID); err != nil {
			t.Fatal(err)
		}
		if err := other(func(*Options) {}); err != nil {
			t.Errorf("the same settings after issuing: %v", err)
		}
		refused("another address", other(moved), "--public-url")
	})
}
