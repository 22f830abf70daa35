package verifier

import (
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"

	"laurel/credentials/bake"
)

// Bounds of what somebody linked to.
const (
	pageTime = 10 * time.Second // of one request
	pageMax  = 2 << 20          // bytes of words; what is beyond is not read
	pageHops = 3                // redirects, each held to the same rules
)

// want is what a host is asked for, which media types are taken, and how many
// bytes are read.
type want struct {
	accept, agent string
	types         []string
	most          int
}

var (
	wordsWanted = want{
		"text/html, application/xhtml+xml, text/plain;q=0.9", "laurel-links",
		[]string{"text/html", "application/xhtml+xml", "text/plain"},
		pageMax,
	}
	// Hosts that have the signed document at the page's own address give it when
	// they are asked for it; what they give else is a picture that carries it, or
	// a page that names it.
	credentialWanted = want{
		"application/vc+jwt, application/vc, application/ld+json;q=0.9, application/json;q=0.9, application/jwt;q=0.9, " +
			"image/png;q=0.8, image/svg+xml;q=0.8, application/pdf;q=0.8, text/html;q=0.7, text/plain;q=0.6",
		"laurel-verifier",
		[]string{
			"application/vc+jwt", "application/vc", "application/ld+json", "application/vc+ld+json", "application/json", "application/jwt",
			"application/jose", "application/octet-stream", "image/png", "image/svg+xml", "application/pdf", "text/html",
			"application/xhtml+xml", "text/plain",
		},
		bake.MaxBytes,
	}
)

// Page is a public page as it was read.
type Page struct {
	Address     string // where it was found, after redirects
	ContentType string // as the host gave it
	Body        []byte
	At          time.Time
	// Cut tells that the page went on after Body.
	Cut bool
}

// Page reads a page of words that a person linked to, under the rules that hold
// for documents: https, public addresses alone, bounds of time and size. Nothing
// is kept. Use [Reason] for why there is none.
func (f *Fetcher) Page(ctx context.Context, address string) (Page, error) {
	return f.follow(ctx, address, wordsWanted)
}

// Credential reads what a person says is a credential, or a page about one,
// under the rules of [Fetcher.Page]. What was read is not judged.
func (f *Fetcher) Credential(ctx context.Context, address string) (Page, error) {
	return f.follow(ctx, address, credentialWanted)
}

// follow asks for what is wanted, and again where the host names another address.
func (f *Fetcher) follow(ctx context.Context, address string, what want) (Page, error) {
	ctx, cancel := context.WithTimeout(ctx, pageTime*(pageHops+1))
	defer cancel()
	stop := context.AfterFunc(f.under, cancel)
	defer stop()
	for range pageHops + 1 {
		u, err := f.checkURL(address)
		if err != nil {
			return Page{}, err
		}
		p, next, err := f.page(ctx, u, what)
		if err != nil || next == "" {
			return p, err
		}
		address = next
	}
	return Page{}, refusal("redirect")
}

// page asks once. It answers the page, or the address that the host names instead.
func (f *Fetcher) page(ctx context.Context, u *url.URL, what want) (p Page, next string, err error) {
	ctx, cancel := context.WithTimeout(ctx, pageTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return p, "", refusal("address")
	}
	req.Header.Set("Accept", what.accept)
	req.Header.Set("User-Agent", what.agent)
	at := f.now()
	res, err := f.transport.RoundTrip(req)
	if err != nil {
		return p, "", networkError(ctx, err)
	}
	defer res.Body.Close() //nolint:errcheck // it was only read
	if res.StatusCode >= 300 && res.StatusCode < 400 && res.Header.Get("Location") != "" {
		to, err := u.Parse(res.Header.Get("Location"))
		if err != nil {
			return p, "", refusal("redirect")
		}
		return p, to.String(), nil
	}
	if err := refusedAnswer(res); err != nil {
		return p, "", err
	}
	media := res.Header.Get("Content-Type")
	if kind, _, _ := mime.ParseMediaType(media); !slices.Contains(what.types, kind) {
		return p, "", refusal("type")
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, int64(what.most)+1))
	if err != nil {
		return p, "", networkError(ctx, err)
	}
	return Page{
		Address: u.String(), ContentType: media, Body: body[:min(len(body), what.most)], At: at, Cut: len(body) > what.most,
	}, "", nil
}

// Reason is why nothing was fetched, as a code: "address", "time", "type",
// "redirect", "http_404" …; "network" for an error of another kind.
func Reason(err error) string {
	if e, ok := errors.AsType[*fetchError](err); ok {
		return cmp.Or(e.reason, "network")
	}
	return "network"
}
