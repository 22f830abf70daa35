package verifier

import "time"

// Summary is what a verified credential says, for people to read. It is built
// from the verified tree alone, by exact names. Markdown is as it was signed:
// whoever shows it must render it safely. Addresses are not fetched.
type Summary struct {
	ID          string `json:"id,omitempty"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	// Type is the class: AchievementCredential, ClrCredential, EndorsementCredential, …
	Type  string    `json:"type,omitempty"`
	Image ImageInfo `json:"image,omitzero"`
	// Issuer is what the issuer says of itself, in what it signed. The registry's
	// words are in Report.Issuer.
	Issuer ProfileInfo `json:"issuer,omitzero"`
	// ValidFrom, ValidUntil and AwardedDate keep the offset they were written with; zero when absent.
	ValidFrom   time.Time       `json:"validFrom,omitzero"`
	ValidUntil  time.Time       `json:"validUntil,omitzero"`
	AwardedDate time.Time       `json:"awardedDate,omitzero"`
	Subject     SubjectInfo     `json:"subject,omitzero"`
	Achievement AchievementInfo `json:"achievement,omitzero"`
	Results     []ResultInfo    `json:"results,omitempty"`
	Evidence    []EvidenceInfo  `json:"evidence,omitempty"`
	// Narrative is what the issuer says about this person's achievement (Markdown).
	Narrative string `json:"narrative,omitempty"`
	// CreditsEarned is a decimal number, as it was signed.
	CreditsEarned string `json:"creditsEarned,omitempty"`
	// Term is the issuer's name for when it was earned, such as "Fall 2025".
	Term          string `json:"term,omitempty"`
	Role          string `json:"role,omitempty"`
	LicenseNumber string `json:"licenseNumber,omitempty"`
	// Started and Ended bound the activity; zero when absent.
	Started time.Time `json:"started,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	// Source is the organisation that assessed, when the issuer names one; nil otherwise.
	Source *ProfileInfo `json:"source,omitempty"`
	// Record is there for a ClrCredential, Endorsement for an EndorsementCredential.
	Record      *RecordInfo      `json:"record,omitempty"`
	Endorsement *EndorsementInfo `json:"endorsement,omitempty"`
}

// SubjectInfo is whom the credential is about.
type SubjectInfo struct {
	ID string `json:"id,omitempty"`
	// Name is the plain name, when the credential gives one.
	Name string `json:"name,omitempty"`
}

// ProfileInfo is an organisation as a credential describes it (OB 3.0 data model, Profile).
type ProfileInfo struct {
	ID          string    `json:"id,omitempty"`
	Name        string    `json:"name,omitempty"`
	Description string    `json:"description,omitempty"` // Markdown
	URL         string    `json:"url,omitempty"`
	Image       ImageInfo `json:"image,omitzero"`
	// Official is the name of the person who signs for it.
	Official string `json:"official,omitempty"`
	// ParentOrg is the name of the organisation that it belongs to.
	ParentOrg string `json:"parentOrg,omitempty"`
}

// ImageInfo is the address of a picture, which may be a data: address, and its words.
type ImageInfo struct {
	ID      string `json:"id,omitempty"`
	Caption string `json:"caption,omitempty"`
}

// AchievementInfo is what was achieved.
type AchievementInfo struct {
	ID          string `json:"id,omitempty"`
	Name        string `json:"name,omitempty"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
	Criteria    string `json:"criteria,omitempty"` // Markdown
	CriteriaURL string `json:"criteriaUrl,omitempty"`
	// HumanCode is what people call it by, such as a course number.
	HumanCode string    `json:"humanCode,omitempty"`
	Image     ImageInfo `json:"image,omitzero"`
	// CreditsAvailable is a decimal number, as it was signed.
	CreditsAvailable string          `json:"creditsAvailable,omitempty"`
	FieldOfStudy     string          `json:"fieldOfStudy,omitempty"`
	Alignments       []AlignmentInfo `json:"alignments,omitempty"`
}

// AlignmentInfo is a node of a framework that the achievement answers to.
type AlignmentInfo struct {
	Name        string `json:"name"`
	Code        string `json:"code,omitempty"`
	Description string `json:"description,omitempty"`
	Framework   string `json:"framework,omitempty"`
	Type        string `json:"type,omitempty"` // CFItem, …
	URL         string `json:"url,omitempty"`
}

// RecordInfo is what a learner record holds (CLR 2.0 data model, ClrSubject).
type RecordInfo struct {
	// Partial: the issuer says that it is not the whole record.
	Partial bool `json:"partial"`
	// Achievements are those of the credentials inside, in their order, then
	// those that the record describes itself.
	Achievements []RecordedInfo    `json:"achievements,omitempty"`
	Associations []AssociationInfo `json:"associations,omitempty"`
}

// RecordedInfo is one achievement of a record.
type RecordedInfo struct {
	// Path is where its credential stands, as in Report.Nested, or where the
	// record describes it.
	Path string `json:"path"`
	// Verdict is that on its credential; empty for an achievement without one,
	// which the record's issuer alone vouches for.
	Verdict Verdict `json:"verdict,omitempty"`
	// ID, Name and Type are the achievement's; empty where its credential could not be verified.
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
	Type string `json:"type,omitempty"`
	// Credential is what its credential says, nil where that could not be
	// verified; for an achievement without one only Achievement is filled. In
	// JSON it stands in the report at Path.
	Credential *Summary `json:"-"`
}

// AssociationInfo says how one achievement stands to another: Source is Kind
// Target, such as isPartOf (CLR 2.0 data model, Association).
type AssociationInfo struct {
	Source string `json:"source"`
	Target string `json:"target"`
	Kind   string `json:"kind"`
}

// EndorsementInfo is what somebody says about a thing that others made (OB 3.0
// data model, EndorsementSubject).
type EndorsementInfo struct {
	// Subject is the id of what is endorsed: a credential, an achievement, a profile.
	Subject string `json:"subject"`
	Comment string `json:"comment,omitempty"` // Markdown
}

// ResultInfo is one result, in words: the scale's name and the names of the levels.
type ResultInfo struct {
	Name string `json:"name,omitempty"`
	// Achieved and Required are names of levels.
	Achieved            string      `json:"achieved,omitempty"`
	AchievedDescription string      `json:"achievedDescription,omitempty"`
	Required            string      `json:"required,omitempty"`
	Value               string      `json:"value,omitempty"`
	RequiredValue       string      `json:"requiredValue,omitempty"`
	Status              string      `json:"status,omitempty"`
	Scale               []LevelInfo `json:"scale,omitempty"`
}

// LevelInfo is one level of the scale of a result, as the issuer signed it.
type LevelInfo struct {
	Name        string `json:"name"`
	Level       string `json:"level,omitempty"`
	Points      string `json:"points,omitempty"`
	Description string `json:"description,omitempty"`
}

// EvidenceInfo is one piece of evidence that the holder chose to show.
type EvidenceInfo struct {
	ID          string `json:"id,omitempty"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	Narrative   string `json:"narrative,omitempty"` // Markdown
	Genre       string `json:"genre,omitempty"`
}
