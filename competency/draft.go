package competency

import (
	"strings"
	"time"
)

// DraftState tells where a draft of a policy stands.
type DraftState string

// The states of a draft: draft → proposed → adopted; a proposal that is taken
// back is a draft again, and a draft can be dropped.
const (
	DraftOpen     DraftState = "draft"
	DraftProposed DraftState = "proposed"
	DraftAdopted  DraftState = "adopted"
	DraftDropped  DraftState = "dropped"
)

// PolicyDraft is a policy that is being written. One person proposes it in the
// words of a board, and another adopts it (domain invariant 4).
type PolicyDraft struct {
	ID       PolicyDraftID
	Title    string
	Text     string // as it is edited, YAML or JSON; need not be right
	Revision int    // counts savings, so that two who edit at once notice
	Beside   PolicyID
	State    DraftState
	BegunBy  PersonID
	Begun    time.Time
	SavedBy  PersonID
	Saved    time.Time
	// Board adopted it on a civil date; Hash is that of the document with both.
	Board, AdoptedOn string
	Hash             string
	ProposedBy       PersonID
	Proposed         time.Time
	ClosedBy         PersonID
	Closed           time.Time
	Policy           PolicyID // what came of it
}

// maxDraftTitle bounds what a draft is called.
const maxDraftTitle = 200

// Save keeps another text. ErrConflict while it is proposed or closed, and when
// somebody else saved since the revision that was edited.
func (p *PolicyDraft) Save(by PersonID, text string, revision int, now time.Time) error {
	if p.State != DraftOpen {
		return Refuse("This policy is proposed or closed, so its text stays as it is. Nothing was changed.")
	}
	if revision != p.Revision && by != p.SavedBy { // an answer that was lost is no second person
		return Refuse("Somebody else has saved this draft meanwhile. Your text was not saved; please look at theirs first.")
	}
	p.Text, p.Revision, p.SavedBy, p.Saved = text, revision+1, by, now
	return nil
}

// Propose offers the draft for adoption: the document of this hash, in the name
// of a board that adopted it on a civil date.
func (p *PolicyDraft) Propose(by PersonID, board, on, hash string, now time.Time) error {
	if p.State != DraftOpen {
		return Refuse("This policy is proposed already or closed. Nothing was changed.")
	}
	board = strings.TrimSpace(board)
	var bad []Field
	if board == "" || len(board) > maxDraftTitle {
		bad = append(bad, Field{"/board", "Say which board adopts the policy."})
	}
	if _, err := time.Parse(time.DateOnly, on); err != nil {
		bad = append(bad, Field{"/adopted_on", "Give the day of the board’s decision as year-month-day."})
	}
	if len(bad) > 0 {
		return Invalid(bad...)
	}
	p.State, p.Board, p.AdoptedOn, p.Hash, p.ProposedBy, p.Proposed = DraftProposed, board, on, hash, by, now
	return nil
}

// Adopt closes a proposal: by somebody else than who proposed it, who saw the
// document of this hash.
func (p *PolicyDraft) Adopt(by PersonID, seen string, as PolicyID, now time.Time) error {
	switch {
	case p.State != DraftProposed:
		return Refuse("This policy is not proposed for adoption. Nothing was changed.")
	case by == p.ProposedBy:
		return Forbidden("This step needs a second person; you did the one before it.")
	case seen != p.Hash:
		return Invalid(Field{"/hash", "The policy that you saw is not the one that is proposed. Please look at it again."})
	}
	p.State, p.ClosedBy, p.Closed, p.Policy = DraftAdopted, by, now, as
	return nil
}

// TakeBack makes a proposal a draft again.
func (p *PolicyDraft) TakeBack() error {
	if p.State != DraftProposed {
		return Refuse("This policy is not proposed for adoption. Nothing was changed.")
	}
	p.State, p.Board, p.AdoptedOn, p.Hash, p.ProposedBy, p.Proposed = DraftOpen, "", "", "", "", time.Time{}
	return nil
}

// Drop closes a draft that nobody wants.
func (p *PolicyDraft) Drop(by PersonID, now time.Time) error {
	if p.State != DraftOpen {
		return Refuse("This policy is proposed or closed. Nothing was changed.")
	}
	p.State, p.ClosedBy, p.Closed = DraftDropped, by, now
	return nil
}

// Includes reports whether every learner whom the other policy is for falls
// under this one too.
func (p PolicyVersion) Includes(o PolicyVersion) bool {
	within := func(from, to, oFrom, oTo int) bool {
		return (from == 0 || oFrom >= from) && (to == 0 || oTo != 0 && oTo <= to)
	}
	return within(p.EntryFrom, p.EntryTo, o.EntryFrom, o.EntryTo) && within(p.GraduationFrom, p.GraduationTo, o.GraduationFrom, o.GraduationTo) &&
		(p.School == "" || p.School == o.School) && (p.DiplomaType == "" || p.DiplomaType == o.DiplomaType)
}

// PolicyTrial is one pass over learners by a draft and by their own policy: who
// would change.
type PolicyTrial struct {
	ID       PolicyTrialID
	Draft    PolicyDraftID
	Document []byte // canonical JSON of the draft as it was tried
	Hash     string
	Year     int    // the learners of this class; 0 = everyone enrolled
	AsOf     string // civil date on which records are looked at
	Total    int
	Done     int
	Reached  PersonID
	// Counts is how many went from what to what: "not_met>met". A learner whom no
	// policy covers has been "none".
	Counts   map[string]int
	AskedBy  PersonID
	Asked    time.Time
	Finished time.Time // zero while it runs
}

// TrialChange is one learner for whom a draft would give another answer.
type TrialChange struct {
	Learner      PersonID
	Was, Becomes string
	Because      []TrialCause
}

// TrialCause is a requirement that stands differently.
type TrialCause struct {
	Requirement string `json:"requirement"`
	Title       string `json:"title"`
	From        string `json:"from,omitempty"`
	To          string `json:"to,omitempty"`
}
