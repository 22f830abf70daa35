package ld

// The vocabularies of Comprehensive Learner Records 2.0 and of the 1EdTech status,
// refresh and schema services.
var (
	clrAssociation = openBare(terms{
		"associationType": iri(clr + "AssociationType"),
		"sourceId":        iri(clr + "sourceId").typed("xsd:anyURI"),
		"targetId":        iri(clr + "targetId").typed("xsd:anyURI"),
	})

	clrCredential = open(terms{
		"partial": iri(clr + "partial").typed("xsd:boolean"),
	})

	clrSubject = open(terms{
		"achievement":          iri(clr + "achievement").typed("obi:Achievement").set(),
		"association":          iri(clr + "association").typed(clr + "Association").set(),
		"cred":                 word(vc),
		"identifier":           iri(clr + "identifier-1").typed("obi:Identifier").set(),
		"obi":                  word(ob),
		"verifiableCredential": iri(clr + "verifiableCredential").typed("cred:verifiableCredential").set(),
	})

	// clr201 is …/context-2.0.1.json.
	clr201 = open(terms{
		"Association":   iri(clr + "Association").with(clrAssociation),
		"ClrCredential": iri(clr + "ClrCredential").with(clrCredential),
		"ClrSubject":    iri(clr + "ClrSubject").with(clrSubject),
	})

	clr200Credential = open(nil)

	clr200Subject = open(terms{
		"achievement":          iri(clr + "achievement").typed("obi:Achievement").set(),
		"association":          iri(clr + "association").typed(clr + "Association").set(),
		"cred":                 word(vc),
		"obi":                  word(obOld),
		"verifiableCredential": iri(clr + "verifiableCredential").typed("cred:verifiableCredential").set(),
	})

	// clr200 is …/context.json, the address without a version.
	clr200 = open(terms{
		"Association":   iri(clr + "Association").with(clrAssociation),
		"ClrCredential": iri(clr + "ClrCredential").with(clr200Credential),
		"ClrSubject":    iri(clr + "ClrSubject").with(clr200Subject),
	})

	// obExtensions is https://purl.imsglobal.org/spec/ob/v3p0/extensions.json.
	obExtensions = open(terms{
		"1EdTechCredentialRefresh":       word("https://purl.imsglobal.org/spec/vccr/v1p0/context.json#1EdTechCredentialRefresh"),
		"1EdTechJsonSchemaValidator2019": word("https://purl.imsglobal.org/spec/vccs/v1p0/context.json#1EdTechJsonSchemaValidator2019"),
		"1EdTechRevocationList":          word("https://purl.imsglobal.org/spec/vcrl/v1p0/context.json#1EdTechRevocationList"),
	})
)
