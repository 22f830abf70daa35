package testkit

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// simple is one step of a selector: tag, id, classes and attributes.
type simple struct {
	tag, id string
	classes []string
	attrs   []html.Attribute // an empty Val asks only that the attribute is there
}

// Select finds the elements below root that the selector describes, in the
// order of the page. See In for what a selector may say. A selector that is not
// understood finds nothing.
func Select(root *html.Node, selector string) []*html.Node {
	var path []simple
	for step := range strings.FieldsSeq(selector) {
		path = append(path, parseSimple(step))
	}
	if len(path) == 0 {
		return nil
	}
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && matches(root, n, path) {
			found = append(found, n)
		}
	}
	return found
}

// matches tells whether n is the last step and its ancestors below root hold
// the steps before it.
func matches(root, n *html.Node, path []simple) bool {
	last := len(path) - 1
	if !path[last].is(n) {
		return false
	}
	rest := path[:last]
	for p := n.Parent; p != nil && p != root && len(rest) > 0; p = p.Parent {
		if rest[len(rest)-1].is(p) {
			rest = rest[:len(rest)-1]
		}
	}
	return len(rest) == 0
}

func (s simple) is(n *html.Node) bool {
	if s.tag != "" && s.tag != n.Data || s.id != "" && s.id != value(n, "id") {
		return false
	}
	have := strings.Fields(value(n, "class"))
	for _, c := range s.classes {
		if !slices.Contains(have, c) {
			return false
		}
	}
	for _, a := range s.attrs {
		got, ok := attr(n, a.Key)
		if !ok || a.Val != "" && a.Val != got {
			return false
		}
	}
	return true
}

// parseSimple reads one step such as a.button[rel=next].
func parseSimple(step string) simple {
	var s simple
	for step != "" {
		if inside, ok := strings.CutPrefix(step, "["); ok {
			body, after, _ := strings.Cut(inside, "]")
			key, val, _ := strings.Cut(body, "=")
			s.attrs = append(s.attrs, html.Attribute{Key: key, Val: strings.Trim(val, `"'`)})
			step = after
			continue
		}
		end := strings.IndexAny(step[1:], ".#[") + 1
		if end == 0 {
			end = len(step)
		}
		switch word := step[:end]; word[0] {
		case '.':
			s.classes = append(s.classes, word[1:])
		case '#':
			s.id = word[1:]
		default:
			s.tag = word
		}
		step = step[end:]
	}
	return s
}
