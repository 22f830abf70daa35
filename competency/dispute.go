package competency

import (
	"slices"
	"strings"
	"time"
)

// DisputeOutcome is what became of a dispute; empty while it is open.
type DisputeOutcome string

// The outcomes of a dispute.
const (
	DisputeUpheld   DisputeOutcome = "set_aside" // the evidence no longer counts
	DisputeRejected DisputeOutcome = "accepted"  // it counts as before
)

// Dispute is a doubt about accepted evidence: whose work it is, whether it
// happened. A second person decides it.
type Dispute struct {
	ID        DisputeID
	Evidence  EvidenceID
	RaisedBy  PersonID
	Reason    string // for staff only
	Raised    time.Time
	Outcome   DisputeOutcome
	Words     string
	DecidedBy PersonID
	Decided   time.Time
}

// RaiseDispute begins a dispute about evidence and moves it to disputed.
func RaiseDispute(e *Evidence, id DisputeID, by PersonID, reason string, now time.Time) (Dispute, error) {
	if bad := appendLength(nil, "/reason", reason, 10, maxText, "Say what is in doubt"); len(bad) > 0 {
		return Dispute{}, Invalid(bad...)
	}
	if err := e.Move(EvidenceDisputed); err != nil {
		return Dispute{}, err
	}
	return Dispute{ID: id, Evidence: e.ID, RaisedBy: by, Reason: strings.TrimSpace(reason), Raised: now}, nil
}

// Decide ends the dispute and moves the evidence to where the outcome puts it.
func (d *Dispute) Decide(e *Evidence, outcome DisputeOutcome, by PersonID, words string, now time.Time) error {
	if d.Outcome != "" {
		return Refuse("This dispute has been decided already.")
	}
	if by == d.RaisedBy {
		return Forbidden("This step needs a second person; you did the one before it.")
	}
	bad := appendLength(nil, "/words", words, 10, maxText, "Say why, in words that can stand in the file")
	if outcome != DisputeUpheld && outcome != DisputeRejected {
		bad = append(bad, Field{"/outcome", "Choose what becomes of it."})
	}
	if len(bad) > 0 {
		return Invalid(bad...)
	}
	if err := e.Move(EvidenceState(outcome)); err != nil {
		return err
	}
	d.Outcome, d.Words, d.DecidedBy, d.Decided = outcome, strings.TrimSpace(words), by, now
	return nil
}

// ReviewKind tells why something has to be looked at again.
type ReviewKind string

// Why review tasks are opened.
const (
	EvidenceWasSetAside ReviewKind = "evidence-set-aside"
	OutsideWasWithdrawn ReviewKind = "outside-withdrawn"
)

// ReviewOutcome is what somebody decided about a review task; empty while it is open.
type ReviewOutcome string

// The outcomes of a review task.
const (
	// ReviewStands: what was decided holds on other grounds.
	ReviewStands ReviewOutcome = "stands"
	// ReviewChanged: the level was reopened, or the withdrawal of the credential asked for.
	ReviewChanged ReviewOutcome = "changed"
)

// ReviewTask is a decision whose ground has changed: a locked level or an
// issued credential that rests on evidence which was set aside, or on a
// credential of elsewhere that was withdrawn. Nothing changes by itself
// (domain §4.2); somebody looks and says what follows.
type ReviewTask struct {
	ID            ReviewTaskID
	School        OrgID
	Learner       PersonID
	Kind          ReviewKind
	Evidence      EvidenceID      // empty where none was set aside
	Outside       OutsideID       // empty where none was withdrawn
	Determination DeterminationID // the level in question, or empty
	Credential    CredentialID    // the credential in question, or empty
	Opened        time.Time
	Outcome       ReviewOutcome
	Words         string
	ClosedBy      PersonID
	Closed        time.Time
}

// Close ends a review task with what was decided and why.
func (t *ReviewTask) Close(outcome ReviewOutcome, by PersonID, words string, now time.Time) error {
	if t.Outcome != "" {
		return Refuse("This has been decided already.")
	}
	bad := appendLength(nil, "/words", words, 10, 1000, "Say why, in words that can stand in the file")
	if outcome != ReviewStands && outcome != ReviewChanged {
		bad = append(bad, Field{"/outcome", "Choose what follows from it."})
	}
	if len(bad) > 0 {
		return Invalid(bad...)
	}
	t.Outcome, t.Words, t.ClosedBy, t.Closed = outcome, strings.TrimSpace(words), by, now
	return nil
}

// RestsOn reports whether a level was computed from one of the judgments.
func (d Determination) RestsOn(made []Assessment) bool {
	return slices.ContainsFunc(made, func(a Assessment) bool { return slices.Contains(d.Inputs, a.ID) })
}
