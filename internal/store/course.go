package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// courseRow is one wording of a course.
type courseRow struct {
	ID         competency.CourseID
	Tenant     competency.OrgID
	School     competency.OrgID
	Code       string
	Title      string
	Value      competency.Credits
	Tags       kept[[]string]
	Route      string
	Indicators kept[[]string]
	CreatedBy  competency.PersonID
	Created    time.Time
	Retired    *time.Time
}

// TableName names the table.
func (courseRow) TableName() string { return "course" }

func (r courseRow) toCourse() competency.Course {
	return competency.Course{
		ID: r.ID, School: r.School, Code: r.Code, Title: r.Title, Value: r.Value, Tags: r.Tags.V, Route: r.Route,
		Indicators: r.Indicators.V, CreatedBy: r.CreatedBy, Created: utc(r.Created), Retired: whenever(r.Retired),
	}
}

// AddCourses keeps courses, which have their ids. A code that a course of the
// school has already is ErrConflict.
func (sc *Scope) AddCourses(all ...competency.Course) error {
	rows := make([]courseRow, len(all))
	for i, c := range all {
		rows[i] = courseRow{
			ID: c.ID, Tenant: sc.tenant, School: c.School, Code: c.Code, Title: c.Title, Value: c.Value, Tags: list(c.Tags),
			Route: c.Route, Indicators: list(c.Indicators), CreatedBy: c.CreatedBy, Created: utc(c.Created),
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("adding courses: %w", err)
	}
	return nil
}

// RetireCourses takes courses out of what is offered; credits that they gave stay.
func (sc *Scope) RetireCourses(ids ...competency.CourseID) error {
	if len(ids) == 0 {
		return nil
	}
	return sc.rows(&courseRow{}).Where("id IN ? AND retired IS NULL", ids).Update("retired", sc.Now()).Error
}

// Course answers one course, retired or not.
func (sc *Scope) Course(id competency.CourseID) (competency.Course, error) {
	var row courseRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toCourse(), err
}

// Courses answers the courses that schools offer, by school and code; of every
// school of the tenant if none is named.
func (sc *Scope) Courses(schools ...competency.OrgID) ([]competency.Course, error) {
	q := sc.rows(&courseRow{}).Where("retired IS NULL")
	if len(schools) > 0 {
		q = q.Where("school IN ?", schools)
	}
	var rows []courseRow
	if err := q.Order("school, code").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Course, len(rows))
	for i, r := range rows {
		all[i] = r.toCourse()
	}
	return all, nil
}
