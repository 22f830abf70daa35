package registrar

import (
	"sync"
	"time"
)

// How many wrong passwords are borne within a quarter of an hour: for one name
// from one address, for one name from anywhere, and from one address for any
// name. The first is small, so that guessing is slow; the second is large, so
// that a stranger elsewhere does not lock somebody out.
const (
	triesWindow = 15 * time.Minute
	triesHere   = 10
	triesByName = 100
	triesFrom   = 100
	triesKept   = 100_000
)

// attempts counts tries in memory, one process's own.
type attempts struct {
	now func() time.Time
	mu  sync.Mutex // guards seen
	// seen maps what is counted to its tries in the window that began at from.
	seen map[string]tries
}

type tries struct {
	from time.Time
	n    int
}

func newAttempts(now func() time.Time) *attempts {
	return &attempts{now: now, seen: map[string]tries{}}
}

// counted are the three things that a try counts for, and their limits. Where
// no address is known, a name has the small limit.
func counted(login, from string) map[string]int {
	if from == "" {
		return map[string]int{"name\x00" + login: triesHere}
	}
	return map[string]int{"here\x00" + login + "\x00" + from: triesHere, "name\x00" + login: triesByName, "from\x00" + from: triesFrom}
}

// allow counts a try and answers whether it may be made.
func (a *attempts) allow(login, from string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.makeRoom()
	now, allowed := a.now(), true
	for key, most := range counted(login, from) {
		t := a.seen[key]
		if now.Sub(t.from) > triesWindow {
			t = tries{from: now}
		}
		t.n++
		a.seen[key] = t
		allowed = allowed && t.n <= most
	}
	return allowed
}

// forgive takes back the tries that a right password made good.
func (a *attempts) forgive(login, from string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for key, most := range counted(login, from) {
		t := a.seen[key]
		if t.n--; t.n <= 0 || most == triesHere {
			delete(a.seen, key)
			continue
		}
		a.seen[key] = t
	}
}

// makeRoom bounds the memory: what has run out goes first, then everything.
func (a *attempts) makeRoom() {
	if len(a.seen) < triesKept {
		return
	}
	now := a.now()
	for k, old := range a.seen {
		if now.Sub(old.from) > triesWindow {
			delete(a.seen, k)
		}
	}
	if len(a.seen) >= triesKept {
		clear(a.seen)
	}
}

// knocksFrom is how many links that lead nowhere are borne from one address
// within the window.
const knocksFrom = 30

// mayKnock answers whether an address may try a link.
func (a *attempts) mayKnock(from string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.seen["knock\x00"+from]
	return t.n < knocksFrom || a.now().Sub(t.from) > triesWindow
}

// knocked counts a link that led nowhere.
func (a *attempts) knocked(from string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.makeRoom()
	key, now := "knock\x00"+from, a.now()
	t := a.seen[key]
	if now.Sub(t.from) > triesWindow {
		t = tries{from: now}
	}
	t.n++
	a.seen[key] = t
}
