package api

import (
	"net/http"
	"strings"
	"testing"

	"laurel/internal/testkit"
)

// A teacher's words are saved while they write; a browser that dies loses none.
func TestDraftSavesItself(t *testing.T) {
	t.Parallel()
	w := newWorkbench(t)
	b := testkit.OpenBrowser(t, w.public)
	at := w.as("zz-applicant").begin()
	words := strings.Repeat("word ", 40)
	in := func(steps ...testkit.Step) []testkit.StepResult {
		first := []testkit.Step{
			{Do: "goto", URL: "/sign-in?next=" + at},
			{Do: "fill", In: "[name=login]", Value: "zz-applicant"},
			{Do: "fill", In: "[name=password]", Value: testPassword},
			{Do: "click", In: "main form button"},
			{Do: "url", Value: at},
		}
		return b.Walk(append(first, steps...)...)
	}
	field := "textarea[name='texts[part-3-1]']"
	in(
		testkit.Step{Do: "fill", In: field, Value: "first"}, testkit.Step{Do: "expect", In: "[data-autosave-state]", Text: "Saved"},
		testkit.Step{Do: "fill", In: field, Value: words}, testkit.Step{Do: "expect", In: ".words-off", Text: "40"},
		testkit.Step{Do: "check", In: "[name=consent]"}, testkit.Step{Do: "wait", Value: "1500"},
	)
	results := in(
		testkit.Step{Do: "eval", Value: "document.querySelector(\"" + field + "\").value.length"},
		testkit.Step{Do: "count", In: "[name=consent]:checked", N: 1},
		testkit.Step{Do: "axe"},
	)
	for _, r := range results {
		switch {
		case r.Do == "eval" && r.String() != "200":
			t.Errorf("after the crash %s characters are left, want 200", r.String())
		case r.Do == "axe":
			b.NoSerious(at, r)
		}
	}
}

// Assessors get along with the keyboard alone, and axe finds nothing serious.
func TestReviewByKeyboard(t *testing.T) {
	t.Parallel()
	w := newWorkbench(t)
	b := testkit.OpenBrowser(t, w.public)
	handedIn(t, w)
	_, reviews := w.readers()
	login := ""
	for _, key := range []string{"assessor-1", "assessor-2", "assessor-3"} {
		if res, _ := w.as(key).get(reviews[0]); res.StatusCode == http.StatusOK {
			login = key
		}
	}
	results := b.Walk(
		testkit.Step{Do: "goto", URL: "/catalogue/performance-tasks"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "goto", URL: "/sign-in?next=" + reviews[0]}, testkit.Step{Do: "fill", In: "[name=login]", Value: login},
		testkit.Step{Do: "fill", In: "[name=password]", Value: testPassword}, testkit.Step{Do: "press", In: "[name=password]", Key: "Enter"},
		testkit.Step{Do: "url", Value: reviews[0]}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "press", Key: "2"}, testkit.Step{Do: "press", Key: "Tab"}, testkit.Step{Do: "press", Key: "Tab"},
		testkit.Step{Do: "press", Key: "3"}, testkit.Step{Do: "press", Key: "Tab"}, testkit.Step{Do: "press", Key: "Tab"},
		testkit.Step{Do: "press", Key: "3"}, testkit.Step{Do: "press", Key: "Tab"}, testkit.Step{Do: "press", Key: "Tab"},
		testkit.Step{Do: "press", Key: "2"}, testkit.Step{Do: "count", In: "input:checked", N: 4},
		testkit.Step{Do: "press", Key: "Tab"}, testkit.Step{Do: "press", Key: "Tab"}, testkit.Step{Do: "press", Key: "Enter"},
		testkit.Step{Do: "url", Value: "/reviews"}, testkit.Step{Do: "expect", Text: "Submitted and locked"}, testkit.Step{Do: "axe"},
	)
	for _, r := range results {
		if r.Do == "axe" {
			b.NoSerious(r.URL, r)
		}
	}
}
