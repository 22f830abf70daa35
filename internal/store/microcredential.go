package store

import (
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// microRow is one version of a micro-credential; a published one never changes.
type microRow struct {
	ID        competency.MicroCredentialID
	Tenant    competency.OrgID
	Org       competency.OrgID
	Slug      string
	Version   int
	State     competency.MicroState
	Anatomy   string // the JSON of competency.Anatomy
	Published *time.Time
	Created   time.Time
}

// TableName names the table.
func (microRow) TableName() string { return "micro_credential" }

func (r microRow) toMicro() (competency.MicroCredential, error) {
	m := competency.MicroCredential{
		ID: r.ID, Tenant: r.Tenant, Org: r.Org, Slug: r.Slug, Version: r.Version, State: r.State, Published: whenever(r.Published),
	}
	if err := json.Unmarshal([]byte(r.Anatomy), &m.Anatomy); err != nil {
		return m, fmt.Errorf("reading micro-credential %s: %w", r.ID, err)
	}
	return m, nil
}

func toMicros(q *gorm.DB) ([]competency.MicroCredential, error) {
	var rows []microRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]competency.MicroCredential, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.toMicro(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// AddMicroCredential adds a version and answers it with its id and tenant. A
// slug that another tenant uses, or a version that is there, is ErrConflict.
func (sc *Scope) AddMicroCredential(m competency.MicroCredential) (competency.MicroCredential, error) {
	anatomy, err := json.Marshal(m.Anatomy)
	if err != nil {
		return m, fmt.Errorf("writing micro-credential %s: %w", m.Slug, err)
	}
	m.ID, m.Tenant = competency.MicroCredentialID(sc.ID()), sc.tenant
	return m, sc.add(&microRow{
		ID: m.ID, Tenant: sc.tenant, Org: m.Org, Slug: m.Slug, Version: m.Version, State: m.State,
		Anatomy: string(anatomy), Published: perhaps(m.Published), Created: sc.Now(),
	})
}

// MicroCredential answers one version.
func (sc *Scope) MicroCredential(id competency.MicroCredentialID) (competency.MicroCredential, error) {
	var row microRow
	if err := sc.rows(&row).Where("id = ?", id).Take(&row).Error; err != nil {
		return competency.MicroCredential{}, err
	}
	return row.toMicro()
}

// MicroCredentials answers the versions with the ids, in no order.
func (sc *Scope) MicroCredentials(ids []competency.MicroCredentialID) ([]competency.MicroCredential, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return toMicros(sc.rows(&microRow{}).Where("id IN ?", ids))
}

// LastVersion answers the highest version of a slug in this tenant; 0 if there is none.
func (sc *Scope) LastVersion(slug string) (version int, err error) {
	err = sc.rows(&microRow{}).Where("slug = ?", slug).Select("COALESCE(MAX(version), 0)").Scan(&version).Error
	return version, err
}

// PublishedVersion answers one published version of a slug in this tenant.
func (sc *Scope) PublishedVersion(slug string, version int) (competency.MicroCredential, error) {
	var row microRow
	err := sc.rows(&row).Where("slug = ? AND version = ? AND state = ?", slug, version, competency.MicroPublished).Take(&row).Error
	if err != nil {
		return competency.MicroCredential{}, err
	}
	return row.toMicro()
}

// PublishedOf answers the published versions of one organisation, by slug, the
// newest first.
func (sc *Scope) PublishedOf(org competency.OrgID) ([]competency.MicroCredential, error) {
	return toMicros(sc.rows(&microRow{}).Where("org = ? AND state = ?", org, competency.MicroPublished).Order("slug, version DESC").Limit(500))
}

// Catalogue answers the newest published version of every micro-credential of
// every tenant, by slug. It needs ReadAll.
func (tx *Tx) Catalogue() ([]competency.MicroCredential, error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	newest := tx.db().Model(&microRow{}).Select("slug, MAX(version)").Where("state = ?", competency.MicroPublished).Group("slug")
	return toMicros(tx.db().Model(&microRow{}).Where("(slug, version) IN (?)", newest).Order("slug").Limit(500))
}

// PublishedMicroCredential answers a published version of any tenant, the
// newest for version 0. It needs ReadAll.
func (tx *Tx) PublishedMicroCredential(slug string, version int) (competency.MicroCredential, error) {
	if err := tx.across(); err != nil {
		return competency.MicroCredential{}, err
	}
	q := tx.db().Model(&microRow{}).Where("slug = ? AND state = ?", slug, competency.MicroPublished)
	if version != 0 {
		q = q.Where("version = ?", version)
	}
	var row microRow
	if err := q.Order("version DESC").Take(&row).Error; err != nil {
		return competency.MicroCredential{}, err
	}
	return row.toMicro()
}
