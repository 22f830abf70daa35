package ld

// The vocabularies of proofs, keys and status lists (VC Data Integrity 1.0, Controlled
// Identifiers 1.0, Bitstring Status List 1.0).
var (
	// diV2 is https://w3id.org/security/data-integrity/v2.
	diV2 = sealed(terms{
		"DataIntegrityProof": iri(sec + "DataIntegrityProof").with(vcDataIntegrityProof),
		"proof":              iri(sec + "proof").link().graph(),
	})

	diDataIntegrityProof = sealed(terms{
		"challenge":          word(sec + "challenge"),
		"created":            iri("http://purl.org/dc/terms/created").typed(xsd + "dateTime"),
		"cryptosuite":        word(sec + "cryptosuite"),
		"domain":             word(sec + "domain"),
		"expires":            iri(sec + "expiration").typed(xsd + "dateTime"),
		"nonce":              word(sec + "nonce"),
		"proofPurpose":       iri(sec + "proofPurpose").choice().with(vcProofPurpose),
		"proofValue":         iri(sec + "proofValue").typed(sec + "multibase"),
		"verificationMethod": iri(sec + "verificationMethod").link(),
	})

	// diV1 is https://w3id.org/security/data-integrity/v1.
	diV1 = sealed(terms{
		"DataIntegrityProof": iri(sec + "DataIntegrityProof").with(diDataIntegrityProof),
		"proof":              iri(sec + "proof").link().graph(),
	})

	diMultikey = sealed(terms{
		"controller":         iri(sec + "controller").link(),
		"expires":            iri(sec + "expiration").typed(xsd + "dateTime"),
		"publicKeyMultibase": iri(sec + "publicKeyMultibase").typed(sec + "multibase"),
		"revoked":            iri(sec + "revoked").typed(xsd + "dateTime"),
		"secretKeyMultibase": iri(sec + "secretKeyMultibase").typed(sec + "multibase"),
	})

	// multikeyV1 is https://w3id.org/security/multikey/v1.
	multikeyV1 = sealed(terms{
		"Multikey": iri(sec + "Multikey").with(diMultikey),
	})

	ed25519Signature = sealed(terms{
		"challenge":          word(sec + "challenge"),
		"created":            iri("http://purl.org/dc/terms/created").typed(xsd + "dateTime"),
		"domain":             word(sec + "domain"),
		"expires":            iri(sec + "expiration").typed(xsd + "dateTime"),
		"nonce":              word(sec + "nonce"),
		"proofPurpose":       iri(sec + "proofPurpose").choice().with(vcProofPurpose),
		"proofValue":         iri(sec + "proofValue").typed(sec + "multibase"),
		"verificationMethod": iri(sec + "verificationMethod").link(),
	})

	ed25519Key = sealed(terms{
		"controller":         iri(sec + "controller").link(),
		"publicKeyMultibase": iri(sec + "publicKeyMultibase").typed(sec + "multibase"),
		"revoked":            iri(sec + "revoked").typed(xsd + "dateTime"),
	})

	// ed25519V1 is https://w3id.org/security/suites/ed25519-2020/v1.
	ed25519V1 = sealed(terms{
		"Ed25519Signature2020":       iri(sec + "Ed25519Signature2020").with(ed25519Signature),
		"Ed25519VerificationKey2020": iri(sec + "Ed25519VerificationKey2020").with(ed25519Key),
		"proof":                      iri(sec + "proof").link().graph(),
	})

	didService = sealed(terms{
		"serviceEndpoint": iri(did + "serviceEndpoint").link(),
	})

	// didV1 is https://www.w3.org/ns/did/v1.
	didV1 = sealed(terms{
		"alsoKnownAs":          iri("https://www.w3.org/ns/activitystreams#alsoKnownAs").link(),
		"assertionMethod":      iri(sec + "assertionMethod").link().set(),
		"authentication":       iri(sec + "authenticationMethod").link().set(),
		"capabilityDelegation": iri(sec + "capabilityDelegationMethod").link().set(),
		"capabilityInvocation": iri(sec + "capabilityInvocationMethod").link().set(),
		"controller":           iri(sec + "controller").link(),
		"keyAgreement":         iri(sec + "keyAgreementMethod").link().set(),
		"service":              iri(did + "service").link().with(didService),
		"verificationMethod":   iri(sec + "verificationMethod").link(),
	})

	// statusV1 is https://www.w3.org/ns/credentials/status/v1.
	statusV1 = sealed(terms{
		"BitstringStatusList":           iri(sl + "BitstringStatusList").with(vcBitstringStatusList),
		"BitstringStatusListCredential": word(sl + "BitstringStatusListCredential"),
		"BitstringStatusListEntry":      iri(sl + "BitstringStatusListEntry").with(vcBitstringStatusListEntry),
	})

	// status2021V1 is https://w3id.org/vc/status-list/2021/v1, which is only verified.
	status2021V1 = sealedBare(terms{
		"StatusList2021Credential": iri(list2021 + "StatusList2021Credential").with(sealed(terms{
			"description": word("http://schema.org/description"),
			"name":        word("http://schema.org/name"),
		})),
		"StatusList2021": iri(list2021 + "StatusList2021").with(sealed(terms{
			"statusPurpose": word(list2021 + "statusPurpose"),
			"encodedList":   word(list2021 + "encodedList"),
		})),
		"StatusList2021Entry": iri(list2021 + "StatusList2021Entry").with(sealed(terms{
			"statusPurpose":        word(list2021 + "statusPurpose"),
			"statusListIndex":      word(list2021 + "statusListIndex"),
			"statusListCredential": iri(list2021 + "statusListCredential").link(),
		})),
	})
)

// list2021 begins the IRIs of status lists before Bitstring Status List 1.0.
const list2021 = "https://w3id.org/vc/status-list#"
