package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"laurel/credentials"
)

// Binding is what a holder says by presenting a token: to whom, in answer to
// what, and when (RFC 9901 §4.3).
type Binding struct {
	// Audience names the reader.
	Audience string
	// Nonce is the reader's own, so that a presentation cannot be used again.
	Nonce string
	// IssuedAt counts to the second.
	IssuedAt time.Time
}

// BindKey adds a key binding by the holder's key to a token with the
// disclosures that are to be shown. The disclosures are part of what is bound.
func (t SDJWT) BindKey(ctx context.Context, b Binding, holder Signer) (SDJWT, error) {
	hash, err := t.presentedHash()
	if err != nil {
		return SDJWT{}, err
	}
	payload, err := json.Marshal(struct {
		IssuedAt int64  `json:"iat"`
		Audience string `json:"aud"`
		Nonce    string `json:"nonce"`
		Hash     string `json:"sd_hash"`
	}{b.IssuedAt.Unix(), b.Audience, b.Nonce, hash})
	if err != nil {
		return SDJWT{}, fmt.Errorf("writing a key binding: %w", err)
	}
	token, err := SignJWT(ctx, payload, TypeKeyBinding, holder)
	if err != nil {
		return SDJWT{}, err
	}
	t.KeyBinding = &token
	return t, nil
}

// presentedHash is sd_hash: the digest of the token up to its last tilde, by
// the hash of the token (RFC 9901 §4.3.1).
func (t SDJWT) presentedHash() (string, error) {
	payload, err := credentials.Parse(t.JWT.Payload)
	if err != nil {
		return "", &RefusalError{Code: CodeMalformedToken, Member: "payload", Err: err}
	}
	digest, err := digestOf(payload)
	if err != nil {
		return "", err
	}
	return digest(t.presented()), nil
}

// HolderKey is the key that the issuer bound a token to, by its member cnf.jwk
// (RFC 7800 §3.2). The error is ErrKey.
func HolderKey(payload *credentials.Node) (Key, error) {
	jwk := payload.Path("cnf", "jwk")
	if jwk == nil {
		return Key{}, fmt.Errorf("%w: the token is bound to none", ErrKey)
	}
	return ParseJWK(jwk)
}

// VerifyKeyBinding checks that the holder's key k signed this presentation, for
// the audience and with the nonce of want, within maxAge of want.IssuedAt,
// which is the reader's clock (RFC 9901 §7.3). k comes from [HolderKey] of the
// payload that the issuer signed. The error is a *RefusalError with the member
// at fault, or ErrSignature.
func (t SDJWT) VerifyKeyBinding(k Key, want Binding, maxAge time.Duration) error {
	refused := func(member string, err error) error {
		return &RefusalError{Code: CodeKeyBinding, Member: member, Err: err}
	}
	if t.KeyBinding == nil {
		return refused("token", errors.New("there is no key binding"))
	}
	h, err := parseHeader(t.KeyBinding.Protected, []Alg{k.Alg})
	if err != nil {
		return err
	}
	if h.Type != TypeKeyBinding {
		return refused("typ", nil)
	}
	if err := t.KeyBinding.Verify(k); err != nil {
		return err
	}
	n, err := credentials.Parse(t.KeyBinding.Payload)
	if err != nil {
		return refused("payload", err)
	}
	hash, err := t.presentedHash()
	if err != nil {
		return err
	}
	seconds, ok := n.Get("iat").Int()
	age := want.IssuedAt.Sub(time.Unix(seconds, 0))
	switch {
	case n.Get("aud").Text() != want.Audience || want.Audience == "":
		return refused("aud", nil)
	case n.Get("nonce").Text() != want.Nonce || want.Nonce == "":
		return refused("nonce", nil)
	case !ok || age > maxAge || age < -proofSkew:
		return refused("iat", nil)
	case n.Get("sd_hash").Text() != hash:
		return refused("sd_hash", nil)
	}
	return nil
}
