package templates_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"laurel/internal/testkit"
	"laurel/templates"
)

// policy is the Content-Security-Policy under which pages must work.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// host shows the sample pages and keeps what is sent to it.
type host struct {
	set    *templates.Set
	mu     sync.Mutex
	drafts []string
}

func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", policy)
	switch {
	case strings.HasPrefix(r.URL.Path, "/static/"):
		h.set.Static().ServeHTTP(w, r)
	case r.URL.Path == "/qr.svg":
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = io.WriteString(w, sampleQR)
	case r.Method == http.MethodPost:
		_ = r.ParseMultipartForm(1 << 20)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.drafts = append(h.drafts, r.URL.Path+" "+r.PostForm.Get("title"))
		if r.URL.Path == "/styleguide" {
			http.Redirect(w, r, "/landing", http.StatusSeeOther)
		}
	case r.URL.Path == "/progress":
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"done":206,"total":206,"failed":3,"state":"done"}`)
	default:
		c, ok := samples()[strings.TrimPrefix(r.URL.Path, "/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		view := c.view
		if s, ok := view.(templates.Styleguide); ok && r.URL.Query().Has("running") {
			s.Progress.State, s.Problems = "running", nil
			view = s
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = h.set.Render(w, c.page, view)
	}
}

func TestInBrowser(t *testing.T) {
	t.Parallel()
	h := &host{set: parse(t)}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	b := testkit.OpenBrowser(t, srv.URL)

	// 1. No page runs over a phone's edge, breaks the policy or stops someone
	// who listens to it, by day or at night.
	var steps []testkit.Step
	var names []string
	for name := range samples() {
		for _, dark := range []bool{false, true} {
			names = append(names, name)
			steps = append(
				steps,
				testkit.Step{Do: "dark", On: dark},
				testkit.Step{Do: "view", Width: 390},
				testkit.Step{Do: "goto", URL: "/" + name},
				testkit.Step{Do: "eval", Value: "String(document.documentElement.scrollWidth)"},
				testkit.Step{Do: "view", Width: 1280},
				testkit.Step{Do: "axe"},
			)
		}
	}
	for i, r := range b.Walk(steps...) {
		switch name := names[i/6]; r.Do {
		case "eval":
			if r.String() != "390" {
				t.Errorf("%s is %s pixels wide on a phone", name, r)
			}
		case "axe":
			b.NoSerious(name, r)
		}
	}

	// 2. A document alone is one sheet, whatever the paper and the name.
	for _, r := range b.Walk(
		testkit.Step{Do: "goto", URL: "/paper"}, testkit.Step{Do: "pdf"}, testkit.Step{Do: "pdf", Letter: true},
		testkit.Step{Do: "goto", URL: "/paper-long"}, testkit.Step{Do: "pdf"}, testkit.Step{Do: "pdf", Letter: true},
	) {
		if got := r.String(); r.Do == "pdf" && got != `["843x596"]` && got != `["792x612"]` {
			t.Errorf("got sheets %s", got)
		}
	}

	// 3. The script's comforts.
	b.Walk(
		testkit.Step{Do: "goto", URL: "/styleguide?running"},
		testkit.Step{Do: "expect", In: "[data-progress]", Text: "Done."},
		testkit.Step{Do: "expect", In: "[data-failed]", Text: "3"},
		testkit.Step{Do: "fill", In: "#f-context", Value: "one two  three"},
		testkit.Step{Do: "expect", In: ".words-now", Text: "3 so far"},
		testkit.Step{Do: "click", In: "h1"},
		testkit.Step{Do: "press", Key: "4"},
		testkit.Step{Do: "count", In: "#f-level-3:checked", N: 1},
		testkit.Step{Do: "press", Key: "?"},
		testkit.Step{Do: "count", In: ".keys[open]", N: 1},
		testkit.Step{Do: "fill", In: "#f-title", Value: "Kept"},
		testkit.Step{Do: "expect", In: "[data-autosave-state]", Text: "Saved"},
		testkit.Step{Do: "eval", Value: "String(localStorage.length)"},
	)
	// 4. A lost connection loses no word.
	results := b.Walk(
		testkit.Step{Do: "goto", URL: "/styleguide?running"},
		testkit.Step{Do: "eval", Value: "localStorage.setItem('draft:/styleguide/draft', 'title=Brought+back')"},
		testkit.Step{Do: "goto", URL: "/styleguide?running"},
		testkit.Step{Do: "expect", In: "[data-autosave-state]", Text: "brought back"},
		testkit.Step{Do: "expect", In: "[data-autosave-state]", Text: "Saved"},
		testkit.Step{Do: "eval", Value: "document.querySelector('#f-title').value + localStorage.length"},
	)
	if got := results[len(results)-1].String(); got != "Brought back0" {
		t.Errorf("got %q", got)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if want := "/styleguide/draft Kept"; !strings.Contains(strings.Join(h.drafts, "\n"), want) {
		t.Errorf("got %q, want %q", h.drafts, want)
	}
}
