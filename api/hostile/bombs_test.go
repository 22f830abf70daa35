package hostile_test

import (
	"bytes"
	"strings"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// selfSigned is a token of the forger, who is his own issuer: its signature is
// good, so that everything behind that check is reached.
func selfSigned(members func(f *forger) string) func(f *forger) []byte {
	return func(f *forger) []byte {
		s, id := f.local()
		return f.token(s, []byte(`{"issuer":"`+id+`",`+members(f)+`}`))
	}
}

// always is a text that does not depend on the server.
func always(text string) func(*forger) string { return func(*forger) string { return text } }

// proofsOf is the school's document with n copies of its proof.
func proofsOf(n int) func(f *forger) []byte {
	return func(f *forger) []byte {
		head, tail, _ := bytes.Cut(f.rdfc(), []byte(`"proof":[`))
		one := strings.TrimSuffix(string(tail), "]}")
		return append(head, `"proof":`+repeated(one, n)+`}`...)
	}
}

// poison is a small document that takes long to canonicalise, with a proof of the forger.
func poison(f *forger) string { return string(graph(repeated(group(8, 2), 3))(f)) }

// long is a name of 400 KB.
var long = strings.Repeat("n", 400_000)

// bombAttacks are small for their sender and large for whoever unpacks them (rules 1, 6, 8).
var bombAttacks = []attack{
	{"as it was signed", (*forger).genuine, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"just below the limit", func(f *forger) []byte {
		doc := f.rdfc()
		return append(doc, bytes.Repeat([]byte(" "), credentials.MaxBytes-len(doc))...)
	}, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"one byte over it", func(f *forger) []byte {
		doc := f.rdfc()
		return append(doc, bytes.Repeat([]byte(" "), credentials.MaxBytes+1-len(doc))...)
	}, verifier.Invalid, verifier.Format, credentials.CodeTooLarge},
	{"far over it", func(*forger) []byte { return bytes.Repeat([]byte("a"), 8<<20) }, verifier.Invalid, verifier.Format, credentials.CodeTooLarge},
	{"a token over it", func(f *forger) []byte { return f.token(f.ec, bytes.Repeat([]byte(" "), credentials.MaxBytes)) }, verifier.Invalid, verifier.Format, credentials.CodeTooLarge},
	{"a million dots", func(*forger) []byte { return bytes.Repeat([]byte("."), 1_000_000) }, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"a million tildes", func(*forger) []byte { return bytes.Repeat([]byte("~"), 1_000_000) }, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"a million brackets", func(*forger) []byte { return []byte("{" + strings.Repeat("[", 1_000_000)) }, verifier.Invalid, verifier.Format, credentials.CodeMalformed},
	{"a million quotes", func(*forger) []byte { return []byte("{" + strings.Repeat(`"`, 1_000_000)) }, verifier.Invalid, verifier.Format, credentials.CodeMalformed},
	{"one member of 1 MB", func(*forger) []byte { return []byte(`{"` + strings.Repeat(`\u0041`, 170_000) + `":1}`) }, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
	{"100,000 members", func(*forger) []byte {
		var b strings.Builder
		for i := range 80_000 {
			b.WriteString(`"` + string(rune('\u4e00'+i%20_000)) + string(rune('a'+i/20_000)) + `":1,`)
		}
		return []byte("{" + strings.TrimSuffix(b.String(), ",") + "}")
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
	{"eight proofs", func(f *forger) []byte {
		var proofs []string
		for i := range 8 {
			o := f.way(proof.EdDSARDFC2022, f.ed, f.school)
			o.Created = o.Created.Add(time.Duration(i) * time.Second)
			proofs = append(proofs, proofText(f.inside(f.payload(), o)))
		}
		return proven(f, proofs...)
	}, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"one proof twice", proofsOf(2), verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
	{"nine proofs", proofsOf(9), verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"1,000 proofs", proofsOf(1_000), verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"1,000 proofs by keys of as many issuers", func(f *forger) []byte {
		var proofs []string
		for i := range 1_000 {
			proofs = append(proofs, emptyProof("eddsa-rdfc-2022", "did:web:mallory.example:"+string(rune('a'+i%26))+strings.Repeat("x", i/26)+"#k"))
		}
		return append(bytes.TrimSuffix(f.payload(), []byte("}")), `,"proof":[`+strings.Join(proofs, ",")+`]}`...)
	}, verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"a long name above many values", selfSigned(always(`"` + long + `":` + repeated("1", 100_000))), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"a long name above many documents", selfSigned(always(`"` + long + `":{"endorsementJwt":` + repeated(`"x"`, 60) + `}`)), verifier.Invalid, verifier.Format, verifier.CodeEndorsementForged},
	{"a long name above too many documents", selfSigned(always(`"` + long + `":{"endorsementJwt":` + repeated(`"x"`, 90_000) + `}`)), verifier.Invalid, verifier.Format, verifier.CodeNestedTooMany},
	{"a long name in an SD-JWT", func(f *forger) []byte {
		return []byte(string(compact(`{"alg":"ES256","typ":"vc+sd-jwt"}`, []byte(`{"`+long[:300_000]+`":`+repeated("1", 100_000)+`}`), constant64)) + "~")
	}, verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"documents in documents", selfSigned(always(`"endorsement":` + repeated(`{"endorsement":`+repeated(`{"endorsement":`+repeated(`{"type":"x"}`, 8)+`}`, 64)+`}`, 8))), verifier.Invalid, verifier.Format, verifier.CodeEndorsementForged},
	{"300 documents that take long, in two levels", selfSigned(func(f *forger) string {
		s, id := f.local()
		inner := string(f.token(s, []byte(`{"issuer":"`+id+`","endorsement":`+repeated(poison(f), 64)+`}`)))
		return `"endorsementJwt":` + repeated(`"`+inner+`"`, 3)
	}), verifier.Invalid, verifier.Format, verifier.CodeEndorsementForged},
	{"64 documents that take long", selfSigned(func(f *forger) string { return `"endorsement":` + repeated(poison(f), 64) }), verifier.Invalid, verifier.Format, verifier.CodeEndorsementForged},
	{"2,049 disclosures", func(f *forger) []byte {
		return []byte(f.disclosable().String() + strings.Repeat(enc([]byte(`["salt","name","x"]`))+"~", 2_049))
	}, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"2,048 disclosures that no digest names", func(f *forger) []byte {
		var b strings.Builder
		for i := range 2_048 {
			b.WriteString(enc([]byte(`["`+strings.Repeat("s", i/64)+string(rune('0'+i%64))+`","name",1]`)) + "~")
		}
		return []byte(f.disclosable().String() + b.String())
	}, verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"an id of 500 KB", func(f *forger) []byte {
		return f.token(f.ec, f.claims(f.payload(func(c *credentials.Credential) { c.ID = "urn:" + strings.Repeat("x", 250_000) })))
	}, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"an issuer of 500 KB", func(f *forger) []byte {
		return f.token(f.own("", proof.ES256), []byte(`{"issuer":"did:web:`+strings.Repeat("x", 250_000)+`"}`))
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"a did:key of 4,000 letters", func(f *forger) []byte {
		return f.token(f.own("", proof.ES256), []byte(`{"issuer":"did:key:z`+strings.Repeat("6", 4_000)+`"}`))
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
}
