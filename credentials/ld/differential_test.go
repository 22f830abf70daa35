package ld_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"laurel/credentials/ld"
)

// TestGeneratedDocuments compares canonical forms with those of json-gold:
// what has one here has the same one there.
func TestGeneratedDocuments(t *testing.T) {
	t.Parallel()
	oracle := newOracle(t)
	var made, compared atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		made.Add(1)
		doc := ld.Generate(rt)
		got, err := ld.Canonical(t.Context(), doc, ld.SHA256)
		if err != nil {
			return // what is refused, and why, is shown elsewhere
		}
		want, err := oracle.try(doc)
		if errors.Is(err, errPanic) {
			return
		}
		compared.Add(1)
		if err != nil {
			rt.Fatalf("json-gold: %v\n%s", err, doc.AppendJSON(nil))
		}
		if string(got) != want {
			ours, theirs := strings.SplitAfter(string(got), "\n"), strings.SplitAfter(want, "\n")
			rt.Fatalf("%s\nonly here\n%s\nonly there\n%s", doc.AppendJSON(nil), less(ours, theirs), less(theirs, ours))
		}
	})
	t.Logf("%d of %d documents compared", compared.Load(), made.Load())
	if compared.Load() < made.Load()/4 {
		t.Errorf("only %d of %d documents were compared", compared.Load(), made.Load())
	}
}

// less gives the lines that only the first has.
func less(lines, others []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return slices.Contains(others, l) }), "")
}
