package registrar

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// place is a line and a column of a text, both from 1.
type place struct{ line, column int }

// places are those of the parts of a document, by RFC 6901 pointer.
type places map[string]place

// of is where a part stands, or else the part around it; zeros when the text
// could not be followed.
func (ps places) of(pointer string) (line, column int) {
	for {
		if p, ok := ps[pointer]; ok {
			return p.line, p.column
		}
		cut := strings.LastIndexByte(pointer, '/')
		if cut < 0 {
			return 0, 0
		}
		pointer = pointer[:cut]
	}
}

var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1")

// placesInYAML finds the members by their names and the others by their beginning.
func placesInYAML(root ast.Node) places {
	ps := places{}
	var walk func(n ast.Node, pointer string)
	member := func(v *ast.MappingValueNode, pointer string) {
		at := pointer + "/" + pointerEscape.Replace(nameOf(v.Key))
		ps.put(at, v.Key)
		walk(v.Value, at)
	}
	walk = func(n ast.Node, pointer string) {
		switch n := n.(type) {
		case *ast.MappingNode:
			for _, v := range n.Values {
				member(v, pointer)
			}
		case *ast.MappingValueNode:
			member(n, pointer)
		case *ast.SequenceNode:
			for i, v := range n.Values {
				at := pointer + "/" + strconv.Itoa(i)
				ps.put(at, firstOf(v))
				walk(v, at)
			}
		}
	}
	ps.put("", firstOf(root))
	walk(root, "")
	return ps
}

// nameOf is the name of a member, without quotes.
func nameOf(key ast.MapKeyNode) string {
	if s, ok := key.(*ast.StringNode); ok {
		return s.Value
	}
	return key.String()
}

// firstOf is the node that begins where another one does: the name of its first
// member where it is written in lines.
func firstOf(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return n.Values[0].Key
		}
	case *ast.MappingValueNode:
		return n.Key
	}
	return n
}

func (ps places) put(pointer string, n ast.Node) {
	if t := n.GetToken(); t != nil && t.Position != nil {
		ps[pointer] = place{t.Position.Line, t.Position.Column}
	}
}

// jsonPlaces follows a JSON text, which must be valid.
type jsonPlaces struct {
	text   []byte
	d      *json.Decoder
	places places
	// line and its start are where the last place was found; places come in the
	// order of the text.
	offset, line, start int
}

// placesInJSON finds the members by their names and the others by their beginning.
func placesInJSON(text []byte) places {
	j := jsonPlaces{text: text, d: json.NewDecoder(bytes.NewReader(text)), places: places{}, line: 1}
	j.put("")
	j.value("")
	return j.places
}

func (j *jsonPlaces) value(pointer string) {
	t, err := j.d.Token()
	if err != nil {
		return
	}
	switch t {
	case json.Delim('{'):
		for j.d.More() {
			at := int(j.d.InputOffset())
			name, err := j.d.Token()
			if err != nil {
				return
			}
			text, _ := name.(string) // a decoder gives nothing else
			member := pointer + "/" + pointerEscape.Replace(text)
			j.putAt(member, at)
			j.value(member)
		}
	case json.Delim('['):
		for i := 0; j.d.More(); i++ {
			item := pointer + "/" + strconv.Itoa(i)
			j.put(item)
			j.value(item)
		}
	default:
		return
	}
	_, _ = j.d.Token() // the end of the object or list; the text is valid
}

func (j *jsonPlaces) put(pointer string) { j.putAt(pointer, int(j.d.InputOffset())) }

// putAt keeps the place of what begins at or behind an offset.
func (j *jsonPlaces) putAt(pointer string, offset int) {
	for offset < len(j.text) && strings.IndexByte(" \t\r\n:,", j.text[offset]) >= 0 {
		offset++
	}
	for ; j.offset < offset; j.offset++ {
		if j.text[j.offset] == '\n' {
			j.line++
			j.start = j.offset + 1
		}
	}
	j.places[pointer] = place{j.line, offset - j.start + 1}
}
