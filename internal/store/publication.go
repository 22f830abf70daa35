package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// publicationRow is work that its owner shows.
type publicationRow struct {
	ID        string
	Tenant    competency.OrgID
	Evidence  competency.EvidenceID
	Page      string
	Published time.Time
	Ended     *time.Time
}

// TableName names the table.
func (publicationRow) TableName() string { return "publication" }

// AddPublication opens a public page for evidence; ErrConflict if there is one.
func (sc *Scope) AddPublication(id competency.EvidenceID, page string) error {
	row := publicationRow{sc.ID(), sc.tenant, id, page, sc.Now(), nil}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("publishing evidence: %w", err)
	}
	return nil
}

// EndPublication ends the public page of evidence; ErrNotFound if there is none.
func (sc *Scope) EndPublication(id competency.EvidenceID) error {
	return oneRow(sc.rows(&publicationRow{}).Where("evidence = ? AND ended IS NULL", id).Updates(map[string]any{"ended": sc.Now()}))
}

// Publication answers the secret of the public page of evidence; ErrNotFound
// if there is none.
func (sc *Scope) Publication(id competency.EvidenceID) (string, error) {
	var row publicationRow
	err := sc.rows(&row).Where("evidence = ? AND ended IS NULL", id).Take(&row).Error
	return row.Page, err
}

// PublicationBehind answers which evidence is shown under a secret address.
func (tx *Tx) PublicationBehind(page string) (competency.OrgID, competency.EvidenceID, error) {
	if err := tx.across(); err != nil {
		return "", "", err
	}
	var row publicationRow
	err := tx.db().Model(&row).Where("page = ? AND ended IS NULL", page).Take(&row).Error
	return row.Tenant, row.Evidence, err
}

// promiseRow is an answer that was given; rows never change.
type promiseRow struct {
	ID       string
	Tenant   competency.OrgID
	Kind     competency.Occasion
	Subject  string
	Question string
	Answer   string
	GivenBy  competency.PersonID
	Given    time.Time
}

// TableName names the table.
func (promiseRow) TableName() string { return "promise" }

// AddPromises keeps answers under new ids.
func (sc *Scope) AddPromises(all []competency.Promise) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]promiseRow, len(all))
	for i, p := range all {
		rows[i] = promiseRow{sc.ID(), sc.tenant, p.On, p.Subject, p.Question, p.Answer, p.By, utc(p.At)}
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("keeping promises: %w", err)
	}
	return nil
}

// Promises answers what was promised about something, oldest first.
func (sc *Scope) Promises(on competency.Occasion, subject string) ([]competency.Promise, error) {
	var rows []promiseRow
	if err := sc.rows(&promiseRow{}).Where("kind = ? AND subject = ?", on, subject).Order("given, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Promise, len(rows))
	for i, r := range rows {
		all[i] = competency.Promise{On: r.Kind, Subject: r.Subject, Question: r.Question, Answer: r.Answer, By: r.GivenBy, At: utc(r.Given)}
	}
	return all, nil
}
