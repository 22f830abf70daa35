package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"laurel/competency"
	"laurel/internal/registrar"
)

// Size is how large a made-up district is. The shares are those of a usual
// American district: not quite half of the learners are in grades 7 to 12, and
// those have a year of work behind them.
type Size struct {
	Learners int // in all grades, at least 24
	// Told hears what was done, and of how many; nil hears nothing.
	Told func(what string, done, of int)
}

// What one learner of grades 7 to 12 does in a year.
const (
	yearOfWork   = 55 // pieces of evidence, of which
	workWaiting  = 2  // wait for a teacher
	yearOfScores = 150
)

// Seed fills an empty database with a district of this size, for measuring and
// for trying pages with as many people as a real one has. It answers accounts
// of each role. The same size gives the same district. Jobs need not run.
func Seed(ctx context.Context, o Options, size Size) ([]Account, error) {
	if size.Learners < 24 {
		return nil, errors.New("a district has at least 24 learners")
	}
	if size.Told == nil {
		size.Told = func(string, int, int) {}
	}
	t := &teller{
		Options: o, reg: o.Office, day: o.Now(), orgs: map[string]competency.OrgID{},
		people: map[string]competency.PersonID{}, actors: map[string]competency.Actor{},
	}
	t.year = classYear(t.day)
	s := &seeder{teller: t, size: size, dice: rand.New(rand.NewPCG(1, uint64(size.Learners)))} //nolint:gosec // the same district each time
	if err := s.found(ctx); err != nil {
		return nil, fmt.Errorf("founding the district: %w", err)
	}
	for i := range s.schools {
		if err := s.school(ctx, i); err != nil {
			return nil, fmt.Errorf("filling school %d: %w", i+1, err)
		}
	}
	return t.sheet.Accounts, nil
}

// seeder makes one district.
type seeder struct {
	*teller
	size    Size
	dice    *rand.Rand
	admin   competency.Actor
	schools []seededSchool
}

// seededSchool is one school: a high school, or an elementary one whose learners
// have no evidence.
type seededSchool struct {
	id       competency.OrgID
	high     bool
	learners int
	teachers []competency.PersonID
	logins   []string // of the teachers; empty for who does not sign in
	sections []seededSection
}

// Learners of one school, about.
const (
	highSchoolSize       = 700
	elementarySchoolSize = 400
)

func (s *seeder) found(ctx context.Context) error {
	const zone, login = "America/New_York", "admin@district.example"
	err := s.reg.Found(ctx, registrar.FirstRun{
		Kind: competency.District, Name: "Three Rivers School District (fictional)", Slug: "three-rivers", Zone: zone, Locality: "Three Rivers, Vermont-like",
		AdminName: "Alex Admin", Login: login, Password: password, Starter: true, Board: "Three Rivers School Board", AdoptedOn: fmt.Sprintf("%d-06-12", s.year-2),
	})
	if err != nil {
		return err
	}
	if s.admin, err = s.as(ctx, login); err != nil {
		return err
	}
	older := s.size.Learners * 7 / 15
	for _, kind := range []struct {
		word     string
		high     bool
		learners int
		size     int
	}{{"High School", true, older, highSchoolSize}, {"Elementary School", false, s.size.Learners - older, elementarySchoolSize}} {
		n := max((kind.learners+kind.size-1)/kind.size, 1)
		for i := range n {
			name := lastNames[(7*len(s.schools)+3)%len(lastNames)] + " " + kind.word
			id, err := s.reg.AddOrg(ctx, s.admin, registrar.Once{}, registrar.NewOrg{
				Parent: string(s.admin.Tenant), Kind: competency.School, Name: name + " (fictional)", Slug: fmt.Sprintf("school-%d", len(s.schools)+1),
				Zone: zone, Locality: "Three Rivers, Vermont-like",
			})
			if err != nil {
				return err
			}
			s.schools = append(s.schools, seededSchool{id: id, high: kind.high, learners: kind.learners*(i+1)/n - kind.learners*i/n})
		}
	}
	delete(s.actors, login) // whose roles reach the schools from now on
	if s.admin, err = s.as(ctx, login); err != nil {
		return err
	}
	s.account(string(competency.OrgAdmin), login, "Alex Admin")
	return s.takeIn(ctx, s.admin.Tenant, competency.DistrictLead, "lead@district.example")
}

// takeIn takes in one member of staff, who signs in.
func (s *seeder) takeIn(ctx context.Context, org competency.OrgID, role competency.Role, login string) error {
	n := registrar.NewPerson{Legal: s.name(), Login: login, Password: password, Org: string(org), Role: role}
	s.account(string(role), login, n.Legal)
	_, err := s.reg.TakeInAll(ctx, s.admin, []registrar.NewPerson{n})
	return err
}

// school fills one school with staff and learners, a high school's learners with
// a year of work, and its teachers' sections with tasks; the class that graduates
// next is open.
func (s *seeder) school(ctx context.Context, at int) error {
	school := &s.schools[at]
	if err := s.teachers(ctx, school, at); err != nil {
		return err
	}
	if school.high {
		school.sections = s.sections(school)
	}
	for _, role := range []competency.Role{competency.Counselor, competency.RegistrarRole, competency.Principal} {
		if err := s.takeIn(ctx, school.id, role, fmt.Sprintf("%s-%d@district.example", role, at+1)); err != nil {
			return err
		}
	}
	learners := make([]registrar.NewPerson, school.learners)
	for i := range learners {
		learners[i] = s.learner(school, at, i)
	}
	ids, err := s.reg.TakeInAll(ctx, s.admin, learners)
	if err != nil {
		return err
	}
	s.size.Told("schools with their people", at+1, len(s.schools))
	if !school.high {
		return nil
	}
	office, err := s.as(ctx, fmt.Sprintf("%s-%d@district.example", competency.RegistrarRole, at+1))
	if err != nil {
		return err
	}
	for i, id := range ids {
		if err := s.reg.ImportHistory(ctx, office, []registrar.History{s.aYear(school, i, id)}); err != nil {
			return err
		}
		if (i+1)%100 == 0 || i+1 == len(ids) {
			s.size.Told(fmt.Sprintf("learners of school %d with a year of work", at+1), i+1, len(ids))
		}
	}
	if err := s.teach(ctx, school, ids); err != nil {
		return err
	}
	s.size.Told(fmt.Sprintf("sections of school %d with a task", at+1), len(school.sections), len(school.sections))
	_, err = s.reg.OpenClass(ctx, office, registrar.Once{}, registrar.NewClass{School: string(school.id), Year: s.year, Conferral: fmt.Sprintf("%d-06-12", s.year)})
	return err
}

// teachers takes in the teachers of a school. Those of a high school sign in;
// of the others one does, since more would only take time.
func (s *seeder) teachers(ctx context.Context, school *seededSchool, at int) error {
	staff := make([]registrar.NewPerson, max(school.learners/15, 1))
	school.logins = make([]string, len(staff))
	for i := range staff {
		staff[i] = registrar.NewPerson{Legal: s.name(), Org: string(school.id), Role: competency.Teacher}
		if i > 0 && !school.high {
			continue
		}
		login := fmt.Sprintf("teacher-%d@district.example", at+1)
		if i > 0 {
			login = fmt.Sprintf("teacher-%d-%d@district.example", at+1, i+1)
		} else {
			s.account(string(competency.Teacher), login, staff[i].Legal)
		}
		staff[i].Login, staff[i].Password, school.logins[i] = login, password, login
	}
	ids, err := s.reg.TakeInAll(ctx, s.admin, staff)
	school.teachers = ids
	return err
}

// learner is the place of one learner; the first of each school signs in.
func (s *seeder) learner(school *seededSchool, at, i int) registrar.NewPerson {
	grade, ahead := i%7, 12-i%7 // kindergarten to grade 6
	if school.high {
		grade, ahead = gradeOf(i), 12-gradeOf(i)
	}
	n := registrar.NewPerson{
		Legal: s.name(), Org: string(school.id), Role: competency.Learner, Grade: strconv.Itoa(grade),
		EntryYear: s.year + ahead - 4, GraduationYear: s.year + ahead,
		Born: s.day.AddDate(-grade-5, -s.dice.IntN(12), -s.dice.IntN(28)).Format(time.DateOnly),
	}
	if i == 0 {
		n.Login, n.Password = fmt.Sprintf("learner-%d@district.example", at+1), password
		s.account(string(competency.Learner), n.Login, n.Legal)
	}
	return n
}

func (s *seeder) name() string {
	return firstNames[s.dice.IntN(len(firstNames))] + " " + lastNames[s.dice.IntN(len(lastNames))]
}

// aYear is a year of one learner: work spread over it, each piece judged in two
// or three indicators, better towards the end, and most levels confirmed.
func (s *seeder) aYear(school *seededSchool, at int, learner competency.PersonID) registrar.History {
	teacher := school.teachersOf(at)
	codes := slices.Sorted(maps.Keys(tasks))
	ability := 1.6 + 1.2*s.dice.Float64()
	h := registrar.History{Learner: learner, OnTheRecord: registrar.OnTheRecord{Records: []competency.Record{{
		Kind: "plp", Current: true, SignedBy: []string{"learner", "advisor"}, Reviewed: s.ago(30 + s.dice.IntN(300)).Format(time.DateOnly),
	}}}}
	judged := map[string]bool{}
	left := yearOfScores
	for i := range yearOfWork {
		main := codes[s.dice.IntN(len(codes))]
		through := float64(i) / yearOfWork // of the year
		w := s.piece(teacher, main, 300-int(290*through))
		if i < yearOfWork-workWaiting {
			for len(w.Indicators) < left/(yearOfWork-workWaiting-i) { // the rest spread evenly
				if more := codes[s.dice.IntN(len(codes))]; !slices.Contains(w.Indicators, more) {
					w.Indicators = append(w.Indicators, more)
				}
			}
			left -= len(w.Indicators)
			for _, code := range w.Indicators {
				judged[code] = true
				w.Scores = append(w.Scores, s.score(teacher, code, ability+through, w.On))
			}
		}
		h.Work = append(h.Work, w)
	}
	for _, code := range codes {
		if judged[code] && s.dice.IntN(10) > 0 {
			h.Levels = append(h.Levels, registrar.PastLevel{Indicator: code, By: teacher[standardOf(code)], On: s.ago(5)})
		}
	}
	return h
}

// piece is one piece of work for an indicator, some days ago.
func (s *seeder) piece(teacher map[string]competency.PersonID, code string, days int) registrar.PastWork {
	route, title, task := "class", tasks[code][s.dice.IntN(2)], ""
	if s.dice.IntN(8) == 0 {
		route = competency.Routes[1+s.dice.IntN(6)]
		title = "On my own: " + title
	} else {
		task = title
	}
	contexts := judges[standardOf(code)].contexts
	w := registrar.PastWork{
		Task: task, Title: title, Route: route, Context: contexts[s.dice.IntN(len(contexts))], Indicators: []string{code}, On: s.ago(days),
		Body:       "My work on this, with the drafts behind it.",
		Reflection: "The second try began from what the first one showed.",
	}
	if kind, ok := competency.RouteOf(route); ok && kind.Provider == competency.Required {
		w.Provider = "A partner in town (fictional)"
	}
	if task != "" {
		w.TaskBy = teacher[standardOf(code)]
	}
	return w
}

func (s *seeder) score(teacher map[string]competency.PersonID, code string, ability float64, on time.Time) registrar.PastScore {
	level := min(max(int(ability+0.7*s.dice.NormFloat64()+0.5), 1), 4)
	p := registrar.PastScore{Indicator: code, By: teacher[standardOf(code)], Level: level, On: on.AddDate(0, 0, 1+s.dice.IntN(6))}
	if level < 3 {
		p.Feedback = "A good start. Say how you know, and try it once more with a case of your own."
	}
	return p
}

// Names to draw from; any likeness is chance.
var (
	firstNames = []string{
		"Ada", "Aiko", "Amir", "Anaïs", "Björn", "Carmen", "Chen", "Dagny", "Efua", "Eli", "Fatou", "Gideon", "Hana", "Ilse", "Ivo", "Jamal", "June",
		"Kofi", "Leila", "Luca", "Mara", "Mateo", "Nadia", "Noah", "Oona", "Pia", "Quentin", "Rosa", "Samir", "Tala", "Uma", "Viktor", "Wren", "Ximena", "Yara", "Zofia",
	}
	lastNames = []string{
		"Abbott", "Alvarez", "Beaulieu", "Brandt", "Castillo", "Cormier", "Dang", "Dubois", "Eriksen", "Farrow", "Fontaine", "Gagnon", "Haddad", "Hollis", "Ito", "Jansen",
		"Kaplan", "Kiprop", "Larkin", "Lopez", "Mercier", "Moreau", "Nakamura", "Novak", "Okonkwo", "Ortiz", "Petrov", "Pruitt", "Quinn", "Rahman", "Rossi", "Sato",
		"Tran", "Ueda", "Vance", "Wolfe", "Yusuf", "Zhang",
	}
)
