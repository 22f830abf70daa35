package policy

import (
	"fmt"
	"slices"
)

// minRoutes is how many ways a learner has to show a requirement: no single
// road to a diploma. The rule is ours.
const minRoutes = 3

// Beside is what a policy is held against.
type Beside struct {
	Framework Catalogue
	// Base is the policy that this one extends; nil when it is not at hand.
	Base *Policy
	// Certified is how many learners were certified under an earlier version.
	Certified int
	// AsOf is the civil date of the look, for terms that have ended; empty = not asked.
	AsOf string
}

// Lint answers what is wrong with a policy beside a framework, in the order of
// the paths: what reads well and yet cannot work or should not be adopted. A
// policy with mistakes can be evaluated, to see what they do, but not adopted;
// warnings are for people to weigh.
func Lint(p Policy, b Beside) []Problem {
	l := linter{p: &p, standards: map[string]map[string]bool{}, ids: map[string]bool{}}
	for _, s := range b.Framework.Standards {
		l.standards[s.Code] = map[string]bool{}
		for _, i := range s.Indicators {
			l.standards[s.Code][i.Code] = true
		}
	}
	l.head()
	p.Requirements.Walk(l.node)
	for i := range p.Endorsements {
		l.id(p.Endorsements[i].ID, fmt.Sprintf("/endorsements/%d/id", i))
		when := &p.Endorsements[i].When
		when.Walk(func(n *Node) {
			if n == when && n.ID == p.Endorsements[i].ID {
				l.rule(n) // its id is the endorsement's
				return
			}
			l.node(n)
		})
	}
	for _, name := range p.unusedDefs {
		l.bad(join("/defs", name), "No requirement uses this part.")
	}
	slices.SortStableFunc(l.problems, func(a, b Problem) int { return compareCodes(a.Path, b.Path) })
	return l.problems
}

type linter struct {
	p         *Policy
	standards map[string]map[string]bool // code → codes of its indicators
	ids       map[string]bool
	problems  []Problem
}

func (l *linter) bad(path, format string, args ...any) {
	p := Problem{Path: path, Detail: fmt.Sprintf(format, args...), Severity: Mistake}
	if !slices.Contains(l.problems, p) {
		l.problems = append(l.problems, p)
	}
}

func (l *linter) head() {
	p := l.p
	if len(p.Routes) < minRoutes {
		l.bad("/routes", "Name at least %d ways of showing a requirement.", minRoutes)
	}
	if p.Status != Draft && (p.AdoptedBy == "" || p.AdoptedOn == "") {
		l.bad("/adopted", "Say who adopted the policy, and when.")
	}
	if len(p.Scale.Levels) == 0 {
		return
	}
	if p.Scale.Label(p.Scale.ProficientAt) == "" {
		l.bad("/scale/proficientAt", "The scale has no level %d.", p.Scale.ProficientAt)
	} else if p.Scale.ProficientAt == p.Scale.Levels[0].N {
		l.bad("/scale/proficientAt", "Every level would count as proficient.")
	}
	d := p.Determination
	if d.AtLeast != 0 && p.Scale.Label(d.AtLeast) == "" {
		l.bad("/determination/atLeast", "The scale has no level %d.", d.AtLeast)
	}
	if d.Method == "" {
		l.bad("/determination", "Say how a level is proposed.")
	}
}

// id reports ids that stand more than once: an exception could not tell the
// nodes apart.
func (l *linter) id(id, path string) {
	if l.ids[id] {
		l.bad(path, "The id “%s” stands more than once.", id)
	}
	l.ids[id] = true
}

func (l *linter) node(n *Node) {
	l.id(n.ID, n.Path)
	l.rule(n)
}

func (l *linter) rule(n *Node) {
	if n.Ref != "" && slices.Contains(l.p.ReportSeparately, n.Ref) {
		l.bad(n.Path, "“%s” is reported separately and cannot be a requirement.", n.Ref)
	}
	switch n.Kind {
	case AtLeast:
		if n.Need > len(n.Parts) {
			l.bad(join(n.Path, "atLeast"), "%d of %d can never be reached.", n.Need, len(n.Parts))
		}
	case Proficient:
		l.proficient(n)
	case Artifact:
		if n.External > n.Panel {
			l.bad(join(n.Path, "artifact")+"/panel/external", "More people from outside than the panel has.")
		}
	case All, Any, Record, Assessment, Attempts, Hours, Seal:
	}
}

func (l *linter) proficient(n *Node) {
	path := join(n.Path, "proficient")
	known, ok := l.standards[n.Ref]
	if !ok {
		l.bad(path+"/standard", "The framework has no standard “%s”.", n.Ref)
		return
	}
	for _, code := range n.Indicators {
		if !known[code] {
			l.bad(path+"/indicators", "The standard “%s” has no indicator “%s”.", n.Ref, code)
		}
	}
	total := len(n.Indicators)
	if total == 0 {
		total = len(known)
	}
	switch {
	case total == 0:
		l.bad(path+"/standard", "The standard “%s” has no indicators.", n.Ref)
	case n.Need > total:
		l.bad(path+"/indicators", "%d of %d indicators can never be reached.", n.Need, total)
	}
}
