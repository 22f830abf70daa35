package proof

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // for crypto.SHA384 and crypto.SHA512
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"laurel/credentials"
)

// Alg is a JOSE signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1).
type Alg string

// The algorithms of keys. Tokens are accepted under EdDSA (Ed25519), ES256 and
// RS256 (2,048 bits or more), the others only where a caller of [ParseJWT] asks
// for them; a P-384 key also makes proofs of the suite ecdsa-rdfc-2019.
const (
	EdDSA Alg = "EdDSA"
	ES256 Alg = "ES256"
	ES384 Alg = "ES384"
	ES512 Alg = "ES512"
	RS256 Alg = "RS256"
)

// curve is an elliptic curve of ECDSA and what JOSE says of it (RFC 7518 §3.4, §6.2.1.1).
type curve struct {
	alg  Alg
	name string // crv
	elliptic.Curve
	hash crypto.Hash
	size int // of a coordinate and of each half of a signature, in bytes
}

// curves lists every curve that is accepted.
var curves = []curve{
	{ES256, "P-256", elliptic.P256(), crypto.SHA256, 32},
	{ES384, "P-384", elliptic.P384(), crypto.SHA384, 48},
	{ES512, "P-521", elliptic.P521(), crypto.SHA512, 66},
}

// curveBy finds the curve that is as asked, or gives false.
func curveBy(is func(curve) bool) (curve, bool) {
	if i := slices.IndexFunc(curves, is); i >= 0 {
		return curves[i], true
	}
	return curve{}, false
}

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
	Public crypto.PublicKey // ed25519.PublicKey, *ecdsa.PublicKey (P-256, P-384, P-521) or *rsa.PublicKey
	// thumbprint is that of Public, known of a key that was read.
	thumbprint string
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
	alg, ok := algOf(public)
	if !ok {
		return Key{}, fmt.Errorf("%w: its type or size", ErrKey)
	}
	k := Key{ID: id, Alg: alg, Public: public}
	k.thumbprint = k.Thumbprint()
	return k, nil
}

// algOf is the algorithm of a public key that is accepted.
func algOf(public crypto.PublicKey) (Alg, bool) {
	switch p := public.(type) {
	case ed25519.PublicKey:
		return EdDSA, len(p) == ed25519.PublicKeySize
	case *ecdsa.PublicKey:
		c, ok := curveBy(func(c curve) bool { return c.Curve == p.Curve })
		return c.alg, ok
	case *rsa.PublicKey:
		bits := p.N.BitLen()
		return RS256, bits >= minRSABits && bits <= maxRSABits && p.E >= 3 && p.E&1 == 1
	}
	return "", false
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
		return JWK{Kty: "EC", Crv: p.Params().Name, X: encode(point[1 : 1+half]), Y: encode(point[1+half:])}
	case *rsa.PublicKey:
		return JWK{Kty: "RSA", N: encode(p.N.Bytes()), E: encode(big.NewInt(int64(p.E)).Bytes())}
	}
	return JWK{}
}

// Thumbprint is the SHA-256 thumbprint of the key in base64url (RFC 7638, RFC 8037 §2).
func (k Key) Thumbprint() string {
	if k.thumbprint != "" {
		return k.thumbprint
	}
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
	crv := n.Get("crv").Text()
	switch n.Get("kty").Text() + " " + crv {
	case "OKP Ed25519":
		x, err := decode(n.Get("x").Text())
		if err != nil || len(x) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("%w: x is not an Ed25519 point", ErrKey)
		}
		return ed25519.PublicKey(x), nil
	case "EC P-256", "EC P-384", "EC P-521":
		c, _ := curveBy(func(c curve) bool { return c.name == crv })
		return c.publicKey(n.Get("x").Text(), n.Get("y").Text())
	case "RSA ":
		modulus, errN := decode(n.Get("n").Text())
		exponent, errE := decode(n.Get("e").Text())
		if errN != nil || errE != nil || len(exponent) == 0 || len(exponent) > 4 || len(modulus) > maxRSABits/8 {
			return nil, fmt.Errorf("%w: n or e is out of bounds", ErrKey)
		}
		return &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: int(new(big.Int).SetBytes(exponent).Int64())}, nil
	}
	return nil, fmt.Errorf("%w: its type is none of Ed25519, P-256, P-384, P-521, RSA", ErrKey)
}

// publicKey reads a point from the coordinates of a JWK (RFC 7518 §6.2.1).
func (c curve) publicKey(xText, yText string) (*ecdsa.PublicKey, error) {
	x, errX := decode(xText)
	y, errY := decode(yText)
	if errX != nil || errY != nil || len(x) != c.size || len(y) != c.size {
		return nil, fmt.Errorf("%w: x and y are not of %d bytes", ErrKey, c.size)
	}
	return c.point(slices.Concat([]byte{4}, x, y))
}

// point reads a public key from its uncompressed form (SEC 1 §2.3.3).
func (c curve) point(uncompressed []byte) (*ecdsa.PublicKey, error) {
	p, err := ecdsa.ParseUncompressedPublicKey(c.Curve, uncompressed)
	if err != nil {
		return nil, fmt.Errorf("%w: the point is not on the curve", ErrKey)
	}
	return p, nil
}

// verify checks a signature over message in the form of JOSE, which Data
// Integrity shares: 64 bytes for EdDSA, r and s side by side for ECDSA (IEEE
// P1363; RFC 7518 §3.4), PKCS #1 for RS256, which makes tokens alone (§3.3).
func (k Key) verify(message, signature []byte) bool {
	switch p := k.Public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(p, message, signature)
	case *ecdsa.PublicKey:
		c, ok := curveBy(func(c curve) bool { return c.alg == k.Alg })
		if !ok || len(signature) != 2*c.size {
			return false
		}
		r, s := new(big.Int).SetBytes(signature[:c.size]), new(big.Int).SetBytes(signature[c.size:])
		return ecdsa.Verify(p, c.sum(message), r, s)
	case *rsa.PublicKey:
		sum := sha256.Sum256(message)
		return rsa.VerifyPKCS1v15(p, crypto.SHA256, sum[:], signature) == nil
	}
	return false
}

// sum is the hash of the curve's algorithm.
func (c curve) sum(message []byte) []byte {
	h := c.hash.New()
	h.Write(message)
	return h.Sum(nil)
}

// strict refuses bits after the last byte, which would give one token two spellings.
var strict = base64.RawURLEncoding.Strict()

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// decode reads base64url without padding. encoding/base64 skips line breaks, so they are refused here.
func decode(s string) ([]byte, error) { return decodeBytes([]byte(s)) }

func decodeBytes(text []byte) ([]byte, error) {
	if bytes.IndexByte(text, '\n') >= 0 || bytes.IndexByte(text, '\r') >= 0 {
		return nil, errors.New("a line break stands in base64url")
	}
	out := make([]byte, strict.DecodedLen(len(text)))
	n, err := strict.Decode(out, text)
	return out[:n], err
}
