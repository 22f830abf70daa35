package api

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/credentials/bake"
	"laurel/credentials/proof"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// decide adds an award to the learner of the world's school.
func (w *world) decide(person, basis string) competency.AwardID {
	w.t.Helper()
	id, err := w.store.NewID()
	w.ok(err)
	levels := []competency.Level{{N: 1, Label: "Beginning"}, {N: 2, Label: "Developing"}, {N: 3, Label: "Proficient"}, {N: 4, Label: "Exemplary"}}
	w.ok(w.store.In(w.t.Context(), w.orgs["district"], func(sc *store.Scope) error {
		return sc.AddAward(competency.Award{
			ID: competency.AwardID(id), Org: w.orgs["school"], Person: w.people[person], Kind: competency.DiplomaAward, Basis: basis,
			DecidedBy: w.people["principal"], Decided: time.Now(), Conferred: "2026-06-12",
			Achieved: competency.Achieved{
				Type: "SecondarySchoolDiploma", Key: "policy-1", Name: "High School Diploma", Description: "Every graduation standard.",
				Criteria: "The graduation policy.",
				Results:  []competency.AchievedResult{{Key: "ELA", Name: "English Language Arts", Levels: levels, Required: 3, Achieved: 4}},
				Evidence: []competency.EvidenceSummary{{Name: "Field study", Genre: "Report"}},
			},
		})
	}))
	return competency.AwardID(id)
}

// issued issues a credential through the API and answers its record.
func (w *world) issued(person, basis string) credentialJSON {
	w.t.Helper()
	res, body := w.as("registrar").json(http.MethodPost, "/v1/awards/"+string(w.decide(person, basis))+"/credential", "")
	if res.StatusCode != http.StatusCreated {
		w.t.Fatalf("issuing: %s: %s", res.Status, body)
	}
	var c credentialJSON
	w.ok(json.Unmarshal([]byte(body), &c))
	return c
}

// path is an address of the server without its host.
func (w *world) path(address string) string {
	u, err := url.Parse(address)
	w.ok(err)
	return u.RequestURI()
}

// payloadOf is the middle part of a token.
func payloadOf(t *testing.T, token string) []byte {
	t.Helper()
	parts := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// verdict is the verdict of the API about a document, as nobody.
func (w *world) verdict(mediaType, document string) string {
	w.t.Helper()
	res, body := w.nobody().do(http.MethodPost, "/v1/verify", mediaType, document)
	if res.StatusCode != http.StatusOK {
		w.t.Fatalf("verifying: %s: %s", res.Status, body)
	}
	var report struct{ Verdict string }
	w.ok(json.Unmarshal([]byte(body), &report))
	return report.Verdict
}

func TestIssueOverHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	award := "/v1/awards/" + string(w.decide("learner", "audit-1")) + "/credential"
	for who, want := range map[string]int{"learner": http.StatusNotFound, "teacher": http.StatusNotFound, "stranger": http.StatusNotFound} {
		if res, body := w.as(who).json(http.MethodPost, award, ""); res.StatusCode != want {
			t.Errorf("as %s: got %s: %s", who, res.Status, body)
		}
	}
	if res, _ := w.nobody().json(http.MethodPost, award, ""); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("as nobody: got %s", res.Status)
	}
	clerk := w.as("registrar")
	var first credentialJSON
	for range 2 {
		res, body := clerk.json(http.MethodPost, award, "", "Idempotency-Key", "k1")
		if res.StatusCode != http.StatusCreated || res.Header.Get("Location") == "" {
			t.Fatalf("got %s: %s", res.Status, body)
		}
		var c credentialJSON
		w.ok(json.Unmarshal([]byte(body), &c))
		if first.ID != "" && c != first {
			t.Errorf("sent twice: got %+v, then %+v", first, c)
		}
		first = c
	}
	if !strings.HasPrefix(first.Page, w.reg.PublicURL+"/c/") || first.State != "issued" {
		t.Errorf("got %+v", first)
	}
}

func TestReaderPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.issued("learner", "audit-1")
	page := w.path(c.Page)
	v := w.nobody()

	res, body := v.get(page)
	if res.StatusCode != http.StatusOK || len(res.Cookies()) != 0 || len(body) > 50<<10 {
		t.Errorf("page: %s, %d cookies, %d bytes", res.Status, len(res.Cookies()), len(body))
	}
	testkit.Page(t, body,
		testkit.In("h1", testkit.HasText("Genuine")),
		testkit.In(".paper-holder", testkit.HasText("Legal learner")),
		testkit.In(".verdict-sentence", testkit.HasText("Willow Brook High School")),
		testkit.NotIn("script:not([src])"))
	for _, hidden := range []string{"2008-05-31", string(w.people["learner"]), "audit-1", "Field study", "district_opt_out"} {
		if strings.Contains(body, hidden) {
			t.Errorf("the page shows %q", hidden)
		}
	}

	res, body = v.get(page, "Accept", "application/json")
	if res.Header.Get("Content-Type") != "application/json; charset=utf-8" || !strings.Contains(body, `"verdict":"valid"`) {
		t.Errorf("report: %s %s", res.Header.Get("Content-Type"), body)
	}
	res, token := v.get(page + ".jwt")
	if res.StatusCode != http.StatusOK || strings.Count(token, ".") != 2 {
		t.Fatalf("token: %s %q", res.Status, token)
	}
	if res, same := v.get(page, "Accept", "application/vc+jwt"); same != token || res.Header.Get("Content-Type") != "application/vc+jwt" {
		t.Errorf("token by its type: %s", res.Header.Get("Content-Type"))
	}
	res, embedded := v.get(page + ".json")
	if res.Header.Get("Content-Type") != "application/vc" || !strings.Contains(embedded, `"cryptosuite":"eddsa-rdfc-2022"`) {
		t.Errorf("document: %s %s", res.Status, embedded)
	}
	if got := w.verdict("application/vc", embedded); got != "valid" {
		t.Errorf("document: got %s", got)
	}
	if res, same := v.get(page, "Accept", "application/vc"); same != embedded || res.Header.Get("Content-Type") != "application/vc" {
		t.Errorf("document by its type: %s", res.Header.Get("Content-Type"))
	}
	if res, saved := v.get(page + ".json?download"); saved != embedded || !strings.Contains(res.Header.Get("Content-Disposition"), "credential.json") {
		t.Errorf("document as a file: %v", res.Header)
	}
	for _, picture := range []struct{ path, mediaType, start string }{
		{page + "/qr.png", "image/png", "\x89PNG"}, {page + "/qr.svg", "image/svg+xml", "<svg"},
	} {
		if res, body := v.get(picture.path); res.Header.Get("Content-Type") != picture.mediaType || !strings.HasPrefix(body, picture.start) {
			t.Errorf("%s: %s %s", picture.path, res.Status, res.Header.Get("Content-Type"))
		}
	}
	for _, missing := range []string{"/c/" + strings.Repeat("a", 26), "/c/x", page + "x", page + ".jwt.json", "/c/" + strings.Repeat("a", 26) + "/qr.png"} {
		if res, _ := v.get(missing); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %s", missing, res.Status)
		}
	}
}

func TestPublishedDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.issued("learner", "audit-1")
	v := w.nobody()
	_, token := v.get(w.path(c.Token))
	var claims struct {
		Status struct {
			List string `json:"statusListCredential"`
		} `json:"credentialStatus"`
	}
	w.ok(json.Unmarshal(payloadOf(t, token), &claims))
	for path, mediaType := range map[string]string{
		"/schools/school-of-willow-brook/did.json":    "application/did+json",
		"/schools/school-of-willow-brook/jwks.json":   "application/jwk-set+json",
		"/schools/school-of-willow-brook/endorsement": "application/vc",
		"/.well-known/jwks.json":                      "application/jwk-set+json",
		"/registry.json":                              "application/json",
		"/bundle.json":                                "application/json",
		w.path(claims.Status.List):                    "application/vc+jwt",
	} {
		res, body := v.get(path)
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != mediaType || !strings.HasPrefix(res.Header.Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: %s %v", path, res.Status, res.Header)
		}
		if strings.Contains(body, `"d":`) {
			t.Errorf("%s holds a private key", path)
		}
		if res, body := v.get(path, "If-None-Match", res.Header.Get("ETag")); res.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("%s asked again: %s", path, res.Status)
		}
	}
	res, _ := v.get(w.path(claims.Status.List), "Accept", "text/plain")
	if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/plain") || res.Header.Get("Cache-Control") != "public, max-age=30" {
		t.Errorf("list as text: %s %s", got, res.Header.Get("Cache-Control"))
	}
	_, registry := v.get("/registry.json")
	res, word := v.get("/schools/school-of-willow-brook/endorsement", "Accept", "application/vc+jwt")
	if res.Header.Get("Content-Type") != "application/vc+jwt" || !strings.Contains(registry, `"endorsement":"`+word+`"`) {
		t.Errorf("the endorsement as a token: %s %s", res.Status, res.Header.Get("Content-Type"))
	}
	var set struct{ Keys []struct{ Kid string } }
	_, body := v.get("/schools/school-of-willow-brook/jwks.json")
	w.ok(json.Unmarshal([]byte(body), &set))
	_, thumbprint, _ := strings.Cut(set.Keys[0].Kid, "#")
	if res, body := v.get("/keys/" + thumbprint); res.StatusCode != http.StatusOK || !strings.Contains(body, set.Keys[0].Kid) {
		t.Errorf("single key: %s %s", res.Status, body)
	}
	for _, missing := range []string{"/schools/nowhere/did.json", "/schools/nowhere/endorsement", "/keys/none", "/status/none"} {
		if res, _ := v.get(missing); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %s", missing, res.Status)
		}
	}
}

// TestAnotherLibraryAgrees lets npm jose check a token with the keys that the
// school publishes.
func TestAnotherLibraryAgrees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.nobody()
	_, token := v.get(w.path(w.issued("learner", "audit-1").Token))
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	_, body := v.get("/schools/school-of-willow-brook/jwks.json")
	w.ok(json.Unmarshal([]byte(body), &set))
	agreed := 0
	for _, key := range set.Keys {
		if testkit.JoseVerify(t, token, key, "ES256", "vc+jwt").OK {
			agreed++
		}
	}
	if agreed != 1 {
		t.Errorf("%d of the school's keys verify the token, want 1", agreed)
	}
}

func TestVerifyAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, token := w.nobody().get(w.path(w.issued("learner", "audit-1").Token))
	wrapped, err := json.Marshal(map[string]string{"credential": token})
	w.ok(err)
	for mediaType, document := range map[string]string{
		"application/vc+jwt": token, "application/json": string(wrapped), "text/plain": token + "\n", "": token,
	} {
		if got := w.verdict(mediaType, document); got != "valid" {
			t.Errorf("%s: got %s", mediaType, got)
		}
	}
	baked, err := bake.IntoSVG([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>`), []byte(token), bake.Badge)
	w.ok(err)
	if got := w.verdict("image/svg+xml", string(baked)); got != "valid" {
		t.Errorf("a picture that carries it: got %s", got)
	}
	if got := w.verdict("application/pdf", "%PDF-1.7"); got != "invalid" {
		t.Errorf("a damaged paper: got %s", got)
	}
	for i := 0; i < len(token); i += 97 { // every part of it, at some distance
		changed := []byte(token)
		if changed[i] = 'A'; token[i] == 'A' {
			changed[i] = 'B'
		}
		if got := w.verdict("application/vc+jwt", string(changed)); got == "valid" {
			t.Errorf("byte %d changed: got valid", i)
		}
	}
	for name, c := range map[string]struct {
		mediaType, body string
		status          int
		pointer         string
	}{
		"duplicate member": {"application/json", `{"credential":"a","credential":"b"}`, http.StatusUnprocessableEntity, "/credential"},
		"unknown member":   {"application/json", `{"credential":"a","x":1}`, http.StatusUnprocessableEntity, "/x"},
		"wrong type":       {"application/json", `{"credential":7}`, http.StatusUnprocessableEntity, "/credential"},
		"missing member":   {"application/json", `{}`, http.StatusUnprocessableEntity, "/credential"},
		"not JSON":         {"application/json", `{"credential":`, http.StatusUnprocessableEntity, "/credential"},
		"a list":           {"application/json", `[]`, http.StatusUnprocessableEntity, ""},
		"two challenges":   {"application/json", `{"credential":"a","challenge":"x","nonce":"y"}`, http.StatusUnprocessableEntity, "/nonce"},
		"no challenge":     {"application/json", `{"credential":"a","challenge":7}`, http.StatusUnprocessableEntity, "/challenge"},
		"a long domain":    {"application/json", `{"credential":"a","domain":"` + strings.Repeat("x", 1_001) + `"}`, http.StatusUnprocessableEntity, "/domain"},
		"another's case":   {"application/json", `{"credential":"a","Credential":"b"}`, http.StatusUnprocessableEntity, "/Credential"},
		"media type":       {"image/gif", "x", http.StatusUnprocessableEntity, ""},
		"too large":        {"application/vc+jwt", strings.Repeat("a", 5<<20), http.StatusRequestEntityTooLarge, ""},
	} {
		res, body := w.nobody().do(http.MethodPost, "/v1/verify", c.mediaType, c.body)
		var p problem
		if err := json.Unmarshal([]byte(body), &p); err != nil || res.StatusCode != c.status || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: got %s %s %v", name, res.Status, body, err)
		}
		if c.status == http.StatusUnprocessableEntity && (len(p.Errors) != 1 || p.Errors[0].Pointer != c.pointer) {
			t.Errorf("%s: got %+v, want %q", name, p.Errors, c.pointer)
		}
	}
	// A document that is bad in itself is an answer, not a problem.
	if got := w.verdict("application/vc", `{"@context":1,"@context":2}`); got != "invalid" {
		t.Errorf("duplicate member in a document: got %s", got)
	}
}

// TestVerifyAPIAsks: a presentation answers what the program asked, or is not green.
func TestVerifyAPIAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, token := w.nobody().get(w.path(w.issued("learner", "audit-1").Token))
	private, err := proof.Generate(rand.Reader, proof.EdDSA)
	w.ok(err)
	multikey := private.Public("").Multikey()
	holder := private.Signer("did:key:" + multikey + "#" + multikey)
	envelope := `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"],"verifiableCredential":[` +
		`{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,` + token + `"}]}`
	signed, _, err := proof.Secure(t.Context(), []byte(envelope), proof.Options{
		Signer: holder, Created: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), Purpose: proof.PurposeAuthentication,
		Challenge: "once", Domain: "https://college.example",
	})
	w.ok(err)
	for name, c := range map[string]struct{ body, want string }{
		"unsigned, not asked":  {`{"credential":` + envelope + `}`, "valid"},
		"unsigned":             {`{"credential":` + envelope + `,"challenge":"once"}`, "undetermined"},
		"signed":               {`{"credential":` + string(signed) + `,"challenge":"once","domain":"https://college.example"}`, "valid"},
		"signed, as a nonce":   {`{"credential":` + string(signed) + `,"nonce":"once"}`, "valid"},
		"to another challenge": {`{"credential":` + string(signed) + `,"challenge":"twice"}`, "invalid"},
		"for another reader":   {`{"credential":` + string(signed) + `,"challenge":"once","domain":"https://x.example"}`, "invalid"},
		"a bare credential":    {`{"credential":"` + token + `","challenge":"once"}`, "undetermined"},
		"about another name":   {`{"credential":"` + token + `","name":"Somebody Else"}`, "valid"},
	} {
		if got := w.verdict("application/json", c.body); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestVerifyPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.nobody()
	c := w.issued("learner", "audit-1")
	_, token := v.get(w.path(c.Token))

	_, body := v.get("/verify")
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Check a credential")), testkit.Count("input[type=file]", 1))
	_, body = v.post("/verify", url.Values{"credential": {token}})
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Genuine")))
	_, body = v.post("/verify", url.Values{"credential": {strings.Replace(token, ".", ".x", 1)}})
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Not genuine")), testkit.NotIn(".paper"))
	const vc = "https://www.w3.org/ns/credentials/v2"
	presented := `{"@context":["` + vc + `"],"type":["VerifiablePresentation"],"verifiableCredential":[` +
		`{"@context":"` + vc + `","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,` + token + `"},` +
		`{"@context":"` + vc + `","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,` + strings.Replace(token, ".", ".x", 1) + `"}]}`
	_, body = v.post("/verify", url.Values{"credential": {presented}})
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Not genuine")), testkit.Count("ul.nested li", 2),
		testkit.In(".nested-genuine", testkit.HasText("High School Diploma")), testkit.In(".nested-stop", testkit.HasText("Credential 2")))
	res, body := v.post("/verify", url.Values{"credential": {"  "}})
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing pasted: %s", res.Status)
	}
	testkit.Page(t, body, testkit.Count("#f-credential-error", 1))
	if res, _ := v.post("/verify", url.Values{"credential": {c.Page}}); res.Header.Get("Location") != w.path(c.Page) {
		t.Errorf("address pasted: %s to %q", res.Status, res.Header.Get("Location"))
	}
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	part, err := m.CreateFormFile("file", "credential.jwt")
	w.ok(err)
	_, err = part.Write([]byte(token))
	w.ok(err)
	w.ok(m.Close())
	res, body = v.do(http.MethodPost, "/verify", m.FormDataContentType(), form.String())
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "Genuine") {
		t.Errorf("file: %s", res.Status)
	}
	if res, _ := v.do(http.MethodPost, "/verify", "application/x-www-form-urlencoded", "credential="+strings.Repeat("a", 5<<20)); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %s", res.Status)
	}
}

func TestRevocationOverHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.issued("learner", "audit-1")
	clerk, principal := w.as("registrar"), w.as("principal")

	_, body := clerk.get("/issued")
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Issued")), testkit.In("tbody", testkit.HasText("Used learner")))
	_, body = clerk.get("/issued/" + c.ID)
	testkit.Page(t, body, testkit.Count("textarea[name=private]", 1))
	res, body := clerk.post("/issued/"+c.ID+"/revocations", url.Values{"private": {"short"}, "idempotency_key": {"k"}})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "short</textarea>") {
		t.Errorf("bad input: %s", res.Status)
	}
	testkit.Page(t, body, testkit.Count("#f-private-error", 1), testkit.Count("#f-public-error", 1))
	form := url.Values{"public": {"issued-in-error"}, "private": {"The list held the wrong learner."}, "idempotency_key": {"k"}}
	if res, body := clerk.post("/issued/"+c.ID+"/revocations", form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("asking: %s %s", res.Status, body)
	}
	_, body = principal.get("/revocations")
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Changes of credentials")), testkit.In(".work", testkit.HasText("Confirm the withdrawal")))
	_, body = principal.get("/")
	if !strings.Contains(body, "1 change of a credential waits") {
		t.Error("the principal's first page does not name the withdrawal")
	}
	_, body = principal.get("/revocations")
	_, rest, _ := strings.Cut(body, `action="/revocations/`)
	id, _, _ := strings.Cut(rest, `/confirm"`)
	for who, want := range map[string]int{"learner": http.StatusNotFound, "stranger": http.StatusNotFound, "teacher": http.StatusNotFound} {
		if res, _ := w.as(who).post("/revocations/"+id+"/confirm", nil); res.StatusCode != want {
			t.Errorf("confirmed as %s: got %s", who, res.Status)
		}
	}
	if res, _ := principal.post("/revocations/"+id+"/confirm", nil); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("confirming: %s", res.Status)
	}
	w.ok(w.reg.RenewLists(t.Context())) // what the job does
	_, body = w.nobody().get(w.path(c.Page))
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Withdrawn")), testkit.In(".verdict", testkit.HasText("Issued in error")))
	if strings.Contains(body, "wrong learner") {
		t.Error("the page shows the private reason")
	}
	_, token := w.nobody().get(w.path(c.Token))
	if got := w.verdict("application/vc+jwt", token); got != "revoked" {
		t.Errorf("got %s", got)
	}
}

func TestHolderPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.issued("learner", "audit-1")
	holder := w.as("learner")
	_, body := holder.get("/credentials")
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("My credentials")), testkit.In(".people", testkit.HasText("High School Diploma")))
	_, body = holder.get("/credentials/" + c.ID)
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("High School Diploma")), testkit.Count(".paper", 1), testkit.Count(".qr", 1))
	_, body = holder.get("/credentials/" + c.ID + "/print")
	testkit.Page(t, body, testkit.Count(".paper", 1))
	res, token := holder.get("/credentials/" + c.ID + "/jwt")
	if !strings.Contains(res.Header.Get("Content-Disposition"), "High-School-Diploma.jwt") || w.verdict("text/plain", token) != "valid" {
		t.Errorf("download: %v", res.Header)
	}
	res, embedded := holder.get("/credentials/" + c.ID + "/json")
	if !strings.Contains(res.Header.Get("Content-Disposition"), "High-School-Diploma.json") || w.verdict("application/vc", embedded) != "valid" {
		t.Errorf("download: %v", res.Header)
	}
	for _, path := range []string{"/credentials/" + c.ID, "/credentials/" + c.ID + "/print", "/credentials/" + c.ID + "/jwt", "/credentials/" + c.ID + "/json", "/issued/" + c.ID} {
		for _, who := range []string{"other-learner", "stranger"} {
			if res, _ := w.as(who).get(path); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s as %s: got %s", path, who, res.Status)
			}
		}
		if res, _ := w.nobody().get(path); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s as nobody: got %s", path, res.Status)
		}
	}
	page := w.path(c.Page)
	if res, _ := w.nobody().get(page); res.StatusCode != http.StatusOK {
		t.Fatalf("page: %s", res.Status)
	}
	if res, _ := holder.post("/credentials/"+c.ID+"/page", url.Values{"open": {"no"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("closing the page: %s", res.Status)
	}
	if res, _ := w.nobody().get(page); res.StatusCode != http.StatusNotFound {
		t.Errorf("closed page: %s", res.Status)
	}
	if res, _ := w.nobody().get(page + "/qr.svg"); res.StatusCode != http.StatusNotFound {
		t.Errorf("code of a closed page: %s", res.Status)
	}
	_, body = holder.get("/credentials/" + c.ID)
	testkit.Page(t, body, testkit.NotIn(".qr"))
	if res, _ := holder.post("/credentials/"+c.ID+"/page", url.Values{"open": {"maybe"}}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("neither yes nor no: %s", res.Status)
	}
	if res, _ := holder.post("/credentials/"+c.ID+"/page", url.Values{"open": {"yes"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("opening the page: %s", res.Status)
	}
	if res, _ := w.nobody().get(page); res.StatusCode != http.StatusOK {
		t.Errorf("opened page: %s", res.Status)
	}
}

func TestVerifyWithoutDatabase(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), stores.Options(t, "sqlite:"+filepath.Join(t.TempDir(), "laurel.db")))
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := newWorldOver(t, st)
	c := w.issued("learner", "audit-1")
	other := w.issued("other-learner", "audit-2")
	_, token := w.nobody().get(w.path(c.Token))
	w.ok(w.store.Close())
	if got := w.verdict("application/vc+jwt", token); got != "valid" {
		t.Errorf("got %s", got)
	}
	for path, want := range map[string]int{
		"/verify": http.StatusOK, "/schools/school-of-willow-brook/did.json": http.StatusOK, "/bundle.json": http.StatusOK,
		w.path(c.Page): http.StatusOK, w.path(other.Page): http.StatusServiceUnavailable,
	} {
		if res, _ := w.nobody().get(path); res.StatusCode != want {
			t.Errorf("%s: got %s, want %d", path, res.Status, want)
		}
	}
}
