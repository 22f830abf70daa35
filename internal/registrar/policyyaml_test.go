package registrar

import (
	"errors"
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

func TestPolicyTextKnowsItsPlaces(t *testing.T) {
	t.Parallel()
	const yaml = "policy: us-xx\n# words\nappliesTo: {entryYear: {from: 2023}}\nroutes: [class, \"online\"]\nrequirements:\n  id: diploma\n  all:\n    - {id: math, seal: x}\n    - id: plan\n      creditPlan:\n        - {id: arts, min: 1}\n        - id: open\n          min: 2\n"
	const js = "{\"policy\": \"us-xx\",\n \"routes\": [\"class\",\n  \"online\"], \"a/b\": {\"c\":\n{\"d\": 1}}}"
	for _, c := range []struct {
		text, pointer string
		line, column  int
	}{
		{yaml, "", 1, 1},
		{yaml, "/policy", 1, 1},
		{yaml, "/appliesTo/entryYear/from", 3, 25},
		{yaml, "/routes/1", 4, 17},
		{yaml, "/requirements", 5, 1},
		{yaml, "/requirements/all/0", 8, 7},
		{yaml, "/requirements/all/0/id", 8, 8},
		{yaml, "/requirements/all/1", 9, 7},
		{yaml, "/requirements/all/1/creditPlan/0/min", 11, 22},
		{yaml, "/requirements/all/1/creditPlan/1", 12, 11},
		{yaml, "/requirements/all/1/creditPlan/1/min", 13, 11},
		{yaml, "/requirements/all/1/creditPlan/1/tags", 12, 11}, // missing: the bucket
		{yaml, "/scale", 1, 1},                                  // missing: the whole
		{js, "/policy", 1, 2},
		{js, "/routes/0", 2, 13},
		{js, "/routes/1", 3, 3},
		{js, "/a~1b/c", 3, 22},
		{js, "/a~1b/c/d", 4, 2},
	} {
		text, err := ReadPolicy([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		got := text.Locate([]policy.Problem{{Path: c.pointer}})[0]
		if got.Line != c.line || got.Column != c.column {
			t.Errorf("%s: got %d:%d, want %d:%d", c.pointer, got.Line, got.Column, c.line, c.column)
		}
	}
	for text, line := range map[string]int{"a: 1\nb: &x 2": 2, "a: 1\nb:\n\tc: 1": 3, "a: 1\na: 2": 2, "a: 1\nb: [1, 2": 2} {
		_, err := ReadPolicy([]byte(text))
		bad, ok := errors.AsType[*TextError](err)
		if !ok || bad.Line != line || bad.Problem().Line != line {
			t.Errorf("%q: %v at %+v, want line %d", text, err, bad, line)
		}
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
