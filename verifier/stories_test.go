package verifier_test

import (
	"bytes"
	"crypto/rand"
	"strconv"
	"strings"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/credentials/status"
	"laurel/verifier"
)

// story is one document in one world, and what the reader must be told.
type story struct {
	name    string
	doc     func(w *world) []byte
	verdict verifier.Verdict
	check   verifier.Name
	code    string
}

// stories cover each verdict and each reason code that this form can reach.
var stories = []story{
	{"valid, ES256", func(w *world) []byte { return w.issue(w.ec, nil) }, verifier.Valid, verifier.Status, verifier.CodeNotWithdrawn},
	{"valid, EdDSA", func(w *world) []byte { return w.issue(w.ed, nil) }, verifier.Valid, verifier.Issuer, verifier.CodeRecognised},
	{"valid, RS256", func(w *world) []byte {
		k, err := proof.Generate(rand.Reader, proof.RS256)
		if err != nil {
			w.tb.Fatal(err)
		}
		s := k.Signer(did.KeyID(school, k.Public("")))
		w.bundle.DIDs[school] = w.document(school, s.Public(), w.ec.Public())
		return w.issue(s, nil)
	}, verifier.Valid, verifier.Key, verifier.CodeKeyControlled},
	{"valid, pasted with spaces around", func(w *world) []byte {
		return []byte(" \n" + string(w.issue(w.ed, nil)) + "\r\n")
	}, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"valid, enveloped", func(w *world) []byte {
		return []byte(`{"@context":"` + credentials.ContextVC + `","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,` + string(w.issue(w.ed, nil)) + `"}`)
	}, verifier.Valid, verifier.Format, verifier.CodeWellFormed},
	{"enveloped with words outside the signature", func(w *world) []byte {
		return []byte(`{"@context":"` + credentials.ContextVC + `","type":"EnvelopedVerifiableCredential","name":"Forged","id":"data:application/vc+jwt,` + string(w.issue(w.ed, nil)) + `"}`)
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
	{"valid, no status", func(w *world) []byte {
		return w.issue(w.ec, func(c *credentials.Credential) { c.Status = nil })
	}, verifier.Valid, verifier.Status, verifier.CodeNoStatus},
	{"revoked", func(w *world) []byte {
		return w.issue(w.ec, func(c *credentials.Credential) { c.Status = credentials.RevocationEntry(listURL, 11) })
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"revoked before expired", func(w *world) []byte {
		return w.issue(w.ec, func(c *credentials.Credential) {
			c.Status, c.ValidUntil = credentials.RevocationEntry(listURL, 131_071), now().Add(-48*time.Hour)
		})
	}, verifier.Revoked, verifier.Time, verifier.CodeExpired},
	{"suspended", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, func(l *status.List) { l.Purpose = status.Suspension })
		return w.issue(w.ec, func(c *credentials.Credential) {
			c.Status = credentials.RevocationEntry(listURL, 11)
			c.Status.Purpose = "suspension"
		})
	}, verifier.Suspended, verifier.Status, verifier.CodeSuspended},
	{"expired", func(w *world) []byte {
		return w.issue(w.ec, func(c *credentials.Credential) { c.ValidUntil = now().Add(-2 * time.Minute) })
	}, verifier.Expired, verifier.Time, verifier.CodeExpired},
	{"ends within the skew", func(w *world) []byte {
		return w.issue(w.ec, func(c *credentials.Credential) { c.ValidUntil = now().Add(-30 * time.Second) })
	}, verifier.Valid, verifier.Time, verifier.CodeInForce},
	{"not yet valid", func(w *world) []byte {
		return w.issue(w.ec, func(c *credentials.Credential) { c.ValidFrom = now().Add(2 * time.Minute) })
	}, verifier.NotYetValid, verifier.Time, verifier.CodeNotYetValid},
	{"unrecognised issuer", func(w *world) []byte {
		return w.issue(w.mill, func(c *credentials.Credential) {
			c.Issuer.ID, c.Status = stranger, credentials.RevocationEntry(millURL, 7)
		})
	}, verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	{"recognised for other awards", func(w *world) []byte {
		w.bundle.Registry.Entries[0].Types = []string{"MicroCredential"}
		return w.issue(w.ec, nil)
	}, verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeNotEntitled},
	{"recognised at another time", func(w *world) []byte {
		w.bundle.Registry.Entries[0].Until = now().AddDate(-1, 0, 0)
		return w.issue(w.ec, nil)
	}, verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeLapsed},

	{"another school's key", func(w *world) []byte { return w.issue(w.mill, nil) }, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"a key that the school does not publish", func(w *world) []byte {
		return w.issue(signerOf(w.tb, school, proof.ES256, 9), nil)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"a stranger's signature under the school's kid", func(w *world) []byte {
		return w.issue(privateKey(w.tb, proof.ES256, 9).Signer(w.ec.Public().ID), nil)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a stranger's algorithm under the school's kid", func(w *world) []byte {
		return w.issue(privateKey(w.tb, proof.EdDSA, 9).Signer(w.ec.Public().ID), nil)
	}, verifier.Invalid, verifier.Proof, proof.CodeAlgorithmRefused},
	{"no kid among two keys", func(w *world) []byte {
		return w.issue(privateKey(w.tb, proof.ES256, 1).Signer(""), nil)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotNamed},
	{"kid as a thumbprint", func(w *world) []byte {
		return w.issue(privateKey(w.tb, proof.ES256, 1).Signer(w.ec.Public().Thumbprint()), nil)
	}, verifier.Valid, verifier.Key, verifier.CodeKeyControlled},
	{"issuer not at hand", func(w *world) []byte {
		delete(w.bundle.DIDs, school)
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreachable},
	{"issuer's document is about another", func(w *world) []byte {
		w.bundle.DIDs[school] = w.bundle.DIDs[stranger]
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"key retired later", func(w *world) []byte {
		w.bundle.Keys[w.ec.Public().ID] = verifier.KeyTimes{Activated: now().AddDate(-1, 0, 0), Retired: now().AddDate(0, 0, -1)}
		w.bundle.Lists[listURL] = w.list(w.ed, school, listURL, nil)
		return w.issue(w.ec, nil)
	}, verifier.Valid, verifier.Key, verifier.CodeKeyRetired},
	{"key retired before", func(w *world) []byte {
		w.bundle.Keys[w.ec.Public().ID] = verifier.KeyTimes{Retired: now().AddDate(0, -1, 0)}
		return w.issue(w.ec, nil)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotInUse},
	{"dated before the key", func(w *world) []byte {
		w.bundle.Keys[w.ec.Public().ID] = verifier.KeyTimes{Activated: now()}
		return w.issue(w.ec, nil)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotInUse},
	{"key compromised", func(w *world) []byte {
		w.bundle.Keys[w.ec.Public().ID] = verifier.KeyTimes{Compromised: now()}
		return w.issue(w.ec, nil)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyCompromised},
	{"key withdrawn by the issuer's own document", func(w *world) []byte {
		raw, err := did.Build(school, []proof.Key{w.ed.Public()}, did.Withdrawn{Key: w.ec.Public(), At: now().Add(-time.Hour)})
		if err != nil {
			w.tb.Fatal(err)
		}
		w.bundle.DIDs[school] = raw
		return w.issue(w.ec, nil)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyCompromised},

	{"a status list in place of a credential", func(w *world) []byte {
		return []byte(w.bundle.Lists[listURL])
	}, verifier.Undetermined, verifier.Format, verifier.CodeStatusListItself},
	{"a status index with a zero in front", func(w *world) []byte {
		return w.sign(w.ec, proof.TypeVC, w.replaced(`"statusListIndex":"7"`, `"statusListIndex":"07"`))
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"more statuses than anybody needs", func(w *world) []byte {
		entry := `{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"` + listURL + `"},`
		head, rest, _ := strings.Cut(string(w.replaced("", "")), `"credentialStatus":{`)
		first, tail, _ := strings.Cut(rest, "}")
		return w.sign(w.ec, proof.TypeVC, []byte(head+`"credentialStatus":[`+strings.Repeat(entry, 16)+"{"+first+"}]"+tail))
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusTooMany},
	{"status list not at hand", func(w *world) []byte {
		delete(w.bundle.Lists, listURL)
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUnreachable},
	{"status list ended", func(w *world) []byte {
		w.oldList()
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusExpired},
	{"revoked in a list that ended", func(w *world) []byte {
		w.oldList()
		return w.issue(w.ec, func(c *credentials.Credential) { c.Status = credentials.RevocationEntry(listURL, 11) })
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"status list of another issuer", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.list(w.mill, stranger, listURL, nil)
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusIssuer},
	{"status list of another address", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.list(w.ec, school, listURL+"0", nil)
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"status list of another purpose", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, func(l *status.List) { l.Purpose = status.Suspension })
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusPurpose},
	{"status list not begun", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, func(l *status.List) { l.ValidFrom = now().Add(time.Hour) })
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"status list altered", func(w *world) []byte {
		list := []byte(w.bundle.Lists[listURL])
		list[len(list)-10] ^= 1
		w.bundle.Lists[listURL] = string(list)
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusAltered},
	{"a credential in place of the status list", func(w *world) []byte {
		w.bundle.Lists[listURL] = string(w.issue(w.ec, nil))
		return w.issue(w.ec, nil)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"status index out of range", func(w *world) []byte {
		return w.issue(w.ec, func(c *credentials.Credential) { c.Status = credentials.RevocationEntry(listURL, 131_072) })
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusRange},
	{"status of a purpose that is not known", func(w *world) []byte {
		return w.issue(w.ec, func(c *credentials.Credential) { c.Status.Purpose = "probation" })
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUnknownType},

	{"empty", func(*world) []byte { return nil }, verifier.Invalid, verifier.Format, proof.CodeMalformedToken},
	{"prose", func(*world) []byte { return []byte("Dear Sir or Madam") }, verifier.Invalid, verifier.Format, proof.CodeMalformedToken},
	{"too large", func(*world) []byte { return bytes.Repeat([]byte("a"), credentials.MaxBytes+1) }, verifier.Invalid, verifier.Format, credentials.CodeTooLarge},
	{"broken JSON", func(*world) []byte { return []byte(`{"id":`) }, verifier.Invalid, verifier.Format, credentials.CodeMalformed},
	{"duplicate member under a good signature", func(w *world) []byte {
		return w.sign(w.ec, proof.TypeVC, w.replaced(`"name":"High`, `"name":"Forged","name":"High`))
	}, verifier.Invalid, verifier.Format, credentials.CodeDuplicate},
	{"undefined member under a good signature", func(w *world) []byte {
		return w.sign(w.ec, proof.TypeVC, w.replaced(`"name":"High`, `"Name":"Forged","name":"High`))
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"nothing is right", func(w *world) []byte {
		var extra strings.Builder
		for i := range 60 {
			extra.WriteString(`"x` + strconv.Itoa(i) + `":1,`)
		}
		return w.sign(w.ec, proof.TypeVC, w.replaced(`"name":"High`, extra.String()+`"name":"High`))
	}, verifier.Invalid, verifier.Format, verifier.CodeProblemsOmitted},
	{"unknown context", func(w *world) []byte {
		return w.sign(w.ec, proof.TypeVC, w.replaced(`context-3.0.3.json"]`, `context-3.0.3.json","https://terms.example/"]`))
	}, verifier.Undetermined, verifier.Format, credentials.CodeContextUnknown},
	{"claim differs", func(w *world) []byte {
		return w.sign(w.ec, proof.TypeVC, w.replaced(`"iss":"did:web:laurel`, `"iss":"did:web:evil`))
	}, verifier.Invalid, verifier.Format, verifier.CodeClaimMismatch},
	{"vc claim in the new model", func(w *world) []byte {
		return w.sign(w.ec, proof.TypeVC, w.replaced(`"iss":`, `"vc":{},"iss":`))
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"a receipt in place of a credential", func(w *world) []byte {
		return w.sign(w.ec, "laurel-receipt+jwt", w.replaced("", ""))
	}, verifier.Invalid, verifier.Proof, verifier.CodeTokenType},
	{"no issuer", func(w *world) []byte {
		return w.sign(w.ec, proof.TypeVC, []byte(`{"@context":["`+credentials.ContextVC+`"],"type":["VerifiableCredential"]}`))
	}, verifier.Invalid, verifier.Key, verifier.CodeIssuerMissing},
	{"without a signature", func(w *world) []byte {
		c := w.credential()
		payload, _ := c.Payload()
		return payload
	}, verifier.Invalid, verifier.Proof, verifier.CodeProofMissing},
	{"with a signature inside", func(w *world) []byte {
		return w.secure(w.payload(), w.proofBy(w.ed, school))
	}, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
}

// oldList publishes a list that ended yesterday.
func (w *world) oldList() {
	w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, func(l *status.List) {
		l.ValidFrom, l.ValidUntil = now().Add(-72*time.Hour), now().Add(-24*time.Hour)
	})
}

// replaced gives the payload of a good token with one text in place of another.
func (w *world) replaced(from, to string) []byte {
	w.tb.Helper()
	token, _, err := proof.ParseJWT(w.issue(w.ec, nil))
	if err != nil {
		w.tb.Fatal(err)
	}
	if !bytes.Contains(token.Payload, []byte(from)) {
		w.tb.Fatalf("the payload does not hold %s", from)
	}
	return []byte(strings.Replace(string(token.Payload), from, to, 1))
}
