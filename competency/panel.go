package competency

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// PanelState tells where a panel stands.
type PanelState string

// The states of a panel.
const (
	PanelOpen      PanelState = "open"
	PanelDecided   PanelState = "decided"
	PanelCancelled PanelState = "cancelled"
)

// PanelKinds are what a panel is called together for; a policy's artifact node
// names one.
var PanelKinds = []string{"exhibition", "portfolio", "capstone"}

// Panel judges a body of evidence: pieces that were chosen to show something
// together. Each member says what they see alone, before the panel decides.
type Panel struct {
	ID      PanelID
	School  OrgID // the learner's
	Learner PersonID
	Kind    string     // one of PanelKinds
	Body    EvidenceID // the body, a piece of evidence of its own
	State   PanelState
	Chair   PersonID // the teacher who called it together
	Members []PanelMember
	Pieces  []EvidenceID
	Scores  []PanelScore
	Opened  time.Time
	Decided time.Time // zero while it is open
	Reason  string    // why it ended without a decision
}

// PanelMember is one who judges; Outside tells that they work at another place
// than the learner's school.
type PanelMember struct {
	Person  PersonID
	Outside bool
}

// PanelScore is what one member said of one indicator, alone.
type PanelScore struct {
	Person PersonID
	Item   ItemID
	Level  int
	Words  string
	Made   time.Time
}

// Sizes of a panel: two see more than one, and one of them sees from outside.
const (
	LeastPanel   = 2
	LeastOutside = 1
)

// Check answers what is wrong with a panel that is called together. The learner
// never sits on it.
func (p Panel) Check() []Field {
	var bad []Field
	outside := 0
	for _, m := range p.Members {
		if m.Outside {
			outside++
		}
		if m.Person == p.Learner {
			bad = append(bad, Field{"/members", "Nobody sits on their own panel."})
		}
	}
	switch {
	case len(p.Members) < LeastPanel:
		bad = append(bad, Field{"/members", "A panel has at least " + strconv.Itoa(LeastPanel) + " members."})
	case outside < LeastOutside:
		bad = append(bad, Field{"/members", "At least " + strconv.Itoa(LeastOutside) + " member comes from outside the school."})
	}
	if !slices.Contains(PanelKinds, p.Kind) {
		bad = append(bad, Field{"/kind", "Choose what the panel is for."})
	}
	if len(p.Pieces) == 0 {
		bad = append(bad, Field{"/pieces", "Choose at least one piece of evidence."})
	}
	return bad
}

// Outsiders is how many members come from outside.
func (p Panel) Outsiders() (n int) {
	for _, m := range p.Members {
		if m.Outside {
			n++
		}
	}
	return n
}

// ScoresOf are what one member said.
func (p Panel) ScoresOf(member PersonID) (said []PanelScore) {
	for _, s := range p.Scores {
		if s.Person == member {
			said = append(said, s)
		}
	}
	return said
}

// Waits are the members who have not said anything yet.
func (p Panel) Waits() (members []PersonID) {
	for _, m := range p.Members {
		if len(p.ScoresOf(m.Person)) == 0 {
			members = append(members, m.Person)
		}
	}
	return members
}

// MayScore answers why a member may not say anything now: nil, ErrConflict or
// ErrNotFound. What was said is said once, so that nobody follows another.
func (p Panel) MayScore(member PersonID) error {
	switch {
	case !slices.ContainsFunc(p.Members, func(m PanelMember) bool { return m.Person == member }):
		return NotFound()
	case p.State != PanelOpen:
		return Refuse("This panel has ended.")
	case len(p.ScoresOf(member)) > 0:
		return Refuse("You have given your levels already; the panel decides together.")
	}
	return nil
}

// Agreed is the level of an indicator that follows by rule: where every member
// sees it as proficient or above, the lowest level that one of them gave. Else
// the panel has to talk, and ok is false.
func (p Panel) Agreed(item ItemID, s Scale) (level int, ok bool) {
	for _, m := range p.Members {
		given := 0
		for _, sc := range p.ScoresOf(m.Person) {
			if sc.Item == item {
				given = sc.Level
			}
		}
		if given < s.ProficientAt {
			return 0, false
		}
		if level == 0 || given < level {
			level = given
		}
	}
	return level, level > 0
}

// Decide ends the panel with a level for each item: the agreed one, or the one
// that the panel settled on after talking, with its reason.
func (p *Panel) Decide(items []ItemID, settled []IndicatorMark, s Scale, now time.Time) ([]IndicatorMark, error) {
	switch waits := p.Waits(); {
	case p.State != PanelOpen:
		return nil, Refuse("This panel has ended.")
	case len(waits) > 0:
		return nil, Refuse("Not every member has given their levels yet.")
	}
	var marks []IndicatorMark
	var bad []Field
	for _, item := range items {
		if level, ok := p.Agreed(item, s); ok {
			marks = append(marks, IndicatorMark{Item: item, Level: level})
			continue
		}
		i := slices.IndexFunc(settled, func(m IndicatorMark) bool { return m.Item == item })
		if i < 0 || !s.Has(settled[i].Level) || len(strings.TrimSpace(settled[i].Feedback)) < 10 {
			at := "/settled/" + strconv.Itoa(max(i, 0))
			bad = append(bad, Field{at + "/feedback", "The members differ. Give the level that the panel settled on and say why, in at least 10 characters."})
			continue
		}
		marks = append(marks, settled[i])
	}
	if len(bad) > 0 {
		return nil, Invalid(bad...)
	}
	p.State, p.Decided = PanelDecided, now
	return marks, nil
}

// Cancel ends the panel without a decision, with the reason.
func (p *Panel) Cancel(reason string, now time.Time) error {
	if p.State != PanelOpen {
		return Refuse("This panel has ended.")
	}
	reason = strings.TrimSpace(reason)
	if bad := appendLength(nil, "/reason", reason, 10, 4*maxTitle, "Say why the panel ends"); len(bad) > 0 {
		return Invalid(bad...)
	}
	p.State, p.Decided, p.Reason = PanelCancelled, now, reason
	return nil
}

// Accepted tells that every mark is proficient or above.
func Accepted(marks []IndicatorMark, s Scale) bool {
	return len(marks) > 0 && !slices.ContainsFunc(marks, func(m IndicatorMark) bool { return m.Level < s.ProficientAt })
}
