package verifier

import (
	"laurel/credentials/bake"
	"laurel/credentials/ld"
	"laurel/credentials/proof"
)

// Reason codes of checks, beside those of the package credentials
// (malformed_json, duplicate_member, undefined_term, …).
const (
	CodeNotReached = "not_reached" // an earlier check ended the matter

	// Format.
	CodeMalformedToken    = proof.CodeMalformedToken
	CodeWellFormed        = "well_formed"
	CodeClaimMismatch     = "claim_mismatch"          // a JWT claim differs from the document
	CodeClaimMissing      = "claim_missing"           // passes: a JWT claim does not repeat the document
	CodeModelMismatch     = "model_mismatch"          // a credential of one data model in the place of the other
	CodeEnvelopeMedia     = "envelope_not_read"       // an envelope around another kind of token
	CodeNestedInvalid     = "nested_invalid"          // a signed document inside is not genuine
	CodeNestedOpen        = "nested_open"             // one inside does not stand, or could not be checked
	CodeNestedTooMany     = "nested_too_many"         // more documents inside than are checked
	CodeEndorsementForged = "endorsement_not_genuine" // an endorsement inside is not genuine
	CodeEndorsementOpen   = "endorsement_open"        // passes: one inside does not stand, or could not be checked
	CodeEndorsementStray  = "endorsement_of_another"  // passes: one inside is about something else
	CodeStatusListItself  = "status_list_itself"      // a list of withdrawals in place of a credential
	CodeCarrierDamaged    = bake.CodeDamaged
	CodeCarrierEmpty      = bake.CodeEmpty // a picture or paper without a credential in it
	CodeCarrierEncrypted  = bake.CodeEncrypted
	CodeCarrierOld        = bake.CodeOld
	CodeProblemsOmitted   = "more_problems"  // the list of problems was cut
	CodeContextConflict   = ld.CodeProtected // a context gives a protected term another meaning
	CodeRelativeID        = ld.CodeRelative
	CodeNotCarried        = ld.CodeNotCarried // a value that a signature over statements would drop

	// Proof.
	CodeAlgorithmRefused  = proof.CodeAlgorithmRefused // also of a key
	CodeHeaderRefused     = proof.CodeHeaderRefused
	CodeSignatureOK       = "signature_ok"
	CodeSignatureMismatch = "signature_mismatch"
	CodeProofMissing      = "proof_missing"
	CodeProofForm         = "proof_form_not_checked" // a proof whose form could not be read
	CodeProofOther        = "proof_by_another"       // passes: somebody else vouches for the document too
	CodeDisclosure        = proof.CodeDisclosure
	CodeProofMalformed    = proof.CodeProofMalformed
	CodeProofPurpose      = proof.CodeProofPurpose
	CodeProofContext      = proof.CodeProofContext
	CodeProofPrevious     = proof.CodeProofPrevious
	CodeProofTime         = proof.CodeProofTime
	CodeNumberNotExact    = proof.CodeNumber
	CodeTokenType         = "token_type"      // a token made for another purpose
	CodeNoKey             = "key_not_at_hand" // the signature could not be checked

	// Key.
	CodeKeyControlled     = "key_controlled"
	CodeKeyControlledThen = "key_controlled_as_of" // passes: it was, when the issuer's document could last be read
	CodeKeyNotControlled  = "key_not_controlled"
	CodeKeyNotNamed       = "key_not_named"
	CodeKeyPurpose        = "key_not_for_assertion" // the issuer's, for something else than to sign credentials
	CodeKeyRetired        = "key_retired"           // passes: retired after it signed
	CodeKeyNotInUse       = "key_not_in_use"        // dated before activation or after retirement, or not activated yet
	CodeKeyCompromised    = "key_compromised"       // whatever date the document bears
	CodeIssuerUnreachable = "issuer_unreachable"    // the issuer's key document is not at hand
	CodeFetchRefused      = "fetch_refused"         // it would have to be asked of an address that is never asked
	CodeIssuerUnreadable  = "issuer_document_bad"   // it is at hand and not usable
	CodeIssuerMissing     = "issuer_missing"        // the document names no issuer

	// Issuer.
	CodeRecognised        = "recognised_by"
	CodeIssuerUnknown     = "issuer_unknown"
	CodeNestedStranger    = "nested_unrecognised"     // nobody vouches for the issuer of a credential inside
	CodeNotEntitled       = "issuer_not_entitled"     // recognised, but not for this kind of achievement
	CodeLapsed            = "recognition_lapsed"      // recognised, but not at the time
	CodeEndorsementBad    = "endorsement_bad"         // the signed word that the registry states is none
	CodeEndorsementUnread = "endorsement_not_checked" // whether it is one could not be checked

	// Status.
	CodeNotWithdrawn       = "not_withdrawn"
	CodeNoStatus           = "no_status"
	CodeRevoked            = "revoked"
	CodeSuspended          = "suspended"
	CodeSuperseded         = "superseded_by"
	CodeNewerCopy          = "newer_copy" // the issuer's refresh service gives a newer one
	CodeStatusUnreachable  = "status_unreachable"
	CodeStatusExpired      = "status_list_expired"
	CodeStatusUntrusted    = "status_list_untrusted"
	CodeStatusIssuer       = "status_list_of_another" // signed by somebody else than the issuer
	CodeStatusAltered      = "status_list_altered"
	CodeStatusPurpose      = "status_list_purpose"
	CodeStatusRange        = "status_index_range"
	CodeStatusLength       = "status_list_length"
	CodeStatusEncoding     = "status_list_encoding"
	CodeStatusTooLarge     = "status_list_too_large"
	CodeStatusMessage      = "status_message"       // words of the issuer's own, for people to judge
	CodeRefreshDue         = "refresh_due"          // a newer copy can be had
	CodeRevokedUnsigned    = "revoked_unsigned"     // in a list that nobody signs
	CodeNotListed          = "not_listed_unsigned"  // passes: not in such a list at the issuer's own address
	CodeNotListedElsewhere = "not_listed_elsewhere" // not in such a list somewhere else
	CodeStatusWithheld     = "status_withheld"      // the holder may have kept it back
	CodeStatusUnknownType  = "status_type_unknown"
	CodeStatusTooMany      = "status_too_many" // more entries than are looked up

	// Time.
	CodeInForce      = "in_force"
	CodeInForceShown = "in_force_as_shown" // passes: the holder of an SD-JWT may have kept an end back
	CodeExpired      = "expired"
	CodeNotYetValid  = "not_yet_valid"
	CodeTimeUnread   = "time_not_read"

	// Holder.
	CodeHolderNotAsked  = "holder_not_asked"
	CodeHolderProven    = "holder_proven"     // the holder answered what the reader asked
	CodeHolderNotProven = "holder_not_proven" // asked, and not answered
	CodeHolderRefused   = "holder_refused"    // an answer to something else, or not the holder's
	CodeNameMatch       = "name_match"        // the name or address that the reader typed
	CodeNameOtherForm   = "name_other_form"   // passes: it may be another form of the name
	CodeNameDiffers     = "name_differs"
	CodeNameNotTold     = "name_not_told"    // it holds none to compare with
	CodeHolderNotBound  = "holder_not_bound" // presented by somebody whom the credential does not name

	// A presentation: proof, key, issuer, status and time of an envelope around credentials.
	CodePresentationParts = "presentation_parts"    // each credential in it has its own answer
	CodePresentationPlain = "presentation_unsigned" // nobody signed it, so it says nothing itself
	CodeHolderKey         = "holder_key"
	CodeHolderKeyDiffers  = "holder_key_not_controlled"
	CodeHolderUnreachable = "holder_unreachable"
	CodeHolderMissing     = "holder_missing"
)
