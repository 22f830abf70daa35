package credentials

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

// claimNames are the JWT claims that may stand beside the members of a credential
// in a VC-JWT (VC-JOSE-COSE, OB 3.0 JSON Web Token proof format, RFC 7519 §4.1).
var claimNames = []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"}

// ClaimNames lists the JWT claims that may stand beside a credential's members, for [Inspect].
func ClaimNames() []string { return append([]string(nil), claimNames...) }

// IssuerID is the id of a document's issuer, which is an object or only the id; "" when there is none.
func IssuerID(doc *Node) string { return idOf(doc.Get("issuer")) }

// HolderID is the id of a presentation's holder, which is an object or only the id; "" when there is none.
func HolderID(doc *Node) string { return idOf(doc.Get("holder")) }

// idOf is the id of an object, or the text that stands for it.
func idOf(n *Node) string {
	if n.Kind() == Object {
		return n.Get("id").Text()
	}
	return n.Text()
}

// claim is one JWT claim and its value as JSON.
type claim struct {
	name  string
	value []byte
}

// WithClaims gives the payload of the JWT form of a stored credential: the
// same bytes with the claims that OB 3.0 asks for (iss, jti, nbf, sub, and exp
// when the credential ends) added at the end of the object. The claims repeat
// what the document says, so the result depends on the payload alone and a
// token can be rebuilt byte for byte from payload, header and signature.
func WithClaims(payload []byte) ([]byte, error) {
	doc, err := Parse(payload)
	if err != nil {
		return nil, err
	}
	return AddClaims(doc, payload)
}

// AddClaims is WithClaims for a payload that was read already: doc is what Parse
// made of it.
func AddClaims(doc *Node, payload []byte) ([]byte, error) {
	trimmed := bytes.TrimRight(payload, " \t\r\n")
	if doc.Kind() != Object || len(doc.Members()) == 0 {
		return nil, errors.New("adding claims: the payload is not a credential")
	}
	for _, name := range claimNames {
		if doc.Get(name) != nil {
			return nil, errors.New("adding claims: the payload already has the claim " + name)
		}
	}
	out := make([]byte, 0, len(trimmed)+256)
	out = append(out, trimmed[:len(trimmed)-1]...)
	for _, c := range claimsOf(doc) {
		out = append(out, `,"`+c.name+`":`...)
		out = append(out, c.value...)
	}
	return append(out, '}'), nil
}

// claimsOf gives the claims that repeat a document's members, in the order of their names.
func claimsOf(doc *Node) []claim {
	var out []claim
	add := func(name, value string) {
		if value != "" {
			quoted, _ := json.Marshal(value) // a string is always JSON
			out = append(out, claim{name, quoted})
		}
	}
	when := func(name, value string) {
		if t, err := ParseTime(value); err == nil {
			out = append(out, claim{name, strconv.AppendInt(nil, t.Unix(), 10)})
		}
	}
	from, until := Validity(doc)
	when("exp", until)
	add("iss", IssuerID(doc))
	add("jti", doc.Get("id").Text())
	when("nbf", from)
	add("sub", doc.Path("credentialSubject", "id").Text())
	return out
}

// DifferingClaims lists the claims of a JWT payload that are present but do not
// repeat what the credential doc says. For VC 2.0 the two are the same object,
// for VC 1.1 doc is the claim vc.
func DifferingClaims(jwt, doc *Node) []string {
	var out []string
	text := func(name, want string) {
		if c := jwt.Get(name); c != nil && (c.Kind() != String || c.Text() != want) {
			out = append(out, name)
		}
	}
	when := func(name, want string) {
		c := jwt.Get(name)
		if c == nil {
			return
		}
		t, err := ParseTime(want)
		if got, ok := c.Int(); !ok || err != nil || got != t.Unix() {
			out = append(out, name)
		}
	}
	from, until := Validity(doc)
	when("exp", until)
	text("iss", IssuerID(doc))
	text("jti", doc.Get("id").Text())
	when("nbf", from)
	text("sub", doc.Path("credentialSubject", "id").Text())
	return out
}

// MissingClaims lists the claims that OB 3.0 and VC 1.1 ask for beside the
// credential doc, and that the JWT payload does not have.
func MissingClaims(jwt, doc *Node) []string {
	for _, name := range repeating {
		if jwt.Get(name) == nil { // what it should say is found out only now
			return missingOf(jwt, claimsOf(doc))
		}
	}
	return nil
}

// repeating are the claims that claimsOf may give.
var repeating = [...]string{"exp", "iss", "jti", "nbf", "sub"}

// missingOf lists the claims that a JWT payload does not have.
func missingOf(jwt *Node, claims []claim) []string {
	var out []string
	for _, c := range claims {
		if jwt.Get(c.name) == nil {
			out = append(out, c.name)
		}
	}
	return out
}
