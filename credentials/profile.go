package credentials

// Profile is an organisation, or a person who created or endorsed something
// (OB 3.0 data model). ID is a DID or an absolute URL. There is no member for a
// date of birth: Laurel never signs one.
type Profile struct {
	ID          string     `json:"id"`
	Type        profileTag `json:"type"`
	Name        string     `json:"name,omitempty"`
	URL         string     `json:"url,omitempty"`
	Description string     `json:"description,omitempty"`
	// ParentOrg is the district of a school.
	ParentOrg *Profile `json:"parentOrg,omitempty"`
	Phone     string   `json:"phone,omitempty"`
	Email     string   `json:"email,omitempty"`
	Image     *Image   `json:"image,omitempty"`
	Address   *Address `json:"address,omitempty"`
	// OtherIdentifiers are the organisation's numbers in other registers, such as a CTID.
	OtherIdentifiers []Identifier `json:"otherIdentifier,omitempty"`
	// Official is the name of the person who signs for the organisation.
	Official         string `json:"official,omitempty"`
	GivenName        string `json:"givenName,omitempty"`
	AdditionalName   string `json:"additionalName,omitempty"`
	FamilyName       string `json:"familyName,omitempty"`
	FamilyNamePrefix string `json:"familyNamePrefix,omitempty"`
	PatronymicName   string `json:"patronymicName,omitempty"`
	HonorificPrefix  string `json:"honorificPrefix,omitempty"`
	HonorificSuffix  string `json:"honorificSuffix,omitempty"`
	// Endorsements are signed EndorsementCredentials about this profile's ID.
	Endorsements []*Node `json:"endorsement,omitempty"`
	// EndorsementTokens are the same as compact tokens; see [Credential].
	EndorsementTokens []string `json:"endorsementJwt,omitempty"`
}

// Image is a picture at an absolute address (OB 3.0 data model).
type Image struct {
	ID   string   `json:"id"`
	Type imageTag `json:"type"`
	// Caption says in words what the picture shows.
	Caption string `json:"caption,omitempty"`
}

// Address is a postal address (OB 3.0 data model).
type Address struct {
	Type        addressTag `json:"type"`
	Country     string     `json:"addressCountry,omitempty"`
	CountryCode string     `json:"addressCountryCode,omitempty"` // ISO 3166-1 alpha-2
	Region      string     `json:"addressRegion,omitempty"`
	Locality    string     `json:"addressLocality,omitempty"`
	Street      string     `json:"streetAddress,omitempty"`
	PostBox     string     `json:"postOfficeBoxNumber,omitempty"`
	PostalCode  string     `json:"postalCode,omitempty"`
	Geo         *Geo       `json:"geo,omitempty"`
}

// Geo is a place on Earth in degrees, north and east positive (OB 3.0 data model, GeoCoordinates).
type Geo struct {
	Type      geoTag  `json:"type"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Identifier is a name in somebody's register (OB 3.0 data model, IdentifierEntry).
type Identifier struct {
	Type  identifierTag `json:"type"`
	Value string        `json:"identifier"`
	// Kind is a word of the identifierType vocabulary, or ext: and a word.
	Kind string `json:"identifierType"`
}
