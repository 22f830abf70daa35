package competency

import "time"

// CredentialState tells how far a credential has come. It never goes back.
type CredentialState string

// The states of a credential.
const (
	// Reserved has its document, page and status index, and is not signed yet.
	Reserved CredentialState = "reserved"
	// Issued is signed and stored.
	Issued CredentialState = "issued"
	// Revoked was withdrawn by two people.
	Revoked CredentialState = "revoked"
)

// Credential is the record of a signed document about an award.
type Credential struct {
	ID     CredentialID
	Tenant OrgID
	Org    OrgID // who issued it
	Person PersonID
	Award  AwardID
	// Generation counts the documents about one award, from 1.
	Generation int
	// Document is the document's own id, urn:uuid:….
	Document string
	// Page is the secret of its page /c/{page}: 128 random bits.
	Page  string
	Kind  AwardKind
	Name  string // of what was achieved
	State CredentialState
	// Reserved, Issued and PageWithdrawn are zero while they have not happened.
	Reserved, Issued, PageWithdrawn time.Time
}

// minPageAge is the age from which a person may have a public page (COPPA,
// domain invariant 17).
const minPageAge = 13

// PageOpen reports whether the credential's public page may be shown: it is
// issued, its holder has not withdrawn it, has not opted out of directory
// information (34 CFR 99.37) and is at least 13 years old.
func (c Credential) PageOpen(holder Person, now time.Time) bool {
	if c.State == Reserved || !c.PageWithdrawn.IsZero() {
		return false
	}
	return !holder.DirectoryOptOut && !holder.Under(minPageAge, now)
}

// Under reports whether the person is known to be younger than years on the
// day of now. A person whose birth date is not known is not.
func (p Person) Under(years int, now time.Time) bool {
	born, err := time.Parse(time.DateOnly, p.Born)
	return err == nil && born.AddDate(years, 0, 0).After(now)
}

// RevocationState tells how far a withdrawal has come.
type RevocationState string

// The states of a withdrawal.
const (
	RevocationOpen      RevocationState = "open"
	RevocationConfirmed RevocationState = "confirmed"
	RevocationCancelled RevocationState = "cancelled"
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

// Revocation is the withdrawal of a credential, opened by one person and
// confirmed by another (domain invariant 4).
type Revocation struct {
	ID         RevocationID
	Tenant     OrgID
	Credential CredentialID
	State      RevocationState
	Public     RevocationReason
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

// BeginRevocation begins the withdrawal of a credential. The error is
// ErrInvalid with fields, or ErrConflict for a credential that cannot be withdrawn.
func BeginRevocation(c Credential, public RevocationReason, private string, by PersonID, at time.Time) (Revocation, error) {
	if c.State != Issued {
		return Revocation{}, Refuse("Only a credential that is issued and still stands can be withdrawn.")
	}
	var bad []Field
	switch public {
	case IssuedInError, NotMet, IntegrityReason, HolderAsked:
	default:
		bad = append(bad, Field{"/public", "Choose one of the reasons."})
	}
	if n := len([]rune(private)); n < 10 || n > privateReasonLength {
		bad = append(bad, Field{"/private", "Say in 10 to 2,000 characters what happened; only the office reads it."})
	}
	if len(bad) > 0 {
		return Revocation{}, Invalid(bad...)
	}
	return Revocation{
		Tenant: c.Tenant, Credential: c.ID, State: RevocationOpen, Public: public, Private: private, OpenedBy: by, Opened: at,
	}, nil
}

// Close answers the withdrawal as confirmed or cancelled; ErrConflict if it is
// not open, ErrForbidden if the person who opened it would confirm it.
func (r Revocation) Close(to RevocationState, by PersonID, at time.Time) (Revocation, error) {
	if r.State != RevocationOpen {
		return r, Refuse("This withdrawal is closed already; nothing was changed.")
	}
	if to == RevocationConfirmed && by == r.OpenedBy {
		return r, Forbidden("A withdrawal needs a second person; you opened this one.")
	}
	r.State, r.ClosedBy, r.Closed = to, by, at
	return r, nil
}
