package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"laurel/internal/demo"
	"laurel/internal/testkit"
)

// TestDemo starts the demo in an empty folder, and then again in the same one:
// what it writes about itself is true both times.
func TestDemo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := serve(t, "--demo", "--data", folder)
	t.Logf("ready after %s", s.ready)
	sheet := sheetOf(t, folder)
	if sheet.BaseURL != s.public {
		t.Errorf("base_url: got %s, want %s", sheet.BaseURL, s.public)
	}
	told := s.stdout.String()
	checkVerdicts(t, s, sheet)
	checkWaiting(t, s, sheet)
	if code := s.stop(); code != 0 {
		t.Fatalf("ending: %d\n%s", code, s.stderr)
	}

	again := serve(t, "--demo", "--data", folder, "--public-url", sheet.BaseURL)
	t.Logf("ready again after %s", again.ready)
	if got := again.stdout.String(); got == "" || !strings.HasSuffix(told, got) {
		t.Errorf("the second start tells something else:\n%s\nthan the first:\n%s", got, told)
	}
	checkVerdicts(t, again, sheetOf(t, folder))
}

// TestDemoKeepsItsAddress refuses to serve credentials under an address that
// does not stand in them.
func TestDemoKeepsItsAddress(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, demo.SheetFile), []byte(`{"base_url":"http://localhost:1"}`), 0o600))
	code, _, stderr := command(t, "", "serve", "--demo", "--addr", "127.0.0.1:0", "--data", folder)
	if code == 0 || !strings.Contains(stderr, "--public-url http://localhost:1") {
		t.Errorf("got %d: %s", code, stderr)
	}
}

// sheetOf reads demo.json, which holds the members that are promised and no others.
func sheetOf(t *testing.T, folder string) demo.Sheet {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, demo.SheetFile))
	must(t, err)
	var members map[string]json.RawMessage
	must(t, json.Unmarshal(data, &members))
	for _, name := range []string{"base_url", "accounts", "credentials", "application", "class", "bundle"} {
		if _, ok := members[name]; !ok {
			t.Errorf("demo.json lacks %q", name)
		}
	}
	sheet, err := demo.Read(folder)
	must(t, err)
	roles := map[string]bool{}
	for _, a := range sheet.Accounts {
		roles[a.Role] = true
		if a.Login == "" || a.Password == "" {
			t.Errorf("an account without sign-in: %+v", a)
		}
	}
	for _, role := range []string{"administrator", "learner", "teacher", "counselor", "registrar", "principal", "district-lead", "coordinator", "assessor"} {
		if !roles[role] {
			t.Errorf("demo.json has no %s", role)
		}
	}
	return sheet
}

// exits are the exit codes of laurel-verify.
var exits = map[string]int{"valid": 0, "revoked": 1, "unrecognised-issuer": 2}

// seals are the families of verdicts, by which a page draws them.
var seals = map[string]string{"valid": "genuine", "revoked": "stop", "unrecognised-issuer": "attention"}

// checkSeal demands that a page says this verdict, first and alone.
func checkSeal(p page, verdict string) {
	t := p.v.t
	t.Helper()
	if p.status != http.StatusOK {
		t.Fatalf("%s: %d: %s", p.path(), p.status, p.text("main"))
	}
	if len(testkit.Select(p.root, "section.verdict-"+seals[verdict])) != 1 || len(testkit.Select(p.root, "section.verdict")) != 1 {
		t.Errorf("%s does not draw the verdict %s: %s", p.path(), verdict, p.text("main"))
	}
	if len(testkit.Select(p.root, "h1")) != 1 || p.text("h1") != p.text("h1.verdict-headline") {
		t.Errorf("%s does not begin with the verdict: %s", p.path(), p.text("h1"))
	}
}

// checkVerdicts asks about every credential of the sheet in each way there is.
func checkVerdicts(t *testing.T, s *server, sheet demo.Sheet) {
	t.Helper()
	stored, err := os.ReadFile(sheet.Bundle)
	must(t, err)
	reader := s.visitor()
	seen := map[string]int{}
	for _, c := range sheet.Credentials {
		seen[c.Verdict]++
		if got := verdictOf(t, reader.get(c.Page, "application/json")); got != c.Verdict {
			t.Errorf("%s as JSON: got %s, want %s", c.Page, got, c.Verdict)
		}
		checkSeal(reader.open(c.Page), c.Verdict)
		for _, form := range []struct{ address, mediaType string }{{c.JWT, "application/vc+jwt"}, {c.JSON, "application/vc"}} {
			signed := reader.fetch(form.address)
			if got := verdictOf(t, reader.do(http.MethodPost, "/v1/verify", form.mediaType, signed, "application/json")); got != c.Verdict {
				t.Errorf("%s at /v1/verify: got %s, want %s", form.address, got, c.Verdict)
			}
			if code, report := judged(t, signed, stored); code != exits[c.Verdict] {
				t.Errorf("laurel-verify on %s: exit code %d, want %d\n%s", form.address, code, exits[c.Verdict], report)
			}
			if code, report := judged(t, altered(signed), stored); code != 1 {
				t.Errorf("laurel-verify on an altered %s: exit code %d, want 1\n%s", form.address, code, report)
			}
		}
	}
	for _, c := range sheet.Credentials {
		checkCarriers(t, reader, c, stored)
	}
	if seen["valid"] == 0 || seen["revoked"] == 0 || seen["unrecognised-issuer"] == 0 || len(seen) != len(exits) {
		t.Errorf("verdicts: %v", seen)
	}
}

// checkCarriers takes the document out of a credential's pictures and paper with
// laurel-verify: it is the one that is stored, byte for byte, and judged alike.
func checkCarriers(t *testing.T, reader *visitor, c demo.Credential, bundle []byte) {
	t.Helper()
	document := reader.fetch(c.JSON)
	for _, address := range []string{c.PNG, c.SVG, c.PDF} {
		data := reader.fetch(address)
		cmd := exec.CommandContext(t.Context(), built(t, "laurel-verify"), "extract", "-")
		cmd.Stdin = bytes.NewReader(data)
		got, err := cmd.Output()
		if err != nil || !bytes.Equal(got, document) {
			t.Errorf("%s: laurel-verify takes %d bytes out (%v), want the %d that are stored", address, len(got), err, len(document))
		}
		if code, report := judged(t, data, bundle); code != exits[c.Verdict] {
			t.Errorf("laurel-verify on %s: exit code %d, want %d\n%s", address, code, exits[c.Verdict], report)
		}
	}
}

// altered changes one sign in the middle of a token's payload.
func altered(token []byte) []byte {
	other := slices.Clone(token)
	if at := len(other) / 2; other[at] == 'A' {
		other[at] = 'B'
	} else {
		other[at] = 'A'
	}
	return other
}

// verdictOf is the verdict of a report.
func verdictOf(t *testing.T, a answer) string {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("%s: %d\n%s", a.url, a.status, a.body)
	}
	var report struct {
		Verdict string `json:"verdict"`
	}
	must(t, json.Unmarshal(a.body, &report))
	return report.Verdict
}

// checkWaiting looks at what the demo leaves for its reader to do.
func checkWaiting(t *testing.T, s *server, sheet demo.Sheet) {
	t.Helper()
	class := s.as("larsen@willowbrook.example", passwordOf(t, sheet, "larsen@willowbrook.example")).open(sheet.Class)
	if ready := class.form("/batches").values["learners"]; len(ready) == 0 {
		t.Errorf("nobody is ready to be certified: %s", class.text("main"))
	}
	s.as("birch@willowbrook.example", passwordOf(t, sheet, "birch@willowbrook.example")).open(sheet.Application)
	waiting := false
	for _, login := range []string{"whitcomb@ridgeline.example", "ortega@ridgeline.example", "tanaka@ridgeline.example"} {
		v := s.as(login, passwordOf(t, sheet, login))
		for _, href := range v.open("/reviews").links("/reviews/") {
			waiting = waiting || v.open(href).offers("/scores")
		}
	}
	if !waiting {
		t.Error("no application waits for an assessor")
	}
}

func passwordOf(t *testing.T, sheet demo.Sheet, login string) string {
	t.Helper()
	i := slices.IndexFunc(sheet.Accounts, func(a demo.Account) bool { return a.Login == login })
	if i < 0 {
		t.Fatalf("demo.json has no account %s", login)
	}
	return sheet.Accounts[i].Password
}
