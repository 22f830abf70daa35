package competency

import (
	"slices"
	"testing"
)

// TestChecklist: both occasions ask for consent and for nobody to be
// recognised, publishing for the owner's own will beside; what is open is named
// where it stands, and nothing but a yes answers it.
func TestChecklist(t *testing.T) {
	t.Parallel()
	for on, keys := range map[Occasion][]string{
		BeforeHandingIn: {Consent, Deidentified}, BeforePublishing: {Consent, Deidentified, "mine"},
	} {
		answers, open := map[string]string{}, []string{}
		for _, q := range Checklist(on) {
			open = append(open, q.Key)
			if q.Missing == "" {
				t.Errorf("%s: %s has no sentence", on, q.Key)
			}
		}
		if !slices.Equal(open, keys) {
			t.Errorf("%s asks %v, want %v", on, open, keys)
		}
		for i, key := range keys {
			answers[key] = "no"
			if bad := Missing(on, answers, "/at"); len(bad) != len(keys)-i || bad[0].Pointer != "/at/"+key {
				t.Errorf("%s with %v: %v", on, answers, bad)
			}
			answers[key] = "yes"
		}
		if bad := Missing(on, answers, ""); len(bad) != 0 {
			t.Errorf("%s when all is answered: %v", on, bad)
		}
	}
}
