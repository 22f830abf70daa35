package registrar

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/credentials/bake"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
	"laurel/verifier"
)

// TestCredentialByItsLink: a credential is read from its own address, from a
// page that holds it or names it, and from a page of this server; what holds
// none is said to hold none, and nothing is stored (mission row 63).
func TestCredentialByItsLink(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		issuer, w := newIssuingWorld(t, s), newLearningWorld(t, s)
		c, err := issuer.IssueAward(ctx, issuer.clerk, issuer.award(t, "basis").ID)
		ok(t, err)
		page, err := issuer.Page(ctx, c.Page)
		ok(t, err)
		ok(t, w.Publish(ctx))
		read := func(address, media, body string) verifier.Page {
			return verifier.Page{Address: address, ContentType: media, Body: []byte(body)}
		}
		var picture bytes.Buffer
		ok(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 4))))
		plain := picture.Bytes()
		badge, err := bake.IntoPNG(plain, page.Token, bake.Badge)
		ok(t, err)
		pages := pagesOf{}
		for _, p := range []verifier.Page{
			read("https://a.example/b.jwt", "application/vc+jwt", string(page.Token)+"\n"),
			read("https://a.example/linked", "text/html; charset=utf-8", `<p>Well done</p><a href="/gone.json">old</a> <a href="b.jwt#top">The badge</a>`),
			read("https://a.example/alternate", "text/html", `<link rel="alternate" type="application/vc+jwt" href="https://a.example/b.jwt">`),
			read("https://a.example/held", "text/html", `<script type="application/ld+json">`+string(page.Embedded)+`</script>`),
			read("https://a.example/blog", "text/html", `<a href="/other">more</a> <a href="http://a.example/b.jwt">plain</a> <script>"proof"</script>`),
			read("https://a.example/odd.json", "application/json", `{"a":1}`),
			read("https://a.example/badge.png", "image/png", string(badge)),
			read("https://a.example/plain.png", "image/png", string(plain)),
			read("https://a.example/pictures", "text/html", `<a href="plain.png">a tree</a> <a href="badge.png">my badge</a>`),
			{Address: "https://a.example/long.json", ContentType: "application/json", Body: page.Embedded, Cut: true},
		} {
			pages[p.Address] = p
		}
		amara := w.person(t, "Amara Okafor", w.school, competency.Learner)
		by := func(who competency.Actor, address string) (competency.EvidenceID, error) {
			return w.AddOutside(ctx, who, Once{}, NewOutside{Address: address})
		}
		_, err = by(amara, "https://a.example/b.jwt")
		want(t, "a server that reads no links", err, competency.ErrInvalid)
		w.Pages = pages
		for address, says := range map[string]string{
			"https://a.example/blog":      "No credential was found at this address",
			"https://a.example/nothing":   "could not be read just now",
			"https://a.example/odd.json":  "",
			"https://a.example/long.json": "No credential was found",
			"https://a.example/plain.png": "No credential was found",
			w.PublicURL + "/c/never":      "No credential is shown at this address",
		} {
			_, err := by(amara, address)
			want(t, address, err, competency.ErrInvalid)
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v", address, err)
			}
		}
		_, err = w.AddOutside(ctx, amara, Once{}, NewOutside{Document: plain})
		want(t, "a picture that carries nothing", err, competency.ErrInvalid)
		_, err = by(w.teacher, "https://a.example/b.jwt")
		want(t, "a teacher, who learns at no school", err, competency.ErrNotFound)
		for i, address := range []string{
			"https://a.example/b.jwt", "https://a.example/linked", "https://a.example/alternate", "https://a.example/held",
			"https://a.example/badge.png", "https://a.example/pictures", w.PublicURL + "/c/" + c.Page + ".jwt",
		} {
			who := w.person(t, "Amara Okafor "+strings.Repeat("I", i+1), w.school, competency.Learner)
			id, err := by(who, address)
			if err != nil {
				t.Errorf("%s: %v", address, err)
				continue
			}
			v, err := w.Evidence(ctx, who, id)
			if err != nil || v.Outside == nil || v.Outside.State != competency.OutsideVerified || !slices.Equal(v.Links, []string{address}) {
				t.Errorf("%s: %+v, %v", address, v.Outside, err)
			}
		}
		if own, _, err := w.Outsides(ctx, amara); err != nil || len(own) != 0 {
			t.Errorf("something refused was stored: %d, %v", len(own), err)
		}
	})
}
