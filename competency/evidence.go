package competency

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// EvidenceState tells where a piece of evidence stands.
type EvidenceState string

// The states of evidence. A piece that was sent back becomes a draft of its
// next version as soon as its owner edits it.
const (
	EvidenceDraft         EvidenceState = "draft"
	EvidenceSubmitted     EvidenceState = "submitted"
	EvidenceInReview      EvidenceState = "in_review"
	EvidenceAccepted      EvidenceState = "accepted"
	EvidenceNeedsRevision EvidenceState = "needs_revision"
	EvidenceWithdrawn     EvidenceState = "withdrawn"
	EvidenceDisputed      EvidenceState = "disputed"
	EvidenceSetAside      EvidenceState = "set_aside"
)

// evidenceMoves lists where each state may lead (domain §4.2). A judgment that
// its assessor takes back leads an accepted piece into review again.
var evidenceMoves = map[EvidenceState][]EvidenceState{
	EvidenceDraft:         {EvidenceSubmitted, EvidenceWithdrawn},
	EvidenceSubmitted:     {EvidenceInReview, EvidenceAccepted, EvidenceNeedsRevision, EvidenceWithdrawn},
	EvidenceInReview:      {EvidenceAccepted, EvidenceNeedsRevision, EvidenceSubmitted},
	EvidenceAccepted:      {EvidenceInReview, EvidenceSubmitted, EvidenceDisputed},
	EvidenceNeedsRevision: {EvidenceDraft, EvidenceWithdrawn},
	EvidenceDisputed:      {EvidenceAccepted, EvidenceSetAside},
	EvidenceWithdrawn:     nil,
	EvidenceSetAside:      nil,
}

// Evidence is one piece of work of a learner that shows something.
type Evidence struct {
	ID         EvidenceID
	School     OrgID // the learner's, when it was made
	Owner      PersonID
	Task       TaskID // what it answers; empty for work of the learner's own
	Title      string
	Body       string
	Reflection string
	Route      string // how it came about: one of Routes
	Context    string // the subject in which it stands; may be empty
	Provider   string // who taught or supervised it outside the school; may be empty
	// Began and Ended are civil dates or empty, and Minutes how long it took;
	// its route says whether they are asked for.
	Began, Ended string
	Minutes      int
	// Proposed: the learner chose the way in which this answers its task. Work
	// without a task is the learner's own idea anyway.
	Proposed bool
	// PartOf is the first piece of a group's work, on the pieces of the other
	// members; empty elsewhere.
	PartOf EvidenceID
	// Approval is the agreement from before the start that it rests on; may be empty.
	Approval ApprovalID
	Links    []string // absolute https addresses
	Items    []ItemID // the indicators it is meant to show, in the owner's order
	State    EvidenceState
	Version  int // from 1, counts up with each revision
	// ObservedBy is the teacher who saw the work in class and wrote it down;
	// empty where its owner handed it in.
	ObservedBy PersonID
	// Returned is what the teacher asked for when sending it back.
	Returned  string
	Created   time.Time
	Submitted time.Time // zero for a draft
}

// Observed is what a teacher saw a learner do in class for a task, where nothing
// was handed in: evidence of the route class with the task's title.
func Observed(t Task, learner, by PersonID, now time.Time) Evidence {
	return Evidence{
		School: t.School, Owner: learner, Task: t.ID, Title: t.Title, Route: "class", Context: t.Context,
		State: EvidenceSubmitted, Version: 1, ObservedBy: by, Created: now, Submitted: now,
	}
}

// Limits of one piece of evidence.
const (
	MaxFiles = 10
	MaxLinks = 10
	MaxItems = 12
)

// TitleFrom is a name for work that was given none: how its reflection begins,
// to the end of the sentence or as many words as a list has room for. It is
// empty where there is no reflection.
func TitleFrom(reflection string) string {
	const most = 60
	text := strings.Join(strings.Fields(reflection), " ")
	if i := strings.IndexAny(text, ".!?"); i >= 0 {
		text = text[:i]
	}
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	text = string(r[:most])
	if i := strings.LastIndex(text, " "); i > 0 {
		text = text[:i]
	}
	return text + " …"
}

// Check answers what is wrong with evidence as its owner wrote it. A draft may
// still be incomplete; files is how many files hang on it.
func (e Evidence) Check(files int) []Field {
	var bad []Field
	bad = appendLength(bad, "/title", e.Title, 1, maxTitle, "Give it a name")
	bad = appendLength(bad, "/body", e.Body, 0, maxText, "Describe it")
	bad = appendLength(bad, "/reflection", e.Reflection, 0, maxText, "Say what it shows")
	bad = appendLength(bad, "/context", e.Context, 0, maxShort, "Name the subject")
	bad = appendLength(bad, "/provider", e.Provider, 0, maxTitle, "Name who taught or supervised it")
	if !slices.Contains(Routes, e.Route) {
		bad = append(bad, Field{"/route", "Choose how it came about."})
	}
	bad = append(bad, checkSpan(e.Began, e.Ended)...)
	if e.Minutes < 0 || e.Minutes > maxMinutes {
		bad = append(bad, Field{"/hours", "Give the hours as a number, at most 5,000."})
	}
	if len(e.Links) > MaxLinks {
		bad = append(bad, Field{"/links", "Give at most " + strconv.Itoa(MaxLinks) + " links."})
	}
	for i, l := range e.Links {
		if !plainLink(l) {
			bad = append(bad, Field{"/links/" + strconv.Itoa(i), "Give a full address that begins with https://."})
		}
	}
	if len(e.Items) > MaxItems {
		bad = append(bad, Field{"/indicators", "Choose at most " + strconv.Itoa(MaxItems) + " indicators."})
	}
	if files > MaxFiles {
		bad = append(bad, Field{"/files", "Add at most " + strconv.Itoa(MaxFiles) + " files."})
	}
	return bad
}

// CheckComplete answers, beside what Check finds, what evidence lacks before
// it can be submitted.
func (e Evidence) CheckComplete(files int) []Field {
	bad := e.Check(files)
	if len(e.Items) == 0 {
		bad = append(bad, Field{"/indicators", "Choose at least one indicator that this shows."})
	}
	if strings.TrimSpace(e.Reflection) == "" {
		bad = append(bad, Field{"/reflection", "Say in a sentence what this shows."})
	}
	if files == 0 && len(e.Links) == 0 && strings.TrimSpace(e.Body) == "" {
		bad = append(bad, Field{"/body", "Add a photo, a file, a link or some words about the work."})
	}
	if k, ok := RouteOf(e.Route); ok {
		bad = append(bad, k.complete(e)...)
	}
	return bad
}

// maxMinutes bounds what one piece of evidence may claim: 5,000 hours.
const maxMinutes = 5000 * 60

// checkSpan answers what is wrong with the days on which work began and ended.
func checkSpan(began, ended string) []Field {
	var bad []Field
	for _, f := range []Field{{"/began", began}, {"/ended", ended}} {
		if f.Detail != "" && !civilDate(f.Detail) {
			bad = append(bad, Field{f.Pointer, "Give the day as year, month and day."})
		}
	}
	if len(bad) == 0 && began != "" && ended != "" && ended < began {
		bad = append(bad, Field{"/ended", "It ends before it begins; look at both days again."})
	}
	return bad
}

// civilDate reports whether a text is a day of the calendar, "2026-06-12".
func civilDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// OwnIdea reports whether the learner, and not a task, chose what to do here.
func (e Evidence) OwnIdea() bool { return e.Task == "" || e.Proposed }

// plainLink reports whether an address is absolute, https and without userinfo
// (security rule 18).
func plainLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= 2000 && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && !strings.ContainsAny(s, " \t\r\n")
}

// Move takes the evidence to another state, or answers ErrConflict.
func (e *Evidence) Move(to EvidenceState) error {
	if !slices.Contains(evidenceMoves[e.State], to) {
		return Refuse("This piece of evidence is " + e.State.words() + "; that cannot be done to it now.")
	}
	e.State = to
	return nil
}

// words is the state in a sentence.
func (s EvidenceState) words() string {
	switch s {
	case EvidenceDraft:
		return "a draft"
	case EvidenceSubmitted:
		return "waiting for a teacher"
	case EvidenceInReview:
		return "being looked at"
	case EvidenceAccepted:
		return "judged already"
	case EvidenceNeedsRevision:
		return "with its owner again"
	case EvidenceWithdrawn:
		return "withdrawn"
	case EvidenceDisputed:
		return "disputed"
	case EvidenceSetAside:
		return "set aside"
	}
	return string(s)
}

// Editable reports whether the owner may still write in it.
func (e Evidence) Editable() bool {
	return e.State == EvidenceDraft || e.State == EvidenceNeedsRevision
}

// Waiting reports whether it stands in the queue of those who judge.
func (e Evidence) Waiting() bool {
	return e.State == EvidenceSubmitted || e.State == EvidenceInReview
}

// Revise puts the owner's new words into the evidence. A piece that was sent
// back becomes a draft of its next version.
func (e *Evidence) Revise(with Evidence, files int) error {
	if !e.Editable() {
		return Refuse("This piece of evidence is " + e.State.words() + " and can no longer be edited.")
	}
	if bad := with.Check(files); len(bad) > 0 {
		return Invalid(bad...)
	}
	if e.State == EvidenceNeedsRevision {
		e.State = EvidenceDraft
		e.Version++
	}
	e.Title, e.Body, e.Reflection = with.Title, with.Body, with.Reflection
	e.Route, e.Context, e.Provider = with.Route, with.Context, with.Provider
	e.Links, e.Items, e.Task = with.Links, with.Items, with.Task
	e.Began, e.Ended, e.Minutes, e.Proposed, e.Approval = with.Began, with.Ended, with.Minutes, with.Proposed, with.Approval
	return nil
}

// Submit hands the evidence to those who judge.
func (e *Evidence) Submit(files int, now time.Time) error {
	if e.State == EvidenceNeedsRevision {
		return Refuse("Change what the teacher asked for first, then submit it again.")
	}
	if e.State == EvidenceDraft {
		if bad := e.CheckComplete(files); len(bad) > 0 {
			return Invalid(bad...)
		}
	}
	if err := e.Move(EvidenceSubmitted); err != nil {
		return err
	}
	e.Submitted = now
	return nil
}

// AttachmentKind tells what an attachment hangs on.
type AttachmentKind string

// What attachments hang on.
const (
	EvidenceFile    AttachmentKind = "evidence"
	ApplicationFile AttachmentKind = "application"
)

// Attachment is an uploaded file as used in one place. The same bytes used
// twice are kept once.
type Attachment struct {
	ID    FileID
	Owner PersonID
	Kind  AttachmentKind
	// Subject is the id of the evidence or application; Part names the part of
	// an application and is empty on evidence.
	Subject, Part string
	SHA256        string // of the bytes as kept, lower-case hex
	Name          string // as the owner called it, made safe
	MediaType     string // as found in the bytes, never as claimed
	Size          int64  // bytes
	Created       time.Time
	// Purged is when the bytes were deleted because their time was over; zero
	// while they are here. The hash stays.
	Purged time.Time
}
