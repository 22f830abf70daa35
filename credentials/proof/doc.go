// Package proof signs documents and checks their signatures: keys, the compact
// VC-JWT form, proofs inside documents (Data Integrity, a file for
// each cryptosuite), and SD-JWT, of which a holder shows a part. It knows
// nothing of whose key is whose; the verifier binds keys to issuers.
package proof
