package credentials

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// bytesPerNode bounds the memory of a tree: a text of n bytes may hold n/2
// values, and may have n/bytesPerNode of its limit. Documents have about 20 bytes for each.
const bytesPerNode = 5

// parser reads one JSON text. path holds where it stands.
type parser struct {
	data  []byte
	pos   int
	nodes int // how many more values may come
	path  []step
}

// step is one way down: into a member by its name, or into an item by its index.
type step struct {
	name  string
	index int
}

// inMember is the index of a step into a member.
const inMember = -1

func parse(data []byte, limit int) (*Node, error) {
	p := &parser{data: data, nodes: limit / bytesPerNode}
	if len(data) > limit {
		return nil, p.fail(CodeTooLarge, "the text is larger than "+strconv.Itoa(limit)+" bytes")
	}
	p.space()
	n, err := p.value()
	if err != nil {
		return nil, err
	}
	p.space()
	if p.pos < len(p.data) {
		return nil, p.fail(CodeMalformed, "something follows the value")
	}
	return n, nil
}

func (p *parser) fail(code, detail string) error {
	pointer := ""
	for _, s := range p.path {
		if s.index == inMember {
			pointer = Pointer(pointer, s.name)
		} else {
			pointer += "/" + strconv.Itoa(s.index)
		}
	}
	return &ParseError{Code: code, Pointer: pointer, Offset: p.pos, Detail: detail}
}

func (p *parser) space() {
	for p.pos < len(p.data) {
		switch p.data[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return
		}
	}
}

// peek gives the next byte, or 0 at the end. A NUL byte is no JSON token, so the two may be confused.
func (p *parser) peek() byte {
	if p.pos < len(p.data) {
		return p.data[p.pos]
	}
	return 0
}

func (p *parser) value() (*Node, error) {
	if p.nodes--; p.nodes < 0 {
		return nil, p.fail(CodeTooDeep, "the text holds too many values")
	}
	switch c := p.peek(); {
	case (c == '{' || c == '[') && len(p.path) >= MaxDepth:
		return nil, p.fail(CodeTooDeep, "objects and arrays are nested too deep")
	case c == '{':
		return p.object()
	case c == '[':
		return p.array()
	case c == '"':
		s, err := p.string()
		return &Node{kind: String, text: s}, err
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	default:
		return p.literal()
	}
}

func (p *parser) literal() (*Node, error) {
	for _, l := range [...]struct {
		word string
		kind Kind
	}{{"true", Bool}, {"false", Bool}, {"null", Null}} {
		if len(p.data)-p.pos >= len(l.word) && string(p.data[p.pos:p.pos+len(l.word)]) == l.word {
			p.pos += len(l.word)
			return &Node{kind: l.kind, text: l.word}, nil
		}
	}
	if p.pos >= len(p.data) {
		return nil, p.fail(CodeMalformed, "the text ends where a value should be")
	}
	return nil, p.fail(CodeMalformed, "this is not a JSON value")
}

func (p *parser) object() (*Node, error) {
	n := &Node{kind: Object}
	p.pos++
	p.space()
	if p.peek() == '}' {
		p.pos++
		return n, nil
	}
	seen := memberSet{}
	for {
		if p.peek() != '"' {
			return nil, p.fail(CodeMalformed, "a member name should be here")
		}
		name, err := p.string()
		if err != nil {
			return nil, err
		}
		p.path = append(p.path, step{name, inMember})
		if !seen.add(n.members, name) {
			return nil, p.fail(CodeDuplicate, "this member appears twice")
		}
		p.space()
		if p.peek() != ':' {
			return nil, p.fail(CodeMalformed, "a colon should be here")
		}
		p.pos++
		p.space()
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		p.path = p.path[:len(p.path)-1]
		n.members = append(n.members, Member{Name: name, Value: v})
		if more, err := p.next('}'); !more {
			return n, err
		}
	}
}

// memberSet notices a second member of the same name; small objects are searched, large ones indexed.
type memberSet struct{ index map[string]bool }

func (s *memberSet) add(have []Member, name string) bool {
	if len(have) < 16 {
		for i := range have {
			if have[i].Name == name {
				return false
			}
		}
		return true
	}
	if s.index == nil {
		s.index = make(map[string]bool, 2*len(have))
		for i := range have {
			s.index[have[i].Name] = true
		}
	}
	if s.index[name] {
		return false
	}
	s.index[name] = true
	return true
}

func (p *parser) array() (*Node, error) {
	n := &Node{kind: Array}
	p.pos++
	p.space()
	if p.peek() == ']' {
		p.pos++
		return n, nil
	}
	for {
		p.path = append(p.path, step{index: len(n.items)})
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		p.path = p.path[:len(p.path)-1]
		n.items = append(n.items, v)
		if more, err := p.next(']'); !more {
			return n, err
		}
	}
}

// next reads a comma (another item follows) or the closing byte (none does).
func (p *parser) next(closing byte) (more bool, err error) {
	p.space()
	switch p.peek() {
	case ',':
		p.pos++
		p.space()
		return true, nil
	case closing:
		p.pos++
		return false, nil
	}
	return false, p.fail(CodeMalformed, "a comma or the end should be here")
}

// number reads RFC 8259 §6 exactly: no leading zero, no plus sign, digits on both sides of the point.
func (p *parser) number() (*Node, error) {
	start := p.pos
	if p.peek() == '-' {
		p.pos++
	}
	if p.peek() == '0' {
		p.pos++
	} else if !p.digits() {
		return nil, p.fail(CodeMalformed, "a digit should be here")
	}
	if p.peek() == '.' {
		p.pos++
		if !p.digits() {
			return nil, p.fail(CodeMalformed, "a digit should be here")
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if !p.digits() {
			return nil, p.fail(CodeMalformed, "a digit should be here")
		}
	}
	return &Node{kind: Number, text: string(p.data[start:p.pos])}, nil
}

func (p *parser) digits() bool {
	start := p.pos
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.pos++
	}
	return p.pos > start
}

// string reads a string and gives its value. Most strings hold no escape and are taken in one piece.
func (p *parser) string() (string, error) {
	p.pos++
	start := p.pos
	for p.pos < len(p.data) {
		switch c := p.data[p.pos]; {
		case c == '"':
			s := string(p.data[start:p.pos])
			p.pos++
			return s, nil
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", p.fail(CodeMalformed, "a control character stands in a string")
		case c < utf8.RuneSelf:
			p.pos++
		default:
			if err := p.rune(); err != nil {
				return "", err
			}
		}
	}
	return "", p.fail(CodeMalformed, "a string does not end")
}

// rune passes over one character outside ASCII.
func (p *parser) rune() error {
	r, size := utf8.DecodeRune(p.data[p.pos:])
	if r == utf8.RuneError && size <= 1 {
		return p.fail(CodeMalformed, "the text is not UTF-8")
	}
	p.pos += size
	return nil
}

// escaped goes on with a string whose first escape has been reached.
func (p *parser) escaped(start int) (string, error) {
	buf := append(make([]byte, 0, p.pos-start+32), p.data[start:p.pos]...)
	for p.pos < len(p.data) {
		switch c := p.data[p.pos]; {
		case c == '"':
			p.pos++
			return string(buf), nil
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			buf = utf8.AppendRune(buf, r)
		case c < ' ':
			return "", p.fail(CodeMalformed, "a control character stands in a string")
		case c < utf8.RuneSelf:
			buf = append(buf, c)
			p.pos++
		default:
			from := p.pos
			if err := p.rune(); err != nil {
				return "", err
			}
			buf = append(buf, p.data[from:p.pos]...)
		}
	}
	return "", p.fail(CodeMalformed, "a string does not end")
}

// simpleEscapes are the two-character escapes of RFC 8259 §7.
var simpleEscapes = map[byte]rune{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

func (p *parser) escape() (rune, error) {
	p.pos++
	c := p.peek()
	if r, ok := simpleEscapes[c]; ok {
		p.pos++
		return r, nil
	}
	if c != 'u' {
		return 0, p.fail(CodeMalformed, "this escape is not JSON")
	}
	p.pos++
	r, ok := p.hex4()
	if !ok {
		return 0, p.fail(CodeMalformed, "four hexadecimal digits should be here")
	}
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if p.peek() == '\\' && p.pos+1 < len(p.data) && p.data[p.pos+1] == 'u' {
		p.pos += 2
		if low, ok := p.hex4(); ok {
			if full := utf16.DecodeRune(r, low); full != utf8.RuneError {
				return full, nil
			}
		}
	}
	return 0, p.fail(CodeMalformed, "half of a surrogate pair stands alone")
}

func (p *parser) hex4() (rune, bool) {
	if len(p.data)-p.pos < 4 {
		return 0, false
	}
	v, err := strconv.ParseUint(string(p.data[p.pos:p.pos+4]), 16, 16)
	if err != nil {
		return 0, false
	}
	p.pos += 4
	return rune(v), true
}
