package competency

import (
	"strings"
	"time"
)

// RequestState tells whether a teacher has answered.
type RequestState string

// The states of a request to be assessed.
const (
	RequestAsked     RequestState = "asked"
	RequestObserved  RequestState = "observed" // a teacher looked and judged
	RequestTask      RequestState = "task"     // a teacher gave a task
	RequestDeclined  RequestState = "declined" // not now, with words
	RequestWithdrawn RequestState = "withdrawn"
)

// AssessmentRequest is a learner's wish to be assessed in one indicator, on any
// day of the year.
type AssessmentRequest struct {
	ID       RequestID
	School   OrgID
	Learner  PersonID
	Item     ItemID
	Words    string // what the learner has ready; may be empty
	State    RequestState
	Asked    time.Time
	Teacher  PersonID // who answered
	Answered time.Time
	Reply    string
}

// Check answers what is wrong with a new request.
func (r AssessmentRequest) Check() []Field {
	return appendLength(nil, "/words", r.Words, 0, 1000, "Say what you have ready")
}

// Answer ends an open request. Declining needs words about what comes first.
func (r *AssessmentRequest) Answer(by PersonID, as RequestState, reply string, now time.Time) error {
	switch {
	case r.State != RequestAsked:
		return Refuse("This request has been answered already.")
	case as != RequestWithdrawn && by == r.Learner:
		return Forbidden("Nobody decides about their own record; someone else has to do this.")
	}
	least := 0
	if as == RequestDeclined {
		least = 3
	}
	if bad := appendLength(nil, "/reply", reply, least, 1000, "Say what comes first, or when"); len(bad) > 0 {
		return Invalid(bad...)
	}
	r.State, r.Answered, r.Reply = as, now, strings.TrimSpace(reply)
	if as != RequestWithdrawn {
		r.Teacher = by
	}
	return nil
}
