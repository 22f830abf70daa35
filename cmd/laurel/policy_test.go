package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"laurel/competency/policy"
	"laurel/internal/testkit"
)

// policyFolder is a folder with the framework of the fictional school, the
// facts of its learners, each in a file and all in one, and Vermont-like policy.
func policyFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	raw, err := os.ReadFile(testkit.SharedData(t, "demo.json"))
	must(t, err)
	var sheet struct {
		Framework  map[string][]string `json:"framework"`
		Standards  map[string]string   `json:"standards"`
		Indicators map[string]string   `json:"indicators"`
		Students   []struct {
			Learner        string `json:"learner"`
			Determinations map[string]struct {
				Level    int      `json:"level"`
				Contexts []string `json:"contexts"`
			} `json:"determinations"`
			Records []struct {
				Kind     string   `json:"kind"`
				Reviewed string   `json:"reviewed"`
				SignedBy []string `json:"signedBy"`
			} `json:"records"`
			Artifacts []policy.ArtifactFact `json:"artifacts"`
		} `json:"students"`
	}
	must(t, json.Unmarshal(raw, &sheet))
	var c policy.Catalogue
	for code, indicators := range sheet.Framework {
		s := policy.Standard{Code: code, Title: sheet.Standards[code]}
		for _, i := range indicators {
			s.Indicators = append(s.Indicators, policy.Indicator{Code: i, Title: sheet.Indicators[i]})
		}
		c.Standards = append(c.Standards, s)
	}
	write := func(name string, v any) []byte {
		b, err := json.Marshal(v)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(folder, name), b, 0o600))
		return b
	}
	write("framework.json", c)
	var all []byte
	for _, s := range sheet.Students {
		f := policy.Facts{Learner: s.Learner, AsOf: "2027-06-01", Determinations: map[string]policy.Determined{}, Artifacts: s.Artifacts}
		for code, d := range s.Determinations {
			f.Determinations[code] = policy.Determined{Level: d.Level, Confirmed: true, Contexts: d.Contexts}
		}
		for _, r := range s.Records {
			f.Records = append(f.Records, policy.RecordFact{Kind: r.Kind, Current: true, Reviewed: r.Reviewed, SignedBy: r.SignedBy})
		}
		all = append(append(all, write(s.Learner+".json", f)...), '\n')
	}
	must(t, os.WriteFile(filepath.Join(folder, "all.jsonl"), all, 0o600))
	vt, err := os.ReadFile(testkit.SharedData(t, "policies", "vt.yaml"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(folder, "vt.yaml"), vt, 0o600))
	return folder
}

// edited is the folder's policy with one text replaced, in a file of its own.
func edited(t *testing.T, folder, name, from, to string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, "vt.yaml"))
	must(t, err)
	if !strings.Contains(string(b), from) {
		t.Fatalf("the policy has no %q", from)
	}
	path := filepath.Join(folder, name)
	must(t, os.WriteFile(path, []byte(strings.Replace(string(b), from, to, 1)), 0o600))
	return path
}

func TestPolicyLint(t *testing.T) {
	t.Parallel()
	folder := policyFolder(t)
	vt, framework := filepath.Join(folder, "vt.yaml"), filepath.Join(folder, "framework.json")
	const math = `standard: MATH,`
	for _, c := range []struct {
		name string
		args []string
		code int
		want []string // in the output
	}{
		{"sound", []string{vt, "--framework", framework}, 0, []string{"no mistakes, 0 warnings"}},
		{"without a framework", []string{vt}, 0, []string{"no mistakes"}},
		{"an unknown standard", []string{edited(t, folder, "maths.yaml", math, "standard: MATHS,"), "--framework", framework}, 1, []string{
			"maths.yaml:21:31: error: The framework has no standard “MATHS”. (/requirements/all/1/proficient/standard)",
		}},
		{"an unknown member", []string{edited(t, folder, "unknown.yaml", math, "standard: MATH, level: 4,")}, 1, []string{"unknown.yaml:21:47: error: This version does not know the member “level”."}},
		{"a level by group", []string{edited(t, folder, "group.yaml", "proficientAt: 3", "proficientAt: {all: 3, iep: 2}")}, 1, []string{"group.yaml:8:21: error: One line holds for everyone"}},
		{"an alias", []string{edited(t, folder, "alias.yaml", "version: 3", "version: &v 3")}, 1, []string{"alias.yaml:3:10: error: line 3 of the policy has an anchor (&)"}},
		{"a warning", []string{edited(t, folder, "latest.yaml", "method: n-of", "method: latest")}, 0, []string{"latest.yaml:10:3: warning: By the method latest", "no mistakes, 1 warning"}},
		{"credits", []string{testkit.SharedData(t, "policies", "ct.yaml")}, 1, []string{"ct.yaml:2:1: error: Say who adopted the policy, and when."}},
		{"weaker than its base", []string{
			edited(t, folder, "local.yaml", "version: 3", "version: 4\nextends: {policy: us-vt.willowbrook.pbgr, version: 3, hash: none}"), "--base", vt,
		}, 1, []string{"local.yaml:4:55: error: The document of the base is another one"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := command(t, "", append([]string{"policy", "lint"}, c.args...)...)
			if code != c.code {
				t.Errorf("ended with %d, want %d: %s%s", code, c.code, stdout, stderr)
			}
			for _, want := range c.want {
				if !strings.Contains(stdout, want) {
					t.Errorf("no %q in\n%s", want, stdout)
				}
			}
		})
	}
	t.Run("as JSON", func(t *testing.T) {
		t.Parallel()
		code, stdout, _ := command(t, "", "policy", "lint", edited(t, folder, "json.yaml", math, "standard: MATHS,"), "--framework", framework, "--json")
		var out struct{ Problems []policy.Problem }
		must(t, json.Unmarshal([]byte(stdout), &out))
		if code != 1 || len(out.Problems) != 1 || out.Problems[0].Line != 21 || out.Problems[0].Severity != policy.Mistake {
			t.Errorf("%d: %+v", code, out)
		}
	})
}

func TestPolicyEvaluate(t *testing.T) {
	t.Parallel()
	folder := policyFolder(t)
	ask := func(learner string, more ...string) (int, string, string) {
		return command(t, "", append([]string{
			"policy", "evaluate", "--policy", filepath.Join(folder, "vt.yaml"),
			"--facts", filepath.Join(folder, learner+".json"), "--framework", filepath.Join(folder, "framework.json"),
		}, more...)...)
	}
	code, stdout, stderr := ask("s01")
	if code != 0 || !strings.HasPrefix(stdout, "us-vt.willowbrook.pbgr, version 3, for s01 on 2027-06-01: met\n") || strings.Contains(stdout, "What is left") {
		t.Errorf("s01: %d: %s%s", code, stdout, stderr)
	}
	code, stdout, stderr = ask("s06")
	for _, want := range []string{
		"not yet  Diploma: 8 of 9 requirements done; still open: Reason with quantities and models\n",
		"  not yet  Reason with quantities and models: 3 of 4 indicators shown; still open: MATH.3 Reason from data and chance\n",
		"What is left:\n  Reason with quantities and models: MATH.3 Reason from data and chance; ask: teacher; ways: class, internship, ",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("s06: no %q in\n%s", want, stdout)
		}
	}
	if code != 1 || !strings.Contains(stderr, "the answer is: not yet") {
		t.Errorf("s06: %d: %s", code, stderr)
	}
	code, stdout, _ = ask("s06", "--json")
	var a policy.Audit
	must(t, json.Unmarshal([]byte(stdout), &a))
	if code != 1 || a.State != policy.NotMet || len(a.PolicyHash) != 64 {
		t.Errorf("as JSON: %d: %+v", code, a)
	}
	t.Run("credits from standard input", func(t *testing.T) {
		t.Parallel()
		facts := `{"learner":"l","asOf":"2027-06-01","credits":[{"id":"1","title":"Band","value":1,"tags":["arts"],"route":"class"},{"id":"2","title":"Sailing","value":0.5,"route":"sea"}]}`
		code, stdout, stderr := command(t, facts, "policy", "evaluate", "--policy", testkit.SharedData(t, "policies", "ct.yaml"), "--facts", "-")
		for _, want := range []string{"met      Arts: 1 of 1 credit\n", "by: Band 1\n", "Credit that does not count:\n  Sailing, 0.5: The policy does not name the route “sea”"} {
			if code != 1 || !strings.Contains(stdout, want) {
				t.Errorf("%d: no %q in\n%s%s", code, want, stdout, stderr)
			}
		}
	})
	t.Run("facts that are none", func(t *testing.T) {
		t.Parallel()
		code, _, stderr := command(t, `{"learner":"l","asOf":"soon"}`, "policy", "evaluate", "--policy", filepath.Join(folder, "vt.yaml"), "--facts", "-")
		if code != 1 || !strings.Contains(stderr, "facts: /asOf: Write a date") {
			t.Errorf("%d: %s", code, stderr)
		}
	})
}

func TestPolicySimulate(t *testing.T) {
	t.Parallel()
	folder := policyFolder(t)
	old, framework, all := filepath.Join(folder, "vt.yaml"), filepath.Join(folder, "framework.json"), filepath.Join(folder, "all.jsonl")
	fresh := edited(t, folder, "new.yaml", "{standard: MATH, indicators: all}", "{standard: MATH, indicators: {atLeast: 3}}")
	args := []string{"policy", "simulate", "--policy", fresh, "--against", old, "--framework", framework, "--facts"}
	code, stdout, stderr := command(t, "", append(args, all)...)
	const want = "s06: not yet → met: Reason with quantities and models (not yet → met)\n\n" +
		"12 learners, 1 of them changed\n  not yet → met: 1\nbecause of\n  Reason with quantities and models (math): 1\n"
	if code != 0 || stdout != want {
		t.Errorf("%d: got\n%s%s", code, stdout, stderr)
	}
	lines, err := os.ReadFile(all)
	must(t, err)
	code, stdout, stderr = command(t, "\n{}\n"+string(lines), append(args, "-", "--json")...)
	var last struct{ Summary summary }
	out := strings.Split(strings.TrimSpace(stdout), "\n")
	must(t, json.Unmarshal([]byte(out[len(out)-1]), &last))
	if code != 1 || len(out) != 2 || last.Summary.Learners != 12 || last.Summary.Changed != 1 || last.Summary.Unread != 1 {
		t.Errorf("as JSON, with a line that is no facts: %d: %s", code, stdout)
	}
	if !strings.Contains(stderr, "-:2: error: facts: /asOf: This is missing.") {
		t.Errorf("the line is not named: %s", stderr)
	}
}

func TestPolicyCommandsCalledWrongly(t *testing.T) {
	t.Parallel()
	folder := policyFolder(t)
	vt := filepath.Join(folder, "vt.yaml")
	for _, args := range [][]string{
		{"lint"},
		{"lint", vt, vt},
		{"lint", vt, "--unknown"},
		{"lint", filepath.Join(folder, "nowhere.yaml")},
		{"lint", vt, "--framework", filepath.Join(folder, "nowhere.json")},
		{"evaluate", "--policy", vt},
		{"evaluate", "--facts", vt},
		{"evaluate", "--policy", vt, "--facts", filepath.Join(folder, "nowhere.json")},
		{"simulate", "--policy", vt, "--facts", "-"},
		{"simulate", "--policy", vt, "--against", vt, "--facts", filepath.Join(folder, "nowhere.jsonl")},
	} {
		if code, _, stderr := command(t, "", append([]string{"policy"}, args...)...); code != 64 || stderr == "" {
			t.Errorf("%v: ended with %d: %s", args, code, stderr)
		}
	}
}
