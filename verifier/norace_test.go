//go:build !race

package verifier_test

const slowed = false
