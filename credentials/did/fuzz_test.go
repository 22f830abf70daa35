package did_test

import (
	"strings"
	"testing"

	"laurel/credentials/did"
	"laurel/credentials/proof"
)

// FuzzDocuments: what strangers publish about keys gives keys of the issuer
// that was asked for, or none.
func FuzzDocuments(f *testing.F) {
	const id = "did:web:laurel.example"
	jwk := `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"k","use":"sig","iss":"` + id + `"}`
	method := `{"id":"` + id + `#k","type":"JsonWebKey","controller":"` + id + `","publicKeyJwk":` + jwk + `}`
	for _, seed := range []string{
		`{"id":"` + id + `","verificationMethod":[` + method + `],"assertionMethod":["#k"]}`,
		`{"id":"` + id + `","assertionMethod":[` + method + `,{"id":"#z","type":"Multikey","controller":"` + id + `","publicKeyMultibase":"z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}]}`,
		`{"id":"` + id + `","verificationMethod":[{"id":"#k","type":"JsonWebKey","controller":"` + id + `","revoked":"2026-09-01T08:00:00Z","publicKeyJwk":` + jwk + `}]}`,
		`{"keys":[` + jwk + `]}`, jwk, `{"id":"` + id + `","assertionMethod":"#k","verificationMethod":{}}`, `[]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, read := range map[string]func(string, []byte) (*did.Document, error){"document": did.ParseDocument, "key set": did.ParseKeySet} {
			doc, err := read(id, data)
			if err != nil {
				continue
			}
			for _, k := range doc.Keys() {
				if name == "document" && !strings.HasPrefix(k.ID, id+"#") {
					t.Fatalf("a %s of %s gives the key %q", name, id, k.ID)
				}
				found, err := doc.FindThumbprint(k.Thumbprint())
				if err != nil || found.Thumbprint() != k.Thumbprint() {
					t.Fatalf("a %s does not find its own key: %v", name, err)
				}
			}
		}
		_, _ = did.ParseLone(data) // any answer but a panic
		if k, err := proof.ParseMultikey(string(data)); err == nil && k.Multikey() != string(data) {
			t.Fatalf("the key %q is written %q", data, k.Multikey())
		}
	})
}
