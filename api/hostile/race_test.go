//go:build race

package hostile_test

// slowed: the race detector makes the work several times slower, and its bound
// of time is that of the product.
const slowed = true
