package proof

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
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
	// side by side for ES256 and its kin (RFC 7518 §3.4), PKCS #1 for RS256 (§3.3).
	// It must be safe for concurrent use.
	Sign(ctx context.Context, payload []byte) ([]byte, error)
	// Public is the key that checks the signatures, with its kid as ID.
	Public() Key
}

// PrivateKey is a key pair in memory, or one whose private half something else
// holds ([Held]). It prints as [redacted].
type PrivateKey struct {
	alg Alg
	key crypto.Signer
}

// rsaBits is the size of an RSA key that is made here: one of 2,048 bits, the
// least that is accepted, is not for what must hold after 2030 (NIST SP 800-57 §5.6.3).
const rsaBits = 3072

// Generate makes a key for EdDSA, ES256, ES384 or ES512 from 32 or more bytes of
// rand (66 for ES512), or one of 3,072 bits for RS256, which signs tokens alone.
func Generate(rand io.Reader, alg Alg) (*PrivateKey, error) {
	if alg == RS256 {
		key, err := rsa.GenerateKey(rand, rsaBits)
		if err != nil {
			return nil, fmt.Errorf("making a key: %w", err)
		}
		return &PrivateKey{alg: alg, key: key}, nil
	}
	c, isCurve := curveBy(func(c curve) bool { return c.alg == alg })
	if !isCurve && alg != EdDSA {
		return nil, fmt.Errorf("%w: Laurel does not sign with %q", ErrKey, alg)
	}
	seed := make([]byte, max(c.size, ed25519.SeedSize))
	for range 8 { // one P-256 scalar in 2^32 is out of range
		if _, err := io.ReadFull(rand, seed); err != nil {
			return nil, fmt.Errorf("reading randomness for a key: %w", err)
		}
		if alg == EdDSA {
			return &PrivateKey{alg: alg, key: ed25519.NewKeyFromSeed(seed)}, nil
		}
		if alg == ES512 {
			seed[0] &= 1 // the field has 521 bits
		}
		if key, err := ecdsa.ParseRawPrivateKey(c.Curve, seed); err == nil {
			return &PrivateKey{alg: alg, key: key}, nil
		}
	}
	return nil, errors.New("making a key: the randomness gives no valid scalar")
}

// Held is the key pair of which key holds the private half, such as a security
// module: it signs as one in memory does, and cannot be written down. ErrKey for
// a type or size that is not accepted.
func Held(key crypto.Signer) (*PrivateKey, error) {
	public, err := NewKey("", key.Public())
	if err != nil {
		return nil, err
	}
	return &PrivateKey{alg: public.Alg, key: key}, nil
}

// PKCS8 gives the private key as PKCS #8 DER, in the clear: encrypt it before it is stored.
func (p *PrivateKey) PKCS8() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return nil, fmt.Errorf("writing a private key: %w", err)
	}
	return der, nil
}

// ParsePKCS8 reads what PKCS8 wrote: an Ed25519 key, one of the curves, or an RSA
// key of a size that is accepted, else ErrKey.
func ParsePKCS8(der []byte) (*PrivateKey, error) {
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%w: it is not PKCS #8", ErrKey) // the cause may echo key material
	}
	switch k := key.(type) {
	case ed25519.PrivateKey:
		return &PrivateKey{alg: EdDSA, key: k}, nil
	case *ecdsa.PrivateKey:
		if c, ok := curveBy(func(c curve) bool { return c.Curve == k.Curve }); ok {
			return &PrivateKey{alg: c.alg, key: k}, nil
		}
	case *rsa.PrivateKey:
		if public, err := NewKey("", &k.PublicKey); err == nil {
			return &PrivateKey{alg: public.Alg, key: k}, nil
		}
	}
	return nil, fmt.Errorf("%w: its type or size is not accepted", ErrKey)
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

// localSigner signs with a private key.
type localSigner struct {
	private *PrivateKey
	public  Key
}

// Public is the key that checks the signatures.
func (s localSigner) Public() Key { return s.public }

// String names the public key only.
func (s localSigner) String() string { return s.public.ID }

// Sign is deterministic for all algorithms (RFC 8032; RFC 6979; RFC 8017 §8.2), so that the
// same document under the same key in memory is the same token. A security module
// takes randomness of its own.
func (s localSigner) Sign(ctx context.Context, payload []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch s.private.alg {
	case EdDSA:
		return s.private.key.Sign(nil, payload, crypto.Hash(0))
	case RS256:
		sum := sha256.Sum256(payload)
		return s.private.key.Sign(nil, sum[:], crypto.SHA256)
	case ES256, ES384, ES512:
	}
	c, ok := curveBy(func(c curve) bool { return c.alg == s.private.alg })
	if !ok {
		return nil, fmt.Errorf("signing: %w: its type", ErrKey)
	}
	der, err := s.private.key.Sign(nil, c.sum(payload), c.hash)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return rawSignature(der, c.size)
}

// rawSignature turns an ASN.1 ECDSA signature into r and s of size bytes each (RFC 7518 §3.4).
func rawSignature(der []byte, size int) ([]byte, error) {
	var sig struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &sig); err != nil || len(rest) > 0 {
		return nil, errors.New("signing: the signature is not ASN.1")
	}
	out := make([]byte, 2*size)
	sig.R.FillBytes(out[:size])
	sig.S.FillBytes(out[size:])
	return out, nil
}
