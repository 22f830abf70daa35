package store

import (
	"encoding/json"
	"testing"

	"laurel/competency"
)

// TestAchievedForm pins the stored form of a decision: renaming a member of
// competency.Achieved would lose it in what was decided before.
func TestAchievedForm(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(competency.Achieved{
		Results:    []competency.AchievedResult{{Levels: []competency.Level{{}}}},
		Evidence:   []competency.EvidenceSummary{{}},
		Alignments: []competency.Alignment{{}},
		Record:     &competency.LearnerRecord{Parts: []competency.RecordPart{{}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const part = `{"Type":"","Key":"","Name":"","Description":"","Criteria":"","CriteriaPath":"","Tags":null,"Results":null,"Evidence":null,` +
		`"Alignments":null,"Why":"","ValidYears":0,"Profile":"","Record":null,"PartOf":null}`
	const want = `{"Type":"","Key":"","Name":"","Description":"","Criteria":"","CriteriaPath":"","Tags":null,` +
		`"Results":[{"Key":"","Name":"","Levels":[{"N":0,"Label":"","Description":""}],"Required":0,"Achieved":0,"Note":""}],` +
		`"Evidence":[{"Name":"","Description":"","Genre":""}],"Alignments":[{"Name":"","Code":"","Framework":"","Path":""}],"Why":"","ValidYears":0,"Profile":"",` +
		`"Record":{"Partial":false,"Diploma":"","Parts":[` + part + `],"Open":null}}`
	if string(got) != want {
		t.Errorf("got %s", got)
	}
}
