package verifier

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"laurel/credentials"
	"laurel/credentials/status"
)

// maxEntries is how many status entries of one document are looked up. OB 3.0
// allows one; others use one for each purpose.
const maxEntries = 16

// statuses answers every credentialStatus entry.
func (r *run) statuses(ctx context.Context, doc *credentials.Node, issuer string) []Check {
	entries := doc.Get("credentialStatus").List()
	if len(entries) == 0 && r.mayBeWithheld("/credentialStatus") {
		return []Check{check(Status, Unknown, CodeStatusWithheld)}
	}
	if len(entries) == 0 {
		return []Check{check(Status, NotUsed, CodeNoStatus)}
	}
	var out []Check
	for i, e := range entries {
		if i == maxEntries {
			return append(out, check(Status, Unknown, CodeStatusTooMany))
		}
		switch types := e.Get("type"); {
		case types.Has(typeEntry):
			out = append(out, r.entry(ctx, e, issuer, typeList))
		case types.Has(typeEntry2021):
			out = append(out, r.entry(ctx, e, issuer, typeList2021))
		case types.Has(typeRevocations):
			out = append(out, r.listed(ctx, e.Get("id").Text(), doc.Get("id").Text(), issuer))
		default:
			out = append(out, check(Status, Unknown, CodeStatusUnknownType, "purpose", e.Get("statusPurpose").Text()))
		}
	}
	return out
}

// Types of status entries and of the lists that they point into.
const (
	typeEntry, typeList         = "BitstringStatusListEntry", "BitstringStatusListCredential"
	typeEntry2021, typeList2021 = "StatusList2021Entry", "StatusList2021Credential"
	typeRevocations             = "1EdTechRevocationList"
)

// entryOf is one entry of a list of bits, read.
type entryOf struct {
	url     string
	purpose status.Purpose
	index   uint32
	size    int // bits
}

// readEntry reads an entry (Bitstring Status List 1.0 §2.1), or gives the check
// that ends the matter.
func readEntry(e *credentials.Node) (entryOf, *Check) {
	out := entryOf{url: e.Get("statusListCredential").Text(), purpose: status.Purpose(e.Get("statusPurpose").Text()), size: 1}
	index, err := strconv.ParseUint(e.Get("statusListIndex").Text(), 10, 32)
	out.index = uint32(index)
	if n := e.Get("statusSize"); n != nil {
		size, whole := n.Int()
		if !whole || size < 1 {
			err = status.ErrRange
		}
		out.size = int(min(size, status.MaxEntrySize+1))
	}
	var bad Check
	switch {
	case out.size > status.MaxEntrySize,
		out.purpose != status.Revocation && out.purpose != status.Suspension && out.purpose != status.Refresh && out.purpose != status.Message:
		bad = check(Status, Unknown, CodeStatusUnknownType, "purpose", string(out.purpose))
	case err != nil || out.url == "" || e.Get("id").Text() == out.url:
		bad = untrusted(out.url, "entry")
	default:
		return out, nil
	}
	return out, &bad
}

// entry answers one entry of a list of bits (Bitstring Status List 1.0 §3.2). Its forerunner of
// 2021 differs in the names of types and the encoding of the list.
func (r *run) entry(ctx context.Context, e *credentials.Node, issuer, kind string) Check {
	at, bad := readEntry(e)
	if bad != nil {
		return *bad
	}
	list, value, bad := r.value(ctx, at, issuer, kind)
	if bad != nil {
		return *bad
	}
	words := message(e, value)
	if words == "" && (at.purpose == status.Message || at.size > 1 && value == 0) {
		return untrusted(at.url, "message") // what is set for a known purpose needs no words
	}
	out := r.told(list, at, value, words)
	if at.purpose == status.Revocation && (out.Outcome == Pass || out.Code == CodeRevoked) {
		return r.state(ctx, at, issuer, out)
	}
	return out
}

// message is what an entry says that a value means, or "": its statusMessage
// names each value as a hexadecimal text (Bitstring Status List 1.0 §2.1).
func message(e *credentials.Node, value uint8) string {
	for _, m := range e.Get("statusMessage").List() {
		digits, hex := strings.CutPrefix(m.Get("status").Text(), "0x")
		if v, err := strconv.ParseUint(digits, 16, 8); hex && err == nil && uint8(v) == value {
			return m.Get("message").Text()
		}
	}
	return ""
}

// value reads one entry of a list that was found, is the issuer's own and is for
// the purpose; else it gives the check that says what is missing.
func (r *run) value(ctx context.Context, at entryOf, issuer, kind string) (usedList, uint8, *Check) {
	fail := func(c Check) (usedList, uint8, *Check) { return usedList{}, 0, &c }
	held, err := r.v.status.List(ctx, at.url)
	if err != nil {
		return fail(check(Status, Unknown, CodeStatusUnreachable, "list", at.url))
	}
	list, bad := r.trusted(ctx, held.Token, at.url, issuer, kind)
	if bad != nil {
		return usedList{}, 0, bad
	}
	if !list.doc.Path("credentialSubject", "statusPurpose").Has(string(at.purpose)) {
		return fail(check(Status, Unknown, CodeStatusPurpose, "list", at.url))
	}
	value, err := list.bits.Value(at.index, at.size)
	switch {
	case errors.Is(err, status.ErrLength):
		return fail(check(Status, Unknown, CodeStatusLength, "list", at.url))
	case err != nil:
		return fail(check(Status, Unknown, CodeStatusRange, "list", at.url))
	}
	return usedList{list, held}, value, nil
}

// usedList is a trusted list and when it was known to be the current one.
type usedList struct {
	*statusList
	held ListCopy
}

// asOf is the time that the answer of a copy holds for.
func (r *run) asOf(held ListCopy) time.Time {
	if held.At.IsZero() || held.At.After(r.now) {
		return r.now
	}
	return held.At.UTC()
}

// told turns one value of a trusted list into an answer. A revocation is final,
// so it is believed from an old list too; anything else is unknown once the list
// has ended. What an issuer says in words of its own is for people to judge:
// it is never green.
func (r *run) told(list usedList, at entryOf, value uint8, words string) Check {
	from, end := credentials.Validity(list.doc)
	params := []string{"list", at.url, "as_of", r.asOf(list.held).Format(time.RFC3339), "list_from", from, "message", words}
	until, err := credentials.ParseTime(end)
	ended := err == nil && until.Before(r.now.Add(-Skew))
	switch {
	case value != 0 && at.purpose == status.Revocation:
		return check(Status, Fail, CodeRevoked, params...)
	case ended:
		return check(Status, Unknown, CodeStatusExpired, append(params, "until", until.Format(time.RFC3339))...)
	case at.purpose == status.Message:
		return check(Status, Unknown, CodeStatusMessage, append(params, "value", strconv.Itoa(int(value)))...)
	case value != 0 && at.purpose == status.Refresh:
		return check(Status, Fail, CodeRefreshDue, params...)
	case value != 0:
		return check(Status, Fail, CodeSuspended, params...)
	}
	return check(Status, Pass, CodeNotWithdrawn, params...)
}

// state refines the answer of a revocation list by the list of states that goes
// with it, where the source knows of one: a set bit may mean that the credential
// was replaced, and one that is not set, that it is on hold. A revocation stands
// without it; anything else is open when that list cannot be used.
func (r *run) state(ctx context.Context, at entryOf, issuer string, out Check) Check {
	if r.v.states == nil {
		return out
	}
	url, err := r.v.states.StateList(ctx, at.url)
	if err != nil {
		return out // there is none
	}
	states := entryOf{url: url, purpose: status.Message, index: at.index, size: status.StateSize}
	list, value, bad := r.value(ctx, states, issuer, typeList)
	if bad == nil {
		if told := r.told(list, states, value, ""); told.Code == CodeStatusExpired {
			bad = &told
		}
	}
	code := CodeSuspended
	switch {
	case bad != nil && out.Outcome != Fail:
		return *bad
	case bad != nil, status.State(value) == status.Standing, status.State(value) == status.Suspended && out.Outcome == Fail:
		return out
	case status.State(value) == status.Superseded:
		code = CodeSuperseded
	case status.State(value) != status.Suspended:
		return untrusted(url, "message")
	}
	from, _ := credentials.Validity(list.doc)
	return check(Status, Fail, code, "list", url, "as_of", r.asOf(list.held).Format(time.RFC3339), "list_from", from)
}

func untrusted(url, reason string) Check {
	return check(Status, Unknown, CodeStatusUntrusted, "list", url, "reason", reason)
}
