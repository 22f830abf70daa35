package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// kinshipRow is a family tie; one is the smaller id, since it holds both ways.
type kinshipRow struct {
	ID         string
	Tenant     competency.OrgID
	One        competency.PersonID
	Other      competency.PersonID
	DeclaredBy competency.PersonID
	Declared   time.Time
	EndedBy    *competency.PersonID
	Ended      *time.Time
}

// TableName names the table.
func (kinshipRow) TableName() string { return "kinship" }

func (r kinshipRow) toKinship() competency.Kinship {
	return competency.Kinship{
		ID: r.ID, Of: r.One, And: r.Other, DeclaredBy: r.DeclaredBy, Declared: utc(r.Declared), EndedBy: orEmpty(r.EndedBy), Ended: whenever(r.Ended),
	}
}

// AddKinship keeps a family tie under a new id. One that holds already is
// ErrConflict; a person who is not the tenant's is ErrNotFound.
func (sc *Scope) AddKinship(k competency.Kinship) (competency.Kinship, error) {
	k.ID = sc.ID()
	k.Of, k.And = min(k.Of, k.And), max(k.Of, k.And)
	row := kinshipRow{k.ID, sc.tenant, k.Of, k.And, k.DeclaredBy, utc(k.Declared), orNull(k.EndedBy), perhaps(k.Ended)}
	if err := sc.add(&row); err != nil {
		return k, fmt.Errorf("declaring a family tie: %w", err)
	}
	return k, nil
}

// EndKinship ends a tie that holds; ErrNotFound if it does not.
func (sc *Scope) EndKinship(id string, by competency.PersonID) error {
	return oneRow(sc.rows(&kinshipRow{}).Where("id = ? AND ended IS NULL", id).Updates(map[string]any{"ended_by": by, "ended": sc.Now()}))
}

// Kinship answers one tie.
func (sc *Scope) Kinship(id string) (competency.Kinship, error) {
	var row kinshipRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toKinship(), err
}

// KinOf answers a person's family as far as it was declared and holds.
func (sc *Scope) KinOf(person competency.PersonID) ([]competency.PersonID, error) {
	all, err := sc.KinOfAll([]competency.PersonID{person})
	return all[person], err
}

// KinOfAll answers the families of some people, in one query.
func (sc *Scope) KinOfAll(people []competency.PersonID) (map[competency.PersonID][]competency.PersonID, error) {
	var rows []kinshipRow
	if err := sc.standingKin().Where("(one IN ? OR other IN ?)", people, people).Order("one, other").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := map[competency.PersonID][]competency.PersonID{}
	for _, r := range rows {
		all[r.One], all[r.Other] = append(all[r.One], r.Other), append(all[r.Other], r.One)
	}
	return all, nil
}

// Kinships answers the ties that hold and that somebody has declared or is part
// of, or all of the tenant for an empty person, the newest first.
func (sc *Scope) Kinships(person competency.PersonID) ([]competency.Kinship, error) {
	q := sc.standingKin()
	if person != "" {
		q = q.Where("(one = ? OR other = ? OR declared_by = ?)", person, person, person)
	}
	return kinships(q)
}

func (sc *Scope) standingKin() *gorm.DB { return sc.rows(&kinshipRow{}).Where("ended IS NULL") }

func kinships(q *gorm.DB) ([]competency.Kinship, error) {
	var rows []kinshipRow
	if err := q.Order("declared DESC, id").Limit(500).Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Kinship, len(rows))
	for i, r := range rows {
		all[i] = r.toKinship()
	}
	return all, nil
}
