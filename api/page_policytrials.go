package api

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// tryRequest names the class on which a draft is tried; 0 is everyone enrolled.
type tryRequest struct {
	Year int `json:"year"`
}

func (s *Server) doTryPolicy(c *gin.Context) error {
	var in tryRequest
	draft := competency.PolicyDraftID(c.Param("id"))
	err := decode(c, &in)
	var id competency.PolicyTrialID
	if err == nil {
		id, err = s.reg.StartTrial(c.Request.Context(), actor(c), once(c, in), draft, in.Year)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showPolicyDraft(c, http.StatusUnprocessableEntity, nil, registrar.Proposal{}, bad)
	}
	if err != nil {
		return err
	}
	return s.see(c, "/policy-trials/"+string(id))
}

// policyTrialPage says who would change.
type policyTrialPage struct {
	templates.Base
	Lead     string
	Running  *templates.Progress
	Counts   []templates.Fact
	Changes  []trialRow
	More     string
	Table    string
	Finished bool
}

// trialRow is one learner who would change.
type trialRow struct{ Name, Href, Was, Becomes, Because string }

func (s *Server) pagePolicyTrial(c *gin.Context) error {
	v, err := s.reg.Trial(c.Request.Context(), actor(c), competency.PolicyTrialID(c.Param("id")))
	if err != nil {
		return err
	}
	here := "/policy-trials/" + string(v.ID)
	view := policyTrialPage{Base: s.base(c, s.T(c, "policy_trial.title")), Finished: !v.Finished.IsZero(), Table: here + "/changes.csv"}
	view.Crumbs = []templates.Crumb{
		{Label: s.T(c, "policies.title"), Href: "/policies"}, {Label: v.DraftTitle, Href: "/policy-drafts/" + string(v.Draft)},
	}
	who := s.T(c, "policy_draft.trial_everyone", v.Total)
	if v.Year > 0 {
		who = s.T(c, "policy_draft.class", v.Total, strconv.Itoa(v.Year))
	}
	view.Lead = s.T(c, "policy_trial.lead", v.Changed, who, s.civil(v.AsOf))
	if !view.Finished {
		view.Lead = s.T(c, "policy_trial.running", who, s.civil(v.AsOf))
		p := progressPart(registrar.TrialOf(v.PolicyTrial), s.T(c, "policy_trial.progress"), here)
		view.Running = &p
	}
	view.Counts = s.trialCounts(c, v.Counts)
	for _, l := range v.Changes {
		row := trialRow{Name: l.Name, Was: s.T(c, "policy_trial.state."+l.Was), Becomes: s.T(c, "policy_trial.state."+l.Becomes)}
		if row.Name == "" {
			row.Name = s.T(c, "policy_trial.somebody")
		} else {
			row.Href = "/learners/" + string(l.Learner)
		}
		var because []string
		for _, b := range l.Because {
			because = append(because, b.Title)
		}
		row.Because = strings.Join(because, ", ")
		view.Changes = append(view.Changes, row)
	}
	if v.Changed > len(v.Changes) && view.Finished {
		view.More = s.T(c, "policy_trial.more", v.Changed-len(v.Changes))
	}
	return s.render(c, http.StatusOK, "policy_trial", view)
}

// trialCounts says how many go from what to what, what changes first.
func (s *Server) trialCounts(c *gin.Context, counts map[string]int) []templates.Fact {
	type count struct {
		key  string
		same bool
		n    int
	}
	var list []count
	for key, n := range counts {
		was, is, _ := strings.Cut(key, ">")
		list = append(list, count{key, was == is, n})
	}
	slices.SortFunc(list, func(a, b count) int {
		switch {
		case a.same != b.same && b.same:
			return -1
		case a.same != b.same:
			return 1
		case a.n != b.n:
			return b.n - a.n
		}
		return strings.Compare(a.key, b.key)
	})
	var facts []templates.Fact
	for _, e := range list {
		was, is, _ := strings.Cut(e.key, ">")
		label := s.T(c, "policy_trial.stays", s.T(c, "policy_trial.state."+was))
		if !e.same {
			label = s.T(c, "policy_trial.goes", s.T(c, "policy_trial.state."+was), s.T(c, "policy_trial.state."+is))
		}
		facts = append(facts, templates.Fact{Label: label, Value: s.T(c, "policy_trial.learners", e.n)})
	}
	return facts
}

func (s *Server) policyTrialProgress(c *gin.Context) error {
	p, err := s.reg.TrialProgress(c.Request.Context(), actor(c), competency.PolicyTrialID(c.Param("id")))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, p)
	return nil
}

func (s *Server) policyTrialTable(c *gin.Context) error {
	var table bytes.Buffer
	if err := s.reg.WriteTrial(c.Request.Context(), actor(c), competency.PolicyTrialID(c.Param("id")), &table); err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="who-changes.csv"`)
	c.Data(http.StatusOK, "text/csv; charset=utf-8", table.Bytes())
	return nil
}
