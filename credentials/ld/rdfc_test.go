package ld

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"laurel/internal/testkit"
)

// canonicalNQuads runs RDFC-1.0 on N-Quads under the default budget.
func canonicalNQuads(t testing.TB, text string, h Hash) (string, map[string]string, error) {
	t.Helper()
	data, labels := readNQuads(t, text)
	var out []byte
	issued := map[string]string{}
	err := Options{}.within(t.Context(), func(w work) (work, error) {
		c := &canonicalizer{work: w, hash: h, data: data}
		var err error
		if out, err = c.canonicalize(); err != nil {
			return c.work, err
		}
		for label, n := range labels {
			issued[label] = string(c.label(nil, n))
		}
		return c.work, nil
	})
	return string(out), issued, err
}

// TestRDFC10Suite runs the W3C test suite of RDFC-1.0 (w3c/rdf-canon).
func TestRDFC10Suite(t *testing.T) {
	t.Parallel()
	dir := testkit.SharedData(t, "vectors", "rdf-canon", "tests")
	f, err := os.Open(filepath.Join(dir, "manifest.csv"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, row := range rows[1:] {
		name, comment, hash, eval, maps := row[0], row[1], row[5], row[6], row[7]
		ran++
		t.Run(name+" "+comment, func(t *testing.T) {
			t.Parallel()
			h := SHA256
			if hash == "SHA384" {
				h = SHA384
			}
			read := func(suffix string) string {
				text, err := os.ReadFile(filepath.Join(dir, "rdfc10", name+suffix))
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			got, issued, err := canonicalNQuads(t, read("-in.nq"), h)
			if eval == "RDFC10NegativeEvalTest" {
				e, ok := errors.AsType[*Error](err)
				if !ok || e.Code != CodeComplex {
					t.Fatalf("got error %v, want %s", err, CodeComplex)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := read("-rdfc10.nq"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if maps != "TRUE" {
				return
			}
			var want map[string]string
			if err := json.Unmarshal([]byte(read("-rdfc10map.json")), &want); err != nil {
				t.Fatal(err)
			}
			for label, id := range want {
				if issued[label] != id {
					t.Errorf("%s: got %s, want %s", label, issued[label], id)
				}
			}
		})
	}
	if ran < 60 {
		t.Errorf("only %d tests in the manifest", ran)
	}
}
