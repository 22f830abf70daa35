package ld

import "slices"

// saidTwice is why a value of a set is refused that stands there already.
// Statements are a set: the second would be shown, and nobody has signed it.
const saidTwice = "this value stands there twice"

// termSet notices a value that is stated a second time. The zero value is empty.
type termSet struct {
	few   [8]string // most lists are as short, and need no index
	count int
	more  map[string]bool
}

// add takes a value in, and tells whether it was not there before. A blank
// node is always another.
func (s *termSet) add(t term) bool {
	switch {
	case t.blank > 0 || t.text == "":
		return true
	case s.more[t.text] || slices.Contains(s.few[:s.count], t.text):
		return false
	case s.count < len(s.few):
		s.few[s.count] = t.text
		s.count++
		return true
	case s.more == nil:
		s.more = make(map[string]bool)
	}
	s.more[t.text] = true
	return true
}
