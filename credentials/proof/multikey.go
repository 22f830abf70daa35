package proof

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"fmt"
	"slices"
	"strings"

	"github.com/mr-tron/base58"
)

// multicodec prefixes of public keys, as varints (Controlled Identifiers 1.0 §2.2.2, Multikey).
var multicodecs = map[Alg][]byte{
	EdDSA: {0xed, 0x01},
	ES256: {0x80, 0x24},
	ES384: {0x81, 0x24},
}

// maxBase58 bounds the base58 that is decoded: its cost grows with the square of its length.
const maxBase58 = 160

// ParseMultikey reads a public key in Multikey form: z, and base58btc of a
// multicodec prefix and the key; Ed25519 (z6Mk…), P-256 (zDna…) and P-384
// (z82L…). The key has no ID. The error is ErrKey.
func ParseMultikey(s string) (Key, error) {
	raw, err := decodeBase58(s)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	if body, ok := bytes.CutPrefix(raw, multicodecs[EdDSA]); ok {
		return NewKey("", ed25519.PublicKey(body))
	}
	for _, c := range curves {
		prefix, known := multicodecs[c.alg]
		body, ok := bytes.CutPrefix(raw, prefix)
		if !known || !ok {
			continue
		}
		x, y := elliptic.UnmarshalCompressed(c.Curve, body)
		if x == nil {
			return Key{}, fmt.Errorf("%w: the point is not on the curve", ErrKey)
		}
		point := make([]byte, 1+2*c.size)
		point[0] = 4
		x.FillBytes(point[1 : 1+c.size])
		y.FillBytes(point[1+c.size:])
		p, err := c.point(point)
		if err != nil {
			return Key{}, err
		}
		return NewKey("", p)
	}
	return Key{}, fmt.Errorf("%w: its multicodec is none of Ed25519, P-256, P-384", ErrKey)
}

// Multikey gives the key in Multikey form, or "" for a type that has none here.
func (k Key) Multikey() string {
	prefix, ok := multicodecs[k.Alg]
	if !ok {
		return ""
	}
	switch p := k.Public.(type) {
	case ed25519.PublicKey:
		return encodeBase58(slices.Concat(prefix, p))
	case *ecdsa.PublicKey:
		point, err := p.Bytes() // 0x04, x, y
		if err != nil {
			return ""
		}
		half := (len(point) - 1) / 2
		compressed := append([]byte{2 + point[len(point)-1]&1}, point[1:1+half]...) // SEC 1 §2.3.3
		return encodeBase58(slices.Concat(prefix, compressed))
	}
	return ""
}

// encodeBase58 writes multibase base58btc.
func encodeBase58(b []byte) string { return "z" + base58.Encode(b) }

// decodeBase58 reads multibase base58btc.
func decodeBase58(s string) ([]byte, error) {
	text, ok := strings.CutPrefix(s, "z")
	if !ok || text == "" || len(text) > maxBase58 {
		return nil, fmt.Errorf("reading multibase: it is not base58btc of at most %d characters", maxBase58)
	}
	raw, err := base58.Decode(text)
	if err != nil {
		return nil, fmt.Errorf("reading multibase: %w", err)
	}
	return raw, nil
}
