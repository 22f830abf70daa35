package api

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// deadlines is a response that remembers whether its deadlines were moved.
type deadlines struct {
	*httptest.ResponseRecorder
	moved bool
}

func (d *deadlines) SetReadDeadline(time.Time) error  { d.moved = true; return nil }
func (d *deadlines) SetWriteDeadline(time.Time) error { d.moved = true; return nil }

// TestOnlyUploadsMayTakeLong: strangers get the server's deadlines and no more.
func TestOnlyUploadsMayTakeLong(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]bool{maxBody: false, maxVerifyForm: false, maxVerifyJSON: false, maxUpload: true} {
		w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		c, _ := gin.CreateTestContext(w)
		c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
		bodyLimit(n)(c)
		if w.moved != want {
			t.Errorf("a body of at most %d bytes: deadlines moved is %v, want %v", n, w.moved, want)
		}
	}
}

// TestSlowBodiesHoldUpNobodyElse sends many bodies that never end: documents
// are checked, and pages and keys are read, all the same.
func TestSlowBodiesHoldUpNobodyElse(t *testing.T) {
	t.Parallel()
	w := newServer(t, stores.SQLite(t))
	for range 300 { // more than all places of the check, and those who may wait for one
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", w.server.Listener.Addr().String())
		w.ok(err)
		t.Cleanup(func() { _ = conn.Close() })
		_, err = fmt.Fprint(conn, "POST /v1/verify HTTP/1.1\r\nHost: laurel.example\r\nContent-Type: application/vc+jwt\r\nContent-Length: 9\r\n\r\nx")
		w.ok(err)
	}
	status := func(method, path string) int {
		req, err := http.NewRequestWithContext(t.Context(), method, w.public+path, strings.NewReader("x"))
		w.ok(err)
		req.Header.Set("Content-Type", "application/vc+jwt")
		res, err := http.DefaultClient.Do(req)
		w.ok(err)
		_, err = io.Copy(io.Discard, res.Body)
		w.ok(errors.Join(err, res.Body.Close()))
		return res.StatusCode
	}
	if code := status(http.MethodPost, "/v1/verify"); code != http.StatusOK {
		t.Errorf("a check: got %d, want 200", code)
	}
	for _, path := range []string{"/verify", "/registry.json", "/.well-known/jwks.json", "/sign-in"} {
		if code := status(http.MethodGet, path); code != http.StatusOK {
			t.Errorf("%s: got %d, want 200", path, code)
		}
	}
}

// TestLargeBodiesAreCounted: once too many large bodies are on their way, one
// more is sent away, while small ones are still taken.
func TestLargeBodiesAreCounted(t *testing.T) {
	t.Parallel()
	places := newLimit(1)
	read := func(size int) (int, error) {
		m := &metered{ReadCloser: io.NopCloser(strings.NewReader(strings.Repeat("x", size))), places: places}
		data, err := io.ReadAll(m)
		return len(data), err
	}
	if n, err := read(smallBody + 1); n != smallBody+1 || err != nil {
		t.Errorf("the first large body: got %d and %v", n, err)
	}
	if n, err := read(smallBody); n != smallBody || err != nil {
		t.Errorf("a small body: got %d and %v", n, err)
	}
	if _, err := read(smallBody + 1); !errors.Is(err, errCrowded) {
		t.Errorf("one large body too many: got %v, want errCrowded", err)
	}
}

// TestAddressesThatAreNoText are as missing as any other, with both databases.
func TestAddressesThatAreNoText(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorldOver(t, st)
		v := w.as("admin")
		for _, path := range []string{"/people/%00", "/people/%ff", "/catalogue/%00", "/v1/evidence/%00", "/c/%ff" + strings.Repeat("a", 25)} {
			if res, body := v.get(path); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s: got %s: %s", path, res.Status, body)
			}
		}
		for _, path := range []string{"/people?q=%00", "/people?q=%ff"} {
			if res, body := v.get(path); res.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s: got %s: %s", path, res.Status, body)
			}
		}
		if res, _ := w.nobody().do(http.MethodPost, "/sign-in", "application/x-www-form-urlencoded", "login=%00&password=x"); res.StatusCode >= http.StatusInternalServerError {
			t.Errorf("signing in: got %s", res.Status)
		}
	})
}

// TestBodiesThatBreakOff are no fault of this side.
func TestBodiesThatBreakOff(t *testing.T) {
	t.Parallel()
	w := newServer(t, stores.SQLite(t))
	for _, path := range []string{"/v1/verify", "/sign-in"} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", w.server.Listener.Addr().String())
		w.ok(err)
		_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: laurel.example\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\nx", path)
		w.ok(err)
		tcp, _ := conn.(*net.TCPConn)
		w.ok(tcp.CloseWrite())
		answer, err := io.ReadAll(conn)
		w.ok(errors.Join(err, conn.Close()))
		if !strings.HasPrefix(string(answer), "HTTP/1.1 422") {
			t.Errorf("%s: got %.60q, want 422", path, answer)
		}
	}
}
