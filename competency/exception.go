package competency

import "time"

// ExceptionState tells where an exception stands on its way.
type ExceptionState string

// The states of a request: proposed → approved → granted, or refused or taken
// back before that. Approved means that one of two people has agreed.
const (
	ExceptionProposed  ExceptionState = "proposed"
	ExceptionApproved  ExceptionState = "approved"
	ExceptionGranted   ExceptionState = "granted"
	ExceptionRefused   ExceptionState = "refused"
	ExceptionWithdrawn ExceptionState = "withdrawn"
)

// ExceptionRequest is an exception that somebody proposes for a learner and two
// others approve (domain invariant 2). Its reason is for staff only.
type ExceptionRequest struct {
	ID          ExceptionRequestID
	School      OrgID
	Learner     PersonID
	Policy      PolicyID
	Requirement string // id of a node or bucket of the policy
	Title       string // of that requirement
	Kind        string
	Reason      string
	Cite        string
	Expires     string // last civil date on which it holds; empty for good
	State       ExceptionState
	ProposedBy  PersonID
	Proposed    time.Time
	FirstBy     PersonID
	FirstAt     time.Time
	ClosedBy    PersonID // who granted, refused or took it back
	Closed      time.Time
	ClosedWhy   string
	Exception   string // id of the exception that came of it
}

// Open reports whether somebody still has to answer.
func (x ExceptionRequest) Open() bool {
	return x.State == ExceptionProposed || x.State == ExceptionApproved
}

// Since is when the request began to wait for its next step.
func (x ExceptionRequest) Since() time.Time {
	if x.State == ExceptionApproved {
		return x.FirstAt
	}
	return x.Proposed
}

// Stood are those who have taken a step: none of them may take the next.
func (x ExceptionRequest) Stood() []PersonID {
	if x.FirstBy == "" {
		return []PersonID{x.ProposedBy}
	}
	return []PersonID{x.ProposedBy, x.FirstBy}
}

// Check answers what is wrong with the words of a request. Whether the policy
// allows it, the policy engine says.
func (x ExceptionRequest) Check(mustCite bool) []Field {
	var bad []Field
	if x.Requirement == "" {
		bad = append(bad, Field{"/requirement", "Choose the requirement."})
	}
	if x.Kind == "" {
		bad = append(bad, Field{"/kind", "Choose the kind of exception."})
	}
	bad = append(bad, CheckReason("/reason", x.Reason)...)
	if mustCite && x.Cite == "" || len(x.Cite) > 300 {
		bad = append(bad, Field{"/cite", "Name the decision or document on which it rests, such as “Board minutes, 12 May 2026, item 4”."})
	}
	if _, err := time.Parse(time.DateOnly, x.Expires); x.Expires != "" && err != nil {
		bad = append(bad, Field{"/expires", "Give the last day as year-month-day, or leave this empty."})
	}
	return bad
}

// Approve takes the next step: the first approval, or the one that grants it.
// Nobody who took a step before may take this one. It reports whether the
// exception is granted now.
func (x *ExceptionRequest) Approve(by PersonID, now time.Time) (granted bool, err error) {
	if !x.Open() {
		return false, x.closedAlready()
	}
	for _, before := range x.Stood() {
		if by == before || by == x.Learner {
			return false, Forbidden("An exception takes people other than those who stood for it before, and never the learner.")
		}
	}
	if x.State == ExceptionProposed {
		x.State, x.FirstBy, x.FirstAt = ExceptionApproved, by, now
		return false, nil
	}
	x.State, x.ClosedBy, x.Closed = ExceptionGranted, by, now
	return true, nil
}

// Refuse ends the request with a reason.
func (x *ExceptionRequest) Refuse(by PersonID, why string, now time.Time) error {
	return x.close(ExceptionRefused, by, why, now)
}

// TakeBack ends the request by who proposed it.
func (x *ExceptionRequest) TakeBack(by PersonID, why string, now time.Time) error {
	if by != x.ProposedBy {
		return Forbidden("Only who proposed an exception takes it back.")
	}
	return x.close(ExceptionWithdrawn, by, why, now)
}

func (x *ExceptionRequest) close(to ExceptionState, by PersonID, why string, now time.Time) error {
	if !x.Open() {
		return x.closedAlready()
	}
	if bad := CheckReason("/why", why); len(bad) > 0 {
		return Invalid(bad...)
	}
	x.State, x.ClosedBy, x.Closed, x.ClosedWhy = to, by, now, why
	return nil
}

func (x *ExceptionRequest) closedAlready() error {
	return Refuse("This request has been answered already. Nothing was changed.")
}
