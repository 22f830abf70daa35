package api

import (
	"testing"

	"laurel/internal/testkit"
)

// signInSteps lead a window of its own to a page behind sign-in.
func signInSteps(as, login, to string) []testkit.Step {
	return []testkit.Step{
		{As: as, Do: "goto", URL: "/sign-in?next=" + to},
		{As: as, Do: "fill", In: "[name=login]", Value: login},
		{As: as, Do: "fill", In: "[name=password]", Value: testPassword},
		{As: as, Do: "press", In: "[name=password]", Key: "Enter"},
		{As: as, Do: "url", Value: to},
	}
}

// A learner hands in two pieces, a teacher judges them by the keyboard and
// confirms what is proposed, and the learner's page of what is left changes.
// axe finds nothing serious on the way.
func TestLearningInTheBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := testkit.OpenBrowser(t, w.server.URL)
	w.ok(w.reg.AddPhrase(t.Context(), w.actor("teacher"), "Say how you know."))
	first := "/judge/" + w.evidence(t, w.as("learner"), "Stock survey")
	second := "/judge/" + w.evidence(t, w.as("learner"), "Bridge test")
	steps := signInSteps("learner", "learner", "/evidence/new")
	steps = append(steps, testkit.Step{As: "learner", Do: "axe"})
	steps = append(steps, signInSteps("teacher", "teacher", "/queue")...)
	teacher := func(s testkit.Step) testkit.Step { s.As = "teacher"; return s }
	for _, s := range []testkit.Step{
		{Do: "axe"},
		{Do: "click", In: "main .actions a"},
		{Do: "url", Value: first},
		{Do: "axe"},
		{Do: "press", Key: "3"},
		{Do: "count", In: "input:checked", N: 1},
		{Do: "press", Key: "f"},
		{Do: "press", Key: "1"},
		{Do: "eval", Value: "if (document.activeElement.value !== 'Say how you know.') throw new Error('no phrase in ' + document.activeElement.outerHTML)"},
		{Do: "click", In: ".judge form button.primary"},
		{Do: "expect", In: ".flash", Text: "is kept"},
		{Do: "expect", In: "#proposals", Text: "Developing"},
		{Do: "press", Key: "n"},
		{Do: "url", Value: second},
		{Do: "press", Key: "4"},
		{Do: "click", In: ".judge form button"},
		{Do: "expect", In: "#proposals", Text: "2 different tasks at 3 or more"},
		{Do: "axe"},
		{Do: "click", In: "#proposals button.primary"},
		{Do: "expect", In: ".flash", Text: "counts now"},
		{Do: "goto", URL: "/learners"},
		{Do: "axe"},
		{Do: "click", In: ".person-name a"},
		{Do: "axe"},
		{Do: "goto", URL: "/policies"},
		{Do: "click", In: "main .queue a"},
		{Do: "axe"},
	} {
		steps = append(steps, teacher(s))
	}
	steps = append(steps,
		testkit.Step{As: "learner", Do: "goto", URL: "/requirements"},
		testkit.Step{As: "learner", Do: "expect", In: ".rings", Text: "1 of 4 shown"},
		testkit.Step{As: "learner", Do: "axe"},
	)
	for _, r := range b.Walk(steps...) {
		if r.Do == "axe" {
			b.NoSerious(r.URL, r)
		}
	}
}
