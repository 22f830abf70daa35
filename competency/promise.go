package competency

import "time"

// Occasion is before what a checklist is asked.
type Occasion string

// The occasions.
const (
	BeforeHandingIn  Occasion = "application" // an educator's work goes to assessors
	BeforePublishing Occasion = "publication" // work is shown to whoever has the address
)

// Pledge is one item of the checklist: something that somebody answers before
// others see work in which people may appear, and that is kept with its time.
type Pledge struct {
	Key string
	// Missing is the sentence beside it while it is not answered.
	Missing string
}

// Consent and Deidentified are the items that are asked on every occasion.
const (
	Consent      = "consent"
	Deidentified = "deidentified"
)

// checklist is everything that is asked (34 CFR 99.30).
var checklist = []struct {
	Pledge
	only Occasion // empty for every occasion
}{
	{Pledge{Consent, "Confirm that everyone who can be seen or heard has agreed, or that nobody can."}, ""},
	{Pledge{Deidentified, "Confirm that nobody else can be recognised in it."}, ""},
	{Pledge{"mine", "Confirm that you want everyone with the address to see it."}, BeforePublishing},
}

// Checklist is what is asked on an occasion, in the order of the page.
func Checklist(on Occasion) []Pledge {
	var asked []Pledge
	for _, c := range checklist {
		if c.only == "" || c.only == on {
			asked = append(asked, c.Pledge)
		}
	}
	return asked
}

// Promise is an item of the checklist that was answered, once.
type Promise struct {
	On       Occasion
	Subject  string
	Question string
	Answer   string
	By       PersonID
	At       time.Time
}

// Missing answers which items are not answered with yes; at is where the
// answers stand in what was sent, such as "/answers".
func Missing(on Occasion, answers map[string]string, at string) []Field {
	var bad []Field
	for _, q := range Checklist(on) {
		if answers[q.Key] != "yes" {
			bad = append(bad, Field{at + "/" + q.Key, q.Missing})
		}
	}
	return bad
}

// MayPublish answers why work cannot be shown under a public address: nil if it can.
func MayPublish(e Evidence, owner Person, now time.Time) error {
	switch {
	case e.State == EvidenceDraft || e.State == EvidenceWithdrawn || e.State == EvidenceSetAside:
		return Refuse("This piece of evidence is " + e.State.words() + "; only what was handed in can be published.")
	case owner.DirectoryOptOut:
		return Refuse("Your family asked the school to keep you off public pages, so this cannot be published.")
	case owner.Under(minPageAge, now):
		return Refuse("Public pages begin at 13. Nothing was published.")
	}
	return nil
}
