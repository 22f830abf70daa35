package store

import (
	"encoding/json"
	"fmt"
	"time"

	"laurel/competency"
)

// awardRow is a decision; rows never change.
type awardRow struct {
	ID        string    `gorm:"column:id"`
	Tenant    string    `gorm:"column:tenant"`
	Org       string    `gorm:"column:org"`
	Person    string    `gorm:"column:person"`
	Kind      string    `gorm:"column:kind"`
	Basis     string    `gorm:"column:basis"`
	Achieved  string    `gorm:"column:achieved"` // the JSON of competency.Achieved; a test pins its members
	DecidedBy string    `gorm:"column:decided_by"`
	Decided   time.Time `gorm:"column:decided"`
	Conferred string    `gorm:"column:conferred"`
}

// TableName is the table of awards.
func (awardRow) TableName() string { return "award" }

func toAward(r awardRow) (competency.Award, error) {
	a := competency.Award{
		ID: competency.AwardID(r.ID), Tenant: competency.OrgID(r.Tenant), Org: competency.OrgID(r.Org),
		Person: competency.PersonID(r.Person), Kind: competency.AwardKind(r.Kind), Basis: r.Basis,
		DecidedBy: competency.PersonID(r.DecidedBy), Decided: utc(r.Decided), Conferred: r.Conferred,
	}
	if err := json.Unmarshal([]byte(r.Achieved), &a.Achieved); err != nil {
		return a, fmt.Errorf("reading what award %s is about: %w", r.ID, err)
	}
	return a, nil
}

// AddAward keeps a decision. Its tenant is the scope's. A second award on the
// same basis is ErrConflict.
func (sc *Scope) AddAward(a competency.Award) error { return sc.AddAwards([]competency.Award{a}) }

// AddAwards keeps decisions that are made together, all or none.
func (sc *Scope) AddAwards(list []competency.Award) error {
	rows := make([]awardRow, len(list))
	for i, a := range list {
		achieved, err := json.Marshal(a.Achieved)
		if err != nil {
			return fmt.Errorf("writing what award %s is about: %w", a.ID, err)
		}
		rows[i] = awardRow{
			ID: string(a.ID), Tenant: string(sc.tenant), Org: string(a.Org), Person: string(a.Person),
			Kind: string(a.Kind), Basis: a.Basis, Achieved: string(achieved),
			DecidedBy: string(a.DecidedBy), Decided: utc(a.Decided), Conferred: a.Conferred,
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return sc.add(&rows)
}

// Award answers one decision.
func (sc *Scope) Award(id competency.AwardID) (competency.Award, error) {
	var r awardRow
	if err := sc.rows(&awardRow{}).Where("id = ?", string(id)).Take(&r).Error; err != nil {
		return competency.Award{}, err
	}
	return toAward(r)
}

// Awards answers the decisions with the ids, in no order; those that are not
// the tenant's are left out.
func (sc *Scope) Awards(ids []competency.AwardID) ([]competency.Award, error) {
	return sc.awards("id IN ?", texts(ids))
}

// AwardsOf answers a person's awards, the newest first.
func (sc *Scope) AwardsOf(person competency.PersonID) ([]competency.Award, error) {
	return sc.awards("person = ?", string(person))
}

func (sc *Scope) awards(condition string, value any) ([]competency.Award, error) {
	var rows []awardRow
	if err := sc.rows(&awardRow{}).Where(condition, value).Order("decided DESC, id DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]competency.Award, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = toAward(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// texts turns ids into plain texts for a condition.
func texts[T ~string](ids []T) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	return list
}
