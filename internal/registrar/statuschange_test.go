package registrar

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
	"laurel/verifier"
)

// agree asks for a change as one person and confirms it as another.
func (w *issuingWorld) agree(t testing.TB, id competency.CredentialID, in NewStatusChange) {
	t.Helper()
	in.Private = "What happened, for the office."
	change, err := w.OpenStatusChange(t.Context(), w.clerk, Once{}, id, in)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.ConfirmStatusChange(t.Context(), w.principal, change); err != nil {
		t.Fatal(err)
	}
}

// publishChanges does what the job does.
func (w *issuingWorld) publishChanges(t testing.TB) {
	t.Helper()
	if err := w.RenewLists(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// judged is the verdict of the office's own verifier, which has to be that of
// the bundle, of a sibling, and of both forms of the document.
func (w *issuingWorld) judged(t testing.TB, id competency.CredentialID) verifier.Verdict {
	t.Helper()
	token, embedded := w.forms(t, id)
	got := w.verdict(t, token).Verdict
	file, err := w.Public().Bundle()
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := verifier.ParseBundle(file.Body)
	if err != nil {
		t.Fatal(err)
	}
	offline := verifier.New(verifier.Options{Now: w.now, Keys: bundle, Status: bundle, Registry: bundle})
	for name, v := range map[string]*verifier.Verifier{
		"the office": w.Verifier(), "the bundle": offline, "another process": newSibling(t, w).Verifier(),
	} {
		for form, document := range map[string][]byte{"token": token, "document": embedded} {
			report, err := v.Verify(t.Context(), document)
			if err != nil || report.Verdict != got {
				t.Errorf("%s says of the %s %s, %v; want %s", name, form, report.Verdict, err, got)
			}
		}
	}
	return got
}

// A hold is seen by everyone who reads our lists, and is gone when it is lifted.
func TestSuspendAndLift(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		other, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-2").ID)
		if err != nil {
			t.Fatal(err)
		}
		for round := range 2 {
			w.agree(t, c.ID, NewStatusChange{Change: competency.Suspend})
			w.publishChanges(t)
			if got := w.judged(t, c.ID); got != verifier.Suspended {
				t.Errorf("round %d: on hold: got %s", round, got)
			}
			if got := w.judged(t, other.ID); got != verifier.Valid {
				t.Errorf("round %d: another credential: got %s", round, got)
			}
			w.agree(t, c.ID, NewStatusChange{Change: competency.Lift})
			w.publishChanges(t)
			if got := w.judged(t, c.ID); got != verifier.Valid {
				t.Errorf("round %d: lifted: got %s", round, got)
			}
		}
		w.agree(t, c.ID, NewStatusChange{Change: competency.Suspend})
		w.agree(t, c.ID, NewStatusChange{Change: competency.Withdraw, Public: competency.NotMet})
		w.publishChanges(t)
		if got := w.judged(t, c.ID); got != verifier.Revoked {
			t.Errorf("withdrawn from a hold: got %s", got)
		}
		if page, err := w.Page(t.Context(), c.Page); err != nil || page.Reason != competency.NotMet {
			t.Errorf("got %+v, %v", page.Reason, err)
		}
		if _, err := w.OpenStatusChange(t.Context(), w.clerk, Once{}, c.ID, NewStatusChange{Change: competency.Lift, Private: "It was a mistake."}); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("a withdrawal lifted: got %v", err)
		}
	})
}

// A hold needs two people and the rights that a withdrawal needs.
func TestStatusChangeRefused(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		in := NewStatusChange{Change: competency.Suspend, Private: "Something is looked into."}
		stale := w.clerk
		stale.Authenticated = w.now().Add(-time.Hour)
		for name, who := range map[string]competency.Actor{"the learner": w.pupil, "nobody": {}, "a stale session": stale} {
			if _, err := w.OpenStatusChange(t.Context(), who, Once{}, c.ID, in); err == nil {
				t.Errorf("%s put a credential on hold", name)
			}
		}
		id, err := w.OpenStatusChange(t.Context(), w.principal, Once{}, c.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.OpenStatusChange(t.Context(), w.clerk, Once{}, c.ID, in); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("a second change beside an open one: got %v", err)
		}
		if err := w.ConfirmStatusChange(t.Context(), w.principal, id); !errors.Is(err, competency.ErrForbidden) {
			t.Errorf("confirmed by who asked: got %v", err)
		}
		w.publishChanges(t)
		if got := w.judged(t, c.ID); got != verifier.Valid {
			t.Errorf("before a second person agreed: got %s", got)
		}
	})
}

// After a change of name the newer copy has its own id and place; the old one is
// replaced and leads to the new one where its holder lets others read that.
func TestReplace(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		a := w.award(t, "audit-1")
		old, err := w.IssueAward(t.Context(), w.clerk, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.ChangeNames(t.Context(), w.pupil, w.learner.ID, Names{Legal: "Amara Lind"}); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("by the learner: got %v", err)
		}
		if err := w.ChangeNames(t.Context(), w.clerk, w.learner.ID, Names{}); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("no name at all: got %v", err)
		}
		if err := w.ChangeNames(t.Context(), w.clerk, w.learner.ID, Names{Legal: " Amara Lind "}); err != nil {
			t.Fatal(err)
		}
		w.agree(t, old.ID, NewStatusChange{Change: competency.Replace})
		if got := w.judged(t, old.ID); got != verifier.Valid {
			t.Errorf("before the newer copy is issued: got %s", got)
		}
		fresh, err := w.ReplaceCredential(t.Context(), System(w.district.ID), old.ID)
		if err != nil {
			t.Fatal(err)
		}
		w.publishChanges(t)
		if fresh.ID == old.ID || fresh.Document == old.Document || fresh.Generation != 2 || fresh.State != competency.Issued {
			t.Errorf("got %+v", fresh)
		}
		if places := w.places(t, old.ID, fresh.ID); places[0] == places[1] {
			t.Errorf("both have the place %s", places[0])
		}
		if got := w.judged(t, old.ID); got != verifier.Superseded {
			t.Errorf("the old copy: got %s", got)
		}
		if got := w.judged(t, fresh.ID); got != verifier.Valid {
			t.Errorf("the newer copy: got %s", got)
		}
		if _, embedded := w.forms(t, fresh.ID); !bytes.Contains(embedded, []byte("Amara Lind")) || bytes.Contains(embedded, []byte("Okafor")) {
			t.Error("the newer copy does not bear the new name alone")
		}
		page, err := w.Page(t.Context(), old.Page)
		if err != nil || page.Newer != fresh.Page {
			t.Errorf("the old page leads to %q, %v; want %q", page.Newer, err, fresh.Page)
		}
		if err := w.SetPage(t.Context(), w.pupil, fresh.ID, false); err != nil {
			t.Fatal(err)
		}
		w.later(time.Minute)
		if page, err := w.Page(t.Context(), old.Page); err != nil || page.Newer != "" {
			t.Errorf("the holder closed the new page, and the old one leads to %q, %v", page.Newer, err)
		}
		if again, err := w.ReplaceCredential(t.Context(), System(w.district.ID), old.ID); err != nil || again.ID != fresh.ID {
			t.Errorf("done twice: got %s, %v", again.ID, err)
		}
		if n := w.count(t); n != 2 {
			t.Errorf("got %d credentials, want 2", n)
		}
	})
}

// A page that its holder has closed stays closed for the newer copy.
func TestReplaceKeepsAClosedPage(t *testing.T) {
	t.Parallel()
	w := newIssuingWorld(t, stores.SQLite(t))
	old, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SetPage(t.Context(), w.pupil, old.ID, false); err != nil {
		t.Fatal(err)
	}
	w.agree(t, old.ID, NewStatusChange{Change: competency.Replace})
	fresh, err := w.ReplaceCredential(t.Context(), System(w.district.ID), old.ID)
	if err != nil || fresh.PageWithdrawn.IsZero() {
		t.Errorf("got %+v, %v", fresh, err)
	}
}

// Each write of a replacement fails in both ways; after the retry there is one
// newer copy, as reserved first, and the old one is superseded once.
func TestReplaceFaults(t *testing.T) {
	t.Parallel()
	for write := 1; write <= 2; write++ { // reserve, store
		for _, kept := range []bool{false, true} {
			eachIssuing(t, func(t *testing.T, w *issuingWorld) {
				a := w.award(t, "audit-1")
				old, err := w.IssueAward(t.Context(), w.clerk, a.ID)
				if err != nil {
					t.Fatal(err)
				}
				w.agree(t, old.ID, NewStatusChange{Change: competency.Replace})
				w.write = (&faults{at: write, kept: kept, next: w.write}).write
				if _, err := w.ReplaceCredential(t.Context(), System(w.district.ID), old.ID); !errors.Is(err, errInjected) {
					t.Fatalf("got %v, want the injected fault", err)
				}
				reserved := w.newest(t, a.ID)
				// Whoever takes it up finishes it as a replacement.
				fresh, err := w.IssueAward(t.Context(), w.clerk, a.ID)
				if write == 1 && !kept {
					fresh, err = w.ReplaceCredential(t.Context(), System(w.district.ID), old.ID)
				} else if reserved.ID != fresh.ID {
					t.Errorf("reserved %s, then issued %s", reserved.ID, fresh.ID)
				}
				if err != nil || fresh.Generation != 2 {
					t.Fatalf("got %+v, %v", fresh, err)
				}
				w.publishChanges(t)
				if got := []verifier.Verdict{w.judged(t, old.ID), w.judged(t, fresh.ID)}; !slices.Equal(got, []verifier.Verdict{verifier.Superseded, verifier.Valid}) {
					t.Errorf("got %v", got)
				}
				if n := w.count(t); n != 2 {
					t.Errorf("got %d credentials, want 2", n)
				}
			})
		}
	}
}

// A credential is withdrawn while its newer copy is made: whichever comes first
// holds, and never do both copies stand.
func TestReplaceAgainstWithdrawal(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		a := w.award(t, "audit-1")
		old, err := w.IssueAward(t.Context(), w.clerk, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		w.agree(t, old.ID, NewStatusChange{Change: competency.Replace})
		before := w.write
		w.write = (&faults{at: 2, next: w.write}).write // reserved, and then the process died
		if _, err := w.ReplaceCredential(t.Context(), System(w.district.ID), old.ID); !errors.Is(err, errInjected) {
			t.Fatal(err)
		}
		w.write = before
		id, err := w.OpenStatusChange(t.Context(), w.clerk, Once{}, old.ID, NewStatusChange{Public: competency.NotMet, Private: "It was never met."})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.ConfirmStatusChange(t.Context(), w.principal, id); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("withdrawn under a replacement: got %v", err)
		}
		// Where it came to pass all the same, the newer copy is not issued.
		err = w.Store.In(t.Context(), w.district.ID, func(sc *store.Scope) error {
			return sc.SetState(old.ID, competency.Revoked, competency.Issued)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ReplaceCredential(t.Context(), System(w.district.ID), old.ID); !errors.Is(err, ErrNotReplaced) {
			t.Errorf("got %v, want ErrNotReplaced", err)
		}
		if got := w.newest(t, a.ID); got.State != competency.Reserved {
			t.Errorf("the newer copy is %s", got.State)
		}
	})
}

// The lists are signed in both forms, and changes that follow each other closely
// are signed together.
func TestListsArePublished(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		list := w.newest(t, c.Award).List
		if n := len(w.Public().Lists); n != 2 {
			t.Fatalf("got %d lists, want one of revocations and one of states", n)
		}
		for id, files := range w.Public().Lists {
			if report := w.verdict(t, files.Document.Body); !report.Has(verifier.Proof, verifier.CodeSignatureOK) || !report.Has(verifier.Key, verifier.CodeKeyControlled) {
				t.Errorf("list %s as a document: %s, %+v", id, report.Verdict, report.Checks)
			}
			if strings.Count(string(files.Token.Body), ".") != 2 || files.Token.ETag == files.Document.ETag {
				t.Errorf("list %s has no token of its own", id)
			}
		}
		w.agree(t, c.ID, NewStatusChange{Change: competency.Suspend})
		w.later(publishPause)
		if wait, err := w.PublishChanges(t.Context(), w.district.ID, list); err != nil || wait != 0 {
			t.Fatalf("the first change: wait %s, %v", wait, err)
		}
		before := w.Public().Lists
		w.agree(t, c.ID, NewStatusChange{Change: competency.Lift})
		wait, err := w.PublishChanges(t.Context(), w.district.ID, list)
		if err != nil || wait <= 0 || wait > publishPause {
			t.Errorf("the next change at once: wait %s, %v", wait, err)
		}
		w.later(wait)
		if wait, err := w.PublishChanges(t.Context(), w.district.ID, list); err != nil || wait != 0 {
			t.Errorf("after the pause: wait %s, %v", wait, err)
		}
		if after := w.Public().Lists; after[list].Token.ETag != before[list].Token.ETag {
			t.Error("the list of revocations was signed for a change of the other")
		}
		if got := w.judged(t, c.ID); got != verifier.Valid {
			t.Errorf("got %s", got)
		}
	})
}
