package competency

import "testing"

func TestTitleFrom(t *testing.T) {
	t.Parallel()
	for reflection, want := range map[string]string{
		"":                              "",
		"  \n ":                         "",
		"I measured twice. Then I cut.": "I measured twice",
		"What did\n I learn?":           "What did I learn",
		"Ünd so weiter":                 "Ünd so weiter",
		"The drawing showed the weak joint long before the weight did and I trusted it too late": "The drawing showed the weak joint long before the weight …",
		"Donaudampfschifffahrtsgesellschaftskapitaenspatentinhaberwitwenrente":                   "Donaudampfschifffahrtsgesellschaftskapitaenspatentinhaberwit …",
	} {
		if got := TitleFrom(reflection); got != want {
			t.Errorf("%q: got %q, want %q", reflection, got, want)
		}
	}
}
