package store

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"laurel/competency"
)

// personRow is a person with the names in force; see personNameRow for those
// that were.
type personRow struct {
	ID              competency.PersonID
	Tenant          competency.OrgID
	Account         *competency.AccountID
	LegalName       string
	UsedName        string
	DiplomaName     string
	Folded          string
	Born            string
	DirectoryOptOut bool
	Created         time.Time
}

// TableName names the table.
func (personRow) TableName() string { return "person" }

func (r personRow) toPerson() competency.Person {
	p := competency.Person{
		ID: r.ID, Tenant: r.Tenant, Legal: r.LegalName, Used: r.UsedName, Diploma: r.DiplomaName,
		Born: r.Born, DirectoryOptOut: r.DirectoryOptOut, Created: utc(r.Created),
	}
	if r.Account != nil {
		p.Account = *r.Account
	}
	return p
}

func newPersonRow(p competency.Person) personRow {
	r := personRow{
		ID: p.ID, Tenant: p.Tenant, LegalName: p.Legal, UsedName: p.Used, DiplomaName: p.Diploma,
		Folded: foldNames(p), Born: p.Born, DirectoryOptOut: p.DirectoryOptOut, Created: utc(p.Created),
	}
	if p.Account != "" {
		r.Account = &p.Account
	}
	return r
}

// foldNames is what people are searched and sorted by, the used name first.
func foldNames(p competency.Person) string {
	return strings.ToLower(p.Used + "\n" + p.Legal + "\n" + p.Diploma)
}

// withNames fills the names that default to the legal one.
func withNames(p competency.Person) competency.Person {
	p.Used, p.Diploma = cmp.Or(p.Used, p.Legal), cmp.Or(p.Diploma, p.Legal)
	return p
}

// namesOf lists a person's names by kind.
func namesOf(p competency.Person) map[competency.NameKind]string {
	return map[competency.NameKind]string{
		competency.LegalName: p.Legal, competency.UsedName: p.Used, competency.DiplomaName: p.Diploma,
	}
}

// personNameRow is a name and how long it was in force.
type personNameRow struct {
	ID     string
	Tenant competency.OrgID
	Person competency.PersonID
	Kind   competency.NameKind
	Name   string
	Since  time.Time
	Until  *time.Time
}

// TableName names the table.
func (personNameRow) TableName() string { return "person_name" }

// AddPerson adds a person to the tenant and answers them with id, tenant and
// time of creation. Used and diploma names default to the legal one. An
// account that stands for another person of the tenant is ErrConflict.
func (sc *Scope) AddPerson(p competency.Person) (competency.Person, error) {
	if p.ID == "" {
		p.ID = competency.PersonID(sc.ID())
	}
	p.Tenant, p.Created = sc.tenant, sc.Now()
	p = withNames(p)
	row := newPersonRow(p)
	if err := sc.add(&row); err != nil {
		return p, fmt.Errorf("adding a person: %w", err)
	}
	return p, sc.noteNames(p, competency.LegalName, competency.UsedName, competency.DiplomaName)
}

// Person answers one of the tenant's people.
func (sc *Scope) Person(id competency.PersonID) (competency.Person, error) {
	var row personRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toPerson(), err
}

// PeopleFilter narrows a list of people; its zero value narrows nothing.
type PeopleFilter struct {
	// Name is a part of any of their names.
	Name string
	// StaffAt is an organisation where they are staffed now, in Role if that is
	// given too.
	StaffAt competency.OrgID
	Role    competency.Role
	// School and GraduationYear are where they are enrolled now.
	School         competency.OrgID
	GraduationYear int
}

// Page is a part of a list: at most Limit (50 if zero, 500 at most) after the
// first Offset.
type Page struct{ Offset, Limit int }

// People answers a page of the tenant's people by used name, and how many there are
// on all pages.
func (sc *Scope) People(f PeopleFilter, page Page) ([]competency.Person, int64, error) {
	q := sc.rows(&personRow{})
	if f.Name != "" {
		q = q.Where(`folded LIKE ? ESCAPE '\'`, "%"+escapeLike(strings.ToLower(f.Name))+"%")
	}
	if f.StaffAt != "" || f.Role != "" {
		q = q.Where("id IN (?)", sc.currentStaffing(f.StaffAt, f.Role).Select("person"))
	}
	if f.School != "" || f.GraduationYear != 0 {
		q = q.Where("id IN (?)", sc.currentEnrollments(f.School, f.GraduationYear).Select("person"))
	}
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, err
	}
	var rows []personRow
	err := q.Order("folded, id").Offset(page.Offset).Limit(min(cmp.Or(page.Limit, 50), 500)).Find(&rows).Error
	people := make([]competency.Person, len(rows))
	for i, r := range rows {
		people[i] = r.toPerson()
	}
	return people, total, err
}

// escapeLike takes the meaning from LIKE's signs.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// SetNames gives a person other names, as far as legal, used and diploma
// differ from those in force; the old ones stay in the history.
func (sc *Scope) SetNames(id competency.PersonID, legal, used, diploma string) error {
	before, err := sc.Person(id)
	if err != nil {
		return err
	}
	after := before
	after.Legal, after.Used, after.Diploma = legal, used, diploma
	after = withNames(after)
	was, is := namesOf(before), namesOf(after)
	var changed []competency.NameKind
	for _, kind := range []competency.NameKind{competency.LegalName, competency.UsedName, competency.DiplomaName} {
		if was[kind] != is[kind] {
			changed = append(changed, kind)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	if err := sc.change(&personRow{}, string(id), map[string]any{
		"legal_name": after.Legal, "used_name": after.Used, "diploma_name": after.Diploma, "folded": foldNames(after),
	}); err != nil {
		return fmt.Errorf("changing names: %w", err)
	}
	return sc.noteNames(after, changed...)
}

// noteNames ends the names of the given kinds in the history and begins those
// that the person has now.
func (sc *Scope) noteNames(p competency.Person, kinds ...competency.NameKind) error {
	now := sc.Now()
	rows := make([]personNameRow, len(kinds))
	for i, kind := range kinds {
		rows[i] = personNameRow{ID: sc.ID(), Tenant: sc.tenant, Person: p.ID, Kind: kind, Name: namesOf(p)[kind], Since: now}
	}
	if err := sc.rows(&personNameRow{}).Where("person = ? AND kind IN ? AND until IS NULL", p.ID, kinds).
		Updates(map[string]any{"until": now}).Error; err != nil {
		return fmt.Errorf("ending names: %w", err)
	}
	return sc.add(&rows)
}

// FormerName is a name that was in force for a while.
type FormerName struct {
	Kind         competency.NameKind
	Name         string
	Since, Until time.Time // Until is zero for the one in force
}

// NamesOf answers the history of a person's names, oldest first.
func (sc *Scope) NamesOf(id competency.PersonID) ([]FormerName, error) {
	var rows []personNameRow
	if err := sc.rows(&personNameRow{}).Where("person = ?", id).Order("since, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	names := make([]FormerName, len(rows))
	for i, r := range rows {
		names[i] = FormerName{Kind: r.Kind, Name: r.Name, Since: utc(r.Since), Until: whenever(r.Until)}
	}
	return names, nil
}

// SetAccount lets an account stand for the person, or none if it is empty.
func (sc *Scope) SetAccount(id competency.PersonID, account competency.AccountID) error {
	var value any
	if account != "" {
		value = string(account)
	}
	return sc.change(&personRow{}, string(id), map[string]any{"account": value})
}

// SetDirectoryOptOut keeps a learner's pages off the public side, or lets them on.
func (sc *Scope) SetDirectoryOptOut(id competency.PersonID, out bool) error {
	return sc.change(&personRow{}, string(id), map[string]any{"directory_opt_out": out})
}
