package competency

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Class is the learners of one school who are to graduate in one year; there
// is one class per school and year.
type Class struct {
	ID     ClassID
	Tenant OrgID
	School OrgID
	Year   int
	// Conferral is the civil date printed on the diplomas ("2027-06-12").
	// Audits of the class look at a learner's record as of this day, so that
	// an audit says the same until the record itself changes.
	Conferral string
	OpenedBy  PersonID
	Opened    time.Time
}

// Check answers what is wrong with a new class.
func (c Class) Check() []Field {
	var bad []Field
	if c.School == "" {
		bad = append(bad, Field{"/school", "Choose the school."})
	}
	if c.Year < 1990 || c.Year > 2100 {
		return append(bad, Field{"/year", "Give the year in which the class graduates, such as 2027."})
	}
	day, err := time.Parse(time.DateOnly, c.Conferral)
	first := time.Date(c.Year-1, time.July, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(c.Year, time.December, 31, 0, 0, 0, 0, time.UTC)
	switch {
	case err != nil:
		bad = append(bad, Field{"/conferral", "Give the day as year-month-day, such as 2027-06-12."})
	case day.Before(first), day.After(last):
		bad = append(bad, Field{"/conferral", "Choose a day of the class's own school year."})
	}
	return bad
}

// AuditState is the answer of a policy to one learner's record.
type AuditState string

// The answers of an audit; say "not yet" to people for the third.
const (
	AuditMet     AuditState = "met"
	AuditWaived  AuditState = "waived"
	AuditNotMet  AuditState = "not_met"
	AuditPending AuditState = "pending"
)

// Done reports whether a diploma may rest on the audit (domain invariant 1).
func (s AuditState) Done() bool { return s == AuditMet || s == AuditWaived }

// AuditRecord is one evaluation of one learner against one policy. It never
// changes: another look is a new record with the next number.
type AuditRecord struct {
	ID      AuditID
	Class   ClassID
	Learner PersonID
	Number  int // counts the learner's audits in the class, from 1
	// Policy is the version that applied; PolicyHash and FactsHash say exactly
	// what was evaluated.
	Policy     PolicyID
	PolicyHash string
	FactsHash  string
	State      AuditState
	Summary    AuditSummary
	// Tree is the JSON of the whole explanation; lists leave it out.
	Tree []byte
	At   time.Time
}

// SameAs reports whether two audits looked at the same policy and facts, and
// so must say the same.
func (a AuditRecord) SameAs(b AuditRecord) bool {
	return a.Learner == b.Learner && a.PolicyHash == b.PolicyHash && a.FactsHash == b.FactsHash
}

// AuditSummary is what a list says of an audit.
type AuditSummary struct {
	Have, Need int // requirements done, of how many
	Open       []OpenRequirement
	Waived     []string // titles of the requirements that were excused
	// Seals are endorsements that were earned; they are reported and decide nothing.
	Seals []string
}

// OpenRequirement is one requirement that is not done.
type OpenRequirement struct {
	Title   string
	Missing []string // what is still to be shown, by title
	// For is who has to confirm what is missing; empty where it is the learner's turn.
	For string
}

// Season is where a learner of a class stands.
type Season string

// The stages of a learner on the way to the diploma.
const (
	SeasonNotYet    Season = "not-yet"
	SeasonReady     Season = "ready"
	SeasonCertified Season = "certified"
	SeasonIssued    Season = "issued"
)

// Seasons are the stages in their order.
var Seasons = []Season{SeasonNotYet, SeasonReady, SeasonCertified, SeasonIssued}

// SeasonOf answers where a learner stands, from the newest audit and the entry
// in a batch that is under way or done; either may be nil.
func SeasonOf(newest *AuditRecord, live *BatchItem) Season {
	switch {
	case live != nil && live.State == ItemAwarded:
		return SeasonIssued
	case live != nil && live.State == ItemReady:
		return SeasonCertified
	case newest != nil && newest.State.Done():
		return SeasonReady
	}
	return SeasonNotYet
}

// BatchState tells where a list of diplomas stands.
type BatchState string

// The states of a batch: certified → approved → issuing → issued, or withdrawn
// before approval. Issuing and issued follow from the diplomas themselves and
// are not stored, see [Batch.Stage].
const (
	BatchCertified BatchState = "certified"
	BatchApproved  BatchState = "approved"
	BatchIssuing   BatchState = "issuing"
	BatchIssued    BatchState = "issued"
	BatchWithdrawn BatchState = "withdrawn"
)

// Batch is a list of diplomas that one person certifies and another approves.
type Batch struct {
	ID          BatchID
	Tenant      OrgID
	Class       ClassID
	State       BatchState
	ListHash    string // see [ListHash]
	Count       int    // learners on the list as certified
	CertifiedBy PersonID
	Certified   time.Time
	// ClosedBy approved or withdrew it.
	ClosedBy PersonID
	Closed   time.Time
}

// ItemState tells where one learner of a batch stands.
type ItemState string

// The states of an entry. Awarded means that the school's decision is made;
// its document follows. Held entries are left out at approval, with a reason.
const (
	ItemReady     ItemState = "ready"
	ItemAwarded   ItemState = "awarded"
	ItemHeld      ItemState = "held"
	ItemWithdrawn ItemState = "withdrawn"
)

// HoldReason says why a diploma is not certified or not awarded now.
type HoldReason string

// The reasons, worded by the pages.
const (
	HoldNotMember HoldReason = "not-member" // no longer in this class
	HoldNoAudit   HoldReason = "no-audit"   // never audited
	HoldNoPolicy  HoldReason = "no-policy"  // no adopted policy covers the learner
	HoldPolicy    HoldReason = "policy"     // another policy applies since the audit
	HoldFacts     HoldReason = "facts"      // the record has changed since the audit
	HoldNotDone   HoldReason = "not-done"   // requirements are open
	HoldInBatch   HoldReason = "in-batch"   // on another list, or awarded
	HoldOwn       HoldReason = "own"        // nobody decides about their own record or their family's
)

// BatchItem is one learner on a list.
type BatchItem struct {
	Batch   BatchID
	Learner PersonID
	Audit   AuditID
	State   ItemState
	Reason  HoldReason // of a held entry
}

// ListHash is the SHA-256, in lower-case hex, over the lines
// "learner:audit\n" in byte order: two people who saw the same hash saw the
// same list.
func ListHash(items []BatchItem) string {
	lines := make([]string, len(items))
	for i, it := range items {
		lines[i] = string(it.Learner) + ":" + string(it.Audit) + "\n"
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])
}

// Hold answers why no diploma can rest on an audit, comparing it with what the
// rules say now; empty if nothing stands in the way. Either may be nil: never
// audited, or not covered by a policy any more (domain invariant 1).
func Hold(audited, now *AuditRecord) HoldReason {
	switch {
	case audited == nil:
		return HoldNoAudit
	case now == nil:
		return HoldNoPolicy
	case audited.PolicyHash != now.PolicyHash:
		return HoldPolicy
	case audited.FactsHash != now.FactsHash:
		return HoldFacts
	case !now.State.Done():
		return HoldNotDone
	}
	return ""
}

// Approve closes a certified batch for issuing. The approver is never the
// certifier (domain invariant 4), sends the hash of the list that he saw, and
// has ticked every learner in exceptions: these cannot be skipped.
func (b *Batch) Approve(by PersonID, seen string, exceptions, ticked []PersonID, now time.Time) error {
	switch {
	case b.State == BatchWithdrawn:
		return Refuse("This list was withdrawn before it was approved. Nothing was awarded.")
	case b.State != BatchCertified:
		return Refuse("This list has been approved already. Nothing was awarded twice.")
	case by == b.CertifiedBy:
		return Forbidden("This step needs a second person; you did the one before it.")
	case seen != b.ListHash:
		return Invalid(Field{"/hash", "The list that you saw is not the list as it stands. Please look at it again."})
	}
	for _, p := range exceptions {
		if !slices.Contains(ticked, p) {
			return Invalid(Field{"/exceptions", "Look at every exception and tick it; none can be passed over."})
		}
	}
	b.State, b.ClosedBy, b.Closed = BatchApproved, by, now
	return nil
}

// Withdraw takes a certified batch back; its learners are ready again.
func (b *Batch) Withdraw(by PersonID, now time.Time) error {
	switch b.State {
	case BatchCertified:
		b.State, b.ClosedBy, b.Closed = BatchWithdrawn, by, now
		return nil
	case BatchWithdrawn:
		return Refuse("This list was withdrawn already.")
	case BatchApproved, BatchIssuing, BatchIssued:
	}
	return Refuse("This list has been approved. A diploma that was awarded can only be revoked.")
}

// Stage is the state as people see it: an approved batch is issuing until as
// many diplomas are issued as were awarded.
func (b Batch) Stage(issued, awarded int) BatchState {
	switch {
	case b.State != BatchApproved:
		return b.State
	case issued >= awarded:
		return BatchIssued
	}
	return BatchIssuing
}
