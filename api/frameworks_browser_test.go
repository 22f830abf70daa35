package api

import (
	"strings"
	"testing"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

// A district's lead changes an item, moves it by the keyboard alone, takes a
// step back, publishes, writes a rubric, aligns the framework; a learner looks
// by profile domain. Each at a desk and on a phone; axe finds nothing serious.
func TestFrameworksInTheBrowser(t *testing.T) {
	t.Parallel()
	for name, width := range map[string]int{"desk": 1280, "phone": 390} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := testkit.OpenBrowser(t, w.server.URL)
			b.Width = width
			profile, err := w.reg.ImportFrameworkFile(t.Context(), w.actor("lead"), registrar.Once{}, registrar.FrameworkIn{Name: "Profile", Reference: true}, strings.NewReader(profileCSV))
			w.ok(err)
			v, err := w.reg.Framework(t.Context(), profile)
			w.ok(err)
			ours := w.ours()
			w.ok(w.reg.Align(t.Context(), w.actor("lead"), ours, registrar.NewAlignments{Items: []string{"MATH"}, Kind: competency.IsPartOf, Target: string(v.Items[0].ID)}))
			at := "/frameworks/" + string(ours)
			draft, err := w.reg.StartDraft(t.Context(), w.actor("lead"), registrar.Once{}, registrar.NewDraft{Follows: string(ours)})
			w.ok(err)
			item := "/framework-drafts/" + string(draft) + "?at=MATH.3"
			steps := signInSteps("lead", "lead", "/frameworks")
			for _, s := range []testkit.Step{
				{Do: "axe"},
				{Do: "goto", URL: "/frameworks/new"},
				{Do: "axe"},
				{Do: "goto", URL: at},
				{Do: "axe"},
				{Do: "goto", URL: item},
				{Do: "fill", In: "[name=text]", Value: "Reason from data with care"},
				{Do: "expect", In: "[data-autosave-state]", Text: "Saved"},
				{Do: "axe"},
				{Do: "press", In: "form:has([value=up]) button", Key: "Enter"},
				{Do: "expect", In: ".flash", Text: "MATH.3 moved up"},
				{Do: "expect", In: ".outline li:nth-child(8)", Text: "Reason from data with care"},
				{Do: "press", In: "form:has([value=undo]) button", Key: "Enter"},
				{Do: "expect", In: ".flash", Text: "taken back"},
				{Do: "expect", In: ".outline li:nth-child(9)", Text: "Reason from data with care"},
				{Do: "click", In: "form[action$=publish] button"},
				{Do: "expect", In: ".flash", Text: "version 2"},
				{Do: "goto", URL: at + "/rubrics/MATH.3"},
				{Do: "axe"},
				{Do: "goto", URL: at + "/alignments"},
				{Do: "axe"},
			} {
				s.As = "lead"
				steps = append(steps, s)
			}
			domains := "/learners/" + string(w.people["learner"]) + "/domains"
			steps = append(steps, signInSteps("learner", "learner", domains)...)
			steps = append(steps, testkit.Step{As: "learner", Do: "axe"}, testkit.Step{As: "learner", Do: "expect", In: "main", Text: "0 of 4 indicators"})
			for _, r := range b.Walk(steps...) {
				if r.Do == "axe" {
					b.NoSerious(r.URL, r)
				}
			}
		})
	}
}
