package api

import (
	"net/http"
	"net/url"
	"testing"

	"laurel/internal/testkit"
)

// TestPublishingAsksFirst: the page asks the checklist, says beside each item
// what is open, keeps what was ticked, and shows later when it was confirmed.
func TestPublishingAsksFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner := w.as("learner")
	at := "/evidence/" + w.evidence(t, learner, "Survey")
	_, body := learner.get(at)
	testkit.Page(t, body, testkit.Count("input[type=checkbox]", 3), testkit.Count(".checklist", 0))
	res, body := learner.post(at+"/publication", url.Values{"answers[mine]": {"yes"}})
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("with open items: %s", res.Status)
	}
	testkit.Page(t, body, testkit.Count("details[open] .field-wrong", 2), testkit.Count("input[checked]", 1))
	all := url.Values{"answers[mine]": {"yes"}, "answers[consent]": {"yes"}, "answers[deidentified]": {"yes"}}
	if res, body := learner.post(at+"/publication", all); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("published: %s %s", res.Status, body)
	}
	_, body = learner.get(at)
	testkit.Page(t, body, testkit.Count(".checklist li", 3))
	_, body = w.as("teacher").get(at)
	testkit.Page(t, body, testkit.Count(".checklist", 0))
	res, body = learner.post(at+"/reflections", url.Values{"text": {"  "}})
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty thought: %s", res.Status)
	}
	testkit.Page(t, body, testkit.Count("details[open] [name=text]", 1))
}
