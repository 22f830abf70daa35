package verifier_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// TestRefresh: the issuer's own newer copy replaces the one in hand; anything
// else that comes back changes nothing.
func TestRefresh(t *testing.T) {
	t.Parallel()
	later := func(c *credentials.Credential) { c.ValidFrom = c.ValidFrom.Add(24 * time.Hour) }
	for name, c := range map[string]struct {
		host   string // of the service
		serve  func(e *elsewhere, sign func(func(*credentials.Credential)) []byte) []byte
		change func(*credentials.Credential) // of the document in hand
		want   verifier.Verdict
		asked  int64 // beside the issuer's document
	}{
		"a newer copy": {
			"school.example", func(_ *elsewhere, sign func(func(*credentials.Credential)) []byte) []byte { return sign(later) },
			nil, verifier.Superseded, 1,
		},
		"the same one": {
			"school.example", func(_ *elsewhere, sign func(func(*credentials.Credential)) []byte) []byte { return sign(nil) },
			nil, verifier.UnrecognisedIssuer, 1,
		},
		"an older one": {
			"school.example", func(_ *elsewhere, sign func(func(*credentials.Credential)) []byte) []byte {
				return sign(func(c *credentials.Credential) { c.ValidFrom = c.ValidFrom.Add(-time.Hour) })
			}, nil, verifier.UnrecognisedIssuer, 1,
		},
		"another credential": {
			"school.example", func(_ *elsewhere, sign func(func(*credentials.Credential)) []byte) []byte {
				return sign(func(c *credentials.Credential) {
					later(c)
					c.ID = "urn:uuid:00000000-0000-4000-8000-000000000000"
				})
			}, nil, verifier.UnrecognisedIssuer, 1,
		},
		"by another issuer": {
			"school.example", func(e *elsewhere, _ func(func(*credentials.Credential)) []byte) []byte {
				return e.issue(privateKey(e.tb, proof.ES256, 5).Signer(stranger+"#k"), func(c *credentials.Credential) {
					later(c)
					c.Issuer.ID = stranger
				})
			}, nil, verifier.UnrecognisedIssuer, 1,
		},
		"forged": {
			"school.example", func(e *elsewhere, _ func(func(*credentials.Credential)) []byte) []byte {
				return e.issue(privateKey(e.tb, proof.ES256, 5).Signer(e.issuer+"#k"), func(c *credentials.Credential) {
					later(c)
					c.Issuer.ID = e.issuer
				})
			}, nil, verifier.UnrecognisedIssuer, 1,
		},
		"one that has ended": {
			"school.example", func(_ *elsewhere, sign func(func(*credentials.Credential)) []byte) []byte {
				return sign(func(c *credentials.Credential) {
					later(c)
					c.ValidUntil = now().Add(-time.Hour)
				})
			}, nil, verifier.UnrecognisedIssuer, 1,
		},
		"one that asks to be asked again": {
			"school.example", func(e *elsewhere, sign func(func(*credentials.Credential)) []byte) []byte {
				return sign(func(c *credentials.Credential) {
					later(c)
					c.Refresh = &credentials.RefreshService{ID: e.web.url("school.example", "/again")}
				})
			}, nil, verifier.Superseded, 1,
		},
		"a page for people": {
			"school.example", func(*elsewhere, func(func(*credentials.Credential)) []byte) []byte { return []byte("<html>") },
			nil, verifier.UnrecognisedIssuer, 1,
		},
		"nothing there": {
			"school.example", func(*elsewhere, func(func(*credentials.Credential)) []byte) []byte { return nil },
			nil, verifier.UnrecognisedIssuer, 1,
		},
		"a service on another host": {
			"evil.example", func(_ *elsewhere, sign func(func(*credentials.Credential)) []byte) []byte { return sign(later) },
			nil, verifier.UnrecognisedIssuer, 0,
		},
		"of a document that is not genuine": {
			"school.example", func(_ *elsewhere, sign func(func(*credentials.Credential)) []byte) []byte { return sign(later) },
			func(c *credentials.Credential) { c.Issuer.ID += "1" }, verifier.Invalid, -1, // the issuer's document is not asked for either
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newElsewhere(t, "")
			kid := e.issuer + "#k"
			e.web.serve(e.web.url("school.example", "/schools/mill/did.json"),
				fmt.Appendf(nil, `{"id":%q,"assertionMethod":[%s]}`, e.issuer, e.method(kid, e.issuer)))
			sign := func(change func(*credentials.Credential)) []byte {
				return e.issue(e.signer(kid), func(c *credentials.Credential) {
					c.Issuer.ID, c.Status = e.issuer, nil
					if change != nil {
						change(c)
					}
				})
			}
			address := e.web.url(c.host, "/refresh/1")
			e.web.handle(e.web.url("school.example", "/again"), func(http.ResponseWriter, *http.Request) { t.Error("asked twice") })
			if newer := c.serve(e, sign); newer != nil {
				e.web.serve(address, newer)
			}
			r := e.check(sign(func(cred *credentials.Credential) {
				cred.Refresh = &credentials.RefreshService{ID: address}
				if c.change != nil {
					c.change(cred)
				}
			}))
			if r.Verdict != c.want || e.web.hits.Load() != 1+c.asked {
				t.Errorf("got %s after %d requests: %+v", r.Verdict, e.web.hits.Load(), r.Checks)
			}
			if replaced := c.want == verifier.Superseded; replaced != (r.Replacement != nil) || replaced != r.Has(verifier.Status, verifier.CodeNewerCopy) {
				t.Errorf("replacement: %+v", r.Replacement)
			}
		})
	}
}
