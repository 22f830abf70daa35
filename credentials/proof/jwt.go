package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"laurel/credentials"
)

// Header typ of tokens (VC-JOSE-COSE §3.1): of a credential, and of a presentation.
const (
	TypeVC = "vc+jwt"
	TypeVP = "vp+jwt"
)

// Reason codes of a [RefusalError], as a verification report names them.
const (
	// CodeMalformedToken is a text that is not a compact JWS.
	CodeMalformedToken = "malformed_token"
	// CodeAlgorithmRefused is an algorithm outside the allow-list, or not the key's own.
	CodeAlgorithmRefused = "algorithm_refused"
	// CodeHeaderRefused is a header member that is not accepted.
	CodeHeaderRefused = "header_refused"
)

// ErrSignature is the error of a signature that does not fit its document and key.
var ErrSignature = errors.New("signature mismatch")

// RefusalError is the error of a token whose form is not accepted.
type RefusalError struct {
	// Code is one of the Code… constants.
	Code string
	// Member is the header member or the part of the token at fault: alg, crit, jwk.d, payload, …
	Member string
	// Err is the cause, or nil.
	Err error
}

// Error names the reason and the part.
func (r *RefusalError) Error() string {
	if r.Err != nil {
		return fmt.Sprintf("%s: %s: %v", r.Code, r.Member, r.Err)
	}
	return r.Code + ": " + r.Member
}

// Unwrap gives the cause.
func (r *RefusalError) Unwrap() error { return r.Err }

// JWT is a compact JWS in its three parts, decoded (RFC 7515 §7.1).
type JWT struct {
	Protected []byte // the header, JSON
	Payload   []byte
	Signature []byte
}

// String gives the compact form, byte for byte as it was signed.
func (t JWT) String() string { return string(t.Bytes()) }

// Bytes is String as bytes, which belong to the caller.
func (t JWT) Bytes() []byte {
	return strict.AppendEncode(append(t.appendInput(nil), '.'), t.Signature)
}

// appendInput appends what the signature is over (RFC 7515 §5.1, JWS Signing
// Input), with room for the signature behind it. It is always made from the
// parts: what is verified is what is read.
func (t JWT) appendInput(dst []byte) []byte {
	size := strict.EncodedLen(len(t.Protected)) + strict.EncodedLen(len(t.Payload)) + strict.EncodedLen(len(t.Signature)) + 2
	dst = strict.AppendEncode(slices.Grow(dst, size), t.Protected)
	return strict.AppendEncode(append(dst, '.'), t.Payload)
}

// Header is what a token's header says of itself. Nothing in it is trusted:
// the key decides over alg, and the issuer over the key.
type Header struct {
	Alg  Alg
	Type string // typ, or ""
	// KeyID is kid, or "".
	KeyID string
	// Key is the member jwk, or nil: it counts only when the issuer publishes the same key.
	Key *Key
}

// protected is the header of the tokens that are made here. Its members stand in
// the order of their names.
type protected struct {
	Alg   Alg    `json:"alg"`
	KeyID string `json:"kid,omitempty"`
	Type  string `json:"typ"`
}

// SignJWT signs payload as a compact JWS (RFC 7515 §5.1) whose header is alg,
// kid and typ alone. The payload is signed as it is and belongs to the token
// from then on; a credential gets its claims first, from credentials.WithClaims.
// The error is the signer's, or a *RefusalError for what [ParseJWT] would not
// read: nothing is signed that cannot be verified.
func SignJWT(ctx context.Context, payload []byte, typ string, s Signer) (JWT, error) {
	key := s.Public()
	header, err := json.Marshal(protected{key.Alg, key.ID, typ})
	if err != nil {
		return JWT{}, fmt.Errorf("preparing to sign with %s: %w", key.ID, err)
	}
	t := JWT{Protected: header, Payload: payload}
	input := t.appendInput(nil)
	refused := &RefusalError{Code: CodeMalformedToken}
	switch {
	case !slices.Contains([]Alg{EdDSA, ES256, RS256, ES384, ES512}, key.Alg):
		refused = &RefusalError{Code: CodeAlgorithmRefused, Member: "alg"}
	case len(payload) == 0:
		refused.Member = "payload"
	case len(input) > 2*credentials.MaxBytes-maxSignatureText:
		refused.Member = "token"
	default:
		refused = nil
	}
	if refused != nil {
		return JWT{}, fmt.Errorf("preparing to sign with %s: %w", key.ID, refused)
	}
	t.Signature, err = s.Sign(ctx, input)
	if err != nil {
		return JWT{}, fmt.Errorf("signing with %s: %w", key.ID, err)
	}
	if len(t.Signature) == 0 {
		return JWT{}, fmt.Errorf("signing with %s: %w", key.ID, &RefusalError{Code: CodeMalformedToken, Member: "signature"})
	}
	return t, nil
}

// maxSignatureText is the room for the longest signature, of RSA with
// maxRSABits, in base64url and with the dot before it.
const maxSignatureText = 1 + (maxRSABits/8*8+5)/6

// refusedMembers are header members that would change what is signed, where
// the key comes from, or how the rest is read.
var refusedMembers = []string{"crit", "b64", "zip", "jku", "x5u", "x5c", "enc"}

// ParseJWT reads a compact JWS strictly: three base64url parts with nothing
// around, inside or after them, a header that is one JSON object, an algorithm
// of the allow-list (EdDSA, ES256, RS256, and those in more), and none of crit,
// b64, zip, jku, x5u, x5c, enc. It checks no signature. The error is a *RefusalError.
func ParseJWT(token []byte, more ...Alg) (JWT, Header, error) {
	malformed := func(part string, err error) (JWT, Header, error) {
		return JWT{}, Header{}, &RefusalError{Code: CodeMalformedToken, Member: part, Err: err}
	}
	if len(token) > 2*credentials.MaxBytes || bytes.Count(token, []byte(".")) != 2 {
		return malformed("token", nil)
	}
	var t JWT
	rest := token
	for _, part := range [...]struct {
		name string
		into *[]byte
	}{{"header", &t.Protected}, {"payload", &t.Payload}, {"signature", &t.Signature}} {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("."))
		decoded, err := decodeBytes(text)
		if err != nil || len(decoded) == 0 {
			return malformed(part.name, err)
		}
		*part.into = decoded
	}
	h, err := parseHeader(t.Protected, more)
	if err != nil {
		return JWT{}, Header{}, err
	}
	return t, h, nil
}

func parseHeader(protected []byte, more []Alg) (Header, error) {
	n, err := credentials.Parse(protected)
	if err != nil {
		return Header{}, &RefusalError{Code: CodeMalformedToken, Member: "header", Err: err}
	}
	if n.Kind() != credentials.Object {
		return Header{}, &RefusalError{Code: CodeMalformedToken, Member: "header"}
	}
	for _, name := range refusedMembers {
		if n.Get(name) != nil {
			return Header{}, &RefusalError{Code: CodeHeaderRefused, Member: name}
		}
	}
	h := Header{Alg: Alg(n.Get("alg").Text())}
	if h.Alg != EdDSA && h.Alg != ES256 && h.Alg != RS256 && !slices.Contains(more, h.Alg) {
		return Header{}, &RefusalError{Code: CodeAlgorithmRefused, Member: "alg"}
	}
	for _, m := range [...]struct {
		name string
		into *string
	}{{"typ", &h.Type}, {"kid", &h.KeyID}} {
		if v := n.Get(m.name); v != nil && v.Kind() != credentials.String {
			return Header{}, &RefusalError{Code: CodeHeaderRefused, Member: m.name}
		}
		*m.into = n.Get(m.name).Text()
	}
	if jwk := n.Get("jwk"); jwk != nil {
		k, err := ParseJWK(jwk)
		if err != nil {
			return Header{}, &RefusalError{Code: CodeHeaderRefused, Member: "jwk", Err: err}
		}
		h.Key = &k
	}
	return h, nil
}

// Verify checks the signature with k, under k's own algorithm. The error is a
// *RefusalError when the token names another algorithm, else ErrSignature.
func (t JWT) Verify(k Key) error {
	h, err := parseHeader(t.Protected, []Alg{k.Alg})
	if err != nil {
		return err
	}
	if h.Alg != k.Alg {
		return &RefusalError{Code: CodeAlgorithmRefused, Member: "alg"}
	}
	room, _ := inputs.Get().(*[]byte)
	defer inputs.Put(room)
	input := t.appendInput((*room)[:0])
	if cap(input) <= largestInput {
		*room = input
	}
	if !k.verify(input, t.Signature) {
		return ErrSignature
	}
	return nil
}

// inputs are buffers for what signatures are over.
var inputs = sync.Pool{New: func() any { return new([]byte) }}

// largestInput is the largest buffer that is kept for another token, in bytes.
const largestInput = 64 << 10
