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

// notCounted is said of a standard that the policy names and the diploma did
// not need, where the policy asks for some of several.
const notCounted = "Not among the standards that this diploma rests on."

// diplomaOf says what a diploma under this policy stands for. Everyone under
// the policy gets the same lines in the same order; what differs is the level
// reached, or the generic words where a line was met another way (domain
// invariants 9 and 10).
func diplomaOf(e evaluation, school competency.Org, profile competency.SchoolProfile) competency.Achieved {
	p := e.policy
	a := competency.Achieved{
		Type: "SecondarySchoolDiploma", Key: string(e.version.ID), Name: diplomaName(p),
		Description: fmt.Sprintf("Awarded by %s to learners who have shown what its graduation policy asks for, standard by standard, in work that teachers have judged.", school.Name),
		Criteria: fmt.Sprintf("Every graduation standard shown at %s or above, in evidence judged against published rubrics and confirmed by a teacher, and every other requirement of the graduation policy met. Policy %s, version %d, adopted by %s on %s.",
			cmp.Or(p.Scale.Label(p.Scale.ProficientAt), "the level that counts"), cmp.Or(p.Title, p.ID), p.Version, p.AdoptedBy, p.AdoptedOn),
	}
	a.Why = fmt.Sprintf("Every requirement of %s, version %d, was met, each graduation standard as its result says.", cmp.Or(p.Title, p.ID), p.Version)
	a.Profile = profile.Description()
	levels := scaleLevels(p.Scale, profile)
	lines := &standardLines{e: &e}
	lines.walk(&p.Requirements, e.audit.Tree, false)
	for _, l := range lines.all {
		line := competency.AchievedResult{Key: l.code, Name: l.title, Levels: levels, Required: p.Scale.ProficientAt, Achieved: l.level}
		switch {
		case line.Achieved > 0:
		case l.excused:
			line.Note = cmp.Or(p.Exceptions.PublicText, equivalent)
		default:
			line.Note = notCounted
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

// scaleLevels are the levels of the scale, in the school's own words where it has some.
func scaleLevels(s policy.Scale, profile competency.SchoolProfile) []competency.Level {
	levels := make([]competency.Level, len(s.Levels))
	for i, l := range s.Levels {
		levels[i] = competency.Level{N: l.N, Label: l.Label, Description: cmp.Or(profile.Legend(s.ID, l.N), l.Description)}
	}
	return levels
}

// standardLine is one graduation standard on the diploma.
type standardLine struct {
	code, title string
	// level is the lowest confirmed level over the indicators that count, 0
	// where the standard was not met by levels.
	level int
	// excused is set where it counts as met another way.
	excused bool
	// shown of indicators are confirmed at proficient, in so many subjects where
	// the policy asks for several.
	shown, of, contexts int
}

// standardLines are the standards that a policy names, each once, in its order.
type standardLines struct {
	e   *evaluation
	all []standardLine
}

// walk goes through the policy and its answer side by side: both have the same
// shape. What stands below an excused requirement is excused with it.
func (s *standardLines) walk(n *policy.Node, r policy.Result, excused bool) {
	excused = excused || r.State == policy.Waived && (len(n.Parts) == 0 || r.Have < r.Need)
	if n.Kind == policy.Proficient {
		line := standardLine{code: n.Ref, title: s.title(n.Ref), excused: excused}
		if r.State == policy.Met {
			s.count(n, &line)
		}
		i := slices.IndexFunc(s.all, func(l standardLine) bool { return l.code == n.Ref })
		switch {
		case i < 0:
			s.all = append(s.all, line)
		case line.level > s.all[i].level:
			s.all[i] = line
		case line.excused:
			s.all[i].excused = true
		}
	}
	for i := range n.Parts {
		s.walk(&n.Parts[i], r.Children[i], excused)
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

// count finds the level of a standard that is met: the lowest confirmed one over
// the indicators that count, which are all of them, or the best k where the
// policy asks for k.
func (s *standardLines) count(n *policy.Node, line *standardLine) {
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
	contexts := map[string]bool{}
	for _, code := range codes {
		d := s.e.facts.Determinations[code]
		if !d.Confirmed {
			continue
		}
		levels = append(levels, d.Level)
		if d.Level >= s.e.policy.Scale.ProficientAt {
			line.shown++
			for _, c := range d.Contexts {
				contexts[c] = true
			}
		}
	}
	line.of = len(codes)
	if n.Contexts > 1 {
		line.contexts = len(contexts)
	}
	need := cmp.Or(n.Need, len(codes))
	if need == 0 || len(levels) < need {
		return
	}
	slices.SortFunc(levels, func(a, b int) int { return cmp.Compare(b, a) })
	line.level = levels[need-1]
}
