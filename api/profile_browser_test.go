package api

import (
	"testing"

	"laurel/internal/testkit"
)

// A principal writes the school's profile, looks at it and saves it, and a
// reader finds it; axe finds nothing serious on the way.
func TestProfileInABrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	walkProfile(t, testkit.OpenBrowser(t, w.public), true)
}

// The same on a phone, without script.
func TestProfileOnAPhoneWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := testkit.OpenBrowser(t, w.public)
	b.Width, b.NoScript = 390, true
	walkProfile(t, b, false)
}

// walkProfile takes the way; axe itself needs script.
func walkProfile(t *testing.T, b *testkit.Browser, axe bool) {
	t.Helper()
	look := func(s ...testkit.Step) []testkit.Step {
		if axe {
			s = append(
				s, testkit.Step{Do: "axe"}, testkit.Step{Do: "view", Width: 390, Height: 800},
				testkit.Step{Do: "eval", Value: "document.documentElement.scrollWidth"}, testkit.Step{Do: "axe"},
				testkit.Step{Do: "view", Width: 1280, Height: 900},
			)
		}
		return s
	}
	steps := []testkit.Step{
		{Do: "goto", URL: "/sign-in?next=" + schoolDesk},
		{Do: "fill", In: "[name=login]", Value: "principal"},
		{Do: "fill", In: "[name=password]", Value: testPassword},
		{Do: "press", In: "[name=password]", Key: "Enter"},
		{Do: "url", Value: schoolDesk},
	}
	steps = append(steps, look(testkit.Step{Do: "expect", In: ".empty", Text: "Here will stand"})...)
	steps = append(steps, testkit.Step{Do: "click", In: ".empty a"}, testkit.Step{Do: "url", Value: schoolDesk + "/edit"})
	steps = append(steps, look(testkit.Step{Do: "fill", In: "textarea[name='sections[rigor]']", Value: "Work that matters."})...)
	steps = append(
		steps,
		testkit.Step{Do: "fill", In: "textarea[name='legend[2].text']", Value: "Alone, in a new task."},
		testkit.Step{Do: "fill", In: "[name='signatories[0].name']", Value: "Joan Adams"},
		testkit.Step{Do: "fill", In: "[name='signatories[0].title']", Value: "Principal"},
		testkit.Step{Do: "click", In: "button[value=preview]"}, testkit.Step{Do: "expect", In: "#preview", Text: "not saved yet"},
	)
	steps = append(steps, look(testkit.Step{Do: "expect", In: ".paper-legend", Text: "Alone, in a new task"})...)
	steps = append(steps, testkit.Step{Do: "click", In: "button[value=save]"}, testkit.Step{Do: "url", Value: schoolDesk})
	steps = append(steps, look(testkit.Step{Do: "expect", In: ".flash", Text: "Version 1 is saved"})...)
	steps = append(steps, testkit.Step{Do: "goto", URL: "/schools/school-of-willow-brook"})
	steps = append(steps, look(testkit.Step{Do: "expect", In: ".reading-text", Text: "Work that matters."})...)
	for _, r := range b.Walk(steps...) {
		switch {
		case r.Do == "axe":
			b.NoSerious(r.URL, r)
		case r.Do == "eval" && r.String() != "390":
			t.Errorf("%s is %s points wide on a phone", r.URL, r.String())
		}
	}
}
