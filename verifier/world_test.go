package verifier_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/issue"
	"laurel/credentials/proof"
	"laurel/credentials/status"
	"laurel/verifier"
)

const (
	school      = "did:web:laurel.example:schools:willow-brook"
	stranger    = "did:web:elsewhere.example:schools:mill"
	district    = "did:web:laurel.example:schools:valley"
	listURL     = "https://laurel.example/status/1"
	millURL     = "https://elsewhere.example/status/1"
	districtURL = "https://laurel.example/status/2"
)

// now is the reader's clock in all tests.
func now() time.Time { return time.Date(2026, 6, 20, 14, 3, 0, 0, time.UTC) }

// privateKey makes the same key for the same number.
func privateKey(tb testing.TB, alg proof.Alg, n byte) *proof.PrivateKey {
	tb.Helper()
	k, err := proof.Generate(bytes.NewReader(bytes.Repeat([]byte{n}, 64)), alg)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// signerOf gives the signer of an organisation's n-th key.
func signerOf(tb testing.TB, id string, alg proof.Alg, n byte) proof.Signer {
	tb.Helper()
	k := privateKey(tb, alg, n)
	return k.Signer(did.KeyID(id, k.Public("")))
}

// world is what two schools publish, one of them recognised by its district.
type world struct {
	tb             testing.TB
	ec, ed, mill   proof.Signer
	bits           *status.Bits
	bundle         *verifier.Bundle
	schoolDocument []byte
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{
		tb: tb, ec: signerOf(tb, school, proof.ES256, 1), ed: signerOf(tb, school, proof.EdDSA, 2),
		mill: signerOf(tb, stranger, proof.ES256, 3), bits: status.New(),
	}
	for _, i := range []uint32{11, 131_071} {
		if err := w.bits.Set(i, true); err != nil {
			tb.Fatal(err)
		}
	}
	w.schoolDocument = w.document(school, w.ec.Public(), w.ed.Public())
	w.bundle = &verifier.Bundle{
		Version: verifier.BundleVersion, MadeAt: now().Add(-3 * time.Minute),
		DIDs: map[string]json.RawMessage{
			school: w.schoolDocument, stranger: w.document(stranger, w.mill.Public()),
		},
		Keys:  map[string]verifier.KeyTimes{},
		Lists: map[string]string{listURL: w.list(w.ec, school, listURL, nil), millURL: w.list(w.mill, stranger, millURL, nil)},
		Registry: verifier.Registry{Name: "Valley registry", Entries: []verifier.Entry{{
			DID: school, Name: "Willow Brook Union High School", Kind: "school",
			By: verifier.Authority{DID: district, Name: "Valley School District"},
		}}},
	}
	if err := w.bundle.Validate(); err != nil {
		tb.Fatal(err)
	}
	return w
}

func (w *world) document(id string, keys ...proof.Key) []byte {
	w.tb.Helper()
	raw, err := did.Build(id, keys)
	if err != nil {
		w.tb.Fatal(err)
	}
	return raw
}

// list signs the world's bits as a list; change may alter it before.
func (w *world) list(s proof.Signer, id, url string, change func(*status.List)) string {
	w.tb.Helper()
	l := status.List{
		URL: url, Issuer: id, Purpose: status.Revocation, ValidFrom: now().Add(-time.Hour),
		ValidUntil: now().Add(24 * time.Hour), TTL: time.Minute, Bits: w.bits,
	}
	if change != nil {
		change(&l)
	}
	signed, err := issue.New(now, issue.Keys{JWT: s}, nil).SignList(w.tb.Context(), l)
	if err != nil {
		w.tb.Fatal(err)
	}
	return signed.JWT.String()
}

// credential is a diploma of the school, status index 7.
func (w *world) credential() credentials.Credential {
	return credentials.Credential{
		ID: "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c11", Name: "High school diploma",
		Issuer:      credentials.Profile{ID: school, Name: "Willow Brook UHS"},
		ValidFrom:   time.Date(2026, 6, 12, 10, 0, 0, 0, time.UTC),
		AwardedDate: time.Date(2026, 6, 12, 0, 0, 0, 0, time.UTC),
		Subject: credentials.Subject{
			ID: "urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02", Identifiers: []credentials.Identity{credentials.NameIdentity("Amara Okafor")},
			Achievement: credentials.Achievement{
				ID: "urn:uuid:7d5f0d3a-3b7c-4f0e-9b44-9a8e3a0f1d03", Kind: "SecondarySchoolDiploma", Name: "High school diploma",
				Description: "Proficient in every graduation standard.", Criteria: credentials.Criteria{Narrative: "The school's graduation policy."},
				Scales: []credentials.ResultScale{{
					ID: "urn:example:math", Name: "Mathematics", Kind: "RubricCriterionLevel", RequiredLevel: "urn:example:math:3",
					Levels: []credentials.Level{
						{ID: "urn:example:math:2", Name: "Developing", Level: "2"},
						{ID: "urn:example:math:3", Name: "Proficient", Level: "3"},
						{ID: "urn:example:math:4", Name: "Distinguished", Level: "4"},
					},
				}},
			},
			Results: []credentials.Result{{Scale: "urn:example:math", Level: "urn:example:math:4"}},
		},
		Evidence: []credentials.Work{{Name: "Bridge load study", Description: "A model and its error."}},
		Status:   credentials.RevocationEntry(listURL, 7),
	}
}

// issue signs a credential as it stands, without the issuer's own rules.
func (w *world) issue(s proof.Signer, change func(*credentials.Credential)) []byte {
	w.tb.Helper()
	c := w.credential()
	if change != nil {
		change(&c)
	}
	payload, err := c.Payload()
	if err != nil {
		w.tb.Fatal(err)
	}
	claims, err := credentials.WithClaims(payload)
	if err != nil {
		w.tb.Fatal(err)
	}
	return w.sign(s, proof.TypeVC, claims)
}

func (w *world) sign(s proof.Signer, typ string, payload []byte) []byte {
	w.tb.Helper()
	token, err := proof.SignJWT(w.tb.Context(), payload, typ, s)
	if err != nil {
		w.tb.Fatal(err)
	}
	return []byte(token.String())
}

func (w *world) verifier() *verifier.Verifier {
	return verifier.New(verifier.Options{Now: now, Keys: w.bundle, Status: w.bundle, Registry: w.bundle})
}

// verify judges a document with what the world publishes.
func (w *world) verify(doc []byte) verifier.Report {
	w.tb.Helper()
	return w.verifyWith(doc, verifier.Ask{})
}

func (w *world) verifyWith(doc []byte, ask verifier.Ask) verifier.Report {
	w.tb.Helper()
	r, err := w.verifier().VerifyWith(w.tb.Context(), doc, ask)
	if err != nil {
		w.tb.Fatal(err)
	}
	return r
}
