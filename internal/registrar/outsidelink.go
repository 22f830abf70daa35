package registrar

import (
	"bytes"
	"context"
	"errors"
	"mime"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"laurel/competency"
	"laurel/credentials/bake"
	"laurel/verifier"
)

// linksFollowed is how many addresses that a page names are read.
const linksFollowed = 3

// wrongAddress refuses what stands in the field of the link.
func wrongAddress(detail string) error {
	return competency.Invalid(competency.Field{Pointer: "/address", Detail: detail})
}

// linkedCredential reads the credential that an address leads to: what is there,
// or what the page there holds or names. It asks the network, so it belongs
// outside of any transaction. ErrInvalid on "/address" says why there is none.
func (r *Registrar) linkedCredential(ctx context.Context, address string) ([]byte, error) {
	if secret, ok := r.ownPage(address); ok {
		page, err := r.Page(ctx, secret)
		if errors.Is(err, competency.ErrNotFound) {
			return nil, wrongAddress("No credential is shown at this address.")
		}
		return page.Token, err
	}
	pages := r.pageReader()
	if pages == nil {
		return nil, wrongAddress("This server reads no links. Choose the file instead, or paste it.")
	}
	page, err := pages.Credential(ctx, address)
	if err != nil {
		return nil, wrongAddress(unreadWords(verifier.Reason(err)))
	}
	if document := documentOf(page); document != nil {
		return document, nil
	}
	held, named := credentialsNamed(page)
	if held != nil {
		return held, nil
	}
	for _, next := range named[:min(len(named), linksFollowed)] {
		page, err := pages.Credential(ctx, next)
		if err != nil {
			continue
		}
		if document := documentOf(page); document != nil {
			return document, nil
		}
	}
	return nil, wrongAddress("No credential was found at this address. Ask its issuer for the signed file, and choose it here.")
}

// ownPage answers the secret of a credential's page of this server, which is
// not asked over the network.
func (r *Registrar) ownPage(address string) (secret string, ok bool) {
	rest, ok := strings.CutPrefix(address, r.PublicURL+"/c/")
	if !ok || strings.ContainsAny(rest, "/?#\\") {
		return "", false
	}
	secret, _, _ = strings.Cut(rest, ".")
	return secret, true
}

// pageReader is what reads links; nil where nothing asks the network.
func (r *Registrar) pageReader() PageReader {
	if r.Pages == nil && r.Fetch != nil {
		return r.Fetch
	}
	return r.Pages
}

// unreadWords say why a link could not be read, and what to do.
func unreadWords(reason string) string {
	switch reason {
	case "scheme", "address", "userinfo", "host", "port", "own":
		return "Only public https addresses are read. Choose the file instead, or paste it."
	case "type":
		return "This address leads to something that is no credential and no page about one."
	case "http_404", "http_410":
		return "Nothing is at this address."
	case "redirect":
		return "This address leads from one page to the next. Open it, and copy the address where it ends."
	}
	return "This address could not be read just now. Try again later, or choose the file."
}

// pageTypes are the media types of pages about something.
var pageTypes = []string{"text/html", "application/xhtml+xml"}

// documentOf is what an address answered, or what a picture there carries, if
// that can be a credential: a token or an object, and no page. What went on
// after what was read is none.
func documentOf(p verifier.Page) []byte {
	kind, _, _ := mime.ParseMediaType(p.ContentType)
	if slices.Contains(pageTypes, kind) || p.Cut {
		return nil
	}
	document, _, err := bake.Extract(p.Body)
	if document = bytes.TrimSpace(document); err != nil || !bake.IsDocument(document) {
		return nil
	}
	return document
}

// credentialTypes are the media types by which a page names a credential.
var credentialTypes = []string{
	"application/vc+jwt", "application/vc", "application/vc+ld+json", "application/ld+json", "application/jwt", "application/json",
}

// credentialsNamed looks through a page: for a credential that stands in it as a
// block of data, and for the addresses of those that it names.
func credentialsNamed(p verifier.Page) (held []byte, named []string) {
	base, err := url.Parse(p.Address)
	if err != nil {
		return nil, nil
	}
	data := false // within a block of data
	for z := html.NewTokenizer(bytes.NewReader(p.Body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return nil, named
		case html.TextToken:
			if text := bytes.TrimSpace(z.Raw()); data && bytes.Contains(text, []byte(`"proof"`)) {
				return bytes.Clone(text), nil
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			kind := strings.ToLower(attribute(t, "type"))
			data = t.DataAtom == atom.Script && slices.Contains(credentialTypes, kind)
			if to := credentialLink(base, t, kind); to != "" && !slices.Contains(named, to) {
				named = append(named, to)
			}
		case html.EndTagToken:
			data = false
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// credentialLink is the address that a link of a page names as a credential's,
// by the link's type or by how the address ends; empty for any other.
func credentialLink(base *url.URL, t html.Token, kind string) string {
	if t.DataAtom != atom.A && t.DataAtom != atom.Link {
		return ""
	}
	to, err := base.Parse(attribute(t, "href"))
	if err != nil || to.Scheme != "https" {
		return ""
	}
	path := strings.ToLower(to.Path)
	ends := func(end string) bool { return strings.HasSuffix(path, end) }
	if !slices.Contains(credentialTypes, kind) && (t.DataAtom != atom.A || !slices.ContainsFunc([]string{".jwt", ".json", ".jsonld", ".vc", ".png", ".svg", ".pdf"}, ends)) {
		return ""
	}
	to.Fragment = ""
	return to.String()
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
