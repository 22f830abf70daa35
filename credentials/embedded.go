package credentials

import "unicode/utf8"

// MarshalJSON writes the value as [Node.AppendJSON] does, so that a document
// that was read can stand inside one that is built, unchanged.
func (n *Node) MarshalJSON() ([]byte, error) { return n.AppendJSON(nil), nil }

// Embedded is a signed document that stands inside another.
type Embedded struct {
	// Pointer is its place in the outer document (RFC 6901).
	Pointer string
	// Member is the member that holds it: verifiableCredential, endorsement or endorsementJwt.
	Member string
	// Document is the inner document as it stands; nil for a token.
	Document *Node
	// Token is a compact token, of endorsementJwt; "" for a document.
	Token string
}

// Embeds tells whether the values of a member are signed documents of their own
// (OB 3.0 and CLR 2.0 data models).
func Embeds(member string) bool {
	switch member {
	case "verifiableCredential", "endorsement", "endorsementJwt":
		return true
	}
	return false
}

// MaxEmbedded is how many signed documents EmbeddedIn lists at most.
const MaxEmbedded = 256

// EmbeddedIn lists the signed documents inside doc, in document order: nested
// credentials of a CLR and endorsements, wherever they stand. It does not look
// into what it found: ask again for each. The outer proof says nothing about
// their issuers; each must be verified by itself (OB 3.0 and CLR 2.0,
// verification). A list of MaxEmbedded may lack some.
func EmbeddedIn(doc *Node) []Embedded {
	s := &embeddedSearch{}
	s.walk(doc)
	return s.found
}

// embeddedSearch is one walk over a document. The pointer of a place is written
// only for what is found: its names may be long, and on the way to many values.
type embeddedSearch struct {
	path  []step
	found []Embedded
}

func (s *embeddedSearch) walk(n *Node) {
	for i, item := range n.Items() {
		if len(s.found) >= MaxEmbedded {
			return
		}
		if holdsMore(item) {
			s.path = append(s.path, step{index: i})
			s.walk(item)
			s.path = s.path[:len(s.path)-1]
		}
	}
	for _, m := range n.Members() {
		embeds := Embeds(m.Name)
		if !embeds && (!holdsMore(m.Value) || m.Name == "proof" || m.Name == "@context") {
			continue
		}
		s.path = append(s.path, step{shortened(m.Name), inMember})
		if embeds {
			s.take(m)
		} else {
			s.walk(m.Value)
		}
		s.path = s.path[:len(s.path)-1]
	}
}

// holdsMore tells whether there is something inside a value.
func holdsMore(n *Node) bool { return n.Kind() == Object || n.Kind() == Array }

// take notes the values of one member, which may be a single one.
func (s *embeddedSearch) take(m Member) {
	for i, item := range m.Value.List() {
		if len(s.found) >= MaxEmbedded {
			return
		}
		e := Embedded{Member: m.Name, Document: item}
		if item.Kind() == String {
			e.Document, e.Token = nil, item.Text()
		}
		if m.Value.Kind() == Array {
			e.Pointer = pointerOf(append(s.path, step{index: i}))
		} else {
			e.Pointer = pointerOf(s.path)
		}
		s.found = append(s.found, e)
	}
}

// maxNameShown is how much of a member's name stands in a pointer to an
// embedded document. No context defines a name as long.
const maxNameShown = 128

// shortened cuts a name that is too long to be shown.
func shortened(name string) string {
	if len(name) <= maxNameShown {
		return name
	}
	cut := maxNameShown
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + "…"
}
