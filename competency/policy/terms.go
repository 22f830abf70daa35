package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Waiver is leave from a rule, as an authority gave it for a term: what a pilot
// stands on. A policy cannot be applied before or after the term.
type Waiver struct {
	Authority string   // who gave it
	Cite      string   // where that is written
	Waives    []string // the rules that it lifts
	// From and Until are civil dates, both included; empty leaves an end open.
	From, Until string
}

// Extension names the policy that another one builds on and may not weaken.
type Extension struct {
	Policy  string
	Version int
	Hash    string // of the base's document, as [Policy.Hash]
}

// Prohibition is what a policy forbids those who extend it, and itself.
type Prohibition struct {
	Caps       []string // tags and routes of which all credit counts
	Exceptions []string // kinds of exceptions that nobody may allow
	Because    string   // the law, in words
}

// Conduct names what of habits, attendance, behaviour and feelings may decide,
// which nothing does unless it stands here.
type Conduct struct {
	Counts  []string // codes of standards, kinds of records, …
	Because string   // who decided so
}

// PriorApproval says which routes need a plan that was approved before they
// began, and what becomes of work that began earlier.
type PriorApproval struct {
	Routes []string
	Flag   bool // it is flagged; else refused
}

// terms reads the head members about the law that a policy stands on.
func (ps *parser) terms(o object, p *Policy) {
	ps.waivers(o, p)
	if a, ok := o.sub("extends"); ok {
		p.Extends = Extension{Policy: a.text("policy", true), Version: a.whole("version", true, 1), Hash: a.text("hash", true)}
		if p.Extends.Policy == p.ID && p.Extends.Version >= p.Version {
			ps.bad(a.path, "A policy cannot extend itself.")
		}
		a.close()
	}
	if a, ok := o.sub("forbids"); ok {
		p.Forbids = Prohibition{Caps: a.texts("caps"), Exceptions: a.texts("exceptions"), Because: a.text("because", true)}
		a.close()
	}
	if a, ok := o.sub("conduct"); ok {
		p.Conduct = Conduct{Counts: a.texts("counts"), Because: a.text("because", true)}
		a.close()
	}
	if a, ok := o.sub("priorApproval"); ok {
		p.PriorApproval.Routes = a.texts("routes")
		switch late := a.text("late", true); late {
		case "refuse", "":
		case "flag":
			p.PriorApproval.Flag = true
		default:
			ps.bad(join(a.path, "late"), "Write refuse or flag.")
		}
		a.close()
	}
	p.BetterOf = o.flag("betterOf")
}

func (ps *parser) waivers(o object, p *Policy) {
	items, path := o.items("waivers")
	for i, item := range items {
		a, ok := asObject(item, join(path, strconv.Itoa(i)), ps.bad)
		if !ok {
			continue
		}
		w := Waiver{Authority: a.text("authority", true), Cite: a.text("cite", true), Waives: a.texts("waives"), From: a.date("from"), Until: a.date("until")}
		if w.From != "" && w.Until != "" && !notAfter(w.From, w.Until) {
			ps.bad(a.path, "The term ends before it begins.")
		}
		a.close()
		p.Waivers = append(p.Waivers, w)
	}
}

// date takes a civil date; missing is empty.
func (o object) date(name string) string {
	s := o.text(name, false)
	if _, err := time.Parse(time.DateOnly, s); err != nil && s != "" {
		o.bad(join(o.path, name), "Write a date as in 2026-06-12.")
	}
	return s
}

// Applies answers why the policy cannot be applied on a civil date, in a
// sentence; empty when it can. An empty date asks nothing.
func (p Policy) Applies(on string) string {
	i, why := p.lapsed(on)
	if i < 0 {
		return ""
	}
	return why
}

// lapsed finds a waiver outside whose term the date lies; -1 = none.
func (p *Policy) lapsed(on string) (int, string) {
	for i, w := range p.Waivers {
		switch {
		case on == "":
		case w.Until != "" && !notAfter(on, w.Until):
			return i, fmt.Sprintf("The waiver by %s (%s) ended on %s; the policy cannot be applied after it", w.Authority, w.Cite, w.Until)
		case w.From != "" && !notAfter(w.From, on):
			return i, fmt.Sprintf("The waiver by %s (%s) begins on %s; the policy cannot be applied before it", w.Authority, w.Cite, w.From)
		}
	}
	return -1, ""
}

// conductWords are the parts of names that tell of habits, attendance,
// behaviour and feelings.
var conductWords = []string{
	"habit", "habits", "attendance", "absence", "absences", "tardy", "tardies", "tardiness", "truancy",
	"behavior", "behaviour", "misconduct", "discipline", "suspension", "suspensions", "sel", "emotional",
}

// groups are the parts of names that tell of a group a learner belongs to.
var groups = []string{
	"iep", "504", "ell", "sped", "disability", "disabilities", "disabled", "ethnicity", "gender",
	"migrant", "homeless", "immigrant", "poverty",
}

// groupMembers are those of members that a policy does not have.
var groupMembers = append([]string{"group", "groups", "subgroup", "track", "race", "sex", "income", "foster", "lunch", "meals"}, groups...)

// speaksOf reports whether one of the words is a part of a name.
func speaksOf(name string, words []string) bool {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' })
	return slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(words, p) })
}

const (
	oneLine = "One line holds for everyone: what is asked never depends on a group that a learner belongs to."
	oneSum  = "One line holds for everyone: write one number, without exceptions for some learners."
)

// fair refuses requirements that depend on a group, and on conduct of which the
// policy does not say that it counts.
func (ps *parser) fair(p *Policy) {
	check := func(n *Node) {
		for _, name := range append([]string{n.Ref}, n.Tags...) {
			switch {
			case n.Kind == Bucket && name == n.Ref: // its own id
			case n.Kind != Proficient && n.Kind != Credits && n.Kind != Bucket && speaksOf(name, groups):
				ps.bad(n.Path, oneLine)
			case speaksOf(name, conductWords) && !slices.Contains(p.Conduct.Counts, name):
				ps.bad(n.Path, "“"+name+"” tells of conduct, which decides nothing unless the policy names it in conduct, with the reason.")
			}
		}
	}
	p.Requirements.Walk(check)
	for i := range p.Endorsements {
		p.Endorsements[i].When.Walk(check)
	}
}
