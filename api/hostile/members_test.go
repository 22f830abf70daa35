package hostile_test

import (
	"strings"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// Places of a document, by the text before which a member is put in.
const (
	atTop         = `"issuer":{`
	inIssuer      = `"id":"did:web:`
	inSubject     = `"achievement":{`
	inAchievement = `"criteria":{`
	inResult      = `"achievedLevel":`
	inStatus      = `"statusPurpose":`
)

// unsigned puts a member that no context defines into a signed document, and
// lets the school itself sign it in a token: neither is believed.
func unsigned(name, place, member string) []attack {
	return []attack{
		{name, changed(place, member+","+place), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
		{name + ", over JSON", func(f *forger) []byte {
			// The school's proof covers it: JSON carries everything. Still nobody defines what it means.
			return f.inside(f.edited(f.payload(), place, member+","+place), f.way(proof.EdDSAJCS2022, f.ed, f.school))
		}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
		{name + ", in a token", func(f *forger) []byte { return f.signedText(place, member+","+place) }, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	}
}

// added puts a member with a meaning into a signed document.
func added(name, place, member string) attack {
	return attack{name, changed(place, member+","+place), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch}
}

// lost puts a value in that statements would drop.
func lost(name, from, to, code string) attack {
	return attack{name, changed(from, to), verifier.Invalid, verifier.Format, code}
}

// memberAttacks: what is shown was signed, and what was signed has a meaning (rule 2).
var memberAttacks = join(
	[]attack{
		{"as it was signed", (*forger).rdfc, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
		{"a proof alone", func(f *forger) []byte {
			_, p, _ := strings.Cut(string(f.rdfc()), `"proof":`)
			return []byte(`{"@context":["` + credentials.ContextVC + `"],"proof":` + p)
		}, verifier.Invalid, verifier.Key, verifier.CodeIssuerMissing},
		{"no proof", func(f *forger) []byte { return f.payload() }, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
		{"an empty list of proofs", func(f *forger) []byte { return f.edited(f.payload(), atTop, `"proof":[],`+atTop) }, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
		{"a proof that is a text", func(f *forger) []byte { return f.edited(f.payload(), atTop, `"proof":"trust me",`+atTop) }, verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
		{"a proof that is null", func(f *forger) []byte { return f.edited(f.payload(), atTop, `"proof":null,`+atTop) }, verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
		{"a proof of verification", func(f *forger) []byte {
			return f.edited(f.payload(), atTop, `"proof":{"verified":true},`+atTop)
		}, verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
	},
	unsigned("a word", atTop, `"honours":"`+forged+`"`), unsigned("a word in the issuer", inIssuer, `"motto":"x"`),
	unsigned("a word in the subject", inSubject, `"gpa":"4.0"`), unsigned("a word in the achievement", inAchievement, `"grade":"A"`),
	unsigned("a word in the result", inResult, `"score":"4"`), unsigned("a word in the status", inStatus, `"statusOverride":"valid"`),
	unsigned("@graph", atTop, `"@graph":[{"id":"urn:x"}]`), unsigned("@included", atTop, `"@included":[{"id":"urn:x"}]`),
	unsigned("@reverse", atTop, `"@reverse":{"issuer":"urn:x"}`), unsigned("@nest", atTop, `"@nest":{"name":"x"}`),
	unsigned("@index", inResult, `"@index":"1"`), unsigned("@id", atTop, `"@id":"urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c11"`),
	unsigned("@type", inSubject, `"@type":"AchievementSubject"`), unsigned("@value", inResult, `"@value":"x"`), unsigned("@set", inResult, `"@set":[]`),
	unsigned("@list", inResult, `"@list":["x"]`), unsigned("@language", atTop, `"@language":"en"`), unsigned("@direction", atTop, `"@direction":"rtl"`),
	unsigned("@json", atTop, `"@json":{}`), unsigned("@none", atTop, `"@none":"x"`), unsigned("@base", atTop, `"@base":"https://mallory.example/"`),
	unsigned("@vocab", atTop, `"@vocab":"https://mallory.example/"`), unsigned("a blank node", atTop, `"_:b0":"x"`),
	unsigned("a member by its IRI", atTop, `"https://www.w3.org/2018/credentials#validUntil":"2099-01-01T00:00:00Z"`),
	unsigned("a member by a compact IRI", atTop, `"schema:name":"x"`), unsigned("a member of another class", inResult, `"creditsEarned":30`),
	unsigned("a member of a record", inSubject, `"verifiableCredential":[{"id":"urn:x"}]`), unsigned("holder", atTop, `"holder":"did:web:mallory.example"`),
	unsigned("vc", atTop, `"vc":{"type":["VerifiableCredential"]}`), unsigned("the older dates", atTop, `"issuanceDate":"2020-01-01T00:00:00Z"`),
	unsigned("the older end", atTop, `"expirationDate":"2099-01-01T00:00:00Z"`), unsigned("a proof's member", atTop, `"proofValue":"z"`),
	[]attack{
		{"claims beside the document", changed(atTop, `"iss":"did:web:mallory.example",`+atTop), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
		added("a description", atTop, `"description":"`+forged+`"`), added("an end", atTop, `"validUntil":"2099-01-01T00:00:00Z"`),
		added("a narrative", inSubject, `"narrative":"`+forged+`"`), added("a role", inSubject, `"role":"Valedictorian"`),
		added("a licence", inSubject, `"licenseNumber":"1"`), added("a value", inResult, `"value":"100"`), added("a status", inResult, `"status":"Completed"`),
		added("a field of study", inAchievement, `"fieldOfStudy":"Medicine"`), added("an id of the criteria", `"narrative":"The graduation policy."`, `"id":"https://mallory.example/"`),
		added("a telephone", inIssuer, `"phone":"1"`), added("an image", atTop, `"image":{"id":"https://mallory.example/seal.png","type":"Image"}`),
		added("an address of the issuer", inIssuer, `"url":"https://mallory.example/"`),
		lost("null", atTop, `"description":null,`+atTop, verifier.CodeNotCarried), lost("an empty list", `"tag":["diploma","proficiency"]`, `"tag":[]`, verifier.CodeNotCarried),
		lost("a list in a list", `"tag":["diploma","proficiency"]`, `"tag":[["diploma","proficiency"]]`, verifier.CodeNotCarried),
		lost("a value with a direction", `"description":"Proficient in every graduation standard."`, `"description":{"@value":"Proficient in every graduation standard.","@direction":"rtl"}`, verifier.CodeNotCarried),
		lost("a value as an object", `"description":"Proficient in every graduation standard."`, `"description":{"@value":"Proficient in every graduation standard."}`, credentials.CodeSchemaViolation),
		lost("a relative id", `"id":"urn:example:math:2"`, `"id":"math-2"`, verifier.CodeRelativeID),
		lost("a blank id", `"id":"urn:example:math:2"`, `"id":"_:b0"`, verifier.CodeRelativeID),
		lost("an id with a space", `"id":"urn:example:math:2"`, `"id":"urn:example:math 2"`, verifier.CodeRelativeID),
		lost("an id that is a list", `"id":"urn:example:math:2"`, `"id":["urn:example:math:2"]`, verifier.CodeRelativeID),
		lost("an undefined type", `"type":["Result"]`, `"type":["Result","Verified"]`, credentials.CodeUndefinedTerm),
		lost("a type that is a keyword", `"type":["Result"]`, `"type":["Result","@json"]`, credentials.CodeUndefinedTerm),
		{"two issuers in a list", func(f *forger) []byte {
			return f.signedText(`"issuer":{"id":"`+f.school+`","type":["Profile"],"name":"Willow Brook High School"}`, `"issuer":["`+f.school+`","did:web:mallory.example"]`)
		}, verifier.Invalid, verifier.Key, verifier.CodeIssuerMissing},
		{"two subjects in a list", func(f *forger) []byte {
			return f.signedText(`"credentialSubject":{`, `"credentialSubject":[{"type":"AchievementSubject"}],"x":{`)
		}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
		lost("a tag twice", `"tag":["diploma","proficiency"]`, `"tag":["diploma","proficiency","diploma"]`, verifier.CodeNotCarried),
		lost("a type twice", `"type":["Result"]`, `"type":["Result","Result"]`, verifier.CodeNotCarried),
		lost("a level twice", `"rubricCriterionLevel":[`, `"rubricCriterionLevel":[{"id":"urn:example:math:3","type":["RubricCriterionLevel"],"name":"Proficient","level":"3"},`, verifier.CodeNotCarried),
		{"a result twice", changed(`"result":[`, `"result":[{"type":["Result"],"resultDescription":"urn:example:math","achievedLevel":"urn:example:math:3"},`), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
		{"another name", changed("Amara Okafor", "Mallory Okafor"), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
		{"another level", changed(`"achievedLevel":"urn:example:math:3"`, `"achievedLevel":"urn:example:math:4"`), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
		{"the names of two levels changed for each other", func(f *forger) []byte {
			return f.edited(f.edited(f.rdfc(), `"name":"Developing"`, `"name":"Exemplary"`), `"name":"Exemplary","level":"4"`, `"name":"Developing","level":"4"`)
		}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	},
)

// claiming is the school's token with one claim in place of another.
func claiming(from, to string) func(f *forger) []byte {
	return func(f *forger) []byte {
		payload := f.claims(f.payload(func(c *credentials.Credential) { c.ValidUntil = f.began.AddDate(10, 0, 0) }))
		r := strings.NewReplacer("{school}", f.school, "{mill}", f.mill)
		return f.token(f.ec, f.edited(payload, r.Replace(from), r.Replace(to)))
	}
}

func differing(name, from, to string) attack {
	return attack{name, claiming(from, to), verifier.Invalid, verifier.Format, verifier.CodeClaimMismatch}
}

// claimAttacks: a claim that is there repeats what the document says (rule 4).
var claimAttacks = []attack{
	{"all repeated", claiming(`"iss":`, `"iss":`), verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"some left out", claiming(`"iss":"{school}",`, ``), verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"when it was signed", claiming(`"iss":`, `"iat":1,"iss":`), verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	differing("another issuer", `"iss":"{school}"`, `"iss":"{mill}"`), differing("issuers as a list", `"iss":"{school}"`, `"iss":["{school}"]`),
	differing("no issuer", `"iss":"{school}"`, `"iss":null`), differing("an empty issuer", `"iss":"{school}"`, `"iss":""`),
	differing("an issuer in other letters", `"iss":"did:web`, `"iss":"did:WEB`), differing("another id", `"jti":"urn:uuid:5`, `"jti":"urn:uuid:6`),
	differing("the id as an object", `"jti":"urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c11"`, `"jti":{}`),
	differing("another subject", `"sub":"urn:uuid:0`, `"sub":"urn:uuid:1`), differing("a subject that is a number", `"sub":"urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02"`, `"sub":7`),
	differing("another start", `"nbf":`, `"nbf":1`), differing("a start in a text", `"nbf":`, `"nbf":"1","x-nbf":`), differing("a start with a fraction", `,"sub"`, `.5,"sub"`),
	differing("another end", `"exp":`, `"exp":9`), differing("an end that overflows", `"exp":`, `"exp":999999999999999999999999`), differing("an end that is true", `"exp":`, `"exp":true,"x-exp":`),
	differing("a start in exponents", `,"sub"`, `e0,"sub"`), differing("a negative end", `"exp":`, `"exp":-`),
	{"an end that the document has not", func(f *forger) []byte {
		return f.token(f.ec, f.edited(f.claims(f.payload()), `"iss":`, `"exp":4102444800,"iss":`))
	}, verifier.Invalid, verifier.Format, verifier.CodeClaimMismatch},
	{"vc beside the document", claiming(`"iss":`, `"vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential"],"issuer":"{mill}"},"iss":`), verifier.Invalid, verifier.Format, verifier.CodeModelMismatch},
	{"an empty vc beside it", claiming(`"iss":`, `"vc":{},"iss":`), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"vp beside it", claiming(`"iss":`, `"vp":{},"iss":`), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"a claim without meaning", claiming(`"iss":`, `"admin":true,"iss":`), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"digests outside an SD-JWT", claiming(`"iss":`, `"_sd":["x"],"iss":`), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"the document of the new model inside vc", func(f *forger) []byte {
		return f.token(f.ec, []byte(`{"iss":"`+f.school+`","vc":`+string(f.payload())+`}`))
	}, verifier.Invalid, verifier.Format, verifier.CodeModelMismatch},
}
