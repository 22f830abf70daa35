package store

import (
	"time"

	"laurel/competency"
)

// phraseRow is something that a teacher often says.
type phraseRow struct {
	ID      string
	Tenant  competency.OrgID
	Teacher competency.PersonID
	Words   string
	Created time.Time
}

// TableName names the table.
func (phraseRow) TableName() string { return "phrase" }

// AddPhrase keeps a phrase, which has its id; one that the teacher has already
// is ErrConflict.
func (sc *Scope) AddPhrase(p competency.Phrase) error {
	return sc.add(&phraseRow{p.ID, sc.tenant, p.Teacher, p.Words, utc(p.Created)})
}

// RemovePhrase takes a phrase of a teacher away.
func (sc *Scope) RemovePhrase(teacher competency.PersonID, id string) error {
	return oneRow(sc.rows(&phraseRow{}).Where("id = ? AND teacher = ?", id, teacher).Delete(&phraseRow{}))
}

// Phrases answers a teacher's phrases, the oldest first: each keeps its digit.
func (sc *Scope) Phrases(teacher competency.PersonID) ([]competency.Phrase, error) {
	var rows []phraseRow
	err := sc.rows(&phraseRow{}).Where("teacher = ?", teacher).Order("created, id").Find(&rows).Error
	all := make([]competency.Phrase, len(rows))
	for i, r := range rows {
		all[i] = competency.Phrase{ID: r.ID, Teacher: r.Teacher, Words: r.Words, Created: utc(r.Created)}
	}
	return all, err
}
