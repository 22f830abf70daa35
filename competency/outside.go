package competency

import (
	"slices"
	"strings"
	"time"
)

// OutsideState tells whether a credential of elsewhere counts.
type OutsideState string

// The states of a credential of elsewhere. It counts once it is accepted:
// genuine by the verifier, and about this learner by the word of the staff.
const (
	OutsidePending   OutsideState = "pending"   // it could not be checked in full yet
	OutsideVerified  OutsideState = "verified"  // genuine; nobody has said yet that it is this learner's
	OutsideAccepted  OutsideState = "accepted"  // genuine and this learner's
	OutsideDeclined  OutsideState = "declined"  // the staff say that it is not this learner's
	OutsideWithdrawn OutsideState = "withdrawn" // it no longer verifies
)

// Finding is the verifier's answer as far as the office acts on it.
type Finding string

// The findings: genuine from a recognised issuer, not checked in full, or
// anything else.
const (
	FoundGenuine      Finding = "genuine"
	FoundUndetermined Finding = "undetermined"
	FoundNot          Finding = "not"
)

// HolderMatch tells how well a credential names the learner. It is shown to
// the staff, who decide.
type HolderMatch string

// How well a credential names a learner.
const (
	HolderNamed   HolderMatch = "name"       // by a name that the school knows
	HolderEmail   HolderMatch = "email"      // by the address with which the learner signs in
	HolderOther   HolderMatch = "other-name" // it names somebody by another name
	HolderKey     HolderMatch = "identifier" // by an identifier of a wallet, which says nothing here
	HolderUnnamed HolderMatch = "unnamed"    // it names nobody
)

// MatchHolder compares whom a credential is about with what the school knows.
func MatchHolder(id, name string, p Person, login string) HolderMatch {
	squeeze := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	switch {
	case name != "" && slices.Contains([]string{squeeze(p.Legal), squeeze(p.Used), squeeze(p.Diploma)}, squeeze(name)):
		return HolderNamed
	case login != "" && strings.EqualFold(strings.TrimPrefix(id, "mailto:"), login):
		return HolderEmail
	case name != "":
		return HolderOther
	case id != "":
		return HolderKey
	}
	return HolderUnnamed
}

// OutsideCredential is a credential that somebody else issued, as the learner
// handed it in, with what the verifier says about it.
type OutsideCredential struct {
	ID       OutsideID
	School   OrgID
	Learner  PersonID
	Evidence EvidenceID // the piece that rests on it
	Document []byte     // as handed in; never changed
	Hash     string     // SHA-256 of Document in lower-case hex
	Received time.Time
	State    OutsideState
	// Verdict is the verifier's word and Report its report as JSON, of Checked.
	Verdict string
	Checked time.Time
	Report  []byte
	// What the credential says, as far as it was verified.
	Issuer, IssuerName                            string
	Achievement, AchievementName, AchievementType string
	Holder                                        HolderMatch
	DecidedBy                                     PersonID
	Decided                                       time.Time
	Words                                         string
}

// MaxOutside is the most bytes of a credential of elsewhere.
const MaxOutside = 512 << 10

// HashDocument is the SHA-256 of bytes in lower-case hex.
func HashDocument(b []byte) string { return hashOf(b) }

// Receive answers the state in which a credential begins; ok is false for one
// that is refused.
func Receive(f Finding) (state OutsideState, ok bool) {
	switch f {
	case FoundGenuine:
		return OutsideVerified, true
	case FoundUndetermined:
		return OutsidePending, true
	case FoundNot:
	}
	return "", false
}

// Recheck puts a later finding into the credential. It answers whether one
// that had counted no longer does.
func (o *OutsideCredential) Recheck(f Finding) (lost bool) {
	was := o.State
	switch {
	case was == OutsideDeclined || was == OutsideWithdrawn:
	case f == FoundNot:
		o.State = OutsideWithdrawn
	case f == FoundGenuine && was == OutsidePending:
		o.State = OutsideVerified
	}
	return was == OutsideAccepted && o.State == OutsideWithdrawn
}

// Decide records the word of the staff that the credential is, or is not, this
// learner's. One that is not checked in full cannot be accepted.
func (o *OutsideCredential) Decide(accept bool, by PersonID, words string, now time.Time) error {
	switch {
	case o.State == OutsidePending && accept:
		return Refuse("This credential could not be checked in full yet. It is tried again by itself; accept it once it is genuine.")
	case o.State != OutsideVerified && o.State != OutsidePending:
		return Refuse("This credential has been decided already.")
	case by == o.Learner:
		return Forbidden("Nobody decides about their own record; someone else has to do this.")
	}
	least := 0
	if !accept || o.Holder != HolderNamed && o.Holder != HolderEmail {
		least = 3
	}
	if bad := appendLength(nil, "/words", words, least, 1000, "Say how you know whose it is, or why not"); len(bad) > 0 {
		return Invalid(bad...)
	}
	o.State = OutsideDeclined
	if accept {
		o.State = OutsideAccepted
	}
	o.DecidedBy, o.Words, o.Decided = by, strings.TrimSpace(words), now
	return nil
}

// CredentialUse is what a school says that a credential of elsewhere counts
// as: a record or a seal that its policy asks for.
type CredentialUse struct {
	ID     string
	School OrgID
	// Matches is "achievement" or "type", and Value the id or the type.
	Matches, Value string
	Issuer         string // identifier; empty for every recognised one
	// Gives is "record" or "seal", and Name how the policy calls it.
	Gives, Name string
	StatedBy    PersonID
	Since       time.Time
	Ended       time.Time
}

// Check answers what is wrong with a use.
func (u CredentialUse) Check() []Field {
	var bad []Field
	if u.Matches != "achievement" && u.Matches != "type" {
		bad = append(bad, Field{"/matches", "Choose whether one achievement or a whole type counts."})
	}
	if u.Gives != "record" && u.Gives != "seal" {
		bad = append(bad, Field{"/gives", "Choose what it counts as."})
	}
	bad = appendLength(bad, "/value", u.Value, 1, 500, "Give the achievement's id or the type")
	bad = appendLength(bad, "/name", u.Name, 1, 60, "Give the name by which the policy calls it")
	return appendLength(bad, "/issuer", u.Issuer, 0, 500, "Give the issuer's identifier")
}

// Counts reports whether a credential is one of those that the school means.
func (u CredentialUse) Counts(o OutsideCredential) bool {
	value := o.Achievement
	if u.Matches == "type" {
		value = o.AchievementType
	}
	return u.Value == value && (u.Issuer == "" || u.Issuer == o.Issuer)
}
