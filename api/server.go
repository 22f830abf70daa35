// Package api is Laurel's face: pages for people and JSON for programs, from
// the same request structs and the same calls to the office.
package api

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"laurel/internal/artwork"
	"laurel/internal/registrar"
	"laurel/templates"
	"laurel/verifier"
)

// Options are what a server needs.
type Options struct {
	Office   *registrar.Registrar
	Sessions scs.Store
	Now      func() time.Time
	Log      *slog.Logger
	// PublicURL is the address that readers use, without a trailing slash.
	PublicURL string
	// TrustedProxies are addresses whose X-Forwarded-For is believed for rate limits.
	TrustedProxies []string
	// Fonts are files of fonts for printed names, see [artwork.New].
	Fonts []string
}

// Server answers HTTP. It is safe for concurrent use.
type Server struct {
	Options
	reg      *registrar.Registrar
	verifier *verifier.Verifier // the office's, which needs no database
	sessions *scs.SessionManager
	pages    *templates.Set
	secure   bool     // the public address is https
	host     string   // of the public address
	reader   []string // path prefixes of the routes that need no session
	handler  http.Handler
	gates    gates    // how many checks run at once
	pictures pictures // QR codes that were drawn
	shown    shown    // public pages that were just written
	carried  carried  // pictures and papers that were drawn
	studio   func() (*artwork.Studio, error)
	// receiving are the places of those who send large files.
	receiving limit
}

// Largest bodies, in bytes; routes that take files set their own.
const (
	maxBody   = 1 << 20
	maxUpload = 26 << 20
)

// New builds the server: parses every page, registers every route.
func New(o Options) (*Server, error) {
	public, err := url.Parse(o.PublicURL)
	if err != nil {
		return nil, err
	}
	s := &Server{Options: o, reg: o.Office, verifier: o.Office.Verifier(), gates: newGates(), receiving: newLimit(receiving), secure: public.Scheme == "https", host: public.Host}
	if s.pages, err = templates.Parse(nil); err != nil {
		return nil, err
	}
	// The fonts are read when something is drawn first; others' must be good from the start.
	s.studio = sync.OnceValues(func() (*artwork.Studio, error) { return artwork.New(o.Fonts) })
	if len(o.Fonts) > 0 {
		if _, err := s.studio(); err != nil {
			return nil, err
		}
	}
	s.sessions = s.newSessions(o.Sessions)
	if s.handler, err = s.build(); err != nil {
		return nil, err
	}
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// build makes two engines: the reader's, which touches neither sessions nor,
// on the verify path, the database; and the office's behind sessions and the
// cross-origin guard.
func (s *Server) build() (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	reader, office := s.engine(), s.engine()
	if err := errors.Join(reader.SetTrustedProxies(s.TrustedProxies), office.SetTrustedProxies(s.TrustedProxies)); err != nil {
		return nil, err
	}
	// Who sends a body slowly holds a place of those who send, and no place of the
	// check; pages and keys wait for neither.
	readLimit, sendLimit, officeLimit, large := newLimit(256), newLimit(bodiesAtOnce), newLimit(256), newLimit(largeBodiesAtOnce)
	office.Use(officeLimit.guard(s)) // before any route, so that operations are bounded too
	apis := s.openAPI(reader, office)
	for _, rt := range routes {
		body := rt.body
		if body == 0 {
			body = maxBody
		}
		if rt.who != readers {
			office.Handle(rt.method, rt.path, bodyLimit(body), s.adapt(rt))
			continue
		}
		s.reader = append(s.reader, staticPrefix(rt.path))
		if rt.method == post {
			reader.Handle(rt.method, rt.path, sendLimit.guard(s), bodyLimit(body), large.meter(), s.adapt(rt))
			continue
		}
		reader.Handle(rt.method, rt.path, readLimit.guard(s), bodyLimit(body), s.adapt(rt))
	}
	s.operations(apis)
	for _, engine := range []*gin.Engine{reader, office} {
		engine.NoRoute(func(c *gin.Context) { s.fail(c, errNoRoute) })
		engine.NoMethod(func(c *gin.Context) { s.fail(c, errNoMethod) })
		engine.HandleMethodNotAllowed = true
	}
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(s.PublicURL); err != nil {
		return nil, err
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "This form came from another site; nothing was changed.", http.StatusForbidden)
	}))
	inner := guard.Handler(s.sessions.LoadAndSave(office))
	top := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.isReader(r.URL.Path) {
			reader.ServeHTTP(w, r)
			return
		}
		inner.ServeHTTP(w, r)
	})
	return s.outer(top), nil
}

func (s *Server) engine() *gin.Engine {
	e := gin.New()
	e.Use(s.logged(), gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, fault any) {
		s.Log.ErrorContext(c.Request.Context(), "a request panicked", slog.String("route", c.FullPath()),
			slog.String("request_id", requestID(c.Request.Context())), slog.Any("fault", fault))
		s.fail(c, errPanic)
	}), s.readable)
	return e
}

// readable answers for addresses that are no text: nothing has such an id, and
// databases differ in what they say of one.
func (s *Server) readable(c *gin.Context) {
	if path := c.Request.URL.Path; !utf8.ValidString(path) || strings.Contains(path, "\x00") {
		s.fail(c, errNoRoute)
	}
}

// isReader reports whether a path belongs to the reader's engine.
func (s *Server) isReader(path string) bool {
	for _, p := range s.reader {
		if path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}

// staticPrefix is a route's path up to its first parameter.
func staticPrefix(path string) string {
	if i := strings.IndexAny(path, ":*"); i >= 0 {
		return path[:i]
	}
	return path
}
