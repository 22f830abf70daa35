package proof_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
)

const kid = "did:web:laurel.example:schools:willow-brook#key"

// key makes a fixed key, so that tokens are the same in every run.
func key(tb testing.TB, alg proof.Alg) *proof.PrivateKey {
	tb.Helper()
	k, err := proof.Generate(bytes.NewReader(bytes.Repeat([]byte{7}, 128)), alg)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func TestSignAndVerify(t *testing.T) {
	t.Parallel()
	for _, alg := range []proof.Alg{proof.EdDSA, proof.ES256} {
		t.Run(string(alg), func(t *testing.T) {
			t.Parallel()
			s := key(t, alg).Signer(kid)
			payload := []byte(`{"id":"urn:uuid:1","name":"ü"}`)
			token, err := proof.SignJWT(t.Context(), payload, proof.TypeVC, s)
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf(`{"alg":"%s","kid":"%s","typ":"vc+jwt"}`, alg, kid)
			if got := string(token.Protected); got != want {
				t.Errorf("header: got %s, want %s", got, want)
			}
			if !bytes.Equal(token.Payload, payload) || len(token.Signature) != 64 {
				t.Error("the payload was changed, or the signature is not of 64 bytes")
			}
			if err := token.Verify(s.Public()); err != nil {
				t.Error(err)
			}
			again, header, err := proof.ParseJWT([]byte(token.String()))
			if err != nil || again.String() != token.String() || header.KeyID != kid || header.Alg != alg || header.Type != proof.TypeVC {
				t.Errorf("reading it back: got %v %+v", err, header)
			}
			same, _ := proof.SignJWT(t.Context(), payload, proof.TypeVC, s)
			if same.String() != token.String() {
				t.Error("the same document under the same key gives another token")
			}
			for i := range token.Signature {
				bad := token
				bad.Signature = bytes.Clone(token.Signature)
				bad.Signature[i] ^= 1
				if err := bad.Verify(s.Public()); !errors.Is(err, proof.ErrSignature) {
					t.Fatalf("byte %d of the signature changed: got %v", i, err)
				}
			}
		})
	}
}

func TestVerifyPinsTheAlgorithm(t *testing.T) {
	t.Parallel()
	ed, ec := key(t, proof.EdDSA).Signer(kid), key(t, proof.ES256).Signer(kid)
	token, err := proof.SignJWT(t.Context(), []byte(`{}`), proof.TypeVC, ed)
	if err != nil {
		t.Fatal(err)
	}
	refusal, ok := errors.AsType[*proof.RefusalError](token.Verify(ec.Public()))
	if !ok || refusal.Code != proof.CodeAlgorithmRefused {
		t.Errorf("got %v, want %s", refusal, proof.CodeAlgorithmRefused)
	}
}

func TestParseJWTRefuses(t *testing.T) {
	t.Parallel()
	good := b64(`{"alg":"EdDSA"}`) + "." + b64(`{}`) + "." + b64("sig")
	head := func(h string) string { return b64(h) + "." + b64(`{}`) + "." + b64("sig") }
	jwk := key(t, proof.EdDSA).Public("k").JWK()
	public, _ := json.Marshal(jwk)
	private := strings.TrimSuffix(string(public), "}") + `,"d":"AAAA"}`
	tests := []struct{ name, token, code, member string }{
		{"empty", "", proof.CodeMalformedToken, "token"},
		{"two parts", b64("{}") + "." + b64("{}"), proof.CodeMalformedToken, "token"},
		{"five parts", good + ".a.b", proof.CodeMalformedToken, "token"},
		{"line break inside", good[:5] + "\n" + good[5:], proof.CodeMalformedToken, "header"},
		{"line break at the end", good + "\n", proof.CodeMalformedToken, "signature"},
		{"padding", good + "=", proof.CodeMalformedToken, "signature"},
		{"bits after the last byte", head(`{"alg":"EdDSA"}`)[:len(good)-1] + "h", "", ""},
		{"no payload", b64(`{"alg":"EdDSA"}`) + ".." + b64("sig"), proof.CodeMalformedToken, "payload"},
		{"no signature", b64(`{"alg":"EdDSA"}`) + "." + b64("{}") + ".", proof.CodeMalformedToken, "signature"},
		{"header is a list", head(`[]`), proof.CodeMalformedToken, "header"},
		{"alg twice", head(`{"alg":"EdDSA","alg":"none"}`), proof.CodeMalformedToken, "header"},
		{"none", head(`{"alg":"none"}`), proof.CodeAlgorithmRefused, "alg"},
		{"HS256", head(`{"alg":"HS256"}`), proof.CodeAlgorithmRefused, "alg"},
		{"ES384", head(`{"alg":"ES384"}`), proof.CodeAlgorithmRefused, "alg"},
		{"no alg", head(`{}`), proof.CodeAlgorithmRefused, "alg"},
		{"alg in other case", head(`{"Alg":"EdDSA"}`), proof.CodeAlgorithmRefused, "alg"},
		{"crit", head(`{"alg":"EdDSA","crit":[]}`), proof.CodeHeaderRefused, "crit"},
		{"b64", head(`{"alg":"EdDSA","b64":false}`), proof.CodeHeaderRefused, "b64"},
		{"zip", head(`{"alg":"EdDSA","zip":"DEF"}`), proof.CodeHeaderRefused, "zip"},
		{"jku", head(`{"alg":"EdDSA","jku":"https://evil.example/"}`), proof.CodeHeaderRefused, "jku"},
		{"x5u", head(`{"alg":"EdDSA","x5u":"https://evil.example/"}`), proof.CodeHeaderRefused, "x5u"},
		{"x5c", head(`{"alg":"EdDSA","x5c":[]}`), proof.CodeHeaderRefused, "x5c"},
		{"enc", head(`{"alg":"EdDSA","enc":"A256GCM"}`), proof.CodeHeaderRefused, "enc"},
		{"kid is a number", head(`{"alg":"EdDSA","kid":1}`), proof.CodeHeaderRefused, "kid"},
		{"private jwk", head(`{"alg":"EdDSA","jwk":` + private + `}`), proof.CodeHeaderRefused, "jwk"},
		{"public jwk", head(`{"alg":"EdDSA","jwk":` + string(public) + `}`), "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := proof.ParseJWT([]byte(tt.token))
			refusal, ok := errors.AsType[*proof.RefusalError](err)
			if tt.code == "" && err == nil {
				return
			}
			if !ok || refusal.Code != tt.code || refusal.Member != tt.member {
				t.Errorf("got %v, want %s %s", err, tt.code, tt.member)
			}
		})
	}
}

func TestKeysThatAreNotAccepted(t *testing.T) {
	t.Parallel()
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err == nil {
		if _, err := proof.NewKey("k", &small.PublicKey); !errors.Is(err, proof.ErrKey) {
			t.Errorf("RSA of 1024 bits: got %v", err)
		}
	}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := proof.NewKey("k", &p224.PublicKey); !errors.Is(err, proof.ErrKey) {
		t.Errorf("P-224: got %v", err)
	}
	for _, jwk := range []string{
		`{}`, `{"kty":"oct","k":"AAAA"}`, `{"kty":"OKP","crv":"X25519","x":"AAAA"}`, `{"kty":"OKP","crv":"Ed25519","x":"AAAA"}`,
		`{"kty":"EC","crv":"P-256","x":"` + b64(strings.Repeat("\x01", 32)) + `","y":"` + b64(strings.Repeat("\x02", 32)) + `"}`,
		`{"kty":"RSA","n":"AQAB","e":"AQAB"}`, `{"kty":"RSA","n":"` + b64(strings.Repeat("\xff", 256)) + `","e":"AAAAAAAB"}`,
		`{"kty":"OKP","crv":"Ed25519","use":"enc","x":"` + b64(strings.Repeat("a", 32)) + `"}`,
		`{"kty":"OKP","crv":"Ed25519","alg":"ES256","x":"` + b64(strings.Repeat("a", 32)) + `"}`,
	} {
		n, err := credentials.Parse([]byte(jwk))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := proof.ParseJWK(n); !errors.Is(err, proof.ErrKey) {
			t.Errorf("%s: got %v, want ErrKey", jwk, err)
		}
	}
}

func TestRS256IsChecked(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	k, err := proof.NewKey("k", &private.PublicKey)
	if err != nil || k.Alg != proof.RS256 {
		t.Fatalf("got %v %v", k.Alg, err)
	}
	text, _ := json.Marshal(k.JWK())
	n, _ := credentials.Parse(text)
	again, err := proof.ParseJWK(n)
	if err != nil || again.Thumbprint() != k.Thumbprint() {
		t.Errorf("reading the JWK back: %v", err)
	}
}

// TestThumbprint holds the thumbprint against the example of RFC 8037 appendix A.3.
func TestThumbprint(t *testing.T) {
	t.Parallel()
	n, _ := credentials.Parse([]byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`))
	k, err := proof.ParseJWK(n)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := k.Thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// rsaOnce is one key for RS256, which takes long to make.
var rsaOnce = sync.OnceValues(func() (*proof.PrivateKey, error) { return proof.Generate(rand.Reader, proof.RS256) })

func rsaKey(t *testing.T) *proof.PrivateKey {
	t.Helper()
	k, err := rsaOnce()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestRS256: tokens are signed with an RSA key as well, the same each time, and
// npm jose accepts them; documents are not.
func TestRS256(t *testing.T) {
	t.Parallel()
	s := rsaKey(t).Signer(kid)
	payload := []byte(`{"iss":"did:web:laurel.example"}`)
	token, err := proof.SignJWT(t.Context(), payload, proof.TypeVC, s)
	if err != nil {
		t.Fatal(err)
	}
	again, err := proof.SignJWT(t.Context(), payload, proof.TypeVC, s)
	if err != nil || again.String() != token.String() {
		t.Errorf("signed anew: %v", err)
	}
	_, h, err := proof.ParseJWT([]byte(token.String()))
	if err != nil || h.Alg != proof.RS256 || h.KeyID != kid || token.Verify(s.Public()) != nil {
		t.Errorf("got %+v %v", h, err)
	}
	token.Payload = []byte(`{"iss":"did:web:evil.example"}`)
	if err := token.Verify(s.Public()); !errors.Is(err, proof.ErrSignature) {
		t.Errorf("altered: got %v", err)
	}
	_, _, err = proof.Secure(t.Context(), badge(t), proof.Options{Signer: s, Created: checkedAt})
	if !errors.Is(err, proof.ErrKey) {
		t.Errorf("a proof inside a document: got %v", err)
	}
}

// TestRS256VerifiedByOthers: npm jose accepts our token.
func TestRS256VerifiedByOthers(t *testing.T) {
	t.Parallel()
	s := rsaKey(t).Signer(kid)
	token, err := proof.SignJWT(t.Context(), []byte(`{"iss":"did:web:laurel.example"}`), proof.TypeVC, s)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := json.Marshal(s.Public().JWK())
	if err != nil {
		t.Fatal(err)
	}
	if got := testkit.JoseVerify(t, token.String(), jwk, "RS256", proof.TypeVC); !got.OK {
		t.Errorf("refused: %s", got.Error)
	}
	altered := token
	altered.Signature = append([]byte{token.Signature[0] ^ 1}, token.Signature[1:]...)
	if got := testkit.JoseVerify(t, altered.String(), jwk, "RS256", proof.TypeVC); got.OK {
		t.Error("an altered token was accepted")
	}
}

func TestPrivateKey(t *testing.T) {
	t.Parallel()
	for _, alg := range []proof.Alg{proof.EdDSA, proof.ES256, proof.ES384, proof.ES512, proof.RS256} {
		k := rsaKey(t)
		if alg != proof.RS256 {
			k = key(t, alg)
		}
		der, err := k.PKCS8()
		if err != nil {
			t.Fatal(err)
		}
		again, err := proof.ParsePKCS8(der)
		if err != nil || again.Alg() != alg || again.Public(kid).Thumbprint() != k.Public(kid).Thumbprint() {
			t.Errorf("%s: reading the key back: %v", alg, err)
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", slog.Any("key", k))
		text := fmt.Sprintf("%v %+v %#v %s %v", k, k, k, k, k.Signer(kid)) + log.String()
		if !strings.Contains(text, "[redacted]") || strings.Contains(text, "0x") || strings.Contains(text, "PrivateKey{") {
			t.Errorf("the key prints as %s", text)
		}
	}
	if _, err := proof.Generate(rand.Reader, "PS256"); !errors.Is(err, proof.ErrKey) {
		t.Errorf("PS256: got %v", err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err == nil {
		der, _ := x509.MarshalPKCS8PrivateKey(short)
		if _, err := proof.ParsePKCS8(der); !errors.Is(err, proof.ErrKey) {
			t.Errorf("an RSA key of 1,024 bits: got %v", err)
		}
	}
	if _, err := proof.Generate(bytes.NewReader(make([]byte, 16)), proof.EdDSA); err == nil {
		t.Error("16 bytes of randomness are not enough")
	}
	if _, err := proof.ParsePKCS8([]byte("no")); !errors.Is(err, proof.ErrKey) {
		t.Errorf("got %v", err)
	}
}

// TestVectorsVCJOSECOSE checks the signatures of the conformance suite's own tokens.
func TestVectorsVCJOSECOSE(t *testing.T) {
	t.Parallel()
	dir := testkit.SharedData(t, "vectors", "vc-jose-cose")
	read := func(name string) []byte {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.TrimSpace(raw)
	}
	tests := []struct {
		file, key string
		want      error
	}{
		{"credential-jose-minimal.txt", "vm-p256.json", nil},
		{"credential-jose-bad-signature.txt", "vm-ed25519.json", proof.ErrSignature},
		{"credential-jose-vc-vp-claims.txt", "vm-ed25519.json", nil}, // intact; its members are refused elsewhere
	}
	for _, tt := range tests {
		n, err := credentials.Parse(read(tt.key))
		if err != nil {
			t.Fatal(err)
		}
		k, err := proof.ParseJWK(n.Get("publicKeyJwk"))
		if err != nil {
			t.Fatal(err)
		}
		token, _, err := proof.ParseJWT(read(tt.file))
		if err != nil {
			t.Fatal(err)
		}
		if err := token.Verify(k); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.file, err, tt.want)
		}
	}
}

func FuzzParseJWT(f *testing.F) {
	s := key(f, proof.EdDSA).Signer(kid)
	token, err := proof.SignJWT(f.Context(), []byte(`{"id":"urn:x:1"}`), proof.TypeVC, s)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(token.String()))
	f.Add([]byte(b64(`{"alg":"none"}`) + "." + b64("{}") + "."))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, _, err := proof.ParseJWT(data)
		if err != nil {
			return
		}
		if got.String() != string(data) {
			t.Fatal("the token is not rebuilt byte for byte")
		}
		if got.Verify(s.Public()) == nil && got.String() != token.String() {
			t.Fatal("a forged token verifies")
		}
	})
}

func BenchmarkSignJWT(b *testing.B) {
	payload := bytes.Repeat([]byte("a"), 4400)
	for _, alg := range []proof.Alg{proof.EdDSA, proof.ES256} {
		s := key(b, alg).Signer(kid)
		b.Run(string(alg), func(b *testing.B) {
			for b.Loop() {
				if _, err := proof.SignJWT(b.Context(), payload, proof.TypeVC, s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("raw Ed25519", func(b *testing.B) {
		private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
		for b.Loop() {
			ed25519.Sign(private, payload)
		}
	})
}

func BenchmarkVerifyJWT(b *testing.B) {
	payload := bytes.Repeat([]byte("a"), 4400)
	for _, alg := range []proof.Alg{proof.EdDSA, proof.ES256} {
		s := key(b, alg).Signer(kid)
		token, err := proof.SignJWT(b.Context(), payload, proof.TypeVC, s)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(string(alg), func(b *testing.B) {
			for b.Loop() {
				if err := token.Verify(s.Public()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
