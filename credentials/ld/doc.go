// Package ld gives documents the one form that their signatures are made over:
// RDF statements in canonical order (JSON-LD 1.1, RDFC-1.0).
//
// The contexts a document may name are pinned here as tables; nothing is ever
// fetched, and nothing is ever dropped: a document either becomes statements
// without loss or is refused with the place and the reason. All functions may
// be called concurrently.
package ld
