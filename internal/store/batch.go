package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"laurel/competency"
)

// batchRow is a list of diplomas; the list itself never changes.
type batchRow struct {
	ID          competency.BatchID
	Tenant      competency.OrgID
	Class       competency.ClassID
	State       competency.BatchState
	ListHash    string
	Learners    int
	CertifiedBy competency.PersonID
	Certified   time.Time
	ClosedBy    *competency.PersonID
	Closed      *time.Time
}

// TableName names the table.
func (batchRow) TableName() string { return "batch" }

func (r batchRow) toBatch() competency.Batch {
	b := competency.Batch{
		ID: r.ID, Tenant: r.Tenant, Class: r.Class, State: r.State, ListHash: r.ListHash, Count: r.Learners,
		CertifiedBy: r.CertifiedBy, Certified: utc(r.Certified), Closed: whenever(r.Closed),
	}
	if r.ClosedBy != nil {
		b.ClosedBy = *r.ClosedBy
	}
	return b
}

// batchItemRow is one learner on a list.
type batchItemRow struct {
	Tenant  competency.OrgID
	Batch   competency.BatchID
	Learner competency.PersonID
	Audit   competency.AuditID
	State   competency.ItemState
	Reason  competency.HoldReason
}

// TableName names the table.
func (batchItemRow) TableName() string { return "batch_item" }

func (r batchItemRow) toItem() competency.BatchItem {
	return competency.BatchItem{Batch: r.Batch, Learner: r.Learner, Audit: r.Audit, State: r.State, Reason: r.Reason}
}

// AddBatch keeps a certified list. ErrConflict when one of the learners stands
// on another list that is under way or done.
func (sc *Scope) AddBatch(b competency.Batch, items []competency.BatchItem) error {
	row := batchRow{
		ID: b.ID, Tenant: sc.tenant, Class: b.Class, State: b.State, ListHash: b.ListHash, Learners: b.Count,
		CertifiedBy: b.CertifiedBy, Certified: utc(b.Certified),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("certifying: %w", err)
	}
	rows := make([]batchItemRow, len(items))
	for i, it := range items {
		rows[i] = batchItemRow{
			Tenant: sc.tenant, Batch: b.ID, Learner: it.Learner, Audit: it.Audit, State: it.State, Reason: it.Reason,
		}
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("certifying: %w", err)
	}
	return nil
}

// Batch answers one list.
func (sc *Scope) Batch(id competency.BatchID) (competency.Batch, error) {
	var row batchRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toBatch(), err
}

// BatchToClose answers one list and keeps others from closing it until the
// transaction ends.
func (sc *Scope) BatchToClose(id competency.BatchID) (competency.Batch, error) {
	var row batchRow
	err := sc.rows(&row).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&row).Error
	return row.toBatch(), err
}

// Batches answers the lists of a class, the newest first.
func (sc *Scope) Batches(class competency.ClassID) ([]competency.Batch, error) {
	return batches(sc.rows(&batchRow{}).Where("class = ?", class).Order("certified DESC, id DESC"))
}

// BatchesWaiting answers the lists that wait for approval, the oldest first.
func (sc *Scope) BatchesWaiting() ([]competency.Batch, error) {
	return batches(sc.rows(&batchRow{}).Where("state = ?", competency.BatchCertified).Order("certified, id"))
}

func batches(q *gorm.DB) ([]competency.Batch, error) {
	var rows []batchRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Batch, len(rows))
	for i, r := range rows {
		all[i] = r.toBatch()
	}
	return all, nil
}

// BatchItems answers the entries of a list, in the order of the learners' ids.
func (sc *Scope) BatchItems(id competency.BatchID) ([]competency.BatchItem, error) {
	return items(sc.rows(&batchItemRow{}).Where("batch = ?", id).Order("learner"))
}

// LiveItems answers the entries of these learners in lists that are under way
// or done, at most one each.
func (sc *Scope) LiveItems(learners []competency.PersonID) ([]competency.BatchItem, error) {
	if len(learners) == 0 {
		return nil, nil
	}
	return items(sc.rows(&batchItemRow{}).Where("learner IN ? AND state IN ?", learners,
		[]competency.ItemState{competency.ItemReady, competency.ItemAwarded}))
}

func items(q *gorm.DB) ([]competency.BatchItem, error) {
	var rows []batchItemRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.BatchItem, len(rows))
	for i, r := range rows {
		all[i] = r.toItem()
	}
	return all, nil
}

// CloseBatch keeps the end of a certified list: the held learners with their
// reasons, and everybody else in the state rest.
func (sc *Scope) CloseBatch(b competency.Batch, held map[competency.PersonID]competency.HoldReason, rest competency.ItemState) error {
	err := sc.change(&batchRow{}, string(b.ID), map[string]any{"state": b.State, "closed_by": b.ClosedBy, "closed": utc(b.Closed)})
	if err != nil {
		return fmt.Errorf("closing a list: %w", err)
	}
	byReason := map[competency.HoldReason][]competency.PersonID{}
	for learner, reason := range held {
		byReason[reason] = append(byReason[reason], learner)
	}
	for reason, learners := range byReason {
		if err := sc.rows(&batchItemRow{}).Where("batch = ? AND learner IN ?", b.ID, learners).
			Updates(map[string]any{"state": competency.ItemHeld, "reason": reason}).Error; err != nil {
			return fmt.Errorf("holding entries: %w", err)
		}
	}
	if err := sc.rows(&batchItemRow{}).Where("batch = ? AND state = ?", b.ID, competency.ItemReady).
		Updates(map[string]any{"state": rest}).Error; err != nil {
		return fmt.Errorf("closing entries: %w", err)
	}
	return nil
}

// BatchProgress is how far the diplomas of an approved list have come.
type BatchProgress struct{ Awarded, Issued, Held int }

// The award of an entry is the one whose basis is the entry's audit.
const issuedOf = `SELECT COUNT(DISTINCT i.learner) FROM batch_item i
	JOIN award a ON a.tenant = i.tenant AND a.kind = 'diploma' AND a.basis = i.audit
	JOIN credential c ON c.tenant = a.tenant AND c.award = a.id AND c.state IN ('issued', 'revoked')
	WHERE i.tenant = ? AND i.batch = ? AND i.state = 'awarded'`

// BatchProgress counts the entries of a list.
func (sc *Scope) BatchProgress(id competency.BatchID) (BatchProgress, error) {
	var p BatchProgress
	var states []struct {
		State competency.ItemState
		Count int
	}
	if err := sc.rows(&batchItemRow{}).Where("batch = ?", id).Select("state, COUNT(*) AS count").
		Group("state").Scan(&states).Error; err != nil {
		return p, err
	}
	for _, s := range states {
		switch s.State {
		case competency.ItemAwarded:
			p.Awarded = s.Count
		case competency.ItemHeld:
			p.Held = s.Count
		case competency.ItemReady, competency.ItemWithdrawn:
		}
	}
	err := sc.db().Raw(issuedOf, sc.tenant, id).Scan(&p.Issued).Error
	return p, err
}

// Diploma is the award on an audit and its newest document.
type Diploma struct {
	Audit competency.AuditID
	Award competency.AwardID
	// Credential, Page and State are empty until the document is reserved.
	Credential competency.CredentialID
	Page       string
	State      competency.CredentialState
}

const diplomasOf = `SELECT a.basis AS audit, a.id AS award, COALESCE(c.id, '') AS credential, COALESCE(c.token, '') AS page,
	COALESCE(c.state, '') AS state FROM award a
	LEFT JOIN credential c ON c.tenant = a.tenant AND c.award = a.id
	WHERE a.tenant = ? AND a.kind = 'diploma' AND a.basis IN ? ORDER BY c.generation`

// Diplomas answers what was awarded on these audits. One query for any number.
func (sc *Scope) Diplomas(audits []competency.AuditID) (map[competency.AuditID]Diploma, error) {
	all := make(map[competency.AuditID]Diploma, len(audits))
	if len(audits) == 0 {
		return all, nil
	}
	var rows []Diploma
	if err := sc.db().Raw(diplomasOf, sc.tenant, audits).Scan(&rows).Error; err != nil {
		return nil, err
	}
	for _, d := range rows {
		all[d.Audit] = d
	}
	return all, nil
}
