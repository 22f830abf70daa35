package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// groupMemberRow is somebody's part in a group's work.
type groupMemberRow struct {
	Tenant   competency.OrgID
	Evidence competency.EvidenceID
	Person   competency.PersonID
	State    competency.MemberState
	Piece    *competency.EvidenceID
	Invited  time.Time
	Answered *time.Time
}

// TableName names the table.
func (groupMemberRow) TableName() string { return "group_member" }

func (r groupMemberRow) toMember() competency.GroupMember {
	return competency.GroupMember{
		Evidence: r.Evidence, Person: r.Person, State: r.State, Piece: orEmpty(r.Piece), Invited: utc(r.Invited), Answered: whenever(r.Answered),
	}
}

// AddMembers keeps invitations. Somebody who was asked already is ErrConflict.
func (sc *Scope) AddMembers(all []competency.GroupMember) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]groupMemberRow, len(all))
	for i, m := range all {
		rows[i] = groupMemberRow{sc.tenant, m.Evidence, m.Person, m.State, orNull(m.Piece), utc(m.Invited), perhaps(m.Answered)}
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("inviting to a group: %w", err)
	}
	return nil
}

// SetMember writes how somebody answered.
func (sc *Scope) SetMember(m competency.GroupMember) error {
	return oneRow(sc.rows(&groupMemberRow{}).Where("evidence = ? AND person = ?", m.Evidence, m.Person).Updates(map[string]any{
		"state": m.State, "piece": orNull(m.Piece), "answered": perhaps(m.Answered),
	}))
}

// Members answers who was asked to join the group of a first piece, in the
// order of the invitations.
func (sc *Scope) Members(first competency.EvidenceID) ([]competency.GroupMember, error) {
	return members(sc.rows(&groupMemberRow{}).Where("evidence = ?", first))
}

// Invitations answers the groups that somebody was asked to join and has not
// answered.
func (sc *Scope) Invitations(person competency.PersonID) ([]competency.GroupMember, error) {
	return members(sc.rows(&groupMemberRow{}).Where("person = ? AND state = ?", person, competency.MemberInvited))
}

func members(q *gorm.DB) ([]competency.GroupMember, error) {
	var rows []groupMemberRow
	if err := q.Order("invited, person").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.GroupMember, len(rows))
	for i, r := range rows {
		all[i] = r.toMember()
	}
	return all, nil
}
