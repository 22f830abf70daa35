package verifier_test

import (
	"bytes"
	"strings"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// disclosable signs the diploma so that its holder may keep back what the
// pointers name, and shows what keep chooses.
func (w *world) disclosable(typ string, payload []byte, keep func(proof.Disclosure) bool, pointers ...string) []byte {
	w.tb.Helper()
	claims, err := credentials.WithClaims(payload)
	if err != nil {
		w.tb.Fatal(err)
	}
	token, err := proof.SignSDJWT(w.tb.Context(), claims, proof.SDOptions{
		Type: typ, Disclose: pointers, Rand: bytes.NewReader(bytes.Repeat([]byte("salts of this test"), 100)),
	}, w.ec)
	if err != nil {
		w.tb.Fatal(err)
	}
	shown, err := token.Present(keep)
	if err != nil {
		w.tb.Fatal(err)
	}
	return []byte(shown.String())
}

func all(proof.Disclosure) bool  { return true }
func none(proof.Disclosure) bool { return false }

// disclosedStories are about credentials of which the holder shows a part.
var disclosedStories = []story{
	{"in part: all shown", func(w *world) []byte {
		return w.disclosable(proof.TypeSDJWT, w.payload(), all, "/evidence", "/credentialSubject/identifier/0")
	}, verifier.Valid, verifier.Status, verifier.CodeNotWithdrawn},
	{"in part: the name kept back", func(w *world) []byte {
		return w.disclosable(proof.TypeSDJWT, w.payload(), none, "/evidence", "/credentialSubject/result")
	}, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"in part: an end may be kept back", func(w *world) []byte {
		return w.disclosable(proof.TypeSDJWT, w.payload(), none, "/evidence")
	}, verifier.Valid, verifier.Time, verifier.CodeInForceShown},
	{"in part: no end is kept back", func(w *world) []byte {
		return w.disclosable(proof.TypeSDJWT, w.payload(), none, "/credentialSubject/result")
	}, verifier.Valid, verifier.Time, verifier.CodeInForce},
	{"in part: what must be there is kept back", func(w *world) []byte {
		return w.disclosable(proof.TypeSDJWT, w.payload(), none, "/credentialSubject/achievement")
	}, verifier.Undetermined, verifier.Format, credentials.CodeSchemaViolation},
	{"in part: no status is shown", func(w *world) []byte {
		c := w.credential()
		c.Status = nil
		payload, _ := c.Payload()
		return w.disclosable(proof.TypeSDJWT, payload, none, "/evidence")
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusWithheld},
	{"in part: revoked", func(w *world) []byte {
		payload := bytes.Replace(w.payload(), []byte(`"statusListIndex":"7"`), []byte(`"statusListIndex":"11"`), 1)
		return w.disclosable(proof.TypeSDJWT, payload, none, "/evidence")
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"in part: something else is shown", func(w *world) []byte {
		shown := w.disclosable(proof.TypeSDJWT, w.payload(), all, "/name")
		return []byte(strings.Replace(string(shown), "~", "~"+enc([]byte(`["c2FsdA","name","Forged"]`))+"~", 1))
	}, verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"in part: a disclosure that is none", func(w *world) []byte {
		return append(w.disclosable(proof.TypeSDJWT, w.payload(), all), "x~"...)
	}, verifier.Invalid, verifier.Proof, verifier.CodeDisclosure},
	{"in part: cut", func(w *world) []byte {
		return []byte("~" + string(w.disclosable(proof.TypeSDJWT, w.payload(), all)))
	}, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"in part: of another type", func(w *world) []byte {
		return w.disclosable("kb+jwt", w.payload(), all)
	}, verifier.Invalid, verifier.Proof, verifier.CodeTokenType},
	{"in part: digests in a token that has no parts", func(w *world) []byte {
		whole, _, _ := strings.Cut(string(w.disclosable(proof.TypeSDJWT, w.payload(), none, "/evidence")), "~")
		return []byte(whole)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
}
