package registrar

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/verifier"
)

// forms are the two signed forms of a credential as they are stored.
func (w *issuingWorld) forms(t testing.TB, id competency.CredentialID) (token, embedded []byte) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
		doc, err := sc.CredentialDocument(id)
		if err != nil {
			return err
		}
		token, embedded, err = forms(doc)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return token, embedded
}

func (w *issuingWorld) token(t testing.TB, id competency.CredentialID) []byte {
	t.Helper()
	token, _ := w.forms(t, id)
	return token
}

// checkForms demands that both forms of a credential are good, say the same,
// and are made of one payload.
func (w *issuingWorld) checkForms(t testing.TB, id competency.CredentialID) {
	t.Helper()
	var doc store.Document
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) (err error) {
		doc, err = sc.CredentialDocument(id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	token, embedded := w.forms(t, id)
	if embedded == nil {
		t.Fatal("there is no document with a proof inside")
	}
	if !bytes.HasPrefix(embedded, doc.Payload[:len(doc.Payload)-1]) {
		t.Error("the embedded form is not the payload and a proof")
	}
	one, two := w.verdict(t, token), w.verdict(t, embedded)
	for name, report := range map[string]verifier.Report{"token": one, "embedded": two} {
		if report.Verdict != verifier.Valid {
			t.Errorf("%s: got %s, %+v", name, report.Verdict, report.Checks)
		}
	}
	if !reflect.DeepEqual(one.Credential, two.Credential) {
		t.Errorf("the forms say different things: %+v, %+v", one.Credential, two.Credential)
	}
	altered := bytes.Replace(embedded, []byte("Amara"), []byte("Amira"), 1)
	if report := w.verdict(t, altered); report.Verdict != verifier.Invalid {
		t.Errorf("altered: got %s, want invalid", report.Verdict)
	}
}

// checkResigned demands that another run, which takes up the recorded payload,
// gives the stored bytes in both forms.
func (w *issuingWorld) checkResigned(t *testing.T, id competency.CredentialID, award competency.AwardID) {
	t.Helper()
	b := &issuance{r: w.Registrar, who: System(w.district.ID), awards: []competency.AwardID{award}}
	if err := b.reserve(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.open = b.awards
	signed, err := b.sign(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token, embedded, err := forms(store.Document{Payload: b.newest[award].Payload, Proofs: signed[0].Proofs})
	if err != nil {
		t.Fatal(err)
	}
	if one, two := w.forms(t, id); !bytes.Equal(one, token) || !bytes.Equal(two, embedded) {
		t.Error("signed again, the document has other bytes")
	}
}

// TestTokenAlone is a credential of a database from before there was a second
// form: it is what it was, and has no document with a proof inside.
func TestTokenAlone(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		a := w.award(t, "audit-1")
		b := &issuance{r: w.Registrar, who: w.clerk, awards: []competency.AwardID{a.ID}}
		if err := b.reserve(t.Context()); err != nil {
			t.Fatal(err)
		}
		signed, err := b.sign(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		signed[0].Proofs = signed[0].Proofs[:1]
		if err := b.store(t.Context(), signed); err != nil {
			t.Fatal(err)
		}
		c := b.credentials()[0]
		page, err := w.Page(t.Context(), c.Page)
		if err != nil || page.Embedded != nil || w.verdict(t, page.Token).Verdict != verifier.Valid {
			t.Errorf("page: got %+v, %v", page, err)
		}
		held, _, err := w.MyCredential(t.Context(), w.pupil, c.ID)
		if err != nil || held.Embedded != nil || held.Token == nil {
			t.Errorf("held: got %+v, %v", held, err)
		}
	})
}

// TestOthersVerify: npm @digitalbazaar/vc accepts an issued document by what the
// school publishes, and refuses it when a letter of it is changed.
func TestOthersVerify(t *testing.T) {
	t.Parallel()
	eachIssuing(t, func(t *testing.T, w *issuingWorld) {
		c, err := w.IssueAward(t.Context(), w.clerk, w.award(t, "audit-1").ID)
		if err != nil {
			t.Fatal(err)
		}
		_, embedded := w.forms(t, c.ID)
		if answer := w.npm(t, embedded); !answer.OK {
			t.Errorf("refused: %s", answer.Error)
		}
		altered := bytes.Replace(embedded, []byte("Amara"), []byte("Amira"), 1)
		if answer := w.npm(t, altered); answer.OK {
			t.Error("an altered document was accepted")
		}
	})
}

// npmAnswer is what npm @digitalbazaar/vc says of a document.
type npmAnswer struct {
	OK    bool   `json:"ok"`
	Error string `json:"error"`
}

// npm asks npm @digitalbazaar/vc, which loads the contexts and the school's
// document, and nothing else.
func (w *issuingWorld) npm(t testing.TB, document []byte) (answer npmAnswer) {
	t.Helper()
	documents := map[string]json.RawMessage{w.did(w.school): w.Public().DIDs[w.school.Slug].Body}
	for address, file := range map[string]string{
		"https://www.w3.org/ns/credentials/v2":                       "credentials-v2.jsonld",
		"https://www.w3.org/ns/did/v1":                               "did-v1.jsonld",
		"https://w3id.org/security/multikey/v1":                      "multikey-v1.jsonld",
		"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-context-3.0.3.json",
	} {
		raw, err := os.ReadFile(testkit.SharedData(t, "contexts", file))
		if err != nil {
			t.Fatal(err)
		}
		documents[address] = raw
	}
	question, err := json.Marshal(map[string]any{
		"act": "verify", "suite": store.FormEmbedded, "document": json.RawMessage(document), "documents": documents, "now": w.now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(testkit.Node(t, "di", question), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
