package store

import (
	"context"
	"time"

	"github.com/alexedwards/scs/v2"
	"gorm.io/gorm/clause"
)

// sessionRow is one sign-in of one browser. The token is already hashed.
type sessionRow struct {
	Token  string `gorm:"primaryKey"`
	Data   []byte
	Expiry time.Time
}

// TableName names the table.
func (sessionRow) TableName() string { return "session" }

// Sessions keeps server-side sessions for scs, whose HashTokenInStore must be
// on: what it is given as a token is written as it is.
type Sessions struct{ s *Store }

var (
	_ scs.CtxStore         = (*Sessions)(nil)
	_ scs.IterableCtxStore = (*Sessions)(nil)
)

// Sessions is the session store of the database.
func (s *Store) Sessions() *Sessions { return &Sessions{s} }

// FindCtx answers the session's data, and false for an unknown or expired one.
func (ss *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = ss.s.ReadAll(ctx, func(tx *Tx) error {
		var rows []sessionRow
		err := tx.db().Model(&sessionRow{}).Where("token = ? AND expiry > ?", token, tx.Now()).Limit(1).Find(&rows).Error
		if found = len(rows) > 0; found {
			data = rows[0].Data
		}
		return err
	})
	return data, found, err
}

// CommitCtx writes the session, over an older state of it.
func (ss *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return ss.s.InAll(ctx, func(tx *Tx) error {
		row := sessionRow{Token: token, Data: data, Expiry: utc(expiry)}
		return tx.db().Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	})
}

// DeleteCtx removes the session; an unknown one is no error.
func (ss *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return ss.s.InAll(ctx, func(tx *Tx) error {
		return tx.db().Where("token = ?", token).Delete(&sessionRow{}).Error
	})
}

// AllCtx answers the data of every session that has not expired, by token.
func (ss *Sessions) AllCtx(ctx context.Context) (map[string][]byte, error) {
	all := map[string][]byte{}
	err := ss.s.ReadAll(ctx, func(tx *Tx) error {
		var rows []sessionRow
		if err := tx.db().Model(&sessionRow{}).Where("expiry > ?", tx.Now()).Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			all[r.Token] = r.Data
		}
		return nil
	})
	return all, err
}

// Sweep removes what has expired and answers how many that were.
func (ss *Sessions) Sweep(ctx context.Context) (removed int64, err error) {
	err = ss.s.InAll(ctx, func(tx *Tx) error {
		done := tx.db().Where("expiry <= ?", tx.Now()).Delete(&sessionRow{})
		removed = done.RowsAffected
		return done.Error
	})
	return removed, err
}

// Find is FindCtx for callers without a context.
func (ss *Sessions) Find(token string) (data []byte, found bool, err error) {
	return ss.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for callers without a context.
func (ss *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return ss.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx for callers without a context.
func (ss *Sessions) Delete(token string) error { return ss.DeleteCtx(context.Background(), token) }
