package api

import (
	"testing"

	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

// A guest judges through their link without an account, the chair passes a new
// link on and ends another panel with a reason; a district's lead words the
// scale better and takes it back. At a desk and on a phone; axe finds nothing
// serious (mission rows 10 and 13).
func TestGuestsAndScalesInTheBrowser(t *testing.T) {
	t.Parallel()
	for name, width := range map[string]int{"desk": 1280, "phone": 390} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := testkit.OpenBrowser(t, w.server.URL)
			b.Width, b.Forgiven = width, []string{"status of 422"} // words are asked for, beside their field
			ctx, teacher := t.Context(), w.actor("teacher")
			work, err := w.reg.AddEvidence(ctx, w.actor("learner"), registrar.Once{}, registrar.EvidenceInput{
				Title: "A bridge of paper", Body: "It held four bricks.", Reflection: "The second one held.", Indicators: []string{"TS-PROB.1"}, Submit: true,
			}, nil)
			w.ok(err)
			id, err := w.reg.OpenPanel(ctx, teacher, registrar.Once{}, w.people["learner"], registrar.PanelInput{
				Kind: "exhibition", Title: "Capstone", Pieces: []string{string(work)}, Indicators: []string{"TS-PROB.1"},
				Members: []string{string(teacher.Person)},
				Guests:  []registrar.GuestInput{{Name: "Maria Castellano", Role: "Boat builder"}, {Name: "Jon Reed", Role: "Editor"}},
			})
			w.ok(err)
			panel, err := w.reg.Panel(ctx, teacher, id)
			w.ok(err)
			draft, err := w.reg.StartDraft(ctx, w.actor("lead"), registrar.Once{}, registrar.NewDraft{Follows: string(w.ours())})
			w.ok(err)
			axe := testkit.Step{Do: "axe"}
			var steps []testkit.Step
			add := func(as string, more ...testkit.Step) {
				for _, s := range more {
					s.As = as
					steps = append(steps, s)
				}
			}
			seat := "/seats/" + panel.Guests[0].Secret
			add("guest",
				testkit.Step{Do: "goto", URL: seat}, axe,
				testkit.Step{Do: "expect", In: ".work-sheet", Text: "It held four bricks."},
				testkit.Step{Do: "click", In: "label[for='f-scores-0--level-1']"},
				testkit.Step{Do: "click", In: "label[for='f-stranger']"},
				testkit.Step{Do: "click", In: "main form button.primary"},
				testkit.Step{Do: "expect", In: ".error", Text: "Say what would bring this"}, axe,
				testkit.Step{Do: "fill", In: "textarea", Value: "Say why the first one broke."},
				testkit.Step{Do: "click", In: "label[for='f-stranger']"},
				testkit.Step{Do: "click", In: "main form button.primary"},
				testkit.Step{Do: "expect", In: "h1", Text: "Thank you"}, axe,
				testkit.Step{Do: "goto", URL: seat},
				testkit.Step{Do: "expect", In: "h1", Text: "You have spoken already"},
				testkit.Step{Do: "gone", In: ".work-sheet"},
			)
			steps = append(steps, signInSteps("teacher", "teacher", "/panels/"+string(id))...)
			add("teacher", axe,
				testkit.Step{Do: "count", In: ".handover", N: 1},
				testkit.Step{Do: "click", In: ".handover form button"},
				testkit.Step{Do: "expect", In: ".flash", Text: "a new link"},
				testkit.Step{Do: "click", In: "details.more:has([name=reason]) summary"}, axe,
				testkit.Step{Do: "fill", In: "[name=reason]", Value: "The editor cannot come this term."},
				testkit.Step{Do: "click", In: "form[action$=cancel] button"},
				testkit.Step{Do: "expect", In: ".note", Text: "The editor cannot come"}, axe,
				testkit.Step{Do: "goto", URL: "/learners/" + string(w.people["learner"]) + "/habits"}, axe,
				testkit.Step{Do: "goto", URL: "/review-tasks"}, axe,
			)
			steps = append(steps, signInSteps("lead", "lead", "/framework-drafts/"+string(draft))...)
			add("lead",
				testkit.Step{Do: "click", In: "details.more:has(.scale-levels) summary"}, axe,
				testkit.Step{Do: "fill", In: "[name='levels[2].label']", Value: "Shown"},
				testkit.Step{Do: "click", In: "form:has([value=scale]) button.primary"},
				testkit.Step{Do: "expect", In: ".flash", Text: "The scale is kept"},
				testkit.Step{Do: "expect", In: "section:has(#scale)", Text: "Shown (proficient)"},
				testkit.Step{Do: "click", In: "form:has([value=undo]) button"},
				testkit.Step{Do: "expect", In: "section:has(#scale)", Text: "Proficient (proficient)"},
			)
			for _, r := range b.Walk(steps...) {
				if r.Do == "axe" {
					b.NoSerious(r.URL, r)
				}
			}
		})
	}
}
