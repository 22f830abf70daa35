package proof

// EdDSARDFC2022 signs the RDF statements of a document with Ed25519 (EdDSA
// Cryptosuites 1.0 §3.2). It is the default.
const EdDSARDFC2022 Suite = "eddsa-rdfc-2022"

var eddsaRDFC2022 = suite{
	name: EdDSARDFC2022, kind: dataIntegrityProof, algs: []Alg{EdDSA}, canonical: rdfc,
}
