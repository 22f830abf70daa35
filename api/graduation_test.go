package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/jobs"
	"laurel/internal/registrar"
	"laurel/internal/store"
	"laurel/internal/testkit"
)

// ready gives learners everything that the starter policy asks for; the waived
// one lacks the arts, which two people have excused.
func (w *world) ready(learner string, waived bool) {
	w.t.Helper()
	err := w.store.In(w.t.Context(), w.orgs["district"], func(sc *store.Scope) error {
		f, err := sc.CurrentFramework()
		if err != nil {
			return err
		}
		items, err := sc.Items(f.ID)
		if err != nil {
			return err
		}
		var levels []competency.Determination
		for _, it := range items {
			if it.Kind != competency.IndicatorItem || waived && strings.HasPrefix(it.Code, "ARTS") {
				continue
			}
			levels = append(levels, competency.Determination{
				ID: competency.DeterminationID(sc.ID()), Learner: w.people[learner], Item: it.ID, State: competency.LevelConfirmed,
				Level: 3, Why: "2 different tasks at 3 or more", Contexts: []string{"science", "english"}, Proposed: sc.Now(),
				By: w.people["teacher"], Confirmed: sc.Now(),
			})
		}
		if err := sc.AddDeterminations(levels); err != nil {
			return err
		}
		on := store.OnRecord{
			Records: []competency.Record{{Kind: "plp", Current: true, SignedBy: []string{"learner", "advisor"}, Reviewed: "2027-03-01"}},
			Works:   []competency.PanelWork{{Kind: "exhibition", Title: "Brook", State: "accepted", Panel: []string{"a", "b", "c"}, External: 1}},
		}
		if waived {
			on.Exceptions = []competency.Exception{{
				Requirement: "arts", Kind: "board-waiver", Reason: "MARKER-REASON", Cite: "Minutes 12",
				By: w.people["principal"], By2: w.people["lead"],
			}}
		}
		return sc.AddOnRecord(w.people[learner], on)
	})
	w.ok(err)
}

// work runs the jobs until the test ends.
func (w *world) work() {
	w.t.Helper()
	stop, err := w.store.Work(w.t.Context(), store.WorkOptions{Poll: 20 * time.Millisecond}, jobs.Handlers(w.reg)...)
	w.ok(err)
	w.t.Cleanup(func() { _ = stop(w.t.Context()) })
}

// season is an open and audited class: the learner is ready, the other learner
// too by an exception, a third is not.
func (w *world) season() (class string) {
	w.t.Helper()
	w.ready("learner", false)
	w.ready("other-learner", true)
	w.takeIn("third-learner", "school", competency.Learner)
	id, err := w.reg.OpenClass(w.t.Context(), w.actor("registrar"), registrar.Once{}, registrar.NewClass{
		School: string(w.orgs["school"]), Year: 2027, Conferral: "2027-06-12",
	})
	w.ok(err)
	b, err := w.reg.Board(w.t.Context(), w.actor("registrar"), id)
	w.ok(err)
	w.ok(w.reg.RunAudit(w.t.Context(), w.orgs["district"], b.Run.ID))
	return string(id)
}

func TestClassPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("registrar")

	_, body := v.get("/classes")
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Classes")), testkit.Count(".empty", 1), testkit.Count("input[name=conferral]", 1))
	_, body = w.as("principal").get("/classes")
	testkit.Page(t, body, testkit.NotIn("input[name=conferral]"))

	res, body := v.post("/classes", url.Values{"school": {string(w.orgs["school"])}, "year": {"2027"}, "conferral": {"some day"}})
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("a day that is none: got %s", res.Status)
	}
	testkit.Page(t, body, testkit.In(".field-wrong", testkit.HasText("year-month-day")), testkit.In("input[name=year]", testkit.HasAttr("value", "2027")))
	res, _ = v.post("/classes", url.Values{"school": {string(w.orgs["partner"])}, "year": {"2027"}, "conferral": {"2027-06-12"}})
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("another school: got %s", res.Status)
	}

	class := w.season()
	_, body = v.get("/classes")
	testkit.Page(t, body, testkit.In(".queue-row", testkit.HasText("Class of 2027"), testkit.HasText("2 ready")))
	for stage, check := range map[string][]testkit.HTMLCheck{
		"":          {testkit.Count("input[name=learners]", 2), testkit.In(".people", testkit.HasText("Used learner"), testkit.HasText("Exception"))},
		"not-yet":   {testkit.In(".people", testkit.HasText("Used third-learner"), testkit.HasText("still to show")), testkit.NotIn("input[name=learners]")},
		"certified": {testkit.Count(".empty", 1)},
		"issued":    {testkit.Count(".empty", 1)},
	} {
		_, body := v.get("/classes/" + class + "?stage=" + stage)
		testkit.Page(t, body, append(check, testkit.In("h1", testkit.HasText("Class of 2027")))...)
	}
	_, body = v.get("/classes/" + class + "/learners/" + string(w.people["third-learner"]))
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Used third-learner")), testkit.In(".node-not_met"))
	now := "/learners/" + string(w.people["third-learner"]) + "/audit"
	_, today := v.get(now)
	for _, page := range []string{body, today} {
		testkit.Page(t, page, testkit.In(".ways li", testkit.HasText("ask ")), testkit.Count("[data-print]", 1))
		if strings.Contains(page, "MARKER-REASON") {
			t.Error("the reason of an exception is shown")
		}
	}
	for _, login := range []string{"third-learner", "stranger", "partner-teacher"} {
		if res, _ := w.as(login).get(now); res.StatusCode != http.StatusNotFound {
			t.Errorf("the audit of today for %s: got %s, want 404", login, res.Status)
		}
	}
	if res, _ := w.nobody().get(now); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the audit of today for nobody: got %s", res.Status)
	}
	if res, _ := v.post("/classes/"+class+"/audits", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("auditing again: got %s", res.Status)
	}
	_, body = v.get("/classes/" + class)
	testkit.Page(t, body, testkit.Count("[data-progress]", 1))
	_, body = w.as("registrar").get("/")
	testkit.Page(t, body, testkit.In(".queue", testkit.HasText("2 learners are ready")))
}

func TestGraduationAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	class := w.season()
	made, err := w.reg.Certify(t.Context(), w.actor("counselor"), registrar.Once{}, competency.ClassID(class), []competency.PersonID{w.people["learner"]})
	w.ok(err)
	gets := []string{
		"/classes/" + class, "/classes/" + class + "/progress", "/classes/" + class + "/learners/" + string(w.people["learner"]),
		"/batches/" + string(made.Batch), "/batches/" + string(made.Batch) + "/progress", "/v1/classes/" + class, "/v1/batches/" + string(made.Batch),
	}
	for _, login := range []string{"learner", "teacher", "partner-teacher", "coordinator", "admin", "stranger"} {
		v := w.as(login)
		for _, path := range append(gets, "/classes") {
			if res, _ := v.get(path); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s as %s: got %s, want 404", path, login, res.Status)
			}
		}
	}
	nobody, stranger := w.nobody(), w.as("stranger")
	for _, path := range gets {
		res, _ := nobody.get(path)
		if strings.HasPrefix(path, "/v1/") {
			if res.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s as nobody: got %s, want 401", path, res.Status)
			}
		} else if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s as nobody: got %s, want the sign-in page", path, res.Status)
		}
	}
	for _, path := range []string{
		"/classes/" + class + "/audits", "/classes/" + class + "/batches", "/batches/" + string(made.Batch) + "/approve", "/batches/" + string(made.Batch) + "/withdraw",
	} {
		form := url.Values{"learners": {string(w.people["learner"])}, "hash": {made.ListHash}}
		if res, _ := nobody.post(path, form); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s as nobody: got %s, want the sign-in page", path, res.Status)
		}
		if res, _ := stranger.post(path, form); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s as a stranger: got %s, want 404", path, res.Status)
		}
	}
	if res, _ := w.as("counselor").post("/batches/"+string(made.Batch)+"/approve", url.Values{"hash": {made.ListHash}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("the certifier approves: got %s", res.Status)
	}
}

func TestFromCertifiedToIssued(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	class := w.season()
	counselor, principal := w.as("counselor"), w.as("principal")

	if res, _ := counselor.post("/classes/"+class+"/batches", url.Values{}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nobody chosen: got %s", res.Status)
	}
	res, _ := counselor.post("/classes/"+class+"/batches", url.Values{"learners": {
		string(w.people["learner"]), string(w.people["other-learner"]), string(w.people["third-learner"]),
	}, "idempotency_key": {"k"}})
	list := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(list, "/batches/") {
		t.Fatalf("certifying: got %s to %q", res.Status, list)
	}
	_, body := counselor.get(list)
	testkit.Page(t, body, testkit.In(".flash", testkit.HasText("Used third-learner (something is still open)")), testkit.NotIn("input[name=hash]"))

	_, body = principal.get("/")
	testkit.Page(t, body, testkit.In(".queue", testkit.HasText("2 diplomas wait for your approval")))
	_, body = principal.get(list)
	testkit.Page(t, body, testkit.Count("input[name=exceptions]", 1), testkit.Count(".list-hash span", 16))
	_, after, _ := strings.Cut(body, `name="hash" value="`)
	hash, _, _ := strings.Cut(after, `"`)
	if res, body := principal.post(list+"/approve", url.Values{"hash": {hash}}); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "none can be passed over") {
		t.Errorf("an exception passed by: got %s", res.Status)
	}
	form := url.Values{"hash": {hash}, "exceptions": {string(w.people["other-learner"])}}
	for range 2 {
		if res, _ := principal.post(list+"/approve", form); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != list {
			t.Fatalf("approving: got %s", res.Status)
		}
	}
	w.work()
	w.until(func() bool {
		_, body := principal.get(list+"/progress", "Accept", "application/json")
		var p registrar.Progress
		return json.Unmarshal([]byte(body), &p) == nil && p == registrar.Progress{Done: 2, Total: 2, State: "done"}
	})
	_, body = principal.get(list)
	testkit.Page(t, body, testkit.Count(".person .tag-genuine", 2), testkit.NotIn("input[name=hash]"))
	if strings.Contains(body, "MARKER-REASON") {
		t.Error("the reason of an exception is shown")
	}
	_, body = principal.get("/classes/" + class + "?stage=issued")
	testkit.Page(t, body, testkit.Count(".people li", 2))
}

func TestGraduationJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("registrar")
	res, body := v.json(http.MethodPost, "/v1/classes", `{"school":"x","year":2027}`)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "conferral") {
		t.Errorf("a member is missing: got %s: %s", res.Status, body)
	}
	w.ready("learner", false)
	in := map[string]any{"school": w.orgs["school"], "year": 2027, "conferral": "2027-06-12"}
	var made struct {
		ID, Hash string
		Count    int
	}
	for range 2 {
		res, body := v.json(http.MethodPost, "/v1/classes", in, "Idempotency-Key", "k1")
		if res.StatusCode != http.StatusCreated {
			t.Fatalf("opening: got %s: %s", res.Status, body)
		}
		w.ok(json.Unmarshal([]byte(body), &made))
	}
	w.work()
	class := "/v1/classes/" + made.ID
	var board classRecord
	w.until(func() bool {
		_, body := v.get(class)
		w.ok(json.Unmarshal([]byte(body), &board))
		return board.Counts["ready"] == 1 && board.Counts["not-yet"] == 1
	})
	if res, body := v.json(http.MethodPost, class+"/batches", map[string]any{"learners": []any{w.people["other-learner"]}}); res.StatusCode != http.StatusConflict || !strings.Contains(body, "not-done") {
		t.Errorf("somebody who is not ready: got %s: %s", res.Status, body)
	}
	for range 2 {
		res, body = v.json(http.MethodPost, class+"/batches", map[string]any{"learners": []any{w.people["learner"]}}, "Idempotency-Key", "k2")
		if res.StatusCode != http.StatusCreated {
			t.Fatalf("certifying: got %s: %s", res.Status, body)
		}
	}
	list := res.Header.Get("Location")
	var batch batchRecord
	_, body = v.get(list)
	w.ok(json.Unmarshal([]byte(body), &batch))
	principal := w.as("principal")
	if res, body := principal.json(http.MethodPost, list+"/approval", map[string]any{"hash": "0", "exceptions": []any{}}); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "/hash") {
		t.Errorf("another list: got %s: %s", res.Status, body)
	}
	if res, body := principal.json(http.MethodPost, list+"/approval", map[string]any{"hash": batch.Hash, "exceptions": []any{}}); res.StatusCode != http.StatusAccepted {
		t.Fatalf("approving: got %s: %s", res.Status, body)
	}
	w.until(func() bool {
		_, body := v.get(list)
		w.ok(json.Unmarshal([]byte(body), &batch))
		return batch.State == "issued" && batch.Entries[0].Credential != ""
	})
}

// until waits for something that jobs bring about.
func (w *world) until(done func() bool) {
	w.t.Helper()
	for range 200 {
		if done() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	w.t.Fatal("it did not come about in ten seconds")
}
