//go:build pkcs11

package registrar

import (
	"testing"

	"laurel/internal/hsm"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// TestSecurityModule signs and verifies with a key in a real module. Not
// parallel: SoftHSM reads the environment.
func TestSecurityModule(t *testing.T) {
	library, token, pin := testkit.SoftHSM(t)
	w := newIssuingWorld(t, stores.SQLite(t))
	module := func() *hsm.Module {
		m, err := hsm.Open(hsm.Settings{Path: library, Token: token, PIN: pin})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	first := module()
	w.vault.module = first
	w.checkModule(t)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	// Another day: the process finds the key again.
	second := module()
	defer func() { _ = second.Close() }()
	o := w.Options
	o.Module = second
	again, err := New(o)
	if err == nil {
		err = again.Fits(t.Context())
	}
	if err == nil {
		err = again.Publish(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := again.IssueAward(t.Context(), w.clerk, w.award(t, "audit-3").ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.checkForms(t, c.ID)
}
