package hostile_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// strangePages are addresses of credentials that are none: each names nothing.
var strangePages = []string{
	"/c/", "/c/x", "/c/" + strings.Repeat("a", 26), "/c/" + strings.Repeat("a", 26) + ".jwt", "/c/" + strings.Repeat("a", 26) + ".json.jwt",
	"/c/" + strings.Repeat("a", 8_000), "/c/..", "/c/../c/x", "/c/%2e%2e/registry", "/c/..%2f..%2fetc%2fpasswd", "/c/%00", "/c/x%00.jwt", "/c/%ff%fe", "/c/%c0%ae%c0%ae",
	"/c/%25", "/c/x%0d%0aSet-Cookie:%20a=b", "/c/'%20OR%20'1'='1", "/c/%3Cscript%3E", "/c/x?report&download", "/c/x;y", "/c/x/qr.png", "/c/x/qr.svg/..", "/c//x", "//c/x",
	"/c/" + strings.ToUpper(strings.Repeat("a", 26)), "/c/" + strings.Repeat("é", 26), "/c/" + strings.Repeat("%F0%9F%8E%93", 26),
	"/keys/..%2f..%2fkey", "/keys/%00", "/status/..", "/status/%ff", "/schools/%2e%2e/did.json", "/schools/school%00/did.json", "/schools/School/jwks.json",
}

// TestStrangePages: what is no credential is nothing, whatever its address.
// The request line goes out as it is written here; a client would tidy it.
func TestStrangePages(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	for _, accept := range []string{"text/html", mediaJSON, "application/vc+jwt", "application/vc"} {
		for _, path := range strangePages {
			status, head := f.ask(path, accept)
			if status == http.StatusOK || status >= http.StatusInternalServerError || status == 0 || strings.Contains(head, "Set-Cookie") {
				t.Errorf("%s as %s: %d", path, accept, status)
			}
		}
	}
	if status, _ := f.ask("/schools/school/did.json", mediaJSON); status != http.StatusOK {
		t.Errorf("an honest address: %d", status)
	}
}

// ask sends a request line as it is, and gives the status and the head of the answer.
func (f *forger) ask(path, accept string) (status int, head string) {
	f.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(f.t.Context(), "tcp", f.server.Listener.Addr().String())
	f.ok(err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\nAccept: "+accept+"\r\nConnection: close\r\n\r\n")
	f.ok(err)
	answer, err := io.ReadAll(conn)
	f.ok(err)
	head, _, _ = strings.Cut(string(answer), "\r\n\r\n")
	if _, after, ok := strings.Cut(head, " "); ok && len(after) > 3 {
		for _, c := range after[:3] {
			status = 10*status + int(c-'0')
		}
	}
	return status, head
}
