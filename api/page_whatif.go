package api

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/templates"
)

// whatIfPage is how a learner would stand if more were shown.
type whatIfPage struct {
	templates.Base
	progressView
	Supposed bool   // something was ticked
	Says     string // what would be different
	Open     []templates.Option
	Courses  []templates.Option
}

func (s *Server) pageWhatIf(c *gin.Context) error {
	shown, courses := c.QueryArray("shown"), c.QueryArray("course")
	id := competency.PersonID(c.Param("learner"))
	v, err := s.reg.WhatIf(c.Request.Context(), actor(c), id, shown, courses)
	if err != nil {
		return err
	}
	view := whatIfPage{Base: s.base(c, s.T(c, "what_if.title")), progressView: s.progressOf(c, v.LearnerStanding), Supposed: len(shown)+len(courses) > 0}
	view.Rings = nil // they count what is, not what might be
	if v.Mine {
		view.Crumbs = []templates.Crumb{{Label: s.T(c, "requirements.title"), Href: "/requirements"}}
	} else {
		view.Crumbs = []templates.Crumb{{Label: s.T(c, "learners.title"), Href: "/learners"}, {Label: v.Name, Href: "/learners/" + string(id)}}
	}
	view.Says = s.whatIfSays(c, v.Difference)
	for _, i := range v.Open {
		view.Open = append(view.Open, templates.Option{Value: i.Code, Label: i.Title, Selected: slices.Contains(shown, i.Code)})
	}
	for _, course := range v.Courses {
		label := s.T(c, "what_if.course", course.Title, s.credits(c, policy.Amount(course.Value)))
		view.Courses = append(view.Courses, templates.Option{Value: course.Code, Label: label, Selected: slices.Contains(courses, course.Code)})
	}
	return s.render(c, http.StatusOK, "what_if", view)
}

// whatIfSays is the answer in one sentence.
func (s *Server) whatIfSays(c *gin.Context, d policy.Difference) string {
	closed := 0
	for _, b := range d.Because {
		if b.To.Done() && !b.From.Done() {
			closed++
		}
	}
	switch {
	case d.Changes() && d.To.Done():
		return s.T(c, "what_if.all")
	case closed > 0:
		return s.T(c, "what_if.closed", closed)
	}
	return s.T(c, "what_if.nothing")
}
