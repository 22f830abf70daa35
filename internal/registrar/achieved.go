package registrar

import (
	"cmp"
	"fmt"
	"slices"

	"laurel/competency"
	"laurel/competency/policy"
)

// equivalent is said of a line that was met another way, where the policy
// gives no words of its own.
const equivalent = "Requirement met through an approved equivalent."

// diplomaOf says what a diploma under this policy stands for. Everyone under
// the policy gets the same lines in the same order; what differs is the level
// reached, or the generic words where a line was met another way (domain
// invariants 9 and 10).
func diplomaOf(e evaluation, school competency.Org) competency.Achieved {
	p := e.policy
	a := competency.Achieved{
		Type: "SecondarySchoolDiploma", Key: string(e.version.ID), Name: diplomaName(p),
		Description: fmt.Sprintf("Awarded by %s to learners who have shown what its graduation policy asks for, standard by standard, in work that teachers have judged.", school.Name),
		Criteria: fmt.Sprintf("Every graduation standard shown at %s or above, in evidence judged against published rubrics and confirmed by a teacher, and every other requirement of the graduation policy met. Policy %s, version %d, adopted by %s on %s.",
			cmp.Or(p.Scale.Label(p.Scale.ProficientAt), "the level that counts"), cmp.Or(p.Title, p.ID), p.Version, p.AdoptedBy, p.AdoptedOn),
	}
	levels := scaleLevels(p.Scale)
	lines := &standardLines{e: &e}
	lines.walk(&p.Requirements, e.audit.Tree)
	for _, l := range lines.all {
		line := competency.AchievedResult{Key: l.code, Name: l.title, Levels: levels, Required: p.Scale.ProficientAt, Achieved: l.level}
		if line.Achieved == 0 {
			line.Note = cmp.Or(p.Exceptions.PublicText, equivalent)
		}
		a.Results = append(a.Results, line)
		a.Alignments = append(a.Alignments, competency.Alignment{
			Name: l.title, Code: l.code, Framework: school.Name,
			Path: "/frameworks/" + string(e.version.Framework) + "#" + l.code,
		})
	}
	return a
}

// diplomaName is the document's title by the kind of diploma.
func diplomaName(p policy.Policy) string {
	switch p.AppliesTo.DiplomaType {
	case "", "standard":
		return "High School Diploma"
	}
	return "High School Diploma (" + p.AppliesTo.DiplomaType + ")"
}

func scaleLevels(s policy.Scale) []competency.Level {
	levels := make([]competency.Level, len(s.Levels))
	for i, l := range s.Levels {
		levels[i] = competency.Level{N: l.N, Label: l.Label, Description: l.Description}
	}
	return levels
}

// standardLine is one graduation standard on the diploma.
type standardLine struct {
	code, title string
	// level is the lowest confirmed level over the indicators that count, 0
	// where the standard was met another way.
	level int
}

// standardLines are the standards that a policy names, each once, in its order.
type standardLines struct {
	e   *evaluation
	all []standardLine
}

// walk goes through the policy and its answer side by side: both have the same
// shape.
func (s *standardLines) walk(n *policy.Node, r policy.Result) {
	if n.Kind == policy.Proficient {
		line := standardLine{code: n.Ref, title: s.title(n.Ref)}
		if r.State == policy.Met {
			line.level = s.level(n)
		}
		i := slices.IndexFunc(s.all, func(l standardLine) bool { return l.code == n.Ref })
		switch {
		case i < 0:
			s.all = append(s.all, line)
		case line.level > s.all[i].level:
			s.all[i].level = line.level
		}
	}
	for i := range n.Parts {
		s.walk(&n.Parts[i], r.Children[i])
	}
}

// title is what the framework calls a standard.
func (s *standardLines) title(code string) string {
	for _, st := range s.e.facts.Framework.Standards {
		if st.Code == code {
			return cmp.Or(st.Title, code)
		}
	}
	return code
}

// level is the lowest confirmed level over the indicators that count: over all
// of them, or over the best k where the policy asks for k.
func (s *standardLines) level(n *policy.Node) int {
	codes := n.Indicators
	if codes == nil {
		for _, st := range s.e.facts.Framework.Standards {
			if st.Code == n.Ref {
				for _, ind := range st.Indicators {
					codes = append(codes, ind.Code)
				}
			}
		}
	}
	var levels []int
	for _, code := range codes {
		if d := s.e.facts.Determinations[code]; d.Confirmed {
			levels = append(levels, d.Level)
		}
	}
	need := cmp.Or(n.Need, len(codes))
	if need == 0 || len(levels) < need {
		return 0
	}
	slices.SortFunc(levels, func(a, b int) int { return cmp.Compare(b, a) })
	return levels[need-1]
}
