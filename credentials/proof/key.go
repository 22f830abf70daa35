package proof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"laurel/credentials"
)

// Alg is a JOSE signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1).
type Alg string

// The algorithms that are accepted. Laurel signs with EdDSA over Ed25519 and
// with ES256; RS256 is checked only, with keys of 2,048 bits or more.
const (
	EdDSA Alg = "EdDSA"
	ES256 Alg = "ES256"
	RS256 Alg = "RS256"
)

// Sizes of RSA keys that are accepted, in bits.
const (
	minRSABits = 2048
	maxRSABits = 8192
)

// ErrKey is the kind of error of a key that is not accepted.
var ErrKey = errors.New("key not accepted")

// Key is a public key. Its algorithm follows from its type and is never taken
// from the token that it checks.
type Key struct {
	// ID is the verification method, a DID URL: <did>#<thumbprint> for our own.
	ID     string
	Alg    Alg
	Public crypto.PublicKey // ed25519.PublicKey, *ecdsa.PublicKey (P-256) or *rsa.PublicKey
}

// JWK is a public key as RFC 7517 writes it. It has no private members.
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv,omitempty"`
	X   string `json:"x,omitempty"`
	Y   string `json:"y,omitempty"`
	N   string `json:"n,omitempty"`
	E   string `json:"e,omitempty"`
	Kid string `json:"kid,omitempty"`
	Alg Alg    `json:"alg,omitempty"`
	Use string `json:"use,omitempty"`
	// Issuer names the key's owner in a set that several organisations share (OB 3.0 implementation guide).
	Issuer string `json:"iss,omitempty"`
}

// NewKey gives the Key for a public key, or ErrKey for one whose type or size is not accepted.
func NewKey(id string, public crypto.PublicKey) (Key, error) {
	switch p := public.(type) {
	case ed25519.PublicKey:
		if len(p) == ed25519.PublicKeySize {
			return Key{ID: id, Alg: EdDSA, Public: p}, nil
		}
	case *ecdsa.PublicKey:
		if p.Curve == elliptic.P256() {
			return Key{ID: id, Alg: ES256, Public: p}, nil
		}
	case *rsa.PublicKey:
		if bits := p.N.BitLen(); bits >= minRSABits && bits <= maxRSABits && p.E >= 3 && p.E&1 == 1 {
			return Key{ID: id, Alg: RS256, Public: p}, nil
		}
	}
	return Key{}, fmt.Errorf("%w: its type or size", ErrKey)
}

// JWK gives the key as RFC 7517 writes it, with kid and alg.
func (k Key) JWK() JWK {
	j := k.material()
	j.Kid, j.Alg = k.ID, k.Alg
	return j
}

// material are the members of the key itself (RFC 7518 §6, RFC 8037 §2).
func (k Key) material() JWK {
	switch p := k.Public.(type) {
	case ed25519.PublicKey:
		return JWK{Kty: "OKP", Crv: "Ed25519", X: encode(p)}
	case *ecdsa.PublicKey:
		point, err := p.Bytes() // 0x04, x, y
		if err != nil {
			return JWK{}
		}
		half := (len(point) - 1) / 2
		return JWK{Kty: "EC", Crv: "P-256", X: encode(point[1 : 1+half]), Y: encode(point[1+half:])}
	case *rsa.PublicKey:
		return JWK{Kty: "RSA", N: encode(p.N.Bytes()), E: encode(big.NewInt(int64(p.E)).Bytes())}
	}
	return JWK{}
}

// Thumbprint is the SHA-256 thumbprint of the key in base64url (RFC 7638, RFC 8037 §2).
func (k Key) Thumbprint() string {
	j := k.material()
	var members any
	switch j.Kty {
	case "OKP":
		members = struct {
			Crv string `json:"crv"`
			Kty string `json:"kty"`
			X   string `json:"x"`
		}{j.Crv, j.Kty, j.X}
	case "EC":
		members = struct {
			Crv string `json:"crv"`
			Kty string `json:"kty"`
			X   string `json:"x"`
			Y   string `json:"y"`
		}{j.Crv, j.Kty, j.X, j.Y}
	default:
		members = struct {
			E   string `json:"e"`
			Kty string `json:"kty"`
			N   string `json:"n"`
		}{j.E, j.Kty, j.N}
	}
	canonical, err := json.Marshal(members)
	if err != nil {
		return "" // strings are always JSON
	}
	sum := sha256.Sum256(canonical)
	return encode(sum[:])
}

// privateMembers must never be met in a public key (RFC 7518 §6.2.2, §6.3.2).
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// ParseJWK reads a public key. It refuses private members, keys for other uses
// than signatures, and a member alg that is not the key's own algorithm. The
// Key's ID is the member kid, as it stands. Errors are ErrKey.
func ParseJWK(n *credentials.Node) (Key, error) {
	for _, name := range privateMembers {
		if n.Get(name) != nil {
			return Key{}, fmt.Errorf("%w: it holds the private member %s", ErrKey, name)
		}
	}
	if use := n.Get("use"); use != nil && use.Text() != "sig" {
		return Key{}, fmt.Errorf("%w: it is not for signatures", ErrKey)
	}
	public, err := publicKey(n)
	if err != nil {
		return Key{}, err
	}
	k, err := NewKey(n.Get("kid").Text(), public)
	if err != nil {
		return Key{}, err
	}
	if alg := n.Get("alg"); alg != nil && Alg(alg.Text()) != k.Alg {
		return Key{}, fmt.Errorf("%w: its alg is another", ErrKey)
	}
	return k, nil
}

func publicKey(n *credentials.Node) (crypto.PublicKey, error) {
	switch n.Get("kty").Text() + " " + n.Get("crv").Text() {
	case "OKP Ed25519":
		x, err := decode(n.Get("x").Text())
		if err != nil || len(x) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("%w: x is not an Ed25519 point", ErrKey)
		}
		return ed25519.PublicKey(x), nil
	case "EC P-256":
		x, errX := decode(n.Get("x").Text())
		y, errY := decode(n.Get("y").Text())
		if errX != nil || errY != nil || len(x) != 32 || len(y) != 32 {
			return nil, fmt.Errorf("%w: x and y are not of 32 bytes", ErrKey)
		}
		p, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
		if err != nil {
			return nil, fmt.Errorf("%w: the point is not on the curve", ErrKey)
		}
		return p, nil
	case "RSA ":
		modulus, errN := decode(n.Get("n").Text())
		exponent, errE := decode(n.Get("e").Text())
		if errN != nil || errE != nil || len(exponent) == 0 || len(exponent) > 4 || len(modulus) > maxRSABits/8 {
			return nil, fmt.Errorf("%w: n or e is out of bounds", ErrKey)
		}
		return &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: int(new(big.Int).SetBytes(exponent).Int64())}, nil
	}
	return nil, fmt.Errorf("%w: its type is none of Ed25519, P-256, RSA", ErrKey)
}

// strict refuses bits after the last byte, which would give one token two spellings.
var strict = base64.RawURLEncoding.Strict()

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// decode reads base64url without padding. encoding/base64 skips line breaks, so they are refused here.
func decode(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, errors.New("a line break stands in base64url")
	}
	return strict.DecodeString(s)
}
