package bake

import (
	"bytes"
	"errors"
	"strconv"
)

// What a PDF is made of (ISO 32000-2 §7.3). An object is one of: nil, bool, int,
// float64, pdfName, pdfText, pdfArray, pdfDict, pdfRef, *pdfStream, or a pdfWord
// of the syntax such as obj.
type (
	object   any
	pdfName  string
	pdfText  string
	pdfWord  string
	pdfArray []object
	pdfDict  map[pdfName]object
	pdfRef   int // the number of an object; its generation is not needed
)

// pdfStream is a dictionary with bytes behind it, which begin at start.
type pdfStream struct {
	dict  pdfDict
	start int
}

// Bounds of what is read of a PDF.
const (
	pdfParts    = 400_000 // objects, entries and words in all
	pdfDepth    = 32      // arrays and dictionaries in one another
	pdfExpanded = 8 << 20 // bytes that streams expand to, in all
	pdfSections = 64      // cross-reference sections
	pdfFiles    = 64      // attachments that are looked at
)

// errPDF is syntax that is not PDF, or more of it than is read.
var errPDF = errors.New("the objects cannot be read")

// lexer reads objects from bytes. parts is shared by all lexers of one file.
type lexer struct {
	data  []byte
	pos   int
	parts *int
	depth int
}

func isSpace(b byte) bool {
	return b == 0 || b == '\t' || b == '\n' || b == '\f' || b == '\r' || b == ' '
}

func isDelimiter(b byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), b) >= 0 }

// space skips white space and comments (§7.2.3, §7.2.4).
func (l *lexer) space() {
	for ; l.pos < len(l.data); l.pos++ {
		switch b := l.data[l.pos]; {
		case b == '%':
			for l.pos < len(l.data) && l.data[l.pos] != '\n' && l.data[l.pos] != '\r' {
				l.pos++
			}
			l.pos--
		case !isSpace(b):
			return
		}
	}
}

// next reads one object. Of a reference it reads all three words.
func (l *lexer) next() (object, error) {
	l.space()
	if *l.parts--; *l.parts < 0 || l.pos >= len(l.data) || l.pos < 0 {
		return nil, errPDF
	}
	rest := l.data[l.pos:]
	switch b := rest[0]; {
	case bytes.HasPrefix(rest, []byte("<<")):
		l.pos += 2
		return l.dict()
	case bytes.HasPrefix(rest, []byte(">>")):
		l.pos += 2
		return pdfWord(">>"), nil
	case b == '[':
		l.pos++
		return l.array()
	case b == ']':
		l.pos++
		return pdfWord("]"), nil
	case b == '(':
		return l.literal()
	case b == '<':
		return l.hex()
	case b == '/':
		l.pos++
		return pdfName(unescape(l.regular())), nil
	case isDelimiter(b):
		return nil, errPDF
	}
	return l.word()
}

// regular reads signs up to the next white space or delimiter.
func (l *lexer) regular() string {
	start := l.pos
	for l.pos < len(l.data) && !isSpace(l.data[l.pos]) && !isDelimiter(l.data[l.pos]) {
		l.pos++
	}
	return string(l.data[start:l.pos])
}

// word reads a number, a reference, or a word.
func (l *lexer) word() (object, error) {
	text := l.regular()
	switch text {
	case "true", "false":
		return text == "true", nil
	case "null":
		return nil, nil //nolint:nilnil // null is an object
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f, nil
		}
		return pdfWord(text), nil
	}
	if end, ok := l.reference(); ok {
		l.pos = end
		return pdfRef(n), nil
	}
	return n, nil
}

// reference tells whether what follows a number makes it a reference: another
// number and an R (§7.3.10). Both are a few signs long.
func (l *lexer) reference() (end int, ok bool) {
	ahead := lexer{data: l.data[:min(len(l.data), l.pos+24)], pos: l.pos, parts: l.parts}
	ahead.space()
	if gen, err := strconv.Atoi(ahead.regular()); err != nil || gen < 0 {
		return 0, false
	}
	ahead.space()
	word := ahead.regular()
	return ahead.pos, word == "R"
}

func (l *lexer) array() (object, error) {
	list := pdfArray{}
	err := l.until("]", func(o object) error {
		list = append(list, o)
		return nil
	})
	return list, err
}

// dict reads a dictionary. Of a key that is there twice the first counts.
func (l *lexer) dict() (object, error) {
	d := pdfDict{}
	err := l.until(">>", func(o object) error {
		key, ok := o.(pdfName)
		if !ok {
			return errPDF
		}
		value, err := l.next()
		if _, word := value.(pdfWord); err != nil || word {
			return errPDF
		}
		if _, twice := d[key]; !twice {
			d[key] = value
		}
		return nil
	})
	return d, err
}

// until reads objects up to the word that ends them.
func (l *lexer) until(end pdfWord, take func(object) error) error {
	if l.depth++; l.depth > pdfDepth {
		return errPDF
	}
	defer func() { l.depth-- }()
	for {
		o, err := l.next()
		if err != nil || o == end {
			return err
		}
		if _, word := o.(pdfWord); word {
			return errPDF
		}
		if err := take(o); err != nil {
			return err
		}
	}
}

// literal reads a text in parentheses (§7.3.4.2). What it says is never used, so
// that escapes stay as they are.
func (l *lexer) literal() (object, error) {
	start, open := l.pos+1, 0
	for ; l.pos < len(l.data); l.pos++ {
		switch l.data[l.pos] {
		case '\\':
			l.pos++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.pos++
				return pdfText(l.data[start : l.pos-1]), nil
			}
		}
	}
	return nil, errPDF
}

// hex reads a text in angle brackets (§7.3.4.3).
func (l *lexer) hex() (object, error) {
	n := bytes.IndexByte(l.data[l.pos:], '>')
	if n < 0 {
		return nil, errPDF
	}
	start := l.pos + 1
	l.pos += n + 1
	return pdfText(l.data[start : l.pos-1]), nil
}

// unescape reads the signs of a name that are written as #xx (§7.3.5).
func unescape(name string) string {
	if !bytes.Contains([]byte(name), []byte{'#'}) {
		return name
	}
	var out []byte
	for i := 0; i < len(name); i++ {
		if name[i] == '#' && i+2 < len(name) {
			if n, err := strconv.ParseUint(name[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(n))
				i += 2
				continue
			}
		}
		out = append(out, name[i])
	}
	return string(out)
}
