package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Parse reads a policy from its canonical JSON (RFC 8785, as stored). It
// refuses what it does not know, with the path of each problem (the first 100);
// the error is then a *[ParseError]. What can only be judged beside a framework is left to
// [Lint].
func Parse(canonicalJSON []byte) (Policy, error) {
	v, err := decode(canonicalJSON, maxBytes)
	if err != nil {
		return Policy{}, &ParseError{Problems: []Problem{{Detail: err.Error(), Severity: Mistake}}}
	}
	var ps parser
	root, ok := asObject(v, "", ps.bad)
	if !ok {
		return Policy{}, ps.err()
	}
	p := ps.head(root)
	ps.body(root, &p)
	root.close()
	if err := ps.err(); err != nil {
		return Policy{}, err
	}
	sum := sha256.Sum256(canonicalJSON)
	p.hash = hex.EncodeToString(sum[:])
	return p, nil
}

// parser gathers problems on the way through one document.
type parser struct {
	of       string // see ParseError
	problems []Problem
	defs     map[string]any  // named parts as written
	used     map[string]bool // names that some tree uses
	open     []string        // names being expanded, to see cycles
	nodes    int
}

func (ps *parser) bad(path, detail string) {
	p := Problem{Path: path, Detail: detail, Severity: Mistake}
	if len(ps.problems) < maxProblems && !slices.Contains(ps.problems, p) { // a shared part is read once per use
		ps.problems = append(ps.problems, p)
	}
}

func (ps *parser) err() error {
	if len(ps.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(ps.problems, func(a, b Problem) int { return compareCodes(a.Path, b.Path) })
	return &ParseError{of: ps.of, Problems: ps.problems}
}

// policyForm is a reverse-dotted name: "us-vt.willowbrook.pbgr".
var policyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,119}$`)

// head reads everything that is not a tree.
func (ps *parser) head(o object) Policy {
	p := Policy{
		ID:      o.text("policy", true),
		Version: o.whole("version", true, 1),
		Title:   o.text("title", false),
		Status:  Status(o.text("status", true)),
	}
	if p.ID != "" && !policyForm.MatchString(p.ID) {
		ps.bad("/policy", "Use small letters, digits, dots and hyphens.")
	}
	switch p.Status {
	case Draft, Adopted, Retired, "":
	default:
		ps.bad("/status", "Write draft, adopted or retired.")
	}
	p.AdoptedBy, p.AdoptedOn = ps.adopted(o, p.Status)
	p.AppliesTo = ps.scope(o)
	p.LegalBasis = o.texts("legalBasis")
	p.Scale = ps.scale(o)
	p.Determination = ps.determination(o)
	p.Credit = ps.credit(o)
	ps.terms(o, &p)
	p.Routes = o.texts("routes")
	p.Exceptions = ps.exceptions(o)
	p.ReportSeparately = o.texts("reportSeparately")
	p.ProfileDomains = o.texts("profileDomains")
	return p
}

func (ps *parser) adopted(o object, status Status) (by, on string) {
	a, ok := o.sub("adopted")
	if !ok {
		return "", ""
	}
	if by, on = a.text("by", true), a.date("on"); on == "" {
		ps.bad("/adopted/on", "This is missing.")
	}
	if status == Draft {
		ps.bad("/adopted", "A draft has not been adopted yet.")
	}
	a.close()
	return by, on
}

func (ps *parser) scope(o object) (s Scope) {
	a, ok := o.sub("appliesTo")
	if !ok {
		return s
	}
	years := func(name string) (y Years) {
		r, ok := a.sub(name)
		if !ok {
			return y
		}
		y = Years{From: r.whole("from", false, 1900), To: r.whole("to", false, 1900)}
		if y.To != 0 && y.To < y.From {
			ps.bad(r.path, "The range ends before it begins.")
		}
		r.close()
		return y
	}
	s = Scope{
		EntryYear:      years("entryYear"),
		GraduationYear: years("graduationYear"),
		School:         a.text("school", false),
		DiplomaType:    a.text("diplomaType", false),
	}
	a.close()
	return s
}

func (ps *parser) scale(o object) (s Scale) {
	a, ok := o.sub("scale")
	if !ok {
		return s
	}
	s = Scale{ID: a.id("id", true), ProficientAt: a.whole("proficientAt", true, 0)}
	items, path := a.items("levels")
	for i, item := range items {
		l, ok := asObject(item, join(path, strconv.Itoa(i)), ps.bad)
		if !ok {
			continue
		}
		level := Level{N: l.whole("n", true, 0), Label: l.text("label", true), Description: l.text("description", false)}
		l.close()
		if i > 0 && len(s.Levels) > 0 && level.N != s.Levels[len(s.Levels)-1].N+1 {
			ps.bad(join(l.path, "n"), "Number the levels upwards without gaps.")
		}
		s.Levels = append(s.Levels, level)
	}
	if len(s.Levels) < 2 {
		ps.bad(path, "A scale needs at least two levels.")
	}
	a.close()
	return s
}

// methods are the names of judgment methods; what they compute is competency's.
var methods = []string{
	"n-of", "latest", "highest", "mode", "median", "mean",
	"mean-last", "decay-recursive", "weighted-last", "power-law",
}

func (ps *parser) determination(o object) (d Determination) {
	a, ok := o.sub("determination")
	if !ok {
		return d
	}
	d = Determination{
		Method:        a.text("method", true),
		Version:       max(a.whole("version", false, 1), 1),
		N:             a.whole("n", false, 1),
		AtLeast:       a.whole("atLeast", false, 0),
		DistinctTasks: a.flag("distinctTasks"),
		Percent:       a.whole("percent", false, 1),
	}
	if d.Method != "" && !slices.Contains(methods, d.Method) {
		ps.bad(join(a.path, "method"), "Choose one of "+strings.Join(methods, ", ")+".")
	}
	if d.Method == "n-of" && (d.N == 0 || d.AtLeast == 0) {
		ps.bad(a.path, "The method n-of needs n and atLeast, both at least 1.")
	}
	if d.Percent > 99 {
		ps.bad(join(a.path, "percent"), "Write a whole number from 1 to 99.")
	}
	if req, ok := a.sub("requires"); ok {
		// A level that nobody confirmed never counts, so a policy can ask for
		// confirmation but not go without it.
		if req.has("professionalJudgment") && !req.flag("professionalJudgment") {
			ps.bad(join(req.path, "professionalJudgment"), "A teacher confirms every level; this cannot be false.")
		}
		d.Lock = req.flag("lock")
		req.close()
	}
	a.close()
	return d
}

func (ps *parser) exceptions(o object) (e Exceptions) {
	a, ok := o.sub("exceptions")
	if !ok {
		return e
	}
	e = Exceptions{
		Allowed:            a.flag("allowed"),
		Kinds:              a.texts("kinds"),
		ApproverRole:       a.text("approverRole", false),
		SecondApproverRole: a.text("secondApproverRole", false),
		MustCite:           a.flag("mustCite"),
		PublicText:         a.text("publicText", false),
	}
	if e.Allowed && (len(e.Kinds) == 0 || e.ApproverRole == "" || e.SecondApproverRole == "" || e.PublicText == "") {
		ps.bad(a.path, "Where exceptions are allowed, name kinds, approverRole, secondApproverRole and publicText.")
	}
	a.close()
	return e
}

// body reads defs, requirements and endorsements.
func (ps *parser) body(o object, p *Policy) {
	ps.used = map[string]bool{}
	if defs, ok := o.sub("defs"); ok {
		ps.defs = defs.rest
		for _, name := range slices.Sorted(maps.Keys(ps.defs)) {
			path := join(defs.path, name)
			if !idForm.MatchString(name) {
				ps.bad(path, "Use letters, digits, hyphens and underscores, at most 64.")
			}
			ps.def(name, path) // also those that nothing uses must read well
		}
		clear(ps.used) // by trees, not by other parts
		ps.nodes = 0
	}
	tree, path, ok := o.take("requirements")
	if !ok {
		ps.bad(path, "This is missing.")
	} else {
		p.Requirements = ps.node(tree, place{path: path, id: "requirements"})
	}
	items, path := o.items("endorsements")
	for i, item := range items {
		e, ok := asObject(item, join(path, strconv.Itoa(i)), ps.bad)
		if !ok {
			continue
		}
		end := Endorsement{ID: e.id("id", true), Title: e.text("title", false)}
		when, at, has := e.take("when")
		if !has {
			ps.bad(at, "This is missing.")
		} else {
			end.When = ps.node(when, place{path: at, id: end.ID})
		}
		e.close()
		p.Endorsements = append(p.Endorsements, end)
	}
	for _, name := range slices.Sorted(maps.Keys(ps.defs)) {
		if !ps.used[name] {
			p.unusedDefs = append(p.unusedDefs, name)
		}
	}
	ps.needScale(p)
	ps.fair(p)
}

// needScale refuses levels without a scale to read them by.
func (ps *parser) needScale(p *Policy) {
	if len(p.Scale.Levels) == 0 && p.levels() {
		ps.bad("/scale", "A requirement asks for proficiency, so the policy needs a scale.")
	}
}

// def reads a named part by itself.
func (ps *parser) def(name, path string) {
	ps.open = append(ps.open, name)
	ps.node(ps.defs[name], place{path: path, id: name})
	ps.open = ps.open[:len(ps.open)-1]
}

// tooMany reports, once, a document that expands beyond the limit.
func (ps *parser) tooMany() bool {
	ps.nodes++
	if ps.nodes > maxNodes {
		ps.bad("", fmt.Sprintf("The policy has more than %d requirements.", maxNodes))
	}
	return ps.nodes > maxNodes
}
