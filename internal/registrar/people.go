package registrar

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"laurel/competency"
	"laurel/internal/auth"
	"laurel/internal/store"
)

// NewPerson is what the office needs to take someone in: as staff with a role,
// as a learner with a year, or both in turn.
type NewPerson struct {
	Legal   string `json:"legal"`
	Used    string `json:"used"`
	Diploma string `json:"diploma"`
	Born    string `json:"born"` // civil date or empty
	OptOut  bool   `json:"opt_out"`
	Login   string `json:"login"` // empty for a person who does not sign in
	// Password is the first password; the person changes it.
	Password string          `json:"password"`
	Org      string          `json:"org"` // where they work or learn
	Role     competency.Role `json:"role"`
	// For learners only.
	EntryYear      int    `json:"entry_year"`
	GraduationYear int    `json:"graduation_year"`
	Grade          string `json:"grade"`
}

// Validate answers what is wrong with the shape.
func (n NewPerson) Validate() []competency.Field {
	var bad []competency.Field
	add := func(pointer, detail string) {
		bad = append(bad, competency.Field{Pointer: pointer, Detail: detail})
	}
	for _, name := range []struct {
		pointer, value string
		least          int
	}{{"/legal", n.Legal, 1}, {"/used", n.Used, 0}, {"/diploma", n.Diploma, 0}} {
		if l := utf8.RuneCountInString(strings.TrimSpace(name.value)); l < name.least || l > 200 {
			add(name.pointer, "Give a name of at most 200 characters.")
		}
	}
	if n.Born != "" {
		if _, err := time.Parse(time.DateOnly, n.Born); err != nil {
			add("/born", "Give the day as year-month-day, such as 2008-05-31.")
		}
	}
	if n.Login != "" {
		if _, err := mail.ParseAddress(n.Login); err != nil && strings.Contains(n.Login, "@") || strings.ContainsAny(n.Login, " \t") || len(n.Login) > 200 {
			add("/login", "Use an e-mail address, or a name without spaces.")
		}
		if weak := auth.Weak(n.Password, n.Login); weak != "" {
			add("/password", weak)
		}
	}
	if n.Org == "" {
		add("/org", "Choose where this person works or learns.")
	}
	switch {
	case n.Role == competency.Learner:
		if n.EntryYear < 1990 || n.EntryYear > 2100 {
			add("/entry_year", "Give the year of first entry to grade 9.")
		}
		if n.GraduationYear < n.EntryYear || n.GraduationYear > n.EntryYear+20 {
			add("/graduation_year", "Give the year of the class, not before the year of entry.")
		}
	case !slices.Contains(competency.StaffRoles, n.Role):
		add("/role", "Choose what this person does here.")
	}
	return bad
}

// TakeIn adds a person with their sign-in and their standing. It answers the
// person's id. ErrConflict when the sign-in name is taken.
func (r *Registrar) TakeIn(ctx context.Context, who competency.Actor, once Once, n NewPerson) (competency.PersonID, error) {
	if bad := n.Validate(); len(bad) > 0 {
		return "", competency.Invalid(bad...)
	}
	var hash string
	if n.Login != "" {
		var err error
		if hash, err = r.Passwords.Hash(r.Rand, n.Password); err != nil {
			return "", err
		}
	}
	return r.takeIn(ctx, who, once, n, hash)
}

func (r *Registrar) takeIn(ctx context.Context, who competency.Actor, once Once, n NewPerson, hash string) (competency.PersonID, error) {
	act := competency.ManagePeople
	if n.Role == competency.Learner {
		act = competency.EnrollLearners
	}
	id, err := r.actOnce(ctx, who, once, act, func(d *desk) (string, error) {
		org := competency.OrgID(n.Org)
		if err := d.may(competency.Subject{Org: org}); err != nil {
			return "", err
		}
		if _, err := d.Org(org); err != nil {
			return "", err
		}
		p := competency.Person{
			Legal: strings.TrimSpace(n.Legal), Used: strings.TrimSpace(n.Used), Diploma: strings.TrimSpace(n.Diploma),
			Born: n.Born, DirectoryOptOut: n.OptOut,
		}
		if n.Login != "" {
			account, err := d.AddAccount(n.Login, hash)
			if errors.Is(err, competency.ErrConflict) {
				return "", competency.Invalid(competency.Field{Pointer: "/login", Detail: "This sign-in name is taken."})
			}
			if err != nil {
				return "", err
			}
			p.Account = account.ID
		}
		p, err := d.AddPerson(p)
		if err != nil {
			return "", err
		}
		d.subject.ID = string(p.ID)
		return string(p.ID), stand(d, p.ID, org, n)
	})
	return competency.PersonID(id), err
}

// stand gives a person their standing: an enrollment or a role.
func stand(d *desk, person competency.PersonID, org competency.OrgID, n NewPerson) error {
	d.note("role", string(n.Role))
	d.note("org", string(org))
	if n.Role != competency.Learner {
		return d.AddStaffing(competency.Staffing{Person: person, Org: org, Role: n.Role, From: d.at})
	}
	return d.Enroll(competency.Enrollment{
		Person: person, School: org, EntryYear: n.EntryYear, GraduationYear: n.GraduationYear, Grade: n.Grade, From: d.at,
	})
}

// GiveRole adds a role to a person who is there already.
func (r *Registrar) GiveRole(ctx context.Context, who competency.Actor, person competency.PersonID, org competency.OrgID, role competency.Role) error {
	if !slices.Contains(competency.StaffRoles, role) {
		return competency.Invalid(competency.Field{Pointer: "/role", Detail: "Choose what this person does here."})
	}
	return r.act(ctx, who, competency.ManagePeople, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(person), Org: org}); err != nil {
			return err
		}
		if _, err := d.Person(person); err != nil {
			return err
		}
		return stand(d, person, org, NewPerson{Role: role})
	})
}

// EndRole takes a role from a person, from now on.
func (r *Registrar) EndRole(ctx context.Context, who competency.Actor, person competency.PersonID, org competency.OrgID, role competency.Role) error {
	return r.act(ctx, who, competency.ManagePeople, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(person), Org: org}); err != nil {
			return err
		}
		if person == who.Person && role == competency.OrgAdmin {
			return competency.Forbidden("Nobody takes the administrator's role from themselves; another administrator has to do this.")
		}
		d.note("role", string(role))
		return d.EndStaffing(person, org, role)
	})
}

// ResetPassword sets a person's password and ends their sessions. Nobody resets
// their own this way.
func (r *Registrar) ResetPassword(ctx context.Context, who competency.Actor, person competency.PersonID, password string) error {
	hash, err := r.Passwords.Hash(r.Rand, password)
	if err != nil {
		return err
	}
	return r.act(ctx, who, competency.ManagePeople, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(person), Org: who.Tenant}); err != nil {
			return err
		}
		p, err := d.Person(person)
		if err != nil {
			return err
		}
		if p.Account == "" || p.ID == who.Person {
			return competency.Refuse("This person's password cannot be set here.")
		}
		account, err := d.Account(p.Account)
		if err != nil {
			return err
		}
		if weak := auth.Weak(password, account.Login); weak != "" {
			return competency.Invalid(competency.Field{Pointer: "/password", Detail: weak})
		}
		d.note("change", "password")
		return errors.Join(d.SetPassword(p.Account, hash), d.BumpEpoch(p.Account))
	})
}

// PersonCard is a person as the office lists them.
type PersonCard struct {
	competency.Person
	Login    string
	Staffing []competency.Staffing
	Enrolled *competency.Enrollment
}

// PeoplePage is one page of the tenant's people.
type PeoplePage struct {
	People []competency.Person
	Total  int64
	Offset int
	Orgs   []competency.Org
}

// peoplePerPage is how many people one page lists.
const peoplePerPage = 50

// People answers the tenant's people by name, those whose name holds the words.
func (r *Registrar) People(ctx context.Context, who competency.Actor, words string, offset int) (page PeoplePage, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewPeople, competency.Subject{}); err != nil {
			return err
		}
		page.Offset = max(offset, 0)
		if page.People, page.Total, err = d.People(store.PeopleFilter{Name: words}, store.Page{Offset: page.Offset, Limit: peoplePerPage}); err != nil {
			return err
		}
		page.Orgs, err = d.Orgs()
		return err
	})
	return page, err
}

// Person answers one person's card.
func (r *Registrar) Person(ctx context.Context, who competency.Actor, id competency.PersonID) (card PersonCard, orgs []competency.Org, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewPeople, competency.Subject{}); err != nil {
			return err
		}
		if card.Person, err = d.Person(id); err != nil {
			return err
		}
		if card.Account != "" {
			account, err := d.Account(card.Account)
			if err != nil {
				return err
			}
			card.Login = account.Login
		}
		if card.Staffing, err = d.StaffingOf(id); err != nil {
			return err
		}
		e, err := d.EnrollmentOf(id)
		if err == nil {
			card.Enrolled = &e
		} else if !errors.Is(err, competency.ErrNotFound) {
			return err
		}
		orgs, err = d.Orgs()
		return err
	})
	return card, orgs, err
}

// NewOrg is an organisation to add below one of the tenant's.
type NewOrg struct {
	Parent   string             `json:"parent"`
	Kind     competency.OrgKind `json:"kind"`
	Name     string             `json:"name"`
	Slug     string             `json:"slug"`
	Zone     string             `json:"zone"`
	Locality string             `json:"locality"`
	Website  string             `json:"website"`
}

// AddOrg adds an organisation with its keys below another; the parent vouches
// for it in the registry.
func (r *Registrar) AddOrg(ctx context.Context, who competency.Actor, once Once, n NewOrg) (competency.OrgID, error) {
	org := competency.Org{
		Parent: competency.OrgID(n.Parent), Kind: n.Kind, Name: strings.TrimSpace(n.Name), Slug: strings.TrimSpace(n.Slug),
		Zone: strings.TrimSpace(n.Zone), Locality: strings.TrimSpace(n.Locality), Website: strings.TrimSpace(n.Website),
	}
	bad := org.Check()
	if n.Kind != competency.School && n.Kind != competency.Provider {
		bad = append(bad, competency.Field{Pointer: "/kind", Detail: "Choose school or provider; a district or state is set up by the operator."})
	}
	if len(bad) > 0 {
		return "", competency.Invalid(bad...)
	}
	id, err := r.actOnce(ctx, who, once, competency.ManageOrganisation, func(d *desk) (string, error) {
		if err := d.may(competency.Subject{Org: org.Parent}); err != nil {
			return "", err
		}
		parent, err := d.Org(org.Parent)
		if err != nil {
			return "", err
		}
		made, err := d.AddOrg(org)
		if errors.Is(err, competency.ErrConflict) {
			return "", competency.Invalid(competency.Field{Pointer: "/slug", Detail: "This short name is taken, or was once."})
		}
		if err != nil {
			return "", err
		}
		d.subject.ID = string(made.ID)
		if err := r.ensureKeys(d, made.ID); err != nil {
			return "", err
		}
		return string(made.ID), r.vouch(d, parent, made)
	})
	if err != nil {
		return "", err
	}
	if err := r.Publish(ctx); err != nil {
		return "", fmt.Errorf("publishing the new organisation: %w", err)
	}
	return competency.OrgID(id), nil
}

// Organisation answers the tenant's organisations with their keys.
func (r *Registrar) Organisation(ctx context.Context, who competency.Actor) (orgs []competency.Org, keys map[competency.OrgID][]competency.SigningKey, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewOrganisation, competency.Subject{}); err != nil {
			return err
		}
		if orgs, err = d.Orgs(); err != nil {
			return err
		}
		keys, err = publicKeys(d.Scope)
		return err
	})
	return orgs, keys, err
}

// JournalLine is one row of the journal with the name of who acted.
type JournalLine struct {
	store.JournalRow
	Name string
}

// journalPerPage is how many rows one page of the journal shows.
const journalPerPage = 100

// Journal answers rows of the tenant's journal before a number, newest first (0 for the newest).
func (r *Registrar) Journal(ctx context.Context, who competency.Actor, before int64) (lines []JournalLine, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewJournal, competency.Subject{}); err != nil {
			return err
		}
		rows, err := d.JournalPage(before, journalPerPage)
		if err != nil {
			return err
		}
		var ids []competency.PersonID
		for _, row := range rows {
			ids = append(ids, row.Actor)
		}
		names, err := d.UsedNames(ids)
		if err != nil {
			return err
		}
		for _, row := range rows {
			lines = append(lines, JournalLine{row, names[row.Actor]})
		}
		return nil
	})
	return lines, err
}

// DID is the identifier of an organisation in the documents it signs.
func (r *Registrar) DID(o competency.Org) string { return r.did(o) }

// TakeInAll takes several people in, each as an act of its own, in order. It
// stops at the first that is refused; those before it are in.
func (r *Registrar) TakeInAll(ctx context.Context, who competency.Actor, all []NewPerson) ([]competency.PersonID, error) {
	hashes := make([]string, len(all))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0)) // a hash takes its time and 19 MiB
	for i, n := range all {
		if bad := n.Validate(); len(bad) > 0 {
			return nil, competency.Invalid(bad...)
		}
		if n.Login == "" {
			continue
		}
		group.Go(func() (err error) {
			hashes[i], err = r.Passwords.Hash(r.Rand, n.Password)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	ids := make([]competency.PersonID, len(all))
	for i, n := range all {
		id, err := r.takeIn(ctx, who, Once{}, n, hashes[i])
		if err != nil {
			return ids[:i], fmt.Errorf("taking in person %d: %w", i+1, err)
		}
		ids[i] = id
	}
	return ids, nil
}
