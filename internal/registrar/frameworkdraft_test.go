package registrar

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/competency/frameworkfile"
)

// statePackage is a CASE package whose words for items are none of ours.
func statePackage(code string) string {
	child := func(a, b string) string {
		return fmt.Sprintf(`{"associationType":"isChildOf","originNodeURI":{"identifier":%q},"destinationNodeURI":{"identifier":%q}}`, a, b)
	}
	return `{"CFDocument":{"identifier":"d0","uri":"https://state.example/d0","title":"State skills"},"CFItems":[
		{"identifier":"a0","fullStatement":"Reason","humanCodingScheme":"R","CFItemType":"Anchor"},
		{"identifier":"a1","fullStatement":"From data","humanCodingScheme":"` + code + `","CFItemType":"Component","conceptKeywords":["career ready"]}],
		"CFAssociations":[` + child("a0", "d0") + `,` + child("a1", "a0") + `,
		{"associationType":"isRelatedTo","originNodeURI":{"identifier":"a1"},"destinationNodeURI":{"identifier":"z","uri":"https://else.example/z","title":"Theirs"}}]}`
}

func TestDraftFromCasePackage(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		in := FrameworkIn{Reference: true}
		if _, err := w.ImportFrameworkFile(ctx, w.lead, Once{}, in, strings.NewReader(statePackage("R.1"))); !errors.Is(err, competency.ErrInvalid) {
			t.Fatalf("words that nobody explained were taken: %v", err)
		}
		id, err := w.DraftFromFile(ctx, w.lead, Once{}, in, strings.NewReader(statePackage("R.1")))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.PublishDraft(ctx, w.lead, id, 1); !errors.Is(err, competency.ErrInvalid) {
			t.Fatalf("published with words that nobody explained: %v", err)
		}
		if _, err := w.ChangeDraft(ctx, w.lead, id, DraftChange{Step: 1, Do: "kinds", Kinds: []competency.ItemKind{"standard"}}); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("one word of two explained: %v", err)
		}
		if _, err := w.ChangeDraft(ctx, w.lead, id, DraftChange{Step: 1, Do: "kinds", Kinds: []competency.ItemKind{"skill", "indicator"}}); err != nil {
			t.Fatal(err)
		}
		f, err := w.PublishDraft(ctx, w.lead, id, 2)
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.Framework(ctx, f.ID)
		if err != nil || v.Name != "State skills" || v.Source != "https://state.example/d0" || v.Items[0].Kind != competency.SkillItem || v.Items[1].Tags[0] != "career ready" {
			t.Fatalf("got %+v, %v", v.Items, err)
		}
		if len(v.Alignments) != 1 || v.Alignments[0].URI != "https://else.example/z" || v.Alignments[0].Kind != competency.IsRelatedTo {
			t.Errorf("alignments: %+v", v.Alignments)
		}
		w.renamedElsewhere(t, v)
	})
}

// renamedElsewhere imports a next version in which the item with the same
// identifier goes by another code: it stays the same item, and goes out and
// comes back as it is.
func (w *learningWorld) renamedElsewhere(t *testing.T, before FrameworkView) {
	t.Helper()
	ctx := t.Context()
	in := FrameworkIn{Reference: true, Kinds: map[string]competency.ItemKind{"Anchor": "skill", "Component": "indicator"}}
	next := strings.Replace(statePackage("R.one"), "From data", "From data and chance", 1)
	r, err := w.ReadFramework(ctx, w.lead, in, strings.NewReader(next))
	if err != nil || len(r.Changes.Changed) != 1 || r.Changes.Changed[0].After.Code != "R.1" || len(r.Changes.Added)+len(r.Changes.Retired) != 0 {
		t.Fatalf("reading: %+v, %v", r.Changes, err)
	}
	id, err := w.ImportFrameworkFile(ctx, w.lead, Once{}, in, strings.NewReader(next))
	if err != nil {
		t.Fatal(err)
	}
	after, err := w.Framework(ctx, id)
	if err != nil || after.Version != 2 || after.Items[1].ID != before.Items[1].ID || len(after.Alignments) != 1 || len(after.Versions) != 2 {
		t.Errorf("got %+v, %v", after, err)
	}
	p, err := w.Package(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	out, err := frameworkfile.WriteCase(p)
	if err != nil {
		t.Fatal(err)
	}
	again, bad := frameworkfile.ReadCase(bytes.NewReader(out), "2099-01-01")
	want := competency.OutlineOf(after.Items)
	for i, r := range again.Rows {
		one := func(r competency.FrameworkRow) string {
			return fmt.Sprint(r.Code, r.Kind, r.Parent, r.Text, r.Tags, r.Retired)
		}
		if one(r) != one(want[i]) {
			t.Errorf("row %d: %+v, want %+v", i, r, want[i])
		}
	}
	if len(bad) > 0 || len(again.Links) != 1 {
		t.Errorf("read back: %v, %+v", bad, again.Links)
	}
}

// A draft keeps its steps, and nobody writes over what they have not seen.
func TestDraftOfTwoPeople(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		other := w.lead
		other.Person = w.office.Person // of the same district, with the same role for this test
		current, err := w.Frameworks(ctx, w.lead)
		if err != nil {
			t.Fatal(err)
		}
		id, err := w.StartDraft(ctx, w.lead, Once{}, NewDraft{Follows: string(current[0].ID)})
		if err != nil {
			t.Fatal(err)
		}
		change := func(who competency.Actor, step int, do, code string) error {
			_, err := w.ChangeDraft(ctx, who, id, DraftChange{Step: step, Do: do, Code: code})
			return err
		}
		if err := errors.Join(change(w.lead, 1, "up", "MATH.3"), change(w.lead, 1, "down", "MATH.1")); err != nil {
			t.Fatalf("one's own later steps are no reason: %v", err)
		}
		if err := change(other, 1, "retire", "ELA.1"); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("beside steps that were not seen: %v", err)
		}
		if err := change(other, 3, "retire", "ELA.1"); err != nil {
			t.Error(err)
		}
		if _, err := w.PublishDraft(ctx, w.lead, id, 3); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("published beside a step that was not seen: %v", err)
		}
		for range 3 {
			if err := change(other, 4, "undo", ""); err != nil {
				t.Error(err)
			}
		}
		if err := change(other, 4, "undo", ""); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("before the first step: %v", err)
		}
		v, err := w.FrameworkDraft(ctx, w.lead, id)
		if err != nil || v.Changes.Any() || v.Back || !v.Forth || len(v.Policies) != 1 {
			t.Errorf("got %+v, %v", v.Changes, err)
		}
		if err := w.DiscardDraft(ctx, w.lead, id); err != nil {
			t.Error(err)
		}
		if drafts, err := w.Drafts(ctx, w.lead); err != nil || len(drafts) != 0 {
			t.Errorf("left: %v, %v", drafts, err)
		}
	})
}

// No judgment stands without an indicator, a rubric and a piece of evidence
// (mission row 2), and a rubric that somebody judged by stays (invariant 5).
func TestRubricVersions(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		all, err := w.Frameworks(ctx, w.lead)
		if err != nil {
			t.Fatal(err)
		}
		first := w.work(t, "Judged by version 1", "MATH.3")
		if _, err := w.Score(ctx, w.teacher, first, scores(3, "")); err != nil {
			t.Fatal(err)
		}
		next := RubricIn{Version: 1, Criteria: []CriterionIn{{Title: "Data", Levels: []string{"a", "b", "c", "d"}}, {Levels: []string{"", "", "", ""}}}}
		if err := w.SaveRubric(ctx, w.lead, all[0].ID, "MATH.3", next); err != nil {
			t.Fatal(err)
		}
		second := w.work(t, "Judged by version 2", "MATH.3")
		if _, err := w.Score(ctx, w.teacher, second, scores(4, "")); err != nil {
			t.Fatal(err)
		}
		v, err := w.RubricDesk(ctx, w.lead, all[0].ID, "MATH.3", "MATH.4")
		if err != nil || len(v.Versions) != 2 || v.Versions[0].Version != 2 || len(v.Versions[0].Criteria) != 1 || v.Copied == nil {
			t.Fatalf("got %+v, %v", v, err)
		}
		for i, one := range v.Versions {
			if v.Judgments[one.ID] != 1 {
				t.Errorf("version %d: %d judgments", 2-i, v.Judgments[one.ID])
			}
		}
		for name, c := range map[string]struct {
			in   RubricIn
			kind error
		}{
			"older version":  {RubricIn{Version: 1, Criteria: next.Criteria}, competency.ErrConflict},
			"nothing new":    {RubricIn{Version: 2, Criteria: next.Criteria}, competency.ErrConflict},
			"no criteria":    {RubricIn{Version: 2}, competency.ErrInvalid},
			"a level short":  {RubricIn{Version: 2, Criteria: []CriterionIn{{Title: "Data", Levels: []string{"a", "b", "c"}}}}, competency.ErrInvalid},
			"a level silent": {RubricIn{Version: 2, Criteria: []CriterionIn{{Title: "Data", Levels: []string{"a", " ", "c", "d"}}}}, competency.ErrInvalid},
			"too long":       {RubricIn{Version: 2, Criteria: []CriterionIn{{Title: "Data", Levels: []string{strings.Repeat("x", 1201), "b", "c", "d"}}}}, competency.ErrInvalid},
		} {
			if err := w.SaveRubric(ctx, w.lead, all[0].ID, "MATH.3", c.in); !errors.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.SaveRubric(ctx, w.teacher, all[0].ID, "MATH.3", next); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("a teacher: %v", err)
		}
		if slices.ContainsFunc(v.Others, func(it competency.Item) bool { return it.Code == "MATH.3" }) {
			t.Error("a rubric can be copied onto itself")
		}
	})
}
