package competency

import "time"

// AwardKind tells what was decided.
type AwardKind string

// The kinds of awards.
const (
	DiplomaAward         AwardKind = "diploma"
	MicroCredentialAward AwardKind = "micro-credential"
	// RecordAward states everything that a learner has shown up to a day: with
	// the diploma, or on the way to it as a transcript.
	RecordAward AwardKind = "record"
)

// Award is an organisation's decision that a person has earned something, or to
// state what was earned. The signed documents about it are credentials.
type Award struct {
	ID     AwardID
	Tenant OrgID
	Org    OrgID // who awards, and whose key signs
	Person PersonID
	Kind   AwardKind
	// Basis is the audit or the application on which it was decided, and for a
	// record the diploma's award or what was evaluated; one basis gives one award
	// (domain invariant 15).
	Basis     string
	Achieved  Achieved
	DecidedBy PersonID
	Decided   time.Time
	// Conferred is the civil date printed on the document ("2006-01-02").
	Conferred string
}

// Diploma is the award of the diploma that stands in a record; empty for every other award.
func (a Award) Diploma() AwardID {
	if a.Achieved.Record == nil {
		return ""
	}
	return a.Achieved.Record.Diploma
}

// Achieved is what an award says was earned, complete and fixed at the
// decision, so that a document made from it later says the same.
// It is an allow-list: nothing that is not here can reach a signed document.
type Achieved struct {
	// Type is the OB 3.0 AchievementType: MicroCredential, SecondarySchoolDiploma.
	// That of a record is empty: it is no achievement.
	Type string
	// Key names the achievement itself for all who earn it: the id of the
	// micro-credential's version, or of the policy.
	Key         string
	Name        string
	Description string
	Criteria    string // narrative, plain text
	// CriteriaPath is the page of the achievement on this server, or empty.
	CriteriaPath string
	Tags         []string
	Results      []AchievedResult
	Evidence     []EvidenceSummary
	Alignments   []Alignment
	// Why explains in a sentence or two, which anybody may read, how it was earned:
	// never a reason, a failed try or the title of a learner's own work (domain
	// invariant 10).
	Why string
	// ValidYears is how long the award is valid from its conferral; 0 is for ever.
	ValidYears int
	// Profile is what the school said about itself at the time; it is signed, so
	// that a reader far away can weigh what the levels mean.
	Profile string
	// Record is what a RecordAward states; nil for every other.
	Record *LearnerRecord
}

// LearnerRecord is what a record says beside its own name: what its holder has
// shown, part by part. Each part becomes a signed credential of its own.
type LearnerRecord struct {
	// Partial is true while requirements of the diploma are open.
	Partial bool
	// Diploma is the award whose credential stands in the record; empty while
	// there is none.
	Diploma AwardID
	Parts   []RecordPart
	// Open are achievements that belong to the whole and are not shown yet. They
	// are named and never signed as if they were.
	Open []RecordPart
}

// RecordPart is one thing that was shown: a graduation standard, a course, an
// internship, an exhibition.
type RecordPart struct {
	Achieved
	// PartOf are the keys of the achievements of the record that it is part of.
	PartOf []string
}

// AchievedResult is one line of what was shown: a criterion of a
// micro-credential, a graduation standard of a diploma.
type AchievedResult struct {
	Key      string // stable within the achievement: "part-2.1.a", "ELA"
	Name     string
	Levels   []Level
	Required int // the level that had to be reached
	Achieved int // the level that was reached; 0 where met another way
	// Note is the generic public text where the line was met another way; it
	// never holds a reason (domain invariant 10).
	Note string
}

// Level is one step of a scale, lowest first.
type Level struct {
	N           int // its place in the order, from 1 (0 for "not met" where a scale has it)
	Label       string
	Description string
}

// EvidenceSummary names a piece of evidence without its content.
type EvidenceSummary struct {
	Name        string
	Description string
	Genre       string
}

// Alignment ties an achievement to a node of a framework.
type Alignment struct {
	Name      string
	Code      string
	Framework string
	// Path is the node's public page on this server.
	Path string
}
