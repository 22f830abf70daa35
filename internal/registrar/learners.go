package registrar

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// LearnerStanding is how a learner stands: what is shown, what is left, and why.
type LearnerStanding struct {
	Learner  competency.PersonID
	Name     string
	Mine     bool
	Enrolled competency.Enrollment
	School   string
	Zone     *time.Location // of the school
	Scale    competency.Scale
	Rings    []StandardRing
	// Policy is the one of the learner's cohort; nil where none covers it, and
	// then there is no audit.
	Policy  *competency.PolicyVersion
	Rules   policy.Policy // the one of Policy, read
	Audit   policy.Audit
	Helpers Helpers
	Items   []competency.Item
	// Asked are the indicators, by code, for which the learner's request to be
	// assessed is open.
	Asked map[string]bool
}

// StandardRing is how much of one standard is shown.
type StandardRing struct {
	Code, Text   string
	Shown, Total int
	Next         string       // the next indicator to show; empty when all are
	Trend        []DatedLevel // the judgments in it, oldest first
}

// DatedLevel is a judgment's level and its day.
type DatedLevel struct {
	Level int
	At    time.Time
}

// Requirements answers how a learner stands by the policy of their cohort, computed
// now: to the learner, and to the school's staff.
func (r *Registrar) Requirements(ctx context.Context, who competency.Actor, learner competency.PersonID) (p LearnerStanding, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		p, err = d.progress(learner)
		return err
	})
	return p, err
}

func (d *desk) progress(learner competency.PersonID) (p LearnerStanding, err error) {
	if p.Enrolled, err = d.enrolled(learner); err != nil {
		return p, err
	}
	if err := d.see(competency.ViewLearner, competency.Subject{ID: string(learner), Org: p.Enrolled.School, Owner: learner}); err != nil {
		return p, err
	}
	person, err := d.Person(learner)
	if err != nil {
		return p, err
	}
	school, err := d.Org(p.Enrolled.School)
	if err != nil {
		return p, err
	}
	if p.Zone, err = zoneOf(school); err != nil {
		return p, err
	}
	p.Learner, p.Name, p.School, p.Mine = learner, person.Used, school.Name, learner == d.who.Person
	f, err := d.CurrentFramework()
	if errors.Is(err, competency.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Scale = f.Scale
	if p.Items, err = d.Items(f.ID); err != nil {
		return p, err
	}
	today, err := civilDay(school, d.at)
	if err != nil {
		return p, err
	}
	if p.Asked, err = d.requested(learner, p.Items); err != nil {
		return p, err
	}
	ps, err := allPolicies(d.Scope)
	if err != nil {
		return p, err
	}
	g := gather(d.Scope, []competency.Enrollment{p.Enrolled}, today)
	g.items[f.ID], g.current = p.Items, &f.ID
	now, covered, err := ps.evaluate(g, p.Enrolled)
	if err != nil {
		return p, err
	}
	known := now.facts
	if covered {
		p.Policy, p.Rules, p.Audit = &now.version, now.policy, now.audit
	} else {
		all, err := g.newest()
		if err != nil {
			return p, err
		}
		known = all[learner]
	}
	return p, d.rings(&p, known)
}

// enrolled is where a person learns; ErrNotFound for whoever does not.
func (d *desk) enrolled(learner competency.PersonID) (competency.Enrollment, error) {
	e, err := d.EnrollmentOf(learner)
	if err != nil {
		d.checked = true // nothing was found to ask about
	}
	return e, err
}

// rings counts what is shown per standard, with its judgments, and finds whom to
// ask in it.
func (d *desk) rings(p *LearnerStanding, f policy.Facts) error {
	judged, err := d.JudgedOf(p.Learner, nil)
	if err != nil {
		return err
	}
	if p.Helpers, err = d.helpersOf(p.Learner, p.Enrolled.School, p.Items, judged); err != nil {
		return err
	}
	standard, trend := standardByItem(p.Items), map[string][]DatedLevel{}
	for _, j := range standingWork(judged) {
		s := standard[j.Item]
		trend[s] = append(trend[s], DatedLevel{j.Level, j.At.In(p.Zone)})
	}
	for _, s := range f.Framework.Standards {
		if s.Within != "" {
			continue // counted with the one that holds it
		}
		ring := StandardRing{Code: s.Code, Text: s.Title, Total: len(s.Indicators), Trend: trend[s.Code]}
		for _, i := range s.Indicators {
			if l := f.Determinations[i.Code]; l.Confirmed && l.Level >= p.Scale.ProficientAt {
				ring.Shown++
			} else if ring.Next == "" {
				ring.Next = i.Title
			}
		}
		p.Rings = append(p.Rings, ring)
	}
	return nil
}

// AuditNow is how a learner stands today, for whoever helps them.
type AuditNow struct {
	LearnerStanding
	// Exceptions are those on record, whether they hold or not.
	Exceptions []ExceptionLine
}

// AuditNow answers how a learner stands by what stands for them today, with the
// exceptions on record: to the school's staff.
func (r *Registrar) AuditNow(ctx context.Context, who competency.Actor, learner competency.PersonID) (a AuditNow, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if a.LearnerStanding, err = d.progress(learner); err != nil {
			return err
		}
		if a.Mine { // has a page of their own, which names nobody's exceptions
			return competency.NotFound()
		}
		a.Exceptions, err = d.holding(learner, a.Audit.Tree)
		return err
	})
	return a, err
}

// LearnerView is a learner as the school's staff sees them.
type LearnerView struct {
	LearnerStanding
	Evidence []EvidenceLine
	Levels   []LevelLine
	CanJudge bool
	// MayTranscript tells that the actor can have a transcript made.
	MayTranscript bool
	// MayExcept tells that the actor may propose or approve exceptions.
	MayExcept bool
}

// LevelLine is a level that a learner has or had.
type LevelLine struct {
	competency.Determination
	Code, Indicator, Label string
	ByName, ReopenedByName string
}

// Learner answers a learner's whole record to the school's staff and to the
// learner.
func (r *Registrar) Learner(ctx context.Context, who competency.Actor, learner competency.PersonID) (v LearnerView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if v.LearnerStanding, err = d.progress(learner); err != nil {
			return err
		}
		on := competency.Subject{Org: v.Enrolled.School, Owner: learner}
		v.CanJudge = competency.Can(who, competency.ReopenLevel, on)
		v.MayTranscript = competency.Can(who, competency.IssueTranscript, on)
		v.MayExcept = competency.Can(who, competency.ProposeException, on) || competency.Can(who, competency.ApproveException, on)
		list, _, err := d.EvidenceOf(learner, store.EvidenceFilter{}, store.Page{Limit: 200})
		if err != nil {
			return err
		}
		if !v.Mine { // drafts are their owner's alone
			list = slices.DeleteFunc(list, func(e competency.Evidence) bool { return e.State == competency.EvidenceDraft })
		}
		if v.Evidence, err = d.lines(list); err != nil {
			return err
		}
		v.Levels, err = d.levelLines(v.LearnerStanding)
		return err
	})
	return v, err
}

func (d *desk) levelLines(p LearnerStanding) ([]LevelLine, error) {
	all, err := d.DeterminationsOf(p.Learner)
	if err != nil {
		return nil, err
	}
	var people []competency.PersonID
	for _, l := range all {
		people = append(people, l.By, l.ReopenedBy)
	}
	names, err := d.UsedNames(people)
	if err != nil {
		return nil, err
	}
	place := map[competency.ItemID]int{}
	for i, it := range p.Items {
		place[it.ID] = i
	}
	var lines []LevelLine
	for _, l := range all {
		i, ok := place[l.Item]
		if !ok || l.State == competency.LevelSuperseded && l.By == "" {
			continue // a proposal that nobody ever confirmed is no history
		}
		lines = append(lines, LevelLine{
			Determination: l, Code: p.Items[i].Code, Indicator: p.Items[i].Text, Label: p.Scale.Label(l.Level),
			ByName: names[l.By], ReopenedByName: names[l.ReopenedBy],
		})
	}
	slices.SortStableFunc(lines, func(a, b LevelLine) int { return cmp.Compare(place[a.Item], place[b.Item]) })
	return lines, nil
}

// LearnersPage is a page of a school's learners.
type LearnersPage struct {
	Rows    []LearnerLine
	Total   int64
	Offset  int
	School  competency.Org
	Schools []competency.Org // where the actor may look
}

// LearnerLine is a learner in a list: how much is shown and where that leaves
// the diploma.
type LearnerLine struct {
	Person         competency.PersonID
	Name, Grade    string
	GraduationYear int
	Shown, Total   int
	Next           string // the first indicator that is open
	State          policy.State
	Proposals      int
}

// learnersPerPage is how many learners one page lists.
const learnersPerPage = 50

var staffRoles = []competency.Role{competency.Teacher, competency.Counselor, competency.RegistrarRole, competency.Principal}

// Learners answers the learners of a school (an empty id: the first of the
// actor's) whose names hold the words. The number of queries does not depend
// on how many there are.
func (r *Registrar) Learners(ctx context.Context, who competency.Actor, school competency.OrgID, words string, offset int) (page LearnersPage, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.school(&page, school); err != nil {
			return err
		}
		page.Offset = max(offset, 0)
		filter := store.PeopleFilter{School: page.School.ID, Name: words}
		people, total, err := d.People(filter, store.Page{Offset: page.Offset, Limit: learnersPerPage})
		if err != nil {
			return err
		}
		page.Total = total
		page.Rows, err = d.learnerLines(page.School, people)
		return err
	})
	return page, err
}

// school finds the school that is asked for among those where the actor works.
func (d *desk) school(page *LearnersPage, wanted competency.OrgID) error {
	orgs, err := d.Orgs()
	if err != nil {
		return err
	}
	for _, o := range orgs {
		if o.Kind != competency.District && o.Kind != competency.State && d.who.At(o.ID, staffRoles...) {
			page.Schools = append(page.Schools, o)
			if o.ID == wanted || wanted == "" && page.School.ID == "" {
				page.School = o
			}
		}
	}
	return d.see(competency.ViewLearner, competency.Subject{Org: page.School.ID})
}

func (d *desk) learnerLines(school competency.Org, people []competency.Person) ([]LearnerLine, error) {
	ids := make([]competency.PersonID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	today, err := civilDay(school, d.at)
	if err != nil {
		return nil, err
	}
	enrolled, err := d.EnrollmentsOf(ids)
	if err != nil {
		return nil, err
	}
	ps, err := allPolicies(d.Scope)
	if err != nil {
		return nil, err
	}
	members := make([]competency.Enrollment, len(people))
	for i, p := range people {
		members[i] = enrolled[p.ID]
		members[i].Person = p.ID
	}
	g := gather(d.Scope, members, today)
	lines := make([]LearnerLine, len(people))
	for i, p := range people {
		e := members[i]
		lines[i] = LearnerLine{Person: p.ID, Name: p.Used, Grade: e.Grade, GraduationYear: e.GraduationYear}
		now, covered, err := ps.evaluate(g, e)
		if err != nil {
			return nil, err
		}
		if !covered {
			known, err := g.newest()
			if err != nil {
				return nil, err
			}
			now.facts = known[e.Person]
		}
		lines[i].State = now.audit.State
		lines[i].count(now.facts, now.policy.Scale.ProficientAt)
	}
	return lines, nil
}

// count fills in how many indicators are shown.
func (l *LearnerLine) count(f policy.Facts, proficientAt int) {
	for _, s := range f.Framework.Standards {
		if s.Within != "" {
			continue // counted with the one that holds it
		}
		for _, i := range s.Indicators {
			l.Total++
			level := f.Determinations[i.Code]
			switch {
			case level.Confirmed && level.Level >= max(proficientAt, 1):
				l.Shown++
			case l.Next == "":
				l.Next = i.Title
			}
			if !level.Confirmed && level.Level > 0 {
				l.Proposals++
			}
		}
	}
}

// waitsForOwner is what teachers sent back, on a learner's home page.
func waitsForOwner(d *desk) ([]Waiting, error) {
	if len(d.who.Schools) == 0 {
		return nil, nil
	}
	n, err := d.CountEvidence(d.who.Person, competency.EvidenceNeedsRevision)
	if err != nil || n == 0 {
		return nil, err
	}
	return []Waiting{{Kind: "returned", Count: int(n), Href: "/evidence"}}, nil
}

// homeLearners is how many learners the home page of staff shows.
const homeLearners = 12

// caseload are learners of the actor's first school, on the home page of staff.
func caseload(d *desk, h *Home) error {
	if !d.who.Is(competency.Teacher, competency.Counselor, competency.RegistrarRole, competency.Principal) {
		return nil
	}
	var page LearnersPage
	if err := d.school(&page, ""); err != nil || page.School.ID == "" {
		return nil //nolint:nilerr // who works at no school has no learners here
	}
	people, total, err := d.People(store.PeopleFilter{School: page.School.ID}, store.Page{Limit: homeLearners})
	if err != nil || len(people) == 0 {
		return err
	}
	rows, err := d.learnerLines(page.School, people)
	if err != nil {
		return err
	}
	for _, l := range rows {
		h.People = append(h.People, HomePerson{Name: l.Name, Shown: l.Shown, Total: l.Total, Next: l.Next, Href: "/learners/" + string(l.Person)})
	}
	if int(total) > len(people) {
		h.Everyone = int(total)
	}
	return nil
}
