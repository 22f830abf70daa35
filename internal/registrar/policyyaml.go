package registrar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/gowebpki/jcs"
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

// PolicyJSON turns a policy document, as people edit it in YAML or JSON, into
// the canonical JSON (RFC 8785) that is stored and hashed. What the members
// mean is for policy.Parse to judge.
//
// It refuses what makes YAML dangerous or ambiguous: anchors, aliases, merge
// keys, tags, tabs, names that are no texts, names that stand twice, more than
// one document, more than 256 KB, and thousands of nested lists.
func PolicyJSON(yamlOrJSON []byte) ([]byte, error) {
	if len(yamlOrJSON) > maxPolicyBytes {
		return nil, fmt.Errorf("the policy document is larger than %d bytes", maxPolicyBytes)
	}
	document := yamlOrJSON
	if !json.Valid(document) {
		var err error
		if document, err = policyFromYAML(document); err != nil {
			return nil, err
		}
	}
	canonical, err := jcs.Transform(document) // refuses duplicate names
	if err != nil {
		return nil, fmt.Errorf("writing the policy as canonical JSON: %w", err)
	}
	return canonical, nil
}

func policyFromYAML(document []byte) ([]byte, error) {
	if bytes.ContainsRune(document, '\t') {
		return nil, errors.New("the policy document has a tab; indent with spaces")
	}
	for line := range bytes.Lines(document) {
		if len(line) > maxPolicyLine {
			return nil, fmt.Errorf("the policy document has a line of more than %d bytes", maxPolicyLine)
		}
	}
	marks := 0
	for _, m := range policyMarks {
		marks += bytes.Count(document, m)
	}
	if marks > maxPolicyMarks {
		return nil, fmt.Errorf("the policy document has %d lists, groups and marks, more than %d", marks, maxPolicyMarks)
	}
	file, err := parser.ParseBytes(document, 0)
	if err != nil {
		return nil, yamlError(err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, errors.New("write one policy document, no more and no less")
	}
	var plain plainYAML
	ast.Walk(&plain, file.Docs[0].Body)
	if plain.err != nil {
		return nil, plain.err
	}
	var v any
	if err := yaml.NodeToValue(file.Docs[0].Body, &v); err != nil {
		return nil, yamlError(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("writing the policy as JSON: %w", err)
	}
	return b, nil
}

// yamlError keeps the first line of what the YAML reader says, "[2:1] …"; what
// follows quotes the document.
func yamlError(err error) error {
	said, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New("reading the policy as YAML: " + said)
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
	p.err = fmt.Errorf("line %d of the policy has %s, which is not allowed; name a shared part once in defs and use it", n.GetToken().Position.Line, what)
}
