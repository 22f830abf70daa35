//go:build pkcs11

package hsm

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/ThalesGroup/crypto11"

	"laurel/internal/testkit"
)

// TestSecurityModuleKeepsItsKeys asks a real module for the private half of a key
// that it made. Not parallel: SoftHSM reads the environment.
func TestSecurityModuleKeepsItsKeys(t *testing.T) {
	library, token, pin := testkit.SoftHSM(t)
	for name, s := range map[string]Settings{
		"another PIN": {library, token, "00000000"}, "no such token": {library, "other", pin}, "no such library": {library + "x", token, pin},
	} {
		if _, err := Open(s); err == nil || strings.Contains(err.Error(), s.PIN) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	m, err := Open(Settings{library, token, pin})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = m.Close() }()
	made, err := m.Create("laurel a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Create("laurel b"); err != nil {
		t.Fatal(err)
	}
	found, err := m.Keys("laurel a")
	if err != nil || len(found) != 1 {
		t.Fatalf("found %d keys, %v, want 1", len(found), err)
	}
	public, ok := made.Public().(*ecdsa.PublicKey)
	if !ok || !public.Equal(found[0].Public()) {
		t.Error("the key that is found is another")
	}
	sum := sha256.Sum256([]byte("a document"))
	if signature, err := found[0].Sign(nil, sum[:], nil); err != nil || !ecdsa.VerifyASN1(public, sum[:], signature) {
		t.Errorf("its signature is not good (%v)", err)
	}
	if secret, err := m.token.GetAttribute(made, crypto11.CkaValue); err == nil {
		t.Errorf("the module hands out %d bytes of the private half", len(secret.Value))
	}
	for kind, want := range map[crypto11.AttributeType]byte{crypto11.CkaSensitive: 1, crypto11.CkaExtractable: 0, crypto11.CkaNeverExtractable: 1} {
		if is, err := m.token.GetAttribute(made, kind); err != nil || len(is.Value) != 1 || is.Value[0] != want {
			t.Errorf("attribute %x: got %v, %v, want %d", kind, is, err, want)
		}
	}
}
