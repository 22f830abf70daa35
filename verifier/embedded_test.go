package verifier_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/ld"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
	"laurel/verifier"
)

// payload is the diploma before it is signed.
func (w *world) payload() []byte {
	w.tb.Helper()
	c := w.credential()
	payload, err := c.Payload()
	if err != nil {
		w.tb.Fatal(err)
	}
	return payload
}

// proofBy are the options of a proof by one of an organisation's keys, named by its Multikey.
func (w *world) proofBy(s proof.Signer, org string) proof.Options {
	suite := proof.EdDSARDFC2022
	if s.Public().Alg != proof.EdDSA {
		suite = proof.ECDSARDFC2019
	}
	return proof.Options{
		Suite: suite, Signer: s, Method: did.MethodID(org, s.Public()),
		Created: time.Date(2026, 6, 12, 10, 0, 1, 0, time.UTC),
	}
}

// secure adds proofs to a payload, one after the other.
func (w *world) secure(payload []byte, all ...proof.Options) []byte {
	w.tb.Helper()
	var proofs [][]byte
	document := payload
	for _, o := range all {
		o.Earlier = proofs
		next, one, err := proof.Secure(w.tb.Context(), payload, o)
		if err != nil {
			w.tb.Fatal(err)
		}
		proofs, document = append(proofs, one), next
	}
	return document
}

// inside gives a good document with one text in place of another.
func (w *world) inside(old, text string) []byte {
	w.tb.Helper()
	document := string(w.secure(w.payload(), w.proofBy(w.ed, school)))
	if !strings.Contains(document, old) {
		w.tb.Fatalf("the document does not hold %s", old)
	}
	return []byte(strings.Replace(document, old, text, 1))
}

// around signs a document with its proofs as a token, claims after the proof.
func (w *world) around(document []byte) []byte {
	w.tb.Helper()
	claims, err := credentials.WithClaims(document)
	if err != nil {
		w.tb.Fatal(err)
	}
	return w.sign(w.ec, proof.TypeVC, claims)
}

// local signs under a did:key.
func local(tb testing.TB, n byte) (signer proof.Signer, id string) {
	tb.Helper()
	k := privateKey(tb, proof.EdDSA, n)
	multikey := k.Public("").Multikey()
	return k.Signer("did:key:" + multikey + "#" + multikey), "did:key:" + multikey
}

// embeddedStories are about proofs inside a document.
var embeddedStories = []story{
	{"inside: JSON", func(w *world) []byte {
		o := w.proofBy(w.ed, school)
		o.Suite = proof.EdDSAJCS2022
		return w.secure(w.payload(), o)
	}, verifier.Valid, verifier.Key, verifier.CodeKeyControlled},
	{"inside: P-256", func(w *world) []byte {
		return w.secure(w.payload(), w.proofBy(w.ec, school))
	}, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"inside: the key named as a JWK", func(w *world) []byte {
		o := w.proofBy(w.ed, school)
		o.Method = w.ed.Public().ID
		return w.secure(w.payload(), o)
	}, verifier.Valid, verifier.Key, verifier.CodeKeyControlled},
	{"inside: altered", func(w *world) []byte {
		return w.inside("Amara Okafor", "Amara Okafar")
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"inside: a member added that has a meaning", func(w *world) []byte {
		return w.inside(`"name":"High school diploma"`, `"description":"With honours.","name":"High school diploma"`)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"inside: a member added that has none", func(w *world) []byte {
		return w.inside(`"name":"High school diploma"`, `"honours":"all","name":"High school diploma"`)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"inside: a member of the proof that has no meaning", func(w *world) []byte {
		return w.inside(`"proofPurpose"`, `"honours":"all","proofPurpose"`)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"inside: an unknown vocabulary", func(w *world) []byte {
		return w.inside(`context-3.0.3.json"]`, `context-3.0.3.json","https://terms.example/"]`)
	}, verifier.Undetermined, verifier.Format, credentials.CodeContextUnknown},
	{"inside: a relative id", func(w *world) []byte {
		return w.inside(`"id":"urn:example:math:2"`, `"id":"math-2"`)
	}, verifier.Invalid, verifier.Format, verifier.CodeRelativeID},
	{"inside: for another purpose", func(w *world) []byte {
		o := w.proofBy(w.ed, school)
		o.Purpose = "authentication"
		return w.secure(w.payload(), o)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofPurpose},
	{"inside: no purpose", func(w *world) []byte {
		return w.inside(`"proofPurpose":"assertionMethod",`, ``)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
	{"inside: made tomorrow", func(w *world) []byte {
		o := w.proofBy(w.ed, school)
		o.Created = now().AddDate(0, 0, 1)
		return w.secure(w.payload(), o)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofTime},
	{"inside: another suite", func(w *world) []byte {
		return w.inside("eddsa-rdfc-2022", "eddsa-2022")
	}, verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"inside: a proof without anything", func(w *world) []byte {
		return []byte(strings.TrimSuffix(string(w.payload()), "}") + `,"proof":{"type":"DataIntegrityProof"}}`)
	}, verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"inside: an empty list of proofs", func(w *world) []byte {
		return []byte(strings.TrimSuffix(string(w.payload()), "}") + `,"proof":[]}`)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
	{"inside: a stranger's key under the school's name", func(w *world) []byte {
		s := signerOf(w.tb, school, proof.EdDSA, 9)
		return w.secure(w.payload(), w.proofBy(s, school))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"inside: a stranger's own key", func(w *world) []byte {
		s, _ := local(w.tb, 9)
		o := w.proofBy(s, school)
		o.Method = s.Public().ID
		return w.secure(w.payload(), o)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"inside: the key in the address of another's page", func(w *world) []byte {
		s, _ := local(w.tb, 9)
		return w.secure(bytes.ReplaceAll(w.payload(), []byte(school), []byte("https://university.example/issuers/1")), proof.Options{
			Signer: s, Method: "https://university.example/issuers/1#" + s.Public().Multikey(), Created: now(),
		})
	}, verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreachable},
	{"inside: the issuer is its key", func(w *world) []byte {
		s, id := local(w.tb, 9)
		return w.secure(bytes.ReplaceAll(w.payload(), []byte(school), []byte(id)), proof.Options{Signer: s, Created: now()})
	}, verifier.Undetermined, verifier.Key, verifier.CodeKeyControlled}, // the status list is not its own
	{"inside: a compromised key, whatever its name", func(w *world) []byte {
		w.bundle.Keys[w.ed.Public().ID] = verifier.KeyTimes{Compromised: now()}
		return w.secure(w.payload(), w.proofBy(w.ed, school))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyCompromised},
	{"inside: signed after the key was retired", func(w *world) []byte {
		w.bundle.Keys[w.ed.Public().ID] = verifier.KeyTimes{Retired: time.Date(2026, 6, 14, 0, 0, 0, 0, time.UTC)}
		o := w.proofBy(w.ed, school)
		o.Created = time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)
		return w.secure(w.payload(), o)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotInUse},
	{"inside: signed before the key was retired", func(w *world) []byte {
		w.bundle.Keys[w.ed.Public().ID] = verifier.KeyTimes{Retired: time.Date(2026, 6, 14, 0, 0, 0, 0, time.UTC)}
		return w.secure(w.payload(), w.proofBy(w.ed, school))
	}, verifier.Valid, verifier.Key, verifier.CodeKeyRetired},
	{"inside: revoked", func(w *world) []byte {
		return w.secure(bytes.ReplaceAll(w.payload(), []byte(`"statusListIndex":"7"`), []byte(`"statusListIndex":"11"`)),
			w.proofBy(w.ed, school))
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"inside: two proofs of the school", func(w *world) []byte {
		return w.secure(w.payload(), w.proofBy(w.ed, school), w.proofBy(w.ec, school))
	}, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"inside: another school vouches too", func(w *world) []byte {
		return w.secure(w.payload(), w.proofBy(w.mill, stranger), w.proofBy(w.ed, school))
	}, verifier.Valid, verifier.Proof, verifier.CodeProofOther},
	{"inside: only another school vouches", func(w *world) []byte {
		return w.secure(w.payload(), w.proofBy(w.mill, stranger))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"inside: another vouches with a compromised key", func(w *world) []byte {
		w.bundle.Keys[w.mill.Public().ID] = verifier.KeyTimes{Compromised: now()}
		return w.secure(w.payload(), w.proofBy(w.mill, stranger), w.proofBy(w.ed, school))
	}, verifier.Invalid, verifier.Proof, verifier.CodeKeyCompromised},
	{"inside: another, unknown, seems to vouch", func(w *world) []byte {
		o := w.proofBy(w.mill, "did:web:nowhere.example")
		return w.secure(w.payload(), o, w.proofBy(w.ed, school))
	}, verifier.Undetermined, verifier.Proof, verifier.CodeNoKey},
	{"inside: one of two proofs altered", func(w *world) []byte {
		document := string(w.secure(w.payload(), w.proofBy(w.ec, school), w.proofBy(w.ed, school)))
		return []byte(strings.Replace(document, "2026-06-12T10:00:01Z", "2026-06-12T10:00:02Z", 1))
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"inside: a proof of an unknown suite beside a good one", func(w *world) []byte {
		return w.inside(`"proof":[`, `"proof":[{"type":"DataIntegrityProof","cryptosuite":"bbs-2023"},`)
	}, verifier.Undetermined, verifier.Proof, verifier.CodeProofForm},
	{"inside: too much work", func(w *world) []byte {
		proofs := slices.Repeat([]proof.Options{w.proofBy(w.ed, school)}, proof.MaxProofs+1)
		for i := range proofs {
			proofs[i].Created = proofs[i].Created.Add(time.Duration(i) * time.Second)
		}
		return w.secure(w.payload(), proofs...)
	}, verifier.Undetermined, verifier.Format, credentials.CodeTooDeep},
	{"inside: one proof twice", func(w *world) []byte {
		return w.secure(w.payload(), w.proofBy(w.ed, school), w.proofBy(w.ed, school))
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
	{"inside: one context twice", func(w *world) []byte {
		return w.inside(`context-3.0.3.json"]`, `context-3.0.3.json","`+credentials.ContextOB+`"]`)
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"inside: a chain", func(w *world) []byte {
		first, second := w.proofBy(w.ed, school), w.proofBy(w.mill, stranger)
		first.ID, second.Previous = "urn:uuid:a", []string{"urn:uuid:a"}
		return w.secure(w.payload(), first, second)
	}, verifier.Valid, verifier.Proof, verifier.CodeProofOther},
	{"inside: a chain without its beginning", func(w *world) []byte {
		return w.inside(`"type":"DataIntegrityProof"`, `"previousProof":"urn:uuid:x","type":"DataIntegrityProof"`)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofPrevious},
	{"inside: JSON under other vocabularies", func(w *world) []byte {
		o := w.proofBy(w.ed, school)
		o.Suite = proof.EdDSAJCS2022
		return bytes.Replace(w.secure(w.payload(), o), []byte(`context-3.0.3.json"]`),
			[]byte(`context-3.0.3.json","https://w3id.org/security/data-integrity/v2"]`), 1)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofContext},
	{"inside: JSON with a number that is rounded", func(w *world) []byte {
		o := w.proofBy(w.ed, school)
		o.Suite = proof.EdDSAJCS2022
		document := w.secure(bytes.Replace(w.payload(), []byte(`"achievement":`), []byte(`"creditsEarned":1,"achievement":`), 1), o)
		return bytes.Replace(document, []byte(`"creditsEarned":1,`), []byte(`"creditsEarned":1.00000000000000000001,`), 1)
	}, verifier.Invalid, verifier.Proof, verifier.CodeNumberNotExact},
	{"inside: JSON with a member that has no meaning", func(w *world) []byte {
		o := w.proofBy(w.ed, school)
		o.Suite = proof.EdDSAJCS2022
		return w.secure(bytes.Replace(w.payload(), []byte(`"name":`), []byte(`"honours":"all","name":`), 1), o)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"inside and around", func(w *world) []byte {
		return w.around(w.secure(w.payload(), w.proofBy(w.ed, school)))
	}, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"inside and around, altered inside", func(w *world) []byte {
		return w.around(w.inside("2026-06-12T10:00:01Z", "2026-06-12T10:00:02Z"))
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"inside and around, of an unknown suite inside", func(w *world) []byte {
		return w.around(w.inside("eddsa-rdfc-2022", "bbs-2023"))
	}, verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
}

// TestEmbeddedMutations: a change anywhere in a document that is signed inside is never valid.
func TestEmbeddedMutations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	document := w.secure(w.payload(), w.proofBy(w.ed, school))
	v := w.verifier()
	for i := range document {
		for _, b := range []byte{document[i] ^ 1, 'a', '0', '"', ' '} {
			if b == document[i] {
				continue
			}
			changed := bytes.Clone(document)
			changed[i] = b
			r, err := v.Verify(t.Context(), changed)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict == verifier.Valid {
				t.Fatalf("byte %d as %q: valid\n%s", i, b, changed)
			}
		}
	}
}

// TestFixturesEmbedded: what others signed is intact or not, as its makers say,
// and never valid where the issuer's keys cannot be had.
func TestFixturesEmbedded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file    string
		verdict verifier.Verdict
		proof   string
	}{
		{"valid/w3c-vc-di-eddsa-jcs.json", verifier.Invalid, verifier.CodeProofOther},
		{"valid/1edtech-simple.json", verifier.Undetermined, verifier.CodeNoKey},
		{"valid/1edtech-complete.json", verifier.Undetermined, verifier.CodeNoKey},
		{"valid/1edtech-simple-multiple-proofs.json", verifier.Invalid, verifier.CodeNoKey},
		{"invalid/derived-forged-https-issuer.json", verifier.Undetermined, verifier.CodeNoKey},
		{"invalid/derived-issuer-swapped.json", verifier.Invalid, verifier.CodeNoKey},
		{"invalid/derived-extra-undefined-term.json", verifier.Invalid, verifier.CodeNoKey},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(testkit.SharedData(t, "fixtures", tt.file))
			if err != nil {
				t.Fatal(err)
			}
			late := func() time.Time { return now().AddDate(1, 0, 0) }
			r, err := verifier.New(verifier.Options{Now: late}).Verify(t.Context(), raw)
			if err != nil || r.Verdict != tt.verdict || !r.Has(verifier.Proof, tt.proof) {
				t.Errorf("got %s %v, %v", r.Verdict, r.Checks, err)
			}
		})
	}
}

func BenchmarkVerifyEmbedded(b *testing.B) {
	w := newWorld(b)
	v := w.verifier()
	for _, suite := range []proof.Suite{proof.EdDSARDFC2022, proof.EdDSAJCS2022} {
		o := w.proofBy(w.ed, school)
		o.Suite = suite
		document := w.secure(w.payload(), o)
		b.Run(fmt.Sprintf("%s %d bytes", suite, len(document)), func(b *testing.B) {
			for b.Loop() {
				if r, err := v.Verify(context.Background(), document); err != nil || r.Verdict != verifier.Valid {
					b.Fatal(r.Verdict, err)
				}
			}
		})
	}
}

// FuzzVerifyForms: whatever is done to a document of the other forms, it is
// valid only while it says what was signed.
func FuzzVerifyForms(f *testing.F) {
	w := newWorld(f)
	v := w.verifier()
	overJSON := w.proofBy(w.ed, school)
	overJSON.Suite = proof.EdDSAJCS2022
	said := statements(w.payload())
	tokens := []string{
		string(w.around(w.secure(w.payload(), w.proofBy(w.ed, school)))),
		string(w.disclosable(proof.TypeSDJWT, w.payload(), all, "/evidence", "/credentialSubject/identifier/0")),
	}
	for _, seed := range append(tokens,
		string(w.secure(w.payload(), w.proofBy(w.ed, school))), string(w.secure(w.payload(), overJSON)),
		string(w.secure(w.payload(), w.proofBy(w.mill, stranger), w.proofBy(w.ec, school)))) {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := v.Verify(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != verifier.Valid {
			return
		}
		signed, _, _ := strings.Cut(strings.TrimSpace(string(data)), "~")
		for _, token := range tokens {
			if whole, _, _ := strings.Cut(token, "~"); whole == signed {
				return
			}
		}
		if statements(data) != said {
			t.Fatalf("a forged document is valid: %s", data)
		}
	})
}

// statements is what a document says, whatever its spelling; "" for none.
func statements(data []byte) string {
	doc, err := credentials.Parse(data)
	if err != nil {
		return ""
	}
	form, err := ld.Canonical(context.Background(), doc.Without("proof"), ld.SHA256)
	if err != nil {
		return ""
	}
	return string(form)
}
