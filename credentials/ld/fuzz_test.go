package ld

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"laurel/credentials"
)

// FuzzCanonical feeds strangers' documents. Each ends in a canonical form or in
// an *Error; a form, read as N-Quads, has itself as its canonical form.
func FuzzCanonical(f *testing.F) {
	seeds, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range seeds {
		data, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, seed := range []string{
		`{"@context":"https://www.w3.org/ns/credentials/v2","id":"urn:a","type":["VerifiableCredential"],"issuer":"did:web:a.example"}`,
		`{"@context":"https://www.w3.org/ns/credentials/examples/v2","a":[{},{"b":{}},{"b":{}}],"c":[1,2.5,true,"\u0000"]}`,
		`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":"VerifiablePresentation","verifiableCredential":[{"@context":"https://www.w3.org/2018/credentials/v1","type":"VerifiableCredential","proof":{"type":"Ed25519Signature2018","jws":"a"}}]}`,
		`{"@context":["https://www.w3.org/ns/credentials/v2"],"name":{"@value":"a","@language":"en"},"cnf":{"jwk":{"b":[null,1e3]}}}`,
		`{"@context":"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","type":"ResultDescription","allowedValue":["A",["B"],[]]}`,
		`{"@context":[null],"@graph":[],"@id":"_:a","@type":"x"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := credentials.Parse(data)
		if err != nil {
			t.Skip()
		}
		form, err := Canonical(t.Context(), doc, SHA256)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Fatalf("got %v, which is no *Error", err)
			}
			return
		}
		again, _, err := canonicalNQuads(t, string(form), SHA256)
		if err != nil || again != string(form) {
			t.Fatalf("got\n%s\nand again\n%s (%v)", form, again, err)
		}
	})
}
