package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"laurel/internal/demo"
	"laurel/internal/testkit"
)

// TestJourneys walks through the demo school in a real browser, as its people
// do: on a phone, by keyboard, without script. Every page of both flows is also
// read at both widths by axe, and measured for a thumb.
func TestJourneys(t *testing.T) { //nolint:tparallel // each journey finds what the one before it left
	t.Parallel()
	testkit.OpenBrowser(t, "") // skips before the school is made
	folder := t.TempDir()
	s := serve(t, "--demo", "--data", folder)
	j := journeys{s, sheetOf(t, folder)}
	// In this order: the later ones change what the earlier ones look at.
	t.Run("every page", j.everyPage)
	t.Run("a learner adds evidence from a phone", j.evidenceFromAPhone)
	t.Run("a teacher judges by keyboard", j.judgingByKeyboard)
	t.Run("an application survives a closed tab", j.applicationSurvives)
	t.Run("an assessor scores what they cannot name", j.blindReview)
	t.Run("a class is certified, approved and issued", j.classIssued)
	t.Run("a reader checks a diploma", j.readerChecks)
	t.Run("nothing needs script", j.withoutScript)
	t.Run("a policy is tried, proposed and adopted by another", j.policyAdopted)
}

// journeys are walks through one running demo.
type journeys struct {
	server *server
	sheet  demo.Sheet
}

const (
	phone   = 390
	desktop = 1280
)

// narrow answers in words what is wrong with a page on a phone: what runs over
// its edge, and what is too small for a thumb. A link within a sentence and a
// box with a label beside it are as large as their text.
const narrow = `(() => {
	const wrong = [];
	if (document.documentElement.scrollWidth > innerWidth) wrong.push("runs over: " + document.documentElement.scrollWidth);
	for (const e of document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox])")) {
		const box = e.getBoundingClientRect();
		if (box.height && box.height < 43.5 && !e.matches("p a, dd a, .skip, .sr")) wrong.push("small: " + e.outerHTML.slice(0, 80));
	}
	return wrong.join("; ");
})()`

// walk takes the steps and looks at what they answer: axe has nothing serious
// to say, and an eval answers in words what is wrong, or nothing.
func (j journeys) walk(t *testing.T, b *testkit.Browser, steps ...testkit.Step) {
	t.Helper()
	for _, r := range b.Walk(steps...) {
		switch {
		case r.Do == "axe":
			b.NoSerious(r.URL, r)
		case r.Do == "eval" && r.String() != "":
			t.Errorf("%s: %s", r.URL, r)
		}
	}
}

// browser opens a window of the width.
func (j journeys) browser(t *testing.T, width int) *testkit.Browser {
	t.Helper()
	b := testkit.OpenBrowser(t, j.server.public)
	b.Width = width
	return b
}

// arrives are the steps by which somebody signs in, in a window of their own.
func (j journeys) arrives(t *testing.T, login string) []testkit.Step {
	t.Helper()
	return []testkit.Step{
		{Do: "goto", URL: "/sign-in"},
		{Do: "fill", In: "[name=login]", Value: login},
		{Do: "fill", In: "[name=password]", Value: passwordOf(t, j.sheet, login)},
		{Do: "click", In: "main .button.primary"},
		{Do: "expect", In: "h1", Text: "Good day"},
	}
}

// by gives the steps to one window.
func by(window string, steps ...[]testkit.Step) []testkit.Step {
	var all []testkit.Step
	for _, list := range steps {
		for _, s := range list {
			s.As = window
			all = append(all, s)
		}
	}
	return all
}

// tour is where one person goes: pages by address, and, where an address holds
// an id, the first link of the page before that begins so.
type tour struct {
	login string // empty for a reader
	pages []string
}

func (j journeys) everyPage(t *testing.T) {
	reader := tour{"", []string{"/", "/catalogue", "/catalogue/…", "/verify", "/sign-in"}}
	for _, c := range j.sheet.Credentials {
		reader.pages = append(reader.pages, strings.TrimPrefix(c.Page, j.sheet.BaseURL))
	}
	class := strings.TrimPrefix(j.sheet.Class, j.sheet.BaseURL)
	application := strings.TrimPrefix(j.sheet.Application, j.sheet.BaseURL)
	tours := []tour{
		reader,
		{"kofi@willowbrook.example", []string{"/", "/requirements", "/evidence/new", "/evidence", "/evidence/…", "/account"}},
		{"amara@willowbrook.example", []string{"/", "/credentials", "/credentials/…", "/credentials/…"}},
		{"calloway@willowbrook.example", []string{"/", "/queue", "/judge/…", "/learners", "/learners/…", "/applications", "/applications/…", "/sections", "/sections/…", "/panels", "/panels/…", "/review-tasks", "/approvals", "/tasks"}},
		{"elowen@willowbrook.example", []string{"/growth", "/habits", "/outside-credentials", "/outside-credentials/…", "/requests"}},
		{"birch@willowbrook.example", []string{application}},
		{"whitcomb@ridgeline.example", []string{"/", "/reviews", "/reviews/…"}},
		{"reyes@willowbrook.example", []string{"/", "/applications/waiting", "/applications/…"}},
		{"larsen@willowbrook.example", []string{"/", "/classes", class + "?stage=not-yet", class, class + "/learners/…"}},
		{"dubois@willowbrook.example", []string{"/", "/issued", "/issued/…", "/people/new", "/people", "/people/…", "/policies", "/policies/…", "/frameworks", "/frameworks/…"}},
		{"adams@willowbrook.example", []string{"/", "/revocations", class + "?stage=issued"}},
		{"lund@willowbrook.example", []string{"/", "/organisation", "/policies", "/policy-drafts/…", "/exceptions", "/exceptions/…", "/courses", "/signing-keys", "/signing-keys/…"}},
		{"admin@willowbrook.example", []string{"/", "/journal"}},
	}
	half := len(tours) / 2
	for name, people := range map[string][]tour{"readers and learners": tours[:half], "the office": tours[half:]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var steps []testkit.Step
			for _, person := range people {
				steps = append(steps, by(person.login, j.steps(t, person))...)
			}
			j.walk(t, j.browser(t, phone), steps...)
		})
	}
}

// steps looks at each page of the tour at both widths.
func (j journeys) steps(t *testing.T, person tour) (way []testkit.Step) {
	t.Helper()
	v := j.server.visitor()
	if person.login != "" {
		v = j.server.as(person.login, passwordOf(t, j.sheet, person.login))
		way = j.arrives(t, person.login)
	}
	var here page
	for _, address := range person.pages {
		if prefix, found := strings.CutSuffix(address, "…"); found {
			address = here.link(prefix)
		}
		here = v.open(address)
		here.silent("⟦", "%!", "&lt;no value")
		way = append(
			way,
			testkit.Step{Do: "goto", URL: address},
			testkit.Step{Do: "eval", Value: narrow},
			testkit.Step{Do: "axe"},
			testkit.Step{Do: "view", Width: desktop},
			testkit.Step{Do: "axe"},
			testkit.Step{Do: "view", Width: phone},
		)
	}
	return way
}

// evidenceFromAPhone takes five taps from the first page to the evidence that
// is handed in, the choice of the file among them.
func (j journeys) evidenceFromAPhone(t *testing.T) {
	way := []testkit.Step{
		{Do: "click", In: "main a.button.primary"}, // 1
		{Do: "expect", In: "h1", Text: "Add evidence"},
		{Do: "upload", In: "[name=files]", Files: []testkit.StepUpload{{Name: "log.txt", Type: "text/plain", Text: "Three mornings at the brook."}}}, // 2, 3
		{Do: "fill", In: "[name=title]", Value: "Three mornings at the brook"},
		{Do: "click", In: "#f-indicators .option label"}, // 4
		{Do: "fill", In: "[name=reflection]", Value: "I measured again when the first numbers did not fit."},
		{Do: "axe"},
		{Do: "click", In: "main button.primary"}, // 5
		{Do: "expect", In: "h1", Text: "Three mornings at the brook"},
		{Do: "expect", In: ".flash"},
		{Do: "eval", Value: narrow},
		{Do: "axe"},
	}
	j.walk(t, j.browser(t, phone), append(j.arrives(t, "kofi@willowbrook.example"), way...)...)
}

// judgingByKeyboard uses no pointer from the queue to the piece that is judged,
// nor to take it back.
func (j journeys) judgingByKeyboard(t *testing.T) {
	way := []testkit.Step{
		{Do: "goto", URL: "/queue"},
		{Do: "press", In: "main a.button.primary", Key: "Enter"},
		{Do: "expect", In: "h2", Text: "How well does it show this?"},
		{Do: "press", Key: "3"},
		{Do: "count", In: ".levels input:checked", N: 1},
		{Do: "press", Key: "Enter"},
		{Do: "expect", In: ".flash", Text: "kept"},
		{Do: "axe"},
		{Do: "press", In: "[data-undo] button", Key: "Enter"},
		{Do: "expect", In: ".flash", Text: "Taken back"},
	}
	j.walk(t, j.browser(t, desktop), append(j.arrives(t, "calloway@willowbrook.example"), way...)...)
}

// applicationSurvives leaves the page before anything was sent, and finds every
// word again.
func (j journeys) applicationSurvives(t *testing.T) {
	const words = "I asked each of them to choose what shows it best."
	way := []testkit.Step{
		{Do: "goto", URL: "/catalogue/student-led-conferences"},
		{Do: "click", In: "form[action$='/start'] button"},
		{Do: "fill", In: "main textarea", Value: "Twelve learners."},
		{Do: "expect", In: "[data-autosave-state]", Text: "Saved"},
		{Do: "fill", In: "main textarea", Value: words},
		{Do: "goto", URL: "about:blank"},
		{Do: "goto", URL: "/applications"},
		{Do: "click", In: ".queue-row a:has-text('conferences')"},
		{Do: "eval", Value: fmt.Sprintf("document.querySelector('main textarea').value === %q ? '' : 'the last words are lost'", words)},
		{Do: "expect", In: "[data-autosave-state]", Text: "Saved"},
		{Do: "axe"},
	}
	j.walk(t, j.browser(t, desktop), append(j.arrives(t, "calloway@willowbrook.example"), way...)...)
}

func (j journeys) blindReview(t *testing.T) {
	way := []testkit.Step{
		{Do: "goto", URL: "/reviews"},
		{Do: "click", In: ".queue-row a"},
		{Do: "eval", Value: `/Birch|Nair|Calloway|Willow Brook/.test(document.body.innerText) ? "the page says who it is" : ""`},
		// The highest level of each criterion.
		{Do: "eval", Value: `document.querySelectorAll(".levels").forEach((f) => [...f.querySelectorAll("input")].pop().click()); ""`},
		{Do: "axe"},
		{Do: "click", In: "main .savebar .primary"},
		{Do: "expect", In: ".flash-done"},
		{Do: "axe"},
	}
	j.walk(t, j.browser(t, desktop), append(j.arrives(t, "whitcomb@ridgeline.example"), way...)...)
}

// classIssued is two people in two windows; the second sees the work finish.
func (j journeys) classIssued(t *testing.T) {
	certifies := []testkit.Step{
		{Do: "click", In: "main .queue-row a:has-text('certified')"},
		{Do: "axe"},
		{Do: "click", In: "form[action$='/batches'] .primary"},
		{Do: "expect", In: ".flash"},
		{Do: "eval", Value: narrow},
		{Do: "axe"},
		{Do: "count", In: "form[action$='/approve']"}, // not by the same person
	}
	approves := []testkit.Step{
		{Do: "goto", URL: "/"},
		{Do: "click", In: "main .queue-row a:has-text('approval')"},
		{Do: "axe"},
		{Do: "check", In: "[name=exceptions]"},
		{Do: "click", In: "form[action$='/approve'] .primary"},
		{Do: "expect", In: "[data-progress] [data-state]", Text: "Done"},
		{Do: "expect", In: ".people .tag-genuine"}, // the page comes again by itself
		{Do: "eval", Value: narrow},
		{Do: "axe"},
	}
	j.walk(
		t, j.browser(t, phone),
		slices.Concat(
			by("counselor", j.arrives(t, "larsen@willowbrook.example"), certifies),
			by("principal", j.arrives(t, "adams@willowbrook.example"), approves),
		)...,
	)
}

// readerChecks has no account: a link, and then a text that came by mail.
func (j journeys) readerChecks(t *testing.T) {
	first := j.sheet.Credentials[0]
	token := string(j.server.visitor().fetch(first.JWT))
	j.walk(
		t, j.browser(t, phone),
		testkit.Step{Do: "goto", URL: first.Page},
		testkit.Step{Do: "expect", In: "h1", Text: "Genuine"},
		testkit.Step{Do: "eval", Value: `document.querySelector("h1").getBoundingClientRect().bottom < 500 ? "" : "the verdict is not seen at once"`},
		testkit.Step{Do: "eval", Value: `document.cookie || (performance.getEntriesByType("resource").find((r) => !r.name.startsWith(location.origin)) || {}).name || ""`},
		testkit.Step{Do: "goto", URL: "/verify"},
		testkit.Step{Do: "fill", In: "[name=credential]", Value: token},
		testkit.Step{Do: "click", In: "main .button.primary"},
		testkit.Step{Do: "expect", In: "h1", Text: "Genuine"},
		testkit.Step{Do: "axe"},
		testkit.Step{Do: "goto", URL: "/verify"},
		testkit.Step{Do: "fill", In: "[name=credential]", Value: string(altered([]byte(token)))},
		testkit.Step{Do: "click", In: "main .button.primary"},
		testkit.Step{Do: "count", In: ".verdict-stop", N: 1},
		testkit.Step{Do: "axe"},
	)
}

// withoutScript goes through both flows with forms alone.
func (j journeys) withoutScript(t *testing.T) {
	learner := []testkit.Step{
		{Do: "goto", URL: "/evidence/new"},
		{Do: "fill", In: "[name=title]", Value: "A letter to the board"},
		{Do: "check", In: "[name=indicators]"},
		{Do: "click", In: "summary:has-text('More about it')"},
		{Do: "fill", In: "[name=body]", Value: "Dear members of the board, …"},
		{Do: "fill", In: "[name=reflection]", Value: "I wrote it for readers who had not been there."},
		{Do: "click", In: "main button.primary"},
		{Do: "expect", In: ".flash"},
		{Do: "goto", URL: "/requirements"},
		{Do: "expect", In: ".tree"},
	}
	teacher := []testkit.Step{
		{Do: "goto", URL: "/queue"},
		{Do: "click", In: ".queue-row a:has-text('A letter to the board')"},
		{Do: "click", In: ".levels .option:nth-child(3) label"},
		{Do: "click", In: ".judge form .primary"},
		{Do: "expect", In: ".flash", Text: "kept"},
		{Do: "goto", URL: "/catalogue/learning-outdoors"},
		{Do: "click", In: "form[action$='/start'] button"},
		{Do: "fill", In: "main textarea", Value: "A walk along the brook, for a reason."},
		{Do: "click", In: ".savebar .quiet"},
		{Do: "expect", In: ".flash"},
		{Do: "expect", In: "main textarea"},
	}
	principal := []testkit.Step{
		{Do: "goto", URL: strings.TrimPrefix(j.sheet.Class, j.sheet.BaseURL) + "?stage=issued"},
		{Do: "click", In: ".people a"},
		{Do: "check", In: "main [name=change][value=withdraw]"},
		{Do: "select", In: "main [name=public]", Value: "issued-in-error"},
		{Do: "fill", In: "main textarea", Value: "Signed with the wrong date of birth."},
		{Do: "click", In: ".change .primary"},
		{Do: "expect", In: ".flash"},
	}
	lead := []testkit.Step{
		{Do: "goto", URL: "/revocations"},
		{Do: "click", In: "form[action$='/confirm'] button"},
		{Do: "expect", In: ".flash"},
	}
	b := j.browser(t, phone)
	b.NoScript = true
	j.walk(t, b, slices.Concat(
		by("learner", j.arrives(t, "kofi@willowbrook.example"), learner),
		by("teacher", j.arrives(t, "nair@willowbrook.example"), teacher),
		by("principal", j.arrives(t, "adams@willowbrook.example"), principal),
		by("lead", j.arrives(t, "lund@willowbrook.example"), lead),
	)...)
}

// policyAdopted tries the demo's draft on everybody, proposes it, and has the
// second person adopt it.
func (j journeys) policyAdopted(t *testing.T) {
	draft := j.server.as("adams@willowbrook.example", passwordOf(t, j.sheet, "adams@willowbrook.example")).open("/policies").link("/policy-drafts/0")
	look := func(width int) []testkit.Step { return []testkit.Step{{Do: "view", Width: width}, {Do: "axe"}} }
	principal := slices.Concat(
		[]testkit.Step{{Do: "goto", URL: draft}, {Do: "expect", In: "#check", Text: "Nothing stands in the way"}},
		[]testkit.Step{
			{Do: "click", In: "form[action$='/trials'] button"},
			{Do: "expect", In: "h1", Text: "Who would change?"},
			{Do: "expect", In: "h2", Text: "In numbers"},
			{Do: "eval", Value: narrow},
		},
		look(desktop), look(phone),
		[]testkit.Step{
			{Do: "goto", URL: draft},
			{Do: "fill", In: "[name=board]", Value: "Willow Brook UHSD Board"},
			{Do: "fill", In: "[name=adopted_on]", Value: "2026-06-12"},
			{Do: "click", In: "form[action$='/propose'] button"},
			{Do: "expect", In: ".flash", Text: "The policy is proposed"},
		},
		look(desktop), look(phone),
	)
	lead := slices.Concat(
		[]testkit.Step{{Do: "goto", URL: draft}, {Do: "eval", Value: narrow}}, look(desktop), look(phone),
		[]testkit.Step{{Do: "click", In: "form[action$='/adopt'] button"}, {Do: "expect", In: ".flash", Text: "The policy is adopted"}},
	)
	j.walk(t, j.browser(t, phone), slices.Concat(
		by("principal", j.arrives(t, "adams@willowbrook.example"), principal),
		by("lead", j.arrives(t, "lund@willowbrook.example"), lead),
	)...)
}
