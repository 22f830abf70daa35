package competency

import "time"

// LinkState tells whether there is a copy of what a link showed.
type LinkState string

// The states of the copy of a link.
const (
	LinkAsked  LinkState = "asked"  // nobody has read the page yet
	LinkKept   LinkState = "kept"   // its words are here
	LinkFailed LinkState = "failed" // it could not be read; see Reason
)

// LinkCopy is the title and the words that a link of evidence showed when the
// version was handed in, so that what was judged can be read later.
type LinkCopy struct {
	ID       string
	Evidence EvidenceID
	Version  int
	Address  string
	State    LinkState
	Title    string
	Text     string
	Hash     string // SHA-256 of Text in lower-case hex
	// Reason says why there is no copy: "address", "time", "type", "http_404",
	// "no-fetch" …
	Reason string
	Tried  time.Time // zero while asked
}

// MaxLinkText is how many characters of a page are kept.
const MaxLinkText = 50_000

// Read puts what was found into the copy.
func (l *LinkCopy) Read(title, text string, at time.Time) {
	l.State, l.Title, l.Text, l.Reason, l.Tried = LinkKept, cut(title, maxTitle), cut(text, MaxLinkText), "", at
	l.Hash = hashOf([]byte(l.Text))
}

// Fail notes why there is no copy.
func (l *LinkCopy) Fail(reason string, at time.Time) {
	l.State, l.Reason, l.Tried = LinkFailed, reason, at
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
