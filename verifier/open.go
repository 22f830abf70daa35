package verifier

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"laurel/credentials"
	"laurel/credentials/bake"
	"laurel/credentials/ld"
	"laurel/credentials/proof"
)

// open reads the document's form and gives the document in it, or nil when
// there is none to judge. It adds the format checks.
func (r *run) open(ctx context.Context, data []byte) *credentials.Node {
	data, ok := r.unbaked(data)
	if !ok {
		return nil
	}
	if len(data) > credentials.MaxBytes {
		r.add(Format, Fail, credentials.CodeTooLarge)
		return nil
	}
	data = bytes.TrimSpace(data)
	if !bytes.HasPrefix(data, []byte("{")) {
		return r.openToken(ctx, data)
	}
	doc, ok := r.parse(data)
	if !ok {
		return nil
	}
	return r.openObject(ctx, doc)
}

// unbaked takes the document out of the picture or paper that carries it. What
// else is in there, such as what it shows, nobody vouches for.
func (r *run) unbaked(data []byte) ([]byte, bool) {
	document, from, err := bake.Extract(data)
	if bad, failed := errors.AsType[*bake.Error](err); failed {
		r.add(Format, Fail, bad.Code, "carrier", string(from))
		return nil, false
	}
	return document, true
}

// openObject reads a document that stands as JSON, or the token in an envelope
// that holds a token and nothing else (VC 2.0 §4.13.2, §4.13.3).
func (r *run) openObject(ctx context.Context, doc *credentials.Node) *credentials.Node {
	media, token, ok := credentials.OpenEnvelope(doc)
	if !ok {
		r.format(ctx, doc)
		return doc
	}
	kind, _ := strings.CutPrefix(media, "application/")
	switch kind {
	case proof.TypeVC, proof.TypeVP:
		return r.openSigned(ctx, []byte(token))
	case proof.TypeSDJWT:
		return r.openDisclosed(ctx, []byte(token))
	}
	r.add(Format, Unknown, CodeEnvelopeMedia, "media", media)
	return nil
}

func (r *run) openToken(ctx context.Context, data []byte) *credentials.Node {
	if bytes.ContainsRune(data, '~') {
		return r.openDisclosed(ctx, data)
	}
	return r.openSigned(ctx, data)
}

// openSigned reads a JWT: a credential or a presentation with a signature around it.
func (r *run) openSigned(ctx context.Context, data []byte) *credentials.Node {
	token, header, err := proof.ParseJWT(data)
	if err != nil {
		r.refused(err)
		return nil
	}
	r.token, r.header = &token, header
	claims, ok := r.parse(token.Payload)
	if !ok {
		return nil
	}
	r.claims = claims
	doc := r.inside(claims)
	r.format(ctx, doc)
	return doc
}

// inside gives the document that a token's claims hold: they themselves, or
// under VC 1.1 the claim vc or vp (VC 1.1 §6.3.1, VC-JOSE-COSE §3.1). A
// document of the one model in the place of the other is refused: its readers
// would not agree on what it says.
func (r *run) inside(claims *credentials.Node) *credentials.Node {
	for _, name := range []string{"vc", "vp"} {
		inner := claims.Get(name)
		if inner == nil {
			continue
		}
		if !credentials.IsVC11(inner) || claims.Get("@context") != nil {
			r.add(Format, Fail, CodeModelMismatch, "claim", name)
		}
		if inner.Kind() == credentials.Object && claims.Get("@context") == nil {
			return inner
		}
	}
	if credentials.IsVC11(claims) {
		r.add(Format, Fail, CodeModelMismatch)
	}
	return claims
}

// refused adds why a token is not read further.
func (r *run) refused(err error) {
	refusal, ok := errors.AsType[*proof.RefusalError](err)
	switch {
	case !ok || refusal.Code == proof.CodeMalformedToken:
		part := "token"
		if ok {
			part = refusal.Member
		}
		r.add(Format, Fail, CodeMalformedToken, "part", part)
	default:
		r.add(Proof, Fail, refusal.Code, "member", refusal.Member)
	}
}

// parse reads JSON, or adds the reason why it cannot be read.
func (r *run) parse(data []byte) (*credentials.Node, bool) {
	doc, err := credentials.Parse(data)
	if bad, ok := errors.AsType[*credentials.ParseError](err); ok {
		r.add(Format, Fail, bad.Code, "path", bad.Pointer, "detail", bad.Detail)
		return nil, false
	}
	if doc.Kind() != credentials.Object {
		r.add(Format, Fail, credentials.CodeMalformed, "detail", "this is not an object")
		return nil, false
	}
	return doc, true
}

// format adds what is wrong with the document's members. A credential of a
// class that is known is held against its table; any other against the data
// model, and every member of it must have a meaning under the pinned contexts.
func (r *run) format(ctx context.Context, doc *credentials.Node) {
	types := doc.Get("type")
	switch {
	case types.Has(credentials.TypePresentation) && !types.Has(credentials.TypeCredential):
		r.report.Presentation = &PresentationInfo{}
		r.problems(credentials.InspectPresentation(doc))
		r.lossy(ld.Check(ctx, r.bare(doc).Without("proof", "verifiableCredential")))
	case credentials.CredentialClass(doc) == "", credentials.CredentialClass(doc) == credentials.ClassStatusList && credentials.IsVC11(doc):
		r.problems(credentials.InspectModel(doc))
		r.lossy(ld.Check(ctx, r.bare(doc).Without("proof")))
	case doc == r.claims:
		r.problems(credentials.Inspect(doc, credentials.ClaimNames()...))
	default:
		r.problems(credentials.Inspect(doc))
	}
	if r.claims != nil && r.report.Presentation == nil {
		r.repeated(doc)
	}
	if !slices.ContainsFunc(r.report.Checks, func(c Check) bool { return c.Name == Format && c.Outcome != Pass }) {
		r.add(Format, Pass, CodeWellFormed)
	}
}

// bare is a document without the claims that its token put beside its members.
func (r *run) bare(doc *credentials.Node) *credentials.Node {
	if doc != r.claims {
		return doc
	}
	return doc.Without(append(credentials.ClaimNames(), "nonce")...)
}

// problems adds what is wrong with the form of a document.
func (r *run) problems(found []credentials.Problem) {
	if len(found) == credentials.MaxProblems {
		r.add(Format, Unknown, CodeProblemsOmitted)
	}
	for _, p := range found {
		outcome := Fail
		if p.Rule == credentials.RuleRequired && r.mayBeWithheld(p.Pointer) || p.Code == credentials.CodeContextUnknown || p.Code == credentials.CodeTypeUnknown {
			outcome = Unknown
		}
		r.add(Format, outcome, p.Code, "path", p.Pointer, "rule", string(p.Rule))
	}
}

// repeated compares the claims of a token with the credential in it (OB 3.0
// §8.2.4.1, VC 1.1 §6.3.1): one that is there must say what the credential says.
// One that is missing takes nothing away, since the credential's own words are
// signed too and are what is shown: it is told, and passes.
func (r *run) repeated(doc *credentials.Node) {
	for _, name := range credentials.DifferingClaims(r.claims, doc) {
		r.add(Format, Fail, CodeClaimMismatch, "claim", name)
	}
	if credentials.CredentialClass(doc) == "" && !credentials.IsVC11(doc) {
		return // VC-JOSE-COSE asks for none of them
	}
	if missing := credentials.MissingClaims(r.claims, doc); len(missing) > 0 {
		r.add(Format, Pass, CodeClaimMissing, "claim", strings.Join(missing, ", "))
	}
}
