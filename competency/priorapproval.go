package competency

import (
	"slices"
	"strings"
	"time"
)

// ApprovalState tells how the school answered.
type ApprovalState string

// The states of an agreement from before the start.
const (
	ApprovalAsked    ApprovalState = "asked"
	ApprovalGiven    ApprovalState = "given"
	ApprovalDeclined ApprovalState = "declined"
)

// PriorApproval is an agreement, from before the start, that learning outside
// class may show some indicators: an extended learning opportunity, credit
// flexibility (NH Ed 306.27; ORC 3313.603(J)).
type PriorApproval struct {
	ID        ApprovalID
	School    OrgID
	Learner   PersonID
	Route     string
	Title     string // what will be done, with whom
	Items     []ItemID
	Starts    string // civil date
	State     ApprovalState
	Words     string // of whoever decided
	AskedBy   PersonID
	Asked     time.Time
	DecidedBy PersonID
	Decided   time.Time
}

// Check answers what is wrong with what a learner asks for.
func (p PriorApproval) Check() []Field {
	bad := appendLength(nil, "/title", p.Title, 3, maxTitle, "Say what you will do, and with whom")
	if !slices.Contains(Routes, p.Route) {
		bad = append(bad, Field{"/route", "Choose how it comes about."})
	}
	if !civilDate(p.Starts) {
		bad = append(bad, Field{"/starts", "Give the day on which it begins."})
	}
	switch {
	case len(p.Items) == 0:
		bad = append(bad, Field{"/indicators", "Choose at least one indicator that it is to show."})
	case len(p.Items) > MaxItems:
		bad = append(bad, Field{"/indicators", "Choose at most 12 indicators."})
	}
	return bad
}

// Decide answers the learner, once. An agreement after the start is none.
func (p *PriorApproval) Decide(give bool, by PersonID, words, today string, now time.Time) error {
	switch {
	case p.State != ApprovalAsked:
		return Refuse("This has been answered already.")
	case by == p.Learner:
		return Forbidden("Nobody decides about their own record; someone else has to do this.")
	case give && p.Starts < today:
		return Refuse("It was to begin on " + p.Starts + ". An agreement has to come before the start; the learner can ask again with a later day.")
	case !give && strings.TrimSpace(words) == "":
		return Invalid(Field{"/words", "Say what would have to be different."})
	}
	if bad := appendLength(nil, "/words", words, 0, 1000, "Write your answer"); len(bad) > 0 {
		return Invalid(bad...)
	}
	p.State, p.Words, p.DecidedBy, p.Decided = ApprovalDeclined, strings.TrimSpace(words), by, now
	if give {
		p.State = ApprovalGiven
	}
	return nil
}

// ApprovalRule says which routes need an agreement from before the start, and
// what becomes of evidence without one.
type ApprovalRule struct {
	Routes []string
	// Flag lets such evidence in with a mark that everybody sees; else it is refused.
	Flag bool
}

// UsualApprovalRule is the rule where no policy has its own.
func UsualApprovalRule() ApprovalRule {
	var r ApprovalRule
	for _, k := range RouteKinds {
		if k.Approval {
			r.Routes = append(r.Routes, k.Key)
		}
	}
	return r
}

// Lack is what evidence lacks of an agreement before its start.
type Lack string

// What may be lacking; the first is nothing.
const (
	NothingLacks   Lack = ""
	NoApproval     Lack = "no-approval"     // there is none, or not for this route
	BeforeApproval Lack = "before-approval" // it began before the day that was agreed
	OtherItems     Lack = "other-items"     // it claims indicators that were not agreed
)

// Lacks answers what evidence lacks by the rule; p is the agreement that it
// names, nil for none.
func (r ApprovalRule) Lacks(e Evidence, p *PriorApproval) Lack {
	switch {
	case !slices.Contains(r.Routes, e.Route):
		return NothingLacks
	case p == nil || p.State != ApprovalGiven || p.Learner != e.Owner || p.Route != e.Route:
		return NoApproval
	case e.Began == "" || e.Began < p.Starts:
		return BeforeApproval
	case slices.ContainsFunc(e.Items, func(i ItemID) bool { return !slices.Contains(p.Items, i) }):
		return OtherItems
	}
	return NothingLacks
}

// Fields answers what stands in the way of handing the evidence in; nothing
// where the rule only marks it.
func (r ApprovalRule) Fields(lack Lack) []Field {
	if r.Flag {
		return nil
	}
	switch lack {
	case NoApproval:
		return []Field{{"/approval", "This way needs the school's agreement before it starts. Choose the agreement, or ask for one before the next time."}}
	case BeforeApproval:
		return []Field{{"/began", "It began before the day that the school agreed to, so it cannot count in this way."}}
	case OtherItems:
		return []Field{{"/indicators", "The agreement names other indicators. Choose among those."}}
	case NothingLacks:
	}
	return nil
}
