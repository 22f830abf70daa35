package verifier_test

import (
	"bytes"
	"strings"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// older is the diploma in the data model 1.1, before it is signed.
func (w *world) older() string {
	w.tb.Helper()
	text := string(w.payload())
	for _, r := range [][2]string{
		{credentials.ContextVC, credentials.ContextVC11},
		{`"validFrom"`, `"issuanceDate"`},
		{`context-3.0.3.json"]`, `context-3.0.3.json","https://w3id.org/security/data-integrity/v2","https://www.w3.org/ns/credentials/status/v1"]`},
	} {
		if !strings.Contains(text, r[0]) {
			w.tb.Fatalf("the payload does not hold %s", r[0])
		}
		text = strings.Replace(text, r[0], r[1], 1)
	}
	return text
}

// olderClaims are the claims that repeat the diploma.
const olderClaims = `"iss":"` + school + `","jti":"urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c11","nbf":1781258400,` +
	`"sub":"urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02"`

// olderToken signs the diploma as a token of the data model 1.1, with one text in place of another.
func (w *world) olderToken(from, to string) []byte {
	w.tb.Helper()
	text := `{` + olderClaims + `,"vc":` + w.older() + `}`
	if !strings.Contains(text, from) {
		w.tb.Fatalf("the token does not hold %s", from)
	}
	return w.sign(w.ec, "JWT", []byte(strings.Replace(text, from, to, 1)))
}

// olderStories are about documents of the data model 1.1.
var olderStories = []story{
	{"older: token", func(w *world) []byte { return w.olderToken("", "") }, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"older: proof inside", func(w *world) []byte {
		return w.secure([]byte(w.older()), w.proofBy(w.ed, school))
	}, verifier.Valid, verifier.Time, verifier.CodeInForce},
	{"older: proof inside, altered", func(w *world) []byte {
		return bytes.Replace(w.secure([]byte(w.older()), w.proofBy(w.ed, school)), []byte("Amara Okafor"), []byte("Amara Okafar"), 1)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"older: a member without meaning under a good signature", func(w *world) []byte {
		return w.olderToken(`"name":"High`, `"honours":"all","name":"High`)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"older: a claim among the members", func(w *world) []byte {
		return w.olderToken(`"name":"High`, `"jti":"urn:x:1","name":"High`)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"older: revoked", func(w *world) []byte {
		return w.olderToken(`"statusListIndex":"7"`, `"statusListIndex":"11"`)
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"older: expired", func(w *world) []byte {
		return w.olderToken(`"vc":`+w.older()[:1], `"exp":1781344800,"vc":{"expirationDate":"2026-06-13T10:00:00Z",`)
	}, verifier.Expired, verifier.Time, verifier.CodeExpired},
	{"older: the token ends and the document does not", func(w *world) []byte {
		return w.olderToken(`"vc":`, `"exp":1781344800,"vc":`)
	}, verifier.Invalid, verifier.Format, verifier.CodeClaimMismatch},
	{"older: not yet valid", func(w *world) []byte {
		return w.secure([]byte(strings.Replace(w.older(), `"issuanceDate":"2026-06-12`, `"issuanceDate":"2026-07-12`, 1)), w.proofBy(w.ed, school))
	}, verifier.NotYetValid, verifier.Time, verifier.CodeNotYetValid},
	{"older: another issuer's claim", func(w *world) []byte {
		return w.olderToken(`"iss":"did:web:laurel`, `"iss":"did:web:evil`)
	}, verifier.Invalid, verifier.Format, verifier.CodeClaimMismatch},
	{"older: another subject's claim", func(w *world) []byte {
		return w.olderToken(`9a02"`, `9a03"`)
	}, verifier.Invalid, verifier.Format, verifier.CodeClaimMismatch},
	{"older: another id", func(w *world) []byte {
		return w.olderToken(`1c11"`, `1c12"`)
	}, verifier.Invalid, verifier.Format, verifier.CodeClaimMismatch},
	{"older: another date", func(w *world) []byte {
		return w.olderToken(`"nbf":1781258400`, `"nbf":1781258401`)
	}, verifier.Invalid, verifier.Format, verifier.CodeClaimMismatch},
	{"older: a missing claim warns and stays green", func(w *world) []byte {
		return w.olderToken(`,"sub":"urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02"`, "")
	}, verifier.Valid, verifier.Format, verifier.CodeClaimMissing},
	{"older: at the place of a newer one", func(w *world) []byte {
		return w.sign(w.ec, "JWT", []byte(w.older()))
	}, verifier.Invalid, verifier.Format, verifier.CodeModelMismatch},
	{"a newer one at the place of an older", func(w *world) []byte {
		return w.sign(w.ec, "JWT", []byte(`{`+olderClaims+`,"vc":`+string(w.payload())+`}`))
	}, verifier.Invalid, verifier.Format, verifier.CodeModelMismatch},
	{"older: with hardly anything in it", func(w *world) []byte {
		return w.sign(w.ec, "JWT", []byte(`{"iss":"`+school+`","vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential"],"issuer":"`+school+`"}}`))
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"a claim is missing in the newer model", func(w *world) []byte {
		return w.sign(w.ec, proof.TypeVC, w.payload())
	}, verifier.Valid, verifier.Format, verifier.CodeClaimMissing},
}

// membership is a credential of no class that is known here, of known words alone.
const membership = `{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c13",` +
	`"type":["VerifiableCredential"],"name":{"@value":"Membership","@language":"en"},"issuer":"` + school + `","validFrom":"2026-06-12T10:00:00Z",` +
	`"credentialSubject":{"id":"urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02","name":"Amara Okafor"}}`

// other signs the membership with one text in place of another.
func (w *world) other(from, to string) []byte {
	w.tb.Helper()
	if !strings.Contains(membership, from) {
		w.tb.Fatalf("it does not hold %s", from)
	}
	return w.sign(w.ec, proof.TypeVC, []byte(strings.Replace(membership, from, to, 1)))
}

// anyStories are about credentials of any kind.
var anyStories = []story{
	{"any: token", func(w *world) []byte { return w.other("", "") }, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"any: proof inside", func(w *world) []byte {
		return w.secure([]byte(membership), w.proofBy(w.ed, school))
	}, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"any: in part", func(w *world) []byte {
		return w.disclosable(proof.TypeSDJWT, []byte(membership), none, "/credentialSubject/name")
	}, verifier.Valid, verifier.Status, verifier.CodeNoStatus},
	{"any: a word without meaning", func(w *world) []byte {
		return w.other(`"name":"Amara`, `"nickname":"Forged","name":"Amara`)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"any: a type without meaning", func(w *world) []byte {
		return w.other(`"VerifiableCredential"]`, `"VerifiableCredential","Membership"]`)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"any: words that were left without meaning on purpose", func(w *world) []byte {
		return w.other(`credentials/v2"]`, `credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"]`)
	}, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"any: an unknown vocabulary", func(w *world) []byte {
		return w.other(`credentials/v2"]`, `credentials/v2","https://terms.example/"]`)
	}, verifier.Undetermined, verifier.Format, credentials.CodeContextUnknown},
	{"any: no subject", func(w *world) []byte {
		return w.other(`"credentialSubject":{"id":"urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02","name":"Amara Okafor"}`, `"credentialSubject":[]`)
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"any: a date without its offset", func(w *world) []byte {
		return w.other("10:00:00Z", "10:00:00")
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"any: an achievement under no class of it", func(w *world) []byte {
		return w.sign(w.ec, proof.TypeVC, bytes.Replace(w.payload(), []byte(`,"AchievementCredential"`), nil, 1))
	}, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"any: by somebody recognised for other kinds", func(w *world) []byte {
		w.bundle.Registry.Entries[0].Types = []string{"MicroCredential"}
		return w.other("", "")
	}, verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeNotEntitled},
}
