package verifier

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
)

// Skew is how far the clocks of issuer and reader may differ.
const Skew = time.Minute

// Options are what a Verifier may rely on.
type Options struct {
	// Now is the clock; required.
	Now func() time.Time
	// Keys, Status and Registry may be nil: then only DIDs that carry their own
	// key are resolved, no status is known, and no issuer is recognised.
	Keys     KeySource
	Status   StatusSource
	Registry RegistrySource
	// Fetch reads what is not held; nil asks no network.
	Fetch *Fetcher
}

// Verifier judges documents. It is safe for concurrent use.
type Verifier struct {
	now       func() time.Time
	keys      KeySource
	status    StatusSource
	registry  RegistrySource
	fetch     *Fetcher
	documents *cache[documentKey, *did.Document]
	lists     *cache[string, *statusList]
	signed    *cache[listKey, bool] // lists and endorsements whose signature is good
	words     *cache[string, endorsement]
}

// Sizes of the caches, in entries. A decoded list is 16 KB.
const (
	maxDocuments = 4096
	maxLists     = 1024
)

// New makes a verifier.
func New(o Options) *Verifier {
	v := &Verifier{
		now: o.Now, keys: o.Keys, status: o.Status, registry: o.Registry, fetch: o.Fetch,
		documents: newCache[documentKey, *did.Document](maxDocuments),
		lists:     newCache[string, *statusList](maxLists),
		signed:    newCache[listKey, bool](maxLists),
		words:     newCache[string, endorsement](maxLists),
	}
	if v.keys == nil {
		v.keys = nothing{}
	}
	if v.status == nil {
		v.status = nothing{}
	}
	if v.registry == nil {
		v.registry = nothing{}
	}
	if v.fetch != nil {
		v.status = fetchedLists{held: v.status, fetch: v.fetch}
	}
	return v
}

// Verify judges one document: a compact VC-JWT, or a credential as JSON, of at
// most credentials.MaxBytes. It answers with a report for any input whatever;
// the error means that the check could not be made because ctx ended.
//
// The order is size, shape, algorithm, key, signature, time, status, issuer;
// what the document says is relied on only after key and signature.
func (v *Verifier) Verify(ctx context.Context, data []byte) (Report, error) {
	if v.fetch != nil {
		var done func()
		ctx, done = withBudget(ctx)
		defer done()
	}
	r := &run{v: v, now: v.now().UTC()}
	r.report.AsOf = r.now.Truncate(time.Second)
	r.report.Checks = append(make([]Check, 0, 8), Check{Name: Holder, Outcome: NotUsed, Code: CodeHolderNotAsked})
	if doc := r.open(data); doc != nil {
		r.judge(ctx, doc)
	}
	if err := ctx.Err(); err != nil {
		return Report{}, fmt.Errorf("verifying: %w", err)
	}
	r.report.conclude()
	return r.report, nil
}

// run is the judging of one document.
type run struct {
	v      *Verifier
	now    time.Time
	report Report
	token  *proof.JWT // nil for a document without an enveloping signature
	header proof.Header
	// withheld are the places where the holder of an SD-JWT may have kept something back.
	withheld  []string
	disclosed bool // the document is the payload of an SD-JWT
	refreshed bool // the document is the newer copy of another
	depth     int  // how many documents this one stands in
}

func (r *run) add(name Name, outcome Outcome, code string, params ...string) {
	r.report.Checks = append(r.report.Checks, check(name, outcome, code, params...))
}

// check makes a Check; params are names and values in turn.
func check(name Name, outcome Outcome, code string, params ...string) Check {
	c := Check{Name: name, Outcome: outcome, Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if params[i+1] != "" {
			if c.Params == nil {
				c.Params = make(map[string]string, len(params)/2)
			}
			c.Params[params[i]] = params[i+1]
		}
	}
	return c
}

// open reads the document's form and gives the credential in it, or nil when
// there is none to judge. It adds the format checks.
func (r *run) open(data []byte) *credentials.Node {
	if len(data) > credentials.MaxBytes {
		r.add(Format, Fail, credentials.CodeTooLarge)
		return nil
	}
	data = bytes.TrimSpace(data)
	if bytes.HasPrefix(data, []byte("{")) {
		return r.openJSON(data)
	}
	return r.openToken(data)
}

func (r *run) openJSON(data []byte) *credentials.Node {
	doc, ok := r.parse(data)
	if !ok {
		return nil
	}
	if token, ok := enveloped(doc); ok {
		return r.openToken([]byte(token))
	}
	r.format(doc, doc)
	return doc
}

// enveloped gives the token of an EnvelopedVerifiableCredential that holds a
// VC-JWT and nothing else (VC 2.0, enveloped credentials).
func enveloped(doc *credentials.Node) (string, bool) {
	if !doc.Get("type").Has("EnvelopedVerifiableCredential") || len(doc.Members()) != 3 {
		return "", false
	}
	context := doc.Get("@context").Texts()
	if len(context) != 1 || context[0] != credentials.ContextVC {
		return "", false
	}
	return strings.CutPrefix(doc.Get("id").Text(), "data:application/vc+jwt,")
}

func (r *run) openToken(data []byte) *credentials.Node {
	if bytes.ContainsRune(data, '~') {
		return r.openDisclosed(data)
	}
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
	doc := claims
	if vc := claims.Get("vc"); vc.Kind() == credentials.Object && isVC11(vc) {
		doc = vc
	}
	r.format(doc, claims)
	return doc
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

// contextVC11 is the first context of the older data model.
const contextVC11 = "https://www.w3.org/2018/credentials/v1"

func isVC11(doc *credentials.Node) bool { return doc.Get("@context").Has(contextVC11) }

// format adds what is wrong with the document's members. claims is the JWT's
// payload, or the document itself.
func (r *run) format(doc, claims *credentials.Node) {
	before := len(r.report.Checks)
	switch {
	case isVC11(doc):
		r.add(Format, Unknown, CodeVC11)
	case doc.Get("type").Has("VerifiablePresentation"):
		r.add(Format, Unknown, CodePresentation)
	default:
		r.inspect(doc)
	}
	if r.token != nil {
		for _, name := range credentials.DifferingClaims(claims, doc) {
			if !isVC11(doc) {
				r.add(Format, Fail, CodeClaimMismatch, "claim", name)
			}
		}
	}
	if len(r.report.Checks) == before {
		r.add(Format, Pass, CodeWellFormed)
	}
}

func (r *run) inspect(doc *credentials.Node) {
	var claims []string
	if r.token != nil {
		claims = credentials.ClaimNames()
	}
	problems := credentials.Inspect(doc, claims...)
	if len(problems) == credentials.MaxProblems {
		r.add(Format, Unknown, CodeProblemsOmitted)
	}
	for _, p := range problems {
		outcome := Fail
		if p.Rule == credentials.RuleRequired && r.mayBeWithheld(p.Pointer) || p.Code == credentials.CodeContextUnknown || p.Code == credentials.CodeTypeUnknown {
			outcome = Unknown
		}
		r.add(Format, outcome, p.Code, "path", p.Pointer, "rule", string(p.Rule))
	}
}

// judge makes the checks that follow the format.
func (r *run) judge(ctx context.Context, doc *credentials.Node) {
	issuer := credentials.IssuerID(doc)
	r.report.Issuer = IssuerInfo{ID: issuer, ClaimedName: doc.Path("issuer", "name").Text()}
	r.proof(ctx, doc, issuer)
	r.time(doc)
	if !r.report.passed(Proof) || !r.report.passed(Key) {
		return
	}
	r.report.Checks = append(r.report.Checks, r.statuses(ctx, doc, issuer)...)
	r.refresh(ctx, doc, issuer)
	r.issuer(ctx, doc, issuer)
	whole := r.report.passed(Format)
	r.nested(ctx, doc)
	if whole && !r.report.failed(Format) {
		r.report.Credential = summarise(doc, r.report.Nested)
	}
}

// proof checks keys and signatures: the one around the document, and every one
// inside it. A document with neither could have been written by anybody.
func (r *run) proof(ctx context.Context, doc *credentials.Node, issuer string) {
	inside := len(doc.Get("proof").List()) > 0
	switch {
	case r.token != nil:
		r.enveloping(ctx, doc, issuer)
	case !inside:
		r.add(Proof, Fail, CodeProofMissing)
	}
	if inside {
		r.embedded(ctx, doc, issuer)
	}
}

// enveloping checks the token around the document.
func (r *run) enveloping(ctx context.Context, doc *credentials.Node, issuer string) {
	if !isCredentialType(r.header.Type) && !r.disclosed {
		r.add(Proof, Fail, CodeTokenType, "type", r.header.Type)
	}
	found := r.v.findKey(ctx, issuer, r.header, validFrom(doc))
	r.report.Checks = append(r.report.Checks, found.check)
	key := found.key
	if key.Public == nil && r.header.Key != nil {
		key = *r.header.Key // tells only whether the document was altered; found.check says whose key it is not
	}
	if key.Public == nil {
		r.add(Proof, Unknown, CodeNoKey)
		return
	}
	outcome, code := signatureOutcome(*r.token, key)
	r.add(Proof, outcome, code)
}

// isCredentialType tells whether a token's typ is that of a credential, or says
// nothing: OB 3.0 asks for JWT, VC-JOSE-COSE for vc+jwt.
func isCredentialType(typ string) bool {
	return slices.Contains([]string{"", "JWT", proof.TypeVC, "application/" + proof.TypeVC}, typ)
}

// signatureOutcome checks a token's signature.
func signatureOutcome(token proof.JWT, key proof.Key) (Outcome, string) {
	err := token.Verify(key)
	if refusal, ok := errors.AsType[*proof.RefusalError](err); ok {
		return Fail, refusal.Code
	}
	if err != nil {
		return Fail, CodeSignatureMismatch
	}
	return Pass, CodeSignatureOK
}

// validFrom is the start of a credential's validity, which stands for its date of issue; zero when there is none.
func validFrom(doc *credentials.Node) time.Time {
	t, err := credentials.ParseTime(doc.Get("validFrom").Text())
	if err != nil {
		return time.Time{}
	}
	return t
}

// time checks the validity period.
func (r *run) time(doc *credentials.Node) {
	if isVC11(doc) {
		r.add(Time, Unknown, CodeVC11)
		return
	}
	from, until := doc.Get("validFrom"), doc.Get("validUntil")
	start, errFrom := credentials.ParseTime(from.Text())
	end, errUntil := credentials.ParseTime(until.Text())
	switch {
	case from != nil && errFrom != nil || until != nil && errUntil != nil:
		r.add(Time, Unknown, CodeTimeUnread)
	case from != nil && start.After(r.now.Add(Skew)):
		r.add(Time, Fail, CodeNotYetValid, "from", start.Format(time.RFC3339))
	case until != nil && end.Before(r.now.Add(-Skew)):
		r.add(Time, Fail, CodeExpired, "until", end.Format(time.RFC3339))
	case until != nil:
		r.add(Time, Pass, CodeInForce, "until", end.Format(time.RFC3339))
	default:
		r.add(Time, Pass, CodeInForce)
	}
}
