package hostile_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// endorsement is the district's good word about something, before it is signed.
func (f *forger) endorsement(issuer, about string) []byte {
	f.t.Helper()
	e := credentials.Endorsement{
		ID: "urn:uuid:6f2c2d2e-5b0f-4b7c-8f43-0d4c3f1f9a01", Name: "Endorsement",
		Issuer: credentials.Profile{ID: issuer, Name: "Ridgeline High School"}, ValidFrom: f.began.Add(time.Hour),
		Subject: credentials.Endorsed{ID: about, Comment: "We know this work."},
	}
	payload, err := e.Payload()
	f.ok(err)
	return payload
}

// endorsed is the school's diploma with a token in it.
func endorsed(token func(f *forger, about string) []byte) func(f *forger) []byte {
	return func(f *forger) []byte {
		return f.token(f.ec, f.claims(f.payload(func(c *credentials.Credential) {
			c.EndorsementTokens = []string{string(token(f, c.ID))}
		})))
	}
}

// holding is a record of the school that holds documents of others.
func holding(parts ...func(f *forger) []byte) func(f *forger) []byte {
	return func(f *forger) []byte {
		c := f.credential()
		record := credentials.CLR{
			ID: "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1cc1", Name: "Record", Issuer: c.Issuer, ValidFrom: c.ValidFrom, Status: c.Status,
			Subject: credentials.Record{ID: c.Subject.ID, Identifiers: c.Subject.Identifiers},
		}
		for _, part := range parts {
			n, err := credentials.Parse(part(f))
			f.ok(err)
			record.Subject.Credentials = append(record.Subject.Credentials, n)
		}
		payload, err := record.Payload()
		f.ok(err)
		return f.token(f.ec, f.claims(payload))
	}
}

func alteredInside(f *forger) []byte { return f.edited(f.rdfc(), "Amara Okafor", "Mallory Okafor") }

// nestedAttacks: a document inside another stands by its own proof, and the
// outer one is no better than it.
var nestedAttacks = []attack{
	{"an endorsement by the partner school", endorsed(func(f *forger, about string) []byte {
		return f.token(f.partnerKey, f.claims(f.endorsement(f.partner, about)))
	}), verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"a record of a genuine diploma", holding((*forger).rdfc), verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"a genuine record with a forged diploma", holding((*forger).rdfc, alteredInside), verifier.Invalid, verifier.Format, verifier.CodeNestedInvalid},
	{"a genuine record with an unsigned diploma", holding(func(f *forger) []byte { return f.payload() }), verifier.Invalid, verifier.Format, verifier.CodeNestedInvalid},
	{"a genuine record with a diploma of the mill", holding(func(f *forger) []byte {
		s, id := f.local()
		return f.inside(f.payload(func(c *credentials.Credential) { c.Issuer.ID, c.Status = id, nil }), proof.Options{Signer: s, Created: f.began})
	}), verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeNestedStranger},
	{"a genuine record with a withdrawn diploma", holding(func(f *forger) []byte {
		return f.inside(f.payload(func(c *credentials.Credential) { c.Status = credentials.RevocationEntry(f.lists["good"], revoked) }), f.way(proof.EdDSARDFC2022, f.ed, f.school))
	}), verifier.Undetermined, verifier.Format, verifier.CodeNestedOpen},
	{"a genuine record with a poisoned diploma", holding(func(f *forger) []byte { return graph(repeated(group(5, 5, 5), 30))(f) }), verifier.Invalid, verifier.Format, verifier.CodeNestedInvalid},
	{"a forged record of a genuine diploma", func(f *forger) []byte {
		token := holding((*forger).rdfc)(f)
		_, rest, _ := bytes.Cut(token, []byte("."))
		payload, _, _ := bytes.Cut(rest, []byte("."))
		raw := f.decoded(payload)
		return f.token(f.own(f.ec.Public().ID, proof.ES256), raw)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a record with nothing in it", holding(), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"a record as a diploma inside a record", holding(func(f *forger) []byte { return f.payload() }, (*forger).rdfc), verifier.Invalid, verifier.Format, verifier.CodeNestedInvalid},
	{"an endorsement by the forger in the partner's name", endorsed(func(f *forger, about string) []byte {
		return f.token(f.own(f.partnerKey.Public().ID, proof.ES256), f.claims(f.endorsement(f.partner, about)))
	}), verifier.Undetermined, verifier.Format, verifier.CodeEndorsementForged},
	{"an endorsement by the mill", endorsed(func(f *forger, about string) []byte {
		return f.token(f.millKey, f.claims(f.endorsement(f.mill, about)))
	}), verifier.Valid, verifier.Format, verifier.CodeEndorsementOpen},
	{"an endorsement without a signature", endorsed(func(f *forger, about string) []byte {
		return compact(`{"alg":"none"}`, f.claims(f.endorsement(f.partner, about)), bytesOf([]byte("x")))
	}), verifier.Undetermined, verifier.Format, verifier.CodeEndorsementForged},
	{"a diploma in place of an endorsement", endorsed(func(f *forger, _ string) []byte { return f.genuine() }), verifier.Valid, verifier.Format, verifier.CodeEndorsementStray},
	{"an endorsement of something else", endorsed(func(f *forger, _ string) []byte {
		return f.token(f.partnerKey, f.claims(f.endorsement(f.partner, "urn:uuid:00000000-0000-4000-8000-000000000000")))
	}), verifier.Valid, verifier.Format, verifier.CodeEndorsementStray},
	{"an endorsement as a diploma", func(f *forger) []byte {
		return f.token(f.partnerKey, f.claims(f.endorsement(f.partner, f.credential().ID)))
	}, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"an endorsement put in after signing", func(f *forger) []byte {
		token := f.token(f.partnerKey, f.claims(f.endorsement(f.partner, f.credential().ID)))
		return f.edited(f.rdfc(), atTop, `"endorsementJwt":["`+string(token)+`"],`+atTop)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a presentation as a credential", func(f *forger) []byte {
		payload := `{"@context":[` + contextVC + `],"type":["VerifiablePresentation"],"issuer":"` + f.school + `","verifiableCredential":[` + string(f.rdfc()) + `]}`
		return f.token(f.ec, []byte(payload))
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"a presentation without a signature", presenting(``, (*forger).rdfc), verifier.Valid, verifier.Proof, verifier.CodePresentationPlain},
	{"a presentation of nothing", presenting(``), verifier.Undetermined, verifier.Proof, verifier.CodePresentationPlain},
	{"a presentation of a forged diploma", presenting(``, (*forger).rdfc, alteredInside), verifier.Invalid, verifier.Proof, verifier.CodePresentationPlain},
	{"a presentation of an unsigned diploma", presenting(``, func(f *forger) []byte { return f.payload() }), verifier.Invalid, verifier.Proof, verifier.CodePresentationPlain},
	{"a presentation with a word without meaning", presenting(`"honours":"x",`, (*forger).rdfc), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"a presentation with a proof of a credential", func(f *forger) []byte {
		return presenting(`"holder":"`+f.school+`","proof":[`+proofText(f.rdfc())+`],`, (*forger).rdfc)(f)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofPurpose},
	{"a presentation in a presentation", presenting(``, presenting(``, (*forger).rdfc)), verifier.Invalid, verifier.Proof, verifier.CodePresentationPlain},
	{"a presentation of a withdrawn diploma beside a good one", presenting(``, (*forger).rdfc, func(f *forger) []byte {
		return f.inside(f.payload(func(c *credentials.Credential) { c.Status = credentials.RevocationEntry(f.lists["good"], revoked) }), f.way(proof.EdDSARDFC2022, f.ed, f.school))
	}), verifier.Revoked, verifier.Proof, verifier.CodePresentationPlain},
	{"a presentation of a status list", func(f *forger) []byte {
		list := `{"@context":` + contextVC + `,"type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,` + f.list(f.ec, f.school, f.lists["good"], nil) + `"}`
		return presenting(``, func(*forger) []byte { return []byte(list) })(f)
	}, verifier.Undetermined, verifier.Proof, verifier.CodePresentationPlain},
	{"an envelope", enveloping(""), verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"an envelope with words on it", enveloping(`"name":"` + forged + `",`), verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
	{"an envelope with an issuer on it", enveloping(`"issuer":"did:web:mallory.example",`), verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
	{"an envelope in an envelope", func(f *forger) []byte { return f.token(f.ec, enveloping("")(f)) }, verifier.Invalid, verifier.Key, verifier.CodeIssuerMissing},
	{"an envelope of another kind", func(f *forger) []byte {
		return bytes.Replace(enveloping("")(f), []byte("application/vc+jwt"), []byte("text/html"), 1)
	}, verifier.Undetermined, verifier.Format, verifier.CodeEnvelopeMedia},
	{"an envelope of nothing", func(*forger) []byte {
		return []byte(`{"@context":` + contextVC + `,"type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,"}`)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
}

// presenting is an unsigned envelope around documents.
func presenting(more string, parts ...func(f *forger) []byte) func(f *forger) []byte {
	return func(f *forger) []byte {
		var inside []string
		for _, part := range parts {
			inside = append(inside, string(part(f)))
		}
		return []byte(`{"@context":[` + contextVC + `],"type":["VerifiablePresentation"],` + more + `"verifiableCredential":[` + strings.Join(inside, ",") + `]}`)
	}
}

// decoded is the bytes behind a part of a token.
func (f *forger) decoded(part []byte) []byte {
	f.t.Helper()
	token, _, err := proof.ParseJWT([]byte(enc([]byte(`{"alg":"ES256"}`)) + "." + string(part) + ".AA"))
	f.ok(err)
	return token.Payload
}

// enveloping is the school's token in an envelope.
func enveloping(more string) func(f *forger) []byte {
	return func(f *forger) []byte {
		return []byte(`{"@context":` + contextVC + `,"type":"EnvelopedVerifiableCredential",` + more + `"id":"data:application/vc+jwt,` + string(f.genuine()) + `"}`)
	}
}

// proofText is the proof of a document, as JSON.
func proofText(doc []byte) string {
	_, tail, _ := strings.Cut(string(doc), `"proof":[`)
	return strings.TrimSuffix(tail, "]}")
}

// other is another diploma of the school, with its proof inside.
func (f *forger) other() []byte {
	return f.inside(f.payload(func(c *credentials.Credential) {
		c.ID = "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c12"
		c.Subject.Identifiers = []credentials.Identity{credentials.NameIdentity("Mallory")}
	}), f.way(proof.EdDSARDFC2022, f.ed, f.school))
}

// chained is the diploma with a proof of the school and one of the partner school that builds on it.
func chained(f *forger) (first, second string) {
	payload := f.payload()
	one := f.way(proof.EdDSARDFC2022, f.ed, f.school)
	one.ID = "urn:uuid:00000000-0000-4000-8000-00000000000a"
	_, first1, err := proof.Secure(f.t.Context(), payload, one)
	f.ok(err)
	two := f.way(proof.ECDSARDFC2019, f.partnerKey, f.partner)
	two.Earlier, two.Previous = [][]byte{first1}, []string{one.ID}
	_, second1, err := proof.Secure(f.t.Context(), payload, two)
	f.ok(err)
	return string(first1), string(second1)
}

// proven is the diploma with the given proofs.
func proven(f *forger, proofs ...string) []byte {
	return append(bytes.TrimSuffix(f.payload(), []byte("}")), `,"proof":[`+strings.Join(proofs, ",")+`]}`...)
}

// purposed is the diploma with a proof for another purpose, and more.
func purposed(purpose string) func(f *forger) []byte {
	return func(f *forger) []byte {
		o := f.way(proof.EdDSARDFC2022, f.ed, f.school)
		o.Purpose = purpose
		return f.inside(f.payload(), o)
	}
}

// proofAttacks: a proof is of this document, for this purpose, at this time.
var proofAttacks = []attack{
	{"the school's", (*forger).rdfc, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"a chain", func(f *forger) []byte { a, b := chained(f); return proven(f, a, b) }, verifier.Valid, verifier.Proof, verifier.CodeProofOther},
	{"of another diploma", func(f *forger) []byte { return proven(f, proofText(f.other())) }, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"its own and one of another diploma", func(f *forger) []byte { return proven(f, proofText(f.rdfc()), proofText(f.other())) }, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a chain without its beginning", func(f *forger) []byte { _, b := chained(f); return proven(f, b) }, verifier.Invalid, verifier.Proof, verifier.CodeProofPrevious},
	{"a chain whose beginning is another's", func(f *forger) []byte {
		_, b := chained(f)
		return proven(f, strings.Replace(proofText(f.rdfc()), `{`, `{"id":"urn:uuid:00000000-0000-4000-8000-00000000000a",`, 1), b)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a chain with its beginning twice", func(f *forger) []byte { a, b := chained(f); return proven(f, a, a, b) }, verifier.Invalid, verifier.Proof, verifier.CodeProofPrevious},
	{"a chain that names nothing", func(f *forger) []byte {
		a, b := chained(f)
		return proven(f, a, strings.Replace(b, `"previousProof":"urn:uuid:00000000-0000-4000-8000-00000000000a"`, `"previousProof":[]`, 1))
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofPrevious},
	{"a chain that forgets its beginning", func(f *forger) []byte {
		a, b := chained(f)
		return proven(f, a, strings.Replace(b, `"previousProof":"urn:uuid:00000000-0000-4000-8000-00000000000a",`, ``, 1))
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a proof that builds on itself", func(f *forger) []byte {
		return inProof(f, f.rdfc(), `"type":"Data`, `"id":"urn:x:1","previousProof":"urn:x:1","type":"Data`)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofPrevious},
	{"two that build on each other", func(f *forger) []byte {
		p := proofText(f.rdfc())
		return proven(f, strings.Replace(p, `{`, `{"id":"urn:x:1","previousProof":"urn:x:2",`, 1), strings.Replace(p, `{`, `{"id":"urn:x:2","previousProof":"urn:x:1",`, 1))
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"for signing in", purposed("authentication"), verifier.Invalid, verifier.Proof, verifier.CodeProofPurpose},
	{"for invoking a capability", purposed("capabilityInvocation"), verifier.Invalid, verifier.Proof, verifier.CodeProofPurpose},
	{"for agreeing on keys", purposed("keyAgreement"), verifier.Invalid, verifier.Proof, verifier.CodeProofPurpose},
	{"for signing in, called a credential's", func(f *forger) []byte {
		return inProof(f, purposed("authentication")(f), "authentication", "assertionMethod")
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a purpose in other letters", relabelled("assertionMethod", "AssertionMethod"), verifier.Invalid, verifier.Proof, verifier.CodeProofPurpose},
	{"a purpose by its IRI", relabelled("assertionMethod", "https://w3id.org/security#assertionMethod"), verifier.Invalid, verifier.Proof, verifier.CodeProofPurpose},
	{"a list of purposes", relabelled(`"assertionMethod"`, `["assertionMethod","authentication"]`), verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
	{"of tomorrow", func(f *forger) []byte {
		o := f.way(proof.EdDSARDFC2022, f.ed, f.school)
		o.Created = f.began.Add(73 * time.Hour)
		return f.inside(f.payload(), o)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofTime},
	{"made by a key before it was there", func(f *forger) []byte {
		o := f.way(proof.EdDSARDFC2022, f.ed, f.school)
		o.Created = f.began.AddDate(-1, 0, 0)
		return f.inside(f.payload(), o)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotInUse},
	{"by a key that was retired", func(f *forger) []byte { return f.inside(f.payload(), f.way(proof.ECDSARDFC2019, f.retired, f.school)) }, verifier.Invalid, verifier.Key, verifier.CodeKeyNotInUse},
	{"dated back by a key that was stolen", func(f *forger) []byte { return f.inside(f.payload(), f.way(proof.ECDSARDFC2019, f.stolen, f.school)) }, verifier.Invalid, verifier.Key, verifier.CodeKeyCompromised},
	{"of the partner school alone", func(f *forger) []byte {
		return f.inside(f.payload(), f.way(proof.ECDSARDFC2019, f.partnerKey, f.partner))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"with the key in it", func(f *forger) []byte {
		s := f.own("", proof.EdDSA)
		method := `{"id":"` + did.MethodID(f.school, s.Public()) + `","type":"Multikey","controller":"` + f.school + `","publicKeyMultibase":"` + s.Public().Multikey() + `"}`
		doc := f.inside(f.payload(), proof.Options{Signer: s, Method: did.MethodID(f.school, s.Public()), Created: f.began})
		return inProof(f, doc, `"`+did.MethodID(f.school, s.Public())+`"`, method)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
	{"inside and around", func(f *forger) []byte { return f.token(f.ec, f.claims(f.rdfc())) }, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"around alone, with a forged one inside", func(f *forger) []byte {
		return f.token(f.ec, f.claims(proven(f, proofText(f.other()))))
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"inside alone, with a forged one around", func(f *forger) []byte {
		return f.token(f.own(f.ec.Public().ID, proof.ES256), f.claims(f.rdfc()))
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
}

// withheld is an SD-JWT of the diploma with what the pointers name kept back.
func withheld(pointers ...string) func(f *forger) []byte {
	return func(f *forger) []byte {
		token, err := f.disclosable(pointers...).Present(func(proof.Disclosure) bool { return false })
		f.ok(err)
		return []byte(token.String())
	}
}

// disclosing is an SD-JWT with everything shown, and a text put behind its token.
func disclosing(extra string, pointers ...string) func(f *forger) []byte {
	return func(f *forger) []byte {
		return []byte(strings.Replace(f.disclosable(pointers...).String(), "~", "~"+extra, 1))
	}
}

// made is an SD-JWT of the school over any payload, and disclosures.
func made(payload func(f *forger) string, disclosures ...string) func(f *forger) []byte {
	return func(f *forger) []byte {
		token := compact(header(proof.ES256, f.ec.Public().ID, proof.TypeSDJWT), []byte(payload(f)), f.by(f.ec))
		return []byte(string(token) + "~" + strings.Join(append(disclosures, ""), "~"))
	}
}

// disclosure is one of the forger's, in base64url.
func disclosure(parts ...any) string {
	text, _ := json.Marshal(parts) // texts and numbers are always JSON
	return enc(text)
}

func digestOf(disclosure string) string {
	sum := sha256.Sum256([]byte(disclosure))
	return enc(sum[:])
}

// disclosureAttacks: what is shown of an SD-JWT is what its issuer hid (RFC 9901 §7.1).
var disclosureAttacks = []attack{
	{"all shown", disclosing("", "/evidence", "/name"), verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"the work kept back", withheld("/evidence"), verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"a name of the forger's", disclosing(disclosure("salt", "name", forged)+"~", "/name"), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"a disclosure that no digest names", disclosing(disclosure("salt", "description", forged)+"~", "/name"), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"a disclosure twice", func(f *forger) []byte {
		parts := strings.Split(f.disclosable("/name").String(), "~")
		return []byte(strings.Join([]string{parts[0], parts[1], parts[1], ""}, "~"))
	}, verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"a disclosure that is no list", disclosing(enc([]byte(`{"name":"x"}`))+"~", "/name"), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"a disclosure that is no JSON", disclosing("AAAA~", "/name"), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"a disclosure with two members of a name", disclosing(enc([]byte(`["s","x",{"a":1,"a":2}]`))+"~", "/name"), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"an empty disclosure", disclosing("~", "/name"), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"a disclosure of digests", disclosing(disclosure("s", "_sd", []string{"x"})+"~", "/name"), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"a disclosure of another hash", disclosing(disclosure("s", "_sd_alg", "md5")+"~", "/name"), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"a salt that is a number", disclosing(enc([]byte(`[1,"x","y"]`))+"~", "/name"), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"another hash", made(func(f *forger) string {
		return strings.Replace(string(f.payload()), `{`, `{"_sd_alg":"md5","_sd":[],`, 1)
	}), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"a claim that is there already", func(f *forger) []byte {
		d := disclosure("salt", "name", forged)
		return made(func(f *forger) string {
			return strings.Replace(string(f.payload()), `{`, `{"_sd":["`+digestOf(d)+`"],`, 1)
		}, d)(f)
	}, verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"one digest in two places", func(f *forger) []byte {
		d := disclosure("salt", "description", "x")
		return made(func(f *forger) string {
			twice := `{"_sd":["` + digestOf(d) + `"],`
			return strings.Replace(strings.Replace(string(f.payload()), `{`, twice, 1), `"issuer":{`, `"issuer":`+twice, 1)
		}, d)(f)
	}, verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"a digest with words beside it", made(func(f *forger) string {
		return strings.Replace(string(f.payload()), `"tag":[`, `"tag":[{"...":"x","name":"y"},`, 1)
	}), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"digests that are no texts", made(func(f *forger) string {
		return strings.Replace(string(f.payload()), `{`, `{"_sd":[1,null],`, 1)
	}), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"digests that are no list", made(func(f *forger) string {
		return strings.Replace(string(f.payload()), `{`, `{"_sd":"x",`, 1)
	}), verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"the issuer kept back", made(func(f *forger) string {
		return strings.Replace(string(f.payload()), `"issuer":{"id":"`+f.school+`",`, `"issuer":{"_sd":["x"],`, 1)
	}), verifier.Invalid, verifier.Key, verifier.CodeIssuerMissing},
	{"the status kept back", made(func(f *forger) string {
		return strings.Replace(string(f.payload(func(c *credentials.Credential) { c.Status = nil })), `{`, `{"_sd":["x"],`, 1)
	}), verifier.Undetermined, verifier.Status, verifier.CodeStatusWithheld},
	{"a word without meaning", func(f *forger) []byte {
		d := disclosure("salt", "honours", forged)
		return made(func(f *forger) string {
			return strings.Replace(string(f.payload()), `{`, `{"_sd":["`+digestOf(d)+`"],`, 1)
		}, d)(f)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"shown without its tildes", func(f *forger) []byte {
		whole, _, _ := strings.Cut(string(withheld("/evidence")(f)), "~")
		return []byte(whole)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"signed by the forger", func(f *forger) []byte {
		token := compact(header(proof.ES256, f.ec.Public().ID, proof.TypeSDJWT), f.titled(), f.by(f.own("", proof.ES256)))
		return append(token, '~')
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a key binding that is none", func(f *forger) []byte { return append(withheld("/name")(f), "a.b.c"...) }, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
}
