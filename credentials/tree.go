package credentials

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Limits of a document that is read from a stranger.
const (
	// MaxBytes is the size of the largest document that Parse reads.
	MaxBytes = 1 << 20
	// MaxDepth is the deepest nesting of objects and arrays.
	MaxDepth = 64
)

// Reason codes of a [ParseError]. They are the same words that a verification
// report uses for its format check.
const (
	CodeMalformed = "malformed_json"
	CodeDuplicate = "duplicate_member"
	CodeTooLarge  = "too_large"
	CodeTooDeep   = "too_complex"
)

// Kinds of [ParseError], for errors.Is.
var (
	// ErrMalformed is the kind of every error of Parse and CheckJSON.
	ErrMalformed = errors.New("malformed document")
	// ErrTooLarge is the kind of a document over its size limit.
	ErrTooLarge = errors.New("document too large")
)

// ParseError says where and why a text is not acceptable JSON.
type ParseError struct {
	// Code is one of the Code… constants.
	Code string
	// Pointer is the RFC 6901 pointer of the value or member at fault; empty for the whole text.
	Pointer string
	// Offset is the number of bytes before the fault.
	Offset int
	// Detail says what was found, in English, without echoing the input.
	Detail string
}

// Error gives place and reason.
func (e *ParseError) Error() string {
	return fmt.Sprintf("%s at %q, byte %d: %s", e.Code, e.Pointer, e.Offset, e.Detail)
}

// Is answers for ErrMalformed always, and for ErrTooLarge when the text is over its limit.
func (e *ParseError) Is(target error) bool {
	return target == ErrMalformed || target == ErrTooLarge && e.Code == CodeTooLarge
}

// Kind is the JSON type of a [Node]. The zero kind is that of a missing value.
type Kind uint8

// The JSON types.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// String gives the word for the kind.
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "boolean"
	case Number:
		return "number"
	case String:
		return "string"
	case Array:
		return "array"
	case Object:
		return "object"
	case Missing:
	}
	return "nothing"
}

// Node is one value of a parsed document. All methods may be called on nil,
// which is a missing value. A Node is never changed after Parse.
type Node struct {
	kind Kind
	text string // of a string its value; of a number or boolean its literal
	*inside
}

// inside is what an array or an object holds.
type inside struct {
	items   []*Node
	members []Member
}

// hollow is what all other values hold. It is never changed.
var hollow = &inside{}

// Member is one name and value of an object, in document order.
type Member struct {
	Name  string
	Value *Node
}

// Kind is the JSON type of the value; Missing for nil.
func (n *Node) Kind() Kind {
	if n == nil {
		return Missing
	}
	return n.kind
}

// Get gives the member of an object by its exact name, or nil.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for i := range n.members {
		if n.members[i].Name == name {
			return n.members[i].Value
		}
	}
	return nil
}

// Path follows member names from one object to the next, or gives nil.
func (n *Node) Path(names ...string) *Node {
	for _, name := range names {
		n = n.Get(name)
	}
	return n
}

// Members are the members of an object in document order.
func (n *Node) Members() []Member {
	if n == nil {
		return nil
	}
	return n.members
}

// Items are the items of an array, or nil when the value is something else.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// List is the value as a list: an array's items, nothing for a missing value,
// and any other value as the only item. JSON-LD lets one value stand for a list of one.
func (n *Node) List() []*Node {
	switch n.Kind() {
	case Missing:
		return nil
	case Array:
		return n.items
	case Null, Bool, Number, String, Object:
	}
	return []*Node{n}
}

// Text is the value of a string, or "" when the value is something else.
func (n *Node) Text() string {
	if n.Kind() != String {
		return ""
	}
	return n.text
}

// Texts are the strings of List; other items are left out.
func (n *Node) Texts() []string {
	var out []string
	for _, item := range n.List() {
		if item.Kind() == String {
			out = append(out, item.text)
		}
	}
	return out
}

// Has tells whether one of Texts is exactly s.
func (n *Node) Has(s string) bool {
	for _, item := range n.List() {
		if item.Kind() == String && item.text == s {
			return true
		}
	}
	return false
}

// True tells whether the value is the literal true.
func (n *Node) True() bool { return n.Kind() == Bool && n.text == "true" }

// Literal is a number as it was written, or "" when the value is something else.
func (n *Node) Literal() string {
	if n.Kind() != Number {
		return ""
	}
	return n.text
}

// Int is a number that is written as an integer and fits an int64.
func (n *Node) Int() (int64, bool) {
	i, err := strconv.ParseInt(n.Literal(), 10, 64)
	return i, err == nil
}

// pointerEscapes are those of RFC 6901 §3.
var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// Pointer appends one reference token to an RFC 6901 pointer.
func Pointer(base, name string) string {
	if strings.ContainsAny(name, "~/") {
		name = pointerEscapes.Replace(name)
	}
	return base + "/" + name
}

// Parse reads one JSON text of at most MaxBytes (RFC 8259). It refuses what
// different readers read differently: duplicate members, invalid UTF-8, lone
// surrogates, anything after the value, and nesting deeper than MaxDepth.
// The error is a *ParseError.
func Parse(data []byte) (*Node, error) { return parse(data, MaxBytes) }

// CheckJSON tells whether data is one JSON text that Parse would accept, with
// a size limit of its own in bytes. The error is a *ParseError.
func CheckJSON(data []byte, limit int) error {
	_, err := parse(data, limit)
	return err
}
