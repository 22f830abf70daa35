package credentials

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"laurel/internal/testkit"
)

// schemaClass is one class of an official JSON Schema.
type schemaClass struct {
	Properties map[string]json.RawMessage `json:"properties"`
	Required   []string                   `json:"required"`
	Additional *bool                      `json:"additionalProperties"`
}

// TestTablesHoldTheSchemas holds every class against the official JSON Schemas:
// the members that they list, those that they require, and which are closed.
func TestTablesHoldTheSchemas(t *testing.T) {
	t.Parallel()
	roots := map[string]string{
		"ob_v3p0_achievementcredential_schema.json": ClassAchievement,
		"ob_v3p0_endorsementcredential_schema.json": ClassEndorsement,
		"clr_v2p0_clrcredential_schema.json":        ClassCLR,
	}
	others := map[string]string{"CredentialStatus": "StatusEntry"}
	// Not classes of ours: choices, any context, a proof, any credential and its subject.
	skip := []string{"ProfileRef", "Context", "Proof", "VerifiableCredential", "CredentialSubject"}
	for file, root := range roots {
		data, err := os.ReadFile(testkit.SharedData(t, "schemas", file))
		if err != nil {
			t.Fatal(err)
		}
		var schema struct {
			schemaClass
			Defs map[string]schemaClass `json:"$defs"`
		}
		if err := json.Unmarshal(data, &schema); err != nil {
			t.Fatal(err)
		}
		schema.Defs[root] = schema.schemaClass
		for name, want := range schema.Defs {
			if renamed := others[name]; renamed != "" {
				name = renamed
			}
			if !slices.Contains(skip, name) {
				compareClass(t, name, want)
			}
		}
	}
}

func compareClass(t *testing.T, name string, want schemaClass) {
	t.Helper()
	have, ok := classes[name]
	if !ok {
		t.Errorf("no class %s", name)
		return
	}
	for member := range want.Properties {
		if _, ok := have.members[member]; !ok {
			t.Errorf("%s has no %s", name, member)
		}
	}
	for _, member := range want.Required {
		if !have.members[member].required {
			t.Errorf("%s does not require %s", name, member)
		}
	}
	if closed := want.Additional != nil && !*want.Additional; closed != have.closed {
		t.Errorf("%s: closed is %t", name, have.closed)
	}
}

// TestEveryRuleHasASentence keeps the words of errors whole.
func TestEveryRuleHasASentence(t *testing.T) {
	t.Parallel()
	rules := []Rule{
		RuleRequired, RuleText, RuleURI, RuleDate, RuleBoolean, RuleNumber, RuleObject, RuleOne, RuleEmpty, RuleType,
		RuleVocabulary, RuleOrder, RuleHolder, RulePeriod, RuleReference, RuleIdentifier, RuleRepeated, RuleRange, RuleBelow, RuleCycle,
	}
	for _, r := range rules {
		if (Problem{Code: CodeSchemaViolation, Rule: r}).Sentence() == "" {
			t.Errorf("%s has no sentence", r)
		}
	}
	for _, code := range []string{CodeUndefinedTerm, CodeContextUnknown, CodeTypeUnknown} {
		if (Problem{Code: code}).Sentence() == "" {
			t.Errorf("%s has no sentence", code)
		}
	}
}
