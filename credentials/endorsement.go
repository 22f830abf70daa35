package credentials

import "time"

// Endorsement is an EndorsementCredential before it is signed (OB 3.0 data
// model): somebody's signed word about an organisation, an achievement or a
// credential. Its members have the rules of those of [Credential].
type Endorsement struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// Issuer is the endorser.
	Issuer      Profile         `json:"issuer"`
	ValidFrom   time.Time       `json:"validFrom"`
	ValidUntil  time.Time       `json:"validUntil,omitzero"`
	AwardedDate time.Time       `json:"awardedDate,omitzero"`
	Subject     Endorsed        `json:"credentialSubject"`
	Evidence    []Work          `json:"evidence,omitempty"`
	Status      *StatusEntry    `json:"credentialStatus,omitempty"`
	TermsOfUse  []Terms         `json:"termsOfUse,omitempty"`
	Schemas     []Schema        `json:"credentialSchema,omitempty"`
	Refresh     *RefreshService `json:"refreshService,omitempty"`
}

// Endorsed is what is endorsed, and what is said about it (OB 3.0 data model, EndorsementSubject).
type Endorsed struct {
	// ID is that of a Profile, an Achievement or a credential.
	ID      string      `json:"id"`
	Type    endorsedTag `json:"type"`
	Comment string      `json:"endorsementComment,omitempty"` // Markdown
}

// Payload gives the endorsement as UTF-8 JSON; see [Credential.Payload].
func (e *Endorsement) Payload() ([]byte, error) {
	out := struct {
		Context []string `json:"@context"`
		Type    []string `json:"type"`
		Endorsement
	}{
		Context:     contextsFor(e.Refresh, e.Schemas, ContextVC, ContextOB),
		Type:        []string{"VerifiableCredential", "EndorsementCredential"},
		Endorsement: *e,
	}
	out.ValidFrom = seconds(e.ValidFrom)
	out.ValidUntil = seconds(e.ValidUntil)
	out.AwardedDate = seconds(e.AwardedDate)
	return marshal(out)
}

// Validate tells whether the endorsement may be signed; see [Issuable].
func (e *Endorsement) Validate() error { return validate(e) }
