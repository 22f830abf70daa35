package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/internal/registrar"
)

// askOutside has the world's learner ask about a new piece and answers its id, the
// request's, and the link's path.
func (w *world) askOutside(t *testing.T, in registrar.AttestationInput) (evidence, request, link string) {
	t.Helper()
	evidence = w.evidence(t, w.as("learner"), "Rebuild log")
	id, err := w.reg.AskAttestation(t.Context(), w.actor("learner"), registrar.Once{}, competency.EvidenceID(evidence), in)
	w.ok(err)
	h, err := w.reg.Handover(t.Context(), w.actor("learner"), id)
	w.ok(err)
	return evidence, string(id), "/attest/" + h.Secret
}

var replyForm = url.Values{"answer": {"correct"}, "hours": {"96"}, "words": {"Two days were a holiday."}, "name": {"Jo Harlow"}, "role": {"Supervisor"}}

// Mission row 10, over HTTP: no account, no cookie, one answer, and the learner
// reads it.
func TestALinkTakesOneAnswerWithoutAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	evidence, _, link := w.askOutside(t, registrar.AttestationInput{Name: "Jo Harlow", Organisation: "Harlow Marine", Hours: 120})
	jo := w.nobody()
	res, body := jo.get(link)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "Rebuild log") || !strings.Contains(body, "120") {
		t.Fatalf("got %s: %s", res.Status, body)
	}
	if res.Header.Get("Set-Cookie") != "" || res.Header.Get("Referrer-Policy") != "no-referrer" || res.Header.Get("X-Robots-Tag") != "noindex" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", res.Header)
	}
	if strings.Contains(body, "It shows") || strings.Contains(body, "/sign-in") {
		t.Error("the page shows more than it should")
	}
	if res, body := jo.post(link, url.Values{"answer": {"decline"}, "name": {"Jo"}}); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Say in a word why not") || !strings.Contains(body, `value="Jo"`) {
		t.Errorf("half an answer: %s", res.Status)
	}
	if res, body := jo.post(link, url.Values{"answer": {"correct"}, "hours": {"many"}, "name": {"Jo"}, "role": {"x"}}); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "many") {
		t.Errorf("hours that are none: %s", res.Status)
	}
	res, body = jo.post(link, replyForm)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "Thank you") || res.Header.Get("Set-Cookie") != "" {
		t.Fatalf("the answer: %s %s", res.Status, body)
	}
	if res, body := jo.post(link, replyForm); res.StatusCode != http.StatusOK || !strings.Contains(body, "has been answered") || strings.Contains(body, "Rebuild log") {
		t.Errorf("the same once more: %s %s", res.Status, body)
	}
	if _, body := w.as("learner").get("/evidence/" + evidence); !strings.Contains(body, "96 hours instead of 120") || !strings.Contains(body, "Two days were a holiday.") {
		t.Error("the learner does not read the correction")
	}
}

// Mission row 51: a provider's program answers the same link in JSON, with no
// key but the link.
func TestAProviderConfirmsByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	evidence, _, link := w.askOutside(t, registrar.AttestationInput{Organisation: "State Virtual Academy", Hours: 40})
	program := w.nobody()
	for body, want := range map[string]int{
		`{"answer":"confirm","name":"R. Osei","role":"course teacher","nme":"x"}`: http.StatusUnprocessableEntity,
		`{"answer":"confirm","answer":"decline","name":"R. Osei","role":"x"}`:     http.StatusUnprocessableEntity,
		`{"answer":"confirm"}`: http.StatusUnprocessableEntity,
	} {
		if res, text := program.json(http.MethodPost, link, body); res.StatusCode != want {
			t.Errorf("%s: got %s %s", body, res.Status, text)
		}
	}
	res, text := program.json(http.MethodPost, link, `{"answer":"confirm","name":"R. Osei","role":"course teacher"}`)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("got %s %s", res.Status, text)
	}
	res, text = program.json(http.MethodPost, link, `{"answer":"confirm","name":"R. Osei","role":"course teacher"}`)
	var p problem
	if err := json.Unmarshal([]byte(text), &p); err != nil || res.StatusCode != http.StatusConflict || !strings.Contains(p.Detail, "answered already") {
		t.Errorf("again: %s %s", res.Status, text)
	}
	if res, _ := program.json(http.MethodPost, "/attest/"+strings.Repeat("A", 32), `{"answer":"confirm","name":"R. Osei","role":"x"}`); res.StatusCode != http.StatusNotFound {
		t.Errorf("a link that leads nowhere: %s", res.Status)
	}
	if _, body := w.as("teacher").get("/evidence/" + evidence); !strings.Contains(body, "by the provider&#39;s program") || !strings.Contains(body, "R. Osei") {
		t.Error("the teacher does not see how it was confirmed")
	}
}

func TestTheHandoverPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner := w.as("learner")
	evidence := w.evidence(t, learner, "Rebuild log")
	form := url.Values{"name": {"Jo Harlow"}, "mail": {"jo@harlow.example"}, "hours": {"1,5"}}
	if res, body := learner.post("/evidence/"+evidence+"/attestations", form); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "1,5") || !strings.Contains(body, "Jo Harlow") {
		t.Errorf("hours with a comma: %s", res.Status)
	}
	form.Set("hours", "1.5")
	res, body := learner.post("/evidence/"+evidence+"/attestations", form)
	at := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/attestations/") {
		t.Fatalf("asking: %s %s", res.Status, body)
	}
	_, body = learner.get(at)
	for _, want := range []string{w.public + "/attest/", "mailto:jo@harlow.example?body=", "/qr.svg", "1.5 hours"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if res, body := learner.get(at + "/qr.svg"); res.StatusCode != http.StatusOK || !strings.Contains(body, "<svg") {
		t.Errorf("the code: %s", res.Status)
	}
	if _, body := w.as("teacher").get(at); strings.Contains(body, "/attest/") {
		t.Error("the teacher sees the learner's link")
	}
	for _, who := range []string{"other-learner", "partner-teacher", "admin", "stranger"} {
		for _, p := range []string{at, at + "/qr.svg", "/evidence/" + evidence + "/attestations/new"} {
			if res, _ := w.as(who).get(p); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s as %s: %s", path.Base(p), who, res.Status)
			}
		}
	}
	if res, _ := learner.post(at+"/cancel", url.Values{}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("taking it back: %s", res.Status)
	}
	if _, body := learner.get("/evidence/" + evidence); !strings.Contains(body, "Taken back") {
		t.Error("the piece does not say so")
	}
}

// Files go along only if they were ticked, and only while the link is open.
func TestALinkShowsTickedFilesOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner, me := w.as("learner"), w.actor("learner")
	form := url.Values{"title": {"Rebuild log"}, "reflection": {"I measured"}, "indicators": {"SCI.3"}, "submit": {"true"}}
	kind, sent := multipartForm(t, form, "IMG_1.jpg", smallPhoto(t))
	res, _ := learner.do(http.MethodPost, "/evidence", kind, sent)
	id := competency.EvidenceID(path.Base(res.Header.Get("Location")))
	v, err := w.reg.Evidence(t.Context(), me, id)
	w.ok(err)
	file := string(v.Files[0].ID)
	link := func(files ...string) string {
		req, err := w.reg.AskAttestation(t.Context(), me, registrar.Once{}, id, registrar.AttestationInput{Name: "Jo", Statement: "So it was.", Files: files})
		w.ok(err)
		h, err := w.reg.Handover(t.Context(), me, req)
		w.ok(err)
		return "/attest/" + h.Secret
	}
	jo, without, with := w.nobody(), link(), link(file)
	if res, _ := jo.get(without + "/files/" + file); res.StatusCode != http.StatusNotFound {
		t.Errorf("a file that was not ticked: %s", res.Status)
	}
	if _, body := jo.get(without); strings.Contains(body, "/files/") {
		t.Error("the page names a file that was not ticked")
	}
	if res, _ := jo.get(with + "/files/" + file); res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("a ticked file: %s", res.Status)
	}
	if res, _ := jo.get("/evidence-files/" + file); res.StatusCode == http.StatusOK {
		t.Error("the file's own address is open")
	}
	jo.post(with, url.Values{"answer": {"confirm"}, "name": {"Jo Harlow"}, "role": {"Supervisor"}})
	if res, _ := jo.get(with + "/files/" + file); res.StatusCode != http.StatusNotFound {
		t.Errorf("a ticked file after the answer: %s", res.Status)
	}
}
