package proof

// EdDSAJCS2022 signs the JSON of a document with Ed25519 (EdDSA Cryptosuites
// 1.0 §3.3). The proof carries the document's @context.
const EdDSAJCS2022 Suite = "eddsa-jcs-2022"

var eddsaJCS2022 = suite{
	name: EdDSAJCS2022, kind: dataIntegrityProof, algs: []Alg{EdDSA}, canonical: jcs, carriesContext: true,
}
