package policy

import (
	"slices"
	"testing"
)

func TestCompareNamesWhatChanges(t *testing.T) {
	t.Parallel()
	before := small(t)
	after := parse(t, edit(t, `"indicators": {"atLeast": 2}`, `"indicators": "all"`))
	f := smallFacts()
	got := Compare(before, after, f)
	want := []Change{{Requirement: "arts", Title: "Arts", From: Met, To: NotMet}}
	if got.From != Met || got.To != NotMet || !got.Changes() || !slices.Equal(got.Because, want) {
		t.Errorf("got %+v", got)
	}
	if back := Compare(after, before, f); back.To != Met || !slices.Equal(back.Because, []Change{{"arts", "Arts", NotMet, Met}}) {
		t.Errorf("the other way round: %+v", back)
	}
	if same := Compare(before, before, f); same.Changes() || len(same.Because) != 0 {
		t.Errorf("against itself: %+v", same)
	}
	// A requirement that only one of them has.
	more := parse(t, edit(t, `{"id": "math",`, `{"id": "oath", "record": {"kind": "oath"}}, {"id": "math",`))
	if got := Compare(before, more, f); !slices.Equal(got.Because, []Change{{"oath", "Oath", "", NotMet}}) {
		t.Errorf("a new requirement: %+v", got)
	}
}

func TestWhatIf(t *testing.T) {
	t.Parallel()
	p, now, then := small(t), smallFacts(), smallFacts()
	delete(now.Determinations, "MATH.2")
	a, d := WhatIf(p, now, then)
	if a.State != Met || d.From != NotMet || !slices.Equal(d.Because, []Change{{"math", "Mathematics", NotMet, Met}}) {
		t.Errorf("got %s, %+v", a.State, d)
	}
}
