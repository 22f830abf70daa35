package proof_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
)

// organisation is the issuer of the tests' badge.
const organisation = "did:web:laurel.example:schools:willow-brook"

// ask is what npm @digitalbazaar/vc is asked to do with a document.
func ask(act string, suite proof.Suite, document []byte) map[string]any {
	return map[string]any{"act": act, "suite": suite, "document": json.RawMessage(document), "now": checkedAt}
}

// seed is the key that it signs with.
var seed = base64.StdEncoding.EncodeToString(make([]byte, 32))

// TestOursVerifiedByOthers: npm @digitalbazaar/vc accepts our documents, with
// the keys of our DID document, and refuses them when they are altered.
func TestOursVerifiedByOthers(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		t.Run(fmt.Sprintf("%s %s", way.suite, way.alg), func(t *testing.T) {
			t.Parallel()
			k := key(t, way.alg)
			signer := k.Signer(did.KeyID(organisation, k.Public("")))
			document, _, err := proof.Secure(t.Context(), badge(t), proof.Options{
				Suite: way.suite, Signer: signer, Method: did.MethodID(organisation, signer.Public()), Created: checkedAt.Add(-time.Hour),
			})
			if err != nil {
				t.Fatal(err)
			}
			keys, err := did.Build(organisation, []proof.Key{signer.Public()})
			if err != nil {
				t.Fatal(err)
			}
			documents := map[string][]byte{organisation: keys}
			if answer := testkit.DI(t, ask("verify", way.suite, document), documents); !answer.OK {
				t.Errorf("refused: %s", answer.Error)
			}
			altered := strings.Replace(string(document), "Amara Okafor", "Amara Okafar", 1)
			if answer := testkit.DI(t, ask("verify", way.suite, []byte(altered)), documents); answer.OK {
				t.Error("an altered document was accepted")
			}
		})
	}
}

// TestOthersVerifiedByUs: what npm @digitalbazaar/vc signs, we accept.
func TestOthersVerifiedByUs(t *testing.T) {
	t.Parallel()
	curves := map[proof.Alg]string{proof.ES256: "P-256", proof.ES384: "P-384"}
	for _, way := range ways {
		t.Run(fmt.Sprintf("%s %s", way.suite, way.alg), func(t *testing.T) {
			t.Parallel()
			q := ask("issue", way.suite, badge(t))
			q["curve"], q["seed"] = curves[way.alg], seed
			answer := testkit.DI(t, q, nil)
			if !answer.OK {
				t.Fatalf("npm @digitalbazaar/vc does not sign it: %s", answer.Error)
			}
			if got := check(t, parse(t, answer.Document)); len(got) != 1 || got[0] != "" {
				t.Errorf("got %q\n%s", got, answer.Document)
			}
			altered := strings.Replace(string(answer.Document), "Amara Okafor", "Amara Okafar", 1)
			if got := check(t, parse(t, []byte(altered))); len(got) != 1 || got[0] != proof.CodeSignatureMismatch {
				t.Errorf("altered: got %q", got)
			}
		})
	}
}

// BenchmarkNPM is npm @digitalbazaar/vc at the same work as BenchmarkSecure and
// BenchmarkCheckEmbedded, without parsing, in nanoseconds.
func BenchmarkNPM(b *testing.B) {
	payload := benchPayload(b)
	for b.Loop() {
		q := ask("time", proof.EdDSARDFC2022, payload)
		q["times"], q["seed"] = 100, seed
		answer := testkit.DI(b, q, nil)
		if !answer.OK {
			b.Fatal(answer.Error)
		}
		b.ReportMetric(answer.Sign, "ns/sign")
		b.ReportMetric(answer.Verify, "ns/verify")
	}
}
