package api

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"laurel/internal/testkit"
)

// offer is a small micro-credential as a coordinator publishes it.
const offer = `{
	"slug": "performance-tasks", "title": "Performance tasks", "summary": "Short tasks that tell what to teach next.",
	"competency": "Designs a short performance task.", "keyMethod": "Plan backward", "components": ["Pick one indicator"],
	"rationale": "Tasks tell more than quizzes.", "research": [{"title": "A study", "url": "https://example.org/study"}],
	"overview": [{"question": "Whom do you teach?", "wordsMin": 3, "wordsMax": 10, "passing": "Names learners"}],
	"artifacts": [{"title": "Task and rubric", "instructions": "One page each.", "criteria": [
		{"name": "Aligned to one indicator"}, {"name": "Levels differ in quality", "descriptions": ["They count", "Some do", "All do"]}]}],
	"reflection": [{"question": "What will you do differently?", "wordsMin": 3, "wordsMax": 10, "passing": "Cites own evidence"}],
	"levels": [{"label": "Not yet"}, {"label": "Basic"}, {"label": "Passed"}], "pass": 3,
	"validYears": 3, "pdHours": 10, "assessors": 2, "maxAttempts": 3, "turnaroundDays": 14
}`

// newWorkbench is a world with a micro-credential and an applicant whose name,
// sign-in and school are easy to find where they should not be.
func newWorkbench(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	_, err := w.reg.PublishMicroCredential(t.Context(), w.actor("coordinator"), []byte(offer))
	w.ok(err)
	w.takeIn("zz-applicant", "school", "teacher")
	return w
}

// begin starts an application and answers its page.
func (v *visitor) begin() string {
	v.w.t.Helper()
	res, body := v.post("/catalogue/performance-tasks/start", nil)
	at := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/applications/") {
		v.w.t.Fatalf("starting: %s to %q: %.300s", res.Status, at, body)
	}
	return at
}

// complete is a draft that can be handed in.
func complete(revision string) url.Values {
	return url.Values{
		"texts[part-1-1]": {"twelve year olds and one indicator"}, "texts[part-2-1]": {""}, "links[part-2-1]": {"https://example.org/task"},
		"texts[part-3-1]": {"I will start much earlier"}, "consent": {"true"}, "deidentified": {"true"}, "whole": {"true"},
		"window": {"w"}, "base": {"0"}, "revision": {revision},
	}
}

// upload sends a form with one file.
func (v *visitor) upload(path string, form url.Values, field, name, content string) (*http.Response, string) {
	v.w.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for key, values := range form {
		v.w.ok(m.WriteField(key, values[0]))
	}
	f, err := m.CreateFormFile(field, name)
	v.w.ok(err)
	_, err = f.Write([]byte(content))
	v.w.ok(err)
	v.w.ok(m.Close())
	return v.do(http.MethodPost, path, m.FormDataContentType(), b.String())
}

func TestCatalogueNeedsNoAccount(t *testing.T) {
	t.Parallel()
	w := newWorkbench(t)
	v := w.nobody()
	res, body := v.get("/catalogue")
	testkit.Page(t, body, testkit.In("h1"), testkit.In("main a[href=/catalogue/performance-tasks]", testkit.HasText("Performance tasks")))
	if res.StatusCode != http.StatusOK {
		t.Errorf("got %s", res.Status)
	}
	for _, at := range []string{"/catalogue/performance-tasks", "/catalogue/performance-tasks/1"} {
		_, body = v.get(at)
		testkit.Page(t, body, testkit.In("h1", testkit.HasText("Performance tasks")),
			testkit.In("main", testkit.HasText("Levels differ in quality")), testkit.In("main", testkit.HasText("They count")),
			testkit.In("main", testkit.HasText("Names learners")), testkit.Count("form[action=/catalogue/performance-tasks/start]", 1))
	}
	for _, at := range []string{"/catalogue/nothing", "/catalogue/performance-tasks/2", "/catalogue/performance-tasks/x"} {
		if res, _ := v.get(at); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %s, want 404", at, res.Status)
		}
	}
	res, _ = v.post("/catalogue/performance-tasks/start", url.Values{"_from": {"/catalogue/performance-tasks"}})
	if got, want := res.Header.Get("Location"), "/sign-in?next=%2Fcatalogue%2Fperformance-tasks"; got != want {
		t.Errorf("starting as nobody leads to %q, want %q", got, want)
	}
}

func TestApplicationIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorkbench(t)
	v := w.as("zz-applicant")
	at := v.begin()
	if again := v.begin(); again != at {
		t.Errorf("starting again: got %s, want %s", again, at)
	}
	_, body := v.get(at)
	testkit.Page(t, body, testkit.Count("form[data-autosave]", 1), testkit.Count("textarea", 3), testkit.Count("input[type=file]", 1),
		testkit.In(".panel", testkit.HasText("Names learners")), testkit.Count("input[type=checkbox]", 2))

	// What is wrong stands beside its field, what was typed stays, nothing is stored.
	bad := complete("1")
	bad.Set("links[part-2-1]", "http://example.org")
	res, body := v.post(at+"/draft", bad)
	testkit.Page(t, body, testkit.Count("#f-links-part-2-1--error", 1), testkit.In("textarea", testkit.HasText("twelve year olds")))
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a bad link: got %s", res.Status)
	}
	if _, body := v.get(at); strings.Contains(body, "twelve year olds") {
		t.Error("a refused draft was stored")
	}

	// The script saves in the background; an older saving changes nothing.
	form := complete("2")
	form.Set("texts[part-1-1]", "only two")
	res, body = v.do(http.MethodPost, at+"/draft", "application/x-www-form-urlencoded", form.Encode(), "Accept", "application/json")
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `"revision":2`) {
		t.Errorf("autosave: got %s: %s", res.Status, body)
	}
	late := complete("1")
	late.Set("texts[part-1-1]", "older words")
	_, body = v.do(http.MethodPost, at+"/draft", "application/x-www-form-urlencoded", late.Encode(), "Accept", "application/json")
	if !strings.Contains(body, `"behind":["part-1-1"]`) || !strings.Contains(body, "only two") {
		t.Errorf("a late saving: got %s", body)
	}
	other := complete("1")
	other.Set("window", "other")
	res, body = v.post(at+"/draft", other)
	if res.StatusCode != http.StatusConflict || !strings.Contains(body, "Another window") || !strings.Contains(body, "twelve year olds") {
		t.Errorf("another window: got %s", res.Status)
	}

	// Handing in too few words names the field.
	form.Set("revision", "3")
	res, body = v.post(at+"/submit", form)
	testkit.Page(t, body, testkit.In(".problems", testkit.HasText("2 words")), testkit.Count("#f-texts-part-1-1--error", 1))
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("too few words: got %s", res.Status)
	}

	// Files of a kind that is not taken are refused beside their field.
	res, body = v.upload(at+"/draft", complete("4"), "files[part-2-1]", "run.exe", "MZ\x00\x01\x02\x03\x00")
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "f-files-part-2-1--error") {
		t.Errorf("a program: got %s", res.Status)
	}
	res, body = v.upload(at+"/submit", complete("5"), "files[part-2-1]", "task.txt", "a task in plain words")
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("handing in: got %s: %.600s", res.Status, body)
	}
	_, body = v.get(at)
	testkit.Page(t, body, testkit.NotIn("form[data-autosave]"), testkit.In("main", testkit.HasText("With two assessors")),
		testkit.In("main", testkit.HasText("task.txt")))
	if res, _ := v.post(at+"/submit", complete("6")); res.StatusCode != http.StatusConflict {
		t.Errorf("handing in twice: got %s, want 409", res.Status)
	}
	_, body = v.get("/applications")
	testkit.Page(t, body, testkit.In(".queue", testkit.HasText("Performance tasks")), testkit.In(".queue", testkit.HasText("answer by")))
}

// handedIn is an application with its page, handed in with a file.
func handedIn(t *testing.T, w *world) (v *visitor, at string) {
	t.Helper()
	v = w.as("zz-applicant")
	at = v.begin()
	res, body := v.upload(at+"/submit", complete("1"), "files[part-2-1]", "zz-applicant of Willow Brook High School.txt", "a task")
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("handing in: got %s: %.600s", res.Status, body)
	}
	return v, at
}

// readers are the assessors who got something to read, with its page.
func (w *world) readers() (list []*visitor, at []string) {
	w.t.Helper()
	for _, login := range []string{"assessor-1", "assessor-2", "assessor-3"} {
		v := w.as(login)
		var answer struct {
			Reviews []reviewRecord `json:"reviews"`
		}
		_, body := v.get("/v1/reviews")
		w.ok(json.Unmarshal([]byte(body), &answer))
		for _, r := range answer.Reviews {
			list, at = append(list, v), append(at, "/reviews/"+r.ID)
		}
	}
	if len(list) != 2 {
		w.t.Fatalf("%d readings, want 2", len(list))
	}
	return list, at
}

// scoresForm passes everything but what is below.
func scoresForm(below ...string) url.Values {
	form := url.Values{}
	for key, pass := range map[string]string{"part-1-1": "2", "part-2-1-a": "3", "part-2-1-b": "3", "part-3-1": "2"} {
		form.Set("levels["+key+"]", pass)
		if slices.Contains(below, key) {
			form.Set("levels["+key+"]", "1")
			form.Set("reasons["+key+"]", "SECRET reason of one reader")
		}
	}
	return form
}

func TestReviewIsBlind(t *testing.T) {
	t.Parallel()
	w := newWorkbench(t)
	_, application := handedIn(t, w)
	readers, at := w.readers()
	if res, _ := readers[0].post(at[0]+"/scores", scoresForm("part-2-1-a")); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the first score: got %s", res.Status)
	}
	v := readers[1]
	_, page := v.get(at[1])
	testkit.Page(t, page, testkit.Count("fieldset[data-levels]", 4), testkit.Count("textarea", 4), testkit.Count(".checklist li", 2),
		testkit.In("main", testkit.HasText("part-2-1.txt")), testkit.In("h1", testkit.HasText("A-")))
	file := page[strings.Index(page, at[1]+"/files/"):]
	file = file[:strings.Index(file, `"`)]
	for _, address := range []string{"/", "/reviews", at[1], file, "/v1/reviews", application, "/v1" + application, at[0], "/v1" + at[1]} {
		res, body := v.get(address)
		var headers strings.Builder
		if err := res.Header.Write(&headers); err != nil {
			t.Fatal(err)
		}
		all := headers.String() + body
		for _, marker := range []string{"zz-applicant", "Willow Brook High School", "SECRET", string(w.people["zz-applicant"])} {
			if strings.Contains(all, marker) {
				t.Errorf("%s tells the assessor %q", address, marker)
			}
		}
	}
	res, body := v.get(file)
	if body != "a task" || res.Header.Get("Content-Disposition") != "attachment; filename=part-2-1.txt" {
		t.Errorf("the file: got %q as %q", body, res.Header.Get("Content-Disposition"))
	}

	// A score without a reason is refused beside its field and keeps the choice.
	silent := scoresForm("part-1-1")
	silent.Del("reasons[part-1-1]")
	res, page = v.post(at[1]+"/scores", silent)
	testkit.Page(t, page, testkit.Count("#f-reasons-part-1-1--error", 1), testkit.Count("input[checked]", 4))
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a silent score: got %s", res.Status)
	}
	if res, _ := readers[0].post(at[0]+"/scores", scoresForm()); res.StatusCode != http.StatusConflict {
		t.Errorf("scoring twice: got %s, want 409", res.Status)
	}
	_, page = readers[0].get(at[0])
	testkit.Page(t, page, testkit.In("main", testkit.HasText("Submitted and locked")), testkit.NotIn("form[action="+at[0]+"/scores]"))
}

func TestDecisionIsShown(t *testing.T) {
	t.Parallel()
	w := newWorkbench(t)
	v, at := handedIn(t, w)
	readers, reviews := w.readers()
	for i := range readers {
		if res, body := readers[i].post(reviews[i]+"/scores", scoresForm("part-2-1-b")); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("scoring: got %s: %.400s", res.Status, body)
		}
		_, body := v.get(at)
		if shown := strings.Contains(body, "SECRET"); shown != (i == 1) {
			t.Errorf("after %d scores the reasons are shown: %v", i+1, shown)
		}
	}
	_, body := v.get(at)
	testkit.Page(t, body, testkit.In("main", testkit.HasText("Not yet")), testkit.In("blockquote", testkit.HasText("SECRET")))
	if res, _ := v.post(at+"/retry", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("trying again: got %s", res.Status)
	}
	_, body = v.get(at)
	testkit.Page(t, body, testkit.Count("textarea", 1), testkit.Count("input[type=file]", 1))
	again := url.Values{"texts[part-2-1]": {"now with better levels"}, "whole": {"true"}, "consent": {"true"}, "deidentified": {"true"}, "base": {"9"}, "revision": {"10"}}
	if res, body := v.post(at+"/submit", again); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("handing in again: got %s: %.400s", res.Status, body)
	}
	if res, _ := v.post(at+"/withdraw", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("taking back: got %s", res.Status)
	}
}

func TestCoordinatorAssigns(t *testing.T) {
	t.Parallel()
	w := newWorkbench(t)
	w.takeIn("colleague", "school", "assessor")
	_, at := handedIn(t, w)
	readers, reviews := w.readers()
	for i, below := range [][]string{{"part-2-1-a"}, nil} {
		readers[i].post(reviews[i]+"/scores", scoresForm(below...))
	}
	v := w.as("coordinator")
	_, body := v.get("/applications/waiting")
	testkit.Page(t, body, testkit.In("main", testkit.HasText("In third read")), testkit.In("main", testkit.HasText("They differ on: Aligned to one indicator")),
		testkit.In("main details", testkit.HasText("work at the applicant")), testkit.Count("form[action="+at+"/assign]", 1))
	res, body := v.post(at+"/assign", url.Values{"assessor": {string(w.people["colleague"])}})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "work at the applicant") {
		t.Errorf("a colleague: got %s", res.Status)
	}
	if res, _ := v.get(at); res.StatusCode != http.StatusOK {
		t.Errorf("the coordinator reads it: got %s", res.Status)
	}
}

func TestWorkbenchAccess(t *testing.T) {
	t.Parallel()
	w := newWorkbench(t)
	_, at := handedIn(t, w)
	_, reviews := w.readers()
	readings := path.Base(reviews[0])
	gets := []string{at, "/v1" + at, "/reviews/" + readings}
	posts := []string{at + "/draft", at + "/submit", at + "/withdraw", at + "/retry", at + "/assign", "/reviews/" + readings + "/scores"}
	for _, login := range []string{"stranger", "other-teacher", "principal", "learner"} {
		v := w.as(login)
		for _, a := range gets {
			if res, _ := v.get(a); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s gets %s: got %s, want 404", login, a, res.Status)
			}
		}
		for _, a := range posts {
			if res, _ := v.post(a, complete("9")); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s posts %s: got %s, want 404", login, a, res.Status)
			}
		}
		for _, a := range []string{"/reviews", "/applications/waiting", "/v1/reviews"} {
			if res, _ := v.get(a); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s gets %s: got %s, want 404", login, a, res.Status)
			}
		}
	}
	nobody := w.nobody()
	for _, a := range append(gets, "/applications", "/reviews", "/applications/waiting") {
		res, _ := nobody.get(a)
		if want := map[bool]int{true: http.StatusUnauthorized, false: http.StatusSeeOther}[strings.HasPrefix(a, "/v1/")]; res.StatusCode != want {
			t.Errorf("nobody gets %s: got %s, want %d", a, res.Status, want)
		}
	}
}

func TestWorkbenchJSON(t *testing.T) {
	t.Parallel()
	w := newWorkbench(t)
	v := w.as("zz-applicant")
	res, body := v.json(http.MethodPost, "/v1/applications", `{"micro_credential": "performance-tasks"}`)
	at := res.Header.Get("Location")
	if res.StatusCode != http.StatusCreated || at == "" {
		t.Fatalf("starting: got %s: %s", res.Status, body)
	}
	for what, bad := range map[string]string{
		"a wrong type":       `{"texts": {"part-1-1": 5}, "revision": 1}`,
		"a member twice":     `{"revision": 1, "revision": 2}`,
		"twice but for case": `{"revision": 1, "Revision": 2}`,
		"another case":       `{"Revision": 1}`,
		"a huge number":      `{"revision": 99999999999999999999}`,
		"an unknown member":  `{"revision": 1, "colour": "green"}`,
		"no revision":        `{"texts": {"part-1-1": "x"}}`,
		"a bad link":         `{"links": {"part-2-1": "ftp://x"}, "revision": 1}`,
		"not JSON":           `texts`,
	} {
		res, body := v.json(http.MethodPatch, at, bad)
		if strings.Contains(body, "about:blank") || strings.Contains(body, "Go ") {
			t.Errorf("%s: got %s", what, body)
		}
		if res.StatusCode/100 != 4 || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: got %s: %s", what, res.Status, body)
		}
	}
	if _, body := v.json(http.MethodPatch, at, `{"revision": 1, "texts": {"part-1-1": "x", "part-1-1": "y"}}`); !strings.Contains(body, `"pointer":"/texts/part-1-1"`) {
		t.Errorf("a member twice is not named: got %s", body)
	}
	res, body = v.json(http.MethodPatch, at, map[string]any{
		"texts": map[string]string{"part-1-1": "twelve year olds and one indicator", "part-3-1": "I will start earlier"},
		"links": map[string]string{"part-2-1": "https://example.org/task"}, "consent": true, "revision": 1,
	})
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `"revision":1`) {
		t.Fatalf("saving: got %s: %s", res.Status, body)
	}
	res, body = v.json(http.MethodPost, at+"/submit", "")
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `"/deidentified"`) {
		t.Errorf("without a promise: got %s: %s", res.Status, body)
	}
	v.json(http.MethodPatch, at, `{"deidentified": true, "revision": 2}`)
	res, body = v.json(http.MethodPost, at+"/submit", "")
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `"state":"assigned"`) {
		t.Fatalf("handing in: got %s: %s", res.Status, body)
	}
	readers, reviews := w.readers()
	for i := range readers {
		if res, body := readers[i].json(http.MethodPost, "/v1"+reviews[i]+"/scores", `{"levels": {"part-1-1": 9}}`); res.StatusCode != http.StatusUnprocessableEntity ||
			!strings.Contains(body, `"/levels/part-1-1"`) {
			t.Errorf("wrong scores: got %s: %s", res.Status, body)
		}
		res, body := readers[i].json(http.MethodPost, "/v1"+reviews[i]+"/scores", `{"levels": {"part-1-1": 2, "part-2-1-a": 3, "part-2-1-b": 3, "part-3-1": 2}}`)
		if res.StatusCode != http.StatusNoContent {
			t.Errorf("scoring: got %s: %s", res.Status, body)
		}
	}
	if _, body := v.get(at); !strings.Contains(body, `"state":"awarded"`) {
		t.Errorf("after two scores: got %s", body)
	}
}
