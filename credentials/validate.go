package credentials

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var uuidURN = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// Validate tells whether the credential may be signed: everything that
// [Inspect] asks of any credential, and what Laurel asks of its own. Names and
// the subject's id are there, ids are random (urn:uuid:), the issuer is a DID,
// every result fits the scale that it names, and evidence is never carried
// inside an address. The error is ProblemsError, with all of them.
func (c *Credential) Validate() error {
	payload, err := c.Payload()
	if err != nil {
		return err
	}
	doc, err := Parse(payload)
	if err != nil {
		return err
	}
	in := &inspector{found: Inspect(doc)}
	c.own(in)
	c.results(in)
	if len(in.found) > 0 {
		return ProblemsError(in.found)
	}
	return nil
}

// own holds the credential against what Laurel asks of its own documents.
func (c *Credential) own(in *inspector) {
	check := func(ok bool, pointer string, rule Rule) {
		if !ok {
			in.violation(pointer, rule)
		}
	}
	check(uuidURN.MatchString(c.ID), "/id", RuleIdentifier)
	check(c.Name != "", "/name", RuleEmpty)
	check(strings.HasPrefix(c.Issuer.ID, "did:"), "/issuer/id", RuleIdentifier)
	check(c.Issuer.Name != "", "/issuer/name", RuleEmpty)
	check(c.ValidFrom.Year() > 1, "/validFrom", RuleRequired)
	check(uuidURN.MatchString(c.Subject.ID), "/credentialSubject/id", RuleIdentifier)
	a := c.Subject.Achievement
	check(a.Name != "", "/credentialSubject/achievement/name", RuleEmpty)
	check(a.Description != "", "/credentialSubject/achievement/description", RuleEmpty)
	check(a.Kind != "", "/credentialSubject/achievement/achievementType", RuleEmpty)
	check(a.Criteria.ID != "" || a.Criteria.Narrative != "", "/credentialSubject/achievement/criteria", RuleEmpty)
	for i, id := range c.Subject.Identifiers {
		check(id.Hash != "", "/credentialSubject/identifier/"+strconv.Itoa(i)+"/identityHash", RuleEmpty)
		check(!id.Hashed || strings.HasPrefix(id.Hash, "sha256$"), "/credentialSubject/identifier/"+strconv.Itoa(i)+"/identityHash", RuleVocabulary)
	}
	for i, e := range c.Evidence {
		check(!strings.HasPrefix(e.ID, "data:"), "/evidence/"+strconv.Itoa(i)+"/id", RuleIdentifier)
	}
	if s := c.Status; s != nil {
		check(s.ID != s.List, "/credentialStatus/id", RuleIdentifier)
		check(s.Purpose != "", "/credentialStatus/statusPurpose", RuleEmpty)
		check(s.List != "", "/credentialStatus/statusListCredential", RuleEmpty)
	}
}

// results holds the results against the scales that they name (OB 3.0 data model, Result).
func (c *Credential) results(in *inspector) {
	const base = "/credentialSubject/achievement/resultDescription/"
	scales := make(map[string]*ResultScale)
	ids := map[string]bool{c.Subject.Achievement.ID: true}
	unique := func(id, pointer string) {
		if ids[id] {
			in.violation(pointer, RuleRepeated)
		}
		ids[id] = true
	}
	for i := range c.Subject.Achievement.Scales {
		s := &c.Subject.Achievement.Scales[i]
		at := base + strconv.Itoa(i)
		unique(s.ID, at+"/id")
		scales[s.ID] = s
		for j, l := range s.Levels {
			unique(l.ID, at+"/rubricCriterionLevel/"+strconv.Itoa(j)+"/id")
		}
		if s.RequiredLevel != "" && !s.has(s.RequiredLevel) {
			in.violation(at+"/requiredLevel", RuleReference)
		}
	}
	for i, r := range c.Subject.Results {
		r.check(in, "/credentialSubject/result/"+strconv.Itoa(i), scales[r.Scale])
	}
}

// check holds one result against its scale; nil when it names none that is there.
func (r *Result) check(in *inspector, at string, s *ResultScale) {
	switch {
	case s == nil:
		in.violation(at+"/resultDescription", RuleReference)
		return
	case r.Level != "" && !s.has(r.Level):
		in.violation(at+"/achievedLevel", RuleReference)
	case r.Level == "" && r.Value == "" && r.Status == "":
		in.violation(at, RuleEmpty)
	case s.Kind == "Status" && r.Status == "":
		in.violation(at+"/status", RuleRequired)
	}
	if len(s.Allowed) > 0 && r.Value != "" && !slices.Contains(s.Allowed, r.Value) {
		in.violation(at+"/value", RuleVocabulary)
	}
}

// has tells whether id is one of the scale's levels.
func (s *ResultScale) has(id string) bool {
	return slices.ContainsFunc(s.Levels, func(l Level) bool { return l.ID == id })
}
