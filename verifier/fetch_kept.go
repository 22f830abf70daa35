package verifier

import (
	"container/list"
	"errors"
	"time"
)

// keptDocuments are documents that were fetched, and failures to, within bounds
// of number and bytes: what was used longest ago goes first. The Fetcher's
// mutex guards it.
type keptDocuments struct {
	entries, bytes int // bounds
	used           int // bytes
	byKey          map[string]*list.Element
	order          *list.List // of *kept, the one used last in front
}

// kept is what is known of one address.
type kept struct {
	key  string
	body []byte // nil if it was never read
	at   time.Time
	// until is when it is due to be asked again.
	until time.Time
	err   error // of the last fetch
}

// size is about what an entry takes.
func (k *kept) size() int { return len(k.body) + len(k.key) + 256 }

func newKept(entries, bytes int) *keptDocuments {
	return &keptDocuments{entries: entries, bytes: bytes, byKey: make(map[string]*list.Element), order: list.New()}
}

func (k *keptDocuments) find(key string) *kept {
	e, ok := k.byKey[key]
	if !ok {
		return nil
	}
	k.order.MoveToFront(e)
	one, _ := e.Value.(*kept)
	return one
}

// fresh gives what may be answered without asking again: a document, an older
// one after a fetch that failed, or that failure.
func (k *keptDocuments) fresh(key string, now time.Time) (answer, bool) {
	one := k.find(key)
	if one == nil || !now.Before(one.until) {
		return answer{}, false
	}
	if one.body == nil {
		return answer{err: one.err}, true
	}
	return answer{fetched: fetched{body: one.body, at: one.at, stale: one.err != nil}}, true
}

// stale gives a document that is due, but no older than allowed.
func (k *keptDocuments) stale(key string, now time.Time, age time.Duration) (fetched, bool) {
	one := k.find(key)
	if one == nil || one.body == nil || now.Sub(one.at) > age {
		return fetched{}, false
	}
	return fetched{body: one.body, at: one.at, stale: true}, true
}

// put keeps the outcome of a fetch that began at a time. A failure leaves the
// document that was read before in place as long as it may stand in; a host
// that says the document is gone is believed.
func (k *keptDocuments) put(key string, kind fetchKind, at, now time.Time, body []byte, keep time.Duration, err error) {
	one := &kept{key: key, body: body, at: at, until: now.Add(keep), err: err}
	if err != nil {
		one.until = now.Add(negativeKept)
		one.body = nil
		failed, ok := errors.AsType[*fetchError](err)
		if before, had := k.stale(key, now, kind.stale); had && (!ok || !failed.absent) {
			one.body, one.at = before.body, before.at
		}
	}
	if one.body == nil && err == nil {
		one.body = []byte{} // read, and empty
	}
	if e, ok := k.byKey[key]; ok {
		k.drop(e)
	}
	k.byKey[key] = k.order.PushFront(one)
	k.used += one.size()
	for k.order.Len() > k.entries || k.used > k.bytes {
		k.drop(k.order.Back())
	}
}

func (k *keptDocuments) drop(e *list.Element) {
	one, _ := k.order.Remove(e).(*kept)
	delete(k.byKey, one.key)
	k.used -= one.size()
}
