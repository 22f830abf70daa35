package api

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/registrar"
	"laurel/templates"
)

// maxPolicyForm is the largest form with a policy in it; a form may take three
// bytes for one.
const maxPolicyForm = 1 << 20

// policyStartPage offers what a draft can begin from.
type policyStartPage struct {
	templates.Base
	Packs    []packChoice
	Versions []templates.Option
	Key      string
}

// packChoice is a shape of a policy.
type packChoice struct{ Name, Title, Text string }

func (s *Server) pagePolicyStart(c *gin.Context) error {
	return s.showPolicyStart(c, http.StatusOK, nil)
}

func (s *Server) showPolicyStart(c *gin.Context, status int, bad templates.Problems) error {
	who := actor(c)
	if !competency.Can(who, competency.EditPolicy, competency.Subject{Org: who.Tenant}) {
		return competency.NotFound()
	}
	all, err := s.reg.Policies(c.Request.Context(), who)
	if err != nil {
		return err
	}
	view := policyStartPage{Base: s.base(c, s.T(c, "policies.begin")), Key: newKey()}
	view.Problems = bad
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "policies.title"), Href: "/policies"}}
	for _, p := range registrar.Packs {
		view.Packs = append(view.Packs, packChoice{p.Name, s.T(c, "policy_start.pack."+p.Name), s.T(c, "policy_start.text."+p.Name)})
	}
	for _, v := range all {
		view.Versions = append(view.Versions, templates.Option{Value: string(v.ID), Label: s.T(c, "policy_start.version", v.Title, v.Version)})
	}
	return s.render(c, status, "policy_start", view)
}

func (s *Server) doPolicyStart(c *gin.Context) error {
	var in registrar.NewPolicyDraft
	err := decode(c, &in)
	var id competency.PolicyDraftID
	if err == nil {
		id, err = s.reg.BeginPolicyDraft(c.Request.Context(), actor(c), once(c, in), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showPolicyStart(c, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return s.see(c, "/policy-drafts/"+string(id))
}

// policyDraftPage is the editor of a policy.
type policyDraftPage struct {
	templates.Base
	V       registrar.PolicyDraftView
	Text    string // as it was typed
	Status  string // one sentence
	Open    bool   // it can be edited
	Lines   []policyProblem
	Clean   bool
	Tree    []requirement
	Seals   []requirement
	Changes []registrar.PolicyChange
	Beside  string
	Moves   []string
	Years   []templates.Option
	Trials  []templates.QueueRow
	In      registrar.Proposal
	Key     string
}

// policyProblem is something wrong with the text, and where.
type policyProblem struct {
	Where, Text string
	Warning     bool
}

func (s *Server) pagePolicyDraft(c *gin.Context) error {
	return s.showPolicyDraft(c, http.StatusOK, nil, registrar.Proposal{}, nil)
}

// showPolicyDraft shows the editor; typed is the text of a form that was not saved.
func (s *Server) showPolicyDraft(c *gin.Context, status int, typed *string, in registrar.Proposal, bad templates.Problems) error {
	v, err := s.reg.PolicyDraft(c.Request.Context(), actor(c), competency.PolicyDraftID(c.Param("id")))
	if err != nil {
		return err
	}
	title := v.Title
	if title == "" {
		title = s.T(c, "policy.untitled")
	}
	view := policyDraftPage{
		Base: s.base(c, title), V: v, Text: v.Text, Open: v.State == competency.DraftOpen, Clean: v.Check.Clean(), In: in, Key: newKey(), Changes: v.Changes,
	}
	if typed != nil {
		view.Text = *typed
	}
	view.Problems, view.Wide = bad, true
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "policies.title"), Href: "/policies"}}
	switch v.State {
	case competency.DraftProposed:
		view.Status = s.T(c, "policy_draft.status.proposed", v.ProposedByName, v.Board, s.civil(v.AdoptedOn))
	case competency.DraftAdopted, competency.DraftDropped, competency.DraftOpen:
		view.Status = s.T(c, "policy_draft.status."+string(v.State), v.SavedByName, s.day(v.Saved, nil))
	}
	for _, p := range v.Check.Problems {
		view.Lines = append(view.Lines, s.policyProblem(c, p))
	}
	if v.Check.Readable {
		view.Tree, view.Seals = s.requirements(c, v.Check.Policy, v.Tree, v.Seals)
	}
	if v.Beside != nil {
		view.Beside = s.T(c, "policy_start.version", v.Beside.Title, v.Beside.Version)
	}
	s.draftLists(c, &view)
	return s.render(c, status, "policy_draft", view)
}

// draftLists fills in who would move, and on whom the draft was tried.
func (s *Server) draftLists(c *gin.Context, view *policyDraftPage) {
	for _, m := range view.V.Moves {
		from := s.T(c, "policy_draft.from_none")
		if m.From != nil {
			from = s.T(c, "policy_start.version", m.From.Title, m.From.Version)
		}
		view.Moves = append(view.Moves, s.T(c, "policy_draft.move", m.Count, strconv.Itoa(m.Entry), strconv.Itoa(m.Graduation), from))
	}
	view.Years = []templates.Option{{Value: "0", Label: s.T(c, "policy_draft.everyone")}}
	for i, y := range view.V.Years {
		option := templates.Option{Value: strconv.Itoa(y.Year), Label: s.T(c, "policy_draft.class", y.Count, strconv.Itoa(y.Year))}
		option.Selected = i > 0 && view.V.Years[i-1].Year > s.Now().Year() && y.Year <= s.Now().Year()
		view.Years = append(view.Years, option)
	}
	for _, t := range view.V.Trials {
		row := templates.QueueRow{
			Title: s.T(c, "policy_draft.trial_everyone", t.Total), Href: "/policy-trials/" + string(t.ID), Since: t.Asked, Age: s.age(c, t.Asked),
			What: s.T(c, "progress.state."+registrar.TrialOf(t).State),
		}
		if t.Year > 0 {
			row.Title = s.T(c, "policy_draft.class", t.Total, strconv.Itoa(t.Year))
		}
		view.Trials = append(view.Trials, row)
	}
}

// policyProblem says what is wrong and where.
func (s *Server) policyProblem(c *gin.Context, p policy.Problem) policyProblem {
	line := policyProblem{Text: upperFirst(p.Detail), Warning: p.Severity == policy.Warning, Where: p.Path}
	if p.Line > 0 {
		line.Where = s.T(c, "policy_draft.line", strconv.Itoa(p.Line), p.Path)
	}
	return line
}

// doSavePolicyDraft keeps the text: for the script with the revision as answer,
// for people with the page.
func (s *Server) doSavePolicyDraft(c *gin.Context) error {
	var in registrar.PolicyDraftText
	id := competency.PolicyDraftID(c.Param("id"))
	err := decode(c, &in)
	now := 0
	if err == nil {
		now, err = s.reg.SavePolicyDraft(c.Request.Context(), actor(c), id, in)
	}
	if wantsJSON(c) {
		if err == nil {
			c.JSON(http.StatusOK, gin.H{"revision": now})
		}
		return err
	}
	if refused, ok := errors.AsType[*competency.Error](err); ok && (errors.Is(err, competency.ErrConflict) || errors.Is(err, competency.ErrInvalid)) {
		bad, ok := problems(err)
		if !ok {
			bad = templates.Problems{{Field: "text", Text: refused.Detail}}
		}
		return s.showPolicyDraft(c, http.StatusUnprocessableEntity, &in.Text, registrar.Proposal{}, bad)
	}
	if err != nil {
		return err
	}
	return s.see(c, "/policy-drafts/"+string(id)+"#check")
}

// draftStep does one step of a draft and comes back to it.
func (s *Server) draftStep(c *gin.Context, in registrar.Proposal, done string, do func(competency.PolicyDraftID) error) error {
	id := competency.PolicyDraftID(c.Param("id"))
	err := do(id)
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showPolicyDraft(c, http.StatusUnprocessableEntity, nil, in, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, done)})
	return s.see(c, "/policy-drafts/"+string(id))
}

func (s *Server) doProposePolicy(c *gin.Context) error {
	var in registrar.Proposal
	if err := decode(c, &in); err != nil {
		return err
	}
	return s.draftStep(c, in, "policy_draft.proposed_done", func(id competency.PolicyDraftID) error {
		return s.reg.ProposePolicy(c.Request.Context(), actor(c), id, in)
	})
}

func (s *Server) doTakeBackPolicy(c *gin.Context) error {
	return s.draftStep(c, registrar.Proposal{}, "policy_draft.taken_back", func(id competency.PolicyDraftID) error {
		return s.reg.TakeBackProposal(c.Request.Context(), actor(c), id)
	})
}

// adoptRequest is the document that the second person saw.
type adoptRequest struct {
	Hash string `json:"hash"`
}

func (s *Server) doAdoptPolicy(c *gin.Context) error {
	var in adoptRequest
	err := decode(c, &in)
	var made competency.PolicyID
	if err == nil {
		made, err = s.reg.AdoptProposal(c.Request.Context(), actor(c), competency.PolicyDraftID(c.Param("id")), in.Hash)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showPolicyDraft(c, http.StatusUnprocessableEntity, nil, registrar.Proposal{}, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "policy_draft.adopted_done")})
	return s.see(c, "/policies/"+string(made))
}

func (s *Server) doDropPolicy(c *gin.Context) error {
	if err := s.reg.DropPolicyDraft(c.Request.Context(), actor(c), competency.PolicyDraftID(c.Param("id"))); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "policy_draft.dropped_done")})
	return s.see(c, "/policies")
}

func (s *Server) doRetirePolicy(c *gin.Context) error {
	id := competency.PolicyID(c.Param("policy"))
	err := s.reg.RetireVersion(c.Request.Context(), actor(c), id)
	if refused, ok := errors.AsType[*competency.Error](err); ok && errors.Is(err, competency.ErrConflict) && !wantsJSON(c) {
		s.flash(c, templates.Flash{Kind: templates.FlashProblem, Text: refused.Detail})
		return s.see(c, "/policies/"+string(id))
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "policy.retired_done")})
	return s.see(c, "/policies/"+string(id))
}
