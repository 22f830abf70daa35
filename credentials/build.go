package credentials

import "slices"

// These make trees out of trees. Nothing is changed in place: what was parsed
// stays as it was read, and unchanged values are shared.

// TextOf is a string as a value.
func TextOf(s string) *Node { return &Node{kind: String, text: s, inside: hollow} }

// ListOf is an array of values; the slice belongs to it from then on.
func ListOf(items ...*Node) *Node { return &Node{kind: Array, inside: &inside{items: items}} }

// ObjectOf is an object of members, whose names must differ; the slice belongs to it from then on.
func ObjectOf(members ...Member) *Node { return &Node{kind: Object, inside: &inside{members: members}} }

// Without is an object without the named members. Other values are given back as they are.
func (n *Node) Without(names ...string) *Node {
	if n.Kind() != Object {
		return n
	}
	out := make([]Member, 0, len(n.members))
	for _, m := range n.members {
		if !slices.Contains(names, m.Name) {
			out = append(out, m)
		}
	}
	return ObjectOf(out...)
}

// With is an object whose member name has the value v: in its old place, or at
// the end when it is new. Other values are given back as they are.
func (n *Node) With(name string, v *Node) *Node {
	if n.Kind() != Object {
		return n
	}
	out := slices.Clone(n.members)
	for i := range out {
		if out[i].Name == name {
			out[i].Value = v
			return ObjectOf(out...)
		}
	}
	return ObjectOf(append(out, Member{Name: name, Value: v})...)
}

// Equal tells whether two values are the same JSON: members in any order,
// numbers as they are written.
func (n *Node) Equal(other *Node) bool {
	if n.Kind() != other.Kind() {
		return false
	}
	switch n.Kind() {
	case Missing, Null:
		return true
	case Bool, Number, String:
		return n.text == other.text
	case Array:
		return slices.EqualFunc(n.items, other.items, (*Node).Equal)
	case Object:
	}
	return len(n.members) == len(other.members) && !slices.ContainsFunc(n.members, func(m Member) bool {
		o := other.Get(m.Name)
		return o == nil || !m.Value.Equal(o)
	})
}

// AppendJSON appends the value as JSON without spaces: members in their order,
// numbers as they are written, characters as they are wherever JSON allows it.
func (n *Node) AppendJSON(dst []byte) []byte {
	switch n.Kind() {
	case Missing, Null:
		return append(dst, "null"...)
	case Bool, Number:
		return append(dst, n.text...)
	case String:
		return AppendText(dst, n.text)
	case Array:
		dst = append(dst, '[')
		for i, item := range n.items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.AppendJSON(dst)
		}
		return append(dst, ']')
	case Object:
	}
	dst = append(dst, '{')
	for i, m := range n.members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendText(dst, m.Name), ':')
		dst = m.Value.AppendJSON(dst)
	}
	return append(dst, '}')
}

// controls are the short escapes of control characters (RFC 8259 §7).
var controls = [' ']byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r'}

// AppendText appends a string as JSON with the fewest escapes (RFC 8785 §3.2.2.2).
func AppendText(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	done := 0
	for i := range len(s) {
		if plain[s[i]] {
			continue
		}
		dst = append(dst, s[done:i]...)
		done = i + 1
		switch c := s[i]; {
		case c >= ' ':
			dst = append(dst, '\\', c)
		case controls[c] != 0:
			dst = append(dst, '\\', controls[c])
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(dst, s[done:]...), '"')
}
