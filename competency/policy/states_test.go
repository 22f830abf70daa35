package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"laurel/competency/policy"
)

// line is one course of a transcript.
type line struct {
	title string
	value policy.Amount
	tags  string // separated by spaces
	route string
}

// transcript turns lines into awarded credits.
func transcript(lines ...line) (credits []policy.CreditFact) {
	for i, l := range lines {
		credits = append(credits, policy.CreditFact{ID: fmt.Sprintf("t%02d", i), Title: l.title, Value: l.value, Tags: strings.Fields(l.tags), Route: l.route})
	}
	return credits
}

// years are four courses of one subject, a credit each.
func years(subject, tags string) (lines []line) {
	for year := 9; year <= 12; year++ {
		lines = append(lines, line{fmt.Sprint(subject, " ", year), policy.Credit, tags, "class"})
	}
	return lines
}

// without is the facts without the credit of this title.
func without(f policy.Facts, title string) policy.Facts {
	f.Credits = slices.DeleteFunc(slices.Clone(f.Credits), func(c policy.CreditFact) bool { return c.Title == title })
	return f
}

// waiting is the facts with the credit of this title unconfirmed.
func waiting(f policy.Facts, title, provider string) policy.Facts {
	f.Credits = slices.Clone(f.Credits)
	for i := range f.Credits {
		if f.Credits[i].Title == title {
			f.Credits[i].Waits, f.Credits[i].Route = provider, "online"
		}
	}
	return f
}

// told is what one learner of the sheet is under a policy: how the facts differ
// from a full transcript, what comes out, and sentences that must stand in the
// answer word for word.
type told struct {
	change    func(policy.Facts) policy.Facts
	state     policy.State
	sentences []string
}

// tellAll holds the twelve learners of the sheet against one of the shared policies.
func tellAll(t *testing.T, file string, full func(policy.Facts) policy.Facts, stories map[string]told) {
	t.Helper()
	c, learners := school(t)
	p, err := policy.Parse(document(t, file))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range policy.Lint(p, policy.Beside{Framework: c}) {
		if b.Path != "/adopted" {
			t.Errorf("lint: %s: %s", b.Path, b.Detail)
		}
	}
	for _, s := range learners {
		f := s.facts(c)
		f.Exceptions = nil // those of the sheet are for another policy
		f = full(f)
		story, own := stories[s.Learner]
		if own && story.change != nil {
			f = story.change(f)
		}
		want := policy.Met
		if own {
			want = story.state
		}
		a := policy.Evaluate(p, f)
		if a.State != want || len(a.Refused) != 0 || len(a.Uncounted) != 0 {
			t.Errorf("%s: got %s, want %s: %s; refused %v, uncounted %v", s.Learner, a.State, want, a.Tree.Sentence, a.Refused, a.Uncounted)
		}
		said := everySentence(a)
		for _, sentence := range story.sentences {
			if !slices.Contains(said, sentence) {
				t.Errorf("%s: no sentence %q among\n%s", s.Learner, sentence, strings.Join(said, "\n"))
			}
		}
		for _, step := range a.Next(p) {
			if len(step.Ask) == 0 || len(step.Open) == 0 || step.Requirement == "" {
				t.Errorf("%s: a step without a person or a part: %+v", s.Learner, step)
			}
		}
	}
}

func everySentence(a policy.Audit) (all []string) {
	var walk func(policy.Result)
	walk = func(r policy.Result) {
		all = append(all, r.Sentence)
		for _, c := range r.Children {
			walk(c)
		}
	}
	walk(a.Tree)
	return all
}

func excused(kind, requirement string) func(policy.Facts) policy.Facts {
	return func(f policy.Facts) policy.Facts {
		f.Exceptions = []policy.Exception{{Requirement: requirement, Kind: kind, Cite: "Minutes 12", By: "p-adams", By2: "sup-lund"}}
		return f
	}
}

// connecticutLines are a transcript that fills the Connecticut-like policy.
func connecticutLines() []line {
	return slices.Concat(
		years("English", "humanities"), years("Mathematics", "stem"), years("Science", "stem"),
		[]line{
			{"Civics", 50, "civics", "class"},
			{"Band", 100, "arts", "class"},
			{"World history", 100, "humanities", "class"},
			{"United States history", 100, "humanities", "class"},
			{"Film and society", 100, "humanities arts", "demonstration"},
			{"Computer science", 100, "stem", "early-college"},
			{"Physical education", 100, "pe", "class"},
			{"Health", 100, "health", "online"},
			{"Spanish", 100, "world-language", "class"},
			{"Mastery project", 100, "mastery-assessment", "demonstration"},
			{"Personal finance", 50, "finlit humanities", "class"},
			{"Food shelf service", 50, "community-service", "work-based"},
			{"Internship", 250, "career", "work-based"},
		})
}

// TestConnecticut: 25 credits by subject, four ways to earn each (mission rows
// 18, 52), by either of two plans.
func TestConnecticut(t *testing.T) {
	t.Parallel()
	full := func(f policy.Facts) policy.Facts {
		f.Credits = transcript(connecticutLines()...)
		f.Records = append(f.Records, policy.RecordFact{Kind: "student-success-plan", Current: true, Reviewed: "2027-03-12"})
		return f
	}
	tellAll(t, "ct.yaml", full, map[string]told{
		"s01": {state: policy.Met, sentences: []string{
			"Total: 25 of 25 credits",
			"Plan finlit in humanities: 10 of 10 requirements done",
			"Stem: 9 of 9 credits",
		}},
		"s04": {func(f policy.Facts) policy.Facts {
			f = excused("medical-pe", "pe")(without(f, "Physical education"))
			f.Credits = append(f.Credits, policy.CreditFact{ID: "t99", Title: "Portuguese", Value: 100, Tags: []string{"world-language"}, Route: "early-college"})
			return f
		}, policy.Waived, []string{"PE: requirement met through an approved equivalent"}},
		"s05": {func(f policy.Facts) policy.Facts { return waiting(f, "Band", "State Virtual Academy") }, policy.Pending, []string{
			"Total: 24 of 25 credits; 1 more credit needed; waiting for State Virtual Academy to confirm Band",
		}},
		"s06": {func(f policy.Facts) policy.Facts {
			f.Credits = slices.Clone(f.Credits)
			for i := range f.Credits {
				if f.Credits[i].Title == "Mathematics 12" {
					f.Credits[i].Value = 50
				}
			}
			return f
		}, policy.NotMet, []string{
			"Total: 24.5 of 25 credits; 0.5 more credits needed",
			"Stem: 8.5 of 9 credits; 0.5 more credits needed",
		}},
		"s11": {func(f policy.Facts) policy.Facts { f.Credits = f.Credits[:1]; return f }, policy.NotMet, []string{
			"Total: 1 of 25 credits; 24 more credits needed",
			"Arts: 0 of 1 credit; 1 more credit needed",
		}},
	})
}

// TestOhio: credits and competency and readiness; the tests have alternatives
// after two tries, and credit flex counts like any credit (mission rows 53, 55, 69).
func TestOhio(t *testing.T) {
	t.Parallel()
	lines := slices.Concat(
		years("English", "ela"),
		[]line{
			{"Algebra I", 100, "math", "class"},
			{"Geometry", 100, "math", "class"},
			{"Algebra II", 100, "algebra2", "college-credit-plus"},
			{"Shop mathematics", 100, "math", "credit-flex"}, // half a class, half an internship
			{"Biology", 100, "science", "class"},
			{"Chemistry", 100, "science", "class"},
			{"Physics", 100, "science", "online"},
			{"American history", 100, "social-studies", "class"},
			{"Government", 100, "social-studies", "class"},
			{"World studies", 100, "social-studies", "travel"},
			{"Health", 50, "health", "class"},
			{"Physical education", 50, "pe", "class"},
			{"Financial literacy", 50, "finlit", "class"},
			{"Marine engines", 450, "cte", "internship"},
		})
	full := func(f policy.Facts) policy.Facts {
		f.Credits = transcript(lines...)
		f.Results = []policy.ExternalResult{{ID: "1", Ref: "oh-eoc-ela2", Score: 701}, {ID: "2", Ref: "oh-eoc-alg1", Score: 684}}
		f.Seals = []string{"ohiomeansjobs", "community-service"}
		return f
	}
	tellAll(t, "oh.yaml", full, map[string]told{
		"s02": {func(f policy.Facts) policy.Facts { // the test missed twice; career instead
			f.Results = []policy.ExternalResult{{ID: "1", Ref: "oh-eoc-ela2", Score: 701}, {ID: "2", Ref: "oh-eoc-alg1", Score: 670}, {ID: "3", Ref: "oh-eoc-alg1", Score: 683}}
			f.Records = append(f.Records, policy.RecordFact{Kind: "irc-12pt", Current: true})
			f.Hours = []policy.HoursFact{{ID: "1", Kind: "work-based", Minutes: 250 * 60}}
			return f
		}, policy.Met, []string{
			"Oh eoc alg1: best result 683, at least 684 needed",
			"Oh eoc alg1: taken 2 of 2 times",
			"2 of these: 3 done, 2 needed",
		}},
		"s04": {func(f policy.Facts) policy.Facts {
			f = excused("pe-waiver", "distribution.pe")(without(f, "Physical education"))
			f.Credits = append(f.Credits, policy.CreditFact{ID: "t99", Title: "Portuguese", Value: 50, Tags: []string{"language"}, Route: "independent-study"})
			return f
		}, policy.Waived, []string{"PE: requirement met through an approved equivalent", "Total: 20 of 20 credits"}},
		"s05": {func(f policy.Facts) policy.Facts { return waiting(f, "Physics", "State Virtual Academy") }, policy.Pending, []string{
			"SCI: 2 of 3 credits; 1 more credit needed; waiting for State Virtual Academy to confirm Physics",
		}},
		"s06": {func(f policy.Facts) policy.Facts { f.Results = f.Results[:1]; return f }, policy.NotMet, []string{
			"Oh eoc alg1: no result yet, at least 684 needed",
			"Comp math: 0 done, 1 needed; still open: Oh eoc alg1, Alt math",
		}},
		"s10": {func(f policy.Facts) policy.Facts { f.Seals = []string{"fine-arts", "community-service"}; return f }, policy.NotMet, []string{
			"Readiness: 1 of 2 requirements done; still open: Any of these",
		}},
		"s11": {func(f policy.Facts) policy.Facts { f.Credits, f.Results, f.Seals = nil, nil, nil; return f }, policy.NotMet, nil},
	})
}

// TestVirginia: standard credits, and a test or a local performance for each
// verified one (mission rows 18, 57).
func TestVirginia(t *testing.T) {
	t.Parallel()
	lines := slices.Concat(
		years("English", "english"), years("Mathematics", "math"),
		[]line{
			{"Earth science", 100, "lab-science", "class"},
			{"Biology", 100, "lab-science", "class"},
			{"Chemistry", 100, "lab-science", "online"},
			{"World history", 100, "history", "class"},
			{"Virginia and US history", 100, "history", "class"},
			{"Virginia and US government", 100, "history", "class"},
			{"Health and PE", 200, "hpe", "class"},
			{"Spanish I", 100, "world-language", "class"},
			{"Small engines", 200, "cte", "internship"},
			{"Economics", 100, "econ-finance", "class"},
			{"Theatre", 200, "arts", "class"},
		})
	full := func(f policy.Facts) policy.Facts {
		f.Credits = transcript(lines...)
		for i, ref := range []string{"sol-reading", "sol-writing", "sol-math", "sol-science", "sol-history"} {
			f.Results = append(f.Results, policy.ExternalResult{ID: fmt.Sprint("sol", i), Ref: ref, Score: 400 + i})
		}
		for _, kind := range []string{"work-based-learning", "virtual-course", "cpr-aed"} {
			f.Records = append(f.Records, policy.RecordFact{Kind: kind, Current: true})
		}
		return f
	}
	tellAll(t, "va.yaml", full, map[string]told{
		"s04": {func(f policy.Facts) policy.Facts {
			f = without(f, "Economics")
			f.Credits = append(f.Credits, policy.CreditFact{ID: "t99", Title: "Portuguese", Value: 100, Tags: []string{"world-language"}})
			return excused("credit-accommodation", "distribution.econ")(f)
		}, policy.Waived, nil},
		"s05": {func(f policy.Facts) policy.Facts { return waiting(f, "Chemistry", "State Virtual Academy") }, policy.Pending, nil},
		"s06": {func(f policy.Facts) policy.Facts {
			f.Results = slices.DeleteFunc(f.Results, func(r policy.ExternalResult) bool { return r.Ref == "sol-writing" })
			f.Artifacts = append(f.Artifacts, policy.ArtifactFact{Kind: "local-writing-performance", State: "accepted", Panel: []string{"t-nair"}})
			return f
		}, policy.NotMet, []string{"Local writing performance: still open: 1 of 2 panel members"}},
		"s12": {func(f policy.Facts) policy.Facts {
			f.Results = slices.DeleteFunc(f.Results, func(r policy.ExternalResult) bool { return r.Ref == "sol-writing" })
			f.Artifacts = append(f.Artifacts, policy.ArtifactFact{Kind: "local-writing-performance", State: "accepted", Panel: []string{"t-nair", "t-birch"}})
			return f
		}, policy.Met, []string{"Local writing performance: accepted by a panel of at least 2"}},
		"s11": {func(f policy.Facts) policy.Facts { f.Credits = nil; return f }, policy.NotMet, nil},
	})
}

// TestNewHampshire: credit exists only where all competencies of the course are
// shown, whatever the time; one that is open and the credit is absent, by name
// (mission rows 1, 8, 48).
func TestNewHampshire(t *testing.T) {
	t.Parallel()
	courses := []struct {
		title string
		value policy.Amount
		tags  string
		codes string
	}{
		{"English 9", 100, "english", "ELA.1"},
		{"English 10", 100, "english", "ELA.2"},
		{"English 11", 100, "english", "ELA.3 TS-COMM.2"},
		{"English 12", 100, "english", "ELA.4 TS-COMM.1"},
		{"Algebra", 100, "algebra", "MATH.1 MATH.2"},
		{"Geometry", 100, "math", "MATH.4"},
		{"Statistics", 100, "math", "MATH.3 TS-THINK.2"},
		{"Physical science", 100, "physical-science", "SCI.2 SCI.3"},
		{"Biology", 100, "biological-science", "SCI.1 SCI.4"},
		{"US and New Hampshire history", 100, "us-nh-history", "GLOBAL.1"},
		{"Government", 50, "us-nh-government", "GLOBAL.2"},
		{"Economics", 50, "economics", "GLOBAL.3"},
		{"World cultures", 50, "global", "GLOBAL.4"},
		{"Health", 50, "health", "WELL.2 WELL.3"},
		{"Physical education", 100, "pe", "WELL.1"},
		{"Digital portfolio", 50, "digital-literacy", "TS-COMM.3"},
		{"Studio art", 50, "arts", "ARTS.1 ARTS.2"},
		{"Art history", 100, "arts", "ARTS.4"},
		{"Design and repair", 200, "technology", "TS-PROB.1 TS-PROB.2 TS-PROB.3"},
		{"Community project", 200, "service", "TS-CITI.1 TS-CITI.2"},
		{"Capstone", 100, "capstone", "TS-THINK.1"},
	}
	full := func(f policy.Facts) policy.Facts {
		for i, c := range courses {
			f.Courses = append(f.Courses, policy.CourseFact{
				ID: fmt.Sprint("n", i), Title: c.title, Value: c.value, Tags: strings.Fields(c.tags), Indicators: strings.Fields(c.codes),
			})
		}
		return f
	}
	tellAll(t, "nh.yaml", full, map[string]told{
		"s01": {state: policy.Met, sentences: []string{"Total: 20 of 20 credits", "Distribution: 14 of 14 requirements done"}},
		"s04": {state: policy.NotMet, sentences: []string{
			"Total: 19 of 20 credits; 1 more credit needed; open in US and New Hampshire history: GLOBAL.1 Use sources to explain a historical change",
			"USH: 0 of 1 credit; 1 more credit needed; open in US and New Hampshire history: GLOBAL.1 Use sources to explain a historical change",
		}},
		"s05": {state: policy.Pending, sentences: []string{
			"Open: 5 of 6 credits; 1 more credit needed; waiting for State Virtual Academy to confirm Art history",
		}},
		"s06": {state: policy.NotMet, sentences: []string{
			"Math: 1 of 2 credits; 1 more credit needed, here or in Algebra; open in Statistics: MATH.3 Reason from data and chance",
		}},
		"s11": {state: policy.NotMet, sentences: []string{
			"Total: 0 of 20 credits; 20 more credits needed; open in English 9: ELA.1 Cite and weigh evidence from complex texts; open in English 10: ELA.2 Write an argument for a real audience; open in English 11: ELA.3 Run a short research inquiry with honest citation, TS-COMM.2 Use evidence and logic; open in 18 more courses",
		}},
	})
}

// TestPromotionAtAGradeBand: whether a learner goes on after grade 8 is a
// policy like any other, for another kind of diploma (mission row 49).
func TestPromotionAtAGradeBand(t *testing.T) {
	t.Parallel()
	c, learners := school(t)
	p, err := policy.Parse([]byte(`{"policy":"us-nh.granite.band-8","version":1,"status":"draft","appliesTo":{"diplomaType":"promotion-8"},
		"scale":{"id":"nh-4","proficientAt":3,"levels":[{"n":1,"label":"Beginning"},{"n":2,"label":"Approaching"},{"n":3,"label":"Competent"},{"n":4,"label":"Exemplary"}]},
		"determination":{"method":"n-of","n":1,"atLeast":3},"routes":["class","elo","online"],
		"requirements":{"id":"band-8","all":[
			{"id":"read","proficient":{"standard":"ELA","indicators":["ELA.1","ELA.2"]}},
			{"id":"count","proficient":{"standard":"MATH","indicators":{"atLeast":2}}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if bad := policy.Lint(p, policy.Beside{Framework: c}); len(bad) != 0 {
		t.Errorf("lint: %v", bad)
	}
	if !p.AppliesTo.Covers(2026, 2030, "any", "promotion-8") || p.AppliesTo.Covers(2026, 2030, "any", "standard") {
		t.Error("it is for promotion alone")
	}
	for learner, want := range map[string]policy.State{"s01": policy.Met, "s06": policy.Met, "s11": policy.NotMet} {
		i := slices.IndexFunc(learners, func(s story) bool { return s.Learner == learner })
		if a := policy.Evaluate(p, learners[i].facts(c)); a.State != want {
			t.Errorf("%s: got %s, want %s: %s", learner, a.State, want, a.Tree.Sentence)
		}
	}
}

// TestEveryOpenIndicatorHasThreeRoutes: no single road to a diploma (mission row 97).
func TestEveryOpenIndicatorHasThreeRoutes(t *testing.T) {
	t.Parallel()
	c, _ := school(t)
	for _, file := range []string{"vt.yaml", "nh.yaml"} {
		p, err := policy.Parse(document(t, file))
		if err != nil {
			t.Fatal(err)
		}
		f := policy.Facts{Learner: "new", AsOf: "2027-06-01", Framework: c, Courses: []policy.CourseFact{{ID: "e", Title: "English", Value: 100, Tags: []string{"english"}, Indicators: []string{"ELA.1"}}}}
		open := 0
		for _, s := range policy.Evaluate(p, f).Next(p) {
			for _, m := range s.Open {
				if m.Part != policy.IndicatorPart {
					continue
				}
				if open++; len(s.Routes) < 3 || !slices.Contains(s.Ask, "teacher") {
					t.Errorf("%s: %s %s: routes %v, ask %v", file, s.Requirement, m.Indicator, s.Routes, s.Ask)
				}
			}
		}
		if open == 0 {
			t.Errorf("%s: nothing is open", file)
		}
	}
}
