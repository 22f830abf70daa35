package verifier

import "sync"

// cache keeps what is costly to read again, under a key that names its very
// bytes, so that an entry never becomes wrong. When full it starts anew.
type cache[K comparable, V any] struct {
	mu  sync.RWMutex // guards m
	m   map[K]V
	max int
}

func newCache[K comparable, V any](size int) *cache[K, V] {
	return &cache[K, V]{m: make(map[K]V), max: size}
}

// get gives the value under k, made by read if it is not there yet. Errors are not kept.
func (c *cache[K, V]) get(k K, read func() (V, error)) (V, error) {
	c.mu.RLock()
	v, ok := c.m[k]
	c.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := read()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.m) >= c.max {
		clear(c.m)
	}
	c.m[k] = v
	return v, nil
}
