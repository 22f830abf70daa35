package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

func TestPublishMicroCredential(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as("coordinator")
	_, page := v.get("/micro-credentials/new")
	testkit.Page(t, page, testkit.In("h1", testkit.HasText("Publish a micro-credential")), testkit.In("textarea", testkit.HasText("example-short-name")))

	good := registrar.MicroCredentialExample
	for what, bad := range map[string]string{
		"not JSON":            "title: x",
		"a member twice":      strings.Replace(good, `"slug"`, `"slug": "a", "slug"`, 1),
		"an unknown member":   strings.Replace(good, `"slug"`, `"price": 1, "slug"`, 1),
		"nothing that passes": strings.Replace(good, `"pass": 3`, `"pass": 9`, 1),
	} {
		res, body := v.post("/micro-credentials", url.Values{"document": {bad}})
		if res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s", what, res.Status)
		}
		testkit.Page(t, body, testkit.Count(".problems", 1))
	}
	if _, body := w.nobody().get("/catalogue"); strings.Contains(body, "learning outdoors") {
		t.Error("something was published all the same")
	}
	res, body := v.post("/micro-credentials", url.Values{"document": {good}})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/catalogue/example-short-name" {
		t.Fatalf("got %s %s", res.Status, body)
	}
	res, body = v.do(http.MethodPost, "/v1/micro-credentials", "application/json", strings.Replace(good, "An example:", "Again:", 1))
	if res.StatusCode != http.StatusCreated || !strings.Contains(body, `"version":2`) {
		t.Errorf("the next version: %s %s", res.Status, body)
	}
	_, body = w.nobody().get("/catalogue")
	testkit.Page(t, body, testkit.In("main", testkit.HasText("Again: learning outdoors")))
	for _, who := range []string{"teacher", "admin", "stranger"} {
		if res, _ := w.as(who).post("/micro-credentials", url.Values{"document": {good}}); res.StatusCode != http.StatusNotFound {
			t.Errorf("published as %s: %s", who, res.Status)
		}
	}
}
