package proof

import (
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"laurel/credentials"
)

// Header typ of SD-JWTs: of a credential (VC-JOSE-COSE), and of a key binding (RFC 9901 §4.3).
const (
	TypeSDJWT      = "vc+sd-jwt"
	TypeKeyBinding = "kb+jwt"
)

// Reason codes of a [RefusalError] about an SD-JWT.
const (
	// CodeDisclosure is a disclosure that is malformed, unused, used twice, or
	// in conflict with a claim that is there (RFC 9901 §7.1).
	CodeDisclosure = "disclosure_refused"
	// CodeKeyBinding is a key binding that does not show what was asked for (RFC 9901 §7.3).
	CodeKeyBinding = "key_binding"
)

// maxDisclosures bounds the disclosures of one token.
const maxDisclosures = 2048

// Names that SD-JWT keeps for itself (RFC 9901 §4.1.1, §4.2.4).
const (
	memberDigests = "_sd"
	memberHash    = "_sd_alg"
	memberItem    = "..."
)

// SDJWT is an issuer-signed JWT, the disclosures that go with it, and maybe a
// key binding (RFC 9901 §4).
type SDJWT struct {
	// JWT is signed by the issuer.
	JWT JWT
	// Disclosures are in the order of the token.
	Disclosures []Disclosure
	// KeyBinding is signed by the holder, or nil.
	KeyBinding *JWT
}

// Disclosure is one claim or array item that the holder may show or keep back (RFC 9901 §4.2).
type Disclosure struct {
	// Text is the base64url form, over which the digest goes.
	Text string
	// Name is the claim's name; "" for an array item.
	Name string
	// Value is what is disclosed; it may hold digests of further disclosures.
	Value *credentials.Node
	// item: the disclosure is of an array item.
	item bool
}

// String gives the compact form: the JWT, each disclosure, and the key binding
// if there is one, with a tilde after each of the first.
func (t SDJWT) String() string {
	if t.KeyBinding != nil {
		return t.presented() + t.KeyBinding.String()
	}
	return t.presented()
}

// presented is the token up to and with its last tilde: what a key binding hashes.
func (t SDJWT) presented() string {
	var b strings.Builder
	b.WriteString(t.JWT.String())
	b.WriteByte('~')
	for _, d := range t.Disclosures {
		b.WriteString(d.Text)
		b.WriteByte('~')
	}
	return b.String()
}

// ParseSDJWT reads the compact form strictly, as [ParseJWT] does its parts: a
// JWT, disclosures, and after the last tilde nothing or a key binding. It
// checks no signature and no digest. The error is a *RefusalError.
func ParseSDJWT(token []byte, more ...Alg) (SDJWT, Header, error) {
	parts := strings.Split(string(token), "~")
	if len(token) > 2*credentials.MaxBytes || len(parts) < 2 || len(parts)-2 > maxDisclosures {
		return SDJWT{}, Header{}, &RefusalError{Code: CodeMalformedToken, Member: "token"}
	}
	var t SDJWT
	var h Header
	var err error
	if t.JWT, h, err = ParseJWT([]byte(parts[0]), more...); err != nil {
		return SDJWT{}, Header{}, err
	}
	last := len(parts) - 1
	for _, text := range parts[1:last] {
		d, err := parseDisclosure(text)
		if err != nil {
			return SDJWT{}, Header{}, err
		}
		t.Disclosures = append(t.Disclosures, d)
	}
	if parts[last] != "" {
		binding, _, err := ParseJWT([]byte(parts[last]), more...)
		if err != nil {
			return SDJWT{}, Header{}, err
		}
		t.KeyBinding = &binding
	}
	return t, h, nil
}

// parseDisclosure reads [salt, name, value] of a claim or [salt, value] of an
// array item (RFC 9901 §4.2.1, §4.2.2).
func parseDisclosure(text string) (Disclosure, error) {
	refused := func(err error) (Disclosure, error) {
		return Disclosure{}, &RefusalError{Code: CodeDisclosure, Member: "disclosure", Err: err}
	}
	raw, err := decode(text)
	if err != nil {
		return refused(err)
	}
	n, err := credentials.Parse(raw)
	if err != nil {
		return refused(err)
	}
	items := n.Items()
	if len(items) < 2 || len(items) > 3 || items[0].Kind() != credentials.String {
		return refused(errors.New("it is neither of a claim nor of an array item"))
	}
	d := Disclosure{Text: text, Value: items[len(items)-1], item: len(items) == 2}
	if !d.item {
		d.Name = items[1].Text()
		if items[1].Kind() != credentials.String || reserved(d.Name) {
			return refused(errors.New("its claim may not have this name"))
		}
	}
	return d, nil
}

// reserved tells whether a name is SD-JWT's own.
func reserved(name string) bool {
	return name == memberDigests || name == memberItem || name == memberHash
}

// Verify checks the issuer's signature with k, under k's own algorithm. The
// error is a *RefusalError when the token names another, else ErrSignature.
func (t SDJWT) Verify(k Key) error { return t.JWT.Verify(k) }

// digestOf gives the hash that _sd_alg names; SHA-256 when it is missing (RFC 9901 §4.1.1).
func digestOf(payload *credentials.Node) (func(string) string, error) {
	alg := payload.Get(memberHash)
	switch alg.Text() {
	case "":
		if alg != nil {
			break
		}
		return sha256Text, nil
	case "sha-256":
		return sha256Text, nil
	case "sha-384":
		return func(s string) string { sum := sha512.Sum384([]byte(s)); return encode(sum[:]) }, nil
	case "sha-512":
		return func(s string) string { sum := sha512.Sum512([]byte(s)); return encode(sum[:]) }, nil
	}
	return nil, &RefusalError{Code: CodeAlgorithmRefused, Member: memberHash}
}

func sha256Text(s string) string {
	sum := sha256.Sum256([]byte(s))
	return encode(sum[:])
}

// Disclosed is the payload of an SD-JWT as its reader sees it.
type Disclosed struct {
	// Payload is the issuer's JSON with each disclosed value in its place.
	Payload *credentials.Node
	// Withheld lists, by RFC 6901 pointer, the objects and arrays with digests
	// that nothing discloses: kept back by the holder, or decoys. Nobody can tell which.
	Withheld []string
}

// Disclose puts the disclosures into the payload (RFC 9901 §7.1). It refuses
// digests and disclosures that do not pair one to one, names that are reserved or
// there already, and nesting deeper than credentials.MaxDepth. It checks no
// signature: call Verify first. The error is a *RefusalError.
func (t SDJWT) Disclose() (Disclosed, error) {
	payload, err := credentials.Parse(t.JWT.Payload)
	if err != nil || payload.Kind() != credentials.Object {
		return Disclosed{}, &RefusalError{Code: CodeMalformedToken, Member: "payload", Err: err}
	}
	digest, err := digestOf(payload)
	if err != nil {
		return Disclosed{}, err
	}
	d := discloser{by: make(map[string]*Disclosure, len(t.Disclosures)), seen: map[string]bool{}, holds: map[string]bool{}}
	for i := range t.Disclosures {
		key := digest(t.Disclosures[i].Text)
		if d.by[key] != nil {
			return Disclosed{}, refuse("", "a disclosure stands there twice")
		}
		d.by[key] = &t.Disclosures[i]
	}
	out, err := d.object("", payload.Without(memberHash), 1)
	if err != nil {
		return Disclosed{}, err
	}
	if d.used != len(t.Disclosures) {
		return Disclosed{}, refuse("", "no digest belongs to a disclosure")
	}
	return Disclosed{Payload: out, Withheld: d.withheld}, nil
}

// refuse is the error of disclosures that do not fit the payload at a pointer.
func refuse(pointer, why string) error {
	return &RefusalError{Code: CodeDisclosure, Member: "disclosure", Err: fmt.Errorf("at %q: %s", pointer, why)}
}

// discloser walks a payload and replaces digests by what they stand for.
type discloser struct {
	by       map[string]*Disclosure // by digest
	seen     map[string]bool        // digests met, with or without a disclosure
	used     int
	withheld []string
	holds    map[string]bool // what is in withheld
}

// take gives the disclosure of a digest, or nil when it is withheld. A digest
// may be met once only, over the whole payload and all disclosures.
func (d *discloser) take(at, digest string, item bool) (*Disclosure, error) {
	if d.seen[digest] {
		return nil, refuse(at, "a digest stands there twice")
	}
	d.seen[digest] = true
	found := d.by[digest]
	if found == nil {
		if !d.holds[at] {
			d.holds[at] = true
			d.withheld = append(d.withheld, at)
		}
		return nil, nil
	}
	if found.item != item {
		return nil, refuse(at, "the disclosure is of the other kind")
	}
	d.used++
	return found, nil
}

// maxPlace is the longest pointer to an object or an array that is looked into.
// The longest that the vocabularies allow is a third of it, and a pointer is
// written for each: names of a stranger's choice could make them all long.
const maxPlace = 512

// value replaces the digests in a value. at is the pointer of what holds it,
// name its own place there; depth is that of the value itself.
func (d *discloser) value(at, name string, n *credentials.Node, depth int) (*credentials.Node, error) {
	if depth > credentials.MaxDepth {
		return nil, refuse(at, "it is nested too deep")
	}
	if n.Kind() != credentials.Object && n.Kind() != credentials.Array {
		return n, nil
	}
	if len(at)+len(name) > maxPlace {
		return nil, refuse(at, "the names on the way are too long")
	}
	if at = credentials.Pointer(at, name); n.Kind() == credentials.Object {
		return d.object(at, n, depth)
	}
	return d.array(at, n, depth)
}

func (d *discloser) object(at string, n *credentials.Node, depth int) (*credentials.Node, error) {
	members := make([]credentials.Member, 0, len(n.Members()))
	put := func(name string, v *credentials.Node) error {
		inner, err := d.value(at, name, v, depth+1)
		if err == nil {
			members = append(members, credentials.Member{Name: name, Value: inner})
		}
		return err
	}
	for _, m := range n.Members() {
		switch m.Name {
		case memberDigests: // below, when the names that are there are known
		case memberItem, memberHash:
			return nil, refuse(at, "a reserved name stands there")
		default:
			if err := put(m.Name, m.Value); err != nil {
				return nil, err
			}
		}
	}
	digests := n.Get(memberDigests)
	if digests != nil && (digests.Kind() != credentials.Array || len(digests.Texts()) != len(digests.Items())) {
		return nil, refuse(at, "its digests are not a list of texts")
	}
	taken := make(map[string]bool, len(digests.Items()))
	for _, digest := range digests.Texts() {
		found, err := d.take(at, digest, false)
		if err != nil {
			return nil, err
		}
		if found == nil {
			continue
		}
		if taken[found.Name] || n.Get(found.Name) != nil {
			return nil, refuse(at, "a disclosed claim is there already")
		}
		taken[found.Name] = true
		if err := put(found.Name, found.Value); err != nil {
			return nil, err
		}
	}
	return credentials.ObjectOf(members...), nil
}

func (d *discloser) array(at string, n *credentials.Node, depth int) (*credentials.Node, error) {
	items := make([]*credentials.Node, 0, len(n.Items()))
	for _, item := range n.Items() {
		if digest := item.Get(memberItem); digest != nil {
			if digest.Kind() != credentials.String || len(item.Members()) != 1 {
				return nil, refuse(at, "a digest of an item has members beside it")
			}
			found, err := d.take(at, digest.Text(), true)
			if err != nil {
				return nil, err
			}
			if found == nil {
				continue
			}
			item = found.Value
		}
		inner, err := d.value(at, strconv.Itoa(len(items)), item, depth+1)
		if err != nil {
			return nil, err
		}
		items = append(items, inner)
	}
	return credentials.ListOf(items...), nil
}

// Present gives the token with the disclosures that keep chooses, and without
// key binding. A disclosure that lies inside one that is not chosen is left out too.
func (t SDJWT) Present(keep func(Disclosure) bool) (SDJWT, error) {
	payload, err := credentials.Parse(t.JWT.Payload)
	if err != nil {
		return SDJWT{}, &RefusalError{Code: CodeMalformedToken, Member: "payload", Err: err}
	}
	digest, err := digestOf(payload)
	if err != nil {
		return SDJWT{}, err
	}
	reachable := map[string]bool{}
	collect(payload, reachable)
	out := SDJWT{JWT: t.JWT}
	chosen, digests := make([]bool, len(t.Disclosures)), make([]string, len(t.Disclosures))
	for i, d := range t.Disclosures {
		digests[i] = digest(d.Text)
	}
	for changed := true; changed; { // inner disclosures become reachable by outer ones, in any order
		changed = false
		for i, d := range t.Disclosures {
			if !chosen[i] && reachable[digests[i]] && keep(d) {
				chosen[i], changed = true, true
				collect(d.Value, reachable)
			}
		}
	}
	for i, d := range t.Disclosures {
		if chosen[i] {
			out.Disclosures = append(out.Disclosures, d)
		}
	}
	return out, nil
}

// collect notes the digests in a value.
func collect(n *credentials.Node, into map[string]bool) {
	for _, m := range n.Members() {
		switch m.Name {
		case memberDigests:
			for _, digest := range m.Value.Texts() {
				into[digest] = true
			}
		case memberItem:
			into[m.Value.Text()] = true
		default:
			collect(m.Value, into)
		}
	}
	for _, item := range n.Items() {
		collect(item, into)
	}
}
