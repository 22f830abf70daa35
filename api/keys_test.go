package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestKeysByTwoPeople walks a key's making through the pages: one asks, the
// same person may not agree, another does; a report needs words.
func TestKeysByTwoPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin, principal := w.as("admin"), w.as("principal")
	if res, _ := w.nobody().get("/signing-keys"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("nobody: got %d", res.StatusCode)
	}
	if res, _ := w.as("registrar").get("/signing-keys"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a registrar: got %d", res.StatusCode)
	}
	form := url.Values{"kind": {"create"}, "org": {string(w.orgs["school"])}, "alg": {"ES256"}, "idempotency_key": {"k"}}
	if res, body := admin.post("/signing-keys", form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("asked for: got %d %s", res.StatusCode, body)
	}
	_, body := admin.get("/signing-keys")
	if !strings.Contains(body, "Waits for a second person") || strings.Contains(body, "/confirm") {
		t.Error("who asked does not see it wait, or may agree")
	}
	_, rest, _ := strings.Cut(body, `action="/key-actions/`)
	id, _, _ := strings.Cut(rest, "/")
	if res, _ := admin.post("/key-actions/"+id+"/confirm", nil); res.StatusCode != http.StatusForbidden {
		t.Errorf("agreed by who asked: got %d", res.StatusCode)
	}
	if res, _ := principal.post("/key-actions/"+id+"/confirm", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("agreed by another: got %d", res.StatusCode)
	}
	_, body = admin.get("/signing-keys")
	if !strings.Contains(body, "New, not in use yet") || !strings.Contains(body, "Put it in use") {
		t.Error("the new key is not offered for use")
	}
	_, rest, _ = strings.Cut(body, `href="/signing-keys/`)
	key, _, _ := strings.Cut(rest, `"`)
	res, body := admin.post("/signing-keys/"+key+"/report", url.Values{"kind": {"compromise"}, "reason": {" "}})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Say what happened") {
		t.Errorf("a report without words: got %d", res.StatusCode)
	}
}
