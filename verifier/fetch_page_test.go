package verifier_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"laurel/verifier"
)

// TestPagesThatSomebodyLinkedTo: a page is read with its redirects, each held
// to the rules of the first address, within bounds, and by its media type.
func TestPagesThatSomebodyLinkedTo(t *testing.T) {
	t.Parallel()
	w := newWeb(t, "own.example:")
	w.point("inside.example", "127.0.0.2")
	answer := func(host, path, media, body string) string {
		at := w.url(host, path)
		w.handle(at, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", media)
			_, _ = rw.Write([]byte(body))
		})
		return at
	}
	moved := func(path, to string) string {
		at := w.url("blog.example", path)
		w.handle(at, func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, to, http.StatusFound) })
		return at
	}
	good := answer("blog.example", "/good", "text/html; charset=utf-8", "<title>Stock survey</title>")
	secret := answer("inside.example", "/secret", "text/html", "of the house")
	long := answer("blog.example", "/long", "text/plain", strings.Repeat("x", 3<<20))
	for i := range 4 {
		moved(fmt.Sprintf("/chain%d", i), w.url("blog.example", fmt.Sprintf("/chain%d", i+1)))
	}
	for address, reason := range map[string]string{
		good:                           "",
		good + "#part":                 "",
		moved("/near", "/good"):        "",
		moved("/twice", "/near"):       "",
		long:                           "",
		moved("/in", secret):           "address",
		moved("/plain", "http://x.y/"): "scheme",
		moved("/own", w.url("own.example", "/people")):                 "own",
		moved("/port", "https://blog.example:25/"):                     "port",
		moved("/odd", "https://[::1]/"):                                "host",
		w.url("blog.example", "/chain0"):                               "redirect",
		moved("/round", "/round"):                                      "redirect",
		answer("blog.example", "/film", "video/mp4", "…"):              "type",
		answer("blog.example", "/none", "", "words without a type"):    "type",
		answer("blog.example", "/data", "application/json", `{"a":1}`): "type",
		w.url("blog.example", "/absent"):                               "http_404",
	} {
		p, err := w.fetcher.Page(t.Context(), address)
		switch {
		case reason == "" && err != nil, reason != "" && (err == nil || verifier.Reason(err) != reason):
			t.Errorf("%s: got %v, want %q", address, err, reason)
		case reason == "" && (len(p.Body) == 0 || len(p.Body) > 2<<20 || p.Cut != (address == long) || !p.At.Equal(w.now())):
			t.Errorf("%s: %d bytes, cut %t, at %s", address, len(p.Body), p.Cut, p.At)
		}
	}
	if p, err := w.fetcher.Page(t.Context(), w.url("blog.example", "/twice")); err != nil || p.Address != good {
		t.Errorf("where it was found: %s, %v", p.Address, err)
	}
}

// TestCredentialsThatSomebodyLinkedTo: a host that has the document is asked
// for it by name; what is neither a credential nor a page of one is not read.
func TestCredentialsThatSomebodyLinkedTo(t *testing.T) {
	t.Parallel()
	w := newWeb(t, "")
	both := w.url("badges.example", "/b/1")
	w.handle(both, func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("Accept"), "application/vc+jwt") {
			rw.Header().Set("Content-Type", "application/vc+jwt")
			_, _ = rw.Write([]byte("a.b.c"))
			return
		}
		rw.Header().Set("Content-Type", "text/html")
		_, _ = rw.Write([]byte("<p>a badge"))
	})
	script := w.url("badges.example", "/script")
	w.handle(script, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/javascript")
		_, _ = rw.Write([]byte("alert(1)"))
	})
	if p, err := w.fetcher.Credential(t.Context(), both); err != nil || string(p.Body) != "a.b.c" {
		t.Errorf("asked for a credential: %q, %v", p.Body, err)
	}
	if p, err := w.fetcher.Page(t.Context(), both); err != nil || string(p.Body) != "<p>a badge" {
		t.Errorf("asked for a page: %q, %v", p.Body, err)
	}
	if _, err := w.fetcher.Credential(t.Context(), script); verifier.Reason(err) != "type" {
		t.Errorf("a script: %v", err)
	}
	w.fetcher.Close()
	if _, err := w.fetcher.Credential(t.Context(), both); err == nil {
		t.Error("it was read after the end")
	}
}
