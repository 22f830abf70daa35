package api

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

// profileCSV is a graduate profile of two domains and an attribute.
const profileCSV = "code,kind,parent,text,tags\nKNOW,domain,,Know the fields,college ready\nWORK,domain,,Work with others,career ready\nKEEN,attribute,WORK,Goes on when it is hard,\n"

// ours is the framework that work is judged by.
func (w *world) ours() competency.FrameworkID {
	w.t.Helper()
	all, err := w.reg.Frameworks(w.t.Context(), w.actor("lead"))
	w.ok(err)
	i := slices.IndexFunc(all, func(f competency.Framework) bool { return !f.Reference })
	return all[i].ID
}

func TestFrameworkFromFileToVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lead := w.as("lead")
	ours := string(w.ours())

	// A file with bad rows: each is named, and nothing is kept.
	res, body := lead.upload("/frameworks", url.Values{"use": {"reference"}, "name": {"Profile"}}, "file", "profile.csv", "code,kind,parent,text\nA,colour,,x\nB,indicator,Z,y\n")
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("bad rows: %s", res.Status)
	}
	testkit.Page(t, body, testkit.In("main", testkit.HasText("Line 2: write portrait")), testkit.In("main", testkit.HasText("Line 3: there is no row with the code Z")))
	if drafts, err := w.reg.Drafts(t.Context(), w.actor("lead")); err != nil || len(drafts) != 0 {
		t.Fatalf("a bad file left %v, %v", drafts, err)
	}
	res, body = lead.upload("/frameworks", url.Values{"use": {"judged"}}, "file", "book.xlsx", "PK\x03\x04book")
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Save the sheet as CSV") {
		t.Errorf("a damaged workbook: %s", res.Status)
	}

	// A good one becomes a draft that says what it would add.
	res, _ = lead.upload("/frameworks", url.Values{"use": {"reference"}, "name": {"Profile"}}, "file", "profile.csv", profileCSV)
	draft := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(draft, "/framework-drafts/") {
		t.Fatalf("a good file: %s to %q", res.Status, draft)
	}
	_, body = lead.get(draft)
	testkit.Page(t, body, testkit.In("main", testkit.HasText("New items (3)")), testkit.Count(".outline-row", 3))
	res, _ = lead.post(draft+"/publish", url.Values{"step": {"1"}})
	profile := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(profile, "/frameworks/") {
		t.Fatalf("publishing: %s to %q", res.Status, profile)
	}
	if w.ours() != competency.FrameworkID(ours) {
		t.Error("a reference took the place of what work is judged by")
	}
	_, body = w.nobody().get(profile)
	testkit.Page(t, body, testkit.Count(`[id="KEEN"]`, 1), testkit.NotIn("form"))
	_, body = lead.get(profile + "?tag=career+ready")
	testkit.Page(t, body, testkit.Count(`[id="WORK"]`, 1), testkit.Count(`[id="KNOW"]`, 0))
	for _, as := range []string{"/case.json", "/table.csv"} {
		if res, body := w.nobody().get(profile + as); res.StatusCode != http.StatusOK || !strings.Contains(body, "Goes on when it is hard") {
			t.Errorf("%s: %s", as, res.Status)
		}
	}
}

func TestDraftStepByStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lead := w.as("lead")
	res, _ := lead.post("/frameworks/"+string(w.ours())+"/drafts", nil)
	draft := res.Header.Get("Location")
	again, _ := lead.post("/frameworks/"+string(w.ours())+"/drafts", nil)
	if again.Header.Get("Location") != draft {
		t.Errorf("a second draft: %q beside %q", again.Header.Get("Location"), draft)
	}
	step := func(do, code string, more ...string) (*http.Response, string) {
		form := url.Values{"step": {"1"}, "do": {do}, "code": {code}} // one's own later steps are no reason to refuse
		for i := 0; i < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return lead.post(draft, form)
	}
	outline := func() competency.Outline {
		v, err := w.reg.FrameworkDraft(t.Context(), w.actor("lead"), competency.DraftID(path.Base(draft)))
		w.ok(err)
		return v.Outline
	}
	for _, c := range []struct {
		do, code string
		more     []string
		status   int
	}{
		{"edit", "MATH.3", []string{"kind", "indicator", "text", "Reason from data"}, 303},
		{"edit", "MATH.3", []string{"kind", "indicator", "text", "Reason from data with care"}, 303},
		{"add", "MATH", []string{"new_code", "MATH.5", "kind", "indicator", "text", "Explain"}, 303},
		{"up", "MATH.5", nil, 303},
		{"code", "MATH.5", []string{"new_code", "MATH.6"}, 303},
		{"retire", "MATH.1", nil, 303},
		{"add", "MATH.6", []string{"new_code", "X", "kind", "standard", "text", "Upside down"}, 422},
		{"edit", "MATH.2", []string{"kind", "indicator", "text", " "}, 422},
		{"code", "MATH.2", []string{"new_code", "M2"}, 303}, // refused, and said so on the page
		{"in", "ELA", nil, 303}, // likewise: nothing stands before it
	} {
		if res, body := step(c.do, c.code, c.more...); res.StatusCode != c.status {
			t.Errorf("%s %s: %s", c.do, c.code, res.Status)
		} else if c.status == 422 {
			testkit.Page(t, body, testkit.In(".problems"), testkit.In(".field-wrong"))
		}
	}
	o := outline()
	if i := o.At("MATH.6"); i < 0 || o[i+1].Code != "MATH.4" || o[o.At("MATH.3")].Text != "Reason from data with care" || !o[o.At("MATH.1")].Retired {
		t.Errorf("got %v", o)
	}
	step("undo", "")
	if o = outline(); o[o.At("MATH.1")].Retired {
		t.Error("taking back changed nothing")
	}
	step("redo", "")
	for range 4 { // retire, code, up, add
		step("undo", "")
	}
	if o = outline(); o.At("MATH.5") >= 0 || o[o.At("MATH.3")].Text != "Reason from data with care" {
		t.Error("words typed on and on are one step, and what was added is gone")
	}
	step("undo", "")
	if o = outline(); o[o.At("MATH.3")].Text != "Reason from data and chance" {
		t.Errorf("got %q", o[o.At("MATH.3")].Text)
	}
	_, body := lead.get(draft + "?at=MATH.3")
	testkit.Page(t, body, testkit.Count(`.outline [aria-current]`, 1), testkit.In("form[data-autosave]"))
	if res, _ := lead.post(draft+"/publish", url.Values{"step": {"1"}}); res.Header.Get("Location") != draft {
		t.Errorf("publishing nothing new: %s to %q", res.Status, res.Header.Get("Location"))
	}
	if res, _ := lead.post(draft+"/discard", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("throwing away: %s", res.Status)
	}
}

func TestRubricOnItsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lead := w.as("lead")
	at := "/frameworks/" + string(w.ours()) + "/rubrics/MATH.3"
	form := func(version, first string) url.Values {
		f := url.Values{"version": {version}, "criteria[0].title": {"Data"}, "criteria[1].title": {""}, "then": {"save"}}
		for i, text := range []string{first, "Some of it", "All of it, alone", "Further"} {
			f.Set("criteria[0].levels["+string(rune('0'+i))+"]", text)
		}
		return f
	}
	_, body := lead.get(at)
	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Rubric of MATH.3")), testkit.Count("fieldset.levels input", 4))
	if res, body := lead.post(at, form("1", "")); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Say what this level looks like") {
		t.Errorf("a level without words: %s", res.Status)
	}
	look := form("1", "A first try")
	look.Set("then", "preview")
	if res, body := lead.post(at, look); res.StatusCode != http.StatusOK {
		t.Errorf("looking first: %s", res.Status)
	} else {
		testkit.Page(t, body, testkit.In(".option-text", testkit.HasText("A first try")))
	}
	if res, _ := lead.post(at, form("1", "A first try")); res.StatusCode != http.StatusSeeOther {
		t.Errorf("keeping: %s", res.Status)
	}
	for _, version := range []string{"1", "2"} { // somebody was quicker; nothing differs
		if res, body := lead.post(at, form(version, "A first try")); res.StatusCode != http.StatusConflict {
			t.Errorf("version %s again: %s", version, res.Status)
		} else {
			testkit.Page(t, body, testkit.In(".problems"))
		}
	}
	_, body = lead.get(at)
	testkit.Page(t, body, testkit.In("main", testkit.HasText("Earlier versions (1)")))
	_, body = lead.get("/frameworks/" + string(w.ours()) + "/rubrics/MATH.4?from=MATH.3")
	testkit.Page(t, body, testkit.In("textarea", testkit.HasText("A first try")))
}

// The same levels and evidence are seen by the domains of a graduate profile
// (mission rows 57 and 58), and an internship is judged by the same rubric as
// class work (row 23).
func TestByProfileDomain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lead, learner, teacher := w.as("lead"), w.as("learner"), w.as("teacher")
	profile, err := w.reg.ImportFrameworkFile(t.Context(), w.actor("lead"), registrar.Once{}, registrar.FrameworkIn{Name: "Profile", Reference: true}, strings.NewReader(profileCSV))
	w.ok(err)
	v, err := w.reg.Framework(t.Context(), profile)
	w.ok(err)
	target := map[string]string{}
	for _, it := range v.Items {
		target[it.Code] = string(it.ID)
	}
	aligning := "/frameworks/" + string(w.ours()) + "/alignments"
	if res, body := lead.post(aligning, url.Values{"kind": {"isPartOf"}, "target": {""}}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("aligning nothing: %s", res.Status)
	} else {
		testkit.Page(t, body, testkit.In(".problems"))
	}
	for code, items := range map[string][]string{"KNOW": {"MATH"}, "KEEN": {"TS-SELF.1"}} {
		if res, _ := lead.post(aligning, url.Values{"kind": {"isPartOf"}, "target": {target[code]}, "items": items}); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("aligning to %s: %s", code, res.Status)
		}
	}
	_, body := lead.get(aligning)
	testkit.Page(t, body, testkit.In("main", testkit.HasText("Aligned so far (2)")))

	for _, title := range []string{"Stock survey", "Bridge test"} {
		id := w.evidence(t, learner, title)
		if res, _ := teacher.post("/judge/"+id, url.Values{"scores[0].indicator": {"MATH.3"}, "scores[0].level": {"3"}}); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("judging: %s", res.Status)
		}
	}
	proposals, err := w.reg.Proposals(t.Context(), w.actor("teacher"))
	w.ok(err)
	w.ok(w.reg.Confirm(t.Context(), w.actor("teacher"), []competency.DeterminationID{proposals[0].ID}))

	page := "/learners/" + string(w.people["learner"]) + "/domains"
	for _, v := range []*visitor{learner, teacher} {
		_, body := v.get(page)
		testkit.Page(
			t, body, testkit.Count(`section[id="KNOW"]`, 1), testkit.In(`section[id="KNOW"]`, testkit.HasText("1 of 4 indicators")),
			testkit.In(`section[id="KNOW"]`, testkit.HasText("Bridge test")), testkit.In(`section[id="WORK"]`, testkit.HasText("0 of 1 indicators")),
		)
	}
	for who, status := range map[string]int{"other-learner": 404, "partner-teacher": 404, "stranger": 404} {
		if res, _ := w.as(who).get(page); res.StatusCode != status {
			t.Errorf("%s: %s", who, res.Status)
		}
	}
	if res, _ := learner.get(page + "?by=" + missing); res.StatusCode != http.StatusNotFound {
		t.Errorf("by what is not there: %s", res.Status)
	}
}

// What changes frameworks is for the district's lead alone.
func TestFrameworksAsOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ours := "/frameworks/" + string(w.ours())
	draft, _ := w.as("lead").post(ours+"/drafts", nil)
	at := draft.Header.Get("Location")
	for _, p := range []string{"/frameworks/new", ours + "/alignments", ours + "/rubrics/MATH.3", at} {
		for _, who := range []string{"teacher", "learner", "principal", "stranger"} {
			if res, _ := w.as(who).get(p); res.StatusCode != http.StatusNotFound && (who != "stranger" || p != "/frameworks/new") {
				t.Errorf("%s at %s: %s", who, p, res.Status)
			}
		}
		if res, _ := w.nobody().get(p); res.StatusCode != http.StatusSeeOther {
			t.Errorf("nobody at %s: %s", p, res.Status)
		}
	}
	for _, p := range []string{ours + "/drafts", ours + "/alignments", ours + "/rubrics/MATH.3", at, at + "/publish", at + "/discard"} {
		form := url.Values{"step": {"1"}, "do": {"retire"}, "code": {"MATH.3"}, "items": {"MATH.3"}, "kind": {"isPartOf"}, "target": {"x"}}
		for _, who := range []string{"teacher", "stranger"} {
			if res, _ := w.as(who).post(p, form); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s to %s: %s", who, p, res.Status)
			}
		}
	}
}

func TestFrameworksForPrograms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lead := w.as("lead")
	res, body := lead.do(http.MethodPost, "/v1/frameworks/readings?name=Profile&reference=true", "text/csv", profileCSV)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `"added":["KNOW","WORK","KEEN"]`) {
		t.Errorf("reading: %s %s", res.Status, body)
	}
	res, body = lead.do(http.MethodPost, "/v1/frameworks?name=Profile&reference=true", "text/csv", "code,kind,parent,text\nA,standard,,\n")
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "/rows/2/text") {
		t.Errorf("a bad row: %s %s", res.Status, body)
	}
	var location string
	for range 2 { // a retry gives the same version
		res, body = lead.do(http.MethodPost, "/v1/frameworks?name=Profile&reference=true", "text/csv", profileCSV, "Idempotency-Key", "once")
		if res.StatusCode != http.StatusCreated || location != "" && location != res.Header.Get("Location") {
			t.Fatalf("importing: %s %s", res.Status, body)
		}
		location = res.Header.Get("Location")
	}
	id := path.Base(location)
	_, out := lead.get("/v1/frameworks/" + id + "/case")
	res, body = lead.do(http.MethodPost, "/v1/frameworks/readings?name=Profile&reference=true", "application/json", out)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `"same":3`) || !strings.Contains(body, `"added":[]`) {
		t.Errorf("what went out reads back as something else: %s %s", res.Status, body)
	}
	for _, who := range []string{"teacher", "stranger"} {
		if res, _ := w.as(who).do(http.MethodPost, "/v1/frameworks?name=Other&reference=true", "text/csv", profileCSV); who == "teacher" && res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", who, res.Status)
		}
	}
	if res, _ := w.nobody().do(http.MethodPost, "/v1/frameworks", "text/csv", profileCSV); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %s", res.Status)
	}
}
