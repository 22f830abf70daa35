package registrar

import (
	"testing"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// Supposing what is open shows how the same rules would answer then, and keeps
// nothing.
func TestWhatIf(t *testing.T) {
	t.Parallel()
	eachClass(t, 0, func(t *testing.T, w *classWorld) {
		ctx := t.Context()
		learner := w.late(t, "Open", map[string]int{"ELA.1": 3, "ARTS.1": 3}, store.OnRecord{})
		before := w.factsToday(t, learner).Hash()
		v, err := w.WhatIf(ctx, w.counselor, learner, []string{"ELA.2"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Open) != 3 || v.Audit.Tree.Children[0].State != policy.Met || v.Audit.Tree.Children[1].State != policy.NotMet {
			t.Errorf("got %v, %s, %s", v.Open, v.Audit.Tree.Children[0].State, v.Audit.Tree.Children[1].State)
		}
		if len(v.Difference.Because) != 1 || v.Difference.Because[0].Requirement != "ela" || v.Difference.Because[0].To != policy.Met {
			t.Errorf("the difference: got %+v", v.Difference)
		}
		if after := w.factsToday(t, learner).Hash(); after != before {
			t.Error("supposing something changed the facts")
		}
		if v, err = w.WhatIf(ctx, w.counselor, learner, nil, nil); err != nil || v.Difference.Changes() || len(v.Difference.Because) != 0 {
			t.Errorf("supposing nothing: got %v, %+v", err, v.Difference)
		}
		_, err = w.WhatIf(ctx, w.pupil, learner, nil, nil)
		wantRefusal(t, "another learner", err, competency.ErrNotFound)
	})
}

// A course that is supposed gives its credit, or is taken up where credit
// follows from proficiency; the facts that are stay as they were.
func TestSuppose(t *testing.T) {
	t.Parallel()
	now := evaluation{facts: policy.Facts{Credits: make([]policy.CreditFact, 0, 4)}}
	offered := []competency.Course{{Code: "A", Title: "Algebra", Value: 100, Tags: []string{"math"}, Indicators: []string{"M.1"}}, {Code: "B"}}
	f := suppose(now, offered, nil, []string{"A"})
	if len(f.Credits) != 1 || f.Credits[0].Value != policy.Credit || len(f.Courses) != 1 || f.Courses[0].Indicators[0] != "M.1" {
		t.Errorf("got %+v", f)
	}
	if len(now.facts.Credits)+len(now.facts.Courses) != 0 {
		t.Error("the facts changed")
	}
}
