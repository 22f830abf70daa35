package api

import (
	"context"
	"errors"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/internal/testkit"
	"laurel/verifier"
)

// pagesThatAre stands in for the network: these pages, and no others.
type pagesThatAre map[string]verifier.Page

func (p pagesThatAre) Page(_ context.Context, address string) (verifier.Page, error) {
	page, ok := p[address]
	if !ok {
		return page, errors.New("no such page")
	}
	return page, nil
}

func (p pagesThatAre) Credential(ctx context.Context, address string) (verifier.Page, error) {
	return p.Page(ctx, address)
}

// taps counts the steps of a walk for which a thumb touches the screen.
func taps(steps []testkit.Step) (n int) {
	for _, s := range steps {
		switch s.Do {
		case "click", "check", "select", "upload", "fill":
			n++
		}
	}
	return n
}

// A file is handed in from the learner's home with five taps on a phone, and
// what is typed is kept within two seconds (domain §6).
func TestEvidenceTakesFiveTaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone := testkit.OpenBrowser(t, w.server.URL)
	phone.Width = 390
	hand := []testkit.Step{
		{Do: "click", In: "a[href='/evidence/new']"},
		{Do: "upload", In: "#f-files", Files: []testkit.StepUpload{{Name: "bridge.txt", Type: "text/plain", Text: "41 kilograms"}}},
		{Do: "check", In: "[name=indicators]"},
		{Do: "fill", In: "#f-reflection", Value: "The weak joint showed in the drawing. I trusted it too late."},
		{Do: "click", In: "main form .primary"},
	}
	if n := taps(hand); n > 5 {
		t.Errorf("%d taps", n)
	}
	steps := append(signInSteps("phone", "learner", "/"), inOneWindow([]testkit.Step{{Do: "axe"}}, hand, []testkit.Step{
		{Do: "expect", In: "h1", Text: "The weak joint showed in the drawing"},
		{Do: "expect", In: "main", Text: "Handed in"},
		{Do: "axe"},
		{Do: "goto", URL: "/evidence/new"},
		{Do: "axe"},
		{Do: "fill", In: "#f-reflection", Value: "Half a thought"},
		{Do: "wait", Value: "2000"},
		{Do: "text", In: "[data-autosave-state]"},
	})...)
	for _, r := range phone.Walk(steps...) {
		switch r.Do {
		case "axe":
			phone.NoSerious(r.URL, r)
		case "text":
			if string(r.Value) != `"Saved"` {
				t.Errorf("two seconds after typing: %s", r.Value)
			}
		}
	}
}

// A thought, a group, a link with what it showed, publishing, a credential from
// elsewhere and a doubt, on a phone and on a desk; axe finds nothing serious.
func TestEvidenceLifeInTheBrowser(t *testing.T) {
	t.Parallel()
	for name, width := range map[string]int{"phone": 390, "desk": 1280} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.reg.Pages = pagesThatAre{"https://blog.example/survey": {
				Address: "https://blog.example/survey", ContentType: "text/html", Body: []byte("<title>My survey</title><p>Forty people answered"),
			}}
			badge := w.issued("learner", "audit-1").Page
			browser := testkit.OpenBrowser(t, w.server.URL)
			browser.Width = width
			browser.Forgiven = []string{"status of 422"} // two forms are refused on the way
			for _, r := range browser.Walk(lifeSteps(w, t, badge)...) {
				if r.Do == "axe" {
					browser.NoSerious(r.URL, r)
				}
			}
		})
	}
}

// lifeSteps is the walk of [TestEvidenceLifeInTheBrowser].
func lifeSteps(w *world, t *testing.T, badge string) []testkit.Step {
	t.Helper()
	learner := w.as("learner")
	res, body := learner.json(post, "/v1/evidence", map[string]any{
		"title": "Survey", "reflection": "It shows it", "indicators": []string{"MATH.3"}, "context": "mathematics",
		"links": []string{"https://blog.example/survey"}, "submit": true,
	})
	at := res.Header.Get("Location")
	if at == "" {
		t.Fatalf("adding evidence: %s %s", res.Status, body)
	}
	at = at[len("/v1"):]
	w.ok(w.reg.CopyLinks(t.Context(), w.orgs["district"], competency.EvidenceID(strings.TrimPrefix(at, "/evidence/"))))
	by := func(as string, steps ...testkit.Step) (all []testkit.Step) {
		for _, s := range steps {
			s.As = as
			all = append(all, s)
		}
		return all
	}
	open := func(what string) testkit.Step {
		return testkit.Step{Do: "click", In: "summary:has-text('" + what + "')"}
	}
	walk := append(signInSteps("learner", "learner", at), by("learner",
		testkit.Step{Do: "expect", In: ".downloads", Text: "My survey"},
		open("It showed on"), testkit.Step{Do: "expect", In: ".downloads", Text: "Forty people answered"},
		open("Add a thought"), testkit.Step{Do: "fill", In: "#f-text", Value: "I would ask more people"}, testkit.Step{Do: "click", In: "form[action$=reflections] button"},
		testkit.Step{Do: "expect", In: "ol", Text: "I would ask more people"},
		open("We made it together"), testkit.Step{Do: "fill", In: "#f-person", Value: "Used other-learner"}, testkit.Step{Do: "click", In: "form[action$=members] button"},
		testkit.Step{Do: "expect", In: ".people", Text: "Used other-learner"},
		open("Publish it"), testkit.Step{Do: "axe"},
		testkit.Step{Do: "click", In: "form[action$=publication] button"},
		testkit.Step{Do: "count", In: "details[open] .field-wrong", N: 3}, testkit.Step{Do: "axe"},
	)...)
	for _, key := range []string{"consent", "deidentified", "mine"} {
		walk = append(walk, by("learner", testkit.Step{Do: "check", In: "[name='answers[" + key + "]']"})...)
	}
	walk = append(walk, by("learner",
		testkit.Step{Do: "click", In: "form[action$=publication] button"},
		testkit.Step{Do: "count", In: ".checklist li", N: 3}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "click", In: "a[href*='/shown/']"}, testkit.Step{Do: "expect", In: "h1", Text: "Survey"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "goto", URL: "/outside-credentials"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "fill", In: "#f-address", Value: "https://nowhere.example/"}, testkit.Step{Do: "click", In: "main form .primary"},
		testkit.Step{Do: "expect", In: ".field-wrong", Text: "could not be read"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "fill", In: "#f-address", Value: badge}, testkit.Step{Do: "click", In: "main form .primary"},
		testkit.Step{Do: "expect", In: "h1", Text: "evidence"}, testkit.Step{Do: "axe"},
	)...)
	walk = append(walk, signInSteps("other", "other-learner", "/evidence")...)
	walk = append(walk, by("other",
		testkit.Step{Do: "expect", In: "#invitations", Text: "Survey"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "click", In: "#invitations .primary"}, testkit.Step{Do: "expect", In: "main form", Text: ""}, testkit.Step{Do: "axe"},
	)...)
	return append(walk, w.doubtSteps(t, at, by)...)
}

// doubtSteps judge the work, doubt it, and have a second person decide.
func (w *world) doubtSteps(t *testing.T, at string, by func(string, ...testkit.Step) []testkit.Step) []testkit.Step {
	t.Helper()
	score := map[string]any{"scores": []any{map[string]any{"indicator": "MATH.3", "level": 3, "feedback": ""}}}
	w.as("teacher").told(post, "/v1"+at+"/scores", score, 200)
	walk := append(signInSteps("teacher", "teacher", at), by("teacher",
		testkit.Step{Do: "axe"},
		testkit.Step{Do: "click", In: "details:has([name=reason]) summary"}, testkit.Step{Do: "fill", In: "#f-reason", Value: "Two pieces have the same tables."},
		testkit.Step{Do: "click", In: "form[action$=disputes] button"},
		testkit.Step{Do: "expect", In: "#dispute", Text: "Two pieces have the same tables."}, testkit.Step{Do: "axe"},
	)...)
	walk = append(walk, signInSteps("principal", "principal", at)...)
	return append(walk, by("principal",
		testkit.Step{Do: "fill", In: "#f-words", Value: "Both were heard; it is not theirs."}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "click", In: "#dispute .danger"}, testkit.Step{Do: "expect", In: "main", Text: "set aside"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "goto", URL: "/review-tasks"}, testkit.Step{Do: "axe"},
	)...)
}
