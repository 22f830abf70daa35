package registrar

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"laurel/competency"
	"laurel/credentials/proof"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "key")
	if _, err := ReadKeyFile(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: got %v", err)
	}
	made, err := MakeKeyFile(rand.Reader, path)
	if err != nil || len(made) != keyBytes {
		t.Fatalf("got %d bytes, %v", len(made), err)
	}
	if read, err := ReadKeyFile(path); err != nil || !bytes.Equal(read, made) {
		t.Errorf("read back: %v", err)
	}
	if _, err := MakeKeyFile(rand.Reader, path); !errors.Is(err, os.ErrExist) {
		t.Errorf("made twice: got %v, want ErrExist", err)
	}
	if read, err := ReadKeyFile(path); err != nil || !bytes.Equal(read, made) {
		t.Errorf("after a second attempt: %v", err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("got %d files, %v", len(left), err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKeyFile(path); err == nil {
		t.Error("a file that others may read was taken")
	}
}

func TestKeyFileRefusesOtherContent(t *testing.T) {
	t.Parallel()
	secret := base64.StdEncoding.EncodeToString([]byte("too short a secret"))
	for name, text := range map[string]string{"short": secret, "not base64": "!" + secret, "empty": ""} {
		path := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadKeyFile(path); err == nil || bytes.Contains([]byte(err.Error()), []byte(secret)) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func sealedKey(org competency.OrgID, thumbprint string, sealed []byte) store.OrgKey {
	return store.OrgKey{SigningKey: competency.SigningKey{Org: org, Thumbprint: thumbprint}, Sealed: sealed}
}

func TestVault(t *testing.T) {
	t.Parallel()
	v, err := newVault(bytes.Repeat([]byte{1}, keyBytes), rand.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	private, err := proof.Generate(rand.Reader, proof.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	thumbprint := private.Public("").Thumbprint()
	sealed, err := v.seal("org-1", thumbprint, private)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := private.PKCS8()
	if err != nil || bytes.Contains(sealed, plain[len(plain)-32:]) {
		t.Fatalf("the sealed key holds the private one (%v)", err)
	}
	if _, err := v.private(sealedKey("org-1", thumbprint, sealed)); err != nil {
		t.Errorf("opening: %v", err)
	}
	other, err := newVault(bytes.Repeat([]byte{2}, keyBytes), rand.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, c := range map[string]struct {
		v *vault
		k store.OrgKey
	}{
		"another key-encryption key": {other, sealedKey("org-1", thumbprint, sealed)},
		"another organisation":       {other, sealedKey("org-2", thumbprint, sealed)},
		"another thumbprint":         {v, sealedKey("org-1", "x", sealed)},
		"a changed byte":             {v, sealedKey("org-1", "y", changed)},
		"nothing":                    {v, sealedKey("org-1", "z", nil)},
	} {
		if _, err := c.v.private(c.k); !errors.Is(err, errSealed) {
			t.Errorf("%s: got %v, want errSealed", name, err)
		}
	}
}

// TestKeysStayInside looks for private keys wherever the office speaks: its
// log, what it publishes, its errors, its own printed form.
func TestKeysStayInside(t *testing.T) {
	t.Parallel()
	w := newIssuingWorld(t, stores.SQLite(t))
	if _, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID); err != nil {
		t.Fatal(err)
	}
	var keys []store.OrgKey
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) (err error) {
		keys, err = sc.Keys(w.school.ID)
		return err
	})
	if err != nil || len(keys) != len(signingAlgs) {
		t.Fatalf("got %d keys, %v", len(keys), err)
	}
	bundle, err := w.Public().Bundle()
	if err != nil {
		t.Fatal(err)
	}
	spoken := [][]byte{w.log.Bytes(), bundle.Body, w.Public().AllKeys.Body, fmt.Appendf(nil, "%v %+v %#v", w.vault.open, w.vault.open, w.vault.open)}
	for _, k := range keys {
		private, err := w.vault.private(k)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := private.PKCS8()
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range spoken {
			for _, secret := range [][]byte{plain, []byte(base64.StdEncoding.EncodeToString(plain)), []byte(`"d":`)} {
				if bytes.Contains(text, secret) {
					t.Errorf("a private key of %s is spoken", k.Alg)
				}
			}
		}
	}
}

func TestPublished(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		p := w.Public()
		var doc struct {
			ID      string
			Methods []struct{ ID string } `json:"verificationMethod"`
		}
		if err := json.Unmarshal(p.DIDs["willow-brook"].Body, &doc); err != nil {
			t.Fatal(err)
		}
		if doc.ID != "did:web:laurel.example:schools:willow-brook" || len(doc.Methods) != 4 {
			t.Errorf("got %+v", doc)
		}
		if len(p.Keys) != 4 || len(p.DIDs) != 2 || len(p.KeySets) != 2 {
			t.Errorf("got %d keys, %d documents, %d key sets", len(p.Keys), len(p.DIDs), len(p.KeySets))
		}
		var registry struct {
			Entries []struct{ Name string } `json:"entries"`
		}
		if err := json.Unmarshal(p.Registry.Body, &registry); err != nil || len(registry.Entries) != 1 || registry.Entries[0].Name != w.school.Name {
			t.Errorf("got registry %s, %v", p.Registry.Body, err)
		}
		if err := w.Vouch(t.Context(), w.admin, w.school.ID); err != nil {
			t.Errorf("vouched for again: %v", err)
		}
		if err := w.Vouch(t.Context(), w.clerk, w.school.ID); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("vouched for by a clerk: got %v", err)
		}
	})
}
