package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// approvalsPage are agreements from before a start: one's own, and those that
// wait for the reader's answer.
type approvalsPage struct {
	templates.Base
	Learner   bool
	Own       []approvalLine
	Waiting   []approvalLine
	In        registrar.NewApproval
	Key       string
	Routes    []templates.Option
	Standards []standardChoices
	None      templates.Empty
	Decide    competency.ApprovalID // whose form came back with problems
	Words     string
}

type approvalLine struct {
	registrar.ApprovalLine
	Route, Age string
	Tone       string
}

func (s *Server) pageApprovals(c *gin.Context) error {
	return s.approvals(c, http.StatusOK, approvalsPage{In: registrar.NewApproval{Route: "elo"}})
}

func (s *Server) approvals(c *gin.Context, status int, view approvalsPage) error {
	own, waiting, err := s.reg.Approvals(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	bad := view.Problems
	view.Base = s.base(c, s.T(c, "approvals.title"))
	view.Problems, view.Key, view.Learner = bad, newKey(), len(actor(c).Schools) > 0
	view.None = templates.Empty{Text: s.T(c, "approvals.none")}
	view.Own, view.Waiting = s.approvalLines(c, own), s.approvalLines(c, waiting)
	if !view.Learner {
		return s.render(c, status, "approvals", view)
	}
	form, err := s.reg.EvidenceForm(c.Request.Context(), actor(c), "")
	if err != nil {
		return err
	}
	chosen := evidenceFormPage{In: registrar.EvidenceInput{Indicators: view.In.Indicators}}
	chosen.choose(registrar.EvidenceForm{Standards: form.Standards})
	view.Standards = chosen.Standards
	for i, st := range form.Standards { // choose puts what was chosen elsewhere; here all stand by their standard
		view.Standards[i].Indicators = nil
		for _, it := range st.Indicators {
			view.Standards[i].Indicators = append(view.Standards[i].Indicators, choice{Code: it.Code, Text: it.Text, Chosen: slices.Contains(view.In.Indicators, it.Code)})
		}
	}
	for _, k := range competency.RouteKinds {
		if k.Approval {
			view.Routes = append(view.Routes, templates.Option{Value: k.Key, Label: s.T(c, "route."+k.Key)})
		}
	}
	return s.render(c, status, "approvals", view)
}

func (s *Server) approvalLines(c *gin.Context, list []registrar.ApprovalLine) []approvalLine {
	tones := map[competency.ApprovalState]string{competency.ApprovalGiven: "genuine", competency.ApprovalDeclined: "attention"}
	var lines []approvalLine
	for _, a := range list {
		lines = append(lines, approvalLine{ApprovalLine: a, Route: s.T(c, "route."+a.Route), Age: s.age(c, a.Asked), Tone: tones[a.State]})
	}
	return lines
}

func (s *Server) doAskApproval(c *gin.Context) error {
	var in registrar.NewApproval
	err := decode(c, &in)
	if err == nil {
		_, err = s.reg.AskApproval(c.Request.Context(), actor(c), once(c, in), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view := approvalsPage{In: in}
		view.Problems = bad
		return s.approvals(c, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "approvals.asked")})
	return s.see(c, "/approvals")
}

func (s *Server) doDecideApproval(c *gin.Context) error {
	var in registrar.ApprovalDecision
	id := competency.ApprovalID(c.Param("approval"))
	err := decode(c, &in)
	if err == nil {
		err = s.reg.DecideApproval(c.Request.Context(), actor(c), id, in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view := approvalsPage{In: registrar.NewApproval{Route: "elo"}, Decide: id, Words: strings.TrimSpace(in.Words)}
		view.Problems = bad
		return s.approvals(c, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "approvals.answered")})
	return s.see(c, "/approvals")
}

// kinPage are family ties.
type kinPage struct {
	templates.Base
	Lines  []registrar.KinLine
	Office bool
	In     registrar.NewKin
	None   templates.Empty
}

func (s *Server) pageKin(c *gin.Context) error {
	return s.kin(c, http.StatusOK, registrar.NewKin{}, nil)
}

func (s *Server) kin(c *gin.Context, status int, in registrar.NewKin, bad templates.Problems) error {
	lines, err := s.reg.MyKin(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := kinPage{
		Base: s.base(c, s.T(c, "kin.title")), Lines: lines, In: in, None: templates.Empty{Text: s.T(c, "kin.none")},
		Office: actor(c).Is(competency.RegistrarRole, competency.OrgAdmin),
	}
	view.Problems = bad
	return s.render(c, status, "kin", view)
}

func (s *Server) doDeclareKin(c *gin.Context) error {
	var in registrar.NewKin
	err := decode(c, &in)
	if err == nil {
		err = s.reg.DeclareKin(c.Request.Context(), actor(c), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.kin(c, http.StatusUnprocessableEntity, in, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "kin.declared")})
	return s.see(c, "/kin")
}

func (s *Server) doEndKin(c *gin.Context) error {
	if err := s.reg.EndKin(c.Request.Context(), actor(c), c.Param("tie")); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashNotice, Text: s.T(c, "kin.ended")})
	return s.see(c, "/kin")
}
