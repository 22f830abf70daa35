package api

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

type organisationPage struct {
	templates.Base
	Orgs       []orgCard
	In         registrar.NewOrg
	Key        string
	May        bool
	Kinds, All []templates.Option
}

// orgCard is one organisation with its public identity.
type orgCard struct {
	competency.Org
	KindWord string
	DID      string
	Keys     []competency.SigningKey
}

func (s *Server) organisationView(c *gin.Context, in registrar.NewOrg) (organisationPage, error) {
	orgs, keys, err := s.reg.Organisation(c.Request.Context(), actor(c))
	if err != nil {
		return organisationPage{}, err
	}
	view := organisationPage{
		Base: s.base(c, s.T(c, "organisation.title")), In: in, Key: newKey(), May: actor(c).Is(competency.OrgAdmin),
		Kinds: s.options("kind.", "school", "provider"), All: orgOptions(orgs),
	}
	for _, o := range orgs {
		view.Orgs = append(view.Orgs, orgCard{o, s.T(c, "kind."+string(o.Kind)), s.reg.DID(o), keys[o.ID]})
	}
	return view, nil
}

func (s *Server) pageOrganisation(c *gin.Context) error {
	view, err := s.organisationView(c, registrar.NewOrg{Kind: competency.School})
	if err != nil {
		return err
	}
	if len(view.Orgs) > 0 {
		view.In.Zone = view.Orgs[0].Zone
	}
	return s.render(c, http.StatusOK, "organisation", view)
}

func (s *Server) doNewOrg(c *gin.Context) error {
	var in registrar.NewOrg
	err := decode(c, &in)
	if err == nil {
		_, err = s.reg.AddOrg(c.Request.Context(), actor(c), once(c, in), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.organisationView(c, in)
		if err != nil {
			return err
		}
		view.Problems = bad
		return s.render(c, http.StatusUnprocessableEntity, "organisation", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "organisation.added")})
	return s.see(c, "/organisation")
}

type journalPage struct {
	templates.Base
	Lines []registrar.JournalLine
	Older string
}

func (s *Server) pageJournal(c *gin.Context) error {
	before, _ := strconv.ParseInt(c.Query("before"), 10, 64) // anything else is the newest page
	lines, err := s.reg.Journal(c.Request.Context(), actor(c), before)
	if err != nil {
		return err
	}
	view := journalPage{Base: s.base(c, s.T(c, "journal.title")), Lines: lines}
	view.Wide = true
	if len(lines) > 0 && lines[len(lines)-1].Seq > 1 {
		view.Older = "/journal?before=" + strconv.FormatInt(lines[len(lines)-1].Seq, 10)
	}
	return s.render(c, http.StatusOK, "journal", view)
}
