package api

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

type cataloguePage struct {
	templates.Base
	List       []registrar.CatalogueEntry
	None       templates.Empty
	MayPublish bool
}

func (s *Server) pageCatalogue(c *gin.Context) error {
	list, err := s.reg.Catalogue(c.Request.Context())
	if err != nil {
		return err
	}
	view := cataloguePage{Base: s.base(c, s.T(c, "catalogue.title")), List: list}
	view.None = templates.Empty{Text: s.T(c, "catalogue.none")}
	view.MayPublish = actor(c).Is(competency.Coordinator)
	return s.render(c, http.StatusOK, "catalogue", view)
}

// catalogueEntryPage shows everything that applicants and assessors go by.
type catalogueEntryPage struct {
	templates.Base
	Entry registrar.CatalogueEntry
	// Overview, Artifacts and Reflection are the parts that are asked for.
	Overview, Artifacts, Reflection []competency.Part
	Levels                          []competency.Level
	Older                           bool // a newer version is published
}

func (s *Server) pageCatalogueEntry(c *gin.Context) error {
	version := 0
	if text := c.Param("version"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return competency.NotFound()
		}
		version = n
	}
	e, err := s.reg.CatalogueEntry(c.Request.Context(), c.Param("slug"), version)
	if err != nil {
		return err
	}
	view := catalogueEntryPage{Base: s.base(c, e.Title), Entry: e}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "catalogue.title"), Href: "/catalogue"}}
	if version != 0 {
		newest, err := s.reg.CatalogueEntry(c.Request.Context(), e.Slug, 0)
		if err != nil {
			return err
		}
		view.Older = newest.Version > version
	}
	for _, p := range e.Parts() {
		switch p.Kind {
		case competency.OverviewPart:
			view.Overview = append(view.Overview, p)
		case competency.ArtifactPart:
			view.Artifacts = append(view.Artifacts, p)
		case competency.ReflectionPart:
			view.Reflection = append(view.Reflection, p)
		}
	}
	return s.render(c, http.StatusOK, "catalogue_entry", view)
}

// doStartApplication begins or continues an application and moves the session
// to the provider, where it lives.
func (s *Server) doStartApplication(c *gin.Context) error {
	started, err := s.reg.StartApplication(c.Request.Context(), actor(c), c.Param("slug"))
	if err != nil {
		return err
	}
	if err := s.moveTo(c, started.Tenant); err != nil {
		return err
	}
	return s.see(c, "/applications/"+string(started.Application))
}

// moveTo lets the session go on in another tenant of the same account.
func (s *Server) moveTo(c *gin.Context, tenant competency.OrgID) error {
	sess, ok := s.session(c)
	if !ok || sess.Tenant == tenant {
		return nil
	}
	sess.Tenant = tenant
	return s.startSession(c, sess)
}
