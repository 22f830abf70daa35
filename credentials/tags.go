package credentials

// The type member of each class is a constant; these types write it. The JSON
// Schemas of OB 3.0 and CLR 2.0 want a list for most classes and a single name
// for a few.
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
	refreshTag     struct{}
	imageTag       struct{}
	addressTag     struct{}
	geoTag         struct{}
	identifierTag  struct{}
	relatedTag     struct{}
	recordTag      struct{}
	associationTag struct{}
	endorsedTag    struct{}
)

// MarshalJSON writes the class name.
func (profileTag) MarshalJSON() ([]byte, error) { return []byte(`["Profile"]`), nil }

// MarshalJSON writes the class name.
func (subjectTag) MarshalJSON() ([]byte, error) { return []byte(`["AchievementSubject"]`), nil }

// MarshalJSON writes the class name, alone.
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

// MarshalJSON writes the class name, alone.
func (statusEntryTag) MarshalJSON() ([]byte, error) { return []byte(`"BitstringStatusListEntry"`), nil }

// MarshalJSON writes the class name, alone.
func (refreshTag) MarshalJSON() ([]byte, error) { return []byte(`"1EdTechCredentialRefresh"`), nil }

// MarshalJSON writes the class name, alone.
func (imageTag) MarshalJSON() ([]byte, error) { return []byte(`"Image"`), nil }

// MarshalJSON writes the class name.
func (addressTag) MarshalJSON() ([]byte, error) { return []byte(`["Address"]`), nil }

// MarshalJSON writes the class name, alone.
func (geoTag) MarshalJSON() ([]byte, error) { return []byte(`"GeoCoordinates"`), nil }

// MarshalJSON writes the class name, alone.
func (identifierTag) MarshalJSON() ([]byte, error) { return []byte(`"IdentifierEntry"`), nil }

// MarshalJSON writes the class name.
func (relatedTag) MarshalJSON() ([]byte, error) { return []byte(`["Related"]`), nil }

// MarshalJSON writes the class name.
func (recordTag) MarshalJSON() ([]byte, error) { return []byte(`["ClrSubject"]`), nil }

// MarshalJSON writes the class name, alone.
func (associationTag) MarshalJSON() ([]byte, error) { return []byte(`"Association"`), nil }

// MarshalJSON writes the class name.
func (endorsedTag) MarshalJSON() ([]byte, error) { return []byte(`["EndorsementSubject"]`), nil }
