package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// verifyPresentation answers 200 for a presentation that stands every check,
// else 400. It need not be signed, nor need the credentials in it; where one is,
// its proof must be good, and a holder's must answer the challenge and the
// domain of the options.
func (m *Conformance) verifyPresentation(c *gin.Context) {
	n, err := conformanceBody(c, "verifiablePresentation", "options")
	if err == nil {
		err = m.presentation(c.Request.Context(), n.Get("verifiablePresentation"), n.Get("options"))
	}
	m.verified(c, err)
}

func (m *Conformance) presentation(ctx context.Context, doc, options *credentials.Node) error {
	if doc.Get("type").Has(credentials.TypeEnvelopedPresentation) {
		return m.envelopedPresentation(ctx, doc, options)
	}
	if err := m.contents(ctx, doc.Without("proof")); err != nil {
		return err
	}
	if doc.Get("proof") == nil {
		return nil
	}
	if err := lossless(ctx, doc); err != nil {
		return err
	}
	results, err := proof.CheckPresented(ctx, doc, m.Now(), func(_ context.Context, method string) (proof.Key, error) {
		return presenterKey(method)
	})
	if err != nil {
		return err
	}
	for i, r := range results {
		at := "/proof/" + strconv.Itoa(i)
		if !r.OK() {
			return &conformanceError{problemCrypto, at, strings.TrimSpace(r.Code + " " + r.Member)}
		}
		if err := holds(doc, at, ownerOf(r.Method)); err != nil {
			return err
		}
		if err := answersAsked(options, at, r.Challenge, r.Domains); err != nil {
			return err
		}
	}
	return nil
}

// contents checks a presentation but for its own signature.
func (m *Conformance) contents(ctx context.Context, doc *credentials.Node) error {
	list, err := checkPresentation(doc)
	if err != nil {
		return err
	}
	if err := lossless(ctx, doc); err != nil {
		return err
	}
	for i, n := range list {
		if err := m.credential(ctx, n, false); err != nil {
			return fmt.Errorf("credential %d: %w", i, err)
		}
	}
	return nil
}

// envelopedPresentation checks a presentation in a token (VC-JOSE-COSE §3.1.2).
func (m *Conformance) envelopedPresentation(ctx context.Context, doc, options *credentials.Node) error {
	media, token, ok := credentials.OpenEnvelope(doc)
	if !ok || media != "application/"+proof.TypeVP {
		return malformedValue("/id", "it is not an envelope that holds a presentation as a JWT and nothing else")
	}
	opened, err := openToken(proof.TypeVP, []byte(token), func(h proof.Header) (proof.Key, error) { return presenterKey(h.KeyID) })
	if err != nil {
		return err
	}
	if err := holds(opened.doc, "/holder", opened.owner); err != nil {
		return err
	}
	if err := answersAsked(options, "/id", opened.doc.Get("nonce").Text(), opened.doc.Get("aud").Texts()); err != nil {
		return err
	}
	return m.contents(ctx, opened.doc.Without(append(credentials.ClaimNames(), "nonce")...))
}

// holds asks that the owner of a key is the holder that a presentation names, if it names one.
func holds(doc *credentials.Node, at, owner string) error {
	if holder := credentials.HolderID(doc); holder != "" && holder != owner {
		return &conformanceError{problemCrypto, at, "the key is not the holder's"}
	}
	return nil
}

// answersAsked compares a holder's signature with the challenge and the domain of the options.
func answersAsked(options *credentials.Node, at, challenge string, domains []string) error {
	if want := options.Get("challenge"); want != nil && want.Text() != challenge {
		return &conformanceError{problemCrypto, at, "it answers another challenge"}
	}
	if want := options.Get("domain"); want != nil && !slices.Contains(domains, want.Text()) {
		return &conformanceError{problemCrypto, at, "it is for another domain"}
	}
	return nil
}
