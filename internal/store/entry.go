package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// entryMarkRow is what somebody did to an entry of a learner's record.
type entryMarkRow struct {
	Tenant  competency.OrgID
	Entry   string
	Mark    competency.Mark
	Learner competency.PersonID
	Note    string
	MadeBy  competency.PersonID
	Made    time.Time
}

// TableName names the table.
func (entryMarkRow) TableName() string { return "entry_mark" }

// AddEntryMarks keeps what was done to entries. ErrConflict when one of them
// bears the mark already.
func (sc *Scope) AddEntryMarks(marks ...competency.EntryMark) error {
	rows := make([]entryMarkRow, len(marks))
	for i, m := range marks {
		rows[i] = entryMarkRow{sc.tenant, m.Entry, m.Mark, m.Learner, m.Note, m.By, utc(m.At)}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("marking entries of a record: %w", err)
	}
	return nil
}

// EntryMarks answers what was done to the entries of a learner's record, in the
// order in which it was done.
func (sc *Scope) EntryMarks(learner competency.PersonID) ([]competency.EntryMark, error) {
	var rows []entryMarkRow
	if err := sc.rows(&entryMarkRow{}).Where("learner = ?", learner).Order("made, entry, mark").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.EntryMark, len(rows))
	for i, r := range rows {
		all[i] = competency.EntryMark{Entry: r.Entry, Learner: r.Learner, Mark: r.Mark, Note: r.Note, By: r.MadeBy, At: utc(r.Made)}
	}
	return all, nil
}

// WithdrawnOf answers the entries of a learner's record that were withdrawn, so
// that people can see what no longer counts.
func (sc *Scope) WithdrawnOf(learner competency.PersonID) (OnRecord, error) {
	var rows []onRecordRow
	args := map[string]any{"tenant": sc.tenant, "learners": []competency.PersonID{learner}}
	if err := sc.db().Raw(withdrawnOnRecord, args).Scan(&rows).Error; err != nil {
		return OnRecord{}, err
	}
	var o OnRecord
	for _, r := range rows {
		if err := o.take(r); err != nil {
			return o, fmt.Errorf("reading %s %s: %w", r.What, r.ID, err)
		}
	}
	return o, nil
}
