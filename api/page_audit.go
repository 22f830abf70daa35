package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/registrar"
	"laurel/templates"
)

// learnerAuditPage is one learner's way to the diploma, explained.
type learnerAuditPage struct {
	templates.Base
	Name   string
	Season competency.Season
	Facts  []templates.Fact
	Tree   templates.Node
	Seals  []templates.Node
	// Exceptions are those on record; Refused the ones that do not hold, each
	// with the reason.
	Exceptions []registrar.ExceptionLine
	Refused    []policy.RefusedException
	// NotApplicable is why the policy could not be applied on that day; empty if it could.
	NotApplicable string
	Uncounted     []policy.UncountedCredit // with the reasons
}

func (s *Server) pageLearnerAudit(c *gin.Context) error {
	a, err := s.reg.LearnerAudit(c.Request.Context(), actor(c), competency.ClassID(c.Param("class")), competency.PersonID(c.Param("person")))
	if err != nil {
		return err
	}
	class := s.T(c, "classes.name", strconv.Itoa(a.Class.Year))
	view := learnerAuditPage{
		Base: s.base(c, a.Person.Used), Name: a.Person.Used, Season: a.Season,
		Tree: s.auditNode(c, a.Audit.Tree, a.Policy.Scale), Refused: a.Audit.Refused, Exceptions: a.Exceptions,
		NotApplicable: sentence(a.Audit.NotApplicable), Uncounted: a.Audit.Uncounted,
		Facts: []templates.Fact{
			{Label: s.T(c, "audit.stage"), Value: s.T(c, "season."+string(a.Season))},
			{Label: s.T(c, "audit.policy"), Value: s.T(c, "audit.policy_line", titleOf(a.Policy), a.Policy.Version, a.Policy.AdoptedBy), Href: "/policies/" + string(a.Record.Policy)},
			{Label: s.T(c, "audit.made"), Value: s.T(c, "audit.made_line", s.day(a.Record.At, zoneNamed(a.School.Zone)), a.Record.Number)},
			{Label: s.T(c, "audit.as_of"), Value: s.civil(a.Audit.AsOf)},
		},
	}
	view.Crumbs = []templates.Crumb{
		{Label: s.T(c, "classes.title"), Href: "/classes"},
		{Label: class, Href: "/classes/" + string(a.Class.ID) + "?stage=" + string(a.Season)},
	}
	if d := a.Diploma; d != nil && d.Credential != "" {
		view.Facts = append(view.Facts, templates.Fact{
			Label: s.T(c, "audit.diploma"), Value: s.T(c, "diploma."+string(d.State)), Href: "/issued/" + string(d.Credential),
		})
	}
	for _, e := range a.Audit.Endorsements {
		view.Seals = append(view.Seals, s.auditNode(c, e, a.Policy.Scale))
	}
	for i, x := range view.Exceptions {
		view.Exceptions[i].Kind = upperFirst(strings.ReplaceAll(x.Kind, "-", " "))
	}
	return s.render(c, http.StatusOK, "learner_audit", view)
}

// titleOf is what people call a policy.
func titleOf(p policy.Policy) string {
	if p.Title != "" {
		return p.Title
	}
	return p.ID
}

// auditNode draws a requirement with what explains it.
func (s *Server) auditNode(c *gin.Context, r policy.Result, scale policy.Scale) templates.Node {
	n := templates.Node{
		ID: r.ID, Title: r.Title, State: templates.NodeState(r.State), Sentence: asSentence(r.Title, r.Sentence), Have: min(r.Have, r.Need), Need: r.Need,
	}
	if r.State == policy.Waived {
		n.Have, n.Need = 0, 0 // the word says it
	}
	s.credit(c, &n, r)
	for _, m := range r.Missing {
		level := m.Level
		if level == 0 {
			level = m.Proposed
		}
		n.Missing = append(n.Missing, templates.Missing{Code: m.Indicator, Title: m.Title, Level: scale.Label(level)})
	}
	for _, child := range r.Children {
		n.Children = append(n.Children, s.auditNode(c, child, scale))
	}
	return n
}

// credits counts an amount of credit in words.
func (s *Server) credits(c *gin.Context, n policy.Amount) string {
	if n == policy.Credit {
		return s.T(c, "tree.one_credit")
	}
	return s.T(c, "tree.credits", n.String())
}

// credit says of a requirement that counts credits how many there are, which
// fill it, and where else the missing ones could stand.
func (s *Server) credit(c *gin.Context, n *templates.Node, r policy.Result) {
	for _, share := range r.Credits {
		n.Credits = append(n.Credits, templates.NodeCredit{Title: share.Title, Amount: s.credits(c, share.Amount), Waits: share.Waits})
	}
	switch r.Kind {
	case policy.CreditPlan:
		n.Credits = nil // what no part needed
		n.Have, n.Need = 0, 0
	case policy.Credits, policy.Bucket:
		n.Counted = s.T(c, "tree.of_credits", r.Params["have"], r.Params["need"])
		if len(r.Or) > 0 {
			n.Or = s.T(c, "tree.or", len(r.Or)+1)
		}
	case policy.All, policy.Any, policy.AtLeast, policy.Proficient, policy.Record, policy.Artifact, policy.Assessment, policy.Attempts, policy.Hours, policy.Seal:
	}
}

// asSentence makes "Title: 3 of 4 shown; still open: …" a sentence to stand
// below the title; what is still open is listed below it.
func asSentence(title, said string) string {
	var parts []string
	for part := range strings.SplitSeq(strings.TrimPrefix(said, title+": "), "; ") {
		if !strings.HasPrefix(part, "still open:") {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return upperFirst(strings.Join(parts, "; ")) + "."
}
