package api

import (
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"
)

var assetPath = regexp.MustCompile(`/static/[\w.-]+`)

// weigh answers what a page and all it is made of come to over the wire, as a
// browser without a cache asks for it; pictures that people sent are not
// counted, since they come when they are scrolled to.
func (v *visitor) weigh(t *testing.T, at string) (page, whole int) {
	t.Helper()
	res, body := v.get(at, "Accept-Encoding", "gzip")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", at, res.Status)
	}
	page, whole = len(body), len(body)
	if res.Header.Get("Content-Encoding") == "gzip" {
		t.Fatalf("%s: personal pages are not compressed", at) // else this would read no addresses
	}
	seen := map[string]bool{}
	for _, asset := range assetPath.FindAllString(body, -1) {
		if seen[asset] {
			continue
		}
		seen[asset] = true
		res, file := v.get(asset, "Accept-Encoding", "gzip")
		if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %s, %q", asset, res.Status, res.Header.Get("Cache-Control"))
		}
		whole += len(file)
	}
	return page, whole
}

// Limits of what a page weighs, in bytes. A slow 3G link carries 400 kbit/s and
// answers after 400 ms, so that 50 kB take a second.
const (
	lightWhole = 50 << 10
	lightPage  = 25 << 10
)

// Mission row 14: the reader's page and the pages of evidence are light, with
// everything they need; a second visit costs the page alone.
func TestPagesAreLight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner, teacher, nobody := w.as("learner"), w.as("teacher"), w.nobody()
	evidence := "/evidence/" + w.evidence(t, learner, "Pond at dawn")
	for at, who := range map[string]*visitor{
		"/verify": nobody, "/capture": nobody, "/sign-in": nobody,
		"/evidence": learner, "/evidence/new": learner, evidence: learner, evidence + "/attestations/new": learner,
		"/judge/" + path.Base(evidence): teacher, "/queue": teacher,
	} {
		page, whole := who.weigh(t, at)
		t.Logf("%6d bytes the page, %6d in all: %s", page, whole, at)
		if page > lightPage || whole > lightWhole {
			t.Errorf("%s weighs %d bytes, %d with everything", at, page, whole)
		}
	}
}
