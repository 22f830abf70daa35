package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"laurel/competency"
)

// told asks an operation and reads its answer, which must have the status.
func (v *visitor) told(method, path string, body any, status int) map[string]any {
	v.w.t.Helper()
	if body == nil {
		body = ""
	}
	res, text := v.json(method, path, body)
	if res.StatusCode != status {
		v.w.t.Fatalf("%s %s: got %s, want %d: %s", method, path, res.Status, status, text)
	}
	out := map[string]any{}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			v.w.t.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return out
}

// members are the objects in a member of an answer.
func members(of map[string]any, name string) (all []map[string]any) {
	list, _ := of[name].([]any)
	for _, one := range list {
		if m, ok := one.(map[string]any); ok {
			all = append(all, m)
		}
	}
	return all
}

// TestEvidenceLifeAPI: a program can do what the pages do with thoughts,
// groups, publishing and doubts.
func TestEvidenceLifeAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner, other, teacher := w.as("learner"), w.as("other-learner"), w.as("teacher")
	id := w.evidence(t, learner, "Survey")
	at := "/v1/evidence/" + id

	learner.told(post, at+"/reflections", map[string]any{"text": ""}, http.StatusUnprocessableEntity)
	d := learner.told(post, at+"/reflections", map[string]any{"text": "I would ask more people next time"}, http.StatusOK)
	if r := members(d, "reflections"); len(r) == 0 || r[len(r)-1]["text"] != "I would ask more people next time" {
		t.Errorf("reflections: %v", d["reflections"])
	}

	learner.told(post, at+"/members", map[string]any{"person": "Nobody At All"}, http.StatusUnprocessableEntity)
	learner.told(post, at+"/members", map[string]any{"person": "Used other-learner"}, http.StatusOK)
	asked := members(other.told(get, "/v1/invitations", nil, http.StatusOK), "invitations")
	if len(asked) != 1 || asked[0]["evidence"] != id || asked[0]["by"] != "Used learner" {
		t.Fatalf("invitations: %v", asked)
	}
	part, _ := other.told(post, at+"/invitation", map[string]any{"join": true}, http.StatusOK)["evidence"].(string)
	other.told(post, at+"/invitation", map[string]any{"join": true}, http.StatusConflict)
	if d := other.told(get, "/v1/evidence/"+part, nil, http.StatusOK); d["part_of"] != id || d["state"] != "draft" || len(members(d, "members")) != 2 {
		t.Errorf("one's own part: %v", d)
	}

	learner.told(post, at+"/publication", map[string]any{"answers": map[string]any{"mine": "yes"}}, http.StatusUnprocessableEntity)
	yes := map[string]any{"answers": map[string]string{}}
	for _, q := range competency.Checklist(competency.BeforePublishing) {
		yes["answers"].(map[string]string)[q.Key] = "yes" //nolint:forcetypeassert // it was made above
	}
	page, _ := learner.told(post, at+"/publication", yes, http.StatusOK)["publication"].(string)
	if res, _ := w.nobody().get(strings.TrimPrefix(page, w.public)); page == "" || res.StatusCode != http.StatusOK {
		t.Errorf("the public page %q: %s", page, res.Status)
	}
	if d := teacher.told(get, at, nil, http.StatusOK); d["publication"] != nil {
		t.Error("the address is its owner's")
	}
	learner.told(http.MethodDelete, at+"/publication", nil, http.StatusOK)
	if res, _ := w.nobody().get(strings.TrimPrefix(page, w.public)); res.StatusCode != http.StatusNotFound {
		t.Errorf("after its end: %s", res.Status)
	}

	score := map[string]any{"scores": []any{map[string]any{"indicator": "MATH.3", "level": 3, "feedback": ""}}}
	teacher.told(post, at+"/scores", score, http.StatusOK)
	lines, err := w.reg.Proposals(t.Context(), w.actor("teacher"))
	w.ok(err)
	teacher.told(post, "/v1/determinations/"+string(lines[0].ID)+"/confirm", nil, http.StatusNoContent)
	teacher.told(post, at+"/disputes", map[string]any{"reason": "It may be somebody else's work."}, http.StatusOK)
	if d := learner.told(get, at, nil, http.StatusOK); len(members(d, "disputes")) != 1 || members(d, "disputes")[0]["reason"] != nil {
		t.Errorf("its owner reads %v", d["disputes"])
	}
	aside := map[string]any{"outcome": "set_aside", "words": "Both were heard; it is not theirs."}
	teacher.told(post, at+"/dispute/decision", aside, http.StatusForbidden)
	principal := w.as("principal")
	if l := principal.told(get, "/v1/review-tasks", nil, http.StatusOK); len(l["disputed"].([]any)) != 1 { //nolint:forcetypeassert // the schema says so
		t.Errorf("what waits for a second person: %v", l)
	}
	if d := principal.told(post, at+"/dispute/decision", aside, http.StatusOK); d["state"] != "set_aside" {
		t.Errorf("decided: %v", d["state"])
	}
	tasks := members(teacher.told(get, "/v1/review-tasks", nil, http.StatusOK), "tasks")
	if len(tasks) != 1 || tasks[0]["determination"] != string(lines[0].ID) {
		t.Fatalf("review tasks: %v", tasks)
	}
	task, _ := tasks[0]["id"].(string)
	teacher.told(post, "/v1/review-tasks/"+task+"/decision", map[string]any{"outcome": "changed", "words": "The level rested on it alone."}, http.StatusNoContent)
	teacher.told(post, "/v1/review-tasks/"+task+"/decision", map[string]any{"outcome": "stands", "words": "A second thought about it."}, http.StatusConflict)
}

// TestApprovalsAPI: a program asks before the start and answers for the school.
func TestApprovalsAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner, teacher := w.as("learner"), w.as("teacher")
	ask := map[string]any{
		"route": "credit-flex", "title": "A radio hour every second Saturday", "starts": w.now().AddDate(0, 0, 14).Format(time.DateOnly), "indicators": []string{"TS-COMM.1"},
	}
	learner.told(post, "/v1/approvals", map[string]any{"route": "moon", "title": "x", "starts": "soon", "indicators": []string{}}, http.StatusUnprocessableEntity)
	id, _ := learner.told(post, "/v1/approvals", ask, http.StatusCreated)["id"].(string)
	teacher.told(post, "/v1/approvals", ask, http.StatusNotFound)
	if l := members(teacher.told(get, "/v1/approvals", nil, http.StatusOK), "waiting"); len(l) != 1 || l[0]["id"] != id {
		t.Fatalf("waiting: %v", l)
	}
	teacher.told(post, "/v1/approvals/"+id+"/decision", map[string]any{"give": false}, http.StatusUnprocessableEntity)
	teacher.told(post, "/v1/approvals/"+id+"/decision", map[string]any{"give": true}, http.StatusNoContent)
	if l := members(learner.told(get, "/v1/approvals", nil, http.StatusOK), "own"); len(l) != 1 || l[0]["state"] != "given" {
		t.Errorf("own: %v", l)
	}
}

// TestOutsideAPI: a program hands in a credential of elsewhere and reads what
// became of it.
func TestOutsideAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner, office := w.as("learner"), w.as("registrar")
	learner.told(post, "/v1/outside-credentials", map[string]any{}, http.StatusUnprocessableEntity)
	learner.told(post, "/v1/outside-credentials", map[string]any{"address": "http://inside.local/"}, http.StatusUnprocessableEntity)
	_, token := w.nobody().get(w.path(w.issued("learner", "audit-1").Page) + ".jwt")
	made := learner.told(post, "/v1/outside-credentials", map[string]any{"document": token}, http.StatusCreated)
	own := members(learner.told(get, "/v1/outside-credentials", nil, http.StatusOK), "own")
	if len(own) != 1 || own[0]["evidence"] != made["id"] || own[0]["state"] != "verified" {
		t.Fatalf("own: %v", own)
	}
	at := "/v1/outside-credentials/" + own[0]["id"].(string) //nolint:forcetypeassert // the schema says so
	learner.told(post, at+"/decision", map[string]any{"accept": true}, http.StatusNotFound)
	w.as("partner-teacher").told(get, at, nil, http.StatusNotFound)
	w.as("other-learner").told(get, at, nil, http.StatusNotFound)
	if d := office.told(post, at+"/decision", map[string]any{"accept": true, "words": "We spoke with the issuer."}, http.StatusOK); d["state"] != "accepted" {
		t.Errorf("decided: %v", d)
	}
	use := map[string]any{"school": string(w.orgs["school"]), "matches": "type", "value": "Certification", "gives": "record", "name": "irc"}
	w.as("teacher").told(post, "/v1/credential-uses", use, http.StatusNotFound)
	office.told(post, "/v1/credential-uses", use, http.StatusNoContent)
	uses := members(office.told(get, "/v1/credential-uses", nil, http.StatusOK), "uses")
	if len(uses) != 1 || uses[0]["name"] != "irc" {
		t.Fatalf("uses: %v", uses)
	}
	one := "/v1/credential-uses/" + uses[0]["id"].(string) //nolint:forcetypeassert // the schema says so
	w.as("teacher").told(http.MethodDelete, one, nil, http.StatusNotFound)
	office.told(http.MethodDelete, one, nil, http.StatusNoContent)
	if uses := members(office.told(get, "/v1/credential-uses", nil, http.StatusOK), "uses"); len(uses) != 0 {
		t.Errorf("after its end: %v", uses)
	}
}

// TestEvidenceOperationsAreForThoseWhoMay: to nobody every operation says who
// must sign in, to another district and another school that there is nothing,
// as for what does not exist; and the document of the API lists each.
func TestEvidenceOperationsAreForThoseWhoMay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.evidence(t, w.as("learner"), "Survey")
	_, text := w.nobody().get("/openapi.json")
	var api struct{ Paths map[string]map[string]any }
	w.ok(json.Unmarshal([]byte(text), &api))
	words := "Words that can stand in the file."
	strangers := []*visitor{w.as("stranger"), w.as("partner-teacher"), w.as("other-learner"), w.as("admin")}
	for _, c := range []struct {
		method, path string
		body         any
	}{
		{post, "/v1/evidence/{id}/reflections", map[string]any{"text": words}},
		{post, "/v1/evidence/{id}/members", map[string]any{"person": "Used other-learner"}},
		{post, "/v1/evidence/{id}/invitation", map[string]any{"join": true}},
		{post, "/v1/evidence/{id}/disputes", map[string]any{"reason": words}},
		{post, "/v1/evidence/{id}/dispute/decision", map[string]any{"outcome": "accepted", "words": words}},
		{post, "/v1/evidence/{id}/publication", map[string]any{"answers": map[string]any{"mine": "yes", "consent": "yes", "deidentified": "yes"}}},
		{http.MethodDelete, "/v1/evidence/{id}/publication", nil},
		{post, "/v1/review-tasks/{id}/decision", map[string]any{"outcome": "stands", "words": words}},
		{post, "/v1/approvals/{id}/decision", map[string]any{"give": true}},
		{get, "/v1/outside-credentials/{id}", nil},
		{post, "/v1/outside-credentials/{id}/decision", map[string]any{"accept": false, "words": words}},
		{http.MethodDelete, "/v1/credential-uses/{id}", nil},
		{get, "/v1/invitations", nil},
		{get, "/v1/review-tasks", nil},
		{get, "/v1/approvals", nil},
		{get, "/v1/outside-credentials", nil},
		{get, "/v1/credential-uses", nil},
	} {
		if api.Paths[c.path][strings.ToLower(c.method)] == nil {
			t.Errorf("%s %s is not in the document of the API", c.method, c.path)
		}
		there, absent := strings.Replace(c.path, "{id}", id, 1), strings.Replace(c.path, "{id}", missing, 1)
		w.nobody().told(c.method, there, c.body, http.StatusUnauthorized)
		if there == absent {
			continue
		}
		for _, who := range strangers {
			who.told(c.method, there, c.body, http.StatusNotFound)
			who.told(c.method, absent, c.body, http.StatusNotFound)
		}
	}
	w.as("admin").told(get, "/v1/review-tasks", nil, http.StatusNotFound)
	w.as("learner").told(get, "/v1/review-tasks", nil, http.StatusNotFound)
}
