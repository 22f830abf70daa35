package ld

// The vocabulary of Verifiable Credentials 1.1 (VC Data Model 1.1, appendix B.1), which is only verified.
var (
	oldProofPurpose = versioned(terms{
		"assertionMethod": iri("sec:assertionMethod").link().set(),
		"authentication":  iri("sec:authenticationMethod").link().set(),
		"sec":             word(sec),
	})

	oldEcdsaSecp256k1Signature2019 = versioned(terms{
		"challenge":          word("sec:challenge"),
		"created":            iri("http://purl.org/dc/terms/created").typed("xsd:dateTime"),
		"domain":             word("sec:domain"),
		"expires":            iri("sec:expiration").typed("xsd:dateTime"),
		"jws":                word("sec:jws"),
		"nonce":              word("sec:nonce"),
		"proofPurpose":       iri("sec:proofPurpose").choice().with(oldProofPurpose),
		"proofValue":         word("sec:proofValue"),
		"sec":                word(sec),
		"verificationMethod": iri("sec:verificationMethod").link(),
		"xsd":                word(xsd),
	})

	oldRsaSignature2018 = versionedBare(terms{
		"challenge":          word("sec:challenge"),
		"created":            iri("http://purl.org/dc/terms/created").typed("xsd:dateTime"),
		"domain":             word("sec:domain"),
		"expires":            iri("sec:expiration").typed("xsd:dateTime"),
		"jws":                word("sec:jws"),
		"nonce":              word("sec:nonce"),
		"proofPurpose":       iri("sec:proofPurpose").choice().with(oldProofPurpose),
		"proofValue":         word("sec:proofValue"),
		"verificationMethod": iri("sec:verificationMethod").link(),
	})

	oldCredentialSchema = versioned(terms{
		"JsonSchemaValidator2018": word("cred:JsonSchemaValidator2018"),
		"cred":                    word(vc),
	})

	oldRefreshService = versioned(terms{
		"ManualRefreshService2018": word("cred:ManualRefreshService2018"),
		"cred":                     word(vc),
	})

	oldVerifiableCredential = versioned(terms{
		"cred":              word(vc),
		"credentialSchema":  iri("cred:credentialSchema").link().with(oldCredentialSchema),
		"credentialStatus":  iri("cred:credentialStatus").link(),
		"credentialSubject": iri("cred:credentialSubject").link(),
		"evidence":          iri("cred:evidence").link(),
		"expirationDate":    iri("cred:expirationDate").typed("xsd:dateTime"),
		"holder":            iri("cred:holder").link(),
		"issuanceDate":      iri("cred:issuanceDate").typed("xsd:dateTime"),
		"issued":            iri("cred:issued").typed("xsd:dateTime"),
		"issuer":            iri("cred:issuer").link(),
		"proof":             iri("sec:proof").link().graph(),
		"refreshService":    iri("cred:refreshService").link().with(oldRefreshService),
		"sec":               word(sec),
		"termsOfUse":        iri("cred:termsOfUse").link(),
		"validFrom":         iri("cred:validFrom").typed("xsd:dateTime"),
		"validUntil":        iri("cred:validUntil").typed("xsd:dateTime"),
		"xsd":               word(xsd),
	})

	oldVerifiablePresentation = versioned(terms{
		"cred":                 word(vc),
		"holder":               iri("cred:holder").link(),
		"proof":                iri("sec:proof").link().graph(),
		"sec":                  word(sec),
		"verifiableCredential": iri("cred:verifiableCredential").link().graph(),
	})

	// vcV1 is https://www.w3.org/2018/credentials/v1.
	vcV1 = versioned(terms{
		"EcdsaSecp256k1Signature2019": iri(sec + "EcdsaSecp256k1Signature2019").with(oldEcdsaSecp256k1Signature2019),
		"EcdsaSecp256r1Signature2019": iri(sec + "EcdsaSecp256r1Signature2019").with(oldEcdsaSecp256k1Signature2019),
		"Ed25519Signature2018":        iri(sec + "Ed25519Signature2018").with(oldEcdsaSecp256k1Signature2019),
		"RsaSignature2018":            iri(sec + "RsaSignature2018").with(oldRsaSignature2018),
		"VerifiableCredential":        iri(vc + "VerifiableCredential").with(oldVerifiableCredential),
		"VerifiablePresentation":      iri(vc + "VerifiablePresentation").with(oldVerifiablePresentation),
		"proof":                       iri(sec + "proof").link().graph(),
	})
)
