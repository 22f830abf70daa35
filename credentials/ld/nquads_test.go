package ld

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// readNQuads reads N-Quads (RDF 1.1 N-Quads) as the test suites write them.
func readNQuads(t testing.TB, text string) (*dataset, map[string]int) {
	t.Helper()
	r := &nquads{labels: map[string]int{}}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if err := r.line(line); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
	}
	r.data.blanks = len(r.labels)
	return &r.data, r.labels
}

type nquads struct {
	data   dataset
	labels map[string]int
	rest   string
}

func (r *nquads) line(line string) error {
	r.rest = line
	var terms []term
	for {
		r.rest = strings.TrimLeft(r.rest, " \t")
		if strings.HasPrefix(r.rest, ".") || r.rest == "" {
			break
		}
		t, err := r.term()
		if err != nil {
			return err
		}
		terms = append(terms, t)
	}
	if len(terms) < 3 {
		return fmt.Errorf("only %d terms", len(terms))
	}
	s := statement{subject: terms[0], predicate: terms[1].text, object: terms[2]}
	if len(terms) > 3 {
		s.graph = terms[3]
	}
	r.data.statements = append(r.data.statements, s)
	return nil
}

func (r *nquads) term() (term, error) {
	switch {
	case strings.HasPrefix(r.rest, "_:"):
		end := strings.IndexAny(r.rest, " \t")
		label := r.rest[2:end]
		r.rest = r.rest[end:]
		if r.labels[label] == 0 {
			r.labels[label] = len(r.labels) + 1
		}
		return term{blank: r.labels[label]}, nil
	case r.rest[0] == '<':
		iri, rest, _ := strings.Cut(r.rest[1:], ">")
		r.rest = rest
		return term{text: "<" + unescape(iri) + ">"}, nil
	}
	end := 1
	for r.rest[end] != '"' {
		if r.rest[end] == '\\' {
			end++
		}
		end++
	}
	text := string(appendLiteral(nil, unescape(r.rest[1:end])))
	r.rest = r.rest[end+1:]
	switch {
	case strings.HasPrefix(r.rest, "^^"):
		r.rest = r.rest[2:]
		datatype, err := r.term()
		if tail := "^^" + datatype.text; tail != typeString {
			text += tail
		}
		return term{text: text}, err
	case strings.HasPrefix(r.rest, "@"):
		end := strings.IndexAny(r.rest, " \t")
		text += r.rest[:end]
		r.rest = r.rest[end:]
	}
	return term{text: text}, nil
}

// unescape undoes ECHAR and UCHAR.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		size := map[byte]int{'u': 4, 'U': 8}[s[i]]
		if size == 0 {
			b.WriteString(strings.NewReplacer("t", "\t", "b", "\b", "n", "\n", "r", "\r", "f", "\f").Replace(s[i : i+1]))
			continue
		}
		c, _ := strconv.ParseUint(s[i+1:i+1+size], 16, 32)
		b.WriteRune(rune(c))
		i += size
	}
	return b.String()
}
