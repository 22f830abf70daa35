package verifier

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Bounds of what is fetched for readers (security rule 9). See docs/adr/0014.
const (
	fetchTime    = 2500 * time.Millisecond // of one fetch
	fetchesMax   = 48                      // at once in this process
	fetchesHost  = 4                       // at once from one host
	documentMax  = 64 << 10                // bytes of a document about keys
	listMax      = 1 << 20                 // bytes of a status list or a credential
	headerMax    = 16 << 10
	negativeKept = 30 * time.Second // how long a failure is remembered
	cacheEntries = 4096
	cacheBytes   = 64 << 20
)

// fetchKind is a kind of document and how long it is kept.
type fetchKind struct {
	name   string
	accept string
	max    int
	// A fresh copy is given without asking again: for the max-age of its answer
	// within shortest and longest, or usual when it names none.
	shortest, usual, longest time.Duration
	// stale is how old a copy may be that stands in when it cannot be read again.
	stale time.Duration
	// time is how long a fetch may take; fetchTime when zero.
	time time.Duration
}

// The kinds of documents that are fetched, and no others: evidence, images,
// vocabularies and schemas never are.
var (
	keyDocument = fetchKind{
		"document", "application/did+json, application/did+ld+json, application/jwk-set+json, application/jwk+json, application/json;q=0.9, */*;q=0.1",
		documentMax, time.Minute, 10 * time.Minute, time.Hour, 24 * time.Hour, 0,
	}
	listDocument = fetchKind{
		"list", "application/vc+jwt, application/vc, application/json;q=0.9, */*;q=0.1",
		listMax, time.Minute, 5 * time.Minute, 10 * time.Minute, 72 * time.Hour, 0,
	}
	newerDocument = fetchKind{
		"credential", "application/vc+jwt, application/vc, application/json;q=0.9, text/plain;q=0.8, */*;q=0.1",
		listMax, time.Minute, time.Minute, 10 * time.Minute, 0, 0,
	}
)

// FetcherOptions are what a Fetcher needs.
type FetcherOptions struct {
	// Now is the clock; required.
	Now func() time.Time
	// OwnHost is the host, with its port if it has one, that is never asked:
	// what it publishes is held already. Empty where there is none.
	OwnHost string

	// What tests replace: the names of the world, which addresses may be dialled
	// beside public ones, and whose certificates are believed.
	resolver *net.Resolver
	allow    func(netip.AddrPort) bool
	roots    *x509.CertPool
}

// Fetcher reads the public documents of other hosts: what issuers publish about
// their keys, status lists, newer copies. It is the only code that asks the
// network, and asks only what its rules allow (security rule 9). It keeps what
// it read, within bounds. It is safe for concurrent use.
type Fetcher struct {
	now       func() time.Time
	own       string
	transport *http.Transport
	under     context.Context // of every fetch; ends with Close
	end       context.CancelFunc
	running   sync.WaitGroup

	mu      sync.Mutex // guards kept, flights and hosts
	kept    *keptDocuments
	flights map[string]*flight
	hosts   map[string]int // fetches under way, by host
}

// flight is one fetch under way, which everybody who asks for the same shares.
type flight struct{ done chan struct{} }

// NewFetcher makes a Fetcher. Close ends it.
func NewFetcher(o FetcherOptions) *Fetcher {
	under, end := context.WithCancel(context.Background())
	dialer := &net.Dialer{Timeout: fetchTime, Resolver: o.resolver, ControlContext: guard(o.allow)}
	return &Fetcher{
		now: o.Now, own: strings.ToLower(o.OwnHost), under: under, end: end,
		kept: newKept(cacheEntries, cacheBytes), flights: make(map[string]*flight), hosts: make(map[string]int),
		// No proxy of the environment, no compression, no second request on a
		// connection. HTTP/1.1 alone, since a document is one small answer.
		transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, DisableCompression: true, DisableKeepAlives: true,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.roots},
			TLSHandshakeTimeout: fetchTime, ResponseHeaderTimeout: fetchTime, MaxResponseHeaderBytes: headerMax,
			TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
		},
	}
}

// Close ends every fetch under way and waits for it. Whoever asks afterwards is
// told that nothing can be reached.
func (f *Fetcher) Close() {
	f.end()
	f.running.Wait()
}

// fetched is a document as it was read.
type fetched struct {
	body []byte // must not be changed
	at   time.Time
	// stale: it could not be read again when that was due.
	stale bool
}

// answer is a document, or why there is none.
type answer struct {
	fetched
	err error
}

// fetchError says why there is no document. It unwraps to ErrNotHeld.
type fetchError struct {
	code   string // CodeFetchRefused, CodeIssuerUnreachable or CodeIssuerUnreadable
	reason string // address, redirect, time, busy, http_503, …
	// absent: the host itself says that there is no such document.
	absent bool
}

// Error names the reason.
func (e *fetchError) Error() string { return "not fetched: " + e.reason }

// Unwrap gives ErrNotHeld.
func (*fetchError) Unwrap() error { return ErrNotHeld }

func unreachable(reason string) error {
	return &fetchError{code: CodeIssuerUnreachable, reason: reason}
}

func refusal(reason string) error { return &fetchError{code: CodeFetchRefused, reason: reason} }

// get gives the document at an address: a fresh copy, the answer of a fetch, or
// an older copy when the fetch fails. It waits at most as long as the budget in
// ctx allows. The error is a *fetchError.
func (f *Fetcher) get(ctx context.Context, kind fetchKind, address string) (fetched, error) {
	u, err := f.checkURL(address)
	if err != nil {
		return fetched{}, err
	}
	key := kind.name + " " + u.String()
	f.mu.Lock()
	got, ok := f.kept.fresh(key, f.now())
	f.mu.Unlock()
	if ok {
		return got.fetched, got.err
	}
	network, ok := spend(ctx)
	if !ok {
		return f.older(key, kind, unreachable("limit"))
	}
	if network == nil { // asked outside of a verification
		var cancel context.CancelFunc
		network, cancel = context.WithTimeout(ctx, networkTime)
		defer cancel()
	}
	under, err := f.join(key, kind, u)
	if err != nil {
		return f.older(key, kind, err)
	}
	back := idling(ctx)
	select {
	case <-under.done:
		back()
	case <-network.Done():
		back()
		return f.older(key, kind, unreachable("time"))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if got, ok := f.kept.fresh(key, f.now()); ok {
		return got.fetched, got.err
	}
	return fetched{}, unreachable("busy") // so much else was read that it is gone already
}

// Bundle fetches what a deployment of Laurel publishes for readers to take
// along, at https://HOST/bundle.json or another https address. It is asked for
// by a reader, never by what a document says. The error is ErrBundle, or says
// why nothing was fetched.
func (f *Fetcher) Bundle(address string) (*Bundle, error) {
	u, err := f.checkURL(address)
	if err != nil {
		return nil, err
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/bundle.json"
	}
	body, _, err := f.request(fetchKind{name: "bundle", accept: "application/json", max: MaxBundleBytes, time: time.Minute}, u)
	if err != nil {
		return nil, err
	}
	return ParseBundle(body)
}

// older gives the copy at hand, whatever its age, in place of err.
func (f *Fetcher) older(key string, kind fetchKind, err error) (fetched, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if got, ok := f.kept.stale(key, f.now(), kind.stale); ok {
		return got, nil
	}
	return fetched{}, err
}

// join gives the fetch of key that is under way, or begins it. When too many
// are under way the answer is "unreachable" at once: nobody waits for others.
func (f *Fetcher) join(key string, kind fetchKind, u *url.URL) (*flight, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fl, ok := f.flights[key]; ok {
		return fl, nil
	}
	if len(f.flights) >= fetchesMax || f.hosts[u.Host] >= fetchesHost || f.under.Err() != nil {
		return nil, unreachable("busy")
	}
	fl := &flight{done: make(chan struct{})}
	f.flights[key] = fl
	f.hosts[u.Host]++
	f.running.Go(func() {
		at := f.now()
		body, keep, err := f.request(kind, u)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.kept.put(key, kind, at, f.now(), body, keep, err)
		delete(f.flights, key)
		if f.hosts[u.Host]--; f.hosts[u.Host] == 0 {
			delete(f.hosts, u.Host)
		}
		close(fl.done)
	})
	return fl, nil
}

// request asks once. It follows no redirect, keeps no cookie and takes the
// answer as it is. It gives the body and for how long it is fresh.
func (f *Fetcher) request(kind fetchKind, u *url.URL) ([]byte, time.Duration, error) {
	ctx, cancel := context.WithTimeout(f.under, cmp.Or(kind.time, fetchTime))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, 0, refusal("address")
	}
	req.Header.Set("Accept", kind.accept)
	req.Header.Set("User-Agent", "laurel-verifier")
	res, err := f.transport.RoundTrip(req)
	if err != nil {
		return nil, 0, networkError(ctx, err)
	}
	defer res.Body.Close() //nolint:errcheck // it was only read
	if err := refusedAnswer(res); err != nil {
		return nil, 0, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, int64(kind.max)+1))
	switch {
	case err != nil:
		return nil, 0, networkError(ctx, err)
	case len(body) > kind.max:
		return nil, 0, &fetchError{code: CodeIssuerUnreadable, reason: "size"}
	}
	return body, freshFor(kind, res.Header.Get("Cache-Control")), nil
}

// refusedAnswer tells why an answer is not taken, or nil.
func refusedAnswer(res *http.Response) error {
	encoding := res.Header.Get("Content-Encoding")
	switch {
	case res.StatusCode == http.StatusOK && (encoding == "" || strings.EqualFold(encoding, "identity")):
		return nil
	case res.StatusCode == http.StatusOK:
		return refusal("encoding") // nobody asked for it, and it could unfold to anything
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return refusal("redirect")
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone:
		return &fetchError{code: CodeIssuerUnreachable, reason: "http_" + strconv.Itoa(res.StatusCode), absent: true}
	}
	return unreachable("http_" + strconv.Itoa(res.StatusCode))
}

// networkError puts an error of the network into a reason.
func networkError(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, errAddress):
		return refusal("address")
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded):
		return unreachable("time")
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return unreachable("name")
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return unreachable("certificate")
	}
	return unreachable("network")
}

// freshFor reads max-age (RFC 9111 §5.2.2.1) and holds it within the bounds of the kind.
func freshFor(kind fetchKind, header string) time.Duration {
	keep := kind.usual
	for directive := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
		switch name {
		case "no-store", "no-cache":
			return kind.shortest
		case "max-age":
			seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31)
			if err == nil {
				keep = time.Duration(seconds) * time.Second
			}
		}
	}
	return min(max(keep, kind.shortest), kind.longest)
}
