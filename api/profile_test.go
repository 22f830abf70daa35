package api

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

const schoolDesk = "/organisation/profile/school-of-willow-brook"

// greenSquare is a small PNG.
func greenSquare(t *testing.T) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 * 64 {
		m.SetNRGBA(i%64, i/64, color.NRGBA{G: 90, A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// send posts the form of the school's profile, as a browser does, with a logo if there is one.
func (v *visitor) send(form url.Values, logo []byte) (*http.Response, string) {
	v.w.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range form {
		v.w.ok(m.WriteField(name, values[0]))
	}
	part, err := m.CreateFormFile("logo_file", "logo.png")
	v.w.ok(err)
	_, err = part.Write(logo)
	v.w.ok(err)
	v.w.ok(m.Close())
	return v.do(http.MethodPost, schoolDesk, m.FormDataContentType(), b.String())
}

// wordsForm says a little of everything.
func wordsForm(version int, rigor, then string) url.Values {
	return url.Values{
		"version": {strconv.Itoa(version)}, "then": {then}, "sections[rigor]": {rigor},
		"legend[0].scale": {"four-levels"}, "legend[0].level": {"1"}, "legend[0].text": {""},
		"legend[2].scale": {"four-levels"}, "legend[2].level": {"3"}, "legend[2].text": {"Done alone."},
		"signatories[0].name": {""}, "signatories[0].title": {""},
		"signatories[1].name": {"Joan Adams"}, "signatories[1].title": {"Principal"},
		"crosswalk[0].scale": {"four-levels"}, "crosswalk[0].level": {"1"}, "crosswalk[0].from": {""}, "crosswalk[0].to": {""},
		"crosswalk[2].scale": {"four-levels"}, "crosswalk[2].level": {"3"}, "crosswalk[2].letter": {"B"},
		"crosswalk[2].from": {"80"}, "crosswalk[2].to": {"92"}, "crosswalk[2].points": {"3.0"},
		"declared_by": {"the board"}, "declared_since": {"2026-07-01"},
	}
}

func TestProfileFromEmptyToReaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	principal, nobody := w.as("principal"), w.nobody()

	_, body := nobody.get("/schools/school-of-willow-brook")
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Willow Brook High School")), testkit.In(".lead", testkit.HasText("has not said anything")),
		testkit.Count(".scale li", 4), testkit.NotIn(".school-logo"))
	res, _ := principal.get("/organisation/profile")
	if res.Header.Get("Location") != schoolDesk {
		t.Fatalf("one place: got %s to %q", res.Status, res.Header.Get("Location"))
	}
	_, body = principal.get(schoolDesk)
	testkit.Page(t, body, testkit.In(".empty a[href='"+schoolDesk+"/edit']"), testkit.NotIn(".paper"))
	_, body = principal.get(schoolDesk + "/edit")
	testkit.Page(t, body, testkit.Count("textarea", 6+4), testkit.Count("fieldset", 4+4), testkit.In("input[name='logo_file']"))

	hostile := `<script>alert("x")</script> & "words"`
	res, body = principal.send(wordsForm(0, hostile, "preview"), greenSquare(t))
	testkit.Page(t, body, testkit.In("#preview"), testkit.In(".paper .signature", testkit.HasText("Joan Adams")),
		testkit.In(".paper-legend", testkit.HasText("Proficient: Done alone")), testkit.In(".prose", testkit.HasText(hostile)))
	if res.StatusCode != http.StatusOK || strings.Contains(body, "<script>alert") {
		t.Fatalf("preview: got %s", res.Status)
	}
	logo := regexp.MustCompile(`name="logo" value="([0-9a-f]{64})"`).FindStringSubmatch(body)
	if logo == nil {
		t.Fatal("the preview has forgotten the logo")
	}
	if res, _ := principal.get(schoolDesk + "/logo/" + logo[1]); res.Header.Get("Content-Type") != "image/png" {
		t.Errorf("the logo before it is saved: %s", res.Status)
	}
	public := "/schools/school-of-willow-brook/logo/" + logo[1]
	if res, _ := nobody.get(public); res.StatusCode != http.StatusNotFound {
		t.Errorf("the logo for readers before it is saved: %s", res.Status)
	}
	form := wordsForm(0, hostile, "save")
	form.Set("logo", logo[1])
	if res, body = principal.send(form, nil); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("saving: got %s: %s", res.Status, body)
	}
	_, body = principal.get(schoolDesk)
	testkit.Page(t, body, testkit.In(".flash", testkit.HasText("Version 1 is saved")), testkit.Count("tbody tr", 1+1),
		testkit.In(".paper-logo"), testkit.In("td[data-label='By']", testkit.HasText("Used principal")))
	readersSee(t, nobody, public, hostile)
}

// readersSee looks at the public page, its JSON and its logo.
func readersSee(t *testing.T, v *visitor, logo, rigor string) {
	t.Helper()
	res, body := v.get("/schools/school-of-willow-brook")
	testkit.Page(t, body, testkit.In(".prose", testkit.HasText(rigor)), testkit.In("img.school-logo[src='"+logo+"']"),
		testkit.In("td[data-label='Percent']", testkit.HasText("80–92")), testkit.In(".passing", testkit.HasText("Done alone.")), testkit.NotIn("nav"))
	if len(res.Cookies()) > 0 || !strings.HasPrefix(res.Header.Get("Cache-Control"), "public") || strings.Contains(body, "Used principal") {
		t.Errorf("readers get cookies %v, cache %q, or the name of who saved", res.Cookies(), res.Header.Get("Cache-Control"))
	}
	if again, _ := v.get("/schools/school-of-willow-brook", "If-None-Match", res.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("asked again: got %s", again.Status)
	}
	var record schoolRecord
	_, body = v.get("/schools/school-of-willow-brook", "Accept", "application/json")
	if err := json.Unmarshal([]byte(body), &record); err != nil || record.Profile.Version != 1 || record.Profile.SavedBy != "" ||
		record.Scales[0].Levels[2].Description != "Done alone." || !strings.HasPrefix(record.Profile.Description, "Rigor and pedagogy\n") {
		t.Errorf("as JSON: got %s, %v", body, err)
	}
	res, body = v.get(logo)
	if res.Header.Get("Content-Type") != "image/png" || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(body, "\x89PNG") {
		t.Errorf("the logo: got %v", res.Header)
	}
	for _, none := range []string{"/schools/nowhere", "/schools/far/logo/" + logo[strings.LastIndexByte(logo, '/')+1:], "/schools/school-of-willow-brook/logo/x"} {
		if res, _ := v.get(none); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %s", none, res.Status)
		}
	}
}

func TestProfileConflictShowsBoth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	principal, clerk := w.as("principal"), w.as("registrar")
	if res, body := clerk.send(wordsForm(0, "Theirs.", "save"), nil); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("saving: got %s: %s", res.Status, body)
	}
	res, body := principal.send(wordsForm(0, "Mine.", "save"), nil)
	if res.StatusCode != http.StatusConflict {
		t.Fatalf("saved in between: got %s", res.Status)
	}
	testkit.Page(t, body, testkit.In(".moved h2", testkit.HasText("Used registrar saved version 1")), testkit.In(".moved dd", testkit.HasText("Theirs.")),
		testkit.Count(".moved dd", 1), testkit.In("textarea", testkit.HasText("Mine.")), testkit.In("input[name='version'][value='1']"))
	if res, _ := principal.send(wordsForm(1, "Mine.", "save"), nil); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("saving after looking: got %s", res.Status)
	}
	_, body = principal.get(schoolDesk)
	undo := regexp.MustCompile(`action="([^"]+/versions/1/restore\?seen=2)"`).FindStringSubmatch(body)
	if undo == nil {
		t.Fatal("there is no way back")
	}
	if res, _ := principal.post(undo[1], nil); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("undo: got %s", res.Status)
	}
	_, body = principal.get(schoolDesk)
	testkit.Page(t, body, testkit.In(".prose", testkit.HasText("Theirs.")), testkit.In("td[data-label='What']", testkit.HasText("brings back version 1")))
	_, body = principal.get(schoolDesk + "/versions/2")
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Version 2")), testkit.In(".prose", testkit.HasText("Mine.")),
		testkit.In("form[action='"+schoolDesk+"/versions/2/restore'] input[name='seen'][value='3']"))
	res, _ = principal.post(schoolDesk+"/versions/2/restore", url.Values{"seen": {"2"}})
	if _, body = principal.get(schoolDesk); res.StatusCode != http.StatusSeeOther || !strings.Contains(body, "Nothing was changed") {
		t.Errorf("restored unseen: got %s", res.Status)
	}
	for _, none := range []string{"/versions/9", "/versions/0", "/versions/x"} {
		if res, _ := principal.get(schoolDesk + none); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %s", none, res.Status)
		}
	}
}

func TestProfileFormSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	principal := w.as("principal")
	form := wordsForm(0, strings.Repeat("long ", 500), "save")
	form.Set("signatories[1].title", "")
	form.Set("crosswalk[2].points", "three")
	res, body := principal.send(form, []byte("<svg/>"))
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("got %s", res.Status)
	}
	testkit.Page(t, body, testkit.In("#f-logo-file-error"), testkit.In("textarea", testkit.HasText("long long")))
	res, body = principal.send(form, nil)
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("got %s", res.Status)
	}
	testkit.Page(t, body, testkit.In("#f-sections-rigor--error"), testkit.In("#f-signatories-1--title-error"), testkit.In("#f-crosswalk-2--points-error"),
		testkit.Count(".problems li", 3), testkit.In("#f-declared-by", testkit.HasAttr("value", "the board")))
	for who, want := range map[string]int{"teacher": http.StatusNotFound, "learner": http.StatusNotFound, "stranger": http.StatusNotFound} {
		v := w.as(who)
		if res, _ := v.send(wordsForm(0, "Mine.", "save"), nil); res.StatusCode != want {
			t.Errorf("%s saves: got %s", who, res.Status)
		}
		if res, _ := v.get(schoolDesk + "/edit"); res.StatusCode != want {
			t.Errorf("%s opens the form: got %s", who, res.Status)
		}
	}
}

func TestProfileByJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lead, teacher := w.as("lead"), w.as("teacher")
	const at = "/v1/organisations/school-of-willow-brook"
	res, body := lead.do(http.MethodPost, at+"/logo", "image/png", string(greenSquare(t)))
	var sent struct{ Logo string }
	if err := json.Unmarshal([]byte(body), &sent); err != nil || res.StatusCode != http.StatusCreated || len(sent.Logo) != 64 {
		t.Fatalf("sending a logo: got %s %s", res.Status, body)
	}
	in := registrar.ProfileInput{Sections: map[string]string{"habits": "In words."}, Logo: sent.Logo}
	record := func(res *http.Response, body string) (r profileRecord) {
		t.Helper()
		if err := json.Unmarshal([]byte(body), &r); err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("got %s %s", res.Status, body)
		}
		return r
	}
	if r := record(lead.json(http.MethodPut, at+"/profile", in)); r.Version != 1 || r.Sections["habits"] != "In words." || r.Logo != sent.Logo {
		t.Errorf("saved: got %+v", r)
	}
	in.Sections["habits"] = "Otherwise."
	if res, body := lead.json(http.MethodPut, at+"/profile", in); res.StatusCode != http.StatusConflict || !strings.Contains(body, "/problems/conflict") {
		t.Errorf("saved unseen: got %s %s", res.Status, body)
	}
	in.Version = 1
	record(lead.json(http.MethodPut, at+"/profile", in))
	if r := record(lead.json(http.MethodPost, at+"/profile/versions/1/restoration", map[string]int{"seen": 2})); r.Version != 3 || r.Restored != 1 {
		t.Errorf("restored: got %+v", r)
	}
	if r := record(teacher.get(at + "/profile?version=2")); r.Sections["habits"] != "Otherwise." || r.SavedBy != "Used lead" {
		t.Errorf("the second version: got %+v", r)
	}
	var all []profileRecord
	if _, body := teacher.get(at + "/profile/versions"); json.Unmarshal([]byte(body), &all) != nil || len(all) != 3 || all[0].Version != 3 {
		t.Errorf("versions: got %s", body)
	}
	renamed := registrar.ProfileInput{Version: 3, Legend: []registrar.LegendInput{{Scale: "four-levels", Level: 3, Label: "Superb", Text: "x"}}}
	if res, body := lead.json(http.MethodPut, at+"/profile", renamed); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "/legend/0/label") {
		t.Errorf("a level renamed: got %s %s", res.Status, body)
	}
	if res, _ := teacher.json(http.MethodPut, at+"/profile", in); res.StatusCode != http.StatusNotFound {
		t.Errorf("a teacher saves: got %s", res.Status)
	}
	if res, _ := lead.do(http.MethodPost, at+"/logo", "image/png", strings.Repeat("x", registrar.MaxLogoBytes+2)); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a logo too large: got %s", res.Status)
	}
}
