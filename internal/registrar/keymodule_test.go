package registrar

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"laurel/competency"
	"laurel/credentials/proof"
	"laurel/internal/store"
	"laurel/verifier"
)

// otherModule stands in for a security module: it holds keys outside the database.
type otherModule struct {
	mu   sync.Mutex
	held map[string][]crypto.Signer
}

func (m *otherModule) Create(label string) (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held[label] = append(m.held[label], key)
	return key, err
}

func (m *otherModule) Keys(label string) ([]crypto.Signer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.held[label]), nil
}

// mayMake are the kinds of keys that the page offers to make.
func (w *issuingWorld) mayMake(t testing.TB) []NewKey {
	t.Helper()
	admin := w.admin
	admin.Authenticated = w.now()
	list, err := w.KeyDesk(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if o.ID == w.school.ID {
			return o.MayMake
		}
	}
	t.Fatal("the school is not among those with keys")
	return nil
}

// moveToModule has the school sign tokens with a key in the module, and answers it.
func (w *issuingWorld) moveToModule(t testing.TB) competency.SigningKey {
	t.Helper()
	w.agreed(t, NewKeyAction{Kind: competency.CreateKey, Org: string(w.school.ID), Alg: string(proof.ES256), Keeper: competency.ModuleKeeper})
	for _, k := range w.keysOf(t, proof.ES256) {
		if k.State == competency.KeyPending {
			w.agreed(t, NewKeyAction{Kind: competency.ActivateKey, Key: k.Thumbprint})
		}
	}
	k := w.activeKey(t, proof.ES256)
	if k.Keeper != competency.ModuleKeeper {
		t.Fatalf("the key is kept by %q", k.Keeper)
	}
	return k
}

func TestKeysInAModule(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		sealed := []NewKey{{string(proof.ES256), competency.EnvelopeKeeper}, {string(proof.EdDSA), competency.EnvelopeKeeper}}
		if got := w.mayMake(t); !slices.Equal(got, sealed) {
			t.Errorf("without a module: offered %v", got)
		}
		in := NewKeyAction{Kind: competency.CreateKey, Org: string(w.school.ID), Alg: string(proof.ES256), Keeper: competency.ModuleKeeper}
		if _, err := w.OpenKeyAction(t.Context(), w.admin, Once{}, in); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("without a module: got %v", err)
		}
		w.vault.module = &otherModule{held: map[string][]crypto.Signer{}}
		if got := w.mayMake(t); !slices.Equal(got, slices.Insert(slices.Clone(sealed), 1, NewKey{string(proof.ES256), competency.ModuleKeeper})) {
			t.Errorf("with a module: offered %v", got)
		}
		for _, bad := range []NewKeyAction{
			{Kind: competency.CreateKey, Org: string(w.school.ID), Alg: string(proof.EdDSA), Keeper: competency.ModuleKeeper},
			{Kind: competency.CreateKey, Org: string(w.school.ID), Alg: string(proof.ES256), Keeper: "pocket"},
		} {
			if _, err := w.OpenKeyAction(t.Context(), w.admin, Once{}, bad); !errors.Is(err, competency.ErrInvalid) {
				t.Errorf("%s, %s: got %v", bad.Alg, bad.Keeper, err)
			}
		}
		w.checkModule(t)
	})
}

// checkModule signs with a key of the module: nothing of its private half is
// stored, and a server without the module verifies and publishes, and refuses to sign.
func (w *issuingWorld) checkModule(t *testing.T) {
	t.Helper()
	k := w.moveToModule(t)
	c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
	if err != nil {
		t.Fatal(err)
	}
	w.checkForms(t, c.ID)
	if n := w.under(t, k); n != 1 {
		t.Errorf("%d documents are signed by the module, want 1", n)
	}
	err = w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
		keys, err := sc.Keys(w.school.ID)
		for _, row := range keys {
			if (row.Keeper == competency.ModuleKeeper) != (len(row.Sealed) == 0) {
				t.Errorf("%s by %s: %d bytes of its private half are stored", row.Thumbprint, row.Keeper, len(row.Sealed))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	without := newSibling(t, w)
	if err := without.Fits(t.Context()); err != nil {
		t.Errorf("a server without the module does not start: %v", err)
	}
	report, err := without.Verifier().Verify(t.Context(), w.token(t, c.ID))
	if err != nil || report.Verdict != verifier.Valid {
		t.Errorf("a server without the module says %s, %v", report.Verdict, err)
	}
	if without.Public().Keys[k.Thumbprint].Body == nil {
		t.Error("a server without the module does not publish the key")
	}
	award := w.award(t, "audit-2").ID
	if _, err := without.IssueAward(t.Context(), w.clerk, award); !errors.Is(err, competency.ErrConflict) {
		t.Errorf("signed without the module: got %v, want a refusal", err)
	}
	if c, err = w.IssueAward(t.Context(), w.clerk, award); err != nil {
		t.Fatal(err)
	}
	w.checkForms(t, c.ID)
}

// TestStolenFromAModule puts a key at the same keeper in place of a stolen one, and
// one in the database where the module is out of reach: the drill waits for nobody.
func TestStolenFromAModule(t *testing.T) {
	t.Parallel()
	for _, there := range []bool{true, false} {
		eachIssuing(t, func(t *testing.T, w *issuingWorld) {
			w.vault.module = &otherModule{held: map[string][]crypto.Signer{}}
			w.moveToModule(t)
			c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
			if err != nil {
				t.Fatal(err)
			}
			w.later(time.Hour)
			want := competency.ModuleKeeper
			if !there {
				w.vault.module, want = nil, competency.EnvelopeKeeper
			}
			job, _ := w.steal(t, proof.ES256)
			if got := w.activeKey(t, proof.ES256).Keeper; got != want {
				t.Errorf("module there %v: the new key is kept by %q", there, got)
			}
			if err := w.SignAgain(t.Context(), job); err != nil {
				t.Fatal(err)
			}
			w.checkForms(t, c.ID)
		})
	}
}
