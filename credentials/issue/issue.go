// Package issue makes signed documents: Prepare → record → Sign. It is the only
// code that asks a key for a signature. A draft's bytes and digest are recorded
// before the signature, so that a run that was interrupted goes on with the same
// document and never makes a second one.
package issue

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/credentials/status"
)

// Errors of issuing.
var (
	// ErrUsed is a draft that was signed before.
	ErrUsed = errors.New("this draft was signed before")
	// ErrForeign is a draft of another issuer, or a document that names one.
	ErrForeign = errors.New("this draft belongs to another issuer")
	// ErrEnded is a document whose validUntil is before the day on which it would be signed anew.
	ErrEnded = errors.New("the document's time is over")
	// ErrSelfCheck is a signature that did not pass the verifier. Nothing may be stored or handed out.
	ErrSelfCheck = errors.New("the signed document does not verify")
)

// skew is how far a start may lie ahead of the clock of the reader.
const skew = time.Minute

// Issuer signs the documents of one organisation. It is safe for concurrent use.
type Issuer struct {
	now   func() time.Time
	keys  Keys
	check func(ctx context.Context, document []byte) error
}

// Keys are what an issuer signs with, one key for each form of a document.
type Keys struct {
	// JWT signs tokens; required.
	JWT proof.Signer
	// Embedded signs documents with a proof inside, by eddsa-rdfc-2022. It is
	// nil for an issuer of tokens alone, such as status lists.
	Embedded proof.Signer
}

// New makes an issuer. Its organisation is the DID before the # of the key ID of
// keys.JWT. check is asked about every form of every signed document before it
// is returned, on top of the signature's own check; nil asks nobody.
func New(now func() time.Time, keys Keys, check func(ctx context.Context, document []byte) error) *Issuer {
	return &Issuer{now: now, keys: keys, check: check}
}

// DID is the issuer's identifier.
func (i *Issuer) DID() string { return owner(i.keys.JWT) }

// owner is the DID of a signer's key.
func owner(s proof.Signer) string {
	id, _, _ := strings.Cut(s.Public().ID, "#")
	return id
}

// Draft is a document that may be signed once. Its bytes never change.
type Draft struct {
	owner   *Issuer
	id      string
	payload []byte
	doc     *credentials.Node // the payload, read
	// from is the document's validFrom. The proof inside a document bears it too,
	// so that a draft taken up again gives the same bytes.
	from time.Time
	used atomic.Bool
}

// ID is the credential's id.
func (d *Draft) ID() string { return d.id }

// Payload are the bytes to record before the signature and to store with it; a copy, the caller may keep it.
func (d *Draft) Payload() []byte { return bytes.Clone(d.payload) }

// Digest is the SHA-256 of Payload.
func (d *Draft) Digest() [sha256.Size]byte { return sha256.Sum256(d.payload) }

// From is the document's validFrom.
func (d *Draft) From() time.Time { return d.from }

// Signed is a document and its signature.
type Signed struct {
	// ID is the document's id.
	ID string
	// Payload are the bytes as prepared, without claims: see Token to rebuild the JWT from them.
	Payload []byte
	JWT     proof.JWT
	// Key is the ID of the key that signed the JWT.
	Key string
	// Parts are the proofs of the credentials inside a record that had none, as a
	// JSON list in their order; nil for every other document. See Whole.
	Parts []byte
	// Proof is the proof object of the other form, as JSON, and EmbeddedKey the
	// ID of its key: see Document. Both are empty without a key for it.
	Proof       []byte
	EmbeddedKey string
}

// Prepare validates a credential and writes its bytes. A zero ValidFrom becomes
// now. The error is credentials.ProblemsError for a credential that breaks a rule,
// and ErrForeign for one whose issuer is not this one's DID.
func (i *Issuer) Prepare(c credentials.Credential) (*Draft, error) {
	c.ValidFrom = i.from(c.ValidFrom)
	return i.prepare(c.ID, &c)
}

// PrepareRecord is Prepare for a record. Those of its credentials that have no
// proof must be this issuer's own, and are signed by Sign together with the record.
func (i *Issuer) PrepareRecord(c credentials.CLR) (*Draft, error) {
	c.ValidFrom = i.from(c.ValidFrom)
	return i.prepare(c.ID, &c)
}

// PrepareEndorsement is Prepare for an endorsement.
func (i *Issuer) PrepareEndorsement(e credentials.Endorsement) (*Draft, error) {
	e.ValidFrom = i.from(e.ValidFrom)
	return i.prepare(e.ID, &e)
}

// from is a document's start, now if it gives none.
func (i *Issuer) from(start time.Time) time.Time {
	if start.IsZero() {
		return i.now().UTC().Truncate(time.Second)
	}
	return start
}

// prepare writes a document's bytes and asks whether they may be signed.
func (i *Issuer) prepare(id string, d interface{ Payload() ([]byte, error) }) (*Draft, error) {
	payload, err := d.Payload()
	if err != nil {
		return nil, fmt.Errorf("preparing %s: %w", id, err)
	}
	draft, err := i.draft(payload, credentials.Preparable)
	if err != nil {
		return nil, fmt.Errorf("preparing %s: %w", id, err)
	}
	_, until := credentials.Validity(draft.doc)
	if end, err := credentials.ParseTime(until); err == nil && end.Before(i.now().Add(skew)) {
		return nil, fmt.Errorf("preparing %s: it would end before it is issued", id)
	}
	return draft, nil
}

// draft reads a document's bytes, asks whether they may be signed, and whether
// they and the parts that are still to be signed are this issuer's.
func (i *Issuer) draft(payload []byte, allowed func(*credentials.Node) error) (*Draft, error) {
	doc, err := credentials.Parse(payload)
	if err != nil {
		return nil, err
	}
	if err := allowed(doc); err != nil {
		return nil, err
	}
	if credentials.IssuerID(doc) != i.DID() {
		return nil, ErrForeign
	}
	_, err = credentials.SignParts(doc, func(_ int, part *credentials.Node) (*credentials.Node, error) {
		if credentials.IssuerID(part) != i.DID() {
			return nil, ErrForeign
		}
		return part, nil
	})
	if err != nil {
		return nil, err
	}
	from, err := credentials.ParseTime(doc.Get("validFrom").Text())
	if err != nil {
		return nil, err
	}
	return &Draft{owner: i, id: doc.Get("id").Text(), payload: bytes.Clone(payload), doc: doc, from: from}, nil
}

// Resume takes up a draft that was recorded by an earlier run: the same bytes,
// the same id. The caller compares the digest that it recorded.
func (i *Issuer) Resume(payload []byte) (*Draft, error) {
	draft, err := i.draft(payload, func(doc *credentials.Node) error {
		if problems := credentials.Inspect(doc); len(problems) > 0 {
			return credentials.ProblemsError(problems)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("resuming a draft: %w", err)
	}
	return draft, nil
}

// Redate makes a draft of a document that was recorded before, to be signed
// anew from a time on: the same id and the same words, with another validFrom
// (and for a record that of its unsigned parts). copies are newer copies of signed
// credentials that a record holds, by their ids. The error is ErrEnded for a
// document whose time was over before.
func (i *Issuer) Redate(payload []byte, at time.Time, copies map[string]*credentials.Node) (*Draft, error) {
	doc, err := credentials.Parse(payload)
	if err != nil {
		return nil, fmt.Errorf("dating a document anew: %w", err)
	}
	_, until := credentials.Validity(doc)
	if end, err := credentials.ParseTime(until); err == nil && !end.After(at) {
		return nil, fmt.Errorf("dating %s anew: %w", doc.Get("id").Text(), ErrEnded)
	}
	return i.Resume(credentials.Redated(credentials.SwapParts(doc, copies), at).AppendJSON(nil))
}

// Sign signs a draft of this issuer, once, in every form that it has a key for,
// and checks each before it returns any. After an error the draft is spent: Resume it from the recorded
// bytes. Errors are ErrUsed, ErrForeign, ErrSelfCheck or the signer's.
func (i *Issuer) Sign(ctx context.Context, d *Draft) (Signed, error) {
	if d.owner != i {
		return Signed{}, ErrForeign
	}
	if d.used.Swap(true) {
		return Signed{}, ErrUsed
	}
	doc, payload, parts, err := i.signParts(ctx, d)
	if err != nil {
		return Signed{}, fmt.Errorf("signing the parts of %s: %w", d.id, err)
	}
	signed, err := i.secure(ctx, d.id, doc, payload)
	if err != nil {
		return Signed{}, err
	}
	signed.Payload, signed.Parts = d.payload, parts
	if i.keys.Embedded == nil {
		return signed, nil
	}
	document, object, err := i.embed(ctx, payload, d.from)
	if err != nil {
		return Signed{}, fmt.Errorf("signing %s: %w", d.id, err)
	}
	if err := i.selfCheck(ctx, d.id, document); err != nil {
		return Signed{}, err
	}
	signed.Proof, signed.EmbeddedKey = object, i.keys.Embedded.Public().ID
	return signed, nil
}

// errNoKeyForParts is a record with unsigned parts before an issuer of tokens
// alone: CLR 2.0 has no place for tokens inside a record.
var errNoKeyForParts = errors.New("the parts of a record are signed by an embedded proof, and there is no key for it")

// signParts signs those credentials of a record that have no proof. The proofs
// bear the record's own date, so that a draft taken up again gives the same
// bytes. parts are they as a JSON list, nil for a document without such parts.
func (i *Issuer) signParts(ctx context.Context, d *Draft) (whole *credentials.Node, payload, parts []byte, err error) {
	var objects []*credentials.Node
	whole, err = credentials.SignParts(d.doc, func(_ int, part *credentials.Node) (*credentials.Node, error) {
		if i.keys.Embedded == nil {
			return nil, errNoKeyForParts
		}
		_, object, err := i.embed(ctx, part.AppendJSON(nil), d.from)
		if err != nil {
			return nil, err
		}
		n, err := credentials.Parse(object)
		objects = append(objects, n)
		return n, err
	})
	if err != nil || len(objects) == 0 {
		return whole, d.payload, nil, err
	}
	return whole, whole.AppendJSON(nil), credentials.ListOf(objects...).AppendJSON(nil), nil
}

// embed makes the form with the proof inside, and checks its signature.
func (i *Issuer) embed(ctx context.Context, payload []byte, from time.Time) (document, object []byte, err error) {
	key := i.keys.Embedded.Public()
	if owner(i.keys.Embedded) != i.DID() {
		return nil, nil, ErrForeign
	}
	document, object, err = proof.Secure(ctx, payload, proof.Options{
		Suite: proof.EdDSARDFC2022, Signer: i.keys.Embedded, Created: from,
	})
	if err != nil {
		return nil, nil, err
	}
	doc, err := credentials.Parse(document)
	if err != nil {
		return nil, nil, err
	}
	results, err := proof.CheckEmbedded(ctx, doc, from, func(context.Context, string) (proof.Key, error) { return key, nil })
	if err != nil {
		return nil, nil, err
	}
	if len(results) != 1 || !results[0].OK() {
		return nil, nil, ErrSelfCheck
	}
	return document, object, nil
}

// SignList signs a status list of this issuer in every form that it has a key
// for. Lists are made anew each time they change, so nothing is recorded before.
func (i *Issuer) SignList(ctx context.Context, l status.List) (Signed, error) {
	if l.Issuer != i.DID() {
		return Signed{}, fmt.Errorf("signing the list %s: %w", l.URL, ErrForeign)
	}
	payload, err := l.Payload()
	if err != nil {
		return Signed{}, err
	}
	doc, err := credentials.Parse(payload)
	if err != nil {
		return Signed{}, fmt.Errorf("signing the list %s: %w", l.URL, err)
	}
	signed, err := i.secure(ctx, l.URL, doc, payload)
	if err != nil || i.keys.Embedded == nil {
		return signed, err
	}
	if _, signed.Proof, err = i.embed(ctx, payload, l.ValidFrom.UTC().Truncate(time.Second)); err != nil {
		return Signed{}, fmt.Errorf("signing the list %s: %w", l.URL, err)
	}
	signed.EmbeddedKey = i.keys.Embedded.Public().ID
	return signed, nil
}

// SignStatement signs a statement of this issuer that is no credential: a plain
// JWS under a header typ of its own, which keeps it from being taken for one. The
// member iss of its payload is the issuer's DID, else the error is ErrForeign.
func (i *Issuer) SignStatement(ctx context.Context, typ string, payload []byte) (proof.JWT, error) {
	doc, err := credentials.Parse(payload)
	if err != nil {
		return proof.JWT{}, fmt.Errorf("signing a statement: %w", err)
	}
	if doc.Get("iss").Text() != i.DID() || typ == "" || strings.Contains(typ, "vc") {
		return proof.JWT{}, fmt.Errorf("signing a statement: %w", ErrForeign)
	}
	token, err := proof.SignJWT(ctx, payload, typ, i.keys.JWT)
	if err != nil {
		return proof.JWT{}, fmt.Errorf("signing a statement: %w", err)
	}
	if err := token.Verify(i.keys.JWT.Public()); err != nil {
		return proof.JWT{}, fmt.Errorf("signing a statement: %w: %w", ErrSelfCheck, err)
	}
	return token, nil
}

// secure makes the JWT form in three steps: claims, signature, self-check.
func (i *Issuer) secure(ctx context.Context, id string, doc *credentials.Node, payload []byte) (Signed, error) {
	claims, err := credentials.AddClaims(doc, payload)
	if err != nil {
		return Signed{}, fmt.Errorf("signing %s: %w", id, err)
	}
	token, err := proof.SignJWT(ctx, claims, proof.TypeVC, i.keys.JWT)
	if err != nil {
		return Signed{}, fmt.Errorf("signing %s: %w", id, err)
	}
	if err := token.Verify(i.keys.JWT.Public()); err != nil {
		return Signed{}, fmt.Errorf("signing %s: %w: %w", id, ErrSelfCheck, err)
	}
	if err := i.selfCheck(ctx, id, token.Bytes()); err != nil {
		return Signed{}, err
	}
	return Signed{ID: id, Payload: payload, JWT: token, Key: i.keys.JWT.Public().ID}, nil
}

// selfCheck asks about one form of a signed document.
func (i *Issuer) selfCheck(ctx context.Context, id string, document []byte) error {
	if i.check == nil {
		return nil
	}
	if err := i.check(ctx, document); err != nil {
		return fmt.Errorf("signing %s: %w: %w", id, ErrSelfCheck, err)
	}
	return nil
}

// Whole rebuilds the bytes that the forms of a document were signed over, from
// what is stored: the payload as prepared, and the proofs of its parts (Signed.Parts), if it has any.
func Whole(payload, parts []byte) ([]byte, error) {
	if len(parts) == 0 {
		return payload, nil
	}
	doc, err := credentials.Parse(payload)
	if err != nil {
		return nil, fmt.Errorf("rebuilding a record: %w", err)
	}
	list, err := credentials.Parse(parts)
	if err != nil {
		return nil, fmt.Errorf("rebuilding a record: %w", err)
	}
	objects := list.Items()
	if len(objects) != len(credentials.UnsignedParts(doc)) {
		return nil, errors.New("rebuilding a record: its parts and their proofs differ in number")
	}
	whole, err := credentials.SignParts(doc, func(i int, _ *credentials.Node) (*credentials.Node, error) { return objects[i], nil })
	if err != nil {
		return nil, fmt.Errorf("rebuilding a record: %w", err)
	}
	return whole.AppendJSON(nil), nil
}

// Token rebuilds a token byte for byte from what is stored: the whole
// payload, and the protected header and the signature of its JWT.
func Token(payload, protected, signature []byte) (proof.JWT, error) {
	claims, err := credentials.WithClaims(payload)
	if err != nil {
		return proof.JWT{}, fmt.Errorf("rebuilding a token: %w", err)
	}
	return proof.JWT{Protected: protected, Payload: claims, Signature: signature}, nil
}

// Document rebuilds the form with the proof inside byte for byte from what is
// stored: the whole payload, and the proof object (Signed.Proof).
func Document(payload, object []byte) ([]byte, error) {
	document, err := proof.Embed(payload, object)
	if err != nil {
		return nil, fmt.Errorf("rebuilding a document: %w", err)
	}
	return document, nil
}
