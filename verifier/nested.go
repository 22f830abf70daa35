package verifier

import (
	"context"
	"strconv"

	"laurel/credentials"
)

// Bounds of documents inside documents.
const (
	maxNested = 64 // at one level
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
// proof says nothing about their issuers (OB 3.0 and CLR 2.0, verification),
// and lets the outer answer be no better than theirs: one that is not genuine
// makes the whole invalid, one that does not stand leaves it open.
func (r *run) nested(ctx context.Context, doc *credentials.Node) {
	inside := credentials.EmbeddedIn(doc)
	if len(inside) == 0 {
		return
	}
	if len(inside) > maxNested || r.depth >= maxDepth {
		r.add(Format, Unknown, CodeNestedTooMany, "count", strconv.Itoa(len(inside)))
		return
	}
	for _, e := range inside {
		in := &run{v: r.v, now: r.now, depth: r.depth + 1}
		in.report.AsOf = r.report.AsOf
		in.report.Checks = append(in.report.Checks, Check{Name: Holder, Outcome: NotUsed, Code: CodeHolderNotAsked})
		found := e.Document
		if found == nil {
			found = in.openToken([]byte(e.Token))
		} else {
			in.format(found, found)
		}
		if found != nil {
			in.judge(withShare(ctx), found)
		}
		in.report.conclude()
		r.report.Nested = append(r.report.Nested, NestedReport{Path: e.Pointer, Report: in.report})
		switch in.report.Verdict {
		case Valid:
		case Invalid:
			r.add(Format, Fail, CodeNestedInvalid, "path", e.Pointer)
		case Revoked, Suspended, Superseded, NotYetValid, Expired, Undetermined, UnrecognisedIssuer:
			r.add(Format, Unknown, CodeNestedOpen, "path", e.Pointer, "verdict", string(in.report.Verdict))
		}
	}
}
