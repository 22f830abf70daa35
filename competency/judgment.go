package competency

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Assessment is one person's judgment of one piece of evidence against one
// indicator's rubric. It never changes: another look is a new row that
// supersedes this one.
type Assessment struct {
	ID       AssessmentID
	Evidence EvidenceID
	Learner  PersonID
	Item     ItemID
	Rubric   RubricID
	Assessor PersonID
	// Level is on the framework's scale; 0 says that the judgment it
	// supersedes was taken back and nothing stands in its place.
	Level      int
	Feedback   string
	At         time.Time
	Supersedes AssessmentID // empty for a first look
}

// Standing leaves out what was superseded or taken back, oldest first.
func Standing(all []Assessment) []Assessment {
	gone := map[AssessmentID]bool{}
	for _, a := range all {
		gone[a.Supersedes] = true
	}
	var left []Assessment
	for _, a := range all {
		if !gone[a.ID] && a.Level != 0 {
			left = append(left, a)
		}
	}
	slices.SortStableFunc(left, func(a, b Assessment) int { return a.At.Compare(b.At) })
	return left
}

// IndicatorMark is what an assessor gives for one indicator.
type IndicatorMark struct {
	Item     ItemID
	Level    int
	Feedback string
}

// CheckIndicatorMarks answers what is wrong with the marks for a piece of evidence.
// Below proficient the learner is owed words about what comes next.
func CheckIndicatorMarks(e Evidence, s Scale, marks []IndicatorMark) []Field {
	if len(marks) == 0 {
		return []Field{{"/scores", "Choose a level for at least one indicator."}}
	}
	var bad []Field
	seen := map[ItemID]bool{}
	for i, m := range marks {
		at := "/scores/" + strconv.Itoa(i)
		switch {
		case !slices.Contains(e.Items, m.Item):
			bad = append(bad, Field{at + "/indicator", "This evidence was not handed in for this indicator."})
		case seen[m.Item]:
			bad = append(bad, Field{at + "/indicator", "This indicator stands here twice."})
		}
		seen[m.Item] = true
		if !s.Has(m.Level) {
			bad = append(bad, Field{at + "/level", "Choose one of the scale's levels."})
		}
		if s.Has(m.Level) && m.Level < s.ProficientAt && strings.TrimSpace(m.Feedback) == "" {
			bad = append(bad, Field{at + "/feedback", "Say what would bring this to " + s.Label(s.ProficientAt) + "."})
		}
		bad = appendLength(bad, at+"/feedback", m.Feedback, 0, maxText, "Write the feedback")
	}
	return bad
}

// Judged answers the state of evidence after a judgment: accepted when every
// indicator has a standing level, else in review, and submitted again when all
// judgments were taken back.
func Judged(e Evidence, all []Assessment) EvidenceState {
	levelled := map[ItemID]bool{}
	for _, a := range Standing(all) {
		levelled[a.Item] = true
	}
	switch {
	case len(levelled) == 0:
		return EvidenceSubmitted
	case e.ObservedBy != "": // its teacher judged what there was to see
		return EvidenceAccepted
	case slices.ContainsFunc(e.Items, func(i ItemID) bool { return !levelled[i] }):
		return EvidenceInReview
	}
	return EvidenceAccepted
}

// DeterminationState tells whether a level counts.
type DeterminationState string

// The states of a determination. Only a confirmed one counts (domain
// invariant 7). Reopened and superseded rows stay as history.
const (
	LevelProposed   DeterminationState = "proposed"
	LevelConfirmed  DeterminationState = "confirmed"
	LevelReopened   DeterminationState = "reopened"
	LevelSuperseded DeterminationState = "superseded"
)

// Determination is the level of one learner in one indicator: proposed by a
// method, decided by a person. It keeps what it was computed from, so that it
// can be explained for as long as it stands.
type Determination struct {
	ID      DeterminationID
	Learner PersonID
	Item    ItemID
	State   DeterminationState
	Level   int
	// Method is the judgment method as data: name, parameters and version.
	Method string
	// Inputs are the assessments it was computed from.
	Inputs []AssessmentID
	// Why is the sentence that explains the level to anyone.
	Why string
	// Contexts are the subjects in which it was shown.
	Contexts []string
	// Supersedes is the determination whose place this one takes.
	Supersedes DeterminationID
	Proposed   time.Time
	By         PersonID // who confirmed it
	Confirmed  time.Time
	ReopenedBy PersonID
	Reopened   time.Time
	Reason     string // for reopening; for staff only
}

// Confirm makes a proposal count. Nobody confirms their own level.
func (d *Determination) Confirm(by PersonID, now time.Time) error {
	switch {
	case d.State == LevelConfirmed:
		return Refuse("This level is confirmed already.")
	case d.State != LevelProposed:
		return Refuse("This proposal is no longer open.")
	case by == d.Learner:
		return Forbidden("Nobody decides about their own record; someone else has to do this.")
	}
	d.State, d.By, d.Confirmed = LevelConfirmed, by, now
	return nil
}

// Reopen takes a confirmed level back with a reason; the row stays as history.
func (d *Determination) Reopen(by PersonID, reason string, now time.Time) error {
	if d.State != LevelConfirmed {
		return Refuse("Only a confirmed level can be reopened.")
	}
	if bad := appendLength(nil, "/reason", reason, 10, 1000, "Say why this level is reopened"); len(bad) > 0 {
		return Invalid(bad...)
	}
	d.State, d.ReopenedBy, d.Reopened, d.Reason = LevelReopened, by, now, strings.TrimSpace(reason)
	return nil
}

// MayPropose reports whether a new proposal may stand beside the confirmed level:
// none is confirmed, or the confirmed one is below proficient and the proposal
// is higher. A level at or above proficient is locked until it is reopened, so
// that new evidence never takes it away (domain §2.3).
func MayPropose(confirmed *Determination, proposed int, s Scale) bool {
	return confirmed == nil || confirmed.Level < s.ProficientAt && proposed > confirmed.Level
}
