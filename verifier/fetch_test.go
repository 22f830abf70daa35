package verifier_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"laurel/verifier"
)

func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"93.184.215.14": true, "2606:2800:21f:cb07::1": true, "64:ff9b::5db8:d70e": true, "198.20.0.1": true, "100.128.0.1": true,
		"127.0.0.1": false, "127.8.8.8": false, "0.0.0.0": false, "0.1.2.3": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "100.100.100.200": false, "192.0.0.192": false, "198.18.0.1": false,
		"224.0.0.1": false, "239.1.1.1": false, "255.255.255.255": false, "240.0.0.1": false, "192.0.2.1": false, "168.63.129.16": false,
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false, "ff02::1": false,
		"::ffff:93.184.215.14": false, "::ffff:127.0.0.1": false, "::127.0.0.1": false,
		"64:ff9b::7f00:1": false, "64:ff9b::a00:1": false, "64:ff9b:1::1": false, "2002:7f00:1::1": false, "2002:5db8:d70e::1": false,
		"2001::1": false, "2001:db8::1": false, "3fff::1": false, "fec0::1": false, "100::1": false,
	} {
		if got := verifier.IsPublic(address); got != want {
			t.Errorf("%s: got %t, want %t", address, got, want)
		}
	}
}

func TestAddressesThatAreNeverAsked(t *testing.T) {
	t.Parallel()
	w := newWeb(t, "own.example:")
	for address, reason := range map[string]string{
		"http://school.example/did.json":                      "scheme",
		"ftp://school.example/did.json":                       "scheme",
		"file:///etc/passwd":                                  "address",
		"//school.example/":                                   "scheme",
		"https:school.example":                                "address",
		"https:///did.json":                                   "address",
		"https://a:b@school.example/":                         "userinfo",
		"https://school.example@evil.example/":                "userinfo",
		"https://127.0.0.1/":                                  "host",
		"https://2130706433/":                                 "host",
		"https://0x7f.1/":                                     "host",
		"https://0177.0.0.1/":                                 "host",
		"https://[::1]/":                                      "host",
		"https://[::ffff:127.0.0.1]/":                         "host",
		"https://localhost/":                                  "host",
		"https://metadata/":                                   "host",
		"https://school.example./":                            "host",
		"https://db.internal/":                                "host",
		"https://printer.local/":                              "host",
		"https://x.localhost/":                                "host",
		"https://schöol.example/":                             "host",
		"https://school.example%00.evil.example/":             "address",
		"https://school.example:22/":                          "port",
		"https://school.example:80/":                          "port",
		"https://school.example:0/":                           "port",
		"https://school.example:/":                            "port",
		"https://school.example:99999/":                       "port",
		w.url("own.example", "/schools/x/did.json"):           "own",
		w.url("OWN.example", "/schools/x/did.json"):           "own",
		"https://school.example/" + strings.Repeat("x", 2048): "address",
	} {
		_, _, _, err := w.fetcher.Fetch(t.Context(), address)
		if got := verifier.FetchReason(err); got != reason || !errors.Is(err, verifier.ErrNotHeld) {
			t.Errorf("%.60s: got %q (%v), want %q", address, got, err, reason)
		}
	}
	if w.hits.Load() != 0 {
		t.Error("something was asked")
	}
}

// TestResolvedAddressDecides: names are looked up once, and what they say then
// is what is held against the rules.
func TestResolvedAddressDecides(t *testing.T) {
	t.Parallel()
	w := newWeb(t, "")
	for i, to := range []string{"127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254", "64:ff9b::7f00:1", "2002:7f00:1::1"} {
		name := fmt.Sprintf("inside%d.example", i)
		w.point(name, to)
		if _, _, _, err := w.fetcher.Fetch(t.Context(), w.url(name, "/did.json")); verifier.FetchReason(err) != "address" {
			t.Errorf("%s: got %v", to, err)
		}
	}
	// Rebinding: the first look-up is harmless, the second leads inside.
	w.point("rebinding.example", "127.0.0.1", "10.0.0.1")
	w.serve(w.url("rebinding.example", "/did.json"), []byte("{}"))
	if _, _, _, err := w.fetcher.Fetch(t.Context(), w.url("rebinding.example", "/did.json")); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := w.fetcher.Fetch(t.Context(), w.url("rebinding.example", "/other.json")); verifier.FetchReason(err) != "address" {
		t.Errorf("got %v", err)
	}
}

func TestAnswersThatAreNotTaken(t *testing.T) {
	t.Parallel()
	w := newWeb(t, "")
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	_, _ = zip.Write(make([]byte, 1<<20))
	_ = zip.Close()
	for path, c := range map[string]struct {
		answer http.HandlerFunc
		reason string
	}{
		"/redirect": {func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/good", http.StatusFound) }, "redirect"},
		"/moved": {func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, "http://127.0.0.1/", http.StatusMovedPermanently)
		}, "redirect"},
		"/none":   {http.NotFound, "http_404"},
		"/broken": {func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusBadGateway) }, "http_502"},
		"/large":  {func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(make([]byte, verifier.DocumentMax+1)) }, "size"},
		"/zipped": {func(rw http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Accept-Encoding") != "" || r.Header.Get("Cookie") != "" {
				t.Errorf("asked with %v", r.Header)
			}
			rw.Header().Set("Content-Encoding", "gzip")
			rw.Header().Set("Set-Cookie", "a=b")
			_, _ = rw.Write(bomb.Bytes())
		}, "encoding"},
		"/cut": {func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", "100")
			_, _ = rw.Write([]byte("{"))
		}, "network"},
		"/most": {func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(make([]byte, verifier.DocumentMax)) }, ""},
	} {
		w.handle(w.url("school.example", path), c.answer)
		if _, _, _, err := w.fetcher.Fetch(t.Context(), w.url("school.example", path)); verifier.FetchReason(err) != c.reason || (err == nil) != (c.reason == "") {
			t.Errorf("%s: got %v, want %q", path, err, c.reason)
		}
	}
	if _, _, _, err := w.fetcher.Fetch(t.Context(), w.url("a.b.c.elsewhere.test", "/")); verifier.FetchReason(err) != "certificate" {
		t.Errorf("another's certificate: got %v", err)
	}
}

// TestSlowHost: whoever waits gives up in time, and a host that never answers
// takes few places.
func TestSlowHost(t *testing.T) {
	t.Parallel()
	w := newWeb(t, "")
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	wait := func(rw http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}
	var wg sync.WaitGroup
	begun := time.Now()
	for i := range verifier.FetchesHost {
		address := w.url("tarpit.example", fmt.Sprintf("/%d", i))
		w.handle(address, wait)
		wg.Go(func() {
			if _, _, _, err := w.fetcher.Fetch(t.Context(), address); verifier.FetchReason(err) != "time" {
				t.Errorf("got %v", err)
			}
		})
	}
	for w.hits.Load() < verifier.FetchesHost {
		time.Sleep(time.Millisecond)
	}
	at := time.Now()
	if _, _, _, err := w.fetcher.Fetch(t.Context(), w.url("tarpit.example", "/more")); verifier.FetchReason(err) != "busy" || time.Since(at) > 50*time.Millisecond {
		t.Errorf("one more: got %v after %s", err, time.Since(at))
	}
	w.serve(w.url("quick.example", "/did.json"), []byte("{}"))
	if _, _, _, err := w.fetcher.Fetch(t.Context(), w.url("quick.example", "/did.json")); err != nil {
		t.Errorf("another host: got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, _, _, err := w.fetcher.Fetch(ctx, w.url("tarpit.example", "/0")); verifier.FetchReason(err) != "time" {
		t.Errorf("a reader who left: got %v", err)
	}
	wg.Wait()
	if took := time.Since(begun); took > 4*time.Second {
		t.Errorf("took %s", took)
	}
}

// TestAskedOnce: fifty readers at once are one request, and the answer is kept.
func TestAskedOnce(t *testing.T) {
	t.Parallel()
	w := newWeb(t, "")
	address := w.url("school.example", "/did.json")
	w.handle(address, func(rw http.ResponseWriter, _ *http.Request) {
		time.Sleep(50 * time.Millisecond)
		rw.Header().Set("Cache-Control", "public, max-age=120")
		_, _ = rw.Write([]byte(`{"id":"x"}`))
	})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if body, _, _, err := w.fetcher.Fetch(t.Context(), address); err != nil || string(body) != `{"id":"x"}` {
				t.Errorf("got %s %v", body, err)
			}
		})
	}
	wg.Wait()
	if got := w.hits.Load(); got != 1 {
		t.Errorf("asked %d times", got)
	}
	w.later(119 * time.Second)
	_, _, _, _ = w.fetcher.Fetch(t.Context(), address)
	if got := w.hits.Load(); got != 1 {
		t.Errorf("asked again within max-age: %d", got)
	}
	w.later(2 * time.Second)
	_, _, _, _ = w.fetcher.Fetch(t.Context(), address)
	if got := w.hits.Load(); got != 2 {
		t.Errorf("asked %d times after max-age", got)
	}
}

// TestOlderCopy: what cannot be read again is given with its age, for a day; a
// failure is remembered for a while; a host that says it is gone is believed.
func TestOlderCopy(t *testing.T) {
	t.Parallel()
	w := newWeb(t, "")
	address := w.url("school.example", "/did.json")
	w.serve(address, []byte("{}"))
	first := w.now()
	if _, at, stale, err := w.fetcher.Fetch(t.Context(), address); err != nil || stale || !at.Equal(first) {
		t.Fatalf("got %s %t %v", at, stale, err)
	}
	w.handle(address, func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusServiceUnavailable) })
	w.later(2 * time.Hour)
	for range 3 {
		if _, at, stale, err := w.fetcher.Fetch(t.Context(), address); err != nil || !stale || !at.Equal(first) {
			t.Errorf("got %s %t %v", at, stale, err)
		}
	}
	if got := w.hits.Load(); got != 2 {
		t.Errorf("a failure is asked again at once: %d", got)
	}
	w.later(verifier.NegativeKept)
	w.serve(address, []byte("[]"))
	if body, at, stale, err := w.fetcher.Fetch(t.Context(), address); err != nil || stale || !at.Equal(w.now()) || string(body) != "[]" {
		t.Errorf("got %s %s %t %v", body, at, stale, err)
	}
	w.handle(address, func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusServiceUnavailable) })
	w.later(25 * time.Hour)
	if _, _, _, err := w.fetcher.Fetch(t.Context(), address); verifier.FetchReason(err) != "http_503" {
		t.Errorf("after a day: got %v", err)
	}
	w.serve(address, []byte("{}"))
	w.later(time.Hour)
	_, _, _, _ = w.fetcher.Fetch(t.Context(), address)
	w.handle(address, http.NotFound)
	w.later(time.Hour)
	if _, _, _, err := w.fetcher.Fetch(t.Context(), address); verifier.FetchReason(err) != "http_404" {
		t.Errorf("gone: got %v", err)
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	t.Parallel()
	w := newWeb(t, "")
	w.fetcher.Bound(10, 20<<10)
	for i := range 30 {
		address := w.url("school.example", fmt.Sprintf("/%d", i))
		w.serve(address, make([]byte, 3<<10))
		if _, _, _, err := w.fetcher.Fetch(t.Context(), address); err != nil {
			t.Fatal(err)
		}
	}
	if entries, size := w.fetcher.Kept(); entries == 0 || entries > 10 || size > 20<<10 {
		t.Errorf("%d entries of %d bytes", entries, size)
	}
	before := w.hits.Load()
	_, _, _, _ = w.fetcher.Fetch(t.Context(), w.url("school.example", "/29"))
	if w.hits.Load() != before {
		t.Error("the one used last was dropped")
	}
	w.fetcher.Close()
	if _, _, _, err := w.fetcher.Fetch(t.Context(), w.url("school.example", "/1")); verifier.FetchReason(err) != "busy" {
		t.Errorf("after the end: got %v", err)
	}
}
