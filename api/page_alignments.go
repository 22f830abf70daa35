package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// alignmentsPage is where a framework is aligned to others.
type alignmentsPage struct {
	templates.Base
	V      registrar.AlignmentsView
	Lines  []alignmentLine
	Groups []alignmentGroup
	Kind   templates.Field
	Target []targetGroup
	Wrong  struct{ Items, Target string }
}

// alignmentLine is one alignment in words.
type alignmentLine struct {
	ID                        competency.AlignmentID
	From, FromCode, Words, To string
	ToCode, Framework         string
}

// alignmentGroup are the items under one heading, to be chosen.
type alignmentGroup struct {
	competency.Item
	Items []alignmentChoice
}

type alignmentChoice struct {
	competency.Item
	Chosen bool
}

// targetGroup are the items of another framework, to be chosen.
type targetGroup struct {
	Name  string
	Items []targetChoice
}

type targetChoice struct {
	competency.Item
	Chosen bool
}

func (s *Server) pageAlignments(c *gin.Context) error {
	return s.showAlignments(c, http.StatusOK, registrar.NewAlignments{Kind: competency.IsPartOf}, nil)
}

func (s *Server) showAlignments(c *gin.Context, status int, in registrar.NewAlignments, bad templates.Problems) error {
	v, err := s.reg.AlignmentsDesk(c.Request.Context(), actor(c), competency.FrameworkID(c.Param("framework")))
	if err != nil {
		return err
	}
	view := alignmentsPage{Base: s.base(c, s.T(c, "align.title", v.Framework.Name)), V: v}
	view.Problems = bad
	view.Crumbs = []templates.Crumb{
		{Label: s.T(c, "frameworks.title"), Href: "/frameworks"}, {Label: v.Framework.Name, Href: "/frameworks/" + string(v.Framework.ID)},
	}
	own := map[competency.ItemID]bool{}
	chosen := map[string]bool{}
	for _, code := range in.Items {
		chosen[code] = true
	}
	for _, it := range v.Items {
		own[it.ID] = true
		choice := alignmentChoice{it, chosen[it.Code]}
		if last := len(view.Groups) - 1; last >= 0 && it.Kind == competency.IndicatorItem {
			view.Groups[last].Items = append(view.Groups[last].Items, choice)
			continue
		}
		view.Groups = append(view.Groups, alignmentGroup{it, []alignmentChoice{choice}})
	}
	for _, l := range v.Lines {
		line := alignmentLine{
			ID: l.ID, From: l.From.Text, FromCode: l.From.Code, Words: s.T(c, "align."+string(l.Kind)+".to"), To: l.To.Text,
			ToCode: l.To.Code, Framework: l.Framework.Name,
		}
		if l.Target == "" {
			line.To = l.Title
		}
		view.Lines = append(view.Lines, line)
	}
	for _, o := range v.Others {
		group := targetGroup{Name: o.Name}
		for _, it := range o.Items {
			group.Items = append(group.Items, targetChoice{it, string(it.ID) == in.Target})
		}
		view.Target = append(view.Target, group)
	}
	var kinds []templates.Option
	for _, k := range competency.AlignmentKinds[:3] {
		kinds = append(kinds, templates.Option{Value: string(k), Label: s.T(c, "align."+string(k)+".choose")})
	}
	view.Kind = templates.NewField("select", "kind", s.T(c, "align.kind"), string(in.Kind), bad).WithOptions(kinds)
	view.Wrong.Items, view.Wrong.Target = bad.For("items"), bad.For("target")
	return s.render(c, status, "framework_alignments", view)
}

func (s *Server) doAlign(c *gin.Context) error {
	var in registrar.NewAlignments
	if err := decode(c, &in); err != nil {
		return err
	}
	id := competency.FrameworkID(c.Param("framework"))
	err := s.reg.Align(c.Request.Context(), actor(c), id, in)
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showAlignments(c, http.StatusUnprocessableEntity, in, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "align.done", len(in.Items))})
	return s.see(c, "/frameworks/"+string(id)+"/alignments")
}

func (s *Server) doUnalign(c *gin.Context) error {
	if err := s.reg.Unalign(c.Request.Context(), actor(c), competency.AlignmentID(c.Param("alignment"))); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "align.gone")})
	back := "/frameworks"
	if id := c.PostForm("framework"); competency.GoodCode(id) {
		back += "/" + id + "/alignments"
	}
	return s.see(c, back)
}

// domainsPage is a learner by the domains of another framework.
type domainsPage struct {
	templates.Base
	V       registrar.ByDomain
	Tabs    []templates.Tab
	Rings   []templates.Ring
	Domains []domainView
	Back    string
	None    templates.Empty
}

// domainView is a domain in words.
type domainView struct {
	registrar.DomainView
	Lead   string
	Levels []domainLevel
}

type domainLevel struct {
	registrar.DomainItem
	Counts bool
}

func (s *Server) pageDomains(c *gin.Context) error {
	who := actor(c)
	learner := competency.PersonID(c.Param("learner"))
	v, err := s.reg.ByDomain(c.Request.Context(), who, learner, competency.FrameworkID(c.Query("by")))
	if err != nil {
		return err
	}
	title := s.T(c, "domains.title", v.Name)
	if v.Mine {
		title = s.T(c, "domains.mine")
	}
	view := domainsPage{Base: s.base(c, title), V: v, Back: "/learners/" + string(learner), None: templates.Empty{Text: s.T(c, "domains.none")}}
	if v.Mine {
		view.Back = "/requirements"
	}
	if len(v.Choices) > 1 {
		for _, f := range v.Choices {
			view.Tabs = append(view.Tabs, templates.Tab{Label: f.Name, Href: c.Request.URL.Path + "?by=" + string(f.ID), Current: f.ID == v.Framework.ID})
		}
	}
	for _, d := range v.Domains {
		if d.Kind == competency.PortraitItem || len(d.Shown)+len(d.Open) == 0 {
			continue
		}
		one := domainView{DomainView: d}
		shown := 0
		for _, it := range d.Shown {
			one.Levels = append(one.Levels, domainLevel{it, it.Counts})
			if it.Counts {
				shown++
			}
		}
		total := len(d.Shown) + len(d.Open)
		one.Lead = s.T(c, "domains.lead", shown, total)
		view.Rings = append(view.Rings, templates.Ring{Label: d.Text, Shown: shown, Total: total, Href: "#" + d.Code})
		view.Domains = append(view.Domains, one)
	}
	return s.render(c, http.StatusOK, "domains", view)
}
