package registrar

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/credentials"
	"laurel/credentials/proof"
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

// TestOthersVerify: npm @digitalbazaar/vc accepts every kind of document that the
// office issues, by what the school publishes, and refuses it when a letter is
// changed; npm jose accepts its token; the official schemas hold.
func TestOthersVerify(t *testing.T) {
	t.Parallel()
	eachClass(t, 1, func(t *testing.T, w *classWorld) {
		w.work(t, w.learners[0], "class", "english", "", 4, "ELA.1", "ELA.2")
		w.graduate(t, w.open(t), w.learners[0])
		_, record := w.recordOf(t, w.learners[0])
		late := w.late(t, "On The Way", map[string]int{"ELA.1": 3, "ELA.2": 3}, store.OnRecord{})
		if _, err := w.IssueTranscript(t.Context(), w.clerk, Once{}, late); err != nil {
			t.Fatal(err)
		}
		_, transcript := w.recordOf(t, late)
		diploma, err := w.IssuedOne(t.Context(), w.clerk, w.diplomaOf(t, w.learners[0]))
		if err != nil {
			t.Fatal(err)
		}
		fits := testkit.Schemas(t)
		word := w.Public().Endorsements[w.school.Slug]
		endorsement := Held{Token: word.Token.Body, Embedded: word.Document.Body}
		for name, h := range map[string]Held{"diploma": diploma, "record": record, "transcript": transcript, "endorsement": endorsement} {
			w.othersVerify(t, name, h, fits)
		}
	})
}

func (w *classWorld) othersVerify(t *testing.T, name string, h Held, fits func(string, []byte) error) {
	t.Helper()
	doc, err := credentials.Parse(h.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	if err := fits(credentials.CredentialClass(doc), h.Embedded); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if answer := w.npm(t, h.Embedded); !answer.OK {
		t.Errorf("%s: refused: %s", name, answer.Error)
	}
	if answer := w.npm(t, bytes.Replace(h.Embedded, []byte("Willow"), []byte("Willaw"), 1)); answer.OK {
		t.Errorf("%s: an altered document was accepted", name)
	}
	inside := credentials.EmbeddedIn(doc)
	for i, e := range inside {
		if answer := w.npm(t, e.Document.AppendJSON(nil)); !answer.OK {
			t.Errorf("%s: the credential inside at %d: refused: %s", name, i, answer.Error)
		}
	}
	if (h.Kind == competency.RecordAward) != (len(inside) > 0) {
		t.Errorf("%s: %d credentials inside", name, len(inside))
	}
	_, header, err := proof.ParseJWT(h.Token)
	if err != nil {
		t.Fatal(err)
	}
	_, thumbprint, _ := strings.Cut(header.KeyID, "#")
	if v := testkit.JoseVerify(t, string(h.Token), w.Public().Keys[thumbprint].Body, string(header.Alg), "vc+jwt"); !v.OK {
		t.Errorf("%s: npm jose: %s", name, v.Error)
	}
}

// npm asks npm @digitalbazaar/vc about a document of the school or its district.
func (w *issuingWorld) npm(t testing.TB, document []byte) testkit.DIAnswer {
	t.Helper()
	return testkit.DI(t, map[string]any{
		"act": "verify", "suite": store.FormEmbedded, "document": json.RawMessage(document), "now": w.now(),
	}, map[string][]byte{
		w.did(w.school): w.Public().DIDs[w.school.Slug].Body, w.did(w.district): w.Public().DIDs[w.district.Slug].Body,
	})
}
