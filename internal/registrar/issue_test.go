package registrar

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
	"laurel/verifier"
)

// each runs a test in a world on both databases.
func eachIssuing(t *testing.T, run func(t *testing.T, w *issuingWorld)) {
	t.Helper()
	stores.Each(t, func(t *testing.T, s *store.Store) { run(t, newIssuingWorld(t, s)) })
}

func (w *issuingWorld) verdict(t testing.TB, token []byte) verifier.Report {
	t.Helper()
	report, err := w.Verifier().Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestIssueAward(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		a := w.award(t, "audit-1")
		c, err := w.IssueAward(t.Context(), w.clerk, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if c.State != competency.Issued || !strings.HasPrefix(c.Document, "urn:uuid:") || len(c.Page) != 26 {
			t.Errorf("got %+v", c)
		}
		report := w.verdict(t, w.token(t, c.ID))
		if report.Verdict != verifier.Valid {
			t.Fatalf("got %s, %+v", report.Verdict, report.Checks)
		}
		if got := report.Credential.Subject.Name; got != "Amara Okafor" {
			t.Errorf("got holder %q", got)
		}
		if got := report.Credential.Results[0]; got.Achieved != "Exemplary" || got.Required != "Proficient" {
			t.Errorf("got result %+v", got)
		}
		w.checkForms(t, c.ID)
		again, err := w.IssueAward(t.Context(), System(w.district.ID), a.ID)
		if err != nil || again.ID != c.ID {
			t.Errorf("issued again: got %s, %v; want %s", again.ID, err, c.ID)
		}
		if n := w.count(t); n != 1 {
			t.Errorf("got %d credentials, want 1", n)
		}
		if report, err := w.Store.VerifyJournal(t.Context()); err != nil || len(report.Broken) > 0 {
			t.Errorf("journal: %+v, %v", report, err)
		}
	})
}

func (w *issuingWorld) count(t testing.TB) (n int64) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) (err error) {
		_, n, err = sc.Credentials(store.CredentialFilter{}, store.Page{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestIssueAwardRefused(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		a := w.award(t, "audit-1")
		stale := w.clerk
		stale.Authenticated = w.now().Add(-time.Hour)
		stranger := w.clerk
		stranger.Tenant = "elsewhere"
		for name, c := range map[string]struct {
			who  competency.Actor
			id   competency.AwardID
			want error
		}{
			"nobody":               {competency.Actor{}, a.ID, competency.ErrUnauthenticated},
			"the learner":          {w.pupil, a.ID, competency.ErrNotFound},
			"password too old":     {stale, a.ID, competency.ErrUnauthenticated},
			"another tenant":       {stranger, a.ID, competency.ErrNotFound},
			"an award that is not": {w.clerk, "nothing", competency.ErrNotFound},
		} {
			if _, err := w.IssueAward(t.Context(), c.who, c.id); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", name, err, c.want)
			}
		}
		if n := w.count(t); n != 0 {
			t.Errorf("got %d credentials, want none", n)
		}
	})
}

func TestIssueAwardConcurrently(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		a := w.award(t, "audit-1")
		var wg sync.WaitGroup
		got := make([]competency.CredentialID, 20)
		errs := make([]error, 20)
		for i := range got {
			wg.Go(func() {
				c, err := w.IssueAward(t.Context(), w.clerk, a.ID)
				got[i], errs[i] = c.ID, err
			})
		}
		wg.Wait()
		for i := range got {
			if errs[i] != nil || got[i] != got[0] {
				t.Errorf("caller %d: got %s, %v; want %s", i, got[i], errs[i], got[0])
			}
		}
		if n := w.count(t); n != 1 {
			t.Errorf("got %d credentials, want 1", n)
		}
		b := w.award(t, "audit-2")
		second, err := w.IssueAward(t.Context(), w.clerk, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		if places := w.places(t, got[0], second.ID); places[0] == places[1] {
			t.Errorf("two credentials have the place %v", places[0])
		}
	})
}

// places are list and index of credentials, read from what was signed.
func (w *issuingWorld) places(t testing.TB, ids ...competency.CredentialID) []string {
	t.Helper()
	places := make([]string, len(ids))
	for i, id := range ids {
		body := strings.Split(string(w.token(t, id)), ".")[1]
		payload, err := base64.RawURLEncoding.DecodeString(body)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(payload), `"credentialStatus":`)
		places[i], _, _ = strings.Cut(rest, "}")
	}
	return places
}

// TestIssueAwardFaults lets each write of issuing fail in both ways. After the
// retry there is one credential, with the document that was reserved first.
func TestIssueAwardFaults(t *testing.T) {
	t.Parallel()
	// Writes: 1 reserve, 2 the list's first signature, 3 store.
	for write := 1; write <= 3; write++ {
		for _, kept := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d kept %v", write, kept), func(t *testing.T) {
				t.Parallel()
				eachIssuing(t, func(t *testing.T, w *issuingWorld) { checkFault(t, w, write, kept) })
			})
		}
	}
}

func checkFault(t *testing.T, w *issuingWorld, write int, kept bool) {
	t.Helper()
	a := w.award(t, "audit-1")
	f := &faults{at: write, kept: kept, next: w.write}
	w.write = f.write
	if _, err := w.IssueAward(t.Context(), w.clerk, a.ID); !errors.Is(err, errInjected) {
		t.Fatalf("got %v, want the injected fault", err)
	}
	reserved := w.newest(t, a.ID)
	w.later(time.Hour) // a document taken up late bears the dates of its reservation
	c, err := w.IssueAward(t.Context(), System(w.district.ID), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	done := w.newest(t, a.ID)
	if _, embedded := w.forms(t, c.ID); !bytes.Contains(embedded, []byte(`"created":"`+done.Reserved.Format("2006-01-02T15:04:05Z")+`"`)) {
		t.Errorf("the proof was not made at the time of the reservation %s: %s", done.Reserved, embedded)
	}
	w.checkForms(t, c.ID)
	w.checkResigned(t, c.ID, a.ID)
	if done.ID != c.ID || done.State != competency.Issued {
		t.Errorf("got %+v", done.Credential)
	}
	if reserved.ID != "" && (reserved.ID != done.ID || reserved.Index != done.Index || reserved.List != done.List || !bytes.Equal(reserved.Payload, done.Payload)) {
		t.Errorf("the reserved document changed: %+v, then %+v", reserved.Credential, done.Credential)
	}
	if write > 1 && reserved.ID == "" {
		t.Error("nothing was reserved before the fault")
	}
	if n := w.count(t); n != 1 {
		t.Errorf("got %d credentials, want 1", n)
	}
	if report, err := w.Store.VerifyJournal(t.Context()); err != nil || len(report.Broken) > 0 {
		t.Errorf("journal: %+v, %v", report, err)
	}
}

func (w *issuingWorld) newest(t testing.TB, id competency.AwardID) (r store.Reservation) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
		all, err := sc.NewestOf([]competency.AwardID{id})
		r = all[id]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestIssueBatch(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		var ids []competency.AwardID
		for i := range MaxBatch {
			ids = append(ids, w.award(t, fmt.Sprint("audit-", i)).ID)
		}
		if _, err := w.IssueAward(t.Context(), w.clerk, ids[3]); err != nil { // one is done already
			t.Fatal(err)
		}
		f := &faults{next: w.write}
		w.write = f.write
		list, err := w.IssueAwards(t.Context(), System(w.district.ID), ids)
		if err != nil {
			t.Fatal(err)
		}
		if f.writes != 2 {
			t.Errorf("got %d write transactions, want 2", f.writes)
		}
		seen := map[string]bool{}
		for i, c := range list {
			if c.Award != ids[i] || c.State != competency.Issued {
				t.Errorf("row %d: got %+v", i, c)
			}
			place := w.places(t, c.ID)[0]
			if seen[place] {
				t.Errorf("place given twice: %s", place)
			}
			seen[place] = true
		}
	})
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		token := w.token(t, c.ID)
		in := NewStatusChange{Public: competency.IssuedInError, Private: "The list held the wrong learner."}
		if _, err := w.OpenStatusChange(t.Context(), w.pupil, Once{}, c.ID, in); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("opened by the learner: got %v", err)
		}
		if _, err := w.OpenStatusChange(t.Context(), w.clerk, Once{}, c.ID, NewStatusChange{}); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("without reasons: got %v", err)
		}
		id, err := w.OpenStatusChange(t.Context(), w.principal, Once{Key: "k", Hash: []byte{1}}, c.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.OpenStatusChange(t.Context(), w.principal, Once{Key: "k", Hash: []byte{1}}, c.ID, in); err != nil || again != id {
			t.Errorf("sent twice: got %s, %v", again, err)
		}
		if err := w.ConfirmStatusChange(t.Context(), w.principal, id); !errors.Is(err, competency.ErrForbidden) {
			t.Errorf("confirmed by the opener: got %v", err)
		}
		if got := w.verdict(t, token).Verdict; got != verifier.Valid {
			t.Errorf("while open: got %s", got)
		}
		if page, err := w.Page(t.Context(), c.Page); err != nil || !page.Revoked.IsZero() {
			t.Errorf("while open: page %+v, %v", page.Revoked, err)
		}
		if err := w.ConfirmStatusChange(t.Context(), w.lead, id); err != nil {
			t.Fatal(err)
		}
		if err := w.RenewLists(t.Context()); err != nil { // what the job does
			t.Fatal(err)
		}
		if got := w.verdict(t, token).Verdict; got != verifier.Revoked {
			t.Errorf("after publishing: got %s", got)
		}
		if page, err := w.Page(t.Context(), c.Page); err != nil || page.Reason != competency.IssuedInError {
			t.Errorf("after confirming: page %+v, %v", page.Reason, err)
		}
		if err := w.CancelStatusChange(t.Context(), w.principal, id); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("cancelled afterwards: got %v", err)
		}
		// Another process on the same database learns of it by refreshing.
		other := newSibling(t, w)
		if got, err := other.Verifier().Verify(t.Context(), token); err != nil || got.Verdict != verifier.Revoked {
			t.Errorf("second process: got %s, %v", got.Verdict, err)
		}
	})
}

// newSibling is a second office on the same database.
func newSibling(t testing.TB, w *issuingWorld) *Registrar {
	t.Helper()
	r, err := New(w.Options)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestListsAreRenewed(t *testing.T) {
	t.Parallel()
	w := newIssuingWorld(t, stores.SQLite(t))
	c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
	if err != nil {
		t.Fatal(err)
	}
	token := w.token(t, c.ID)
	w.later(listLife + time.Hour)
	if got := w.verdict(t, token); got.Verdict != verifier.Undetermined || !got.Has(verifier.Status, verifier.CodeStatusExpired) {
		t.Errorf("with an old list: got %s", got.Verdict)
	}
	if err := w.RenewLists(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.verdict(t, token).Verdict; got != verifier.Valid {
		t.Errorf("after renewal: got %s", got)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		page, err := w.Page(t.Context(), c.Page)
		if err != nil || !bytes.Equal(page.Token, w.token(t, c.ID)) {
			t.Fatalf("got %q, %v", page.Token, err)
		}
		for _, secret := range []string{"", "x", strings.Repeat("a", 26), c.Page + "a"} {
			if _, err := w.Page(t.Context(), secret); !errors.Is(err, competency.ErrNotFound) {
				t.Errorf("page %q: got %v", secret, err)
			}
		}
		if err := w.SetPage(t.Context(), w.clerk, c.ID, false); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("withdrawn by someone else: got %v", err)
		}
		if err := w.SetPage(t.Context(), w.pupil, c.ID, false); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Page(t.Context(), c.Page); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("withdrawn page: got %v", err)
		}
		mine, err := w.MyCredentials(t.Context(), w.pupil)
		if err != nil || len(mine) != 1 || mine[0].Closed != "withdrawn" {
			t.Errorf("got %+v, %v", mine, err)
		}
		if one, _, err := w.MyCredential(t.Context(), w.pupil, c.ID); err != nil || !bytes.Equal(one.Token, w.token(t, c.ID)) || one.Embedded == nil {
			t.Errorf("the holder's own copy: got %q, %q, %v", one.Token, one.Embedded, err)
		}
		if err := w.SetPage(t.Context(), w.pupil, c.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Page(t.Context(), c.Page); err != nil {
			t.Errorf("restored page: got %v", err)
		}
	})
}

func TestPageWithDatabaseAway(t *testing.T) {
	t.Parallel()
	options := stores.Options(t, "sqlite:"+filepath.Join(t.TempDir(), "laurel.db"))
	s, err := store.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := newIssuingWorld(t, s)
	seen, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
	if err != nil {
		t.Fatal(err)
	}
	unseen, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-2").ID)
	if err != nil {
		t.Fatal(err)
	}
	page, err := w.Page(t.Context(), seen.Page)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.Close(); err != nil {
		t.Fatal(err)
	}
	w.later(time.Minute)
	if again, err := w.Page(t.Context(), seen.Page); err != nil || !bytes.Equal(again.Token, page.Token) {
		t.Errorf("seen before: got %v", err)
	}
	if _, err := w.Page(t.Context(), unseen.Page); !errors.Is(err, competency.ErrUnavailable) {
		t.Errorf("not seen before: got %v, want ErrUnavailable", err)
	}
	if got := w.verdict(t, page.Token).Verdict; got != verifier.Valid {
		t.Errorf("verdict: got %s", got)
	}
}

func TestIssuedList(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		for name, who := range map[string]competency.Actor{"clerk": w.clerk, "lead": w.lead} {
			rows, total, err := w.Issued(t.Context(), who, "", 0)
			if err != nil || total != 1 || rows[0].ID != c.ID || rows[0].Holder.Used != "Amara Okafor" {
				t.Errorf("%s: got %d rows, %v", name, total, err)
			}
		}
		if _, _, err := w.Issued(t.Context(), w.pupil, "", 0); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("the learner: got %v", err)
		}
		if one, err := w.IssuedOne(t.Context(), w.clerk, c.ID); err != nil || !slices.Contains(one.MayAsk, competency.Withdraw) {
			t.Errorf("got %+v, %v", one.Credential, err)
		}
	})
}
