package registrar

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"laurel/competency"
	"laurel/credentials"
)

var update = flag.Bool("update", false, "rewrite golden files")

// sampleDraft is a decision with everything that a document can hold.
func sampleDraft(achieved competency.Achieved) draftOf {
	district := competency.Org{ID: "d", Tenant: "d", Kind: competency.District, Name: "Willow Brook District", Slug: "willow-district", Zone: "America/New_York"}
	return draftOf{
		award: competency.Award{
			ID: "a", Kind: competency.DiplomaAward, Achieved: achieved, Conferred: "2026-06-12",
			DecidedBy: "somebody", Basis: "audit-with-a-secret",
		},
		holder: competency.Person{Legal: "Amara Adaeze Okafor", Used: "Amara", Diploma: "Amara A. Okafor", Born: "2008-02-03", DirectoryOptOut: true},
		issuer: competency.Org{
			ID: "s", Tenant: "d", Parent: "d", Kind: competency.School, Name: "Willow Brook Union High School", Slug: "willow-brook",
			Zone: "America/New_York", Website: "https://willowbrook.example",
		},
		parent:   &district,
		document: "urn:uuid:11111111-1111-4111-8111-111111111111", subject: "urn:uuid:22222222-2222-4222-8222-222222222222",
		status: credentials.RevocationEntry("https://laurel.example/status/list-1", 94567),
		at:     time.Date(2026, 6, 13, 9, 30, 0, 0, time.UTC),
	}
}

func sampleMicroCredential() competency.Achieved {
	levels := []competency.Level{{N: 1, Label: "Not yet"}, {N: 2, Label: "Basic"}, {N: 3, Label: "Passed", Description: "Shown in full."}}
	return competency.Achieved{
		Type: "MicroCredential", Key: "mc-1", Name: "Checking for Understanding", Description: "Uses what learners show to decide what comes next.",
		Criteria: "Every criterion passed by two assessors.", CriteriaPath: "/catalogue/checking", ValidYears: 3,
		Results: []competency.AchievedResult{{Key: "part-2.1.a", Name: "Plan", Levels: levels, Required: 3, Achieved: 3}},
	}
}

// office is an office that only writes documents.
func office() *Registrar {
	return &Registrar{Options: Options{PublicURL: "https://laurel.example"}, issuing: issuing{host: "laurel.example"}}
}

func TestDocumentGolden(t *testing.T) {
	t.Parallel()
	for name, achieved := range map[string]competency.Achieved{"diploma": sampleDiploma(), "microcredential": sampleMicroCredential()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := office().document(sampleDraft(achieved))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Validate(); err != nil {
				t.Fatal(err)
			}
			payload, err := c.Payload()
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := json.Indent(&got, payload, "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			golden(t, name+".json", got.Bytes())
			for _, hidden := range []string{"Adaeze", "2008-02-03", "secret", "somebody"} {
				if bytes.Contains(payload, []byte(hidden)) {
					t.Errorf("the document holds %q", hidden)
				}
			}
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got\n%s", name, got)
	}
}

// TestDocumentShape holds two learners with equal results against each other:
// nothing but identifiers, names and dates may differ (domain invariant 9).
func TestDocumentShape(t *testing.T) {
	t.Parallel()
	first, second := sampleDraft(sampleDiploma()), sampleDraft(sampleDiploma())
	second.holder = competency.Person{Legal: "Kofi Mensah", Used: "Kofi", Diploma: "Kofi Mensah", Born: "2006-01-01"}
	second.award.Basis, second.award.DecidedBy = "another audit", "another person"
	shapes := make([]string, 2)
	for i, d := range []draftOf{first, second} {
		c, err := office().document(d)
		if err != nil {
			t.Fatal(err)
		}
		c.Subject.Identifiers[0].Hash = "the name"
		payload, err := c.Payload()
		if err != nil {
			t.Fatal(err)
		}
		shapes[i] = string(payload)
	}
	if shapes[0] != shapes[1] {
		t.Errorf("equal results, different documents:\n%s\n%s", shapes[0], shapes[1])
	}
}
