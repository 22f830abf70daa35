package verifier

import (
	"context"
	"crypto/sha256"
	"errors"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/credentials/status"
)

// listKey is a signed text and the key that it was checked with.
type listKey struct {
	textKey
	thumbprint string
}

// signedBy names the signature of a text by a key.
func signedBy(text string, key proof.Key) listKey {
	return listKey{keyOf("", text), key.Thumbprint()}
}

// statusList is a list that was read. Its signature, whether it may be used, for
// which issuer and until when are judged by [run.trusted].
type statusList struct {
	jwt    *proof.JWT // nil for a list with its proof inside
	header proof.Header
	doc    *credentials.Node
	bits   *status.Bits
}

// maxKeptList is the size of the largest list that is kept, as it was received.
const maxKeptList = 48 << 10

// list reads a list, or answers what was read from the same bytes before.
func (v *Verifier) list(ctx context.Context, token, kind string) (*statusList, error) {
	read := func() (*statusList, error) { return v.readList(ctx, token, kind) }
	if len(token) > maxKeptList {
		return read()
	}
	return v.lists.get(keyOf(kind, token), read)
}

// textKey names a text that was read as a kind of document: by itself, or by its
// hash when it is too large to be kept. The same text in the same place of
// memory, as a source gives it time after time, is found without reading it.
type textKey struct {
	kind, text string
	sum        [sha256.Size]byte
}

func keyOf(kind, text string) textKey {
	if len(text) <= maxKeptList {
		return textKey{kind: kind, text: text}
	}
	return textKey{kind: kind, sum: sha256.Sum256([]byte(text))}
}

// trusted gives the list in a token or document when it is the issuer's own,
// intact, begun and published at url; else the check that says why it is not relied on.
func (r *run) trusted(ctx context.Context, token, url, issuer, kind string) (*statusList, *Check) {
	refuse := func(code, reason string) (*statusList, *Check) {
		c := check(Status, Unknown, code, "list", url, "reason", reason)
		return nil, &c
	}
	list, err := r.v.list(ctx, token, kind)
	switch {
	case errors.Is(err, status.ErrEncoding):
		return refuse(CodeStatusEncoding, "")
	case errors.Is(err, status.ErrLength):
		return refuse(CodeStatusLength, "")
	case errors.Is(err, status.ErrSize):
		return refuse(CodeStatusTooLarge, "")
	case err != nil:
		return refuse(CodeStatusUntrusted, "format")
	case credentials.IssuerID(list.doc) != issuer:
		return refuse(CodeStatusIssuer, "")
	}
	key, code := r.listKey(ctx, list, issuer)
	if code != "" {
		return refuse(CodeStatusUntrusted, code)
	}
	_, err = r.v.signed.get(signedBy(token, key), func() (bool, error) { return true, r.checkList(ctx, list, key) })
	switch {
	case err != nil:
		return refuse(CodeStatusAltered, "")
	case list.doc.Get("id").Text() != url:
		return refuse(CodeStatusUntrusted, "address")
	case validFrom(list.doc).After(r.now.Add(Skew)):
		return refuse(CodeStatusUntrusted, "not_yet_valid")
	}
	return list, nil
}

// listKey finds the issuer's key that signed a list, or the code of what is wrong.
func (r *run) listKey(ctx context.Context, list *statusList, issuer string) (proof.Key, string) {
	header := list.header
	if list.jwt == nil {
		proofs := list.doc.Get("proof").List()
		if len(proofs) != 1 {
			return proof.Key{}, CodeProofMissing
		}
		header = proof.Header{KeyID: proofs[0].Get("verificationMethod").Text()}
	}
	found := r.v.findKey(ctx, issuer, header, validFrom(list.doc))
	if found.check.Outcome != Pass {
		return proof.Key{}, found.check.Code
	}
	return found.key, ""
}

// checkList checks the one signature of a list with its key. A proof that has an
// end is not good for as long as the list is kept, so that it is refused.
func (r *run) checkList(ctx context.Context, list *statusList, key proof.Key) error {
	if list.jwt != nil {
		return list.jwt.Verify(key)
	}
	results, err := proof.CheckEmbedded(ctx, list.doc, r.now, func(context.Context, string) (proof.Key, error) { return key, nil })
	if err != nil {
		return err
	}
	if len(results) != 1 || !results[0].OK() || !results[0].Expires.IsZero() {
		return proof.ErrSignature
	}
	return nil
}

// errNotAList is a document that is something else than a status list.
var errNotAList = errors.New("not a status list")

// readList reads the form of a list, a token or a document with its proof
// inside, and expands its bits. It checks no signature. The error is one of
// package status, or errNotAList.
func (v *Verifier) readList(ctx context.Context, token, kind string) (*statusList, error) {
	in := &run{v: v, now: v.now().UTC()}
	doc := in.open(ctx, []byte(token))
	if doc == nil || !in.report.passed(Format) || in.shown != nil || in.report.Presentation != nil ||
		!doc.Get("type").Has(kind) || in.token != nil && !isCredentialType(in.header.Type) {
		return nil, errNotAList
	}
	encoded := doc.Path("credentialSubject", "encodedList").Text()
	decode := status.Decode
	if kind == typeList2021 {
		decode = status.Decode2021
	}
	bits, err := decode(encoded)
	if err != nil {
		return nil, err
	}
	return &statusList{jwt: in.token, header: in.header, doc: doc, bits: bits}, nil
}
