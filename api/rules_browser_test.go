package api

import (
	"testing"

	"laurel/internal/testkit"
)

// A policy is written while the check looks over the shoulder, the learner
// supposes what might be shown, and an exception is proposed; axe finds nothing
// serious on the way.
func TestRulesInTheBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := testkit.OpenBrowser(t, w.server.URL)
	learner := "/learners/" + string(w.people["learner"])
	in := func(as string, steps ...testkit.Step) (all []testkit.Step) {
		for _, s := range steps {
			s.As = as
			all = append(all, s)
		}
		return all
	}
	steps := signInSteps("principal", "principal", "/policy-drafts/new")
	steps = append(steps, in(
		"principal",
		testkit.Step{Do: "axe"},
		testkit.Step{Do: "click", In: ".offers button"},
		testkit.Step{Do: "expect", In: "#check", Text: "Nothing stands in the way"},
		testkit.Step{Do: "axe"},
		testkit.Step{Do: "fill", In: "#f-text", Value: "policy: p\nversion: x\n"},
		testkit.Step{Do: "expect", In: "[data-autosave-state]", Text: "Saved"},
		testkit.Step{Do: "expect", In: "#check", Text: "Line 2"},
		testkit.Step{Do: "axe"},
		testkit.Step{Do: "goto", URL: "/exceptions"}, testkit.Step{Do: "axe"},
	)...)
	steps = append(steps, signInSteps("learner", "learner", "/requirements")...)
	steps = append(steps, in(
		"learner",
		testkit.Step{Do: "goto", URL: learner + "/what-if"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "check", In: "input[name=shown]"},
		testkit.Step{Do: "click", In: "main form button.primary"},
		testkit.Step{Do: "expect", In: ".flash", Text: "Then"},
		testkit.Step{Do: "goto", URL: learner + "/entries"}, testkit.Step{Do: "axe"},
	)...)
	steps = append(steps, signInSteps("registrar", "registrar", "/courses")...)
	steps = append(steps, in(
		"registrar",
		testkit.Step{Do: "axe"},
		testkit.Step{Do: "goto", URL: "/entries"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "goto", URL: learner + "/entries"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "goto", URL: learner + "/exceptions"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "goto", URL: learner + "/audit"}, testkit.Step{Do: "expect", In: "main", Text: "What the diploma asks for"}, testkit.Step{Do: "axe"},
		testkit.Step{Do: "goto", URL: "/policies"}, testkit.Step{Do: "axe"},
	)...)
	for _, r := range b.Walk(steps...) {
		if r.Do == "axe" {
			b.NoSerious(r.URL, r)
		}
	}
}
