package did

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// KeySet writes keys as a JWK Set (RFC 7517 §5). Each key names its owner in
// iss, since one host serves several organisations (OB 3.0 implementation guide).
func KeySet(keys []proof.Key) ([]byte, error) {
	set := struct {
		Keys []proof.JWK `json:"keys"`
	}{Keys: []proof.JWK{}}
	for _, k := range keys {
		set.Keys = append(set.Keys, published(k))
	}
	return json.Marshal(set)
}

// SingleKey writes one key as a JWK, for the address that ends in its thumbprint.
func SingleKey(k proof.Key) ([]byte, error) { return json.Marshal(published(k)) }

func published(k proof.Key) proof.JWK {
	j := k.JWK()
	j.Use = "sig"
	j.Issuer, _, _ = strings.Cut(k.ID, "#")
	return j
}

// ParseKeySet reads the JWK Set that the host of an issuer publishes, as what it
// says about that issuer: keys whose member iss names another are passed over,
// and a key without iss is any issuer's of that host (OB 3.0 implementation
// guide). Keys for encryption or without a use for verifying count for nothing.
// The error is ErrDocument.
func ParseKeySet(issuer string, data []byte) (*Document, error) {
	n, err := credentials.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDocument, err)
	}
	if issuer == "" || n.Get("keys").Kind() != credentials.Array {
		return nil, fmt.Errorf("%w: it is not a key set", ErrDocument)
	}
	d := &Document{ID: issuer}
	for _, jwk := range n.Get("keys").List() {
		if jwk.Kind() != credentials.Object || jwk.Get("iss") != nil && jwk.Get("iss").Text() != issuer {
			continue
		}
		m := method{kid: jwk.Get("kid").Text()}
		m.key, m.err = proof.ParseJWK(jwk)
		if m.err == nil {
			m.key.ID = KeyID(issuer, m.key)
		}
		if operations := jwk.Get("key_ops"); operations != nil && !slices.Contains(operations.Texts(), "verify") {
			d.others = append(d.others, m)
			continue
		}
		d.methods = append(d.methods, m)
	}
	return d, nil
}

// Lone is one key that stands at an address of its own.
type Lone struct {
	Key proof.Key
	// ID and Controller are those of a verification method; empty for a bare JWK.
	ID, Controller string
}

// ParseLone reads what stands at the address of one key: a JWK (OB 3.0 §8.2.1,
// kid) or a verification method (Controlled Identifiers 1.0). What it says about
// its owner is a claim: only the owner's own document makes a key its own. The
// error is ErrDocument or proof.ErrKey.
func ParseLone(data []byte) (Lone, error) {
	n, err := credentials.Parse(data)
	if err != nil {
		return Lone{}, fmt.Errorf("%w: %w", ErrDocument, err)
	}
	if n.Get("kty") != nil {
		k, err := proof.ParseJWK(n)
		return Lone{Key: k}, err
	}
	m, ok := readKey(n)
	if !ok {
		return Lone{}, fmt.Errorf("%w: it is not a key", ErrDocument)
	}
	out := Lone{Key: m.key, ID: n.Get("id").Text(), Controller: n.Get("controller").Text()}
	out.Key.ID = out.ID
	return out, m.err
}
