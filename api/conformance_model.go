package api

import (
	"slices"
	"strconv"
	"strings"
	"time"

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

// Contexts that the suites' documents begin with, and the one that defines
// Data Integrity proofs for the older of them.
const (
	contextVC11 = "https://www.w3.org/2018/credentials/v1"
	contextDI   = "https://w3id.org/security/data-integrity/v2"
)

// Types of what stands in an envelope, and of a whole presentation (VC 2.0 §4.13).
const (
	typeCredential   = "VerifiableCredential"
	typePresentation = "VerifiablePresentation"
	typeEnveloped    = "EnvelopedVerifiableCredential"
)

// checkCredential holds a credential of any kind against the data model (VC 2.0
// §4, VC 1.1 §4): what holds for every document, before any profile such as
// Open Badges. Whether each member has a meaning is for package ld to say.
func checkCredential(doc *credentials.Node) error {
	if err := checkEnvelope(doc, typeCredential); err != nil {
		return err
	}
	if err := checkIdentified("/issuer", doc.Get("issuer")); err != nil {
		return err
	}
	for _, check := range []func(*credentials.Node) error{checkSubjects, checkPeriod, checkServices, checkResources} {
		if err := check(doc); err != nil {
			return err
		}
	}
	for _, n := range []struct {
		at string
		of *credentials.Node
	}{{"", doc}, {"/issuer", doc.Get("issuer")}} {
		for _, name := range []string{"name", "description"} {
			if err := checkLanguage(n.at+"/"+name, n.of.Get(name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkEnvelope holds what credentials and presentations share: contexts, types and id.
func checkEnvelope(doc *credentials.Node, kind string) error {
	if doc.Kind() != credentials.Object {
		return malformedValue("", "this is not an object")
	}
	contexts := doc.Get("@context")
	first := ""
	if items := contexts.Items(); len(items) > 0 {
		first = items[0].Text()
	}
	if first != credentials.ContextVC && first != contextVC11 {
		return malformedValue("/@context", "it is not a list that begins with the context of the data model")
	}
	types := doc.Get("type")
	if !types.Has(kind) || len(types.Texts()) != len(types.List()) {
		return malformedValue("/type", "it does not name "+kind)
	}
	return checkID("/id", doc.Get("id"), false)
}

// checkID asks that an id is one absolute address; required tells whether it must be there.
func checkID(at string, id *credentials.Node, required bool) error {
	if id == nil && !required || credentials.IsURI(id.Text()) {
		return nil
	}
	return malformedValue(at, "it is not an absolute address")
}

// checkIdentified asks for an address, or an object with one as its id.
func checkIdentified(at string, n *credentials.Node) error {
	if n.Kind() == credentials.Object {
		return checkID(at+"/id", n.Get("id"), true)
	}
	return checkID(at, n, true)
}

// checkSubjects asks for one subject or more, each of which says something (VC 2.0 §4.8).
func checkSubjects(doc *credentials.Node) error {
	list := doc.Get("credentialSubject").List()
	if len(list) == 0 {
		return malformedValue("/credentialSubject", "there is none")
	}
	for _, s := range list {
		if s.Kind() != credentials.Object || len(s.Members()) == 0 {
			return malformedValue("/credentialSubject", "it is not an object that says something")
		}
		if err := checkID("/credentialSubject/id", s.Get("id"), false); err != nil {
			return err
		}
	}
	return nil
}

// checkPeriod asks for date-times with their offsets, in their order (VC 2.0 §4.9, VC 1.1 §4.5).
func checkPeriod(doc *credentials.Node) error {
	older := doc.Get("@context").Has(contextVC11)
	names := [2]string{"validFrom", "validUntil"}
	if older {
		names = [2]string{"issuanceDate", "expirationDate"}
	}
	var at [2]time.Time
	for i, name := range names {
		n := doc.Get(name)
		if n == nil && (i == 1 || !older) {
			continue
		}
		t, err := credentials.ParseTime(n.Text())
		if err != nil || strings.Contains(n.Text(), ",") { // the comma is Go's own liberty
			return malformedValue("/"+name, "it is not a date-time with its offset")
		}
		at[i] = t
	}
	if !at[1].IsZero() && at[1].Before(at[0]) {
		return &conformanceError{problemRange, "/" + names[1], "it comes before " + names[0]}
	}
	return nil
}

// serviceMembers are members whose values are objects with a type; true where an id is required (VC 2.0 §4.10–§5.6).
var serviceMembers = []struct {
	name string
	id   bool
}{
	{"credentialStatus", false},
	{"credentialSchema", true},
	{"termsOfUse", false},
	{"evidence", false},
	{"refreshService", false},
	{"proof", false},
}

// checkServices holds the members of services against their common form.
func checkServices(doc *credentials.Node) error {
	for _, s := range serviceMembers {
		for _, n := range doc.Get(s.name).List() {
			types := n.Get("type").Texts()
			if n.Kind() != credentials.Object || len(types) == 0 || slices.Contains(types, "") {
				return malformedValue("/"+s.name, "it is not an object with a type")
			}
			if err := checkID("/"+s.name+"/id", n.Get("id"), s.id); err != nil {
				return err
			}
			if s.name == "credentialStatus" && slices.Contains(types, "BitstringStatusListEntry") {
				if err := checkEntry("/"+s.name, n); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// checkEntry holds an entry of a list against Bitstring Status List 1.0 §2.1.
func checkEntry(at string, n *credentials.Node) error {
	list, index := n.Get("statusListCredential"), n.Get("statusListIndex").Text()
	if _, err := strconv.ParseUint(index, 10, 64); err != nil {
		return malformedValue(at+"/statusListIndex", "it is not a decimal number as text")
	}
	if n.Get("statusPurpose").Text() == "" {
		return malformedValue(at+"/statusPurpose", "it is not a text")
	}
	if id := n.Get("id").Text(); id != "" && id == list.Text() {
		return malformedValue(at+"/id", "it is the address of the list")
	}
	return checkID(at+"/statusListCredential", list, true)
}

// checkResources asks that each related resource is named once, with a digest (VC 2.0 §5.3).
func checkResources(doc *credentials.Node) error {
	seen := make(map[string]bool)
	for _, n := range doc.Get("relatedResource").List() {
		id := n.Get("id")
		if err := checkID("/relatedResource/id", id, true); err != nil {
			return err
		}
		if seen[id.Text()] {
			return malformedValue("/relatedResource/id", "it stands there twice")
		}
		seen[id.Text()] = true
		if n.Get("digestSRI").Text() == "" && n.Get("digestMultibase").Text() == "" {
			return malformedValue("/relatedResource", "it has no digest")
		}
	}
	return nil
}

// checkLanguage asks for texts, or texts with their language (VC 2.0 §11.1).
func checkLanguage(at string, n *credentials.Node) error {
	for _, v := range n.List() {
		if v.Kind() == credentials.String {
			continue
		}
		if v.Get("@value").Kind() != credentials.String {
			return malformedValue(at, "it is neither a text nor a text with its language")
		}
		for _, m := range v.Members() {
			if !slices.Contains([]string{"@value", "@language", "@direction"}, m.Name) || m.Value.Kind() != credentials.String {
				return malformedValue(at, "a text with its language has no other members")
			}
		}
	}
	return nil
}

// checkPresentation holds a presentation against the data model (VC 2.0 §4.13),
// but for the credentials in it, which it gives.
func checkPresentation(doc *credentials.Node) ([]*credentials.Node, error) {
	if err := checkEnvelope(doc, typePresentation); err != nil {
		return nil, err
	}
	if holder := doc.Get("holder"); holder != nil {
		if err := checkIdentified("/holder", holder); err != nil {
			return nil, err
		}
	}
	list := doc.Get("verifiableCredential").List()
	for _, n := range list {
		if n.Kind() != credentials.Object {
			return nil, malformedValue("/verifiableCredential", "it is not an object")
		}
	}
	return list, nil
}

// mediaCOSE is a credential as COSE, in base64 (VC-JOSE-COSE §3.3.3), which is told apart here, but not read.
const mediaCOSE = "application/vc+cose;base64"

// envelopeMedia are the media types that an enveloped credential may have (VC-JOSE-COSE §3.1.3, §3.2.3, §3.3.3).
var envelopeMedia = []string{"application/vc+jwt", "application/vc+sd-jwt", mediaCOSE}

// openEnvelope gives the media type and the token of an enveloped credential (VC 2.0 §4.13.2).
func openEnvelope(n *credentials.Node) (media, token string, err error) {
	contexts := n.Get("@context").List()
	if len(contexts) == 0 || contexts[0].Text() != credentials.ContextVC {
		return "", "", malformedValue("/@context", "an envelope begins with the context of the data model")
	}
	data, isData := strings.CutPrefix(n.Get("id").Text(), "data:")
	media, token, cut := strings.Cut(data, ",")
	if !n.Get("type").Has(typeEnveloped) || !isData || !cut || token == "" || !slices.Contains(envelopeMedia, media) {
		return "", "", malformedValue("/id", "it is not a data: address of a secured credential")
	}
	return media, token, nil
}
