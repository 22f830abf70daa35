package api

import (
	"testing"

	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

// A learner asks on a phone, a supervisor answers on another one without script
// or account, and the learner reads what was said (domain §6: external attester).
func TestAttestationInTheBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	evidence, request, link := w.askOutside(t, registrar.AttestationInput{Name: "Jo Harlow", Organisation: "Harlow Marine", Hours: 120, Mail: "jo@harlow.example"})
	phone := testkit.OpenBrowser(t, w.server.URL)
	phone.Width = 390
	steps := signInSteps("learner", "learner", "/evidence/"+evidence)
	learner := func(s testkit.Step) testkit.Step { s.As = "learner"; return s }
	for _, s := range []testkit.Step{
		{Do: "expect", In: "#confirmations", Text: "Waiting"},
		{Do: "axe"},
		{Do: "click", In: ".confirmation a"},
		{Do: "url", Value: "/attestations/" + request},
		{Do: "expect", In: ".handover-link", Text: link},
		{Do: "axe"},
		{Do: "goto", URL: "/evidence/" + evidence + "/attestations/new"},
		{Do: "axe"},
		{Do: "fill", In: "[name=name]", Value: "Bo Reed"},
		{Do: "fill", In: "[name=statement]", Value: "She taught it to two others."},
		{Do: "click", In: "main form button"},
		{Do: "expect", In: ".handover-code img"},
		{Do: "axe"},
	} {
		steps = append(steps, learner(s))
	}
	for _, r := range phone.Walk(steps...) {
		if r.Do == "axe" {
			phone.NoSerious(r.URL, r)
		}
	}
	jo := testkit.OpenBrowser(t, w.server.URL)
	jo.Width, jo.NoScript = 390, true
	jo.Walk(
		testkit.Step{Do: "goto", URL: link},
		testkit.Step{Do: "expect", In: "h1", Text: "asks for your word"},
		testkit.Step{Do: "check", In: "[value=correct]"},
		testkit.Step{Do: "fill", In: "[name=hours]", Value: "96"},
		testkit.Step{Do: "fill", In: "[name=role]", Value: "Supervisor"},
		testkit.Step{Do: "click", In: "main form button"},
		testkit.Step{Do: "expect", In: "h1", Text: "Thank you"},
		testkit.Step{Do: "goto", URL: link},
		testkit.Step{Do: "expect", In: "h1", Text: "has been answered"},
	)
	desk := testkit.OpenBrowser(t, w.server.URL)
	desk.Axe(link)
	steps = signInSteps("teacher", "teacher", "/evidence/"+evidence)
	steps = append(steps, testkit.Step{As: "teacher", Do: "expect", In: "#confirmations", Text: "96 hours instead of 120"}, testkit.Step{As: "teacher", Do: "axe"})
	for _, r := range desk.Walk(steps...) {
		if r.Do == "axe" {
			desk.NoSerious(r.URL, r)
		}
	}
}
