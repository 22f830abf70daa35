package policy

import (
	"fmt"
	"slices"
)

// minRoutes is how many ways a learner has to show a requirement: no single
// road to a diploma. The rule is ours.
const minRoutes = 3

// maxCompared is how many ways to one end are held against each other.
const maxCompared = 50

// Beside is what a policy is held against.
type Beside struct {
	Framework Catalogue
	// Unframed says that no framework is at hand, so that standards are not
	// looked up.
	Unframed bool
	// Base is the policy that this one extends; nil when it is not at hand.
	Base *Policy
	// Tags are those that the school's courses carry; nil = not asked.
	Tags []string
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
	l := linter{p: &p, beside: b, standards: map[string]*Standard{}, ids: map[string]bool{}}
	for i := range b.Framework.Standards {
		l.standards[b.Framework.Standards[i].Code] = &b.Framework.Standards[i]
	}
	l.head()
	l.terms()
	l.creditHead()
	l.creditSums()
	l.base()
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
	beside    Beside
	standards map[string]*Standard
	ids       map[string]bool
	problems  []Problem
}

func (l *linter) bad(path, format string, args ...any) { l.add(Mistake, path, format, args...) }

func (l *linter) warn(path, format string, args ...any) { l.add(Warning, path, format, args...) }

func (l *linter) add(s Severity, path, format string, args ...any) {
	p := Problem{Path: path, Detail: fmt.Sprintf(format, args...), Severity: s}
	if !slices.Contains(l.problems, p) {
		l.problems = append(l.problems, p)
	}
}

func (l *linter) head() {
	p := l.p
	if len(p.Routes) < minRoutes {
		l.bad("/routes", "Name at least %d ways of showing a requirement.", minRoutes)
	}
	for i, r := range p.PriorApproval.Routes {
		if !slices.Contains(p.Routes, r) {
			l.bad(fmt.Sprintf("/priorApproval/routes/%d", i), "The policy does not name the route “%s”.", r)
		}
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
		if p.levels() {
			l.bad("/determination", "Say how a level is proposed.")
		}
	} else if d.Method != "n-of" && d.Method != "highest" {
		l.warn("/determination/method", "By the method %s new work can take away what was proposed before; n-of and highest never do.", d.Method)
	}
}

// terms looks at waivers, and at who is certified already.
func (l *linter) terms() {
	if i, why := l.p.lapsed(l.beside.AsOf); i >= 0 {
		l.warn(fmt.Sprintf("/waivers/%d", i), "%s.", why)
	}
	for i, w := range l.p.Waivers {
		if w.Until == "" {
			l.warn(fmt.Sprintf("/waivers/%d", i), "Say until when the waiver holds.")
		}
	}
	if n := l.beside.Certified; n > 0 {
		l.warn("/version", "%s certified under an earlier version; that stays as it is.", people(n))
	}
	for i, kind := range l.p.Exceptions.Kinds {
		if slices.Contains(l.p.Forbids.Exceptions, kind) {
			l.bad(fmt.Sprintf("/exceptions/kinds/%d", i), "The policy forbids exceptions of the kind “%s” (%s).", kind, l.p.Forbids.Because)
		}
	}
}

func people(n int) string {
	if n == 1 {
		return "1 learner is"
	}
	return fmt.Sprintf("%d learners are", n)
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
	if n.Waivable != "" && !slices.Contains(l.p.Exceptions.Kinds, n.Waivable) {
		l.bad(join(n.Path, "waivable"), "The policy allows no exceptions of the kind “%s”.", n.Waivable)
	}
	switch n.Kind {
	case AtLeast:
		if n.Need > len(n.Parts) {
			l.bad(join(n.Path, "atLeast"), "%d of %d can never be reached.", n.Need, len(n.Parts))
		}
	case Any:
		l.needless(n)
	case Proficient:
		l.proficient(n)
	case Artifact:
		if n.External > n.Panel {
			l.bad(join(n.Path, "artifact")+"/panel/external", "More people from outside than the panel has.")
		}
	case Credits:
		l.amount(n, join(n.Path, "credits"))
	case Bucket:
		l.amount(n, n.Path)
		l.capped(n)
	case All, Record, Assessment, Attempts, Hours, Seal, CreditPlan:
	}
}

// needless warns of a way that whoever takes it need not take.
func (l *linter) needless(n *Node) {
	if len(n.Parts) > maxCompared {
		return
	}
	w := weighing{standards: l.standards}
	for i := range n.Parts {
		for j := range n.Parts {
			if i == j || !w.covers(&n.Parts[j], &n.Parts[i]) || i < j && w.covers(&n.Parts[i], &n.Parts[j]) {
				continue
			}
			l.warn(n.Parts[i].Path, "Whoever does this has done “%s” too, so nobody needs this way.", n.Parts[j].ID)
			break
		}
	}
}

func (l *linter) proficient(n *Node) {
	path := join(n.Path, "proficient")
	s := l.standards[n.Ref]
	if s == nil && l.beside.Unframed {
		return
	}
	if s == nil {
		l.bad(path+"/standard", "The framework has no standard “%s”.", n.Ref)
		return
	}
	if s.Retired {
		l.bad(path+"/standard", "The framework has retired the standard “%s”.", n.Ref)
	}
	if s.Apart && !slices.Contains(l.p.Conduct.Counts, n.Ref) {
		l.bad(path+"/standard", "“%s” is about habits or feelings and decides nothing unless the policy names it in conduct, with the reason.", n.Ref)
	}
	for _, code := range n.Indicators {
		i := slices.IndexFunc(s.Indicators, func(i Indicator) bool { return i.Code == code })
		if i < 0 {
			l.bad(path+"/indicators", "The standard “%s” has no indicator “%s”.", n.Ref, code)
		}
	}
	for _, i := range s.Indicators {
		if i.Retired && (n.Indicators == nil && n.Need == 0 || slices.Contains(n.Indicators, i.Code)) {
			l.bad(path+"/indicators", "The framework has retired the indicator “%s”.", i.Code)
		}
	}
	total := len(n.Indicators)
	if total == 0 {
		total = len(s.Indicators)
	}
	switch {
	case total == 0:
		l.bad(path+"/standard", "The standard “%s” has no indicators.", n.Ref)
	case n.Need > total:
		l.bad(path+"/indicators", "%d of %d indicators can never be reached.", n.Need, total)
	}
}
