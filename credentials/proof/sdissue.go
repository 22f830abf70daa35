package proof

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"laurel/credentials"
)

// saltBytes is the size of a salt: 128 bits (RFC 9901 §9.3).
const saltBytes = 16

// SDOptions say how [SignSDJWT] makes a token.
type SDOptions struct {
	// Type is the header typ; TypeSDJWT when empty.
	Type string
	// Disclose lists what the holder may keep back, by RFC 6901 pointer into the
	// payload: members and array items, also inside one another.
	Disclose []string
	// Decoys is how many digests of nothing are added to the top of the payload
	// and to every object that holds digests, so that nobody can count what is withheld.
	Decoys int
	// Rand gives salts and decoys.
	Rand io.Reader
}

// Errors of making an SD-JWT.
var (
	// ErrDisclose is a pointer that names nothing, or a member that every reader must see.
	ErrDisclose = errors.New("this cannot be made disclosable")
	// ErrReserved is a payload that uses a name of SD-JWT's own.
	ErrReserved = errors.New("the payload uses a reserved name")
)

// alwaysShown are top-level members that a reader needs to judge the token:
// who signed what, under which words, until when, and whether it was withdrawn.
var alwaysShown = []string{
	"@context", "type", "issuer", "validFrom", "validUntil", "credentialStatus", "credentialSchema",
	"iss", "nbf", "exp", "iat", "aud", "cnf", "vct", "proof",
}

// SignSDJWT signs a payload so that its holder may keep back what Disclose
// lists (RFC 9901 §4). The error is ErrDisclose or ErrReserved for what cannot
// be so signed; nothing is signed then.
func SignSDJWT(ctx context.Context, payload []byte, o SDOptions, s Signer) (SDJWT, error) {
	doc, err := credentials.Parse(payload)
	if err != nil {
		return SDJWT{}, fmt.Errorf("making an SD-JWT: %w", err)
	}
	if doc.Kind() != credentials.Object || usesReserved(doc) {
		return SDJWT{}, fmt.Errorf("making an SD-JWT: %w", ErrReserved)
	}
	h := &hider{o: o, left: make(map[string]bool, len(o.Disclose))}
	for _, pointer := range o.Disclose {
		if slices.Contains(alwaysShown, strings.TrimPrefix(pointer, "/")) {
			return SDJWT{}, fmt.Errorf("making an SD-JWT: %s: %w", pointer, ErrDisclose)
		}
		h.left[pointer] = true
	}
	doc = h.value("", doc)
	switch {
	case h.err != nil:
		return SDJWT{}, fmt.Errorf("making an SD-JWT: %w", h.err)
	case len(h.left) > 0:
		for _, pointer := range o.Disclose {
			if h.left[pointer] {
				return SDJWT{}, fmt.Errorf("making an SD-JWT: %q is not there: %w", pointer, ErrDisclose)
			}
		}
	}
	doc = doc.With(memberHash, credentials.TextOf("sha-256"))
	typ := o.Type
	if typ == "" {
		typ = TypeSDJWT
	}
	token, err := SignJWT(ctx, doc.AppendJSON(nil), typ, s)
	if err != nil {
		return SDJWT{}, err
	}
	return SDJWT{JWT: token, Disclosures: h.out}, nil
}

// usesReserved tells whether a name of SD-JWT's own stands anywhere in a value.
func usesReserved(n *credentials.Node) bool {
	return slices.ContainsFunc(n.Members(), func(m credentials.Member) bool { return reserved(m.Name) || usesReserved(m.Value) }) ||
		slices.ContainsFunc(n.Items(), usesReserved)
}

// hider replaces what may be kept back by digests, from the inside out.
type hider struct {
	o    SDOptions
	left map[string]bool // pointers that were not met yet
	out  []Disclosure
	err  error // the first of Rand
}

// value gives a value with its disclosable parts replaced.
func (h *hider) value(at string, n *credentials.Node) *credentials.Node {
	switch n.Kind() {
	case credentials.Object:
		return h.object(at, n)
	case credentials.Array:
		items := make([]*credentials.Node, len(n.Items()))
		for i, item := range n.Items() {
			pointer := at + "/" + strconv.Itoa(i)
			items[i] = h.value(pointer, item)
			if h.meet(pointer) {
				items[i] = credentials.ObjectOf(credentials.Member{
					Name: memberItem, Value: credentials.TextOf(h.disclose("", items[i], true)),
				})
			}
		}
		return credentials.ListOf(items...)
	case credentials.Missing, credentials.Null, credentials.Bool, credentials.Number, credentials.String:
	}
	return n
}

func (h *hider) object(at string, n *credentials.Node) *credentials.Node {
	members := make([]credentials.Member, 0, len(n.Members())+1)
	var digests []string
	for _, m := range n.Members() {
		pointer := credentials.Pointer(at, m.Name)
		m.Value = h.value(pointer, m.Value)
		if h.meet(pointer) {
			digests = append(digests, h.disclose(m.Name, m.Value, false))
		} else {
			members = append(members, m)
		}
	}
	if len(digests) > 0 || at == "" {
		for range h.o.Decoys {
			digests = append(digests, sha256Text(h.salt()))
		}
	}
	if len(digests) > 0 {
		slices.Sort(digests) // the order must not tell that of the members (RFC 9901 §4.2.4.1)
		list := make([]*credentials.Node, len(digests))
		for i, d := range digests {
			list[i] = credentials.TextOf(d)
		}
		members = append(members, credentials.Member{Name: memberDigests, Value: credentials.ListOf(list...)})
	}
	return credentials.ObjectOf(members...)
}

// meet tells whether a pointer was asked for, and strikes it off.
func (h *hider) meet(pointer string) bool {
	asked := h.left[pointer]
	delete(h.left, pointer)
	return asked
}

// disclose makes the disclosure of a member or an item and gives its digest.
func (h *hider) disclose(name string, v *credentials.Node, item bool) string {
	parts := []*credentials.Node{credentials.TextOf(h.salt())}
	if !item {
		parts = append(parts, credentials.TextOf(name))
	}
	text := encode(credentials.ListOf(append(parts, v)...).AppendJSON(nil))
	h.out = append(h.out, Disclosure{Text: text, Name: name, Value: v, item: item})
	return sha256Text(text)
}

// salt gives 128 fresh random bits as text.
func (h *hider) salt() string {
	var b [saltBytes]byte
	if _, err := io.ReadFull(h.o.Rand, b[:]); err != nil && h.err == nil {
		h.err = fmt.Errorf("reading randomness for a salt: %w", err)
	}
	return encode(b[:])
}
