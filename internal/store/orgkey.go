package store

import (
	"time"

	"laurel/competency"
)

// OrgKey is a signing key of an organisation with both its halves.
type OrgKey struct {
	competency.SigningKey
	JWK    string // the public half
	Sealed []byte // the private half under the key-encryption key; empty where a module keeps it
}

// orgKeyRow is a signing key; its id is the thumbprint.
type orgKeyRow struct {
	ID          string
	Tenant      competency.OrgID
	Org         competency.OrgID
	Alg         string
	Jwk         string
	Sealed      []byte
	Keeper      competency.KeyKeeper
	State       competency.KeyState
	Created     time.Time
	Activated   *time.Time
	Retired     *time.Time
	Compromised *time.Time
}

// TableName names the table.
func (orgKeyRow) TableName() string { return "org_key" }

func (r orgKeyRow) toKey() OrgKey {
	return OrgKey{
		SigningKey: competency.SigningKey{
			Thumbprint: r.ID, Org: r.Org, Alg: r.Alg, Keeper: r.Keeper, State: r.State, Created: utc(r.Created),
			Activated: whenever(r.Activated), Retired: whenever(r.Retired), Compromised: whenever(r.Compromised),
		},
		JWK: r.Jwk, Sealed: r.Sealed,
	}
}

// AddKey keeps a key of one of the tenant's organisations. A second active key
// of one algorithm is ErrConflict.
func (sc *Scope) AddKey(k OrgKey) error {
	row := orgKeyRow{
		ID: k.Thumbprint, Tenant: sc.tenant, Org: k.Org, Alg: k.Alg, Jwk: k.JWK, Sealed: append([]byte{}, k.Sealed...), Keeper: k.Keeper,
		State: k.State, Created: utc(k.Created), Activated: perhaps(k.Activated), Retired: perhaps(k.Retired),
		Compromised: perhaps(k.Compromised),
	}
	return sc.add(&row)
}

// AgeKey keeps a key's next state and its times. ErrNotFound if another
// transaction changed the state in between.
func (sc *Scope) AgeKey(k competency.SigningKey, from competency.KeyState) error {
	return oneRow(sc.rows(&orgKeyRow{}).Where("id = ? AND state = ?", k.Thumbprint, from).Updates(map[string]any{
		"state": k.State, "activated": perhaps(k.Activated), "retired": perhaps(k.Retired), "compromised": perhaps(k.Compromised),
	}))
}

// Keys answers an organisation's keys, the oldest first.
func (sc *Scope) Keys(org competency.OrgID) ([]OrgKey, error) {
	var rows []orgKeyRow
	err := sc.rows(&orgKeyRow{}).Where("org = ?", org).Order("created, id").Find(&rows).Error
	return toKeys(rows), err
}

// Key answers one of the tenant's keys without its private half.
func (sc *Scope) Key(thumbprint string) (OrgKey, error) {
	var row orgKeyRow
	err := sc.rows(&row).Omit("sealed").Where("id = ?", thumbprint).Take(&row).Error
	return row.toKey(), err
}

// CompromisedOf answers the thumbprints of an organisation's compromised keys.
// Until the transaction ends no other key of it joins them.
func (sc *Scope) CompromisedOf(org competency.OrgID) ([]string, error) {
	var rows []orgKeyRow
	err := sc.rows(&orgKeyRow{}).Select("id", "state").Where("org = ?", org).Clauses(forShare).Find(&rows).Error
	var spoilt []string
	for _, r := range rows {
		if r.State == competency.KeyCompromised {
			spoilt = append(spoilt, r.ID)
		}
	}
	return spoilt, err
}

// TenantKeys answers the keys of the tenant's organisations without their
// private halves, the oldest first.
func (sc *Scope) TenantKeys() ([]OrgKey, error) {
	var rows []orgKeyRow
	err := sc.rows(&orgKeyRow{}).Omit("sealed").Order("created, id").Find(&rows).Error
	return toKeys(rows), err
}

// EveryKey answers the keys of every organisation without their private
// halves, the oldest first. Needs ReadAll or InAll.
func (tx *Tx) EveryKey() ([]OrgKey, error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	var rows []orgKeyRow
	err := tx.db().Model(&orgKeyRow{}).Omit("sealed").Order("created, id").Find(&rows).Error
	return toKeys(rows), err
}

func toKeys(rows []orgKeyRow) []OrgKey {
	keys := make([]OrgKey, len(rows))
	for i, r := range rows {
		keys[i] = r.toKey()
	}
	return keys
}

// EveryOrg answers the organisations of every tenant by slug. Needs ReadAll or InAll.
func (tx *Tx) EveryOrg() ([]competency.Org, error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	var rows []orgRow
	if err := tx.db().Model(&orgRow{}).Order("slug").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Org, len(rows))
	for i, r := range rows {
		all[i] = r.toOrg()
	}
	return all, nil
}
