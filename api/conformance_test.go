package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"laurel/api"
	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/credentials/status"
	"laurel/internal/testkit"
)

// steadyNoise is randomness that is the same in every run.
type steadyNoise struct{ state [32]byte }

func (n *steadyNoise) Read(p []byte) (int, error) {
	for i := range p {
		n.state = sha256.Sum256(n.state[:])
		p[i] = n.state[0]
	}
	return len(p), nil
}

// newConformance is a mount with keys that are the same in every run.
func newConformance(t *testing.T) *api.Conformance {
	t.Helper()
	m, err := api.NewConformance(api.ConformanceOptions{
		Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }, Rand: &steadyNoise{},
		Log: slog.New(slog.DiscardHandler), URL: "https://conformance.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ask sends one call to the mount and gives status and body.
func ask(t *testing.T, m *api.Conformance, method, path, body string) (int, []byte) {
	t.Helper()
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body)))
	return w.Code, w.Body.Bytes()
}

// plain is a credential of the kind that the suites post, with more members at its end.
func plain(more string) string {
	return `{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],` +
		`"type":["VerifiableCredential"],"issuer":"did:example:anyone","credentialSubject":{"id":"did:example:holder","degree":"Diploma"}` + more + `}`
}

// older is a credential of the data model 1.1.
const older = `{"@context":["https://www.w3.org/2018/credentials/v1"],"id":"urn:uuid:0a1b2c3d-0000-4000-8000-000000000001",` +
	`"type":["VerifiableCredential"],"issuer":{"id":"did:example:anyone"},"issuanceDate":"2025-01-01T00:00:00Z","credentialSubject":{"id":"did:example:holder"}}`

// issued signs a credential by the mount.
func issued(t *testing.T, m *api.Conformance, path, credential, options string) []byte {
	t.Helper()
	code, answer := ask(t, m, http.MethodPost, path, `{"credential":`+credential+`,"options":`+options+`}`)
	if code != http.StatusCreated {
		t.Fatalf("issuing: %d: %s", code, answer)
	}
	var out struct {
		VC json.RawMessage `json:"verifiableCredential"`
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		t.Fatal(err)
	}
	return out.VC
}

// wantVerified posts a document to be verified.
func wantVerified(t *testing.T, m *api.Conformance, path, member, doc string, want int) {
	t.Helper()
	if code, answer := ask(t, m, http.MethodPost, path, `{"`+member+`":`+doc+`,"options":{"checks":["proof"]}}`); code != want {
		t.Errorf("%s: got %d, want %d: %s\n%s", path, code, want, answer, doc)
	}
}

func TestConformanceRoundTrips(t *testing.T) {
	t.Parallel()
	m := newConformance(t)
	keys := m.Issuers()
	for name, tt := range map[string]struct{ path, credential, options, issuer string }{
		"by default":         {"/credentials/issue", plain(""), `{}`, keys[0]},
		"eddsa-rdfc-2022":    {"/credentials/issue", plain(""), `{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022"}`, keys[0]},
		"eddsa-jcs-2022":     {"/suites/eddsa-jcs-2022/credentials/issue", plain(""), `{}`, keys[0]},
		"ecdsa-rdfc, P-256":  {"/credentials/issue", plain(""), `{"cryptosuite":"ecdsa-rdfc-2019"}`, keys[1]},
		"ecdsa-rdfc, P-384":  {"/credentials/issue", strings.ReplaceAll(plain(""), "did:example:anyone", keys[2]), `{"cryptosuite":"ecdsa-rdfc-2019"}`, keys[2]},
		"data model 1.1":     {"/credentials/issue", older, `{}`, keys[0]},
		"issuer with a name": {"/credentials/issue", strings.Replace(plain(""), `"did:example:anyone"`, `{"id":"https://school.example","name":{"@value":"École","@language":"fr"}}`, 1), `{}`, keys[0]},
		"with a status":      {"/status/credentials/issue", plain(""), `{}`, keys[0]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vc := string(issued(t, newConformance(t), tt.path, tt.credential, tt.options))
			doc, err := credentials.Parse([]byte(vc))
			if err != nil || credentials.IssuerID(doc) != tt.issuer {
				t.Fatalf("issuer: got %s, %v", credentials.IssuerID(doc), err)
			}
			wantVerified(t, m, "/credentials/verify", "verifiableCredential", vc, http.StatusOK)
			for what, changed := range map[string]string{
				"a member is changed":        strings.Replace(vc, "did:example:holder", "did:example:other", 1),
				"a member is added":          strings.Replace(vc, `"credentialSubject":{`, `"credentialSubject":{"color":"red",`, 1),
				"the value is cut":           strings.Replace(vc, `"proofValue":"z`, `"proofValue":"z1`, 1),
				"the value is no base58":     strings.Replace(vc, `"proofValue":"z`, `"proofValue":"u`, 1),
				"the purpose is another":     strings.Replace(vc, `"assertionMethod"`, `"authentication"`, 1),
				"the suite is unknown":       strings.Replace(vc, `"cryptosuite":"e`, `"cryptosuite":"x`, 1),
				"the type is unknown":        strings.Replace(vc, `"DataIntegrityProof"`, `"AnyProof"`, 1),
				"the method is missing":      strings.Replace(vc, `"verificationMethod"`, `"method"`, 1),
				"the issuer is another":      strings.Replace(vc, tt.issuer, "did:example:other", 1),
				"the proof is taken out":     string(doc.Without("proof").AppendJSON(nil)),
				"the document is not closed": vc[:len(vc)-1],
			} {
				if changed == vc {
					t.Fatalf("%s: nothing was changed", what)
				}
				wantVerified(t, m, "/credentials/verify", "verifiableCredential", changed, http.StatusBadRequest)
			}
		})
	}
}

func TestConformanceRefusesToIssue(t *testing.T) {
	t.Parallel()
	m := newConformance(t)
	change := func(from, to string) string {
		t.Helper()
		if !strings.Contains(plain(""), from) {
			t.Fatalf("%s is not there", from)
		}
		return strings.Replace(plain(""), from, to, 1)
	}
	undefined := change(`,"https://www.w3.org/ns/credentials/undefined-terms/v2"`, "")
	for name, credential := range map[string]string{
		"undefined term":             undefined,
		"undefined type":             strings.Replace(change(`["VerifiableCredential"]`, `["VerifiableCredential","Diploma"]`), `,"https://www.w3.org/ns/credentials/undefined-terms/v2"`, "", 1),
		"no type":                    change(`"type":["VerifiableCredential"],`, ""),
		"another type":               change(`["VerifiableCredential"]`, `["Diploma"]`),
		"no context":                 change(`"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],`, ""),
		"contexts in another order":  change(`"https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"`, `"https://www.w3.org/ns/credentials/undefined-terms/v2","https://www.w3.org/ns/credentials/v2"`),
		"unknown context":            change("undefined-terms/v2", "elsewhere/v2"),
		"no issuer":                  change(`"issuer":"did:example:anyone",`, ""),
		"issuer is no address":       change("did:example:anyone", "anyone"),
		"issuer without id":          change(`"did:example:anyone"`, `{"name":"x"}`),
		"no subject":                 change(`{"id":"did:example:holder","degree":"Diploma"}`, `[]`),
		"subject is a text":          change(`{"id":"did:example:holder","degree":"Diploma"}`, `"did:example:holder"`),
		"empty subject":              change(`{"id":"did:example:holder","degree":"Diploma"}`, `{}`),
		"relative id of the subject": change("did:example:holder", "holder"),
		"relative id inside":         change(`"degree":"Diploma"`, `"degree":{"id":"diploma"}`),
		"relative id":                plain(`,"id":"1872"`),
		"two ids":                    plain(`,"id":["urn:x:1","urn:x:2"]`),
		"id is null":                 plain(`,"id":null`),
		"date without offset":        plain(`,"validFrom":"2025-01-01T00:00:00"`),
		"date alone":                 plain(`,"validFrom":"2025-01-01"`),
		"date with a comma":          plain(`,"validFrom":"2025-01-01T00:00:00,5Z"`),
		"ends before it starts":      plain(`,"validFrom":"2025-01-02T00:00:00Z","validUntil":"2025-01-01T00:00:00Z"`),
		"status without type":        plain(`,"credentialStatus":{"id":"urn:x:1"}`),
		"status index is a number":   plain(`,"credentialStatus":{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":5,"statusListCredential":"https://a.example/1"}`),
		"schema without id":          plain(`,"credentialSchema":{"type":"JsonSchema"}`),
		"evidence without type":      plain(`,"evidence":[{"id":"urn:x:1"}]`),
		"name is a number":           plain(`,"name":5`),
		"name with more members":     plain(`,"name":{"@value":"x","@language":"en","url":"https://a.example"}`),
		"resource without digest":    plain(`,"relatedResource":[{"id":"https://a.example/1"}]`),
		"signed already":             plain(`,"proof":{"type":"DataIntegrityProof"}`),
		"no object":                  `"credential"`,
	} {
		if code, answer := ask(t, m, http.MethodPost, "/credentials/issue", `{"credential":`+credential+`}`); code != http.StatusBadRequest {
			t.Errorf("%s: got %d: %s", name, code, answer)
		}
	}
	for name, body := range map[string]string{
		"no JSON": `{`, "no object": `[]`, "twice": `{"credential":{},"credential":{}}`, "empty": `{}`,
		"unknown member": `{"credential":` + plain("") + `,"verifiableCredential":{}}`,
		"options a text": `{"credential":` + plain("") + `,"options":"x"}`,
		"unknown suite":  `{"credential":` + plain("") + `,"options":{"cryptosuite":"ecdsa-sd-2023"}}`,
		"retired suite":  `{"credential":` + plain("") + `,"options":{"cryptosuite":"Ed25519Signature2020"}}`,
		"other type":     `{"credential":` + plain("") + `,"options":{"type":"Ed25519Signature2020"}}`,
		"other purpose":  `{"credential":` + plain("") + `,"options":{"proofPurpose":"authentication"}}`,
		"too large":      `{"credential":"` + strings.Repeat("a", 1<<20) + `"}`,
	} {
		if code, answer := ask(t, m, http.MethodPost, "/credentials/issue", body); code != http.StatusBadRequest || !json.Valid(answer) {
			t.Errorf("%s: got %d: %s", name, code, answer)
		}
	}
}

func TestConformancePresentations(t *testing.T) {
	t.Parallel()
	m := newConformance(t)
	presentation := func(credential string) string {
		return `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"],"holder":"did:example:holder",` +
			`"verifiableCredential":[` + credential + `]}`
	}
	vc := string(issued(t, m, "/credentials/issue", plain(""), `{}`))
	for name, tt := range map[string]struct {
		doc  string
		want int
	}{
		"none":                   {strings.Replace(presentation(""), `,"verifiableCredential":[]`, "", 1), http.StatusOK},
		"envelope of COSE":       {presentation(`{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+cose;base64,0oRD"}`), http.StatusBadRequest},
		"unsigned":               {presentation(plain("")), http.StatusOK},
		"signed":                 {presentation(vc), http.StatusOK},
		"one of each":            {presentation(plain("") + "," + vc), http.StatusOK},
		"tampered":               {presentation(strings.Replace(vc, "did:example:holder", "did:example:other", 1)), http.StatusBadRequest},
		"unsigned and malformed": {presentation(plain(`,"validFrom":"soon"`)), http.StatusBadRequest},
		"a text":                 {presentation(`"` + "eyJ" + `"`), http.StatusBadRequest},
		"holder is no address":   {strings.Replace(presentation(vc), `"holder":"did:example:holder"`, `"holder":"me"`, 1), http.StatusBadRequest},
		"no type":                {strings.Replace(presentation(vc), `"type":["VerifiablePresentation"],`, "", 1), http.StatusBadRequest},
		"envelope of nothing":    {presentation(`{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,"}`), http.StatusBadRequest},
		"envelope of a forgery":  {presentation(`{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,e30.e30.e30"}`), http.StatusBadRequest},
		"proof by the holder":    {strings.TrimSuffix(presentation(vc), "}") + `,"proof":{"type":"DataIntegrityProof","proofPurpose":"authentication"}}`, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantVerified(t, m, "/presentations/verify", "verifiablePresentation", tt.doc, tt.want)
		})
	}
}

// TestConformanceHolders posts presentations that their holder signed.
func TestConformanceHolders(t *testing.T) {
	t.Parallel()
	m := newConformance(t)
	private, err := proof.Generate(&steadyNoise{}, proof.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	multikey := private.Public("").Multikey()
	holder := "did:key:" + multikey
	signer := private.Signer(holder + "#" + multikey)
	vc := string(issued(t, m, "/credentials/issue", plain(""), `{}`))
	by := func(id string) string {
		return `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"],"holder":"` + id + `","verifiableCredential":[` + vc + `]}`
	}
	secure := func(presentation, purpose string) string {
		signed, _, err := proof.Secure(t.Context(), []byte(presentation), proof.Options{
			Signer: signer, Created: m.Now(), Purpose: purpose, Challenge: "once", Domain: "suite.example",
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(signed)
	}
	token, err := proof.SignJWT(t.Context(), []byte(`{"nonce":"once","aud":"suite.example",`+by(holder)[1:]), proof.TypeVP, signer)
	if err != nil {
		t.Fatal(err)
	}
	enveloped := `{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiablePresentation","id":"data:application/vp+jwt,` + token.String() + `"}`
	good := secure(by(holder), proof.PurposeAuthentication)
	for name, tt := range map[string]struct {
		doc, options string
		want         int
	}{
		"answers":                   {good, `{"challenge":"once","domain":"suite.example"}`, http.StatusOK},
		"nothing asked":             {good, `{}`, http.StatusOK},
		"another challenge":         {good, `{"challenge":"twice"}`, http.StatusBadRequest},
		"another domain":            {good, `{"challenge":"once","domain":"x.example"}`, http.StatusBadRequest},
		"altered":                   {strings.Replace(good, `"challenge":"once"`, `"challenge":"Once"`, 1), `{}`, http.StatusBadRequest},
		"to vouch":                  {secure(by(holder), proof.PurposeAssertion), `{}`, http.StatusBadRequest},
		"another is the holder":     {secure(by("did:example:holder"), proof.PurposeAuthentication), `{}`, http.StatusBadRequest},
		"token":                     {enveloped, `{"challenge":"once","domain":"suite.example"}`, http.StatusOK},
		"token, another challenge":  {enveloped, `{"challenge":"twice"}`, http.StatusBadRequest},
		"token, altered":            {enveloped[:len(enveloped)-20] + "AAAA" + enveloped[len(enveloped)-16:], `{}`, http.StatusBadRequest},
		"a token of something else": {strings.Replace(enveloped, "vp+jwt", "vp+cose", 1), `{}`, http.StatusBadRequest},
	} {
		code, answer := ask(t, m, http.MethodPost, "/presentations/verify", `{"verifiablePresentation":`+tt.doc+`,"options":`+tt.options+`}`)
		if code != tt.want {
			t.Errorf("%s: got %d, want %d: %s", name, code, tt.want, answer)
		}
	}
}

func TestConformanceStatusList(t *testing.T) {
	t.Parallel()
	m := newConformance(t)
	vc, err := credentials.Parse(issued(t, m, "/status/credentials/issue", plain(""), `{}`))
	if err != nil {
		t.Fatal(err)
	}
	address := vc.Path("credentialStatus", "statusListCredential").Text()
	path, ours := strings.CutPrefix(address, m.URL)
	if !ours {
		t.Fatalf("the list is at %q", address)
	}
	code, list := ask(t, m, http.MethodGet, path, "")
	if code != http.StatusOK {
		t.Fatalf("%d: %s", code, list)
	}
	wantVerified(t, m, "/credentials/verify", "verifiableCredential", string(list), http.StatusOK)
	n, err := credentials.Parse(list)
	if err != nil {
		t.Fatal(err)
	}
	bits, err := status.Decode(n.Path("credentialSubject", "encodedList").Text())
	if err != nil || bits.Len() < status.Entries {
		t.Errorf("the list: %v", err)
	}
	if code, body := ask(t, m, http.MethodGet, "/", ""); code != http.StatusOK || !bytes.Contains(body, []byte(m.Issuers()[0])) {
		t.Errorf("%d: %s", code, body)
	}
}

// TestConformanceVectors posts the specifications' own examples: their proofs
// are good, but no key of theirs is found to be the issuer's, or the suite is not built.
func TestConformanceVectors(t *testing.T) {
	t.Parallel()
	m := newConformance(t)
	for _, file := range []string{"eddsa-rdfc-2022/signedDataInt.json", "Ed25519Signature2020/signedEdSig.json"} {
		raw, err := os.ReadFile(testkit.SharedData(t, "vectors", "vc-di-eddsa", "TestVectors", file))
		if err != nil {
			t.Fatal(err)
		}
		wantVerified(t, m, "/credentials/verify", "verifiableCredential", string(raw), http.StatusBadRequest)
	}
}

// TestConformanceEnvelope posts a credential in a token whose issuer is a did:key.
func TestConformanceEnvelope(t *testing.T) {
	t.Parallel()
	m := newConformance(t)
	private, err := proof.Generate(&steadyNoise{}, proof.ES256)
	if err != nil {
		t.Fatal(err)
	}
	multikey := private.Public("").Multikey()
	issuer := "did:key:" + multikey
	sign := func(credential string) string {
		token, err := proof.SignJWT(t.Context(), []byte(credential), proof.TypeVC, private.Signer(issuer+"#"+multikey))
		if err != nil {
			t.Fatal(err)
		}
		return `{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,` + token.String() + `"}`
	}
	own := strings.ReplaceAll(plain(""), "did:example:anyone", issuer)
	wantVerified(t, m, "/credentials/verify", "verifiableCredential", sign(own), http.StatusOK)
	wantVerified(t, m, "/credentials/verify", "verifiableCredential", sign(plain("")), http.StatusBadRequest) // another's name
	wantVerified(t, m, "/credentials/verify", "verifiableCredential", sign(strings.Replace(own, `"VerifiableCredential"`, `"Thing"`, 1)), http.StatusBadRequest)
}
