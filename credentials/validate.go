package credentials

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var uuidURN = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// Validate tells whether the credential may be signed; see [Issuable].
func (c *Credential) Validate() error { return validate(c) }

// validate reads back what a document writes and asks whether it may be signed.
func validate(d interface{ Payload() ([]byte, error) }) error {
	payload, err := d.Payload()
	if err != nil {
		return err
	}
	doc, err := Parse(payload)
	if err != nil {
		return err
	}
	return Issuable(doc)
}

// Issuable tells whether a document may be signed: everything that [Inspect]
// asks of any document, and what Laurel asks of its own. Names and the
// subject's id are there, ids are random (urn:uuid:), the issuer is a DID,
// scales are whole and every result fits the scale that it names and reaches
// what it requires, evidence is never carried inside an address, endorsements
// are about the thing that they stand in, and a CLR holds signed credentials of
// one person whose associations lead from one of its achievements to another.
// The error is ProblemsError, with all of them.
func Issuable(doc *Node) error { return issuable(doc, false) }

// Preparable is Issuable for a document before its parts are signed: a CLR may
// hold credentials without a proof, which must be issuable themselves.
func Preparable(doc *Node) error {
	for _, i := range UnsignedParts(doc) {
		if err := Issuable(partsOf(doc)[i]); err != nil {
			return fmt.Errorf("credential %d of the record: %w", i, err)
		}
	}
	return issuable(doc, true)
}

// issuable is Issuable; draft allows parts that are not signed yet.
func issuable(doc *Node, draft bool) error {
	in := &inspector{found: Inspect(doc), draft: draft}
	switch CredentialClass(doc) {
	case ClassAchievement:
		in.own(doc)
		in.holder("/credentialSubject", doc.Get("credentialSubject"))
		in.achievementSubject(doc.Get("credentialSubject"))
		in.endorsed("", doc)
	case ClassCLR:
		in.own(doc)
		in.holder("/credentialSubject", doc.Get("credentialSubject"))
		in.record(doc.Get("credentialSubject"))
		in.endorsed("", doc)
	case ClassEndorsement:
		in.own(doc)
		in.ask(doc.Path("credentialSubject", "endorsementComment").Text() != "", "/credentialSubject/endorsementComment", RuleEmpty)
		in.endorsed("", doc)
	}
	if len(in.found) > 0 {
		return ProblemsError(in.found)
	}
	return nil
}

// ask notes a violation unless ok.
func (in *inspector) ask(ok bool, pointer string, rule Rule) {
	if !ok {
		in.violation(pointer, rule)
	}
}

// own holds the envelope of a document against what Laurel asks of its own.
func (in *inspector) own(doc *Node) {
	in.ask(uuidURN.MatchString(doc.Get("id").Text()), "/id", RuleIdentifier)
	in.ask(doc.Get("name").Text() != "", "/name", RuleEmpty)
	in.ask(strings.HasPrefix(doc.Path("issuer", "id").Text(), "did:"), "/issuer/id", RuleIdentifier)
	in.ask(doc.Path("issuer", "name").Text() != "", "/issuer/name", RuleEmpty)
	from, err := ParseTime(doc.Get("validFrom").Text())
	in.ask(err == nil && from.Year() > 1, "/validFrom", RuleRequired)
	for i, e := range doc.Get("evidence").List() {
		in.ask(!strings.HasPrefix(e.Get("id").Text(), "data:"), "/evidence/"+strconv.Itoa(i)+"/id", RuleIdentifier)
	}
	if s := doc.Get("credentialStatus"); s != nil {
		list := s.Get("statusListCredential").Text()
		in.ask(s.Get("id").Text() != list, "/credentialStatus/id", RuleIdentifier)
		in.ask(s.Get("statusPurpose").Text() != "", "/credentialStatus/statusPurpose", RuleEmpty)
		in.ask(list != "", "/credentialStatus/statusListCredential", RuleEmpty)
	}
}

// holder asks for a subject whose id says nothing about the person, and for identities that say something.
func (in *inspector) holder(at string, subject *Node) {
	in.ask(uuidURN.MatchString(subject.Get("id").Text()), at+"/id", RuleIdentifier)
	for i, n := range subject.Get("identifier").List() {
		id, here := IdentityOf(n), at+"/identifier/"+strconv.Itoa(i)
		in.ask(id.Hash != "", here+"/identityHash", RuleEmpty)
		in.ask(!id.Hashed || strings.HasPrefix(id.Hash, sha256Prefix), here+"/identityHash", RuleVocabulary)
		in.ask(!id.Hashed || id.Salt != "", here+"/salt", RuleEmpty)
	}
}

// achievementSubject holds an achievement, its scales and the results together.
func (in *inspector) achievementSubject(subject *Node) {
	const at = "/credentialSubject"
	achievement := subject.Get("achievement")
	in.achievement(at+"/achievement", achievement)
	scales := in.scalesOf(at+"/achievement", achievement)
	seen := make(map[string]bool)
	for i, r := range subject.Get("result").List() {
		here, id := at+"/result/"+strconv.Itoa(i), r.Get("resultDescription").Text()
		in.result(here, r, scales[id])
		in.ask(id == "" || !seen[id], here+"/resultDescription", RuleRepeated)
		seen[id] = true
	}
	start, err1 := ParseTime(subject.Get("activityStartDate").Text())
	end, err2 := ParseTime(subject.Get("activityEndDate").Text())
	in.ask(err1 != nil || err2 != nil || !end.Before(start), at+"/activityEndDate", RulePeriod)
	credits := subject.Get("creditsEarned")
	in.ask(!strings.HasPrefix(credits.Literal(), "-"), at+"/creditsEarned", RuleRange)
}

// achievement asks for the words without which an achievement says nothing.
func (in *inspector) achievement(at string, a *Node) {
	for _, name := range [...]string{"name", "description", "achievementType"} {
		in.ask(a.Get(name).Text() != "", at+"/"+name, RuleEmpty)
	}
	c := a.Get("criteria")
	in.ask(c.Get("id").Text() != "" || c.Get("narrative").Text() != "", at+"/criteria", RuleEmpty)
	in.ask(!strings.HasPrefix(a.Get("creditsAvailable").Literal(), "-"), at+"/creditsAvailable", RuleRange)
}

// endorsed asks that every endorsement is signed and about the thing that it
// stands in: a profile, an achievement or the document (OB 3.0 data model,
// EndorsementSubject). Documents inside keep their own.
func (in *inspector) endorsed(at string, n *Node) {
	for i, item := range n.Items() {
		in.endorsed(at+"/"+strconv.Itoa(i), item)
	}
	for _, m := range n.Members() {
		here := Pointer(at, m.Name)
		switch {
		case m.Name == "endorsement":
			for i, e := range m.Value.List() {
				one := here + "/" + strconv.Itoa(i)
				in.ask(e.Path("credentialSubject", "id").Text() == n.Get("id").Text(), one+"/credentialSubject/id", RuleReference)
				in.ask(len(e.Get("proof").List()) > 0, one+"/proof", RuleRequired)
			}
		case !Embeds(m.Name):
			in.endorsed(here, m.Value)
		}
	}
}
