package competency

import "time"

// Pledge is something that somebody answers before others see a piece of
// work, and that is kept with its time.
type Pledge struct {
	Key string
	// Missing is the sentence beside it while it is not answered.
	Missing string
}

// PublicationQuestions are asked before work is shown to whoever has the address.
var PublicationQuestions = []Pledge{
	{Key: "mine", Missing: "Say that you want everyone with the address to see it."},
	{Key: "others", Missing: "Say that everyone who can be seen, heard or named has agreed, or that nobody can."},
	{Key: "place", Missing: "Say that it shows no address, phone number or other secret of anybody."},
}

// PupilPledges are asked where a teacher's work may show pupils (34 CFR 99.30);
// [Application.Complete] has their sentences.
var PupilPledges = []Pledge{{Key: "consent"}, {Key: "deidentified"}}

// Promise is an answer that was given once.
type Promise struct {
	Kind     string // "application" or "publication"
	Subject  string
	Question string
	Answer   string
	By       PersonID
	At       time.Time
}

// Missing answers which of the questions are not answered with yes.
func Missing(questions []Pledge, answers map[string]string) []Field {
	var bad []Field
	for _, q := range questions {
		if answers[q.Key] != "yes" {
			bad = append(bad, Field{"/answers/" + q.Key, q.Missing})
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
