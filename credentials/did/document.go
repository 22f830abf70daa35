package did

import (
	"encoding/json"
	"fmt"
	"strings"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// Document is what a DID document says about keys. It is never changed after it was read.
type Document struct {
	// ID is the DID that the document is about.
	ID string
	// methods are the verification methods that may make assertions.
	methods []method
}

// method is a verification method under assertionMethod.
type method struct {
	key proof.Key // ID is the absolute DID URL
	kid string    // the member kid of its JWK
	err error     // why the key is not accepted, or nil
}

// Keys are the accepted keys that may sign credentials, in the order of the
// document. A key that stands there in two forms is given once, by its first.
func (d *Document) Keys() []proof.Key {
	var out []proof.Key
	seen := make(map[string]bool, len(d.methods))
	for _, m := range d.methods {
		if m.err != nil {
			continue
		}
		if thumbprint := m.key.Thumbprint(); !seen[thumbprint] {
			seen[thumbprint] = true
			out = append(out, m.key)
		}
	}
	return out
}

// Find gives the key that kid names: a DID URL of this document, a fragment of
// it, or the kid of one of its JWKs. The error is ErrNoKey when the document has no such
// assertion method, and proof.ErrKey when it has but the key is not accepted.
func (d *Document) Find(kid string) (proof.Key, error) {
	for _, m := range d.methods {
		if kid != "" && (m.key.ID == kid || m.key.ID == d.ID+"#"+strings.TrimPrefix(kid, "#") || m.kid == kid) {
			return m.key, m.err
		}
	}
	return proof.Key{}, ErrNoKey
}

// FindThumbprint gives the key with this RFC 7638 thumbprint; the error is ErrNoKey.
func (d *Document) FindThumbprint(thumbprint string) (proof.Key, error) {
	for _, k := range d.Keys() {
		if k.Thumbprint() == thumbprint {
			return k, nil
		}
	}
	return proof.Key{}, ErrNoKey
}

// ParseDocument reads a DID document or a controlled identifier document about
// id. It is strict about what matters: the document's id is id, and a method
// counts only when id controls it and assertionMethod lists it. Methods of
// unknown types are passed over. The error is ErrDocument.
func ParseDocument(id string, data []byte) (*Document, error) {
	n, err := credentials.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDocument, err)
	}
	if got := n.Get("id").Text(); id == "" || got != id {
		return nil, fmt.Errorf("%w: it is about %q", ErrDocument, got)
	}
	d := &Document{ID: id}
	for _, m := range n.Get("assertionMethod").List() {
		if m.Kind() == credentials.String {
			m = findMethod(n, absolute(id, m.Text()))
		}
		if m.Kind() == credentials.Object && m.Get("controller").Text() == id {
			if one, ok := readMethod(id, m); ok {
				d.methods = append(d.methods, one)
			}
		}
	}
	return d, nil
}

// absolute makes a relative DID URL absolute.
func absolute(id, ref string) string {
	if strings.HasPrefix(ref, "#") {
		return id + ref
	}
	return ref
}

// findMethod finds the verificationMethod with an absolute id, or nil.
func findMethod(doc *credentials.Node, ref string) *credentials.Node {
	id := doc.Get("id").Text()
	for _, m := range doc.Get("verificationMethod").List() {
		if absolute(id, m.Get("id").Text()) == ref {
			return m
		}
	}
	return nil
}

func readMethod(id string, m *credentials.Node) (method, bool) {
	ref := absolute(id, m.Get("id").Text())
	if !strings.HasPrefix(ref, id+"#") {
		return method{}, false
	}
	out := method{}
	switch m.Get("type").Text() {
	case "JsonWebKey", "JsonWebKey2020":
		jwk := m.Get("publicKeyJwk")
		out.kid = jwk.Get("kid").Text()
		out.key, out.err = proof.ParseJWK(jwk)
	case "Multikey", "Ed25519VerificationKey2020":
		out.key, out.err = proof.ParseMultikey(m.Get("publicKeyMultibase").Text())
	default:
		return method{}, false
	}
	out.key.ID = ref
	return out, true
}

// webMethod is one verification method as Laurel publishes it.
type webMethod struct {
	ID         string     `json:"id"`
	Type       string     `json:"type"`
	Controller string     `json:"controller"`
	JWK        *proof.JWK `json:"publicKeyJwk,omitempty"`
	Multibase  string     `json:"publicKeyMultibase,omitempty"`
}

// Build writes the DID document of an organisation: each key under
// assertionMethod in two forms, a JsonWebKey that tokens name and a Multikey
// that embedded proofs name (see [MethodID]). Retired keys stay, so that what
// they signed can still be checked. The ID of every key is a DID URL of id.
func Build(id string, keys []proof.Key) ([]byte, error) {
	if _, err := Parse(id); err != nil {
		return nil, fmt.Errorf("building the DID document of %q: %w", id, err)
	}
	doc := struct {
		Context   []string    `json:"@context"`
		ID        string      `json:"id"`
		Methods   []webMethod `json:"verificationMethod"`
		Assertion []string    `json:"assertionMethod"`
	}{
		Context: []string{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1", "https://w3id.org/security/multikey/v1"},
		ID:      id, Methods: []webMethod{}, Assertion: []string{},
	}
	for _, k := range keys {
		if !strings.HasPrefix(k.ID, id+"#") {
			return nil, fmt.Errorf("building the DID document of %q: the key %q is another's", id, k.ID)
		}
		jwk := k.JWK()
		forms := []webMethod{{ID: k.ID, Type: "JsonWebKey", Controller: id, JWK: &jwk}}
		if text := k.Multikey(); text != "" {
			forms = append(forms, webMethod{ID: MethodID(id, k), Type: "Multikey", Controller: id, Multibase: text})
		}
		for _, m := range forms {
			doc.Methods = append(doc.Methods, m)
			doc.Assertion = append(doc.Assertion, m.ID)
		}
	}
	return json.Marshal(doc)
}

// KeyID is the verification method of a key of ours: <did>#<thumbprint>.
func KeyID(id string, k proof.Key) string { return id + "#" + k.Thumbprint() }

// MethodID is the verification method that an embedded proof names for a key
// of ours: <did>#<multikey>, the form that every verifier of Data Integrity reads.
func MethodID(id string, k proof.Key) string { return id + "#" + k.Multikey() }

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
