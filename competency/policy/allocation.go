package policy

import "slices"

// allocation distributes credits over the buckets of a plan so that as much as
// possible is filled: a maximum flow from credits to buckets, one augmenting
// path at a time. Buckets are filled in the order of the calls, and a later one
// never takes from an earlier one what that cannot replace, so that the order
// decides which bucket is short where several could be.
//
// All amounts are whole; where values, needs and caps are whole steps, so is
// every part that goes to a bucket.
type allocation struct {
	buckets int
	credits []earned // in the order in which they are tried
	fits    []bool   // [credit*buckets+bucket]
	use     []Amount // [credit*buckets+bucket]
	left    []Amount // of each credit, not yet given to a bucket
	room    []Amount // below each cap
	waiting bool     // whether credits count that wait for somebody
	sharing Amount   // in how many buckets the same credit may count

	// The search: which bucket was reached from where.
	seen     []bool // buckets
	released []bool // credits whose buckets were all reached
	opened   []bool // caps whose credits were all released
	queue    []int
	trail    []move // [bucket]
}

// move is one step of a search: give to the bucket want from credit give, which
// is had by taking from the bucket that was reached what credit take gave it.
type move struct{ want, give, take int }

// allocate prepares the distribution of credits over a plan's buckets. A credit
// that fits fewer buckets is tried first, so that the plain case reads plainly.
func allocate(plan []Node, credits []earned, rule CreditRule) *allocation {
	n := len(plan)
	al := &allocation{
		buckets: n, credits: slices.Clone(credits),
		fits: make([]bool, len(credits)*n), use: make([]Amount, len(credits)*n),
		left: make([]Amount, len(credits)), room: make([]Amount, len(rule.Caps)), sharing: Amount(max(rule.Sharing, 1)),
		seen: make([]bool, n), released: make([]bool, len(credits)), opened: make([]bool, len(rule.Caps)),
		queue: make([]int, 0, n), trail: make([]move, n),
	}
	for i := range al.credits {
		c := &al.credits[i]
		c.fits = 0
		for b := range plan {
			if plan[b].takes(c.tags) {
				c.fits++
			}
		}
	}
	slices.SortStableFunc(al.credits, func(a, b earned) int { return a.fits - b.fits })
	for i, c := range al.credits {
		al.left[i] = c.value * al.sharing
		for b := range plan {
			al.fits[i*n+b] = plan[b].takes(c.tags)
		}
	}
	for i, c := range rule.Caps {
		al.room[i] = c.Max
	}
	return al
}

// takes reports whether a credit with these tags may count in the bucket.
func (n *Node) takes(tags []string) bool {
	return n.Tags == nil || slices.ContainsFunc(tags, func(t string) bool { return slices.Contains(n.Tags, t) })
}

// fill gives a bucket up to so much more and answers what it could not get.
func (al *allocation) fill(bucket int, need Amount) Amount {
	for need > 0 {
		last, credit := al.search(bucket)
		if credit < 0 {
			break
		}
		amount := al.narrowest(bucket, last, credit, need)
		al.apply(bucket, last, credit, amount)
		need -= amount
	}
	return need
}

// search looks for the shortest way to give the bucket more: it answers the
// credit that is not spent yet and the bucket at which it comes in, or -1.
// Afterwards seen tells which buckets could have been short in its place.
func (al *allocation) search(bucket int) (last, credit int) {
	clear(al.seen)
	clear(al.released)
	clear(al.opened)
	al.queue = append(al.queue[:0], bucket)
	al.seen[bucket] = true
	for at := 0; at < len(al.queue); at++ {
		b := al.queue[at]
		for c := range al.credits {
			if !al.canGive(c, b) {
				continue
			}
			limit := al.credits[c].cap
			if al.left[c] > 0 && (limit < 0 || al.room[limit] > 0) {
				return b, c
			}
			if al.left[c] > 0 && limit >= 0 && !al.opened[limit] {
				// Under its cap, another credit must step back for this one.
				al.opened[limit] = true
				for other := range al.credits {
					if al.credits[other].cap == limit {
						al.release(move{want: b, give: c, take: other})
					}
				}
			}
			if !al.released[c] {
				al.released[c] = true
				al.release(move{want: b, give: c, take: c})
			}
		}
	}
	return 0, -1
}

// canGive reports whether the bucket may have more of the credit.
func (al *allocation) canGive(credit, bucket int) bool {
	i := credit*al.buckets + bucket
	return al.fits[i] && al.use[i] < al.credits[credit].value && (al.waiting || al.credits[credit].waits == "")
}

// release reaches the buckets from which the move could take.
func (al *allocation) release(m move) {
	for b := range al.buckets {
		if !al.seen[b] && al.use[m.take*al.buckets+b] > 0 {
			al.seen[b] = true
			al.trail[b] = m
			al.queue = append(al.queue, b)
		}
	}
}

// narrowest is how much fits through the way that was found.
func (al *allocation) narrowest(bucket, last, credit int, need Amount) Amount {
	amount := min(need, al.left[credit], al.credits[credit].value-al.use[credit*al.buckets+last])
	if limit := al.credits[credit].cap; limit >= 0 {
		amount = min(amount, al.room[limit])
	}
	for b := last; b != bucket; {
		m := al.trail[b]
		amount = min(amount, al.use[m.take*al.buckets+b], al.credits[m.give].value-al.use[m.give*al.buckets+m.want])
		if m.give != m.take {
			amount = min(amount, al.left[m.give])
		}
		b = m.want
	}
	return amount
}

// apply moves the amount along the way.
func (al *allocation) apply(bucket, last, credit int, amount Amount) {
	al.use[credit*al.buckets+last] += amount
	al.left[credit] -= amount
	if limit := al.credits[credit].cap; limit >= 0 {
		al.room[limit] -= amount
	}
	for b := last; b != bucket; {
		m := al.trail[b]
		al.use[m.take*al.buckets+b] -= amount
		al.use[m.give*al.buckets+m.want] += amount
		if m.give != m.take {
			al.left[m.take] += amount
			al.left[m.give] -= amount
		}
		b = m.want
	}
}
