package verifier

import (
	"context"
	"errors"
	"strings"
	"time"

	"laurel/credentials/did"
	"laurel/credentials/proof"
)

// foundKey is the key that signed, and the answer to whose it is. key is zero when there is none.
type foundKey struct {
	key   proof.Key
	check Check
}

// findKey finds the key that a token's header names, in what the issuer itself
// publishes, and judges whether it was in use at the time.
func (v *Verifier) findKey(ctx context.Context, issuer string, h proof.Header, at time.Time) foundKey {
	if issuer == "" {
		return foundKey{check: check(Key, Fail, CodeIssuerMissing, "key", h.KeyID)}
	}
	if isAnothers(issuer, h.KeyID) {
		return foundKey{check: check(Key, Fail, CodeKeyNotControlled, "issuer", issuer, "key", h.KeyID)}
	}
	s := v.seek(ctx, issuer, h)
	if s.code == CodeKeyNotControlled && h.Key == nil && strings.HasPrefix(h.KeyID, "https://") && !strings.Contains(h.KeyID, "#") {
		s = v.seekAddress(ctx, issuer, h.KeyID)
	}
	if s.key.Public == nil {
		return foundKey{check: check(Key, s.outcome(), s.code, "issuer", issuer, "key", h.KeyID, "reason", s.reason)}
	}
	if !s.revoked.IsZero() {
		return foundKey{key: s.key, check: check(Key, Fail, CodeKeyCompromised,
			"issuer", issuer, "key", s.key.ID, "at", s.revoked.UTC().Format(time.RFC3339))}
	}
	c := v.inUse(ctx, issuer, s.key, at)
	if c.Outcome == Pass && !s.place.at.IsZero() {
		c.Params["as_of"] = s.place.at.UTC().Format(time.RFC3339)
		if s.place.stale && c.Code == CodeKeyControlled {
			c.Code = CodeKeyControlledThen
		}
	}
	return foundKey{key: s.key, check: c}
}

// isAnothers tells whether the name of a key says that it is somebody else's
// than the issuer's: no document of the issuer can make another's key its own.
// An address of the issuer's own host may be the issuer's; seek decides.
func isAnothers(issuer, kid string) bool {
	owner, _, absolute := strings.Cut(kid, "#")
	if owner == "" || owner == issuer {
		return false
	}
	if strings.HasPrefix(kid, "https://") {
		return authority(owner) == "" || authority(owner) != authority(issuer)
	}
	return absolute || strings.HasPrefix(kid, "did:") || strings.HasPrefix(kid, "http:")
}

// named gives the key of the document that the header names by kid, by jwk, or
// by naming none where there is only one; else the code of what is wrong.
func named(doc *did.Document, h proof.Header) (proof.Key, string) {
	var key proof.Key
	var err error
	switch {
	case h.KeyID != "":
		key, err = doc.Find(h.KeyID)
	case h.Key != nil:
		key, err = doc.FindThumbprint(h.Key.Thumbprint())
	default:
		keys := doc.Keys()
		if len(keys) != 1 {
			return proof.Key{}, CodeKeyNotNamed
		}
		key = keys[0]
	}
	switch {
	case errors.Is(err, proof.ErrKey):
		return proof.Key{}, proof.CodeAlgorithmRefused
	case errors.Is(err, did.ErrPurpose):
		return proof.Key{}, CodeKeyPurpose
	case err != nil, h.Key != nil && h.Key.Thumbprint() != key.Thumbprint():
		return proof.Key{}, CodeKeyNotControlled
	}
	return key, ""
}

// revoked gives the key that the header names if the document withdraws it.
func revoked(doc *did.Document, h proof.Header) (proof.Key, time.Time, bool) {
	thumbprint := ""
	if h.KeyID == "" && h.Key != nil {
		thumbprint = h.Key.Thumbprint()
	}
	return doc.Revoked(h.KeyID, thumbprint)
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
	case life.Pending:
		return answer(Fail, CodeKeyNotInUse, time.Time{})
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
