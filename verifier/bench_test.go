package verifier_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/asn1"
	"math/big"
	"testing"

	"laurel/credentials/proof"
	"laurel/verifier"
)

// BenchmarkVerify compares the whole report, with key, status and registry,
// with the bare signature check of the same token.
func BenchmarkVerify(b *testing.B) {
	w := newWorld(b)
	v := w.verifier()
	for name, s := range map[string]proof.Signer{"ES256": w.ec, "EdDSA": w.ed} {
		doc := w.issue(s, nil)
		b.Run(name+"/report", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if r, err := v.Verify(b.Context(), doc); err != nil || r.Verdict != verifier.Valid {
					b.Fatal(r.Verdict, err)
				}
			}
		})
		token, _, _ := proof.ParseJWT(doc)
		input := doc[:len(doc)-87]
		der, err := asn1.Marshal(struct{ R, S *big.Int }{
			new(big.Int).SetBytes(token.Signature[:32]), new(big.Int).SetBytes(token.Signature[32:]),
		})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name+"/raw", func(b *testing.B) {
			for b.Loop() {
				good := false
				switch k := s.Public().Public.(type) {
				case ed25519.PublicKey:
					good = ed25519.Verify(k, input, token.Signature)
				case *ecdsa.PublicKey:
					sum := sha256.Sum256(input)
					good = ecdsa.VerifyASN1(k, sum[:], der)
				}
				if !good {
					b.Fatal("the signature does not verify")
				}
			}
		})
	}
}

// BenchmarkVerifyEndorsed is BenchmarkVerify's report where the registry shows
// the authority's signed word.
func BenchmarkVerifyEndorsed(b *testing.B) {
	w := newWorld(b)
	of := signerOf(b, district, proof.ES256, 21)
	w.bundle.DIDs[district] = w.document(district, of.Public())
	w.bundle.Registry.Entries[0].Endorsement = w.word(of, nil)
	v := w.verifier()
	doc := w.issue(w.ed, nil)
	b.ReportAllocs()
	for b.Loop() {
		if r, err := v.Verify(b.Context(), doc); err != nil || r.Verdict != verifier.Valid || !r.Issuer.Endorsed {
			b.Fatal(r.Verdict, err)
		}
	}
}
