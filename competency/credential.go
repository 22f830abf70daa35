package competency

import "time"

// CredentialState tells how far a credential has come. Only a hold goes back.
type CredentialState string

// The states of a credential.
const (
	// Reserved has its document, page and status index, and is not signed yet.
	Reserved CredentialState = "reserved"
	// Issued is signed and stored.
	Issued CredentialState = "issued"
	// Suspended is on hold, until two people lift the hold.
	Suspended CredentialState = "suspended"
	// Revoked was withdrawn by two people.
	Revoked CredentialState = "revoked"
	// Superseded has a newer copy in its place.
	Superseded CredentialState = "superseded"
)

// CredentialStates are the states in the order that pages list them.
var CredentialStates = []CredentialState{Issued, Suspended, Superseded, Revoked, Reserved}

// Stands reports whether the credential is in somebody's hands and neither
// withdrawn nor replaced: it may be on hold.
func (s CredentialState) Stands() bool { return s == Issued || s == Suspended }

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
	// ReplacedBy is the newer copy of one that is superseded; empty for any other.
	ReplacedBy CredentialID
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
