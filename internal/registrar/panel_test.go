package registrar

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"laurel/competency"
	"laurel/internal/testkit/stores"
)

// called calls a panel together over two pieces of the world's learner.
func (w *learningWorld) called(t *testing.T, members ...competency.Actor) (competency.PanelID, error) {
	t.Helper()
	in := PanelInput{Kind: "exhibition", Title: "Capstone", Indicators: []string{"TS-PROB.1", "TS-PROB.2"}}
	for _, title := range []string{"Bridge", "Sensor"} {
		id, err := w.AddEvidence(t.Context(), w.learner, Once{}, EvidenceInput{
			Title: title, Body: "b", Reflection: "r", Context: map[string]string{"Bridge": "mathematics", "Sensor": "science"}[title],
			Indicators: []string{"TS-PROB.1"}, Submit: true,
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		in.Pieces = append(in.Pieces, string(id))
	}
	for _, m := range members {
		in.Members = append(in.Members, string(m.Person))
	}
	return w.OpenPanel(t.Context(), w.teacher, Once{}, w.learner.Person, in)
}

func said(first, second int, words string) EvidenceScores {
	return EvidenceScores{Scores: []IndicatorScore{{Indicator: "TS-PROB.1", Level: first, Feedback: words}, {Indicator: "TS-PROB.2", Level: second, Feedback: words}}}
}

// A panel needs two, one from outside, and never the learner (mission row 13).
func TestAPanelJudgesABodyOfEvidence(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		for name, members := range map[string][]competency.Actor{
			"one alone": {w.away}, "nobody from outside": {w.teacher, w.office}, "the learner": {w.away, w.teacher, w.learner},
		} {
			if _, err := w.called(t, members...); !errors.Is(err, competency.ErrInvalid) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		id, err := w.called(t, w.teacher, w.away)
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.Panel(ctx, w.away, id)
		if err != nil || !v.MayScore || v.Open || len(v.Pieces) != 2 {
			t.Fatalf("a member from outside: %+v, %v", v, err)
		}
		if _, err := w.Evidence(ctx, w.away, v.Pieces[0].ID); err != nil {
			t.Errorf("a member reads a piece: %v", err)
		}
		queue, err := w.Queue(ctx, w.teacher, 0)
		if err != nil || slices.ContainsFunc(queue.Rows, func(l EvidenceLine) bool { return l.ID == v.Body.ID }) {
			t.Errorf("the body waits in the queue: %v", err)
		}
		if _, err := w.Score(ctx, w.teacher, v.Body.ID, EvidenceScores{Scores: []IndicatorScore{{Indicator: "TS-PROB.1", Level: 3}}}); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("one judges the body alone: %v", err)
		}
		if err := w.ScorePanel(ctx, w.office, id, said(3, 3, "")); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("somebody else: %v", err)
		}
		if err := w.ScorePanel(ctx, w.teacher, id, said(4, 3, "")); err != nil {
			t.Fatal(err)
		}
		if err := w.ScorePanel(ctx, w.teacher, id, said(2, 3, "On second thought")); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("said twice: %v", err)
		}
		if err := w.DecidePanel(ctx, w.teacher, id, PanelDecision{}); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("decided before all have spoken: %v", err)
		}
		if err := w.ScorePanel(ctx, w.away, id, said(3, 2, "Say why the third try failed")); err != nil {
			t.Fatal(err)
		}
		if err := w.DecidePanel(ctx, w.teacher, id, PanelDecision{}); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("members differ and nobody says why: %v", err)
		}
		settled := PanelDecision{Settled: []IndicatorScore{{Indicator: "TS-PROB.2", Level: 3, Feedback: "She showed the failed try on the spot."}}}
		if err := w.DecidePanel(ctx, w.teacher, id, settled); err != nil {
			t.Fatal(err)
		}
		w.assessments(t, v.Body.ID, func(a competency.Assessment) {
			if a.Rubric == "" || a.Level != 3 {
				t.Errorf("got %+v", a)
			}
		})
		g, err := w.Growth(ctx, w.learner, w.learner.Person)
		if err != nil || len(g.Lines) != 2 {
			t.Fatalf("got %+v, %v", g, err)
		}
		level := g.Lines[0].Levels[0]
		if level.State != competency.LevelConfirmed || strings.Join(level.Contexts, ",") != "mathematics,science" || !strings.Contains(level.Why, "a panel of 2, 1 from outside") {
			t.Errorf("the level: %+v", level.Determination)
		}
		if m, err := competency.ReadMethod(level.Method); err != nil || m != competency.BodyOfEvidence {
			t.Errorf("its method: %+v, %v", m, err)
		}
		if n := w.node(t, "capstone"); n.State != "met" {
			t.Errorf("the policy's exhibition: %+v", n)
		}
	})
}

// What a teacher says about habits of work changes no level and no audit
// (domain invariant 8, mission row 21).
func TestHabitsDecideNothing(t *testing.T) {
	t.Parallel()
	w := newLearningWorld(t, stores.SQLite(t))
	ctx := t.Context()
	id := w.work(t, "Survey", "MATH.3")
	if _, err := w.Score(ctx, w.teacher, id, scores(3, "")); err != nil {
		t.Fatal(err)
	}
	state := func() (LearnerStanding, Growth) {
		p, err := w.Requirements(ctx, w.learner, w.learner.Person)
		if err != nil {
			t.Fatal(err)
		}
		g, err := w.Growth(ctx, w.learner, w.learner.Person)
		if err != nil {
			t.Fatal(err)
		}
		return p, g
	}
	before, grown := state()
	rapid.Check(t, func(rt *rapid.T) {
		in := HabitInput{Habits: []HabitWord{{
			Habit: rapid.SampledFrom(competency.Habits).Draw(rt, "habit"), Level: rapid.IntRange(1, len(competency.HabitScale)).Draw(rt, "level"),
			Words: rapid.StringMatching(`[a-z ]{0,30}`).Draw(rt, "words"),
		}}}
		if err := w.NoteHabits(ctx, w.teacher, w.learner.Person, in); err != nil {
			rt.Fatal(err)
		}
	})
	after, growth := state()
	if before.Audit.FactsHash != after.Audit.FactsHash || before.Audit.State != after.Audit.State || len(grown.Lines) != len(growth.Lines) {
		t.Error("words about habits changed what is decided on")
	}
	v, err := w.Habits(ctx, w.learner, w.learner.Person)
	if err != nil || len(v.All) < 50 || len(v.Latest) == 0 || v.MayNote {
		t.Errorf("got %d words, %v", len(v.All), err)
	}
	for _, who := range []competency.Actor{w.away, w.office, w.learner} {
		if err := w.NoteHabits(ctx, who, w.learner.Person, HabitInput{Habits: []HabitWord{{Habit: "persistence", Level: 1}}}); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("who may not: %v", err)
		}
	}
	if err := w.NoteHabits(ctx, w.teacher, w.learner.Person, HabitInput{Habits: []HabitWord{{Habit: "obedience", Level: 9}}}); !errors.Is(err, competency.ErrInvalid) {
		t.Errorf("an unknown habit: %v", err)
	}
}
