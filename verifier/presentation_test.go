package verifier_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/verifier"
	"laurel/verifier/words"
)

// asked is what the reader asked in the tests.
var asked = verifier.Ask{Challenge: "8f3c-once", Domain: "https://college.example"}

// enclosed is a presentation of documents, JSON or tokens, with more members at its end.
func enclosed(more string, documents ...[]byte) string {
	var list []string
	for _, d := range documents {
		text := string(d)
		switch {
		case strings.Contains(text, "~"):
			text = envelopeOf("vc+sd-jwt", text)
		case text[0] != '{':
			text = envelopeOf("vc+jwt", text)
		}
		list = append(list, text)
	}
	return `{"@context":["` + credentials.ContextVC + `"],"type":["VerifiablePresentation"],"verifiableCredential":[` +
		strings.Join(list, ",") + `]` + more + `}`
}

func envelopeOf(kind, token string) string {
	return `{"@context":"` + credentials.ContextVC + `","type":"EnvelopedVerifiableCredential","id":"data:application/` + kind + `,` + token + `"}`
}

// present signs a presentation by a holder's key, in answer to what was asked.
func (w *world) present(holder proof.Signer, ask verifier.Ask, presentation string) []byte {
	w.tb.Helper()
	signed, _, err := proof.Secure(w.tb.Context(), []byte(presentation), proof.Options{
		Signer: holder, Created: now(), Purpose: proof.PurposeAuthentication, Challenge: ask.Challenge, Domain: ask.Domain,
	})
	if err != nil {
		w.tb.Fatal(err)
	}
	return signed
}

// presentToken signs a presentation as a token with claims in front of its members.
func (w *world) presentToken(holder proof.Signer, typ, claims, presentation string) []byte {
	w.tb.Helper()
	return w.sign(holder, typ, []byte(`{`+claims+`,`+presentation[1:]))
}

// answering are the claims of a token that answers what was asked.
const answering = `"nonce":"8f3c-once","aud":"https://college.example"`

// about is a diploma about a subject.
func (w *world) about(subject string) []byte {
	w.tb.Helper()
	return w.issue(w.ec, func(c *credentials.Credential) { c.Subject.ID = subject })
}

// presentationStory is one presentation, what was asked, and what the reader must be told.
type presentationStory struct {
	name    string
	ask     verifier.Ask
	doc     func(w *world, holder proof.Signer, id string) []byte
	verdict verifier.Verdict
	check   verifier.Name
	code    string
	inside  []verifier.Verdict
}

var presentationStories = []presentationStory{
	{"unsigned: one of each form", verifier.Ask{}, func(w *world, _ proof.Signer, _ string) []byte {
		return []byte(enclosed("", w.issue(w.ec, nil), w.secure(w.payload(), w.proofBy(w.ed, school)),
			w.disclosable(proof.TypeSDJWT, w.payload(), none, "/evidence")))
	}, verifier.Valid, verifier.Proof, verifier.CodePresentationPlain, []verifier.Verdict{verifier.Valid, verifier.Valid, verifier.Valid}},
	{"unsigned: one is revoked", verifier.Ask{}, func(w *world, _ proof.Signer, _ string) []byte {
		revoked := w.issue(w.ec, func(c *credentials.Credential) { c.Status = credentials.RevocationEntry(listURL, 11) })
		return []byte(enclosed("", w.issue(w.ec, nil), revoked))
	}, verifier.Revoked, verifier.Format, verifier.CodeWellFormed, []verifier.Verdict{verifier.Valid, verifier.Revoked}},
	{"unsigned: one is forged", verifier.Ask{}, func(w *world, _ proof.Signer, _ string) []byte {
		return []byte(enclosed("", w.issue(w.ec, nil), w.issue(w.mill, nil)))
	}, verifier.Invalid, verifier.Format, verifier.CodeWellFormed, []verifier.Verdict{verifier.Valid, verifier.Invalid}},
	{"unsigned: one bears no signature", verifier.Ask{}, func(w *world, _ proof.Signer, _ string) []byte {
		return []byte(enclosed("", w.payload()))
	}, verifier.Invalid, verifier.Proof, verifier.CodePresentationPlain, []verifier.Verdict{verifier.Invalid}},
	{"unsigned: one cannot be read", verifier.Ask{}, func(w *world, _ proof.Signer, _ string) []byte {
		return []byte(enclosed("", []byte(envelopeOf("vc+cose;base64", "0oRD"))))
	}, verifier.Undetermined, verifier.Format, verifier.CodeWellFormed, []verifier.Verdict{verifier.Undetermined}},
	{"unsigned: nothing in it", verifier.Ask{}, func(*world, proof.Signer, string) []byte {
		return []byte(enclosed(""))
	}, verifier.Undetermined, verifier.Holder, verifier.CodeHolderNotAsked, nil},
	{"unsigned: a presentation in it", verifier.Ask{}, func(w *world, _ proof.Signer, _ string) []byte {
		return []byte(enclosed("", []byte(enclosed("", w.payload()))))
	}, verifier.Invalid, verifier.Format, verifier.CodeWellFormed, []verifier.Verdict{verifier.Invalid}},
	{"unsigned: a member without meaning", verifier.Ask{}, func(w *world, _ proof.Signer, _ string) []byte {
		return []byte(enclosed(`,"honours":"all"`, w.issue(w.ec, nil)))
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm, []verifier.Verdict{verifier.Valid}},
	{"unsigned, and a signature was asked for", asked, func(w *world, _ proof.Signer, _ string) []byte {
		return []byte(enclosed("", w.issue(w.ec, nil)))
	}, verifier.Undetermined, verifier.Holder, verifier.CodeHolderNotProven, []verifier.Verdict{verifier.Valid}},
	{"a bare credential, and a signature was asked for", asked, func(w *world, _ proof.Signer, _ string) []byte {
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Holder, verifier.CodeHolderNotProven, nil},
	{"an envelope around it all", verifier.Ask{}, func(w *world, h proof.Signer, id string) []byte {
		token := w.presentToken(h, proof.TypeVP, answering, enclosed(`,"holder":"`+id+`"`, w.about(id)))
		return []byte(strings.ReplaceAll(envelopeOf("vp+jwt", string(token)), "EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"))
	}, verifier.Valid, verifier.Holder, verifier.CodeHolderNotAsked, []verifier.Verdict{verifier.Valid}},

	{"proof: answers", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.present(h, asked, enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Valid, verifier.Holder, verifier.CodeHolderProven, []verifier.Verdict{verifier.Valid}},
	{"proof: answers, and names no holder", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.present(h, asked, enclosed("", w.about(id)))
	}, verifier.Valid, verifier.Key, verifier.CodeHolderKey, []verifier.Verdict{verifier.Valid}},
	{"proof: nothing was asked", verifier.Ask{}, func(w *world, h proof.Signer, id string) []byte {
		return w.present(h, asked, enclosed(`,"holder":{"id":"`+id+`"}`, w.about(id)))
	}, verifier.Valid, verifier.Holder, verifier.CodeHolderNotAsked, []verifier.Verdict{verifier.Valid}},
	{"proof: to another challenge", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.present(h, verifier.Ask{Challenge: "yesterday", Domain: asked.Domain}, enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Invalid, verifier.Holder, verifier.CodeHolderRefused, []verifier.Verdict{verifier.Valid}},
	{"proof: for another reader", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.present(h, verifier.Ask{Challenge: asked.Challenge, Domain: "https://elsewhere.example"}, enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Invalid, verifier.Holder, verifier.CodeHolderRefused, []verifier.Verdict{verifier.Valid}},
	{"proof: without a challenge", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.present(h, verifier.Ask{}, enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Invalid, verifier.Holder, verifier.CodeHolderRefused, []verifier.Verdict{verifier.Valid}},
	{"proof: only the domain was asked", verifier.Ask{Domain: asked.Domain}, func(w *world, h proof.Signer, id string) []byte {
		return w.present(h, verifier.Ask{Domain: asked.Domain}, enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Undetermined, verifier.Holder, verifier.CodeHolderNotProven, []verifier.Verdict{verifier.Valid}},
	{"proof: another is the holder", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.present(h, asked, enclosed(`,"holder":"did:web:elsewhere.example:people:1"`, w.about(id)))
	}, verifier.Invalid, verifier.Key, verifier.CodeHolderKeyDiffers, []verifier.Verdict{verifier.Valid}},
	{"proof: the holder's keys are not at hand", asked, func(w *world, _ proof.Signer, _ string) []byte {
		s := signerOf(w.tb, "did:web:nowhere.example", proof.EdDSA, 9)
		return w.present(s, asked, enclosed(`,"holder":"did:web:nowhere.example"`, w.issue(w.ec, nil)))
	}, verifier.Undetermined, verifier.Key, verifier.CodeHolderUnreachable, []verifier.Verdict{verifier.Valid}},
	{"proof: to vouch, not to show who is there", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.secure([]byte(enclosed(`,"holder":"`+id+`"`, w.about(id))), proof.Options{Signer: h, Created: now(), Challenge: asked.Challenge})
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofPurpose, []verifier.Verdict{verifier.Valid}},
	{"proof: by a key for assertions alone", asked, func(w *world, _ proof.Signer, _ string) []byte {
		return w.present(w.ed, asked, enclosed(`,"holder":"`+school+`"`, w.issue(w.ec, nil)))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyPurpose, []verifier.Verdict{verifier.Valid}},
	{"proof: a credential was put in later", asked, func(w *world, h proof.Signer, id string) []byte {
		signed := w.present(h, asked, enclosed(`,"holder":"`+id+`"`, w.about(id)))
		return []byte(strings.Replace(string(signed), `"verifiableCredential":[`, `"verifiableCredential":[`+envelopeOf("vc+jwt", string(w.issue(w.ed, nil)))+`,`, 1))
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch, []verifier.Verdict{verifier.Valid, verifier.Valid}},
	{"proof: the credential names another", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.present(h, asked, enclosed(`,"holder":"`+id+`"`, w.issue(w.ec, nil)))
	}, verifier.Valid, verifier.Holder, verifier.CodeHolderProven, []verifier.Verdict{verifier.Valid}},
	{"proof: malformed", asked, func(w *world, h proof.Signer, id string) []byte {
		return []byte(enclosed(`,"holder":"`+id+`","proof":{"type":"DataIntegrityProof","proofPurpose":"authentication"}`, w.about(id)))
	}, verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused, []verifier.Verdict{verifier.Valid}},

	{"token: answers", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.presentToken(h, proof.TypeVP, answering, enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Valid, verifier.Holder, verifier.CodeHolderProven, []verifier.Verdict{verifier.Valid}},
	{"token: for several readers", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.presentToken(h, proof.TypeVP, `"nonce":"8f3c-once","aud":["x","https://college.example"]`, enclosed("", w.about(id)))
	}, verifier.Valid, verifier.Holder, verifier.CodeHolderProven, []verifier.Verdict{verifier.Valid}},
	{"token: to another nonce", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.presentToken(h, proof.TypeVP, `"nonce":"old","aud":"https://college.example"`, enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Invalid, verifier.Holder, verifier.CodeHolderRefused, []verifier.Verdict{verifier.Valid}},
	{"token: of another type", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.presentToken(h, proof.TypeVC, answering, enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Invalid, verifier.Proof, verifier.CodeTokenType, []verifier.Verdict{verifier.Valid}},
	{"token: a credential of the type of a presentation", verifier.Ask{}, func(w *world, _ proof.Signer, _ string) []byte {
		return w.sign(w.ec, proof.TypeVP, w.payload())
	}, verifier.Invalid, verifier.Proof, verifier.CodeTokenType, nil},
	{"token: another issuer's claim", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.presentToken(h, proof.TypeVP, answering+`,"iss":"did:web:elsewhere.example"`, enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Invalid, verifier.Format, verifier.CodeClaimMismatch, []verifier.Verdict{verifier.Valid}},
	{"token: run out", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.presentToken(h, proof.TypeVP, answering+`,"exp":`+strconv.FormatInt(now().Unix()-3600, 10), enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Expired, verifier.Time, verifier.CodeExpired, []verifier.Verdict{verifier.Valid}},
	{"token: an end that is no date", asked, func(w *world, h proof.Signer, id string) []byte {
		return w.presentToken(h, proof.TypeVP, answering+`,"exp":"tomorrow"`, enclosed(`,"holder":"`+id+`"`, w.about(id)))
	}, verifier.Undetermined, verifier.Time, verifier.CodeTimeUnread, []verifier.Verdict{verifier.Valid}},
	{"token: altered", asked, func(w *world, h proof.Signer, id string) []byte {
		token := w.presentToken(h, proof.TypeVP, answering, enclosed(`,"holder":"`+id+`"`, w.about(id)))
		token[len(token)-9] ^= 1
		return token
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch, []verifier.Verdict{verifier.Valid}},

	{"older: token with a token in it", asked, func(w *world, h proof.Signer, id string) []byte {
		vp := `{"@context":["` + credentials.ContextVC11 + `"],"type":["VerifiablePresentation"],"verifiableCredential":["` + string(w.olderToken("", "")) + `"]}`
		return w.sign(h, "JWT", []byte(`{"iss":"`+id+`",`+answering+`,"vp":`+vp+`}`))
	}, verifier.Valid, verifier.Holder, verifier.CodeHolderProven, []verifier.Verdict{verifier.Valid}},
	{"older: unsigned", verifier.Ask{}, func(w *world, _ proof.Signer, _ string) []byte {
		return []byte(`{"@context":["` + credentials.ContextVC11 + `"],"type":["VerifiablePresentation"],"verifiableCredential":` +
			string(w.secure([]byte(w.older()), w.proofBy(w.ed, school))) + `}`)
	}, verifier.Valid, verifier.Proof, verifier.CodePresentationPlain, []verifier.Verdict{verifier.Valid}},
	{"newer: a bare token in it", verifier.Ask{}, func(w *world, _ proof.Signer, _ string) []byte {
		return []byte(`{"@context":["` + credentials.ContextVC + `"],"type":["VerifiablePresentation"],"verifiableCredential":["` + string(w.issue(w.ec, nil)) + `"]}`)
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation, []verifier.Verdict{verifier.Valid}},
}

// bindable is a diploma that its issuer bound to a holder's key, shown without its evidence.
func (w *world) bindable(holder proof.Signer) proof.SDJWT {
	w.tb.Helper()
	jwk, err := json.Marshal(holder.Public().JWK())
	if err != nil {
		w.tb.Fatal(err)
	}
	payload := strings.Replace(string(w.payload()), `"evidence"`, `"cnf":{"jwk":`+string(jwk)+`},"evidence"`, 1)
	token, err := proof.SignSDJWT(w.tb.Context(), []byte(payload), proof.SDOptions{
		Type: proof.TypeSDJWT, Disclose: []string{"/evidence"}, Rand: bytes.NewReader(bytes.Repeat([]byte("salts of this test"), 100)),
	}, w.ec)
	if err != nil {
		w.tb.Fatal(err)
	}
	token, err = token.Present(none)
	if err != nil {
		w.tb.Fatal(err)
	}
	return token
}

// TestKeyBinding: whoever was asked shows an SD-JWT with the key that its issuer named.
func TestKeyBinding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	holder, _ := local(t, 7)
	thief, _ := local(t, 9)
	token := w.bindable(holder)
	bind := func(s proof.Signer, b proof.Binding) string {
		bound, err := token.BindKey(t.Context(), b, s)
		if err != nil {
			t.Fatal(err)
		}
		return bound.String()
	}
	good := proof.Binding{Audience: asked.Domain, Nonce: asked.Challenge, IssuedAt: now()}
	bound := bind(holder, good)
	for name, tt := range map[string]struct {
		ask     verifier.Ask
		doc     string
		verdict verifier.Verdict
		code    string
	}{
		"bound":                     {asked, bound, verifier.Valid, verifier.CodeHolderProven},
		"bound, and not asked":      {verifier.Ask{}, bound, verifier.Valid, verifier.CodeHolderNotAsked},
		"not bound, and not asked":  {verifier.Ask{}, token.String(), verifier.Valid, verifier.CodeHolderNotAsked},
		"not bound":                 {asked, token.String(), verifier.Undetermined, verifier.CodeHolderNotProven},
		"to another nonce":          {verifier.Ask{Challenge: "other", Domain: asked.Domain}, bound, verifier.Invalid, verifier.CodeHolderRefused},
		"for another reader":        {verifier.Ask{Challenge: asked.Challenge, Domain: "https://x.example"}, bound, verifier.Invalid, verifier.CodeHolderRefused},
		"the reader has no name":    {verifier.Ask{Challenge: asked.Challenge}, bound, verifier.Invalid, verifier.CodeHolderRefused},
		"by a thief":                {asked, bind(thief, good), verifier.Invalid, verifier.CodeHolderRefused},
		"too old":                   {asked, bind(holder, proof.Binding{Audience: asked.Domain, Nonce: asked.Challenge, IssuedAt: now().Add(-time.Hour)}), verifier.Invalid, verifier.CodeHolderRefused},
		"altered":                   {asked, bound[:len(bound)-9] + "AAAAAAAAA", verifier.Invalid, verifier.CodeHolderRefused},
		"a token that names no key": {asked, string(w.disclosable(proof.TypeSDJWT, w.payload(), none, "/evidence")) + strings.Split(bound, "~")[1], verifier.Invalid, verifier.CodeHolderRefused},
	} {
		r, err := w.verifier().VerifyWith(t.Context(), []byte(tt.doc), tt.ask)
		if err != nil || r.Verdict != tt.verdict || !r.Has(verifier.Holder, tt.code) {
			t.Errorf("%s: got %s %+v %v, want %s with %s", name, r.Verdict, r.Find(verifier.Holder), err, tt.verdict, tt.code)
		}
	}
}

func TestPresentations(t *testing.T) {
	t.Parallel()
	for _, s := range presentationStories {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			holder, id := local(t, 7)
			r, err := w.verifier().VerifyWith(t.Context(), s.doc(w, holder, id), s.ask)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != s.verdict || !r.Has(s.check, s.code) {
				t.Errorf("got %s %+v, want %s with %s %s", r.Verdict, r.Checks, s.verdict, s.check, s.code)
			}
			var inside []verifier.Verdict
			for _, n := range r.Nested {
				inside = append(inside, n.Report.Verdict)
			}
			if !slices.Equal(inside, s.inside) {
				t.Errorf("inside: got %v, want %v", inside, s.inside)
			}
			said := words.For("en").Annotate(r, nil)
			for _, c := range said.Checks {
				if c.Sentence == "" || strings.ContainsAny(c.Sentence+c.Next, "{}") || !words.For("en").Known(c.Name, c.Code) {
					t.Errorf("%s %s has no good words: %q %q", c.Name, c.Code, c.Sentence, c.Next)
				}
			}
			if said.Headline == "" || strings.ContainsAny(said.Headline, "{}") {
				t.Errorf("headline: %q", said.Headline)
			}
		})
	}
}

// TestHolderOfEach: that the holder answered says something about a credential
// only when it names the holder.
func TestHolderOfEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	holder, id := local(t, 7)
	doc := w.present(holder, asked, enclosed(`,"holder":"`+id+`"`, w.about(id), w.issue(w.ec, nil)))
	r, err := w.verifier().VerifyWith(t.Context(), doc, asked)
	if err != nil || len(r.Nested) != 2 {
		t.Fatalf("got %+v %v", r, err)
	}
	if own, other := r.Nested[0].Report, r.Nested[1].Report; !own.Has(verifier.Holder, verifier.CodeHolderProven) || !other.Has(verifier.Holder, verifier.CodeHolderNotBound) {
		t.Errorf("got %+v and %+v", own.Find(verifier.Holder), other.Find(verifier.Holder))
	}
	if r.Presentation == nil || r.Presentation.Holder != id || !r.Presentation.Signed || r.Credential != nil {
		t.Errorf("got %+v", r.Presentation)
	}
}

// TestHolderByDocument: the keys of a did:web holder are those that its document lists for authentication.
func TestHolderByDocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const person = "did:web:people.example:amara"
	s := signerOf(t, person, proof.EdDSA, 8)
	jwk, err := json.Marshal(s.Public().JWK())
	if err != nil {
		t.Fatal(err)
	}
	method := `{"id":"` + s.Public().ID + `","type":"JsonWebKey","controller":"` + person + `","publicKeyJwk":` + string(jwk) + `}`
	for purpose, want := range map[string]verifier.Verdict{"authentication": verifier.Valid, "assertionMethod": verifier.Invalid} {
		document := `{"id":"` + person + `","verificationMethod":[` + method + `],"` + purpose + `":["` + s.Public().ID + `"]}`
		if _, err := did.ParseDocument(person, []byte(document)); err != nil {
			t.Fatal(err)
		}
		w.bundle.DIDs[person] = []byte(document)
		r, err := w.verifier().VerifyWith(t.Context(), w.present(s, asked, enclosed(`,"holder":"`+person+`"`, w.about(person))), asked)
		if err != nil || r.Verdict != want {
			t.Errorf("%s: got %s %+v %v, want %s", purpose, r.Verdict, r.Checks, err, want)
		}
	}
}
