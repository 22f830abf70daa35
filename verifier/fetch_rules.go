package verifier

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"laurel/credentials/did"
)

// errAddress is an address that may not be dialled.
var errAddress = errors.New("this address is not public")

// firstFreePort is the lowest port beside 443 that is asked. The ports below
// belong to the services of machines. Whoever can write an address into a
// credential can name any host of the world anyhow, and all that it is sent is
// the beginning of TLS.
const firstFreePort = 1024

// maxURL bounds an address.
const maxURL = 2048

// checkURL reads an address and refuses what is never asked: anything but
// https, a user's name in it, a host that is not a full name, a low port, our
// own host. The fragment is cut off. The error is a *fetchError.
func (f *Fetcher) checkURL(address string) (*url.URL, error) {
	if len(address) > maxURL {
		return nil, refusal("address")
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Opaque != "" || u.Host == "":
		return nil, refusal("address")
	case u.Scheme != "https":
		return nil, refusal("scheme")
	case u.User != nil:
		return nil, refusal("userinfo")
	case !isFullName(u.Hostname()):
		return nil, refusal("host")
	case !isOpenPort(u.Port()) || strings.HasSuffix(u.Host, ":"):
		return nil, refusal("port")
	}
	u.Host = strings.TrimSuffix(strings.ToLower(u.Host), ":443")
	u.Fragment, u.RawFragment = "", ""
	if f.isOwn(u.Host) {
		return nil, &fetchError{code: CodeIssuerUnreachable, reason: "own"}
	}
	return u, nil
}

// isOwn tells whether a host is the one whose documents are held already.
func (f *Fetcher) isOwn(host string) bool {
	return f.own != "" && strings.TrimSuffix(host, ":443") == strings.TrimSuffix(f.own, ":443")
}

// isFullName tells whether a host is a name of the public tree: labels of
// letters, digits and hyphens, at least two, the last not a number. That
// excludes addresses in every spelling, and names of the local network.
func isFullName(host string) bool {
	labels := strings.Split(strings.ToLower(host), ".")
	if len(host) > 253 || len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" ||
			label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	last := labels[len(labels)-1]
	return last[0] >= 'a' && last[0] <= 'z' && last != "localhost" && last != "local" && last != "internal"
}

func isOpenPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && (n == 443 || n >= firstFreePort)
}

// authority is the host, with its port if it is not 443, that speaks for an
// issuer or serves an address: of a did:web or an https URL. It is "" for others.
func authority(id string) string {
	address := id
	if strings.HasPrefix(id, "did:web:") {
		var err error
		if address, err = did.WebURL(id); err != nil {
			return ""
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Host), ":443")
}

// guard is called with the address that a name was resolved to, just before it
// is dialled, so that what was looked at and what is dialled cannot differ
// (DNS rebinding). allow may let more through, in tests.
func guard(allow func(netip.AddrPort) bool) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, network, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || network != "tcp4" && network != "tcp6" {
			return errAddress
		}
		if isPublic(to.Addr()) || allow != nil && allow(to) {
			return nil
		}
		return errAddress
	}
}

// Prefixes of the IANA special-purpose registries (RFC 6890) and what else no
// public service answers at.
var (
	refused4 = prefixes(
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"168.63.129.16/32", // a cloud's service for its own machines
	)
	global6  = netip.MustParsePrefix("2000::/3")
	refused6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
	// nat64 carries an IPv4 address in its last four bytes (RFC 6052 §2.1).
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}

// isPublic tells whether an address belongs to the public internet. An IPv4
// address in the dress of IPv6 is refused, but for NAT64, where the address
// inside decides: networks without IPv4 reach all others that way.
func isPublic(a netip.Addr) bool {
	refused := refused6
	switch {
	case a.Zone() != "" || a.Is4In6():
		return false
	case a.Is4():
		refused = refused4
	case nat64.Contains(a):
		b := a.As16()
		return isPublic(netip.AddrFrom4([4]byte(b[12:])))
	case !global6.Contains(a):
		return false
	}
	for _, p := range refused {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
