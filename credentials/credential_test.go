package credentials_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/internal/testkit"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sample is a micro-credential with every part that Laurel uses.
func sample() *credentials.Credential {
	school := credentials.Profile{ID: "did:web:laurel.example:schools:willow-brook", Name: "Willow Brook <Union> High & Middle", URL: "https://willowbrook.example/"}
	level := func(n, name string) credentials.Level {
		return credentials.Level{ID: "urn:example:feedback:" + n, Name: name, Level: n, Points: n, Description: "What " + name + " looks like"}
	}
	return &credentials.Credential{
		ID: "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c11", Name: "Responsive feedback",
		Description: "Uses evidence of learning to adjust teaching.",
		Issuer:      credentials.Profile{ID: school.ID, Name: school.Name, URL: school.URL, ParentOrg: &credentials.Profile{ID: "did:web:laurel.example:schools:district", Name: "Valley District"}},
		ValidFrom:   time.Date(2026, 6, 12, 10, 0, 0, 999, time.FixedZone("", -4*3600)),
		AwardedDate: time.Date(2026, 6, 11, 0, 0, 0, 0, time.UTC),
		ValidUntil:  time.Date(2031, 6, 12, 14, 0, 0, 0, time.UTC),
		Subject: credentials.Subject{
			ID: "urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02", Identifiers: []credentials.Identity{credentials.NameIdentity("Amara Okafor-Łukasz")},
			Achievement: credentials.Achievement{
				ID: "urn:uuid:7d5f0d3a-3b7c-4f0e-9b44-9a8e3a0f1d03", Kind: "MicroCredential", Name: "Responsive feedback",
				Description: "Uses evidence of learning to adjust teaching.", Language: "en",
				Criteria:   credentials.Criteria{Narrative: "Every criterion at Met or above, by two assessors."},
				Alignments: []credentials.Alignment{{Name: "Assessment", Code: "6", Framework: "InTASC", URL: "https://standards.example/6", Kind: "CFItem"}},
				Tags:       []string{"feedback", "assessment"},
				Scales: []credentials.ResultScale{{
					ID: "urn:example:feedback", Name: "Uses evidence", Kind: "RubricCriterionLevel",
					RequiredLevel: "urn:example:feedback:2", Levels: []credentials.Level{level("1", "Not yet"), level("2", "Met"), level("3", "Exemplary")},
				}},
			},
			Results: []credentials.Result{{Scale: "urn:example:feedback", Level: "urn:example:feedback:3"}},
		},
		Evidence: []credentials.Work{{Name: "Three lesson cycles", Description: "Notes and student work, with reflection.", Genre: "Portfolio"}},
		Status:   credentials.RevocationEntry("https://laurel.example/status/1", 94_567),
	}
}

func TestPayloadGolden(t *testing.T) {
	t.Parallel()
	c := sample()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	got, err := c.Payload()
	if err != nil {
		t.Fatal(err)
	}
	jwt, err := credentials.WithClaims(got)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "credential.json", got)
	golden(t, "credential.claims.json", jwt)
	if bytes.Contains(got, []byte(`\u003c`)) || bytes.Contains(got, []byte("null")) || bytes.Contains(got, []byte("[]")) {
		t.Error("the payload holds HTML escapes, null or empty lists")
	}
	again, _ := sample().Payload()
	if !bytes.Equal(got, again) {
		t.Error("the same credential gives other bytes")
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

func TestWithClaims(t *testing.T) {
	t.Parallel()
	payload, _ := sample().Payload()
	out, err := credentials.WithClaims(payload)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := credentials.Parse(out)
	if err != nil {
		t.Fatal(err)
	}
	if got := credentials.DifferingClaims(doc, doc); len(got) > 0 {
		t.Errorf("claims differ from the document: %v", got)
	}
	for _, name := range []string{"iss", "sub", "jti", "nbf", "exp"} {
		if doc.Get(name) == nil {
			t.Errorf("OB 3.0 asks for %s", name)
		}
	}
	if got := credentials.Inspect(doc); len(got) != 5 {
		t.Errorf("claims without a JWT: got %v, want five undefined terms", got)
	}
	if got := credentials.Inspect(doc, credentials.ClaimNames()...); len(got) != 0 {
		t.Errorf("claims in a JWT: got %v", got)
	}
	if _, err := credentials.WithClaims(out); err == nil {
		t.Error("claims must not be added twice")
	}
	for _, claim := range []string{`"iss":"did:web:other.example"`, `"nbf":1`, `"exp":"2031"`, `"sub":null`} {
		bad, err := credentials.Parse([]byte(`{` + claim + `,` + string(payload[1:])))
		if err != nil {
			t.Fatal(err)
		}
		if got := credentials.DifferingClaims(bad, bad); len(got) != 1 {
			t.Errorf("%s: got %v, want one differing claim", claim, got)
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		change  func(*credentials.Credential)
		pointer string
		rule    credentials.Rule
	}{
		{"id is an address", func(c *credentials.Credential) { c.ID = "https://laurel.example/c/1" }, "/id", credentials.RuleIdentifier},
		{"no name", func(c *credentials.Credential) { c.Name = "" }, "/name", credentials.RuleEmpty},
		{"issuer is no DID", func(c *credentials.Credential) { c.Issuer.ID = "https://school.example" }, "/issuer/id", credentials.RuleIdentifier},
		{"no date", func(c *credentials.Credential) { c.ValidFrom = time.Time{} }, "/validFrom", credentials.RuleRequired},
		{"ends before it starts", func(c *credentials.Credential) { c.ValidUntil = c.ValidFrom.AddDate(-1, 0, 0) }, "/validUntil", credentials.RulePeriod},
		{"unknown kind of achievement", func(c *credentials.Credential) { c.Subject.Achievement.Kind = "HighSchool" }, "/credentialSubject/achievement/achievementType", credentials.RuleVocabulary},
		{"level of another scale", func(c *credentials.Credential) { c.Subject.Results[0].Level = "urn:example:other:1" }, "/credentialSubject/result/0/achievedLevel", credentials.RuleReference},
		{"no such scale", func(c *credentials.Credential) { c.Subject.Results[0].Scale = "urn:example:other" }, "/credentialSubject/result/0/resultDescription", credentials.RuleReference},
		{"required level of another scale", func(c *credentials.Credential) {
			c.Subject.Achievement.Scales[0].RequiredLevel = "urn:example:other:1"
		}, "/credentialSubject/achievement/resultDescription/0/requiredLevel", credentials.RuleReference},
		{"two levels with one id", func(c *credentials.Credential) {
			c.Subject.Achievement.Scales[0].Levels[1].ID = "urn:example:feedback:1"
		}, "/credentialSubject/achievement/resultDescription/0/rubricCriterionLevel/1/id", credentials.RuleRepeated},
		{"result says nothing", func(c *credentials.Credential) { c.Subject.Results[0].Level = "" }, "/credentialSubject/result/0", credentials.RuleEmpty},
		{"status scale without status", func(c *credentials.Credential) { c.Subject.Achievement.Scales[0].Kind = "Status" }, "/credentialSubject/result/0/status", credentials.RuleRequired},
		{"status outside its words", func(c *credentials.Credential) { c.Subject.Results[0].Status = "Passed" }, "/credentialSubject/result/0/status", credentials.RuleVocabulary},
		{"evidence inside an address", func(c *credentials.Credential) { c.Evidence[0].ID = "data:text/plain,hello" }, "/evidence/0/id", credentials.RuleIdentifier},
		{"relative alignment", func(c *credentials.Credential) { c.Subject.Achievement.Alignments[0].URL = "/6" }, "/credentialSubject/achievement/alignment/0/targetUrl", credentials.RuleURI},
		{"no criteria", func(c *credentials.Credential) { c.Subject.Achievement.Criteria = credentials.Criteria{} }, "/credentialSubject/achievement/criteria", credentials.RuleEmpty},
		{"md5 identity", func(c *credentials.Credential) {
			c.Subject.Identifiers[0] = credentials.Identity{Hashed: true, Hash: "md5$00", Kind: "emailAddress"}
		}, "/credentialSubject/identifier/0/identityHash", credentials.RuleVocabulary},
		{"status id is the list", func(c *credentials.Credential) { c.Status.ID = c.Status.List }, "/credentialStatus/id", credentials.RuleIdentifier},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := sample()
			tt.change(c)
			problems, ok := errors.AsType[credentials.ProblemsError](c.Validate())
			if !ok {
				t.Fatal("want ProblemsError")
			}
			want := credentials.Problem{Code: credentials.CodeSchemaViolation, Pointer: tt.pointer, Rule: tt.rule}
			if !slices.Contains(problems, want) {
				t.Errorf("got %v, want %v", problems, want)
			}
		})
	}
	c := sample()
	c.ID, c.Name, c.Issuer.ID = "x", "", "y"
	if problems, _ := errors.AsType[credentials.ProblemsError](c.Validate()); len(problems) < 3 {
		t.Errorf("got %v, want all problems", problems)
	}
}

func TestInspectNamesUndefinedTerms(t *testing.T) {
	t.Parallel()
	payload, _ := sample().Payload()
	tests := []struct{ from, to, code, pointer string }{
		{`"name":"Responsive feedback"`, `"Name":"x","name":"Responsive feedback"`, credentials.CodeUndefinedTerm, "/Name"},
		{`"hashed":false`, `"hashed":false,"ext":1`, credentials.CodeUndefinedTerm, "/credentialSubject/identifier/0/ext"},
		{`"criteria":{`, `"criteria":{"@id":"x",`, credentials.CodeUndefinedTerm, "/credentialSubject/achievement/criteria/@id"},
		{`["AchievementSubject"]`, `["AchievementSubject","Undef"]`, credentials.CodeUndefinedTerm, "/credentialSubject/type"},
		{`["AchievementSubject"]`, `["Profile"]`, credentials.CodeSchemaViolation, "/credentialSubject/type"},
		{`context-3.0.3.json"]`, `context-3.0.3.json","https://evil.example/c.json"]`, credentials.CodeContextUnknown, "/@context/2"},
		{`context-3.0.3.json"]`, `context-3.0.3.json",{"name":"https://evil.example/"}]`, credentials.CodeContextUnknown, "/@context/2"},
		{`"tag":["feedback","assessment"]`, `"tag":[]`, credentials.CodeSchemaViolation, "/credentialSubject/achievement/tag"},
		{`"tag":["feedback","assessment"]`, `"tag":null`, credentials.CodeSchemaViolation, "/credentialSubject/achievement/tag"},
		{`"achievement":{`, `"achievement":[{`, "", ""},
	}
	for _, tt := range tests {
		text := strings.Replace(string(payload), tt.from, tt.to, 1)
		doc, err := credentials.Parse([]byte(text))
		if tt.code == "" {
			if err == nil {
				t.Error("unbalanced text was read")
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", tt.to, err)
		}
		got := credentials.Inspect(doc)
		if !slices.ContainsFunc(got, func(p credentials.Problem) bool { return p.Code == tt.code && p.Pointer == tt.pointer }) {
			t.Errorf("%s: got %v, want %s at %s", tt.to, got, tt.code, tt.pointer)
		}
	}
}

// shared gives a file of the standards' data that lies beside the repository, or skips.
func shared(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(testkit.SharedData(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPayloadFitsTheOfficialSchema(t *testing.T) {
	t.Parallel()
	fits := testkit.Schemas(t)
	payload, _ := sample().Payload()
	withClaims, _ := credentials.WithClaims(payload)
	bare := sample()
	bare.Evidence, bare.Status, bare.Subject.Results, bare.Subject.Achievement.Scales = nil, nil, nil, nil
	small, _ := bare.Payload()
	for _, p := range [][]byte{payload, withClaims, small} {
		if err := fits("AchievementCredential", p); err != nil {
			t.Errorf("%v", err)
		}
	}
}

// TestInspectFixtures holds the tables against the standards' own examples:
// what they call valid has no undefined member, what they break on purpose is found.
func TestInspectFixtures(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"valid/1edtech-simple.json": "", "valid/1edtech-complete.json": "", "valid/1edtech-simple-multiple-proofs.json": "",
		"valid/1edtech-simple-context-alias.json": "", "valid/1edtech-simple-context-version.json": "",
		"valid/1edtech-endorsement-valid.json":                                                   "",
		"invalid/derived-extra-undefined-term.json":                                              credentials.CodeUndefinedTerm,
		"invalid/derived-no-subject-id-or-identifier.json":                                       credentials.CodeSchemaViolation,
		"invalid/1edtech-simple-err-issuer-type.json":                                            credentials.CodeSchemaViolation,
		"invalid/1edtech-simple-err-issuer-parentorg-type.json":                                  credentials.CodeSchemaViolation,
		"invalid/1edtech-simple-err-issuer-otheridentifier-type.json":                            credentials.CodeSchemaViolation,
		"invalid/1edtech-simple-err-credential-subject-identifier-type.json":                     credentials.CodeSchemaViolation,
		"invalid/1edtech-simple-err-credential-subject-result-type.json":                         credentials.CodeSchemaViolation,
		"invalid/1edtech-simple-err-credential-subject-achievement-result-description-type.json": credentials.CodeSchemaViolation,
		"valid/1edtech-clr-simple.json":                                                          "", "valid/1edtech-implguide-clr.json": "",
	}
	for name, code := range want {
		doc, err := credentials.Parse(shared(t, "fixtures/"+name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := credentials.Inspect(doc)
		if code == "" && len(got) > 0 {
			t.Errorf("%s: got %v, want nothing wrong", name, got)
		}
		if code != "" && !slices.ContainsFunc(got, func(p credentials.Problem) bool { return p.Code == code }) {
			t.Errorf("%s: got %v, want %s", name, got, code)
		}
	}
}

// TestPayloadMembersAreTerms holds every member of a payload against the real
// contexts: each name must be a term that one of them defines somewhere.
func TestPayloadMembersAreTerms(t *testing.T) {
	t.Parallel()
	defined := map[string]bool{"@context": true, "id": true, "type": true, "hashed": true}
	for _, file := range []string{"contexts/credentials-v2.jsonld", "contexts/ob-context-3.0.3.json"} {
		var v any
		if err := json.Unmarshal(shared(t, file), &v); err != nil {
			t.Fatal(err)
		}
		collect(v, defined)
	}
	payload, _ := sample().Payload()
	doc, _ := credentials.Parse(payload)
	var walk func(*credentials.Node)
	walk = func(n *credentials.Node) {
		for _, m := range n.Members() {
			if !defined[m.Name] {
				t.Errorf("no context defines %s", m.Name)
			}
			walk(m.Value)
		}
		for _, i := range n.Items() {
			walk(i)
		}
	}
	walk(doc)
}

func collect(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, w := range v {
			into[k] = true
			collect(w, into)
		}
	case []any:
		for _, w := range v {
			collect(w, into)
		}
	}
}
