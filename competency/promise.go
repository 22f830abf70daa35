package competency

import (
	"slices"
	"time"
)

// Pledge is something that somebody answers before others see a piece of
// work, and that is kept with its time.
type Pledge struct {
	Key string
	// After is the answer of an earlier question on which this one depends, such
	// as "shows-pupils=yes"; empty where it is always asked.
	After string
	// Missing is the sentence beside it while it is not answered.
	Missing string
}

// PublicationQuestions are asked before work is shown to whoever has the address.
var PublicationQuestions = []Pledge{
	{Key: "mine", Missing: "Say that you want everyone with the address to see it."},
	{Key: "others", Missing: "Say that everyone who can be seen, heard or named has agreed, or that nobody can."},
	{Key: "place", Missing: "Say that it shows no address, phone number or other secret of anybody."},
}

// PupilQuestions are asked where a teacher's work may show pupils (34 CFR 99.30;
// Digital Promise's submission rules ask the same).
var PupilQuestions = []Pledge{
	{Key: "shows-pupils", Missing: "Say whether pupils appear in it: by face, voice, name, handwriting or work."},
	{Key: "families", After: "shows-pupils=yes", Missing: "Confirm that the families of all who can be recognised have agreed in writing."},
	{Key: "names", After: "shows-pupils=yes", Missing: "Confirm that names, faces and voices are taken out where families did not agree."},
	{Key: "files", After: "shows-pupils=yes", Missing: "Confirm that no file is named after a pupil, and no document says who wrote it."},
}

// Promise is an answer that was given once.
type Promise struct {
	Kind     string // "application" or "publication"
	Subject  string
	Question string
	Answer   string
	By       PersonID
	At       time.Time
}

// asked reports whether a question is asked after the answers.
func (q Pledge) asked(answers map[string]string) bool {
	if q.After == "" {
		return true
	}
	for key, answer := range answers {
		if key+"="+answer == q.After {
			return true
		}
	}
	return false
}

// Missing answers which of the questions are still open.
func Missing(questions []Pledge, answers map[string]string) []Field {
	var bad []Field
	for _, q := range questions {
		if !q.asked(answers) {
			continue
		}
		given := answers[q.Key]
		if given == "yes" || given == "no" && q.After == "" && slices.ContainsFunc(questions, func(o Pledge) bool { return o.After == q.Key+"=yes" }) {
			continue
		}
		bad = append(bad, Field{"/answers/" + q.Key, q.Missing})
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
