package did

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// Document is what a DID document says about keys. It is never changed after it was read.
type Document struct {
	// ID is the DID that the document is about.
	ID string
	// methods are the verification methods that may make assertions.
	methods []method
	// others are listed for other purposes alone.
	others []method
	// presenting are those under authentication, which may be among the others.
	presenting []method
	// withdrawn are those of methods and others that may not be relied on any more.
	withdrawn []method
	// references are assertion methods that the document names and does not hold.
	references []string
}

// method is a verification method under assertionMethod.
type method struct {
	key proof.Key // ID is the absolute DID URL
	kid string    // the member kid of its JWK
	err error     // why the key is not accepted, or nil
	// revoked is since when nothing that the key signs or signed may be relied on; zero for never.
	revoked time.Time
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

// Presenting is the document with the keys by which its owner shows who is
// there, those under authentication, in place of those that make assertions
// (Controlled Identifiers 1.0, verification relationships). It is nil for nil.
func (d *Document) Presenting() *Document {
	if d == nil {
		return nil
	}
	return &Document{ID: d.ID, methods: d.presenting, others: slices.Concat(d.methods, d.others), withdrawn: d.withdrawn}
}

// Find gives the key that kid names: a DID URL of this document, a fragment of
// it, or the kid of one of its JWKs. The error is ErrNoKey when the document has no such
// assertion method (ErrPurpose when it lists the key for other purposes alone),
// and proof.ErrKey when it has but the key is not accepted.
func (d *Document) Find(kid string) (proof.Key, error) {
	named := func(m method) bool { return m.named(d.ID, kid) }
	if i := slices.IndexFunc(d.methods, named); i >= 0 {
		return d.methods[i].key, d.methods[i].err
	}
	if slices.ContainsFunc(d.others, named) {
		return proof.Key{}, ErrPurpose
	}
	return proof.Key{}, ErrNoKey
}

// FindThumbprint gives the key with this RFC 7638 thumbprint; the error is
// ErrNoKey, or ErrPurpose for a key that is listed for other purposes alone.
func (d *Document) FindThumbprint(thumbprint string) (proof.Key, error) {
	for _, k := range d.Keys() {
		if k.Thumbprint() == thumbprint {
			return k, nil
		}
	}
	for _, m := range d.others {
		if m.err == nil && m.key.Thumbprint() == thumbprint {
			return proof.Key{}, ErrPurpose
		}
	}
	return proof.Key{}, ErrNoKey
}

// Revoked gives the key that kid names, or the one with the thumbprint if kid is
// empty, and since when its owner has withdrawn it (Controlled Identifiers 1.0,
// revoked), whatever purposes it is or was listed for. The bool is false for a
// key that is not withdrawn.
func (d *Document) Revoked(kid, thumbprint string) (proof.Key, time.Time, bool) {
	for _, m := range d.withdrawn {
		if m.named(d.ID, kid) || kid == "" && m.key.Thumbprint() == thumbprint {
			return m.key, m.revoked, true
		}
	}
	return proof.Key{}, time.Time{}, false
}

// named tells whether kid is a name of the method in the document with the id.
func (m method) named(id, kid string) bool {
	return kid != "" && (m.key.ID == kid || m.key.ID == id+"#"+strings.TrimPrefix(kid, "#") || m.kid == kid)
}

// Refers tells whether the document names url as one of its assertion methods
// without holding the method itself: it stands at that address
// (Controlled Identifiers 1.0, verification relationships).
func (d *Document) Refers(url string) bool { return slices.Contains(d.references, url) }

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
	listed := make(map[string]bool)
	for _, m := range n.Get("assertionMethod").List() {
		ref := absolute(id, m.Text())
		if m.Kind() == credentials.String {
			m = findMethod(n, ref)
			if m == nil && ref != "" {
				d.references = append(d.references, ref)
			}
		}
		if one, ok := readOwn(id, m); ok {
			d.methods = append(d.methods, one)
			listed[one.key.ID] = true
		}
	}
	for _, purpose := range []string{"verificationMethod", "authentication", "keyAgreement", "capabilityInvocation", "capabilityDelegation"} {
		for _, m := range n.Get(purpose).List() {
			if one, ok := readOwn(id, m); ok && !listed[one.key.ID] {
				d.others = append(d.others, one)
			}
		}
	}
	for _, m := range n.Get("authentication").List() {
		if m.Kind() == credentials.String {
			m = findMethod(n, absolute(id, m.Text()))
		}
		if one, ok := readOwn(id, m); ok {
			d.presenting = append(d.presenting, one)
		}
	}
	for _, m := range slices.Concat(d.methods, d.others) {
		if m.err == nil && !m.revoked.IsZero() {
			d.withdrawn = append(d.withdrawn, m)
		}
	}
	return d, nil
}

// readOwn reads a verification method that id itself controls.
func readOwn(id string, m *credentials.Node) (method, bool) {
	if m.Kind() != credentials.Object || m.Get("controller").Text() != id {
		return method{}, false
	}
	return readMethod(id, m)
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
	out, ok := readKey(m)
	out.key.ID = ref
	return out, ok
}

// readKey reads the key of a verification method, whatever its id. The bool is
// false for a type that is not known.
func readKey(m *credentials.Node) (method, bool) {
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
	if text := m.Get("revoked"); text != nil {
		// A date that cannot be read withdraws the key all the same.
		if at, err := credentials.ParseTime(text.Text()); err == nil && !at.IsZero() {
			out.revoked = at
		} else {
			out.revoked = time.Unix(0, 0).UTC()
		}
	}
	return out, true
}

// webMethod is one verification method as Laurel publishes it.
type webMethod struct {
	ID         string     `json:"id"`
	Type       string     `json:"type"`
	Controller string     `json:"controller"`
	JWK        *proof.JWK `json:"publicKeyJwk,omitempty"`
	Multibase  string     `json:"publicKeyMultibase,omitempty"`
	Revoked    string     `json:"revoked,omitempty"`
}

// Withdrawn is a key whose owner has withdrawn it, and since when.
type Withdrawn struct {
	Key proof.Key
	At  time.Time
}

// Build writes the DID document of an organisation: each key under
// assertionMethod in two forms, a JsonWebKey that tokens name and a Multikey
// that embedded proofs name (see [MethodID]). Retired keys stay, so that what
// they signed can still be checked. Withdrawn ones are named with the time, and
// make no assertions any more (Controlled Identifiers 1.0, revoked). The ID of
// every key is a DID URL of id.
func Build(id string, keys []proof.Key, withdrawn ...Withdrawn) ([]byte, error) {
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
		forms, err := methodsOf(id, k)
		if err != nil {
			return nil, err
		}
		for _, m := range forms {
			doc.Methods = append(doc.Methods, m)
			doc.Assertion = append(doc.Assertion, m.ID)
		}
	}
	for _, w := range withdrawn {
		forms, err := methodsOf(id, w.Key)
		if err != nil {
			return nil, err
		}
		for _, m := range forms {
			m.Revoked = w.At.UTC().Format(time.RFC3339)
			doc.Methods = append(doc.Methods, m)
		}
	}
	return json.Marshal(doc)
}

// methodsOf writes a key in its forms: as a JWK, and as a Multikey if its kind has one.
func methodsOf(id string, k proof.Key) ([]webMethod, error) {
	if !strings.HasPrefix(k.ID, id+"#") {
		return nil, fmt.Errorf("building the DID document of %q: the key %q is another's", id, k.ID)
	}
	jwk := k.JWK()
	forms := []webMethod{{ID: k.ID, Type: "JsonWebKey", Controller: id, JWK: &jwk}}
	if text := k.Multikey(); text != "" {
		forms = append(forms, webMethod{ID: MethodID(id, k), Type: "Multikey", Controller: id, Multibase: text})
	}
	return forms, nil
}

// KeyID is the verification method of a key of ours: <did>#<thumbprint>.
func KeyID(id string, k proof.Key) string { return id + "#" + k.Thumbprint() }

// MethodID is the verification method that an embedded proof names for a key
// of ours: <did>#<multikey>, the form that every verifier of Data Integrity reads.
func MethodID(id string, k proof.Key) string { return id + "#" + k.Multikey() }
