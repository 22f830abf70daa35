package api

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// maxReply is the largest answer from outside, in bytes.
const maxReply = 64 << 10

// attestPage is what somebody outside sees behind a link: one piece of
// evidence and a form, or a sentence why there is none.
type attestPage struct {
	templates.Base
	// State is open, done, answered, taken, ran-out, own, none or crowded.
	State   string
	When    string // of the answer, or when the link ran out
	Action  string
	Work    registrar.LinkPage
	What    string
	Until   time.Time
	Hours   string
	In      registrar.ReplyInput
	Typed   string // the hours, as typed
	Choices []templates.Option
	Media   []mediaFile
}

// closedStatus is how a link that shows no form is answered.
var closedStatus = map[string]int{
	"answered": http.StatusOK, "done": http.StatusOK, "taken": http.StatusGone, "ran-out": http.StatusGone,
	"own": http.StatusForbidden, "none": http.StatusNotFound, "crowded": http.StatusTooManyRequests,
}

// attestBase never repeats the link: the page's own address is its secret.
func (s *Server) attestBase(c *gin.Context) templates.Base {
	return templates.Base{Title: s.T(c, "attest.title"), Lang: "en", Path: "/attest", Public: true}
}

// attestClosed is the page of a link without a form.
func (s *Server) attestClosed(c *gin.Context, state, when string) error {
	view := attestPage{Base: s.attestBase(c), State: state, When: when}
	view.Title = s.T(c, "attest.state."+state)
	return s.render(c, closedStatus[state], "attest", view)
}

// attestFault turns what went wrong with a link into a sentence for somebody
// who has no account and knows nothing of us.
func (s *Server) attestFault(c *gin.Context, err error) error {
	if state := linkFault(err); state != "" && !wantsJSON(c) {
		return s.attestClosed(c, state, "")
	}
	return err
}

// linkFault is the state of a page behind a link that went wrong; empty where
// it is a fault of ours.
func linkFault(err error) string {
	switch {
	case errors.Is(err, competency.ErrNotFound):
		return "none"
	case errors.Is(err, competency.ErrForbidden):
		return "own"
	case errors.Is(err, competency.ErrRateLimited):
		return "crowded"
	}
	return ""
}

// attestView is the page of an open link, with what was typed already.
func (s *Server) attestView(c *gin.Context, p registrar.LinkPage, in *registrar.ReplyInput, bad templates.Problems) attestPage {
	secret := c.Param("secret")
	view := attestPage{Base: s.attestBase(c), State: string(p.State), Work: p, Action: "/attest/" + secret, What: upperFirst(p.Request.Reason)}
	view.Problems = bad
	view.Until = p.Expires.In(p.Zone)
	if p.Request.Minutes > 0 {
		view.Hours = registrar.HoursText(p.Request.Minutes)
		view.Typed = view.Hours
	}
	view.In = registrar.ReplyInput{Name: p.Mentor.Name, Role: p.Mentor.Role, Organisation: p.Mentor.Organisation}
	if in != nil {
		view.In, view.Typed = *in, c.PostForm("hours")
	}
	for _, kind := range []competency.ReplyKind{competency.ReplyConfirm, competency.ReplyCorrect, competency.ReplyDecline} {
		view.Choices = append(view.Choices, templates.Option{Value: string(kind), Label: s.T(c, "attest.answer."+string(kind))})
	}
	for _, f := range p.Files {
		view.Media = append(view.Media, s.media(c, f, "/attest/"+secret+"/files/"+string(f.ID)))
	}
	return view
}

// attestShow answers a link as it stands.
func (s *Server) attestShow(c *gin.Context, in *registrar.ReplyInput, bad templates.Problems) error {
	p, err := s.reg.LinkPage(c.Request.Context(), c.ClientIP(), actor(c), c.Param("secret"))
	if err != nil {
		return s.attestFault(c, err)
	}
	if p.State != registrar.LinkOpen {
		when := ""
		if !p.On.IsZero() {
			when = s.pages.Date("en", p.On.In(p.Zone))
		}
		return s.attestClosed(c, string(p.State), when)
	}
	status := http.StatusOK
	if len(bad) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(c, status, "attest", s.attestView(c, p, in, bad))
}

func (s *Server) pageAttest(c *gin.Context) error { return s.attestShow(c, nil, nil) }

// doAttest takes the answer of somebody outside: a form, or JSON from a
// provider's program, which needs no key but the link.
func (s *Server) doAttest(c *gin.Context) error {
	method := competency.AnsweredOnPage
	if strings.HasPrefix(c.GetHeader("Content-Type"), "application/json") {
		method = competency.AnsweredByProgram
	}
	var in registrar.ReplyInput
	err := decode(c, &in)
	if err == nil {
		err = s.reg.AnswerAttestation(c.Request.Context(), c.ClientIP(), actor(c), c.Param("secret"), method, in)
	}
	if wantsJSON(c) {
		if err == nil {
			c.JSON(http.StatusOK, gin.H{"answer": in.Answer, "state": "kept"})
		}
		return err
	}
	if bad, ok := problems(err); ok {
		return s.attestShow(c, &in, bad)
	}
	if errors.Is(err, competency.ErrConflict) { // answered meanwhile, or taken back
		return s.attestShow(c, nil, nil)
	}
	if err != nil {
		return s.attestFault(c, err)
	}
	return s.attestClosed(c, "done", "")
}

func (s *Server) attestFile(c *gin.Context) error {
	a, content, err := s.reg.LinkFile(c.Request.Context(), c.ClientIP(), actor(c), c.Param("secret"), competency.FileID(c.Param("file")))
	if err != nil {
		return s.attestFault(c, err)
	}
	return sendFile(c, a, content)
}
