package store

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"laurel/competency"
)

// StatusList is a list of an organisation in which each credential has one
// place. Token is the signed form, which may be behind: see Dirty.
type StatusList struct {
	ID      string
	Tenant  competency.OrgID
	Org     competency.OrgID
	Purpose string
	// Seed shuffles the order in which places are given out.
	Seed []byte
	// Revision counts changes of bits, SignedRevision is the one in Token.
	Revision, SignedRevision int64
	// Version counts signatures.
	Version    int64
	Token      string
	Published  time.Time
	ValidUntil time.Time
}

// Dirty reports whether the signed form lacks a change.
func (l StatusList) Dirty() bool { return l.Revision != l.SignedRevision }

// statusListRow is a status list. Its counters only grow.
type statusListRow struct {
	ID             string
	Tenant         competency.OrgID
	Org            competency.OrgID
	Purpose        string
	Year           int
	Part           int
	Seed           []byte
	Reserved       int64
	Revision       int64
	SignedRevision int64
	Version        int64
	Token          string
	Published      *time.Time
	ValidUntil     *time.Time
}

// TableName names the table.
func (statusListRow) TableName() string { return "status_list" }

func (r statusListRow) toList() StatusList {
	return StatusList{
		ID: r.ID, Tenant: r.Tenant, Org: r.Org, Purpose: r.Purpose, Seed: r.Seed, Revision: r.Revision,
		SignedRevision: r.SignedRevision, Version: r.Version, Token: r.Token,
		Published: whenever(r.Published), ValidUntil: whenever(r.ValidUntil),
	}
}

// statusEntryRow is a bit that was set at some time.
type statusEntryRow struct {
	Tenant     competency.OrgID
	List       string
	Idx        int64
	Credential competency.CredentialID
	Value      int
	Changed    time.Time
}

// TableName names the table.
func (statusEntryRow) TableName() string { return "status_entry" }

// ListWanted says which list places are asked of.
type ListWanted struct {
	Org     competency.OrgID
	Purpose string
	Year    int
	// Seed is of a list that has to be begun: 32 random bytes.
	Seed []byte
	// Entries is how many places a list has.
	Entries int64
}

// TakePlaces gives out n places of an organisation's list of the year, as the
// numbers first, first+1, … of its order. A list that has not room for all of
// them is left, and the next part begun. Places given out and rolled back with
// the transaction are given out again; committed ones never.
func (sc *Scope) TakePlaces(w ListWanted, n int64) (l StatusList, first int64, err error) {
	for part := 1; ; part++ {
		var row statusListRow
		row, err = sc.listPart(w, part)
		if err != nil {
			return l, 0, err
		}
		if row.Reserved+n > w.Entries {
			continue
		}
		// The condition is asked again under the row's lock.
		done := sc.rows(&statusListRow{}).Where("id = ? AND reserved + ? <= ?", row.ID, n, w.Entries).
			Clauses(clause.Returning{Columns: []clause.Column{{Name: "reserved"}}}).
			Model(&row).Updates(map[string]any{"reserved": gorm.Expr("reserved + ?", n)})
		if done.Error != nil {
			return l, 0, fmt.Errorf("taking places of a status list: %w", done.Error)
		}
		if done.RowsAffected == 1 {
			return row.toList(), row.Reserved - n, nil
		}
	}
}

// listPart answers one part of the lists of a year, and begins it if it is not there.
func (sc *Scope) listPart(w ListWanted, part int) (statusListRow, error) {
	find := func() (row statusListRow, err error) {
		err = sc.rows(&statusListRow{}).Where("org = ? AND purpose = ? AND year = ? AND part = ?", w.Org, w.Purpose, w.Year, part).
			Take(&row).Error
		return row, err
	}
	row, err := find()
	if !errors.Is(err, competency.ErrNotFound) && !errors.Is(err, gorm.ErrRecordNotFound) {
		return row, err
	}
	row = statusListRow{
		ID: sc.ID(), Tenant: sc.tenant, Org: w.Org, Purpose: w.Purpose, Year: w.Year, Part: part, Seed: w.Seed, SignedRevision: -1,
	}
	if err := sc.db().Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return row, fmt.Errorf("beginning a status list: %w", err)
	}
	return find() // ours, or the one of a transaction that was faster
}

// StatusList answers one of the tenant's lists.
func (sc *Scope) StatusList(id string) (StatusList, error) {
	var row statusListRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toList(), err
}

// SetBits answers the places of a list whose bit is set.
func (sc *Scope) SetBits(list string) ([]uint32, error) {
	var set []uint32
	err := sc.rows(&statusEntryRow{}).Where("list = ? AND value <> 0", list).Order("idx").Pluck("idx", &set).Error
	return set, err
}

// SetBit sets the bit of a credential and marks its list as changed.
func (sc *Scope) SetBit(id competency.CredentialID) (list string, err error) {
	var c credentialRow
	if err := sc.rows(&c).Select("id", "list", "idx").Where("id = ?", id).Take(&c).Error; err != nil {
		return "", err
	}
	row := statusEntryRow{Tenant: sc.tenant, List: c.List, Idx: c.Idx, Credential: id, Value: 1, Changed: sc.Now()}
	if err := sc.add(&row); err != nil {
		return "", fmt.Errorf("setting a status bit: %w", err)
	}
	return c.List, sc.change(&statusListRow{}, c.List, map[string]any{"revision": gorm.Expr("revision + 1")})
}

// SaveList keeps the signed form of the list as it was read: its Version is
// the one before. ErrConflict if it was signed by someone else in between.
func (sc *Scope) SaveList(l StatusList) error {
	done := sc.rows(&statusListRow{}).Where("id = ? AND version = ?", l.ID, l.Version).Updates(map[string]any{
		"token": l.Token, "signed_revision": l.Revision, "version": l.Version + 1,
		"published": utc(l.Published), "valid_until": utc(l.ValidUntil),
	})
	if done.Error == nil && done.RowsAffected == 0 {
		return competency.Refuse("The status list was signed by another process in the meantime.")
	}
	return done.Error
}

// EveryList answers the lists of every tenant; those that were published
// before since are left out, and all are answered if it is zero. Needs ReadAll or InAll.
func (tx *Tx) EveryList(since time.Time) ([]StatusList, error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	q := tx.db().Model(&statusListRow{})
	if !since.IsZero() {
		q = q.Where("published >= ?", utc(since))
	}
	return toLists(q.Order("id"))
}

// ListsToSign answers the lists of every tenant that lack a change or end
// before the given time. Needs ReadAll or InAll.
func (tx *Tx) ListsToSign(endBefore time.Time) ([]StatusList, error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	return toLists(tx.db().Model(&statusListRow{}).
		Where("signed_revision <> revision OR valid_until < ?", utc(endBefore)).Order("id"))
}

func toLists(q *gorm.DB) ([]StatusList, error) {
	var rows []statusListRow
	err := q.Find(&rows).Error
	lists := make([]StatusList, len(rows))
	for i, r := range rows {
		lists[i] = r.toList()
	}
	return lists, err
}
