package credentials

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Contexts that Laurel issues under, in the order that OB 3.0 asks for.
const (
	ContextVC = "https://www.w3.org/ns/credentials/v2"
	ContextOB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
)

// Credential is an Open Badges 3.0 AchievementCredential before it is signed
// (OB 3.0 and VC 2.0 data models). It is the building side only: documents that
// were received are read as a [Node].
//
// Type, @context and every type member are written by Payload. Empty members
// are left out; lists are always written as lists (OB 3.0, JSON serialization). Text marked
// Markdown is plain Markdown without HTML.
type Credential struct {
	// ID is urn:uuid: and a random UUID: never an address that opens something.
	ID string `json:"id"`
	// Name is the title of the credential, for lists and wallets.
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// Issuer is the organisation that signs; its ID is a DID.
	Issuer Profile `json:"issuer"`
	// ValidFrom is when the credential starts to hold, to the second.
	ValidFrom time.Time `json:"validFrom"`
	// ValidUntil is when it stops to hold; zero for never.
	ValidUntil time.Time `json:"validUntil,omitzero"`
	// AwardedDate is when the award was made, which a corrected copy keeps; zero leaves it out.
	AwardedDate time.Time `json:"awardedDate,omitzero"`
	Subject     Subject   `json:"credentialSubject"`
	Evidence    []Work    `json:"evidence,omitempty"`
	// Status tells where a withdrawal would be published; nil for a credential that cannot be withdrawn.
	Status     *StatusEntry `json:"credentialStatus,omitempty"`
	TermsOfUse []Terms      `json:"termsOfUse,omitempty"`
	// Image is what wallets and pages show.
	Image   *Image   `json:"image,omitempty"`
	Schemas []Schema `json:"credentialSchema,omitempty"`
	// Refresh tells where a newer copy may be asked for; nil when there is no such place.
	Refresh *RefreshService `json:"refreshService,omitempty"`
	// Endorsements are signed EndorsementCredentials about this credential's ID, as they were read.
	Endorsements []*Node `json:"endorsement,omitempty"`
	// EndorsementTokens are the same as compact tokens. The first published state
	// of the OB 3.0.3 context did not define their member.
	EndorsementTokens []string `json:"endorsementJwt,omitempty"`
}

// Subject is what the credential says about its holder (OB 3.0 data model).
type Subject struct {
	// ID is urn:uuid: and a UUID that says nothing about the person.
	ID   string     `json:"id"`
	Type subjectTag `json:"type"`
	// Identifiers name the person, by name or by a salted hash.
	Identifiers []Identity  `json:"identifier,omitempty"`
	Achievement Achievement `json:"achievement"`
	Results     []Result    `json:"result,omitempty"`
	Narrative   string      `json:"narrative,omitempty"` // Markdown
	// Source is the organisation that assessed, when it is not the issuer.
	Source *Profile `json:"source,omitempty"`
	// Started and Ended are when the activity took place, to the second.
	Started time.Time `json:"activityStartDate,omitzero"`
	Ended   time.Time `json:"activityEndDate,omitzero"`
	// Credits are the credits earned, in the unit of the achievement's CreditsAvailable.
	Credits float64 `json:"creditsEarned,omitzero"`
	// LicenseNumber is the number of a licence or certificate.
	LicenseNumber string `json:"licenseNumber,omitempty"`
	// Role is what the person did in a team or a project.
	Role string `json:"role,omitempty"`
	// Term is the school's name for when it was earned, such as "Fall 2025".
	Term string `json:"term,omitempty"`
	// Image shows the achievement with its holder's data, such as a certificate.
	Image *Image `json:"image,omitempty"`
}

// Work is evidence that the holder chose to show (OB 3.0 data model, Evidence).
type Work struct {
	ID          string  `json:"id,omitempty"`
	Type        workTag `json:"type"`
	Name        string  `json:"name,omitempty"`
	Description string  `json:"description,omitempty"`
	Narrative   string  `json:"narrative,omitempty"` // Markdown
	Genre       string  `json:"genre,omitempty"`
	Audience    string  `json:"audience,omitempty"`
}

// Terms is one entry of termsOfUse (VC 2.0, terms of use).
type Terms struct {
	ID   string `json:"id,omitempty"`
	Type string `json:"type"`
}

// Schema is a JSON Schema that the document fits (VC 2.0, data schemas).
type Schema struct {
	ID string `json:"id"`
	// Type is 1EdTechJsonSchemaValidator2019 or JsonSchema.
	Type string `json:"type"`
}

// SchemaType is the type that OB 3.0 gives to its JSON Schemas.
const SchemaType = "1EdTechJsonSchemaValidator2019"

// RefreshService is where a newer copy of a credential may be asked for
// (OB 3.0, credential refresh): an absolute address.
type RefreshService struct {
	ID   string     `json:"id"`
	Type refreshTag `json:"type"`
}

// StatusEntry points at one bit of a published list (Bitstring Status List 1.0 §2.1).
type StatusEntry struct {
	ID      string         `json:"id"`
	Type    statusEntryTag `json:"type"`
	Purpose string         `json:"statusPurpose"`
	// Index is a decimal number, as text.
	Index string `json:"statusListIndex"`
	// List is the address of the signed list.
	List string `json:"statusListCredential"`
}

// RevocationEntry is the entry for one index of the list at listURL, purpose revocation.
func RevocationEntry(listURL string, index uint32) *StatusEntry {
	i := strconv.FormatUint(uint64(index), 10)
	return &StatusEntry{ID: listURL + "#" + i, Purpose: "revocation", Index: i, List: listURL}
}

// Payload gives the credential as UTF-8 JSON: the bytes that are recorded,
// stored and hashed. The same credential always gives the same bytes. Dates
// are written in UTC, cut to the second. The claims of the JWT form are not
// part of it: see [WithClaims].
func (c *Credential) Payload() ([]byte, error) {
	out := struct {
		Context []string `json:"@context"`
		Type    []string `json:"type"`
		Credential
	}{
		Context:    contextsFor(c.Refresh, c.Schemas, ContextVC, ContextOB),
		Type:       []string{"VerifiableCredential", "AchievementCredential"},
		Credential: *c,
	}
	out.ValidFrom = seconds(c.ValidFrom)
	out.ValidUntil = seconds(c.ValidUntil)
	out.AwardedDate = seconds(c.AwardedDate)
	out.Subject.Started = seconds(c.Subject.Started)
	out.Subject.Ended = seconds(c.Subject.Ended)
	return marshal(out)
}

// contextsFor adds to the contexts of a document the one that defines the types of 1EdTech's services.
func contextsFor(refresh *RefreshService, schemas []Schema, list ...string) []string {
	if refresh != nil || slices.ContainsFunc(schemas, func(s Schema) bool { return strings.HasPrefix(s.Type, "1EdTech") }) {
		list = append(list, ContextOBExtensions)
	}
	return list
}

// seconds is t in UTC without its fraction.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// marshal writes v as JSON without the HTML escapes of encoding/json.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("writing a document as JSON: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
