package api

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/competency/frameworkfile"
	"laurel/internal/registrar"
	"laurel/templates"
)

// frameworksPage lists the tenant's frameworks, each by its newest version,
// and what is being written.
type frameworksPage struct {
	templates.Base
	List      []frameworkLine
	Drafts    []competency.FrameworkDraft
	MayManage bool
	None      templates.Empty
}

// frameworkLine is a framework in the list.
type frameworkLine struct {
	competency.Framework
	Use string
}

func (s *Server) pageFrameworks(c *gin.Context) error {
	who := actor(c)
	all, err := s.reg.Frameworks(c.Request.Context(), who)
	if err != nil {
		return err
	}
	view := frameworksPage{Base: s.base(c, s.T(c, "frameworks.title")), None: templates.Empty{Text: s.T(c, "frameworks.none")}}
	for _, f := range all {
		if slices.ContainsFunc(view.List, func(l frameworkLine) bool { return l.Line == f.Line }) {
			continue
		}
		use := "frameworks.judged"
		if f.Reference {
			use = "frameworks.reference"
		}
		view.List = append(view.List, frameworkLine{f, s.T(c, use)})
	}
	if view.MayManage = managesFrameworks(who); view.MayManage {
		if view.Drafts, err = s.reg.Drafts(c.Request.Context(), who); err != nil {
			return err
		}
	}
	return s.render(c, http.StatusOK, "frameworks", view)
}

// managesFrameworks tells whether pages offer to change frameworks.
func managesFrameworks(who competency.Actor) bool {
	return competency.Can(who, competency.ManageFramework, competency.Subject{Org: who.Tenant})
}

// frameworkPage is a framework for anyone, each node under its code.
type frameworkPage struct {
	templates.Base
	V         registrar.FrameworkView
	Tree      []frameworkNode
	Retired   []competency.Item
	Tags      []string // that can be chosen, and the one that is
	Tag       string
	MayManage bool
}

// frameworkNode is an item with what stands below it.
type frameworkNode struct {
	competency.Item
	KindName string
	Fold     bool   // it holds others and is no mere heading of headings
	Before   string // what is well shown before it
	Rubric   []criterionShown
	// RubricHref is where it is written, for those who may.
	RubricHref string
	Links      []frameworkLink
	Below      []frameworkNode
	Count      int // indicators below it
}

// criterionShown is a criterion of a rubric with its levels, lowest first.
type criterionShown struct {
	Name   string
	Pass   int
	Levels []competency.Level
}

// frameworkLink is what the item has to do with another, in words.
type frameworkLink struct{ Words, Title, Code, Href string }

func (s *Server) pageFramework(c *gin.Context) error {
	v, err := s.reg.Framework(c.Request.Context(), competency.FrameworkID(c.Param("framework")))
	if err != nil {
		return err
	}
	who := actor(c)
	view := frameworkPage{Base: s.base(c, v.Name), V: v, Tag: c.Query("tag")}
	view.Public = view.User == nil
	view.MayManage = who.Tenant == v.Tenant && managesFrameworks(who)
	if !view.Public {
		view.Crumbs = []templates.Crumb{{Label: s.T(c, "frameworks.title"), Href: "/frameworks"}}
	}
	for _, it := range v.Items {
		for _, tag := range it.Tags {
			if !it.Retired && !slices.Contains(view.Tags, tag) {
				view.Tags = append(view.Tags, tag)
			}
		}
		if it.Retired {
			view.Retired = append(view.Retired, it)
		}
	}
	view.Tree = s.frameworkTree(c, v, "", view.Tag)
	if view.MayManage && !v.Reference {
		rubricAddresses(view.Tree, "/frameworks/"+string(v.ID)+"/rubrics/")
	}
	return s.render(c, http.StatusOK, "framework", view)
}

// frameworkTree are the nodes below one, with a tag where one is asked for.
func (s *Server) frameworkTree(c *gin.Context, v registrar.FrameworkView, parent competency.ItemID, tag string) (list []frameworkNode) {
	for _, it := range v.Items {
		if it.Parent != parent || it.Retired {
			continue
		}
		n := frameworkNode{Item: it, KindName: s.T(c, "framework.kind."+string(it.Kind)), Below: s.frameworkTree(c, v, it.ID, tag)}
		for _, line := range v.Rubrics[it.ID].Criteria {
			n.Rubric = append(n.Rubric, criterionShown{line.Title, v.Scale.ProficientAt, line.Levels})
		}
		n.Before = strings.Join(it.Prerequisites, ", ")
		if it.Kind == competency.IndicatorItem {
			n.Count = 1
		}
		for _, b := range n.Below {
			n.Count += b.Count
			n.Fold = n.Fold || len(b.Below) == 0
		}
		n.Links = s.frameworkLinks(c, v, it)
		if tag == "" || slices.Contains(it.Tags, tag) || len(n.Below) > 0 {
			list = append(list, n)
		}
	}
	return list
}

// rubricAddresses tells each indicator where its rubric is written.
func rubricAddresses(tree []frameworkNode, below string) {
	for i := range tree {
		if tree[i].Kind == competency.IndicatorItem {
			tree[i].RubricHref = below + tree[i].Code
		}
		rubricAddresses(tree[i].Below, below)
	}
}

// frameworkLinks are the alignments of an item, from either side.
func (s *Server) frameworkLinks(c *gin.Context, v registrar.FrameworkView, it competency.Item) (links []frameworkLink) {
	for _, l := range v.Alignments {
		other, side := l.To, ".to"
		if l.Target == it.ID {
			other, side = l.From, ".from"
		} else if l.Item != it.ID {
			continue
		}
		link := frameworkLink{Words: s.T(c, "align."+string(l.Kind)+side), Title: l.Title, Href: l.URI}
		if other.ID != "" {
			link.Title, link.Code, link.Href = other.Text, other.Code, "/frameworks/"+string(other.Framework)+"#"+other.Code
		}
		if link.Title == "" {
			link.Title = link.Href
		}
		if other.ID == "" && !strings.HasPrefix(link.Href, "https://") && !strings.HasPrefix(link.Href, "http://") {
			link.Href = "" // a name and no address
		}
		links = append(links, link)
	}
	return links
}

// frameworkCase sends a framework as a CASE 1.1 package, to anyone.
func (s *Server) frameworkCase(c *gin.Context) error {
	p, err := s.reg.Package(c.Request.Context(), competency.FrameworkID(c.Param("framework")))
	if err != nil {
		return err
	}
	data, err := frameworkfile.WriteCase(p)
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="framework-`+strconv.Itoa(p.Version)+`.json"`)
	c.Data(http.StatusOK, "application/json", data)
	return nil
}

// frameworkTable sends a framework as a table, to anyone.
func (s *Server) frameworkTable(c *gin.Context) error {
	v, err := s.reg.Framework(c.Request.Context(), competency.FrameworkID(c.Param("framework")))
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="framework-`+strconv.Itoa(v.Version)+`.csv"`)
	c.Data(http.StatusOK, "text/csv; charset=utf-8", frameworkfile.WriteTable(competency.OutlineOf(v.Items)))
	return nil
}

// newFrameworkPage begins a framework, by hand or from a file.
type newFrameworkPage struct {
	templates.Base
	In    frameworkRequest
	Rows  []templates.Problem // what is wrong in the file, by its place
	More  int                 // how many more there are
	Key   string
	Judge bool // there is a framework that work is judged by
}

// frameworkRequest is the form: what a file or a name is to become.
type frameworkRequest struct {
	Name string `json:"name"`
	Use  string `json:"use"` // judged or reference
}

// maxFrameworkForm leaves room for the form around the largest package.
const maxFrameworkForm = frameworkfile.MaxCaseBytes + (1 << 20)

func (s *Server) pageNewFramework(c *gin.Context) error {
	if _, err := s.reg.Drafts(c.Request.Context(), actor(c)); err != nil {
		return err
	}
	return s.showNewFramework(c, http.StatusOK, frameworkRequest{Use: "judged"}, nil)
}

// rowsShown is how many wrong rows a page lists.
const rowsShown = 60

func (s *Server) showNewFramework(c *gin.Context, status int, in frameworkRequest, bad templates.Problems) error {
	all, err := s.reg.Frameworks(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := newFrameworkPage{Base: s.base(c, s.T(c, "framework_new.title")), In: in, Key: newKey()}
	view.Path = "/frameworks/new"
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "frameworks.title"), Href: "/frameworks"}}
	view.Judge = slices.ContainsFunc(all, func(f competency.Framework) bool { return !f.Reference })
	for _, p := range bad {
		switch {
		case p.Field == "name" || p.Field == "file":
			view.Problems = append(view.Problems, p)
		case len(view.Rows) < rowsShown:
			view.Rows = append(view.Rows, p)
		default:
			view.More++
		}
	}
	if len(view.Rows) > 0 {
		view.Problems = append(view.Problems, templates.Problem{Field: "file", Text: s.T(c, "framework_new.rows_wrong", len(view.Rows)+view.More)})
	}
	return s.render(c, status, "framework_new", view)
}

// doNewFramework begins a draft with a file, or an empty one with a name.
func (s *Server) doNewFramework(c *gin.Context) error {
	var in frameworkRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	id, err := s.beginFramework(c, in)
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showNewFramework(c, http.StatusUnprocessableEntity, in, bad)
	}
	if errors.Is(err, competency.ErrConflict) && !wantsJSON(c) {
		said := (*competency.Error)(nil)
		errors.As(err, &said)
		return s.showNewFramework(c, http.StatusConflict, in, templates.Problems{{Field: "name", Text: said.Detail}})
	}
	if err != nil {
		return err
	}
	return s.see(c, "/framework-drafts/"+string(id))
}

func (s *Server) beginFramework(c *gin.Context, in frameworkRequest) (competency.DraftID, error) {
	ctx, who := c.Request.Context(), actor(c)
	reference := in.Use == "reference"
	file, head, err := c.Request.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || err == nil && head.Filename == "" {
		return s.reg.StartDraft(ctx, who, once(c, in), registrar.NewDraft{Name: in.Name, Reference: reference})
	}
	if err != nil {
		return "", competency.Invalid(competency.Field{Pointer: "/file", Detail: "Choose a file."})
	}
	defer func(f io.Closer) { _ = f.Close() }(file) // it was only read
	return s.reg.DraftFromFile(ctx, who, once(c, struct {
		frameworkRequest
		File string
		Size int64
	}{in, head.Filename, head.Size}), registrar.FrameworkIn{Name: in.Name, Reference: reference}, file)
}
