package templates

// School is what an organisation says about itself, as a reader sees it; the
// part "school" draws it.
type School struct {
	// Scales are those by which the organisation judges.
	Scales   []SchoolScale
	Sections []SchoolSection
	// Crosswalk is the equivalence of levels and grades that the organisation
	// declares; DeclaredBy says who did so and Since from which civil date on.
	Crosswalk  []CrosswalkRow
	DeclaredBy string
	Since      string
	// Signatories sign documents now.
	Signatories []Signatory
}

// Empty tells that nothing is said but what the policy says of its levels.
func (s School) Empty() bool {
	return len(s.Sections) == 0 && len(s.Crosswalk) == 0 && len(s.Signatories) == 0
}

// SchoolScale is a scale with its levels, the lowest first.
type SchoolScale struct {
	Title  string
	Levels []ScaleLevel
}

// SchoolSection is one part of a profile; Text has paragraphs apart by empty lines.
type SchoolSection struct{ Title, Text string }

// CrosswalkRow is the grade that a level stands for; what is not declared is empty.
type CrosswalkRow struct{ Level, Letter, Percent, Points string }
