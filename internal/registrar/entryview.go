package registrar

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// EntryLine is an entry as the office sees it.
type EntryLine struct {
	ID, What, Name string
	Amount         string // with its unit where it has one; empty for a record
	Detail         string // tags of a credit, roles that signed a record
	Route          string
	Source, On     string
	Waits          string
	// EnteredBy and WithdrawnBy are names in use.
	EnteredBy, WithdrawnBy, Why string
	Entered, Withdrawn          time.Time
}

// entryLines lists what others confirmed: courses, credits, results, hours, records.
func entryLines(o store.OnRecord) []EntryLine {
	var all []EntryLine
	for _, t := range o.Courses {
		c := t.Course
		all = append(all, EntryLine{
			ID: t.ID, What: CourseEntry, Name: c.Code + " " + c.Title, Amount: policy.Amount(c.Value).String(),
			Detail: strings.Join(c.Indicators, ", "), Route: c.Route,
		})
	}
	for _, c := range o.Credits {
		all = append(all, EntryLine{
			ID: c.ID, What: CreditEntry, Name: c.Title, Amount: policy.Amount(c.Value).String(), Detail: strings.Join(c.Tags, ", "),
			Route: c.Route, Source: c.Source, On: c.Earned, Waits: c.Waits,
		})
	}
	for _, e := range o.Results {
		all = append(all, EntryLine{ID: e.ID, What: ResultEntry, Name: e.Ref, Amount: strconv.Itoa(e.Score), Source: e.Source, On: e.Taken, Waits: e.Waits})
	}
	for _, h := range o.Hours {
		hours := strconv.FormatFloat(float64(h.Minutes)/60, 'f', -1, 64)
		if h.Minutes%60 != 0 {
			hours = strconv.FormatFloat(float64(h.Minutes)/60, 'f', 1, 64)
		}
		all = append(all, EntryLine{ID: h.ID, What: HoursEntry, Name: h.Kind, Amount: hours, Source: h.Provider, Waits: h.Waits})
	}
	for _, e := range o.Records {
		all = append(all, EntryLine{ID: e.ID, What: RecordEntry, Name: e.Kind, Detail: strings.Join(e.SignedBy, ", "), On: e.Reviewed, Waits: e.Waits})
	}
	return all
}

// EntriesPage is what others confirmed about a learner.
type EntriesPage struct {
	Learner  competency.Person
	Enrolled competency.Enrollment
	Zone     *time.Location
	Lines    []EntryLine // what counts or waits
	Gone     []EntryLine // what was withdrawn
	Courses  []competency.Course
	// Asked are the names by which the learner's policy asks for results, hours
	// and records.
	Asked    map[string][]string
	MayEnter bool
}

// Entries answers what others confirmed about a learner: to the learner and to
// the school's staff.
func (r *Registrar) Entries(ctx context.Context, who competency.Actor, learner competency.PersonID) (p EntriesPage, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if p.Enrolled, err = d.enrolled(learner); err != nil {
			return err
		}
		on := competency.Subject{ID: string(learner), Org: p.Enrolled.School, Owner: learner}
		if err := d.see(competency.ViewLearner, on); err != nil {
			return err
		}
		p.MayEnter = competency.Can(who, competency.EnterRecord, on)
		if p.Learner, err = d.Person(learner); err != nil {
			return err
		}
		school, err := d.Org(p.Enrolled.School)
		if err != nil {
			return err
		}
		if p.Zone, err = zoneOf(school); err != nil {
			return err
		}
		if p.Courses, err = d.Courses(p.Enrolled.School); err != nil {
			return err
		}
		if err := d.entries(&p); err != nil {
			return err
		}
		p.Asked, err = askedOf(d, p.Enrolled)
		return err
	})
	return p, err
}

// entries fills the lines with what was done to them.
func (d *desk) entries(p *EntriesPage) error {
	all, err := d.OnRecordOf([]competency.PersonID{p.Learner.ID})
	if err != nil {
		return err
	}
	gone, err := d.WithdrawnOf(p.Learner.ID)
	if err != nil {
		return err
	}
	marks, err := d.EntryMarks(p.Learner.ID)
	if err != nil {
		return err
	}
	people := make([]competency.PersonID, len(marks))
	for i, m := range marks {
		people[i] = m.By
	}
	names, err := d.UsedNames(people)
	if err != nil {
		return err
	}
	p.Lines, p.Gone = entryLines(all[p.Learner.ID]), entryLines(gone)
	for _, lines := range [][]EntryLine{p.Lines, p.Gone} {
		for i := range lines {
			lines[i].tell(marks, names)
		}
	}
	return nil
}

// tell adds what was done to an entry, and by whom.
func (l *EntryLine) tell(marks []competency.EntryMark, names map[competency.PersonID]string) {
	for _, m := range marks {
		if m.Entry != l.ID {
			continue
		}
		switch m.Mark {
		case competency.MarkEntered:
			l.EnteredBy, l.Entered = names[m.By], m.At
			if l.Source == "" {
				l.Source = m.Note
			}
		case competency.MarkWithdrawn:
			l.WithdrawnBy, l.Withdrawn, l.Why = names[m.By], m.At, m.Note
		case competency.MarkConfirmed:
		}
	}
}

// askedOf collects the names by which a learner's policy asks for what others
// confirm.
func askedOf(d *desk, e competency.Enrollment) (map[string][]string, error) {
	ps, err := allPolicies(d.Scope)
	if err != nil {
		return nil, err
	}
	version, p, err := ps.of(e)
	if err != nil || version == nil {
		return nil, err
	}
	asked := map[string][]string{}
	note := func(n *policy.Node) {
		what := map[policy.Kind]string{
			policy.Assessment: ResultEntry, policy.Attempts: ResultEntry, policy.Hours: HoursEntry, policy.Record: RecordEntry,
		}[n.Kind]
		if what != "" && !slices.Contains(asked[what], n.Ref) {
			asked[what] = append(asked[what], n.Ref)
		}
	}
	p.Requirements.Walk(note)
	for i := range p.Endorsements {
		p.Endorsements[i].When.Walk(note)
	}
	return asked, nil
}
