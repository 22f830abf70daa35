package proof

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"slices"

	"laurel/credentials"
	"laurel/credentials/ld"
)

// Suite is a Data Integrity cryptosuite, by the name that a proof gives it:
// the member cryptosuite of a DataIntegrityProof, or the type of an older proof.
type Suite string

// suite is how one cryptosuite turns a document into what is signed
// (Data Integrity EdDSA Cryptosuites 1.0, ECDSA Cryptosuites 1.0).
type suite struct {
	name Suite
	// kind is the type member of its proofs.
	kind string
	// algs are the keys that make its proofs.
	algs []Alg
	// canonical gives the form that is hashed; h is the hash of the suite for the key.
	canonical func(ctx context.Context, n *credentials.Node, h ld.Hash) ([]byte, error)
	// carriesContext: the proof holds a copy of the document's @context.
	carriesContext bool
	// retired suites are checked, but sign nothing new.
	retired bool
}

// dataIntegrityProof is the type of proofs that name a cryptosuite (Data Integrity 1.0 §3.1).
const dataIntegrityProof = "DataIntegrityProof"

// registry lists every suite, each with a file of its own.
var registry = []suite{eddsaRDFC2022, eddsaJCS2022, ecdsaRDFC2019, ed25519Signature2020}

// Suites lists the suites that documents can be signed with.
func Suites() []Suite {
	var out []Suite
	for _, s := range registry {
		if !s.retired {
			out = append(out, s.name)
		}
	}
	return out
}

// suiteOf finds the suite that a proof is made by. The name is what the proof
// says, known or not.
func suiteOf(p *credentials.Node) (found suite, name Suite, ok bool) {
	kinds := p.Get("type").Texts()
	if len(kinds) != 1 || len(p.Get("type").List()) != 1 {
		return suite{}, "", false
	}
	name = Suite(kinds[0])
	if kinds[0] == dataIntegrityProof {
		name = Suite(p.Get("cryptosuite").Text())
	} else if p.Get("cryptosuite") != nil {
		return suite{}, name, false
	}
	i := slices.IndexFunc(registry, func(s suite) bool { return s.name == name && s.kind == kinds[0] })
	if i < 0 {
		return suite{}, name, false
	}
	return registry[i], name, true
}

// rdfc canonicalises as RDF, without loss or not at all (RDFC-1.0).
func rdfc(ctx context.Context, n *credentials.Node, h ld.Hash) ([]byte, error) {
	return ld.Canonical(ctx, n, h)
}

// jcs canonicalises as JSON (RFC 8785).
func jcs(_ context.Context, n *credentials.Node, _ ld.Hash) ([]byte, error) {
	return n.AppendJCS(nil)
}

// hashOf is the hash that goes with a key: SHA-384 for P-384, else SHA-256 (ECDSA Cryptosuites 1.0 §3.2).
func hashOf(alg Alg) (ld.Hash, func([]byte) []byte) {
	if alg == ES384 {
		return ld.SHA384, func(b []byte) []byte { sum := sha512.Sum384(b); return sum[:] }
	}
	return ld.SHA256, func(b []byte) []byte { sum := sha256.Sum256(b); return sum[:] }
}

// digest hashes the canonical form of a document or a proof configuration.
func (s suite) digest(ctx context.Context, n *credentials.Node, alg Alg) ([]byte, error) {
	h, sum := hashOf(alg)
	text, err := s.canonical(ctx, n, h)
	if err != nil {
		return nil, err
	}
	return sum(text), nil
}

// errContext is a proof whose @context is not the document's: it would give its
// members, or the document's, another meaning than the one that is shown.
var errContext = errors.New("the @context of the proof is not the document's")

// config gives the proof configuration: the proof without its value, under the
// document's @context (EdDSA Cryptosuites 1.0 §3.2.5, §3.3.5).
//
// The text lets a jcs proof leave out the end of the document's contexts; then
// the rest could be changed by anybody, so the two must be the same here.
func (s suite) config(doc, p *credentials.Node) (*credentials.Node, error) {
	own := p.Get("@context")
	if own != nil && !own.Equal(doc.Get("@context")) {
		return nil, errContext
	}
	config := p.Without("proofValue")
	if context := doc.Get("@context"); !s.carriesContext && context != nil {
		config = config.With("@context", context)
	}
	return config, nil
}

// signs tells whether the suite makes proofs with keys of this type.
func (s suite) signs(alg Alg) error {
	if !slices.Contains(s.algs, alg) {
		return fmt.Errorf("%w: %s makes no proof with a key for %s", ErrKey, s.name, alg)
	}
	return nil
}
