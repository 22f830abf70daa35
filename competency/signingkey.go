package competency

import (
	"strings"
	"time"
	"unicode/utf8"
)

// KeyState tells what a signing key may do. It never goes back.
type KeyState string

// The states of a signing key.
const (
	// KeyPending is made and published, so that readers know it before it signs.
	KeyPending KeyState = "pending"
	// KeyActive signs; an organisation has one of each algorithm.
	KeyActive KeyState = "active"
	// KeyRetired signs no more; what it signed in its time stays good.
	KeyRetired KeyState = "retired"
	// KeyCompromised is reported as stolen or lost: nothing that it signed may be relied on.
	KeyCompromised KeyState = "compromised"
)

// KeyKeeper is what holds the private half of a signing key.
type KeyKeeper string

// The keepers.
const (
	// EnvelopeKeeper keeps it in the database, sealed under the key-encryption key.
	EnvelopeKeeper KeyKeeper = "envelope"
	// ModuleKeeper keeps it in a security module, which it never leaves.
	ModuleKeeper KeyKeeper = "module"
)

// KeyKeepers are all keepers.
var KeyKeepers = []KeyKeeper{EnvelopeKeeper, ModuleKeeper}

// SigningKey is what anyone may know of an organisation's key, but for its keeper.
type SigningKey struct {
	Thumbprint string // RFC 7638, SHA-256
	Org        OrgID
	Alg        string
	Keeper     KeyKeeper
	State      KeyState
	Created    time.Time
	// Activated, Retired and Compromised are zero while they have not happened.
	Activated, Retired, Compromised time.Time
}

// KeyActionKind is what is to happen to a key.
type KeyActionKind string

// The kinds of key actions.
const (
	CreateKey     KeyActionKind = "create"
	ActivateKey   KeyActionKind = "activate"
	RetireKey     KeyActionKind = "retire"
	CompromiseKey KeyActionKind = "compromise"
)

// KeyActionKinds are all kinds, in the order of a key's life.
var KeyActionKinds = []KeyActionKind{CreateKey, ActivateKey, RetireKey, CompromiseKey}

// KeyActionState tells how far a key action has come.
type KeyActionState string

// The states of a key action.
const (
	KeyActionOpen      KeyActionState = "open"
	KeyActionConfirmed KeyActionState = "confirmed"
	KeyActionCancelled KeyActionState = "cancelled"
)

// KeyAction is something that one person asks for about a key and that takes
// effect when another agrees (domain invariant 4). Until then it can be given up.
type KeyAction struct {
	ID     KeyActionID
	Tenant OrgID
	Org    OrgID
	Kind   KeyActionKind
	Alg    string
	Keeper KeyKeeper
	// Key is the thumbprint; of a create it is empty until it is done.
	Key string
	// Successor is the key that took the place of a compromised one.
	Successor string
	// Reason is for the office alone.
	Reason string
	State  KeyActionState
	// OpenedBy and ClosedBy are empty where the operator acted.
	OpenedBy PersonID
	Opened   time.Time
	ClosedBy PersonID
	Closed   time.Time
}

// maxKeyReason bounds the reason of a key action, in characters.
const maxKeyReason = 2000

// BeginKeyAction asks for something to happen to a key. keys are all keys of the
// organisation. ErrInvalid for a report without a reason or one that is too
// long; ErrConflict where the key's state does not allow it.
func BeginKeyAction(a KeyAction, keys []SigningKey) (KeyAction, error) {
	a.Reason = strings.TrimSpace(a.Reason)
	switch {
	case utf8.RuneCountInString(a.Reason) > maxKeyReason:
		return a, Invalid(Field{Pointer: "/reason", Detail: "This is longer than 2,000 characters."})
	case a.Kind == CompromiseKey && a.Reason == "":
		return a, Invalid(Field{Pointer: "/reason", Detail: "Say what happened: the second person decides by it."})
	}
	a.State = KeyActionOpen
	return a, a.Allowed(keys)
}

// Allowed answers nil if the keys are as the action needs them, and ErrConflict
// with the reason if not. It is asked when an action is opened, and again when
// it is confirmed.
func (a KeyAction) Allowed(keys []SigningKey) error {
	if a.Kind == CreateKey {
		for _, k := range keys {
			if k.Alg == a.Alg && k.State == KeyPending {
				return Refuse("There is a new key of this kind already, which waits to be put in use.")
			}
		}
		return nil
	}
	for _, k := range keys {
		if k.Thumbprint == a.Key {
			return a.fits(k)
		}
	}
	return NotFound()
}

// fits answers nil if the action can happen to a key in its state.
func (a KeyAction) fits(k SigningKey) error {
	switch a.Kind {
	case ActivateKey:
		if k.State != KeyPending {
			return Refuse("Only a key that has not been in use can be put in use.")
		}
	case RetireKey:
		switch k.State {
		case KeyPending:
		case KeyActive:
			return Refuse("This key signs today. Put another in use: that retires this one.")
		case KeyRetired, KeyCompromised:
			return Refuse("This key is out of use already.")
		}
	case CompromiseKey:
		if k.State == KeyCompromised {
			return Refuse("This key is reported as stolen or lost already.")
		}
	case CreateKey:
	default:
		return Invalid(Field{Pointer: "/kind", Detail: "This is nothing that can happen to a key."})
	}
	return nil
}

// Close ends an open action; ErrConflict for one that is closed, ErrForbidden if
// whoever opened it would confirm it. The operator counts as one person.
func (a KeyAction) Close(to KeyActionState, by PersonID, at time.Time) (KeyAction, error) {
	if a.State != KeyActionOpen {
		return a, Refuse("This is decided already; nothing was changed.")
	}
	if to == KeyActionConfirmed && by == a.OpenedBy {
		return a, Forbidden("What happens to a key needs a second person; you asked for this.")
	}
	a.State, a.ClosedBy, a.Closed = to, by, at
	return a, nil
}
