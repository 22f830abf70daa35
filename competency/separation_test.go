package competency

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// judging are the acts by which somebody judges, attests, confirms or approves
// what a person has done.
var judging = []Act{
	JudgeEvidence, ConfirmLevel, ReopenLevel, AnswerAttestation, DisputeEvidence, DecideDispute, CloseReviewTask, DecideApproval,
	DecideOutside, AnswerRequest, NoteHabit, OpenPanel, ScorePanel, DecidePanel, ImportHistory, AssignReview, ScoreReview,
	IssueTranscript, OpenRevocation, ConfirmRevocation, EnterRecord, WithdrawRecord, ProposeException, ApproveException,
	RefuseException, EndException,
}

// seconds are the acts that take another person than the one before them.
var seconds = []Act{ApproveDiplomas, ConfirmRevocation, AdoptPolicy, ApproveException, RefuseException, DecideDispute}

// drawActor makes somebody with any roles at the school or above it, who may
// hold the subject's link, and the subject, given to anybody.
func drawActor(t *rapid.T, now time.Time) (Actor, Subject) {
	people := rapid.SampledFrom([]PersonID{"a", "b", "c"})
	who := Actor{
		Account: "account", Person: people.Draw(t, "person"), Tenant: "t", Authenticated: now,
		Staffed: map[OrgID][]Role{"school": rapid.SliceOfDistinct(rapid.SampledFrom(StaffRoles), rapid.ID[Role]).Draw(t, "roles")},
		Link:    rapid.SampledFrom([]string{"", "s"}).Draw(t, "link"),
	}
	on := Subject{
		ID: "s", Org: "school", Owner: people.Draw(t, "owner"),
		Assigned: rapid.SliceOf(people).Draw(t, "assigned"), Before: rapid.SliceOf(people).Draw(t, "before"),
	}
	return who, on
}

// Whatever roles, tasks and links somebody has, they do not judge, attest,
// confirm or approve what is theirs or their family's (domain invariant 3).
func TestNobodyJudgesTheirOwn(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	allowed := 0
	rapid.Check(t, func(t *rapid.T) {
		who, on := drawActor(t, now)
		who.Kin = rapid.SliceOf(rapid.SampledFrom([]PersonID{"a", "b", "c"})).Draw(t, "kin")
		act := rapid.SampledFrom(judging).Draw(t, "act")
		if !AsksForKin(act) {
			t.Fatalf("%s is done without a look at the family", act)
		}
		err := May(who, act, on, now)
		if tied := who.Person == on.Owner || slices.Contains(who.Kin, on.Owner); tied && err == nil {
			t.Fatalf("%s of %s by %+v", act, on.Owner, who)
		}
		if err == nil {
			allowed++
		}
	})
	if allowed == 0 {
		t.Error("nobody at all may judge")
	}
}

// Who took the step before does not take the one that needs a second person,
// whatever their roles are (domain invariant 4).
func TestASecondPersonIsAnother(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	allowed := 0
	rapid.Check(t, func(t *rapid.T) {
		who, on := drawActor(t, now)
		act := rapid.SampledFrom(seconds).Draw(t, "act")
		err := May(who, act, on, now)
		if err == nil && slices.Contains(on.Before, who.Person) {
			t.Fatalf("%s twice by %s", act, who.Person)
		}
		if err == nil {
			allowed++
		}
		by := rapid.SampledFrom([]PersonID{"a", "b"})
		list := Batch{State: BatchCertified, ListHash: "h", CertifiedBy: by.Draw(t, "certifier")}
		approver := by.Draw(t, "approver")
		if err := list.Approve(approver, "h", nil, nil, now); (err == nil) == (approver == list.CertifiedBy) {
			t.Fatalf("certified by %s, approved by %s: %v", list.CertifiedBy, approver, err)
		}
	})
	if allowed == 0 {
		t.Error("nobody at all may be the second")
	}
}

// A diploma rests on an audit only where it is done and says the same policy
// and facts as the rules say now (domain invariant 1).
func TestADiplomaRestsOnWhatHoldsNow(t *testing.T) {
	t.Parallel()
	draw := rapid.Custom(func(t *rapid.T) *AuditRecord {
		hash := rapid.SampledFrom([]string{"x", "y"})
		return &AuditRecord{
			PolicyHash: hash.Draw(t, "policy"), FactsHash: hash.Draw(t, "facts"),
			State: rapid.SampledFrom([]AuditState{AuditMet, AuditWaived, AuditNotMet, AuditPending}).Draw(t, "state"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		perhaps := rapid.OneOf(rapid.Just[*AuditRecord](nil), draw, draw, draw)
		audited, now := perhaps.Draw(t, "audited"), perhaps.Draw(t, "now")
		sound := audited != nil && now != nil && audited.PolicyHash == now.PolicyHash && audited.FactsHash == now.FactsHash && now.State.Done()
		if rests := Hold(audited, now) == ""; rests != sound {
			t.Fatalf("%+v against %+v: a diploma rests on it: %v", audited, now, rests)
		}
	})
}

// A member of a panel, also one who comes by a link, is never the learner, and
// what one said is said once (domain invariants 3 and 5).
func TestAPanelHearsEachMemberOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SampledFrom([]PersonID{"learner", "a", "b", "c"})
		p := Panel{Learner: "learner", Kind: "exhibition", State: PanelOpen, Pieces: []EvidenceID{"e"}}
		for _, id := range rapid.SliceOfDistinct(people, rapid.ID[PersonID]).Draw(t, "members") {
			p.Members = append(p.Members, PanelMember{Person: id, Outside: rapid.Bool().Draw(t, "outside")})
		}
		if len(p.Check()) == 0 && slices.ContainsFunc(p.Members, func(m PanelMember) bool { return m.Person == p.Learner }) {
			t.Fatal("the learner sits on their own panel")
		}
		for range rapid.IntRange(0, 8).Draw(t, "turns") {
			by := people.Draw(t, "by")
			spoke := len(p.ScoresOf(by)) > 0
			err := p.MayScore(by)
			if spoke && !errors.Is(err, ErrConflict) {
				t.Fatalf("%s speaks twice: %v", by, err)
			}
			if err == nil {
				p.Scores = append(p.Scores, PanelScore{Person: by, Item: "i", Level: 3})
			}
		}
	})
}
