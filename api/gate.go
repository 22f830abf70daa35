package api

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/verifier"
)

// errCrowded is the answer to what is over a limit: at once, with Retry-After
// (security rule 22).
var errCrowded = &competency.Error{Kind: competency.ErrUnavailable, Detail: "Too many requests at this moment. Please try again in a second."}

// gate lets a few checks use the processor at a time and a bounded number wait
// for it; who comes on top of those is sent away at once. So few work that the
// machine still answers others quickly, and whoever is let in gets an answer.
type gate struct {
	places  chan struct{}
	waiting atomic.Int64
	most    int64 // how many may wait
}

func newGate(places, waiting int) *gate {
	return &gate{places: make(chan struct{}, places), most: int64(waiting)}
}

// enter waits for a place, which leave gives back. The error is errCrowded, or
// that of ctx.
func (g *gate) enter(ctx context.Context) error {
	select {
	case g.places <- struct{}{}:
		return nil
	default:
	}
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > g.most {
		return errCrowded
	}
	select {
	case g.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (g *gate) leave() { <-g.places }

// full reports whether who came now would be sent away.
func (g *gate) full() bool { return len(g.places) == cap(g.places) && g.waiting.Load() >= g.most }

// idle gives the place back for as long as its holder waits for the network.
func (g *gate) idle() (back func()) {
	g.leave()
	return func() { g.places <- struct{}{} }
}

// gates are the classes of checks: usual documents, and large ones, which may
// take a hundred times as long and must not keep the others waiting.
type gates struct{ usual, large *gate }

// largeDocument is where large documents begin, in bytes: a diploma with
// everything inside it is about as large.
const largeDocument = 128 << 10

func newGates() gates {
	cores := runtime.GOMAXPROCS(0)
	return gates{usual: newGate(2*cores, 256), large: newGate(max(1, cores/2), 4*cores)}
}

// crowded reports whether a body of this length would be sent away once it was
// read: then it need not be read. What stands around a document makes it a
// little longer.
func (g gates) crowded(length int64) bool {
	return length > largeDocument+largeDocument/2 && g.large.full()
}

// check has the verifier judge a document when there is a place for it.
func (s *Server) check(ctx context.Context, data []byte) (verifier.Report, error) {
	return s.checkWith(ctx, data, verifier.Ask{})
}

// checkWith is check for a document whose holder was asked to answer.
func (s *Server) checkWith(ctx context.Context, data []byte, ask verifier.Ask) (verifier.Report, error) {
	g := s.gates.usual
	if len(data) > largeDocument {
		g = s.gates.large
	}
	if err := g.enter(ctx); err != nil {
		return verifier.Report{}, err
	}
	defer g.leave()
	return s.verifier.VerifyWith(verifier.WithIdle(ctx, g.idle), data, ask)
}

// Bodies that readers send: how many may be on their way at once, and how many
// of those may have passed smallBody, so that slow senders cannot fill the memory.
const (
	bodiesAtOnce      = 1024
	largeBodiesAtOnce = 32
	smallBody         = 64 << 10
)

// metered takes one of the places of large bodies when a body turns out to be one.
type metered struct {
	io.ReadCloser
	places limit
	read   int
	large  bool
}

// Read answers errCrowded when the body is large and no place is free.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	if m.read += n; m.read > smallBody && !m.large {
		select {
		case m.places <- struct{}{}:
			m.large = true
		default:
			return 0, errCrowded
		}
	}
	return n, err
}

// meter counts the bodies of a route that strangers send.
func (l limit) meter() gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request.Body == nil || c.Request.Body == http.NoBody {
			return
		}
		m := &metered{ReadCloser: c.Request.Body, places: l}
		c.Request.Body = m
		defer func() {
			if m.large {
				<-l
			}
		}()
		c.Next()
	}
}
