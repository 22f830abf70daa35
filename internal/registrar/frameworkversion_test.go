package registrar

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"laurel/competency"
)

// nextTable is the starter's table with one wording changed, one indicator
// retired by leaving it out and one added.
func nextTable() string {
	table := strings.ReplaceAll(string(starterFramework), "Reason from data and chance", "Reason from data and from chance")
	var kept []string
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "MATH.4,") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "") + "\nMATH.5,indicator,MATH,Explain a model to someone else,5\n"
}

// A version that is published while learners are on their way takes nothing
// from them and asks nothing more of them (domain invariant 6; ADR 0018).
func TestNextVersionOfAFramework(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		h := w.pastYears(w.learner.Person, []string{"MATH.3", "MATH.4"})
		if err := w.ImportHistory(ctx, w.office, []History{h}); err != nil {
			t.Fatal(err)
		}
		waiting := w.work(t, "Handed in under version 1", "MATH.3")
		before, err := w.Requirements(ctx, w.learner, w.learner.Person)
		if err != nil {
			t.Fatal(err)
		}
		id, err := w.ImportFrameworkFile(ctx, w.lead, Once{}, FrameworkIn{Name: starterName}, strings.NewReader(nextTable()))
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.Framework(ctx, id)
		if err != nil || v.Version != 2 {
			t.Fatalf("version %d, %v", v.Version, err)
		}
		after, err := w.Requirements(ctx, w.learner, w.learner.Person)
		if err != nil || after.Audit.FactsHash != before.Audit.FactsHash {
			t.Errorf("publishing changed what is known of a learner: %s, then %s, %v", before.Audit.FactsHash, after.Audit.FactsHash, err)
		}
		if n := w.node(t, "ela"); n.Have != 0 || n.Need != 4 {
			t.Errorf("English: %d of %d", n.Have, n.Need)
		}
		if n := w.node(t, "math"); n.Have != 2 || n.Need != 4 {
			t.Errorf("mathematics: %d of %d", n.Have, n.Need)
		}
		// What waited is judged on, by the same item.
		if _, err := w.Score(ctx, w.teacher, waiting, scores(4, "")); err != nil {
			t.Fatal(err)
		}
		shown, err := w.Learner(ctx, w.teacher, w.learner.Person)
		if err != nil || !slices.ContainsFunc(shown.Levels, func(l LevelLine) bool {
			return l.Code == "MATH.3" && l.Indicator == "Reason from data and from chance" && l.State == competency.LevelConfirmed
		}) {
			t.Errorf("the level of MATH.3 does not go on: %+v, %v", shown.Levels, err)
		}
		w.retiredIsOffered(t)
		if _, err := w.ImportFrameworkFile(ctx, w.lead, Once{}, FrameworkIn{Name: starterName}, strings.NewReader(nextTable())); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("the same once more: %v", err)
		}
	})
}

// retiredIsOffered checks that a retired indicator is offered to whom it is
// still asked of, and to nobody else.
func (w *learningWorld) retiredIsOffered(t *testing.T) {
	t.Helper()
	offers := func(code string) bool {
		form, err := w.EvidenceForm(t.Context(), w.learner, "")
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(form.Standards, func(s StandardChoice) bool {
			return slices.ContainsFunc(s.Indicators, func(it competency.Item) bool { return it.Code == code })
		})
	}
	if !offers("MATH.4") {
		t.Error("the learner's policy asks for MATH.4, and it is not offered")
	}
	if !offers("MATH.5") {
		t.Error("MATH.5 is not offered")
	}
	next := strings.Replace(fillPolicy(map[string]string{"code": "lake.proficiency", "title": "Next", "board": "b", "on": "2026-06-02"}), "version: 1", "version: 2", 1)
	if err := w.adopt(t, PolicyToAdopt{Document: next, Board: "Board", AdoptedOn: "2026-06-02"}); err != nil {
		t.Fatal(err)
	}
	if offers("MATH.4") {
		t.Error("no policy asks for MATH.4 any more, and it is offered")
	}
	if n := w.node(t, "math"); n.Have != 1 || n.Need != 4 {
		t.Errorf("mathematics by the next policy: %d of %d", n.Have, n.Need)
	}
}
