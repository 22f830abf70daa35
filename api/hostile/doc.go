// Package hostile holds the documents that a forger would send, against the
// running server: each with the verdict and the reason that its reader must be
// told. It has tests only. The documents are made by the tests themselves, with
// keys of schools and of forgers (see forge_test.go); an attack is one line in
// the table of its family, and a family belongs to a rule of the security page.
package hostile
