package credentials

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
	// CreditsAvailable are the credits that the achievement is worth.
	CreditsAvailable float64 `json:"creditsAvailable,omitzero"`
	FieldOfStudy     string  `json:"fieldOfStudy,omitempty"`
	Specialization   string  `json:"specialization,omitempty"`
	// Code is what people call it by, such as a course number.
	Code             string       `json:"humanCode,omitempty"`
	Image            *Image       `json:"image,omitempty"`
	OtherIdentifiers []Identifier `json:"otherIdentifier,omitempty"`
	Related          []Related    `json:"related,omitempty"`
	// Endorsements are signed EndorsementCredentials about this achievement's ID.
	Endorsements []*Node `json:"endorsement,omitempty"`
	// EndorsementTokens are the same as compact tokens; see [Credential].
	EndorsementTokens []string `json:"endorsementJwt,omitempty"`
}

// Related names another achievement that is alike, such as one in another
// language or an older version (OB 3.0 data model).
type Related struct {
	ID       string     `json:"id"`
	Type     relatedTag `json:"type"`
	Language string     `json:"inLanguage,omitempty"`
	Version  string     `json:"version,omitempty"`
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
	RequiredLevel string `json:"requiredLevel,omitempty"`
	RequiredValue string `json:"requiredValue,omitempty"`
	// ValueMin and ValueMax are decimal numbers.
	ValueMin string `json:"valueMin,omitempty"`
	ValueMax string `json:"valueMax,omitempty"`
	// Levels stand from low to high.
	Levels []Level `json:"rubricCriterionLevel,omitempty"`
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
