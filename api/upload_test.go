package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tusDo sends a request of the protocol.
func (v *visitor) tusDo(method, path, body string, headers ...string) (*http.Response, string) {
	kind := ""
	if method == http.MethodPatch {
		kind = tusPiece
	}
	return v.do(method, path, kind, body, append([]string{"Tus-Resumable", tusVersion}, headers...)...)
}

// announce begins an upload and answers its address.
func (v *visitor) announce(t *testing.T, name string, content []byte) string {
	t.Helper()
	sum := sha256.Sum256(content)
	meta := "filename " + base64.StdEncoding.EncodeToString([]byte(name)) + ",sha256 " + base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(sum[:])))
	res, body := v.tusDo(http.MethodPost, "/v1/uploads", "", "Upload-Length", strconv.Itoa(len(content)), "Upload-Metadata", meta)
	if res.StatusCode != http.StatusCreated || res.Header.Get("Upload-Expires") == "" {
		t.Fatalf("beginning: %s %s", res.Status, body)
	}
	return res.Header.Get("Location")
}

func (v *visitor) offset(t *testing.T, at string) int {
	t.Helper()
	res, _ := v.tusDo(http.MethodHead, at, "")
	n, err := strconv.Atoi(res.Header.Get("Upload-Offset"))
	if res.StatusCode != http.StatusOK || err != nil {
		t.Fatalf("asking how far: %s", res.Status)
	}
	return n
}

// film is an MP4 of some size.
func film(size int) []byte {
	b := append([]byte(nil), recording[:24]...)
	b = append(b, byte(size>>24), byte(size>>16), byte(size>>8), byte(size))
	b = append(b, "mdat"...)
	for len(b) < 24+size {
		b = append(b, byte(len(b)*31))
	}
	return b
}

// A file comes in pieces over a network that breaks, and becomes part of a
// piece of evidence, once.
func TestAFileComesInPieces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner, content := w.as("learner"), film(300_000)
	at := learner.announce(t, "My film.mp4", content)
	if res, _ := learner.tusDo(http.MethodPatch, at, string(content[:100_000]), "Upload-Offset", "0"); res.StatusCode != http.StatusNoContent || res.Header.Get("Upload-Offset") != "100000" {
		t.Fatalf("the first piece: %s", res.Status)
	}
	// The network breaks in the middle of a piece.
	learner.breakOff(t, at, content[100_000:], 50_000)
	deadline := time.Now().Add(5 * time.Second)
	for learner.offset(t, at) == 100_000 && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	got := learner.offset(t, at)
	if got <= 100_000 || got > 150_000 {
		t.Fatalf("after the break %d bytes are there", got)
	}
	if res, _ := learner.tusDo(http.MethodPatch, at, "x", "Upload-Offset", "0"); res.StatusCode != http.StatusConflict {
		t.Errorf("a piece at the wrong place: %s", res.Status)
	}
	bad := sha256.Sum256([]byte("other"))
	if res, _ := learner.tusDo(http.MethodPatch, at, string(content[got:]), "Upload-Offset", strconv.Itoa(got), "Upload-Checksum", "sha256 "+base64.StdEncoding.EncodeToString(bad[:])); res.StatusCode != tusBadSum {
		t.Errorf("a damaged piece: %s", res.Status)
	}
	good := sha256.Sum256(content[got:])
	if res, body := learner.tusDo(http.MethodPatch, at, string(content[got:]), "Upload-Offset", strconv.Itoa(got), "Upload-Checksum", "sha256 "+base64.StdEncoding.EncodeToString(good[:])); res.StatusCode != http.StatusNoContent {
		t.Fatalf("the rest: %s %s", res.Status, body)
	}
	id := at[strings.LastIndexByte(at, '/')+1:]
	form := url.Values{"title": {"Film"}, "reflection": {"It shows it"}, "indicators": {"SCI.3"}, "uploads": {id}, "idempotency_key": {"one"}, "submit": {"true"}}
	res, body := learner.post("/evidence", form)
	again, _ := learner.post("/evidence", form)
	if res.StatusCode != http.StatusSeeOther || again.Header.Get("Location") != res.Header.Get("Location") {
		t.Fatalf("evidence with it: %s, again %s; %s", res.Status, again.Status, body)
	}
	_, body = learner.get(res.Header.Get("Location"))
	_, href, _ := strings.Cut(body, `<video src="`)
	href, _, _ = strings.Cut(href, `"`)
	if _, kept := learner.get(href); kept != string(content) {
		t.Errorf("%d bytes came back of %d", len(kept), len(content))
	}
	form.Set("idempotency_key", "two")
	if res, _ := learner.post("/evidence", form); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the same file once more: %s", res.Status)
	}
}

// breakOff sends the head of a piece and a part of its body, and is gone.
func (v *visitor) breakOff(t *testing.T, at string, piece []byte, part int) {
	t.Helper()
	u, err := url.Parse(v.w.server.URL)
	v.w.ok(err)
	conn, err := net.Dial("tcp", u.Host)
	v.w.ok(err)
	var cookies []string
	for _, c := range v.client.Jar.Cookies(u) {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	_, err = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 100000\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
		at, u.Host, strings.Join(cookies, "; "), tusPiece, len(piece))
	v.w.ok(err)
	_, err = io.Copy(conn, bytes.NewReader(piece[:part]))
	v.w.ok(err)
	time.Sleep(50 * time.Millisecond)
	v.w.ok(conn.Close())
}

func TestUploadsAreTheirOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner := w.as("learner")
	at := learner.announce(t, "film.mp4", film(1000))
	for _, who := range []string{"other-learner", "teacher", "stranger"} {
		v := w.as(who)
		for _, method := range []string{http.MethodHead, http.MethodPatch, http.MethodDelete} {
			if res, _ := v.tusDo(method, at, "", "Upload-Offset", "0"); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s as %s: %s", method, who, res.Status)
			}
		}
		if res, _ := v.post("/evidence", url.Values{"title": {"x"}, "uploads": {at[len("/v1/uploads/"):]}}); res.StatusCode < 400 {
			t.Errorf("%s takes the file: %s", who, res.Status)
		}
	}
	if res, _ := w.nobody().tusDo(http.MethodPatch, at, "x", "Upload-Offset", "0"); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %s", res.Status)
	}
	if res, _ := learner.do(http.MethodPatch, at, tusPiece, "x", "Upload-Offset", "0"); res.StatusCode != http.StatusPreconditionFailed {
		t.Errorf("without the protocol's version: %s", res.Status)
	}
	if res, _ := learner.tusDo(http.MethodDelete, at, ""); res.StatusCode != http.StatusNoContent {
		t.Errorf("giving it up: %s", res.Status)
	}
	if res, _ := learner.tusDo(http.MethodHead, at, ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("after that: %s", res.Status)
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner := w.as("learner")
	for name, c := range map[string]struct {
		size, want int
	}{"film.mp4": {201 << 20, 413}, "notes.txt": {21 << 20, 413}, "empty.mp4": {0, 422}} {
		res, _ := learner.tusDo(http.MethodPost, "/v1/uploads", "", "Upload-Length", strconv.Itoa(c.size), "Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte(name)))
		if res.StatusCode != c.want {
			t.Errorf("%s of %d bytes: %s", name, c.size, res.Status)
		}
	}
	page := []byte("<!doctype html><script>alert(1)</script>")
	at := learner.announce(t, "film.mp4", page)
	res, body := learner.tusDo(http.MethodPatch, at, string(page), "Upload-Offset", "0")
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "of this kind") {
		t.Errorf("a page that calls itself a film: %s %s", res.Status, body)
	}
	if res, _ := learner.tusDo(http.MethodHead, at, ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("what was refused is still there: %s", res.Status)
	}
	for range 12 {
		learner.announce(t, "film.mp4", film(1000))
	}
	if res, _ := learner.tusDo(http.MethodPost, "/v1/uploads", "", "Upload-Length", "10", "Upload-Metadata", "filename eA=="); res.StatusCode != http.StatusConflict {
		t.Errorf("one too many: %s", res.Status)
	}
}
