package competency

import (
	"slices"
	"strconv"
	"strings"
)

// MaxLevels is how many levels a scale may have.
const MaxLevels = 9

// NewScale makes a scale of levels in their order, numbered from 1. What has
// neither name nor words at the end is left out.
func NewScale(id string, levels []Level, proficientAt int) Scale {
	for len(levels) > 0 && strings.TrimSpace(levels[len(levels)-1].Label+levels[len(levels)-1].Description) == "" {
		levels = levels[:len(levels)-1]
	}
	s := Scale{ID: id, ProficientAt: proficientAt}
	for i, l := range levels {
		s.Levels = append(s.Levels, Level{N: i + 1, Label: strings.TrimSpace(l.Label), Description: strings.TrimSpace(l.Description)})
	}
	return s
}

// CheckWritten answers what is wrong with a scale as somebody wrote it, beside
// each field: every level has a name of its own, and one above the lowest is
// proficient.
func (s Scale) CheckWritten() []Field {
	var bad []Field
	if len(s.Levels) < 2 || len(s.Levels) > MaxLevels {
		bad = append(bad, Field{"/levels", "A scale has two to nine levels."})
	}
	for i, l := range s.Levels {
		at := "/levels/" + strconv.Itoa(i)
		bad = appendLength(bad, at+"/label", l.Label, 1, 40, "Give the level a name")
		bad = appendLength(bad, at+"/description", l.Description, 0, 600, "Say what the level looks like")
		same := func(o Level) bool { return strings.EqualFold(o.Label, l.Label) }
		if l.Label != "" && slices.ContainsFunc(s.Levels[:i], same) {
			bad = append(bad, Field{at + "/label", "Another level has this name."})
		}
	}
	if s.ProficientAt < 2 || s.ProficientAt > len(s.Levels) {
		bad = append(bad, Field{"/proficient_at", "Choose the level that counts as proficient, above the lowest."})
	}
	return bad
}

// MayFollow answers nil if a version of a framework may have the scale where
// the version before had another. Judgments are kept by the number of their
// level: names and words may be put better, but no level may go, come or begin
// to count, so that nobody is judged anew (domain invariant 6).
func (s Scale) MayFollow(before Scale) error {
	if len(s.Levels) != len(before.Levels) || s.ProficientAt != before.ProficientAt {
		return Invalid(Field{"/levels", "Learners were judged by this scale already. Its names and words can change, but not how many levels it has or which counts as proficient."})
	}
	for i, l := range s.Levels {
		if l.N != before.Levels[i].N {
			return Invalid(Field{"/levels", "The numbers of the levels stay, since judgments are kept by them."})
		}
	}
	return nil
}

// Renumbered is a scale of the same names with the numbers of another.
func (s Scale) Renumbered(like Scale) Scale {
	s.Levels = slices.Clone(s.Levels)
	if len(s.Levels) == len(like.Levels) {
		for i := range s.Levels {
			s.Levels[i].N = like.Levels[i].N
		}
	}
	return s
}

// Same reports whether two scales say the same.
func (s Scale) Same(o Scale) bool {
	return s.ProficientAt == o.ProficientAt && slices.Equal(s.Levels, o.Levels)
}
