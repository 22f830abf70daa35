package competency

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ProfileSection names one part of what a school says about itself.
type ProfileSection string

// The parts of a school profile, as colleges look for them.
const (
	RigorSection         ProfileSection = "rigor"
	DeterminationSection ProfileSection = "determination"
	RequirementsSection  ProfileSection = "requirements"
	ReviewSection        ProfileSection = "review"
	HabitsSection        ProfileSection = "habits"
	OutcomesSection      ProfileSection = "outcomes"
)

// ProfileSections are the parts in the order in which they are read and signed.
var ProfileSections = []ProfileSection{
	RigorSection, DeterminationSection, RequirementsSection, ReviewSection, HabitsSection, OutcomesSection,
}

// Title is the heading of the part in a signed text.
func (s ProfileSection) Title() string {
	switch s {
	case RigorSection:
		return "Rigor and pedagogy"
	case DeterminationSection:
		return "How proficiency is determined"
	case RequirementsSection:
		return "Graduation requirements in short"
	case ReviewSection:
		return "Who reviews"
	case HabitsSection:
		return "Habits of work"
	case OutcomesSection:
		return "After graduation"
	}
	return ""
}

// SchoolProfile is one version of what an organisation says about itself on
// its documents. A version never changes: saving makes the next one, and what
// was signed keeps the words of its time. The zero version was never saved.
type SchoolProfile struct {
	Org     OrgID
	Version int // from 1; 0 where nothing was ever saved
	// Restored is the version whose words this one brought back; 0 for new words.
	Restored int
	SavedBy  PersonID
	Saved    time.Time
	ProfileContent
}

// ProfileContent is what one version of a profile says.
type ProfileContent struct {
	Sections map[ProfileSection]string // plain text, paragraphs apart by an empty line
	// Legend describes levels of the scales that the organisation judges by.
	Legend []LegendLine
	// Signatories stand in the foot of a document, in this order.
	Signatories []Signatory
	// Logo is the SHA-256 of a PNG in lower-case hex; empty where there is none.
	Logo string
	// Crosswalk is the declared equivalence of levels and grades, where the
	// organisation publishes one; nothing here is ever computed.
	Crosswalk []CrosswalkLine
	// DeclaredBy says who declared the crosswalk, DeclaredSince from which civil
	// date on.
	DeclaredBy, DeclaredSince string
}

// LegendLine says what one level of one scale means, in the organisation's words.
type LegendLine struct {
	Scale string
	Level int
	// Label is the policy's word for the level: it is described here, never renamed.
	Label string
	Text  string
}

// Signatory is someone whose name stands in the foot of a document.
type Signatory struct{ Name, Title string }

// CrosswalkLine says which grade a level stands for. What the organisation
// leaves out is empty.
type CrosswalkLine struct {
	Scale  string
	Level  int
	Label  string // the policy's word for the level
	Letter string // "A"
	// From and To are a range of percent, both ends included; 0 and 0 say nothing.
	From, To int
	Points   string // a decimal as the organisation writes it: "4.0"
}

// Says reports whether the line says anything of its level.
func (l CrosswalkLine) Says() bool {
	return l.Letter != "" || l.To != 0 || l.From != 0 || l.Points != ""
}

// Legend is what the organisation says of a level of a scale; empty where it
// says nothing and the words of the policy stand.
func (p SchoolProfile) Legend(scale string, level int) string {
	for _, l := range p.ProfileContent.Legend {
		if l.Scale == scale && l.Level == level {
			return l.Text
		}
	}
	return ""
}

// Described are the levels of a scale with what the organisation says of each,
// and else what the policy says.
func (p SchoolProfile) Described(s Scale) []Level {
	levels := slices.Clone(s.Levels)
	for i := range levels {
		levels[i].Description = cmp.Or(p.Legend(s.ID, levels[i].N), levels[i].Description)
	}
	return levels
}

// Description is the profile as plain text for a signed document: the parts in
// their order, each under its heading, and the declared equivalence of grades
// as the last paragraph. Equal profiles give equal bytes; one that says nothing
// is empty.
func (p SchoolProfile) Description() string {
	var parts []string
	for _, s := range ProfileSections {
		if text := p.Sections[s]; text != "" {
			parts = append(parts, s.Title()+"\n"+text)
		}
	}
	if len(p.Crosswalk) > 0 {
		parts = append(parts, "Declared grade equivalence\n"+p.CrosswalkText())
	}
	return strings.Join(parts, "\n\n")
}

// CrosswalkText is the declared equivalence of grades as one paragraph; empty
// where the organisation publishes none.
func (p SchoolProfile) CrosswalkText() string {
	if len(p.Crosswalk) == 0 {
		return ""
	}
	lines := make([]string, len(p.Crosswalk))
	for i, l := range p.Crosswalk {
		lines[i] = fmt.Sprintf("%s (%d) = %s", l.Label, l.Level, l.Grade())
		if i == 0 || l.Scale != p.Crosswalk[i-1].Scale {
			lines[i] = "scale " + l.Scale + ": " + lines[i]
		}
	}
	return fmt.Sprintf("Declared by %s, since %s, for the %s. This is a declaration of its own and is not computed from the record.",
		strings.TrimRight(p.DeclaredBy, "."), p.DeclaredSince, strings.Join(lines, "; "))
}

// Grade is the grade that a level stands for, in one line.
func (l CrosswalkLine) Grade() string {
	var parts []string
	if l.Letter != "" {
		parts = append(parts, l.Letter)
	}
	if percent := l.Percent(); percent != "" {
		parts = append(parts, percent)
	}
	if l.Points != "" {
		parts = append(parts, l.Points+" grade points")
	}
	return strings.Join(parts, ", ")
}

// Percent is the range in words; empty where none is declared.
func (l CrosswalkLine) Percent() string {
	switch {
	case l.From == 0 && l.To == 0:
		return ""
	case l.From == l.To:
		return strconv.Itoa(l.To) + " percent"
	}
	return fmt.Sprintf("%d to %d percent", l.From, l.To)
}

// Empty reports whether the profile says nothing at all.
func (c ProfileContent) Empty() bool { return c.Same(ProfileContent{}) }

// Same reports whether two contents say the same. Both have gone through Clean.
func (c ProfileContent) Same(other ProfileContent) bool {
	return maps.Equal(c.Sections, other.Sections) && slices.Equal(c.Legend, other.Legend) &&
		slices.Equal(c.Signatories, other.Signatories) && c.Logo == other.Logo && slices.Equal(c.Crosswalk, other.Crosswalk) &&
		c.DeclaredBy == other.DeclaredBy && c.DeclaredSince == other.DeclaredSince
}

// Clean is the content as it is kept: white space as it is read, what is empty
// left out, lines of a scale in the scale's order under the policy's words. A
// declaration without a grade is left out with it.
func (c ProfileContent) Clean(scales []Scale) ProfileContent {
	out := ProfileContent{Sections: map[ProfileSection]string{}, Logo: c.Logo}
	for _, s := range ProfileSections {
		if text := tidyText(c.Sections[s]); text != "" {
			out.Sections[s] = text
		}
	}
	for _, s := range c.Signatories {
		if s = (Signatory{tidyLine(s.Name), tidyLine(s.Title)}); s != (Signatory{}) {
			out.Signatories = append(out.Signatories, s)
		}
	}
	for _, s := range scales {
		for _, level := range s.Levels {
			for _, l := range c.Legend {
				if l.Text = tidyLine(l.Text); l.Scale == s.ID && l.Level == level.N && l.Text != "" {
					out.Legend = append(out.Legend, LegendLine{s.ID, level.N, level.Label, l.Text})
				}
			}
			for _, l := range c.Crosswalk {
				l.Letter, l.Points, l.Label = tidyLine(l.Letter), tidyLine(l.Points), level.Label
				if l.Scale == s.ID && l.Level == level.N && l.Says() {
					out.Crosswalk = append(out.Crosswalk, l)
				}
			}
		}
	}
	if len(out.Crosswalk) > 0 {
		out.DeclaredBy, out.DeclaredSince = tidyLine(c.DeclaredBy), strings.TrimSpace(c.DeclaredSince)
	}
	return out
}

// tidyLine is a text of one line with single spaces.
func tidyLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// tidyText is a text of paragraphs: one kind of line break, no space at the
// ends of lines, at most one empty line in a row.
func tidyText(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, " \t\u00a0")
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
