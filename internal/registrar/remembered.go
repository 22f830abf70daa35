package registrar

import (
	"context"
	"sync"
	"time"

	"laurel/competency"
)

// How what the public asks for is remembered.
const (
	// rememberedFresh is how long an answer is given from memory without asking the database.
	rememberedFresh = 10 * time.Second
	// rememberedStale is how long, when the database does not answer.
	rememberedStale = 24 * time.Hour
	// rememberedKept is how many are remembered: about 20 KB each.
	rememberedKept = 2048
)

// remembered keeps answers to the public, also those that are not there. It is
// safe for concurrent use.
type remembered[T any] struct {
	now func() time.Time
	mu  sync.Mutex // guards kept
	// kept are answers by what was asked; value is nil for one that is not there.
	kept map[string]answered[T]
}

type answered[T any] struct {
	value *T
	at    time.Time
}

func newRemembered[T any](now func() time.Time) *remembered[T] {
	return &remembered[T]{now: now, kept: map[string]answered[T]{}}
}

// ask answers from memory, or reads; read answers nil for what is not there,
// which is ErrNotFound. With the database away what was read before is answered
// from memory; anything else is what read reports.
func (m *remembered[T]) ask(ctx context.Context, key string, read func() (*T, error)) (T, error) {
	var none T
	kept, ok := m.get(key, rememberedFresh)
	if !ok {
		value, err := read()
		if err == nil {
			m.put(key, value)
			kept.value = value
		} else if kept, ok = m.get(key, rememberedStale); !ok || ctx.Err() != nil {
			return none, err
		}
	}
	if kept.value == nil {
		return none, competency.NotFound()
	}
	return *kept.value, nil
}

// get answers what is remembered and is younger than age.
func (m *remembered[T]) get(key string, age time.Duration) (answered[T], bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.kept[key]
	return k, ok && m.now().Sub(k.at) < age
}

// put remembers an answer; when memory is full an arbitrary part of it is forgotten.
func (m *remembered[T]) put(key string, value *T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) >= rememberedKept {
		n := 0
		for k := range m.kept {
			delete(m.kept, k)
			if n++; n > rememberedKept/8 {
				break
			}
		}
	}
	m.kept[key] = answered[T]{value: value, at: m.now()}
}

// forget drops an answer that has changed.
func (m *remembered[T]) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, key)
}
