package verifier

import "testing"

func TestNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		signed, typed string
		same, other   bool
	}{
		{"Amara Okafor", "amara  OKAFOR", true, false},
		{"Chloé Trahan-Roy", "Chloe Trahan Roy", true, false},
		{"Søren Ødegård", "Soren Odegard", true, false},
		{"Seán O’Brien", "Sean O'Brien", true, false},
		{"José Núñez", "Jose Nu\u0301n\u0303ez", true, false},
		{"佐藤 花", "佐藤 花", true, false},
		{"Amara Ifeoma Okafor", "Amara Okafor", false, true},
		{"Amara I. Okafor", "Amara Ifeoma Okafor", false, true},
		{"Okafor, Amara", "Amara Okafor", false, true},
		{"A. Okafor", "Amara Okafor", false, true},
		{"Amara Okafor", "Amara", false, false},
		{"Amara Okafor", "Amina Okafor", false, false},
		{"Amara Okafor", "Amara Obi", false, false},
		{"A. O.", "Amara Okafor", false, false},
		{"", "", true, false},
	} {
		if got := sameName(c.signed, c.typed); got != c.same {
			t.Errorf("%q, %q: same %v, want %v", c.signed, c.typed, got, c.same)
		}
		if got := !c.same && otherForm(c.signed, c.typed); got != c.other {
			t.Errorf("%q, %q: other form %v, want %v", c.signed, c.typed, got, c.other)
		}
	}
}
