package competency

import (
	"slices"
	"time"
)

// ChangeKind tells what is changed about a credential that was issued.
type ChangeKind string

// The kinds of changes.
const (
	// Withdraw ends a credential for good.
	Withdraw ChangeKind = "withdraw"
	// Suspend puts it on hold while something is looked into.
	Suspend ChangeKind = "suspend"
	// Lift ends a hold: it stands again.
	Lift ChangeKind = "lift"
	// Replace issues a newer copy with the names and the school's data of the
	// day, after a correction or a change of name, in place of this one.
	Replace ChangeKind = "replace"
)

// ChangeKinds are the kinds in the order that pages list them.
var ChangeKinds = []ChangeKind{Suspend, Lift, Replace, Withdraw}

// ChangesOf are the kinds that can be asked for about a credential in a state,
// in the order of [ChangeKinds].
func ChangesOf(state CredentialState) []ChangeKind {
	switch state {
	case Issued:
		return []ChangeKind{Suspend, Replace, Withdraw}
	case Suspended:
		return []ChangeKind{Lift, Replace, Withdraw}
	case Reserved, Revoked, Superseded:
	}
	return nil
}

// ChangeState tells how far a change has come.
type ChangeState string

// The states of a change.
const (
	ChangeOpen      ChangeState = "open"
	ChangeConfirmed ChangeState = "confirmed"
	ChangeCancelled ChangeState = "cancelled"
)

// RevocationReason is what the public may know of why a credential was withdrawn.
type RevocationReason string

// The public reasons. None says anything about the person.
const (
	IssuedInError   RevocationReason = "issued-in-error"
	NotMet          RevocationReason = "requirements-not-met"
	IntegrityReason RevocationReason = "integrity"
	HolderAsked     RevocationReason = "holder-asked"
)

// RevocationReasons are the public reasons in the order that pages list them.
var RevocationReasons = []RevocationReason{IssuedInError, NotMet, IntegrityReason, HolderAsked}

// StatusChange is a change of a credential's standing, asked for by one person
// and confirmed by another (domain invariant 4).
type StatusChange struct {
	ID         StatusChangeID
	Tenant     OrgID
	Credential CredentialID
	Kind       ChangeKind
	State      ChangeState
	// Public is why, of a withdrawal alone: a hold and a replacement are told
	// without a reason (domain invariant 13).
	Public RevocationReason
	// Private is why, for the office; it is never shown to the public.
	Private  string
	OpenedBy PersonID
	Opened   time.Time
	// ClosedBy confirmed or cancelled it; empty while it is open.
	ClosedBy PersonID
	Closed   time.Time
}

// privateReasonLength bounds the office's own words, in characters.
const privateReasonLength = 2000

// BeginStatusChange asks for a change of a credential: kind, public and private
// reason are want's. The error is ErrInvalid with fields, or ErrConflict for a
// change that the credential's state does not allow.
func BeginStatusChange(c Credential, want StatusChange, by PersonID, at time.Time) (StatusChange, error) {
	if !slices.Contains(ChangeKinds, want.Kind) {
		return StatusChange{}, Invalid(Field{"/kind", "Choose what is to change."})
	}
	if !slices.Contains(ChangesOf(c.State), want.Kind) {
		return StatusChange{}, Refuse(notNow[want.Kind])
	}
	var bad []Field
	switch {
	case want.Kind == Withdraw && !slices.Contains(RevocationReasons, want.Public):
		bad = append(bad, Field{"/public", "Choose one of the reasons."})
	case want.Kind != Withdraw && want.Public != "":
		bad = append(bad, Field{"/public", "Only a withdrawal has a public reason."})
	}
	if n := len([]rune(want.Private)); n < 10 || n > privateReasonLength {
		bad = append(bad, Field{"/private", "Say in 10 to 2,000 characters what happened; only the office reads it."})
	}
	if len(bad) > 0 {
		return StatusChange{}, Invalid(bad...)
	}
	return StatusChange{
		Tenant: c.Tenant, Credential: c.ID, Kind: want.Kind, State: ChangeOpen, Public: want.Public, Private: want.Private,
		OpenedBy: by, Opened: at,
	}, nil
}

// notNow says why a change is not possible in another state.
var notNow = map[ChangeKind]string{
	Withdraw: "Only a credential that is issued and still stands can be withdrawn.",
	Suspend:  "Only a credential that is issued and stands can be put on hold.",
	Lift:     "This credential is not on hold.",
	Replace:  "Only a credential that is issued and still stands can be replaced.",
}

// Close answers the change as confirmed or cancelled; ErrConflict if it is not
// open, ErrForbidden if the person who opened it would confirm it.
func (c StatusChange) Close(to ChangeState, by PersonID, at time.Time) (StatusChange, error) {
	if c.State != ChangeOpen {
		return c, Refuse("This is closed already; nothing was changed.")
	}
	if to == ChangeConfirmed && by == c.OpenedBy {
		return c, Forbidden("This needs a second person; you asked for it.")
	}
	c.State, c.ClosedBy, c.Closed = to, by, at
	return c, nil
}
