package verifier_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// elsewhere is a school on the web, known by no registry.
type elsewhere struct {
	*world
	web    *web
	issuer string
	key    *proof.PrivateKey
}

// newElsewhere makes a school whose issuer is a did:web or, given a path, an https address.
func newElsewhere(tb testing.TB, path string) *elsewhere {
	tb.Helper()
	e := &elsewhere{world: newWorld(tb), web: newWeb(tb, "own.example:"), key: privateKey(tb, proof.ES256, 9)}
	e.issuer = did.Web(e.web.host("school.example"), "schools", "mill")
	if path != "" {
		e.issuer = e.web.url("school.example", path)
	}
	return e
}

// signer signs under a key ID.
func (e *elsewhere) signer(kid string) proof.Signer { return e.key.Signer(kid) }

// jwk is the school's public key as JSON; change may alter it.
func (e *elsewhere) jwk(change map[string]any) string {
	raw, err := json.Marshal(e.key.Public("").JWK())
	if err != nil {
		e.tb.Fatal(err)
	}
	var members map[string]any
	_ = json.Unmarshal(raw, &members)
	delete(members, "kid")
	maps.Copy(members, change)
	raw, err = json.Marshal(members)
	if err != nil {
		e.tb.Fatal(err)
	}
	return string(raw)
}

// method is a verification method with the school's key.
func (e *elsewhere) method(id, controller string) string {
	return fmt.Sprintf(`{"id":%q,"type":"JsonWebKey","controller":%q,"publicKeyJwk":%s}`, id, controller, e.jwk(nil))
}

func (e *elsewhere) check(doc []byte) verifier.Report {
	e.tb.Helper()
	v := verifier.New(verifier.Options{Now: e.web.now, Fetch: e.web.fetcher})
	r, err := v.Verify(e.tb.Context(), doc)
	if err != nil {
		e.tb.Fatal(err)
	}
	return r
}

// credential is one of the school, without a status unless list names one.
func (e *elsewhere) signed(kid, list string) []byte {
	e.tb.Helper()
	return e.issue(e.signer(kid), func(c *credentials.Credential) {
		c.Issuer.ID = e.issuer
		c.Status = nil
		if list != "" {
			c.Status = credentials.RevocationEntry(list, 7)
		}
	})
}

// TestIssuersOfElsewhere: whose key it is is asked of the issuer, on its own host.
func TestIssuersOfElsewhere(t *testing.T) {
	t.Parallel()
	const didPath, issuerPath = "/schools/mill/did.json", "/issuers/1"
	page := func(e *elsewhere, path, body string) { e.web.serve(e.web.url("school.example", path), []byte(body)) }
	document := func(id, rest string) string { return fmt.Sprintf(`{"id":%q,%s}`, id, rest) }
	assertion := func(e *elsewhere) string {
		return document(e.issuer, `"verificationMethod":[`+e.method(e.issuer+"#k", e.issuer)+`],"assertionMethod":["#k"]`)
	}
	for name, c := range map[string]struct {
		https   bool
		kid     string // {issuer}, {host}
		publish func(e *elsewhere)
		want    verifier.Outcome
		code    string
	}{
		"did:web": {false, "{issuer}#k", func(e *elsewhere) { page(e, didPath, assertion(e)) }, verifier.Pass, verifier.CodeKeyControlled},
		"did:web, about another": {
			false, "{issuer}#k", func(e *elsewhere) { page(e, didPath, strings.ReplaceAll(assertion(e), "mill", "other")) },
			verifier.Unknown, verifier.CodeIssuerUnreadable,
		},
		"did:web, not for assertions": {
			false, "{issuer}#k", func(e *elsewhere) {
				page(e, didPath, strings.Replace(assertion(e), "assertionMethod", "authentication", 1))
			}, verifier.Fail, verifier.CodeKeyPurpose,
		},
		"did:web, another key": {
			false, "{issuer}#other", func(e *elsewhere) { page(e, didPath, assertion(e)) }, verifier.Fail, verifier.CodeKeyNotControlled,
		},
		"did:web, nothing there": {false, "{issuer}#k", func(*elsewhere) {}, verifier.Unknown, verifier.CodeIssuerUnreachable},
		"did:web, a page for people": {
			false, "{issuer}#k", func(e *elsewhere) { page(e, didPath, "<html>") }, verifier.Unknown, verifier.CodeIssuerUnreadable,
		},
		"did:web, sent elsewhere": {
			false, "{issuer}#k", func(e *elsewhere) {
				page(e, "/good", assertion(e))
				e.web.handle(e.web.url("school.example", didPath), func(rw http.ResponseWriter, r *http.Request) {
					http.Redirect(rw, r, "/good", http.StatusFound)
				})
			}, verifier.Unknown, verifier.CodeFetchRefused,
		},
		"did:web does not use the key set of its host": {
			false, "{issuer}#k", func(e *elsewhere) {
				page(e, didPath, document(e.issuer, `"assertionMethod":[]`))
				page(e, "/.well-known/jwks.json", `{"keys":[`+e.jwk(map[string]any{"kid": e.issuer + "#k"})+`]}`)
			}, verifier.Fail, verifier.CodeKeyNotControlled,
		},
		"did:web, kid is an address with a key of its document": {
			false, "https://{host}/keys/1", func(e *elsewhere) {
				page(e, didPath, assertion(e))
				page(e, "/keys/1", e.jwk(nil))
			}, verifier.Pass, verifier.CodeKeyControlled,
		},
		"did:web, kid is an address with a key of nobody": {
			false, "https://{host}/keys/1", func(e *elsewhere) {
				page(e, didPath, document(e.issuer, `"assertionMethod":[]`))
				page(e, "/keys/1", e.method(e.web.url("school.example", "/keys/1"), e.issuer))
			}, verifier.Fail, verifier.CodeKeyNotControlled,
		},
		"https, controlled identifier document": {
			true, "{issuer}#k", func(e *elsewhere) { page(e, issuerPath, assertion(e)) }, verifier.Pass, verifier.CodeKeyControlled,
		},
		"https, key set of its host": {
			true, "https://{host}/keys/1", func(e *elsewhere) {
				page(e, "/.well-known/jwks.json", `{"keys":[`+e.jwk(map[string]any{"kid": e.web.url("school.example", "/keys/1"), "iss": e.issuer})+`]}`)
			}, verifier.Pass, verifier.CodeKeyControlled,
		},
		"https, key set with a page for people": {
			true, "mine", func(e *elsewhere) {
				page(e, issuerPath, "<html>")
				page(e, "/.well-known/jwks.json", `{"keys":[`+e.jwk(map[string]any{"kid": "mine"})+`]}`)
			}, verifier.Pass, verifier.CodeKeyControlled,
		},
		"https, key set of another issuer on the host": {
			true, "mine", func(e *elsewhere) {
				page(e, "/.well-known/jwks.json", `{"keys":[`+e.jwk(map[string]any{"kid": "mine", "iss": e.issuer + "1"})+`]}`)
			}, verifier.Fail, verifier.CodeKeyNotControlled,
		},
		"https, key set with a key for encryption": {
			true, "mine", func(e *elsewhere) {
				page(e, "/.well-known/jwks.json", `{"keys":[`+e.jwk(map[string]any{"kid": "mine", "use": "enc"})+`]}`)
			}, verifier.Fail, verifier.CodeAlgorithmRefused,
		},
		"https, key set with a key for signing alone": {
			true, "mine", func(e *elsewhere) {
				page(e, "/.well-known/jwks.json", `{"keys":[`+e.jwk(map[string]any{"kid": "mine", "key_ops": []string{"sign"}})+`]}`)
			}, verifier.Fail, verifier.CodeKeyPurpose,
		},
		"https, kid opens a key of the key set": {
			true, "https://{host}/keys/1", func(e *elsewhere) {
				page(e, "/.well-known/jwks.json", `{"keys":[`+e.jwk(map[string]any{"iss": e.issuer})+`]}`)
				page(e, "/keys/1", e.jwk(nil))
			}, verifier.Pass, verifier.CodeKeyControlled,
		},
		"https, kid opens a key that names the issuer, and the issuer does not": {
			true, "https://{host}/users/mallory/key", func(e *elsewhere) {
				page(e, issuerPath, document(e.issuer, `"assertionMethod":[]`))
				page(e, "/users/mallory/key", e.method(e.web.url("school.example", "/users/mallory/key"), e.issuer))
			}, verifier.Fail, verifier.CodeKeyNotControlled,
		},
		"https, kid opens a key that the issuer names": {
			true, "https://{host}/keys/1", func(e *elsewhere) {
				kid := e.web.url("school.example", "/keys/1")
				page(e, issuerPath, document(e.issuer, fmt.Sprintf(`"assertionMethod":[%q]`, kid)))
				page(e, "/keys/1", e.method(kid, e.issuer))
			}, verifier.Pass, verifier.CodeKeyControlled,
		},
		"https, kid on another host": {
			true, "https://evil.example/keys/1", func(e *elsewhere) {
				page(e, issuerPath, document(e.issuer, `"assertionMethod":["https://evil.example/keys/1"]`))
			}, verifier.Fail, verifier.CodeKeyNotControlled,
		},
		"https, the key in the fragment": {
			true, "{issuer}#{multikey}", func(e *elsewhere) { page(e, issuerPath, document(e.issuer, `"assertionMethod":[]`)) },
			verifier.Fail, verifier.CodeKeyNotControlled,
		},
		"https, the key in the fragment, nothing there": {
			true, "{issuer}#{multikey}", func(*elsewhere) {}, verifier.Unknown, verifier.CodeIssuerUnreachable,
		},
		"https, one document broken and the other without the key": {
			true, "mine", func(e *elsewhere) {
				page(e, "/.well-known/jwks.json", `{"keys":[]}`)
				e.web.handle(e.web.url("school.example", issuerPath), func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusBadGateway) })
			}, verifier.Unknown, verifier.CodeIssuerUnreachable,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := ""
			if c.https {
				path = issuerPath
			}
			e := newElsewhere(t, path)
			c.publish(e)
			kid := strings.NewReplacer("{issuer}", e.issuer, "{host}", e.web.host("school.example"), "{multikey}", e.key.Public("").Multikey()).Replace(c.kid)
			r := e.check(e.signed(kid, ""))
			keys := r.Find(verifier.Key)
			if len(keys) != 1 || keys[0].Outcome != c.want || keys[0].Code != c.code {
				t.Fatalf("got %+v, want %s %s", keys, c.want, c.code)
			}
			verdict := map[verifier.Outcome]verifier.Verdict{
				verifier.Pass: verifier.UnrecognisedIssuer, verifier.Fail: verifier.Invalid, verifier.Unknown: verifier.Undetermined,
			}[c.want]
			if r.Verdict != verdict {
				t.Errorf("got %s, want %s", r.Verdict, verdict)
			}
			if c.want == verifier.Pass && keys[0].Params["as_of"] != now().Format(time.RFC3339) {
				t.Errorf("as of %q", keys[0].Params["as_of"])
			}
			if r.Credential != nil && c.want != verifier.Pass {
				t.Error("a forger's words are shown")
			}
		})
	}
}

// withJWK signs with the key in the header and no kid, as anybody can.
func (e *elsewhere) withJWK(key *proof.PrivateKey) []byte {
	e.tb.Helper()
	c := e.credential()
	c.Issuer.ID, c.Status = e.issuer, nil
	payload, err := c.Payload()
	if err == nil {
		payload, err = credentials.WithClaims(payload)
	}
	if err != nil {
		e.tb.Fatal(err)
	}
	jwk := key.Public("").JWK()
	header, _ := json.Marshal(map[string]any{"alg": jwk.Alg, "typ": proof.TypeVC, "jwk": jwk})
	input := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload)
	signature, err := key.Signer("x").Sign(e.tb.Context(), []byte(input))
	if err != nil {
		e.tb.Fatal(err)
	}
	return []byte(input + "." + base64.RawURLEncoding.EncodeToString(signature))
}

// TestHeaderKeyOfElsewhere: a key in the header counts when the issuer publishes
// it, and binds nobody otherwise.
func TestHeaderKeyOfElsewhere(t *testing.T) {
	t.Parallel()
	e := newElsewhere(t, "/issuers/1")
	e.web.serve(e.web.url("school.example", "/.well-known/jwks.json"), []byte(`{"keys":[`+e.jwk(nil)+`]}`))
	if r := e.check(e.withJWK(e.key)); r.Verdict != verifier.UnrecognisedIssuer {
		t.Errorf("the issuer's: got %s %+v", r.Verdict, r.Checks)
	}
	if r := e.check(e.withJWK(privateKey(t, proof.ES256, 66))); r.Verdict != verifier.Invalid || !r.Has(verifier.Key, verifier.CodeKeyNotControlled) {
		t.Errorf("a forger's: got %s %+v", r.Verdict, r.Checks)
	}
}

// TestEmbeddedProofOfElsewhere: the same for a proof inside the document, whose
// method may stand at an address of its own.
func TestEmbeddedProofOfElsewhere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method string
		listed bool
		want   verifier.Verdict
	}{
		"in the document":                     {"{issuer}#{multikey}", true, verifier.UnrecognisedIssuer},
		"taken out of the fragment":           {"{issuer}#{multikey}", false, verifier.Invalid},
		"at an address that the issuer names": {"https://{host}/keys/1", true, verifier.UnrecognisedIssuer},
		"at an address on the issuer's host":  {"https://{host}/keys/1", false, verifier.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newElsewhere(t, "/issuers/1")
			e.key = privateKey(t, proof.EdDSA, 9)
			method := strings.NewReplacer("{issuer}", e.issuer, "{host}", e.web.host("school.example"), "{multikey}", e.key.Public("").Multikey()).Replace(c.method)
			multikey := fmt.Sprintf(`{"id":%q,"type":"Multikey","controller":%q,"publicKeyMultibase":%q}`, method, e.issuer, e.key.Public("").Multikey())
			assertion := ""
			if c.listed {
				assertion = multikey
				if !strings.Contains(method, "#") {
					assertion = fmt.Sprintf("%q", method)
				}
			}
			e.web.serve(e.issuer, fmt.Appendf(nil, `{"id":%q,"assertionMethod":[%s]}`, e.issuer, assertion))
			e.web.serve(e.web.url("school.example", "/keys/1"), []byte(multikey))
			cred := e.credential()
			cred.Issuer.ID, cred.Status = e.issuer, nil
			payload, err := cred.Payload()
			if err != nil {
				t.Fatal(err)
			}
			doc, _, err := proof.Secure(t.Context(), payload, proof.Options{Suite: proof.EdDSARDFC2022, Signer: e.signer(method), Created: now().Add(-time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			if r := e.check(doc); r.Verdict != c.want {
				t.Errorf("got %s %+v", r.Verdict, r.Checks)
			}
		})
	}
}

// TestListsOfElsewhere: a status list is fetched, judged by its own proof and
// issuer, and stands in with its age when it cannot be read again.
func TestListsOfElsewhere(t *testing.T) {
	t.Parallel()
	e := newElsewhere(t, "")
	kid := e.issuer + "#k"
	e.web.serve(e.web.url("school.example", "/schools/mill/did.json"),
		fmt.Appendf(nil, `{"id":%q,"assertionMethod":[%s]}`, e.issuer, e.method(kid, e.issuer)))
	list := e.web.url("lists.example", "/1")
	e.web.serve(list, []byte(e.list(e.signer(kid), e.issuer, list, nil)))
	doc := e.signed(kid, list)
	asOf := func(r verifier.Report) string { return r.Find(verifier.Status)[0].Params["as_of"] }
	first := e.web.now()
	if r := e.check(doc); r.Verdict != verifier.UnrecognisedIssuer || !r.Has(verifier.Status, verifier.CodeNotWithdrawn) || asOf(r) != first.Format(time.RFC3339) {
		t.Fatalf("got %s %+v", r.Verdict, r.Checks)
	}
	unwell := func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusServiceUnavailable) }
	e.web.handle(list, unwell)
	e.web.handle(e.web.url("school.example", "/schools/mill/did.json"), unwell)
	e.web.later(time.Hour)
	if r := e.check(doc); !r.Has(verifier.Status, verifier.CodeNotWithdrawn) || asOf(r) != first.Format(time.RFC3339) || !r.Has(verifier.Key, verifier.CodeKeyControlledThen) {
		t.Errorf("an hour later: got %+v", r.Checks)
	}
	other := e.web.url("lists.example", "/2")
	e.web.serve(other, []byte(e.list(e.mill, stranger, other, nil)))
	if r := e.check(e.signed(kid, other)); !r.Has(verifier.Status, verifier.CodeStatusIssuer) {
		t.Errorf("another's list: got %+v", r.Checks)
	}
	if r := e.check(e.signed(kid, "https://10.0.0.1/list")); !r.Has(verifier.Status, verifier.CodeStatusUnreachable) || r.Verdict != verifier.Undetermined {
		t.Errorf("a list inside: got %s %+v", r.Verdict, r.Checks)
	}
}

// TestOwnHostIsNotAsked: what is ours is held, or is nowhere.
func TestOwnHostIsNotAsked(t *testing.T) {
	t.Parallel()
	e := newElsewhere(t, "")
	e.issuer = did.Web(e.web.host("own.example"), "schools", "mill")
	e.web.serve(e.web.url("own.example", "/schools/mill/did.json"),
		fmt.Appendf(nil, `{"id":%q,"assertionMethod":[%s]}`, e.issuer, e.method(e.issuer+"#k", e.issuer)))
	if r := e.check(e.signed(e.issuer+"#k", e.web.url("own.example", "/status/1"))); r.Verdict != verifier.Undetermined || e.web.hits.Load() != 0 {
		t.Errorf("got %s after %d requests", r.Verdict, e.web.hits.Load())
	}
	// What is held is used without asking anybody.
	v := verifier.New(verifier.Options{Now: now, Keys: e.bundle, Status: e.bundle, Registry: e.bundle, Fetch: e.web.fetcher})
	if r, err := v.Verify(t.Context(), e.issue(e.ec, nil)); err != nil || r.Verdict != verifier.Valid || e.web.hits.Load() != 0 {
		t.Errorf("held: got %s %v after %d requests", r.Verdict, err, e.web.hits.Load())
	}
}

// TestBudget: however much a document asks for, the network is asked a bounded
// number of times, and at most that for one credential.
func TestBudget(t *testing.T) {
	t.Parallel()
	e := newElsewhere(t, "")
	kid := e.issuer + "#k"
	e.web.serve(e.web.url("school.example", "/schools/mill/did.json"),
		fmt.Appendf(nil, `{"id":%q,"assertionMethod":[%s]}`, e.issuer, e.method(kid, e.issuer)))
	doc := e.issue(e.signer(kid), func(c *credentials.Credential) {
		c.Issuer.ID, c.Status = e.issuer, nil
		for i := range 60 {
			other := did.Web(e.web.host(fmt.Sprintf("s%d.example", i)))
			c.EndorsementTokens = append(c.EndorsementTokens, e.endorsement(privateKey(t, proof.ES256, 5).Signer(other+"#k"), other, c.ID))
		}
	})
	r := e.check(doc)
	if got := e.web.hits.Load(); got != verifier.FetchesPerDocument {
		t.Errorf("asked %d times, want %d", got, verifier.FetchesPerDocument)
	}
	if len(r.Nested) != 60 || r.Nested[59].Report.Find(verifier.Key)[0].Params["reason"] != "limit" {
		t.Errorf("%d reports, the last: %+v", len(r.Nested), r.Nested[len(r.Nested)-1].Report.Checks)
	}
	many := e.issue(e.signer(kid), func(c *credentials.Credential) { c.Issuer.ID, c.Status = e.issuer, nil })
	var wg sync.WaitGroup
	before := e.web.hits.Load()
	for range 50 {
		wg.Go(func() { e.check(many) })
	}
	wg.Wait()
	if got := e.web.hits.Load() - before; got != 0 {
		t.Errorf("asked %d times again", got)
	}
}

// TestBudgetOfOne: one credential has a part of the whole, however many lists it names.
func TestBudgetOfOne(t *testing.T) {
	t.Parallel()
	e := newElsewhere(t, "")
	kid := e.issuer + "#k"
	e.web.serve(e.web.url("school.example", "/schools/mill/did.json"),
		fmt.Appendf(nil, `{"id":%q,"assertionMethod":[%s]}`, e.issuer, e.method(kid, e.issuer)))
	c := e.credential()
	c.Issuer.ID, c.Status = e.issuer, nil
	payload, err := c.Payload()
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(payload, &members); err != nil {
		t.Fatal(err)
	}
	var entries []any
	for i := range 12 {
		entries = append(entries, credentials.RevocationEntry(e.web.url(fmt.Sprintf("l%d.example", i), "/1"), 7))
	}
	members["credentialStatus"] = entries
	if payload, err = json.Marshal(members); err != nil {
		t.Fatal(err)
	}
	if payload, err = credentials.WithClaims(payload); err != nil {
		t.Fatal(err)
	}
	r := e.check(e.sign(e.signer(kid), proof.TypeVC, payload))
	if got := e.web.hits.Load(); got != verifier.FetchesPerOne {
		t.Errorf("asked %d times, want %d", got, verifier.FetchesPerOne)
	}
	if got := r.Find(verifier.Status); len(got) != 12 || got[11].Code != verifier.CodeStatusUnreachable || r.Verdict == verifier.Valid {
		t.Errorf("got %s, %+v", r.Verdict, got)
	}
}
