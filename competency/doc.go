// Package competency holds what Laurel knows about people, places, evidence,
// judgment and awards, as plain values and pure rules.
//
// Nothing here reads a clock, a database or a network: every rule takes what
// it needs and answers with a value or an [Error]. Storage rows, API bodies
// and signed documents are mapped from these types at the edges.
package competency
