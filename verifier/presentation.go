package verifier

import (
	"context"
	"errors"
	"slices"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// PresentationInfo is what a presentation says of itself (VC 2.0 §4.13).
type PresentationInfo struct {
	// Holder is the identifier of who presents, as the presentation or its
	// signature gives it. Only a Holder check that passed makes it more than a claim.
	Holder string `json:"holder,omitempty"`
	// Signed tells whether it bears a signature at all.
	Signed bool `json:"signed"`
}

// maxBindingAge is how old a key binding may be.
const maxBindingAge = 10 * time.Minute

// presentation judges an envelope around credentials. Its own signature shows
// who presents them, and nothing about what is in them; each is judged by
// itself. Without one it is a folder: nothing is asked of it but its form.
func (r *run) presentation(ctx context.Context, doc *credentials.Node) {
	info := r.report.Presentation
	info.Holder = credentials.HolderID(doc)
	inside := len(doc.Get("proof").List()) > 0
	info.Signed = r.token != nil || inside
	r.add(Issuer, NotUsed, CodePresentationParts)
	r.add(Status, NotUsed, CodePresentationParts)
	if !info.Signed {
		r.add(Proof, NotUsed, CodePresentationPlain)
		r.add(Key, NotUsed, CodePresentationPlain)
		r.add(Time, NotUsed, CodePresentationPlain)
	}
	var answers []shownTo
	if r.token != nil {
		answers = append(answers, r.presentedToken(ctx))
	}
	if inside {
		answers = append(answers, r.presentedProofs(ctx, doc)...)
	}
	r.answered(answers)
	r.nested(ctx, doc)
}

// presenting is the verifier with holders' keys in place of issuers'.
func (v *Verifier) presenting() *Verifier {
	out := *v
	out.holders = true
	return &out
}

// shownTo is what one signature of a holder says about whom it is for.
type shownTo struct {
	challenge string
	domains   []string
}

// presentedToken checks the token around a presentation (VC-JOSE-COSE §3.1.2, VC 1.1 §6.3.1).
func (r *run) presentedToken(ctx context.Context) shownTo {
	if !slices.Contains([]string{"", "JWT", proof.TypeVP, "application/" + proof.TypeVP}, r.header.Type) {
		r.add(Proof, Fail, CodeTokenType, "type", r.header.Type)
	}
	info := r.report.Presentation
	issuer := r.claims.Get("iss")
	if info.Holder == "" && issuer != nil {
		info.Holder = issuer.Text()
	}
	if info.Holder == "" {
		info.Holder = ownerOf(r.header.KeyID, "")
	}
	if issuer != nil && issuer.Text() != info.Holder {
		r.add(Format, Fail, CodeClaimMismatch, "claim", "iss")
	}
	r.heldKey(r.v.presenting().findKey(ctx, info.Holder, r.header, r.now))
	r.period()
	return shownTo{r.claims.Get("nonce").Text(), r.claims.Get("aud").Texts()}
}

// heldKey adds what a key found for the holder's token means, and checks the signature with it.
func (r *run) heldKey(found foundKey) {
	r.report.Checks = append(r.report.Checks, ofHolder(found.check))
	if found.key.Public == nil {
		r.add(Proof, Unknown, CodeNoKey)
		return
	}
	outcome, code := signatureOutcome(*r.token, found.key)
	r.add(Proof, outcome, code)
}

// period checks the time for which a holder's token may be used (RFC 7519 §4.1).
func (r *run) period() {
	date := func(name string) string {
		n := r.claims.Get(name)
		if n == nil {
			return ""
		}
		seconds, ok := n.Int()
		if !ok {
			return "no date"
		}
		return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
	}
	r.within(date("nbf"), date("exp"))
}

// holderCodes are the codes about a key in the words for a holder's.
var holderCodes = map[string]string{
	CodeKeyControlled: CodeHolderKey, CodeKeyNotControlled: CodeHolderKeyDiffers,
	CodeIssuerUnreachable: CodeHolderUnreachable, CodeIssuerMissing: CodeHolderMissing,
}

// ofHolder puts a check of the key into the words for a holder's.
func ofHolder(c Check) Check {
	if code, ok := holderCodes[c.Code]; ok {
		c.Code = code
	}
	return c
}

// presentedProofs checks the proofs inside a presentation. All must be the
// holder's own: a presentation says who is there, not who vouches.
func (r *run) presentedProofs(ctx context.Context, doc *credentials.Node) []shownTo {
	doc = r.bare(doc)
	info := r.report.Presentation
	found := make(map[string]foundKey)
	results, err := proof.CheckPresented(ctx, doc, r.now, func(ctx context.Context, method string) (proof.Key, error) {
		holder := info.Holder
		if holder == "" {
			holder = ownerOf(method, "")
			info.Holder = holder
		}
		f, known := found[method]
		if !known {
			f = r.v.presenting().findKey(ctx, holder, proof.Header{KeyID: method}, r.now)
			found[method] = f
		}
		if f.key.Public == nil {
			return proof.Key{}, ErrNotHeld
		}
		return f.key, nil
	})
	if err != nil {
		return nil // VerifyWith says that ctx ended
	}
	var out []shownTo
	for i, result := range results {
		r.embeddedProof(signer{result: result, own: true}, i, false)
		if f, asked := found[result.Method]; asked {
			r.report.Checks = append(r.report.Checks, ofHolder(f.check))
		}
		out = append(out, shownTo{result.Challenge, result.Domains})
	}
	if len(found) == 0 {
		r.add(Key, Unknown, CodeProofForm) // the proofs were refused before a key was asked for
	}
	r.lossless(ctx, doc, results)
	if r.token == nil {
		r.add(Time, NotUsed, CodePresentationParts)
	}
	return out
}

// answered compares every signature of the holder with what the reader asked.
// A good signature over another challenge is a copy of what somebody else was shown.
func (r *run) answered(answers []shownTo) {
	if !r.ask.answer() {
		return
	}
	for _, a := range answers {
		switch {
		case a.challenge != r.ask.Challenge:
			r.add(Holder, Fail, CodeHolderRefused, "member", "challenge")
		case r.ask.Domain != "" && !slices.Contains(a.domains, r.ask.Domain):
			r.add(Holder, Fail, CodeHolderRefused, "member", "domain")
		}
	}
	if len(answers) == 0 || r.ask.Challenge == "" || !r.report.passed(Proof) || !r.report.passed(Key) || r.report.failed(Holder) {
		return // conclude says that it was not shown
	}
	r.presenter = r.report.Presentation.Holder
	r.add(Holder, Pass, CodeHolderProven, "holder", r.presenter)
}

// holder answers whether a credential is about whoever presents it: by the key
// that its issuer bound it to, or as part of a presentation.
func (r *run) holder(doc *credentials.Node) {
	switch {
	case r.presenter != "" && doc.Path("credentialSubject", "id").Text() == r.presenter:
		r.add(Holder, Pass, CodeHolderProven, "holder", r.presenter)
	case r.presenter != "":
		r.add(Holder, Unknown, CodeHolderNotBound, "holder", r.presenter)
	case r.ask.answer() && r.shown != nil && r.shown.KeyBinding != nil:
		r.bound()
	}
}

// bound checks the key binding of an SD-JWT against what was asked (RFC 9901 §7.3).
func (r *run) bound() {
	key, err := proof.HolderKey(r.claims)
	if err == nil {
		want := proof.Binding{Audience: r.ask.Domain, Nonce: r.ask.Challenge, IssuedAt: r.now}
		err = r.shown.VerifyKeyBinding(key, want, maxBindingAge)
	}
	if err == nil {
		r.add(Holder, Pass, CodeHolderProven)
		return
	}
	member := "signature"
	if refusal, ok := errors.AsType[*proof.RefusalError](err); ok {
		member = refusal.Member
	}
	r.add(Holder, Fail, CodeHolderRefused, "member", member)
}
