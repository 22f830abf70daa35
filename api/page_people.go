package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

type setupPage struct {
	templates.Base
	In    registrar.FirstRun
	Kinds []templates.Option
}

func (s *Server) setupView(c *gin.Context, in registrar.FirstRun) setupPage {
	view := setupPage{
		Base: s.base(c, s.T(c, "setup.title")), In: in,
		Kinds: s.options("kind.", "district", "school", "provider", "state"),
	}
	view.Public = true // nobody can sign in yet
	return view
}

// options are choices whose labels stand in the catalogue.
func (s *Server) options(prefix string, values ...string) []templates.Option {
	list := make([]templates.Option, len(values))
	for i, v := range values {
		list[i] = templates.Option{Value: v, Label: s.pages.T("en", prefix+v)}
	}
	return list
}

// onlyNew answers 404 once there is an account: the first-run page is then shut.
func (s *Server) onlyNew(c *gin.Context) error {
	fresh, err := s.reg.IsNew(c.Request.Context())
	if err == nil && !fresh {
		err = competency.NotFound()
	}
	return err
}

func (s *Server) pageSetup(c *gin.Context) error {
	if err := s.onlyNew(c); err != nil {
		return err
	}
	in := registrar.FirstRun{Kind: competency.District, Zone: "America/New_York", Starter: true}
	return s.render(c, http.StatusOK, "setup", s.setupView(c, in))
}

func (s *Server) doSetup(c *gin.Context) error {
	if err := s.onlyNew(c); err != nil {
		return err
	}
	var in registrar.FirstRun
	err := decode(c, &in)
	if err == nil {
		err = s.reg.Begin(c.Request.Context(), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		in.Password = ""
		view := s.setupView(c, in)
		view.Problems = bad
		return s.render(c, http.StatusUnprocessableEntity, "setup", view)
	}
	if err != nil {
		return err
	}
	sess, err := s.reg.SignIn(c.Request.Context(), in.Login, in.Password)
	if err != nil {
		return err
	}
	if err := s.startSession(c, sess); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "setup.done")})
	return s.see(c, "/organisation")
}

type peoplePage struct {
	templates.Base
	Words string
	List  []templates.Person
	Pager *templates.Pager
	None  templates.Empty
}

func (s *Server) pagePeople(c *gin.Context) error {
	offset, _ := strconv.Atoi(c.Query("from")) // anything else is the first page
	page, err := s.reg.People(c.Request.Context(), actor(c), c.Query("q"), offset)
	if err != nil {
		return err
	}
	view := peoplePage{Base: s.base(c, s.T(c, "people.title")), Words: c.Query("q")}
	view.None = templates.Empty{Text: s.T(c, "people.none"), Action: &templates.Button{Label: s.T(c, "people.add"), Href: "/people/new"}}
	for _, p := range page.People {
		view.List = append(view.List, templates.Person{Name: p.Used, Href: "/people/" + string(p.ID)})
	}
	view.Pager = pager("/people?q="+url.QueryEscape(c.Query("q"))+"&from=", page.Offset, len(page.People), int(page.Total))
	return s.render(c, http.StatusOK, "people", view)
}

// pager is the part below a list of which one page is shown; nil where all is.
func pager(href string, offset, shown, total int) *templates.Pager {
	if shown == total {
		return nil
	}
	p := &templates.Pager{From: offset + 1, To: offset + shown, Total: total}
	if offset > 0 {
		p.Previous = href + strconv.Itoa(max(0, offset-50))
	}
	if offset+shown < total {
		p.Next = href + strconv.Itoa(offset+shown)
	}
	return p
}

type newPersonPage struct {
	templates.Base
	In                registrar.NewPerson
	Entry, Graduation string // the years as typed; empty where none
	Key               string
	Roles, Orgs       []templates.Option
}

func (s *Server) newPersonView(c *gin.Context, in registrar.NewPerson) (newPersonPage, error) {
	page, err := s.reg.People(c.Request.Context(), actor(c), "", 0)
	view := newPersonPage{Base: s.base(c, s.T(c, "people.add")), In: in, Key: newKey(), Orgs: orgOptions(page.Orgs)}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "people.title"), Href: "/people"}}
	if in.EntryYear != 0 {
		view.Entry = strconv.Itoa(in.EntryYear)
	}
	if in.GraduationYear != 0 {
		view.Graduation = strconv.Itoa(in.GraduationYear)
	}
	roles := []string{string(competency.Learner)}
	for _, r := range competency.StaffRoles {
		roles = append(roles, string(r))
	}
	view.Roles = s.options("role.", roles...)
	return view, err
}

func orgOptions(orgs []competency.Org) []templates.Option {
	list := make([]templates.Option, len(orgs))
	for i, o := range orgs {
		list[i] = templates.Option{Value: string(o.ID), Label: o.Name}
	}
	return list
}

func (s *Server) pageNewPerson(c *gin.Context) error {
	view, err := s.newPersonView(c, registrar.NewPerson{Role: competency.Role(cmp.Or(c.Query("role"), "learner"))})
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "people_new", view)
}

func (s *Server) doNewPerson(c *gin.Context) error {
	var in registrar.NewPerson
	err := decode(c, &in)
	var id competency.PersonID
	if err == nil {
		id, err = s.reg.TakeIn(c.Request.Context(), actor(c), once(c, in), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		in.Password = ""
		view, err := s.newPersonView(c, in)
		if err != nil {
			return err
		}
		view.Problems = bad
		return s.render(c, http.StatusUnprocessableEntity, "people_new", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "people.added")})
	return s.see(c, "/people/"+string(id))
}

type personPage struct {
	templates.Base
	Card  registrar.PersonCard
	Roles []personRole
	Offer struct{ Roles, Orgs []templates.Option }
	Where string // the school of a learner
	In    registrar.Names
}

// personRole is one role in words.
type personRole struct{ Label, Org, OrgID, Role string }

func (s *Server) personView(c *gin.Context) (personPage, error) {
	card, orgs, err := s.reg.Person(c.Request.Context(), actor(c), competency.PersonID(c.Param("person")))
	if err != nil {
		return personPage{}, err
	}
	view := personPage{Base: s.base(c, card.Used), Card: card, In: registrar.Names{Legal: card.Legal, Used: card.Used, Diploma: card.Diploma}}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "people.title"), Href: "/people"}}
	names := map[competency.OrgID]string{}
	for _, o := range orgs {
		names[o.ID] = o.Name
	}
	for _, st := range card.Staffing {
		view.Roles = append(view.Roles, personRole{s.T(c, "role."+string(st.Role)), names[st.Org], string(st.Org), string(st.Role)})
	}
	if card.Enrolled != nil {
		view.Where = names[card.Enrolled.School]
	}
	if actor(c).Is(competency.OrgAdmin) {
		var roles []string
		for _, r := range competency.StaffRoles {
			roles = append(roles, string(r))
		}
		view.Offer.Roles, view.Offer.Orgs = s.options("role.", roles...), orgOptions(orgs)
	}
	return view, nil
}

func (s *Server) pagePerson(c *gin.Context) error {
	view, err := s.personView(c)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "person", view)
}

// roleRequest gives or ends a role.
type roleRequest struct {
	Org  string          `json:"org"`
	Role competency.Role `json:"role"`
}

func (s *Server) doGiveRole(c *gin.Context) error {
	return s.role(c, s.reg.GiveRole, "people.role_given")
}

func (s *Server) doEndRole(c *gin.Context) error {
	return s.role(c, s.reg.EndRole, "people.role_ended")
}

func (s *Server) role(c *gin.Context, do func(context.Context, competency.Actor, competency.PersonID, competency.OrgID, competency.Role) error, done string) error {
	var in roleRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	id := competency.PersonID(c.Param("person"))
	if err := do(c.Request.Context(), actor(c), id, competency.OrgID(in.Org), in.Role); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, done)})
	return s.see(c, "/people/"+string(id))
}

// doChangeNames enters the names that a person bears now.
func (s *Server) doChangeNames(c *gin.Context) error {
	var in registrar.Names
	err := decode(c, &in)
	if err == nil {
		err = s.reg.ChangeNames(c.Request.Context(), actor(c), competency.PersonID(c.Param("person")), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.personView(c)
		if err != nil {
			return err
		}
		view.Problems, view.In = bad, in
		return s.render(c, http.StatusUnprocessableEntity, "person", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "person.renamed")})
	return s.see(c, "/people/"+c.Param("person"))
}

func (s *Server) doResetPassword(c *gin.Context) error {
	var in struct {
		Password string `json:"password"`
	}
	err := decode(c, &in)
	if err == nil {
		err = s.reg.ResetPassword(c.Request.Context(), actor(c), competency.PersonID(c.Param("person")), in.Password)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.personView(c)
		if err != nil {
			return err
		}
		view.Problems = bad
		return s.render(c, http.StatusUnprocessableEntity, "person", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "people.password_set")})
	return s.see(c, "/people/"+c.Param("person"))
}
