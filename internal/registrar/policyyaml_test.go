package registrar

import (
	"os"
	"strings"
	"testing"

	"laurel/competency/policy"
	"laurel/internal/testkit"
)

func TestPolicyJSON(t *testing.T) {
	t.Parallel()
	const want = `{"adopted":{"on":"2026-06-12"},"list":[1,0.25,"two",true,null,"yes"],"name":"é & <b>","version":3}`
	for name, document := range map[string]string{
		"yaml":           "# a comment\nversion: 3\nname: \"é & <b>\"\nadopted: {on: 2026-06-12}\nlist: [1, 0.25, two, true, null, yes]\n",
		"block":          "version: 3\nname: é & <b>\nadopted:\n  on: 2026-06-12\nlist:\n  - 1\n  - 0.25\n  - two\n  - true\n  - null\n  - \"yes\"\n",
		"json":           "{\"version\": 3,\n\t\"name\": \"\\u00e9 & <b>\", \"list\": [1, 2.5e-1, \"two\", true, null, \"yes\"], \"adopted\": {\"on\": \"2026-06-12\"}}",
		"canonical json": want,
	} {
		got, err := PolicyJSON([]byte(document))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
}

func TestPolicyJSONRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, document, detail string }{
		{"anchor", "a: &x 1\nb: 2", "line 1 of the policy has an anchor"},
		{"alias", "a: 1\nb: *x", "line 2 of the policy has an alias"},
		{"anchored mapping", "a: &x {b: 1}\nc: *x", "anchor"},
		{"anchored key", "&x a: 1", "anchor"},
		{"merge key", "a: {b: 1}\nc:\n  <<: {d: 1}", "merge key"},
		{"tag", "a: !!str 1", "tag"},
		{"number as a name", "1: a", "a name that is no text"},
		{"null as a name", "~: a", "a name that is no text"},
		{"infinity", "a: .inf", "number"},
		{"duplicate name", "a: 1\na: 2", "already defined"},
		{"duplicate name inside", "a: [{b: 1, b: 2}]", "already defined"},
		{"duplicate name in JSON", `{"a": 1, "a": 2}`, "Duplicate"},
		{"tab", "a:\n\tb: 1", "tab"},
		{"two documents", "a: 1\n---\nb: 2", "one policy document"},
		{"nothing", "", "one policy document"},
		{"only a comment", "# nothing", "one policy document"},
		{"broken", "a: [1, 2", "reading the policy as YAML"},
		{"nested lists", strings.Repeat("[\n", maxPolicyMarks+1), "more than 4000"},
		{"nested groups", strings.Repeat("{a:\n", maxPolicyMarks+1), "more than 4000"},
		{"nested dashes", strings.Repeat("- \n", maxPolicyMarks+1), "more than 4000"},
		{"as deep as may be", strings.Repeat("{a:\n", maxPolicyMarks), "reading the policy as YAML"},
		{"long line", "a: " + strings.Repeat("a", maxPolicyLine), "a line of more than"},
		{"large", strings.Repeat("a", maxPolicyBytes+1), "larger than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := PolicyJSON([]byte(c.document))
			if err == nil || !strings.Contains(err.Error(), c.detail) {
				t.Errorf("got %s, %v; want %q", got, err, c.detail)
			}
		})
	}
}

func TestSharedPolicyBecomesAPolicy(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile(testkit.SharedData(t, "policies", "vt.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	canonical, err := PolicyJSON(document)
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse(canonical)
	if err != nil {
		t.Fatal(err)
	}
	again, err := PolicyJSON(canonical)
	if err != nil || string(again) != string(canonical) {
		t.Errorf("the canonical form is not stable: %v", err)
	}
	if p.ID != "us-vt.willowbrook.pbgr" || p.AdoptedOn != "2025-06-12" {
		t.Errorf("got %+v", p)
	}
}

func FuzzPolicyJSON(f *testing.F) {
	for _, seed := range []string{"a: {b: [1, two]}", `{"a": 1}`, "a: &x [*x]", "a: |\n  text\n", "? a\n: b", "- - a"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		canonical, err := PolicyJSON(document)
		if err != nil {
			return
		}
		again, err := PolicyJSON(canonical)
		if err != nil || string(again) != string(canonical) {
			t.Fatalf("not stable: %s, %s, %v", canonical, again, err)
		}
	})
}
