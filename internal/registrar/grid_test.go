package registrar

import (
	"slices"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/testkit/stores"
)

func TestGridTellsHowEachLearnerStands(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		section, ids := w.section(t, 1)
		for n, title := range []string{"Field study", "Lab 4"} {
			task := w.give(t, section, title)
			in := ClassScores{Rows: []ClassRow{row(ids[0], "More to come", 3+n, 2, -1)}}
			if _, err := w.ScoreClass(ctx, w.teacher, task, in); err != nil {
				t.Fatal(err)
			}
		}
		lines, err := w.Proposals(ctx, w.teacher)
		if err != nil || len(lines) != 2 {
			t.Fatalf("proposals: %+v, %v", lines, err)
		}
		for _, l := range lines {
			if l.Code == "SCI.1" {
				if err := w.Confirm(ctx, w.teacher, []competency.DeterminationID{l.ID}); err != nil {
					t.Fatal(err)
				}
			}
		}
		waiting := w.work(t, "Brook", "SCI.3")
		g, err := w.Grid(ctx, w.teacher, section, GridFilter{Standard: "SCI"})
		if err != nil || len(g.Columns) != 4 || len(g.Rows) != 2 {
			t.Fatalf("got %+v, %v", g, err)
		}
		for i, want := range []Cell{
			{State: CellShown, Level: 3, Label: "Proficient"},
			{State: CellProposed, Level: 2, Label: "Developing"},
			{State: CellWaiting, Evidence: waiting, Judge: true},
			{State: CellNone},
		} {
			got := g.Rows[0].Cells[i]
			if want.Evidence == "" && got.State != CellNone && got.Evidence == "" {
				t.Errorf("%s leads nowhere", g.Columns[i].Code)
			}
			if want.Evidence == "" {
				got.Evidence = ""
			}
			if got != want {
				t.Errorf("%s: got %+v, want %+v", g.Columns[i].Code, got, want)
			}
		}
		none, err := w.Grid(ctx, w.teacher, section, GridFilter{Standard: "SCI", Only: CellWaiting})
		if err != nil || len(none.Rows) != 1 || len(none.Columns) != 1 || none.Columns[0].Code != "SCI.3" {
			t.Errorf("only what waits: %+v, %v", none, err)
		}
		empty, err := w.Grid(ctx, w.teacher, section, GridFilter{Only: CellNone})
		if err != nil || len(empty.Rows) != 2 || slices.ContainsFunc(empty.Columns, func(it competency.Item) bool { return it.Code == "" }) {
			t.Errorf("only without evidence: %+v, %v", empty, err)
		}
		// One of two judgments of the same piece leaves the other indicator waiting.
		two := w.work(t, "Two in one", "SCI.3", "SCI.4")
		if _, err := w.Score(ctx, w.teacher, two, EvidenceScores{Scores: []IndicatorScore{{Indicator: "SCI.4", Level: 3}}}); err != nil {
			t.Fatal(err)
		}
		g, err = w.Grid(ctx, w.teacher, section, GridFilter{Standard: "SCI"})
		if err != nil || g.Rows[0].Cells[3].State == CellWaiting || g.Rows[0].Cells[2].State != CellWaiting {
			t.Errorf("a piece judged in part: %+v, %v", g.Rows[0].Cells, err)
		}
	})
}

// A section of 30 takes as many queries as one of 2: five, whatever has been
// handed in, and well under a second.
func TestGridTakesFiveQueries(t *testing.T) {
	t.Parallel()
	s, sent := stores.Counted(t)
	w := newLearningWorld(t, s)
	section, ids := w.section(t, 29)
	task := w.give(t, section, "Field study")
	var in ClassScores
	for _, id := range ids {
		in.Rows = append(in.Rows, row(id, "", 3, 4, 3))
	}
	if _, err := w.ScoreClass(t.Context(), w.teacher, task, in); err != nil {
		t.Fatal(err)
	}
	sent.Store(0)
	begin := time.Now()
	g, err := w.Grid(t.Context(), w.teacher, section, GridFilter{})
	took := time.Since(begin)
	if err != nil || len(g.Rows) != 30 || len(g.Columns) != 36 {
		t.Fatalf("got %d × %d, %v", len(g.Rows), len(g.Columns), err)
	}
	if n := sent.Load(); n > 5 {
		t.Errorf("%d queries", n)
	}
	t.Logf("30 × 36 in %v", took)
	if took > time.Second {
		t.Errorf("it took %v", took)
	}
}
