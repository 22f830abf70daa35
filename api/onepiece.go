package api

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Serve answers requests on l until the server is closed, as [http.Server.Serve]
// does. An answer that is ready as a whole goes over the wire in one piece:
// net/http's own buffer holds 4 KB, and a report with its headers is a little
// larger, so that it would be sent, and received, in two.
func Serve(server *http.Server, l net.Listener) error {
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, c)
	}
	return server.Serve(gathering{l})
}

type connKey struct{}

// gathering is a listener of gatherers.
type gathering struct{ net.Listener }

// Accept waits for the next connection.
func (g gathering) Accept() (net.Conn, error) {
	c, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &gatherer{Conn: c}, nil
}

// largestPiece is how much of an answer is held back at most, in bytes.
const largestPiece = 32 << 10

// pieces are buffers for answers that are held back.
var pieces = sync.Pool{New: func() any { b := make([]byte, 0, largestPiece); return &b }}

// gatherer is a connection that holds an answer back, when it is told to, until
// it is whole. net/http has ended an answer when it takes back the deadline for
// writing it: what is held is sent before, so that the deadline holds for it.
type gatherer struct {
	net.Conn
	mu   sync.Mutex // guards held; not kept while something is sent, so that Close never waits
	held *[]byte    // nil when nothing is to be held back
}

// gather has the rest of an answer sent in one piece. What is written must end
// with the request: an answer that is written bit by bit would wait.
func gather(ctx context.Context) {
	if g, ok := ctx.Value(connKey{}).(*gatherer); ok {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.held == nil {
			g.held, _ = pieces.Get().(*[]byte)
		}
	}
}

// Write sends p, or holds it back.
func (g *gatherer) Write(p []byte) (int, error) {
	if g.hold(p) {
		return len(p), nil
	}
	if err := g.send(); err != nil {
		return 0, err
	}
	return g.Conn.Write(p)
}

func (g *gatherer) hold(p []byte) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held == nil || len(*g.held)+len(p) > cap(*g.held) {
		return false
	}
	*g.held = append(*g.held, p...)
	return true
}

// send sends what is held, and holds nothing back from then on.
func (g *gatherer) send() error {
	g.mu.Lock()
	held := g.held
	g.held = nil
	g.mu.Unlock()
	if held == nil {
		return nil
	}
	var err error
	if len(*held) > 0 {
		_, err = g.Conn.Write(*held)
	}
	*held = (*held)[:0]
	pieces.Put(held)
	return err
}

// SetWriteDeadline sends what is held under the present deadline, and sets another.
func (g *gatherer) SetWriteDeadline(t time.Time) error {
	if err := g.send(); err != nil {
		return err
	}
	return g.Conn.SetWriteDeadline(t)
}

// SetDeadline sends what is held under the present deadline, and sets another.
func (g *gatherer) SetDeadline(t time.Time) error {
	if err := g.send(); err != nil {
		return err
	}
	return g.Conn.SetDeadline(t)
}

// Close sends what is held and closes the connection.
func (g *gatherer) Close() error {
	_ = g.send() // as net/http, which does not wait for an answer either when it closes
	return g.Conn.Close()
}

// CloseWrite sends what is held and says that no more will come. net/http asks
// for it, so that a sender who was stopped still reads why.
func (g *gatherer) CloseWrite() error {
	if err := g.send(); err != nil {
		return err
	}
	if half, ok := g.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// ReadFrom sends what is held and then all of r, a file without a detour through our memory.
func (g *gatherer) ReadFrom(r io.Reader) (int64, error) {
	if err := g.send(); err != nil {
		return 0, err
	}
	return io.Copy(g.Conn, r)
}
