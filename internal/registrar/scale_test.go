package registrar

import (
	"cmp"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/competency/frameworkfile"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

func levelsIn(names ...string) (all []LevelIn) {
	for _, n := range names {
		all = append(all, LevelIn{Label: n, Description: "what " + n + " looks like"})
	}
	return all
}

// The scale of a draft is written on pages, and taken back like every step.
// By which learners were judged keeps its levels (domain invariant 6).
func TestScaleOfADraft(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		base := w.inForce(t)
		id, err := w.StartDraft(ctx, w.lead, Once{}, NewDraft{Follows: string(base)})
		ok(t, err)
		step := func(in DraftChange) error {
			v, err := w.FrameworkDraft(ctx, w.lead, id)
			ok(t, err)
			in.Step, in.Do = v.Step, cmp.Or(in.Do, "scale")
			_, err = w.ChangeDraft(ctx, w.lead, id, in)
			return err
		}
		want(t, "a level fewer", step(DraftChange{Levels: levelsIn("a", "b", "c"), ProficientAt: 3}), competency.ErrInvalid)
		want(t, "counts earlier", step(DraftChange{Levels: levelsIn("a", "b", "c", "d"), ProficientAt: 2}), competency.ErrInvalid)
		want(t, "a level without a name", step(DraftChange{Levels: levelsIn("a", "", "c", "d"), ProficientAt: 3}), competency.ErrInvalid)
		want(t, "a teacher", func() error { _, err := w.ChangeDraft(ctx, w.teacher, id, DraftChange{Do: "scale"}); return err }(), competency.ErrNotFound)
		ok(t, step(DraftChange{Levels: levelsIn("Begun", "On the way", "Shown", "Beyond"), ProficientAt: 3}))
		v, err := w.FrameworkDraft(ctx, w.lead, id)
		if err != nil || v.InForce.Label(3) != "Shown" || !v.Rescaled || v.InForce.ID != starterScale.ID {
			t.Fatalf("the draft: %+v, %v", v.InForce, err)
		}
		ok(t, step(DraftChange{Do: "undo"}))
		if v, err = w.FrameworkDraft(ctx, w.lead, id); err != nil || v.InForce.Label(3) != "Proficient" || v.Rescaled {
			t.Errorf("taken back: %+v, %v", v.InForce, err)
		}
		ok(t, step(DraftChange{Do: "redo"}))
		v, err = w.FrameworkDraft(ctx, w.lead, id)
		ok(t, err)
		f, err := w.PublishDraft(ctx, w.lead, id, v.Step)
		if err != nil || f.Version != 2 || f.Scale.Label(3) != "Shown" || f.Scale.ProficientAt != 3 || len(f.Scale.Levels) != 4 {
			t.Errorf("published: %+v, %v", f, err)
		}
		ok(t, w.Store.Read(ctx, w.tenant, func(sc *store.Scope) error {
			kept, err := sc.Framework(f.ID)
			if !kept.Scale.Same(f.Scale) {
				t.Errorf("kept: %+v", kept.Scale)
			}
			return err
		}))
	})
}

// A package's rubrics become those of new indicators, and the next versions of
// those that were there; earlier judgments stay with theirs.
func TestRubricsComeWithAPackage(t *testing.T) {
	t.Parallel()
	w := newLearningWorld(t, stores.SQLite(t))
	ctx := t.Context()
	p, err := w.Package(ctx, w.inForce(t))
	ok(t, err)
	work := w.work(t, "Survey", "MATH.3")
	_, err = w.Score(ctx, w.teacher, work, scores(4, ""))
	ok(t, err)
	math := competency.Item{ID: "new", Parent: p.Items[0].Parent, Kind: competency.IndicatorItem, Code: "MATH.9", Text: "Explain a model"}
	rewritten := map[competency.ItemID]competency.Rubric{}
	words := func(id competency.ItemID, title string) {
		line := competency.RubricLine{Title: title}
		for _, l := range p.Scale.Levels {
			line.Levels = append(line.Levels, competency.Level{N: l.N, Label: l.Label, Description: title + " " + l.Label})
		}
		rewritten[id] = competency.Rubric{ID: competency.RubricID("rubric-" + id), Item: id, Version: 1, Criteria: []competency.RubricLine{line}}
	}
	var judged competency.ItemID
	for _, it := range p.Items {
		switch it.Code {
		case "MATH":
			math.Parent = it.ID
		case "MATH.3":
			judged = it.ID
			words(judged, "Reasons aloud")
		}
	}
	words(math.ID, "Makes a model")
	p.Items, p.Rubrics = append(p.Items, math), rewritten
	out, err := frameworkfile.WriteCase(p)
	ok(t, err)
	next, err := w.ImportFrameworkFile(ctx, w.lead, Once{}, FrameworkIn{Name: starterName}, strings.NewReader(string(out)))
	ok(t, err)
	v, err := w.Framework(ctx, next)
	ok(t, err)
	found := 0
	for _, it := range v.Items {
		switch r := v.Rubrics[it.ID]; it.Code {
		case "MATH.9":
			found++
			if r.Version != 1 || r.Criteria[0].Title != "Makes a model" {
				t.Errorf("a new indicator: %+v", r)
			}
		case "MATH.3":
			found++
			if r.Version != 2 || r.Criteria[0].Levels[2].Description != "Reasons aloud Proficient" {
				t.Errorf("one that was there: %+v", r)
			}
		case "MATH.1":
			found++
			if r.Version != 1 {
				t.Errorf("one that the file has nothing for: %+v", r)
			}
		}
	}
	if found != 3 {
		t.Errorf("%d of 3 indicators", found)
	}
	w.assessments(t, work, func(a competency.Assessment) {
		if a.Rubric == v.Rubrics[judged].ID {
			t.Error("the judgment follows the new rubric")
		}
	})
	other := strings.ReplaceAll(string(out), `"Makes a model Emerging"`, `"x"`)
	if read, err := w.ReadFramework(ctx, w.lead, FrameworkIn{Name: starterName}, strings.NewReader(other)); err != nil || len(read.Rubrics) != 2 {
		t.Errorf("reading again: %d rubrics, %v", len(read.Rubrics), err)
	}
}
