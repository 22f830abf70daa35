package verifier_test

import (
	"testing"

	"laurel/credentials"
	"laurel/verifier"
)

// TestNameTyped: what the reader typed is compared with what the credential
// says, and takes nothing from the verdict.
func TestNameTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hashed := credentials.HashedIdentity(credentials.KindEmail, "Amara@Example.org", "salt")
	doc := w.issue(w.ec, func(c *credentials.Credential) {
		c.Subject.Identifiers = []credentials.Identity{credentials.NameIdentity("Amara Ifeoma Okafor"), hashed}
	})
	nameless := w.issue(w.ec, func(c *credentials.Credential) { c.Subject.Identifiers = nil })
	for typed, want := range map[string]string{
		"Amara Ifeoma Okafor": verifier.CodeNameMatch, "amara ifeoma okáfor": verifier.CodeNameMatch, "Amara Okafor": verifier.CodeNameOtherForm,
		"Bodhi Lefebvre": verifier.CodeNameDiffers, "amara@example.org": verifier.CodeNameMatch, "x@example.org": verifier.CodeNameDiffers,
		"": verifier.CodeHolderNotAsked,
	} {
		report := w.verifyWith(doc, verifier.Ask{Name: typed})
		if report.Verdict != verifier.Valid || !report.Has(verifier.Holder, want) || len(report.Find(verifier.Holder)) != 1 {
			t.Errorf("%q: got %s, %+v, want %s", typed, report.Verdict, report.Find(verifier.Holder), want)
		}
	}
	if report := w.verifyWith(nameless, verifier.Ask{Name: "Amara Okafor"}); report.Verdict != verifier.Valid || !report.Has(verifier.Holder, verifier.CodeNameNotTold) {
		t.Errorf("without a name: got %s, %+v", report.Verdict, report.Find(verifier.Holder))
	}
	// A right name is no answer to a question that the holder had to sign.
	report := w.verifyWith(doc, verifier.Ask{Name: "Amara Okafor", Challenge: "once"})
	if report.Verdict != verifier.Undetermined || !report.Has(verifier.Holder, verifier.CodeHolderNotProven) {
		t.Errorf("asked to sign: got %s, %+v", report.Verdict, report.Find(verifier.Holder))
	}
	inside := w.verifyWith([]byte(enclosed("", doc)), verifier.Ask{Name: "Bodhi Lefebvre"})
	if len(inside.Nested) != 1 || !inside.Nested[0].Report.Has(verifier.Holder, verifier.CodeNameDiffers) {
		t.Errorf("in a presentation: got %+v", inside.Nested)
	}
}
