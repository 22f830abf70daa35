package competency

import (
	"slices"
	"time"
)

// MemberState tells how somebody stands to a group's work.
type MemberState string

// The states of membership. Who made the first piece is a member without a row.
const (
	MemberInvited  MemberState = "invited"
	MemberJoined   MemberState = "joined"
	MemberDeclined MemberState = "declined"
)

// MaxMembers is how many people may be asked to join one group's work.
const MaxMembers = 11

// GroupMember is one person's part in a group's work. Each member who joined
// has a piece of evidence of their own: own words, own reflection, own
// indicators, own judgment (mission row 76). What the group shares, its words,
// files and links, stands on the first piece.
type GroupMember struct {
	Evidence EvidenceID // the first piece
	Person   PersonID
	State    MemberState
	Piece    EvidenceID // the member's own; empty until they join
	Invited  time.Time
	Answered time.Time // zero while invited
}

// Invite answers the members to add to the group of a first piece. Who is a
// member already is left out; the owner cannot be asked.
func Invite(first Evidence, members []GroupMember, people []PersonID, now time.Time) ([]GroupMember, error) {
	switch {
	case first.PartOf != "":
		return nil, Refuse("This is one part of a group's work. Whoever began it invites the others.")
	case first.State == EvidenceWithdrawn || first.State == EvidenceSetAside:
		return nil, Refuse("This piece of evidence is " + first.State.words() + "; nobody can join it now.")
	}
	var added []GroupMember
	for _, p := range people {
		if p == first.Owner {
			return nil, Invalid(Field{"/person", "You are in the group already; ask somebody else."})
		}
		has := func(m GroupMember) bool { return m.Person == p }
		if slices.ContainsFunc(members, has) || slices.ContainsFunc(added, has) {
			continue
		}
		added = append(added, GroupMember{Evidence: first.ID, Person: p, State: MemberInvited, Invited: now})
	}
	if len(members)+len(added) > MaxMembers {
		return nil, Invalid(Field{"/person", "A group has at most twelve members."})
	}
	return added, nil
}

// Answer joins the group with a piece of one's own, or declines, once.
func (m *GroupMember) Answer(piece EvidenceID, now time.Time) error {
	if m.State != MemberInvited {
		return Refuse("This invitation has been answered already.")
	}
	m.State, m.Piece, m.Answered = MemberDeclined, piece, now
	if piece != "" {
		m.State = MemberJoined
	}
	return nil
}

// PieceFor is the draft with which somebody joins: the frame of the first
// piece, without a word of its owner's.
func (e Evidence) PieceFor(id EvidenceID, owner PersonID, school OrgID, now time.Time) Evidence {
	return Evidence{
		ID: id, School: school, Owner: owner, Task: e.Task, Title: e.Title, Route: e.Route, Context: e.Context, Provider: e.Provider,
		Began: e.Began, Ended: e.Ended, Proposed: e.Proposed, PartOf: e.ID, Items: slices.Clone(e.Items),
		State: EvidenceDraft, Version: 1, Created: now,
	}
}
