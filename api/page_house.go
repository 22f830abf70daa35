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

// T answers a message of the catalogue.
func (s *Server) T(_ *gin.Context, key string, args ...any) string {
	return s.pages.T("en", key, args...)
}

type homePage struct {
	templates.Base
	Name  string
	Queue []templates.QueueRow
	Faces []templates.Person
	// Everyone says how many there are where Faces is only the beginning.
	Everyone string
	Nothing  templates.Empty
	// Mine is how a learner stands; nil for everyone else.
	Mine *progressView
	// Next are a learner's three next things.
	Next []templates.QueueRow
}

type landingPage struct {
	templates.Base
}

// pageHome is what waits for the person, or what Laurel is for a stranger.
func (s *Server) pageHome(c *gin.Context) error {
	who := actor(c)
	if who.Person == "" {
		if fresh, err := s.reg.IsNew(c.Request.Context()); err != nil || fresh {
			if err == nil {
				err = s.see(c, "/setup")
			}
			return err
		}
		return s.render(c, http.StatusOK, "landing", landingPage{s.base(c, s.T(c, "landing.title"))})
	}
	home, err := s.reg.Home(c.Request.Context(), who)
	if err != nil {
		return err
	}
	view := s.homeView(c, home)
	if len(who.Schools) > 0 {
		standing, err := s.reg.Requirements(c.Request.Context(), who, who.Person)
		if err != nil {
			return err
		}
		mine := s.progressOf(c, standing)
		if standing.Policy != nil && !standing.Audit.State.Done() {
			mine.Lead = s.T(c, "home.lead")
		}
		view.Mine = &mine
		if view.Next, err = s.nextThings(c, standing); err != nil {
			return err
		}
	}
	return s.render(c, http.StatusOK, "home", view)
}

// nextThings are a learner's three next things in words.
func (s *Server) nextThings(c *gin.Context, standing registrar.LearnerStanding) ([]templates.QueueRow, error) {
	next, err := s.reg.NextSteps(c.Request.Context(), actor(c), standing)
	var rows []templates.QueueRow
	for _, n := range next {
		row := templates.QueueRow{Title: n.Title, What: s.T(c, "home.next."+n.Kind), Href: n.Href}
		if n.Due != "" {
			row.Due = s.T(c, "tasks.due", s.pages.Date("en", n.Due))
		}
		rows = append(rows, row)
	}
	return rows, err
}

// homeView puts what waits into words.
func (s *Server) homeView(c *gin.Context, h registrar.Home) homePage {
	view := homePage{
		Base: s.base(c, s.T(c, "home.title")), Name: h.Name,
		Nothing: templates.Empty{Text: s.T(c, "home.nothing")},
	}
	for _, w := range h.Waiting {
		if w.Count == 0 {
			continue
		}
		row := templates.QueueRow{Title: s.T(c, "home.wait."+w.Kind, w.Count), Href: w.Href}
		if !w.Oldest.IsZero() {
			row.Since = w.Oldest
			row.Age = s.T(c, "home.oldest_today")
			if days := int(s.Now().Sub(w.Oldest).Hours() / 24); days > 0 {
				row.Age = s.T(c, "home.oldest", days)
			}
		}
		view.Queue = append(view.Queue, row)
	}
	for _, p := range h.People {
		row := templates.Person{Name: p.Name, Line: s.T(c, "learners.line", p.Shown, p.Total), Href: p.Href}
		if p.Next != "" {
			row.Note = s.T(c, "ring.next", p.Next)
		}
		view.Faces = append(view.Faces, row)
	}
	if h.Everyone > 0 {
		view.Everyone = s.T(c, "home.everyone", h.Everyone)
	}
	return view
}

// menu names each place of the office by a noun, and who finds it there.
var menu = []struct {
	key, href string
	show      func(competency.Actor) bool
}{
	{"nav.home", "/", func(competency.Actor) bool { return true }},
	{"nav.requirements", "/requirements", enrolled},
	{"nav.evidence", "/evidence", enrolled},
	{"nav.tasks", "/tasks", func(a competency.Actor) bool { return enrolled(a) || a.Is(competency.Teacher) }},
	{"nav.queue", "/queue", has(competency.Teacher)},
	{"nav.sections", "/sections", has(competency.Teacher)},
	{"nav.learners", "/learners", has(competency.Teacher, competency.Counselor, competency.RegistrarRole, competency.Principal)},
	{"nav.reviews", "/reviews", has(competency.Assessor)},
	{"nav.classes", "/classes", has(competency.RegistrarRole, competency.Counselor, competency.Principal)},
	{"nav.exceptions", "/exceptions", has(competency.Principal, competency.DistrictLead)},
	{"nav.courses", "/courses", has(competency.RegistrarRole)},
	{"nav.applications_waiting", "/applications/waiting", has(competency.Coordinator)},
	{"nav.issued", "/issued", has(competency.RegistrarRole, competency.Principal, competency.Coordinator, competency.DistrictLead)},
	{"nav.revocations", "/revocations", has(competency.Principal, competency.DistrictLead)},
	{"nav.people", "/people", has(competency.OrgAdmin, competency.RegistrarRole)},
	{"nav.organisation", "/organisation", has(competency.OrgAdmin, competency.DistrictLead)},
	{"nav.profile", "/organisation/profile", has(competency.RegistrarRole, competency.Principal, competency.DistrictLead, competency.Coordinator)},
	{"nav.policies", "/policies", has(competency.Principal, competency.DistrictLead, competency.RegistrarRole, competency.OrgAdmin)},
	{"nav.journal", "/journal", has(competency.OrgAdmin)},
	{"nav.applications", "/applications", earner},
	{"nav.credentials", "/credentials", func(a competency.Actor) bool { return enrolled(a) || earner(a) }},
}

// own are the places of somebody who is here for the office; they stand in the
// account's menu, so that the office's menu stays short.
var own = []string{"nav.applications", "nav.credentials"}

func enrolled(a competency.Actor) bool { return len(a.Schools) > 0 }

// earner is who is here to earn as well: teachers, and who has no other work here.
func earner(a competency.Actor) bool {
	office := a.Is(competency.Counselor, competency.RegistrarRole, competency.Principal, competency.DistrictLead, competency.Coordinator, competency.OrgAdmin)
	return !enrolled(a) && (!office || a.Is(competency.Teacher))
}

func has(roles ...competency.Role) func(competency.Actor) bool {
	return func(a competency.Actor) bool { return a.Is(roles...) }
}

// nav is the menu of one person.
func (s *Server) nav(who competency.Actor, path string) []templates.NavItem {
	var items []templates.NavItem
	for _, m := range menu {
		if !m.show(who) {
			continue
		}
		items = append(items, templates.NavItem{Label: s.pages.T("en", m.key), Href: m.href})
	}
	// The nearest place above the page is the current one, and no other.
	nearest := -1
	for i, m := range items {
		above := path == m.Href || m.Href != "/" && strings.HasPrefix(path, m.Href+"/")
		if above && (nearest < 0 || len(m.Href) > len(items[nearest].Href)) {
			nearest = i
		}
	}
	if nearest >= 0 {
		items[nearest].Current = true
	}
	return items
}

// user is who the header shows.
func (s *Server) user(c *gin.Context, who competency.Actor) *templates.User {
	name, org, err := s.reg.Whoami(c.Request.Context(), who)
	if err != nil {
		return &templates.User{}
	}
	var roles []string
	for _, r := range who.Roles() {
		roles = append(roles, s.pages.T("en", "role."+string(r)))
	}
	if len(roles) == 0 {
		roles = []string{s.pages.T("en", "role.member")}
	}
	u := &templates.User{Name: name, Role: strings.Join(append(roles, org), " · ")}
	if !enrolled(who) && !earner(who) {
		for _, key := range own {
			u.Own = append(u.Own, templates.NavItem{Label: s.pages.T("en", key), Href: "/" + strings.TrimPrefix(key, "nav.")})
		}
	}
	if at, err := s.reg.Memberships(c.Request.Context(), who); err == nil && len(at) > 1 {
		for _, m := range at {
			u.Memberships = append(u.Memberships, templates.Membership{ID: string(m.Tenant), Label: m.Name, Current: m.Tenant == who.Tenant})
		}
	}
	return u
}

func (s *Server) static(c *gin.Context) error {
	s.pages.Static().ServeHTTP(c.Writer, c.Request)
	return nil
}

// health answers for the process alone: the database is asked by readiness of
// the pages that need it.
func (s *Server) health(c *gin.Context) error {
	c.String(http.StatusOK, "ok\n")
	return nil
}

type problemKindPage struct {
	templates.Base
	Text string
}

// pageProblem explains one type of problem.
func (s *Server) pageProblem(c *gin.Context) error {
	name := c.Param("name")
	known := name == "internal" || slices.ContainsFunc(kinds, func(k kindRow) bool { return k.name == name })
	if !known {
		return competency.NotFound()
	}
	return s.render(c, http.StatusOK, "problem_kind", problemKindPage{
		templates.Base{Title: s.T(c, "problem."+name+".title"), Lang: "en", Path: c.Request.URL.Path, Public: true}, s.T(c, "problem."+name+".text"),
	})
}
