package policy

import (
	"strings"
	"testing"
)

// local is small as a local policy that extends it, with one text replaced.
func local(t *testing.T, base Policy, from, to string) Policy {
	t.Helper()
	doc := string(edit(t, from, to))
	doc = strings.Replace(doc, `"policy": "us-xx.riverside.diploma"`, `"policy": "us-xx.riverside.local"`, 1)
	doc = strings.Replace(doc, `"legalBasis"`, `"extends": {"policy": "`+base.ID+`", "version": 2, "hash": "`+base.Hash()+`"}, "legalBasis"`, 1)
	return parse(t, []byte(doc))
}

// A local policy may ask for more than the one it extends and never for less
// (mission row 47).
func TestWeakerThanTheBase(t *testing.T) {
	t.Parallel()
	base := small(t)
	const arts, college = `{"id": "arts", "proficient": {"standard": "ARTS", "indicators": {"atLeast": 2}}},`, `{"assessment": {"ref": "entrance", "atLeast": 60}}`
	for _, c := range []struct{ name, from, to, path, detail string }{
		{"the same", arts, arts, "", ""},
		{"one left out", arts, "", "/requirements", "leaves out"},
		{"more indicators", `"indicators": {"atLeast": 2}`, `"indicators": "all"`, "", ""},
		{"fewer indicators", `"indicators": {"atLeast": 2}`, `"indicators": {"atLeast": 1}`, "/requirements/all/1", "indicators of ARTS: at least 2"},
		{"a list for all", `{"standard": "MATH", "indicators": "all"}`, `{"standard": "MATH", "indicators": ["MATH.1", "MATH.2"]}`, "/requirements/all/0", "at least 3"},
		{"fewer contexts", `"contexts": {"atLeast": 2}`, `"contexts": {"atLeast": 1}`, "/requirements/all/2", "contexts: at least 2"},
		{"an easier way", `{"use": "career"},`, `{"use": "career"}, {"seal": "good-will"},`, "/requirements/all/3", "Weaker"},
		{"one way fewer", `{"use": "career"},`, ``, "/defs/career", "No requirement uses"}, // the part alone is left over
		{"a harder way", college, `{"assessment": {"ref": "entrance", "atLeast": 70}}`, "", ""},
		{"a lower score", college, `{"assessment": {"ref": "entrance", "atLeast": 50}}`, "/requirements/all/3", "Weaker"},
		{"a signature fewer", `["learner", "advisor"]`, `["learner"]`, "/requirements/all/4", "the advisor signs"},
		{"an older review", `"reviewedWithinDays": 400`, `"reviewedWithinDays": 500`, "/requirements/all/4", "within 400 days"},
		{"any version", `"current": true, `, ``, "/requirements/all/4", "must be current"},
		{"a smaller panel", `"panel": {"atLeast": 2, "external": 1}`, `"panel": {"atLeast": 1, "external": 1}`, "/requirements/all/5", "panel: at least 2"},
		{"nobody from outside", `"panel": {"atLeast": 2, "external": 1}`, `"panel": {"atLeast": 2}`, "/requirements/all/5", "from outside: at least 1"},
		{"any state of the work", `"state": "accepted", `, ``, "/requirements/all/5", "must be accepted"},
		{"one more requirement", arts, arts + `{"id": "oath", "record": {"kind": "oath"}},`, "", ""},
		{"a choice instead", arts, `{"id": "arts", "any": [{"proficient": {"standard": "ARTS", "indicators": {"atLeast": 2}}}, {"seal": "artist"}]},`, "/requirements", "leaves out"},
		{"grouped otherwise", arts, `{"id": "first", "all": [{"id": "arts", "proficient": {"standard": "ARTS", "indicators": {"atLeast": 3}}}, {"seal": "artist"}]},`, "", ""},
		{"one part of the seals fewer", `{"atLeast": {"n": 2}, "of"`, `{"atLeast": {"n": 1}, "of"`, "/requirements/all/3", "Weaker"},
		{"a lower line", `"proficientAt": 3`, `"proficientAt": 2`, "/scale/proficientAt", "counts from Proficient"},
		{"another scale", `"label": "Beginning"`, `"label": "Emerging"`, "/scale", "another scale"},
		{"fewer tasks", `"n": 2, "atLeast": 3`, `"n": 1, "atLeast": 3`, "/determination", "2 tasks at 3"},
		{"a route fewer", `["class", "internship", "online"]`, `["class", "internship", "travel"]`, "/routes", "“online”"},
		{"another exception", `["board-waiver"]`, `["board-waiver", "favour"]`, "/exceptions/kinds/1", "no exceptions of the kind “favour”"},
		{"no sources", `"mustCite": true, `, ``, "/exceptions/mustCite", "names its source"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := local(t, base, c.from, c.to)
			bad := Lint(p, Beside{Framework: smallFacts().Framework, Base: &base})
			switch {
			case c.path == "" && len(bad) != 0:
				t.Errorf("got %v, want nothing", bad)
			case c.path != "" && (len(bad) != 1 || bad[0].Path != c.path || !strings.Contains(bad[0].Detail, c.detail)):
				t.Errorf("got %v, want only %q at %s", bad, c.detail, c.path)
			}
		})
	}
	t.Run("another document", func(t *testing.T) {
		t.Parallel()
		p := local(t, base, "Riverside Board", "River Board")
		for hint, other := range map[string]*Policy{"not at hand": nil, "at hand is": new(parse(t, edit(t, `"version": 2`, `"version": 4`))), "another one": new(parse(t, edit(t, "Riverside Board", "X Board")))} {
			bad := Lint(p, Beside{Framework: smallFacts().Framework, Base: other})
			if len(bad) != 1 || !strings.Contains(bad[0].Detail, hint) {
				t.Errorf("got %v, want %q", bad, hint)
			}
		}
	})
}

// A state forbids a cap on credit flex, and no district may set one (mission
// row 55).
func TestWeakerCredit(t *testing.T) {
	t.Parallel()
	const state = `"status":"draft","credit":{"derivedFrom":"competencies","rule":"all","step":0.5,"caps":[{"tag":"service","max":0.5}]},
		"forbids":{"caps":["credit-flex"],"because":"OAC 3301-34-01"},`
	base := func(t *testing.T) Policy {
		return parse(t, []byte(strings.Replace(creditDocument, `"status":"draft",`, state, 1)))
	}
	b := base(t)
	local := strings.Replace(creditDocument, "us-xx.state", "us-xx.local", 1)
	head := func(credit string) string {
		return strings.Replace(local, `"status":"draft",`, `"status":"draft","credit":`+credit+`,"extends":{"policy":"us-xx.state","version":1,"hash":"`+b.Hash()+`"},`, 1)
	}
	const same = `{"derivedFrom":"competencies","step":0.5,"caps":[{"tag":"service","max":0.5}]}`
	for _, c := range []struct{ name, credit, from, to, path, detail string }{
		{"the same", same, "", "", "", ""},
		{"more of it", same, `"min":1,"tags":"any"`, `"min":2,"tags":"any"`, "", ""},
		{"a cap on flex", strings.Replace(same, `]`, `,{"route":"credit-flex","max":5}]`, 1), "", "", "/credit/caps/1", "forbids a cap on “credit-flex” (OAC"},
		{"a cap dropped", `{"derivedFrom":"competencies","step":0.5}`, "", "", "/credit/caps", "at most 0.5 credits of “service”"},
		{"no competencies", `{"step":0.5,"caps":[{"tag":"service","max":0.5}]}`, "", "", "/credit", "follows from competencies"},
		{"some competencies", strings.Replace(same, `"step"`, `"rule":{"atLeast":2},"step"`, 1), "", "", "/credit/rule", "more competencies"},
		{"awarded elsewhere", strings.Replace(same, `"step"`, `"asAwarded":["online"],"step"`, 1), "", "", "/credit/asAwarded", "“online”"},
		{"less mathematics", same, `"min":2,"tags":["math"]`, `"min":1.5,"tags":["math"]`, "/requirements/all/1", "bucket “math”: at least 2 credits"},
		{"more than mathematics", same, `"tags":["math"]`, `"tags":["math","cs"]`, "/requirements/all/1", "only the tags math"},
		{"a bucket dropped", same, `{"id":"math","min":2,"tags":["math"]},`, ``, "/requirements/all/1", "“math” is left out"},
		{"a lower total", same, `"min":4,`, `"min":3,`, "/requirements/all/0", "at least 4 credits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := parse(t, []byte(strings.Replace(head(c.credit), c.from, c.to, 1)))
			bad := Lint(p, Beside{Base: &b})
			switch {
			case c.path == "" && len(bad) != 0:
				t.Errorf("got %v, want nothing", bad)
			case c.path != "" && (len(bad) != 1 || bad[0].Path != c.path || !strings.Contains(bad[0].Detail, c.detail)):
				t.Errorf("got %v, want only %q at %s", bad, c.detail, c.path)
			}
		})
	}
	t.Run("its own cap", func(t *testing.T) {
		t.Parallel()
		own := strings.Replace(strings.Replace(creditDocument, `"status":"draft",`, state, 1), `]},`, `,{"route":"credit-flex","max":5}]},`, 1)
		if bad := Lint(parse(t, []byte(own)), Beside{}); len(bad) != 1 || !strings.Contains(bad[0].Detail, "is forbidden") {
			t.Errorf("got %v", bad)
		}
	})
}

const creditDocument = `{"policy":"us-xx.state","version":1,"status":"draft","routes":["class","online","credit-flex"],
	"scale":{"id":"two","proficientAt":2,"levels":[{"n":1,"label":"Developing"},{"n":2,"label":"Proficient"}]},
	"determination":{"method":"n-of","n":1,"atLeast":2},
	"requirements":{"id":"diploma","all":[{"id":"total","credits":{"min":4,"tags":"any","pool":"total"}},
		{"id":"plan","creditPlan":[{"id":"math","min":2,"tags":["math"]},{"id":"open","min":1,"tags":"any"}]}]}}`

func TestLintCredits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, from, to, path, detail string }{
		{"sound", "", "", "", ""},
		{"sum above the total", `"min":4,`, `"min":2.5,`, "/requirements/all/1/creditPlan", "3 credits together, more than the total of 2.5"},
		{"no whole step", `"min":2,"tags":["math"]`, `"min":1.75,"tags":["math"]`, "/requirements/all/1/creditPlan/0/min", "steps of 0.5"},
		{"a cap below the bucket", `"step":0.5`, `"step":0.5,"caps":[{"tag":"math","max":1.5}]`, "/requirements/all/1/creditPlan/0/min", "at most 1.5 credits count here"},
		{"two caps for one", `"step":0.5`, `"step":0.5,"caps":[{"tag":"a","max":1},{"tag":"a","max":2}]`, "/credit/caps/1", "one above it"},
		{"a cap on a foreign route", `"step":0.5`, `"step":0.5,"caps":[{"route":"travel","max":1}]`, "/credit/caps/0", "“travel”"},
		{"two buckets with one id", `"id":"open"`, `"id":"math"`, "/requirements/all/1/creditPlan/1", "stands more than once"},
		{"an exception that nobody allows", `"tags":["math"]`, `"tags":["math"],"waivable":"favour"`, "/requirements/all/1/creditPlan/0/waivable", "no exceptions of the kind"},
		{"a tag that no course has", `"tags":["math"]`, `"tags":["math","latin"]`, "/requirements/all/1/creditPlan/0/tags", "“latin”"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			doc := strings.Replace(creditDocument, `"status":"draft",`, `"status":"draft","credit":{"step":0.5},`, 1)
			bad := Lint(parse(t, []byte(strings.Replace(doc, c.from, c.to, 1))), Beside{Tags: []string{"math", "a"}})
			switch {
			case c.path == "" && len(bad) != 0:
				t.Errorf("got %v, want nothing", bad)
			case c.path != "" && (len(bad) != 1 || bad[0].Path != c.path || !strings.Contains(bad[0].Detail, c.detail)):
				t.Errorf("got %v, want only %q at %s", bad, c.detail, c.path)
			}
		})
	}
}

func TestLintWarns(t *testing.T) {
	t.Parallel()
	framework := smallFacts().Framework
	retired := smallFacts().Framework
	retired.Standards[0].Indicators[2].Retired = true
	for _, c := range []struct {
		name, from, to string
		beside         Beside
		severity       Severity
		path, detail   string
	}{
		{"a method that takes away", `"method": "n-of"`, `"method": "latest"`, Beside{Framework: framework}, Warning, "/determination/method", "take away"},
		{"learners certified already", `"version": 2`, `"version": 3`, Beside{Framework: framework, Certified: 12}, Warning, "/version", "12 learners are certified"},
		{"a way that nobody needs", `{"use": "career"},`, `{"use": "career"}, {"all": [{"use": "career"}, {"seal": "x"}]},`, Beside{Framework: framework}, Warning, "/requirements/all/3/any/1", "nobody needs this way"},
		{"the same way twice", `{"use": "career"},`, `{"use": "career"}, {"use": "career"},`, Beside{Framework: framework}, Warning, "/defs/career", "“ready.1” too"},
		{"a retired indicator", `"version": 2`, `"version": 3`, Beside{Framework: retired}, Mistake, "/requirements/all/0/proficient/indicators", "retired the indicator “MATH.10”"},
		{"a waiver for ever", `"legalBasis"`, `"waivers": [{"authority": "a", "cite": "b"}], "legalBasis"`, Beside{Framework: framework}, Warning, "/waivers/0", "until when"},
		{"a kind that the policy forbids itself", `"legalBasis"`, `"forbids": {"exceptions": ["board-waiver"], "because": "law"}, "legalBasis"`, Beside{Framework: framework}, Mistake, "/exceptions/kinds/0", "forbids exceptions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bad := Lint(parse(t, edit(t, c.from, c.to)), c.beside)
			if len(bad) != 1 || bad[0].Path != c.path || bad[0].Severity != c.severity || !strings.Contains(bad[0].Detail, c.detail) {
				t.Errorf("got %v, want only %q at %s", bad, c.detail, c.path)
			}
		})
	}
}
