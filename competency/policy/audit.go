package policy

// State is the answer to a requirement.
type State string

// The states of a requirement.
const (
	Met     State = "met"
	Waived  State = "waived"  // not shown, and excused by two people as the policy allows
	NotMet  State = "not_met" // say "not yet" to people
	Pending State = "pending" // met as soon as somebody outside confirms
)

// Done reports whether nothing is left to do: met or waived.
func (s State) Done() bool { return s == Met || s == Waived }

// Audit is the answer of a policy to the facts of one learner. It marshals to
// the same bytes whenever policy and facts are the same.
type Audit struct {
	Policy     string `json:"policy"`
	Version    int    `json:"version"`
	PolicyHash string `json:"policyHash"`
	FactsHash  string `json:"factsHash"`
	Learner    string `json:"learner"`
	AsOf       string `json:"asOf"`
	State      State  `json:"state"`
	// NotApplicable is why the policy cannot be applied on that day, in a
	// sentence; State is then not_met whatever the tree says.
	NotApplicable string `json:"notApplicable,omitempty"`
	Tree          Result `json:"tree"`
	// Endorsements are reported and have no part in State.
	Endorsements []Result `json:"endorsements,omitempty"`
	// Refused are the exceptions that do not hold, each with the reason.
	Refused []RefusedException `json:"refused,omitempty"`
	// Uncounted is credit that no requirement counts, each with the reason.
	Uncounted []UncountedCredit `json:"uncounted,omitempty"`
	// Choice is set where the learner could be judged by a newer version too.
	Choice *Choice `json:"choice,omitempty"`
}

// Result is the answer of one node, with what explains it.
type Result struct {
	ID    string `json:"id"` // the node's
	Kind  Kind   `json:"kind"`
	Title string `json:"title"`
	State State  `json:"state"`
	// Code and Params say the same as Sentence for other languages: Code is
	// the kind, a dot and the state; Params always has title, have and need.
	Code   string            `json:"code"`
	Params map[string]string `json:"params"`
	// Sentence is plain English without a full stop.
	Sentence string `json:"sentence"`
	// Have and Need count what the kind counts: parts, indicators, points,
	// attempts or hours; for credits and buckets hundredths of a credit (Params
	// has the decimals); for the other kinds 0 or 1 of 1.
	Have int `json:"have"`
	Need int `json:"need"`
	// Missing is what is open; empty when the state is done, and for groups,
	// whose parts tell.
	Missing  []Missing `json:"missing,omitempty"`
	Children []Result  `json:"children,omitempty"`
	// Credits are those that count for a bucket or a node of named credits; on
	// a credit plan, those that no bucket needed.
	Credits []CreditShare `json:"credits,omitempty"`
	// Or are the ids of other buckets that could be short in the place of this
	// one: the credits are missing in one of these, and it is not said in which.
	Or []string `json:"or,omitempty"`
}

// CreditShare is the part of a credit that counts somewhere.
type CreditShare struct {
	ID     string `json:"id"` // of the credit or the course
	Title  string `json:"title"`
	Amount Amount `json:"amount"`
	Waits  string `json:"waits,omitempty"` // who has yet to confirm it
}

// UncountedCredit is credit that does not count.
type UncountedCredit struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Value  Amount `json:"value"`  // of the part that does not count
	Reason string `json:"reason"` // a sentence
}

// Part tells what a Missing is about.
type Part string

// The parts that can be missing.
const (
	IndicatorPart Part = "indicator"
	ContextsPart  Part = "contexts"
	RecordPart    Part = "record"
	VersionPart   Part = "version"
	SignaturePart Part = "signature"
	ReviewPart    Part = "review"
	ArtifactPart  Part = "artifact"
	StatePart     Part = "state"
	PanelPart     Part = "panel"
	ExternalPart  Part = "external"
	ScorePart     Part = "score"
	AttemptPart   Part = "attempt"
	HoursPart     Part = "hours"
	SealPart      Part = "seal"
	CreditPart    Part = "credit"
)

// Missing is one thing that stands between a learner and a requirement.
type Missing struct {
	Part      Part   `json:"part"`
	Indicator string `json:"indicator,omitempty"` // its code
	// Title is the indicator's, or a phrase: "signature of the advisor".
	Title    string `json:"title"`
	Course   string `json:"course,omitempty"`   // whose credit waits for the indicator
	Role     string `json:"role,omitempty"`     // who has yet to sign
	Level    int    `json:"level"`              // confirmed so far; 0 when none
	Proposed int    `json:"proposed,omitempty"` // waiting for a teacher to confirm
	// Pending is why it waits, and Provider for whom; both empty unless it waits.
	Pending  string `json:"pending,omitempty"`
	Provider string `json:"provider,omitempty"`
}

// RefusedException is an exception that waives nothing.
type RefusedException struct {
	Requirement string `json:"requirement"`
	Kind        string `json:"kind"`
	Reason      string `json:"reason"` // a sentence
}
