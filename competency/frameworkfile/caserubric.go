package frameworkfile

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"laurel/competency"
)

// caseRubric is what we read of a CFRubric (CASE 1.1 §6): criteria that each
// belong to an item, with a description of every level.
type caseRubric struct {
	Criteria []caseCriterion `json:"CFRubricCriteria"`
}

type caseCriterion struct {
	Category    string      `json:"category"`
	Description string      `json:"description"`
	Item        caseNode    `json:"CFItemURI"`
	Position    int         `json:"position"`
	Levels      []caseLevel `json:"CFRubricCriterionLevels"`
}

// caseLevel is one level of a criterion.
type caseLevel struct {
	Description string   `json:"description"`
	Quality     string   `json:"quality"`
	Score       *float64 `json:"score"`
	Position    int      `json:"position"`
}

// Most of a rubric that is taken.
const (
	mostCriteria  = 8
	mostWords     = 1200
	mostTitleSize = 300
)

// readRubrics gives rows the rubrics of the package, and finds the scale that
// they are written by: the names of the levels, lowest first. What fits no item
// or cannot be kept whole is left out, and said.
func (p *casePackage) readRubrics(f *File) {
	code := map[string]string{}
	for _, r := range f.Rows {
		code[r.CaseID] = r.Code
	}
	at, left, named := map[string]int{}, 0, [][]competency.Level{}
	for _, r := range p.rubrics {
		slices.SortStableFunc(r.Criteria, func(a, b caseCriterion) int { return cmp.Compare(a.Position, b.Position) })
		for _, c := range r.Criteria {
			line, ok := c.line()
			of := code[c.Item.id()]
			if !ok || of == "" {
				left++
				continue
			}
			i, seen := at[of]
			if !seen {
				i = len(f.Rubrics)
				at[of] = i
				f.Rubrics = append(f.Rubrics, competency.FileRubric{Code: of})
			}
			if len(f.Rubrics[i].Criteria) == mostCriteria {
				left++
				continue
			}
			f.Rubrics[i].Criteria = append(f.Rubrics[i].Criteria, line)
			named = append(named, line.Levels)
		}
	}
	f.Scale = commonScale(named)
	if left > 0 {
		f.Notes = append(f.Notes, strconv.Itoa(left)+" criteria of rubrics belong to no item of the package, or cannot be kept whole; they were left out.")
	}
}

// line is a criterion with its levels, the lowest first; ok is false for what
// cannot be kept.
func (c caseCriterion) line() (line competency.RubricLine, ok bool) {
	line.Title = strings.TrimSpace(firstOf(c.Description, c.Category))
	levels := slices.Clone(c.Levels)
	slices.SortStableFunc(levels, func(a, b caseLevel) int {
		if a.Score != nil && b.Score != nil && *a.Score != *b.Score {
			return cmp.Compare(*a.Score, *b.Score)
		}
		return cmp.Compare(a.Position, b.Position)
	})
	ok = line.Title != "" && keepable(line.Title, mostTitleSize) && len(levels) >= 2 && len(levels) <= competency.MaxLevels
	for i, l := range levels {
		l.Description, l.Quality = strings.TrimSpace(l.Description), strings.TrimSpace(l.Quality)
		ok = ok && keepable(l.Description, mostWords) && keepable(l.Quality, mostTitleSize)
		line.Levels = append(line.Levels, competency.Level{N: i + 1, Label: l.Quality, Description: firstOf(l.Description, l.Quality)})
	}
	return line, ok
}

func keepable(s string, most int) bool {
	return utf8.ValidString(s) && !strings.ContainsRune(s, 0) && utf8.RuneCountInString(s) <= most
}

// commonScale is the scale by which all criteria are written: the same names in
// the same order. Which level counts, CASE does not say; the last but one of
// three and more is a guess that a person confirms.
func commonScale(all [][]competency.Level) competency.Scale {
	if len(all) == 0 {
		return competency.Scale{}
	}
	var levels []competency.Level
	for _, l := range all[0] {
		levels = append(levels, competency.Level{N: l.N, Label: l.Label})
	}
	for _, other := range all[1:] {
		if !slices.EqualFunc(levels, other, func(a, b competency.Level) bool { return a.Label == b.Label }) {
			return competency.Scale{}
		}
	}
	return competency.Scale{ID: "case", Levels: levels, ProficientAt: max(2, len(levels)-1)}
}
