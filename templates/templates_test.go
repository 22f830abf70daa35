package templates_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"laurel/internal/testkit"
	"laurel/templates"
)

func parse(t *testing.T) *templates.Set {
	t.Helper()
	s, err := templates.Parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func render(t *testing.T, s *templates.Set, page string, view templates.View) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Render(&b, page, view); err != nil {
		t.Fatal(err)
	}
	if i := strings.Index(b.String(), "⟦"); i >= 0 {
		t.Errorf("%s: a message is missing: %.60s", page, b.String()[i:])
	}
	return b.String()
}

// samples are the pages of this package by the address where TestLook shows them.
func samples() map[string]struct {
	page string
	view templates.View
} {
	type sample = struct {
		page string
		view templates.View
	}
	all := map[string]sample{
		"styleguide": {"styleguide", styleguide()},
		"paper":      {"verify_result", paper(diploma())},
		"paper-long": {"verify_result", paper(longest())},
		"landing":    {"landing", templates.Landing{Base: templates.Base{Title: "Laurel", Path: "/"}}},
	}
	for _, v := range verdicts() {
		all[v.Outcome] = sample{"verify_result", verifyResult(v)}
	}
	return all
}

func TestPagesAreSound(t *testing.T) {
	t.Parallel()
	s := parse(t)
	for name, c := range samples() {
		testkit.Page(t, render(t, s, c.page, c.view), testkit.In("html", testkit.HasAttr("lang", "en")))
		if t.Failed() {
			t.Fatalf("on the page %s", name)
		}
	}
}

func TestVerdictPages(t *testing.T) {
	t.Parallel()
	s := parse(t)
	seals := map[string]string{
		"valid": "genuine", "revoked": "stop", "invalid": "stop", "undetermined": "unknown", "anything else": "unknown",
		"suspended": "attention", "superseded": "attention", "expired": "attention", "not-yet-valid": "attention", "unrecognised-issuer": "attention",
	}
	drawn := map[string]string{}
	for _, v := range append(verdicts(), templates.Verdict{Outcome: "anything else", Headline: "?"}) {
		body := render(t, s, "verify_result", verifyResult(v))
		testkit.Page(
			t, body,
			testkit.In("section.verdict h1", testkit.HasText(v.Headline)),
			testkit.In("section.verdict svg.seal-"+seals[v.Outcome]),
			testkit.In("main", testkit.HasText(v.Sentence)),
			testkit.NotIn("nav"),
		)
		if seals[v.Outcome] != "genuine" {
			testkit.Page(t, body, testkit.NotIn(".verdict .seal-genuine"), testkit.NotIn(".paper"))
		}
		_, svg, _ := strings.Cut(body, `<svg class="seal`)
		svg, _, _ = strings.Cut(svg, "</svg>")
		if other, same := drawn[svg]; same && v.Outcome != "anything else" {
			t.Errorf("%s and %s have the same seal", v.Outcome, other)
		}
		drawn[svg] = v.Outcome
		if len(body) > 30<<10 {
			t.Errorf("%s: %d bytes of HTML", v.Outcome, len(body))
		}
	}
	// Who says so is not known: no paper, and the facts are claims.
	claimed := verifyResult(verdicts()[0])
	claimed.Confirmed = false
	testkit.Page(
		t, render(t, s, "verify_result", claimed),
		testkit.In("#facts", testkit.HasText("claims")), testkit.NotIn(".paper"), testkit.NotIn("#reading"),
	)
}

// A reader on a phone gets the page, the stylesheet and the script in under 50 kB.
func TestPublicPageIsSmall(t *testing.T) {
	t.Parallel()
	s := parse(t)
	total := len(render(t, s, "verify_result", verifyResult(verdicts()[0])))
	for _, name := range []string{"style.css", "laurel.js", "laurel.svg"} {
		r := httptest.NewRequest(http.MethodGet, s.Asset(name), nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		s.Static().ServeHTTP(w, r)
		total += w.Body.Len()
	}
	if total > 50_000 {
		t.Errorf("%d bytes", total)
	}
}

func TestStatic(t *testing.T) {
	t.Parallel()
	s := parse(t)
	path := s.Asset("style.css")
	if !strings.HasPrefix(path, "/static/style.") || s.Asset("none.css") != "" {
		t.Fatalf("got %q", path)
	}
	for name, c := range map[string]struct {
		path, encoding string
		status         int
	}{
		"plain":   {path, "", http.StatusOK},
		"gzip":    {path, "gzip", http.StatusOK},
		"no hash": {"/static/style.css", "", http.StatusNotFound},
		"outside": {"/static/../templates.go", "", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, c.path, nil)
			r.Header.Set("Accept-Encoding", c.encoding)
			w := httptest.NewRecorder()
			s.Static().ServeHTTP(w, r)
			if w.Code != c.status {
				t.Fatalf("got %d, want %d", w.Code, c.status)
			}
			if c.status != http.StatusOK {
				return
			}
			if got := w.Header().Get("Content-Encoding"); got != c.encoding {
				t.Errorf("got encoding %q, want %q", got, c.encoding)
			}
			if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
				t.Errorf("got Cache-Control %q", got)
			}
		})
	}
}

// TestLook writes the sample pages to the folder named by LAUREL_LOOK, for the
// eye: serve it with any file server and take pictures with .ci/browser/shot.mjs.
func TestLook(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("LAUREL_LOOK")
	if dir == "" {
		t.Skip("LAUREL_LOOK names no folder")
	}
	s := parse(t)
	files := map[string]string{"qr.svg": sampleQR}
	for name, c := range samples() {
		files[name+".html"] = render(t, s, c.page, c.view)
	}
	for _, name := range []string{"style.css", "laurel.js", "laurel.svg"} {
		w := httptest.NewRecorder()
		s.Static().ServeHTTP(w, httptest.NewRequest(http.MethodGet, s.Asset(name), nil))
		files[s.Asset(name)] = w.Body.String()
	}
	for name, body := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// sampleQR only looks like a code.
const sampleQR = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h9v9H0z"/><path d="M0 0h3v3H0zM6 0h3v3H6zM0 6h3v3H0zM4 0h1v2H4zM4 4h2v1H4zM7 4h1v2H7zM0 4h2v1H0zM4 7h1v2H4zM6 6h1v1H6zM8 8h1v1H8z"/></svg>`
