package store

import (
	"encoding/json"
	"fmt"
	"time"

	"laurel/competency"
)

// RegistryEntry says that one organisation vouches for another, which may be
// of another tenant: a state vouches for a district.
type RegistryEntry struct {
	Org   competency.OrgID // vouched for
	By    competency.OrgID // one of the tenant's
	Types []string         // achievement types; empty for all
	From  time.Time
	Until time.Time // zero while it lasts
}

// registryRow is an entry of the registry.
type registryRow struct {
	ID     string
	Tenant competency.OrgID
	Org    competency.OrgID
	ByOrg  competency.OrgID
	Types  string // JSON list
	Since  time.Time
	Until  *time.Time
}

// TableName names the table.
func (registryRow) TableName() string { return "registry_entry" }

// AddVouching keeps an entry of the registry; ErrConflict if it vouches already.
func (sc *Scope) AddVouching(e RegistryEntry) error {
	types, err := json.Marshal(append([]string{}, e.Types...))
	if err != nil {
		return fmt.Errorf("writing a registry entry: %w", err)
	}
	row := registryRow{
		ID: sc.ID(), Tenant: sc.tenant, Org: e.Org, ByOrg: e.By, Types: string(types), Since: utc(e.From), Until: perhaps(e.Until),
	}
	return sc.add(&row)
}

// EndVouching ends what lasts of by's word for org; ErrNotFound if there is nothing.
func (sc *Scope) EndVouching(org, by competency.OrgID) error {
	return oneRow(sc.rows(&registryRow{}).Where("org = ? AND by_org = ? AND until IS NULL", org, by).
		Updates(map[string]any{"until": sc.Now()}))
}

// EveryVouching answers the registry of every tenant, the oldest first. Needs ReadAll or InAll.
func (tx *Tx) EveryVouching() ([]RegistryEntry, error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	var rows []registryRow
	if err := tx.db().Model(&registryRow{}).Order("since, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]RegistryEntry, len(rows))
	for i, r := range rows {
		list[i] = RegistryEntry{Org: r.Org, By: r.ByOrg, From: utc(r.Since), Until: whenever(r.Until)}
		if err := json.Unmarshal([]byte(r.Types), &list[i].Types); err != nil {
			return nil, fmt.Errorf("reading registry entry %s: %w", r.ID, err)
		}
	}
	return list, nil
}
