package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// myRequestsPage is what a learner asked for and what came of it.
type myRequestsPage struct {
	templates.Base
	Rows []myRequest
	None templates.Empty
}

type myRequest struct {
	ID, Code, Text, Words, State, Reply, By string
	Asked                                   time.Time
	Open                                    bool
}

func (s *Server) pageMyRequests(c *gin.Context) error {
	lines, err := s.reg.MyRequests(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := myRequestsPage{Base: s.base(c, s.T(c, "my_requests.title")), None: templates.Empty{Text: s.T(c, "my_requests.none")}}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "requirements.title"), Href: "/requirements"}}
	for _, l := range lines {
		view.Rows = append(view.Rows, myRequest{
			ID: string(l.ID), Code: l.Item.Code, Text: l.Item.Text, Words: l.Words, State: s.T(c, "my_requests.state."+string(l.State)),
			Reply: l.Reply, By: l.TeacherName, Asked: l.Asked, Open: l.State == competency.RequestAsked,
		})
	}
	return s.render(c, http.StatusOK, "my_requests", view)
}

// askRequest asks to be assessed.
type askRequest struct {
	registrar.RequestInput
	// Back is the page to go on with.
	Back string `json:"back"`
}

func (s *Server) doAsk(c *gin.Context) error {
	var in askRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	id, err := s.reg.AskAssessment(c.Request.Context(), actor(c), in.RequestInput)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		c.JSON(http.StatusCreated, map[string]string{"id": string(id)})
		return nil
	}
	s.flash(c, templates.Flash{
		Kind: templates.FlashDone, Text: s.T(c, "my_requests.asked", in.Indicator), UndoAction: "/requests/" + string(id) + "/withdraw",
	})
	if in.Back != "" {
		return s.see(c, localPath(in.Back))
	}
	return s.see(c, "/requests")
}

func (s *Server) doWithdrawRequest(c *gin.Context) error {
	if err := s.reg.WithdrawRequest(c.Request.Context(), actor(c), competency.RequestID(c.Param("request"))); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashNotice, Text: s.T(c, "my_requests.withdrawn")})
	return s.see(c, "/requests")
}

// requestPage is a request as a teacher answers it.
type requestPage struct {
	templates.Base
	V        registrar.RequestView
	Learner  string
	Age      string
	Seen     registrar.Observation
	Level    templates.Field
	Feedback templates.Field
	Reply    string
	Phrases  []competency.Phrase
}

func (s *Server) request(c *gin.Context, seen registrar.Observation, reply string, bad templates.Problems) (requestPage, error) {
	v, err := s.reg.Request(c.Request.Context(), actor(c), competency.RequestID(c.Param("request")))
	view := requestPage{
		Base: s.base(c, s.T(c, "request.title", v.Name)), V: v, Learner: "/learners/" + string(v.Learner), Seen: seen, Reply: reply, Phrases: v.Phrases,
	}
	view.Problems = bad
	if err != nil {
		return view, err
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "queue.title"), Href: "/queue"}}
	view.Age = s.age(c, v.Asked)
	levels := v.Scale.Levels
	if len(v.Rubric.Criteria) > 0 {
		levels = rubricLevels(v.Scale, v.Rubric.Criteria[0])
	}
	var options []templates.Option
	for _, l := range levels {
		options = append(options, templates.Option{Value: number(l.N), Label: l.Label, Text: l.Description})
	}
	view.Level = templates.NewField("levels", "level", v.Item.Text, number(seen.Level), bad).WithOptions(options)
	view.Feedback = templates.NewField("textarea", "feedback", s.T(c, "judge.feedback"), seen.Feedback, bad).
		WithRows(2).WithHint(s.T(c, "judge.feedback_hint", v.Scale.Label(v.Scale.ProficientAt)))
	return view, nil
}

func (s *Server) pageRequest(c *gin.Context) error {
	view, err := s.request(c, registrar.Observation{}, "", nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "request", view)
}

func (s *Server) doObserve(c *gin.Context) error {
	var in registrar.Observation
	err := decode(c, &in)
	var done registrar.Scored
	if err == nil {
		done, err = s.reg.Observe(c.Request.Context(), actor(c), competency.RequestID(c.Param("request")), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.request(c, in, "", bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "request", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "judge.kept")})
	if done.Proposals > 0 {
		return s.see(c, "/proposals")
	}
	return s.see(c, "/queue")
}

func (s *Server) doDecline(c *gin.Context) error {
	var in struct {
		Reply string `json:"reply"`
	}
	err := decode(c, &in)
	if err == nil {
		err = s.reg.DeclineRequest(c.Request.Context(), actor(c), competency.RequestID(c.Param("request")), in.Reply)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.request(c, registrar.Observation{}, in.Reply, bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "request", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "request.declined")})
	return s.see(c, "/queue")
}
