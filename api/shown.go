package api

import (
	"sync"
	"time"

	"laurel/internal/registrar"
)

const typeHTML = "text/html; charset=utf-8"

// How written pages are remembered: a diploma that is passed around is asked
// for by many at once. The page says when it was checked.
const (
	shownFor  = time.Second
	shownKept = 1024
)

// shown remembers public pages as they were written, for a moment.
type shown struct {
	mu   sync.Mutex // guards kept
	kept map[string]shownPage
}

type shownPage struct {
	page registrar.Page
	body []byte
	at   time.Time
}

// get answers the page as it was written a moment ago, if the credential's
// record is still the same.
func (s *shown) get(page registrar.Page, now time.Time) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.kept[page.Page]
	same := ok && k.page.Revoked.Equal(page.Revoked) && k.page.Reason == page.Reason && k.page.Replaced == page.Replaced && k.page.Newer == page.Newer
	return k.body, same && now.Sub(k.at) < shownFor
}

// put remembers a page; when memory is full, all others are forgotten.
func (s *shown) put(page registrar.Page, body []byte, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil || len(s.kept) >= shownKept {
		s.kept = map[string]shownPage{}
	}
	s.kept[page.Page] = shownPage{page: page, body: body, at: now}
}
