package competency

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestNoTraceOfServices: whatever stands around them, words about services,
// language programmes, meals or homes reach no document (mission row 32; domain
// invariants 9 and 10).
func TestNoTraceOfServices(t *testing.T) {
	t.Parallel()
	words := []string{
		"IEP", "504", "SPED", "special education", "accommodations", "disability", "ESL", "ELL", "English learner", "English language learners",
		"free lunch", "reduced-price lunch", "homeless", "foster care", "migrant", "therapy", "rehabilitation", "detention",
	}
	plain := rapid.StringMatching(`[A-Za-z ]{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom(words).Draw(t, "word")
		told := strings.TrimSpace(plain.Draw(t, "before") + " " + word + " " + plain.Draw(t, "after"))
		a := Activity{Route: rapid.SampledFrom(Routes).Draw(t, "route"), Context: told, Provider: told}.Public().Achieved("school")
		for _, text := range append([]string{a.Key, a.Name, a.Description, a.Criteria}, a.Tags...) {
			if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
				t.Fatalf("%q tells of %q", text, word)
			}
		}
	})
}

func TestActivityAchieved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a          Activity
		name, kind string
	}{
		{Activity{Route: "class", Context: "Science"}, "Science", "Course"},
		{Activity{Route: "class"}, "Class", "Course"},
		{Activity{Route: "internship", Provider: "Harlow Marine Repair"}, "Internship (Harlow Marine Repair)", "Fieldwork"},
		{Activity{Route: "early-college", Context: "Mathematics", Provider: "Green River College"}, "Early college course: Mathematics (Green River College)", "Course"},
		{Activity{Route: "community-service", Provider: "Northfield Food Shelf"}, "Community service (Northfield Food Shelf)", "CommunityService"},
		{Activity{Route: "apprenticeship", Context: "Joinery"}, "apprenticeship: Joinery", "LearningProgram"},
		{Activity{Route: "class", Context: "Special Education English"}, "Class", "Course"},
		{Activity{Route: "online", Context: "ESL 2", Provider: "Valley Therapy Center"}, "Online course", "Course"},
		{Activity{Route: "internship", Provider: "Northfield Hospital"}, "Internship (Northfield Hospital)", "Fieldwork"},
		{Activity{Route: "class", Context: "Fellowship of readers"}, "Fellowship of readers", "Course"},
	} {
		got := c.a.Public().Achieved("school")
		if got.Name != c.name || got.Type != c.kind {
			t.Errorf("%+v: got %q, %s, want %q, %s", c.a, got.Name, got.Type, c.name, c.kind)
		}
	}
	a, b := Activity{Route: "class", Context: "Science"}.Achieved("s1"), Activity{Route: "class", Context: "science"}.Achieved("s1")
	if a.Key != b.Key || a.Key == (Activity{Route: "class", Context: "Science"}).Achieved("s2").Key {
		t.Errorf("keys: %s, %s", a.Key, b.Key)
	}
}

func TestMethodInGeneral(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]Method{
		"on two different tasks":                             {Name: "n-of", N: 2, Distinct: true},
		"in three pieces of work":                            {Name: "n-of", N: 3},
		"in one piece of work":                               {Name: "n-of", N: 1},
		"in the newest judgment":                             {Name: "latest"},
		"in the mean of the last 9 judgments":                {Name: "mean-last", N: 9},
		"in a mean in which the newest judgment counts 65 %": {Name: "decay-recursive"},
		"by professional judgment":                           {},
	} {
		if got := m.InGeneral(); got != want {
			t.Errorf("%s: got %q, want %q", m.Name, got, want)
		}
	}
	for _, name := range Methods {
		if (Method{Name: name, Version: 1, N: 2}).InGeneral() == (Method{}).InGeneral() {
			t.Errorf("%s has no words", name)
		}
	}
}
