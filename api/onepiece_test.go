package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// counting counts what is written to its connections.
type counting struct {
	net.Listener
	writes *atomic.Int64
}

func (l counting) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return countingConn{c, l.writes}, err
}

type countingConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c countingConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}

// TestOnePiece: an answer that is gathered arrives whole and in one write, others as they are written.
func TestOnePiece(t *testing.T) {
	t.Parallel()
	answer := func(size int, whole bool) string { return fmt.Sprintf("/?size=%d&whole=%t", size, whole) }
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var size int
		var whole bool
		_, _ = fmt.Sscanf(r.URL.RawQuery, "size=%d&whole=%t", &size, &whole)
		if whole {
			gather(r.Context())
		}
		w.Header().Set("Content-Length", strconv.Itoa(size))
		_, _ = w.Write(bytes.Repeat([]byte("x"), size))
	})
	for _, tt := range []struct {
		name, method, path string
		size, writes       int
	}{
		{"small", http.MethodGet, answer(100, true), 100, 1},
		{"larger than net/http's buffer", http.MethodGet, answer(5_000, true), 5_000, 1},
		{"not gathered", http.MethodGet, answer(5_000, false), 5_000, 2},
		{"larger than what is held", http.MethodGet, answer(3*largestPiece, true), 3 * largestPiece, 2},
		{"the last on its connection", http.MethodPost, answer(5_000, true), 5_000, 1},
		{"empty", http.MethodGet, answer(0, true), 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var writes atomic.Int64
			client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
			addr := serveCounting(t, handler, &writes)
			for range 2 {
				writes.Store(0)
				req, err := http.NewRequestWithContext(t.Context(), tt.method, "http://"+addr+tt.path, http.NoBody)
				must(t, err)
				req.Close = tt.method == http.MethodPost
				res, err := client.Do(req)
				must(t, err)
				body, err := io.ReadAll(res.Body)
				must(t, errors.Join(err, res.Body.Close()))
				if len(body) != tt.size || int(writes.Load()) != tt.writes {
					t.Errorf("got %d bytes in %d writes, want %d in %d", len(body), writes.Load(), tt.size, tt.writes)
				}
			}
			client.CloseIdleConnections()
		})
	}
}

// serveCounting serves on loopback and counts the writes.
func serveCounting(t *testing.T, handler http.Handler, writes *atomic.Int64) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	done := make(chan error, 1)
	go func() { done <- Serve(server, counting{l, writes}) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return l.Addr().String()
}

// TestGatherer: nothing that is held is lost, whatever comes next, and nothing is held unasked.
func TestGatherer(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]func(*gatherer) error{
		"deadline":        func(g *gatherer) error { return g.SetWriteDeadline(time.Time{}) },
		"both deadlines":  func(g *gatherer) error { return g.SetDeadline(time.Time{}) },
		"a large piece":   func(g *gatherer) error { _, err := g.Write(bytes.Repeat([]byte("y"), largestPiece)); return err },
		"a file":          func(g *gatherer) error { _, err := g.ReadFrom(strings.NewReader("file")); return err },
		"half of the end": (*gatherer).CloseWrite,
		"the end":         (*gatherer).Close,
		"a later deadline": func(g *gatherer) error {
			return errors.Join(g.SetReadDeadline(time.Time{}), g.SetWriteDeadline(time.Time{}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			near, far := net.Pipe()
			g := &gatherer{Conn: near}
			gather(context.WithValue(t.Context(), connKey{}, g))
			if _, err := g.Write([]byte("held")); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() { done <- errors.Join(next(g), g.Close()) }()
			got, err := io.ReadAll(far)
			if err := errors.Join(err, <-done); err != nil || !bytes.HasPrefix(got, []byte("held")) {
				t.Errorf("got %.10q, %v", got, err)
			}
		})
	}
}
