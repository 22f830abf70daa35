package credentials

import (
	"crypto/md5" //nolint:gosec // OB 3.0 lets identities of others be hashed with it; none is made here
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// Identity is one way to recognise the person (OB 3.0 data model, IdentityObject).
type Identity struct {
	Type identityTag `json:"type"`
	// Hashed is true when Hash is sha256$ and the hash of identifier and Salt.
	Hashed bool   `json:"hashed"`
	Hash   string `json:"identityHash"`
	// Kind is a word of the identifierType vocabulary: name, emailAddress, …
	Kind string `json:"identityType"`
	Salt string `json:"salt,omitempty"`
}

// Kinds of identities that Laurel writes (OB 3.0 data model, identifierType).
const (
	KindName  = "name"
	KindEmail = "emailAddress"
)

// NameIdentity gives the person's name in plain text.
func NameIdentity(name string) Identity { return Identity{Hash: name, Kind: KindName} }

// HashedIdentity gives an identifier that only those who know it can recognise:
// sha256$ and the SHA-256 of the UTF-8 of identifier and salt (OB 3.0,
// IdentityHash). White space around it is cut, and an e-mail address is written
// in lower case, since OB 3.0 leaves its case open. The salt is a fresh one of [NewSalt].
func HashedIdentity(kind, identifier, salt string) Identity {
	return Identity{Hashed: true, Hash: hashIdentity(sha256Prefix, normal(kind, identifier)+salt), Kind: kind, Salt: salt}
}

// NewSalt gives 128 random bits as base64url without padding.
func NewSalt(rand io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("drawing a salt: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// Matches tells whether the identity is that of identifier, as it was given or
// as [HashedIdentity] would have written it. kind must be the identity's own.
func (i Identity) Matches(kind, identifier string) bool {
	if i.Kind != kind || identifier == "" {
		return false
	}
	for _, known := range [...]string{identifier, normal(kind, identifier)} {
		if !i.Hashed {
			if i.Hash == known || kind == KindEmail && normal(kind, i.Hash) == known {
				return true
			}
			continue
		}
		prefix, hash, ok := strings.Cut(i.Hash, "$")
		if want := hashIdentity(prefix+"$", known+i.Salt); ok && want != "" && strings.EqualFold(prefix+"$"+hash, want) {
			return true
		}
	}
	return false
}

// IdentityOf reads an IdentityObject of a received document.
func IdentityOf(n *Node) Identity {
	return Identity{
		Hashed: n.Get("hashed").True(), Hash: n.Get("identityHash").Text(),
		Kind: n.Get("identityType").Text(), Salt: n.Get("salt").Text(),
	}
}

// IdentitiesOf reads the identities of a document's subject, which may be none.
func IdentitiesOf(doc *Node) []Identity {
	var list []Identity
	for _, n := range doc.Path("credentialSubject", "identifier").List() {
		list = append(list, IdentityOf(n))
	}
	return list
}

// Prefixes of hashed identities (OB 3.0, IdentityHash).
const (
	sha256Prefix = "sha256$"
	md5Prefix    = "md5$"
)

// hashIdentity gives prefix and hash in lower-case hexadecimal, or "" for another prefix.
func hashIdentity(prefix, text string) string {
	switch prefix {
	case sha256Prefix:
		sum := sha256.Sum256([]byte(text))
		return prefix + hex.EncodeToString(sum[:])
	case md5Prefix:
		sum := md5.Sum([]byte(text)) //nolint:gosec // see the import
		return prefix + hex.EncodeToString(sum[:])
	}
	return ""
}

// normal is an identifier as Laurel writes it before hashing.
func normal(kind, identifier string) string {
	identifier = strings.TrimSpace(identifier)
	if kind == KindEmail {
		return strings.ToLower(identifier)
	}
	return identifier
}
