package verifier

import (
	"context"
	"time"

	"laurel/credentials"
)

// maxUnsignedAge is how old a copy of a list without a signature, and so without
// an end of its own, may be: as long as ours hold.
const maxUnsignedAge = 72 * time.Hour

// listed looks for a credential in a 1EdTechRevocationList (vcrl 1.0), which
// nobody signs. A revocation is believed whoever says it: a false one does harm
// too, but the reader is told to ask. That a credential is not in the list
// counts only for a list at the issuer's own address: whoever can change what is
// served there can change the issuer's keys as well, so that a signature would
// say no more. Elsewhere it is unknown.
func (r *run) listed(ctx context.Context, url, id, issuer string) Check {
	if url == "" || id == "" {
		return untrusted(url, "entry")
	}
	held, err := r.v.status.List(ctx, url)
	if err != nil {
		return check(Status, Unknown, CodeStatusUnreachable, "list", url)
	}
	entry, ok := findRevoked(held.Token, url, id, issuer)
	asOf := r.asOf(held)
	params := []string{"list", url, "as_of", asOf.Format(time.RFC3339), "message", entry.Get("revocationReason").Text()}
	host := authority(url)
	switch {
	case !ok:
		return untrusted(url, "format")
	case entry != nil:
		return check(Status, Fail, CodeRevokedUnsigned, params...)
	case host == "" || host != authority(issuer):
		return check(Status, Unknown, CodeNotListedElsewhere, params...)
	case asOf.Add(maxUnsignedAge).Before(r.now):
		return check(Status, Unknown, CodeStatusExpired, append(params, "until", asOf.Add(maxUnsignedAge).Format(time.RFC3339))...)
	}
	return check(Status, Pass, CodeNotListed, params...)
}

// findRevoked gives the entry of a list that revokes a credential, or nil. ok is
// false for a text that is not the list of this address and issuer. The member
// is met misspelt, in the plural; revoked is true unless it says false.
func findRevoked(text, url, id, issuer string) (entry *credentials.Node, ok bool) {
	list, err := credentials.Parse([]byte(text))
	if err != nil || list.Kind() != credentials.Object {
		return nil, false
	}
	name := "revokedCredential"
	if list.Get(name) == nil {
		name = "revokedCredentials"
	}
	items := list.Get(name)
	if items == nil || list.Get("id") != nil && list.Get("id").Text() != url ||
		list.Get("issuer") != nil && credentials.IssuerID(list) != issuer {
		return nil, false
	}
	for _, item := range items.List() {
		revoked := item.Get("revoked")
		if item.Get("id").Kind() != credentials.String || revoked != nil && revoked.Kind() != credentials.Bool {
			return nil, false
		}
		if sameID(item.Get("id").Text(), id) && (revoked == nil || revoked.True()) {
			entry = item
		}
	}
	return entry, true
}
