package store

import (
	"time"

	"laurel/competency"
)

// KeyState tells what a key may do.
type KeyState string

// The states of a key: active signs, retired only verifies, compromised does neither.
const (
	KeyPending     KeyState = "pending"
	KeyActive      KeyState = "active"
	KeyRetired     KeyState = "retired"
	KeyCompromised KeyState = "compromised"
)

// OrgKey is a signing key of an organisation. The private half is sealed.
type OrgKey struct {
	Thumbprint string // RFC 7638, SHA-256
	Org        competency.OrgID
	Alg        string
	JWK        string // the public half
	Sealed     []byte // the private half under the key-encryption key
	State      KeyState
	Created    time.Time
	Activated  time.Time // zero while pending
	Retired    time.Time // zero until retired or compromised
}

// orgKeyRow is a signing key; its id is the thumbprint.
type orgKeyRow struct {
	ID        string
	Tenant    competency.OrgID
	Org       competency.OrgID
	Alg       string
	Jwk       string
	Sealed    []byte
	State     KeyState
	Created   time.Time
	Activated *time.Time
	Retired   *time.Time
}

// TableName names the table.
func (orgKeyRow) TableName() string { return "org_key" }

func (r orgKeyRow) toKey() OrgKey {
	return OrgKey{
		Thumbprint: r.ID, Org: r.Org, Alg: r.Alg, JWK: r.Jwk, Sealed: r.Sealed, State: r.State,
		Created: utc(r.Created), Activated: whenever(r.Activated), Retired: whenever(r.Retired),
	}
}

// AddKey keeps a key of one of the tenant's organisations. A second active key
// of one algorithm is ErrConflict.
func (sc *Scope) AddKey(k OrgKey) error {
	row := orgKeyRow{
		ID: k.Thumbprint, Tenant: sc.tenant, Org: k.Org, Alg: k.Alg, Jwk: k.JWK, Sealed: k.Sealed, State: k.State,
		Created: utc(k.Created), Activated: perhaps(k.Activated), Retired: perhaps(k.Retired),
	}
	return sc.add(&row)
}

// Keys answers an organisation's keys, the oldest first.
func (sc *Scope) Keys(org competency.OrgID) ([]OrgKey, error) {
	var rows []orgKeyRow
	err := sc.rows(&orgKeyRow{}).Where("org = ?", org).Order("created, id").Find(&rows).Error
	return toKeys(rows), err
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
