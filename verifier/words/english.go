package words

import (
	"laurel/credentials"
	"laurel/verifier"
)

const (
	askHolder = "Ask the holder for a fresh copy or link, or ask the school that it names."
	askIssuer = "Ask the issuer, by a way that you find yourself and not in this document."
	tryAgain  = "Try again later, or ask the issuer directly. Until then, treat it as not checked."
	fileFault = "Ask the holder to send the original file again."
)

// english is the words in English.
var english = &Catalogue{
	Language: "en",
	headlines: map[verifier.Verdict]string{
		verifier.Valid:       "Genuine. {issued}",
		verifier.Revoked:     "Withdrawn. This credential was genuine, and its issuer has withdrawn it. {issued}",
		verifier.Suspended:   "Suspended. Its issuer has put this credential on hold for now. {issued}",
		verifier.Superseded:  "Replaced by a newer copy. Ask the holder for the newer one.",
		verifier.Expired:     "No longer in force since {until}. {issued}",
		verifier.NotYetValid: "Not yet in force: it begins on {until}. {issued}",
		verifier.UnrecognisedIssuer: "Intact, but the issuer is not recognised. It was signed by {issuer}, " +
			"and no registry used here vouches for that issuer.",
		verifier.Undetermined: "Could not be checked in full. Do not rely on it until every check below is answered.",
		verifier.Invalid:      "Not genuine as it stands. Do not rely on it.",
	},
	presented: map[verifier.Verdict]string{
		verifier.Valid:              "Genuine. Every credential presented here is genuine; each has its own report below.",
		verifier.Revoked:            "Withdrawn. Of the credentials presented here, at least one was withdrawn by its issuer. Read the report on each.",
		verifier.Suspended:          "Suspended. Of the credentials presented here, at least one is on hold for now. Read the report on each.",
		verifier.Superseded:         "Replaced by a newer copy. Of the credentials presented here, at least one was replaced. Ask the holder for the newer one.",
		verifier.Expired:            "No longer in force. What is presented here, or a credential in it, has ended. Read the report on each.",
		verifier.NotYetValid:        "Not yet in force. What is presented here, or a credential in it, has not begun. Read the report on each.",
		verifier.UnrecognisedIssuer: "Intact, but not every issuer is recognised. No registry used here vouches for the issuer of at least one credential presented here.",
	},
	issued: "Issued by", issuedTo: "to", on: "on",
	notWithdrawn: patternOf("Not withdrawn as of {time} UTC {day}."),
	noStatus:     "It has no published status: nobody can tell from it whether it was withdrawn.",
	today:        "today",
	missing:      "not given",
	months: [12]string{
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December",
	},
	questions: map[verifier.Name]string{
		verifier.Format: "Is it a well-formed credential?",
		verifier.Proof:  "Is it unaltered since it was signed?",
		verifier.Key:    "Does the key belong to the issuer?",
		verifier.Issuer: "Does somebody vouch for the issuer?",
		verifier.Status: "Does it still stand?",
		verifier.Time:   "Is it within its time?",
		verifier.Holder: "Is it about the person in front of you?",
	},
	outcomes: map[verifier.Outcome]string{
		verifier.Pass: "Yes", verifier.Fail: "No", verifier.Unknown: "Could not be checked", verifier.NotUsed: "Not checked",
	},
	rules: map[string]string{
		string(credentials.RuleRequired):   "it is missing",
		string(credentials.RuleText):       "it is not a text",
		string(credentials.RuleURI):        "it is not a full address",
		string(credentials.RuleDate):       "it is not a date with time and zone",
		string(credentials.RuleBoolean):    "it is neither true nor false",
		string(credentials.RuleNumber):     "it is not a number",
		string(credentials.RuleObject):     "it is not an object",
		string(credentials.RuleOne):        "it is a list where one value belongs",
		string(credentials.RuleEmpty):      "it is empty",
		string(credentials.RuleType):       "its type is not the one that belongs there",
		string(credentials.RuleVocabulary): "it is not one of the allowed words",
		string(credentials.RuleOrder):      "the contexts are not in their order",
		string(credentials.RuleHolder):     "it does not say whom it is about",
		string(credentials.RulePeriod):     "it ends before it begins",
		string(credentials.RuleReference):  "it names something that is not there",
		string(credentials.RuleIdentifier): "it is not an identifier of the right kind",
		string(credentials.RuleRepeated):   "it is used twice",
	},
	phrases: map[verifier.Name]map[string]Phrase{
		"":              englishAnywhere,
		verifier.Format: englishFormat,
		verifier.Proof:  englishProof,
		verifier.Key:    englishKey,
		verifier.Issuer: englishIssuer,
		verifier.Status: englishStatus,
		verifier.Time:   englishTime,
		verifier.Holder: englishHolder,
	},
}

// englishAnywhere holds what is said under any check; the outcomes stand for codes without words.
var englishAnywhere = map[string]Phrase{
	verifier.CodeNotReached:        {"This was not checked, because an earlier check did not pass.", ""},
	string(verifier.Pass):          {"This check passed ({code}).", ""},
	string(verifier.Fail):          {"This check did not pass ({code}).", askIssuer},
	string(verifier.Unknown):       {"This could not be checked ({code}).", tryAgain},
	string(verifier.NotUsed):       {"There was nothing to check here ({code}).", ""},
	verifier.CodeProofForm:         {"Its signature is of a form that is not checked here.", "Ask the holder for the signed token (.jwt), or check it with the issuer."},
	verifier.CodePresentationParts: {"A presentation has none of its own. Each credential in it has its own answer.", ""},
	verifier.CodePresentationPlain: {"Nobody signed the envelope around the credentials. It proves nothing, and need not: each credential in it is checked by itself.", ""},
	verifier.CodeTimeUnread:        {"Its dates could not be read.", askHolder},
	verifier.CodeProofMissing:      {"It bears no signature. Anybody could have written it.", askHolder},
}

var englishFormat = map[string]Phrase{
	verifier.CodeWellFormed:         {"It is a well-formed credential, and every part of it has a defined meaning.", ""},
	credentials.CodeMalformed:       {"It is not a credential that can be read: {detail}.", fileFault},
	credentials.CodeDuplicate:       {"It says {path} twice, so two readers could read two different things.", askHolder},
	credentials.CodeTooLarge:        {"It is too large to be a credential.", fileFault},
	credentials.CodeTooDeep:         {"It is built in too complicated a way to be read safely.", fileFault},
	credentials.CodeUndefinedTerm:   {"It contains {path}, which has no defined meaning: a signature does not vouch for it.", askIssuer},
	credentials.CodeSchemaViolation: {"It breaks a rule of the standard at {path}: {rule_words}.", askIssuer},
	credentials.CodeContextUnknown:  {"It uses a vocabulary that is not known here ({path}), so its meaning could not be checked.", askIssuer},
	credentials.CodeTypeUnknown:     {"It is a kind of credential that is not checked here.", askIssuer},
	verifier.CodeClaimMismatch:      {"Its envelope says something else than the document inside ({claim}).", askIssuer},
	verifier.CodeClaimMissing:       {"Its envelope does not repeat everything that the document inside says ({claim}). The document's own words are signed too, and count.", ""},
	verifier.CodeModelMismatch:      {"It is written in one version of the standard and signed in the way of another, so two readers could read two different things.", askIssuer},
	verifier.CodeEnvelopeMedia:      {"It is an envelope around something that is not read here ({media}).", "Ask the holder for the credential in another form."},
	verifier.CodeProblemsOmitted:    {"There is more wrong with it than is listed here.", ""},
	verifier.CodeNestedInvalid:      {"A credential inside it, at {path}, is not genuine.", askHolder},
	verifier.CodeNestedStranger:     {"Nobody in the registry vouches for the issuer of the credential inside it, at {path}.", "Ask who vouches for that issuer, or trust only what you know."},
	verifier.CodeNestedOpen:         {"A credential inside it, at {path}, does not stand by itself: {verdict}.", "Read the report on that credential."},
	verifier.CodeEndorsementForged:  {"An endorsement inside it, at {path}, is not genuine. Whoever it names did not sign it as it stands.", "Do not rely on that endorsement, and ask the issuer why it is there."},
	verifier.CodeEndorsementOpen:    {"An endorsement inside it, at {path}, does not count here: {verdict}. The credential stands without it.", ""},
	verifier.CodeEndorsementStray:   {"An endorsement inside it, at {path}, is about something else than this credential, and does not count here.", ""},
	verifier.CodeNestedTooMany:      {"It holds {count} signed documents, more than are checked here.", "Check the credentials in it one by one."},
	verifier.CodeStatusListItself:   {"It is a list of withdrawn credentials. It says nothing about anybody.", "Ask the holder for the credential itself."},
	verifier.CodeContextConflict:    {"Its vocabularies give one word two meanings ({path}).", askIssuer},
	verifier.CodeRelativeID:         {"It names something without a full address ({path}), so two readers could take it for two things.", askIssuer},
	verifier.CodeNotCarried:         {"It contains {path} in a form that a signature does not vouch for.", askIssuer},
	verifier.CodeCarrierDamaged:     {"It begins like a file of the kind {carrier}, and is damaged or not made as it should be.", fileFault},
	verifier.CodeCarrierEmpty:       {"There is no credential in this {carrier} file. What it shows, anybody could have drawn.", "Ask the holder for the original file: copies, photographs and scans lose what is inside. Or open the address that is printed on it."},
	verifier.CodeCarrierEncrypted:   {"This {carrier} file is locked, so what is inside could not be read.", "Ask the holder for the file as the school gave it, without a password."},
	verifier.CodeCarrierOld:         {"This {carrier} file carries a badge of an older kind that nobody signed.", "Ask the issuer named in it whether it stands."},
	verifier.CodeMalformedToken:     {"It is neither a credential file nor a complete signed token.", "Check that the whole text was copied, or ask the holder for the file."},
}

var englishProof = map[string]Phrase{
	verifier.CodeSignatureOK:       {"It is exactly as it was signed.", ""},
	verifier.CodeSignatureMismatch: {"It was altered after it was signed, or signed with another key.", askHolder},
	verifier.CodeAlgorithmRefused:  {"It is signed by a method that is not accepted.", askIssuer},
	verifier.CodeHeaderRefused:     {"Its signature asks to be read in a way that is not accepted ({member}).", askIssuer},
	verifier.CodeProofOther:        {"Somebody else vouches for it too, and signed it just as it is ({method}).", ""},
	verifier.CodeDisclosure:        {"What its holder shows of it is not all of it that was signed, or not as it was signed.", askHolder},
	verifier.CodeProofMalformed:    {"Its signature is not written in the way that it should be ({member}).", askIssuer},
	verifier.CodeProofPurpose:      {"It was signed for another purpose than to vouch for it.", askHolder},
	verifier.CodeProofContext:      {"Its signature was made under other vocabularies than it names.", askHolder},
	verifier.CodeProofPrevious:     {"Its signature builds on an earlier one that is not there.", askHolder},
	verifier.CodeProofTime:         {"Its signature is dated in the future, or has run out.", askIssuer},
	verifier.CodeNumberNotExact:    {"It contains a number that two readers could take for two numbers.", askIssuer},
	verifier.CodeKeyCompromised:    {"One of its signatures was made with a key that is reported as stolen or lost.", askIssuer},
	verifier.CodeKeyNotInUse:       {"One of its signatures is dated outside the time in which its key was in use.", askIssuer},
	verifier.CodeIssuerUnreachable: {"What is known of the key of one of its signers is not at hand ({method}).", tryAgain},
	verifier.CodeTokenType:         {"It was signed for another purpose than a credential ({type}).", askHolder},
	verifier.CodeNoKey:             {"Its signature could not be checked without the issuer's key.", tryAgain},
}

var englishKey = map[string]Phrase{
	verifier.CodeKeyControlled:     {"The key is published by the issuer itself.", ""},
	verifier.CodeKeyControlledThen: {"The key was published by the issuer itself as of {as_of}. It could not be asked again just now.", ""},
	verifier.CodeKeyPurpose:        {"The key is the issuer's, but not one that it signs credentials with.", askIssuer},
	verifier.CodeFetchRefused:      {"What the issuer publishes about its keys stands where it is not asked for ({reason}).", askIssuer},
	verifier.CodeKeyRetired:        {"The issuer has since replaced this key ({at}). What it signed before stays good.", ""},
	verifier.CodeKeyNotControlled:  {"The key is not one of the keys of the issuer that the document names.", askIssuer},
	verifier.CodeKeyNotNamed:       {"It does not say which of the issuer's keys signed it.", askIssuer},
	verifier.CodeKeyNotInUse:       {"It is dated outside the time in which this key was in use ({at}).", askIssuer},
	verifier.CodeKeyCompromised:    {"The issuer has reported this key as stolen or lost ({at}). Nothing that it signed can be relied on.", "Ask the holder for a copy signed anew."},
	verifier.CodeIssuerUnreachable: {"The issuer's keys are not at hand.", tryAgain},
	verifier.CodeIssuerUnreadable:  {"What the issuer publishes about its keys cannot be read.", askIssuer},
	verifier.CodeIssuerMissing:     {"The document names no issuer.", askHolder},
	verifier.CodeHolderKey:         {"The key of the signature is the holder's own ({issuer}).", ""},
	verifier.CodeHolderKeyDiffers:  {"The key of the signature is not one by which the holder that it names shows who is there.", askHolder},
	verifier.CodeHolderUnreachable: {"The holder's keys are not at hand.", tryAgain},
	verifier.CodeHolderMissing:     {"It does not say who presents it.", askHolder},
	verifier.CodeAlgorithmRefused:  {"The issuer's key is of a kind that is not accepted.", askIssuer},
}

var englishIssuer = map[string]Phrase{
	verifier.CodeRecognised:        {"{by} vouches for {issuer}.", ""},
	verifier.CodeIssuerUnknown:     {"Nobody in the registries used here vouches for {issuer}. The name that it gives itself proves nothing.", "Find out who this issuer is before you rely on it."},
	verifier.CodeNotEntitled:       {"{issuer} is recognised, but not for awards of this kind ({type}).", askIssuer},
	verifier.CodeEndorsementBad:    {"The registry says that {by} vouches for {issuer}, but the endorsement that it shows does not prove it ({reason}).", askIssuer},
	verifier.CodeEndorsementUnread: {"The registry says that {by} vouches for {issuer}, but whether {by} signed that could not be checked ({reason}).", tryAgain},
	verifier.CodeLapsed:            {"{issuer} was not recognised at the time when this was issued.", askIssuer},
}

var englishStatus = map[string]Phrase{
	verifier.CodeNotWithdrawn:       {"Not withdrawn as of {as_of}.", ""},
	verifier.CodeNoStatus:           {"It has no published status, so nobody can tell from it whether it was withdrawn.", "Ask the issuer if that matters to you."},
	verifier.CodeRevoked:            {"Its issuer has withdrawn it (list of {list_from}).", "Ask the holder or the issuer why, and whether there is a newer one."},
	verifier.CodeSuspended:          {"Its issuer has put it on hold (list of {list_from}).", "Ask the issuer when this will be decided."},
	verifier.CodeSuperseded:         {"It was replaced by a newer copy.", "Ask the holder for the newer one."},
	verifier.CodeNewerCopy:          {"It was replaced by a newer copy: its issuer now gives one of {newer}.", "Ask the holder for the newer one, or fetch it from {at}."},
	verifier.CodeStatusUnreachable:  {"Whether it was withdrawn could not be checked: the issuer's list is not at hand.", tryAgain},
	verifier.CodeStatusExpired:      {"Whether it was withdrawn could not be checked: the list at hand ended on {until}. On {as_of} it was the current one.", tryAgain},
	verifier.CodeStatusUntrusted:    {"Whether it was withdrawn could not be checked: the list does not prove to be the issuer's ({reason}).", askIssuer},
	verifier.CodeStatusIssuer:       {"Whether it was withdrawn could not be checked: the list that it names is another issuer's.", askIssuer},
	verifier.CodeStatusAltered:      {"Whether it was withdrawn could not be checked: the list was altered after it was signed.", askIssuer},
	verifier.CodeStatusPurpose:      {"Whether it was withdrawn could not be checked: the list that it names is for another purpose.", askIssuer},
	verifier.CodeStatusRange:        {"Whether it was withdrawn could not be checked: its place is not in the list.", askIssuer},
	verifier.CodeStatusLength:       {"Whether it was withdrawn could not be checked: the list is shorter than the standard allows.", askIssuer},
	verifier.CodeStatusEncoding:     {"Whether it was withdrawn could not be checked: the list cannot be read.", askIssuer},
	verifier.CodeStatusTooLarge:     {"Whether it was withdrawn could not be checked: the list is too large to be read.", askIssuer},
	verifier.CodeStatusMessage:      {"Its issuer says about it: “{message}”. What that means for you is not checked here.", askIssuer},
	verifier.CodeRefreshDue:         {"Its issuer says that a newer copy can be had.", "Ask the holder for the newer one."},
	verifier.CodeRevokedUnsigned:    {"It is in the list of what its issuer has withdrawn, as of {as_of}. Nobody signs lists of this older kind.", "Ask the holder or the issuer why, and whether there is a newer one."},
	verifier.CodeNotListed:          {"It is not in the list of withdrawn credentials that its issuer publishes at its own address, as of {as_of}. Nobody signs lists of this older kind.", ""},
	verifier.CodeNotListedElsewhere: {"It is not in the list of withdrawn credentials that it names, but nobody signed that list, and it is not at the issuer's own address.", askIssuer},
	verifier.CodeStatusWithheld:     {"Whether it can be withdrawn is not shown: its holder may have kept that back.", "Ask the holder to show it in full."},
	verifier.CodeStatusUnknownType:  {"It has a status of a kind that is not checked here.", askIssuer},
	verifier.CodeStatusTooMany:      {"It has more statuses than are looked up here.", askIssuer},
}

var englishTime = map[string]Phrase{
	verifier.CodeInForce:      {"It is within the time for which it was issued.", ""},
	verifier.CodeInForceShown: {"Nothing that is shown of it ends it. Its holder may have kept an end back.", "Ask the holder to show it in full if the date matters."},
	verifier.CodeExpired:      {"It ended on {until}.", "Ask the holder whether it was renewed."},
	verifier.CodeNotYetValid:  {"It begins on {from}.", "Check it again after that day."},
}

var englishHolder = map[string]Phrase{
	verifier.CodeHolderNotAsked:  {"Whether it is about the person in front of you was not checked.", "Compare the name yourself."},
	verifier.CodeNameMatch:       {"It is about the name or address that you typed.", ""},
	verifier.CodeNameOtherForm:   {"The name in it may be another form of the one that you typed: other order, initials or middle names.", "Compare the two yourself."},
	verifier.CodeNameDiffers:     {"It is about another name or address than you typed.", "Ask the applicant under which name it was issued."},
	verifier.CodeNameNotTold:     {"It holds nothing to compare with what you typed.", "Ask the holder to show who they are."},
	verifier.CodeHolderProven:    {"Whoever presents it has signed your question with the key that it names.", ""},
	verifier.CodeHolderNotProven: {"You asked its holder to sign your question. It came without that signature, so it may be a copy.", "Ask the holder to present it anew."},
	verifier.CodeHolderRefused:   {"It is signed in answer to another question than yours, or not by its holder ({member}). It may be a copy of what somebody else was shown.", "Ask the holder to present it anew."},
	verifier.CodeHolderNotBound:  {"Whoever presents it has signed your question, and the credential does not name their key ({holder}).", "Compare the name yourself."},
}
