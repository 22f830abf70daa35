package verifier

import (
	"context"
	"errors"
	"strconv"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/credentials/status"
)

// listKey is a signed list and the key that it was checked with.
type listKey struct{ token, thumbprint string }

// statusList is a list that was read. Its signature, whether it may be used, for
// which issuer and until when are judged by [run.trusted].
type statusList struct {
	jwt    proof.JWT
	header proof.Header
	doc    *credentials.Node
	bits   *status.Bits
}

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
		out = append(out, r.entry(ctx, e, issuer))
	}
	return out
}

// entry answers one entry (Bitstring Status List 1.0, validate algorithm).
func (r *run) entry(ctx context.Context, e *credentials.Node, issuer string) Check {
	url := e.Get("statusListCredential").Text()
	purpose := status.Purpose(e.Get("statusPurpose").Text())
	index, err := strconv.ParseUint(e.Get("statusListIndex").Text(), 10, 32)
	switch {
	case !e.Get("type").Has("BitstringStatusListEntry"),
		purpose != status.Revocation && purpose != status.Suspension,
		e.Get("statusSize") != nil && e.Get("statusSize").Literal() != "1":
		return check(Status, Unknown, CodeStatusUnknownType, "purpose", string(purpose))
	case err != nil || url == "" || e.Get("id").Text() == url:
		return untrusted(url, "entry")
	}
	held, err := r.v.status.List(ctx, url)
	if err != nil {
		return check(Status, Unknown, CodeStatusUnreachable, "list", url)
	}
	list, reason := r.trusted(ctx, held.Token, url, issuer)
	if reason != "" {
		return untrusted(url, reason)
	}
	if !list.doc.Path("credentialSubject", "statusPurpose").Has(string(purpose)) {
		return untrusted(url, "purpose")
	}
	set, err := list.bits.Get(uint32(index))
	if err != nil {
		return untrusted(url, "range")
	}
	return r.bit(list, held, set, purpose, url)
}

// bit turns one bit of a trusted list into an answer. A revocation is final, so
// it is believed from an old list too; anything else is unknown once the list has ended.
func (r *run) bit(list *statusList, held ListCopy, set bool, purpose status.Purpose, url string) Check {
	asOf := held.At
	if asOf.IsZero() || asOf.After(r.now) {
		asOf = r.now
	}
	params := []string{
		"list", url, "as_of", asOf.UTC().Format(time.RFC3339),
		"list_from", list.doc.Get("validFrom").Text(),
	}
	until, err := credentials.ParseTime(list.doc.Get("validUntil").Text())
	ended := err == nil && until.Before(r.now.Add(-Skew))
	switch {
	case set && purpose == status.Revocation:
		return check(Status, Fail, CodeRevoked, params...)
	case ended:
		return check(Status, Unknown, CodeStatusExpired, append(params, "until", until.Format(time.RFC3339))...)
	case set:
		return check(Status, Fail, CodeSuspended, params...)
	}
	return check(Status, Pass, CodeNotWithdrawn, params...)
}

func untrusted(url, reason string) Check {
	return check(Status, Unknown, CodeStatusUntrusted, "list", url, "reason", reason)
}

// trusted gives the list in a token when it is the issuer's own, intact, begun
// and published at url; else the reason why it is not relied on.
func (r *run) trusted(ctx context.Context, token, url, issuer string) (*statusList, string) {
	list, err := r.v.lists.get(token, func() (*statusList, error) { return readList([]byte(token)) })
	if err != nil {
		return nil, "format"
	}
	found := r.v.findKey(ctx, issuer, list.header, validFrom(list.doc))
	if found.check.Outcome != Pass {
		return nil, found.check.Code
	}
	_, err = r.v.signed.get(listKey{token, found.key.Thumbprint()}, func() (bool, error) {
		return true, list.jwt.Verify(found.key)
	})
	switch {
	case err != nil:
		return nil, "proof"
	case credentials.IssuerID(list.doc) != issuer:
		return nil, "issuer"
	case list.doc.Get("id").Text() != url:
		return nil, "address"
	case validFrom(list.doc).After(r.now.Add(Skew)):
		return nil, "not_yet_valid"
	}
	return list, ""
}

// errNotAList is a token that holds something else than a status list.
var errNotAList = errors.New("not a status list")

// readList reads the form of a list and expands its bits. It checks no signature.
func readList(token []byte) (*statusList, error) {
	jwt, header, err := proof.ParseJWT(token)
	if err != nil {
		return nil, err
	}
	doc, err := credentials.Parse(jwt.Payload)
	if err != nil {
		return nil, err
	}
	problems := credentials.Inspect(doc, credentials.ClaimNames()...)
	if len(problems) > 0 {
		return nil, credentials.ProblemsError(problems)
	}
	if credentials.CredentialClass(doc) != "BitstringStatusListCredential" ||
		len(credentials.DifferingClaims(doc, doc)) > 0 || !isCredentialType(header.Type) {
		return nil, errNotAList
	}
	bits, err := status.Decode(doc.Path("credentialSubject", "encodedList").Text())
	if err != nil {
		return nil, err
	}
	return &statusList{jwt: jwt, header: header, doc: doc, bits: bits}, nil
}
