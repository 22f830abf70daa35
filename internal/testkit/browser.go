package testkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Browser is a headless Chromium that walks through pages as a person would.
type Browser struct {
	t    testing.TB
	dir  string
	base string
	// Width is the window's width in CSS pixels; 0 means 1280.
	Width int
	// Dark asks for the dark colours, NoScript turns JavaScript off.
	Dark, NoScript bool
	// Forgiven are parts of complaints that belong to the test's story, such as
	// a network that is cut.
	Forgiven []string
}

// Step is one thing a person does or looks for; .ci/browser/flow.mjs lists them.
type Step struct {
	Do string `json:"do"`
	// As names the window: steps with different names do not share cookies.
	As string `json:"as,omitempty"`
	// In is a CSS selector in the browser's own dialect.
	In     string       `json:"in,omitempty"`
	URL    string       `json:"url,omitempty"`
	Value  string       `json:"value,omitempty"`
	Text   string       `json:"text,omitempty"`
	Key    string       `json:"key,omitempty"`
	Name   string       `json:"name,omitempty"`
	Path   string       `json:"path,omitempty"`
	N      int          `json:"n,omitempty"`
	Width  int          `json:"width,omitempty"`
	Height int          `json:"height,omitempty"`
	On     bool         `json:"on,omitempty"`
	Fold   bool         `json:"fold,omitempty"`
	Letter bool         `json:"letter,omitempty"`
	Files  []StepUpload `json:"files,omitempty"`
}

// StepUpload is a file that a step puts into a file field.
type StepUpload struct {
	Name string `json:"name"`
	Type string `json:"type"` // media type
	Text string `json:"text"`
}

// StepResult is what came of a step.
type StepResult struct {
	Do    string          `json:"do"`
	OK    bool            `json:"ok"`
	Error string          `json:"error"`
	Text  string          `json:"text"` // the page's words where a step failed
	Value json.RawMessage `json:"value"`
	URL   string          `json:"url"`
}

// String is the value of a step that gives text.
func (r StepResult) String() string {
	var s string
	if json.Unmarshal(r.Value, &s) != nil {
		return string(r.Value)
	}
	return s
}

// AxeFinding is something that axe-core holds against a page.
type AxeFinding struct {
	Rule   string   `json:"rule"`
	Impact string   `json:"impact"` // minor, moderate, serious or critical
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"`
}

type flowResult struct {
	OK      bool         `json:"ok"`
	Steps   []StepResult `json:"steps"`
	Console []string     `json:"console"`
	Failed  []string     `json:"failed"`
}

// OpenBrowser gives a browser for the pages below base, such as an
// httptest.Server's URL. The test skips where there is no Chromium or where
// npm ci has not been run in .ci/browser, see [Require].
func OpenBrowser(t testing.TB, base string) *Browser {
	t.Helper()
	dir := filepath.Join(Root(t), ".ci", "browser")
	Require(t, NeedBrowser, missingBrowser(dir))
	return &Browser{t: t, dir: dir, base: base}
}

func missingBrowser(dir string) string {
	for _, program := range []string{"node", chromium()} {
		if _, err := exec.LookPath(program); err != nil {
			return "no " + program
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "playwright-core")); err != nil {
		return "npm ci has not been run in .ci/browser"
	}
	return ""
}

// chromium is the browser's program: $CHROMIUM or Debian's.
func chromium() string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	return "/usr/bin/chromium"
}

// Walk takes the steps one after the other and fails the test at the first
// that does not come out, or if the browser had to complain on the way: an
// error on the console, such as a breach of the Content-Security-Policy. Each
// Walk starts with new windows and no cookies.
func (b *Browser) Walk(steps ...Step) []StepResult {
	b.t.Helper()
	width := b.Width
	if width == 0 {
		width = 1280
	}
	in, err := json.Marshal(map[string]any{
		"base": b.base, "width": width, "dark": b.Dark, "script": !b.NoScript, "steps": steps,
	})
	if err != nil {
		b.t.Fatalf("writing the steps: %v", err)
	}
	cmd := exec.CommandContext(b.t.Context(), "node", filepath.Join(b.dir, "flow.mjs")) //nolint:gosec // the script is ours
	cmd.Stdin = bytes.NewReader(in)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	answer, err := cmd.Output()
	if err != nil {
		b.t.Fatalf("running the browser: %v\n%s", err, complaint.String())
	}
	var out flowResult
	if err := json.Unmarshal(answer, &out); err != nil {
		b.t.Fatalf("reading the browser's answer: %v\n%s", err, answer)
	}
	for i, r := range out.Steps {
		if !r.OK {
			b.t.Fatalf("step %d (%s) at %s: %s\nThe page says: %s", i, describe(steps[i]), r.URL, r.Error, r.Text)
		}
	}
	for _, line := range out.Console {
		if !slices.ContainsFunc(b.Forgiven, func(part string) bool { return strings.Contains(line, part) }) {
			b.t.Errorf("the browser complains: %s", line)
		}
	}
	return out.Steps
}

func describe(s Step) string {
	text, err := json.Marshal(s)
	if err != nil {
		return s.Do
	}
	return string(text)
}

// Axe opens the path and fails the test for each serious or critical finding
// of axe-core.
func (b *Browser) Axe(path string) {
	b.t.Helper()
	for _, r := range b.Walk(Step{Do: "goto", URL: path}, Step{Do: "axe"}) {
		if r.Do == "axe" {
			b.NoSerious(path, r)
		}
	}
}

// NoSerious fails the test for each serious or critical finding in the result
// of an axe step.
func (b *Browser) NoSerious(where string, r StepResult) {
	b.t.Helper()
	var found []AxeFinding
	if err := json.Unmarshal(r.Value, &found); err != nil {
		b.t.Fatalf("reading the findings of axe on %s: %v", where, err)
	}
	for _, f := range found {
		line := fmt.Sprintf("axe on %s: %s (%s): %s\n  %s", where, f.Rule, f.Impact, f.Help, strings.Join(f.Nodes, "\n  "))
		if f.Impact == "serious" || f.Impact == "critical" {
			b.t.Error(line)
		} else {
			b.t.Log(line)
		}
	}
}
