package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"laurel/competency"
)

func TestMethodsAreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	if !slices.Equal(methods, competency.Methods) {
		t.Errorf("policies know %v, the domain %v", methods, competency.Methods)
	}
}

func TestParseReadsTheWholeDocument(t *testing.T) {
	t.Parallel()
	p := small(t)
	if p.ID != "us-xx.riverside.diploma" || p.Version != 2 || p.Status != Adopted || p.AdoptedOn != "2026-05-04" {
		t.Errorf("head: %+v", p)
	}
	if len(p.Hash()) != 64 {
		t.Errorf("hash %q", p.Hash())
	}
	if d := p.Determination; d.Method != "n-of" || d.N != 2 || d.AtLeast != 3 || !d.DistinctTasks || d.Version != 1 || !d.Lock {
		t.Errorf("determination: %+v", d)
	}
	if !p.AppliesTo.Covers(2024, 2028, "any", "standard") || p.AppliesTo.Covers(2023, 2027, "any", "standard") || p.AppliesTo.Covers(2024, 2028, "any", "adult") {
		t.Errorf("scope: %+v", p.AppliesTo)
	}
	var ids []string
	p.Requirements.Walk(func(n *Node) { ids = append(ids, n.ID) })
	want := "diploma math arts comm ready ready.1 ready.1.1 ready.1.2 ready.1.3 college college.1 college.2 plan exhibition"
	if got := strings.Join(ids, " "); got != want {
		t.Errorf("ids\n got %s\nwant %s", got, want)
	}
	if p.Scale.Label(4) != "Distinguished" || p.Scale.Label(7) != "" {
		t.Error("labels of the scale")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const math = `{"standard": "MATH", "indicators": "all"}`
	const need = `"record": {"kind": "licence"}`
	for _, c := range []struct{ name, from, to, path, detail string }{
		{"unknown head member", `"version": 2`, `"version": 2, "motto": 2`, "/motto", "does not know"},
		{"unknown node member", `"id": "arts",`, `"id": "arts", "tags": [],`, "/requirements/all/1/tags", "does not know"},
		{"unknown leaf member", math, `{"standard": "MATH", "indicators": "all", "level": 4}`, "/requirements/all/0/proficient/level", "does not know"},
		{"two kinds", `"id": "math",`, `"id": "math", "seal": "x",`, "/requirements/all/0", "this names 2"},
		{"cycle", need, `"use": "career"`, "/defs/career/of/0/use", "uses itself"},
		{"unknown part", need, `"use": "carer"`, "/defs/career/of/0/use", "no part"},
		{"duplicate member", `"version": 2`, `"version": 2, "version": 3`, "", "/version: the member stands twice"},
		{"fraction", `"min": 40`, `"min": 40.5`, "/defs/career/of/1/hours/min", "whole number"},
		{"zero", `"atLeast": 60`, `"atLeast": 0`, "/requirements/all/3/any/1/all/0/assessment/atLeast", "at least 1"},
		{"missing standard", math, `{"indicators": "all"}`, "/requirements/all/0/proficient/standard", "missing"},
		{"indicators", math, `{"standard": "MATH", "indicators": "some"}`, "/requirements/all/0/proficient/indicators", "Write all"},
		{"no indicators", math, `{"standard": "MATH"}`, "/requirements/all/0/proficient/indicators", "missing"},
		{"id form", `"id": "math"`, `"id": "math.1"`, "/requirements/all/0/id", "Use letters"},
		{"status", `"status": "adopted"`, `"status": "final"`, "/status", "draft, adopted or retired"},
		{"draft adopted", `"status": "adopted"`, `"status": "draft"`, "/adopted", "not been adopted"},
		{"date", `2026-05-04`, `2026-13-04`, "/adopted/on", "date"},
		{"no judgment", `"professionalJudgment": true`, `"professionalJudgment": false`, "/determination/requires/professionalJudgment", "cannot be false"},
		{"method", `"method": "n-of"`, `"method": "guess"`, "/determination/method", "Choose one"},
		{"gap in scale", `{"n": 3, "label": "Proficient"}`, `{"n": 5, "label": "Proficient"}`, "/scale/levels/2/n", "without gaps"},
		{"exceptions without a text", `, "publicText": "Requirement met through an approved equivalent."`, ``, "/exceptions", "publicText"},
		{"blank title", `"title": "Learning plan"`, `"title": " "`, "/requirements/all/4/title", "1 to 2,000"},
		{"twice in a list", `["learner", "advisor"]`, `["learner", "learner"]`, "/requirements/all/4/record/signedBy/1", "twice"},
		{"empty group", `[{"assessment": {"ref": "english", "atLeast": 1}}, {"assessment": {"ref": "other", "atLeast": 5}}]`, `[]`, "/endorsements/0/when/all", "at least one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(edit(t, c.from, c.to))
			wantProblem(t, err, c.path, c.detail)
		})
	}
}

func TestParseBounds(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"all":[`, 60) + `{"seal":"x"}` + strings.Repeat(`]}`, 60)
	var wide strings.Builder
	for i := range 30 { // each part uses the one before it twice
		fmt.Fprintf(&wide, `"p%d": {"all": [{"use": "p%d"}, {"use": "p%d"}]},`, i+1, i, i)
	}
	for name, document := range map[string]string{
		"deep":      `{"requirements":` + deep + `}`,
		"wide":      `{"defs": {` + wide.String() + `"p0": {"seal": "x"}}, "requirements": {"use": "p30"}}`,
		"large":     `"` + strings.Repeat("x", maxBytes) + `"`,
		"wrong":     `{"routes": [` + strings.Repeat(`"",`, 80_000) + `""]}`,
		"unknown":   `{"all": [` + strings.Repeat(`{"x":1},`, 30_000) + `{}]}`,
		"nodes":     `{"requirements": {"all": [` + strings.Repeat(`{"x":1},`, 30_000) + `{}]}}`,
		"two":       `{} {}`,
		"array":     `[]`,
		"nothing":   ``,
		"null":      `null`,
		"truncated": `{"policy": "a`,
	} {
		if _, err := Parse([]byte(document)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(smallDocument(f))
	f.Add([]byte(`{"defs":{"a":{"use":"b"},"b":{"use":"a"}},"requirements":{"use":"a"}}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		p, err := Parse(document)
		if err != nil {
			return
		}
		facts := smallFacts()
		Lint(p, Beside{Framework: facts.Framework})
		Evaluate(p, facts).Next(p)
	})
}

func TestLint(t *testing.T) {
	t.Parallel()
	if bad := Lint(small(t), Beside{Framework: smallFacts().Framework}); len(bad) != 0 {
		t.Errorf("the sound policy: %v", bad)
	}
	for _, c := range []struct{ name, from, to, path, detail string }{
		{"unknown standard", `"standard": "MATH"`, `"standard": "MATHS"`, "/requirements/all/0/proficient/standard", "no standard “MATHS”"},
		{"unknown indicator", `["COMM.1"]`, `["COMM.9"]`, "/requirements/all/2/proficient/indicators", "no indicator “COMM.9”"},
		{"too many indicators", `"indicators": {"atLeast": 2}`, `"indicators": {"atLeast": 4}`, "/requirements/all/1/proficient/indicators", "4 of 3"},
		{"too many parts", `{"atLeast": {"n": 2}, "of"`, `{"atLeast": {"n": 4}, "of"`, "/defs/career/atLeast", "4 of 3"},
		{"duplicate id", `"id": "arts"`, `"id": "math"`, "/requirements/all/1", "more than once"},
		{"endorsement with a node's id", `"id": "biliterate"`, `"id": "math"`, "/endorsements/0/id", "more than once"},
		{"level outside the scale", `"atLeast": 3, "distinct`, `"atLeast": 5, "distinct`, "/determination/atLeast", "no level 5"},
		{"proficient outside the scale", `"proficientAt": 3`, `"proficientAt": 5`, "/scale/proficientAt", "no level 5"},
		{"everything proficient", `"proficientAt": 3`, `"proficientAt": 1`, "/scale/proficientAt", "Every level"},
		{"few routes", `["class", "internship", "online"]`, `["class"]`, "/routes", "at least 3"},
		{"reported separately", `["habits-of-work"]`, `["licence"]`, "/defs/career/of/0", "reported separately"},
		{"unused part", `{"use": "career"}`, `{"seal": "ready-to-work"}`, "/defs/career", "No requirement uses"},
		{"adopted by nobody", `"adopted": {"by": "Riverside Board", "on": "2026-05-04"},`, ``, "/adopted", "who adopted"},
		{"outside the panel", `"external": 1`, `"external": 3`, "/requirements/all/5/artifact/panel/external", "More people"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bad := Lint(parse(t, edit(t, c.from, c.to)), Beside{Framework: smallFacts().Framework})
			if len(bad) != 1 || bad[0].Path != c.path || !strings.Contains(bad[0].Detail, c.detail) {
				t.Errorf("got %v, want only %q at %s", bad, c.detail, c.path)
			}
		})
	}
}
