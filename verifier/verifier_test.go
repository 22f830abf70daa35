package verifier_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
	"laurel/verifier"
	"laurel/verifier/words"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestStories(t *testing.T) {
	t.Parallel()
	for _, s := range slices.Concat(stories, embeddedStories, disclosedStories, olderStories, anyStories, statusStories) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r := w.verify(s.doc(w))
			if r.Verdict != s.verdict || !r.Has(s.check, s.code) {
				t.Errorf("got %s %+v, want %s with %s %s", r.Verdict, r.Checks, s.verdict, s.check, s.code)
			}
			for _, name := range verifier.Names() {
				if len(r.Find(name)) == 0 {
					t.Errorf("the report says nothing about %s", name)
				}
			}
			if r.Verdict == verifier.Invalid && r.Credential != nil {
				t.Error("the report shows the words of a document that is not genuine")
			}
			if !r.AsOf.Equal(now()) {
				t.Errorf("as of %v", r.AsOf)
			}
			for _, c := range words.For("en").Annotate(r, nil).Checks {
				if c.Sentence == "" || strings.ContainsAny(c.Sentence+c.Next, "{}") || !words.For("en").Known(c.Name, c.Code) {
					t.Errorf("%s %s has no good words: %q %q", c.Name, c.Code, c.Sentence, c.Next)
				}
			}
		})
	}
}

// TestGolden keeps documents and reports that people have read. The same files
// serve the tests of laurel-verify.
func TestGolden(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bundle, err := json.MarshalIndent(w.bundle, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "bundle.json", bundle)
	for name, of := range map[string]string{
		"valid": "valid, ES256", "revoked": "revoked", "unrecognised": "unrecognised issuer", "expired": "expired",
		"altered": "a stranger's signature under the school's kid", "embedded": "with a signature inside",
	} {
		for _, s := range stories {
			if s.name != of {
				continue
			}
			doc := s.doc(w)
			r := words.For("en").Annotate(w.verify(doc), nil)
			report, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+map[bool]string{true: ".json", false: ".jwt"}[doc[0] == '{'], doc)
			golden(t, name+".report.json", report)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// TestHeaderJWKBindsNobody: a key in the header tells whether the document was
// altered, never whose it is.
func TestHeaderJWKBindsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, tt := range []struct {
		key     byte
		verdict verifier.Verdict
		code    string
	}{{1, verifier.Valid, verifier.CodeKeyControlled}, {9, verifier.Invalid, verifier.CodeKeyNotControlled}} {
		private := privateKey(t, proof.ES256, tt.key)
		jwk, _ := json.Marshal(private.Public("").JWK())
		input := enc([]byte(`{"alg":"ES256","jwk":`+string(jwk)+`}`)) + "." + enc(w.replaced("", ""))
		sig, err := private.Signer("").Sign(t.Context(), []byte(input))
		if err != nil {
			t.Fatal(err)
		}
		r := w.verify([]byte(input + "." + enc(sig)))
		if r.Verdict != tt.verdict || !r.Has(verifier.Key, tt.code) || !r.Has(verifier.Proof, verifier.CodeSignatureOK) {
			t.Errorf("key %d: got %s %+v", tt.key, r.Verdict, r.Checks)
		}
	}
}

func enc(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// TestLocalIssuers: a DID that carries its key needs no source, and is still unknown to every registry.
func TestLocalIssuers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	jwk, _ := json.Marshal(privateKey(t, proof.EdDSA, 4).Public("").JWK())
	id := "did:jwk:" + enc(jwk)
	doc := w.issue(privateKey(t, proof.EdDSA, 4).Signer(id+"#0"), func(c *credentials.Credential) {
		c.Issuer.ID, c.Status = id, nil
	})
	r, err := verifier.New(verifier.Options{Now: now}).Verify(t.Context(), doc)
	if err != nil || r.Verdict != verifier.UnrecognisedIssuer || r.Issuer.RecognisedBy != nil {
		t.Errorf("got %s %+v %v", r.Verdict, r.Checks, err)
	}
}

// TestNeverGreenAfterAChange changes one character of a good token at a time,
// and one bit of each part.
func TestNeverGreenAfterAChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.verifier()
	random := rand.New(rand.NewPCG(1, 2))
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
	for _, s := range []proof.Signer{w.ec, w.ed} {
		good := w.issue(s, nil)
		for i := range good {
			bad := bytes.Clone(good)
			for bad[i] == good[i] {
				bad[i] = alphabet[random.IntN(len(alphabet))]
			}
			notGreen(t, v, bad)
		}
		token, _, _ := proof.ParseJWT(good)
		for n := range 3 {
			for range 200 {
				bad := proof.JWT{Protected: bytes.Clone(token.Protected), Payload: bytes.Clone(token.Payload), Signature: bytes.Clone(token.Signature)}
				part := [][]byte{bad.Protected, bad.Payload, bad.Signature}[n]
				part[random.IntN(len(part))] ^= 1 << random.IntN(8)
				notGreen(t, v, []byte(bad.String()))
			}
		}
	}
}

func notGreen(tb testing.TB, v *verifier.Verifier, doc []byte) {
	tb.Helper()
	r, err := v.Verify(tb.Context(), doc)
	if err != nil {
		tb.Fatal(err)
	}
	if r.Verdict == verifier.Valid || r.Credential != nil {
		tb.Fatalf("a changed token is %s: %s", r.Verdict, doc)
	}
}

// TestVectorsWithoutTheirKeys: no token of the suite is green to who has nothing but the token.
func TestVectorsWithoutTheirKeys(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testkit.SharedData(t, "vectors", "vc-jose-cose"), "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors (%v)", err)
	}
	v := newWorld(t).verifier()
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := v.Verify(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict == verifier.Valid || r.Verdict == verifier.UnrecognisedIssuer {
			t.Errorf("%s: got %s", file, r.Verdict)
		}
	}
}

// TestVectorsVCJOSECOSE judges the conformance suite's tokens with their
// issuer's key document at hand.
func TestVectorsVCJOSECOSE(t *testing.T) {
	t.Parallel()
	dir := testkit.SharedData(t, "vectors", "vc-jose-cose")
	const issuer = "https://example.issuer/vc-jose-cose"
	var methods, ids []string
	for _, f := range []string{"vm-p256.json", "vm-ed25519.json"} {
		raw, err := os.ReadFile(filepath.Join(dir, f))
		if err != nil {
			t.Fatal(err)
		}
		n, _ := credentials.Parse(raw)
		jwk := n.Get("publicKeyJwk")
		methods = append(methods, `{"id":"`+n.Get("id").Text()+`","type":"JsonWebKey","controller":"`+issuer+`","publicKeyJwk":{"kty":"`+
			jwk.Get("kty").Text()+`","crv":"`+jwk.Get("crv").Text()+`","x":"`+jwk.Get("x").Text()+`","y":"`+jwk.Get("y").Text()+`","kid":"`+jwk.Get("kid").Text()+`"}}`)
		ids = append(ids, `"`+n.Get("id").Text()+`"`)
	}
	doc := `{"id":"` + issuer + `","verificationMethod":[` + strings.Join(methods, ",") + `],"assertionMethod":[` + strings.Join(ids, ",") + `]}`
	if _, err := did.ParseDocument(issuer, []byte(doc)); err != nil {
		t.Fatal(err)
	}
	b := &verifier.Bundle{Version: 1, MadeAt: now(), DIDs: map[string]json.RawMessage{issuer: []byte(doc)}}
	v := verifier.New(verifier.Options{Now: now, Keys: b, Status: b, Registry: b})
	for file, verdict := range map[string]verifier.Verdict{
		"credential-jose-minimal.txt": verifier.UnrecognisedIssuer, "credential-jose-bad-signature.txt": verifier.Invalid,
		"credential-jose-bad-media-type.txt": verifier.Invalid, "credential-jose-vc-vp-claims.txt": verifier.Invalid,
	} {
		raw, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		r, _ := v.Verify(t.Context(), raw)
		t.Logf("%s: %s %s %+v", file, r.Verdict, r.Issuer.ID, r.Checks)
		if r.Verdict != verdict {
			t.Errorf("%s: got %s, want %s", file, r.Verdict, verdict)
		}
	}
}

func TestContextEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.verifier().Verify(ctx, w.issue(w.ec, nil)); err == nil {
		t.Error("want an error: the check could not be made")
	}
}

func FuzzVerify(f *testing.F) {
	w := newWorld(f)
	v := w.verifier()
	good := map[string]bool{}
	for _, s := range []proof.Signer{w.ec, w.ed} {
		doc := w.issue(s, nil)
		good[string(doc)] = true
		f.Add(doc)
	}
	f.Add([]byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"proof":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := v.Verify(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict == verifier.Valid && !good[strings.TrimSpace(string(data))] && !bytes.Contains(data, []byte("EnvelopedVerifiable")) && !bytes.Contains(data, []byte("VerifiablePresentation")) {
			t.Fatalf("a forged document is valid: %s", data)
		}
	})
}
