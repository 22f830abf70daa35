package api

import (
	"slices"
	"strconv"

	"laurel/credentials"
)

// Problem types of the data model (VC 2.0 §7.4).
const (
	problemParsing   = "PARSING_ERROR"
	problemCrypto    = "CRYPTOGRAPHIC_SECURITY_ERROR"
	problemMalformed = "MALFORMED_VALUE_ERROR"
	problemRange     = "RANGE_ERROR"
)

// problemBase stands before the name of a problem type (VC 2.0 §7.4).
const problemBase = "https://www.w3.org/TR/vc-data-model#"

// conformanceError is why the conformance mount refuses a document.
type conformanceError struct {
	kind    string // one of the problem types
	pointer string // RFC 6901, of the value at fault
	detail  string
}

// Error gives type, place and reason.
func (e *conformanceError) Error() string {
	return e.kind + " at " + strconv.Quote(e.pointer) + ": " + e.detail
}

// malformedValue is a value of a wrong form.
func malformedValue(pointer, detail string) error {
	return &conformanceError{problemMalformed, pointer, detail}
}

// contextDI defines Data Integrity proofs for documents of the data model 1.1.
const contextDI = "https://w3id.org/security/data-integrity/v2"

// modelProblem is the first thing wrong with a document, or nil.
func modelProblem(found []credentials.Problem) error {
	if len(found) == 0 {
		return nil
	}
	p := found[0]
	kind := problemMalformed
	if p.Rule == credentials.RulePeriod {
		kind = problemRange
	}
	return &conformanceError{kind, p.Pointer, p.Sentence()}
}

// checkCredential holds a credential of any kind against the data model.
// Whether each member has a meaning is for package ld to say.
func checkCredential(doc *credentials.Node) error {
	return modelProblem(credentials.InspectModel(doc))
}

// checkPresentation holds a presentation against the data model, but for the
// credentials in it, which it gives.
func checkPresentation(doc *credentials.Node) ([]*credentials.Node, error) {
	if err := modelProblem(credentials.InspectPresentation(doc)); err != nil {
		return nil, err
	}
	return doc.Get("verifiableCredential").List(), nil
}

// mediaCOSE is a credential as COSE, in base64 (VC-JOSE-COSE §3.3.3), which is told apart here, but not read.
const mediaCOSE = "application/vc+cose;base64"

// envelopeMedia are the media types that an enveloped credential may have (VC-JOSE-COSE §3.1.3, §3.2.3, §3.3.3).
var envelopeMedia = []string{"application/vc+jwt", "application/vc+sd-jwt", mediaCOSE}

// openEnvelope gives the media type and the token of an enveloped credential (VC 2.0 §4.13.2).
func openEnvelope(n *credentials.Node) (media, token string, err error) {
	media, token, ok := credentials.OpenEnvelope(n)
	if !ok || !slices.Contains(envelopeMedia, media) {
		return "", "", malformedValue("/id", "it is not an envelope that holds a secured credential and nothing else")
	}
	return media, token, nil
}
