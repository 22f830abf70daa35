package registrar

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
	"laurel/verifier"
)

// published is the registry as a reader gets it.
func (w *issuingWorld) registryEntries(t *testing.T) []verifier.Entry {
	t.Helper()
	var registry verifier.Registry
	if err := json.Unmarshal(w.Public().Registry.Body, &registry); err != nil {
		t.Fatal(err)
	}
	return registry.Entries
}

// reader is a stranger with the bundle alone, at the office's time.
func (w *issuingWorld) reader(t *testing.T) *verifier.Verifier {
	t.Helper()
	file, err := w.Public().Bundle()
	if err != nil {
		t.Fatal(err)
	}
	b, err := verifier.ParseBundle(file.Body)
	if err != nil {
		t.Fatal(err)
	}
	return verifier.New(verifier.Options{Now: w.now, Keys: b, Status: b, Registry: b})
}

// TestVouchingIsSigned: who is vouched for has the signed word of its parent, in
// both forms, and readers recognise the school by it.
func TestVouchingIsSigned(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		district, school := w.did(w.district), w.did(w.school)
		entries := w.registryEntries(t)
		if len(entries) != 1 || entries[0].Endorsement == "" {
			t.Fatalf("got %+v", entries)
		}
		if err := w.reader(t).EndorsementOf(t.Context(), entries[0].Endorsement, district, school, w.now()); err != nil {
			t.Error(err)
		}
		word := w.Public().Endorsements["willow-brook"]
		if string(word.Token.Body) != entries[0].Endorsement {
			t.Error("the word that is served is another")
		}
		for form, doc := range map[string][]byte{"token": word.Token.Body, "document": word.Document.Body} {
			r, err := w.reader(t).Verify(t.Context(), doc)
			if err != nil || r.Verdict != verifier.UnrecognisedIssuer || r.Credential == nil || r.Credential.Endorsement.Subject != school {
				t.Errorf("%s: got %s %+v %v", form, r.Verdict, r.Checks, err)
			}
		}
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		page, err := w.Page(t.Context(), c.Page)
		if err != nil {
			t.Fatal(err)
		}
		for who, v := range map[string]*verifier.Verifier{"our own": w.Verifier(), "a stranger's": w.reader(t)} {
			if r, err := v.Verify(t.Context(), page.Token); err != nil || r.Verdict != verifier.Valid || !r.Issuer.Endorsed {
				t.Errorf("%s verifier: got %s %+v %v", who, r.Verdict, r.Issuer, err)
			}
		}
	})
}

// TestEndedVouching: what was issued before the end stays recognised, what is
// issued after it is not, and a second time begins a second entry.
func TestEndedVouching(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		issued := func(basis string) []byte {
			w.clerk.Authenticated = w.now()
			c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, basis).ID)
			if err != nil {
				t.Fatal(err)
			}
			page, err := w.Page(t.Context(), c.Page)
			if err != nil {
				t.Fatal(err)
			}
			return page.Token
		}
		verdict := func(doc []byte) verifier.Verdict {
			r, err := w.Verifier().Verify(t.Context(), doc)
			if err != nil {
				t.Fatal(err)
			}
			return r.Verdict
		}
		before := issued("audit-1")
		w.later(time.Hour)
		if err := w.EndVouching(t.Context(), w.clerk, w.school.ID); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("ended by a clerk: got %v", err)
		}
		w.admin.Authenticated = w.now()
		if err := w.EndVouching(t.Context(), w.admin, w.school.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.EndVouching(t.Context(), w.admin, w.school.ID); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("ended twice: got %v", err)
		}
		if _, served := w.Public().Endorsements["willow-brook"]; served {
			t.Error("the word is still given")
		}
		w.later(time.Hour)
		after := issued("audit-2")
		if got := verdict(before); got != verifier.Valid {
			t.Errorf("issued before: got %s", got)
		}
		if got := verdict(after); got != verifier.UnrecognisedIssuer {
			t.Errorf("issued after: got %s", got)
		}
		w.later(time.Hour)
		w.admin.Authenticated = w.now()
		if err := w.Vouch(t.Context(), w.admin, w.school.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.registryEntries(t); len(got) != 2 || got[0].Until.IsZero() || got[1].Endorsement == "" || got[0].Endorsement == got[1].Endorsement {
			t.Errorf("got %+v", got)
		}
		if got := verdict(after); got != verifier.UnrecognisedIssuer {
			t.Errorf("issued in between: got %s", got)
		}
		// A list of elsewhere may say otherwise, for who carries it.
		o := w.Options
		o.Carried = []CarriedList{{Name: "state", Registry: verifier.Registry{Entries: []verifier.Entry{{
			DID: w.did(w.school), Name: "Willow Brook", By: verifier.Authority{DID: "did:web:state.example", Name: "Green State"},
		}}}}}
		carrying, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := carrying.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r, err := carrying.Verifier().Verify(t.Context(), after); err != nil || r.Verdict != verifier.Valid || r.Issuer.RecognisedBy.Name != "Green State" {
			t.Errorf("with a list of elsewhere: got %s %v", r.Verdict, err)
		}
	})
}

// TestRenewEndorsements: a word is signed again in good time, when its key is
// out of use, and when it was never signed; it keeps its identifier and the day
// since which it holds.
func TestRenewEndorsements(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		word := func() store.Endorsement {
			var e *store.Endorsement
			err := w.Store.ReadAll(t.Context(), func(tx *store.Tx) error {
				every, err := tx.EveryVouching()
				if err == nil {
					e = every[0].Endorsement
				}
				return err
			})
			if err != nil || e == nil {
				t.Fatalf("got %v %v", e, err)
			}
			return *e
		}
		renew := func(want int64, why string) {
			t.Helper()
			if err := w.RenewLists(t.Context()); err != nil {
				t.Fatal(err)
			}
			e := word()
			if e.Version != want {
				t.Errorf("%s: version %d, want %d", why, e.Version, want)
			}
			entry := w.registryEntries(t)[0]
			if entry.Endorsement != e.Token {
				t.Errorf("%s: the registry shows another", why)
			}
			if err := w.reader(t).EndorsementOf(t.Context(), e.Token, w.did(w.district), w.did(w.school), entry.From); err != nil {
				t.Errorf("%s: %v", why, err)
			}
		}
		first := word()
		renew(1, "at first")
		w.later(endorsementLife - endorsementRenewal + 2*time.Hour)
		renew(2, "before its end")
		renew(2, "once more")
		if second := word(); second.Document != first.Document || second.Token == first.Token || !second.ValidUntil.After(first.ValidUntil) {
			t.Errorf("got %+v", second)
		}
		// The public address is chosen anew before any credential was signed.
		o := w.Options
		o.PublicURL = "https://elsewhere.example"
		moved, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		w.Registrar = moved
		renew(3, "at another address")
	})
}

func TestDueEndorsements(t *testing.T) {
	t.Parallel()
	w := newIssuingWorld(t, stores.SQLite(t))
	var all []store.RegistryEntry
	err := w.Store.ReadAll(t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.EveryVouching()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	e := all[0]
	for name, c := range map[string]struct {
		change func(e *store.RegistryEntry, w *store.Endorsement, active map[string]bool)
		want   bool
	}{
		"good":         {func(*store.RegistryEntry, *store.Endorsement, map[string]bool) {}, false},
		"never signed": {func(e *store.RegistryEntry, _ *store.Endorsement, _ map[string]bool) { e.Endorsement = nil }, true},
		"ended": {func(e *store.RegistryEntry, _ *store.Endorsement, _ map[string]bool) {
			e.Endorsement, e.Until = nil, w.now()
		}, false},
		"its token's key retired": {func(_ *store.RegistryEntry, w *store.Endorsement, a map[string]bool) { a[w.TokenKey] = false }, true},
		"its proof's key retired": {func(_ *store.RegistryEntry, w *store.Endorsement, a map[string]bool) { a[w.EmbeddedKey] = false }, true},
		"ends soon": {func(_ *store.RegistryEntry, v *store.Endorsement, _ map[string]bool) {
			v.ValidUntil = w.now().Add(endorsementRenewal - time.Hour)
		}, true},
		"cannot be read": {func(_ *store.RegistryEntry, w *store.Endorsement, _ map[string]bool) { w.Token = "x" }, true},
	} {
		entry, word := e, *e.Endorsement
		entry.Endorsement = &word
		active := map[string]bool{word.TokenKey: true, word.EmbeddedKey: true}
		c.change(&entry, &word, active)
		if got := w.due(entry, w.district, w.school, active); got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

// TestVouchFor is the operator's way, by short names.
func TestVouchFor(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		for slug, kind := range map[string]error{"nowhere": competency.ErrConflict, "willow-district": competency.ErrConflict} {
			if err := w.VouchFor(t.Context(), slug, false); !errors.Is(err, kind) {
				t.Errorf("%s: got %v", slug, err)
			}
		}
		for _, end := range []bool{true, false, false} {
			if err := w.VouchFor(t.Context(), "willow-brook", end); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.registryEntries(t); len(got) != 2 || !got[1].Until.IsZero() {
			t.Errorf("got %+v", got)
		}
		if err := w.Found(t.Context(), FirstRun{
			Kind: competency.State, Name: "Green State", Slug: "green", Zone: "UTC", AdminName: "Sam State", Login: "sam", Password: "a calm morning in spring",
		}); err != nil {
			t.Fatal(err)
		}
		if err := w.Found(t.Context(), FirstRun{
			Kind: competency.District, Name: "Other District", Slug: "other", Zone: "UTC", AdminName: "Olga Other", Login: "olga", Password: "a calm morning in spring", Parent: "green",
		}); err != nil {
			t.Fatal(err)
		}
		got := w.registryEntries(t)
		last := got[len(got)-1]
		if err := w.reader(t).EndorsementOf(t.Context(), last.Endorsement, last.By.DID, last.DID, w.now()); err != nil || last.By.Name != "Green State" {
			t.Errorf("got %+v %v", last, err)
		}
	})
}

// TestFaultsWhileVouching: entry and signed word are there together or not at
// all, and a second attempt makes one of each.
func TestFaultsWhileVouching(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		if err := w.EndVouching(t.Context(), w.admin, w.school.ID); err != nil {
			t.Fatal(err)
		}
		for _, kept := range []bool{false, true} {
			f := &faults{at: 1, kept: kept, next: w.Store.In}
			w.write = f.write
			if err := w.Vouch(t.Context(), w.admin, w.school.ID); !errors.Is(err, errInjected) {
				t.Fatalf("got %v", err)
			}
			w.write = w.Store.In
			if err := w.Vouch(t.Context(), w.admin, w.school.ID); err != nil {
				t.Fatal(err)
			}
			lasting := 0
			for _, e := range w.registryEntries(t) {
				if e.Until.IsZero() && e.Endorsement != "" {
					lasting++
				}
			}
			if lasting != 1 {
				t.Errorf("kept %t: %d lasting entries", kept, lasting)
			}
			if err := w.EndVouching(t.Context(), w.admin, w.school.ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}
