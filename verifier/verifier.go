package verifier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/ld"
	"laurel/credentials/proof"
)

// Skew is how far the clocks of issuer and reader may differ.
const Skew = time.Minute

// wholeTime ends a check that waits for a slow network or a crowded machine.
// What a document itself may cost is bounded by its size, by the numbers of
// proofs and documents that are looked at, and by canonicalWork.
const wholeTime = 5 * time.Second

// ErrTime is the error of a check that took too long. It says nothing about the document.
var ErrTime = errors.New("the check took too long")

// canonicalWork is what all the canonical forms that one check needs may cost
// together (security rule 6): as many statements as one form may have, which is
// seven times what a diploma with everything inside it needs for all of them.
// The counts bound the work; the time is that of the clock on the wall, and ends
// what a crowded machine does not get to.
func canonicalWork() ld.Budget {
	b := ld.DefaultBudget()
	b.BlankNodes, b.Time = 2*b.BlankNodes, 2*time.Second
	return b
}

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
	holders   bool // keys are looked for among those by which their owner shows who is there
	documents *cache[documentKey, *did.Document]
	lists     *cache[textKey, *statusList]
	states    StateListSource       // nil when there is none
	signed    *cache[listKey, bool] // lists and endorsements whose signature is good
	words     *cache[string, endorsement]
}

// Sizes of the caches, in entries. A decoded list is 16 KB, or 32 KB for one of states.
const (
	maxDocuments = 4096
	maxLists     = 512
)

// New makes a verifier.
func New(o Options) *Verifier {
	v := &Verifier{
		now: o.Now, keys: o.Keys, status: o.Status, registry: o.Registry, fetch: o.Fetch,
		documents: newCache[documentKey, *did.Document](maxDocuments),
		lists:     newCache[textKey, *statusList](maxLists),
		signed:    newCache[listKey, bool](maxLists),
		words:     newCache[string, endorsement](maxLists),
	}
	if v.keys == nil {
		v.keys = nothing{}
	}
	v.states, _ = o.Status.(StateListSource)
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

// Ask is what the reader asked of whoever presents a document, so that it
// cannot be a copy of what was shown to somebody else, and whom it should be
// about. The zero value asks nothing.
type Ask struct {
	// Challenge is the reader's own random text: the challenge of a Data Integrity
	// proof, the nonce of a token or of a key binding.
	Challenge string
	// Domain names the reader: the domain of a proof, the audience of a token. A
	// key binding is asked for both (RFC 9901 §7.3); elsewhere empty asks for none.
	Domain string
	// Name is what the reader knows of the person: a name or an e-mail address, to
	// be compared with what the credential says. Nothing is looked up by it.
	Name string
}

// answer tells whether the holder was asked to sign something.
func (a Ask) answer() bool { return a.Challenge != "" || a.Domain != "" }

// Verify judges one document as [Verifier.VerifyWith] does, and asks nothing of its holder.
func (v *Verifier) Verify(ctx context.Context, data []byte) (Report, error) {
	return v.VerifyWith(ctx, data, Ask{})
}

// VerifyWith judges one document of at most credentials.MaxBytes: a credential
// or a presentation, as JSON or as a token (VC-JWT, VP-JWT, SD-JWT). It answers
// with a report for any input whatever; the error means that the check could
// not be made because ctx ended, or with ErrTime because the machine or the
// network was too slow.
//
// The order is size, shape, algorithm, key, signature, time, status, issuer;
// what the document says is relied on only after key and signature.
func (v *Verifier) VerifyWith(ctx context.Context, data []byte, ask Ask) (Report, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, wholeTime, ErrTime)
	defer cancel()
	ctx = ld.WithBudget(ctx, canonicalWork())
	if v.fetch != nil {
		var done func()
		ctx, done = withBudget(ctx)
		defer done()
	}
	r := &run{v: v, now: v.now().UTC(), ask: ask}
	r.report.AsOf = r.now.Truncate(time.Second)
	r.report.Checks = make([]Check, 0, 8)
	if doc := r.open(ctx, data); doc != nil {
		r.judge(ctx, doc)
	}
	if ctx.Err() != nil {
		return Report{}, fmt.Errorf("verifying: %w", context.Cause(ctx))
	}
	r.conclude()
	return r.report, nil
}

// conclude says what was shown of the holder, and ends the report. That a name
// is the right one shows nothing of who presents it.
func (r *run) conclude() {
	said := r.report.Find(Holder)
	answered := slices.ContainsFunc(said, func(c Check) bool {
		return c.Code == CodeHolderProven || c.Code == CodeHolderRefused || c.Code == CodeHolderNotBound
	})
	switch {
	case r.ask.answer() && !answered:
		r.add(Holder, Unknown, CodeHolderNotProven)
	case !r.ask.answer() && len(said) == 0:
		r.add(Holder, NotUsed, CodeHolderNotAsked)
	}
	r.report.conclude()
}

// run is the judging of one document.
type run struct {
	v      *Verifier
	now    time.Time
	ask    Ask
	report Report
	token  *proof.JWT // nil for a document without an enveloping signature
	header proof.Header
	claims *credentials.Node // of the token
	shown  *proof.SDJWT      // the token with its disclosures, or nil
	// withheld are the places where the holder of an SD-JWT may have kept something back.
	withheld []string
	// presenter is the holder who presents the document and has shown to be there; "" for nobody.
	presenter string
	refreshed bool // the document is the newer copy of another
	depth     int  // how many documents this one stands in
	judged    *int // how many documents were judged inside the outermost one
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

// judge makes the checks that follow the format.
func (r *run) judge(ctx context.Context, doc *credentials.Node) {
	if r.report.Presentation != nil {
		r.presentation(ctx, doc)
		return
	}
	issuer := credentials.IssuerID(doc)
	r.report.Issuer = IssuerInfo{ID: issuer, ClaimedName: doc.Path("issuer", "name").Text()}
	if credentials.CredentialClass(doc) == "BitstringStatusListCredential" {
		r.add(Format, Unknown, CodeStatusListItself) // genuine as it may be, it says nothing about anybody
	}
	r.proof(ctx, doc, issuer)
	r.time(doc)
	if !r.report.passed(Proof) || !r.report.passed(Key) {
		return
	}
	r.holder(doc)
	r.named(doc)
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
	if !isCredentialType(r.header.Type) && r.shown == nil {
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
	from, _ := credentials.Validity(doc)
	t, err := credentials.ParseTime(from)
	if err != nil {
		return time.Time{}
	}
	return t
}

// time checks the validity period.
func (r *run) time(doc *credentials.Node) {
	from, until := credentials.Validity(doc)
	r.within(from, until)
	if until != "" || !r.mayBeWithheld("/validUntil") {
		return
	}
	// An issuer that lets the holder keep the end back has signed that too (RFC 9901 §9.7): it is told.
	for i := range r.report.Checks {
		if c := &r.report.Checks[i]; c.Name == Time && c.Code == CodeInForce {
			c.Code = CodeInForceShown
		}
	}
}

// within checks a period whose ends are date-times, "" for an open end.
func (r *run) within(from, until string) {
	start, errFrom := credentials.ParseTime(from)
	end, errUntil := credentials.ParseTime(until)
	switch {
	case from != "" && errFrom != nil || until != "" && errUntil != nil:
		r.add(Time, Unknown, CodeTimeUnread)
	case from != "" && start.After(r.now.Add(Skew)):
		r.add(Time, Fail, CodeNotYetValid, "from", start.Format(time.RFC3339))
	case until != "" && end.Before(r.now.Add(-Skew)):
		r.add(Time, Fail, CodeExpired, "until", end.Format(time.RFC3339))
	case until != "":
		r.add(Time, Pass, CodeInForce, "until", end.Format(time.RFC3339))
	default:
		r.add(Time, Pass, CodeInForce)
	}
}
