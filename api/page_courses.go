package api

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/registrar"
	"laurel/templates"
)

// maxTableForm is the largest form with a table in it.
const maxTableForm = 3 << 20

// coursesPage is what a school offers.
type coursesPage struct {
	templates.Base
	School    string
	Schools   []templates.Option
	List      []courseRow
	None      templates.Empty
	MayManage bool
	In        registrar.NewCourse
	Routes    []templates.Option
	Table     tableForm
}

// courseRow is a course in words.
type courseRow struct {
	ID, Code, Title, Credits, Tags, Route, Indicators string
}

// tableForm is a table that is sent, looked at, and kept.
type tableForm struct {
	CSV     string
	Key     string
	Columns string
	Example string
	// Looked is what keeping the table would do; nil before it was looked at.
	Looked *registrar.TableResult
}

func (s *Server) pageCourses(c *gin.Context) error {
	return s.showCourses(c, http.StatusOK, c.Query("school"), registrar.NewCourse{}, tableForm{}, nil)
}

func (s *Server) showCourses(c *gin.Context, status int, school string, in registrar.NewCourse, t tableForm, bad templates.Problems) error {
	p, err := s.reg.Courses(c.Request.Context(), actor(c), competency.OrgID(school))
	if err != nil {
		return err
	}
	view := coursesPage{
		Base: s.base(c, s.T(c, "courses.title")), School: string(p.School.ID), MayManage: p.MayManage, In: in, Table: t,
		None: templates.Empty{Text: s.T(c, "courses.none")}, Routes: s.routeOptions(in.Route),
	}
	view.Problems, view.Wide = bad, true
	view.Table.Key = newKey()
	view.Table.Columns, view.Table.Example = s.T(c, "courses.columns"), "code,title,credits,tags,route,indicators\nBIO-1,Biology,1,\"stem, biological-science\",class,\"SCI.1, SCI.2\""
	for _, o := range p.Schools {
		view.Schools = append(view.Schools, templates.Option{Value: string(o.ID), Label: o.Name})
	}
	for _, course := range p.Courses {
		view.List = append(view.List, courseRow{
			ID: string(course.ID), Code: course.Code, Title: course.Title, Credits: policy.Amount(course.Value).String(),
			Tags: strings.Join(course.Tags, ", "), Route: s.T(c, "route."+course.Route), Indicators: strings.Join(course.Indicators, ", "),
		})
	}
	return s.render(c, status, "courses", view)
}

// routeOptions are the ways of learning; class stands first.
func (s *Server) routeOptions(chosen string) []templates.Option {
	list := s.options("route.", competency.Routes...)
	for i := range list {
		list[i].Selected = list[i].Value == chosen
	}
	return list
}

func (s *Server) doCourse(c *gin.Context) error {
	var in registrar.NewCourse
	err := decode(c, &in)
	if err == nil {
		_, err = s.reg.SaveCourse(c.Request.Context(), actor(c), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showCourses(c, http.StatusUnprocessableEntity, in.School, in, tableForm{}, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "courses.saved", in.Code)})
	return s.see(c, "/courses?school="+in.School)
}

func (s *Server) doRetireCourse(c *gin.Context) error {
	if err := s.reg.RetireCourse(c.Request.Context(), actor(c), competency.CourseID(c.Param("course"))); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "courses.retired")})
	return s.see(c, "/courses")
}

func (s *Server) doCourseTable(c *gin.Context) error {
	in, err := tableOf(c)
	var done registrar.TableResult
	if err == nil {
		done, err = s.reg.ImportCourses(c.Request.Context(), actor(c), once(c, in), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showCourses(c, http.StatusUnprocessableEntity, in.School, registrar.NewCourse{}, tableForm{CSV: in.CSV}, bad)
	}
	if err != nil {
		return err
	}
	if !done.Kept {
		return s.showCourses(c, http.StatusOK, in.School, registrar.NewCourse{}, tableForm{CSV: in.CSV, Looked: &done}, nil)
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "courses.kept", done.Changed)})
	return s.see(c, "/courses?school="+in.School)
}

// tableOf reads the form of a table: its text, or a file in place of it.
func tableOf(c *gin.Context) (registrar.Table, error) {
	var in registrar.Table
	if err := decode(c, &in); err != nil {
		return in, err
	}
	file, err := c.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return in, nil
	}
	if err != nil {
		return in, competency.Invalid(competency.Field{Pointer: "/file", Detail: "This file could not be read."})
	}
	f, err := file.Open()
	if err != nil {
		return in, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(f)
	if err != nil || len(data) == 0 {
		return in, err
	}
	in.CSV, err = registrar.TableText(data)
	return in, err
}

// entriesTablePage enters what others confirmed from a table.
type entriesTablePage struct {
	templates.Base
	School  string
	Schools []templates.Option
	Table   tableForm
}

func (s *Server) pageEntriesTable(c *gin.Context) error {
	return s.showEntriesTable(c, http.StatusOK, c.Query("school"), tableForm{}, nil)
}

func (s *Server) showEntriesTable(c *gin.Context, status int, school string, t tableForm, bad templates.Problems) error {
	chosen, schools, err := s.reg.EntrySchools(c.Request.Context(), actor(c), competency.OrgID(school))
	if err != nil {
		return err
	}
	view := entriesTablePage{Base: s.base(c, s.T(c, "entries_table.title")), School: string(chosen.ID), Table: t}
	view.Problems = bad
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "learners.title"), Href: "/learners"}}
	view.Table.Key = newKey()
	view.Table.Columns = s.T(c, "entries_table.columns")
	view.Table.Example = "learner,what,name,amount,route,tags,source,on,waits\n" +
		"farid@willowbrook.example,credit,Statistics,0.5,early-college,stem,Green River Community College,2026-06-05,\n" +
		"davi@willowbrook.example,result,lang-other,8,,,State language test,2026-05-02,\n" +
		"bodhi@willowbrook.example,hours,internship,60,,,Harlow Marine Repair,,"
	for _, o := range schools {
		view.Schools = append(view.Schools, templates.Option{Value: string(o.ID), Label: o.Name})
	}
	return s.render(c, status, "entries_table", view)
}

func (s *Server) doEntriesTable(c *gin.Context) error {
	in, err := tableOf(c)
	var done registrar.TableResult
	if err == nil {
		done, err = s.reg.ImportEntries(c.Request.Context(), actor(c), once(c, in), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showEntriesTable(c, http.StatusUnprocessableEntity, in.School, tableForm{CSV: in.CSV}, bad)
	}
	if err != nil {
		return err
	}
	if !done.Kept {
		return s.showEntriesTable(c, http.StatusOK, in.School, tableForm{CSV: in.CSV, Looked: &done}, nil)
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "entries_table.kept", strconv.Itoa(done.Changed))})
	return s.see(c, "/learners")
}
