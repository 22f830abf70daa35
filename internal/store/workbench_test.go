package store_test

import (
	"slices"
	"testing"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// workbench is a provider's micro-credential with one application.
type workbench struct {
	tenant, school competency.OrgID
	micro          competency.MicroCredential
	teacher, other competency.Person
	application    competency.Application
}

func newWorkbench(t *testing.T, s *store.Store, slug string) (w workbench) {
	t.Helper()
	w.tenant, w.school = tenant(t, s, slug)
	in(t, s, w.tenant, func(sc *store.Scope) (err error) {
		account, err := sc.AddAccount(slug+"-teacher", "hash")
		if err != nil {
			return err
		}
		if w.teacher, err = sc.AddPerson(competency.Person{Legal: "Ruth", Account: account.ID}); err != nil {
			return err
		}
		if w.other, err = sc.AddPerson(competency.Person{Legal: "Tomas"}); err != nil {
			return err
		}
		w.micro, err = sc.AddMicroCredential(competency.MicroCredential{
			Org: w.tenant, Slug: slug, Version: 1, State: competency.MicroPublished, Published: sc.Now(),
			Anatomy: competency.Anatomy{Title: "Tasks", Levels: []competency.Level{{Label: "Not yet"}, {Label: "Passed"}}, Pass: 2},
		})
		if err != nil {
			return err
		}
		w.application, err = sc.AddApplication(competency.Application{
			Micro: w.micro.ID, Applicant: w.teacher.ID, Code: "A-7K2Q", Attempt: 1, State: competency.ApplicationDraft,
		}, slug)
		return err
	})
	return w
}

func TestWorkbench(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorkbench(t, s, "home")
		other := newWorkbench(t, s, "away")
		t.Run("one open application", func(t *testing.T) {
			again := competency.Application{Micro: w.micro.ID, Applicant: w.teacher.ID, Code: "A-OTHER", Attempt: 1, State: competency.ApplicationDraft}
			wantKind(t, s.In(t.Context(), w.tenant, func(sc *store.Scope) error {
				_, err := sc.AddApplication(again, "home")
				return err
			}), competency.ErrConflict)
		})
		t.Run("tenants are apart", func(t *testing.T) {
			read(t, s, other.tenant, func(sc *store.Scope) error {
				_, err := sc.Application(w.application.ID)
				wantKind(t, err, competency.ErrNotFound)
				_, err = sc.MicroCredential(w.micro.ID)
				wantKind(t, err, competency.ErrNotFound)
				return nil
			})
		})
		t.Run("the catalogue spans tenants", func(t *testing.T) { catalogue(t, s, w) })
		t.Run("schools span tenants", func(t *testing.T) { schoolsOf(t, s, w, other) })
		t.Run("answers", func(t *testing.T) { answers(t, s, w) })
		t.Run("reviews", func(t *testing.T) { reviews(t, s, w) })
	})
}

func catalogue(t *testing.T, s *store.Store, w workbench) {
	in(t, s, w.tenant, func(sc *store.Scope) error {
		last, err := sc.LastVersion("home")
		if last != 1 || err != nil {
			t.Errorf("last version: got %d, %v", last, err)
		}
		_, err = sc.AddMicroCredential(competency.MicroCredential{Org: w.tenant, Slug: "home", Version: 2, State: competency.MicroDraft})
		return err
	})
	wantKind(t, s.In(t.Context(), w.tenant, func(sc *store.Scope) error {
		_, err := sc.AddMicroCredential(competency.MicroCredential{Org: w.tenant, Slug: "away", Version: 1, State: competency.MicroPublished})
		return err
	}), competency.ErrConflict)
	err := s.ReadAll(t.Context(), func(tx *store.Tx) error {
		list, err := tx.Catalogue()
		if err != nil {
			return err
		}
		if len(list) != 2 || list[1].Slug != "home" || list[1].Version != 1 || list[1].Title != "Tasks" {
			t.Errorf("the newest published versions: got %+v", list)
		}
		m, err := tx.PublishedMicroCredential("home", 0)
		if err != nil || m.ID != w.micro.ID {
			t.Errorf("by slug: got %s, %v, want %s", m.ID, err, w.micro.ID)
		}
		_, err = tx.PublishedMicroCredential("home", 2)
		wantKind(t, err, competency.ErrNotFound)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func schoolsOf(t *testing.T, s *store.Store, w, other workbench) {
	in(t, s, w.tenant, func(sc *store.Scope) error {
		return sc.AddStaffing(competency.Staffing{Person: w.teacher.ID, Org: w.school, Role: competency.Teacher})
	})
	in(t, s, other.tenant, func(sc *store.Scope) error {
		guest, err := sc.AddPerson(competency.Person{Legal: "Ruth", Account: w.teacher.Account})
		if err != nil {
			return err
		}
		for _, org := range []competency.OrgID{other.school, other.tenant} {
			if err := sc.AddStaffing(competency.Staffing{Person: guest.ID, Org: org, Role: competency.Assessor}); err != nil {
				return err
			}
		}
		list, err := sc.Assessors()
		if len(list) != 1 || list[0].Person != guest.ID || list[0].Account != w.teacher.Account {
			t.Errorf("assessors: got %+v", list)
		}
		return err
	})
	err := s.ReadAll(t.Context(), func(tx *store.Tx) error {
		got, err := tx.SchoolsOf([]competency.AccountID{w.teacher.Account})
		want := []competency.OrgID{w.school, other.school}
		slices.Sort(want)
		if !slices.Equal(got[w.teacher.Account], want) {
			t.Errorf("got %v, want %v", got, want)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func answers(t *testing.T, s *store.Store, w workbench) {
	put := func(attempt, revision int, text string) error {
		return s.In(t.Context(), w.tenant, func(sc *store.Scope) error {
			return sc.PutAnswer(competency.Answer{
				Application: w.application.ID, Attempt: attempt, Part: "part-1-1", Text: text, Revision: revision, Window: "w",
			})
		})
	}
	want := func(text string, revision int) {
		t.Helper()
		read(t, s, w.tenant, func(sc *store.Scope) error {
			all, err := sc.Answers(w.application.ID)
			if a := all["part-1-1"]; a.Text != text || a.Revision != revision {
				t.Errorf("got %q at revision %d, want %q at %d", a.Text, a.Revision, text, revision)
			}
			return err
		})
	}
	for i, text := range []string{"one", "two"} {
		if err := put(1, i+1, text); err != nil {
			t.Fatal(err)
		}
	}
	want("two", 2)
	a := w.application
	a.State, a.Attempt = competency.ApplicationDraft, 2
	in(t, s, w.tenant, func(sc *store.Scope) error { return sc.SetApplication(a) })
	if err := put(1, 3, "later"); err == nil {
		t.Error("an answer that was handed in was changed")
	}
	if err := put(2, 3, "three"); err != nil {
		t.Error(err)
	}
	want("three", 3)
}

func reviews(t *testing.T, s *store.Store, w workbench) {
	give := func(p competency.PersonID, seat competency.Seat) error {
		return s.In(t.Context(), w.tenant, func(sc *store.Scope) error {
			return sc.AddReviews(competency.Review{
				Application: w.application.ID, Attempt: 1, Assessor: p, Seat: seat,
				State: competency.ReviewAssigned, Assigned: sc.Now(), Due: "2026-03-20",
			})
		})
	}
	if err := give(w.teacher.ID, competency.FirstSeat); err != nil {
		t.Fatal(err)
	}
	wantKind(t, give(w.other.ID, competency.FirstSeat), competency.ErrConflict)
	wantKind(t, give(w.teacher.ID, competency.SecondSeat), competency.ErrConflict)
	var review competency.Review
	read(t, s, w.tenant, func(sc *store.Scope) error {
		list, err := sc.Reviews(w.application.ID)
		review = list[0]
		return err
	})
	review.State, review.Scores = competency.ReviewScored, map[string]competency.ReviewMark{"part-1-1": {Level: 1, Reason: "why"}}
	in(t, s, w.tenant, func(sc *store.Scope) error { return sc.LockReview(review) })
	read(t, s, w.tenant, func(sc *store.Scope) error {
		got, err := sc.Review(review.ID)
		if got.Scores["part-1-1"].Reason != "why" || got.State != competency.ReviewScored {
			t.Errorf("got %+v", got)
		}
		return err
	})
	if err := s.In(t.Context(), w.tenant, func(sc *store.Scope) error { return sc.LockReview(review) }); err == nil {
		t.Error("a scored review was changed")
	}
	if err := s.In(t.Context(), w.tenant, func(sc *store.Scope) error { return sc.ReleaseReview(review.ID) }); err == nil {
		t.Error("a scored review was released")
	}
}
