package did

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/mr-tron/base58"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// Multicodec prefixes of public keys (Multikey, Controlled Identifiers 1.0).
var (
	prefixEd25519 = []byte{0xed, 0x01}
	prefixP256    = []byte{0x80, 0x24}
)

// maxMultikey bounds the base58 that is decoded: its cost grows with the square of its length.
const maxMultikey = 128

// Local resolves a DID that carries its key in itself: did:key and did:jwk. The
// bool is false for other methods. The error is ErrSyntax or proof.ErrKey.
func Local(s string) (*Document, bool, error) {
	d, err := Parse(s)
	if err != nil {
		return nil, false, err
	}
	switch d.Method {
	case "key":
		k, err := multikey(d.Specific)
		if err != nil {
			return nil, true, err
		}
		k.ID = s + "#" + d.Specific
		return &Document{ID: s, methods: []method{{key: k}}}, true, nil
	case "jwk":
		k, err := jwkKey(d.Specific)
		if err != nil {
			return nil, true, err
		}
		k.ID = s + "#0"
		return &Document{ID: s, methods: []method{{key: k}}}, true, nil
	}
	return nil, false, nil
}

// jwkKey reads the key of a did:jwk.
func jwkKey(specific string) (proof.Key, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(specific)
	if err != nil {
		return proof.Key{}, fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	n, err := credentials.Parse(raw)
	if err != nil {
		return proof.Key{}, fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	return proof.ParseJWK(n)
}

// multikey reads a public key in Multikey form: z, base58 of a multicodec prefix and the key.
func multikey(s string) (proof.Key, error) {
	text, ok := strings.CutPrefix(s, "z")
	if !ok || len(text) > maxMultikey {
		return proof.Key{}, fmt.Errorf("%w: it is not base58 multibase", ErrSyntax)
	}
	raw, err := base58.Decode(text)
	if err != nil {
		return proof.Key{}, fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	switch {
	case bytes.HasPrefix(raw, prefixEd25519):
		return proof.NewKey("", ed25519.PublicKey(raw[2:]))
	case bytes.HasPrefix(raw, prefixP256) && len(raw) == 2+33:
		x, y := elliptic.UnmarshalCompressed(elliptic.P256(), raw[2:])
		if x == nil {
			return proof.Key{}, fmt.Errorf("%w: the point is not on the curve", proof.ErrKey)
		}
		point := make([]byte, 65)
		point[0] = 4 // uncompressed (SEC 1 §2.3.3)
		x.FillBytes(point[1:33])
		y.FillBytes(point[33:])
		public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
		if err != nil {
			return proof.Key{}, fmt.Errorf("%w: %w", proof.ErrKey, err)
		}
		return proof.NewKey("", public)
	}
	return proof.Key{}, fmt.Errorf("%w: its multicodec is neither Ed25519 nor P-256", proof.ErrKey)
}
