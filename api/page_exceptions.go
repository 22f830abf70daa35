package api

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// exceptionsPage is what waits for whom.
type exceptionsPage struct {
	templates.Base
	Mine, Waiting, Closed []templates.QueueRow
	None                  templates.Empty
}

func (s *Server) pageExceptions(c *gin.Context) error {
	p, err := s.reg.Exceptions(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := exceptionsPage{Base: s.base(c, s.T(c, "exceptions.title")), None: templates.Empty{Text: s.T(c, "exceptions.none")}}
	rows := func(list []registrar.ExceptionView) (rows []templates.QueueRow) {
		for _, x := range list {
			rows = append(rows, s.exceptionRow(c, x))
		}
		return rows
	}
	view.Mine, view.Waiting, view.Closed = rows(p.Mine), rows(p.Waiting), rows(p.Closed)
	return s.render(c, http.StatusOK, "exceptions", view)
}

func (s *Server) exceptionRow(c *gin.Context, x registrar.ExceptionView) templates.QueueRow {
	row := templates.QueueRow{
		Who: x.Name, Title: x.Title + ", " + kindWords(x.Kind), Href: "/exceptions/" + string(x.ID),
		What: s.exceptionState(c, x), Since: x.Since(), Age: s.age(c, x.Since()),
	}
	if !x.Open() {
		row.Since, row.Age = x.Closed, s.day(x.Closed, x.Zone)
	}
	return row
}

// exceptionState says where a request stands, or whom it waits for.
func (s *Server) exceptionState(c *gin.Context, x registrar.ExceptionView) string {
	if x.Open() {
		return s.T(c, "exceptions.waits", strings.ToLower(s.T(c, "role."+string(x.Next))))
	}
	return s.T(c, "exceptions.state."+string(x.State))
}

func kindWords(kind string) string { return strings.ReplaceAll(kind, "-", " ") }

// exceptionPage is one request with its reason: for the office alone.
type exceptionPage struct {
	templates.Base
	X     registrar.ExceptionView
	State string
	Facts []templates.Fact
	Steps []templates.Fact
	Why   string // as it was typed
}

func (s *Server) pageException(c *gin.Context) error {
	return s.showException(c, http.StatusOK, "", nil)
}

func (s *Server) showException(c *gin.Context, status int, why string, bad templates.Problems) error {
	x, err := s.reg.Exception(c.Request.Context(), actor(c), competency.ExceptionRequestID(c.Param("exception")))
	if err != nil {
		return err
	}
	view := exceptionPage{Base: s.base(c, s.T(c, "exception.title", x.Title, x.Name)), X: x, State: s.exceptionState(c, x), Why: why}
	view.Problems = bad
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "exceptions.title"), Href: "/exceptions"}}
	fact := func(key, value, href string) {
		if value != "" {
			view.Facts = append(view.Facts, templates.Fact{Label: s.T(c, key), Value: value, Href: href})
		}
	}
	learner := ""
	if x.MayLearner {
		learner = "/learners/" + string(x.Learner)
	}
	fact("exception.learner", x.Name, learner)
	fact("exception.requirement", x.Title, "/policies/"+string(x.Policy))
	fact("exception.kind", upperFirst(kindWords(x.Kind)), "")
	fact("exception.cite", x.Cite, "")
	fact("exception.expires", s.civil(x.Expires), "")
	fact("exception.public", x.PublicText, "")
	step := func(key, name, when string) {
		if name != "" {
			view.Steps = append(view.Steps, templates.Fact{Label: s.T(c, key), Value: s.T(c, "exception.step", name, when)})
		}
	}
	step("exception.proposed", x.Proposer, s.day(x.Proposed, x.Zone))
	step("exception.first", x.First, s.day(x.FirstAt, x.Zone))
	step("exception.closed."+string(x.State), x.Closer, s.day(x.Closed, x.Zone))
	step("exception.ended", x.EndedBy, s.day(x.Ended, x.Zone))
	return s.render(c, status, "exception", view)
}

// whyRequest is a step that needs a reason, or none for an approval.
type whyRequest struct {
	Why string `json:"why"`
}

// exceptionStep does one step of a request and comes back to it.
func (s *Server) exceptionStep(c *gin.Context, done string, do func(competency.ExceptionRequestID, string) error) error {
	var in whyRequest
	id := competency.ExceptionRequestID(c.Param("exception"))
	err := decode(c, &in)
	if err == nil {
		err = do(id, in.Why)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showException(c, http.StatusUnprocessableEntity, in.Why, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, done)})
	return s.see(c, "/exceptions/"+string(id))
}

func (s *Server) doApproveException(c *gin.Context) error {
	return s.exceptionStep(c, "exception.approved_done", func(id competency.ExceptionRequestID, _ string) error {
		return s.reg.ApproveException(c.Request.Context(), actor(c), id)
	})
}

func (s *Server) doRefuseException(c *gin.Context) error {
	return s.exceptionStep(c, "exception.refused_done", func(id competency.ExceptionRequestID, why string) error {
		return s.reg.RefuseException(c.Request.Context(), actor(c), id, why)
	})
}

func (s *Server) doTakeBackException(c *gin.Context) error {
	return s.exceptionStep(c, "exception.taken_back", func(id competency.ExceptionRequestID, why string) error {
		return s.reg.TakeBackException(c.Request.Context(), actor(c), id, why)
	})
}

// learnerExceptionsPage is what holds or waits for one learner.
type learnerExceptionsPage struct {
	templates.Base
	Learner  string
	Holding  []holdingRow
	Requests []templates.QueueRow
	None     templates.Empty
	Choices  []templates.Option
	Kinds    []templates.Option
	In       registrar.NewException
	Key      string
	// Public is all that is ever said outside the office.
	Public     string
	MustCite   bool
	MayPropose bool
	MayEnd     bool
}

// holdingRow is an exception that holds.
type holdingRow struct{ ID, Title, Text, Until string }

func (s *Server) pageLearnerExceptions(c *gin.Context) error {
	in := registrar.NewException{Requirement: c.Query("requirement")}
	return s.showLearnerExceptions(c, http.StatusOK, in, nil)
}

func (s *Server) showLearnerExceptions(c *gin.Context, status int, in registrar.NewException, bad templates.Problems) error {
	id := c.Param("learner")
	p, err := s.reg.LearnerExceptions(c.Request.Context(), actor(c), competency.PersonID(id))
	if err != nil {
		return err
	}
	view := learnerExceptionsPage{
		Base: s.base(c, s.T(c, "learner_exceptions.title", p.Learner.Used)), Learner: id, In: in, Key: newKey(), Public: p.PublicText,
		MustCite: p.MustCite, MayPropose: p.MayPropose && len(p.Choices) > 0, MayEnd: p.MayEnd,
		None: templates.Empty{Text: s.T(c, "learner_exceptions.none")},
	}
	view.Problems = bad
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "exceptions.title"), Href: "/exceptions"}}
	for _, h := range p.Holding {
		row := holdingRow{ID: h.ID, Title: h.Requirement, Text: s.T(c, "audit.exception", upperFirst(kindWords(h.Kind)), h.Cite, h.By, h.By2)}
		if h.Expires != "" {
			row.Until = s.T(c, "learner_exceptions.until", s.civil(h.Expires))
		}
		view.Holding = append(view.Holding, row)
	}
	for _, x := range p.Requests {
		view.Requests = append(view.Requests, s.exceptionRow(c, x))
	}
	for _, w := range p.Choices {
		view.Choices = append(view.Choices, templates.Option{Value: w.ID, Label: strings.Repeat("– ", w.Depth) + w.Title})
	}
	for _, k := range p.Kinds {
		view.Kinds = append(view.Kinds, templates.Option{Value: k, Label: upperFirst(kindWords(k))})
	}
	return s.render(c, status, "learner_exceptions", view)
}

func (s *Server) doProposeException(c *gin.Context) error {
	var in registrar.NewException
	err := decode(c, &in)
	var id competency.ExceptionRequestID
	if err == nil {
		id, err = s.reg.ProposeException(c.Request.Context(), actor(c), once(c, in), competency.PersonID(c.Param("learner")), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showLearnerExceptions(c, http.StatusUnprocessableEntity, in, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "exception.proposed_done")})
	return s.see(c, "/exceptions/"+string(id))
}

func (s *Server) doEndException(c *gin.Context) error {
	var in whyRequest
	learner := c.Param("learner")
	err := decode(c, &in)
	if err == nil {
		err = s.reg.EndException(c.Request.Context(), actor(c), competency.PersonID(learner), c.Param("entry"), in.Why)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showLearnerExceptions(c, http.StatusUnprocessableEntity, registrar.NewException{}, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "exception.ended_done")})
	return s.see(c, "/learners/"+learner+"/exceptions")
}
