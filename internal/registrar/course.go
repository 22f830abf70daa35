package registrar

import (
	"context"
	"errors"
	"strings"

	"laurel/competency"
	"laurel/competency/policy"
)

// NewCourse is a course as the office enters it, in words.
type NewCourse struct {
	School     string `json:"school"`
	Code       string `json:"code"`
	Title      string `json:"title"`
	Credits    string `json:"credits"`
	Tags       string `json:"tags" required:"false"`       // with commas between
	Route      string `json:"route" required:"false"`      // empty is class
	Indicators string `json:"indicators" required:"false"` // codes, with commas between
}

// course reads the words.
func (n NewCourse) course(known map[string]bool) (competency.Course, []competency.Field) {
	c := competency.Course{
		School: competency.OrgID(n.School), Code: strings.TrimSpace(n.Code), Title: strings.TrimSpace(n.Title),
		Tags: splitWords(strings.ToLower(n.Tags)), Route: strings.TrimSpace(n.Route), Indicators: splitWords(n.Indicators),
	}
	if c.Route == "" {
		c.Route = "class"
	}
	bad := c.Check(known)
	value, ok := readCredits(n.Credits)
	if !ok {
		bad = append(bad, competency.Field{Pointer: "/credits", Detail: "Write how many credits it gives, such as 1 or 0.5."})
	}
	c.Value = value
	return c, bad
}

// maxCredits bounds what one course or one entry gives.
const maxCredits = 30 * policy.Credit

// readCredits reads an amount of credits as people write it.
func readCredits(s string) (competency.Credits, bool) {
	n, err := policy.ParseAmount(strings.Replace(strings.TrimSpace(s), ",", ".", 1))
	return competency.Credits(n), err == nil && n > 0 && n <= maxCredits
}

// SaveCourse enters a course of a school, or another wording of it under the
// same code; the earlier wording is retired, and credits that it gave stay.
// Registrars of the school. ErrInvalid names fields.
func (r *Registrar) SaveCourse(ctx context.Context, who competency.Actor, n NewCourse) (competency.CourseID, error) {
	var id competency.CourseID
	err := r.act(ctx, who, competency.ManageCourses, func(d *desk) error {
		school := competency.OrgID(n.School)
		if err := d.may(competency.Subject{Org: school}); err != nil {
			return err
		}
		known, err := indicatorCodes(d)
		if err != nil {
			return err
		}
		c, bad := n.course(known)
		if len(bad) > 0 {
			return competency.Invalid(bad...)
		}
		kept := []competency.Course{c}
		_, err = saveCourses(d, school, kept)
		id = kept[0].ID
		return err
	})
	return id, err
}

// saveCourses keeps what is new or worded anew and answers how many those are;
// all of them have their ids then.
func saveCourses(d *desk, school competency.OrgID, all []competency.Course) (changed int, err error) {
	offered, err := d.Courses(school)
	if err != nil {
		return 0, err
	}
	now := map[string]competency.Course{}
	for _, c := range offered {
		now[c.Code] = c
	}
	var fresh []competency.Course
	var old []competency.CourseID
	for i, c := range all {
		before, there := now[c.Code]
		if there && before.SameAs(c) {
			all[i].ID = before.ID
			continue
		}
		if there {
			old = append(old, before.ID)
		}
		c.ID, c.CreatedBy, c.Created = competency.CourseID(d.ID()), d.who.Person, d.at
		d.note(c.Code, string(c.ID))
		all[i].ID = c.ID
		fresh = append(fresh, c)
	}
	return len(fresh), errors.Join(d.RetireCourses(old...), d.AddCourses(fresh...))
}

// RetireCourse takes a course out of what the school offers. Registrars of the school.
func (r *Registrar) RetireCourse(ctx context.Context, who competency.Actor, id competency.CourseID) error {
	return r.act(ctx, who, competency.ManageCourses, func(d *desk) error {
		c, err := d.Course(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: c.School}); err != nil {
			return err
		}
		return d.RetireCourses(id)
	})
}

// indicatorCodes are the codes of the newest framework's indicators; none where
// there is no framework yet.
func indicatorCodes(d *desk) (map[string]bool, error) {
	known := map[string]bool{}
	f, err := d.CurrentFramework()
	if errors.Is(err, competency.ErrNotFound) {
		return known, nil
	}
	if err != nil {
		return nil, err
	}
	items, err := d.Items(f.ID)
	for _, it := range items {
		if it.Kind == competency.IndicatorItem {
			known[it.Code] = true
		}
	}
	return known, err
}

// CoursesPage is what a school offers.
type CoursesPage struct {
	School  competency.Org
	Schools []competency.Org // where the actor may look
	Courses []competency.Course
	// MayManage tells that the actor may change the list.
	MayManage bool
}

// Courses answers the courses of a school (an empty id: the first of the
// actor's). Teachers and the office.
func (r *Registrar) Courses(ctx context.Context, who competency.Actor, school competency.OrgID) (p CoursesPage, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if p.School, p.Schools, err = d.schoolOf(competency.ViewCourses, school); err != nil {
			return err
		}
		p.MayManage = competency.Can(who, competency.ManageCourses, competency.Subject{Org: p.School.ID})
		p.Courses, err = d.Courses(p.School.ID)
		return err
	})
	return p, err
}

// schoolOf finds the school that is asked for among those where the actor may
// do the act; an empty id is the first of them.
func (d *desk) schoolOf(act competency.Act, wanted competency.OrgID) (school competency.Org, all []competency.Org, err error) {
	orgs, err := d.Orgs()
	if err != nil {
		return school, nil, err
	}
	for _, o := range orgs {
		if o.Kind == competency.School && competency.Can(d.who, act, competency.Subject{Org: o.ID}) {
			all = append(all, o)
			if o.ID == wanted || wanted == "" && school.ID == "" {
				school = o
			}
		}
	}
	return school, all, d.see(act, competency.Subject{Org: school.ID})
}

// courseColumns are the columns of a table of courses; the first three are needed.
var courseColumns = []string{"code", "title", "credits", "tags", "route", "indicators"}

// Table is a table as somebody sends it: to be looked at first, or to be kept.
type Table struct {
	School string `json:"school"`
	CSV    string `json:"csv"`
	// Keep enters the rows; otherwise they are only looked at.
	Keep bool `json:"keep" required:"false"`
}

// TableResult is what came of a table: Rows were read, of which Changed add or
// change something.
type TableResult struct {
	Rows, Changed int
	Kept          bool
}

// ImportCourses reads courses from a table, all or nothing: ErrInvalid names
// each bad row by its line. Registrars of the school.
func (r *Registrar) ImportCourses(ctx context.Context, who competency.Actor, once Once, t Table) (done TableResult, err error) {
	return r.table(ctx, who, once, competency.ManageCourses, t, func(d *desk, school competency.OrgID) (TableResult, error) {
		known, err := indicatorCodes(d)
		if err != nil {
			return TableResult{}, err
		}
		rows, bad := readTable(t.CSV, courseColumns, 3)
		all, line := make([]competency.Course, 0, len(rows)), map[string]bool{}
		for _, row := range rows {
			c, wrong := NewCourse{
				School: t.School, Code: row.cells["code"], Title: row.cells["title"], Credits: row.cells["credits"],
				Tags: row.cells["tags"], Route: row.cells["route"], Indicators: row.cells["indicators"],
			}.course(known)
			if line[c.Code] {
				wrong = append(wrong, competency.Field{Pointer: "/code", Detail: "This code stands in the table twice."})
			}
			line[c.Code] = true
			bad = append(bad, inRow(row.line, wrong)...)
			all = append(all, c)
		}
		if len(bad) > 0 {
			return TableResult{}, competency.Invalid(bad...)
		}
		changed, err := saveCourses(d, school, all)
		return TableResult{Rows: len(rows), Changed: changed}, err
	})
}

// errLooked takes a dry run back.
var errLooked = errors.New("this was a look only")

// table runs what a table does, and takes it back unless it is to be kept: a
// dry run says exactly what keeping would do.
func (r *Registrar) table(ctx context.Context, who competency.Actor, once Once, act competency.Act, t Table,
	do func(*desk, competency.OrgID) (TableResult, error),
) (done TableResult, err error) {
	school := competency.OrgID(t.School)
	if !t.Keep {
		once = Once{}
	}
	_, err = r.actOnce(ctx, who, once, act, func(d *desk) (string, error) {
		if err := d.may(competency.Subject{ID: t.School, Org: school}); err != nil {
			return "", err
		}
		if done, err = do(d, school); err != nil {
			return "", err
		}
		if !t.Keep {
			return "", errLooked
		}
		done.Kept = true
		return "kept", nil
	})
	if errors.Is(err, errLooked) {
		return done, nil
	}
	if err == nil {
		done.Kept = true
	}
	return done, err
}
