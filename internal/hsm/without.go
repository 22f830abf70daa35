//go:build !pkcs11

package hsm

import "crypto"

// Module is an open token; this program was built without any.
type Module struct{}

// Open answers ErrNotBuilt.
func Open(Settings) (*Module, error) { return nil, ErrNotBuilt }

// Create answers ErrNotBuilt.
func (*Module) Create(string) (crypto.Signer, error) { return nil, ErrNotBuilt }

// Keys answers ErrNotBuilt.
func (*Module) Keys(string) ([]crypto.Signer, error) { return nil, ErrNotBuilt }

// Close does nothing.
func (*Module) Close() error { return nil }
