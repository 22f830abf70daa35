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
	ID     string
	Tenant competency.OrgID // of By
	Org    competency.OrgID // vouched for
	By     competency.OrgID // one of the tenant's
	Types  []string         // achievement types; empty for all
	From   time.Time
	Until  time.Time // zero while it lasts
	// Endorsement is By's signed word, or nil where it has not been signed.
	Endorsement *Endorsement
}

// Endorsement is the signed word of an organisation for another, in both forms.
// Its document keeps its identifier when it is signed again.
type Endorsement struct {
	Entry    string // of the registry
	Document string // urn:uuid:
	// Version counts signatures; SaveEndorsement is given the one before, zero for none.
	Version               int64
	Token                 string
	Embedded              []byte
	TokenKey, EmbeddedKey string // thumbprints
	Signed, ValidUntil    time.Time
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

// endorsementRow is the signed word that belongs to an entry.
type endorsementRow struct {
	Entry       string
	Tenant      competency.OrgID
	Document    string
	Version     int64
	Token       string
	Embedded    []byte
	TokenKey    string
	EmbeddedKey string
	Signed      time.Time
	ValidUntil  time.Time
}

// TableName names the table.
func (endorsementRow) TableName() string { return "endorsement" }

func (r endorsementRow) toEndorsement() *Endorsement {
	return &Endorsement{
		Entry: r.Entry, Document: r.Document, Version: r.Version, Token: r.Token, Embedded: r.Embedded,
		TokenKey: r.TokenKey, EmbeddedKey: r.EmbeddedKey, Signed: utc(r.Signed), ValidUntil: utc(r.ValidUntil),
	}
}

// AddVouching keeps an entry of the registry and answers it with its id;
// ErrConflict if By vouches for Org already.
func (sc *Scope) AddVouching(e RegistryEntry) (RegistryEntry, error) {
	types, err := json.Marshal(append([]string{}, e.Types...))
	if err != nil {
		return e, fmt.Errorf("writing a registry entry: %w", err)
	}
	e.ID, e.Tenant, e.From = sc.ID(), sc.tenant, utc(e.From)
	row := registryRow{
		ID: e.ID, Tenant: sc.tenant, Org: e.Org, ByOrg: e.By, Types: string(types), Since: e.From, Until: perhaps(e.Until),
	}
	return e, sc.add(&row)
}

// EndVouching ends what lasts of by's word for org at a time; ErrNotFound if there is nothing.
func (sc *Scope) EndVouching(org, by competency.OrgID, at time.Time) error {
	return oneRow(sc.rows(&registryRow{}).Where("org = ? AND by_org = ? AND until IS NULL", org, by).
		Updates(map[string]any{"until": utc(at)}))
}

// SaveEndorsement keeps the signed word for an entry: the first, or a new
// signature on the one whose Version was read. ErrConflict if it was signed by
// someone else in between.
func (sc *Scope) SaveEndorsement(e Endorsement) error {
	if e.Version == 0 {
		return sc.add(&endorsementRow{
			Entry: e.Entry, Tenant: sc.tenant, Document: e.Document, Version: 1, Token: e.Token, Embedded: e.Embedded,
			TokenKey: e.TokenKey, EmbeddedKey: e.EmbeddedKey, Signed: utc(e.Signed), ValidUntil: utc(e.ValidUntil),
		})
	}
	done := sc.rows(&endorsementRow{}).Where("entry = ? AND version = ?", e.Entry, e.Version).Updates(map[string]any{
		"version": e.Version + 1, "token": e.Token, "embedded": e.Embedded, "token_key": e.TokenKey,
		"embedded_key": e.EmbeddedKey, "signed": utc(e.Signed), "valid_until": utc(e.ValidUntil),
	})
	if done.Error == nil && done.RowsAffected == 0 {
		return competency.Refuse("The endorsement was signed by another process in the meantime.")
	}
	return done.Error
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
	var words []endorsementRow
	if err := tx.db().Model(&endorsementRow{}).Find(&words).Error; err != nil {
		return nil, err
	}
	byEntry := make(map[string]*Endorsement, len(words))
	for _, w := range words {
		byEntry[w.Entry] = w.toEndorsement()
	}
	list := make([]RegistryEntry, len(rows))
	for i, r := range rows {
		list[i] = RegistryEntry{
			ID: r.ID, Tenant: r.Tenant, Org: r.Org, By: r.ByOrg, From: utc(r.Since), Until: whenever(r.Until), Endorsement: byEntry[r.ID],
		}
		if err := json.Unmarshal([]byte(r.Types), &list[i].Types); err != nil {
			return nil, fmt.Errorf("reading registry entry %s: %w", r.ID, err)
		}
	}
	return list, nil
}
