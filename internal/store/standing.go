package store

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// staffingRow is a role of a person at an organisation, for a time.
type staffingRow struct {
	ID     string
	Tenant competency.OrgID
	Person competency.PersonID
	Org    competency.OrgID
	Role   competency.Role
	Since  time.Time
	Until  *time.Time
}

// TableName names the table.
func (staffingRow) TableName() string { return "staffing" }

func (r staffingRow) toStaffing() competency.Staffing {
	return competency.Staffing{Person: r.Person, Org: r.Org, Role: r.Role, From: utc(r.Since), Until: whenever(r.Until)}
}

// enrollmentRow is a learner's place in a school, for a time.
type enrollmentRow struct {
	ID             string
	Tenant         competency.OrgID
	Person         competency.PersonID
	School         competency.OrgID
	EntryYear      int
	GraduationYear int
	Grade          string
	Since          time.Time
	Until          *time.Time
}

// TableName names the table.
func (enrollmentRow) TableName() string { return "enrollment" }

func (r enrollmentRow) toEnrollment() competency.Enrollment {
	return competency.Enrollment{
		Person: r.Person, School: r.School, EntryYear: r.EntryYear, GraduationYear: r.GraduationYear,
		Grade: r.Grade, From: utc(r.Since), Until: whenever(r.Until),
	}
}

// AddStaffing gives a role; From is now if it is zero. A role that the person
// holds there already is ErrConflict; a person or organisation that is not the
// tenant's is ErrNotFound.
func (sc *Scope) AddStaffing(s competency.Staffing) error {
	if s.From.IsZero() {
		s.From = sc.Now()
	}
	row := staffingRow{
		ID: sc.ID(), Tenant: sc.tenant, Person: s.Person, Org: s.Org, Role: s.Role,
		Since: utc(s.From), Until: perhaps(s.Until),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("staffing: %w", err)
	}
	return nil
}

// EndStaffing ends a role now; ErrNotFound if the person does not hold it.
func (sc *Scope) EndStaffing(person competency.PersonID, org competency.OrgID, role competency.Role) error {
	return oneRow(sc.currentStaffing(org, role).Where("person = ?", person).Updates(map[string]any{"until": sc.Now()}))
}

// StaffingOf answers the roles that a person holds now.
func (sc *Scope) StaffingOf(person competency.PersonID) ([]competency.Staffing, error) {
	return staffings(sc.currentStaffing("", "").Where("person = ?", person))
}

// StaffAt answers who holds a role at an organisation now, or any role if it
// is empty.
func (sc *Scope) StaffAt(org competency.OrgID, role competency.Role) ([]competency.Staffing, error) {
	return staffings(sc.currentStaffing(org, role))
}

// currentStaffing is the staffing in force, everywhere and in any role where
// these are empty.
func (sc *Scope) currentStaffing(org competency.OrgID, role competency.Role) *gorm.DB {
	now := sc.Now()
	q := sc.rows(&staffingRow{}).Where("since <= ? AND (until IS NULL OR until > ?)", now, now)
	if org != "" {
		q = q.Where("org = ?", org)
	}
	if role != "" {
		q = q.Where("role = ?", role)
	}
	return q
}

func staffings(q *gorm.DB) ([]competency.Staffing, error) {
	var rows []staffingRow
	if err := q.Order("since, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Staffing, len(rows))
	for i, r := range rows {
		all[i] = r.toStaffing()
	}
	return all, nil
}

// Enroll places a learner in a school; From is now if it is zero. A place that
// the learner holds already is ErrConflict; a person or school that is not the
// tenant's is ErrNotFound.
func (sc *Scope) Enroll(e competency.Enrollment) error {
	if e.From.IsZero() {
		e.From = sc.Now()
	}
	row := enrollmentRow{
		ID: sc.ID(), Tenant: sc.tenant, Person: e.Person, School: e.School, EntryYear: e.EntryYear,
		GraduationYear: e.GraduationYear, Grade: e.Grade, Since: utc(e.From), Until: perhaps(e.Until),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("enrolling: %w", err)
	}
	return nil
}

// EndEnrollment ends a learner's place in a school now; ErrNotFound if there is none.
func (sc *Scope) EndEnrollment(person competency.PersonID, school competency.OrgID) error {
	return oneRow(sc.currentEnrollments(school, 0).Where("person = ?", person).Updates(map[string]any{"until": sc.Now()}))
}

// EnrollmentOf answers the newest of a learner's present enrollments.
func (sc *Scope) EnrollmentOf(person competency.PersonID) (competency.Enrollment, error) {
	var row enrollmentRow
	err := sc.currentEnrollments("", 0).Where("person = ?", person).Order("since DESC, id DESC").Take(&row).Error
	return row.toEnrollment(), err
}

// Enrollments answers the present enrollments of a school, by graduation year.
func (sc *Scope) Enrollments(school competency.OrgID) ([]competency.Enrollment, error) {
	var rows []enrollmentRow
	if err := sc.currentEnrollments(school, 0).Order("graduation_year, since, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Enrollment, len(rows))
	for i, r := range rows {
		all[i] = r.toEnrollment()
	}
	return all, nil
}

// ClassMembers answers the learners who are to graduate from a school in a
// year, by used name.
func (sc *Scope) ClassMembers(school competency.OrgID, year int) ([]competency.Person, error) {
	var rows []personRow
	err := sc.rows(&personRow{}).Where("id IN (?)", sc.currentEnrollments(school, year).Select("person")).
		Order("folded, id").Find(&rows).Error
	people := make([]competency.Person, len(rows))
	for i, r := range rows {
		people[i] = r.toPerson()
	}
	return people, err
}

// currentEnrollments are the enrollments in force, in any school and year
// where these are empty.
func (sc *Scope) currentEnrollments(school competency.OrgID, year int) *gorm.DB {
	now := sc.Now()
	q := sc.rows(&enrollmentRow{}).Where("since <= ? AND (until IS NULL OR until > ?)", now, now)
	if school != "" {
		q = q.Where("school = ?", school)
	}
	if year != 0 {
		q = q.Where("graduation_year = ?", year)
	}
	return q
}

// ActorOf answers who the account is in this tenant, with the roles they hold
// at each organisation and all below it; ErrNotFound if they are nobody here.
// At most four queries: it is asked on every request.
func (sc *Scope) ActorOf(account competency.AccountID) (competency.Actor, error) {
	actor := competency.Actor{Account: account, Tenant: sc.tenant}
	if account == "" {
		return competency.Actor{}, competency.NotFound()
	}
	var person personRow
	if err := sc.rows(&person).Select("id").Where("account = ?", account).Take(&person).Error; err != nil {
		return competency.Actor{}, err
	}
	actor.Person = person.ID
	held, err := sc.StaffingOf(person.ID)
	if err != nil {
		return competency.Actor{}, err
	}
	if len(held) > 0 {
		actor.Workplace = held[0].Org
		if actor.Staffed, err = sc.spread(held); err != nil {
			return competency.Actor{}, err
		}
	}
	err = sc.currentEnrollments("", 0).Where("person = ?", person.ID).Order("school").Distinct().Pluck("school", &actor.Schools).Error
	return actor, err
}

// spread gives each role to the organisation where it is held and all below.
func (sc *Scope) spread(held []competency.Staffing) (map[competency.OrgID][]competency.Role, error) {
	var orgs []orgRow
	if err := sc.rows(&orgRow{}).Select("id", "parent").Order("id").Find(&orgs).Error; err != nil {
		return nil, err
	}
	below := map[competency.OrgID][]competency.OrgID{}
	for _, o := range orgs {
		if o.Parent != nil {
			below[*o.Parent] = append(below[*o.Parent], o.ID)
		}
	}
	staffed := map[competency.OrgID][]competency.Role{}
	for _, s := range held {
		reached := []competency.OrgID{s.Org}
		for i := 0; i < len(reached); i++ {
			if len(reached) > len(orgs) {
				return nil, errors.New("the organisations form a circle")
			}
			if at := reached[i]; !slices.Contains(staffed[at], s.Role) {
				staffed[at] = append(staffed[at], s.Role)
			}
			reached = append(reached, below[reached[i]]...)
		}
	}
	return staffed, nil
}
