package did

import (
	"encoding/base64"
	"fmt"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// Local resolves a DID that carries its key in itself: did:key and did:jwk. The
// bool is false for other methods. The error is ErrSyntax or proof.ErrKey.
func Local(s string) (*Document, bool, error) {
	d, err := Parse(s)
	if err != nil {
		return nil, false, err
	}
	switch d.Method {
	case "key":
		k, err := proof.ParseMultikey(d.Specific)
		if err != nil {
			return nil, true, err
		}
		k.ID = s + "#" + d.Specific
		return ownKey(s, k), true, nil
	case "jwk":
		k, err := jwkKey(d.Specific)
		if err != nil {
			return nil, true, err
		}
		k.ID = s + "#0"
		return ownKey(s, k), true, nil
	}
	return nil, false, nil
}

// ownKey is the document of an identifier that carries its only key, for every purpose.
func ownKey(id string, k proof.Key) *Document {
	all := []method{{key: k}}
	return &Document{ID: id, methods: all, presenting: all}
}

// jwkKey reads the key of a did:jwk.
func jwkKey(specific string) (proof.Key, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(specific)
	if err != nil {
		return proof.Key{}, fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	n, err := credentials.Parse(raw)
	if err != nil {
		return proof.Key{}, fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	return proof.ParseJWK(n)
}
