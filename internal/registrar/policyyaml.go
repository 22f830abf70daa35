package registrar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/gowebpki/jcs"

	"laurel/competency/policy"
)

// maxPolicyBytes bounds a policy document as it is edited.
const maxPolicyBytes = 256 << 10

// maxPolicyMarks bounds the signs that can nest in YAML without indentation.
// The YAML reader takes time and memory by the square of the nesting; so many
// take it well under a second, and the largest known policy has some 200.
const maxPolicyMarks = 4000

// maxPolicyLine bounds a line of YAML, for the same reason.
const maxPolicyLine = 8 << 10

// policyMarks are those signs, also where they stand in texts.
var policyMarks = [][]byte{[]byte("["), []byte("{"), []byte("- "), []byte("? "), []byte("&"), []byte("*"), []byte("!")}

// PolicyText is a policy document as people edit it, read: its canonical form,
// and where in the text each part stands.
type PolicyText struct {
	// JSON is the canonical form (RFC 8785) that is stored and hashed.
	JSON   []byte
	places places
}

// Locate puts into problems the line and column of the part that each is
// about, or of the part around it where it is about something missing.
func (t PolicyText) Locate(problems []policy.Problem) []policy.Problem {
	out := slices.Clone(problems)
	for i := range out {
		if out[i].Line == 0 {
			out[i].Line, out[i].Column = t.places.of(out[i].Path)
		}
	}
	return out
}

// PolicyJSON is [ReadPolicy] for callers that need the canonical form alone.
func PolicyJSON(yamlOrJSON []byte) ([]byte, error) {
	t, err := ReadPolicy(yamlOrJSON)
	return t.JSON, err
}

// ReadPolicy reads a policy document in YAML or JSON. What the members mean is
// for policy.Parse to judge.
//
// It refuses what makes YAML dangerous or ambiguous: anchors, aliases, merge
// keys, tags, tabs, names that are no texts, names that stand twice, more than
// one document, more than 256 KB, and thousands of nested lists. The error is
// then a [*TextError].
func ReadPolicy(yamlOrJSON []byte) (t PolicyText, err error) {
	if len(yamlOrJSON) > maxPolicyBytes {
		return t, textError(0, "the policy document is larger than %d bytes", maxPolicyBytes)
	}
	document := yamlOrJSON
	if json.Valid(document) {
		t.places = placesInJSON(document)
	} else if document, t.places, err = policyFromYAML(document); err != nil {
		return t, err
	}
	t.JSON, err = jcs.Transform(document) // refuses duplicate names
	if err != nil {
		return t, textError(0, "writing the policy as canonical JSON: %v", err)
	}
	return t, nil
}

// TextError is what keeps a text from being read as a policy document.
type TextError struct {
	Line, Column int // from 1; 0 when it is about the whole
	detail       string
}

// Error is a phrase.
func (e *TextError) Error() string { return e.detail }

// Problem is the error as a problem of the document.
func (e *TextError) Problem() policy.Problem {
	return policy.Problem{Detail: e.detail + ".", Severity: policy.Mistake, Line: e.Line, Column: e.Column}
}

func textError(line int, format string, args ...any) error {
	return &TextError{Line: line, detail: fmt.Sprintf(format, args...)}
}

func policyFromYAML(document []byte) ([]byte, places, error) {
	if err := readable(document); err != nil {
		return nil, nil, err
	}
	file, err := parser.ParseBytes(document, 0)
	if err != nil {
		return nil, nil, yamlError(err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, nil, textError(0, "write one policy document, no more and no less")
	}
	var plain plainYAML
	ast.Walk(&plain, file.Docs[0].Body)
	if plain.err != nil {
		return nil, nil, plain.err
	}
	var v any
	if err := yaml.NodeToValue(file.Docs[0].Body, &v); err != nil {
		return nil, nil, yamlError(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, nil, textError(0, "writing the policy as JSON: %v", err)
	}
	return b, placesInYAML(file.Docs[0].Body), nil
}

// readable refuses what would cost the YAML reader too much.
func readable(document []byte) error {
	marks, number := 0, 0
	for line := range bytes.Lines(document) {
		number++
		if bytes.ContainsRune(line, '\t') {
			return textError(number, "the policy document has a tab; indent with spaces")
		}
		if len(line) > maxPolicyLine {
			return textError(number, "the policy document has a line of more than %d bytes", maxPolicyLine)
		}
	}
	for _, m := range policyMarks {
		marks += bytes.Count(document, m)
	}
	if marks > maxPolicyMarks {
		return textError(0, "the policy document has %d lists, groups and marks, more than %d", marks, maxPolicyMarks)
	}
	return nil
}

// yamlError keeps the first line of what the YAML reader says, "[2:1] …"; what
// follows quotes the document.
func yamlError(err error) error {
	said, _, _ := strings.Cut(err.Error(), "\n")
	e := &TextError{detail: "reading the policy as YAML: " + said}
	if at, ok := errors.AsType[yaml.Error](err); ok && at.GetToken() != nil && at.GetToken().Position != nil {
		e.Line, e.Column = at.GetToken().Position.Line, at.GetToken().Position.Column
	}
	return e
}

// plainYAML walks a document and keeps the first thing that is more than
// mappings, lists, texts, numbers, true, false and null.
type plainYAML struct{ err error }

// Visit is called by ast.Walk for every node.
func (p *plainYAML) Visit(n ast.Node) ast.Visitor {
	if p.err != nil {
		return nil
	}
	switch n := n.(type) {
	case *ast.AnchorNode:
		p.refuse(n, "an anchor (&)")
	case *ast.AliasNode:
		p.refuse(n, "an alias (*)")
	case *ast.MergeKeyNode:
		p.refuse(n, "a merge key (<<)")
	case *ast.TagNode:
		p.refuse(n, "a tag (!)")
	case *ast.InfinityNode, *ast.NanNode:
		p.refuse(n, "a number that is none")
	case *ast.MappingValueNode:
		if _, isText := n.Key.(*ast.StringNode); !isText && !isMarked(n.Key) {
			p.refuse(n.Key, "a name that is no text")
		}
	}
	return p
}

// isMarked reports the keys that get a refusal of their own.
func isMarked(key ast.MapKeyNode) bool {
	switch key.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode:
		return true
	default:
		return false
	}
}

func (p *plainYAML) refuse(n ast.Node, what string) {
	at := n.GetToken().Position
	p.err = &TextError{
		Line: at.Line, Column: at.Column,
		detail: fmt.Sprintf("line %d of the policy has %s, which is not allowed; name a shared part once in defs and use it", at.Line, what),
	}
}
