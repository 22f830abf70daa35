package store

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"laurel/competency"
)

// StatusList is a list of an organisation in which each credential has one
// place. Two lists have the same places: one of revocations, which credentials
// name, and one of states. Token and Document are the signed list in both forms,
// which may be behind: see Dirty.
type StatusList struct {
	ID      string
	Tenant  competency.OrgID
	Org     competency.OrgID
	Purpose string
	// StatesOf is the list of revocations that a list of states goes with; empty
	// for a list of revocations.
	StatesOf string
	// Seed shuffles the order in which places are given out.
	Seed []byte
	// Revision counts changes of bits, SignedRevision is the one in Token.
	Revision, SignedRevision int64
	// Version counts signatures.
	Version         int64
	Token, Document string
	Published       time.Time
	ValidUntil      time.Time
}

// Places is the id of the list of revocations whose places the list has: its
// own, or that of the list that it goes with.
func (l StatusList) Places() string { return cmp.Or(l.StatesOf, l.ID) }

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
	Document       string
	StatesOf       *string
	Published      *time.Time
	ValidUntil     *time.Time
}

// TableName names the table.
func (statusListRow) TableName() string { return "status_list" }

func (r statusListRow) toList() StatusList {
	l := StatusList{
		ID: r.ID, Tenant: r.Tenant, Org: r.Org, Purpose: r.Purpose, Seed: r.Seed, Revision: r.Revision,
		SignedRevision: r.SignedRevision, Version: r.Version, Token: r.Token, Document: r.Document,
		Published: whenever(r.Published), ValidUntil: whenever(r.ValidUntil),
	}
	if r.StatesOf != nil {
		l.StatesOf = *r.StatesOf
	}
	return l
}

// statusEntryRow is a value that was set at some time.
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

// ListsWanted says which lists places are asked of.
type ListsWanted struct {
	Org competency.OrgID
	// Purpose is that of the list that credentials name, States of the one beside it.
	Purpose, States string
	Year            int
	// Seed is of a list that has to be begun: 32 random bytes.
	Seed []byte
	// Entries is how many places a list has.
	Entries int64
}

// Places are n places of a list, as the numbers First, First+1, … of its order.
type Places struct {
	List  StatusList
	First int64
	// Closed are lists of which the database knew too little; see [Scope.TakePlaces].
	Closed []string
}

// TakePlaces gives out n places of an organisation's newest list of the year. A
// list that has not room for all of them is left, and the next part begun, with
// its list of states. Places given out and rolled back with the transaction are
// given out again; committed ones never. known is asked how many places of a
// list were given out as far as is known beside the database: where the database
// knows of fewer, an older state of it was put back, and the list is closed.
func (sc *Scope) TakePlaces(w ListsWanted, n int64, known func(list string) (int64, error)) (p Places, err error) {
	row, err := sc.newestPart(w)
	for err == nil {
		var took bool
		if took, err = sc.take(&row, n, w.Entries); err != nil {
			break
		}
		if took {
			var given int64
			if given, err = known(row.ID); err != nil {
				break
			}
			if p.First = row.Reserved - n; p.First >= given {
				p.List = row.toList()
				return p, nil
			}
			p.Closed = append(p.Closed, row.ID)
			if err = sc.closeList(row.ID, w.Entries); err != nil {
				break
			}
		}
		row, err = sc.beginPart(w, row.Part+1)
	}
	return p, err
}

// take counts n places of a list as given out, if it has room for all of them;
// the room is looked for under the row's lock.
func (sc *Scope) take(row *statusListRow, n, entries int64) (bool, error) {
	done := sc.rows(&statusListRow{}).Where("id = ? AND reserved + ? <= ?", row.ID, n, entries).
		Clauses(clause.Returning{Columns: []clause.Column{{Name: "reserved"}}}).
		Model(row).Updates(map[string]any{"reserved": gorm.Expr("reserved + ?", n)})
	if done.Error != nil {
		return false, fmt.Errorf("taking places of a status list: %w", done.Error)
	}
	return done.RowsAffected == 1, nil
}

// newestPart answers the newest list of a year, and begins the first.
func (sc *Scope) newestPart(w ListsWanted) (row statusListRow, err error) {
	err = sc.rows(&row).Where("org = ? AND purpose = ? AND year = ?", w.Org, w.Purpose, w.Year).Order("part DESC").Take(&row).Error
	if errors.Is(err, competency.ErrNotFound) || errors.Is(err, gorm.ErrRecordNotFound) {
		return sc.beginPart(w, 1)
	}
	return row, err
}

// beginPart begins a part of the lists of a year, or answers the one that
// another transaction has begun.
func (sc *Scope) beginPart(w ListsWanted, part int) (row statusListRow, err error) {
	row = statusListRow{
		ID: sc.ID(), Tenant: sc.tenant, Org: w.Org, Purpose: w.Purpose, Year: w.Year, Part: part, Seed: w.Seed, SignedRevision: -1,
	}
	done := sc.db().Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if done.Error == nil && done.RowsAffected == 1 {
		states := statusListRow{
			ID: sc.ID(), Tenant: sc.tenant, Org: w.Org, Purpose: w.States, Year: w.Year, Part: part, Seed: []byte{},
			SignedRevision: -1, StatesOf: &row.ID,
		}
		done = sc.db().Create(&states)
	}
	if done.Error != nil {
		return row, fmt.Errorf("beginning a status list: %w", done.Error)
	}
	var begun statusListRow // not row, whose id would be asked for
	err = sc.rows(&statusListRow{}).Where("org = ? AND purpose = ? AND year = ? AND part = ?", w.Org, w.Purpose, w.Year, part).
		Take(&begun).Error
	return begun, err
}

// closeList takes every place of a list that is left, so that the next part is begun.
func (sc *Scope) closeList(id string, entries int64) error {
	if err := sc.change(&statusListRow{}, id, map[string]any{"reserved": entries}); err != nil {
		return fmt.Errorf("closing status list %s: %w", id, err)
	}
	return nil
}

// PlacesGiven answers how many places of each list were given out.
func (sc *Scope) PlacesGiven(lists []string) (map[string]int64, error) {
	var rows []statusListRow
	err := sc.rows(&statusListRow{}).Select("id", "reserved").Where("id IN ?", lists).Find(&rows).Error
	given := make(map[string]int64, len(rows))
	for _, r := range rows {
		given[r.ID] = r.Reserved
	}
	return given, err
}

// CloseLists takes every place that is left in the tenant's lists, so that the
// next credential begins a new one; it answers the lists that were open.
func (sc *Scope) CloseLists(entries int64) (lists []string, err error) {
	open := sc.rows(&statusListRow{}).Where("states_of IS NULL AND reserved < ?", entries).Session(&gorm.Session{})
	if err := open.Order("id").Pluck("id", &lists).Error; err != nil {
		return nil, err
	}
	return lists, open.Updates(map[string]any{"reserved": entries}).Error
}

// ListPair answers the list of revocations with the id, and then its list of states.
func (sc *Scope) ListPair(id string) ([]StatusList, error) {
	lists, err := toLists(sc.rows(&statusListRow{}).Where("id = ? OR states_of = ?", id, id).Order("states_of IS NOT NULL"))
	if err == nil && len(lists) != 2 {
		err = competency.NotFound()
	}
	return lists, err
}

// StatusEntry is a place of a list and what stands there.
type StatusEntry struct {
	Index uint32 `gorm:"column:idx"`
	Value uint8
}

// Entries answers the places of a list whose value is not zero.
func (sc *Scope) Entries(list string) (set []StatusEntry, err error) {
	err = sc.rows(&statusEntryRow{}).Select("idx", "value").Where("list = ? AND value <> 0", list).Order("idx").Scan(&set).Error
	return set, err
}

// SetStatus keeps what is to be published of a credential: whether its bit of
// the list of revocations is set, which is for good, and its state. It marks the
// lists that change by it and answers the list of revocations.
func (sc *Scope) SetStatus(id competency.CredentialID, revoked bool, state uint8) (list string, err error) {
	var c credentialRow
	if err := sc.rows(&c).Select("id", "list", "idx").Where("id = ?", id).Take(&c).Error; err != nil {
		return "", err
	}
	pair, err := sc.ListPair(c.List)
	if err != nil {
		return "", err
	}
	if revoked {
		if err := sc.setEntry(pair[0].ID, c, 1); err != nil {
			return "", err
		}
	}
	return c.List, sc.setEntry(pair[1].ID, c, state)
}

// setEntry writes one value, and counts the change of its list if it is one.
func (sc *Scope) setEntry(list string, c credentialRow, value uint8) error {
	var was []int
	if err := sc.rows(&statusEntryRow{}).Where("list = ? AND idx = ?", list, c.Idx).Pluck("value", &was).Error; err != nil {
		return err
	}
	if len(was) == 0 && value == 0 || len(was) == 1 && was[0] == int(value) {
		return nil
	}
	row := statusEntryRow{Tenant: sc.tenant, List: list, Idx: c.Idx, Credential: c.ID, Value: int(value), Changed: sc.Now()}
	err := sc.db().Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "list"}, {Name: "idx"}}, DoUpdates: clause.AssignmentColumns([]string{"value", "changed"}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("setting a status: %w", err)
	}
	return sc.change(&statusListRow{}, list, map[string]any{"revision": gorm.Expr("revision + 1")})
}

// SaveList keeps the signed form of the list as it was read: its Version is
// the one before. ErrConflict if it was signed by someone else in between.
func (sc *Scope) SaveList(l StatusList) error {
	done := sc.rows(&statusListRow{}).Where("id = ? AND version = ?", l.ID, l.Version).Updates(map[string]any{
		"token": l.Token, "document": l.Document, "signed_revision": l.Revision, "version": l.Version + 1,
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
