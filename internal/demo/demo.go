// Package demo tells the story of a fictional school through the office's own
// methods, in the order in which people would use them: nothing is put behind
// the rules' back, so the demo is also the longest test of the product.
package demo

import (
	"context"
	"fmt"
	"time"

	"laurel/competency"
	"laurel/internal/registrar"
)

// Options are what the story needs.
type Options struct {
	Office *registrar.Registrar
	Now    func() time.Time
	// PublicURL is the address that readers use, without a trailing slash.
	PublicURL string
}

// teller tells the story once.
type teller struct {
	Options
	reg    *registrar.Registrar
	day    time.Time // the day of the story
	year   int       // of the class
	orgs   map[string]competency.OrgID
	people map[string]competency.PersonID
	actors map[string]competency.Actor
	sheet  Sheet
	// scored counts readings; documents are the credentials of the sheet.
	scored    int
	documents []registrar.Held
}

// patience is how long the story waits for a job.
const patience = 2 * time.Minute

// Tell fills an empty database. Jobs must be running.
func Tell(ctx context.Context, o Options) (Sheet, error) {
	t := &teller{
		Options: o, reg: o.Office, day: o.Now(), orgs: map[string]competency.OrgID{},
		people: map[string]competency.PersonID{}, actors: map[string]competency.Actor{},
	}
	t.year = classYear(t.day)
	t.sheet.BaseURL = o.PublicURL
	for _, chapter := range []struct {
		name string
		tell func(context.Context) error
	}{
		{"places", t.places},
		{"people", t.folk},
		{"frameworks", t.frameworks},
		{"earlier years", t.history},
		{"micro-credentials", t.micros},
		{"profiles", t.profiles},
		{"the class", t.class},
		{"applications", t.applications},
		{"this week's work", t.week},
		{"people outside", t.outside},
		{"a credential from elsewhere", t.elsewhere},
		{"the classroom", t.classroom},
		{"parts and doubts", t.parts},
		{"a withdrawal", t.withdrawal},
		{"keys", t.keys},
		{"rules", t.rules},
		{"the sheet", t.collect},
	} {
		if err := chapter.tell(ctx); err != nil {
			return t.sheet, fmt.Errorf("telling of %s: %w", chapter.name, err)
		}
	}
	return t.sheet, nil
}

// classYear is the year of the class that graduates next: from July on, next year's.
func classYear(day time.Time) int {
	if day.Month() >= time.July {
		return day.Year() + 1
	}
	return day.Year()
}

// as answers someone of the story, signed in once.
func (t *teller) as(ctx context.Context, login string) (competency.Actor, error) {
	if who, ok := t.actors[login]; ok {
		return who, nil
	}
	sess, err := t.reg.SignIn(ctx, login, password)
	if err != nil {
		return competency.Actor{}, fmt.Errorf("signing in as %s: %w", login, err)
	}
	who, err := t.reg.Actor(ctx, sess)
	t.actors[login] = who
	return who, err
}

// staffer answers a member of staff by key, signed in.
func (t *teller) staffer(ctx context.Context, key string) (competency.Actor, error) {
	for _, s := range staff {
		if s.key == key {
			return t.as(ctx, s.login)
		}
	}
	return competency.Actor{}, fmt.Errorf("nobody is called %s", key)
}

// until asks again and again until done says yes; jobs do the work meanwhile.
func until(ctx context.Context, what string, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := done(); err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, ctx.Err())
		case <-tick.C:
		}
	}
}

// places founds the state, the district with its schools, an online academy that
// the state vouches for, and an institute that nobody vouches for.
func (t *teller) places(ctx context.Context) error {
	const zone = "America/New_York"
	roots := []struct {
		key string
		registrar.FirstRun
	}{
		{"state", registrar.FirstRun{
			Kind: competency.State, Name: "Green State Agency of Education (fictional)", Slug: "green-state", Zone: zone,
			Locality: "Northfield, Vermont-like", AdminName: "Sasha Quill", Login: "quill@state.example", Password: password,
		}},
		{theDistrict, registrar.FirstRun{
			Kind: competency.District, Name: "Willow Brook UHSD (fictional)", Slug: "willow-brook", Zone: zone,
			Locality: "Willow Brook, Vermont-like", AdminName: "Alex Admin", Login: "admin@willowbrook.example", Password: password,
			Parent: "green-state", Starter: true, Board: "Willow Brook UHSD Board", AdoptedOn: fmt.Sprintf("%d-06-12", t.year-2),
		}},
		{theAcademy, registrar.FirstRun{
			Kind: competency.Provider, Name: "Lakeside Online Academy (fictional)", Slug: "lakeside", Zone: zone, Parent: "green-state",
			Locality: "Lakeside, Vermont-like", AdminName: "Wen Lake", Login: "wen@lakeside.example", Password: password,
		}},
		{theInst, registrar.FirstRun{
			Kind: competency.Provider, Name: "Trailhead Institute (fictional)", Slug: "trailhead", Zone: zone,
			Locality: "Ridgeline, Vermont-like", AdminName: "Noor Trail", Login: "noor@trailhead.example", Password: password,
		}},
	}
	for _, root := range roots {
		if err := t.reg.Found(ctx, root.FirstRun); err != nil {
			return err
		}
		admin, err := t.as(ctx, root.Login)
		if err != nil {
			return err
		}
		t.orgs[root.key] = admin.Tenant
	}
	for _, school := range []struct{ key, name, slug, locality string }{
		{theSchool, "Willow Brook Union High School (fictional)", "willow-brook-uhs", "Willow Brook, Vermont-like"},
		{thePartner, "Ridgeline Union High School (fictional)", "ridgeline-uhs", "Ridgeline, Vermont-like"},
	} {
		id, err := t.reg.AddOrg(ctx, t.actors["admin@willowbrook.example"], registrar.Once{}, registrar.NewOrg{
			Parent: string(t.orgs[theDistrict]), Kind: competency.School, Name: school.name, Slug: school.slug, Zone: zone, Locality: school.locality,
		})
		if err != nil {
			return err
		}
		t.orgs[school.key] = id
	}
	delete(t.actors, "admin@willowbrook.example") // whose roles reach the schools from now on
	t.account("administrator", "admin@willowbrook.example", "Alex Admin")
	return nil
}

// folk takes everyone in.
func (t *teller) folk(ctx context.Context) error {
	admin, err := t.as(ctx, "admin@willowbrook.example")
	if err != nil {
		return err
	}
	var all []registrar.NewPerson
	for _, s := range staff {
		all = append(all, registrar.NewPerson{Legal: s.name, Login: s.login, Password: password, Org: string(t.orgs[s.org]), Role: s.roles[0]})
	}
	for _, l := range learners {
		all = append(all, t.enrollment(l))
	}
	ids, err := t.reg.TakeInAll(ctx, admin, all)
	if err != nil {
		return err
	}
	for i, s := range staff {
		t.people[s.key] = ids[i]
		for _, role := range s.roles[1:] {
			if err := t.reg.GiveRole(ctx, admin, ids[i], t.orgs[s.org], role); err != nil {
				return err
			}
		}
		t.account(roleWord(s), s.login, s.name)
	}
	for i, l := range learners {
		t.people[l.key] = ids[len(staff)+i]
		t.account("learner", l.login, l.name)
	}
	for _, p := range providers {
		if err := t.provider(ctx, p.admin, p.assessors); err != nil {
			return err
		}
	}
	return nil
}

// roleWord is the role by which an account is listed: the last one given.
func roleWord(s staffMember) string { return string(s.roles[len(s.roles)-1]) }

// enrollment is a learner's place in the school.
func (t *teller) enrollment(l learner) registrar.NewPerson {
	graduates := t.year
	if l.grade == "7" {
		graduates = t.year + 5
	}
	n := registrar.NewPerson{
		Legal: l.name, Login: l.login, Password: password, Org: string(t.orgs[theSchool]), Role: competency.Learner,
		EntryYear: t.year - l.entered, GraduationYear: graduates, Grade: l.grade, OptOut: l.optOut,
		Born: t.day.AddDate(-l.born, -2, 0).Format(time.DateOnly),
	}
	if l.grade == "7" {
		n.EntryYear = t.year + 1
	}
	return n
}

// provider takes in the two assessors and the coordinator of a provider.
func (t *teller) provider(ctx context.Context, login string, assessors []assessor) error {
	admin, err := t.as(ctx, login)
	if err != nil {
		return err
	}
	if err := t.reg.GiveRole(ctx, admin, admin.Person, admin.Tenant, competency.Coordinator); err != nil {
		return err
	}
	delete(t.actors, login)
	var all []registrar.NewPerson
	for _, a := range assessors {
		all = append(all, registrar.NewPerson{Legal: a.name, Login: a.login, Password: password, Org: string(admin.Tenant), Role: competency.Assessor})
	}
	_, err = t.reg.TakeInAll(ctx, admin, all)
	return err
}

func (t *teller) account(role, login, name string) {
	t.sheet.Accounts = append(t.sheet.Accounts, Account{Role: role, Login: login, Password: password, Name: name})
}
