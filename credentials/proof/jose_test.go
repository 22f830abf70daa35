package proof_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"laurel/credentials/proof"
)

// TestVerifyAgreesWithGoJose holds the check of a token against go-jose, for
// every algorithm, on good signatures and on altered ones of every length.
func TestVerifyAgreesWithGoJose(t *testing.T) {
	t.Parallel()
	for _, alg := range []proof.Alg{proof.EdDSA, proof.ES256, proof.ES384, proof.ES512, proof.RS256} {
		t.Run(string(alg), func(t *testing.T) {
			t.Parallel()
			token, k := joseToken(t, alg)
			forms := map[string]proof.JWT{"good": token, "none": {Protected: token.Protected, Payload: token.Payload}}
			for i := range token.Signature {
				one := token
				one.Signature = bytes.Clone(token.Signature)
				one.Signature[i] ^= 0x40
				forms[fmt.Sprint("flipped ", i)] = one
			}
			for name, size := range map[string]int{"short": len(token.Signature) - 1, "half": len(token.Signature) / 2} {
				one := token
				one.Signature = token.Signature[:size]
				forms[name] = one
			}
			for name, more := range map[string][]byte{"long": {0}, "twice": token.Signature} {
				one := token
				one.Signature = append(bytes.Clone(token.Signature), more...)
				forms[name] = one
			}
			zero, payload := token, token
			zero.Signature = make([]byte, len(token.Signature))
			payload.Payload = append(bytes.Clone(token.Payload), ' ')
			forms["zero"], forms["payload"] = zero, payload
			for name, one := range forms {
				got, want := one.Verify(k) == nil, joseAccepts(one, k)
				if got != want || got != (name == "good") {
					t.Errorf("%s: got %t, go-jose says %t", name, got, want)
				}
			}
		})
	}
}

// joseToken is a token of the algorithm, with the key that checks it.
func joseToken(t *testing.T, alg proof.Alg) (proof.JWT, proof.Key) {
	t.Helper()
	payload := []byte(`{"iss":"did:web:laurel.example"}`)
	if alg != proof.RS256 {
		s := key(t, alg).Signer("did:web:laurel.example#key")
		token, err := proof.SignJWT(t.Context(), payload, proof.TypeVC, s)
		if err != nil {
			t.Fatal(err)
		}
		return token, s.Public()
	}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	k, err := proof.NewKey("did:web:laurel.example#key", &private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	token := proof.JWT{Protected: []byte(`{"alg":"RS256"}`), Payload: payload}
	input := base64.RawURLEncoding.EncodeToString(token.Protected) + "." + base64.RawURLEncoding.EncodeToString(payload)
	sum := sha256.Sum256([]byte(input))
	if token.Signature, err = rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, sum[:]); err != nil {
		t.Fatal(err)
	}
	return token, k
}

// joseAccepts asks go-jose.
func joseAccepts(token proof.JWT, k proof.Key) bool {
	signed, err := jose.ParseSignedCompact(token.String(), []jose.SignatureAlgorithm{jose.SignatureAlgorithm(k.Alg)})
	if err != nil {
		return false
	}
	_, err = signed.Verify(k.Public)
	return err == nil
}

// TestSignAgreesWithGoJose: a token is the same, byte for byte, as go-jose makes
// it from the same key and payload.
func TestSignAgreesWithGoJose(t *testing.T) {
	t.Parallel()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	s := rawSigner{private, proof.Key{ID: "did:web:laurel.example:schools:a%3Fb#k", Alg: proof.EdDSA, Public: private.Public()}}
	payload := []byte(`{"name":"Zoë <b>& "}`)
	got, err := proof.SignJWT(t.Context(), payload, proof.TypeVC, s)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: private, KeyID: s.key.ID}},
		(&jose.SignerOptions{}).WithType(proof.TypeVC),
	)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	want, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestSignRefuses: what could not be read again is not signed.
func TestSignRefuses(t *testing.T) {
	t.Parallel()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	good := proof.Key{ID: "did:web:laurel.example#k", Alg: proof.EdDSA, Public: private.Public()}
	none := good
	none.Alg = ""
	for name, c := range map[string]struct {
		payload []byte
		signer  proof.Signer
		want    string
	}{
		"no payload":    {nil, rawSigner{private, good}, "payload"},
		"too large":     {make([]byte, 2<<20), rawSigner{private, good}, "token"},
		"no algorithm":  {[]byte("{}"), rawSigner{private, none}, "alg"},
		"no signature":  {[]byte("{}"), rawSigner{nil, good}, "signature"},
		"nothing wrong": {[]byte("{}"), rawSigner{private, good}, ""},
	} {
		_, err := proof.SignJWT(t.Context(), c.payload, proof.TypeVC, c.signer)
		refusal, ok := errors.AsType[*proof.RefusalError](err)
		if ok == (c.want == "") || ok && refusal.Member != c.want {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// rawSigner signs by a key of Ed25519, or gives an empty signature without one.
type rawSigner struct {
	private ed25519.PrivateKey
	key     proof.Key
}

func (s rawSigner) Public() proof.Key { return s.key }

func (s rawSigner) Sign(_ context.Context, payload []byte) ([]byte, error) {
	if s.private == nil {
		return nil, nil
	}
	return ed25519.Sign(s.private, payload), nil
}
