package ld

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"slices"
)

// work is what one document may still cost, and the caller's patience.
type work struct {
	ctx    context.Context //nolint:containedctx // lives for one call
	budget Budget
	ticks  int
}

// tooComplex is the refusal of a document over its budget.
func tooComplex(detail string) error { return &Error{Code: CodeComplex, Detail: detail} }

// tick looks at the clock now and then.
func (w *work) tick() error {
	if w.ticks++; w.ticks&0x3f != 0 {
		return nil
	}
	return w.ctx.Err()
}

// nDegree counts one run of Hash N-Degree Quads. A node that no other blank node
// is related to costs next to nothing: a record may say a thing many times over.
func (w *work) nDegree(related int) error {
	if related == 0 {
		return w.tick()
	}
	if w.budget.NDegreeCalls--; w.budget.NDegreeCalls < 0 {
		return tooComplex("its nodes without an id are too much alike")
	}
	return w.tick()
}

// permutation counts one order of blank nodes that is tried.
func (w *work) permutation() error {
	if w.budget.Permutations--; w.budget.Permutations < 0 {
		return tooComplex("its nodes without an id are too much alike")
	}
	return w.tick()
}

// digest is a hash in hexadecimal.
type digest string

// sum hashes data.
func (h Hash) sum(data []byte) digest {
	var buf [2 * sha512.Size384]byte
	if h == SHA384 {
		s := sha512.Sum384(data)
		return digest(hex.AppendEncode(buf[:0], s[:]))
	}
	s := sha256.Sum256(data)
	return digest(hex.AppendEncode(buf[:0], s[:]))
}

// canonicalizer is the canonicalization state of RDFC-1.0 §4.3. Blank nodes are
// numbers from 1; canonical[n] is 1 + the number of the identifier c14n… that n got.
type canonicalizer struct {
	work
	hash      Hash
	data      *dataset
	mentions  [][]int32 // per blank node, the statements it stands in
	first     []digest  // per blank node, its first degree hash
	canonical []int
	issued    int
	scratch   lines
	buf       []byte
}

// canonicalize runs RDFC-1.0 §4.4.3 and gives the canonical N-Quads.
func (c *canonicalizer) canonicalize() ([]byte, error) {
	if c.data.blanks > 0 {
		if err := c.name(); err != nil {
			return nil, err
		}
	}
	n := len(c.data.statements)
	out := lines{buf: make([]byte, 0, 160*n), ends: make([]int, 0, n), all: make([][]byte, 0, n)}
	label := c.label
	for i := range c.data.statements {
		out.add(&c.data.statements[i], label)
	}
	sorted := slices.CompactFunc(out.sorted(), bytes.Equal)
	return bytes.Join(sorted, nil), nil
}

// label writes a blank node's canonical identifier.
func (c *canonicalizer) label(dst []byte, blank int) []byte {
	return canonicalLabel(dst, c.canonical[blank]-1)
}

// issue gives a blank node the next canonical identifier, unless it has one.
func (c *canonicalizer) issue(blank int) {
	if c.canonical[blank] == 0 {
		c.issued++
		c.canonical[blank] = c.issued
	}
}

// name gives every blank node its canonical identifier.
func (c *canonicalizer) name() error {
	// Steps 1 and 2: which statements mention which node. A dataset is a set.
	c.data.distinct()
	c.index()
	// Step 3: nodes by their first degree hash.
	c.first = make([]digest, c.data.blanks+1)
	nodes := make([]int, 0, c.data.blanks)
	for n := 1; n <= c.data.blanks; n++ {
		if err := c.tick(); err != nil {
			return err
		}
		c.first[n] = c.firstDegree(n)
		nodes = append(nodes, n)
	}
	slices.SortFunc(nodes, func(a, b int) int { return compare(c.first[a], c.first[b], a, b) })
	// Step 4: a hash of its own names a node.
	var shared [][]int
	for start := 0; start < len(nodes); {
		end := start + 1
		for end < len(nodes) && c.first[nodes[end]] == c.first[nodes[start]] {
			end++
		}
		if end == start+1 {
			c.issue(nodes[start])
		} else {
			shared = append(shared, nodes[start:end])
		}
		start = end
	}
	// Step 5: nodes of one hash are told apart by what surrounds them.
	for _, group := range shared {
		if err := c.tellApart(group); err != nil {
			return err
		}
	}
	return nil
}

// compare orders by digest, and by number where they are equal.
func compare(a, b digest, m, n int) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return m - n
}

// index fills mentions, and canonical with nothing.
func (c *canonicalizer) index() {
	c.canonical = make([]int, c.data.blanks+1)
	c.mentions = make([][]int32, c.data.blanks+1)
	for i := range c.data.statements {
		s := &c.data.statements[i]
		for _, t := range [...]*term{&s.subject, &s.object, &s.graph} {
			if m := c.mentions[t.blank]; t.blank > 0 && (len(m) == 0 || m[len(m)-1] != int32(i)) {
				c.mentions[t.blank] = append(m, int32(i))
			}
		}
	}
}

// firstDegree is Hash First Degree Quads (RDFC-1.0 §4.6).
func (c *canonicalizer) firstDegree(blank int) digest {
	label := func(dst []byte, n int) []byte {
		if n == blank {
			return append(dst, 'a')
		}
		return append(dst, 'z')
	}
	c.scratch.reset()
	for _, i := range c.mentions[blank] {
		c.scratch.add(&c.data.statements[i], label)
	}
	c.buf = c.buf[:0]
	for _, line := range c.scratch.sorted() {
		c.buf = append(c.buf, line...)
	}
	return c.hash.sum(c.buf)
}

// tellApart names nodes that share a first degree hash (RDFC-1.0 §4.4.3 step 5).
func (c *canonicalizer) tellApart(group []int) error {
	var paths []path
	for _, n := range group {
		if c.canonical[n] != 0 {
			continue
		}
		own := &issuer{}
		own.issue(n)
		p, err := c.nDegreeHash(n, own)
		if err != nil {
			return err
		}
		paths = append(paths, p)
	}
	slices.SortStableFunc(paths, func(a, b path) int { return compare(a.hash, b.hash, 0, 0) })
	for _, p := range paths {
		for _, n := range p.issuer.order {
			c.issue(n)
		}
	}
	return nil
}
