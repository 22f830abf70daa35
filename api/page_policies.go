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

// policiesPage lists the tenant's policies.
type policiesPage struct {
	templates.Base
	List    []competency.PolicyVersion
	None    templates.Empty
	MayEdit bool
	Drafts  []templates.QueueRow
}

func (s *Server) pagePolicies(c *gin.Context) error {
	all, err := s.reg.Policies(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := policiesPage{Base: s.base(c, s.T(c, "policies.title")), List: all, None: templates.Empty{Text: s.T(c, "policies.none")}}
	who := actor(c)
	view.MayEdit = competency.Can(who, competency.EditPolicy, competency.Subject{Org: who.Tenant})
	drafts, err := s.reg.PolicyDrafts(c.Request.Context(), who)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		row := templates.QueueRow{
			Title: d.Title, Href: "/policy-drafts/" + string(d.ID), What: s.T(c, "policies."+string(d.State)), Since: d.Saved, Age: s.age(c, d.Saved),
		}
		if row.Title == "" {
			row.Title = s.T(c, "policy.untitled")
		}
		view.Drafts = append(view.Drafts, row)
	}
	return s.render(c, http.StatusOK, "policies", view)
}

// policyPage is a policy in sentences.
type policyPage struct {
	templates.Base
	V        registrar.PolicyView
	Facts    []templates.Fact
	Tree     []requirement
	Seals    []requirement
	Routes   []string
	Levels   []string
	Document string
	// MayEdit and MayRetire tell what the actor may do; Key is for beginning a
	// draft once.
	MayEdit, MayRetire bool
	Key                string
}

// requirement is a node of a policy in words.
type requirement struct {
	Title, Text string
	Parts       []requirement
}

func (s *Server) pagePolicy(c *gin.Context) error {
	v, err := s.reg.Policy(c.Request.Context(), actor(c), competency.PolicyID(c.Param("policy")))
	if err != nil {
		return err
	}
	title := v.Title
	if title == "" {
		title = s.T(c, "policy.untitled")
	}
	view := policyPage{Base: s.base(c, title), V: v, Document: string(v.Document)}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "policies.title"), Href: "/policies"}}
	view.Facts = s.policyFacts(c, v)
	who := actor(c)
	on := competency.Subject{Org: who.Tenant}
	view.MayEdit, view.Key = competency.Can(who, competency.EditPolicy, on), newKey()
	view.MayRetire = v.Status == string(policy.Adopted) && competency.Can(who, competency.RetirePolicy, on)
	view.Tree, view.Seals = s.requirements(c, v.Policy, v.Tree, v.Seals)
	for _, r := range v.Policy.Routes {
		view.Routes = append(view.Routes, s.T(c, "route."+r))
	}
	for _, l := range v.Policy.Scale.Levels {
		view.Levels = append(view.Levels, strconv.Itoa(l.N)+" "+l.Label)
	}
	return s.render(c, http.StatusOK, "policy", view)
}

// requirements are what a policy asks for, and its seals, in sentences.
func (s *Server) requirements(c *gin.Context, p policy.Policy, root policy.Result, seals []policy.Result) (tree, beside []requirement) {
	titles := map[string]policy.Result{}
	byID(root, titles)
	for i := range p.Requirements.Parts {
		tree = append(tree, s.requirement(c, &p.Requirements.Parts[i], titles))
	}
	for i, seal := range seals {
		byID(seal, titles)
		titles[p.Endorsements[i].When.ID] = seal
		beside = append(beside, s.requirement(c, &p.Endorsements[i].When, titles))
	}
	return tree, beside
}

// policyFacts are the head of a policy.
func (s *Server) policyFacts(c *gin.Context, v registrar.PolicyView) []templates.Fact {
	facts := []templates.Fact{
		{Label: s.T(c, "policy.adopted_by"), Value: v.AdoptedBy},
		{Label: s.T(c, "policy.version"), Value: strconv.Itoa(v.Version)},
		{Label: s.T(c, "policy.framework"), Value: v.Framework.Name, Href: "/frameworks/" + string(v.Framework.ID)},
	}
	if v.EntryFrom != 0 {
		facts = append(facts, templates.Fact{Label: s.T(c, "policy.applies"), Value: s.T(c, "policy.from_entry", strconv.Itoa(v.EntryFrom))})
	}
	for _, law := range v.Policy.LegalBasis {
		facts = append(facts, templates.Fact{Label: s.T(c, "policy.law"), Value: law})
	}
	d := v.Policy.Determination
	method := s.T(c, "policy.method_other", d.Method)
	if d.Method == "n-of" {
		method = s.T(c, "policy.method_n_of", d.N, v.Policy.Scale.Label(d.AtLeast))
	}
	facts = append(facts, templates.Fact{Label: s.T(c, "policy.method"), Value: method})
	return append(facts, templates.Fact{Label: s.T(c, "policy.hash"), Value: v.Hash})
}

// requirement says what a node asks for, and its parts.
func (s *Server) requirement(c *gin.Context, n *policy.Node, titles map[string]policy.Result) requirement {
	r := titles[n.ID]
	out := requirement{Title: r.Title, Text: s.asks(c, n, r)}
	for i := range n.Parts {
		out.Parts = append(out.Parts, s.requirement(c, &n.Parts[i], titles))
	}
	return out
}

// asks is the sentence of one node.
func (s *Server) asks(c *gin.Context, n *policy.Node, r policy.Result) string {
	switch n.Kind {
	case policy.All:
		return s.T(c, "policy.all")
	case policy.Any:
		return s.T(c, "policy.any")
	case policy.AtLeast:
		if n.Need == len(n.Parts) {
			return s.T(c, "policy.all")
		}
		return s.T(c, "policy.at_least", n.Need, len(n.Parts))
	case policy.Proficient:
		text := s.T(c, "policy.proficient", r.Need, r.Params["total"])
		if strconv.Itoa(r.Need) == r.Params["total"] {
			text = s.T(c, "policy.proficient_all", r.Need)
		}
		if n.Contexts > 1 {
			text += " " + s.T(c, "policy.contexts", n.Contexts)
		}
		return text
	case policy.Record:
		return s.asksRecord(c, n)
	case policy.Artifact:
		if n.Panel > 0 {
			return s.T(c, "policy.panel", n.Panel, n.External)
		}
		return sentence(n.State)
	case policy.Assessment:
		return s.T(c, "policy.score", n.Need)
	case policy.Attempts:
		return s.T(c, "policy.attempts", n.Need)
	case policy.Hours:
		return s.T(c, "policy.hours", n.Need)
	case policy.Seal:
		return ""
	case policy.CreditPlan:
		return s.T(c, "policy.plan")
	case policy.Credits, policy.Bucket:
		return s.asksCredits(c, n)
	}
	return ""
}

// asksCredits says how many credits, and which count.
func (s *Server) asksCredits(c *gin.Context, n *policy.Node) string {
	if n.Tags == nil {
		return s.T(c, "policy.credits_any", n.Min.String())
	}
	return s.T(c, "policy.credits", n.Min.String(), strings.Join(n.Tags, ", "))
}

func (s *Server) asksRecord(c *gin.Context, n *policy.Node) string {
	var parts []string
	if n.Current {
		parts = append(parts, s.T(c, "policy.current"))
	}
	if len(n.SignedBy) > 0 {
		parts = append(parts, s.T(c, "policy.signed", strings.Join(n.SignedBy, ", ")))
	}
	if n.ReviewedWithinDays > 0 {
		parts = append(parts, s.T(c, "policy.reviewed", n.ReviewedWithinDays))
	}
	return strings.Join(parts, " ")
}

// byID collects the results of a tree by the ids of their nodes.
func byID(r policy.Result, into map[string]policy.Result) {
	into[r.ID] = r
	for _, child := range r.Children {
		byID(child, into)
	}
}
