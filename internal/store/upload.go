package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// uploadRow is a file on its way.
type uploadRow struct {
	ID        competency.UploadID
	Tenant    competency.OrgID
	Owner     competency.PersonID
	Name      string
	Size      int64
	Received  int64
	Digest    string
	State     competency.UploadState
	Created   time.Time
	Expires   time.Time
	SHA256    string `gorm:"column:sha256"`
	MediaType string
	KeptName  string
	KeptSize  int64
}

// TableName names the table.
func (uploadRow) TableName() string { return "upload" }

func (r uploadRow) toUpload() competency.Upload {
	return competency.Upload{
		ID: r.ID, Owner: r.Owner, Name: r.Name, Size: r.Size, Received: r.Received, Digest: r.Digest, State: r.State,
		Created: utc(r.Created), Expires: utc(r.Expires), SHA256: r.SHA256, MediaType: r.MediaType, KeptName: r.KeptName, KeptSize: r.KeptSize,
	}
}

// AddUpload begins an upload, which has its id.
func (sc *Scope) AddUpload(u competency.Upload) error {
	row := uploadRow{
		ID: u.ID, Tenant: sc.tenant, Owner: u.Owner, Name: u.Name, Size: u.Size, Digest: u.Digest, State: u.State,
		Created: utc(u.Created), Expires: utc(u.Expires),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding an upload: %w", err)
	}
	return nil
}

// Upload answers one upload.
func (sc *Scope) Upload(id competency.UploadID) (competency.Upload, error) {
	var row uploadRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toUpload(), err
}

// OpenUploads answers how many uploads of a person are open, and how many bytes
// they were announced with.
func (sc *Scope) OpenUploads(owner competency.PersonID) (n, bytes int64, err error) {
	var sum struct{ N, Bytes int64 }
	err = sc.rows(&uploadRow{}).Where("owner = ? AND state = 'open' AND expires > ?", owner, sc.Now()).
		Select("COUNT(*) AS n, COALESCE(SUM(size), 0) AS bytes").Scan(&sum).Error
	return sum.N, sum.Bytes, err
}

// ReceivedUpload moves how far an open upload has come; ErrNotFound when it was
// moved by somebody else meanwhile.
func (sc *Scope) ReceivedUpload(id competency.UploadID, from, to int64) error {
	return oneRow(sc.rows(&uploadRow{}).Where("id = ? AND state = 'open' AND received = ?", id, from).Updates(map[string]any{"received": to}))
}

// WholeUpload writes what was kept of an open upload.
func (sc *Scope) WholeUpload(u competency.Upload) error {
	return oneRow(sc.rows(&uploadRow{}).Where("id = ? AND state = 'open'", u.ID).Updates(map[string]any{
		"state": competency.UploadWhole, "received": u.Size, "sha256": u.SHA256, "media_type": u.MediaType, "kept_name": u.KeptName, "kept_size": u.KeptSize,
	}))
}

// UseUpload takes a whole upload, once; ErrNotFound when it was taken before.
func (sc *Scope) UseUpload(id competency.UploadID) error {
	return oneRow(sc.rows(&uploadRow{}).Where("id = ? AND state = 'whole'", id).Updates(map[string]any{"state": competency.UploadUsed}))
}

// DropUpload forgets an upload that nothing uses.
func (sc *Scope) DropUpload(id competency.UploadID) error {
	return oneRow(sc.rows(&uploadRow{}).Where("id = ? AND state <> 'used'", id).Delete(&uploadRow{}))
}

// SweepUploads forgets what has run out by a time, in every tenant, and answers
// the ids. Needs InAll.
func (tx *Tx) SweepUploads(by time.Time) (ids []competency.UploadID, err error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	if err := tx.db().Model(&uploadRow{}).Where("expires <= ?", utc(by)).Order("expires, id").Limit(1000).Pluck("id", &ids).Error; err != nil || len(ids) == 0 {
		return nil, err
	}
	return ids, tx.db().Where("id IN ?", ids).Delete(&uploadRow{}).Error
}
