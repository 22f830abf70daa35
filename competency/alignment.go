package competency

import "time"

// AlignmentKind is how an item stands to another, in the words of CASE 1.1
// (CFAssociation, associationType).
type AlignmentKind string

// The kinds of alignments. What CASE calls isChildOf makes the tree of a
// framework, and precedes its prerequisites; neither is an alignment here.
const (
	ExactMatchOf    AlignmentKind = "exactMatchOf"
	IsPartOf        AlignmentKind = "isPartOf"
	IsRelatedTo     AlignmentKind = "isRelatedTo"
	IsPeerOf        AlignmentKind = "isPeerOf"
	ReplacedBy      AlignmentKind = "replacedBy"
	Exemplar        AlignmentKind = "exemplar"
	HasSkillLevel   AlignmentKind = "hasSkillLevel"
	IsTranslationOf AlignmentKind = "isTranslationOf"
)

// AlignmentKinds are all kinds; the first three are those that people choose.
var AlignmentKinds = []AlignmentKind{
	IsPartOf, ExactMatchOf, IsRelatedTo, IsPeerOf, ReplacedBy, Exemplar, HasSkillLevel, IsTranslationOf,
}

// Carries reports whether what was shown in an item also speaks for what it is
// aligned to: it is the same, a part of it, or related to it.
func (k AlignmentKind) Carries() bool { return k == ExactMatchOf || k == IsPartOf || k == IsRelatedTo }

// ItemAlignment says what an item has to do with another one.
type ItemAlignment struct {
	ID   AlignmentID
	Item ItemID
	Kind AlignmentKind
	// Target is an item of ours; empty for one of elsewhere.
	Target ItemID
	// URI and Title name an item of elsewhere.
	URI, Title string
	By         PersonID // who made it; empty where it came with a file
	Created    time.Time
}
