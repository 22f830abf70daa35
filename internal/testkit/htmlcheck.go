package testkit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// HTMLCheck looks at a page or a part of it and says what is wrong.
type HTMLCheck func(*html.Node) error

// Page fails the test unless the HTML is a whole, sound page (see Sound) and
// passes the checks.
//
//	testkit.Page(t, body, testkit.In("h1", testkit.HasText("Your queue")))
func Page(t testing.TB, body string, checks ...HTMLCheck) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("parsing the page: %v", err)
	}
	for _, p := range Sound(root) {
		t.Errorf("page: %s", p)
	}
	for _, check := range checks {
		if err := check(root); err != nil {
			t.Errorf("page: %v", err)
		}
	}
}

// In applies the checks to the first element that the selector finds; it is an
// error if there is none. A selector is made of tag, #id, .class and
// [attr] or [attr=value], with spaces for "somewhere within".
func In(selector string, checks ...HTMLCheck) HTMLCheck {
	return func(n *html.Node) error {
		found := Select(n, selector)
		if len(found) == 0 {
			return fmt.Errorf("no %s", selector)
		}
		for _, check := range checks {
			if err := check(found[0]); err != nil {
				return fmt.Errorf("%s: %w", selector, err)
			}
		}
		return nil
	}
}

// NotIn demands that the selector finds nothing.
func NotIn(selector string) HTMLCheck { return Count(selector, 0) }

// Count demands that the selector finds exactly n elements.
func Count(selector string, n int) HTMLCheck {
	return func(root *html.Node) error {
		if got := len(Select(root, selector)); got != n {
			return fmt.Errorf("%d × %s, want %d", got, selector, n)
		}
		return nil
	}
}

// HasText demands that the element's text contains s; runs of white space
// count as one space.
func HasText(s string) HTMLCheck {
	return func(n *html.Node) error {
		if got := TextOf(n); !strings.Contains(got, s) {
			return fmt.Errorf("text %q does not contain %q", got, s)
		}
		return nil
	}
}

// LacksText demands that the element's text does not contain s.
func LacksText(s string) HTMLCheck {
	return func(n *html.Node) error {
		if got := TextOf(n); strings.Contains(got, s) {
			return fmt.Errorf("text %q contains %q", got, s)
		}
		return nil
	}
}

// HasAttr demands that the element's attribute has the value.
func HasAttr(name, value string) HTMLCheck {
	return func(n *html.Node) error {
		if got, ok := attr(n, name); !ok || got != value {
			return fmt.Errorf("%s is %q, want %q", name, got, value)
		}
		return nil
	}
}

// TextOf is the text inside an element with single spaces.
func TextOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "script" && d.Parent.Data != "style" {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Sound lists what is wrong with the structure of a page: it needs one h1, a
// language, a title, a main and a viewport; headings that skip no level; a name
// for every control, button, link and picture; unique ids that every reference
// finds; and no script, style or handler inside the page (the
// Content-Security-Policy would stop it).
func Sound(root *html.Node) []string {
	p := &pageCheck{ids: map[string]*html.Node{}}
	for n := range root.Descendants() {
		if id, ok := attr(n, "id"); ok {
			if p.ids[id] != nil {
				p.add("id %q is there twice", id)
			}
			p.ids[id] = n
		}
	}
	for _, want := range []string{"h1", "title", "main", "meta[name=viewport]"} {
		if got := len(Select(root, want)); got != 1 {
			p.add("%d × %s, want 1", got, want)
		}
	}
	if len(Select(root, "html[lang]")) != 1 {
		p.add("html has no lang")
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			p.element(root, n)
		}
	}
	return p.wrong
}

type pageCheck struct {
	ids     map[string]*html.Node
	wrong   []string
	heading int // the level of the last heading
}

func (p *pageCheck) add(format string, args ...any) {
	p.wrong = append(p.wrong, fmt.Sprintf(format, args...))
}

func (p *pageCheck) element(root, n *html.Node) {
	p.inline(n)
	p.references(n)
	switch n.Data {
	case "h1", "h2", "h3", "h4", "h5", "h6":
		level := int(n.Data[1] - '0')
		if level > p.heading+1 {
			p.add("%s %q skips a level", n.Data, TextOf(n))
		}
		p.heading = level
	case "img":
		if _, ok := attr(n, "alt"); !ok {
			p.add("img without alt")
		}
	case "input", "select", "textarea":
		p.control(root, n)
	case "a", "button", "summary":
		if TextOf(n) == "" && value(n, "aria-label") == "" && len(Select(n, "img[alt]")) == 0 {
			p.add("%s without words", n.Data)
		}
	case "fieldset":
		if len(Select(n, "legend")) == 0 {
			p.add("fieldset without legend")
		}
	}
}

// inline finds what a strict Content-Security-Policy refuses.
func (p *pageCheck) inline(n *html.Node) {
	if n.Data == "style" {
		p.add("inline style element")
	}
	if _, ok := attr(n, "src"); n.Data == "script" && !ok {
		p.add("inline script")
	}
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			p.add("%s has the attribute %s", n.Data, a.Key)
		}
		if (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:") {
			p.add("%s runs script from %s", n.Data, a.Key)
		}
	}
}

// references finds ids that are named and not there.
func (p *pageCheck) references(n *html.Node) {
	for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls"} {
		for id := range strings.FieldsSeq(value(n, name)) {
			if p.ids[id] == nil {
				p.add("%s names the id %q, which is not there", name, id)
			}
		}
	}
	if to, ok := strings.CutPrefix(value(n, "href"), "#"); ok && to != "" && n.Data == "a" && p.ids[to] == nil {
		p.add("a link leads to #%s, which is not there", to)
	}
}

func (p *pageCheck) control(root, n *html.Node) {
	kind := value(n, "type")
	if n.Data == "input" && slices.Contains([]string{"hidden", "submit", "button", "image", "reset"}, kind) {
		return
	}
	if value(n, "aria-label") != "" || value(n, "aria-labelledby") != "" {
		return
	}
	for parent := range n.Ancestors() {
		if parent.Data == "label" {
			return
		}
	}
	id := value(n, "id")
	if id != "" && len(Select(root, "label[for="+id+"]")) > 0 {
		return
	}
	p.add("%s %q has no label", n.Data, value(n, "name"))
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func value(n *html.Node, name string) string { v, _ := attr(n, name); return v }
