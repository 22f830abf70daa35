package proof

// ECDSARDFC2019 signs the RDF statements of a document with P-256 and SHA-256,
// or with P-384 and SHA-384 throughout (ECDSA Cryptosuites 1.0 §3.2).
const ECDSARDFC2019 Suite = "ecdsa-rdfc-2019"

var ecdsaRDFC2019 = suite{
	name: ECDSARDFC2019, kind: dataIntegrityProof, algs: []Alg{ES256, ES384}, canonical: rdfc,
}
