package registrar

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"laurel/competency"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/internal/store"
)

// signingAlgs are the keys that every organisation has: ES256 signs VC-JWTs,
// Ed25519 signs documents with an embedded proof.
var signingAlgs = []proof.Alg{proof.ES256, proof.EdDSA}

// errSealed says that a sealed key did not open; never more.
var errSealed = errors.New("a sealed signing key does not open with this key-encryption key")

// vault seals and opens signing keys, and keeps open ones in memory.
type vault struct {
	aead cipher.AEAD
	rand io.Reader
	mu   sync.RWMutex // guards open
	// open are the opened keys by thumbprint.
	open map[string]*proof.PrivateKey
}

func newVault(key []byte, rand io.Reader) (*vault, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("using the key-encryption key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("using the key-encryption key: %w", err)
	}
	return &vault{aead: aead, rand: rand, open: map[string]*proof.PrivateKey{}}, nil
}

// bound is what a sealed key is tied to: it opens for its own organisation and
// thumbprint only.
func bound(org competency.OrgID, thumbprint string) []byte {
	return []byte("laurel signing key\x00" + string(org) + "\x00" + thumbprint)
}

// seal encrypts a private key: a random nonce of 96 bits, then AES-256-GCM.
func (v *vault) seal(org competency.OrgID, thumbprint string, private *proof.PrivateKey) ([]byte, error) {
	plain, err := private.PKCS8()
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	nonce := make([]byte, v.aead.NonceSize())
	if _, err := io.ReadFull(v.rand, nonce); err != nil {
		return nil, fmt.Errorf("sealing a signing key: %w", err)
	}
	return v.aead.Seal(nonce, nonce, plain, bound(org, thumbprint)), nil
}

// private answers the private half of a key, opened at most once.
func (v *vault) private(k store.OrgKey) (*proof.PrivateKey, error) {
	v.mu.RLock()
	p, ok := v.open[k.Thumbprint]
	v.mu.RUnlock()
	if ok {
		return p, nil
	}
	size := v.aead.NonceSize()
	if len(k.Sealed) < size {
		return nil, errSealed
	}
	plain, err := v.aead.Open(nil, k.Sealed[:size], k.Sealed[size:], bound(k.Org, k.Thumbprint))
	if err != nil {
		return nil, errSealed
	}
	defer clear(plain)
	if p, err = proof.ParsePKCS8(plain); err != nil {
		return nil, errSealed
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.open[k.Thumbprint] = p
	return p, nil
}

// makeKey makes an active key for an organisation.
func (d *desk) makeKey(v *vault, org competency.OrgID, alg proof.Alg) error {
	private, err := proof.Generate(v.rand, alg)
	if err != nil {
		return err
	}
	public := private.Public("")
	jwk, err := json.Marshal(public.JWK())
	if err != nil {
		return fmt.Errorf("writing a public key: %w", err)
	}
	thumbprint := public.Thumbprint()
	sealed, err := v.seal(org, thumbprint, private)
	if err != nil {
		return err
	}
	return d.AddKey(store.OrgKey{
		Thumbprint: thumbprint, Org: org, Alg: string(alg), JWK: string(jwk), Sealed: sealed,
		State: store.KeyActive, Created: d.at, Activated: d.at,
	})
}

// ensureKeys makes the keys that an organisation lacks: one P-256 and one
// Ed25519. It belongs into the act that makes the organisation; what is
// published follows with the next [Registrar.Publish].
func (r *Registrar) ensureKeys(d *desk, org competency.OrgID) error {
	keys, err := d.Keys(org)
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, k := range keys {
		has[k.Alg] = has[k.Alg] || k.State == store.KeyActive
	}
	for _, alg := range signingAlgs {
		if has[string(alg)] {
			continue
		}
		if err := d.makeKey(r.vault, org, alg); err != nil {
			return fmt.Errorf("making the keys of organisation %s: %w", org, err)
		}
	}
	return nil
}

// errNoKey is an organisation without an active key: a fault of ours, since
// every organisation gets its keys when it is made.
var errNoKey = errors.New("the organisation has no active signing key")

// signer answers the organisation's active key of the algorithm, opened, under
// the name by which documents refer to it: a token names the key as JWK, a proof
// inside a document names it as Multikey.
func (r *Registrar) signer(keys []store.OrgKey, o competency.Org, alg proof.Alg) (proof.Signer, store.OrgKey, error) {
	for _, k := range keys {
		if k.State != store.KeyActive || k.Alg != string(alg) {
			continue
		}
		private, err := r.vault.private(k)
		if err != nil {
			return nil, k, fmt.Errorf("opening key %s: %w", k.Thumbprint, err)
		}
		name := did.KeyID
		if alg == proof.EdDSA {
			name = did.MethodID
		}
		return private.Signer(name(r.did(o), private.Public(""))), k, nil
	}
	return nil, store.OrgKey{}, fmt.Errorf("organisation %s: %w", o.ID, errNoKey)
}

// did is the identifier of an organisation (house rule: did:web:HOST:schools:SLUG
// for every kind of organisation).
func (r *Registrar) did(o competency.Org) string { return did.Web(r.host, "schools", o.Slug) }

// PublicKey is what anyone may know of a signing key.
type PublicKey struct {
	Thumbprint string
	Alg        string
	State      store.KeyState
	Activated  time.Time
	Retired    time.Time // zero until retired or compromised
}

// publicKeys answers the keys of the tenant's organisations, the oldest first.
func publicKeys(sc *store.Scope) (map[competency.OrgID][]PublicKey, error) {
	keys, err := sc.TenantKeys()
	if err != nil {
		return nil, err
	}
	all := map[competency.OrgID][]PublicKey{}
	for _, k := range keys {
		all[k.Org] = append(all[k.Org], PublicKey{
			Thumbprint: k.Thumbprint, Alg: k.Alg, State: k.State, Activated: k.Activated, Retired: k.Retired,
		})
	}
	return all, nil
}
