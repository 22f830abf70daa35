package proof

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"laurel/credentials"
)

// Purposes of proofs (Data Integrity 1.0 §2.1).
const (
	// PurposeAssertion is that of a proof that vouches for a document.
	PurposeAssertion = "assertionMethod"
	// PurposeAuthentication is that of a holder's proof on a presentation.
	PurposeAuthentication = "authentication"
)

// ErrSuite is the error of a suite that is unknown or signs nothing new.
var ErrSuite = errors.New("no such cryptosuite to sign with")

// Options say how a document is signed by [Secure].
type Options struct {
	// Suite is EdDSARDFC2022 when empty.
	Suite Suite
	// Signer's key must be one of the suite's.
	Signer Signer
	// Method is the verification method, a DID URL; the ID of the signer's key when empty.
	Method string
	// Created is written in UTC, cut to the second.
	Created time.Time
	// Purpose is PurposeAssertion when empty.
	Purpose string
	// Challenge and Domain are the reader's, for a presentation; may be empty.
	Challenge, Domain string

	// ID names the proof, so that a later one can name it; may be empty.
	ID string
	// Earlier are the proofs, as JSON, that the document bears already: a proof set.
	Earlier [][]byte
	// Previous are IDs of Earlier that this proof vouches for too: a proof chain
	// (Data Integrity 1.0 §2.1.2).
	Previous []string
}

// Secure adds a proof to a stored payload, which has none. The document is the
// payload's own bytes with the proofs at the end, so that [Embed] rebuilds it
// byte for byte from payload and proofs; proofJSON is the new proof. Like any
// signature, it is to be checked, by [CheckEmbedded], before it is handed out.
//
// A payload that cannot be signed without loss is refused before the signer is
// asked: the error is an *ld.Error, credentials.ErrNumber, or a
// *credentials.ParseError.
func Secure(ctx context.Context, payload []byte, o Options) (document, proofJSON []byte, err error) {
	draft, err := o.draft()
	if err != nil {
		return nil, nil, fmt.Errorf("securing a document: %w", err)
	}
	doc, err := readPayload(payload)
	if err == nil && len(o.Earlier) > 0 {
		doc, err = credentials.Parse(splice(payload, o.Earlier))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("securing a document: %w", err)
	}
	s, _, _ := suiteOf(draft) // draft has told that it is there
	if context := doc.Get("@context"); s.carriesContext && context != nil {
		draft = draft.With("@context", context)
	}
	set := &proofSet{doc: doc, proofs: doc.Get("proof").List()}
	message, err := set.message(ctx, s, draft, o.Signer.Public().Alg)
	if err != nil {
		return nil, nil, fmt.Errorf("securing a document: %w", err)
	}
	signature, err := o.Signer.Sign(ctx, message)
	if err != nil {
		return nil, nil, fmt.Errorf("signing with %s: %w", o.Signer.Public().ID, err)
	}
	proofJSON = draft.With("proofValue", credentials.TextOf(encodeBase58(signature))).AppendJSON(nil)
	return splice(payload, append(slices.Clip(o.Earlier), proofJSON)), proofJSON, nil
}

// draft is the proof before its value, without @context.
func (o Options) draft() (*credentials.Node, error) {
	if o.Suite == "" {
		o.Suite = EdDSARDFC2022
	}
	public := o.Signer.Public()
	if o.Method == "" {
		o.Method = public.ID
	}
	if o.Purpose == "" {
		o.Purpose = PurposeAssertion
	}
	var members []credentials.Member
	add := func(name, value string) {
		if value != "" {
			members = append(members, credentials.Member{Name: name, Value: credentials.TextOf(value)})
		}
	}
	add("id", o.ID)
	add("type", dataIntegrityProof)
	add("cryptosuite", string(o.Suite))
	add("created", o.Created.UTC().Format(time.RFC3339))
	add("verificationMethod", o.Method)
	add("proofPurpose", o.Purpose)
	add("challenge", o.Challenge)
	add("domain", o.Domain)
	draft := credentials.ObjectOf(members...)
	s, _, ok := suiteOf(draft)
	switch {
	case !ok || s.retired:
		return nil, fmt.Errorf("%w: %q", ErrSuite, o.Suite)
	case o.Created.IsZero():
		return nil, errors.New("the proof has no date")
	}
	switch len(o.Previous) {
	case 0:
	case 1:
		draft = draft.With("previousProof", credentials.TextOf(o.Previous[0]))
	default:
		var ids []*credentials.Node
		for _, id := range o.Previous {
			ids = append(ids, credentials.TextOf(id))
		}
		draft = draft.With("previousProof", credentials.ListOf(ids...))
	}
	return draft, s.signs(public.Alg)
}

// Embed rebuilds a document from its stored payload and the proofs of it, as
// JSON, always as a list (OB 3.0, JSON serialization). Without proofs it is the
// payload. The payload's own bytes stay as they are.
func Embed(payload []byte, proofs ...[]byte) ([]byte, error) {
	if _, err := readPayload(payload); err != nil {
		return nil, fmt.Errorf("rebuilding a document: %w", err)
	}
	return splice(payload, proofs), nil
}

// readPayload reads a document that has no proof yet.
func readPayload(payload []byte) (*credentials.Node, error) {
	doc, err := credentials.Parse(payload)
	switch {
	case err != nil:
		return nil, err
	case doc.Kind() != credentials.Object || len(doc.Members()) == 0:
		return nil, errors.New("the payload is not a document")
	case doc.Get("proof") != nil:
		return nil, errors.New("the payload has a proof already")
	}
	return doc, nil
}

// splice writes proofs at the end of an object.
func splice(payload []byte, proofs [][]byte) []byte {
	if len(proofs) == 0 {
		return payload
	}
	trimmed := bytes.TrimRight(payload, " \t\r\n")
	out := make([]byte, 0, len(trimmed)+512*len(proofs))
	out = append(append(out, trimmed[:len(trimmed)-1]...), `,"proof":[`...)
	out = append(out, bytes.Join(proofs, []byte(","))...)
	return append(out, "]}"...)
}
