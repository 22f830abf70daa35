package api

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"laurel/internal/testkit"
)

// multipartForm is a form with one file.
func multipartForm(t *testing.T, values url.Values, name string, content []byte) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for key, list := range values {
		for _, v := range list {
			if err := w.WriteField(key, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	f, err := w.CreateFormFile("files", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

// smallPhoto is a JPEG of a few points.
func smallPhoto(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// evidence hands in a piece for MATH.3 over the JSON API.
func (w *world) evidence(t *testing.T, v *visitor, title string) string {
	t.Helper()
	in := map[string]any{"title": title, "body": "What I did", "reflection": "It shows it", "indicators": []string{"MATH.3"}, "submit": true, "context": "mathematics"}
	res, body := v.json(http.MethodPost, "/v1/evidence", in)
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(body), &made); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("adding evidence: %s %s %v", res.Status, body, err)
	}
	if res.Header.Get("Location") != "/v1/evidence/"+made.ID {
		t.Errorf("location %q", res.Header.Get("Location"))
	}
	return made.ID
}

func TestEvidenceFromAPhone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner := w.as("learner")
	_, body := learner.get("/evidence/new")
	testkit.Page(t, body, testkit.Count("input[name=indicators]", 36), testkit.Count("#f-files", 1))

	form := url.Values{"title": {"Rebuild log"}, "reflection": {"I found the fault by measuring"}, "indicators": {"SCI.3", "MATH.4"}, "submit": {"true"}}
	kind, sent := multipartForm(t, form, "IMG_1.jpg", smallPhoto(t))
	res, body := learner.do(http.MethodPost, "/evidence", kind, sent)
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %s: %s", res.Status, body)
	}
	page := res.Header.Get("Location")
	_, body = learner.get(page)
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Rebuild log")), testkit.Count("figure img", 1))
	picture := body[strings.Index(body, "/evidence-files/"):]
	picture = picture[:strings.Index(picture, `"`)]
	for who, want := range map[string]int{"learner": 200, "teacher": 200, "partner-teacher": 404, "other-learner": 404, "admin": 404, "stranger": 404} {
		res, _ := w.as(who).get(picture)
		if res.StatusCode != want {
			t.Errorf("%s gets the photo: %s", who, res.Status)
		}
		if want == 200 && (!strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox")) {
			t.Errorf("headers of a file: %v", res.Header)
		}
	}
	if res, _ := w.nobody().get(picture); res.StatusCode != http.StatusSeeOther {
		t.Errorf("nobody gets the photo: %s", res.Status)
	}

	kind, sent = multipartForm(t, form, "page.html", []byte("<!doctype html><html><body>hello</body></html>"))
	res, body = learner.do(http.MethodPost, "/evidence", kind, sent)
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a web page as a file: %s", res.Status)
	}
	testkit.Page(t, body, testkit.Count("#f-files-error", 1))
}

func TestEvidenceFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("learner")
	res, body := v.post("/evidence", url.Values{"title": {strings.Repeat("x", 500)}, "reflection": {"My sentence"}, "links": {"ftp://example.org"}, "submit": {"true"}})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "My sentence") || !strings.Contains(body, "ftp://example.org") {
		t.Errorf("got %s", res.Status)
	}
	testkit.Page(t, body, testkit.Count("#f-title-error", 1), testkit.Count("#f-indicators .error", 1))
	_, body = v.get("/evidence")
	testkit.Page(t, body, testkit.Count(".queue-row", 0), testkit.Count(".empty", 1))
	for name, bad := range map[string]string{
		"duplicate": `{"title":"a","title":"b"}`, "unknown": `{"title":"a","level":4}`, "type": `{"title":7}`, "broken": `{"title":`,
	} {
		res, body := v.json(http.MethodPost, "/v1/evidence", bad)
		if res.StatusCode < 400 || res.StatusCode >= 500 || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %s %s", name, res.Status, body)
		}
	}
}

func TestJudgingJourney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner, teacher := w.as("learner"), w.as("teacher")
	first, second := w.evidence(t, learner, "Stock survey"), w.evidence(t, learner, "Bridge test")

	_, body := teacher.get("/")
	if !strings.Contains(body, "2 pieces of evidence to judge") {
		t.Error("the teacher's home does not say what waits")
	}
	_, body = teacher.get("/queue")
	testkit.Page(t, body, testkit.Count(".queue-row", 2), testkit.In(".queue-who", testkit.HasText("Used learner")))
	_, body = teacher.get("/judge/" + first)
	testkit.Page(t, body, testkit.Count("fieldset.levels", 1), testkit.Count("input[type=radio]", 4), testkit.Count("[data-next]", 1))

	res, body := teacher.post("/judge/"+first, url.Values{"scores[0].indicator": {"MATH.3"}, "scores[0].level": {"2"}})
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("below proficient without feedback: %s", res.Status)
	}
	testkit.Page(t, body, testkit.Count("#f-scores-0--feedback-error", 1))
	for id, level := range map[string]string{first: "3", second: "4"} {
		res, body = teacher.post("/judge/"+id, url.Values{"scores[0].indicator": {"MATH.3"}, "scores[0].level": {level}})
		if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/judge/"+id+"#proposals" {
			t.Fatalf("judging: %s to %q %s", res.Status, res.Header.Get("Location"), body)
		}
	}
	_, body = teacher.get("/judge/" + second)
	testkit.Page(t, body, testkit.Count("#proposals", 1), testkit.Count(".flash form[data-undo]", 1))
	_, body = teacher.get("/proposals")
	testkit.Page(t, body, testkit.Count("input[name=ids]", 1))
	id := body[strings.Index(body, `name="ids" value="`)+len(`name="ids" value="`):]
	id = id[:strings.Index(id, `"`)]
	if res, _ := w.as("partner-teacher").post("/proposals", url.Values{"ids": {id}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("another school confirms: %s", res.Status)
	}
	if res, _ := teacher.post("/proposals", url.Values{"ids": {id}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("confirming: %s", res.Status)
	}
	_, body = learner.get("/requirements")
	testkit.Page(t, body, testkit.Count(".ring", 11), testkit.In(".tree", testkit.HasText("Personal learning plan")))
	if !strings.Contains(body, "1 of 4 shown") {
		t.Error("the learner's tree does not show the level")
	}
	if strings.Contains(body, "of 36") {
		t.Error("one number stands for everything (mission row 29)")
	}
	_, body = teacher.get("/learners")
	if !strings.Contains(body, "1 of 36 shown") {
		t.Error("the list of learners does not show the level")
	}
	learnerPage := "/learners/" + string(w.people["learner"])
	if res, body := teacher.post("/determinations/"+id+"/reopen", url.Values{"reason": {"no"}, "learner": {string(w.people["learner"])}}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("reopening without a reason: %s %s", res.Status, body)
	}
	if res, _ := teacher.post("/determinations/"+id+"/reopen", url.Values{"reason": {"Another group's numbers"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("reopening: %s", res.Status)
	}
	_, body = teacher.get(learnerPage)
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Used learner")))
	if !strings.Contains(body, "Another group&#39;s numbers") {
		t.Error("the reason is not on the learner's page")
	}
	res, _ = teacher.post("/judge/"+first+"/undo", nil)
	if res.StatusCode != http.StatusSeeOther {
		t.Errorf("taking back: %s", res.Status)
	}
	if res, _ := teacher.post("/judge/"+first+"/back", url.Values{"words": {"Please add the table"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("sending back: %s", res.Status)
	}
	_, body = learner.get("/evidence/" + first)
	testkit.Page(t, body, testkit.In(".note", testkit.HasText("Please add the table")))
	_, body = learner.get("/evidence/" + first + "/edit")
	testkit.Page(t, body, testkit.Count("form.stack", 1))
}

func TestLearningAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner, teacher := w.as("learner"), w.as("teacher")
	id := w.evidence(t, learner, "Survey")
	res, body := teacher.json(http.MethodPost, "/v1/evidence/"+id+"/scores", map[string]any{"scores": []any{map[string]any{"indicator": "MATH.3", "level": 9, "feedback": ""}}})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "/scores/0/level") {
		t.Errorf("a level off the scale: %s %s", res.Status, body)
	}
	res, body = teacher.json(http.MethodPost, "/v1/evidence/"+id+"/scores", map[string]any{"scores": []any{map[string]any{"indicator": "MATH.3", "level": 3, "feedback": ""}}})
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `"state":"accepted"`) || !strings.Contains(body, `"label":"Proficient"`) {
		t.Errorf("judging: %s %s", res.Status, body)
	}
	lines, err := w.reg.Proposals(t.Context(), w.actor("teacher"))
	w.ok(err)
	if res, body := teacher.json(http.MethodPost, "/v1/determinations/"+string(lines[0].ID)+"/confirm", ""); res.StatusCode != http.StatusNoContent {
		t.Errorf("confirming: %s %s", res.Status, body)
	}
	res, body = learner.get("/v1/learners/" + string(w.people["learner"]) + "/requirements")
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `"state":"not_met"`) {
		t.Errorf("requirements: %s %s", res.Status, body)
	}
	for _, who := range []string{"other-learner", "partner-teacher", "stranger", "admin"} {
		for _, path := range []string{"/v1/evidence/" + id, "/v1/learners/" + string(w.people["learner"]) + "/requirements"} {
			if res, body := w.as(who).get(path); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s reads %s: %s %s", who, path, res.Status, body)
			}
		}
	}
	if res, _ := w.nobody().get("/v1/evidence/" + id); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %s", res.Status)
	}
}

func TestLearningPagesAreForThoseWhoMay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.evidence(t, w.as("learner"), "Survey")
	policies, err := w.reg.Policies(t.Context(), w.actor("teacher"))
	w.ok(err)
	frameworks, err := w.reg.Frameworks(t.Context(), w.actor("teacher"))
	w.ok(err)
	person := string(w.people["learner"])
	for path, want := range map[string]map[string]int{
		"/evidence":                           {"learner": 200, "teacher": 200},
		"/evidence/new":                       {"learner": 200, "teacher": 404},
		"/evidence/" + id:                     {"learner": 200, "teacher": 200, "principal": 200, "partner-teacher": 404, "other-learner": 404, "stranger": 404},
		"/evidence/" + id + "/edit":           {"teacher": 404, "other-learner": 404},
		"/requirements":                       {"learner": 200, "teacher": 404},
		"/learners":                           {"teacher": 200, "counselor": 200, "learner": 404, "admin": 404, "stranger": 404},
		"/learners/" + person:                 {"teacher": 200, "learner": 200, "partner-teacher": 404, "stranger": 404, "admin": 404},
		"/queue":                              {"teacher": 200, "counselor": 404, "learner": 404},
		"/judge/" + id:                        {"teacher": 200, "partner-teacher": 404, "counselor": 404, "learner": 404, "stranger": 404},
		"/proposals":                          {"teacher": 200, "learner": 404},
		"/policies":                           {"lead": 200, "learner": 200},
		"/policies/" + string(policies[0].ID): {"lead": 200, "teacher": 200, "stranger": 404},
		"/frameworks":                         {"teacher": 200},
		"/frameworks/" + string(frameworks[0].ID):      {"teacher": 200, "stranger": 200},
		"/frameworks/00000000-0000-0000-0000-00000000": {"teacher": 404},
	} {
		for who, status := range want {
			res, body := w.as(who).get(path)
			if res.StatusCode != status {
				t.Errorf("%s at %s: got %s, want %d", who, path, res.Status, status)
			}
			testkit.Page(t, body)
		}
		res, body := w.nobody().get(path)
		if open := strings.HasPrefix(path, "/frameworks/"); !open && res.StatusCode != http.StatusSeeOther {
			t.Errorf("nobody at %s: %s", path, res.Status)
		} else if open && res.StatusCode == http.StatusOK {
			testkit.Page(t, body, testkit.Count(`[id="MATH.3"]`, 1))
		}
	}
	for _, form := range []string{"/judge/" + id, "/judge/" + id + "/undo", "/judge/" + id + "/back", "/evidence/" + id + "/submit", "/evidence/" + id + "/withdraw"} {
		values := url.Values{"words": {"some words"}, "scores[0].indicator": {"MATH.3"}, "scores[0].level": {"3"}}
		if res, _ := w.as("partner-teacher").post(form, values); res.StatusCode != http.StatusNotFound {
			t.Errorf("another school at %s: %s", form, res.Status)
		}
	}
}

// TestEvidenceSavesItself keeps what is typed in one draft, however often it is
// sent, and hands that draft in.
func TestEvidenceSavesItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner := w.as("learner")
	save := func(form url.Values) string {
		t.Helper()
		form.Set("idempotency_key", "the-open-page")
		res, body := learner.post("/evidence/autosave", form)
		var kept struct{ Draft string }
		if err := json.Unmarshal([]byte(body), &kept); err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("saving: %s %s", res.Status, body)
		}
		return kept.Draft
	}
	draft := save(url.Values{"body": {"Three mornings"}})
	if again := save(url.Values{"title": {"At the brook"}, "body": {"Three mornings at the brook"}}); again != draft {
		t.Fatalf("saved in %s, then in %s", draft, again)
	}
	_, body := learner.get(draft)
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("At the brook")), testkit.In("main", testkit.HasText("Three mornings at the brook")))
	if res, _ := learner.post("/evidence/autosave", url.Values{"title": {"Without a page"}}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a key: %s", res.Status)
	}
	res, body := learner.post("/evidence", url.Values{"idempotency_key": {"the-open-page"}, "title": {"Another"}, "route": {"class"}})
	if res.StatusCode != http.StatusSeeOther {
		t.Errorf("the key of the page is spent: %s %s", res.Status, body)
	}
}
