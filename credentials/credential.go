package credentials

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
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
}

// Profile is an organisation (OB 3.0 data model). ID is a DID or an absolute URL.
type Profile struct {
	ID          string     `json:"id"`
	Type        profileTag `json:"type"`
	Name        string     `json:"name,omitempty"`
	URL         string     `json:"url,omitempty"`
	Description string     `json:"description,omitempty"`
	// ParentOrg is the district of a school.
	ParentOrg *Profile `json:"parentOrg,omitempty"`
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
}

// Identity is one way to recognise the person (OB 3.0 data model).
type Identity struct {
	Type identityTag `json:"type"`
	// Hashed is true when Hash is sha256$ and the hash of identifier and Salt.
	Hashed bool   `json:"hashed"`
	Hash   string `json:"identityHash"`
	// Kind is a word of the identifierType vocabulary: name, emailAddress, …
	Kind string `json:"identityType"`
	Salt string `json:"salt,omitempty"`
}

// NameIdentity gives the person's name in plain text.
func NameIdentity(name string) Identity { return Identity{Hash: name, Kind: "name"} }

// Achievement is what was achieved, the same for everyone who has it (OB 3.0 data model).
type Achievement struct {
	ID   string         `json:"id"`
	Type achievementTag `json:"type"`
	// Kind is a word of the achievementType vocabulary, such as
	// SecondarySchoolDiploma or MicroCredential.
	Kind        string        `json:"achievementType,omitempty"`
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Criteria    Criteria      `json:"criteria"`
	Alignments  []Alignment   `json:"alignment,omitempty"`
	Scales      []ResultScale `json:"resultDescription,omitempty"`
	Tags        []string      `json:"tag,omitempty"`
	// Language is a BCP 47 tag.
	Language string   `json:"inLanguage,omitempty"`
	Creator  *Profile `json:"creator,omitempty"`
	Version  string   `json:"version,omitempty"`
}

// Criteria tells how the achievement is earned: at an address, in words, or both.
type Criteria struct {
	ID        string `json:"id,omitempty"`
	Narrative string `json:"narrative,omitempty"` // Markdown
}

// Alignment ties an achievement or a level to a node of a framework (OB 3.0 data model).
type Alignment struct {
	Type        alignmentTag `json:"type"`
	Code        string       `json:"targetCode,omitempty"`
	Description string       `json:"targetDescription,omitempty"`
	Name        string       `json:"targetName"`
	Framework   string       `json:"targetFramework,omitempty"`
	// Kind is a word of the targetType vocabulary, such as CFItem.
	Kind string `json:"targetType,omitempty"`
	URL  string `json:"targetUrl"`
}

// ResultScale says what a result may be and what is asked for (OB 3.0 data model, ResultDescription).
type ResultScale struct {
	ID   string   `json:"id"`
	Type scaleTag `json:"type"`
	Name string   `json:"name"`
	// Kind is a word of the resultType vocabulary, such as RubricCriterionLevel.
	Kind string `json:"resultType"`
	// RequiredLevel is the ID of one of Levels.
	RequiredLevel string  `json:"requiredLevel,omitempty"`
	RequiredValue string  `json:"requiredValue,omitempty"`
	ValueMin      string  `json:"valueMin,omitempty"`
	ValueMax      string  `json:"valueMax,omitempty"`
	Levels        []Level `json:"rubricCriterionLevel,omitempty"`
	// Allowed are the values in order from low to high.
	Allowed    []string    `json:"allowedValue,omitempty"`
	Alignments []Alignment `json:"alignment,omitempty"`
}

// Level is one level of a rubric's criterion (OB 3.0 data model). Level and
// Points are texts, as the standard has them.
type Level struct {
	ID          string      `json:"id"`
	Type        levelTag    `json:"type"`
	Name        string      `json:"name"`
	Level       string      `json:"level,omitempty"`
	Description string      `json:"description,omitempty"`
	Points      string      `json:"points,omitempty"`
	Alignments  []Alignment `json:"alignment,omitempty"`
}

// Result is what the person reached on one ResultScale (OB 3.0 data model).
type Result struct {
	Type resultTag `json:"type"`
	// Scale is the ID of a ResultScale of this achievement.
	Scale string `json:"resultDescription,omitempty"`
	// Level is the ID of a Level of that scale.
	Level string `json:"achievedLevel,omitempty"`
	Value string `json:"value,omitempty"`
	// Status is a word of the ResultStatus vocabulary, for a scale whose kind is Status.
	Status     string      `json:"status,omitempty"`
	Alignments []Alignment `json:"alignment,omitempty"`
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
		Context:    []string{ContextVC, ContextOB},
		Type:       []string{"VerifiableCredential", "AchievementCredential"},
		Credential: *c,
	}
	out.ValidFrom = seconds(c.ValidFrom)
	out.ValidUntil = seconds(c.ValidUntil)
	out.AwardedDate = seconds(c.AwardedDate)
	return marshal(out)
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

// The type member of each class is a constant; these types write it.
type (
	profileTag     struct{}
	subjectTag     struct{}
	identityTag    struct{}
	achievementTag struct{}
	alignmentTag   struct{}
	scaleTag       struct{}
	levelTag       struct{}
	resultTag      struct{}
	workTag        struct{}
	statusEntryTag struct{}
)

// MarshalJSON writes the class name.
func (profileTag) MarshalJSON() ([]byte, error) { return []byte(`["Profile"]`), nil }

// MarshalJSON writes the class name.
func (subjectTag) MarshalJSON() ([]byte, error) { return []byte(`["AchievementSubject"]`), nil }

// MarshalJSON writes the class name, alone: OB 3.0 data model allows no list here.
func (identityTag) MarshalJSON() ([]byte, error) { return []byte(`"IdentityObject"`), nil }

// MarshalJSON writes the class name.
func (achievementTag) MarshalJSON() ([]byte, error) { return []byte(`["Achievement"]`), nil }

// MarshalJSON writes the class name.
func (alignmentTag) MarshalJSON() ([]byte, error) { return []byte(`["Alignment"]`), nil }

// MarshalJSON writes the class name.
func (scaleTag) MarshalJSON() ([]byte, error) { return []byte(`["ResultDescription"]`), nil }

// MarshalJSON writes the class name.
func (levelTag) MarshalJSON() ([]byte, error) { return []byte(`["RubricCriterionLevel"]`), nil }

// MarshalJSON writes the class name.
func (resultTag) MarshalJSON() ([]byte, error) { return []byte(`["Result"]`), nil }

// MarshalJSON writes the class name.
func (workTag) MarshalJSON() ([]byte, error) { return []byte(`["Evidence"]`), nil }

// MarshalJSON writes the class name, alone: the OB 3.0 schema allows no list here.
func (statusEntryTag) MarshalJSON() ([]byte, error) { return []byte(`"BitstringStatusListEntry"`), nil }

// identifierKinds is the identifierType vocabulary (OB 3.0 data model).
var identifierKinds = []string{
	"name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress",
	"nationalIdentityNumber", "isbn", "issn", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId",
	"ltiContextId", "ltiDeploymentId", "ltiToolId", "ltiPlatformId", "ltiUserId", "identifier",
}

// achievementKinds is the achievementType vocabulary (OB 3.0 data model).
var achievementKinds = []string{
	"Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award",
	"Badge", "BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification",
	"CommunityService", "Competency", "Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree",
	"Fieldwork", "GeneralEducationDevelopment", "JourneymanCertificate", "LearningProgram", "License",
	"Membership", "ProfessionalDoctorate", "QualityAssuranceCredential", "MasterCertificate",
	"MasterDegree", "MicroCredential", "ResearchDoctorate", "SecondarySchoolDiploma",
}

// AchievementKinds lists the words of the achievementType vocabulary.
func AchievementKinds() []string { return slices.Clone(achievementKinds) }

// resultKinds is the resultType vocabulary (OB 3.0 data model).
var resultKinds = []string{
	"GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore",
	"Result", "RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
}

// resultStates is the ResultStatus vocabulary, which is closed (OB 3.0 data model).
var resultStates = []string{
	"Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew",
}

// targetKinds is the targetType vocabulary (OB 3.0 data model).
var targetKinds = []string{
	"ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion",
	"CFRubricCriterionLevel", "CTDL",
}
