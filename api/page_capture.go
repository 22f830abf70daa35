package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// capturePage is the form for new evidence that works without a network. It
// knows nobody: the same for everyone, so that a device may keep it.
type capturePage struct {
	templates.Base
	Accept string
	Routes []templates.Option
}

func (s *Server) pageCapture(c *gin.Context) error {
	view := capturePage{
		Base:   templates.Base{Title: s.T(c, "capture.title"), Lang: "en", Path: "/capture", Public: true, Capture: true},
		Accept: registrar.FileAccept,
	}
	for _, r := range competency.Routes {
		view.Routes = append(view.Routes, templates.Option{Value: r, Label: s.T(c, "route."+r)})
	}
	return s.render(c, http.StatusOK, "capture", view)
}

// captureWorker is the service worker that keeps that page at hand. It stands
// at the root, since a worker only serves what lies below it.
func (s *Server) captureWorker(c *gin.Context) error {
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, "text/javascript; charset=utf-8", s.pages.Script("worker.js"))
	return nil
}

// captureMe tells a page whose session this is, before it sends what it kept
// for somebody.
func (s *Server) captureMe(c *gin.Context) error {
	c.JSON(http.StatusOK, gin.H{"account": actor(c).Person})
	return nil
}

// sentFor refuses evidence that a device kept for another account than the one
// that is signed in now.
func sentFor(c *gin.Context) error {
	if owner := c.PostForm("_for"); owner != "" && owner != string(actor(c).Person) {
		return &competency.Error{Kind: competency.ErrUnauthenticated, Detail: "This was written under another account. Please sign in as who wrote it."}
	}
	return nil
}
