package proof_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
)

// organisation is the issuer of the tests' badge.
const organisation = "did:web:laurel.example:schools:willow-brook"

// contextFiles are the published contexts that the badge and its keys need, by address.
var contextFiles = map[string]string{
	"https://www.w3.org/ns/credentials/v2":                       "credentials-v2.jsonld",
	"https://w3id.org/security/data-integrity/v2":                "data-integrity-v2.jsonld",
	"https://w3id.org/security/multikey/v1":                      "multikey-v1.jsonld",
	"https://www.w3.org/ns/did/v1":                               "did-v1.jsonld",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-context-3.0.3.json",
}

// diQuestion is what di.mjs is asked.
type diQuestion struct {
	Act       string                     `json:"act"`
	Suite     proof.Suite                `json:"suite"`
	Document  json.RawMessage            `json:"document"`
	Documents map[string]json.RawMessage `json:"documents"`
	Now       time.Time                  `json:"now"`
	Seed      string                     `json:"seed,omitempty"`
	Curve     string                     `json:"curve,omitempty"`
	Times     int                        `json:"times,omitempty"`
}

// diAnswer is what it says.
type diAnswer struct {
	OK       bool            `json:"ok"`
	Error    string          `json:"error"`
	Document json.RawMessage `json:"document"`
	Sign     float64         `json:"sign"`
	Verify   float64         `json:"verify"`
}

// askDI asks npm @digitalbazaar/vc, which loads the contexts and the documents given, and nothing else.
func askDI(t testing.TB, q diQuestion, documents map[string][]byte) diAnswer {
	t.Helper()
	q.Documents = make(map[string]json.RawMessage)
	for url, file := range contextFiles {
		raw, err := os.ReadFile(testkit.SharedData(t, "contexts", file))
		if err != nil {
			t.Fatal(err)
		}
		q.Documents[url] = raw
	}
	for url, raw := range documents {
		q.Documents[url] = raw
	}
	question, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	var answer diAnswer
	if err := json.Unmarshal(testkit.Node(t, "di", question), &answer); err != nil {
		t.Fatalf("reading the answer of npm @digitalbazaar/vc: %v", err)
	}
	return answer
}

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
			q := diQuestion{Act: "verify", Suite: way.suite, Document: document, Now: checkedAt}
			if answer := askDI(t, q, documents); !answer.OK {
				t.Errorf("refused: %s", answer.Error)
			}
			q.Document = json.RawMessage(strings.Replace(string(document), "Amara Okafor", "Amara Okafar", 1))
			if answer := askDI(t, q, documents); answer.OK {
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
			answer := askDI(t, diQuestion{
				Act: "issue", Suite: way.suite, Document: badge(t), Now: checkedAt, Curve: curves[way.alg],
				Seed: base64.StdEncoding.EncodeToString(make([]byte, 32)),
			}, nil)
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
		answer := askDI(b, diQuestion{
			Act: "time", Suite: proof.EdDSARDFC2022, Document: payload, Now: checkedAt, Times: 100,
			Seed: base64.StdEncoding.EncodeToString(make([]byte, 32)),
		}, nil)
		if !answer.OK {
			b.Fatal(answer.Error)
		}
		b.ReportMetric(answer.Sign, "ns/sign")
		b.ReportMetric(answer.Verify, "ns/verify")
	}
}
