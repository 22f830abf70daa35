package credentials

import (
	"fmt"
	"slices"
	"time"
)

// ContextCLR is the CLR 2.0 context that Laurel issues under, between ContextVC and ContextOB.
const ContextCLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"

// CLR is a comprehensive learner record before it is signed (CLR 2.0 data
// model, ClrCredential): signed credentials of one person and how their
// achievements belong together. Its members have the rules of those of [Credential].
type CLR struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Description string  `json:"description,omitempty"`
	Issuer      Profile `json:"issuer"`
	// Partial is true while more is to come, or when the holder left something
	// out; it is always written.
	Partial     bool         `json:"partial"`
	ValidFrom   time.Time    `json:"validFrom"`
	ValidUntil  time.Time    `json:"validUntil,omitzero"`
	AwardedDate time.Time    `json:"awardedDate,omitzero"`
	Subject     Record       `json:"credentialSubject"`
	Evidence    []Work       `json:"evidence,omitempty"`
	Status      *StatusEntry `json:"credentialStatus,omitempty"`
	TermsOfUse  []Terms      `json:"termsOfUse,omitempty"`
	Image       *Image       `json:"image,omitempty"`
	Schemas     []Schema     `json:"credentialSchema,omitempty"`
	// Refresh tells where the record may be asked for anew.
	Refresh *RefreshService `json:"refreshService,omitempty"`
	// Endorsements are signed EndorsementCredentials about this record's ID.
	Endorsements []*Node `json:"endorsement,omitempty"`
	// EndorsementTokens are the same as compact tokens; see [Credential].
	EndorsementTokens []string `json:"endorsementJwt,omitempty"`
}

// Record is what the CLR says about its holder (CLR 2.0 data model, ClrSubject).
type Record struct {
	// ID is urn:uuid: and a UUID that says nothing about the person.
	ID          string     `json:"id"`
	Type        recordTag  `json:"type"`
	Identifiers []Identity `json:"identifier,omitempty"`
	// Achievements are those that Associations name and no credential holds.
	Achievements []Achievement `json:"achievement,omitempty"`
	// Credentials are signed AchievementCredentials with their embedded proofs,
	// as they were read. The schema of CLR 2.0 has no place for tokens.
	Credentials []*Node `json:"verifiableCredential"`
	// Associations tie achievements, never credentials, to each other.
	Associations []Association `json:"association,omitempty"`
}

// Association says how one achievement stands to another (CLR 2.0 data model):
// "Source is part of Target".
type Association struct {
	Type   associationTag  `json:"type"`
	Kind   AssociationKind `json:"associationType"`
	Source string          `json:"sourceId"`
	Target string          `json:"targetId"`
}

// AssociationKind is a word of the associationType vocabulary, which is closed (CLR 2.0 data model).
type AssociationKind string

// The kinds of associations.
const (
	ExactMatchOf AssociationKind = "exactMatchOf"
	IsChildOf    AssociationKind = "isChildOf"
	IsParentOf   AssociationKind = "isParentOf"
	IsPartOf     AssociationKind = "isPartOf"
	IsPeerOf     AssociationKind = "isPeerOf"
	IsRelatedTo  AssociationKind = "isRelatedTo"
	Precedes     AssociationKind = "precedes"
	ReplacedBy   AssociationKind = "replacedBy"
)

// Payload gives the record as UTF-8 JSON; see [Credential.Payload]. Embedded
// documents keep their members, their order and their numbers; only white space goes.
func (c *CLR) Payload() ([]byte, error) {
	out := struct {
		Context []string `json:"@context"`
		Type    []string `json:"type"`
		CLR
	}{
		Context: contextsFor(c.Refresh, c.Schemas, ContextVC, ContextCLR, ContextOB),
		Type:    []string{"VerifiableCredential", "ClrCredential"},
		CLR:     *c,
	}
	out.ValidFrom = seconds(c.ValidFrom)
	out.ValidUntil = seconds(c.ValidUntil)
	out.AwardedDate = seconds(c.AwardedDate)
	if out.Subject.Credentials == nil {
		out.Subject.Credentials = []*Node{} // never null: Validate says that it is empty
	}
	return marshal(out)
}

// Validate tells whether the record may be signed; see [Issuable].
func (c *CLR) Validate() error { return validate(c) }

// Part is one credential on its way into a record.
type Part struct {
	// Credential is the AchievementCredential with its proof, or without one
	// when it is to be signed together with the record: see [UnsignedParts].
	Credential *Node
	// PartOf are the IDs of the achievements that its achievement is part of,
	// such as a diploma's for a graduation standard, or a standard's for a course.
	PartOf []string
}

// Compose makes a record of its parts: frame, which gives everything about the
// record itself, with the parts' credentials in their order and one isPartOf
// association for each PartOf, after those that frame has. frame is not
// changed. The error is for a part that is no AchievementCredential; whether
// the record may be signed is told by Validate.
func Compose(frame CLR, parts ...Part) (*CLR, error) {
	frame.Subject.Credentials = slices.Clone(frame.Subject.Credentials)
	frame.Subject.Associations = slices.Clone(frame.Subject.Associations)
	for i, p := range parts {
		id := AchievementID(p.Credential)
		if CredentialClass(p.Credential) != ClassAchievement || id == "" {
			return nil, fmt.Errorf("composing %s: part %d is not about an achievement", frame.ID, i)
		}
		frame.Subject.Credentials = append(frame.Subject.Credentials, p.Credential)
		for _, whole := range p.PartOf {
			link := Association{Kind: IsPartOf, Source: id, Target: whole}
			if !slices.Contains(frame.Subject.Associations, link) {
				frame.Subject.Associations = append(frame.Subject.Associations, link)
			}
		}
	}
	return &frame, nil
}

// partsOf are the credentials of a record.
func partsOf(record *Node) []*Node {
	return record.Path("credentialSubject", "verifiableCredential").List()
}

// UnsignedParts are the places, among the credentials of a record, of those
// that have no proof; none for any other document.
func UnsignedParts(doc *Node) []int {
	var open []int
	if CredentialClass(doc) != ClassCLR {
		return nil
	}
	for i, part := range partsOf(doc) {
		if part.Get("proof") == nil {
			open = append(open, i)
		}
	}
	return open
}

// SignParts gives the record with proofs in those of its credentials that have
// none, in their order. sign answers the proof for the credential at a place. A
// document without such credentials is answered as it is.
func SignParts(doc *Node, sign func(i int, part *Node) (*Node, error)) (*Node, error) {
	open := UnsignedParts(doc)
	if len(open) == 0 {
		return doc, nil
	}
	parts := slices.Clone(partsOf(doc))
	for n, i := range open {
		object, err := sign(n, parts[i])
		if err != nil {
			return nil, err
		}
		parts[i] = parts[i].With("proof", ListOf(object))
	}
	return withParts(doc, parts), nil
}

// AchievementID is the id of the achievement that a credential is about, or "".
func AchievementID(doc *Node) string {
	return doc.Path("credentialSubject", "achievement", "id").Text()
}
