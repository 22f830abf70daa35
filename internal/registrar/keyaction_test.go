package registrar

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/internal/store"
	"laurel/verifier"
)

// keysOf are the keys of the world's school with an algorithm, the oldest first.
func (w *issuingWorld) keysOf(t testing.TB, alg proof.Alg) (list []competency.SigningKey) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
		keys, err := sc.Keys(w.school.ID)
		for _, k := range keys {
			if k.Alg == string(alg) {
				list = append(list, k.SigningKey)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// activeKey is the key that signs.
func (w *issuingWorld) activeKey(t testing.TB, alg proof.Alg) competency.SigningKey {
	t.Helper()
	var active []competency.SigningKey
	for _, k := range w.keysOf(t, alg) {
		if k.State == competency.KeyActive {
			active = append(active, k)
		}
	}
	if len(active) != 1 {
		t.Fatalf("got %d active keys for %s, want 1", len(active), alg)
	}
	return active[0]
}

// agreed has two people, freshly signed in, do something to a key.
func (w *issuingWorld) agreed(t testing.TB, in NewKeyAction) competency.KeyActionID {
	t.Helper()
	admin, lead := w.admin, w.lead
	admin.Authenticated, lead.Authenticated = w.now(), w.now()
	id, err := w.OpenKeyAction(t.Context(), admin, Once{}, in)
	if err == nil {
		err = w.ConfirmKeyAction(t.Context(), lead, id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// rotate makes a new key, puts it in use, and answers it.
func (w *issuingWorld) rotate(t testing.TB, alg proof.Alg) competency.SigningKey {
	t.Helper()
	w.agreed(t, NewKeyAction{Kind: competency.CreateKey, Org: string(w.school.ID), Alg: string(alg)})
	for _, k := range w.keysOf(t, alg) {
		if k.State == competency.KeyPending {
			w.agreed(t, NewKeyAction{Kind: competency.ActivateKey, Key: k.Thumbprint})
			return w.activeKey(t, alg)
		}
	}
	t.Fatal("no key was made")
	return competency.SigningKey{}
}

func (w *issuingWorld) keyCode(t testing.TB, v *verifier.Verifier, document []byte) (verifier.Verdict, string) {
	t.Helper()
	report, err := v.Verify(t.Context(), document)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Checks {
		if c.Name == verifier.Key {
			return report.Verdict, c.Code
		}
	}
	return report.Verdict, ""
}

func TestKeyActionsNeedTwoPeople(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		create := NewKeyAction{Kind: competency.CreateKey, Org: string(w.school.ID), Alg: string(proof.ES256)}
		active := w.activeKey(t, proof.ES256).Thumbprint
		stale := w.admin
		stale.Authenticated = w.now().Add(-time.Hour)
		for name, c := range map[string]struct {
			who  competency.Actor
			in   NewKeyAction
			want error
		}{
			"nobody":              {competency.Actor{}, create, competency.ErrUnauthenticated},
			"a learner":           {w.pupil, create, competency.ErrNotFound},
			"the registrar":       {w.clerk, create, competency.ErrNotFound},
			"an old password":     {stale, create, competency.ErrUnauthenticated},
			"another school":      {w.admin, NewKeyAction{Kind: competency.CreateKey, Org: "elsewhere", Alg: string(proof.ES256)}, competency.ErrNotFound},
			"another kind of key": {w.admin, NewKeyAction{Kind: competency.CreateKey, Org: string(w.school.ID), Alg: "RS256"}, competency.ErrInvalid},
			"nothing known":       {w.admin, NewKeyAction{Kind: "burn", Key: active}, competency.ErrInvalid},
			"no such key":         {w.admin, NewKeyAction{Kind: competency.ActivateKey, Key: "no-such-key"}, competency.ErrNotFound},
			"in use already":      {w.admin, NewKeyAction{Kind: competency.ActivateKey, Key: active}, competency.ErrConflict},
			"the only key":        {w.admin, NewKeyAction{Kind: competency.RetireKey, Key: active}, competency.ErrConflict},
			"stolen, and not how": {w.admin, NewKeyAction{Kind: competency.CompromiseKey, Key: active, Reason: "  "}, competency.ErrInvalid},
			"stolen, and a novel": {w.admin, NewKeyAction{Kind: competency.CompromiseKey, Key: active, Reason: strings.Repeat("x", 2001)}, competency.ErrInvalid},
		} {
			if _, err := w.OpenKeyAction(t.Context(), c.who, Once{}, c.in); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", name, err, c.want)
			}
		}
		id, err := w.OpenKeyAction(t.Context(), w.admin, Once{Key: "k", Hash: []byte{1}}, create)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.OpenKeyAction(t.Context(), w.admin, Once{Key: "k", Hash: []byte{1}}, create); err != nil || again != id {
			t.Errorf("sent twice: got %s, %v", again, err)
		}
		if _, err := w.OpenKeyAction(t.Context(), w.lead, Once{}, create); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("asked for twice: got %v", err)
		}
		for name, c := range map[string]struct {
			who  competency.Actor
			want error
		}{"by the same person": {w.admin, competency.ErrForbidden}, "by a clerk": {w.clerk, competency.ErrNotFound}} {
			if err := w.ConfirmKeyAction(t.Context(), c.who, id); !errors.Is(err, c.want) {
				t.Errorf("confirmed %s: got %v, want %v", name, err, c.want)
			}
		}
		if n := len(w.keysOf(t, proof.ES256)); n != 1 {
			t.Errorf("before the second person there are %d keys, want 1", n)
		}
		if err := w.CancelKeyAction(t.Context(), w.admin, id); err != nil {
			t.Fatal(err)
		}
		if err := w.ConfirmKeyAction(t.Context(), w.lead, id); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("confirmed after it was given up: got %v", err)
		}
		// The operator is one person, whoever types the command.
		system := System(w.district.ID)
		if id, err = w.OpenKeyAction(t.Context(), system, Once{}, create); err != nil {
			t.Fatal(err)
		}
		if err := w.ConfirmKeyAction(t.Context(), system, id); !errors.Is(err, competency.ErrForbidden) {
			t.Errorf("the operator alone: got %v", err)
		}
		if err := w.ConfirmKeyAction(t.Context(), w.principal, id); err != nil {
			t.Errorf("the operator and the principal: %v", err)
		}
		if report, err := w.Store.VerifyJournal(t.Context()); err != nil || len(report.Broken) > 0 {
			t.Errorf("journal: %+v, %v", report, err)
		}
	})
}

// TestRotation follows a key from its making to its retirement, in two
// processes on one database.
func TestRotation(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		first, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		other := newSibling(t, w)
		w.agreed(t, NewKeyAction{Kind: competency.CreateKey, Org: string(w.school.ID), Alg: string(proof.ES256)})
		keys := w.keysOf(t, proof.ES256)
		pending := keys[len(keys)-1]
		if pending.State != competency.KeyPending || !pending.Activated.IsZero() {
			t.Fatalf("got %+v", pending)
		}
		public := w.Public()
		if !bytes.Contains(public.DIDs["willow-brook"].Body, []byte(pending.Thumbprint)) {
			t.Error("readers do not learn of a key before it signs")
		}
		if bytes.Contains(public.AllKeys.Body, []byte(pending.Thumbprint)) || public.Keys[pending.Thumbprint].Body != nil {
			t.Error("a key that is not in use stands among those whose signatures are good")
		}
		w.later(time.Hour)
		w.agreed(t, NewKeyAction{Kind: competency.ActivateKey, Key: pending.Thumbprint})
		old := w.keysOf(t, proof.ES256)[0]
		if old.State != competency.KeyRetired || old.Retired.IsZero() || w.activeKey(t, proof.ES256).Thumbprint != pending.Thumbprint {
			t.Errorf("got %+v", w.keysOf(t, proof.ES256))
		}
		// The other process signs with the new key before it has looked.
		second, err := other.IssueAward(t.Context(), System(w.district.ID), w.award(t, "audit-2").ID)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			id   competency.CredentialID
			code string
		}{"signed before": {first.ID, verifier.CodeKeyRetired}, "signed after": {second.ID, verifier.CodeKeyControlled}} {
			token, embedded := w.forms(t, c.id)
			for _, v := range []*verifier.Verifier{w.Verifier(), other.Verifier()} {
				if verdict, code := w.keyCode(t, v, token); verdict != verifier.Valid || code != c.code {
					t.Errorf("%s: got %s, %s; want %s", name, verdict, code, c.code)
				}
				if verdict, code := w.keyCode(t, v, embedded); verdict != verifier.Valid || code != verifier.CodeKeyControlled {
					t.Errorf("%s, the other form: got %s, %s", name, verdict, code)
				}
			}
		}
	})
}

// A page of a credential that another process has just signed with a key that
// this one does not know reads well at once.
func TestPageBySiblingsNewKey(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		other := newSibling(t, w)
		w.rotate(t, proof.ES256)
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		page, err := other.Page(t.Context(), c.Page)
		if err != nil {
			t.Fatal(err)
		}
		if verdict, code := w.keyCode(t, other.Verifier(), page.Token); verdict != verifier.Valid {
			t.Errorf("got %s, %s", verdict, code)
		}
	})
}

// A document that was reserved under a key that has gone out of use since is
// finished with the new one: the same id and place, dated within its time.
func TestReservedBeforeRotation(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		a := w.award(t, "audit-1")
		f := &faults{at: 3, next: w.write} // 1 reserve, 2 the list's first signature, 3 store
		w.write = f.write
		if _, err := w.IssueAward(t.Context(), w.clerk, a.ID); !errors.Is(err, errInjected) {
			t.Fatalf("got %v, want the injected fault", err)
		}
		reserved := w.newest(t, a.ID)
		w.later(time.Hour)
		w.rotate(t, proof.ES256)
		k := w.rotate(t, proof.EdDSA)
		w.later(time.Hour)
		c, err := w.IssueAward(t.Context(), System(w.district.ID), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		w.checkForms(t, c.ID)
		done := w.newest(t, a.ID)
		if done.ID != reserved.ID || done.Index != reserved.Index || done.List != reserved.List || done.Document != reserved.Document || done.Page != reserved.Page {
			t.Errorf("the reservation changed: %+v, then %+v", reserved, done)
		}
		want := `"validFrom":"` + k.Activated.Format(time.RFC3339) + `"`
		if !bytes.Contains(done.Payload, []byte(want)) || !bytes.Contains(done.Payload, []byte(`"awardedDate":"2026-06-12T`)) {
			t.Errorf("want %s and the day of the award in %s", want, done.Payload)
		}
	})
}

// A key that is reported as stolen while a document is between its signature and
// the database does not get into it.
func TestCompromisedWhileIssuing(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		if _, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-0").ID); err != nil { // so that the list is there
			t.Fatal(err)
		}
		stolen := w.activeKey(t, proof.EdDSA)
		inner, writes := w.write, 0
		w.write = func(ctx context.Context, tenant competency.OrgID, do func(*store.Scope) error) error {
			if writes++; writes == 2 { // between reserving and storing
				w.write = inner
				w.agreed(t, NewKeyAction{Kind: competency.CompromiseKey, Key: stolen.Thumbprint, Reason: "The server was broken into."})
				return inner(ctx, tenant, do)
			}
			return inner(ctx, tenant, do)
		}
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.RenewLists(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.checkForms(t, c.ID)
		if _, embedded := w.forms(t, c.ID); bytes.Contains(embedded, []byte(did.MethodID(w.did(w.school), w.publicHalf(t, stolen)))) {
			t.Error("the stolen key signed")
		}
	})
}

// publicHalf reads the public half of a key.
func (w *issuingWorld) publicHalf(t testing.TB, k competency.SigningKey) (key proof.Key) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
		full, err := sc.Key(k.Thumbprint)
		if err != nil {
			return err
		}
		key, err = w.publicKey(w.school, full)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// A new key that is not wanted after all is taken away and never published again.
func TestRetireUnused(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		w.agreed(t, NewKeyAction{Kind: competency.CreateKey, Org: string(w.school.ID), Alg: string(proof.EdDSA)})
		keys := w.keysOf(t, proof.EdDSA)
		unused := keys[len(keys)-1].Thumbprint
		w.agreed(t, NewKeyAction{Kind: competency.RetireKey, Key: unused})
		if bytes.Contains(w.Public().DIDs["willow-brook"].Body, []byte(unused)) {
			t.Error("it is published still")
		}
		if _, err := w.OpenKeyAction(t.Context(), w.admin, Once{}, NewKeyAction{Kind: competency.ActivateKey, Key: unused}); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("put in use afterwards: got %v", err)
		}
	})
}
