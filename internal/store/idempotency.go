package store

import (
	"bytes"
	"time"

	"gorm.io/gorm/clause"

	"laurel/competency"
)

// idempotencyRow is one request that is to be answered once, however often it
// is sent.
type idempotencyRow struct {
	Tenant      competency.OrgID `gorm:"primaryKey"`
	Actor       string           `gorm:"primaryKey"`
	RequestKey  string           `gorm:"primaryKey"`
	Route       string
	RequestHash []byte
	Status      int
	Body        []byte
	Location    string
	Created     time.Time
}

// TableName names the table.
func (idempotencyRow) TableName() string { return "idempotency" }

// Remembered is the answer that a request was given.
type Remembered struct {
	Status   int // HTTP status
	Body     []byte
	Location string // header, or empty
}

// Remember reserves the key for this request of the actor and answers nil: the
// caller goes on, and calls Answered in the same transaction. If the key was
// used for the same request before, it answers what that was answered with. A
// request with the same key that is under way elsewhere is waited for.
//
// The same key with another route or content is ErrConflict, as is a request
// that was reserved but never answered.
func (sc *Scope) Remember(actor, key, route string, requestHash []byte) (*Remembered, error) {
	row := idempotencyRow{
		Tenant: sc.tenant, Actor: actor, RequestKey: key, Route: route,
		RequestHash: requestHash, Body: []byte{}, Created: sc.Now(),
	}
	done := sc.db().Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if done.Error != nil || done.RowsAffected == 1 {
		return nil, done.Error
	}
	var first idempotencyRow
	if err := sc.rows(&first).Where("actor = ? AND request_key = ?", actor, key).Take(&first).Error; err != nil {
		return nil, err
	}
	if first.Route != route || !bytes.Equal(first.RequestHash, requestHash) {
		return nil, competency.Refuse("This request's key was used for another request before. Nothing was changed.")
	}
	if first.Status == 0 {
		return nil, competency.Refuse("This request is being worked on already. Nothing was changed; look at the result in a moment.")
	}
	return &Remembered{Status: first.Status, Body: first.Body, Location: first.Location}, nil
}

// Answered keeps the answer to a request that Remember reserved.
func (sc *Scope) Answered(actor, key string, answer Remembered) error {
	if answer.Body == nil {
		answer.Body = []byte{}
	}
	return oneRow(sc.rows(&idempotencyRow{}).Where("actor = ? AND request_key = ? AND status = 0", actor, key).
		Updates(map[string]any{"status": answer.Status, "body": answer.Body, "location": answer.Location}))
}

// ForgetRequests removes what was remembered before the given time, in every
// tenant, and answers how many requests that were. Needs InAll.
func (tx *Tx) ForgetRequests(before time.Time) (int64, error) {
	if err := tx.across(); err != nil {
		return 0, err
	}
	done := tx.db().Where("created < ?", utc(before)).Delete(&idempotencyRow{})
	return done.RowsAffected, done.Error
}
