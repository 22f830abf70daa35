package credentials

import "strconv"

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

// embeddingMembers are the members whose values are signed documents of their
// own (OB 3.0 and CLR 2.0 data models).
var embeddingMembers = map[string]bool{"verifiableCredential": true, "endorsement": true, "endorsementJwt": true}

// Embeds tells whether the values of a member are signed documents of their own.
func Embeds(member string) bool { return embeddingMembers[member] }

// EmbeddedIn lists the signed documents inside doc, in document order: nested
// credentials of a CLR and endorsements, wherever they stand. It does not look
// into what it found: ask again for each. The outer proof says nothing about
// their issuers; each must be verified by itself (OB 3.0 and CLR 2.0, verification).
func EmbeddedIn(doc *Node) []Embedded {
	w := embeddedWalk{path: make([]step, 0, 16)}
	w.walk(doc)
	return w.found
}

// embeddedWalk looks for signed documents; path is where it is.
type embeddedWalk struct {
	path  []step
	found []Embedded
}

func (w *embeddedWalk) walk(n *Node) {
	for i, item := range n.Items() {
		if holdsMore(item) {
			w.path = append(w.path, step{index: i})
			w.walk(item)
			w.path = w.path[:len(w.path)-1]
		}
	}
	for _, m := range n.Members() {
		switch {
		case embeddingMembers[m.Name]:
			w.found = append(w.found, embeddedAt(Pointer(pointerOf(w.path), m.Name), m)...)
		case holdsMore(m.Value) && m.Name != "proof" && m.Name != "@context":
			w.path = append(w.path, step{m.Name, inMember})
			w.walk(m.Value)
			w.path = w.path[:len(w.path)-1]
		}
	}
}

// holdsMore tells whether there is something inside a value.
func holdsMore(n *Node) bool { return n.Kind() == Object || n.Kind() == Array }

// embeddedAt lists the values of one member, which may be a single one.
func embeddedAt(at string, m Member) []Embedded {
	var out []Embedded
	for i, item := range m.Value.List() {
		e := Embedded{Pointer: at, Member: m.Name, Document: item}
		if m.Value.Kind() == Array {
			e.Pointer += "/" + strconv.Itoa(i)
		}
		if item.Kind() == String {
			e.Document, e.Token = nil, item.Text()
		}
		out = append(out, e)
	}
	return out
}
