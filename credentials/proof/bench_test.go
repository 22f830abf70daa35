package proof_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	jsonld "github.com/piprate/json-gold/ld"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
)

// benchPayload is the credential of about 4.4 KB that the figures are given for.
func benchPayload(b *testing.B) []byte {
	b.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "ld", "testdata", "badge.json"))
	if err != nil {
		b.Fatal(err)
	}
	return parse(b, raw).Without("proof").AppendJSON(nil)
}

// gold is the common way to the same signature: json-gold, its contexts in memory.
type gold struct{ contexts map[string]any }

func newGold(b *testing.B) gold {
	b.Helper()
	g := gold{map[string]any{}}
	for url, raw := range testkit.Contexts(b) {
		var context any
		if err := json.Unmarshal(raw, &context); err != nil {
			b.Fatal(err)
		}
		g.contexts[url] = context
	}
	return g
}

// LoadDocument gives a context to json-gold.
func (g gold) LoadDocument(url string) (*jsonld.RemoteDocument, error) {
	context, ok := g.contexts[url]
	if !ok {
		return nil, errors.New("no such context: " + url)
	}
	return &jsonld.RemoteDocument{DocumentURL: url, Document: context}, nil
}

// message gives what eddsa-rdfc-2022 signs, and the proof's value.
func (g gold) message(b *testing.B, document []byte, config map[string]any) ([]byte, string) {
	b.Helper()
	var doc map[string]any
	if err := json.Unmarshal(document, &doc); err != nil {
		b.Fatal(err)
	}
	value := ""
	if proofs, ok := doc["proof"].([]any); ok {
		config, _ = proofs[0].(map[string]any)
		value, _ = config["proofValue"].(string)
		delete(config, "proofValue")
		delete(doc, "proof")
	}
	config["@context"] = doc["@context"]
	return append(g.sum(b, config), g.sum(b, doc)...), value
}

func (g gold) sum(b *testing.B, doc map[string]any) []byte {
	b.Helper()
	options := jsonld.NewJsonLdOptions("")
	options.DocumentLoader, options.Algorithm, options.Format = g, jsonld.AlgorithmURDNA2015, "application/n-quads"
	form, err := jsonld.NewJsonLdProcessor().Normalize(doc, options)
	if err != nil {
		b.Fatal(err)
	}
	text, ok := form.(string)
	if !ok {
		b.Fatal("json-gold gives no text")
	}
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// BenchmarkSecure signs a stored payload of 4.4 KB, parsing included, beside
// the raw signature and the way over json-gold.
func BenchmarkSecure(b *testing.B) {
	payload := benchPayload(b)
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	b.Run("raw Ed25519", func(b *testing.B) {
		for b.Loop() {
			ed25519.Sign(private, payload[:64])
		}
	})
	for _, way := range ways {
		o := proof.Options{Suite: way.suite, Signer: methodSigner(b, way.alg), Created: checkedAt}
		b.Run(string(way.suite)+" "+string(way.alg), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := proof.Secure(b.Context(), payload, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("eddsa-rdfc-2022 by json-gold", func(b *testing.B) {
		g := newGold(b)
		b.ReportAllocs()
		for b.Loop() {
			message, _ := g.message(b, payload, map[string]any{
				"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-06-20T14:03:00Z",
				"verificationMethod": "did:key:z6Mk#z6Mk", "proofPurpose": "assertionMethod",
			})
			ed25519.Sign(private, message)
		}
	})
}

// BenchmarkCheckEmbedded verifies the same document, parsing included.
func BenchmarkCheckEmbedded(b *testing.B) {
	payload := benchPayload(b)
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	public, _ := private.Public().(ed25519.PublicKey)
	signature := ed25519.Sign(private, payload[:64])
	b.Run("raw Ed25519", func(b *testing.B) {
		for b.Loop() {
			if !ed25519.Verify(public, payload[:64], signature) {
				b.Fatal("mismatch")
			}
		}
	})
	for _, way := range ways {
		document, _ := secured(b, payload, way.suite, way.alg)
		b.Run(string(way.suite)+" "+string(way.alg), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				doc, err := credentials.Parse(document)
				if err != nil {
					b.Fatal(err)
				}
				results, err := proof.CheckEmbedded(b.Context(), doc, checkedAt, keyInMethod)
				if err != nil || !results[0].OK() {
					b.Fatal(err, results)
				}
			}
		})
	}
	b.Run("eddsa-rdfc-2022 by json-gold", func(b *testing.B) {
		g := newGold(b)
		document, _ := secured(b, payload, proof.EdDSARDFC2022, proof.EdDSA)
		k := methodSigner(b, proof.EdDSA).Public()
		public, _ := k.Public.(ed25519.PublicKey)
		doc := parse(b, document)
		b.ReportAllocs()
		for b.Loop() {
			message, value := g.message(b, document, nil)
			if value != doc.Get("proof").Items()[0].Get("proofValue").Text() {
				b.Fatal("another proof")
			}
			if len(message) != 64 || ed25519.Verify(public, message, signature) {
				b.Fatal("the signature of another message passes")
			}
		}
	})
}
