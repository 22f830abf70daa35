package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/registrar"
	"laurel/templates"
)

var (
	hashField = regexp.MustCompile(`name="hash" value="([0-9a-f]{64})"`)
	textField = regexp.MustCompile(`(?s)<textarea id="f-text"[^>]*>\n(.*?)</textarea>`)
)

// A policy is begun from a pack, mended where the check says so, proposed by the
// principal and adopted by the district; nothing that was typed is lost.
func TestPolicyPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	principal, lead := w.as("principal"), w.as("lead")
	if res, body := principal.get("/policy-drafts/new"); res.StatusCode != http.StatusOK || strings.Count(body, "Begin from this") < 5 {
		t.Fatalf("the packs: %s", res.Status)
	}
	res, _ := principal.post("/policy-drafts", url.Values{"pack": {"proficiency"}})
	at := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/policy-drafts/") {
		t.Fatalf("beginning: %s to %q", res.Status, at)
	}
	_, body := principal.get(at)
	good := strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&", "&#43;", "+").Replace(textField.FindStringSubmatch(body)[1])
	if !strings.Contains(body, "Nothing stands in the way") || !strings.Contains(body, "What a diploma would ask for") {
		t.Error("the pack is not clean beside the starter framework")
	}

	// The script saves; a second person who saves as well is told.
	wrong := strings.Replace(good, "method: n-of", "method: dice", 1)
	if res, body := principal.json(http.MethodPost, at, map[string]any{"text": wrong, "revision": "0"}); res.StatusCode != http.StatusOK || body != `{"revision":1}` {
		t.Errorf("saving: %s %s", res.Status, body)
	}
	if res, body := lead.post(at, url.Values{"text": {"mine"}, "revision": {"0"}}); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Somebody else has saved") || !strings.Contains(body, ">\nmine</textarea>") {
		t.Errorf("two at once: %s", res.Status)
	}
	if _, body := principal.get(at); !strings.Contains(body, "Line ") || !strings.Contains(body, "/determination/method") || strings.Contains(body, "Nothing stands in the way") {
		t.Error("the check does not name the line")
	}
	board := url.Values{"board": {"Willow Brook Board"}, "adopted_on": {"2026-11-03"}}
	if res, body := principal.post(at+"/propose", board); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Willow Brook Board") {
		t.Errorf("proposing what is wrong: %s", res.Status)
	}
	if res, _ := principal.post(at, url.Values{"text": {good}, "revision": {"1"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("mending: %s", res.Status)
	}
	if res, _ := principal.post(at+"/propose", board); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("proposing: %s", res.Status)
	}
	if _, body := principal.get(at); strings.Contains(body, "Adopt this policy") || strings.Contains(body, "<textarea") {
		t.Error("the proposer can adopt or edit")
	}
	_, body = lead.get(at)
	hash := hashField.FindStringSubmatch(body)
	if hash == nil {
		t.Fatal("the second person finds nothing to adopt")
	}
	if res, _ := lead.post(at+"/adopt", url.Values{"hash": {strings.Repeat("0", 64)}}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("adopting another document: %s", res.Status)
	}
	res, _ = lead.post(at+"/adopt", url.Values{"hash": {hash[1]}})
	adopted := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(adopted, "/policies/") {
		t.Fatalf("adopting: %s to %q", res.Status, adopted)
	}
	if _, body := w.as("teacher").get(adopted); !strings.Contains(body, "Diploma by proficiency") || strings.Contains(body, "Write the next version") {
		t.Error("a teacher reads the adopted policy, and no more")
	}
	for _, who := range []string{"teacher", "learner", "counselor", "stranger"} {
		if res, _ := w.as(who).get(at); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s opens the draft: %s", who, res.Status)
		}
	}
}

// What others confirmed is entered, waits, is confirmed and withdrawn on pages; a
// mistake stays beside its field.
func TestEntryPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	registrarAt, learner := w.as("registrar"), string(w.people["learner"])
	at := "/learners/" + learner + "/entries"
	wrong := url.Values{"what": {"result"}, "name": {"lang-other"}, "amount": {"many"}, "source": {"State test"}, "waits": {"the state"}}
	if res, body := registrarAt.post(at, wrong); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `value="many"`) || !strings.Contains(body, "whole number") {
		t.Errorf("a wrong result: %s", res.Status)
	}
	wrong.Set("amount", "7")
	if res, _ := registrarAt.post(at, wrong); res.StatusCode != http.StatusSeeOther {
		t.Errorf("a result: %s", res.Status)
	}
	if _, body := w.as("learner").get(at); !strings.Contains(body, "Waits for the state") || strings.Contains(body, "Withdraw") {
		t.Error("the learner reads the entry, and no more")
	}
	entries, err := w.reg.Entries(t.Context(), w.actor("registrar"), competency.PersonID(learner))
	w.ok(err)
	marks := at + "/" + entries.Lines[0].ID + "/marks"
	for _, form := range []url.Values{{"mark": {"confirmed"}}, {"mark": {"withdrawn"}, "note": {"It was another learner’s."}}} {
		if res, _ := registrarAt.post(marks, form); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%v: %s", form, res.Status)
		}
	}
	if res, _ := w.as("other-learner").get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("another learner: %s", res.Status)
	}
	table := url.Values{"school": {string(w.orgs["school"])}, "csv": {"learner,what,name,amount,source\nlearner,hours,internship,60,Marine\n"}}
	if res, body := registrarAt.post("/entries", table); res.StatusCode != http.StatusOK || !strings.Contains(body, "Nothing is entered yet") {
		t.Errorf("looking: %s", res.Status)
	}
	table.Set("keep", "true")
	if res, _ := registrarAt.post("/entries", table); res.StatusCode != http.StatusSeeOther {
		t.Errorf("keeping: %s", res.Status)
	}
	table.Set("csv", "learner,what\n")
	if res, body := registrarAt.post("/courses/table", table); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "no column") {
		t.Errorf("a table of something else: %s", res.Status)
	}
}

// An exception goes from the counselor over the principal to the district, on
// pages; the learner reads the public text and never the reason.
func TestExceptionPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner := string(w.people["learner"])
	at := "/learners/" + learner + "/exceptions"
	counselor := w.as("counselor")
	if res, _ := w.as("learner").get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("the learner's own list: %s", res.Status)
	}
	in := url.Values{"requirement": {"arts"}, "kind": {"board-waiver"}, "reason": {"short"}, "cite": {"Minutes 12"}}
	if res, body := counselor.post(at, in); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "ten characters") {
		t.Errorf("a short reason: %s", res.Status)
	}
	const reason = "The studio burned down in March."
	in.Set("reason", reason)
	res, _ := counselor.post(at, in)
	one := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("proposing: %s", res.Status)
	}
	for _, who := range []string{"principal", "lead"} {
		if _, body := w.as(who).get("/exceptions"); !strings.Contains(body, "Waits for you") {
			t.Errorf("nothing waits for the %s", who)
		}
		if res, _ := w.as(who).post(one+"/approve", nil); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s approves: %s", who, res.Status)
		}
	}
	if _, body := w.as("learner").get("/requirements"); strings.Contains(body, "studio") || !strings.Contains(body, "approved equivalent") {
		t.Error("the learner reads the reason, or not the public text")
	}
	if res, _ := w.as("learner").get(one); res.StatusCode != http.StatusNotFound {
		t.Errorf("the learner opens the request: %s", res.Status)
	}
	x, err := w.reg.Exception(t.Context(), w.actor("principal"), competency.ExceptionRequestID(path.Base(one)))
	w.ok(err)
	if res, _ := w.as("principal").post(at+"/"+x.Exception+"/end", url.Values{"why": {"The studio is open again."}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("ending: %s", res.Status)
	}
}

// A policy that has ended says so in its own words, and credit that does not
// count stands with its reason.
func TestProgressSaysWhatDoesNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, _ := w.server.Config.Handler.(*Server)
	page := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(page)
	c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/requirements", nil)
	v := s.progressOf(c, registrar.LearnerStanding{
		Policy: &competency.PolicyVersion{ID: "p", AdoptedBy: "Board", Version: 1},
		Audit: policy.Audit{
			State: policy.NotMet, NotApplicable: "The waiver of the pilot ended on 2026-06-30",
			Uncounted: []policy.UncountedCredit{{ID: "t", Title: "Travel", Value: 100, Reason: "The policy does not name the route “travel”"}},
		},
	})
	if v.Lead != "The waiver of the pilot ended on 2026-06-30." {
		t.Errorf("got %q", v.Lead)
	}
	w.ok(s.render(c, http.StatusOK, "requirements", requirementsPage{Base: templates.Base{Lang: "en", Title: "What is left"}, progressView: v}))
	if !strings.Contains(page.Body.String(), "Travel, 1: The policy does not name the route “travel”.") {
		t.Error("the page does not say which credit does not count")
	}
}
