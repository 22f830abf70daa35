// Package policy is the requirement engine: it reads a graduation policy as
// data, checks it against a framework, and evaluates one learner's facts
// against it, explaining every node of the answer.
//
// Everything here is pure and uses the standard library alone: no clock, no
// storage, no randomness. The same policy and the same facts give the same
// [Audit] byte for byte, in whatever order the facts were gathered.
//
// States combine as a three-valued logic, so that more evidence never makes an
// answer worse: met and waived are yes, not_met is no, pending is "not known
// before somebody outside has answered".
//
//   - all: no if a part is no, else pending if a part is pending, else yes.
//   - any: yes if a part is yes, else pending if a part is pending, else no.
//   - atLeast n: yes if n parts are yes, pending if n parts are yes or
//     pending, else no.
//
// A yes is waived instead of met when it would not stand without an exception.
package policy
