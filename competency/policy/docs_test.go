package policy_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"laurel/competency/policy"
)

// TestThePageOfPoliciesIsExact reads the examples of docs/policies.md, finds
// every member in its tables, and gives the answer that it shows.
func TestThePageOfPoliciesIsExact(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../docs/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	var policies []policy.Policy
	for _, block := range blocks(page, "yaml policy") {
		p := parseYAML(t, block)
		if bad := policy.Lint(p, policy.Beside{Unframed: true}); len(bad) != 0 {
			t.Errorf("%s: %v", p.ID, bad)
		}
		policies = append(policies, p)
	}
	if len(policies) != 2 {
		t.Fatalf("%d policies on the page", len(policies))
	}
	facts := blocks(page, "json facts")
	if len(facts) != 1 {
		t.Fatalf("%d facts on the page", len(facts))
	}
	f, err := policy.ParseFacts([]byte(facts[0]))
	if err != nil {
		t.Fatal(err)
	}
	// Every member of facts stands in the example.
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(facts[0]), &members); err != nil {
		t.Fatal(err)
	}
	whole, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(whole, &all); err != nil {
		t.Fatal(err)
	}
	for name := range all {
		if members[name] == nil {
			t.Errorf("the example has no %s", name)
		}
	}
	harbor := policy.Facts{Learner: "l", AsOf: "2027-06-01", Credits: transcript(
		line{"Band", 100, "arts", "class"}, line{"English 9", 100, "humanities", "class"}, line{"English 10", 100, "humanities", "class"},
		line{"Carpentry", 150, "cte", "demonstration"},
	), Exceptions: []policy.Exception{{Requirement: "pe", Kind: "medical-pe", By: "p-1", By2: "p-2"}}}
	said := everySentence(policy.Evaluate(policies[1], harbor))
	for _, sentence := range said {
		if !strings.Contains(page, sentence+"\n") {
			t.Errorf("the page does not say %q", sentence)
		}
	}
}

// TestThePageNamesEveryMember: what a policy may say stands on the page.
func TestThePageNamesEveryMember(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../docs/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(string(b), "")
	code := regexp.MustCompile("`[^`]+`").FindAllString(prose, -1)
	for _, name := range []string{
		"policy", "version", "title", "status", "adopted", "appliesTo", "legalBasis", "waivers", "extends", "forbids", "betterOf", "conduct",
		"scale", "determination", "credit", "routes", "priorApproval", "exceptions", "reportSeparately", "profileDomains", "endorsements", "defs",
		"all", "any", "atLeast", "proficient", "credits", "creditPlan", "record", "artifact", "assessment", "assessmentAttempts", "hours", "seal", "use",
		"waivable", "step", "sharing", "derivedFrom", "rule", "asAwarded", "pool",
	} {
		word := regexp.MustCompile(`\b` + name + `\b`)
		if !slices.ContainsFunc(code, word.MatchString) {
			t.Errorf("the page does not name %s", name)
		}
	}
}

// blocks are the texts between fences of this kind.
func blocks(page, kind string) (all []string) {
	for _, m := range regexp.MustCompile("(?s)```"+kind+"\n(.*?)```").FindAllStringSubmatch(page, -1) {
		all = append(all, m[1])
	}
	return all
}

func parseYAML(t *testing.T, text string) policy.Policy {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
