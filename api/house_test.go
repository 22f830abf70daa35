package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.nobody()

	res, body := v.get("/sign-in?next=/account")
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Sign in")), testkit.Count("input[type=password]", 1))
	if res.StatusCode != http.StatusOK {
		t.Fatalf("got %s", res.Status)
	}
	for _, wrong := range []url.Values{
		{"login": {"teacher"}, "password": {"not this one"}},
		{"login": {"nobody-here"}, "password": {testPassword}},
		{},
	} {
		res, body := v.post("/sign-in", wrong)
		if res.StatusCode != http.StatusUnauthorized || !strings.Contains(body, "do not belong together") {
			t.Errorf("%v: got %s", wrong, res.Status)
		}
	}
	res, _ = v.post("/sign-in", url.Values{"login": {" TEACHER "}, "password": {testPassword}, "next": {"//evil.example/x"}})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/" {
		t.Fatalf("got %s to %q, want the first page", res.Status, res.Header.Get("Location"))
	}
	if c := res.Cookies()[0]; !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("the session's cookie is %v", c)
	}
	res, body = v.get("/account")
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Your account")))
	if res.Header.Get("Cache-Control") != "no-store" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("headers: %v", res.Header)
	}
	if res, _ := v.post("/sign-out", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("signing out: %s", res.Status)
	}
	if res, _ := v.get("/account"); res.Header.Get("Location") != "/sign-in?next=%2Faccount" {
		t.Errorf("after signing out: %s to %q", res.Status, res.Header.Get("Location"))
	}
}

func TestSignOutEverywhereEndsOtherSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone, desk := w.as("teacher"), w.as("teacher")
	if res, _ := phone.post("/sign-out-everywhere", nil); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %s", res.Status)
	}
	if res, _ := desk.get("/account"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
		t.Errorf("the other session goes on: %s", res.Status)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("counselor")
	for field, form := range map[string]url.Values{
		"present": {"present": {"wrong"}, "next": {"another calm morning"}},
		"next":    {"present": {testPassword}, "next": {"short"}},
	} {
		res, body := v.post("/account/password", form)
		if res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %s", field, res.Status)
		}
		testkit.Page(t, body, testkit.Count("#f-"+field+"-error", 1))
	}
	if res, _ := v.post("/account/password", url.Values{"present": {testPassword}, "next": {"another calm morning"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %s", res.Status)
	}
	if res, _ := w.nobody().post("/sign-in", url.Values{"login": {"counselor"}, "password": {testPassword}}); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("the old password still works: %s", res.Status)
	}
	if res, _ := w.nobody().post("/sign-in", url.Values{"login": {"counselor"}, "password": {"another calm morning"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the new password does not: %s", res.Status)
	}
}

// TestGuessingThePresentPassword: a session left open is no way to find its password.
func TestGuessingThePresentPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("counselor")
	guess := func() int {
		res, _ := v.post("/account/password", url.Values{"present": {"a wrong one"}, "next": {"another calm morning"}})
		return res.StatusCode
	}
	for range 10 {
		if got := guess(); got != http.StatusUnprocessableEntity {
			t.Fatalf("got %d", got)
		}
	}
	if got := guess(); got != http.StatusTooManyRequests {
		t.Errorf("after ten wrong ones: got %d, want 429", got)
	}
}

func TestForeignFormsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("teacher")
	res, _ := v.do(http.MethodPost, "/sign-out-everywhere", "application/x-www-form-urlencoded", "", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("got %s", res.Status)
	}
	if res, _ := v.get("/account"); res.StatusCode != http.StatusOK {
		t.Errorf("the session was ended from another site: %s", res.Status)
	}
}

func TestSetupIsShutOnceThereIsAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, v := range []*visitor{w.nobody(), w.as("admin")} {
		if res, _ := v.get("/setup"); res.StatusCode != http.StatusNotFound {
			t.Errorf("GET: %s", res.Status)
		}
		if res, _ := v.post("/setup", url.Values{"name": {"Another"}}); res.StatusCode != http.StatusNotFound {
			t.Errorf("POST: %s", res.Status)
		}
	}
}

func TestTakingIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("admin")
	_, page := v.get("/people/new")
	testkit.Page(t, page, testkit.Count("input[name=idempotency_key]", 1), testkit.In("select[name=role]", testkit.HasText("Counselor")))
	form := url.Values{
		"legal": {"Robin Vale"}, "used": {"Rob"}, "org": {string(w.orgs["school"])}, "role": {"teacher"},
		"login": {"vale@willowbrook.example"}, "password": {testPassword}, "idempotency_key": {"one"},
	}
	first, _ := v.post("/people", form)
	again, _ := v.post("/people", form)
	if first.StatusCode != http.StatusSeeOther || first.Header.Get("Location") != again.Header.Get("Location") {
		t.Errorf("the same form twice: %s %q, %s %q", first.Status, first.Header.Get("Location"), again.Status, again.Header.Get("Location"))
	}
	res, body := v.get(first.Header.Get("Location"))
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Rob")), testkit.In("main", testkit.HasText("Teacher, Willow Brook High School")))
	if res.StatusCode != http.StatusOK {
		t.Errorf("the person's page: %s", res.Status)
	}
	form.Set("idempotency_key", "two")
	if res, body := v.post("/people", form); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "This sign-in name is taken") {
		t.Errorf("a taken name: %s", res.Status)
	}
	form.Set("role", "learner")
	if res, body := v.post("/people", form); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "first entry to grade 9") {
		t.Errorf("a learner without a year: %s", res.Status)
	}
	if res, _ := w.as("stranger").get(first.Header.Get("Location")); res.StatusCode != http.StatusNotFound {
		t.Errorf("another district's administrator: %s", res.Status)
	}
	if res, _ := w.as("teacher").get("/people"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a teacher: %s", res.Status)
	}
}

func TestOrganisationAndJournal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("admin")
	_, body := v.get("/organisation")
	testkit.Page(t, body, testkit.In("main", testkit.HasText("did:web:localhost")), testkit.In("main", testkit.HasText("ES256")))
	res, body := v.post("/organisation", url.Values{"parent": {string(w.orgs["district"])}, "kind": {"school"}, "name": {"X"}, "slug": {"Bad Slug"}, "zone": {"Mars/Olympus"}})
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %s", res.Status)
	}
	testkit.Page(t, body, testkit.Count("#f-name-error", 1), testkit.Count("#f-slug-error", 1), testkit.Count("#f-zone-error", 1))
	_, body = v.get("/journal")
	testkit.Page(t, body, testkit.In("table", testkit.HasText("changed the organisation")), testkit.In("table", testkit.HasText("Alma Admin")))
}

// TestTheJournalHasWords demands a sentence for every act that has been done in
// the whole demo.
func TestTheJournalHasWords(t *testing.T) {
	t.Parallel()
	w, sheet := newStory(t, stores.SQLite(t))
	v := w.nobody()
	if res, _ := v.post("/sign-in", url.Values{"login": {"admin@willowbrook.example"}, "password": {storyPassword(sheet)}}); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.Status)
	}
	for at, pages := "/journal", 0; at != ""; pages++ {
		_, body := v.get(at)
		if i := strings.Index(body, "⟦"); i >= 0 {
			t.Errorf("%s: %s", at, body[i:i+40])
		}
		_, rest, more := strings.Cut(body, `href="/journal?before=`)
		number, _, _ := strings.Cut(rest, `"`)
		if at = ""; more && pages < 20 {
			at = "/journal?before=" + number
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.nobody()
	res, body := v.get("/no/such/page")
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("got %s", res.Status)
	}
	testkit.Page(t, body, testkit.Count("h1", 1))
	res, body = v.get("/no/such/page", "Accept", "application/json")
	if res.StatusCode != http.StatusNotFound || res.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(body, "/problems/not-found") {
		t.Errorf("got %s %s %s", res.Status, res.Header.Get("Content-Type"), body)
	}
	for _, k := range kinds {
		if res, body := v.get("/problems/" + k.name); res.StatusCode != http.StatusOK {
			t.Errorf("/problems/%s: %s %s", k.name, res.Status, body)
		}
	}
	if res, _ := v.do(http.MethodDelete, "/sign-in", "", ""); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: %s", res.Status)
	}
	if res, _ := v.do(http.MethodPost, "/sign-in", "application/x-www-form-urlencoded", "login="+strings.Repeat("x", maxBody)); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a large form: %s", res.Status)
	}
	for _, twice := range []string{`{"login":"a","login":"b"}`, `{"login":"a","Login":"b"}`} {
		if res, _ := v.do(http.MethodPost, "/sign-in", "application/json", twice); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s", twice, res.Status)
		}
	}
}

func TestIdleSessionsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("teacher")
	if res, _ := v.get("/account"); res.StatusCode != http.StatusOK {
		t.Fatalf("at once: %s", res.Status)
	}
	w.clock.Add(int64(29 * time.Minute))
	if res, _ := v.get("/account"); res.StatusCode != http.StatusOK {
		t.Errorf("after 29 minutes: %s", res.Status)
	}
	w.clock.Add(int64(29 * time.Minute))
	if res, _ := v.get("/account"); res.StatusCode != http.StatusOK {
		t.Errorf("after another 29 minutes: %s", res.Status)
	}
	w.clock.Add(int64(31 * time.Minute))
	if res, _ := v.get("/account"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("after 31 idle minutes: %s", res.Status)
	}
}

func TestStepsThatNeedThePasswordAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("admin")
	form := url.Values{"parent": {string(w.orgs["district"])}, "kind": {"school"}, "name": {"Third School"}, "slug": {"third"}, "zone": {"UTC"}, "_from": {"/organisation"}}
	w.clock.Add(int64(20 * time.Minute))
	res, _ := v.post("/organisation", form)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/sign-in?again=1&next=%2Forganisation" {
		t.Fatalf("got %s to %q", res.Status, res.Header.Get("Location"))
	}
	_, body := v.get(res.Header.Get("Location"))
	testkit.Page(t, body, testkit.In("main", testkit.HasText("needs your password once more")), testkit.Count("input[name=login][value=admin]", 1))
	if res, _ = v.json(http.MethodPost, "/organisation", map[string]string{}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty body: %s", res.Status)
	}
	if res, _ = v.post("/sign-in", url.Values{"login": {"admin"}, "password": {testPassword}, "next": {"/organisation"}}); res.Header.Get("Location") != "/organisation" {
		t.Fatalf("typed again: %s to %q", res.Status, res.Header.Get("Location"))
	}
	if res, body = v.post("/organisation", form); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/organisation" {
		t.Errorf("after that: %s %s", res.Status, body)
	}
}
