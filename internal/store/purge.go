package store

import (
	"time"

	"laurel/competency"
)

// FilesBefore answers the files of evidence at its end that were added before a
// time and whose bytes are still here, files that were taken off included.
func (sc *Scope) FilesBefore(before time.Time) ([]competency.Attachment, error) {
	var rows []attachmentRow
	err := sc.rows(&attachmentRow{}).Where("kind = ? AND created < ? AND purged IS NULL", competency.EvidenceFile, utc(before)).
		Where("subject IN (?)", sc.rows(&evidenceRow{}).Where("state IN ('accepted', 'set_aside', 'withdrawn')").Select("id")).
		Order("created, id").Find(&rows).Error
	all := make([]competency.Attachment, len(rows))
	for i, r := range rows {
		all[i] = r.toAttachment()
	}
	return all, err
}

// MarkPurged notes that the bytes of some files are deleted.
func (sc *Scope) MarkPurged(all []competency.Attachment) error {
	for _, a := range all {
		if err := sc.change(&attachmentRow{}, string(a.ID), map[string]any{"purged": sc.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// HashesInUse answers which bytes some attachment of any tenant still needs.
func (tx *Tx) HashesInUse(hashes []string) (map[string]bool, error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	used := map[string]bool{}
	const chunk = 500
	for len(hashes) > 0 {
		some := hashes[:min(chunk, len(hashes))]
		hashes = hashes[len(some):]
		var found []string
		if err := tx.db().Model(&attachmentRow{}).Where("sha256 IN ? AND purged IS NULL", some).Distinct().Pluck("sha256", &found).Error; err != nil {
			return nil, err
		}
		for _, sum := range found {
			used[sum] = true
		}
	}
	return used, nil
}
