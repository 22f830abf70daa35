package competency

import (
	"math"
	"slices"
	"strings"
	"time"
)

// AttestationState tells whether somebody outside has answered.
type AttestationState string

// The states of an attestation. While it is asked, what the evidence would
// show is pending; a link that ran out does not change that.
const (
	AttestationAsked     AttestationState = "asked"
	AttestationConfirmed AttestationState = "confirmed"
	AttestationDeclined  AttestationState = "declined"
	AttestationCancelled AttestationState = "cancelled"
)

// Attestation is the word of somebody outside the school about one piece of
// evidence: a provider's, a supervisor's.
type Attestation struct {
	ID       AttestationID
	Evidence EvidenceID
	Version  int      // of the evidence, when it was asked and again when it was answered
	Asker    PersonID // who holds the link; empty for a request from before links
	Mentor   Mentor   // who was asked, in the asker's words
	Mail     string   // where the asker writes to them; may be empty
	Request  Request
	State    AttestationState
	Asked    time.Time
	Expires  time.Time // when the link runs out; zero where there is none
	Lapsed   bool      // it ran out unanswered, and the asker's journal says so
	Reply    Reply     // the zero Reply while asked
	Answered time.Time // zero while asked
}

// Mentor is somebody outside, by name or only by organisation.
type Mentor struct {
	Name         string
	Role         string // how they stand to the work: "workshop supervisor"
	Organisation string
}

// Title is how a list calls a mentor: by name, or by organisation.
func (m Mentor) Title() string {
	switch {
	case m.Name == "":
		return m.Organisation
	case m.Organisation == "":
		return m.Name
	}
	return m.Name + ", " + m.Organisation
}

// Request is what somebody outside is asked to confirm.
type Request struct {
	Reason    string   // a noun phrase for lists and audits: "120 hours"
	Statement string   // a sentence to confirm; may be empty
	Minutes   int      // time spent; 0 where it is not asked for
	Items     []ItemID // indicators of the evidence that they saw
	Files     []FileID // files of the evidence that they may open
}

// ReplyKind is what somebody outside does with a request.
type ReplyKind string

// The kinds of answers.
const (
	ReplyConfirm ReplyKind = "confirm"
	ReplyCorrect ReplyKind = "correct"
	ReplyDecline ReplyKind = "decline"
)

// ReplyMethod tells how an answer reached us.
type ReplyMethod string

// The ways in which answers come: the page behind the link, or a program of a
// provider that sent JSON to the same link.
const (
	AnsweredOnPage    ReplyMethod = "link"
	AnsweredByProgram ReplyMethod = "program"
)

// Reply is what somebody outside said, and who they said they are.
type Reply struct {
	Kind    ReplyKind
	By      Mentor
	Minutes int    // what counts, where time was asked for
	Words   string // the correction, or why not; may be empty for a confirmation
	Method  ReplyMethod
}

// Limits of attestations.
const (
	LinkDays       = 14
	MaxOpenAsked   = 5 // per piece of evidence
	maxHours       = 10_000
	minutesPerHour = 60
)

// AttestableStates are those of evidence about which somebody can be asked and
// can answer.
var AttestableStates = []EvidenceState{
	EvidenceDraft, EvidenceSubmitted, EvidenceInReview, EvidenceAccepted, EvidenceNeedsRevision, EvidenceDisputed,
}

// Attestable reports whether somebody outside can be asked about it.
func (e Evidence) Attestable() bool { return slices.Contains(AttestableStates, e.State) }

// Minutes turns hours as people write them into minutes; ok is false for what
// is no reasonable time.
func Minutes(hours float64) (minutes int, ok bool) {
	if !(hours >= 0 && hours <= maxHours) { // also what is no number
		return 0, false
	}
	return int(math.Round(hours * minutesPerHour)), true
}

// Check answers what is wrong with a request as its asker wrote it: somebody
// must be named, and something must be asked.
func (a Attestation) Check() []Field {
	var bad []Field
	bad = appendLength(bad, "/name", a.Mentor.Name, 0, maxShort, "Name who can confirm it")
	bad = appendLength(bad, "/role", a.Mentor.Role, 0, maxShort, "Say how they know the work")
	bad = appendLength(bad, "/organisation", a.Mentor.Organisation, 0, maxTitle, "Name the organisation")
	bad = appendLength(bad, "/statement", a.Request.Statement, 0, 2*maxTitle, "Say what they should confirm")
	if strings.TrimSpace(a.Mentor.Name+a.Mentor.Organisation) == "" {
		bad = append(bad, Field{"/name", "Name a person or an organisation."})
	}
	if strings.TrimSpace(a.Request.Statement) == "" && a.Request.Minutes == 0 && len(a.Request.Items) == 0 {
		bad = append(bad, Field{"/statement", "Ask for something: hours, a sentence, or what they saw you show."})
	}
	return bad
}

// Open reports whether the link of a request leads to a form at the moment.
func (a Attestation) Open(now time.Time) bool {
	return a.State == AttestationAsked && now.Before(a.Expires)
}

// CheckReply answers what is wrong with what somebody outside wrote.
func (a Attestation) CheckReply(in Reply) []Field {
	var bad []Field
	bad = appendLength(bad, "/name", in.By.Name, 2, maxShort, "Give your name")
	bad = appendLength(bad, "/role", in.By.Role, 1, maxShort, "Say what your role is")
	bad = appendLength(bad, "/organisation", in.By.Organisation, 0, maxTitle, "Name the organisation")
	bad = appendLength(bad, "/words", in.Words, 0, 4*maxTitle, "Write it")
	wordless := strings.TrimSpace(in.Words) == ""
	switch in.Kind {
	case ReplyConfirm:
	case ReplyCorrect:
		if wordless && (a.Request.Minutes == 0 || in.Minutes == a.Request.Minutes) {
			bad = append(bad, Field{"/words", "Say what is different, or change the hours."})
		}
	case ReplyDecline:
		if wordless {
			bad = append(bad, Field{"/words", "Say in a word why not, so that the learner understands."})
		}
	default:
		bad = append([]Field{{"/answer", "Choose one of the three."}}, bad...)
	}
	return bad
}

// Settle records what somebody outside said, once and while the link lasts.
// What they confirm counts as asked, what they correct as they said.
func (a *Attestation) Settle(in Reply, now time.Time) error {
	switch {
	case a.State == AttestationCancelled:
		return Refuse("This request was taken back. Nothing more is needed from you.")
	case a.State != AttestationAsked:
		return Refuse("This request has been answered already. Nothing was changed.")
	case !a.Open(now):
		return Refuse("This link has run out. Please ask for a new one.")
	}
	if bad := a.CheckReply(in); len(bad) > 0 {
		return Invalid(bad...)
	}
	switch in.Kind {
	case ReplyConfirm:
		in.Minutes = a.Request.Minutes
	case ReplyCorrect:
		if a.Request.Minutes == 0 {
			in.Minutes = 0
		}
	case ReplyDecline:
		in.Minutes = 0
	}
	a.State, a.Reply, a.Answered = AttestationConfirmed, in, now
	if in.Kind == ReplyDecline {
		a.State = AttestationDeclined
	}
	return nil
}

// Renew gives a request that nobody has answered a new term; the caller gives
// it a new link, and the old one dies.
func (a *Attestation) Renew(by PersonID, now time.Time) error {
	if a.State != AttestationAsked {
		return Refuse("This request is closed. Ask anew if you need to.")
	}
	a.Asker, a.Asked, a.Expires, a.Lapsed = by, now, now.AddDate(0, 0, LinkDays), false
	return nil
}

// Cancel takes a request back that nobody has answered.
func (a *Attestation) Cancel(now time.Time) error {
	if a.State != AttestationAsked {
		return Refuse("This request is closed already. Nothing was changed.")
	}
	a.State, a.Answered = AttestationCancelled, now
	return nil
}

// MayAskAlso answers nil if a request may be made beside those that there are:
// not too many at once, and the hours of one piece of only one person, so that
// none is counted twice.
func MayAskAlso(before []Attestation, a Attestation) error {
	open := 0
	for _, b := range before {
		if b.State == AttestationAsked {
			open++
		}
		counts := b.State == AttestationAsked && b.Request.Minutes > 0 || b.State == AttestationConfirmed && b.Reply.Minutes > 0
		if a.Request.Minutes > 0 && counts {
			return Refuse("The hours of this piece are asked of " + b.Mentor.Title() + " or confirmed by them already. Leave the hours out, or take the other request back.")
		}
	}
	if open >= MaxOpenAsked {
		return Refuse("Five people are asked about this piece already. Wait for one of them, or take a request back.")
	}
	return nil
}
