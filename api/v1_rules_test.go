package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"laurel/competency"
)

// TestPolicyOperations writes a policy by the JSON API: lint, draft, trial.
func TestPolicyOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := w.as("registrar")
	wrong := clerk.told(post, "/v1/policies/lint", map[string]any{"text": "policy: x.y\nversion: 1\nstatus: draft\nmystery: 1\n"}, http.StatusOK)
	found := members(wrong, "problems")
	if wrong["clean"] != false || len(found) == 0 || !strings.Contains(asText(found), `"line":4`) {
		t.Errorf("lint: %v", wrong)
	}
	clerk.told(post, "/v1/policy-drafts", map[string]any{"pack": "none"}, http.StatusUnprocessableEntity)
	id, _ := clerk.told(post, "/v1/policy-drafts", map[string]any{"pack": "proficiency"}, http.StatusCreated)["id"].(string)
	draft := clerk.told(get, "/v1/policy-drafts/"+id, nil, http.StatusOK)
	text, _ := draft["text"].(string)
	if draft["state"] != "draft" || !strings.Contains(text, "requirements:") {
		t.Fatalf("the draft: %v", draft)
	}
	saved := clerk.told(http.MethodPut, "/v1/policy-drafts/"+id, map[string]any{"text": text + "# said by a program\n", "revision": "0"}, http.StatusOK)
	if saved["revision"] != 1.0 || !strings.Contains(asText(saved["text"]), "said by a program") {
		t.Errorf("saved: %v", saved)
	}
	w.as("principal").told(http.MethodPut, "/v1/policy-drafts/"+id, map[string]any{"text": "other", "revision": "0"}, http.StatusConflict)
	if all := members(clerk.told(get, "/v1/policy-drafts", nil, http.StatusOK), "drafts"); len(all) != 1 || all[0]["id"] != id {
		t.Errorf("the drafts: %v", all)
	}
	clerk.told(post, "/v1/policy-drafts/"+id+"/trials", map[string]any{"year": 1999}, http.StatusUnprocessableEntity)
	trial, _ := clerk.told(post, "/v1/policy-drafts/"+id+"/trials", map[string]any{}, http.StatusCreated)["id"].(string)
	w.ok(w.reg.RunTrial(t.Context(), w.orgs["district"], competency.PolicyTrialID(trial)))
	if got := clerk.told(get, "/v1/policy-trials/"+trial, nil, http.StatusOK); got["state"] != "done" || got["done"] != got["total"] || got["done"] == 0.0 {
		t.Errorf("the trial: %v", got)
	}
	w.as("stranger").told(get, "/v1/policy-trials/"+trial, nil, http.StatusNotFound)
	clerk.told(http.MethodDelete, "/v1/policy-drafts/"+id, nil, http.StatusNoContent)
	clerk.told(http.MethodPut, "/v1/policy-drafts/"+id, map[string]any{"text": "other", "revision": "1"}, http.StatusConflict)
}

func asText(v any) string {
	b, _ := json.Marshal(v) // it came as JSON
	return string(b)
}

// TestExceptionOperations takes an exception over two people and ends it.
func TestExceptionOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := "/v1/learners/" + string(w.people["learner"]) + "/exceptions"
	counselor := w.as("counselor")
	ask := map[string]any{"requirement": "arts", "kind": "board-waiver", "reason": "The studio burned down in March.", "cite": "Minutes 12"}
	counselor.told(post, at, map[string]any{"requirement": "nothing", "kind": "board-waiver", "reason": "The studio burned down.", "cite": "Minutes 12"}, http.StatusUnprocessableEntity)
	id, _ := counselor.told(post, at, ask, http.StatusCreated)["id"].(string)
	one := "/v1/exceptions/" + id
	if all := members(w.as("principal").told(get, "/v1/exceptions", nil, http.StatusOK), "exceptions"); len(all) != 1 || all[0]["mine"] != true || strings.Contains(asText(all), "studio") {
		t.Errorf("what waits for the principal: %v", all)
	}
	counselor.told(post, one+"/approval", nil, http.StatusForbidden) // who proposed it
	w.as("principal").told(post, one+"/refusal", map[string]any{"why": ""}, http.StatusUnprocessableEntity)
	w.as("principal").told(post, one+"/approval", nil, http.StatusOK)
	if got := w.as("lead").told(post, one+"/approval", nil, http.StatusOK); got["state"] != "granted" {
		t.Errorf("approved by two: %v", got)
	}
	x, err := w.reg.Exception(t.Context(), w.actor("principal"), competency.ExceptionRequestID(id))
	w.ok(err)
	w.as("learner").told(post, at+"/"+x.Exception+"/end", map[string]any{"why": "The studio is open again."}, http.StatusNotFound)
	w.as("principal").told(post, at+"/"+x.Exception+"/end", map[string]any{"why": "The studio is open again."}, http.StatusNoContent)
	ask["requirement"] = "math"
	again, _ := counselor.told(post, at, ask, http.StatusCreated)["id"].(string)
	if got := counselor.told(post, "/v1/exceptions/"+again+"/withdrawal", map[string]any{"why": "Found another way to show it."}, http.StatusOK); got["state"] != "withdrawn" {
		t.Errorf("taken back: %v", got)
	}
}

// TestCourseOperations keeps courses and credits, one by one and by table.
func TestCourseOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk, school := w.as("registrar"), string(w.orgs["school"])
	clerk.told(post, "/v1/courses", map[string]any{"school": school, "code": "BAND", "title": "Band", "credits": "much"}, http.StatusUnprocessableEntity)
	clerk.told(post, "/v1/courses", map[string]any{"school": school, "code": "BAND", "title": "Band", "credits": "1", "tags": "arts"}, http.StatusCreated)
	table := map[string]any{"school": school, "csv": "code,title,credits,tags\nART1,Art,0.5,arts\n"}
	if got := clerk.told(post, "/v1/courses/table", table, http.StatusOK); got["rows"] != 1.0 || got["kept"] != false {
		t.Errorf("a dry run: %v", got)
	}
	table["keep"] = true
	if got := clerk.told(post, "/v1/courses/table", table, http.StatusOK); got["changed"] != 1.0 || got["kept"] != true {
		t.Errorf("kept: %v", got)
	}
	all := members(w.as("teacher").told(get, "/v1/courses", nil, http.StatusOK), "courses")
	if len(all) != 2 || all[0]["code"] != "ART1" || all[0]["credits"] != "0.5" {
		t.Fatalf("the courses: %v", all)
	}
	art := "/v1/courses/" + all[0]["id"].(string) //nolint:forcetypeassert // the schema says so
	w.as("teacher").told(http.MethodDelete, art, nil, http.StatusNotFound)
	clerk.told(http.MethodDelete, art, nil, http.StatusNoContent)

	at := "/v1/learners/" + string(w.people["learner"]) + "/entries"
	clerk.told(post, at, map[string]any{"what": "credit", "name": "BAND", "source": ""}, http.StatusUnprocessableEntity)
	clerk.told(post, at, map[string]any{"what": "credit", "name": "BAND", "source": "Transcript of 12 June"}, http.StatusNoContent)
	entries := members(w.as("learner").told(get, at, nil, http.StatusOK), "entries")
	if len(entries) != 1 || entries[0]["what"] != "credit" || entries[0]["amount"] != "1" {
		t.Fatalf("the entries: %v", entries)
	}
	one := at + "/" + entries[0]["id"].(string) + "/withdrawal" //nolint:forcetypeassert // the schema says so
	w.as("learner").told(post, one, map[string]any{"why": "I did not take it, really."}, http.StatusNotFound)
	clerk.told(post, one, map[string]any{"why": "It was another learner's."}, http.StatusNoContent)
	rows := map[string]any{"school": school, "csv": "learner,what,name,amount,source\nlearner,hours,community-service,12,Food shelf\n"}
	if got := clerk.told(post, "/v1/entries/table", rows, http.StatusOK); got["rows"] != 1.0 || got["kept"] != false {
		t.Errorf("a dry run of entries: %v", got)
	}
}

// TestRuleOperationsAreForThoseWhoMay: to nobody every operation says who must
// sign in, to others that there is nothing; the document of the API lists each.
func TestRuleOperationsAreForThoseWhoMay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := w.as("registrar")
	draft, _ := clerk.told(post, "/v1/policy-drafts", map[string]any{"pack": "proficiency"}, http.StatusCreated)["id"].(string)
	ask := map[string]any{"requirement": "arts", "kind": "board-waiver", "reason": "The studio burned down in March.", "cite": "Minutes 12"}
	learner := string(w.people["learner"])
	exception, _ := w.as("counselor").told(post, "/v1/learners/"+learner+"/exceptions", ask, http.StatusCreated)["id"].(string)
	school := string(w.orgs["school"])
	course, _ := clerk.told(post, "/v1/courses", map[string]any{"school": school, "code": "BAND", "title": "Band", "credits": "1"}, http.StatusCreated)["id"].(string)
	_, text := w.nobody().get("/openapi.json")
	var api struct{ Paths map[string]map[string]any }
	w.ok(json.Unmarshal([]byte(text), &api))
	why := map[string]any{"why": "Words that can stand in the file."}
	table := map[string]any{"school": school, "csv": "code,title,credits\nA,Art,1\n"}
	strangers := []*visitor{w.as("stranger"), w.as("partner-teacher"), w.as("other-learner"), w.as("coordinator")}
	for _, c := range []struct {
		method, path, id string
		body             any
	}{
		{post, "/v1/policies/lint", "", map[string]any{"text": "x"}},
		{post, "/v1/policy-drafts", "", map[string]any{"pack": "proficiency"}},
		{get, "/v1/policy-drafts/{id}", draft, nil},
		{http.MethodPut, "/v1/policy-drafts/{id}", draft, map[string]any{"text": "x", "revision": "0"}},
		{http.MethodDelete, "/v1/policy-drafts/{id}", draft, nil},
		{post, "/v1/policy-drafts/{id}/trials", draft, map[string]any{}},
		{get, "/v1/policy-trials/{id}", missing, nil},
		{get, "/v1/exceptions/{id}", exception, nil},
		{post, "/v1/learners/{id}/exceptions", learner, ask},
		{post, "/v1/exceptions/{id}/approval", exception, nil},
		{post, "/v1/exceptions/{id}/refusal", exception, why},
		{post, "/v1/exceptions/{id}/withdrawal", exception, why},
		{post, "/v1/learners/{id}/exceptions/{exception}/end", learner, why},
		{post, "/v1/courses", "", map[string]any{"school": school, "code": "X", "title": "X", "credits": "1"}},
		{http.MethodDelete, "/v1/courses/{id}", course, nil},
		{post, "/v1/courses/table", "", table},
		{post, "/v1/entries/table", "", table},
		{get, "/v1/learners/{id}/entries", learner, nil},
		{post, "/v1/learners/{id}/entries", learner, map[string]any{"what": "hours", "name": "x", "amount": "1", "source": "y"}},
		{post, "/v1/learners/{id}/entries/{entry}/withdrawal", learner, why},
	} {
		if api.Paths[c.path][strings.ToLower(c.method)] == nil {
			t.Errorf("%s %s is not in the document of the API", c.method, c.path)
		}
		at := strings.NewReplacer("{id}", c.id, "{exception}", missing, "{entry}", missing).Replace(c.path)
		w.nobody().told(c.method, at, c.body, http.StatusUnauthorized)
		for _, who := range strangers {
			who.told(c.method, at, c.body, http.StatusNotFound)
		}
	}
	for _, path := range []string{"/v1/policy-drafts", "/v1/exceptions", "/v1/courses"} {
		w.nobody().told(get, path, nil, http.StatusUnauthorized)
	}
	if all := members(w.as("stranger").told(get, "/v1/policy-drafts", nil, http.StatusOK), "drafts"); len(all) != 0 {
		t.Errorf("another district's drafts: %v", all)
	}
}
