package registrar

import (
	"slices"
	"testing"

	"laurel/competency/policy"
)

// TestHelpers asks the teacher where a teacher can confirm it, the counselor
// where it is outside the school, and the office where nobody else is known.
func TestHelpers(t *testing.T) {
	t.Parallel()
	full := Helpers{teachers: map[string]string{"MATH": "Birch"}, Teacher: "Nair", Panel: "Calloway", Counselor: "Cora", Office: "Otto"}
	lone := Helpers{Office: "Otto"}
	for _, c := range []struct {
		name                  string
		h                     Helpers
		route, standard, want string
	}{
		{"class", full, "class", "MATH", "Birch"},
		{"another standard", full, "class", "ELA", "Nair"},
		{"outside", full, "internship", "MATH", "Cora"},
		{"agreed before", full, "credit-flex", "MATH", "Cora"},
		{"nobody but the office", lone, "class", "MATH", "Otto"},
		{"nobody", Helpers{}, "internship", "MATH", ""},
	} {
		if got := c.h.Way(c.route, c.standard); got != c.want {
			t.Errorf("%s: ask %q, want %q", c.name, got, c.want)
		}
	}
	for _, c := range []struct {
		name     string
		h        Helpers
		ask      []string
		standard string
		want     []string
	}{
		{"indicators", full, []string{"teacher"}, "MATH", []string{"Birch"}},
		{"a work for a panel", full, []string{"teacher"}, "", []string{"Calloway"}},
		{"signatures", full, []string{"learner", "advisor"}, "", []string{"Cora"}},
		{"credit by competencies", full, []string{"teacher", "counselor"}, "MATH", []string{"Birch", "Cora"}},
		{"one for both", lone, []string{"teacher", "counselor"}, "MATH", []string{"Otto"}},
		{"nobody", Helpers{}, []string{"teacher"}, "MATH", nil},
	} {
		if got := c.h.Step(policy.Step{Ask: c.ask}, c.standard); !slices.Equal(got, c.want) {
			t.Errorf("%s: ask %q, want %q", c.name, got, c.want)
		}
	}
}
