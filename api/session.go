package api

import (
	"encoding/gob"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// actorKey is where the adapter leaves the actor for handlers.
const actorKey = "laurel.actor"

const (
	sessionKey = "session"
	flashKey   = "flash"
)

func init() {
	gob.Register(registrar.Session{})
	gob.Register(templates.Flash{})
}

// How long a session lives: 12 hours in all, 30 minutes without a request
// (security rule 17). When it was last seen is written once a minute, so that
// looking at pages does not write.
const (
	sessionLifetime = 12 * time.Hour
	sessionIdle     = 30 * time.Minute
	sessionTouch    = time.Minute
)

// newSessions keeps sessions on the server: an opaque token, hashed at rest.
func (s *Server) newSessions(store scs.Store) *scs.SessionManager {
	m := scs.New()
	m.Store = store
	m.Lifetime = sessionLifetime
	m.HashTokenInStore = true
	m.Cookie = scs.SessionCookie{Name: "laurel", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Persist: true, Secure: s.secure}
	if s.secure {
		m.Cookie.Name = "__Host-laurel"
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		p := s.toProblem(r.Context(), &competency.Error{Kind: competency.ErrUnavailable, Detail: "Sessions cannot be read at this moment."})
		s.Log.ErrorContext(r.Context(), "reading a session", slog.Any("error", err))
		http.Error(w, p.Title, p.Status)
	}
	return m
}

// actorOf answers who asks; nobody where there is no session.
func (s *Server) actorOf(c *gin.Context) (competency.Actor, error) {
	sess, ok := s.session(c)
	if !ok {
		return competency.Actor{}, nil
	}
	return s.reg.Actor(c.Request.Context(), sess)
}

func (s *Server) session(c *gin.Context) (registrar.Session, bool) {
	ctx, now := c.Request.Context(), s.Now().UTC()
	sess, ok := s.sessions.Get(ctx, sessionKey).(registrar.Session)
	if !ok {
		return sess, false
	}
	if now.Sub(sess.Seen) > sessionIdle {
		s.sessions.Remove(ctx, sessionKey)
		return registrar.Session{}, false
	}
	if now.Sub(sess.Seen) > sessionTouch {
		sess.Seen = now
		s.sessions.Put(ctx, sessionKey, sess)
	}
	return sess, true
}

// startSession puts a session in place of whatever was there, under a new token.
func (s *Server) startSession(c *gin.Context, sess registrar.Session) error {
	ctx := c.Request.Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	sess.Seen = s.Now().UTC()
	s.sessions.Put(ctx, sessionKey, sess)
	return nil
}

// actor answers who asks, for handlers behind the adapter.
func actor(c *gin.Context) competency.Actor {
	who, _ := c.Get(actorKey)
	a, _ := who.(competency.Actor)
	return a
}

// toSignIn leads to the sign-in page and back to where the person wanted to be.
func (s *Server) toSignIn(c *gin.Context, again bool) {
	next := c.Request.URL.RequestURI()
	if c.Request.Method != http.MethodGet {
		// A form cannot be sent again by a redirect: go back to its page.
		next = "/"
		if from, err := url.Parse(c.GetHeader("Referer")); err == nil && from.Host == c.Request.Host {
			next = from.RequestURI()
		}
		if from := c.PostForm("_from"); from != "" {
			next = localPath(from)
		}
	}
	q := url.Values{"next": {next}}
	if again {
		q.Set("again", "1")
	} else {
		_ = s.sessions.Destroy(c.Request.Context())
	}
	c.Redirect(http.StatusSeeOther, "/sign-in?"+q.Encode())
}

// localPath answers a path on this server, or "/".
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) {
		return "/"
	}
	return next
}

// flash leaves a sentence for the next page.
func (s *Server) flash(c *gin.Context, f templates.Flash) {
	s.sessions.Put(c.Request.Context(), flashKey, f)
}
