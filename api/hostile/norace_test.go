//go:build !race

package hostile_test

const slowed = false
