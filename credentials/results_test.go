package credentials_test

import (
	"testing"

	"laurel/credentials"
)

func TestResultsFitTheirScales(t *testing.T) {
	t.Parallel()
	const (
		scales = "/credentialSubject/achievement/resultDescription/"
		result = "/credentialSubject/result/"
	)
	// Of full: 0 is the rubric, 1 the letters, 2 the hours, 3 done or not.
	tests := []struct {
		name    string
		change  func(scales []credentials.ResultScale, results []credentials.Result)
		pointer string
		rule    credentials.Rule
	}{
		{"rubric without levels", func(s []credentials.ResultScale, _ []credentials.Result) { s[0].Levels = nil }, scales + "0/rubricCriterionLevel", credentials.RuleRequired},
		{"performance without words", func(s []credentials.ResultScale, _ []credentials.Result) {
			s[1].Kind, s[1].Allowed = "PerformanceLevel", nil
		}, scales + "1/allowedValue", credentials.RuleRequired},
		{"word twice", func(s []credentials.ResultScale, _ []credentials.Result) { s[1].Allowed[2] = "C" }, scales + "1/allowedValue/2", credentials.RuleRepeated},
		{"required word is not allowed", func(s []credentials.ResultScale, _ []credentials.Result) { s[1].RequiredValue = "D" }, scales + "1/requiredValue", credentials.RuleVocabulary},
		{"least is no number", func(s []credentials.ResultScale, _ []credentials.Result) { s[2].ValueMin = "none" }, scales + "2/valueMin", credentials.RuleNumber},
		{"most is a trap", func(s []credentials.ResultScale, _ []credentials.Result) { s[2].ValueMax = "1e999999999" }, scales + "2/valueMax", credentials.RuleNumber},
		{"least above most", func(s []credentials.ResultScale, _ []credentials.Result) { s[2].ValueMin = "41" }, scales + "2/valueMax", credentials.RuleRange},
		{"required out of bounds", func(s []credentials.ResultScale, _ []credentials.Result) { s[2].RequiredValue = "40.51" }, scales + "2/requiredValue", credentials.RuleRange},
		{"required is no number", func(s []credentials.ResultScale, _ []credentials.Result) { s[2].RequiredValue = "twenty" }, scales + "2/requiredValue", credentials.RuleNumber},
		{"two scales with one id", func(s []credentials.ResultScale, r []credentials.Result) { s[2].ID, r[2].Scale = s[1].ID, s[1].ID }, scales + "2/id", credentials.RuleRepeated},
		{"level below required", func(_ []credentials.ResultScale, r []credentials.Result) { r[0].Level = "urn:example:feedback:1" }, result + "0/achievedLevel", credentials.RuleBelow},
		{"word not allowed", func(_ []credentials.ResultScale, r []credentials.Result) { r[1].Value = "A+" }, result + "1/value", credentials.RuleVocabulary},
		{"word below required", func(_ []credentials.ResultScale, r []credentials.Result) { r[1].Value = "C" }, result + "1/value", credentials.RuleBelow},
		{"number above most", func(_ []credentials.ResultScale, r []credentials.Result) { r[2].Value = "40.500000001" }, result + "2/value", credentials.RuleRange},
		{"number below least", func(_ []credentials.ResultScale, r []credentials.Result) { r[2].Value = "-1" }, result + "2/value", credentials.RuleRange},
		{"number below required", func(_ []credentials.ResultScale, r []credentials.Result) { r[2].Value = "19.99" }, result + "2/value", credentials.RuleBelow},
		{"no number", func(_ []credentials.ResultScale, r []credentials.Result) { r[2].Value = "many" }, result + "2/value", credentials.RuleNumber},
		{"no status", func(_ []credentials.ResultScale, r []credentials.Result) { r[3].Status, r[3].Value = "", "yes" }, result + "3/status", credentials.RuleRequired},
		{"two results on one scale", func(_ []credentials.ResultScale, r []credentials.Result) { r[2].Scale = r[1].Scale }, result + "2/resultDescription", credentials.RuleRepeated},
		{"no scale named", func(_ []credentials.ResultScale, r []credentials.Result) { r[1].Scale = "" }, result + "1/resultDescription", credentials.RuleReference},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := full(t)
			tt.change(c.Subject.Achievement.Scales, c.Subject.Results)
			refused(t, c, tt.pointer, tt.rule)
		})
	}
	c := full(t)
	c.Subject.Results[0] = credentials.Result{Scale: c.Subject.Results[0].Scale, Value: "Met another way"}
	c.Subject.Results[2].Value = "20.0"
	if err := c.Validate(); err != nil {
		t.Errorf("met another way, and just enough: %v", err)
	}
	c.Subject.Credits, c.Subject.Achievement.CreditsAvailable = -0.5, -1
	c.Subject.Ended = c.Subject.Started.AddDate(0, 0, -1)
	refused(t, c, "/credentialSubject/creditsEarned", credentials.RuleRange)
	refused(t, c, "/credentialSubject/achievement/creditsAvailable", credentials.RuleRange)
	refused(t, c, "/credentialSubject/activityEndDate", credentials.RulePeriod)
}

func TestEndorsementRefusals(t *testing.T) {
	t.Parallel()
	e := endorsement("not an address")
	e.Subject.Comment, e.Name, e.Issuer.ID = "", "", "https://district.example/"
	refused(t, e, "/credentialSubject/id", credentials.RuleURI)
	refused(t, e, "/credentialSubject/endorsementComment", credentials.RuleEmpty)
	refused(t, e, "/name", credentials.RuleEmpty)
	refused(t, e, "/issuer/id", credentials.RuleIdentifier)
}
