package competency

import "time"

// PolicyVersion is one version of a graduation policy as a tenant keeps it.
// Once adopted it never changes; what it means is read by competency/policy.
type PolicyVersion struct {
	ID        PolicyID
	Framework FrameworkID // whose standards it names
	Code      string      // "us-vt.willowbrook.pbgr", the same in all versions
	Version   int
	Title     string
	Status    string // adopted or retired
	Document  []byte // canonical JSON (RFC 8785), the bytes that Hash is of
	Hash      string // SHA-256 in lower-case hex
	// AdoptedBy is the body that adopted it and AdoptedOn the civil date.
	AdoptedBy, AdoptedOn string
	EnteredBy            PersonID
	Entered              time.Time
	// The learners it is for; 0 and empty say nothing.
	EntryFrom, EntryTo           int
	GraduationFrom, GraduationTo int
	School                       string // the school's slug
	DiplomaType                  string
	// Source is the YAML text that was adopted, with its comments; empty where it
	// was JSON.
	Source string
}

// Covers reports whether a learner who entered and will graduate in these
// years, at the school with this slug, falls under the policy for a standard
// diploma.
func (p PolicyVersion) Covers(entry, graduation int, school string) bool {
	in := func(year, from, to int) bool { return (from == 0 || year >= from) && (to == 0 || year <= to) }
	return p.ForSchool(school) && in(entry, p.EntryFrom, p.EntryTo) && in(graduation, p.GraduationFrom, p.GraduationTo)
}

// ForSchool reports whether the policy is in force for standard diplomas of the
// school with this slug, whatever the years.
func (p PolicyVersion) ForSchool(school string) bool {
	return p.Status == "adopted" && (p.School == "" || p.School == school) && (p.DiplomaType == "" || p.DiplomaType == "standard")
}

// Record is something kept about a learner beside evidence: a personal
// learning plan.
type Record struct {
	ID       string
	Learner  PersonID
	Kind     string
	Current  bool     // the newest version, not withdrawn
	SignedBy []string // roles
	Reviewed string   // civil date of the last review, or empty
	Waits    string   // who has yet to confirm it, or empty
}

// PanelWork is a larger work that a panel judges: an exhibition.
type PanelWork struct {
	ID       string
	Learner  PersonID
	Kind     string
	Title    string
	State    string   // "accepted"
	Panel    []string // ids of those who judged
	External int      // how many of them from outside
	Waits    string
}

// ExternalResult is the result of a test that others give.
type ExternalResult struct {
	ID      string
	Learner PersonID
	Ref     string // the test, as the policy names it
	Score   int    // in the test's own points
	Taken   string // civil date or empty
	Source  string
	Waits   string
}

// Hours is time spent outside class, confirmed by who supervised it. Kind is a
// route: "internship".
type Hours struct {
	ID       string
	Learner  PersonID
	Kind     string
	Minutes  int
	Provider string
	Waits    string
}

// Exception waives one requirement for one learner. It takes two people; its
// reason is for staff only and never leaves the office (domain invariant 10).
type Exception struct {
	ID          string
	Learner     PersonID
	Requirement string // id of a node of the policy
	Kind        string
	Reason      string
	Cite        string
	By, By2     PersonID
	Expires     string // last civil date on which it holds; empty for good
	Created     time.Time
}
