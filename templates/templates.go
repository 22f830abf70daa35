// Package templates holds everything that a reader sees: the pages, the parts
// they are made of, one stylesheet, one script and the words.
//
// A page is a folder with a page.html that defines "main" and, if it has words
// of its own, an en.json, whose keys begin with the page's name. Parts and the
// layout stand in _parts and _layout; the page styleguide shows each part. The
// page's view is a struct that embeds Base:
//
//	{{define "main"}}
//	<header class="page-head"><h1>{{t "queue.title"}}</h1></header>
//	<section class="block"><h2>{{t "queue.new"}}</h2>{{template "queue" .New}}</section>
//	{{end}}
//
// Words stand in the catalogue only: {{t "queue.oldest" .Days}} fills {0}. A
// message {"one": …, "other": …} is chosen by the first whole number.
//
// Pages work without script and carry no inline style or script, so that the
// strictest Content-Security-Policy holds.
package templates

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sync"
	"text/template/parse"
)

//go:embed _layout/*.html _parts/*.html */page.html */*.json static/*
var files embed.FS

// ErrNoPage is returned by Render for a page that does not exist.
var ErrNoPage = errors.New("no such page")

// rootTemplate is what Render executes; it calls the page's "main".
const rootTemplate = "layout"

// Set is every page, parsed and checked, once per language. It is safe for
// concurrent use.
type Set struct {
	pages  map[string]map[string]*template.Template // language, page
	words  *catalogue
	assets map[string]*asset // by path below /static/
	hashed map[string]string // plain name to path
	buffer sync.Pool
}

// View is what a page is rendered with: a struct that embeds Base.
type View interface {
	// Language is the BCP 47 tag of the words on the page; empty means English.
	Language() string
}

// Parse reads every page and checks it: each page must define "main", use only
// templates that exist and define none a second time, and name only messages
// that the catalogue has, with as many arguments as they take. The functions
// are offered to pages beside the package's own, whose names they may not take.
func Parse(funcs template.FuncMap) (*Set, error) { return parseFS(files, funcs) }

func parseFS(fsys fs.FS, funcs template.FuncMap) (*Set, error) {
	words, err := readCatalogue(fsys)
	if err != nil {
		return nil, err
	}
	s := &Set{pages: map[string]map[string]*template.Template{}, words: words}
	s.buffer.New = func() any { return new(bytes.Buffer) }
	if s.assets, s.hashed, err = readAssets(fsys); err != nil {
		return nil, err
	}
	for _, lang := range words.languages() {
		all := s.funcs(lang)
		for name, f := range funcs {
			if _, taken := all[name]; taken {
				return nil, fmt.Errorf("template function %q is the package's own", name)
			}
			all[name] = f
		}
		if s.pages[lang], err = parsePages(fsys, all, words); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Pages lists the names of all pages in order.
func (s *Set) Pages() []string { return slices.Sorted(maps.Keys(s.pages[english])) }

// Render writes the page with its view. Nothing is written unless the whole
// page could be made. The error is ErrNoPage for an unknown page.
func (s *Set) Render(w io.Writer, page string, view View) error {
	pages, ok := s.pages[view.Language()]
	if !ok {
		pages = s.pages[english]
	}
	t, ok := pages[page]
	if !ok {
		return fmt.Errorf("rendering %q: %w", page, ErrNoPage)
	}
	b, _ := s.buffer.Get().(*bytes.Buffer)
	b.Reset()
	defer s.buffer.Put(b)
	if err := t.Execute(b, view); err != nil {
		return fmt.Errorf("rendering %q: %w", page, err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("writing %q: %w", page, err)
	}
	return nil
}

// parsePages parses every page in one language. Each page gets only the parts
// that it reaches, since escaping rewrites a page's trees.
func parsePages(fsys fs.FS, funcs template.FuncMap, words *catalogue) (map[string]*template.Template, error) {
	shared := map[string]*parse.Tree{}
	for _, pattern := range []string{"_layout/*.html", "_parts/*.html"} {
		names, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", pattern, err)
		}
		for _, name := range names {
			if err := addTrees(fsys, name, funcs, shared); err != nil {
				return nil, err
			}
		}
	}
	names, err := fs.Glob(fsys, "*/page.html")
	if err != nil {
		return nil, fmt.Errorf("listing pages: %w", err)
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		trees := maps.Clone(shared)
		if err := addTrees(fsys, name, funcs, trees); err != nil {
			return nil, err
		}
		t, err := assemble(trees, funcs, words)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		pages[path.Dir(name)] = t
	}
	return pages, nil
}

// addTrees parses one file and adds what it defines; a name that is already
// there is an error.
func addTrees(fsys fs.FS, name string, funcs template.FuncMap, trees map[string]*parse.Tree) error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	t, err := template.New(name).Funcs(funcs).Parse(string(text))
	if err != nil {
		return fmt.Errorf("parsing %s: %w", name, err)
	}
	for _, d := range t.Templates() {
		if d.Tree == nil || d.Name() == name {
			continue
		}
		if _, taken := trees[d.Name()]; taken {
			return fmt.Errorf("%s defines %q, which is already defined", name, d.Name())
		}
		trees[d.Name()] = d.Tree
	}
	return nil
}

// assemble makes one executable page out of the trees that the layout reaches.
func assemble(trees map[string]*parse.Tree, funcs template.FuncMap, words *catalogue) (*template.Template, error) {
	page := template.New(rootTemplate).Funcs(funcs)
	seen := map[string]bool{rootTemplate: true}
	for open := []string{rootTemplate}; len(open) > 0; open = open[1:] {
		tree, ok := trees[open[0]]
		if !ok {
			return nil, fmt.Errorf("template %q is not defined", open[0])
		}
		uses, err := usesOf(tree)
		if err != nil {
			return nil, fmt.Errorf("template %q: %w", open[0], err)
		}
		if err := words.check(uses); err != nil {
			return nil, fmt.Errorf("template %q: %w", open[0], err)
		}
		if _, err := page.AddParseTree(open[0], tree.Copy()); err != nil {
			return nil, fmt.Errorf("adding %q: %w", open[0], err)
		}
		for _, name := range uses.templates {
			if !seen[name] {
				seen[name] = true
				open = append(open, name)
			}
		}
	}
	return page.Lookup(rootTemplate), nil
}
