package registrar

import (
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

// create makes a key and seals its private half.
func (v *vault) create(org competency.OrgID, alg proof.Alg) (proof.Key, []byte, error) {
	private, err := proof.Generate(v.rand, alg)
	if err != nil {
		return proof.Key{}, nil, err
	}
	public := private.Public("")
	sealed, err := v.seal(org, public.Thumbprint(), private)
	return public, sealed, err
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
