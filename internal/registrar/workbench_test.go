package registrar

import (
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

func wantKind(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) || (want == nil) != (got == nil) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func wantPointers(t *testing.T, what string, err error, want ...string) {
	t.Helper()
	e, ok := errors.AsType[*competency.Error](err)
	if !ok {
		t.Errorf("%s: got %v, want fields %v", what, err, want)
		return
	}
	var got []string
	for _, f := range e.Fields {
		got = append(got, f.Pointer)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: got fields %v, want %v", what, got, want)
	}
}

func TestPublishMicroCredential(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		coordinator := w.who["coordinator"]
		again, err := w.PublishMicroCredential(t.Context(), coordinator, microDocument(nil))
		wantKind(t, "the same document", err, nil)
		if again.Version != 1 {
			t.Errorf("the same document: got version %d, want 1", again.Version)
		}
		next, err := w.PublishMicroCredential(t.Context(), coordinator, microDocument(func(m map[string]any) { m["pdHours"] = 12 }))
		if err != nil || next.Version != 2 {
			t.Errorf("a change: got version %d, %v, want 2", next.Version, err)
		}
		for what, document := range map[string]string{
			"a member twice":    `{"slug":"a","slug":"b"}`,
			"an unknown member": `{"slug":"a","colour":"green"}`,
			"a wrong type":      `{"slug":1}`,
			"not JSON":          `slug`,
			"nothing in it":     `{"slug":"empty"}`,
		} {
			_, err := w.PublishMicroCredential(t.Context(), coordinator, []byte(document))
			wantKind(t, what, err, competency.ErrInvalid)
		}
		_, err = w.PublishMicroCredential(t.Context(), w.who["ruth"], microDocument(nil))
		wantKind(t, "a teacher", err, competency.ErrNotFound)
		_, err = w.PublishMicroCredential(t.Context(), competency.Actor{}, microDocument(nil))
		wantKind(t, "nobody", err, competency.ErrUnauthenticated)

		list, err := w.Catalogue(t.Context())
		if err != nil || len(list) != 1 || list[0].Version != 2 || list[0].Provider != "Maple Studio" {
			t.Errorf("catalogue: got %+v, %v", list, err)
		}
		first, err := w.CatalogueEntry(t.Context(), "performance-tasks", 1)
		if err != nil || first.PDHours != 10 {
			t.Errorf("the first version: got %d hours, %v", first.PDHours, err)
		}
		_, err = w.CatalogueEntry(t.Context(), "nothing", 0)
		wantKind(t, "an unknown slug", err, competency.ErrNotFound)
	})
}

func TestStartAcrossTenants(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		id, guest := w.start("ruth")
		if guest.Tenant != w.provider || guest.Person == w.who["ruth"].Person {
			t.Errorf("got %+v, want a record with the provider", guest)
		}
		again, same := w.start("ruth")
		if again != id || same.Person != guest.Person {
			t.Errorf("starting again: got %s of %s, want %s of %s", again, same.Person, id, guest.Person)
		}
		v, err := w.Application(t.Context(), guest, id)
		if err != nil || v.Name != "MARKER ruth" || !v.Own || len(v.Parts) != 3 || !v.Parts[0].Open {
			t.Errorf("got %+v, %v", v, err)
		}
		_, err = w.StartApplication(t.Context(), competency.Actor{}, "performance-tasks")
		wantKind(t, "nobody", err, competency.ErrUnauthenticated)
		_, other := w.start("tomas")
		_, err = w.Application(t.Context(), other, id)
		wantKind(t, "another applicant", err, competency.ErrNotFound)
		_, err = w.Application(t.Context(), w.who["ruth"], id)
		wantKind(t, "from another tenant", err, competency.ErrNotFound)
		_, err = w.Application(t.Context(), w.who["assessor-1"], id)
		wantKind(t, "an assessor", err, competency.ErrNotFound)
		_, err = w.Application(t.Context(), w.who["coordinator"], id)
		wantKind(t, "the coordinator, before it is handed in", err, competency.ErrNotFound)
	})
}

func TestSaveDraft(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		id, ruth := w.start("ruth")
		save := func(window string, base, revision int, text string) Kept {
			t.Helper()
			kept, err := w.SaveDraft(t.Context(), ruth, id, Draft{
				Texts: map[string]string{"part-1-1": text}, Window: window, Base: base, Revision: revision,
			})
			w.ok(err)
			return kept
		}
		want := func(what string, kept Kept, text string, revision int, behind ...string) {
			t.Helper()
			if kept.Texts["part-1-1"] != text || kept.Revision != revision || !slices.Equal(kept.Behind, behind) {
				t.Errorf("%s: got %+v, want %q at %d, behind %v", what, kept, text, revision, behind)
			}
		}
		want("first", save("a", 0, 1, "one"), "one", 1)
		want("again", save("a", 0, 1, "one"), "one", 1)
		want("next", save("a", 0, 3, "three"), "three", 3)
		want("a late arrival", save("a", 0, 2, "two"), "three", 3, "part-1-1")
		want("a page opened before", save("b", 0, 99, "other"), "three", 3, "part-1-1")
		want("a page opened after", save("b", 3, 4, "four\r\nlines"), "four\nlines", 4)
		want("the old page", save("a", 0, 5, "stale"), "four\nlines", 4, "part-1-1")

		for what, in := range map[string]Draft{
			"too long":      {Texts: map[string]string{"part-1-1": strings.Repeat("é", competency.MaxAnswer+1)}, Revision: 9},
			"not https":     {Links: map[string]string{"part-2-1": "http://example.org"}, Revision: 9},
			"a script":      {Links: map[string]string{"part-2-1": "javascript:alert(1)"}, Revision: 9},
			"no revision":   {Texts: map[string]string{"part-1-1": "x"}},
			"broken UTF-8":  {Texts: map[string]string{"part-1-1": "\xff"}, Revision: 9},
			"behind itself": {Texts: map[string]string{"part-1-1": "x"}, Base: 9, Revision: 9},
		} {
			_, err := w.SaveDraft(t.Context(), ruth, id, in)
			wantKind(t, what, err, competency.ErrInvalid)
		}
		_, err := w.SaveDraft(t.Context(), ruth, id, Draft{Texts: map[string]string{"part-9-9": "x"}, Revision: 9})
		wantKind(t, "an unknown part", err, competency.ErrConflict)
		_, err = w.SaveDraft(t.Context(), w.who["coordinator"], id, Draft{Texts: map[string]string{"part-1-1": "x"}, Base: 9, Revision: 10})
		wantKind(t, "the coordinator", err, competency.ErrNotFound)
		if got := save("c", 9, 10, "four\nlines"); got.Texts["part-1-1"] != "four\nlines" || got.Revision != 4 {
			t.Errorf("after the refusals: got %+v", got)
		}
		_, err = w.SaveDraft(t.Context(), ruth, id, Draft{Whole: true, Consent: true, Revision: 11})
		w.ok(err)
		if a := w.state(id); !a.Consent || a.Deidentified {
			t.Errorf("boxes: got %+v", a)
		}
	})
}

func TestFilesOfADraft(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		id, ruth := w.filled("ruth")
		_, tomas := w.start("tomas")
		v, err := w.Application(t.Context(), ruth, id)
		w.ok(err)
		file := v.Parts[1].Files[0]
		f, err := w.ApplicationFile(t.Context(), ruth, id, file.ID)
		w.ok(err)
		text, err := io.ReadAll(f)
		w.ok(errors.Join(err, f.Close()))
		if string(text) != "a task in plain words" || !strings.HasPrefix(f.Name, "MARKER") {
			t.Errorf("got %q named %q", text, f.Name)
		}
		_, err = w.ApplicationFile(t.Context(), tomas, id, file.ID)
		wantKind(t, "another applicant's file", err, competency.ErrNotFound)
		coordinator := w.who["coordinator"]
		_, err = w.Application(t.Context(), coordinator, id)
		wantKind(t, "a draft, for the coordinator", err, competency.ErrNotFound)
		_, err = w.ApplicationFile(t.Context(), coordinator, id, file.ID)
		wantKind(t, "a draft's file, for the coordinator", err, competency.ErrNotFound)
		wantKind(t, "attaching to another's", w.AttachFile(t.Context(), tomas, id, "part-2-1", "x.txt", strings.NewReader("x")), competency.ErrNotFound)
		wantKind(t, "removing another's", w.RemoveFile(t.Context(), tomas, id, file.ID), competency.ErrNotFound)
		wantPointers(t, "an empty file", w.AttachFile(t.Context(), ruth, id, "part-2-1", "x.txt", strings.NewReader("")), "/files")
		w.ok(w.RemoveFile(t.Context(), ruth, id, file.ID))
		wantKind(t, "removing it twice", w.RemoveFile(t.Context(), ruth, id, file.ID), competency.ErrNotFound)
		for range maxFilesPerPart {
			w.ok(w.AttachFile(t.Context(), ruth, id, "part-2-1", "x.txt", strings.NewReader("x")))
		}
		wantPointers(t, "one too many", w.AttachFile(t.Context(), ruth, id, "part-2-1", "x.txt", strings.NewReader("x")), "/files")
		w.ok(w.SubmitApplication(t.Context(), ruth, id))
		_, err = w.Application(t.Context(), coordinator, id)
		w.ok(err)
		wantKind(t, "after handing in", w.AttachFile(t.Context(), ruth, id, "part-2-1", "x.txt", strings.NewReader("x")), competency.ErrConflict)
	})
}

func TestSubmitApplication(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		id, ruth := w.start("ruth")
		wantPointers(t, "empty", w.SubmitApplication(t.Context(), ruth, id),
			"/texts/part-1-1", "/texts/part-2-1", "/texts/part-3-1", "/consent", "/deidentified")
		w.wantState(id, competency.ApplicationDraft)
		id, ruth = w.filled("ruth")
		wantKind(t, "the coordinator", w.SubmitApplication(t.Context(), w.who["coordinator"], id), competency.ErrNotFound)
		w.ok(w.SubmitApplication(t.Context(), ruth, id))
		wantKind(t, "twice", w.SubmitApplication(t.Context(), ruth, id), competency.ErrConflict)
		a := w.state(id)
		if a.State != competency.ApplicationAssigned || a.Due != "2026-03-20" {
			t.Errorf("got %s due %s, want assigned due 2026-03-20", a.State, a.Due)
		}
		_, err := w.SaveDraft(t.Context(), ruth, id, Draft{Texts: map[string]string{"part-1-1": "later"}, Revision: 99})
		wantKind(t, "writing after handing in", err, competency.ErrConflict)
		list, _ := w.readings(id)
		if len(list) != 2 || list[0].Assessor == list[1].Assessor {
			t.Errorf("readers: got %+v", list)
		}
		// The third assessor has least to do now, so that the next application finds them.
		next, _ := w.submitted("tomas")
		if list, _ := w.readings(next); !slices.ContainsFunc(list, func(v competency.Review) bool { return v.Assessor == w.who["assessor-3"].Person }) {
			t.Errorf("the reader with nothing to do was passed over: %+v", list)
		}
		wantKind(t, "withdrawing", w.WithdrawApplication(t.Context(), ruth, id), nil)
		wantKind(t, "withdrawing twice", w.WithdrawApplication(t.Context(), ruth, id), competency.ErrConflict)
		again, _ := w.start("ruth")
		if again == id {
			t.Error("a withdrawn application was continued")
		}
	})
}

// score lets the readers of an application score, in order.
func (w *studio) score(id competency.ApplicationID, scores ...ReviewScores) {
	w.t.Helper()
	list, by := w.readings(id)
	for i, in := range scores {
		w.ok(w.ScoreReview(w.t.Context(), by[i], list[i].ID, in))
	}
}

func TestAwarded(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		id, ruth := w.submitted("ruth")
		list, by := w.readings(id)
		wantKind(t, "another's reading", w.ScoreReview(t.Context(), by[1], list[0].ID, passes()), competency.ErrNotFound)
		wantKind(t, "the coordinator", w.ScoreReview(t.Context(), w.who["coordinator"], list[0].ID, passes()), competency.ErrNotFound)
		silent := passes("part-2-1-a")
		delete(silent.Reasons, "part-2-1-a")
		wantPointers(t, "no reason", w.ScoreReview(t.Context(), by[0], list[0].ID, silent), "/reasons/part-2-1-a")
		w.wantState(id, competency.ApplicationAssigned)
		w.score(id, passes())
		w.wantState(id, competency.ApplicationScoring)
		wantKind(t, "scoring twice", w.ScoreReview(t.Context(), by[0], list[0].ID, passes()), competency.ErrConflict)
		w.later(60 * 24 * time.Hour) // late scores count
		w.score(id, passes())
		w.wantState(id, competency.ApplicationAwarded)
		awards := w.awards(ruth.Person)
		if len(awards) != 1 {
			t.Fatalf("got %d awards, want 1", len(awards))
		}
		a := awards[0]
		if a.Basis != string(id) || a.Org != w.provider || a.Achieved.Type != "MicroCredential" || len(a.Achieved.Results) != 4 ||
			a.Achieved.CriteriaPath != "/catalogue/performance-tasks/1" || a.Conferred != "2026-05-01" {
			t.Errorf("got %+v", a)
		}
		unmarked(t, "the award", a.Achieved)
		wantKind(t, "taking back an award", w.WithdrawApplication(t.Context(), ruth, id), competency.ErrConflict)
		v, err := w.Application(t.Context(), ruth, id)
		if err != nil || v.DecidedAttempt != 1 || len(v.Parts[1].Findings) != 2 || v.Parts[1].Findings[0].Level != 3 {
			t.Errorf("findings: got %+v, %v", v.Parts, err)
		}
	})
}

func TestNotYetAndNextAttempt(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		id, ruth := w.submitted("ruth")
		w.score(id, passes("part-2-1-b"))
		if v, err := w.Application(t.Context(), ruth, id); err != nil || len(v.Parts[1].Findings) != 0 {
			t.Errorf("a first score was shown: %+v, %v", v.Parts[1], err)
		}
		wantKind(t, "retry before a decision", w.RetryApplication(t.Context(), ruth, id), competency.ErrConflict)
		w.score(id, passes("part-2-1-b"))
		w.wantState(id, competency.ApplicationNotYet)
		v, err := w.Application(t.Context(), ruth, id)
		if err != nil || !slices.Equal(v.Parts[1].Missed, []string{"Levels differ"}) || v.Parts[1].Findings[1].Reasons[0] == "" {
			t.Errorf("feedback: got %+v, %v", v.Parts[1], err)
		}
		w.ok(w.RetryApplication(t.Context(), ruth, id))
		_, err = w.SaveDraft(t.Context(), ruth, id, Draft{Texts: map[string]string{"part-1-1": "again"}, Base: 1, Revision: 2})
		wantKind(t, "a part that has passed", err, competency.ErrConflict)
		_, err = w.SaveDraft(t.Context(), ruth, id, Draft{Texts: map[string]string{"part-2-1": "with better levels"}, Base: 1, Revision: 2})
		w.ok(err)
		w.ok(w.SubmitApplication(t.Context(), ruth, id))
		list, by := w.readings(id)
		view, err := w.Review(t.Context(), by[0], list[0].ID)
		if err != nil || len(view.Parts) != 1 || view.Parts[0].Text != "with better levels" || view.Attempt != 2 {
			t.Errorf("the second attempt as read: got %+v, %v", view, err)
		}
		second := ReviewScores{Levels: map[string]int{"part-2-1-a": 3, "part-2-1-b": 3}}
		wantKind(t, "scoring what is not asked", w.ScoreReview(t.Context(), by[0], list[0].ID, passes()), competency.ErrInvalid)
		w.score(id, second, second)
		w.wantState(id, competency.ApplicationAwarded)
		if a := w.awards(ruth.Person); len(a) != 1 || len(a[0].Achieved.Results) != 4 {
			t.Errorf("awards: got %+v", a)
		}

		other, tomas := w.submitted("tomas")
		for range 2 {
			w.score(other, passes("part-1-1"), passes("part-1-1"))
			if w.state(other).Attempt == 1 {
				w.ok(w.RetryApplication(t.Context(), tomas, other))
				w.ok(w.SubmitApplication(t.Context(), tomas, other))
				list, by := w.readings(other)
				only := ReviewScores{Levels: map[string]int{"part-1-1": 1}, Reasons: map[string]string{"part-1-1": "still"}}
				for i := range list {
					w.ok(w.ScoreReview(t.Context(), by[i], list[i].ID, only))
				}
				break
			}
		}
		w.wantState(other, competency.ApplicationCoachNeeded)
		wantKind(t, "after the last attempt", w.RetryApplication(t.Context(), tomas, other), competency.ErrConflict)
	})
}

func TestThirdRead(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		id, ruth := w.submitted("ruth")
		w.score(id, passes("part-2-1-a"), passes())
		w.wantState(id, competency.ApplicationThirdRead)
		if a := w.awards(ruth.Person); len(a) != 0 {
			t.Errorf("awarded without a third read: %+v", a)
		}
		lines, err := w.WaitingApplications(t.Context(), w.who["coordinator"])
		if err != nil || len(lines) != 1 || !slices.Equal(lines[0].Differ, []string{"Aligned"}) {
			t.Fatalf("the coordinator sees %+v, %v", lines, err)
		}
		free := freeChoices(lines[0])
		if len(free) != 1 {
			t.Fatalf("free for a third read: got %v, want one", free)
		}
		w.ok(w.AssignReview(t.Context(), w.who["coordinator"], id, free[0], ""))
		w.wantState(id, competency.ApplicationThirdRead)
		w.score(id, passes())
		w.wantState(id, competency.ApplicationAwarded)
	})
}

func TestConflictsAndWaiting(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		coordinator := w.who["coordinator"]
		colleague := w.hire("colleague")
		id, ruth := w.submitted("ruth")
		if list, _ := w.readings(id); slices.ContainsFunc(list, func(v competency.Review) bool { return v.Assessor == colleague }) {
			t.Error("a colleague was chosen")
		}
		wantPointers(t, "a colleague by hand", w.AssignReview(t.Context(), coordinator, id, colleague, w.first(id)), "/assessor")
		wantPointers(t, "a stranger by hand", w.AssignReview(t.Context(), coordinator, id, ruth.Person, w.first(id)), "/assessor")
		wantKind(t, "no free seat", w.AssignReview(t.Context(), coordinator, id, w.who["assessor-3"].Person, ""), competency.ErrConflict)
		wantKind(t, "an assessor assigns", w.AssignReview(t.Context(), w.who["assessor-1"], id, w.who["assessor-3"].Person, w.first(id)), competency.ErrNotFound)

		// A reading moves from one assessor to another, who had not had it.
		list, by := w.readings(id)
		lines, err := w.WaitingApplications(t.Context(), coordinator)
		w.ok(err)
		w.ok(w.AssignReview(t.Context(), coordinator, id, freeChoices(lines[0])[0], list[0].ID))
		wantKind(t, "the one it was taken from", w.ScoreReview(t.Context(), by[0], list[0].ID, passes()), competency.ErrNotFound)
		w.wantState(id, competency.ApplicationAssigned)

		// With only colleagues left it waits, and says why.
		w.ok(w.Store.In(t.Context(), w.provider, func(sc *store.Scope) error {
			for _, key := range []string{"assessor-1", "assessor-2", "assessor-3"} {
				if err := sc.EndStaffing(w.who[key].Person, w.provider, competency.Assessor); err != nil {
					return err
				}
			}
			return sc.AddStaffing(competency.Staffing{Person: ruth.Person, Org: w.provider, Role: competency.Assessor})
		}))
		next, _ := w.submitted("tomas")
		if a := w.state(next); a.State != competency.ApplicationSubmitted || a.Waits != competency.AllInConflict {
			t.Errorf("got %s because of %q, want it to wait for conflicts", a.State, a.Waits)
		}
		lines, err = w.WaitingApplications(t.Context(), coordinator)
		if err != nil || len(lines) != 2 || lines[1].Waits != competency.AllInConflict && lines[0].Waits != competency.AllInConflict {
			t.Errorf("the coordinator sees %+v, %v", lines, err)
		}
		_, err = w.WaitingApplications(t.Context(), w.who["ruth"])
		wantKind(t, "a teacher", err, competency.ErrNotFound)
	})
}

// first is the reading in the first seat.
func (w *studio) first(id competency.ApplicationID) competency.ReviewID {
	list, _ := w.readings(id)
	return list[0].ID
}

func TestWithdrawnWhileRead(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		id, ruth := w.submitted("ruth")
		list, by := w.readings(id)
		w.ok(w.WithdrawApplication(t.Context(), ruth, id))
		wantKind(t, "scoring", w.ScoreReview(t.Context(), by[0], list[0].ID, passes()), competency.ErrConflict)
		inbox, err := w.Inbox(t.Context(), by[0])
		if err != nil || len(inbox) != 1 || !inbox[0].Gone {
			t.Errorf("inbox: got %+v, %v", inbox, err)
		}
		lines, err := workbenchLines(w, by[0])
		if err != nil || slices.ContainsFunc(lines, func(l Waiting) bool { return l.Kind == "reviews" && l.Count > 0 }) {
			t.Errorf("a withdrawn reading waits: %+v, %v", lines, err)
		}
	})
}

func workbenchLines(w *studio, who competency.Actor) (lines []Waiting, err error) {
	err = w.look(w.t.Context(), who, func(d *desk) error {
		d.checked = true
		lines, err = workbenchWaits(d)
		return err
	})
	return lines, err
}

// Both assessors press the button at once: one decision, one award.
func TestScoresAtOnce(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		for _, key := range []string{"ruth", "tomas"} {
			id, who := w.submitted(key)
			list, by := w.readings(id)
			var wg sync.WaitGroup
			errs := make([]error, len(list))
			for i := range list {
				wg.Go(func() { errs[i] = w.ScoreReview(t.Context(), by[i], list[i].ID, passes()) })
			}
			wg.Wait()
			w.ok(errors.Join(errs...))
			w.wantState(id, competency.ApplicationAwarded)
			if a := w.awards(who.Person); len(a) != 1 {
				t.Errorf("got %d awards, want 1", len(a))
			}
		}
	})
}

// Nothing that an assessor gets tells who applied, where they work, what they
// called their files, or what the other assessor found.
func TestBlind(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newStudio(t, s)
		id, _ := w.submitted("ruth")
		list, by := w.readings(id)
		first := passes("part-2-1-a")
		first.Reasons["part-2-1-a"] = "MARKER of the first reader"
		w.ok(w.ScoreReview(t.Context(), by[0], list[0].ID, first))
		inbox, err := w.Inbox(t.Context(), by[1])
		w.ok(err)
		view, err := w.Review(t.Context(), by[1], list[1].ID)
		w.ok(err)
		unmarked(t, "the inbox", inbox)
		unmarked(t, "the reading", view)
		files := view.Parts[1].Files
		if len(files) != 1 || files[0].Name != "part-2-1.txt" {
			t.Fatalf("files: got %+v", files)
		}
		f, err := w.ReviewFile(t.Context(), by[1], list[1].ID, files[0].ID)
		w.ok(err)
		w.ok(f.Close())
		if f.Name != "part-2-1.txt" {
			t.Errorf("the file's name: got %q", f.Name)
		}
		_, err = w.ReviewFile(t.Context(), by[0], list[1].ID, files[0].ID)
		wantKind(t, "a file by another's reading", err, competency.ErrNotFound)
		_, err = w.Review(t.Context(), w.who["ruth"], list[1].ID)
		wantKind(t, "from another tenant", err, competency.ErrNotFound)
		_, err = w.Inbox(t.Context(), w.who["coordinator"])
		wantKind(t, "a coordinator's inbox", err, competency.ErrNotFound)
		if list[0].Seat == list[1].Seat || view.Scores != nil {
			t.Errorf("got seats %s and %s, scores %v", list[0].Seat, list[1].Seat, view.Scores)
		}
	})
}
