package registrar

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/internal/store"
)

// section makes a section of the world's teacher with its learner and some more.
func (w *learningWorld) section(t *testing.T, more int) (competency.SectionID, []competency.PersonID) {
	t.Helper()
	ids := []competency.PersonID{w.learner.Person}
	names := []string{"Learner", "Nia"} // a heading, then the world's learner
	for n := range more {
		id, err := w.takeIn(t.Context(), competency.Actor{Person: w.office.Person, Tenant: w.tenant, System: true}, Once{}, NewPerson{
			Legal: fmt.Sprintf("Pupil %02d", n), Org: string(w.school), Role: competency.Learner, EntryYear: 2023, GraduationYear: 2027,
		}, "")
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
		names = append(names, fmt.Sprintf("pupil %02d", n))
	}
	id, err := w.AddSection(t.Context(), w.teacher, Once{}, SectionInput{Name: "Science 10", Names: strings.Join(names, "\n")})
	if err != nil {
		t.Fatal(err)
	}
	return id, ids
}

// give gives a task on three indicators to a section.
func (w *learningWorld) give(t *testing.T, section competency.SectionID, title string) competency.HandoutID {
	t.Helper()
	id, err := w.GiveTask(t.Context(), w.teacher, Once{}, TaskInput{
		Title: title, Context: "science", Indicators: []string{"SCI.1", "SCI.2", "SCI.3"}, Section: string(section),
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// row is a class row with levels for SCI.1, SCI.2 …; −1 leaves one out.
func row(learner competency.PersonID, feedback string, levels ...int) ClassRow {
	r := ClassRow{Learner: string(learner), Feedback: feedback}
	for i, l := range levels {
		if l >= 0 {
			r.Scores = append(r.Scores, IndicatorScore{Indicator: fmt.Sprintf("SCI.%d", i+1), Level: l})
		}
	}
	return r
}

func TestSectionsNameTheirLearners(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		id, ids := w.section(t, 2)
		v, err := w.Section(t.Context(), w.teacher, id)
		if err != nil || len(v.Members) != 3 || v.Members[0].ID != ids[0] {
			t.Fatalf("got %+v, %v", v, err)
		}
		_, err = w.AddSection(t.Context(), w.teacher, Once{}, SectionInput{Name: "Art", Names: "Nia\nNobody Here\nTheo"})
		e, ok := errors.AsType[*competency.Error](err)
		if !ok || len(e.Fields) != 2 || !strings.HasPrefix(e.Fields[0].Detail, "Line 2:") || !strings.HasPrefix(e.Fields[1].Detail, "Line 3:") {
			t.Errorf("unknown names: %v", err)
		}
		for name, do := range map[string]func(competency.Actor) error{
			"reads":  func(a competency.Actor) error { _, err := w.Section(t.Context(), a, id); return err },
			"grid":   func(a competency.Actor) error { _, err := w.Grid(t.Context(), a, id, GridFilter{}); return err },
			"closes": func(a competency.Actor) error { return w.CloseSection(t.Context(), a, id, true) },
			"gives": func(a competency.Actor) error {
				_, err := w.GiveTask(t.Context(), a, Once{}, TaskInput{Title: "x", Indicators: []string{"SCI.1"}, Section: string(id)})
				return err
			},
		} {
			for _, who := range []competency.Actor{w.away, w.learner, w.office} {
				if err := do(who); !errors.Is(err, competency.ErrNotFound) {
					t.Errorf("%s: got %v", name, err)
				}
			}
		}
	})
}

// Every judgment has its indicator, its rubric's version and its evidence, also
// where nothing was handed in (mission rows 2 and 7).
func TestAClassIsScoredOnATask(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		section, ids := w.section(t, 3)
		task := w.give(t, section, "Field study")
		mine, err := w.MyTasks(ctx, w.learner)
		if err != nil || len(mine) != 1 || mine[0].By != "Theo" || mine[0].State != "" {
			t.Fatalf("the learner's tasks: %+v, %v", mine, err)
		}
		_, err = w.ScoreClass(ctx, w.teacher, task, ClassScores{Rows: []ClassRow{row(ids[0], "", 3, 3, 3), row(ids[1], "", 3, 2, 3)}})
		e, ok := errors.AsType[*competency.Error](err)
		if !ok || len(e.Fields) != 1 || e.Fields[0].Pointer != "/rows/1/feedback" {
			t.Fatalf("not yet without a word: %v", err)
		}
		if work, err := w.sheetOf(t, task).answer(ids[0]); err == nil {
			t.Errorf("half a form was kept: %+v", work)
		}
		done, err := w.ScoreClass(ctx, w.teacher, task, ClassScores{Rows: []ClassRow{row(ids[0], "", 3, 3, -1), row(ids[1], "Name the variable", 3, 2, 3)}})
		if err != nil || done.Judged != 5 {
			t.Fatalf("got %+v, %v", done, err)
		}
		again, err := w.ScoreClass(ctx, w.teacher, task, ClassScores{Rows: []ClassRow{row(ids[0], "", 3, 3, -1)}})
		if err != nil || again.Judged != 0 {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		e1, err := w.sheetOf(t, task).answer(ids[0])
		if err != nil || e1.Route != "class" || e1.Title != "Field study" || e1.ObservedBy != w.teacher.Person || e1.State != competency.EvidenceAccepted || len(e1.Items) != 2 {
			t.Fatalf("evidence of what was seen: %+v, %v", e1, err)
		}
		w.assessments(t, e1.ID, func(a competency.Assessment) {
			if a.Evidence == "" || a.Item == "" || a.Rubric == "" || a.Learner != ids[0] || a.Assessor != w.teacher.Person {
				t.Errorf("a judgment without its references: %+v", a)
			}
		})
		// The third indicator comes later; then one is taken back, then all.
		if done, err = w.ScoreClass(ctx, w.teacher, task, ClassScores{Rows: []ClassRow{row(ids[0], "", -1, -1, 4)}}); err != nil || done.Judged != 1 {
			t.Errorf("one more: %+v, %v", done, err)
		}
		if done, err = w.ScoreClass(ctx, w.teacher, task, ClassScores{Rows: []ClassRow{row(ids[0], "", 0, -1, -1)}}); err != nil || done.TakenBack != 1 {
			t.Errorf("one back: %+v, %v", done, err)
		}
		if r := w.sheetOf(t, task).Rows[0]; fmt.Sprint(r.Levels) != "[0 3 4]" || r.Evidence.State != competency.EvidenceAccepted {
			t.Errorf("got %v, %s", r.Levels, r.Evidence.State)
		}
		if _, err = w.ScoreClass(ctx, w.teacher, task, ClassScores{Rows: []ClassRow{row(ids[0], "", 0, 0, 0)}}); err != nil {
			t.Fatal(err)
		}
		if r := w.sheetOf(t, task).Rows[0]; r.Evidence != nil {
			t.Errorf("what was only seen stays after it was taken back: %+v", r.Evidence)
		}
	})
}

func TestHandedInWorkIsWhatIsScored(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		section, ids := w.section(t, 1)
		handout := w.give(t, section, "Lab 4")
		mine, err := w.MyTasks(ctx, w.learner)
		if err != nil {
			t.Fatal(err)
		}
		id, err := w.AddEvidence(ctx, w.learner, Once{}, EvidenceInput{
			Title: "My lab", Body: "b", Reflection: "r", Task: string(mine[0].Task.ID), Indicators: []string{"SCI.1"}, Submit: true,
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ScoreClass(ctx, w.teacher, handout, ClassScores{Rows: []ClassRow{row(ids[0], "", 3, 4, -1)}}); err != nil {
			t.Fatal(err)
		}
		v, err := w.Evidence(ctx, w.learner, id)
		if err != nil || v.State != competency.EvidenceAccepted || len(v.Results) != 2 || v.ObservedBy != "" {
			t.Errorf("got %+v, %v", v, err)
		}
		if again := w.give(t, section, "Lab 5"); again == handout {
			t.Error("the same handout twice")
		}
		second, err := w.GiveTask(ctx, w.teacher, Once{}, TaskInput{Task: string(mine[0].Task.ID), Section: string(section)})
		if err != nil || w.sheetOf(t, second).Task.ID != mine[0].Task.ID {
			t.Errorf("an earlier task again: %v", err)
		}
		if err := w.CloseHandout(ctx, w.teacher, handout, true); err != nil {
			t.Fatal(err)
		}
		if err := w.CloseHandout(ctx, w.teacher, handout, true); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("closed twice: %v", err)
		}
		stranger := ids[1]
		other, _ := w.section(t, 0)
		own := w.give(t, other, "Lab 6")
		if _, err := w.ScoreClass(ctx, w.teacher, own, ClassScores{Rows: []ClassRow{row(stranger, "", 3)}}); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("somebody who was not given the task: %v", err)
		}
		if _, err := w.ScoreClass(ctx, w.teacher, own, ClassScores{Rows: []ClassRow{{Learner: string(w.learner.Person), Scores: []IndicatorScore{{Indicator: "MATH.3", Level: 3}}}}}); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("an indicator that the task does not ask for: %v", err)
		}
		if _, err := w.ScoreClass(ctx, w.teacher, own, ClassScores{Rows: []ClassRow{row(w.learner.Person, "", 9)}}); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("a level off the scale: %v", err)
		}
		for _, who := range []competency.Actor{w.away, w.learner, w.office} {
			if _, err := w.ScoreClass(ctx, who, own, ClassScores{Rows: []ClassRow{row(w.learner.Person, "", 3)}}); !errors.Is(err, competency.ErrNotFound) {
				t.Errorf("who may not: %v", err)
			}
		}
	})
}

// Nobody scores themselves, also not in a section of their own (invariant 3).
func TestNobodyScoresThemselvesInASection(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		section, _ := w.section(t, 1)
		handout := w.give(t, section, "Field study")
		both := w.learner
		both.Staffed = w.teacher.Staffed
		if _, err := w.ScoreClass(t.Context(), both, handout, ClassScores{Rows: []ClassRow{row(w.learner.Person, "", 4)}}); !errors.Is(err, competency.ErrForbidden) {
			t.Errorf("got %v", err)
		}
	})
}

func (w *learningWorld) sheetOf(t *testing.T, id competency.HandoutID) ClassSheet {
	t.Helper()
	v, err := w.ClassSheet(t.Context(), w.teacher, id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// answer is a learner's evidence on the sheet.
func (v ClassSheet) answer(learner competency.PersonID) (competency.Evidence, error) {
	for _, r := range v.Rows {
		if r.Person == learner && r.Evidence != nil {
			return *r.Evidence, nil
		}
	}
	return competency.Evidence{}, competency.NotFound()
}

func (w *learningWorld) assessments(t *testing.T, id competency.EvidenceID, each func(competency.Assessment)) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.tenant, func(sc *store.Scope) error {
		all, err := sc.AssessmentsOf(id)
		if len(all) == 0 {
			t.Error("no judgments")
		}
		for _, a := range all {
			each(a)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRequestsToBeAssessed(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		ask := func() competency.RequestID {
			id, err := w.AskAssessment(ctx, w.learner, RequestInput{Indicator: "MATH.3", Words: "I am ready"})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		first := ask()
		if again := ask(); again != first {
			t.Error("asked twice, two requests")
		}
		lines, total, err := w.Requests(ctx, w.teacher)
		if err != nil || total != 1 || lines[0].Name != "Nia" || lines[0].Item.Code != "MATH.3" {
			t.Fatalf("the queue: %+v, %v", lines, err)
		}
		home, err := w.Home(ctx, w.teacher)
		if err != nil || !containsWaiting(home.Waiting, "asked", 1) {
			t.Errorf("the teacher's home: %+v, %v", home, err)
		}
		if err := w.DeclineRequest(ctx, w.teacher, first, ""); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("declined without words: %v", err)
		}
		if err := w.DeclineRequest(ctx, w.teacher, first, "After the second survey, on Monday"); err != nil {
			t.Fatal(err)
		}
		if err := w.WithdrawRequest(ctx, w.learner, first); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("answered, then taken back: %v", err)
		}
		second := ask()
		if _, err := w.Observe(ctx, w.teacher, second, Observation{Title: "Talk at the board", Level: 2}); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("not yet without a word: %v", err)
		}
		done, err := w.Observe(ctx, w.teacher, second, Observation{Title: "Talk at the board", Context: "mathematics", Level: 3})
		if err != nil || done.State != competency.EvidenceAccepted {
			t.Fatalf("observed: %+v, %v", done, err)
		}
		third := ask()
		if _, err := w.GiveTask(ctx, w.teacher, Once{}, TaskInput{Title: "Survey, again", Indicators: []string{"MATH.3"}, Request: string(third)}); err != nil {
			t.Fatal(err)
		}
		mine, err := w.MyTasks(ctx, w.learner)
		if err != nil || len(mine) != 1 || mine[0].Task.Title != "Survey, again" {
			t.Errorf("the task that answers: %+v, %v", mine, err)
		}
		all, err := w.MyRequests(ctx, w.learner)
		if err != nil || len(all) != 3 || all[0].State != competency.RequestTask || all[1].State != competency.RequestObserved || all[2].Reply == "" {
			t.Errorf("the learner's requests: %+v, %v", all, err)
		}
		fourth := ask()
		for _, who := range []competency.Actor{w.away, w.office, w.learner} {
			if err := w.DeclineRequest(ctx, who, fourth, "no right to"); !errors.Is(err, competency.ErrNotFound) {
				t.Errorf("who may not: %v", err)
			}
		}
		if err := w.WithdrawRequest(ctx, w.learner, fourth); err != nil {
			t.Fatal(err)
		}
	})
}

func containsWaiting(all []Waiting, kind string, count int) bool {
	for _, w := range all {
		if w.Kind == kind && w.Count == count && !w.Oldest.IsZero() {
			return true
		}
	}
	return false
}

func TestPhrasesAreOnesOwn(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		for range 2 {
			if err := w.AddPhrase(ctx, w.teacher, " Say how you know "); err != nil {
				t.Fatal(err)
			}
		}
		list, err := w.Phrases(ctx, w.teacher)
		if err != nil || len(list) != 1 || list[0].Words != "Say how you know" {
			t.Fatalf("got %+v, %v", list, err)
		}
		if other, err := w.Phrases(ctx, w.away); err != nil || len(other) != 0 {
			t.Errorf("another teacher's: %+v, %v", other, err)
		}
		if err := w.RemovePhrase(ctx, w.away, list[0].ID); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("another teacher takes it away: %v", err)
		}
		if err := w.AddPhrase(ctx, w.learner, "A learner's"); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("a learner keeps phrases: %v", err)
		}
		if err := w.RemovePhrase(ctx, w.teacher, list[0].ID); err != nil {
			t.Fatal(err)
		}
	})
}
