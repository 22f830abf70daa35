package competency

import "time"

// EntryMark is something that a person did to an entry of a learner's record.
// The entry itself never changes: what counts follows from its marks.
type EntryMark struct {
	Entry   string
	Learner PersonID
	Mark    Mark
	// Note is where the entry comes from, or why it was withdrawn; for staff only.
	Note string
	By   PersonID
	At   time.Time
}

// Mark is a kind of EntryMark.
type Mark string

// The marks. An entry that waits counts once it is confirmed; one that was
// withdrawn never counts again.
const (
	MarkEntered   Mark = "entered"
	MarkConfirmed Mark = "confirmed"
	MarkWithdrawn Mark = "withdrawn"
)

// minReason is how many characters a reason has at least.
const minReason = 10

// CheckReason answers what is wrong with a reason that others will read.
func CheckReason(pointer, reason string) []Field {
	switch n := len([]rune(reason)); {
	case n < minReason:
		return []Field{{pointer, "Say why, in at least ten characters."}}
	case n > 2000:
		return []Field{{pointer, "Say it in at most 2,000 characters."}}
	}
	return nil
}
