package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Limits of a policy document. They are ours: many times what the largest
// known state policy needs, and small enough to evaluate a whole state.
const (
	maxBytes = 256 << 10
	maxDepth = 40
	maxNodes = 2000
	maxTexts = 500 // in one list

	maxProblems = 100 // nobody repairs more at once
)

// Severity tells whether a problem keeps a policy from being adopted.
type Severity string

// The severities of problems.
const (
	// Mistake keeps a policy from being adopted.
	Mistake Severity = "error"
	// Warning is for people to weigh.
	Warning Severity = "warning"
)

// Problem is one thing wrong with a policy document.
type Problem struct {
	// Path is the RFC 6901 pointer into the document: "/requirements/all/0/id".
	Path string `json:"path"`
	// Detail is a sentence for the person who edits the policy.
	Detail   string   `json:"detail"`
	Severity Severity `json:"severity"`
	// Line and Column are the place in the text as it is edited, from 1; zero
	// until whoever read the text has put them in.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
}

// Mistakes are the problems that keep a policy from being adopted.
func Mistakes(all []Problem) (bad []Problem) {
	for _, p := range all {
		if p.Severity == Mistake {
			bad = append(bad, p)
		}
	}
	return bad
}

// ParseError tells everything that keeps a document from being a policy, or facts.
type ParseError struct {
	Problems []Problem // at least one, in the order of their paths

	of string // what was read, unless a policy
}

// Error lists the problems, one after the other.
func (e *ParseError) Error() string {
	parts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		parts[i] = p.Path + ": " + p.Detail
	}
	return orElse(e.of, "policy document") + ": " + strings.Join(parts, "; ")
}

// decode reads one JSON value strictly: no duplicate members, nothing after
// it, no deep nesting. Numbers stay json.Number.
func decode(document []byte, limit int) (any, error) {
	if len(document) > limit {
		return nil, fmt.Errorf("the document is larger than %d bytes", limit)
	}
	if v, ok := decodePlain(document); ok {
		return v, nil
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	v, err := decodeValue(d, 0)
	if bad, ok := errors.AsType[*decodeError](err); ok {
		return nil, bad
	} else if err != nil {
		return nil, fmt.Errorf("reading JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something after the end of the document")
	}
	return v, nil
}

// decodePlain reads a document with nothing wrong at once, which takes a third
// of the time: as many members must have arrived as the text has, so that none
// stood twice. For all else the careful way says what is wrong.
func decodePlain(document []byte) (v any, ok bool) {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, false
	}
	n, ok := members(v, 0)
	return v, ok && n == colons(document)
}

// members counts those of all objects, unless they are nested too deep.
func members(v any, depth int) (n int, ok bool) {
	if depth > maxDepth {
		return 0, false
	}
	add := func(v any) bool {
		more, ok := members(v, depth+1)
		n += more
		return ok
	}
	switch v := v.(type) {
	case map[string]any:
		n = len(v)
		for _, member := range v {
			if !add(member) {
				return 0, false
			}
		}
	case []any:
		for _, item := range v {
			if !add(item) {
				return 0, false
			}
		}
	}
	return n, true
}

// colons counts those outside texts: one for each member.
func colons(document []byte) (n int) {
	inText := false
	for i := 0; i < len(document); i++ {
		switch c := document[i]; {
		case c == '"':
			inText = !inText
		case inText && c == '\\':
			i++ // whatever is escaped ends no text
		case c == ':' && !inText:
			n++
		}
	}
	return n
}

// decodeError tells where a JSON text went wrong; its path grows on the way out.
type decodeError struct{ path, detail string }

func (e *decodeError) Error() string { return e.path + ": " + e.detail }

// inside puts a step before the path of an error from inside a value.
func inside(err error, step string) error {
	bad, ok := errors.AsType[*decodeError](err)
	if !ok {
		bad = &decodeError{detail: "reading JSON: " + err.Error()}
	}
	bad.path = join("", step) + bad.path
	return bad
}

func decodeValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, &decodeError{detail: fmt.Sprintf("nested more than %d deep", maxDepth)}
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		return decodeObject(d, depth)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := decodeValue(d, depth+1)
			if err != nil {
				return nil, inside(err, strconv.Itoa(len(list)))
			}
			list = append(list, v)
		}
		_, err = d.Token() // the closing bracket
		return list, err
	default:
		return t, nil
	}
}

func decodeObject(d *json.Decoder, depth int) (any, error) {
	m := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := t.(string) // a decoder gives nothing else for a member name
		if _, twice := m[name]; twice {
			return nil, inside(&decodeError{detail: "the member stands twice"}, name)
		}
		if m[name], err = decodeValue(d, depth+1); err != nil {
			return nil, inside(err, name)
		}
	}
	_, err := d.Token() // the closing brace
	return m, err
}

var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1")

// join adds one step to an RFC 6901 pointer.
func join(path, step string) string { return path + "/" + pointerEscape.Replace(step) }

// object reads the members of one JSON object; what was not taken by the time
// of close is reported as unknown.
type object struct {
	path string
	rest map[string]any
	bad  func(path, detail string)
}

// idForm keeps dots and slashes for the ids that the parser makes itself.
var idForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

func (o object) has(name string) bool { _, ok := o.rest[name]; return ok }

func (o object) take(name string) (v any, path string, ok bool) {
	v, ok = o.rest[name]
	delete(o.rest, name)
	return v, join(o.path, name), ok
}

// text takes a string, which must be there and not blank when required.
func (o object) text(name string, required bool) string {
	v, path, ok := o.take(name)
	if !ok {
		if required {
			o.bad(path, "This is missing.")
		}
		return ""
	}
	s, isText := v.(string)
	switch {
	case !isText:
		o.bad(path, "Write a text here.")
	case strings.TrimSpace(s) == "" || len(s) > 2000:
		o.bad(path, "Write 1 to 2,000 characters here.")
	}
	return s
}

// id takes an identifier.
func (o object) id(name string, required bool) string {
	path := join(o.path, name)
	s := o.text(name, required)
	if s != "" && !idForm.MatchString(s) {
		o.bad(path, "Use letters, digits, hyphens and underscores, at most 64.")
	}
	return s
}

// whole takes a whole number that is at least least.
func (o object) whole(name string, required bool, least int) int {
	v, path, ok := o.take(name)
	if !ok {
		if required {
			o.bad(path, "This is missing.")
		}
		return 0
	}
	if _, many := v.(map[string]any); many {
		o.bad(path, oneSum)
		return least
	}
	num, _ := v.(json.Number)
	n, err := strconv.ParseInt(num.String(), 10, 32)
	if err != nil || int(n) < least {
		o.bad(path, fmt.Sprintf("Write a whole number of at least %d.", least))
		return least
	}
	return int(n)
}

// flag takes a true or false; missing is false.
func (o object) flag(name string) bool {
	v, path, ok := o.take(name)
	b, isBool := v.(bool)
	if ok && !isBool {
		o.bad(path, "Write true or false.")
	}
	return b
}

// texts takes a list of different, non-blank strings.
func (o object) texts(name string) []string {
	v, path, ok := o.take(name)
	if !ok {
		return nil
	}
	return textList(v, path, o.bad)
}

func textList(v any, path string, bad func(path, detail string)) []string {
	items, isList := v.([]any)
	if !isList {
		bad(path, "Write a list here.")
	}
	if len(items) > maxTexts {
		bad(path, fmt.Sprintf("Write at most %d texts here.", maxTexts))
		return nil
	}
	var list []string
	for i, item := range items {
		at := join(path, strconv.Itoa(i))
		s, _ := item.(string)
		switch {
		case strings.TrimSpace(s) == "":
			bad(at, "Write a text here.")
		case slices.Contains(list, s):
			bad(at, "This stands in the list twice.")
		default:
			list = append(list, s)
		}
	}
	return list
}

// sub takes an object; missing answers ok == false.
func (o object) sub(name string) (object, bool) {
	v, path, ok := o.take(name)
	if !ok {
		return object{}, false
	}
	return asObject(v, path, o.bad)
}

func asObject(v any, path string, bad func(path, detail string)) (object, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		bad(path, "Write an object with named members here.")
	}
	return object{path: path, rest: maps.Clone(m), bad: bad}, ok
}

// items takes a list of anything; missing is empty.
func (o object) items(name string) (items []any, path string) {
	v, path, ok := o.take(name)
	items, isList := v.([]any)
	if ok && !isList {
		o.bad(path, "Write a list here.")
	}
	return items, path
}

// close refuses the members that nobody asked for.
func (o object) close() {
	for _, name := range slices.Sorted(maps.Keys(o.rest)) {
		detail := "This version does not know the member “" + name + "”."
		if speaksOf(name, groupMembers) {
			detail = oneLine
		}
		o.bad(join(o.path, name), detail)
	}
}
