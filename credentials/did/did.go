// Package did names issuers and finds their keys: DID documents and controlled
// identifier documents, key sets, single keys, and the DIDs that carry their
// key in themselves (did:key, did:jwk). It fetches nothing.
package did

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Errors of identifiers and documents.
var (
	// ErrSyntax is a text that is not a DID of its method.
	ErrSyntax = errors.New("not a valid DID")
	// ErrDocument is a DID document that cannot be relied on.
	ErrDocument = errors.New("not a usable DID document")
	// ErrNoKey is a document that does not have the key asked for among its assertion methods.
	ErrNoKey = errors.New("no such key in the DID document")
	// ErrPurpose is an ErrNoKey: the document lists the key, but not for assertions.
	ErrPurpose = fmt.Errorf("%w for assertions", ErrNoKey)
)

// maxLength bounds a DID: a did:jwk of a large RSA key has about 1,500 characters.
const maxLength = 4096

// DID is a decentralised identifier without path, query and fragment (DID Core §3.1).
type DID struct {
	Method   string // such as web
	Specific string // what follows the method
}

// String gives the DID as it was parsed.
func (d DID) String() string { return "did:" + d.Method + ":" + d.Specific }

// Parse reads a DID and refuses a DID URL. The error is ErrSyntax.
func Parse(s string) (DID, error) {
	rest, ok := strings.CutPrefix(s, "did:")
	method, specific, found := strings.Cut(rest, ":")
	if !ok || !found || method == "" || specific == "" || len(s) > maxLength || strings.HasSuffix(specific, ":") {
		return DID{}, ErrSyntax
	}
	for _, c := range method {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return DID{}, ErrSyntax
		}
	}
	for i := 0; i < len(specific); i++ {
		switch c := specific[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(".-_:", c) >= 0:
		case c == '%' && i+2 < len(specific) && isHex(specific[i+1]) && isHex(specific[i+2]):
			i += 2
		default:
			return DID{}, ErrSyntax
		}
	}
	return DID{Method: method, Specific: specific}, nil
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// Web gives the did:web of a path on a host (did:web method, read backwards):
// Web("laurel.example:8443", "schools", "willow-brook") is
// did:web:laurel.example%3A8443:schools:willow-brook.
func Web(host string, path ...string) string {
	parts := []string{"did:web", strings.ReplaceAll(host, ":", "%3A")}
	for _, p := range path {
		parts = append(parts, url.PathEscape(p))
	}
	return strings.Join(parts, ":")
}

// WebURL gives the address of a did:web document: always https, never an IP
// address. The error is ErrSyntax.
func WebURL(s string) (string, error) {
	d, err := Parse(s)
	if err != nil {
		return "", err
	}
	if d.Method != "web" {
		return "", fmt.Errorf("%w: its method is not web", ErrSyntax)
	}
	parts := strings.Split(d.Specific, ":")
	host, err := url.PathUnescape(parts[0])
	if err != nil {
		return "", ErrSyntax
	}
	u, err := url.Parse("https://" + host)
	if err != nil || u.Host != host || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil {
		return "", fmt.Errorf("%w: its host", ErrSyntax)
	}
	if len(parts) == 1 {
		return "https://" + host + "/.well-known/did.json", nil
	}
	for _, p := range parts[1:] {
		if p == "" || p == "." || p == ".." || strings.Contains(strings.ToLower(p), "%2f") {
			return "", fmt.Errorf("%w: its path", ErrSyntax)
		}
	}
	return "https://" + host + "/" + strings.Join(parts[1:], "/") + "/did.json", nil
}
