package credentials

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// bytesPerNode bounds the memory of a tree: a text of n bytes may hold n/2
// values, and may have n/bytesPerNode of its limit. Documents have about 20 bytes for each.
const bytesPerNode = 5

// parser reads one JSON text. path holds where it stands. The names and texts
// of the tree are parts of the text wherever no escape stands in them, and its
// values lie in blocks, so that a document costs a few allocations and not
// several for each value.
type parser struct {
	text  string
	valid bool // the whole text is UTF-8
	pos   int
	nodes int // how many more values may come
	path  []step

	values  block[Node]
	insides block[inside]
	members block[Member]
	items   block[*Node]
	// What was read of the objects and arrays that are still open, innermost last.
	openMembers []Member
	openItems   []*Node
}

// step is one way down: into a member by its name, or into an item by its index.
type step struct {
	name  string
	index int
}

// inMember is the index of a step into a member.
const inMember = -1

// block hands out slices that are made a number at a time.
type block[T any] struct {
	free []T
	size int // of the next
}

// largestBlock bounds what the last block may leave unused.
const largestBlock = 512

// take gives a slice of n zero values that nobody else has.
func (b *block[T]) take(n int) []T {
	if n > len(b.free) {
		b.free = make([]T, max(n, b.size))
		b.size = min(2*b.size, largestBlock)
	}
	out := b.free[:n:n]
	b.free = b.free[n:]
	return out
}

func parse(data []byte, limit int) (*Node, error) {
	p := &parser{nodes: limit / bytesPerNode}
	if len(data) > limit {
		return nil, p.fail(CodeTooLarge, "the text is larger than "+strconv.Itoa(limit)+" bytes")
	}
	p.text = string(data)
	p.valid = utf8.ValidString(p.text)
	expected := min(len(data)/20+4, largestBlock) // values of a usual document
	p.values.size, p.insides.size, p.members.size, p.items.size = expected, expected/3+1, expected, expected/4+1
	open, _ := unread.Get().(*stacks)
	p.path, p.openMembers, p.openItems = open.path[:0], open.members[:0], open.items[:0]
	defer p.giveBack(open)
	p.space()
	n, err := p.value()
	if err != nil {
		return nil, err
	}
	p.space()
	if p.pos < len(p.text) {
		return nil, p.fail(CodeMalformed, "something follows the value")
	}
	return n, nil
}

// stacks are the room for what is open while a text is read.
type stacks struct {
	path    [16]step
	members [32]Member
	items   [16]*Node
}

// unread keeps stacks for the next text.
var unread = sync.Pool{New: func() any { return new(stacks) }}

// giveBack empties the stacks, which must keep no document alive.
func (p *parser) giveBack(open *stacks) {
	p.path, p.openMembers, p.openItems = nil, nil, nil
	*open = stacks{}
	unread.Put(open)
}

// node makes a value.
func (p *parser) node(kind Kind, text string) *Node {
	n := &p.values.take(1)[0]
	n.kind, n.text, n.inside = kind, text, hollow
	return n
}

func (p *parser) fail(code, detail string) error {
	return &ParseError{Code: code, Pointer: pointerOf(p.path), Offset: p.pos, Detail: detail}
}

// pointerOf writes a way down as an RFC 6901 pointer.
func pointerOf(path []step) string {
	var pointer strings.Builder
	for _, s := range path {
		if s.index == inMember {
			pointer.WriteString(Pointer("", s.name))
		} else {
			pointer.WriteString("/" + strconv.Itoa(s.index))
		}
	}
	return pointer.String()
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return
		}
	}
}

// peek gives the next byte, or 0 at the end. A NUL byte is no JSON token, so the two may be confused.
func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
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
		if err != nil {
			return nil, err
		}
		return p.node(String, s), nil
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
		if strings.HasPrefix(p.text[p.pos:], l.word) {
			p.pos += len(l.word)
			return p.node(l.kind, l.word), nil
		}
	}
	if p.pos >= len(p.text) {
		return nil, p.fail(CodeMalformed, "the text ends where a value should be")
	}
	return nil, p.fail(CodeMalformed, "this is not a JSON value")
}

func (p *parser) object() (*Node, error) {
	n := p.node(Object, "")
	p.pos++
	p.space()
	if p.peek() == '}' {
		p.pos++
		return n, nil
	}
	from := len(p.openMembers)
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
		if !seen.add(p.openMembers[from:], name) {
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
		p.openMembers = append(p.openMembers, Member{Name: name, Value: v})
		more, err := p.next('}')
		if more {
			continue
		}
		n.inside = &p.insides.take(1)[0]
		n.members = p.members.take(len(p.openMembers) - from)
		copy(n.members, p.openMembers[from:])
		p.openMembers = p.openMembers[:from]
		return n, err
	}
}

// memberSet notices a second member of the same name; small objects are searched, large ones indexed.
type memberSet struct{ index map[string]bool }

func (s *memberSet) add(have []Member, name string) bool {
	if len(have) < 32 {
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
	n := p.node(Array, "")
	p.pos++
	p.space()
	if p.peek() == ']' {
		p.pos++
		return n, nil
	}
	from := len(p.openItems)
	for {
		p.path = append(p.path, step{index: len(p.openItems) - from})
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		p.path = p.path[:len(p.path)-1]
		p.openItems = append(p.openItems, v)
		more, err := p.next(']')
		if more {
			continue
		}
		n.inside = &p.insides.take(1)[0]
		n.items = p.items.take(len(p.openItems) - from)
		copy(n.items, p.openItems[from:])
		p.openItems = p.openItems[:from]
		return n, err
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
	return p.node(Number, p.text[start:p.pos]), nil
}

func (p *parser) digits() bool {
	start := p.pos
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.pos++
	}
	return p.pos > start
}

// plain are the bytes that stand for themselves inside a string. Those outside
// of ASCII do so in a text that is UTF-8.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return t
}()

// run passes over bytes that stand for themselves.
func (p *parser) run() error {
	i := p.pos
	for ; i < len(p.text) && plain[p.text[i]]; i++ {
		if !p.valid && p.text[i] >= utf8.RuneSelf {
			p.pos = i
			if err := p.rune(); err != nil {
				return err
			}
			i = p.pos - 1
		}
	}
	p.pos = i
	switch {
	case p.pos >= len(p.text):
		return p.fail(CodeMalformed, "a string does not end")
	case p.text[p.pos] < ' ':
		return p.fail(CodeMalformed, "a control character stands in a string")
	}
	return nil
}

// string reads a string and gives its value. Most strings hold no escape and are taken as they stand.
func (p *parser) string() (string, error) {
	p.pos++
	start := p.pos
	if err := p.run(); err != nil {
		return "", err
	}
	if p.text[p.pos] == '\\' {
		return p.escaped(start)
	}
	p.pos++
	return p.text[start : p.pos-1], nil
}

// rune passes over one character outside ASCII.
func (p *parser) rune() error {
	r, size := utf8.DecodeRuneInString(p.text[p.pos:])
	if r == utf8.RuneError && size <= 1 {
		return p.fail(CodeMalformed, "the text is not UTF-8")
	}
	p.pos += size
	return nil
}

// escaped goes on with a string whose first escape has been reached.
func (p *parser) escaped(start int) (string, error) {
	buf := append(make([]byte, 0, p.pos-start+32), p.text[start:p.pos]...)
	for p.text[p.pos] == '\\' {
		r, err := p.escape()
		if err != nil {
			return "", err
		}
		buf = utf8.AppendRune(buf, r)
		from := p.pos
		if err := p.run(); err != nil {
			return "", err
		}
		buf = append(buf, p.text[from:p.pos]...)
	}
	p.pos++
	return string(buf), nil
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
	if p.peek() == '\\' && p.pos+1 < len(p.text) && p.text[p.pos+1] == 'u' {
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
	if len(p.text)-p.pos < 4 {
		return 0, false
	}
	v, err := strconv.ParseUint(p.text[p.pos:p.pos+4], 16, 16)
	if err != nil {
		return 0, false
	}
	p.pos += 4
	return rune(v), true
}
