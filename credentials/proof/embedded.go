package proof

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"laurel/credentials"
	"laurel/credentials/ld"
)

// Reason codes of an [EmbeddedResult], beside those of ld (undefined_term,
// too_complex, …) and CodeAlgorithmRefused.
const (
	// CodeSignatureMismatch is a signature that does not fit document, proof and key.
	CodeSignatureMismatch = "signature_mismatch"
	// CodeProofMalformed is a proof with a member missing or of a wrong form; see Member.
	CodeProofMalformed = "proof_malformed"
	// CodeProofPurpose is a proof made for something else than to vouch for the document.
	CodeProofPurpose = "proof_purpose"
	// CodeProofContext is a proof under another @context than the document.
	CodeProofContext = "proof_context"
	// CodeProofPrevious is a proof that names an earlier one that is not there, or there twice.
	CodeProofPrevious = "previous_proof"
	// CodeProofTime is a proof made in the future, or whose own end has passed.
	CodeProofTime = "proof_time"
	// CodeNumber is a number that would be rounded by its readers.
	CodeNumber = "number_not_exact"
	// CodeKeyMissing is a proof whose key was not found; see Err.
	CodeKeyMissing = "key_not_at_hand"
)

// MaxProofs is how many proofs of one document are checked. One result with
// ld.CodeComplex stands for all those beyond it.
const MaxProofs = 8

// proofSkew is how far the clocks of issuer and reader may differ.
const proofSkew = time.Minute

// KeyFunc finds the key of a verification method, as its controller publishes
// it. It binds the key to nobody else: whose it is remains the caller's question.
type KeyFunc func(ctx context.Context, method string) (Key, error)

// EmbeddedResult is the answer about one proof inside a document.
type EmbeddedResult struct {
	// ID, Suite, Method and Purpose are what the proof says of itself.
	ID, Method, Purpose string
	Suite               Suite
	// Created and Expires are zero when the proof has none.
	Created, Expires time.Time
	// Challenge is what the proof answers, and Domains for whom (Data Integrity 1.0
	// §2.1); empty when it does not say. They are signed, and not judged here.
	Challenge string
	Domains   []string
	// Key is the key that was found, or zero.
	Key Key
	// Code is "" when the signature is good, else the reason.
	Code string
	// Member is the member at fault of CodeProofMalformed.
	Member string
	// Err is the cause: of KeyFunc, or an *ld.Error with the place; or nil.
	Err error
}

// OK tells whether the signature is good, by Key. Whose key it is remains to be asked.
func (r EmbeddedResult) OK() bool { return r.Code == "" }

// CheckEmbedded checks every proof of a document, each on its own (Data
// Integrity 1.0 §4.4, §4.6): its form, its purpose (assertionMethod), its dates
// against now, its key and its signature over the whole document. Nothing is
// dropped on the way: a member that the contexts do not define is a reason.
//
// A document without proofs has no results. The error means that ctx ended.
func CheckEmbedded(ctx context.Context, doc *credentials.Node, now time.Time, keys KeyFunc) ([]EmbeddedResult, error) {
	return checkEmbedded(ctx, doc, now, PurposeAssertion, keys)
}

// CheckPresented is CheckEmbedded for a presentation, whose holder signs to
// show who is there: the purpose is authentication (VC 2.0 §4.13). Challenge
// and domains are for the caller to compare with what was asked.
func CheckPresented(ctx context.Context, doc *credentials.Node, now time.Time, keys KeyFunc) ([]EmbeddedResult, error) {
	return checkEmbedded(ctx, doc, now, PurposeAuthentication, keys)
}

func checkEmbedded(ctx context.Context, doc *credentials.Node, now time.Time, purpose string, keys KeyFunc) ([]EmbeddedResult, error) {
	set := &proofSet{doc: doc, proofs: doc.Get("proof").List(), purpose: purpose}
	checked := set.proofs[:min(len(set.proofs), MaxProofs)]
	out := make([]EmbeddedResult, 0, len(checked)+1)
	for i, p := range checked {
		r := set.check(ctx, p, now, keys)
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("checking proof %d: %w", i, err)
		}
		out = append(out, r)
	}
	if len(checked) < len(set.proofs) {
		out = append(out, EmbeddedResult{Code: ld.CodeComplex})
	}
	return out, nil
}

// check answers about one proof: shape, suite, purpose, dates, key, signature.
func (s *proofSet) check(ctx context.Context, p *credentials.Node, now time.Time, keys KeyFunc) EmbeddedResult {
	r, used, value := readProof(p, s.purpose, now)
	if r.Code != "" {
		return r
	}
	if r.Key, r.Err = keys(ctx, r.Method); r.Err != nil {
		r.Code = CodeKeyMissing
		return r
	}
	if err := used.signs(r.Key.Alg); err != nil {
		r.Code, r.Err = CodeAlgorithmRefused, err
		return r
	}
	message, err := s.message(ctx, used, p, r.Key.Alg)
	if err != nil {
		r.Code, r.Err = codeOf(err), err
		return r
	}
	if !r.Key.verify(message, value) {
		r.Code = CodeSignatureMismatch
	}
	return r
}

// readProof reads what a proof says of itself, up to its key. value is the signature.
func readProof(p *credentials.Node, purpose string, now time.Time) (r EmbeddedResult, used suite, value []byte) {
	malformed := func(member string) (EmbeddedResult, suite, []byte) {
		r.Code, r.Member = CodeProofMalformed, member
		return r, suite{}, nil
	}
	r.ID, r.Method, r.Purpose = p.Get("id").Text(), p.Get("verificationMethod").Text(), p.Get("proofPurpose").Text()
	used, name, ok := suiteOf(p)
	r.Suite = name
	switch {
	case p.Kind() != credentials.Object || p.Get("type") == nil:
		return malformed("type")
	case !ok:
		r.Code = CodeAlgorithmRefused
		return r, suite{}, nil
	case !credentials.IsURI(r.Method):
		return malformed("verificationMethod")
	case p.Get("id") != nil && r.ID == "":
		return malformed("id")
	case r.Purpose == "":
		return malformed("proofPurpose")
	case r.Purpose != purpose:
		r.Code = CodeProofPurpose
		return r, suite{}, nil
	case p.Get("challenge") != nil && p.Get("challenge").Text() == "":
		return malformed("challenge")
	}
	r.Challenge, r.Domains = p.Get("challenge").Text(), p.Get("domain").Texts()
	for _, date := range []struct {
		name     string
		into     *time.Time
		required bool
	}{{"created", &r.Created, used.retired}, {"expires", &r.Expires, false}} {
		at, err := credentials.ParseTime(p.Get(date.name).Text())
		if err != nil && (date.required || p.Get(date.name) != nil) {
			return malformed(date.name)
		}
		*date.into = at
	}
	value, err := decodeBase58(p.Get("proofValue").Text())
	if err != nil {
		return malformed("proofValue")
	}
	if r.Created.After(now.Add(proofSkew)) || !r.Expires.IsZero() && r.Expires.Before(now.Add(-proofSkew)) {
		r.Code = CodeProofTime
	}
	return r, used, value
}

// codeOf is the reason code of an error of proofSet.message.
func codeOf(err error) string {
	if lossy, ok := errors.AsType[*ld.Error](err); ok {
		return lossy.Code
	}
	for code, kind := range map[string]error{
		CodeProofContext: errContext, CodeProofPrevious: errPrevious, CodeNumber: credentials.ErrNumber,
	} {
		if errors.Is(err, kind) {
			return code
		}
	}
	return ld.CodeComplex // the time is up
}

// errPrevious is a chain that cannot be followed.
var errPrevious = errors.New("a previous proof is missing or not unique")

// proofSet is a document and its proofs. It keeps the digests of the document,
// since the proofs of a set share them.
type proofSet struct {
	doc     *credentials.Node
	proofs  []*credentials.Node
	purpose string
	done    map[digestKey][]byte
	spent   map[Suite]error // a document that was too much work once, or says what no statement carries, is not tried again
}

// digestKey names one digest of the document: which form, hash, and previous proofs.
type digestKey struct {
	suite    Suite
	hash     ld.Hash
	previous string
}

// message is what proof p of the suite signs: the digest of its configuration
// and that of the document with the proofs that p builds on (Data Integrity
// 1.0 §4.5; EdDSA Cryptosuites 1.0 §3.2.4).
func (s *proofSet) message(ctx context.Context, used suite, p *credentials.Node, alg Alg) ([]byte, error) {
	config, err := used.config(s.doc, p)
	if err != nil {
		return nil, err
	}
	previous, err := s.previous(p)
	if err != nil {
		return nil, err
	}
	of, err := s.digest(ctx, used, previous, p.Get("previousProof").Texts(), alg)
	if err != nil {
		return nil, err
	}
	head, err := used.digest(ctx, config, alg)
	if lossy, ok := errors.AsType[*ld.Error](err); ok {
		return nil, &ld.Error{Code: lossy.Code, Pointer: s.pointer(p) + lossy.Pointer, Detail: lossy.Detail}
	}
	if err != nil {
		return nil, err
	}
	return slices.Concat(head, of), nil
}

// pointer is the place of a proof in the document (RFC 6901).
func (s *proofSet) pointer(p *credentials.Node) string {
	if i := slices.Index(s.proofs, p); i >= 0 && s.doc.Get("proof").Kind() == credentials.Array {
		return "/proof/" + strconv.Itoa(i)
	}
	return "/proof"
}

// previous gives the proofs that p names, in the order of its naming.
func (s *proofSet) previous(p *credentials.Node) ([]*credentials.Node, error) {
	named := p.Get("previousProof")
	ids := named.Texts()
	if len(ids) != len(named.List()) || named != nil && len(ids) == 0 {
		return nil, errPrevious
	}
	var out []*credentials.Node
	for _, id := range ids {
		var found []*credentials.Node
		for _, other := range s.proofs {
			if n := other.Get("id"); n.Kind() == credentials.String && n.Text() == id {
				found = append(found, other)
			}
		}
		if len(found) != 1 || found[0] == p || slices.Contains(out, found[0]) {
			return nil, errPrevious
		}
		out = append(out, found[0])
	}
	return out, nil
}

// digest is that of the document with the given proofs alone.
func (s *proofSet) digest(ctx context.Context, used suite, previous []*credentials.Node, ids []string, alg Alg) ([]byte, error) {
	hash, _ := hashOf(alg)
	key := digestKey{used.name, hash, fmt.Sprintf("%q", ids)}
	if known, ok := s.done[key]; ok {
		return known, nil
	}
	if err := s.spent[used.name]; err != nil {
		return nil, err
	}
	doc := s.doc.Without("proof")
	if len(previous) > 0 {
		doc = s.doc.With("proof", credentials.ListOf(previous...))
	}
	sum, err := used.digest(ctx, doc, alg)
	if err != nil {
		if lossy, ok := errors.AsType[*ld.Error](err); codeOf(err) == ld.CodeComplex || ok && !strings.HasPrefix(lossy.Pointer, "/proof") {
			s.spend(used.name, err)
		}
		return nil, err
	}
	if s.done == nil {
		s.done = make(map[digestKey][]byte)
	}
	s.done[key] = sum
	return sum, nil
}

// spend remembers why a suite has no digest of the document.
func (s *proofSet) spend(used Suite, err error) {
	if s.spent == nil {
		s.spent = make(map[Suite]error)
	}
	s.spent[used] = err
}
