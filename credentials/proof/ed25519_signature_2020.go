package proof

// Ed25519Signature2020 is the forerunner of eddsa-rdfc-2022, with a type of its
// own (EdDSA Cryptosuites 1.0, appendix). It is checked, and signs nothing new.
const Ed25519Signature2020 Suite = "Ed25519Signature2020"

var ed25519Signature2020 = suite{
	name: Ed25519Signature2020, kind: string(Ed25519Signature2020), algs: []Alg{EdDSA}, canonical: rdfc, retired: true,
}
