package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

// classOf makes a section of 25 learners with a task on three indicators, and
// answers the addresses of its grid and its sheet.
func (w *world) classOf(t *testing.T) (grid, sheet string) {
	t.Helper()
	ctx := t.Context()
	teacher := w.actor("teacher")
	names := []string{"Used learner", "Used other-learner"}
	all := make([]registrar.NewPerson, 23)
	for i := range all {
		name := fmt.Sprintf("Pupil %02d", i)
		names = append(names, name)
		all[i] = registrar.NewPerson{Legal: name, Org: string(w.orgs["school"]), Role: competency.Learner, EntryYear: 2023, GraduationYear: 2027, Grade: "12"}
	}
	_, err := w.reg.TakeInAll(ctx, w.actor("admin"), all)
	w.ok(err)
	section, err := w.reg.AddSection(ctx, teacher, registrar.Once{}, registrar.SectionInput{Name: "Science 12", Names: strings.Join(names, "\n")})
	w.ok(err)
	handout, err := w.reg.GiveTask(ctx, teacher, registrar.Once{}, registrar.TaskInput{
		Title: "The brook in winter", Indicators: []string{"SCI.1", "SCI.2", "SCI.4"}, Section: string(section),
	})
	w.ok(err)
	for _, words := range []string{"Say how you know.", "Name the variable that you held still."} {
		w.ok(w.reg.AddPhrase(ctx, teacher, words))
	}
	return "/sections/" + string(section), "/handouts/" + string(handout)
}

// TestAClassIsScoredFromTheKeyboard scores 25 learners in three indicators, three
// of them not yet proficient, and counts the keys: one a level, two for words.
// At 1.5 s a key that is two minutes; three are allowed (mission row 7).
func TestAClassIsScoredFromTheKeyboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, sheet := w.classOf(t)
	b := testkit.OpenBrowser(t, w.server.URL)
	steps := signInSteps("", "teacher", sheet)
	keys := 0
	press := func(all ...string) {
		for _, k := range all {
			steps = append(steps, testkit.Step{Do: "press", Key: k})
			keys++
		}
	}
	for n := range 25 {
		if n%8 == 3 { // not yet: a phrase of feedback, then the next learner
			press("3", "2", "4", "f", "2")
			continue
		}
		press("3", "4", "3")
	}
	if most := 75 + 2*3 + 5; keys > most {
		t.Errorf("%d keys, at most %d", keys, most)
	}
	kept := `Array.from(document.querySelectorAll("[data-row-state]")).filter(e => e.textContent === "Saved").length`
	steps = append(steps,
		testkit.Step{Do: "expect", In: "[data-count]", Text: "25 of 25"},
		testkit.Step{Do: "wait", Value: "1500"},
		testkit.Step{Do: "eval", Value: kept},
		testkit.Step{Do: "axe"},
		// The last level is set anew and taken back with one key.
		testkit.Step{Do: "press", Key: "1"},
		testkit.Step{Do: "press", Key: "z"},
		testkit.Step{Do: "expect", In: "[data-bar-state]", Text: "Taken back"},
		testkit.Step{Do: "wait", Value: "1000"},
		testkit.Step{Do: "goto", URL: sheet},
		testkit.Step{Do: "count", In: "[data-cell] input:checked:not([value='0'])", N: 75},
		testkit.Step{Do: "count", In: "[data-cell] input[value='2']:checked", N: 3},
	)
	for _, r := range b.Walk(steps...) {
		switch r.Do {
		case "eval":
			if got := string(r.Value); got != "25" {
				t.Errorf("%s rows say that they are saved", got)
			}
		case "axe":
			b.NoSerious(sheet, r)
		}
	}
	view, err := w.reg.ClassSheet(t.Context(), w.actor("teacher"), competency.HandoutID(strings.TrimPrefix(sheet, "/handouts/")))
	w.ok(err)
	words := 0
	for _, r := range view.Rows {
		if r.Feedback == "Name the variable that you held still." {
			words++
		}
	}
	if words != 3 {
		t.Errorf("%d rows carry the phrase", words)
	}
}

// TestNothingIsLostWithoutTheNetwork scores while the network is away: the levels
// stay on the device, over a reload too, and are sent when it is back.
func TestNothingIsLostWithoutTheNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, sheet := w.classOf(t)
	b := testkit.OpenBrowser(t, w.server.URL)
	steps := signInSteps("", "teacher", sheet)
	steps = append(steps,
		testkit.Step{Do: "eval", Value: `window.fetch = () => Promise.reject(new TypeError("away"))`},
		testkit.Step{Do: "press", Key: "3"},
		testkit.Step{Do: "press", Key: "4"},
		testkit.Step{Do: "expect", In: "[data-row-state]", Text: "Kept on this device"},
		testkit.Step{Do: "goto", URL: sheet},
		testkit.Step{Do: "count", In: "[data-cell] input:checked:not([value='0'])", N: 2},
		testkit.Step{Do: "expect", In: "[data-row-state]", Text: "Saved"},
	)
	b.Walk(steps...)
	view, err := w.reg.ClassSheet(t.Context(), w.actor("teacher"), competency.HandoutID(strings.TrimPrefix(sheet, "/handouts/")))
	w.ok(err)
	if got, _ := json.Marshal(view.Rows[0].Levels); string(got) != "[3,4,0]" && string(got) != "[4,3,0]" {
		t.Errorf("the office has %s", got)
	}
}

// TestClassroomJourneys walks the pages of a class and of a learner who asks, at
// desk and phone width.
func TestClassroomJourneys(t *testing.T) {
	t.Parallel()
	for _, width := range []int{1280, 390} {
		t.Run(strconv.Itoa(width), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			grid, sheet := w.classOf(t)
			b := testkit.OpenBrowser(t, w.server.URL)
			b.Width = width
			var steps []testkit.Step
			add := func(as string, more ...testkit.Step) {
				for _, s := range more {
					s.As = as
					steps = append(steps, s)
				}
			}
			axe := testkit.Step{Do: "axe"}
			// A learner sees what is next, what is left, and asks in one tap.
			steps = append(steps, signInSteps("learner", "learner", "/")...)
			add("learner",
				testkit.Step{Do: "expect", In: "main h3 + .queue", Text: "The brook in winter"}, axe,
				testkit.Step{Do: "goto", URL: "/requirements"}, axe,
				testkit.Step{Do: "click", In: "form[action='/requests'] button:visible"},
				testkit.Step{Do: "expect", In: ".flash", Text: "Your teachers see"},
				testkit.Step{Do: "goto", URL: "/tasks"}, axe,
				testkit.Step{Do: "click", In: ".result .button"},
				testkit.Step{Do: "count", In: "input[name=indicators]:checked", N: 3},
			)
			// The teacher answers by looking, and finds the class's state in the grid.
			steps = append(steps, signInSteps("teacher", "teacher", "/queue")...)
			add("teacher",
				testkit.Step{Do: "expect", In: "#asked", Text: "Used learner"}, axe,
				testkit.Step{Do: "click", In: "#asked a"}, axe,
				testkit.Step{Do: "fill", In: "[name=title]", Value: "Talk at the board"},
				testkit.Step{Do: "click", In: "label[for='f-level-2']"},
				testkit.Step{Do: "click", In: "section form button.primary"},
				testkit.Step{Do: "expect", In: ".flash", Text: "is kept"},
				testkit.Step{Do: "goto", URL: grid + "?only=none"}, axe,
				testkit.Step{Do: "goto", URL: grid}, axe,
				testkit.Step{Do: "expect", In: ".grid .cell-proposed", Text: "proposed"},
				testkit.Step{Do: "goto", URL: sheet}, axe,
				testkit.Step{Do: "goto", URL: "/tasks/new"}, axe,
				testkit.Step{Do: "goto", URL: "/sections/new"}, axe,
				testkit.Step{Do: "goto", URL: "/phrases"}, axe,
				// A panel over what was seen: the teacher and somebody from the partner school.
				testkit.Step{Do: "goto", URL: "/learners/" + string(w.people["learner"]) + "/panels/new"}, axe,
				testkit.Step{Do: "fill", In: "[name=title]", Value: "Capstone exhibition"},
				testkit.Step{Do: "click", In: "label[for^='p-']"},
				testkit.Step{Do: "click", In: "details.more summary"},
				testkit.Step{Do: "click", In: "label[for^='i-']"},
				testkit.Step{Do: "click", In: "label[for='m-" + string(w.people["teacher"]) + "']"},
				testkit.Step{Do: "click", In: "label[for='m-" + string(w.people["partner-teacher"]) + "']"},
				testkit.Step{Do: "click", In: "main form button.primary"},
				testkit.Step{Do: "expect", In: ".flash", Text: "called together"}, axe,
				testkit.Step{Do: "click", In: "label[for='f-scores-0--level-2']"},
				testkit.Step{Do: "click", In: "main form button.primary"},
				testkit.Step{Do: "expect", In: ".flash", Text: "Your levels are given"}, axe,
			)
			steps = append(steps, signInSteps("partner", "partner-teacher", "/panels")...)
			add("partner", axe,
				testkit.Step{Do: "click", In: ".queue-row a"},
				testkit.Step{Do: "click", In: "label[for='f-scores-0--level-3']"},
				testkit.Step{Do: "click", In: "main form button.primary"},
				testkit.Step{Do: "expect", In: ".flash", Text: "Your levels are given"},
			)
			add("teacher",
				testkit.Step{Do: "goto", URL: "/panels"},
				testkit.Step{Do: "expect", In: ".queue-row", Text: "Everybody has spoken"},
				testkit.Step{Do: "click", In: ".queue-row a"},
				testkit.Step{Do: "expect", In: ".judge-row", Text: "Agreed by all: Proficient"}, axe,
				testkit.Step{Do: "click", In: "main form button.primary"},
				testkit.Step{Do: "expect", In: ".flash", Text: "The panel has decided"},
			)
			add("learner",
				testkit.Step{Do: "goto", URL: "/growth"}, axe,
				testkit.Step{Do: "expect", In: ".growth", Text: "Explain this"},
				testkit.Step{Do: "goto", URL: "/habits"}, axe,
				testkit.Step{Do: "goto", URL: "/requests"}, axe,
				testkit.Step{Do: "expect", In: ".result", Text: "Assessed"},
			)
			for _, r := range b.Walk(steps...) {
				if r.Do == "axe" {
					b.NoSerious(r.URL, r)
				}
			}
		})
	}
}

// TestTheSheetWorksWithoutScript posts the sheet as the form that it is. What is
// wrong is said beside its row, and nothing that was typed is lost.
func TestTheSheetWorksWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	grid, sheet := w.classOf(t)
	view, err := w.reg.ClassSheet(t.Context(), w.actor("teacher"), competency.HandoutID(strings.TrimPrefix(sheet, "/handouts/")))
	w.ok(err)
	res, body := w.as("teacher").post(sheet+"/scores", url.Values{
		"rows[0].learner": {string(view.Rows[0].Person)}, "rows[0].feedback": {""},
		"rows[0].scores[0].indicator": {"SCI.1"}, "rows[0].scores[0].level": {"3"},
		"rows[0].scores[1].indicator": {"SCI.2"}, "rows[0].scores[1].level": {"1"},
	})
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("not yet without a word: %s", res.Status)
	}
	testkit.Page(t, body, testkit.In("#e-0", testkit.HasText("Say what would bring this to Proficient")),
		testkit.In("#c-0-0-3[checked]"), testkit.In("#c-0-1-1[checked]"))
	b := testkit.OpenBrowser(t, w.server.URL)
	b.NoScript = true
	b.Walk(append(
		signInSteps("", "teacher", sheet),
		testkit.Step{Do: "click", In: "label[for='c-0-0-3']"},
		testkit.Step{Do: "click", In: "label[for='c-0-1-1']"},
		testkit.Step{Do: "fill", In: "#f-rows-0--feedback", Value: "Plan it once more"},
		testkit.Step{Do: "click", In: "form button.primary"},
		testkit.Step{Do: "expect", In: ".flash", Text: "2 judgments are kept"},
		testkit.Step{Do: "goto", URL: grid},
		testkit.Step{Do: "count", In: ".grid .cell-proposed", N: 2},
	)...)
}
