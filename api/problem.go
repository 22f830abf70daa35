package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/templates"
	"laurel/verifier"
)

// problem is an RFC 9457 problem. Its type answers with a page of docs.
type problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail,omitempty"`
	Instance string         `json:"instance,omitempty"`
	Errors   []problemField `json:"errors,omitempty"`
}

// problemField names one member that is wrong.
type problemField struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// Error makes a problem an error, so that operations of the JSON API can answer it.
func (p *problem) Error() string { return p.Title }

// GetStatus is the HTTP status, for huma.
func (p *problem) GetStatus() int { return p.Status }

// ContentType is RFC 9457's, for huma.
func (p *problem) ContentType(string) string { return "application/problem+json" }

// Faults of the HTTP layer itself.
var (
	errNoRoute  = competency.NotFound()
	errNoMethod = errors.New("method not allowed")
	errPanic    = errors.New("panic")
)

// kindRow is one kind of error as the outside sees it.
type kindRow struct {
	kind   error
	status int
	name   string
	title  string
}

// kinds turns kinds of errors into status, type and title. What is not here is
// a 500 whose body says nothing but the request's id.
var kinds = []kindRow{
	{errNoMethod, http.StatusMethodNotAllowed, "method", "This address does not do that"},
	{competency.ErrStale, http.StatusUnauthorized, "stale", "Please type your password again"},
	{competency.ErrInvalid, http.StatusUnprocessableEntity, "invalid", "Some of what was sent needs another look"},
	{competency.ErrUnauthenticated, http.StatusUnauthorized, "unauthenticated", "Please sign in"},
	{competency.ErrForbidden, http.StatusForbidden, "forbidden", "This is not yours to do"},
	{competency.ErrNotFound, http.StatusNotFound, "not-found", "Nothing here"},
	{competency.ErrConflict, http.StatusConflict, "conflict", "This cannot be done now"},
	{competency.ErrTooLarge, http.StatusRequestEntityTooLarge, "too-large", "This is too large"},
	{competency.ErrRateLimited, http.StatusTooManyRequests, "rate-limited", "Too many tries"},
	{verifier.ErrTime, http.StatusServiceUnavailable, "unavailable", "Not available at this moment"},
	{competency.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", "Not available at this moment"},
}

// toProblem turns an error into what the outside may know of it.
func (s *Server) toProblem(ctx context.Context, err error) *problem {
	p := &problem{
		Status: http.StatusInternalServerError, Type: s.PublicURL + "/problems/internal", Title: "Something went wrong here",
		Detail: "The fault is on this side and has been noted. Nothing was changed.", Instance: "urn:request:" + requestID(ctx),
	}
	if too := (*http.MaxBytesError)(nil); errors.As(err, &too) {
		err = &competency.Error{Kind: competency.ErrTooLarge, Detail: "What was sent is larger than this address takes. Nothing was stored."}
	}
	for _, k := range kinds {
		if errors.Is(err, k.kind) {
			p.Status, p.Type, p.Title, p.Detail = k.status, s.PublicURL+"/problems/"+k.name, k.title, ""
			break
		}
	}
	if e := (*competency.Error)(nil); errors.As(err, &e) {
		p.Detail = e.Detail
		for _, f := range e.Fields {
			p.Errors = append(p.Errors, problemField(f))
		}
	}
	if p.Status == http.StatusInternalServerError {
		if errors.Is(err, context.Canceled) {
			p.Status = 499 // the client has gone; nobody reads this
			return p
		}
		s.Log.ErrorContext(ctx, "a request met an error", slog.Any("error", err), slog.String("request_id", requestID(ctx)))
	}
	return p
}

// fail answers an error: as a problem to programs, as a page to people. People
// who are not signed in, or whose password is too long ago, are led to the
// sign-in page and back.
func (s *Server) fail(c *gin.Context, err error) {
	p := s.toProblem(c.Request.Context(), err)
	c.Abort()
	if c.Writer.Written() {
		return
	}
	if p.Status == http.StatusServiceUnavailable {
		c.Header("Retry-After", "1")
	}
	if wantsJSON(c) {
		c.Header("Content-Type", "application/problem+json")
		c.JSON(p.Status, p)
		return
	}
	if p.Status == http.StatusUnauthorized && !s.isReader(c.Request.URL.Path) {
		s.toSignIn(c, errors.Is(err, competency.ErrStale))
		return
	}
	base := templates.Base{Title: p.Title, Lang: "en", Path: c.Request.URL.Path}
	if !s.isReader(c.Request.URL.Path) {
		base = s.base(c, p.Title)
	}
	if renderErr := s.render(c, p.Status, "problem", problemPage{Base: base, Problem: *p}); renderErr != nil {
		s.Log.ErrorContext(c.Request.Context(), "the problem page met an error", slog.Any("error", renderErr))
		c.String(p.Status, "%s", p.Title)
	}
}

// problemPage is the page of an error.
type problemPage struct {
	templates.Base
	Problem problem
}

// wantsJSON reports whether the caller is a program.
func wantsJSON(c *gin.Context) bool {
	return strings.HasPrefix(c.Request.URL.Path, "/v1/") || strings.Contains(c.GetHeader("Accept"), "application/json") ||
		strings.HasPrefix(c.GetHeader("Content-Type"), "application/json")
}
