package registrar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/gowebpki/jcs"
)

// PolicyEdit puts one value into a policy document in the place of another.
type PolicyEdit struct {
	// Pointer is the RFC 6901 pointer of a text, a number or true and false that
	// stands in the document.
	Pointer string
	// Value is a text, or a number or list as JSON writes it.
	Value any
}

// errNoPlace says that a value cannot be changed at its place: it is not there,
// or is written in a way that only a person should touch.
var errNoPlace = errors.New("this cannot be changed at its place in the text; change it there by hand")

// EditPolicy puts values into a YAML document at their places and leaves all
// else as it was typed, comments and all. The new text is read again: it means
// exactly the old document with these values, or the edit is refused.
func EditPolicy(text string, edits ...PolicyEdit) (string, error) {
	for _, e := range edits {
		var err error
		if text, err = editPolicy(text, e); err != nil {
			return "", fmt.Errorf("changing %s: %w", e.Pointer, err)
		}
	}
	return text, nil
}

func editPolicy(text string, e PolicyEdit) (string, error) {
	want, err := withValue(text, e)
	if err != nil {
		return "", err
	}
	start, end, err := spanOf(text, e.Pointer)
	if err != nil {
		return "", err
	}
	quoted, err := json.Marshal(e.Value) // every JSON value is YAML
	if err != nil {
		return "", fmt.Errorf("writing the value: %w", err)
	}
	ways := []string{string(quoted)}
	if s, isText := e.Value.(string); isText && text[start] != '"' && text[start] != '\'' {
		ways = []string{s, string(quoted)} // as the old one was written, where it means the same
	}
	for _, way := range ways {
		made := text[:start] + way + text[end:]
		if read, err := ReadPolicy([]byte(made)); err == nil && bytes.Equal(read.JSON, want) {
			return made, nil
		}
	}
	return "", errNoPlace
}

// withValue is the canonical form of a document with another value in one place.
func withValue(text string, e PolicyEdit) ([]byte, error) {
	read, err := ReadPolicy([]byte(text))
	if err != nil {
		return nil, err
	}
	var root any
	if err := json.Unmarshal(read.JSON, &root); err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	set, there := memberAt(root, e.Pointer)
	if !there {
		return nil, errNoPlace
	}
	set(e.Value)
	b, err := json.Marshal(root)
	if err != nil {
		return nil, fmt.Errorf("writing the document: %w", err)
	}
	return jcs.Transform(b)
}

var pointerUnescape = strings.NewReplacer("~1", "/", "~0", "~")

// memberAt finds what a pointer names, and answers how to put something else there.
func memberAt(root any, pointer string) (set func(any), there bool) {
	steps := strings.Split(pointer, "/")[1:]
	v := root
	for i, step := range steps {
		step = pointerUnescape.Replace(step)
		switch in := v.(type) {
		case map[string]any:
			if v, there = in[step]; !there {
				return nil, false
			}
			set = func(to any) { in[step] = to }
		case []any:
			at, err := strconv.Atoi(step)
			if err != nil || at < 0 || at >= len(in) {
				return nil, false
			}
			v, set = in[at], func(to any) { in[at] = to }
		default:
			return nil, false
		}
		there = i == len(steps)-1
	}
	return set, there
}

// spanOf finds where a single value stands in a text.
func spanOf(text, pointer string) (start, end int, err error) {
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil || len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return 0, 0, errNoPlace
	}
	scalar, ok := nodeAt(file.Docs[0].Body, pointer).(ast.ScalarNode)
	if !ok || scalar.GetToken() == nil || scalar.GetToken().Position == nil {
		return 0, 0, errNoPlace
	}
	at := scalar.GetToken().Position
	if start, ok = offsetOf(text, at.Line, at.Column); !ok {
		return 0, 0, errNoPlace
	}
	rest := text[start:]
	switch quote := rest[0]; quote {
	case '"', '\'':
		for i := 1; i < len(rest); i++ {
			switch {
			case quote == '"' && rest[i] == '\\':
				i++
			case rest[i] == quote && quote == '\'' && i+1 < len(rest) && rest[i+1] == quote:
				i++
			case rest[i] == quote:
				return start, start + i + 1, nil
			}
		}
		return 0, 0, errNoPlace
	default:
		plain := scalar.GetToken().Value
		if plain == "" || !strings.HasPrefix(rest, plain) {
			return 0, 0, errNoPlace
		}
		return start, start + len(plain), nil
	}
}

// nodeAt is the node of a pointer; nil where there is none.
func nodeAt(n ast.Node, pointer string) ast.Node {
	for _, step := range strings.Split(pointer, "/")[1:] {
		var next ast.Node
		switch in := n.(type) {
		case *ast.MappingNode:
			for _, v := range in.Values {
				if nameOf(v.Key) == pointerUnescape.Replace(step) {
					next = v.Value
				}
			}
		case *ast.MappingValueNode:
			if nameOf(in.Key) == pointerUnescape.Replace(step) {
				next = in.Value
			}
		case *ast.SequenceNode:
			if at, err := strconv.Atoi(step); err == nil && at >= 0 && at < len(in.Values) {
				next = in.Values[at]
			}
		}
		if n = next; n == nil {
			return nil
		}
	}
	return n
}

// offsetOf is the place in bytes of a line and a column, both from 1; columns
// count signs.
func offsetOf(text string, line, column int) (offset int, ok bool) {
	for ; line > 1; line-- {
		at := strings.IndexByte(text[offset:], '\n')
		if at < 0 {
			return 0, false
		}
		offset += at + 1
	}
	for ; column > 1 && offset < len(text); column-- {
		_, size := utf8.DecodeRuneInString(text[offset:])
		offset += size
	}
	return offset, offset < len(text)
}

// withoutMember takes a member of the whole document out of a YAML text, with
// what stands below it. It answers false where that cannot be done for sure.
func withoutMember(text, name string) (string, bool) {
	read, err := ReadPolicy([]byte(text))
	if err != nil {
		return "", false
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(read.JSON, &members); err != nil {
		return "", false
	}
	if _, there := members[name]; !there {
		return text, true
	}
	delete(members, name)
	var kept strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, name+":"):
			inside = true
		case line[0] != ' ' && line[0] != '-':
			inside = false
		}
		if !inside {
			kept.WriteString(line)
		}
	}
	made, err := ReadPolicy([]byte(kept.String()))
	if err != nil {
		return "", false
	}
	b, err := json.Marshal(members)
	if err != nil {
		return "", false
	}
	want, err := jcs.Transform(b)
	return kept.String(), err == nil && bytes.Equal(made.JSON, want)
}

// layPolicy writes a document as YAML the way people write it: in the usual
// order, a part on one line where it fits.
func layPolicy(document map[string]any) string {
	var l layout
	l.members(document, 0, false)
	return l.b.String()
}

// layout writes YAML.
type layout struct{ b strings.Builder }

// widest is how long a line gets, and simplest how deep a part may nest that
// still stands on one.
const (
	widest   = 110
	simplest = 3
)

func (l *layout) members(m map[string]any, indent int, begun bool) {
	for i, name := range slices.SortedFunc(maps.Keys(m), byMemberOrder) {
		if i > 0 || !begun {
			l.b.WriteString(strings.Repeat(" ", indent))
		}
		l.b.WriteString(yamlName(name) + ":")
		l.value(m[name], indent, len(name)+1)
	}
}

// value writes what follows a name, or the dash of a list.
func (l *layout) value(v any, indent, used int) {
	if flow := flowYAML(v); depthOf(v) <= simplest && indent+used+1+len(flow) <= widest {
		l.b.WriteString(" " + flow + "\n")
		return
	}
	switch v := v.(type) {
	case map[string]any:
		l.b.WriteString("\n")
		l.members(v, indent+2, false)
	case []any:
		l.b.WriteString("\n")
		for _, item := range v {
			l.b.WriteString(strings.Repeat(" ", indent+2) + "-")
			if m, ok := item.(map[string]any); ok && (depthOf(item) > simplest || indent+4+len(flowYAML(item)) > widest) {
				l.b.WriteString(" ")
				l.members(m, indent+4, true)
				continue
			}
			l.value(item, indent+2, 1)
		}
	default:
		l.b.WriteString(" " + flowYAML(v) + "\n")
	}
}

// depthOf is how deep groups and lists nest in a value.
func depthOf(v any) (deep int) {
	switch v := v.(type) {
	case map[string]any:
		for _, member := range v {
			deep = max(deep, depthOf(member))
		}
		return deep + 1
	case []any:
		for _, item := range v {
			deep = max(deep, depthOf(item))
		}
		return deep + 1
	default:
		return 0
	}
}

// flowYAML writes a value on one line.
func flowYAML(v any) string {
	var parts []string
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.SortedFunc(maps.Keys(v), byMemberOrder) {
			parts = append(parts, yamlName(name)+": "+flowYAML(v[name]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		for _, item := range v {
			parts = append(parts, flowYAML(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return yamlName(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		b, _ := json.Marshal(v) // true, false and null always marshal
		return string(b)
	}
}

// yamlName writes a text plainly where it can only be read as that text.
func yamlName(s string) string {
	plain := s != ""
	for i, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		plain = plain && (letter || i > 0 && (c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == ' ' && i < len(s)-1))
	}
	if plain && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(s)) {
		return s
	}
	b, _ := json.Marshal(s) // a text always marshals, and reads alike in YAML
	return string(b)
}
