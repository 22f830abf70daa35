package verifier

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"

	"laurel/credentials/did"
	"laurel/credentials/proof"
)

// documentKey names the bytes of a document about an issuer.
type documentKey struct {
	id  string
	set bool // a key set
	sum [sha256.Size]byte
}

// place is one of the documents in which an issuer says which keys are its own,
// or why it could not be read.
type place struct {
	doc *did.Document
	// at is when the document was fetched; zero for one that is held, and for an
	// identifier that carries its key.
	at    time.Time
	stale bool
	err   error
}

// places reads the documents in which an issuer may say which keys are its own,
// in turn, until yield has found what it looked for: the identifier itself, what is
// held, and then, unless it is our own host's, what the issuer publishes.
// A did:web has its document, an https address its controlled identifier
// document and the key set of its host (OB 3.0 implementation guide).
func (v *Verifier) places(ctx context.Context, issuer string, yield func(place) bool) {
	if strings.HasPrefix(issuer, "did:") {
		if doc, local, err := did.Local(issuer); local || err != nil {
			yield(place{doc: doc, err: unreadable(err)})
			return
		}
	}
	raw, err := v.keys.Document(ctx, issuer)
	if err == nil {
		doc, err := v.parsed(issuer, raw, false)
		if !yield(place{doc: doc, err: unreadable(err)}) {
			return
		}
	}
	host := authority(issuer)
	if v.fetch == nil || host == "" || v.fetch.isOwn(host) {
		if err != nil {
			yield(place{err: unreachable("not_held")})
		}
		return
	}
	document, isWeb := issuer, strings.HasPrefix(issuer, "did:web:")
	if isWeb {
		if document, err = did.WebURL(issuer); err != nil {
			yield(place{err: unreadable(err)})
			return
		}
	}
	if yield(v.fetchPlace(ctx, issuer, document, false)) && !isWeb {
		yield(v.fetchPlace(ctx, issuer, "https://"+host+"/.well-known/jwks.json", true))
	}
}

// fetchPlace fetches a document about an issuer, or the key set of its host.
func (v *Verifier) fetchPlace(ctx context.Context, issuer, address string, set bool) place {
	got, err := v.fetch.get(ctx, keyDocument, address)
	if err != nil {
		return place{err: err}
	}
	doc, err := v.parsed(issuer, got.body, set)
	return place{doc: doc, at: got.at, stale: got.stale, err: unreadable(err)}
}

// parsed reads a document, or answers what was read from the same bytes before.
func (v *Verifier) parsed(issuer string, raw []byte, set bool) (*did.Document, error) {
	return v.documents.get(documentKey{issuer, set, sha256.Sum256(raw)}, func() (*did.Document, error) {
		if set {
			return did.ParseKeySet(issuer, raw)
		}
		return did.ParseDocument(issuer, raw)
	})
}

// unreadable makes a document that cannot be used a *fetchError; nil stays nil.
func unreadable(err error) error {
	if err == nil {
		return nil
	}
	return &fetchError{code: CodeIssuerUnreadable, reason: "document"}
}

// sought is what came of looking for a key.
type sought struct {
	key   proof.Key
	place place
	// revoked is since when the issuer's own document withdraws the key; zero for never.
	revoked time.Time
	// code and reason say why there is none.
	code, reason string
}

// outcome is how a look that found no key ends: it is known that the key is
// not the issuer's, or it is not known.
func (s sought) outcome() Outcome {
	switch s.code {
	case CodeIssuerUnreachable, CodeIssuerUnreadable, CodeFetchRefused:
		return Unknown
	}
	return Fail
}

// seek looks for the key that a header names in the issuer's own documents. All
// of them must have been read before it can say that the key is not in them.
func (v *Verifier) seek(ctx context.Context, issuer string, h proof.Header) sought {
	var got sought
	var misses []sought
	v.places(ctx, issuer, func(p place) bool {
		if failed, ok := errors.AsType[*fetchError](p.err); ok {
			misses = append(misses, sought{code: failed.code, reason: failed.reason, place: p})
			return true
		}
		doc := p.doc
		if v.holders {
			doc = doc.Presenting()
		}
		if key, at, withdrawn := revoked(doc, h); withdrawn && !at.After(v.now()) {
			got = sought{key: key, place: p, revoked: at}
			return false
		}
		key, code := named(doc, h)
		if code == "" {
			got = sought{key: key, place: p}
			return false
		}
		misses = append(misses, sought{code: code, place: p})
		return true
	})
	if got.key.Public != nil {
		return got
	}
	return worst(misses)
}

// worst sums up where a key was not found. A document that could not be reached
// might hold it; one that its host says is not there, or that is no such document
// (a page for people), does not, if another was read.
func worst(misses []sought) sought {
	read := slices.IndexFunc(misses, func(m sought) bool { return m.place.err == nil })
	for _, m := range misses {
		failed, ok := errors.AsType[*fetchError](m.place.err)
		if ok && (read < 0 || !failed.absent && failed.code != CodeIssuerUnreadable) {
			return m
		}
	}
	for _, code := range []string{proof.CodeAlgorithmRefused, CodeKeyPurpose} { // what is more exact than "not among them"
		if i := slices.IndexFunc(misses, func(m sought) bool { return m.code == code }); i >= 0 {
			return misses[i]
		}
	}
	return misses[read]
}

// seekAddress looks at the address that a header names as kid, where one key
// stands (OB 3.0 §8.2.1, Controlled Identifiers 1.0). Whoever serves an address
// can write any owner into it, so that the key counts only if the issuer's own
// documents name this address or hold the same key.
func (v *Verifier) seekAddress(ctx context.Context, issuer, kid string) sought {
	if v.fetch == nil {
		return sought{code: CodeIssuerUnreachable, reason: "not_held"}
	}
	got, err := v.fetch.get(ctx, keyDocument, kid)
	if failed, ok := errors.AsType[*fetchError](err); ok {
		return sought{code: failed.code, reason: failed.reason}
	}
	lone, err := did.ParseLone(got.body)
	switch {
	case errors.Is(err, proof.ErrKey):
		return sought{code: proof.CodeAlgorithmRefused}
	case err != nil:
		return sought{code: CodeIssuerUnreadable, reason: "document"}
	}
	if lone.ID == kid && lone.Controller == issuer && v.refers(ctx, issuer, kid) {
		lone.Key.ID = kid
		return sought{key: lone.Key, place: place{at: got.at, stale: got.stale}}
	}
	return v.seek(ctx, issuer, proof.Header{Key: &lone.Key})
}

// refers tells whether one of the issuer's documents names an address as one of its assertion methods.
func (v *Verifier) refers(ctx context.Context, issuer, kid string) bool {
	found := false
	v.places(ctx, issuer, func(p place) bool {
		found = p.err == nil && p.doc.Refers(kid)
		return !found
	})
	return found
}
