package policy

import (
	"strings"
	"testing"
)

// A policy stands on its waiver for a term and cannot be applied outside it
// (mission rows 56, 62).
func TestWaiverTerm(t *testing.T) {
	t.Parallel()
	p := parse(t, edit(t, `"legalBasis"`, `"waivers": [{"authority": "State Board", "cite": "Order 7", "waives": ["seat time"], "from": "2026-07-01", "until": "2027-06-30"}], "legalBasis"`))
	for _, c := range []struct {
		on    string
		state State
		says  string
	}{
		{"2026-06-30", NotMet, "begins on 2026-07-01"},
		{"2026-07-01", Met, ""},
		{"2027-06-30", Met, ""},
		{"2027-07-01", NotMet, "ended on 2027-06-30"},
	} {
		f := smallFacts()
		f.AsOf, f.Records[0].Reviewed = c.on, c.on
		a := Evaluate(p, f)
		if a.State != c.state || (a.NotApplicable == "") != (c.says == "") || !strings.Contains(a.NotApplicable, c.says) || p.Applies(c.on) != a.NotApplicable {
			t.Errorf("on %s: %s, %q", c.on, a.State, a.NotApplicable)
		}
		bad := Lint(p, Beside{Framework: f.Framework, AsOf: c.on})
		if (c.says == "") != (len(bad) == 0) || len(Mistakes(bad)) != 0 {
			t.Errorf("lint on %s: %v", c.on, bad)
		}
	}
	f := smallFacts()
	f.AsOf = "2027-07-01"
	d := Compare(small(t), p, f)
	if d.To != NotMet || len(d.Because) != 1 || !strings.Contains(d.Because[0].Title, "ended") {
		t.Errorf("compared: %+v", d)
	}
}

// Habits, attendance, behaviour and feelings decide nothing unless the policy
// says so in so many words (invariant 8; mission rows 19, 21).
func TestConductDecidesNothingUnsaid(t *testing.T) {
	t.Parallel()
	const licence, counts = `{"record": {"kind": "licence"}}`, `"conduct": {"counts": ["attendance", "SEL"], "because": "Board resolution 12"}, "legalBasis"`
	for _, name := range []string{"attendance", "habits-of-work", "SEL-3", "social-emotional", "behavior"} {
		_, err := Parse(edit(t, licence, `{"record": {"kind": "`+name+`"}}`))
		wantProblem(t, err, "/defs/career/of/0", "tells of conduct")
	}
	said := strings.Replace(string(edit(t, licence, `{"record": {"kind": "attendance"}}`)), `"legalBasis"`, counts, 1)
	p := parse(t, []byte(said))
	if bad := Lint(p, Beside{Framework: smallFacts().Framework}); len(bad) != 0 {
		t.Errorf("said in conduct: %v", bad)
	}
	_, err := Parse([]byte(strings.Replace(said, `, "because": "Board resolution 12"`, "", 1)))
	wantProblem(t, err, "/conduct/because", "missing")

	// What the framework sets apart decides nothing either, also by the codes of
	// its indicators.
	f := smallFacts()
	f.Framework.Standards[2].Apart = true
	if r := find(t, Evaluate(small(t), f), "comm"); r.State != NotMet || r.Sentence != "COMM: the framework has no indicators for it; seen in 0 of 2 different contexts" {
		t.Errorf("set apart: %s %q", r.State, r.Sentence)
	}
	if bad := Lint(small(t), Beside{Framework: f.Framework}); len(bad) != 1 || !strings.Contains(bad[0].Detail, "decides nothing") {
		t.Errorf("lint: %v", bad)
	}
	named := parse(t, edit(t, `"legalBasis"`, `"conduct": {"counts": ["COMM"], "because": "Board resolution 12"}, "legalBasis"`))
	if r := find(t, Evaluate(named, f), "comm"); r.State != Met {
		t.Errorf("named: %s %q", r.State, r.Sentence)
	}
}

// One line of proficiency holds for everyone (mission row 22).
func TestNothingDependsOnAGroup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, from, to, path string }{
		{"a level by group", `"proficientAt": 3`, `"proficientAt": {"default": 3, "iep": 2}`, "/scale/proficientAt"},
		{"another level beside it", `"proficientAt": 3`, `"proficientAt": 3, "proficientAtForIEP-group": 2`, "/scale/proficientAtForIEP-group"},
		{"a lower count by group", `"indicators": {"atLeast": 2}`, `"indicators": {"atLeast": {"all": 2, "ell": 1}}`, "/requirements/all/1/proficient/indicators/atLeast"},
		{"a policy for a group", `"diplomaType": "standard"}`, `"diplomaType": "standard", "group": "EL"}`, "/appliesTo/group"},
		{"a lower way for a group", `{"record": {"kind": "licence"}}`, `{"record": {"kind": "iep"}}`, "/defs/career/of/0"},
		{"a node for a group", `{"id": "math",`, `{"id": "math", "disability": true,`, "/requirements/all/0/disability"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(edit(t, c.from, c.to))
			wantProblem(t, err, c.path, "One line holds for everyone")
		})
	}
}

func TestTermsAreReadStrictly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, head, path, detail string }{
		{"no authority", `"waivers": [{"cite": "x"}]`, "/waivers/0/authority", "missing"},
		{"backwards", `"waivers": [{"authority": "a", "cite": "x", "from": "2027-01-01", "until": "2026-01-01"}]`, "/waivers/0", "ends before"},
		{"no date", `"waivers": [{"authority": "a", "cite": "x", "until": "June"}]`, "/waivers/0/until", "date"},
		{"extends itself", `"extends": {"policy": "us-xx.riverside.diploma", "version": 2, "hash": "x"}`, "/extends", "itself"},
		{"no hash", `"extends": {"policy": "us-xx", "version": 2}`, "/extends/hash", "missing"},
		{"forbids without a reason", `"forbids": {"caps": ["credit-flex"]}`, "/forbids/because", "missing"},
		{"late work", `"priorApproval": {"routes": ["online"], "late": "ignore"}`, "/priorApproval/late", "refuse or flag"},
		{"late work unsaid", `"priorApproval": {"routes": ["online"]}`, "/priorApproval/late", "missing"},
		{"better of what", `"betterOf": "newer"`, "/betterOf", "true or false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(edit(t, `"legalBasis"`, c.head+`, "legalBasis"`))
			wantProblem(t, err, c.path, c.detail)
		})
	}
}

func TestPriorApproval(t *testing.T) {
	t.Parallel()
	for late, flag := range map[string]bool{"refuse": false, "flag": true} {
		p := parse(t, edit(t, `"legalBasis"`, `"priorApproval": {"routes": ["online"], "late": "`+late+`"}, "legalBasis"`))
		if len(p.PriorApproval.Routes) != 1 || p.PriorApproval.Flag != flag {
			t.Errorf("%s: %+v", late, p.PriorApproval)
		}
	}
	p := parse(t, edit(t, `"legalBasis"`, `"priorApproval": {"routes": ["online", "elo"], "late": "flag"}, "legalBasis"`))
	if bad := Lint(p, Beside{Framework: smallFacts().Framework}); len(bad) != 1 || bad[0].Path != "/priorApproval/routes/1" {
		t.Errorf("a route that the policy does not name: %v", bad)
	}
}
