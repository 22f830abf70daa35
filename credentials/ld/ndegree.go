package ld

import (
	"bytes"
	"slices"
	"strconv"
)

// issuer gives temporary identifiers b0, b1, … in the order of asking (RDFC-1.0 §4.5).
type issuer struct {
	order []int // blank nodes by identifier
}

// number is the identifier of a blank node, or -1.
func (i *issuer) number(blank int) int { return slices.Index(i.order, blank) }

// issue gives the identifier, a new one when there is none.
func (i *issuer) issue(blank int) int {
	if n := i.number(blank); n >= 0 {
		return n
	}
	i.order = append(i.order, blank)
	return len(i.order) - 1
}

func (i *issuer) clone() *issuer { return &issuer{order: slices.Clone(i.order)} }

// path is the result of Hash N-Degree Quads.
type path struct {
	hash   digest
	issuer *issuer
}

// nDegreeHash is Hash N-Degree Quads (RDFC-1.0 §4.8). It walks from a blank
// node to those related to it, in every order that could matter, and keeps the
// order that comes first.
func (c *canonicalizer) nDegreeHash(blank int, own *issuer) (path, error) {
	related, err := c.related(blank, own) // steps 1 to 3
	if err != nil {
		return path{}, err
	}
	if err := c.nDegree(len(related)); err != nil {
		return path{}, err
	}
	var data []byte
	for _, group := range related { // step 5, in the order of the related hashes
		data = append(data, group.hash...)
		chosen, next, err := c.chosenPath(group.blanks, own)
		if err != nil {
			return path{}, err
		}
		data = append(data, chosen...)
		own = next
	}
	return path{hash: c.hash.sum(data), issuer: own}, nil
}

// relatives are the blank nodes that are related in one way.
type relatives struct {
	hash   digest
	blanks []int
}

// related groups the blank nodes that share a statement with blank by their
// Hash Related Blank Node (RDFC-1.0 §4.7).
func (c *canonicalizer) related(blank int, own *issuer) ([]relatives, error) {
	var out []relatives
	found := map[digest]int{}
	for _, i := range c.mentions[blank] {
		s := &c.data.statements[i]
		for position, t := range [...]*term{&s.subject, &s.object, &s.graph} {
			if t.blank == 0 || t.blank == blank {
				continue
			}
			if err := c.tick(); err != nil {
				return nil, err
			}
			h := c.relatedHash(t.blank, s, "sog"[position], own)
			at, ok := found[h]
			if !ok {
				at = len(out)
				found[h] = at
				out = append(out, relatives{hash: h})
			}
			out[at].blanks = append(out[at].blanks, t.blank)
		}
	}
	slices.SortFunc(out, func(a, b relatives) int { return compare(a.hash, b.hash, 0, 0) })
	return out, nil
}

// relatedHash is Hash Related Blank Node (RDFC-1.0 §4.7).
func (c *canonicalizer) relatedHash(blank int, s *statement, position byte, own *issuer) digest {
	c.buf = append(c.buf[:0], position)
	if position != 'g' {
		c.buf = append(c.buf, s.predicate...)
	}
	if number := own.number(blank); c.canonical[blank] != 0 {
		c.buf = c.label(append(c.buf, "_:"...), blank)
	} else if number >= 0 {
		c.buf = appendTemporary(c.buf, number)
	} else {
		c.buf = append(c.buf, c.first[blank]...)
	}
	return c.hash.sum(c.buf)
}

func appendTemporary(dst []byte, number int) []byte {
	return strconv.AppendInt(append(dst, "_:b"...), int64(number), 10)
}

// chosenPath tries the orders of one group of related nodes (RDFC-1.0 §4.8 step 5.4).
func (c *canonicalizer) chosenPath(blanks []int, own *issuer) ([]byte, *issuer, error) {
	var chosen []byte
	var next *issuer
	order := slices.Sorted(slices.Values(blanks))
	for more := true; more; more = permute(order) {
		if err := c.permutation(); err != nil {
			return nil, nil, err
		}
		p, issuer, err := c.pathOf(order, own.clone(), chosen)
		if err != nil {
			return nil, nil, err
		}
		if p != nil && (chosen == nil || bytes.Compare(p, chosen) < 0) {
			chosen, next = p, issuer
		}
	}
	return chosen, next, nil
}

// pathOf writes the path through the nodes in one order; nil when it cannot
// come before chosen any more (RDFC-1.0 §4.8 steps 5.4.1 to 5.4.5).
func (c *canonicalizer) pathOf(order []int, own *issuer, chosen []byte) ([]byte, *issuer, error) {
	out := make([]byte, 0, 80*len(order))
	late := func() bool { return chosen != nil && len(out) >= len(chosen) && bytes.Compare(out, chosen) > 0 }
	var unvisited []int
	for _, n := range order {
		if c.canonical[n] != 0 {
			out = c.label(append(out, "_:"...), n)
		} else {
			if own.number(n) < 0 {
				unvisited = append(unvisited, n)
			}
			out = appendTemporary(out, own.issue(n))
		}
		if late() {
			return nil, nil, nil
		}
	}
	for _, n := range unvisited {
		p, err := c.nDegreeHash(n, own)
		if err != nil {
			return nil, nil, err
		}
		out = appendTemporary(out, own.issue(n))
		out = append(append(append(out, '<'), p.hash...), '>')
		own = p.issuer
		if late() {
			return nil, nil, nil
		}
	}
	return out, own, nil
}

// permute moves to the next order of the numbers, and tells whether there was
// one. Equal numbers are not exchanged.
func permute(n []int) bool {
	i := len(n) - 2
	for i >= 0 && n[i] >= n[i+1] {
		i--
	}
	if i < 0 {
		return false
	}
	j := len(n) - 1
	for n[j] <= n[i] {
		j--
	}
	n[i], n[j] = n[j], n[i]
	slices.Reverse(n[i+1:])
	return true
}
