package verifier

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"laurel/credentials/did"
	"laurel/credentials/proof"
)

// documentKey names the bytes of a document about an issuer.
type documentKey struct {
	id  string
	sum [sha256.Size]byte
}

// foundKey is the key that signed, and the answer to whose it is. key is zero when there is none.
type foundKey struct {
	key   proof.Key
	check Check
}

// findKey finds the key that a token's header names, in what the issuer itself
// publishes, and judges whether it was in use at the time.
func (v *Verifier) findKey(ctx context.Context, issuer string, h proof.Header, at time.Time) foundKey {
	answer := func(o Outcome, code string) foundKey {
		return foundKey{check: check(Key, o, code, "issuer", issuer, "key", h.KeyID)}
	}
	if issuer == "" {
		return answer(Fail, CodeIssuerMissing)
	}
	if owner, _, absolute := strings.Cut(h.KeyID, "#"); absolute && owner != "" && owner != issuer {
		return answer(Fail, CodeKeyNotControlled) // no document of the issuer can make another's key its own
	}
	doc, err := v.document(ctx, issuer)
	switch {
	case errors.Is(err, ErrNotHeld):
		return answer(Unknown, CodeIssuerUnreachable)
	case err != nil:
		return answer(Unknown, CodeIssuerUnreadable)
	}
	key, code := named(doc, h)
	if code != "" {
		return answer(Fail, code)
	}
	return foundKey{key: key, check: v.inUse(ctx, issuer, key, at)}
}

// named gives the key of the document that the header names by kid, by jwk, or
// by naming none where there is only one; else the code of what is wrong.
func named(doc *did.Document, h proof.Header) (proof.Key, string) {
	var key proof.Key
	var err error
	switch keys := doc.Keys(); {
	case h.KeyID != "":
		key, err = doc.Find(h.KeyID)
	case h.Key != nil:
		key, err = doc.FindThumbprint(h.Key.Thumbprint())
	case len(keys) == 1:
		key = keys[0]
	default:
		return proof.Key{}, CodeKeyNotNamed
	}
	switch {
	case errors.Is(err, proof.ErrKey):
		return proof.Key{}, proof.CodeAlgorithmRefused
	case err != nil, h.Key != nil && h.Key.Thumbprint() != key.Thumbprint():
		return proof.Key{}, CodeKeyNotControlled
	}
	return key, ""
}

// document gives the issuer's document: from the DID itself, or from the key source.
func (v *Verifier) document(ctx context.Context, issuer string) (*did.Document, error) {
	if strings.HasPrefix(issuer, "did:") {
		if doc, local, err := did.Local(issuer); local || err != nil {
			return doc, err
		}
	}
	raw, err := v.keys.Document(ctx, issuer)
	if err != nil {
		return nil, ErrNotHeld
	}
	return v.documents.get(documentKey{issuer, sha256.Sum256(raw)}, func() (*did.Document, error) {
		return did.ParseDocument(issuer, raw)
	})
}

// inUse judges the key's life against the date that the document bears.
func (v *Verifier) inUse(ctx context.Context, issuer string, key proof.Key, at time.Time) Check {
	answer := func(o Outcome, code string, when time.Time) Check {
		text := ""
		if !when.IsZero() {
			text = when.UTC().Format(time.RFC3339)
		}
		return check(Key, o, code, "issuer", issuer, "key", key.ID, "at", text)
	}
	life, err := v.keyTimes(ctx, issuer, key)
	switch {
	case err != nil:
		return answer(Unknown, CodeIssuerUnreachable, time.Time{})
	case !life.Compromised.IsZero():
		return answer(Fail, CodeKeyCompromised, life.Compromised)
	case !life.Activated.IsZero() && at.Before(life.Activated.Add(-Skew)):
		return answer(Fail, CodeKeyNotInUse, life.Activated)
	case !life.Retired.IsZero() && at.After(life.Retired.Add(Skew)):
		return answer(Fail, CodeKeyNotInUse, life.Retired)
	case !life.Retired.IsZero():
		return answer(Pass, CodeKeyRetired, life.Retired)
	}
	return answer(Pass, CodeKeyControlled, time.Time{})
}

// keyTimes gives the life of a key, whichever of its names a document used:
// one key stands in a DID document as a JWK and as a Multikey.
func (v *Verifier) keyTimes(ctx context.Context, issuer string, key proof.Key) (KeyTimes, error) {
	life, err := v.keys.KeyTimes(ctx, did.KeyID(issuer, key))
	if err != nil || life != (KeyTimes{}) || key.ID == did.KeyID(issuer, key) {
		return life, err
	}
	return v.keys.KeyTimes(ctx, key.ID)
}
