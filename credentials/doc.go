// Package credentials holds the documents that Laurel issues and reads: the
// strict JSON tree that every untrusted document is read from; the Open Badges
// 3.0 credential ([Credential]), the endorsement ([Endorsement]) and the learner
// record of CLR 2.0 ([CLR], [Compose]) that are built and signed; and the tables
// of members that the pinned contexts define, by which [Inspect] judges any
// document and [Issuable] those that are to be signed.
//
// A document is read once, into a [Node], and members are then read by their
// exact names. Nothing is ever decoded into a struct by its folded name, so
// that what was verified is what is shown.
package credentials
