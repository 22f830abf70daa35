package store

import (
	"encoding/json"
	"fmt"
	"time"

	"laurel/competency"
)

// awardRow is a decision; rows never change.
type awardRow struct {
	ID        competency.AwardID
	Tenant    competency.OrgID
	Org       competency.OrgID
	Person    competency.PersonID
	Kind      competency.AwardKind
	Basis     string
	Achieved  string // the JSON of competency.Achieved; a test pins its members
	DecidedBy competency.PersonID
	Decided   time.Time
	Conferred string
}

// TableName names the table.
func (awardRow) TableName() string { return "award" }

func (r awardRow) toAward() (competency.Award, error) {
	a := competency.Award{
		ID: r.ID, Tenant: r.Tenant, Org: r.Org, Person: r.Person, Kind: r.Kind, Basis: r.Basis,
		DecidedBy: r.DecidedBy, Decided: utc(r.Decided), Conferred: r.Conferred,
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
			ID: a.ID, Tenant: sc.tenant, Org: a.Org, Person: a.Person, Kind: a.Kind, Basis: a.Basis,
			Achieved: string(achieved), DecidedBy: a.DecidedBy, Decided: utc(a.Decided), Conferred: a.Conferred,
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
	if err := sc.rows(&awardRow{}).Where("id = ?", id).Take(&r).Error; err != nil {
		return competency.Award{}, err
	}
	return r.toAward()
}

// Awards answers the decisions with the ids, in no order; those that are not
// the tenant's are left out.
func (sc *Scope) Awards(ids []competency.AwardID) ([]competency.Award, error) {
	return sc.awards("id IN ?", ids)
}

// AwardsOf answers a person's awards, the newest first.
func (sc *Scope) AwardsOf(person competency.PersonID) ([]competency.Award, error) {
	return sc.awards("person = ?", person)
}

// RecordsOn answers the ids of the awards of records that hold the diplomas
// awarded, in the order of their own ids.
func (sc *Scope) RecordsOn(diplomas []competency.AwardID) (ids []competency.AwardID, err error) {
	err = sc.rows(&awardRow{}).Where("kind = ? AND basis IN ?", competency.RecordAward, diplomas).Order("id").Pluck("id", &ids).Error
	return ids, err
}

func (sc *Scope) awards(condition string, value any) ([]competency.Award, error) {
	var rows []awardRow
	if err := sc.rows(&awardRow{}).Where(condition, value).Order("decided DESC, id DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]competency.Award, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.toAward(); err != nil {
			return nil, err
		}
	}
	return list, nil
}
