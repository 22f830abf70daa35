package hostile_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf16"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// changed is the school's document with one text replaced after it was signed.
func changed(from, to string) func(f *forger) []byte {
	return func(f *forger) []byte { return f.edited(f.rdfc(), from, to) }
}

// twice puts a second member of a name into the document, and into a token that
// the school itself signed.
func twice(name, from, to string) []attack {
	return []attack{
		{name, changed(from, to), verifier.Invalid, verifier.Format, credentials.CodeDuplicate},
		{name + ", signed", func(f *forger) []byte { return f.signedText(from, to) }, verifier.Invalid, verifier.Format, credentials.CodeDuplicate},
	}
}

// folded puts a member beside one whose name differs from it for exact readers only.
func folded(name, member string) []attack {
	const at = `"credentialSubject":{`
	to := `"` + member + `":"` + forged + `",` + at
	return []attack{
		{name, changed(at, to), verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
		{name + ", signed", func(f *forger) []byte { return f.signedText(at, to) }, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	}
}

// malformed puts a text where one stands that is no JSON, before and after signing.
func malformed(name, from, to string) []attack {
	return []attack{
		{name, changed(from, to), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{name + ", signed", func(f *forger) []byte { return f.signedText(from, to) }, verifier.Invalid, verifier.Format, credentials.CodeMalformed},
	}
}

// around puts bytes around the document.
func around(before, after string) func(f *forger) []byte {
	return func(f *forger) []byte { return []byte(before + string(f.rdfc()) + after) }
}

// payloadOnly is a token of the school over any bytes.
func payloadOnly(payload string) func(f *forger) []byte {
	return func(f *forger) []byte { return f.token(f.ec, []byte(payload)) }
}

// jsonAttacks are texts that two readers would read in two ways (rule 1).
var jsonAttacks = join(
	[]attack{
		{"as it was signed", (*forger).rdfc, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
		{"with white space around", around(" \r\n\t", "\n \n"), verifier.Valid, verifier.Format, verifier.CodeWellFormed},
		{"with white space inside", changed(`"name":`, `"name" : `), verifier.Valid, verifier.Format, verifier.CodeWellFormed},
		{"with an escape that means the same", changed(`"name":"High`, `"\u006eame":"\u0048igh`), verifier.Valid, verifier.Format, verifier.CodeWellFormed},
		{"a byte order mark before", around("\ufeff", ""), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
		{"a byte order mark in the payload", func(f *forger) []byte { return f.token(f.ec, append([]byte("\ufeff"), f.claims(f.payload())...)) }, verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"a second document behind", around("", "{}"), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"a bracket behind", around("", "]"), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"a NUL behind", around("", "\x00"), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"a comment behind", around("", "//"), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"a script around", around(")]}',\n", ""), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
		{"a list around", around("[", "]"), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
		{"cut in the middle", func(f *forger) []byte { d := f.rdfc(); return d[:len(d)/2] }, verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"in UTF-16", func(f *forger) []byte {
			var out []byte
			for _, u := range utf16.Encode([]rune(string(f.rdfc()))) {
				out = append(out, byte(u>>8), byte(u))
			}
			return out
		}, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
		{"65 levels", around(strings.Repeat(`{"x":`, 65), strings.Repeat("}", 65)), verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
		{"100,000 levels", func(*forger) []byte { return []byte(`{"x":` + strings.Repeat("[", 100_000)) }, verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
		{"200,000 levels of objects", func(*forger) []byte { return []byte(strings.Repeat(`{"":`, 200_000)) }, verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
		{"a million values", func(*forger) []byte { return []byte(`{"x":[` + strings.Repeat("1,", 500_000) + "1]}") }, verifier.Invalid, verifier.Format, credentials.CodeTooDeep},
		{"nothing but an object", func(*forger) []byte { return []byte("{}") }, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
		{"a payload that is a text", payloadOnly(`"x"`), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"a payload that is null", payloadOnly(`null`), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"a payload that is a list", payloadOnly(`[{}]`), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"a payload that is no JSON", payloadOnly("\x1f\x8b\x08"), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
	},
	twice("two issuers", `"issuer":{`, `"issuer":"did:web:mallory.example","issuer":{`),
	twice("two subjects", `"credentialSubject":{`, `"credentialSubject":{"type":"AchievementSubject"},"credentialSubject":{`),
	twice("two types, one escaped", `"type":["VerifiableCredential"`, `"\u0074ype":["Forged"],"type":["VerifiableCredential"`),
	twice("two names, both escaped", `"name":"High`, `"\u006eame":"`+forged+`","na\u006de":"High`),
	twice("two contexts", `"@context":[`, `"@context":"https://mallory.example/","@context":[`),
	twice("two levels below", `"achievedLevel":"urn:example:math:3"`, `"achievedLevel":"urn:example:math:4","achievedLevel":"urn:example:math:3"`),
	twice("two indices", `"statusListIndex":"7"`, `"statusListIndex":"9","statusListIndex":"7"`),
	[]attack{{"two proofs as members", func(f *forger) []byte { return f.edited(f.rdfc(), `"proof":[`, `"proof":{},"proof":[`) }, verifier.Invalid, verifier.Format, credentials.CodeDuplicate}},
	folded("Issuer", "Issuer"), folded("ISSUER", "ISSUER"), folded("issuer with a long s", "iſſuer"), folded("a Kelvin sign", "\u212aey"),
	folded("credentialsubject", "credentialsubject"), folded("CredentialSubject", "CredentialSubject"), folded("a zero-width space", "issuer\u200b"),
	folded("a NUL in the name", `issuer\u0000`), folded("a Cyrillic letter", "issuеr"), folded("full width", "ｉssuer"), folded("a space", " issuer"),
	folded("an empty name", ""), folded("a hyphen for a letter", "credential-subject"), folded("ValidUntil", "ValidUntil"), folded("valid_until", "valid_until"),
	folded("Type", "Type"), folded("@Context", "@Context"), folded("__proto__", "__proto__"), folded("constructor", "constructor"),
	malformed("half a surrogate", `"High School`, `"High\ud800 School`), malformed("surrogates turned", `"High School`, `"High\udc00\ud800 School`),
	malformed("half a surrogate in a name", `"awardedDate"`, `"awardedDate\ud800"`), malformed("a surrogate in UTF-8", `"High School`, "\"High\xed\xa0\x80 School"),
	malformed("bytes that are no UTF-8", `"High School`, "\"High\xff School"), malformed("an overlong slash", `"High School`, "\"High\xc0\xaf School"),
	malformed("beyond Unicode", `"High School`, "\"High\xf4\x90\x80\x80 School"), malformed("a control character", `"High School`, "\"High\x01 School"),
	malformed("a line break in a text", `"High School`, "\"High\n School"), malformed("an escape that is none", `"High School`, `"High\x41 School`),
	malformed("single quotes", `"name":"High School Diploma"`, `"name":'x'`), malformed("no quotes", `"name":`, `name:`),
	malformed("a comma too many", `"credentialSubject":{`, `,"credentialSubject":{`), malformed("a comma before the end", `"creditsEarned":24.5`, `"creditsEarned":24.5,`+""),
	malformed("a comment", `"name":`, `/* x */"name":`), malformed("not a number", `24.5`, `NaN`), malformed("infinity", `24.5`, `Infinity`),
	malformed("a plus sign", `24.5`, `+24.5`), malformed("a leading zero", `24.5`, `024.5`), malformed("a point without digits", `24.5`, `24.`),
	malformed("a number in hexadecimal", `24.5`, `0x18`), malformed("True", `24.5`, `True`), malformed("undefined", `24.5`, `undefined`),
	malformed("a no-break space", `"name":`, "\u00a0\"name\":"), malformed("a vertical tab", `"name":`, "\v\"name\":"),
	[]attack{
		{"the same number written otherwise", changed(`24.5`, `2.45e1`), verifier.Valid, verifier.Format, verifier.CodeWellFormed},
		{"another number", changed(`24.5`, `24.6`), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
		{"a number that is rounded to it", changed(`24.5`, `24.50000000000000000000001`), verifier.Invalid, verifier.Format, verifier.CodeNotCarried},
		{"a number beyond all", changed(`24.5`, `1e999`), verifier.Invalid, verifier.Format, verifier.CodeNotCarried},
		{"a number below all", changed(`24.5`, `1e-999`), verifier.Invalid, verifier.Format, verifier.CodeNotCarried},
		{"a number of 100,000 digits", changed(`24.5`, `24.5`+strings.Repeat("0", 100_000)+"1"), verifier.Invalid, verifier.Format, verifier.CodeNotCarried},
		{"an integer that no double holds", changed(`24.5`, `9007199254740993`), verifier.Invalid, verifier.Format, verifier.CodeNotCarried},
		{"a number as a text", changed(`24.5`, `"24.5"`), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
		{"over JSON: a number that is rounded to it", func(f *forger) []byte { return f.edited(f.jcs(), `24.5`, `24.50000000000000000000001`) }, verifier.Invalid, verifier.Proof, verifier.CodeNumberNotExact},
		{"over JSON: another order of members", func(f *forger) []byte {
			doc := f.edited(f.jcs(), `"name":"High School Diploma","issuer"`, `"issuer"`)
			return f.edited(doc, `"@context":[`, `"name":"High School Diploma","@context":[`)
		}, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
		{"over JSON: another order of a list", func(f *forger) []byte {
			return f.edited(f.jcs(), `"tag":["diploma","proficiency"]`, `"tag":["proficiency","diploma"]`)
		}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	},
)

// join puts lists of attacks together.
func join(lists ...[]attack) []attack {
	var out []attack
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// respelt changes the text of the school's token.
func respelt(change func(token string) string) func(f *forger) []byte {
	return func(f *forger) []byte { return []byte(change(string(f.genuine()))) }
}

// segments does the same to its three parts.
func segments(change func(parts []string)) func(f *forger) []byte {
	return respelt(func(token string) string {
		parts := strings.Split(token, ".")
		change(parts)
		return strings.Join(parts, ".")
	})
}

func misspelt(name string, change func(token string) string) attack {
	return attack{name, respelt(change), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken}
}

// inserted puts a text into the middle of each part in turn.
func inserted(name, text string) []attack {
	var out []attack
	for i, part := range []string{"header", "payload", "signature"} {
		out = append(out, attack{name + " in the " + part, segments(func(parts []string) {
			parts[i] = parts[i][:len(parts[i])/2] + text + parts[i][len(parts[i])/2:]
		}), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken})
	}
	return out
}

// untidy sets bits of a part that stand for nothing.
func untidy(i int) attack {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	name := []string{"header", "payload", "signature"}[i]
	return attack{"bits behind the last byte of the " + name, func(f *forger) []byte {
		head, payload := header(proof.ES256, f.ec.Public().ID, "JWT"), f.claims(f.payload())
		for len(head)%3 == 0 {
			head += " "
		}
		for len(payload)%3 == 0 {
			payload = append(payload, ' ')
		}
		parts := strings.Split(string(compact(head, payload, f.by(f.ec))), ".")
		last := len(parts[i]) - 1
		parts[i] = parts[i][:last] + string(alphabet[strings.IndexByte(alphabet, parts[i][last])|1])
		return []byte(strings.Join(parts, "."))
	}, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken}
}

// tokenAttacks are spellings of a token that lax readers take for another's (rule 5).
var tokenAttacks = join(
	[]attack{
		{"as it was signed", (*forger).genuine, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
		{"with white space around", respelt(func(t string) string { return "\r\n " + t + " \n" }), verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
		misspelt("two parts", func(t string) string { return t[:strings.LastIndexByte(t, '.')] }),
		misspelt("four parts", func(t string) string { return t + ".AA" }),
		misspelt("a dot behind", func(t string) string { return t + "." }),
		misspelt("a dot before", func(t string) string { return "." + t }),
		misspelt("no signature", func(t string) string { return t[:strings.LastIndexByte(t, '.')+1] }),
		misspelt("no header", func(t string) string { return t[strings.IndexByte(t, '.'):] }),
		misspelt("nothing but dots", func(string) string { return ".." }),
		misspelt("nothing", func(string) string { return "x" }),
		misspelt("a word before", func(t string) string { return "Bearer " + t }),
		misspelt("in quotes", func(t string) string { return `"` + t + `"` }),
		misspelt("in brackets", func(t string) string { return "<" + t + ">" }),
		misspelt("as an address of data", func(t string) string { return "data:application/vc+jwt," + t }),
		misspelt("twice", func(t string) string { return t + t }),
		misspelt("twice with a line break", func(t string) string { return t + "\n" + t }),
		misspelt("percent-encoded dots", func(t string) string { return strings.ReplaceAll(t, ".", "%2E") }),
		misspelt("other dots", func(t string) string { return strings.ReplaceAll(t, ".", "。") }),
		{"a tilde behind", respelt(func(t string) string { return t + "~" }), verifier.Invalid, verifier.Proof, verifier.CodeTokenType},
		{"a payload of another", segments(func(p []string) { p[1] = enc([]byte(`{"issuer":"did:web:mallory.example"}`)) }), verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
		{"the alphabet of base64", func(f *forger) []byte {
			// A payload whose base64 needs the two letters that differ.
			token := string(f.token(f.ec, f.claims(f.payload(func(c *credentials.Credential) { c.Description = "ÿþ~~~???>>>" }))))
			return []byte(strings.NewReplacer("-", "+", "_", "/").Replace(token))
		}, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
		{"the flattened JSON form", func(f *forger) []byte {
			p := strings.Split(string(f.genuine()), ".")
			return []byte(`{"payload":"` + p[1] + `","protected":"` + p[0] + `","signature":"` + p[2] + `"}`)
		}, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
		{"the general JSON form", func(f *forger) []byte {
			p := strings.Split(string(f.genuine()), ".")
			return []byte(`{"payload":"` + p[1] + `","signatures":[{"protected":"` + p[0] + `","signature":"` + p[2] + `"}]}`)
		}, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
		{"an unprotected header", func(f *forger) []byte {
			p := strings.Split(string(f.genuine()), ".")
			return []byte(`{"payload":"` + p[1] + `","header":{"alg":"none"},"protected":"` + p[0] + `","signature":"` + p[2] + `"}`)
		}, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
		{"without its payload", segments(func(p []string) { p[1] = "" }), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
		{"base32", segments(func(p []string) { p[1] = strings.ToUpper(p[1]) }), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"base64 of base64", segments(func(p []string) { p[1] = base64.RawURLEncoding.EncodeToString([]byte(p[1])) }), verifier.Invalid, verifier.Format, credentials.CodeMalformed},
		{"half of it", respelt(func(t string) string { return t[:len(t)/2] }), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
		{"its bytes turned", func(f *forger) []byte {
			t := bytes.Clone(f.genuine())
			for i := range len(t) / 2 {
				t[i], t[len(t)-1-i] = t[len(t)-1-i], t[i]
			}
			return t
		}, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	},
	inserted("a line break", "\n"), inserted("a carriage return", "\r\n"), inserted("a space", " "), inserted("a tab", "\t"), inserted("padding", "="),
	inserted("a NUL", "\x00"), inserted("a zero-width space", "\u200b"), inserted("a percent escape", "%41"), inserted("a byte that is no text", "\xff"),
	[]attack{untidy(0), untidy(1), untidy(2)},
	[]attack{
		{"padding behind the signature", segments(func(p []string) { p[2] += "==" }), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
		{"padding behind the payload", segments(func(p []string) { p[1] += "=" }), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	},
)
