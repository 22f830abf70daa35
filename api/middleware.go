package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
)

type requestIDKey struct{}

// requestID answers the id that outer gave the request.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// policyCSP allows our own files and nothing else: no inline script or style,
// no other origin, no framing (security rule 19).
const policyCSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"

// headers are those of every response (security rule 19). The lists are shared
// by all responses: a handler that wants another value puts one in its place.
func (s *Server) headers() http.Header {
	h := http.Header{
		"Content-Security-Policy":    {policyCSP},
		"X-Content-Type-Options":     {"nosniff"},
		"X-Frame-Options":            {"DENY"},
		"Referrer-Policy":            {"no-referrer"},
		"Cross-Origin-Opener-Policy": {"same-origin"},
		"Permissions-Policy":         {"camera=(self), geolocation=(), microphone=(), payment=()"},
		"X-Robots-Tag":               {"noindex"},
		"Cache-Control":              {"no-store"},
	}
	if s.secure {
		h["Strict-Transport-Security"] = []string{"max-age=31536000; includeSubDomains"}
	}
	return h
}

// outer gives every response its id and its headers, before any routing.
func (s *Server) outer(next http.Handler) http.Handler {
	always := s.headers()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var raw [8]byte
		_, _ = rand.Read(raw[:]) // never fails
		id := hex.EncodeToString(raw[:])
		h := w.Header()
		maps.Copy(h, always)
		h["X-Request-Id"] = []string{id}
		if r.Header.Get("Content-Encoding") != "" {
			http.Error(w, "Compressed request bodies are not accepted.", http.StatusUnsupportedMediaType)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// logged writes one line per request: the route's pattern, never the address.
func (s *Server) logged() gin.HandlerFunc {
	return func(c *gin.Context) {
		start := s.Now()
		c.Next()
		ctx, out := c.Request.Context(), s.Log.Handler()
		if !out.Enabled(ctx, slog.LevelInfo) {
			return
		}
		who, _ := c.Get(actorKey)
		actor, _ := who.(competency.Actor)
		line := slog.NewRecord(time.Now(), slog.LevelInfo, "request", 0) //nolint:forbidigo // the log's own time; without a place in the code, which costs a walk over the stack
		line.AddAttrs(
			slog.String("method", c.Request.Method), slog.String("route", c.FullPath()),
			slog.Int("status", c.Writer.Status()), slog.Int64("ms", s.Now().Sub(start).Milliseconds()),
			slog.String("actor", string(actor.Person)), slog.String("request_id", requestID(ctx)))
		_ = out.Handle(ctx, line) // as slog itself: a log that cannot be written stops nobody
	}
}

// bodyLimit refuses what is larger than n bytes.
func bodyLimit(n int64) gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request.Body != nil {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, n)
		}
		if n >= maxUpload {
			// Uploads may take longer than the server's deadlines for everything else.
			until := time.Now().Add(uploadTime) //nolint:forbidigo // a socket's deadline is the machine's time, not the domain's
			ctl := http.NewResponseController(c.Writer)
			_ = ctl.SetReadDeadline(until)
			_ = ctl.SetWriteDeadline(until)
		}
	}
}

// uploadTime is how long an upload may take.
const uploadTime = 2 * time.Minute

// limit bounds how many requests of a class run at once.
type limit chan struct{}

func newLimit(n int) limit { return make(limit, n) }

// guard sheds what is over the limit at once, with 503 and Retry-After.
func (l limit) guard(s *Server) gin.HandlerFunc {
	return func(c *gin.Context) {
		select {
		case l <- struct{}{}:
			defer func() { <-l }()
			c.Next()
		default:
			s.fail(c, errCrowded)
		}
	}
}
