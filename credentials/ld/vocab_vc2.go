package ld

// The vocabulary of Verifiable Credentials 2.0 (VC Data Model 2.0, appendix B.1).
var (
	vcBitstringStatusList = sealed(terms{
		"encodedList":   iri(sl + "encodedList").typed(sec + "multibase"),
		"statusPurpose": word(sl + "statusPurpose"),
		"ttl":           word(sl + "ttl"),
	})

	vcStatusMessage = sealed(terms{
		"message": word(sl + "message"),
		"status":  word(sl + "status"),
	})

	vcBitstringStatusListEntry = sealed(terms{
		"statusListCredential": iri(sl + "statusListCredential").link(),
		"statusListIndex":      word(sl + "statusListIndex"),
		"statusMessage":        iri(sl + "statusMessage").with(vcStatusMessage),
		"statusPurpose":        word(sl + "statusPurpose"),
		"statusReference":      iri(sl + "statusReference").link(),
		"statusSize":           iri(sl + "statusSize").typed(xsdWeb + "integer"),
	})

	vcProofPurpose = sealed(terms{
		"assertionMethod":      iri(sec + "assertionMethod").link().set(),
		"authentication":       iri(sec + "authenticationMethod").link().set(),
		"capabilityDelegation": iri(sec + "capabilityDelegationMethod").link().set(),
		"capabilityInvocation": iri(sec + "capabilityInvocationMethod").link().set(),
		"keyAgreement":         iri(sec + "keyAgreementMethod").link().set(),
	})

	vcDataIntegrityProof = sealed(terms{
		"challenge":          word(sec + "challenge"),
		"created":            iri("http://purl.org/dc/terms/created").typed(xsd + "dateTime"),
		"cryptosuite":        iri(sec + "cryptosuite").typed(sec + "cryptosuiteString"),
		"domain":             word(sec + "domain"),
		"expires":            iri(sec + "expiration").typed(xsd + "dateTime"),
		"nonce":              word(sec + "nonce"),
		"previousProof":      iri(sec + "previousProof").link(),
		"proofPurpose":       iri(sec + "proofPurpose").choice().with(vcProofPurpose),
		"proofValue":         iri(sec + "proofValue").typed(sec + "multibase"),
		"verificationMethod": iri(sec + "verificationMethod").link(),
	})

	vcJSONSchema = sealed(terms{
		"jsonSchema": iri(vc + "jsonSchema").json(),
	})

	vcVerifiableCredential = sealed(terms{
		"confidenceMethod":  iri(vc + "confidenceMethod").link(),
		"credentialSchema":  iri(vc + "credentialSchema").link(),
		"credentialStatus":  iri(vc + "credentialStatus").link(),
		"credentialSubject": iri(vc + "credentialSubject").link(),
		"description":       word(sdo + "description"),
		"evidence":          iri(vc + "evidence").link(),
		"issuer":            iri(vc + "issuer").link(),
		"name":              word(sdo + "name"),
		"proof":             iri(sec + "proof").link().graph(),
		"refreshService":    iri(vc + "refreshService").link(),
		"relatedResource":   iri(vc + "relatedResource").link(),
		"renderMethod":      iri(vc + "renderMethod").link(),
		"termsOfUse":        iri(vc + "termsOfUse").link(),
		"validFrom":         iri(vc + "validFrom").typed(xsd + "dateTime"),
		"validUntil":        iri(vc + "validUntil").typed(xsd + "dateTime"),
	})

	vcVerifiablePresentation = sealed(terms{
		"holder":               iri(vc + "holder").link(),
		"proof":                iri(sec + "proof").link().graph(),
		"termsOfUse":           iri(vc + "termsOfUse").link(),
		"verifiableCredential": iri(vc + "verifiableCredential").link().graph().forgetting(),
	})

	vcCnf = sealedBare(terms{
		"jwk": iri(jwt + "jwk").json(),
		"kid": iri(jwt + "kid").link(),
	})

	// vcV2 is https://www.w3.org/ns/credentials/v2.
	vcV2 = sealed(terms{
		"...":                             iri(jwt + "..."),
		"BitstringStatusList":             iri(sl + "BitstringStatusList").with(vcBitstringStatusList),
		"BitstringStatusListCredential":   word(sl + "BitstringStatusListCredential"),
		"BitstringStatusListEntry":        iri(sl + "BitstringStatusListEntry").with(vcBitstringStatusListEntry),
		"DataIntegrityProof":              iri(sec + "DataIntegrityProof").with(vcDataIntegrityProof),
		"EnvelopedVerifiableCredential":   word(vc + "EnvelopedVerifiableCredential"),
		"EnvelopedVerifiablePresentation": word(vc + "EnvelopedVerifiablePresentation"),
		"JsonSchema":                      iri(vc + "JsonSchema").with(vcJSONSchema),
		"JsonSchemaCredential":            word(vc + "JsonSchemaCredential"),
		"VerifiableCredential":            iri(vc + "VerifiableCredential").with(vcVerifiableCredential),
		"VerifiablePresentation":          iri(vc + "VerifiablePresentation").with(vcVerifiablePresentation),
		"_sd":                             iri(jwt + "_sd").json(),
		"_sd_alg":                         iri(jwt + "_sd_alg"),
		"aud":                             iri(jwt + "aud").link(),
		"cnf":                             iri(jwt + "cnf").with(vcCnf),
		"description":                     word(sdo + "description"),
		"digestMultibase":                 iri(sec + "digestMultibase").typed(sec + "multibase"),
		"digestSRI":                       iri(vc + "digestSRI").typed(vc + "sriString"),
		"exp":                             iri(jwt + "exp").typed(xsdWeb + "nonNegativeInteger"),
		"iat":                             iri(jwt + "iat").typed(xsdWeb + "nonNegativeInteger"),
		"iss":                             iri(jose + "iss").link(),
		"jku":                             iri(jose + "jku").link(),
		"kid":                             iri(jose + "kid").link(),
		"mediaType":                       iri(sdo + "encodingFormat"),
		"name":                            word(sdo + "name"),
		"nbf":                             iri(jwt + "nbf").typed(xsdWeb + "nonNegativeInteger"),
		"sub":                             iri(jose + "sub").link(),
		"x5u":                             iri(jose + "x5u").link(),
	})
)
