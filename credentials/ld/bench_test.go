package ld_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	jsonld "github.com/piprate/json-gold/ld"

	"laurel/credentials"
	"laurel/credentials/ld"
)

// TestBadge holds the credential of the benchmarks to its size and to json-gold.
func TestBadge(t *testing.T) {
	t.Parallel()
	doc := parse(t, read(t, filepath.Join("testdata", "badge.json")))
	form, err := ld.Canonical(t.Context(), doc, ld.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if want := newOracle(t).canonical(t, doc); string(form) != want {
		t.Errorf("got\n%s\nwant\n%s", form, want)
	}
	t.Logf("%d bytes, %d statements", len(doc.AppendJSON(nil)), strings.Count(string(form), "\n"))
}

// BenchmarkCanonical is the canonical form of a parsed credential.
func BenchmarkCanonical(b *testing.B) {
	doc := parse(b, read(b, filepath.Join("testdata", "badge.json")))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ld.Canonical(b.Context(), doc, ld.SHA256); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseAndCanonical starts from the bytes.
func BenchmarkParseAndCanonical(b *testing.B) {
	data := parse(b, read(b, filepath.Join("testdata", "badge.json"))).AppendJSON(nil)
	b.ReportAllocs()
	for b.Loop() {
		doc, err := credentials.Parse(data)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := ld.Canonical(b.Context(), doc, ld.SHA256); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheck is the walk without the canonical form.
func BenchmarkCheck(b *testing.B) {
	doc := parse(b, read(b, filepath.Join("testdata", "badge.json")))
	b.ReportAllocs()
	for b.Loop() {
		if err := ld.Check(b.Context(), doc); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJSONGold is the same form by json-gold, its contexts in memory.
func BenchmarkJSONGold(b *testing.B) {
	o := newOracle(b)
	data := []byte(read(b, filepath.Join("testdata", "badge.json")))
	b.ReportAllocs()
	for b.Loop() {
		var value any
		if err := json.Unmarshal(data, &value); err != nil {
			b.Fatal(err)
		}
		if _, err := jsonld.NewJsonLdProcessor().Normalize(value, o.options()); err != nil {
			b.Fatal(err)
		}
	}
}
