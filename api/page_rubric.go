package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// rubricPage is the rubric of an indicator while it is written: all levels of
// a criterion side by side, and below it what somebody who scores will see.
type rubricPage struct {
	templates.Base
	V        registrar.RubricDesk
	In       registrar.RubricIn
	Action   string
	Criteria []criterionRow
	Preview  templates.Field
	Copy     []templates.Option
	Earlier  []rubricVersion
	Used     int // judgments by the newest version
}

// criterionRow is one criterion with a field for each level.
type criterionRow struct {
	Title  templates.Field
	Name   string
	Legend string
	Levels []templates.Field
}

// rubricVersion is an earlier version with how often it was used.
type rubricVersion struct {
	competency.Rubric
	Judgments int
}

func (s *Server) pageRubric(c *gin.Context) error {
	v, err := s.reg.RubricDesk(c.Request.Context(), actor(c), competency.FrameworkID(c.Param("framework")), c.Param("code"), c.Query("from"))
	if err != nil {
		return err
	}
	var now competency.Rubric
	if len(v.Versions) > 0 {
		now = v.Versions[0]
	}
	in := rubricInput(now)
	if v.Copied != nil {
		in.Criteria = rubricInput(*v.Copied).Criteria
	}
	return s.showRubric(c, http.StatusOK, v, in, nil)
}

// rubricInput is a rubric as its form has it.
func rubricInput(r competency.Rubric) registrar.RubricIn {
	in := registrar.RubricIn{Version: r.Version}
	for _, line := range r.Criteria {
		one := registrar.CriterionIn{Title: line.Title}
		for _, l := range line.Levels {
			one.Levels = append(one.Levels, l.Description)
		}
		in.Criteria = append(in.Criteria, one)
	}
	return in
}

func (s *Server) showRubric(c *gin.Context, status int, v registrar.RubricDesk, in registrar.RubricIn, bad templates.Problems) error {
	view := rubricPage{Base: s.base(c, s.T(c, "rubric.title", v.Item.Code)), V: v, In: in}
	view.Action = "/frameworks/" + string(v.Framework.ID) + "/rubrics/" + v.Item.Code
	view.Path, view.Problems, view.Wide = view.Action, bad, true
	view.Crumbs = []templates.Crumb{
		{Label: s.T(c, "frameworks.title"), Href: "/frameworks"}, {Label: v.Framework.Name, Href: "/frameworks/" + string(v.Framework.ID) + "#" + v.Item.Code},
	}
	for i := range min(len(in.Criteria)+1, registrar.MaxCriteria) { // one more for the next
		view.Criteria = append(view.Criteria, s.criterionRow(c, v, in, i, bad))
	}
	var levels []templates.Option
	for i, l := range v.Framework.Scale.Levels {
		var texts []string
		for _, one := range in.Criteria {
			switch {
			case i >= len(one.Levels) || one.Levels[i] == "":
			case len(in.Criteria) > 1:
				texts = append(texts, one.Title+": "+one.Levels[i])
			default:
				texts = append(texts, one.Levels[i])
			}
		}
		levels = append(levels, templates.Option{Value: strconv.Itoa(l.N), Label: l.Label, Text: strings.Join(texts, " ")})
	}
	view.Preview = templates.NewField("levels", "preview", v.Item.Text, "", nil).WithOptions(levels)
	for _, it := range v.Others {
		view.Copy = append(view.Copy, templates.Option{Value: it.Code, Label: it.Code + " " + it.Text})
	}
	for i, r := range v.Versions {
		if i == 0 {
			view.Used = v.Judgments[r.ID]
			continue
		}
		view.Earlier = append(view.Earlier, rubricVersion{r, v.Judgments[r.ID]})
	}
	return s.render(c, status, "rubric", view)
}

func (s *Server) criterionRow(c *gin.Context, v registrar.RubricDesk, in registrar.RubricIn, i int, bad templates.Problems) criterionRow {
	var one registrar.CriterionIn
	if i < len(in.Criteria) {
		one = in.Criteria[i]
	}
	name := "criteria[" + strconv.Itoa(i) + "]"
	row := criterionRow{Name: name, Legend: s.T(c, "rubric.criterion", i+1)}
	if i >= len(in.Criteria) {
		row.Legend = s.T(c, "rubric.criterion_new")
	}
	row.Title = templates.NewField("text", name+".title", s.T(c, "rubric.criterion_title"), one.Title, bad)
	for j, l := range v.Framework.Scale.Levels {
		text := ""
		if j < len(one.Levels) {
			text = one.Levels[j]
		}
		field := templates.NewField("textarea", name+".levels["+strconv.Itoa(j)+"]", strconv.Itoa(l.N)+" "+l.Label, text, bad)
		row.Levels = append(row.Levels, field.WithRows(7))
	}
	return row
}

// doRubric keeps a rubric as the next version, or shows it first.
func (s *Server) doRubric(c *gin.Context) error {
	var in struct {
		registrar.RubricIn
		Then string `json:"then"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx, who := c.Request.Context(), actor(c)
	id, code := competency.FrameworkID(c.Param("framework")), c.Param("code")
	if in.Then == "preview" {
		return s.rubricAgain(c, http.StatusOK, in.RubricIn, nil)
	}
	err := s.reg.SaveRubric(ctx, who, id, code, in.RubricIn)
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.rubricAgain(c, http.StatusUnprocessableEntity, in.RubricIn, bad)
	}
	if errors.Is(err, competency.ErrConflict) && !wantsJSON(c) {
		said := (*competency.Error)(nil)
		errors.As(err, &said)
		return s.rubricAgain(c, http.StatusConflict, in.RubricIn, templates.Problems{{Text: said.Detail}})
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "rubric.done", code)})
	return s.see(c, "/frameworks/"+string(id)+"/rubrics/"+code)
}

// rubricAgain shows what was written once more.
func (s *Server) rubricAgain(c *gin.Context, status int, in registrar.RubricIn, bad templates.Problems) error {
	v, err := s.reg.RubricDesk(c.Request.Context(), actor(c), competency.FrameworkID(c.Param("framework")), c.Param("code"), "")
	if err != nil {
		return err
	}
	for len(in.Criteria) > 1 && in.Criteria[len(in.Criteria)-1].Title == "" && empty(in.Criteria[len(in.Criteria)-1].Levels) {
		in.Criteria = in.Criteria[:len(in.Criteria)-1]
	}
	return s.showRubric(c, status, v, in, bad)
}

func empty(texts []string) bool {
	for _, t := range texts {
		if t != "" {
			return false
		}
	}
	return true
}
