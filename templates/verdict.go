package templates

import "time"

// Verdict is the answer of a check: a seal, a headline and a sentence.
type Verdict struct {
	// Outcome is the verifier's verdict: valid, revoked, suspended, superseded,
	// expired, not-yet-valid, unrecognised-issuer, invalid or undetermined.
	Outcome string
	// Headline is one word or two ("Genuine"), Sentence says who, to whom, when.
	Headline, Sentence string
	// Next says what the reader can do now; may be empty.
	Next string
	// AsOf is when the check was made.
	AsOf time.Time
	// Test marks a credential that was issued for trying out.
	Test bool
	// Within is for a verdict on a page that has its own h1.
	Within bool
}

// Kind gives the family of the outcome, which chooses the seal's outline:
// genuine a wreath, attention a diamond, stop an octagon, unknown a dashed
// circle. An outcome that is not known is never genuine.
func (v Verdict) Kind() Tone {
	switch v.Outcome {
	case "valid":
		return Genuine
	case "suspended", "superseded", "expired", "not-yet-valid", "unrecognised-issuer":
		return Attention
	case "revoked", "invalid":
		return Stop
	}
	return Unknown
}

// Check is one question that was asked of a credential.
type Check struct {
	// Name is the question's stable name ("proof"), Title the question in words.
	Name, Title string
	// State is pass, fail, unknown or not-used.
	State string
	// Sentence is the answer; Next what the reader can do about it.
	Sentence, Next string
	// Details are further facts (times, addresses, reason codes).
	Details []Fact
}

// Tone is the hue of the check's state: unknown is never green.
func (c Check) Tone() Tone {
	switch c.State {
	case "pass":
		return Genuine
	case "fail":
		return Stop
	case "not-used":
		return Plain
	}
	return Unknown
}

// Fact is a label with its value; a Href makes the value a link.
type Fact struct{ Label, Value, Href string }

// Reading is the two-minute reading of a credential that is confirmed.
type Reading struct {
	// ScaleText introduces the school's own scale, lowest level first.
	ScaleText string
	Scale     []ScaleLevel
	// Met of Need requirements; Need 0 shows neither.
	Met, Need int
	// Why says how the whole was earned.
	Why     string
	Results []Result
	// ByReason tells that Why of the results is a sentence, not what was needed.
	ByReason bool
	// Activities are where the work was done, with the kind as level.
	Activities []Result
	// Open is what is not shown yet.
	Open     []string
	Evidence []Fact
	// School is what the school says about itself: rigor, who reviewed, and the
	// grade equivalence if it declares one.
	School []Fact
}

// ScaleLevel is a level of the school's scale.
type ScaleLevel struct {
	Label, Text string
	// Passing marks the first level that counts as proficient.
	Passing bool
}

// Result is a graduation standard or criterion with its level and why.
type Result struct{ Title, Level, Why string }

// VerifyResult is the view of the page verify_result: what a reader is told
// about a credential.
type VerifyResult struct {
	Base
	Verdict Verdict
	// ReplacedBy is the address of the newer copy of a superseded credential.
	ReplacedBy string
	// Confirmed says that the document is unaltered, that the key is the
	// issuer's and that the issuer is recognised. Without it the facts are shown
	// as claims, and neither the paper nor the reading is shown.
	Confirmed bool
	// Facts are who, by whom, what and when.
	Facts  []Fact
	Checks []Check
	// Paper is the document; nil if it is not to be shown.
	Paper   *Paper
	Reading *Reading
	// NameCheck is the form that compares a typed name; nil shows none.
	NameCheck *NameCheck
	// Downloads are the original file, the report and the receipt.
	Downloads []Fact
	QR        *QR
	// Nested are the credentials inside this one.
	Nested []NestedVerdict
}

// NameCheck compares the name that a reader types with the holder's.
type NameCheck struct {
	Action, Typed string
	// Answer is the sentence; empty before the first try. Tone is its hue.
	Answer string
	Tone   Tone
}

// NestedVerdict is the verdict on a credential inside another.
type NestedVerdict struct {
	Title, Href string
	Verdict     Verdict
}
