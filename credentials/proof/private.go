package proof

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
)

// Signer signs with one key that may live elsewhere: in memory, in a hardware
// module, with a remote service.
type Signer interface {
	// Sign gives the JOSE signature over payload: 64 bytes for EdDSA, r and s
	// of 32 bytes each for ES256 (RFC 7518 §3.4). It must be safe for concurrent use.
	Sign(ctx context.Context, payload []byte) ([]byte, error)
	// Public is the key that checks the signatures, with its kid as ID.
	Public() Key
}

// PrivateKey is a key pair in memory. It prints as [redacted].
type PrivateKey struct {
	alg Alg
	key crypto.Signer
}

// Generate makes a key for EdDSA or ES256 from 32 or more bytes of rand.
func Generate(rand io.Reader, alg Alg) (*PrivateKey, error) {
	var seed [32]byte
	for range 8 { // one P-256 scalar in 2^32 is out of range
		if _, err := io.ReadFull(rand, seed[:]); err != nil {
			return nil, fmt.Errorf("reading randomness for a key: %w", err)
		}
		switch alg {
		case EdDSA:
			return &PrivateKey{alg: alg, key: ed25519.NewKeyFromSeed(seed[:])}, nil
		case ES256:
			if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed[:]); err == nil {
				return &PrivateKey{alg: alg, key: key}, nil
			}
		case RS256:
			return nil, fmt.Errorf("%w: Laurel does not sign with %s", ErrKey, alg)
		default:
			return nil, fmt.Errorf("%w: unknown algorithm %q", ErrKey, alg)
		}
	}
	return nil, errors.New("making a key: the randomness gives no valid scalar")
}

// PKCS8 gives the private key as PKCS #8 DER, in the clear: encrypt it before it is stored.
func (p *PrivateKey) PKCS8() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return nil, fmt.Errorf("writing a private key: %w", err)
	}
	return der, nil
}

// ParsePKCS8 reads what PKCS8 wrote: an Ed25519 or a P-256 key, else ErrKey.
func ParsePKCS8(der []byte) (*PrivateKey, error) {
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%w: it is not PKCS #8", ErrKey) // the cause may echo key material
	}
	switch k := key.(type) {
	case ed25519.PrivateKey:
		return &PrivateKey{alg: EdDSA, key: k}, nil
	case *ecdsa.PrivateKey:
		if k.Curve == elliptic.P256() {
			return &PrivateKey{alg: ES256, key: k}, nil
		}
	}
	return nil, fmt.Errorf("%w: its type is none of Ed25519, P-256", ErrKey)
}

// Alg is the algorithm that the key signs with.
func (p *PrivateKey) Alg() Alg { return p.alg }

// Public is the public key under the given verification method.
func (p *PrivateKey) Public(kid string) Key {
	return Key{ID: kid, Alg: p.alg, Public: p.key.Public()}
}

// Signer signs with this key under the verification method kid, a DID URL.
func (p *PrivateKey) Signer(kid string) Signer { return localSigner{p, p.Public(kid)} }

// String hides the key.
func (*PrivateKey) String() string { return "[redacted]" }

// GoString hides the key.
func (*PrivateKey) GoString() string { return "[redacted]" }

// LogValue hides the key.
func (*PrivateKey) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// localSigner signs with a key in memory.
type localSigner struct {
	private *PrivateKey
	public  Key
}

// Public is the key that checks the signatures.
func (s localSigner) Public() Key { return s.public }

// String names the public key only.
func (s localSigner) String() string { return s.public.ID }

// Sign is deterministic for both algorithms (RFC 8032; RFC 6979), so that the
// same document under the same key is the same token.
func (s localSigner) Sign(ctx context.Context, payload []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.private.alg == EdDSA {
		return s.private.key.Sign(nil, payload, crypto.Hash(0))
	}
	digest := sha256.Sum256(payload)
	der, err := s.private.key.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return rawSignature(der)
}

// rawSignature turns an ASN.1 ECDSA signature into r and s of 32 bytes each (RFC 7518 §3.4).
func rawSignature(der []byte) ([]byte, error) {
	var sig struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &sig); err != nil || len(rest) > 0 {
		return nil, errors.New("signing: the signature is not ASN.1")
	}
	out := make([]byte, 64)
	sig.R.FillBytes(out[:32])
	sig.S.FillBytes(out[32:])
	return out, nil
}
