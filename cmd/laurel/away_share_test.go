package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"laurel/internal/demo"
)

// inquiry is one request of the verify path and what its answer must hold.
type inquiry struct {
	request *http.Request
	// right tells whether an answer of 200 is the right one.
	right func(body []byte) bool
}

// verifyPath are inquiries that somebody who checks credentials makes.
type verifyPath []inquiry

// inquiries asks each of them once while the database is there, so that it is
// known what is right, and so that the pages have been read before.
func inquiries(t *testing.T, v *visitor, sheet demo.Sheet) verifyPath {
	t.Helper()
	var all verifyPath
	add := func(req *http.Request, right func([]byte) bool) {
		t.Helper()
		q := inquiry{req, right}
		if why := q.answered(v.client); why != "" {
			t.Fatalf("%s %s with the database: %s", req.Method, req.URL, why)
		}
		all = append(all, q)
	}
	for _, c := range sheet.Credentials {
		token, document := v.fetch(c.JWT), v.fetch(c.JSON)
		verdict := holds(fmt.Sprintf(`"verdict":%q`, c.Verdict))
		add(v.request(http.MethodPost, "/v1/verify", "application/vc+jwt", token, "application/json"), verdict)
		add(v.request(http.MethodPost, "/v1/verify", "application/vc", document, "application/json"), verdict)
		add(v.request(http.MethodGet, c.Page, "", nil, "application/json"), verdict)
		add(v.request(http.MethodGet, c.Page, "", nil, "text/html"), holds("verdict-"+seals[c.Verdict]))
		f := v.open("/verify").form("/verify")
		f.fill("credential", string(token))
		add(f.request(), holds("verdict-"+seals[c.Verdict]))
	}
	return all
}

// documents adds inquiries for what is published at these addresses, which must
// not change any more.
func (p verifyPath) documents(v *visitor, addresses ...string) verifyPath {
	v.t.Helper()
	for _, address := range addresses {
		want := v.fetch(address)
		p = append(p, inquiry{v.request(http.MethodGet, address, "", nil, "*/*"), func(got []byte) bool { return bytes.Equal(got, want) }})
	}
	return p
}

// holds tells whether an answer holds a text.
func holds(text string) func([]byte) bool {
	return func(body []byte) bool { return bytes.Contains(body, []byte(text)) }
}

// share makes so many of the inquiries in turn, by a few readers at a time, or
// fewer on a machine that does not get them done in 12 seconds, and demands that
// at least this share of the answers is right.
func (p verifyPath) share(t *testing.T, s *server, times int64, demand float64) {
	t.Helper()
	const readers, longest = 4, 12 * time.Second
	var next, right atomic.Int64
	var failed sync.Map // a bad answer by address
	var wg sync.WaitGroup
	began := time.Now()
	for range readers {
		v := s.visitor()
		wg.Go(func() {
			for n := next.Add(1); n <= times && time.Since(began) < longest; n = next.Add(1) {
				q := p[n%int64(len(p))]
				if why := q.answered(v.client); why != "" {
					failed.Store(q.request.URL.Path, why)
				} else {
					right.Add(1)
				}
			}
		})
	}
	wg.Wait()
	made := next.Load() - readers // each reader took one more than it made
	got := float64(right.Load()) / float64(made)
	t.Logf("%d of %d answers (%.2f %%) to %d inquiries are right without the database, in %s",
		right.Load(), made, got*100, len(p), time.Since(began).Round(time.Millisecond))
	failed.Range(func(path, why any) bool {
		t.Logf("%s: %s", path, why)
		return true
	})
	if got < demand || made < int64(len(p)) {
		t.Errorf("%d of %d answers are right, want %.1f %%", right.Load(), made, demand*100)
	}
}

// answered asks once and says what is wrong with the answer, "" for nothing.
func (q inquiry) answered(client *http.Client) (why string) {
	req := q.request.Clone(q.request.Context())
	if q.request.GetBody != nil {
		req.Body, _ = q.request.GetBody() // of bytes: it has no error
	}
	res, err := client.Do(req)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return err.Error()
	case res.StatusCode != http.StatusOK || !q.right(body):
		return fmt.Sprintf("%d %.200s", res.StatusCode, body)
	}
	return ""
}
