package registrar

import (
	"strings"
	"testing"

	"laurel/internal/testkit/stores"
)

// BenchmarkTrial tries a draft on a class of 2,000, as the job does: facts are
// gathered, both policies evaluated, and every change kept.
func BenchmarkTrial(b *testing.B) {
	const learners = 2000
	w := newClassWorld(b, stores.SQLite(b), learners)
	id, err := w.BeginPolicyDraft(b.Context(), w.clerk, Once{}, NewPolicyDraft{Policy: "policy-1"})
	if err != nil {
		b.Fatal(err)
	}
	v, err := w.PolicyDraft(b.Context(), w.lead, id)
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Replace(v.Text, "atLeast: 2", "atLeast: 3", 1)
	if _, err := w.SavePolicyDraft(b.Context(), w.clerk, id, PolicyDraftText{Text: text, Revision: "0"}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		trial, err := w.StartTrial(b.Context(), w.clerk, Once{}, id, 2027)
		if err != nil {
			b.Fatal(err)
		}
		if err := w.RunTrial(b.Context(), w.district.ID, trial); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*learners), "µs/learner")
}
