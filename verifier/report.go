// Package verifier judges a document from a stranger: is it intact, does the
// key belong to its issuer, who vouches for that issuer, was it withdrawn, is
// it within its time. It knows documents and proofs; it knows no database and
// no issuer's side. What it may rely on is given to it, or read by its one
// guarded [Fetcher], where it has one.
//
// A bad credential is an answer, not an error. Unknown is never green: a
// verdict is valid only when every check that it needs has passed.
package verifier

import (
	"slices"
	"time"
)

// Verdict is the answer in one word.
type Verdict string

// The verdicts. When several hold, the first in this list is given, with valid last.
const (
	Invalid            Verdict = "invalid"
	Revoked            Verdict = "revoked"
	Suspended          Verdict = "suspended"
	Superseded         Verdict = "superseded"
	NotYetValid        Verdict = "not-yet-valid"
	Expired            Verdict = "expired"
	Undetermined       Verdict = "undetermined"
	UnrecognisedIssuer Verdict = "unrecognised-issuer"
	Valid              Verdict = "valid"
)

// Name is the question that a check answers.
type Name string

// The checks, in the order of a report.
const (
	Format Name = "format" // well-formed, every member defined
	Proof  Name = "proof"  // unaltered since it was signed
	Key    Name = "key"    // the key is the issuer's, and was in use
	Issuer Name = "issuer" // somebody vouches for the issuer
	Status Name = "status" // not withdrawn
	Time   Name = "time"   // within its validity
	Holder Name = "holder" // about the person in front of the reader
)

// order is that of the checks in a report.
var order = [...]Name{Format, Proof, Key, Issuer, Status, Time, Holder}

// Names lists the checks in the order of a report.
func Names() []Name { return slices.Clone(order[:]) }

// Outcome is how a check ended.
type Outcome string

// The outcomes.
const (
	Pass    Outcome = "pass"
	Fail    Outcome = "fail"
	Unknown Outcome = "unknown"  // it could not be checked
	NotUsed Outcome = "not-used" // there was nothing to check
)

// Check is one answer. A check that finds several things stands in the report once for each.
type Check struct {
	Name    Name    `json:"check"`
	Outcome Outcome `json:"outcome"`
	// Code is a stable reason code. The words for it are in verifier/words.
	Code string `json:"code"`
	// Params fill the sentence of the code: path, rule, member, list, as_of (RFC 3339), …
	Params map[string]string `json:"params,omitempty"`
	// Sentence and Next are the words for the code, added at the edge.
	Sentence string `json:"sentence,omitempty"`
	Next     string `json:"next,omitempty"`
}

// Report is everything that was found out about one document.
type Report struct {
	Verdict Verdict `json:"verdict"`
	// Headline is the verdict as a sentence, added at the edge.
	Headline string `json:"headline,omitempty"`
	// AsOf is when the check was made, UTC.
	AsOf   time.Time  `json:"asOf"`
	Checks []Check    `json:"checks"`
	Issuer IssuerInfo `json:"issuer,omitzero"`
	// Credential is what the document says. It is there only when its own format,
	// proof and key have passed and nothing inside it is forged, so that a page
	// cannot show a forger's words. A document inside that does not stand by
	// itself leaves it there: the verdict and Nested say so.
	Credential *Summary `json:"credential,omitempty"`
	// Presentation is there for a presentation: an envelope around credentials,
	// whose verdict is that of what stands in it.
	Presentation *PresentationInfo `json:"presentation,omitempty"`
	// Nested are the reports on signed documents inside this one.
	Nested []NestedReport `json:"nested,omitempty"`
	// Replacement is the newer copy that the issuer gives in place of this one, if it stands.
	Replacement *Replacement `json:"replacement,omitempty"`
}

// IssuerInfo is who signed.
type IssuerInfo struct {
	// ID is the issuer's identifier, as the document gives it.
	ID string `json:"id,omitempty"`
	// ClaimedName is the name that the document gives: a claim, never a fact.
	ClaimedName string `json:"claimedName,omitempty"`
	// Name and Kind are the registry's, when the issuer is recognised.
	Name string `json:"name,omitempty"`
	Kind string `json:"kind,omitempty"`
	// RecognisedBy is who vouches for the issuer, or nil.
	RecognisedBy *Authority `json:"recognisedBy,omitempty"`
	// Endorsed tells that they signed that themselves, beside the registry's word.
	Endorsed bool `json:"endorsed,omitempty"`
}

// Authority is an organisation that vouches for others.
type Authority struct {
	DID  string `json:"did"`
	Name string `json:"name"`
}

// Find gives the checks of one name.
func (r *Report) Find(name Name) []Check {
	var out []Check
	for _, c := range r.Checks {
		if c.Name == name {
			out = append(out, c)
		}
	}
	return out
}

// Has tells whether a check ended with this code.
func (r *Report) Has(name Name, code string) bool {
	return slices.ContainsFunc(r.Checks, func(c Check) bool { return c.Name == name && c.Code == code })
}

// passed tells whether a check was made and all its answers are pass.
func (r *Report) passed(name Name) bool {
	made := false
	for i := range r.Checks {
		if c := &r.Checks[i]; c.Name == name {
			if c.Outcome != Pass {
				return false
			}
			made = true
		}
	}
	return made
}

// failed tells whether one of a check's answers is fail.
func (r *Report) failed(name Name) bool {
	return slices.ContainsFunc(r.Checks, func(c Check) bool { return c.Name == name && c.Outcome == Fail })
}

// count is how many answers a check has.
func (r *Report) count(name Name) int {
	n := 0
	for i := range r.Checks {
		if r.Checks[i].Name == name {
			n++
		}
	}
	return n
}

// conclude puts the checks in order, names those that were not made, and gives
// the verdict. Valid is reached only by what has passed, never by what is missing.
func (r *Report) conclude() {
	for _, name := range order {
		if r.count(name) == 0 {
			r.Checks = append(r.Checks, Check{Name: name, Outcome: NotUsed, Code: CodeNotReached})
		}
	}
	slices.SortStableFunc(r.Checks, func(a, b Check) int {
		return slices.Index(order[:], a.Name) - slices.Index(order[:], b.Name)
	})
	r.Verdict = r.verdict()
}

// severity is the order of the verdicts: when several hold, the first is given.
var severity = []Verdict{
	Invalid, Revoked, Suspended, Superseded, NotYetValid, Expired, Undetermined, UnrecognisedIssuer, Valid,
}

// worse is the one of two verdicts that is given when both hold.
func worse(a, b Verdict) Verdict {
	if slices.Index(severity, b) < slices.Index(severity, a) {
		return b
	}
	return a
}

func (r *Report) verdict() Verdict {
	withdrawable := r.passed(Status) || r.Has(Status, CodeNoStatus) && r.count(Status) == 1
	switch {
	case r.failed(Format) || r.failed(Proof) || r.failed(Key) || r.Has(Holder, CodeHolderRefused):
		return Invalid
	case r.Presentation != nil:
		return r.presented()
	case r.Has(Status, CodeRevoked), r.Has(Status, CodeRevokedUnsigned):
		return Revoked
	case r.Has(Status, CodeSuspended):
		return Suspended
	case r.Has(Status, CodeSuperseded), r.Has(Status, CodeNewerCopy), r.Has(Status, CodeRefreshDue):
		return Superseded
	case r.Has(Time, CodeNotYetValid):
		return NotYetValid
	case r.Has(Time, CodeExpired):
		return Expired
	case !r.passed(Format) || !r.passed(Proof) || !r.passed(Key) || !withdrawable || !r.passed(Time),
		r.Has(Holder, CodeHolderNotProven):
		return Undetermined
	case !r.passed(Issuer):
		return UnrecognisedIssuer
	}
	return Valid
}

// presented is the verdict on a presentation whose own parts are not wrong. It
// vouches for nothing, so that the answer is the worst of those on what is in
// it: an envelope cannot make a withdrawn credential look better, nor worse.
func (r *Report) presented() Verdict {
	out := Valid
	switch {
	case r.Has(Time, CodeNotYetValid):
		out = NotYetValid
	case r.Has(Time, CodeExpired):
		out = Expired
	case len(r.Nested) == 0 || !r.passed(Format) || r.Has(Holder, CodeHolderNotProven) || r.Has(Time, CodeTimeUnread),
		r.Presentation.Signed && (!r.passed(Proof) || !r.passed(Key)):
		out = Undetermined
	}
	for _, n := range r.Nested {
		out = worse(out, n.Report.Verdict)
	}
	return out
}
