//go:build race

package hostile_test

// slowed: the race detector makes the work several times slower. The bound of
// time is that of the product, and each document is sent in one way.
const slowed = true
