package hostile_test

import (
	"bytes"
	"fmt"
	"strings"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// Contexts of a diploma of the school, as they stand in it, and one by itself.
const (
	contextsOf = `"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]`
	contextVC  = `"https://www.w3.org/ns/credentials/v2"`
	contextOB  = `"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"`
)

// contexts puts contexts that are not known in place of the document's: after it was signed,
// and before, in a token of the school.
func contexts(name, to string) []attack {
	return []attack{
		{name, changed(contextsOf, `"@context":`+to), verifier.Undetermined, verifier.Format, credentials.CodeContextUnknown},
		{name + ", signed", func(f *forger) []byte { return f.signedText(contextsOf, `"@context":`+to) }, verifier.Undetermined, verifier.Format, credentials.CodeContextUnknown},
	}
}

// nestedContext puts a context of its own into a part of the document.
func nestedContext(name, place, value string) []attack {
	to := `"@context":` + value + `,` + place
	return []attack{
		{name, changed(place, to), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
		{name + ", signed", func(f *forger) []byte { return f.signedText(place, to) }, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	}
}

// contextAttacks: words mean what the pinned vocabularies say (rule 2).
var contextAttacks = join(
	[]attack{
		{"as it was signed", (*forger).rdfc, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
		{"the context of Data Integrity too", func(f *forger) []byte {
			payload := f.edited(f.payload(), contextsOf, `"@context":[`+contextVC+`,`+contextOB+`,"https://w3id.org/security/data-integrity/v2"]`)
			return f.inside(payload, f.way(proof.EdDSARDFC2022, f.ed, f.school))
		}, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
		{"no context", changed(contextsOf+",", ""), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	},
	contexts("an unknown one", `[`+contextVC+`,`+contextOB+`,"https://mallory.example/context"]`),
	contexts("an unknown one first", `["https://mallory.example/context",`+contextVC+`,`+contextOB+`]`),
	contexts("another host of the same name", `["https://www.w3.org.mallory.example/ns/credentials/v2",`+contextOB+`]`),
	contexts("http", `["http://www.w3.org/ns/credentials/v2",`+contextOB+`]`),
	contexts("a slash behind", `["https://www.w3.org/ns/credentials/v2/",`+contextOB+`]`),
	contexts("a fragment", `["https://www.w3.org/ns/credentials/v2#",`+contextOB+`]`),
	contexts("a query", `["https://www.w3.org/ns/credentials/v2?x",`+contextOB+`]`),
	contexts("upper case", `["https://WWW.W3.ORG/ns/credentials/v2",`+contextOB+`]`),
	contexts("percent-encoded", `["https://www.w3.org/ns/credentials/%76%32",`+contextOB+`]`),
	contexts("a file", `[`+contextVC+`,`+contextOB+`,"file:///etc/passwd"]`),
	contexts("data", `[`+contextVC+`,`+contextOB+`,"data:application/ld+json,{}"]`),
	contexts("at home", `[`+contextVC+`,`+contextOB+`,"http://127.0.0.1:1/context"]`),
	contexts("a relative one", `[`+contextVC+`,`+contextOB+`,"context.json"]`),
	contexts("inline", `[`+contextVC+`,`+contextOB+`,{"honours":"https://mallory.example/#h"}]`),
	contexts("inline, empty", `[`+contextVC+`,`+contextOB+`,{}]`),
	contexts("inline: a term in another sense", `[`+contextVC+`,`+contextOB+`,{"name":"https://mallory.example/#n"}]`),
	contexts("inline: terms for all words", `[`+contextVC+`,`+contextOB+`,{"@vocab":"https://mallory.example/#"}]`),
	contexts("inline: a base", `[`+contextVC+`,`+contextOB+`,{"@base":"https://mallory.example/"}]`),
	contexts("inline: an import", `[`+contextVC+`,`+contextOB+`,{"@import":"https://mallory.example/context"}]`),
	contexts("inline: not propagated", `[`+contextVC+`,`+contextOB+`,{"@propagate":false}]`),
	contexts("inline: a term taken away", `[`+contextVC+`,`+contextOB+`,{"evidence":null}]`),
	contexts("null behind", `[`+contextVC+`,`+contextOB+`,null]`),
	contexts("a number", `[`+contextVC+`,`+contextOB+`,7]`),
	contexts("a list in the list", `[`+contextVC+`,[`+contextOB+`]]`),
	contexts("the words of examples", `[`+contextVC+`,`+contextOB+`,"https://www.w3.org/ns/credentials/examples/v2"]`),
	contexts("words for everything", `[`+contextVC+`,`+contextOB+`,"https://www.w3.org/ns/credentials/undefined-terms/v2"]`),
	[]attack{
		{"the order turned", changed(contextsOf, `"@context":[`+contextOB+`,`+contextVC+`]`), verifier.Undetermined, verifier.Format, credentials.CodeContextUnknown},
		{"of badges alone", changed(contextsOf, `"@context":[`+contextOB+`]`), verifier.Invalid, verifier.Format, credentials.CodeContextUnknown},
		{"of credentials alone", changed(contextsOf, `"@context":[`+contextVC+`]`), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
		{"as one text", changed(contextsOf, `"@context":`+contextVC), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
		{"null", changed(contextsOf, `"@context":null`), verifier.Undetermined, verifier.Format, credentials.CodeContextUnknown},
		{"an empty list", changed(contextsOf, `"@context":[]`), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
		{"of two data models", changed(contextsOf, `"@context":[`+contextVC+`,"https://www.w3.org/2018/credentials/v1",`+contextOB+`]`), verifier.Invalid, verifier.Format, verifier.CodeContextConflict},
		{"forty of one", changed(contextsOf, `"@context":[`+contextVC+strings.Repeat(","+contextOB, 40)+`]`), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
		{"words for everything, and a word", func(f *forger) []byte {
			doc := f.edited(f.rdfc(), contextsOf, `"@context":[`+contextVC+`,`+contextOB+`,"https://www.w3.org/ns/credentials/undefined-terms/v2"]`)
			return f.edited(doc, inSubject, `"gpa":"4.0",`+inSubject)
		}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
		{"another context in the proof", func(f *forger) []byte {
			return inProof(f, f.rdfc(), `"type":"Data`, `"@context":`+contextVC+`,"type":"Data`)
		}, verifier.Invalid, verifier.Proof, verifier.CodeProofContext},
		{"over JSON: fewer in the proof than in the document", func(f *forger) []byte {
			doc := f.jcs()
			at := bytes.LastIndex(doc, []byte(`,`+contextOB+`]`))
			return append(append(bytes.Clone(doc[:at]), ']'), doc[at+len(contextOB)+2:]...)
		}, verifier.Invalid, verifier.Proof, verifier.CodeProofContext},
		{"over JSON: none in the proof", func(f *forger) []byte { return inProof(f, f.jcs(), contextsOf+",", "") }, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	},
	nestedContext("an unknown context in the subject", inSubject, `"https://mallory.example/context"`),
	nestedContext("a known context in the subject", inSubject, contextOB),
	nestedContext("no context in the subject", inSubject, `null`),
	nestedContext("an inline context in a result", inResult, `{"achievedLevel":"https://mallory.example/#x"}`),
	nestedContext("an empty list of contexts in a result", inResult, `[]`),
	nestedContext("a context in the issuer", inIssuer, `{"@vocab":"https://mallory.example/#"}`),
	[]attack{
		{"a type that brings words of its own", changed(`"type":["AchievementSubject"]`, `"type":["AchievementSubject","EndorsementSubject"]`), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
		{"a type of a record", changed(`"AchievementCredential"]`, `"AchievementCredential","ClrCredential"]`), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
		{"the other name of the type, which is the same", changed(`"AchievementCredential"]`, `"OpenBadgeCredential"]`), verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
		{"an endorsement of the type", changed(`"AchievementCredential"]`, `"EndorsementCredential"]`), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
		{"no type of a credential", changed(`["VerifiableCredential","AchievementCredential"]`, `["AchievementCredential"]`), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
		{"types in another order", changed(`["VerifiableCredential","AchievementCredential"]`, `["AchievementCredential","VerifiableCredential"]`), verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	},
)

// byOwn is a document of the forger that is its own issuer, with a signature
// that is none: what is done before the signature is checked costs as much as anybody likes.
func byOwn(f *forger, members string) []byte {
	s, id := f.local()
	return []byte(`{"@context":[` + contextVC + `,` + contextOB + `],"id":"urn:x:1","type":["VerifiableCredential","AchievementCredential"],` +
		`"issuer":"` + id + `",` + members + `,"proof":` + emptyProof("eddsa-rdfc-2022", s.Public().ID) + `}`)
}

// emptyProof is a proof whose signature is 64 zeros.
func emptyProof(suite, method string) string {
	return `{"type":"DataIntegrityProof","cryptosuite":"` + suite + `","verificationMethod":"` + method +
		`","proofPurpose":"assertionMethod","proofValue":"z` + strings.Repeat("1", 64) + `"}`
}

// repeated is a list of n equal values.
func repeated(value string, n int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(value+",", n), ",") + "]"
}

// group is an object with n equal objects in it, and so on down.
func group(sizes ...int) string {
	names := []string{"result", "alignment", "image"}
	kinds := []string{"AchievementSubject", "Result", "Alignment", "Image"}
	var build func(level int) string
	build = func(level int) string {
		if level == len(sizes) {
			return `{"type":"` + kinds[level] + `"}`
		}
		return `{"type":"` + kinds[level] + `","` + names[level] + `":` + repeated(build(level+1), sizes[level]) + `}`
	}
	return build(0)
}

// graph is a document whose subjects are the given objects.
func graph(subjects string) func(f *forger) []byte {
	return func(f *forger) []byte { return byOwn(f, `"credentialSubject":`+subjects) }
}

// ring is n objects that each name the next by an id that is none.
func ring(n, reach int) string {
	var nodes []string
	for i := range n {
		var links []string
		for j := 1; j <= reach; j++ {
			links = append(links, fmt.Sprintf(`"_:n%d"`, (i+j)%n))
		}
		nodes = append(nodes, fmt.Sprintf(`{"id":"_:n%d","type":"AchievementSubject","source":[%s]}`, i, strings.Join(links, ",")))
	}
	return "[" + strings.Join(nodes, ",") + "]"
}

// graphAttacks are documents whose canonical form takes for ever where nobody counts (rule 6).
var graphAttacks = []attack{
	{"as it was signed", (*forger).rdfc, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"equal nodes as an honest record has them", func(f *forger) []byte {
		payload := f.payload(func(c *credentials.Credential) {
			for range 40 {
				c.Evidence = append(c.Evidence, credentials.Work{Name: "Field study"})
			}
		})
		return f.inside(payload, f.way(proof.EdDSARDFC2022, f.ed, f.school))
	}, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"20,000 equal nodes", graph(repeated(`{"type":"AchievementSubject"}`, 20_000)), verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"1,000 equal nodes", graph(repeated(`{"type":"AchievementSubject"}`, 1_000)), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"1,500 equal families", graph(repeated(group(2), 1_500)), verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"eight times eight equal nodes", graph(group(8, 8)), verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"nine equal families", graph(group(9, 2)), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"families of families", graph(group(6, 6, 6)), verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"many families of families", graph(repeated(group(5, 5, 5), 30)), verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"a clique of eight", graph(ring(8, 7)), verifier.Invalid, verifier.Format, verifier.CodeRelativeID},
	{"a ring of 2,000", graph(ring(2_000, 1)), verifier.Invalid, verifier.Format, verifier.CodeRelativeID},
	{"100,000 statements", func(f *forger) []byte {
		var names strings.Builder
		for i := range 100_000 {
			fmt.Fprintf(&names, `"%d",`, i)
		}
		return byOwn(f, `"name":[`+strings.TrimSuffix(names.String(), ",")+`]`)
	}, verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"a long id in every statement", func(f *forger) []byte {
		doc := byOwn(f, `"name":`+"["+strings.TrimSuffix(strings.Repeat(`"a","b",`, 2_000), ",")+"]")
		return bytes.Replace(doc, []byte(`"urn:x:1"`), []byte(`"urn:x:`+strings.Repeat("x", 400_000)+`"`), 1)
	}, verifier.Invalid, verifier.Format, verifier.CodeNotCarried},
	{"a long id in every statement, all different", func(f *forger) []byte {
		var names strings.Builder
		for i := range 10_000 {
			fmt.Fprintf(&names, `"%d",`, i)
		}
		doc := byOwn(f, `"name":[`+strings.TrimSuffix(names.String(), ",")+`]`)
		return bytes.Replace(doc, []byte(`"urn:x:1"`), []byte(`"urn:x:`+strings.Repeat("x", 400_000)+`"`), 1)
	}, verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"contexts in every node", func(f *forger) []byte {
		inner := `{"@context":` + repeated(contextOB, 30) + `,"type":"AchievementSubject"}`
		return byOwn(f, `"credentialSubject":`+repeated(inner, 400))
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"the same under every suite", func(f *forger) []byte {
		s, _ := f.local()
		doc := graph(repeated(group(5, 5, 5), 30))(f)
		head, _, _ := bytes.Cut(doc, []byte(`"proof":`))
		var proofs []string
		for _, suite := range []string{"eddsa-rdfc-2022", "eddsa-jcs-2022", "eddsa-rdfc-2022", "eddsa-jcs-2022", "eddsa-rdfc-2022"} {
			proofs = append(proofs, emptyProof(suite, s.Public().ID))
		}
		return append(head, `"proof":[`+strings.Join(proofs, ",")+`]}`...)
	}, verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
	{"in a proof", func(f *forger) []byte {
		s, _ := f.local()
		p := strings.Replace(emptyProof("eddsa-rdfc-2022", s.Public().ID), `{`, `{"evidence":`+repeated(group(5, 5), 50)+`,`, 1)
		doc := byOwn(f, `"name":"x"`)
		head, _, _ := bytes.Cut(doc, []byte(`"proof":`))
		return append(head, `"proof":`+p+`}`...)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
}
