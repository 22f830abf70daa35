package api

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"laurel/internal/registrar"
	"laurel/templates"
)

// publishRequest is the document of a micro-credential, as text.
type publishRequest struct {
	Document string `json:"document"`
}

type publishPage struct {
	templates.Base
	In publishRequest
}

func (s *Server) pagePublish(c *gin.Context) error {
	if err := s.reg.MayPublish(c.Request.Context(), actor(c)); err != nil {
		return err
	}
	return s.showPublish(c, http.StatusOK, publishRequest{Document: registrar.MicroCredentialExample}, nil)
}

func (s *Server) showPublish(c *gin.Context, status int, in publishRequest, bad templates.Problems) error {
	view := publishPage{Base: s.base(c, s.T(c, "publish.title")), In: in}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "catalogue.title"), Href: "/catalogue"}}
	for _, p := range bad { // the document is one field: what is wrong in it stands above with its place
		if p.Field != "" {
			p = templates.Problem{Field: "document", Text: p.Field + ": " + p.Text}
		}
		view.Problems = append(view.Problems, p)
	}
	return s.render(c, status, "publish", view)
}

// doPublish puts a micro-credential into the catalogue, as the next version of
// its short name.
func (s *Server) doPublish(c *gin.Context) error {
	var in publishRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	m, err := s.reg.PublishMicroCredential(c.Request.Context(), actor(c), []byte(in.Document))
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showPublish(c, http.StatusUnprocessableEntity, in, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "publish.done")})
	return s.see(c, "/catalogue/"+m.Slug)
}

type publishedAnswer struct {
	Location string `header:"Location"`
	Body     struct {
		Slug    string `json:"slug"`
		Version int    `json:"version"`
	}
}

// v1Publish is doPublish for programs: the document itself is the body.
func (s *Server) v1Publish(ctx context.Context, in *struct {
	RawBody []byte `contentType:"application/json"`
},
) (*publishedAnswer, error) {
	m, err := s.reg.PublishMicroCredential(ctx, actorIn(ctx), in.RawBody)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &publishedAnswer{Location: s.PublicURL + m.Path()}
	out.Body.Slug, out.Body.Version = m.Slug, m.Version
	return out, nil
}
