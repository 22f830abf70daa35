package verifier

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"laurel/credentials"
	"laurel/credentials/ld"
	"laurel/credentials/proof"
)

// embedded checks every proof inside the document (Data Integrity 1.0 §4.6).
// One at least must be the issuer's; the others may be anybody's, and each must
// be good, since whoever reads the document sees them all.
func (r *run) embedded(ctx context.Context, doc *credentials.Node, issuer string) {
	doc = r.bare(doc) // claims came with the token, after the proof
	r.distinct(doc.Get("proof").List())
	at := validFrom(doc)
	found := make(map[string]foundKey)
	results, err := proof.CheckEmbedded(ctx, doc, r.now, func(ctx context.Context, method string) (proof.Key, error) {
		f, known := found[method]
		if !known {
			f = r.v.findKey(ctx, ownerOf(method, issuer), proof.Header{KeyID: method}, at)
			found[method] = f
		}
		if f.key.Public == nil {
			return proof.Key{}, ErrNotHeld
		}
		return f.key, nil
	})
	if err != nil {
		return // Verify says that ctx ended
	}
	signers := make([]signer, len(results))
	for i, result := range results {
		signers[i] = r.signer(ctx, issuer, result, found[result.Method])
	}
	own := slices.IndexFunc(signers, func(s signer) bool { return s.own && s.result.OK() })
	for i, s := range signers {
		r.embeddedProof(s, i, own >= 0)
	}
	r.owned(signers, issuer)
	r.lossless(ctx, doc, results)
}

// distinct refuses a proof that stands in the document twice: it vouches for
// nothing more, and whoever put it there was not the issuer.
func (r *run) distinct(proofs []*credentials.Node) {
	for i := range min(len(proofs), proof.MaxProofs) {
		if slices.ContainsFunc(proofs[:i], proofs[i].Equal) {
			r.add(Proof, Fail, CodeProofMalformed, "proof", strconv.Itoa(i), "member", "proof")
		}
	}
}

// signer is one proof and whose it is.
type signer struct {
	result proof.EmbeddedResult
	own    bool  // the verification method is the issuer's
	key    Check // about the key; its Name is Key
}

// ownerOf is the controller that a verification method names. A method at an
// address of its own, on the issuer's host, may be the issuer's: its documents
// decide (OB 3.0 §8.2.2).
func ownerOf(method, issuer string) string {
	owner, _, inside := strings.Cut(method, "#")
	if host := authority(owner); !inside && host != "" && host == authority(issuer) {
		return issuer
	}
	return owner
}

// signer judges the key of a proof on the dates of document and proof.
func (r *run) signer(ctx context.Context, issuer string, result proof.EmbeddedResult, f foundKey) signer {
	s := signer{result: result, own: issuer != "" && ownerOf(result.Method, issuer) == issuer, key: f.check}
	if f.check.Outcome == Pass && !result.Created.IsZero() {
		if then := r.v.inUse(ctx, ownerOf(result.Method, issuer), f.key, result.Created); then.Outcome != Pass {
			s.key = then
		}
	}
	return s
}

// embeddedProof answers about one proof. good tells whether another proof, of the issuer, is good.
func (r *run) embeddedProof(s signer, i int, good bool) {
	outcome, code := proofOutcome(s.result)
	switch {
	case s.result.OK() && !s.own && s.key.Outcome == Pass:
		code = CodeProofOther
	case s.result.OK() && !s.own:
		outcome, code = s.key.Outcome, s.key.Code
	case code == CodeAlgorithmRefused && s.result.Err == nil && good:
		outcome, code = Unknown, CodeProofForm // a suite that is not known here, beside a good proof
	}
	r.add(Proof, outcome, code, "proof", strconv.Itoa(i), "suite", string(s.result.Suite),
		"method", s.result.Method, "member", s.result.Member)
}

// proofOutcome is what the result of a proof means for the reader.
func proofOutcome(result proof.EmbeddedResult) (Outcome, string) {
	switch result.Code {
	case "":
		return Pass, CodeSignatureOK
	case proof.CodeKeyMissing:
		return Unknown, CodeNoKey
	}
	if _, lossy := errors.AsType[*ld.Error](result.Err); lossy || result.Code == ld.CodeComplex {
		return Unknown, CodeProofForm // lossless says why
	}
	return Fail, result.Code
}

// owned answers whose the keys are: those of the issuer's proofs, or none.
func (r *run) owned(signers []signer, issuer string) {
	any := false
	for _, s := range signers {
		if s.own && s.key.Name == Key {
			r.report.Checks = append(r.report.Checks, s.key)
			any = true
		}
	}
	switch {
	case any || r.token != nil:
	case issuer == "":
		r.add(Key, Fail, CodeIssuerMissing)
	case slices.ContainsFunc(signers, func(s signer) bool { return s.own }):
		r.add(Key, Unknown, CodeProofForm) // its proof was refused before its key was asked for
	default:
		r.add(Key, Fail, CodeKeyNotControlled, "issuer", issuer, "key", signers[0].result.Method)
	}
}

// lossless adds to the format what a signature over statements would not carry.
// The form of a proof over JSON carries everything; there the document is asked.
func (r *run) lossless(ctx context.Context, doc *credentials.Node, results []proof.EmbeddedResult) {
	asked := false
	for _, result := range results {
		if result.Suite == proof.EdDSAJCS2022 && !asked {
			asked = true
			r.lossy(ld.Check(ctx, doc.Without("proof")))
		}
		r.lossy(result.Err)
		if result.Code == ld.CodeComplex && result.Err == nil {
			r.lossy(&ld.Error{Code: ld.CodeComplex, Pointer: "/proof"})
		}
	}
}

// lossy adds an error of ld to the format, unless it stands there already.
func (r *run) lossy(err error) {
	e, ok := errors.AsType[*ld.Error](err)
	if !ok || slices.ContainsFunc(r.report.Checks, func(c Check) bool {
		return c.Name == Format && c.Code == e.Code && c.Params["path"] == e.Pointer
	}) {
		return
	}
	r.report.Checks = slices.DeleteFunc(r.report.Checks, func(c Check) bool {
		return c.Name == Format && c.Code == CodeWellFormed
	})
	outcome := Fail
	if e.Code == ld.CodeContext || e.Code == ld.CodeComplex { // it may be genuine: the work was not done
		outcome = Unknown
	}
	r.add(Format, outcome, e.Code, "path", e.Pointer, "detail", e.Detail)
}
