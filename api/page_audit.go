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
	Name  string
	Facts []templates.Fact
	// Choice is which version of the policy stands, and why; empty where only one
	// could. Others say what the other versions answer.
	Choice string
	Others []templates.Fact
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

// auditPage fills in what an audit says, with ways to what is open and whom to ask.
func (s *Server) auditPage(c *gin.Context, name string, p registrar.LearnerStanding, exceptions []registrar.ExceptionLine) learnerAuditPage {
	a, t := p.Audit, s.treeWords(c, p)
	view := learnerAuditPage{
		Base: s.base(c, name), Name: name, Tree: t.node(a.Tree, ""), Refused: a.Refused, Exceptions: exceptions,
		NotApplicable: sentence(a.NotApplicable), Uncounted: a.Uncounted,
	}
	if a.Choice != nil {
		view.Choice = sentence(a.Choice.Sentence)
		for _, o := range a.Choice.Others {
			view.Others = append(view.Others, templates.Fact{Label: s.T(c, "audit.version", o.Version), Value: sentence(o.Tree.Sentence)})
		}
	}
	for _, e := range a.Endorsements {
		view.Seals = append(view.Seals, t.node(e, ""))
	}
	for i, x := range view.Exceptions {
		view.Exceptions[i].Kind = upperFirst(strings.ReplaceAll(x.Kind, "-", " "))
	}
	return view
}

// policyFact names the policy by which somebody was judged.
func (s *Server) policyFact(c *gin.Context, p policy.Policy, id competency.PolicyID) templates.Fact {
	return templates.Fact{Label: s.T(c, "audit.policy"), Value: s.T(c, "audit.policy_line", titleOf(p), p.Version, p.AdoptedBy), Href: "/policies/" + string(id)}
}

// pageLearnerAudit is the newest audit of a learner of a class, as it was kept.
func (s *Server) pageLearnerAudit(c *gin.Context) error {
	a, err := s.reg.LearnerAudit(c.Request.Context(), actor(c), competency.ClassID(c.Param("class")), competency.PersonID(c.Param("person")))
	if err != nil {
		return err
	}
	view := s.auditPage(c, a.Person.Used, registrar.LearnerStanding{Audit: a.Audit, Rules: a.Policy, Helpers: a.Helpers}, a.Exceptions)
	view.Facts = []templates.Fact{
		{Label: s.T(c, "audit.stage"), Value: s.T(c, "season."+string(a.Season))},
		s.policyFact(c, a.Policy, a.Record.Policy),
		{Label: s.T(c, "audit.made"), Value: s.T(c, "audit.made_line", s.day(a.Record.At, zoneNamed(a.School.Zone)), a.Record.Number)},
		{Label: s.T(c, "audit.as_of"), Value: s.civil(a.Audit.AsOf)},
	}
	view.Crumbs = []templates.Crumb{
		{Label: s.T(c, "classes.title"), Href: "/classes"},
		{Label: s.T(c, "classes.name", strconv.Itoa(a.Class.Year)), Href: "/classes/" + string(a.Class.ID) + "?stage=" + string(a.Season)},
	}
	if d := a.Diploma; d != nil && d.Credential != "" {
		view.Facts = append(view.Facts, templates.Fact{
			Label: s.T(c, "audit.diploma"), Value: s.T(c, "diploma."+string(d.State)), Href: "/issued/" + string(d.Credential),
		})
	}
	return s.render(c, http.StatusOK, "learner_audit", view)
}

// pageAuditNow is how a learner stands today, for staff and for paper.
func (s *Server) pageAuditNow(c *gin.Context) error {
	id := competency.PersonID(c.Param("learner"))
	a, err := s.reg.AuditNow(c.Request.Context(), actor(c), id)
	if err != nil {
		return err
	}
	if a.Policy == nil {
		return competency.NotFound()
	}
	view := s.auditPage(c, a.Name, a.LearnerStanding, a.Exceptions)
	view.Facts = []templates.Fact{
		{Label: s.T(c, "audit.learner"), Value: s.T(c, "learner.line", a.Enrolled.Grade, strconv.Itoa(a.Enrolled.GraduationYear), a.School)},
		s.policyFact(c, a.Rules, a.Policy.ID),
		{Label: s.T(c, "audit.as_of"), Value: s.civil(a.Audit.AsOf)},
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "learners.title"), Href: "/learners"}, {Label: a.Name, Href: "/learners/" + string(id)}}
	return s.render(c, http.StatusOK, "learner_audit", view)
}

// titleOf is what people call a policy.
func titleOf(p policy.Policy) string {
	if p.Title != "" {
		return p.Title
	}
	return p.ID
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
