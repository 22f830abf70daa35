package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// evidenceVersionRow is what was handed in once; rows never change.
type evidenceVersionRow struct {
	Tenant   competency.OrgID
	Evidence competency.EvidenceID
	Version  int
	Document string
	Hash     string
	Kept     time.Time
}

// TableName names the table.
func (evidenceVersionRow) TableName() string { return "evidence_version" }

// KeepVersions keeps what was handed in. A version that is there already is
// ErrConflict.
func (sc *Scope) KeepVersions(all ...competency.EvidenceVersion) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]evidenceVersionRow, len(all))
	for i, v := range all {
		rows[i] = evidenceVersionRow{sc.tenant, v.Evidence, v.Version, string(v.Document), v.Hash, utc(v.Kept)}
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("keeping a version of evidence: %w", err)
	}
	return nil
}

// Versions answers every version of evidence that was handed in, oldest first.
func (sc *Scope) Versions(id competency.EvidenceID) ([]competency.EvidenceVersion, error) {
	var rows []evidenceVersionRow
	if err := sc.rows(&evidenceVersionRow{}).Where("evidence = ?", id).Order("version").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.EvidenceVersion, len(rows))
	for i, r := range rows {
		all[i] = competency.EvidenceVersion{Evidence: r.Evidence, Version: r.Version, Document: []byte(r.Document), Hash: r.Hash, Kept: utc(r.Kept)}
	}
	return all, nil
}

// reflectionRow is a thought with its day; rows never change.
type reflectionRow struct {
	ID       string
	Tenant   competency.OrgID
	Evidence competency.EvidenceID
	Author   competency.PersonID
	Body     string
	Written  time.Time
}

// TableName names the table.
func (reflectionRow) TableName() string { return "reflection" }

// AddReflection keeps a reflection under a new id.
func (sc *Scope) AddReflection(r competency.Reflection) error {
	row := reflectionRow{sc.ID(), sc.tenant, r.Evidence, r.Author, r.Text, utc(r.At)}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding a reflection: %w", err)
	}
	return nil
}

// Reflections answers what was thought about evidence, oldest first.
func (sc *Scope) Reflections(id competency.EvidenceID) ([]competency.Reflection, error) {
	var rows []reflectionRow
	if err := sc.rows(&reflectionRow{}).Where("evidence = ?", id).Order("written, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Reflection, len(rows))
	for i, r := range rows {
		all[i] = competency.Reflection{ID: r.ID, Evidence: r.Evidence, Author: r.Author, Text: r.Body, At: utc(r.Written)}
	}
	return all, nil
}
