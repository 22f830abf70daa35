package api

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// JOSERequest is one task of the VC-JOSE-COSE suite.
type JOSERequest struct {
	// Input is a document to sign, or a token to verify.
	Input []byte
	// Key is a verification method of type JsonWebKey, with secretKeyJwk to sign.
	Key []byte
	// Feature is credential_jose, credential_sdjwt, presentation_jose or presentation_sdjwt.
	Feature string
	// Disclose is a JSON list of what may be kept back, such as "credentialSubject.phones[0]"; may be empty.
	Disclose []byte
}

// JOSEResult is the answer to a task, as the suite reads it.
type JOSEResult struct {
	// Result is success, failure, or indeterminate for a feature that is not built.
	Result string `json:"result"`
	// Data is the token that was signed, or the document that was verified; on failure the reason.
	Data string `json:"data,omitempty"`
}

// joseAnswer is the result of a task; an error is a failure.
func joseAnswer(data string, err error) JOSEResult {
	switch {
	case errors.Is(err, errFeature):
		return JOSEResult{Result: "indeterminate", Data: err.Error()}
	case err != nil:
		return JOSEResult{Result: "failure", Data: err.Error()}
	}
	return JOSEResult{Result: "success", Data: data}
}

// errFeature is a feature of the suite that is not built: COSE.
var errFeature = errors.New("this feature is not built")

// tokenTypes are the header types by feature (VC-JOSE-COSE §3.1, §3.2).
var tokenTypes = map[string]string{
	"credential_jose": proof.TypeVC, "credential_sdjwt": proof.TypeSDJWT,
	"presentation_jose": proof.TypeVP, "presentation_sdjwt": "vp+sd-jwt",
}

// JOSEIssue signs a credential or a presentation (VC-JOSE-COSE §3).
func JOSEIssue(ctx context.Context, rand io.Reader, r JOSERequest) JOSEResult {
	return joseAnswer(r.issue(ctx, rand))
}

func (r JOSERequest) issue(ctx context.Context, rand io.Reader) (string, error) {
	typ, ok := tokenTypes[r.Feature]
	if !ok {
		return "", errFeature
	}
	doc, err := credentials.Parse(r.Input)
	if err != nil {
		return "", err
	}
	if err := joseDocument(ctx, typ, doc, envelopeForm); err != nil {
		return "", err
	}
	method, err := credentials.Parse(r.Key)
	if err != nil {
		return "", err
	}
	private, err := privateJWK(method.Get("secretKeyJwk"))
	if err != nil {
		return "", err
	}
	signer := private.Signer(method.Get("id").Text())
	if !strings.HasSuffix(typ, "sd-jwt") {
		payload := doc.AppendJSON(nil)
		if typ == proof.TypeVC {
			if payload, err = credentials.WithClaims(payload); err != nil {
				return "", err
			}
		}
		token, err := proof.SignJWT(ctx, payload, typ, signer)
		return token.String(), err
	}
	paths, err := disclosePointers(r.Disclose)
	if err != nil {
		return "", err
	}
	token, err := proof.SignSDJWT(ctx, doc.AppendJSON(nil), proof.SDOptions{Type: typ, Disclose: paths, Rand: rand}, signer)
	return token.String(), err
}

// JOSEVerify checks a token against the key that is given (VC-JOSE-COSE §4): its
// type, its signature, whose the key is, and the document in it. Validity
// periods are not judged. What stands enveloped in a presentation is asked for
// its form alone, since its key is not at hand.
func JOSEVerify(ctx context.Context, r JOSERequest) JOSEResult { return joseAnswer(r.verify(ctx)) }

func (r JOSERequest) verify(ctx context.Context) (string, error) {
	typ, ok := tokenTypes[r.Feature]
	if !ok {
		return "", errFeature
	}
	method, err := credentials.Parse(r.Key)
	if err != nil {
		return "", err
	}
	key, err := proof.ParseJWK(method.Get("publicKeyJwk"))
	if err != nil {
		return "", err
	}
	names := []string{"", key.ID, method.Get("id").Text()}
	opened, err := openToken(typ, tokenIn(r.Input), func(h proof.Header) (proof.Key, error) {
		if !slices.Contains(names, h.KeyID) {
			return proof.Key{}, errors.New("the header names another key")
		}
		return key, nil
	})
	if err != nil {
		return "", err
	}
	doc := opened.doc
	if err := joseDocument(ctx, typ, doc.Without(credentials.ClaimNames()...), envelopeToken); err != nil {
		return "", err
	}
	signer := "issuer"
	if typ != proof.TypeVC && typ != proof.TypeSDJWT {
		signer = "holder"
	}
	id := doc.Get(signer).Text()
	if doc.Get(signer).Kind() == credentials.Object {
		id = doc.Path(signer, "id").Text()
	}
	controller := method.Get("controller").Text()
	if iss := doc.Get("iss"); iss != nil && iss.Text() != id && id != "" || id != "" && id != controller {
		return "", &conformanceError{problemCrypto, "/" + signer, "the key is not the " + signer + "'s"}
	}
	return string(doc.AppendJSON(nil)), nil
}

// tokenIn gives the token of an input: as it stands, as a JSON text, or in the
// member data of an earlier answer.
func tokenIn(input []byte) []byte {
	n, err := credentials.Parse(input)
	switch {
	case err != nil:
		return []byte(strings.TrimSpace(string(input)))
	case n.Kind() == credentials.Object:
		return []byte(n.Get("data").Text())
	}
	return []byte(n.Text())
}

// openedToken is the document in a token whose signature is good.
type openedToken struct {
	doc   *credentials.Node
	owner string // the controller that kid names
}

// openToken reads a token of a type (VC-JOSE-COSE §4) and checks its signature
// with the key that find gives for its header.
func openToken(typ string, token []byte, find func(proof.Header) (proof.Key, error)) (openedToken, error) {
	refused := func(err error) (openedToken, error) {
		return openedToken{}, &conformanceError{problemCrypto, "", err.Error()}
	}
	var sd proof.SDJWT
	var header proof.Header
	var err error
	if strings.HasSuffix(typ, "sd-jwt") {
		sd, header, err = proof.ParseSDJWT(token, proof.ES384, proof.ES512)
	} else {
		sd.JWT, header, err = proof.ParseJWT(token, proof.ES384, proof.ES512)
	}
	if err != nil {
		return refused(err)
	}
	if header.Type != typ && header.Type != "application/"+typ {
		return refused(fmt.Errorf("the type of the token is not %s", typ))
	}
	key, err := find(header)
	if err != nil {
		return refused(err)
	}
	if err := sd.Verify(key); err != nil {
		return refused(err)
	}
	doc, err := credentials.Parse(sd.JWT.Payload)
	if strings.HasSuffix(typ, "sd-jwt") {
		var shown proof.Disclosed
		shown, err = sd.Disclose()
		doc = shown.Payload
	}
	if err != nil {
		return refused(err)
	}
	for _, name := range []string{"vc", "vp"} { // VC-JOSE-COSE §3.1: they must not be there
		if doc.Get(name) != nil {
			return openedToken{}, malformedValue("/"+name, "this claim belongs to an older form")
		}
	}
	return openedToken{doc, ownerOf(header.KeyID)}, nil
}

// joseDocument holds the document of a token against the data model. envelope
// judges each credential of a presentation, which must be enveloped (VC-JOSE-COSE §3.1.2).
func joseDocument(ctx context.Context, typ string, doc *credentials.Node, envelope func(*credentials.Node) error) error {
	if typ == proof.TypeVC || typ == proof.TypeSDJWT {
		if err := checkCredential(doc); err != nil {
			return err
		}
		for _, m := range doc.Members() {
			if !slices.Contains(modelMembers, m.Name) {
				return malformedValue(credentials.Pointer("", m.Name), "the data model does not define this member")
			}
		}
		return lossless(ctx, doc)
	}
	list, err := checkPresentation(doc)
	if err != nil {
		return err
	}
	for _, n := range list {
		if err := envelope(n); err != nil {
			return err
		}
	}
	return lossless(ctx, doc.Without("verifiableCredential")) // the suite's COSE envelopes are no IRIs
}

// modelMembers are the members of a credential (VC 2.0 §4, §5). What is signed
// as JSON has no contexts to say what others mean.
var modelMembers = []string{
	"@context", "id", "type", "name", "description", "issuer", "credentialSubject", "validFrom", "validUntil",
	"credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence", "relatedResource",
	"confidenceMethod", "renderMethod",
}

// envelopeForm asks that a credential in a presentation is enveloped.
func envelopeForm(n *credentials.Node) error {
	_, _, err := openEnvelope(n)
	return err
}

// envelopeToken asks the same, and that what is enveloped is a token; COSE is not read.
func envelopeToken(n *credentials.Node) error {
	media, token, err := openEnvelope(n)
	if err != nil || media == mediaCOSE {
		return err
	}
	if strings.HasSuffix(media, "sd-jwt") {
		_, _, err = proof.ParseSDJWT([]byte(token), proof.ES384, proof.ES512)
	} else {
		_, _, err = proof.ParseJWT([]byte(token), proof.ES384, proof.ES512)
	}
	return err
}

// disclosePointers reads a JSON list of paths such as "a.b[0]" as RFC 6901 pointers.
func disclosePointers(list []byte) ([]string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	n, err := credentials.Parse(list)
	if err != nil {
		return nil, fmt.Errorf("reading what may be kept back: %w", err)
	}
	var out []string
	for _, path := range n.Texts() {
		at := ""
		for part := range strings.SplitSeq(strings.NewReplacer("[", ".", "]", "").Replace(path), ".") {
			at = credentials.Pointer(at, part)
		}
		out = append(out, at)
	}
	return out, nil
}

// privateJWK reads a private key of the suite (RFC 7518 §6.2.2, RFC 8037 §2).
func privateJWK(jwk *credentials.Node) (*proof.PrivateKey, error) {
	seed, err := base64.RawURLEncoding.DecodeString(jwk.Get("d").Text())
	if err != nil || len(seed) == 0 {
		return nil, fmt.Errorf("%w: there is no secret in it", proof.ErrKey)
	}
	var key any
	curves := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}
	if curve := curves[jwk.Get("crv").Text()]; curve != nil {
		key, err = ecdsa.ParseRawPrivateKey(curve, seed)
	} else if len(seed) == ed25519.SeedSize && jwk.Get("crv").Text() == "Ed25519" {
		key = ed25519.NewKeyFromSeed(seed)
	}
	if err != nil || key == nil {
		return nil, fmt.Errorf("%w: its curve or its secret", proof.ErrKey)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("reading a private key: %w", err)
	}
	return proof.ParsePKCS8(der)
}
