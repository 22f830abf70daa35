package verifier

import (
	"context"
	"net/url"
	"strings"
	"time"

	"laurel/credentials"
)

// Replacement is a newer copy of a credential, from its issuer's refresh service.
type Replacement struct {
	// Address is where the issuer gives it.
	Address string `json:"address"`
	Report  Report `json:"report"`
}

// refresh asks the credential's refresh service once for a newer copy (OB 3.0
// §refreshService, 1EdTechCredentialRefresh). It runs after the proof has passed
// and asks the issuer's own host alone, and only for the document that the reader
// gave, not for those inside it. What comes back counts if it is the same
// credential by the same issuer, stands by itself and begins later; then the
// document is replaced. Otherwise, and when nothing comes back, the document is
// judged as it is (OB 3.0, verification, refresh).
func (r *run) refresh(ctx context.Context, doc *credentials.Node, issuer string) {
	address := refreshAddress(doc)
	host := authority(address)
	if r.v.fetch == nil || r.depth > 0 || r.refreshed || host == "" || host != authority(issuer) {
		return
	}
	got, err := r.v.fetch.get(ctx, newerDocument, address)
	if err != nil {
		return
	}
	in := &run{v: r.v, now: r.now, refreshed: true, judged: r.judged}
	in.report.AsOf = r.report.AsOf
	found := in.open(ctx, got.body)
	if found == nil || credentials.IssuerID(found) != issuer || !sameID(found.Get("id").Text(), doc.Get("id").Text()) ||
		!validFrom(found).After(validFrom(doc)) {
		return
	}
	in.judge(withShare(ctx), found)
	in.conclude()
	if in.report.Verdict != Valid && in.report.Verdict != UnrecognisedIssuer {
		return
	}
	r.report.Replacement = &Replacement{Address: address, Report: in.report}
	r.add(Status, Fail, CodeNewerCopy, "at", address, "newer", validFrom(found).UTC().Format(time.RFC3339))
}

// refreshAddress is the address of the first refresh service that is known, or "".
func refreshAddress(doc *credentials.Node) string {
	for _, service := range doc.Get("refreshService").List() {
		if service.Get("type").Has("1EdTechCredentialRefresh") {
			return service.Get("id").Text()
		}
	}
	return ""
}

// sameID compares ids of credentials as OB 3.0 does for replacement: equal after
// percent-unescaping and without surrounding space. Two empty ids name nothing.
func sameID(a, b string) bool { return plainID(a) != "" && plainID(a) == plainID(b) }

func plainID(id string) string {
	if plain, err := url.PathUnescape(id); err == nil {
		id = plain
	}
	return strings.TrimSpace(id)
}
