package policy

import "slices"

// Status tells where a policy stands: draft → adopted → retired. An adopted
// document never changes; its hash stands in every audit.
type Status string

// The states of a policy.
const (
	Draft   Status = "draft"
	Adopted Status = "adopted"
	Retired Status = "retired"
)

// Policy is one version of a graduation policy, read by [Parse].
type Policy struct {
	ID      string // "us-vt.willowbrook.pbgr"
	Version int    // from 1
	Title   string // for people; may be empty
	Status  Status
	// AdoptedBy and AdoptedOn (a civil date) are set unless Status is Draft.
	AdoptedBy, AdoptedOn string
	AppliesTo            Scope
	LegalBasis           []string
	Waivers              []Waiver
	Extends              Extension // zero when the policy extends none
	Forbids              Prohibition
	Conduct              Conduct
	// BetterOf lets learners under an earlier version of the policy take this
	// one where it is better for them; see [Policy.OffersBetter].
	BetterOf      bool
	Scale         Scale // zero when no requirement speaks of levels
	Determination Determination
	Credit        CreditRule
	Routes        []string // ways of showing an indicator, as the policy names them
	PriorApproval PriorApproval
	Exceptions    Exceptions
	Requirements  Node
	Endorsements  []Endorsement
	// ReportSeparately names what is shown beside the audit and never is an
	// input to any requirement: habits of work.
	ReportSeparately []string
	// ProfileDomains are the headings under which a profile is reported.
	ProfileDomains []string

	hash       string
	unusedDefs []string
}

// Hash is the SHA-256 of the document as it was given to Parse, in lower-case hex.
func (p Policy) Hash() string { return p.hash }

// Scope tells which learners a policy is for. Zero members say nothing.
type Scope struct {
	EntryYear      Years // first entry to grade 9
	GraduationYear Years // planned graduation
	School         string
	DiplomaType    string // "standard"
}

// Years is a range of years with both ends included; 0 leaves an end open.
type Years struct{ From, To int }

// Include reports whether the year lies in the range.
func (y Years) Include(year int) bool {
	return (y.From == 0 || year >= y.From) && (y.To == 0 || year <= y.To)
}

// Covers reports whether a learner with these years, at this school, falls
// under the policy for this type of diploma.
func (s Scope) Covers(entryYear, graduationYear int, school, diplomaType string) bool {
	return s.EntryYear.Include(entryYear) && s.GraduationYear.Include(graduationYear) &&
		(s.School == "" || s.School == school) &&
		(s.DiplomaType == "" || s.DiplomaType == diplomaType)
}

// Scale is the ordered list of levels that judgments use.
type Scale struct {
	ID           string
	Levels       []Level // ascending
	ProficientAt int     // the number of the first level that counts
}

// Level is one step of a scale: a label, with a number that orders it.
type Level struct {
	N     int
	Label string
	// Description says in the school's words what the level means; may be empty.
	Description string
}

// Label is the name of a level, empty for a number that is not on the scale.
func (s Scale) Label(n int) string {
	i := slices.IndexFunc(s.Levels, func(l Level) bool { return l.N == n })
	if i < 0 {
		return ""
	}
	return s.Levels[i].Label
}

// Determination tells how a level in one indicator is proposed. A teacher
// always confirms it: a computed level alone never counts.
type Determination struct {
	Method        string // "n-of", "latest", …
	Version       int    // of the method; 1 unless the policy says more
	N             int    // how many tasks (n-of), or how many last scores (mean-last)
	AtLeast       int    // the level that they must reach
	DistinctTasks bool   // two different tasks, not one task twice
	Percent       int    // the weight of the newest score (decay-recursive, weighted-last)
	Lock          bool   // once confirmed it stays until it is reopened with a reason
}

// Exceptions tells which requirements may be waived, by whom.
type Exceptions struct {
	Allowed            bool
	Kinds              []string
	ApproverRole       string
	SecondApproverRole string
	MustCite           bool
	// PublicText is all that is ever said in public of an exception.
	PublicText string
}

// Endorsement is something that a diploma may carry in addition: a seal. It is
// reported and never decides about the diploma.
type Endorsement struct {
	ID    string
	Title string
	When  Node
}

// Kind tells what a node asks for.
type Kind string

// The kinds of nodes.
const (
	All        Kind = "all"
	Any        Kind = "any"
	AtLeast    Kind = "atLeast"
	Proficient Kind = "proficient"
	Record     Kind = "record"
	Artifact   Kind = "artifact"
	Assessment Kind = "assessment"
	Attempts   Kind = "assessmentAttempts"
	Hours      Kind = "hours"
	Seal       Kind = "seal"
	Credits    Kind = "credits"
	CreditPlan Kind = "creditPlan"
	// Bucket is a part of a credit plan; it stands nowhere else.
	Bucket Kind = "bucket"
)

// Node is one requirement. Which members are used depends on its kind; the
// comments name them.
type Node struct {
	// ID is the one in the document, or the parent's id, a dot and the place
	// among its siblings from 1 ("readiness.2"). Ids in a shared part (defs)
	// stand behind the id of the node that uses it ("alt-ela.2.career").
	ID    string
	Kind  Kind
	Title string // for people; empty when the document gives none
	Path  string // RFC 6901 pointer into the document

	Parts []Node // All, Any, AtLeast; CreditPlan: its buckets, named ones first
	// Need is how many parts (AtLeast), indicators (Proficient; 0 = all), points
	// (Assessment), attempts (Attempts) or hours (Hours) it takes.
	Need int
	// Ref is the code of the standard, the kind of record, artifact or hours,
	// the test, the name of the seal, or a bucket's id in its own plan ("stem");
	// the bucket's ID is the plan's, a dot and this.
	Ref        string
	Indicators []string // Proficient: only these count; nil = all of the standard
	Contexts   int      // Proficient: different subject contexts over the shown indicators

	Current            bool     // Record: the newest version, not withdrawn
	SignedBy           []string // Record: roles that must have signed
	ReviewedWithinDays int      // Record: 0 = no matter when

	State    string // Artifact: the state it must have reached; empty = any
	Panel    int    // Artifact: people on the panel
	External int    // Artifact: how many of them from outside the school

	Min  Amount   // Credits, Bucket
	Tags []string // Credits, Bucket: credits with one of them; nil = any
	Pool Pool     // Credits

	// Waivable is the one kind of exception that the requirement allows; empty =
	// every kind that the policy allows.
	Waivable string
}

// Walk calls f for the node and everything below it, parents first.
func (n *Node) Walk(f func(*Node)) {
	f(n)
	for i := range n.Parts {
		n.Parts[i].Walk(f)
	}
}

// levels reports whether anything in the policy depends on levels.
func (p *Policy) levels() bool {
	found := p.Credit.Derived
	look := func(n *Node) { found = found || n.Kind == Proficient }
	p.Requirements.Walk(look)
	for i := range p.Endorsements {
		p.Endorsements[i].When.Walk(look)
	}
	return found
}
