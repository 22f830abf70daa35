package credentials

import "maps"

// form is what the value of a member must look like.
type form uint8

const (
	text        form = iota // a string
	uri                     // a string that is an absolute IRI
	date                    // a string that is an RFC 3339 date-time with its offset
	boolean                 // true or false
	number                  // a JSON number
	decimal                 // a string of decimal digits
	civil                   // a string that is a date without time
	language                // a string that is a language tag
	compact                 // a string that is a compact token
	object                  // an object of the member's class
	objectOrURI             // the same, or only its id
	document                // a whole credential of the member's class, or of any when that is empty
	opaque                  // defined by a context, but never read or shown
	names                   // the class names of the object, see class.typed
)

// member is the rule for one member of a class.
type member struct {
	form     form
	class    string   // of object, objectOrURI and document
	words    []string // when set, the only values of a text
	ext      bool     // words of the form ext:… are allowed beside words
	required bool
	many     bool // a list is allowed
}

// class is the closed list of members that the pinned contexts define for a
// type (VC 2.0, OB 3.0.3 and CLR 2.0.1 contexts, OB 3.0 and CLR 2.0 data models).
// A member outside it, and outside the few that the contexts define everywhere,
// has no meaning, whatever a signature says about its bytes.
type class struct {
	typed   []string // one of these must be among the object's types; empty when a type may be missing
	closed  bool     // the data model allows no other member, whatever the contexts define
	members map[string]member
}

// need makes a rule that the member must be there.
func need(m member) member { m.required = true; return m }

// many makes a rule for one value or a list.
func many(m member) member { m.many = true; return m }

// of is the rule for an object of the named class.
func of(class string) member { return member{form: object, class: class} }

var (
	anyText = member{}
	anyURI  = member{form: uri}
	aDate   = member{form: date}
	aNumber = member{form: number}
	aBool   = member{form: boolean}
	aTag    = member{form: language}
	hidden  = member{form: opaque}
	types   = member{form: names}

	endorsements = many(member{form: document, class: ClassEndorsement})
	tokens       = many(member{form: compact})
)

// base are the members of every credential under the VC 2.0 context.
func base(more map[string]member) map[string]member {
	m := map[string]member{
		"@context": need(hidden), "id": anyURI, "type": need(types), "name": anyText, "description": anyText,
		"issuer":    need(member{form: objectOrURI, class: "Profile"}),
		"validFrom": aDate, "validUntil": aDate, "proof": hidden,
		"credentialStatus": many(of("StatusEntry")), "credentialSchema": many(of("CredentialSchema")),
		"refreshService": many(of("RefreshService")), "termsOfUse": many(of("TermsOfUse")), "evidence": many(of("Evidence")),
		"relatedResource": hidden, "confidenceMethod": hidden, "renderMethod": hidden,
	}
	maps.Copy(m, more)
	return m
}

// classes holds every class that is read, by its name.
var classes = map[string]class{
	"AchievementCredential": {typed: []string{"AchievementCredential", "OpenBadgeCredential"}, members: base(map[string]member{
		"id": need(anyURI), "validFrom": need(aDate), "awardedDate": aDate, "image": of("Image"),
		"credentialSubject": need(of("AchievementSubject")),
		"endorsement":       endorsements, "endorsementJwt": tokens,
	})},
	"ClrCredential": {typed: []string{"ClrCredential"}, members: base(map[string]member{
		"id": need(anyURI), "name": need(anyText), "validFrom": need(aDate), "awardedDate": aDate,
		"image": of("Image"), "partial": aBool, "credentialSubject": need(of("ClrSubject")),
		"endorsement": endorsements, "endorsementJwt": tokens,
	})},
	"ClrSubject": {typed: []string{"ClrSubject"}, members: map[string]member{
		"id": anyURI, "type": need(types), "identifier": many(of("IdentityObject")),
		"achievement": many(of("Achievement")), "association": many(of("Association")),
		"verifiableCredential": need(many(member{form: document})),
	}},
	"Association": {typed: []string{"Association"}, closed: true, members: map[string]member{
		"type": need(types), "associationType": need(member{words: associationKinds}),
		"sourceId": need(anyURI), "targetId": need(anyURI),
	}},
	"EndorsementCredential": {typed: []string{"EndorsementCredential"}, members: base(map[string]member{
		"id": need(anyURI), "validFrom": need(aDate), "awardedDate": aDate, "name": need(anyText),
		"credentialSubject": need(of("EndorsementSubject")),
	})},
	"BitstringStatusListCredential": {typed: []string{"BitstringStatusListCredential"}, members: base(map[string]member{
		"id": need(anyURI), "credentialSubject": need(of("BitstringStatusList")),
	})},
	"BitstringStatusList": {typed: []string{"BitstringStatusList"}, members: map[string]member{
		"id": anyURI, "type": need(types), "statusPurpose": need(many(anyText)),
		"encodedList": need(anyText), "ttl": aNumber,
	}},
	"StatusEntry": {members: map[string]member{
		"id": anyURI, "type": need(types), "statusPurpose": anyText, "statusListIndex": {form: decimal},
		"statusListCredential": anyURI, "statusSize": aNumber, "statusMessage": hidden, "statusReference": hidden,
	}},
	"AchievementSubject": {typed: []string{"AchievementSubject"}, members: map[string]member{
		"id": anyURI, "type": need(types), "activityStartDate": aDate, "activityEndDate": aDate,
		"creditsEarned": aNumber, "achievement": need(of("Achievement")), "identifier": many(of("IdentityObject")),
		"image": of("Image"), "licenseNumber": anyText, "narrative": anyText, "result": many(of("Result")),
		"role": anyText, "source": of("Profile"), "term": anyText,
	}},
	"EndorsementSubject": {typed: []string{"EndorsementSubject"}, members: map[string]member{
		"id": need(anyURI), "type": need(types), "endorsementComment": anyText,
	}},
	"Achievement": {typed: []string{"Achievement"}, members: map[string]member{
		"id": need(anyURI), "type": need(types), "name": need(anyText), "description": need(anyText),
		"criteria": need(of("Criteria")), "achievementType": {words: achievementKinds, ext: true},
		"alignment": many(of("Alignment")), "creator": of("Profile"), "creditsAvailable": aNumber,
		"endorsement": endorsements, "endorsementJwt": tokens, "fieldOfStudy": anyText, "humanCode": anyText,
		"image": of("Image"), "inLanguage": aTag, "otherIdentifier": many(of("IdentifierEntry")),
		"related": many(of("Related")), "resultDescription": many(of("ResultDescription")),
		"specialization": anyText, "tag": many(anyText), "version": anyText,
	}},
	"CredentialSchema": {members: map[string]member{"id": need(anyURI), "type": need(types), "jsonSchema": hidden}},
	"RefreshService":   {members: map[string]member{"id": need(anyURI), "type": need(types)}},
	"TermsOfUse":       {members: map[string]member{"id": anyURI, "type": need(types)}},
	"Criteria":         {members: map[string]member{"id": anyURI, "type": types, "narrative": anyText}},
	"Alignment": {typed: []string{"Alignment"}, members: map[string]member{
		"type": need(types), "targetCode": anyText, "targetDescription": anyText, "targetName": need(anyText),
		"targetFramework": anyText, "targetType": {words: targetKinds, ext: true}, "targetUrl": need(anyURI),
	}},
	"Result": {typed: []string{"Result"}, members: map[string]member{
		"type": need(types), "achievedLevel": anyURI, "alignment": many(of("Alignment")),
		"resultDescription": anyURI, "status": {words: resultStates}, "value": anyText,
	}},
	"ResultDescription": {typed: []string{"ResultDescription"}, members: map[string]member{
		"id": need(anyURI), "type": need(types), "name": need(anyText), "alignment": many(of("Alignment")),
		"allowedValue": many(anyText), "requiredLevel": anyURI, "requiredValue": anyText,
		"resultType":           need(member{words: resultKinds, ext: true}),
		"rubricCriterionLevel": many(of("RubricCriterionLevel")), "valueMax": anyText, "valueMin": anyText,
	}},
	"RubricCriterionLevel": {typed: []string{"RubricCriterionLevel"}, members: map[string]member{
		"id": need(anyURI), "type": need(types), "name": need(anyText), "alignment": many(of("Alignment")),
		"description": anyText, "level": anyText, "points": anyText,
	}},
	"Evidence": {typed: []string{"Evidence"}, members: map[string]member{
		"id": anyURI, "type": need(types), "name": anyText, "description": anyText, "narrative": anyText,
		"genre": anyText, "audience": anyText,
	}},
	"Image": {typed: []string{"Image"}, closed: true, members: map[string]member{
		"id": need(anyURI), "type": need(types), "caption": anyText,
	}},
	"IdentityObject": {typed: []string{"IdentityObject"}, closed: true, members: map[string]member{
		"type": need(types), "hashed": need(aBool), "identityHash": need(anyText),
		"identityType": need(member{words: identifierKinds, ext: true}), "salt": anyText,
	}},
	"IdentifierEntry": {typed: []string{"IdentifierEntry"}, closed: true, members: map[string]member{
		"type": need(types), "identifier": need(anyText),
		"identifierType": need(member{words: identifierKinds, ext: true}),
	}},
	"Related": {typed: []string{"Related", "Achievement"}, members: map[string]member{
		"id": need(anyURI), "type": need(types), "inLanguage": aTag, "version": anyText,
	}},
	"Profile": {typed: []string{"Profile"}, members: map[string]member{
		"id": need(anyURI), "type": need(types), "name": anyText, "url": anyURI, "phone": anyText,
		"description": anyText, "endorsement": endorsements, "endorsementJwt": tokens, "image": of("Image"),
		"email": anyText, "address": of("Address"), "otherIdentifier": many(of("IdentifierEntry")),
		"official": anyText, "parentOrg": of("Profile"), "familyName": anyText, "givenName": anyText,
		"additionalName": anyText, "patronymicName": anyText, "honorificPrefix": anyText,
		"honorificSuffix": anyText, "familyNamePrefix": anyText, "dateOfBirth": {form: civil},
	}},
	"Address": {typed: []string{"Address"}, members: map[string]member{
		"type": need(types), "addressCountry": anyText, "addressCountryCode": anyText, "addressRegion": anyText,
		"addressLocality": anyText, "streetAddress": anyText, "postOfficeBoxNumber": anyText,
		"postalCode": anyText, "geo": of("GeoCoordinates"),
	}},
	"GeoCoordinates": {typed: []string{"GeoCoordinates"}, members: map[string]member{
		"type": need(types), "latitude": need(aNumber), "longitude": need(aNumber),
	}},
}

// Types by the context that defines them.
var (
	// coreTypes are the types of the VC 2.0 context, beside those of its status lists.
	coreTypes = set("VerifiableCredential", "VerifiablePresentation", "EnvelopedVerifiableCredential",
		"EnvelopedVerifiablePresentation", "JsonSchemaCredential", "JsonSchema", "DataIntegrityProof",
		"BitstringStatusListCredential", "BitstringStatusList", "BitstringStatusListEntry")
	// listTypes are those of [ContextStatus], for documents of VC 1.1; list2021Types
	// those of the form before it.
	listTypes     = set("BitstringStatusListCredential", "BitstringStatusList", "BitstringStatusListEntry")
	list2021Types = set("StatusList2021Credential", "StatusList2021", "StatusList2021Entry")
	// oldTypes are those of the VC 1.1 context, in its place.
	oldTypes = set("VerifiableCredential", "VerifiablePresentation", "JsonSchemaValidator2018", "ManualRefreshService2018",
		"EcdsaSecp256k1Signature2019", "EcdsaSecp256r1Signature2019", "Ed25519Signature2018", "RsaSignature2018")
	// badgeTypes are those of the OB 3.0 contexts.
	badgeTypes = set("OpenBadgeCredential", "Achievement", "AchievementCredential", "AchievementSubject", "Address",
		"Alignment", "Criteria", "EndorsementCredential", "EndorsementSubject", "Evidence", "GeoCoordinates",
		"IdentifierEntry", "IdentityObject", "Image", "Profile", "Related", "Result", "ResultDescription", "RubricCriterionLevel")
	// recordTypes are those of the CLR 2.0 contexts.
	recordTypes = set("ClrCredential", "ClrSubject", "Association")
	// extensionTypes are those of [ContextOBExtensions].
	extensionTypes = set("1EdTechRevocationList", "1EdTechCredentialRefresh", SchemaType)
)

// defines tells whether a context in force defines a type.
func (s scope) defines(name string) bool {
	return !s.old && coreTypes[name] || s.old && oldTypes[name] || s.badges && badgeTypes[name] || s.records && recordTypes[name] ||
		s.extensions && extensionTypes[name] || s.lists && listTypes[name] || s.lists2021 && list2021Types[name]
}

// Members that contexts define at their top, so that they may stand in any
// object; what no class lists is neither read nor shown.
var (
	coreMembers = map[string]member{
		"name": anyText, "description": anyText, "digestSRI": hidden, "digestMultibase": hidden, "mediaType": hidden,
	}
	badgeMembers = map[string]member{
		"name": anyText, "description": anyText, "alignment": many(of("Alignment")), "awardedDate": aDate, "image": of("Image"), "inLanguage": aTag,
		"narrative": anyText, "url": anyURI, "endorsement": endorsements, "endorsementJwt": tokens,
	}
)

// common gives the rule of a member that a context in force defines for every object, or nil.
func (s scope) common(name string) *rule {
	if r := coreRules[name]; r != nil && !s.old {
		return r
	}
	if s.badges {
		return badgeRules[name]
	}
	return nil
}

func set(names ...string) map[string]bool {
	out := make(map[string]bool, len(names))
	for _, n := range names {
		out[n] = true
	}
	return out
}

// obContexts are the Open Badges 3.0 contexts whose members classes lists.
var obContexts = set(
	"https://purl.imsglobal.org/spec/ob/v3p0/context.json",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
	ContextOB,
)

// clrContexts are the Comprehensive Learner Record 2.0 contexts whose members classes lists.
var clrContexts = set("https://purl.imsglobal.org/spec/clr/v2p0/context.json", ContextCLR)

// proofContexts define the members of proofs and nothing that a class has.
var proofContexts = set(
	"https://w3id.org/security/data-integrity/v1", "https://w3id.org/security/data-integrity/v2",
	"https://w3id.org/security/suites/ed25519-2020/v1",
)

// ContextOBExtensions defines the 1EdTech status, refresh and schema types.
const ContextOBExtensions = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

// Contexts of status lists: of Bitstring Status List 1.0, which VC 2.0 has in
// itself, and of its forerunner, which is only read.
const (
	ContextStatus     = "https://www.w3.org/ns/credentials/status/v1"
	ContextStatus2021 = "https://w3id.org/vc/status-list/2021/v1"
)
