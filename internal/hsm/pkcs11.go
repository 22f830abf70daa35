//go:build pkcs11

package hsm

import (
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/ThalesGroup/crypto11"
)

const (
	// idBytes is the length of a key's id in the module (CKA_ID).
	idBytes = 16
	// sessionWait is how long a signature waits for a free session of the token.
	sessionWait = 10 * time.Second
)

// Module is an open token of a security module. It is safe for concurrent use.
type Module struct {
	token *crypto11.Context
}

// Open loads the module's library and signs in at the token.
func Open(s Settings) (*Module, error) {
	token, err := crypto11.Configure(&crypto11.Config{Path: s.Path, TokenLabel: s.Token, Pin: s.PIN, PoolWaitTimeout: sessionWait})
	if err != nil {
		return nil, fmt.Errorf("opening token %q of the security module %s: %w", s.Token, s.Path, err)
	}
	return &Module{token}, nil
}

// Create makes a P-256 key under a label. The module never hands out its private
// half: it is sensitive and not extractable.
func (m *Module) Create(label string) (crypto.Signer, error) {
	id := make([]byte, idBytes)
	if _, err := rand.Read(id); err != nil {
		return nil, fmt.Errorf("naming a key of the security module: %w", err)
	}
	key, err := m.token.GenerateECDSAKeyPairWithLabel(id, []byte(label), elliptic.P256())
	if err != nil {
		return nil, fmt.Errorf("making a key in the security module: %w", err)
	}
	return key, nil
}

// Keys answers the keys under a label.
func (m *Module) Keys(label string) ([]crypto.Signer, error) {
	pairs, err := m.token.FindKeyPairs(nil, []byte(label))
	if err != nil {
		return nil, fmt.Errorf("looking for keys in the security module: %w", err)
	}
	keys := make([]crypto.Signer, len(pairs))
	for i, k := range pairs {
		keys[i] = k
	}
	return keys, nil
}

// Close signs out.
func (m *Module) Close() error { return m.token.Close() }
