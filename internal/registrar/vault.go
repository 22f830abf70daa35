package registrar

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"sync"

	"laurel/competency"
	"laurel/credentials/proof"
	"laurel/internal/store"
)

// errSealed says that a sealed key did not open; never more.
var errSealed = errors.New("a sealed signing key does not open with this key-encryption key")

// errNoModule answers for a key that this server cannot reach.
var errNoModule = competency.Refuse("This key is in a security module that this server is not set up to use, so that nothing can be signed with it here. " +
	"What it signed before stays good.")

// KeyModule keeps private keys where nobody reads them, such as a security module.
type KeyModule interface {
	// Create makes a P-256 key under a label.
	Create(label string) (crypto.Signer, error)
	// Keys answers the keys under a label.
	Keys(label string) ([]crypto.Signer, error)
}

// vault makes and opens signing keys, and keeps open ones in memory: those that
// are sealed in the database, and, of those in a module, what signs with them.
type vault struct {
	aead   cipher.AEAD
	rand   io.Reader
	module KeyModule    // nil where there is none
	mu     sync.RWMutex // guards open
	// open are the opened keys by thumbprint.
	open map[string]*proof.PrivateKey
}

func newVault(key []byte, rand io.Reader, module KeyModule) (*vault, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("using the key-encryption key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("using the key-encryption key: %w", err)
	}
	return &vault{aead: aead, rand: rand, module: module, open: map[string]*proof.PrivateKey{}}, nil
}

// moduleAlg is the only kind of key that is made in a module: few hold Ed25519 keys.
const moduleAlg = proof.ES256

// makes tells whether a keeper makes keys of the algorithm here.
func (v *vault) makes(alg proof.Alg, keeper competency.KeyKeeper) bool {
	return keeper == competency.EnvelopeKeeper || keeper == competency.ModuleKeeper && v.module != nil && alg == moduleAlg
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
	p, err := v.take(k)
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.open[k.Thumbprint] = p
	return p, nil
}

// take opens a key at its keeper.
func (v *vault) take(k store.OrgKey) (*proof.PrivateKey, error) {
	if k.Keeper == competency.ModuleKeeper {
		return v.inModule(k)
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
	p, err := proof.ParsePKCS8(plain)
	if err != nil {
		return nil, errSealed
	}
	return p, nil
}

// moduleLabel is what the keys of an organisation are called in a module.
func moduleLabel(org competency.OrgID) string { return "laurel " + string(org) }

// inModule finds a key in the module: its thumbprint tells it from the organisation's others.
func (v *vault) inModule(k store.OrgKey) (*proof.PrivateKey, error) {
	if v.module == nil {
		return nil, errNoModule
	}
	held, err := v.module.Keys(moduleLabel(k.Org))
	if err != nil {
		return nil, err
	}
	for _, key := range held {
		if p, err := proof.Held(key); err == nil && p.Public("").Thumbprint() == k.Thumbprint {
			return p, nil
		}
	}
	return nil, competency.Refuse("The security module that this server uses does not hold this key, so that nothing can be signed with it here. What it signed before stays good.")
}

// create makes a key at a keeper. sealed is its private half, or empty where a
// module holds that: if the key is then not stored after all, an unused one stays there.
func (v *vault) create(org competency.OrgID, alg proof.Alg, keeper competency.KeyKeeper) (public proof.Key, sealed []byte, err error) {
	if keeper == competency.ModuleKeeper {
		public, err = v.createInModule(org, alg)
		return public, nil, err
	}
	private, err := proof.Generate(v.rand, alg)
	if err != nil {
		return proof.Key{}, nil, err
	}
	public = private.Public("")
	sealed, err = v.seal(org, public.Thumbprint(), private)
	return public, sealed, err
}

func (v *vault) createInModule(org competency.OrgID, alg proof.Alg) (proof.Key, error) {
	if v.module == nil || alg != moduleAlg {
		return proof.Key{}, errNoModule
	}
	key, err := v.module.Create(moduleLabel(org))
	if err != nil {
		return proof.Key{}, err
	}
	public, err := proof.NewKey("", key.Public())
	if err == nil && public.Alg != moduleAlg {
		err = fmt.Errorf("%w: the security module made one for %s", proof.ErrKey, public.Alg)
	}
	return public, err
}

// signer opens a key and signs with it.
func (v *vault) signer(k store.OrgKey, public proof.Key) (proof.Signer, error) {
	private, err := v.private(k)
	if err != nil {
		return nil, err
	}
	return private.Signer(public.ID), nil
}

// forget drops an open key that signs no more.
func (v *vault) forget(thumbprint string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.open, thumbprint)
}
