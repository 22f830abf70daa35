package templates

import (
	"bytes"
	"errors"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

type note struct {
	Base
	N int
}

func site(changes map[string]string) fs.FS {
	all := fstest.MapFS{}
	for name, text := range map[string]string{
		"_layout/layout.html": `{{define "layout"}}<title>{{.Base.Title}}</title>{{template "main" .}}{{end}}`,
		"_parts/a.html":       `{{define "a"}}<b>{{.}}</b>{{end}}`,
		"one/page.html":       `{{define "main"}}{{template "a" (t "one.n" .N)}}{{end}}`,
		"messages/en.json":    `{"ok": "OK"}`,
		"one/en.json":         `{"one.n": {"one": "{0} piece", "other": "{0} pieces"}}`,
		"static/style.css":    `p{}`,
	} {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for name, text := range changes {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, text, want string
	}{
		"no main":           {"one/page.html", `x`, `"main" is not defined`},
		"unknown part":      {"one/page.html", `{{define "main"}}{{template "b" .}}{{end}}`, `"b" is not defined`},
		"part given twice":  {"_parts/b.html", `{{define "a"}}{{end}}`, "already defined"},
		"page takes a part": {"one/page.html", `{{define "main"}}{{end}}{{define "a"}}{{end}}`, "already defined"},
		"unknown message":   {"one/page.html", `{{define "main"}}{{if .N}}{{t "two"}}{{end}}{{end}}`, `no message "two"`},
		"in an argument":    {"one/page.html", `{{define "main"}}{{template "a" (print (t "two"))}}{{end}}`, `no message "two"`},
		"too few arguments": {"one/page.html", `{{define "main"}}{{t "one.n"}}{{end}}`, "takes 1 arguments, is given 0"},
		"key from data":     {"one/page.html", `{{define "main"}}{{t .Base.Title}}{{end}}`, "takes a key as text"},
		"unknown prefix":    {"one/page.html", `{{define "main"}}{{t (print "two." .N)}}{{end}}`, `no message starts with "two."`},
		"syntax":            {"one/page.html", `{{define "main"}}{{if}}{{end}}`, "one/page.html"},
		"key twice":         {"one/en.json", `{"one.n": "{0}", "one.n": "{0}"}`, "given twice"},
		"key in two files":  {"one/en.json", `{"one.n": "{0}", "ok": "x"}`, "given twice"},
		"half a plural":     {"one/en.json", `{"one.n": {"one": "{0}"}}`, "both forms"},
		"language lacks":    {"one/es.json", `{}`, `"es" lacks message`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseFS(site(map[string]string{c.file: c.text}), nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := parseFS(site(nil), template.FuncMap{"t": strings.ToUpper}); err == nil {
		t.Error("a function of ours was replaced")
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	s, err := parseFS(site(map[string]string{
		"messages/es.json": `{"ok": "Bien", "one.n": {"one": "{0} pieza", "other": "{0} piezas"}}`,
	}), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		view note
		want string
	}{
		"one":       {note{N: 1}, "<b>1 piece</b>"},
		"many":      {note{N: 2026}, "<b>2026 pieces</b>"},
		"grouped":   {note{N: 1234567}, "<b>1,234,567 pieces</b>"},
		"Spanish":   {note{Base{Lang: "es"}, 2}, "<b>2 piezas</b>"},
		"unknown":   {note{Base{Lang: "fr"}, 2}, "<b>2 pieces</b>"},
		"a hostile": {note{Base{Title: "</title><script>"}, 1}, "&lt;/title&gt;&lt;script&gt;"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := s.Render(&b, "one", c.view); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(b.String(), c.want) {
				t.Errorf("got %s, want %s", b.String(), c.want)
			}
		})
	}
	if got := s.T("es", "nothing"); got != "⟦nothing⟧" {
		t.Errorf("got %q", got)
	}
}

func TestRenderWritesAllOrNothing(t *testing.T) {
	t.Parallel()
	s, err := parseFS(site(map[string]string{"one/page.html": `{{define "main"}}text {{.Missing}}{{end}}`, "one/en.json": `{}`}), nil)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Render(&b, "one", note{}); err == nil || b.Len() > 0 {
		t.Errorf("got %v and %q", err, b.String())
	}
	if err := s.Render(&b, "two", note{}); !errors.Is(err, ErrNoPage) {
		t.Errorf("got %v", err)
	}
}

func TestFieldRules(t *testing.T) {
	t.Parallel()
	f := NewField("text", "parts[2].text", "Text", "x", Problems{{Field: "parts[2].text", Text: "Write more."}}).WithHint("h")
	if got, want := f.DescribedBy(), "f-parts-2--text-hint f-parts-2--text-error"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (Person{Name: "  Ana María Ruiz "}).Initials() + (Person{}).Initials(); got != "AR" {
		t.Errorf("got %q", got)
	}
	if got := (Trend{Levels: []int{1, 4}, Most: 4}).Points(); got != "0,29 20,29 20,3 40,3" {
		t.Errorf("got %q", got)
	}
	if (Ring{Shown: 5, Total: 4}).Percent() != 100 || (Ring{}).Percent() != 0 || (Progress{Done: 1, Total: 3}).Percent() != 33 {
		t.Error("percent")
	}
}

// Every message is used: named by a template, or as text by Go code, where a
// text that ends in a dot stands for all keys that start so.
func TestNoMessageIsUnused(t *testing.T) {
	t.Parallel()
	words, err := readCatalogue(files)
	if err != nil {
		t.Fatal(err)
	}
	used, prefixes := map[string]bool{}, []string{}
	literal := regexp.MustCompile(`"([a-z0-9_]+(?:[.-][a-zA-Z0-9_-]+)+|[a-z0-9_.]+\.)"`)
	for _, name := range sources(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
			used[m[1]] = true
			if strings.HasSuffix(m[1], ".") {
				prefixes = append(prefixes, m[1])
			}
		}
	}
	for key := range words.byLang[english] {
		ok := used[key]
		for _, p := range prefixes {
			ok = ok || strings.HasPrefix(key, p)
		}
		if !ok {
			t.Errorf("message %q is not used", key)
		}
	}
}

// sources lists the templates and the Go code that may name messages.
func sources(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, root := range []string{".", "../api", "../internal", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			ext := filepath.Ext(path)
			if !d.IsDir() && (ext == ".html" || ext == ".go" && !strings.HasSuffix(path, "_test.go")) {
				names = append(names, path)
			}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	return names
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := Parse(nil); err != nil {
			b.Fatal(err)
		}
	}
}
