package templates_test

import (
	"time"

	"laurel/templates"
)

// The views here are one of everything, as a school might have it.

var noon = time.Date(2026, 6, 12, 14, 3, 0, 0, time.UTC)

func teacher() templates.Base {
	return templates.Base{
		Title: "Look", Lang: "en", Path: "/styleguide",
		User: &templates.User{
			Name: "Ruth Calloway", Role: "Teacher at Willow Brook Union High School",
			Memberships: []templates.Membership{{ID: "a", Label: "Teacher, Willow Brook", Current: true}, {ID: "b", Label: "Assessor, North Valley Educators"}},
		},
		Nav: []templates.NavItem{
			{Label: "Home", Href: "/", Current: true},
			{Label: "Queue", Href: "/queue", Count: 12},
			{Label: "Learners", Href: "/learners"},
			{Label: "Tasks", Href: "/tasks"},
		},
		Crumbs: []templates.Crumb{{Label: "Home", Href: "/"}, {Label: "Learners", Href: "/learners"}},
	}
}

func styleguide() templates.Styleguide {
	b := teacher()
	b.Flash = &templates.Flash{Kind: templates.FlashDone, Text: "Lab 4 by Farid Haidari: Proficient. Saved.", UndoAction: "/undo/1"}
	b.Problems = templates.Problems{{Field: "context", Text: "Write at least 150 words about your class."}}
	return templates.Styleguide{
		Base:     b,
		Buttons:  []templates.Button{{Label: "Confirm level", Href: "#f-title"}, {Label: "Ask for more", Kind: "quiet", Href: "#f-title", Icon: "add"}, {Label: "Withdraw", Kind: "danger", Href: "#f-title"}},
		Fields:   fields(b.Problems),
		Rings:    rings(),
		Trend:    templates.Trend{Label: "Five judgments: 1, 2, 2, 3, 3", Levels: []int{1, 2, 2, 3, 3}, Most: 4, ProficientAt: 3},
		Tree:     tree(),
		Queue:    queue(),
		People:   people(),
		Empty:    templates.Empty{Text: "Evidence that learners hand in will wait for you here.", Action: &templates.Button{Label: "Write a task", Kind: "quiet", Href: "#f-title", Icon: "add"}},
		Progress: templates.Progress{Label: "Issuing 206 diplomas", Done: 131, Total: 206, Failed: 2, State: "stopped", Poll: "/progress", Errors: "/progress.csv"},
		Verdicts: verdicts(),
		Checks:   checks(),
		Diploma:  diploma(),
		Award:    certificate(),
		Tabs:     []templates.Tab{{Label: "New", Href: "#f-title", Current: true, Count: 9}, {Label: "Waiting", Href: "#f-title", Count: 3}, {Label: "Done", Href: "#f-title"}},
		QR:       *diploma().QR,
		Pager:    templates.Pager{Previous: "#f-title", Next: "#f-title", From: 41, To: 80, Total: 12345},
	}
}

func fields(p templates.Problems) []templates.Field {
	level := templates.NewField("levels", "level", "Plan and carry out an investigation", "3", p).WithOptions([]templates.Option{
		{Value: "1", Label: "Emerging", Text: "Follows a given plan with help at each step."},
		{Value: "2", Label: "Developing", Text: "Plans with a template; controls some variables."},
		{Value: "3", Label: "Proficient", Text: "Plans a fair test alone, controls variables and says how sure the result is.", Proposed: true},
		{Value: "4", Label: "Distinguished", Text: "Also revises the plan from its own data and defends the change."},
	})
	return []templates.Field{
		templates.NewField("text", "title", "Title", "Stream study, week 3", p).WithHint("What you would say to a friend.").AsRequired(),
		templates.NewField("textarea", "context", "Your class", "Twenty-two learners in grade 10.", p).WithHint("Who they are, what they had done before.").WithWords(150, 400).WithRows(4),
		templates.NewField("select", "route", "Where it was learned", "work", p).WithOptions([]templates.Option{{Value: "class", Label: "In class"}, {Value: "work", Label: "At work"}}),
		templates.NewField("file", "photo", "Photo or file", "", p).WithHint("Up to 10 MB.").WithAccept("image/*,application/pdf").AsOptional(),
		level,
		templates.NewField("radio", "shared", "Who may see it", "teacher", p).WithOptions([]templates.Option{{Value: "teacher", Label: "My teachers"}, {Value: "school", Label: "Everyone at my school"}}),
		{Kind: templates.CheckField, Name: "consent", Label: "Nobody can be recognised in my files", Required: true},
	}
}

func rings() []templates.Ring {
	return []templates.Ring{
		{Label: "Read, write and speak with purpose", Shown: 4, Total: 4, Href: "#f-title"},
		{Label: "Reason with quantities and models", Shown: 3, Total: 4, Next: "Reason from data and chance", Href: "#f-title"},
		{Label: "Investigate the natural world", Shown: 2, Total: 4, Next: "Field study", Href: "#f-title"},
		{Label: "Act as an informed citizen", Shown: 1, Total: 4, Next: "Compare places and cultures fairly"},
		{Label: "Create, perform, respond", Shown: 0, Total: 4, Next: "Develop an original work"},
	}
}

func tree() templates.Node {
	return templates.Node{
		ID: "diploma", Title: "Diploma, class of 2026", State: templates.NotYet, Have: 8, Need: 9, Sentence: "Eight of nine requirements are met.",
		Children: []templates.Node{
			{ID: "ela", Title: "Read, write and speak with purpose", State: templates.Met, Have: 4, Need: 4, Sentence: "All four indicators are Proficient or above."},
			{
				ID: "well", Title: "Keep body and mind well", State: templates.NotYet, Have: 2, Need: 3, Sentence: "One indicator is still to be shown.",
				Missing: []templates.Missing{{
					Code: "WELL.3", Title: "Use a skill for handling stress and conflict", Level: "Developing",
					Ways: []templates.Way{{Label: "Reflect on your food shelf shifts", Href: "#f-title", Person: "Ms. Nair"}, {Label: "Lead one circle in advisory", Person: "Mr. Birch"}},
				}},
			},
			{ID: "online", Title: "Online course in economics", State: templates.Pending, Sentence: "The provider has been asked to confirm."},
			{ID: "plp", Title: "Learning plan reviewed this year", State: templates.Waived, Sentence: "Requirement met through an approved equivalent."},
		},
	}
}

func queue() []templates.QueueRow {
	return []templates.QueueRow{
		{Who: "Farid Haidari", Title: "60 hours at the food shelf", What: "New", Href: "#f-title", Since: noon.AddDate(0, 0, -6), Age: "6 days"},
		{Who: "Hana Sato", Title: "Lab 4: energy in a falling cart", What: "Revised", Href: "#f-title", Since: noon.AddDate(0, 0, -2), Age: "2 days"},
		{Title: "Application 7f3a: performance tasks", What: "Second read", Href: "#f-title", Due: "Due yesterday", Late: true},
		{Who: "Bodhi Lefebvre", Title: "Marine engine rebuild", Href: "#f-title", Done: true},
	}
}

func people() []templates.Person {
	return []templates.Person{
		{Name: "Amara Okafor", Href: "#f-title", Line: "Grade 12 · Ms. Nair", Note: "All requirements met", State: "Ready", Tone: templates.Genuine},
		{Name: "Elowen Marsh", Href: "#f-title", Line: "Grade 12 · Mr. Birch", Note: "Online provider has not answered", State: "Waiting", Tone: templates.Attention},
		{Name: "Wolfeschlegelsteinhausenbergerdorff-Þórðardóttir Nguyễn", Line: "Grade 11", Note: "Next: field study"},
		{Name: "محمد الفارسي", Href: "#f-title", Line: "Grade 10", Note: "3 of 4 shown"},
	}
}

func verdicts() []templates.Verdict {
	all := []templates.Verdict{
		{Outcome: "valid", Headline: "Genuine", Sentence: "Issued by Willow Brook Union High School to Amara Okafor on 12 June 2026. Not withdrawn as of 14:03 UTC today."},
		{Outcome: "revoked", Headline: "Withdrawn", Sentence: "Willow Brook Union High School withdrew this credential on 3 July 2026: issued in error.", Next: "Do not rely on it. The school's registrar can say more."},
		{Outcome: "suspended", Headline: "On hold", Sentence: "The school has put this credential on hold since 1 July 2026.", Next: "Ask the school, or check again later."},
		{Outcome: "superseded", Headline: "Replaced by a newer copy", Sentence: "This copy was genuine. A newer one stands in its place."},
		{Outcome: "expired", Headline: "Expired", Sentence: "It was genuine until 30 June 2026 and has not been renewed."},
		{Outcome: "not-yet-valid", Headline: "Not valid yet", Sentence: "It takes effect on 1 September 2026."},
		{Outcome: "unrecognised-issuer", Headline: "Unknown issuer", Sentence: "The file is unaltered and signed by college.example, for which nobody on our list vouches.", Next: "Check the issuer yourself before you rely on it."},
		{Outcome: "invalid", Headline: "Not genuine", Sentence: "The file has been changed since it was signed, or was never signed by the issuer it names."},
		{Outcome: "undetermined", Headline: "Could not be checked", Sentence: "The list of withdrawn credentials could not be fetched. What we know is 3 days old.", Next: "Try again in a few minutes."},
	}
	for i := range all {
		all[i].AsOf, all[i].Within = noon, true
	}
	all[0].Test = true
	return all
}

func checks() []templates.Check {
	return []templates.Check{
		{Name: "proof", Title: "Is it unaltered since it was signed?", State: "pass", Sentence: "The signature fits every word shown here.", Details: []templates.Fact{{Label: "Signed with", Value: "ES256"}}},
		{Name: "issuer", Title: "Who vouches for this issuer?", State: "pass", Sentence: "Willow Brook Unified District lists this school."},
		{Name: "status", Title: "Withdrawn, on hold or replaced?", State: "unknown", Sentence: "The school's list could not be reached.", Next: "Try again in a few minutes."},
		{Name: "time", Title: "Is it in force today?", State: "fail", Sentence: "It expired on 30 June 2026."},
		{Name: "holder", Title: "Is it about the person in front of me?", State: "not-used", Sentence: "No name was given to compare."},
	}
}

func diploma() templates.Paper {
	return templates.Paper{
		Kind: "diploma", School: "Willow Brook Union High School", Place: "Willow Brook, Vermont",
		Title: "High School Diploma", Certifies: "This certifies that", Holder: "Amara Ifeoma Okafor",
		Text: "has shown proficiency in every graduation standard of this school and is awarded its diploma.",
		On:   "2026-06-12", Lines: []string{"Seal of Biliteracy"},
		Signatories: []templates.Signatory{{Name: "Marguerite Delacroix", Role: "Principal"}, {Name: "Thomas Whitcomb", Role: "Chair of the Board"}},
		Legend:      []string{"Emerging", "Developing", "Proficient", "Distinguished"},
		QR:          &templates.QR{Src: "/qr.svg", URL: "https://laurel.example/c/9hJ4kQm2", Code: "9HJ4-KQM2-7TXP"},
	}
}

func certificate() templates.Paper {
	p := diploma()
	p.Kind, p.School, p.Place, p.Title, p.Holder = "certificate", "North Valley Educators", "", "Designing Performance Tasks", "Þórunn Nguyễn-Wolfeschlegelsteinhausenbergerdorff"
	p.Certifies, p.Text, p.Lines = "Micro-credential awarded to", "who showed every criterion with work from the classroom, judged by two independent assessors.", nil
	p.Legend, p.Withdrawn = nil, "Withdrawn"
	p.Signatories = p.Signatories[:1]
	return p
}

func reading() *templates.Reading {
	return &templates.Reading{
		ScaleText: "Four levels, named by the school and signed with the diploma.",
		Scale: []templates.ScaleLevel{
			{Label: "Emerging", Text: "with help at each step"},
			{Label: "Developing", Text: "with some help"},
			{Label: "Proficient", Text: "alone, in more than one setting", Passing: true},
			{Label: "Distinguished", Text: "beyond the standard"},
		},
		Met: 9, Need: 9,
		Results: []templates.Result{
			{Title: "Read, write and speak with purpose", Level: "Proficient", Why: "Two different tasks at Proficient or above for each of 4 indicators."},
			{Title: "Investigate the natural world", Level: "Distinguished", Why: "Lab 4 and a field study of the Lamoille river."},
		},
		Evidence: []templates.Fact{{Label: "Field study", Value: "Macroinvertebrates in two streams", Href: "#f-name"}},
		School: []templates.Fact{
			{Label: "How proficiency is found", Value: "Two different tasks at Proficient or above, confirmed by a teacher."},
			{Label: "Declared grade equivalence", Value: "Proficient in every standard corresponds to a grade average of 3.0 or above."},
		},
		Why:        "Every requirement of the graduation policy was met.",
		Activities: []templates.Result{{Title: "Internship (Harlow Marine Repair)", Level: "Internship or work", Why: "Work done here helped to show Science. 120 hours were confirmed."}},
		Open:       []string{"The Arts"},
	}
}

// verifyResult is the public page for one outcome.
func verifyResult(v templates.Verdict) templates.VerifyResult {
	v.Within, v.Test = false, false
	r := templates.VerifyResult{
		Base:    templates.Base{Title: v.Headline, Lang: "en", Public: true},
		Verdict: v, Confirmed: v.Kind() != templates.Unknown && v.Outcome != "invalid" && v.Outcome != "unrecognised-issuer",
		Facts: []templates.Fact{
			{Label: "Issued to", Value: "Amara Ifeoma Okafor"},
			{Label: "For", Value: "High School Diploma"},
			{Label: "Issued by", Value: "Willow Brook Union High School"},
			{Label: "On", Value: "12 June 2026"},
		},
		Checks:    checks(),
		Downloads: []templates.Fact{{Label: "Credential", Value: "signed, .jwt", Href: "/c/x.jwt"}, {Label: "Report of this check", Value: ".json", Href: "/c/x"}},
	}
	if v.Outcome == "superseded" {
		r.ReplacedBy = "/c/newer"
	}
	if v.Outcome == "valid" {
		for i := range r.Checks {
			if r.Checks[i].State != "not-used" {
				r.Checks[i].State, r.Checks[i].Next = "pass", ""
			}
		}
		r.Checks[2].Sentence, r.Checks[3].Sentence = "The school's list of 14:00 UTC today does not name it.", "It has no end."
		p := diploma()
		r.Paper, r.Reading, r.QR = &p, reading(), p.QR
		r.NameCheck = &templates.NameCheck{Action: "/c/x/name", Typed: "Amara Okafor", Answer: "The same person's name: first and last name agree.", Tone: templates.Genuine}
		r.Nested = []templates.NestedVerdict{{Title: "Transcript", Href: "#checks", Verdict: v}}
	}
	return r
}

// paper is a page that prints its document alone.
func paper(p templates.Paper) templates.VerifyResult {
	r := verifyResult(verdicts()[0])
	r.PaperOnly, r.Paper = true, &p
	return r
}

// longest is a diploma with more of everything than fits easily.
func longest() templates.Paper {
	p := diploma()
	p.School = "Willow Brook and Northern Lamoille Valley Union High School and Technical Centre"
	p.Holder = "María-José Wolfeschlegelsteinhausenbergerdorff y Þórðardóttir 山田花子"
	p.Lines = append(p.Lines, "Seal of Civic Engagement, with distinction", "Career pathway: Marine engines")
	p.Signatories = append(p.Signatories, templates.Signatory{Name: "Nguyễn Thị Minh Khai", Role: "Superintendent of Schools"})
	return p
}
