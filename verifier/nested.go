package verifier

import (
	"context"
	"strconv"

	"laurel/credentials"
)

// Bounds of documents inside documents.
const (
	// maxInside is how many are judged in all. A learner's record holds some 120
	// credentials; what they may cost together is bounded by canonicalWork.
	maxInside = credentials.MaxEmbedded - 1 // a list of MaxEmbedded may lack some
	maxDepth  = 3
)

// NestedReport is the report on a signed document inside another: a credential
// in a record, an endorsement.
type NestedReport struct {
	// Path is where it stands, as a JSON pointer.
	Path   string `json:"path"`
	Report Report `json:"report"`
}

// nested judges every signed document inside doc by itself, since the outer
// proof says nothing about their issuers (OB 3.0 and CLR 2.0, verification). The
// answer on a credential is no better than those on the credentials inside: one that
// is not genuine makes the whole invalid, one that does not stand leaves it open.
// That on a presentation is the worst of theirs, see [Report.presented].
//
// An endorsement is somebody else's word beside what the issuer says. One that
// does not count takes nothing away, and the report says so; one that is not
// genuine makes a false claim to the reader, so that the answer is not green.
func (r *run) nested(ctx context.Context, doc *credentials.Node) {
	inside := credentials.EmbeddedIn(doc)
	if len(inside) == 0 {
		return
	}
	if len(inside) > maxInside || r.depth >= maxDepth {
		r.add(Format, Unknown, CodeNestedTooMany, "count", strconv.Itoa(len(inside)))
		return
	}
	if r.judged == nil {
		r.judged = new(int)
	}
	if *r.judged += len(inside); *r.judged > maxInside {
		r.add(Format, Unknown, CodeNestedTooMany, "count", strconv.Itoa(*r.judged))
		return
	}
	for _, e := range inside {
		report, found := r.inner(ctx, e)
		r.report.Nested = append(r.report.Nested, NestedReport{Path: e.Pointer, Report: report})
		switch {
		case r.report.Presentation != nil:
		case e.Member == "verifiableCredential":
			r.heed(e.Pointer, report.Verdict)
		default:
			r.heedEndorsement(doc, e, found, report.Verdict)
		}
	}
}

// inner judges one document inside, and gives it, nil when it could not be read.
func (r *run) inner(ctx context.Context, e credentials.Embedded) (Report, *credentials.Node) {
	in := &run{v: r.v, now: r.now, depth: r.depth + 1, presenter: r.presenter, judged: r.judged}
	if r.report.Presentation != nil {
		in.ask.Name = r.ask.Name // whom it should be about holds for what is presented
	}
	in.report.AsOf = r.report.AsOf
	var found *credentials.Node
	if e.Document == nil {
		found = in.openToken(ctx, []byte(e.Token))
	} else {
		found = in.openObject(ctx, e.Document)
	}
	switch {
	case found == nil:
	case in.report.Presentation != nil: // nobody presents a presentation
		in.add(Format, Fail, credentials.CodeSchemaViolation, "path", "/type", "rule", string(credentials.RuleType))
	default:
		in.judge(withShare(ctx), found)
	}
	in.conclude()
	return in.report, found
}

// heed lets the answer about a credential inside count for the outer one.
func (r *run) heed(path string, v Verdict) {
	switch v {
	case Valid:
	case Invalid:
		r.add(Format, Fail, CodeNestedInvalid, "path", path)
	case UnrecognisedIssuer:
		r.add(Issuer, Unknown, CodeNestedStranger, "path", path)
	case Revoked, Suspended, Superseded, NotYetValid, Expired, Undetermined:
		r.add(Format, Unknown, CodeNestedOpen, "path", path, "verdict", string(v))
	}
}

// heedEndorsement does so for an endorsement of something in doc.
func (r *run) heedEndorsement(doc *credentials.Node, e credentials.Embedded, found *credentials.Node, v Verdict) {
	switch {
	case v == Invalid:
		r.add(Format, Unknown, CodeEndorsementForged, "path", e.Pointer)
	case credentials.CredentialClass(found) != "EndorsementCredential", !holdsID(doc, found.Path("credentialSubject", "id").Text()):
		r.add(Format, Pass, CodeEndorsementStray, "path", e.Pointer)
	case v != Valid:
		r.add(Format, Pass, CodeEndorsementOpen, "path", e.Pointer, "verdict", string(v))
	}
}

// holdsID tells whether an object of doc itself, not of a document inside it, has this id.
func holdsID(doc *credentials.Node, id string) bool {
	if id != "" && doc.Get("id").Text() == id {
		return true
	}
	for _, item := range doc.Items() {
		if holdsID(item, id) {
			return true
		}
	}
	for _, m := range doc.Members() {
		if !credentials.Embeds(m.Name) && holdsID(m.Value, id) {
			return true
		}
	}
	return false
}
