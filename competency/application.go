package competency

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// ApplicationState tells where an application stands.
type ApplicationState string

// The states of an application and the ways between them:
//
//	draft → submitted → assigned → scoring → awarded
//	                                       → not_yet → draft of the next attempt
//	                                       → coach_needed, after the last attempt
//	                                       → third_read → awarded or not_yet
//	any that is open → withdrawn
const (
	ApplicationDraft ApplicationState = "draft"
	// ApplicationSubmitted is complete and waits for assessors.
	ApplicationSubmitted ApplicationState = "submitted"
	// ApplicationAssigned has two assessors, none of whom has scored.
	ApplicationAssigned ApplicationState = "assigned"
	// ApplicationScoring has one of two scores.
	ApplicationScoring ApplicationState = "scoring"
	// ApplicationThirdRead has two scores that differ at the pass line.
	ApplicationThirdRead   ApplicationState = "third_read"
	ApplicationAwarded     ApplicationState = "awarded"
	ApplicationNotYet      ApplicationState = "not_yet"
	ApplicationCoachNeeded ApplicationState = "coach_needed"
	ApplicationWithdrawn   ApplicationState = "withdrawn"
)

// Application is one person's way to one version of a micro-credential. The
// version is fixed when it starts (domain invariant 18).
type Application struct {
	ID        ApplicationID
	Tenant    OrgID // the provider's
	Micro     MicroCredentialID
	Applicant PersonID
	// Code is how assessors call it, such as "A-7K2Q": it says nothing of the person.
	Code    string
	Attempt int // from 1
	State   ApplicationState
	// Consent: those shown have agreed. Deidentified: no learner can be recognised.
	Consent, Deidentified bool
	// Waits says why nobody reads it yet, for the coordinator: a code of NoReader.
	Waits     NoReader
	Created   time.Time
	Submitted time.Time // of the present attempt; zero in a first draft
	Decided   time.Time // of the last decision; zero before
	Due       string    // civil date by which the attempt is answered; empty in a first draft
}

// NoReader tells why an application could not be given to assessors.
type NoReader string

// Why an application waits for assessors.
const (
	NoAssessors    NoReader = "no-assessors" // fewer than two people are assessors at all
	AllInConflict  NoReader = "conflict"     // there are two, but not two without a conflict
	NothingMissing NoReader = ""
)

// Answer is what an application holds for one part in one attempt.
type Answer struct {
	Application ApplicationID
	Attempt     int // the attempt in which it was written
	Part        string
	Text        string
	Link        string // https, or empty
	// Revision counts up within the part; Window is the page that wrote it.
	Revision int
	Window   string
	// Files are what is attached to it.
	Files []AnswerFile
}

// AnswerFile is what the rules know of a file: what it is, never its name.
type AnswerFile struct {
	ID        FileID
	MediaType string
}

// Save is one saving of a draft by one open page.
type Save struct {
	// Window names the page: random, made when it was opened.
	Window string
	// Base is the highest revision that the page showed when it was opened.
	Base int
	// Revision is Base + 1 for the page's first saving and counts up from there.
	Revision int
}

// Takes reports whether a saving may replace the answer: a later saving of the
// same page, or a page that had seen what it replaces. An older saving never
// overwrites a newer one, however late it arrives.
func (a Answer) Takes(s Save) bool {
	if a.Revision > 0 && a.Window == s.Window {
		return s.Revision > a.Revision
	}
	return a.Revision <= s.Base
}

// MaxAnswer is the most characters of one answer.
const MaxAnswer = 20_000

// CheckAnswer answers what is wrong with the shape of an answer in a draft.
// Word limits are asked for at submission, not while one writes.
func CheckAnswer(part, text, link string) []Field {
	var bad []Field
	if len([]rune(text)) > MaxAnswer {
		bad = append(bad, Field{"/texts/" + part, "This is longer than 20,000 characters; nothing of it was saved."})
	}
	if link != "" {
		u, err := url.Parse(link)
		if err != nil || u.Scheme != "https" || u.Host == "" || len(link) > 2000 {
			bad = append(bad, Field{"/links/" + part, "Give the whole address, beginning with https://."})
		}
	}
	return bad
}

// IsOpen reports whether the way is not at its end: a person has at most one
// open application for a micro-credential.
func (a Application) IsOpen() bool {
	return a.State != ApplicationAwarded && a.State != ApplicationWithdrawn
}

// IsRead reports whether assessors have it or are to have it.
func (a Application) IsRead() bool {
	switch a.State {
	case ApplicationSubmitted, ApplicationAssigned, ApplicationScoring, ApplicationThirdRead:
		return true
	case ApplicationDraft, ApplicationAwarded, ApplicationNotYet, ApplicationCoachNeeded, ApplicationWithdrawn:
	}
	return false
}

// Edit answers nil if the part may be written now: in a draft, and if the part
// is open in this attempt.
func (a Application) Edit(part string, open []string) error {
	if a.State != ApplicationDraft {
		return Refuse("This application has been handed in and cannot be changed now.")
	}
	if !slices.Contains(open, part) {
		return Refuse("This part has passed already and stays as it is.")
	}
	return nil
}

// Complete answers what is missing before the attempt can be handed in: word
// limits, a piece of work for each artifact, and the checklist.
func (a Application) Complete(m MicroCredential, open []string, answers map[string]Answer) []Field {
	var bad []Field
	for _, p := range m.Parts() {
		if !slices.Contains(open, p.Key) {
			continue
		}
		answer := answers[p.Key]
		if p.Kind == ArtifactPart {
			if len(answer.Files) == 0 && answer.Link == "" && strings.TrimSpace(answer.Text) == "" {
				bad = append(bad, Field{"/texts/" + p.Key, "Add a file, a link or a text for “" + p.Title + "”."})
			}
			continue
		}
		if n := Words(answer.Text); n < max(p.WordsMin, 1) || n > p.WordsMax {
			bad = append(bad, Field{"/texts/" + p.Key, fmt.Sprintf(
				"This answer has %d words; %d to %d are asked for.", n, max(p.WordsMin, 1), p.WordsMax)})
		}
	}
	return append(bad, Missing(BeforeHandingIn, a.Promised(), "")...)
}

// Promised are the applicant's answers to the checklist.
func (a Application) Promised() map[string]string {
	answers := map[string]string{}
	if a.Consent {
		answers[Consent] = "yes"
	}
	if a.Deidentified {
		answers[Deidentified] = "yes"
	}
	return answers
}

// Submit answers the application as handed in, due within the turnaround that
// the micro-credential promises, counted in the provider's zone.
func (a Application) Submit(m MicroCredential, open []string, answers map[string]Answer, at time.Time, zone *time.Location) (Application, error) {
	if a.State != ApplicationDraft {
		return a, Refuse("This application has been handed in already.")
	}
	if bad := a.Complete(m, open, answers); len(bad) > 0 {
		return a, Invalid(bad...)
	}
	a.State, a.Submitted = ApplicationSubmitted, at.UTC()
	a.Due = AddBusinessDays(at.In(zone), m.TurnaroundDays)
	return a, nil
}

// Withdraw answers the application as taken back by its owner.
func (a Application) Withdraw() (Application, error) {
	if !a.IsOpen() {
		return a, Refuse("This application is closed; there is nothing to take back.")
	}
	a.State, a.Waits = ApplicationWithdrawn, NothingMissing
	return a, nil
}

// Retry answers the application as a draft of its next attempt.
func (a Application) Retry() (Application, error) {
	switch a.State {
	case ApplicationNotYet:
		a.State, a.Attempt = ApplicationDraft, a.Attempt+1
		return a, nil
	case ApplicationCoachNeeded:
		return a, Refuse("All attempts have been used. Your coordinator talks it through with you before another one.")
	case ApplicationDraft, ApplicationSubmitted, ApplicationAssigned, ApplicationScoring, ApplicationThirdRead,
		ApplicationAwarded, ApplicationWithdrawn:
	}
	return a, Refuse("There is no decision that another attempt could follow.")
}

// Given answers the application after reviews were given out or scored, as
// long as there is no decision.
func (a Application) Given(reviews []Review) Application {
	held, scored := 0, 0
	for _, r := range reviews {
		if r.Attempt != a.Attempt || r.State == ReviewReleased {
			continue
		}
		held++
		if r.State == ReviewScored {
			scored++
		}
	}
	switch {
	case scored > 0 && held >= 2:
		a.State = ApplicationScoring
	case held >= 2:
		a.State = ApplicationAssigned
	default:
		a.State = ApplicationSubmitted
	}
	if held >= 2 {
		a.Waits = NothingMissing
	}
	return a
}

// Conclude answers the application after a decision; a decision that is
// Waiting changes nothing but what Given says.
func (a Application) Conclude(m MicroCredential, d Decision, reviews []Review, at time.Time) Application {
	switch d.Outcome {
	case Waiting:
		return a.Given(reviews)
	case ThirdReadNeeded:
		a.State = ApplicationThirdRead
		return a
	case Awarded:
		a.State = ApplicationAwarded
	case NotYet:
		a.State = ApplicationNotYet
		if a.Attempt >= m.MaxAttempts {
			a.State = ApplicationCoachNeeded
		}
	}
	a.Decided = at.UTC()
	return a
}
