package ld

import (
	"bytes"
	"slices"
	"strconv"
)

// term is a subject, predicate, object or graph name: an IRI or literal as
// N-Quads writes it, or a blank node. The zero term is the default graph.
type term struct {
	text  string
	blank int // 1 and up; 0 is no blank node
}

// statement is one RDF statement and the graph it stands in.
type statement struct {
	subject   term
	predicate string // as N-Quads writes it
	object    term
	graph     term
}

// dataset is a set of statements. Blank nodes are numbered from 1 to blanks.
type dataset struct {
	statements []statement
	blanks     int
}

// distinct removes statements about blank nodes that were made twice. Others
// do no harm until the end, where equal lines are next to each other.
func (d *dataset) distinct() {
	seen := make(map[statement]struct{}, len(d.statements))
	d.statements = slices.DeleteFunc(d.statements, func(s statement) bool {
		if s.subject.blank == 0 && s.object.blank == 0 && s.graph.blank == 0 {
			return false
		}
		_, again := seen[s]
		seen[s] = struct{}{}
		return again
	})
}

// labels writes a blank node into a statement.
type labels func(dst []byte, blank int) []byte

// appendTerm writes one term.
func appendTerm(dst []byte, t term, label labels) []byte {
	if t.blank == 0 {
		return append(dst, t.text...)
	}
	return label(append(dst, "_:"...), t.blank)
}

// appendTo writes the statement as one line of canonical N-Quads (RDFC-1.0 §5, N-Quads §4).
func (s *statement) appendTo(dst []byte, label labels) []byte {
	dst = append(appendTerm(dst, s.subject, label), ' ')
	dst = append(append(dst, s.predicate...), ' ')
	dst = append(appendTerm(dst, s.object, label), ' ')
	if s.graph != (term{}) {
		dst = append(appendTerm(dst, s.graph, label), ' ')
	}
	return append(dst, ".\n"...)
}

// lines collects lines in one buffer, to be sorted.
type lines struct {
	buf  []byte
	ends []int
	all  [][]byte
}

func (l *lines) reset() { l.buf, l.ends, l.all = l.buf[:0], l.ends[:0], l.all[:0] }

func (l *lines) add(s *statement, label labels) {
	l.buf = s.appendTo(l.buf, label)
	l.ends = append(l.ends, len(l.buf))
}

// sorted gives the lines in the order of their code points, which for UTF-8 is that of their bytes.
func (l *lines) sorted() [][]byte {
	start := 0
	for _, end := range l.ends {
		l.all = append(l.all, l.buf[start:end])
		start = end
	}
	slices.SortFunc(l.all, bytes.Compare)
	return l.all
}

// appendLiteral writes the value of a literal between its quotes (canonical
// N-Quads: RDF 1.2 N-Quads §4, cited by RDFC-1.0 §5).
func appendLiteral(dst []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	dst = append(dst, '"')
	clean := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			continue
		}
		dst = append(dst, s[clean:i]...)
		clean = i + 1
		if e := escapes[c]; e != 0 {
			dst = append(dst, '\\', e)
		} else {
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(dst, s[clean:]...), '"')
}

// escapes are the characters that canonical N-Quads writes with a letter.
var escapes = [128]byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r', '"': '"', '\\': '\\'}

// canonicalLabel writes c14n0 for number 0 (RDFC-1.0 §4.5).
func canonicalLabel(dst []byte, number int) []byte {
	return strconv.AppendInt(append(dst, "c14n"...), int64(number), 10)
}
