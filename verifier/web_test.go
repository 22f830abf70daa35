package verifier_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"laurel/verifier"
)

// web is a small internet: one server that answers for every host, names that a
// test decides over, and a clock.
type web struct {
	tb      testing.TB
	server  *httptest.Server
	port    string
	fetcher *verifier.Fetcher
	hits    atomic.Int64

	mu    sync.Mutex // guards pages, names and clock
	pages map[string]http.HandlerFunc
	names map[string][]string // addresses, given in turn; the last one stays
	clock time.Time
}

// newWeb makes one whose fetcher holds ownHost for its own.
func newWeb(tb testing.TB, ownHost string) *web {
	tb.Helper()
	w := &web{tb: tb, pages: map[string]http.HandlerFunc{}, names: map[string][]string{}, clock: now()}
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(w.answer))
	certificate, roots := selfSigned(tb)
	w.server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	w.server.StartTLS()
	tb.Cleanup(w.server.Close)
	at := netip.MustParseAddrPort(w.server.Listener.Addr().String())
	_, w.port, _ = net.SplitHostPort(at.String())
	if strings.HasSuffix(ownHost, ":") {
		ownHost += w.port
	}
	w.fetcher = verifier.NewTestFetcher(w.now, ownHost, w.resolver(), func(a netip.AddrPort) bool { return a == at }, roots)
	tb.Cleanup(w.fetcher.Close)
	return w
}

// selfSigned is a certificate for every host of these tests.
func selfSigned(tb testing.TB) (tls.Certificate, *x509.CertPool) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"*.example", "*.school.example"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

func (w *web) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

// later moves the clock.
func (w *web) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// host is a host with the server's port.
func (w *web) host(name string) string { return name + ":" + w.port }

// url is an address on a host.
func (w *web) url(name, path string) string { return "https://" + w.host(name) + path }

// handle answers an address by h.
func (w *web) handle(url string, h http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[url] = h
}

// serve answers an address with a body.
func (w *web) serve(url string, body []byte) {
	w.handle(url, func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(body) })
}

func (w *web) answer(rw http.ResponseWriter, r *http.Request) {
	w.hits.Add(1)
	w.mu.Lock()
	h := w.pages["https://"+r.Host+r.URL.Path]
	w.mu.Unlock()
	if h == nil {
		http.NotFound(rw, r)
		return
	}
	h(rw, r)
}

// point gives a name these addresses, in turn. Every other name is 127.0.0.1.
func (w *web) point(name string, addresses ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.names[name+"."] = addresses
}

func (w *web) lookUp(name string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.names[name]
	if len(list) == 0 {
		return "127.0.0.1"
	}
	if len(list) > 1 {
		w.names[name] = list[1:]
	}
	return list[0]
}

// resolver asks a name server that runs in this process (RFC 1035 §4).
func (w *web) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer ours.Close()
			size := make([]byte, 2) // a connection that is no packet connection carries lengths
			for {
				if err := readFull(ours, size); err != nil {
					return
				}
				query := make([]byte, binary.BigEndian.Uint16(size))
				if err := readFull(ours, query); err != nil {
					return
				}
				reply := w.reply(query)
				if _, err := ours.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil {
					return
				}
			}
		}()
		return theirs, nil
	}}
}

func readFull(c net.Conn, into []byte) error {
	_, err := io.ReadFull(c, into)
	return err
}

// reply answers one question for an A or an AAAA record.
func (w *web) reply(query []byte) []byte {
	var labels strings.Builder
	at := 12
	for query[at] != 0 {
		size := int(query[at])
		labels.Write(query[at+1 : at+1+size])
		labels.WriteByte('.')
		at += 1 + size
	}
	name := labels.String()
	kind := binary.BigEndian.Uint16(query[at+1:])
	question := query[12 : at+5]
	reply := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
	wanted := map[uint16]bool{1: false, 28: true} // A, AAAA
	is6, known := wanted[kind]
	if !known {
		return reply
	}
	w.mu.Lock()
	next := "127.0.0.1"
	if list := w.names[name]; len(list) > 0 {
		next = list[0]
	}
	w.mu.Unlock()
	if netip.MustParseAddr(next).Is6() != is6 {
		return reply
	}
	data := netip.MustParseAddr(w.lookUp(name)).AsSlice()
	reply[7] = 1                                                     // one answer
	reply = append(reply, 0xc0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 0) // the name asked for, its type, IN, no time to live
	reply = binary.BigEndian.AppendUint16(reply, uint16(len(data)))
	return append(reply, data...)
}
