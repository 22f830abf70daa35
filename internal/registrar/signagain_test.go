package registrar

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"laurel/competency"
	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/internal/store"
	"laurel/verifier"
)

// steal has two people report the school's active key, and answers the job that follows.
func (w *issuingWorld) steal(t testing.TB, alg proof.Alg) (SignAgain, competency.SigningKey) {
	t.Helper()
	stolen := w.activeKey(t, alg)
	id := w.agreed(t, NewKeyAction{
		Kind: competency.CompromiseKey, Key: stolen.Thumbprint, Reason: "A copy of the server's disk was lost.",
	})
	return SignAgain{Tenant: string(w.district.ID), Action: string(id)}, stolen
}

func TestSignAgain(t *testing.T) {
	t.Parallel()
	for _, alg := range signingAlgs {
		t.Run(string(alg), func(t *testing.T) {
			t.Parallel()
			eachIssuing(t, func(t *testing.T, w *issuingWorld) { checkSignAgain(t, w, alg) })
		})
	}
}

func checkSignAgain(t *testing.T, w *issuingWorld, alg proof.Alg) {
	t.Helper()
	var ids []competency.CredentialID
	before := map[competency.CredentialID][]byte{}
	places := map[competency.CredentialID]string{}
	for i := range 3 {
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, fmt.Sprint("audit-", i)).ID)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
		before[c.ID], places[c.ID] = w.token(t, c.ID), w.places(t, c.ID)[0]
		if alg == proof.EdDSA {
			_, before[c.ID] = w.forms(t, c.ID)
		}
	}
	revoked, err := w.OpenStatusChange(t.Context(), w.clerk, Once{}, ids[2], NewStatusChange{Public: competency.IssuedInError, Private: "The wrong learner."})
	if err == nil {
		err = w.ConfirmStatusChange(t.Context(), w.principal, revoked)
	}
	if err != nil {
		t.Fatal(err)
	}
	page, err := w.Page(t.Context(), w.newest(t, w.awardOf(t, ids[0])).Page) // into memory
	if err != nil {
		t.Fatal(err)
	}
	w.later(time.Hour)
	other := newSibling(t, w)
	job, stolen := w.steal(t, alg)
	if err := other.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, v := range []*verifier.Verifier{w.Verifier(), other.Verifier(), w.reader(t)} {
		if verdict, code := w.keyCode(t, v, before[ids[0]]); verdict != verifier.Invalid || code != verifier.CodeKeyCompromised {
			t.Errorf("after the report: got %s, %s", verdict, code)
		}
	}
	if public := w.Public(); bytes.Contains(public.AllKeys.Body, []byte(stolen.Thumbprint)) || public.Keys[stolen.Thumbprint].Body != nil {
		t.Error("the stolen key stands among those whose signatures are good")
	}
	if err := w.SignAgain(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids[:2] {
		w.checkForms(t, id)
	}
	if got := w.verdict(t, w.token(t, ids[2])).Verdict; got != verifier.Revoked {
		t.Errorf("the withdrawn one is %s", got)
	}
	for _, id := range ids {
		checkSuccessor(t, w, before[id], places[id], id)
	}
	again, err := w.Page(t.Context(), page.Page)
	if err != nil || w.verdict(t, again.Token).Verdict != verifier.Valid {
		t.Errorf("the page shows the old document still (%v)", err)
	}
	tokens := map[competency.CredentialID][]byte{}
	for _, id := range ids {
		tokens[id] = w.token(t, id)
	}
	if err := w.SignAgain(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if !bytes.Equal(tokens[id], w.token(t, id)) {
			t.Error("done twice, a document was signed twice")
		}
	}
	if report, err := w.Store.VerifyJournal(t.Context()); err != nil || len(report.Broken) > 0 {
		t.Errorf("journal: %+v, %v", report, err)
	}
}

// awardOf is the award of a credential.
func (w *issuingWorld) awardOf(t testing.TB, id competency.CredentialID) (award competency.AwardID) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
		c, err := sc.Credential(id)
		award = c.Award
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return award
}

// checkSuccessor demands that the document of a credential is the one before, but for its date.
func checkSuccessor(t *testing.T, w *issuingWorld, before []byte, place string, id competency.CredentialID) {
	t.Helper()
	after, embedded := w.forms(t, id)
	if bytes.Equal(before, after) || bytes.Equal(before, embedded) {
		t.Error("the document is the one before")
	}
	if got := w.places(t, id)[0]; got != place {
		t.Errorf("got the place %s, want %s", got, place)
	}
	if bytes.HasPrefix(before, []byte("{")) {
		old, err := credentials.Parse(before)
		if err != nil {
			t.Fatal(err)
		}
		now, err := credentials.Parse(embedded)
		if err != nil {
			t.Fatal(err)
		}
		if old.Get("validFrom").Text() >= now.Get("validFrom").Text() {
			t.Errorf("dated %s, and before %s", now.Get("validFrom").Text(), old.Get("validFrom").Text())
		}
		if !old.Without("validFrom", "proof").Equal(now.Without("validFrom", "proof")) {
			t.Error("more than the date changed")
		}
	}
}

// TestSignAgainFaults lets each write of the drill fail in both ways; after the
// retry everything is as if nothing had been.
func TestSignAgainFaults(t *testing.T) {
	t.Parallel()
	for write := 1; write <= 2; write++ { // 1 the list, 2 the documents
		for _, kept := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d kept %v", write, kept), func(t *testing.T) {
				t.Parallel()
				eachIssuing(t, func(t *testing.T, w *issuingWorld) {
					c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
					if err != nil {
						t.Fatal(err)
					}
					w.later(time.Hour)
					job, stolen := w.steal(t, proof.ES256)
					f := &faults{at: write, kept: kept, next: w.write}
					w.write = f.write
					if err := w.SignAgain(t.Context(), job); !errors.Is(err, errInjected) {
						t.Fatalf("got %v, want the injected fault", err)
					}
					if err := w.SignAgain(t.Context(), job); err != nil {
						t.Fatal(err)
					}
					w.checkForms(t, c.ID)
					w.wantEditions(t, job.Action, 1)
					if left := w.under(t, stolen); left != 0 {
						t.Errorf("%d documents rest on the stolen key still", left)
					}
				})
			})
		}
	}
}

func (w *issuingWorld) wantEditions(t testing.TB, action string, want int64) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
		id := competency.KeyActionID(action)
		counts, err := sc.EditionsFor([]competency.KeyActionID{id})
		if counts[id] != want {
			t.Errorf("got %d documents signed again, want %d", counts[id], want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// under counts the documents that rest on a key.
func (w *issuingWorld) under(t testing.TB, k competency.SigningKey) (n int64) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
		uses, err := sc.KeyUses()
		n = uses[k.Thumbprint].InForce
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSignAgainRecords signs diplomas anew together with the records that hold
// them: also a record that another key signed.
func TestSignAgainRecords(t *testing.T) {
	t.Parallel()
	eachClass(t, 2, func(t *testing.T, w *classWorld) {
		w.graduate(t, w.open(t), w.learners...)
		_, first := w.recordOf(t, w.learners[0])
		w.rotate(t, proof.EdDSA)
		_, second := w.recordOf(t, w.learners[1]) // by the new key, around a diploma of the old one
		stolen := w.keysOf(t, proof.EdDSA)[0]
		w.later(time.Hour)
		id := w.agreed(t, NewKeyAction{
			Kind: competency.CompromiseKey, Key: stolen.Thumbprint, Reason: "An old backup was found in the street.",
		})
		if got := w.verdict(t, second.Embedded).Verdict; got == verifier.Valid {
			t.Error("a record around a diploma of the stolen key is valid")
		}
		if err := w.SignAgain(t.Context(), SignAgain{Tenant: string(w.district.ID), Action: string(id)}); err != nil {
			t.Fatal(err)
		}
		for name, was := range map[string]Held{"first": first, "second": second} {
			now, err := w.IssuedOne(t.Context(), w.clerk, was.ID)
			if err != nil {
				t.Fatal(err)
			}
			for form, document := range map[string][]byte{"token": now.Token, "embedded": now.Embedded} {
				if report := w.verdict(t, document); report.Verdict != verifier.Valid || len(report.Nested) == 0 {
					t.Errorf("%s record, %s: got %s with %d inside: %+v", name, form, report.Verdict, len(report.Nested), report.Checks)
				}
			}
			if bytes.Equal(now.Embedded, was.Embedded) {
				t.Errorf("the %s record is as it was", name)
			}
		}
		if left := w.under(t, stolen); left != 0 {
			t.Errorf("%d documents rest on the stolen key still", left)
		}
		w.wantEditions(t, string(id), 4)
	})
}

// TestSignAgainGoesOn cuts the drill off after its first chunk: the next run
// goes on with what is left.
func TestSignAgainGoesOn(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		total := signAgainChunk + 7
		for first := 0; first < total; first += MaxBatch {
			var awards []competency.AwardID
			for i := first; i < min(first+MaxBatch, total); i++ {
				awards = append(awards, w.award(t, fmt.Sprint("audit-", i)).ID)
			}
			if _, err := w.IssueAwards(t.Context(), System(w.district.ID), awards); err != nil {
				t.Fatal(err)
			}
		}
		job, stolen := w.steal(t, proof.EdDSA)
		ctx, cut := context.WithCancel(t.Context())
		inner, writes := w.write, 0
		w.write = func(c context.Context, tenant competency.OrgID, do func(*store.Scope) error) error {
			err := inner(c, tenant, do)
			if writes++; writes == 2 { // the list, then the first chunk
				cut()
			}
			return err
		}
		if err := w.SignAgain(ctx, job); err == nil {
			t.Fatal("the job was not cut off")
		}
		w.write = inner
		if left := w.under(t, stolen); left != int64(total-signAgainChunk) {
			t.Fatalf("%d documents are left, want %d", left, total-signAgainChunk)
		}
		if err := w.SignAgain(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		if left := w.under(t, stolen); left != 0 {
			t.Errorf("%d documents rest on the stolen key still", left)
		}
		w.wantEditions(t, job.Action, int64(total))
	})
}

// TestSignAgainFinishes leaves a document whose time is over as it is, and is done all the same.
func TestSignAgainFinishes(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		achieved := sampleDiploma()
		achieved.ValidYears = 1
		for _, a := range []competency.Award{w.award(t, "audit-1"), w.awardFor(t, "audit-2", achieved)} {
			if _, err := w.IssueAward(t.Context(), w.clerk, a.ID); err != nil {
				t.Fatal(err)
			}
		}
		w.later(2 * 365 * 24 * time.Hour)
		job, stolen := w.steal(t, proof.ES256)
		admin := w.admin
		admin.Authenticated = w.now()
		progress := func(when string, again, left int64) {
			t.Helper()
			k, _, err := w.KeyOf(t.Context(), admin, stolen.Thumbprint)
			if err != nil || k.Again != again || k.Left() != left || k.Ended != 1 {
				t.Errorf("%s: %d are signed again, %d left and %d ended (%v), want %d, %d and 1", when, k.Again, k.Left(), k.Ended, err, again, left)
			}
		}
		progress("before", 0, 1)
		if err := w.SignAgain(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		progress("after", 1, 0)
	})
}
