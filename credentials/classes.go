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
	object                  // an object of the member's class
	objectOrURI             // the same, or only its id
	typed                   // any object that has a type; its other members are not read
	opaque                  // defined by a context, but never read or shown
	names                   // the class names of the object, see class.typed
)

// member is the rule for one member of a class.
type member struct {
	form     form
	class    string   // of object and objectOrURI
	words    []string // when set, the only values of a text
	ext      bool     // words of the form ext:… are allowed beside words
	required bool
	many     bool // a list is allowed
}

// class is the closed list of members that the pinned contexts define for a
// type (OB 3.0.3 and VC 2.0 contexts, OB 3.0 data model). A member outside it
// has no meaning, whatever a signature says about its bytes.
type class struct {
	typed   []string // one of these must be among the object's types; empty when a type may be missing
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
	aTyped  = member{form: typed}
	hidden  = member{form: opaque}
	types   = member{form: names}
)

// base are the members of every credential under the VC 2.0 context.
func base(more map[string]member) map[string]member {
	m := map[string]member{
		"@context": need(hidden), "id": anyURI, "type": need(types), "name": anyText, "description": anyText,
		"issuer":    need(member{form: objectOrURI, class: "Profile"}),
		"validFrom": aDate, "validUntil": aDate, "proof": hidden,
		"credentialStatus": many(of("StatusEntry")), "credentialSchema": many(aTyped),
		"refreshService": many(aTyped), "termsOfUse": many(aTyped), "evidence": many(of("Evidence")),
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
		"endorsement":       hidden, "endorsementJwt": hidden,
	})},
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
		"endorsement": hidden, "endorsementJwt": hidden, "fieldOfStudy": anyText, "humanCode": anyText,
		"image": of("Image"), "inLanguage": anyText, "otherIdentifier": many(of("IdentifierEntry")),
		"related": many(of("Related")), "resultDescription": many(of("ResultDescription")),
		"specialization": anyText, "tag": many(anyText), "version": anyText,
	}},
	"Criteria": {members: map[string]member{"id": anyURI, "type": types, "narrative": anyText}},
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
	"Image": {typed: []string{"Image"}, members: map[string]member{
		"id": need(anyURI), "type": need(types), "caption": anyText,
	}},
	"IdentityObject": {typed: []string{"IdentityObject"}, members: map[string]member{
		"type": need(types), "hashed": need(aBool), "identityHash": need(anyText),
		"identityType": need(member{words: identifierKinds, ext: true}), "salt": anyText,
	}},
	"IdentifierEntry": {typed: []string{"IdentifierEntry"}, members: map[string]member{
		"type": need(types), "identifier": need(anyText),
		"identifierType": need(member{words: identifierKinds, ext: true}),
	}},
	"Related": {typed: []string{"Related", "Achievement"}, members: map[string]member{
		"id": need(anyURI), "type": need(types), "inLanguage": anyText, "version": anyText,
	}},
	"Profile": {typed: []string{"Profile"}, members: map[string]member{
		"id": need(anyURI), "type": need(types), "name": anyText, "url": anyURI, "phone": anyText,
		"description": anyText, "endorsement": hidden, "endorsementJwt": hidden, "image": of("Image"),
		"email": anyText, "address": of("Address"), "otherIdentifier": many(of("IdentifierEntry")),
		"official": anyText, "parentOrg": of("Profile"), "familyName": anyText, "givenName": anyText,
		"additionalName": anyText, "patronymicName": anyText, "honorificPrefix": anyText,
		"honorificSuffix": anyText, "familyNamePrefix": anyText, "dateOfBirth": anyText,
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

// otherTypes are the types that the pinned contexts define beside the classes.
var otherTypes = map[string]bool{
	"VerifiableCredential": true, "OpenBadgeCredential": true, "VerifiablePresentation": true,
	"BitstringStatusListEntry": true, "1EdTechRevocationList": true, "1EdTechCredentialRefresh": true,
	"1EdTechJsonSchemaValidator2019": true, "JsonSchema": true,
}

// obContexts are the Open Badges 3.0 contexts whose members classes lists.
var obContexts = map[string]bool{
	"https://purl.imsglobal.org/spec/ob/v3p0/context.json":       true,
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": true,
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": true,
	ContextOB: true,
}

// ContextOBExtensions defines the 1EdTech status, refresh and schema types.
const ContextOBExtensions = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
