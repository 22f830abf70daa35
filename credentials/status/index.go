package status

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

const (
	indexBits = 17 // 2^17 = Entries
	leftBits  = 8
	rightBits = indexBits - leftBits
	rounds    = 10
)

// Index gives the place in its list of the credential that is counted as
// counter (0 … Entries-1). For one seed it is a permutation: every index is
// given once, in an order that says nothing about when a credential was issued,
// and without a search when the list fills up (Bitstring Status List 1.0 asks
// for random indices). The seed is a secret of the list, of 16 bytes or more.
// A counter of Entries or more gives indices again: begin a new list before.
//
// It is an unbalanced Feistel network over 17 bits with HMAC-SHA-256 as the
// round function.
func Index(seed []byte, counter uint32) uint32 {
	v := counter % Entries
	left, right := v>>rightBits, v&(1<<rightBits-1)
	for round := range uint32(rounds / 2) {
		left ^= roundKey(seed, 2*round, right) & (1<<leftBits - 1)
		right ^= roundKey(seed, 2*round+1, left) & (1<<rightBits - 1)
	}
	return left<<rightBits | right
}

func roundKey(seed []byte, round, half uint32) uint32 {
	var in [8]byte
	binary.BigEndian.PutUint32(in[:4], round)
	binary.BigEndian.PutUint32(in[4:], half)
	mac := hmac.New(sha256.New, seed)
	mac.Write(in[:])
	return binary.BigEndian.Uint32(mac.Sum(nil))
}
