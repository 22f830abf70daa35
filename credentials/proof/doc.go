// Package proof signs documents and checks their signatures: keys, and the
// compact VC-JWT form by go-jose. It knows nothing of whose key is whose; the
// verifier binds keys to issuers.
package proof
