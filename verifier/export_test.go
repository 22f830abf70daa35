package verifier

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"time"
)

// Bounds that tests are held against.
const (
	FetchesPerDocument = fetchesPerDocument
	FetchesPerOne      = fetchesPerOne
	FetchesHost        = fetchesHost
	DocumentMax        = documentMax
	NegativeKept       = negativeKept
)

// NewTestFetcher makes a Fetcher in a world of its own: its names, an address
// that may be dialled though it is not public, and its certificates.
func NewTestFetcher(now func() time.Time, ownHost string, names *net.Resolver, allow func(netip.AddrPort) bool, roots *x509.CertPool) *Fetcher {
	return NewFetcher(FetcherOptions{Now: now, OwnHost: ownHost, resolver: names, allow: allow, roots: roots})
}

// Fetch gives the document about keys at an address.
func (f *Fetcher) Fetch(ctx context.Context, address string) (body []byte, at time.Time, stale bool, err error) {
	got, err := f.get(ctx, keyDocument, address)
	return got.body, got.at, got.stale, err
}

// FetchReason is the reason in an error of Fetch.
func FetchReason(err error) string {
	if e, ok := err.(*fetchError); ok { //nolint:errorlint // it is never wrapped
		return e.reason
	}
	return ""
}

// Kept is how many documents are kept, and their bytes.
func (f *Fetcher) Kept() (entries, bytes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.kept.order.Len(), f.kept.used
}

// Bound sets the bounds of what is kept.
func (f *Fetcher) Bound(entries, bytes int) { f.kept.entries, f.kept.bytes = entries, bytes }

// IsPublic tells whether an address may be dialled.
func IsPublic(a string) bool { return isPublic(netip.MustParseAddr(a)) }
