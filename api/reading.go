package api

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/templates"
	"laurel/verifier"
)

// reading is the two-minute reading of what was shown, how well and why; nil
// where there is nothing of the kind. The work behind it belongs to whoever was
// given the document, not to its public page (security rule 27).
func (s *Server) reading(c *gin.Context, r verifier.Report, withWork bool) *templates.Reading {
	if said(r) == nil || len(r.Credential.Results) == 0 && r.Credential.Record == nil {
		return nil
	}
	said := r.Credential
	out := &templates.Reading{Why: said.Narrative, School: aboutSchool(said)}
	if said.Record != nil {
		s.readRecord(c, out, said.Record)
	}
	for _, result := range said.Results {
		out.Results = append(out.Results, templates.Result{Title: result.Name, Level: reached(result), Why: s.required(c, result)})
	}
	results := levelled(said)
	for _, level := range commonScale(results) {
		out.Scale = append(out.Scale, templates.ScaleLevel{Label: level.Name, Text: level.Description, Passing: level.Name == results[0].Required})
	}
	if withWork {
		out.Evidence = s.work(c, said)
	}
	return out
}

// readRecord puts the achievements of a record where a reader looks for them:
// standards with their levels, where the work was done, and what is still open.
func (s *Server) readRecord(c *gin.Context, out *templates.Reading, record *verifier.RecordInfo) {
	for _, a := range record.Achievements {
		if a.Credential == nil || a.Verdict == "" {
			if a.Type == competencyType && record.Partial {
				out.Open = append(out.Open, a.Name)
			}
			continue
		}
		row := templates.Result{Title: a.Name, Why: a.Credential.Narrative}
		if len(a.Credential.Results) > 0 {
			row.Level = reached(a.Credential.Results[0])
		}
		switch a.Type {
		case competencyType:
			out.Results = append(out.Results, row)
		case diplomaType:
			out.Why = a.Credential.Narrative
		default:
			row.Level = s.achievementWord(a.Type)
			out.Activities = append(out.Activities, row)
		}
	}
	out.ByReason = true
	if record.Partial {
		out.Why = s.T(c, "verify.so_far")
	}
}

// The achievement types that a record is told apart by (OB 3.0, AchievementType).
const (
	competencyType = "Competency"
	diplomaType    = "SecondarySchoolDiploma"
)

// achievementWord is the type of an activity in a word.
func (s *Server) achievementWord(kind string) string {
	if key, ok := activityKinds[kind]; ok {
		return s.pages.T("en", key)
	}
	return kind
}

// activityKinds are the types of activities that the catalogue has words for.
var activityKinds = map[string]string{
	"Course": "verify.activity.course", "Fieldwork": "verify.activity.fieldwork", "CommunityService": "verify.activity.service",
	"CoCurricular": "verify.activity.cocurricular", "Assessment": "verify.activity.exhibition", "Award": "verify.activity.seal",
	"LearningProgram": "verify.activity.other",
}

// reached is what a result came to.
func reached(r verifier.ResultInfo) string { return cmp.Or(r.Achieved, r.Value, r.Status) }

// required is what a result had to come to: the level, or anything above it.
func (s *Server) required(c *gin.Context, r verifier.ResultInfo) string {
	switch top := len(r.Scale) - 1; {
	case r.Required == "":
		return ""
	case top >= 0 && r.Scale[top].Name == r.Required:
		return r.Required
	}
	return s.T(c, "verify.required", r.Required)
}

// work is what the holder chose to show.
func (s *Server) work(c *gin.Context, said *verifier.Summary) []templates.Fact {
	var list []templates.Fact
	for _, e := range said.Evidence {
		fact := templates.Fact{Label: cmp.Or(e.Genre, s.T(c, "verify.work")), Value: e.Name}
		if e.Description != "" {
			fact.Value += ". " + e.Description
		}
		list = append(list, fact)
	}
	return list
}

// aboutSchool is what the school says about itself in what it signed, by its headings.
func aboutSchool(said *verifier.Summary) []templates.Fact {
	text := said.Issuer.Description
	if said.Source != nil {
		text = cmp.Or(said.Source.Description, text)
	}
	var list []templates.Fact
	for part := range strings.SplitSeq(text, "\n\n") {
		heading, words, ok := strings.Cut(part, "\n")
		switch {
		case ok:
			list = append(list, templates.Fact{Label: heading, Value: words})
		case len(list) > 0:
			list[len(list)-1].Value += "\n\n" + part
		case part != "":
			list = append(list, templates.Fact{Value: part})
		}
	}
	return list
}

// levelled are the results whose scale a legend can explain: a badge's own, or
// those of the standards in a record.
func levelled(said *verifier.Summary) []verifier.ResultInfo {
	if said.Record == nil {
		return said.Results
	}
	var results []verifier.ResultInfo
	for _, a := range said.Record.Achievements {
		if a.Type == competencyType && a.Credential != nil {
			results = append(results, a.Credential.Results...)
		}
	}
	return results
}

// commonScale is the scale of levels that all results share; none where they
// are judged by different ones, since then no one legend is true. A level that
// is described in different words for different results has no description.
func commonScale(results []verifier.ResultInfo) []verifier.LevelInfo {
	if len(results) == 0 {
		return nil
	}
	scale := slices.Clone(results[0].Scale)
	for _, r := range results[1:] {
		if r.Required != results[0].Required || len(r.Scale) != len(scale) {
			return nil
		}
		for i, level := range r.Scale {
			if level.Name != scale[i].Name {
				return nil
			}
			if level.Description != scale[i].Description {
				scale[i].Description = ""
			}
		}
	}
	return scale
}
