package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// disputeRow is a doubt about accepted evidence.
type disputeRow struct {
	ID        competency.DisputeID
	Tenant    competency.OrgID
	Evidence  competency.EvidenceID
	RaisedBy  competency.PersonID
	Reason    string
	Raised    time.Time
	Outcome   competency.DisputeOutcome
	Words     string
	DecidedBy *competency.PersonID
	Decided   *time.Time
}

// TableName names the table.
func (disputeRow) TableName() string { return "dispute" }

// AddDispute keeps a dispute, which has its id. A second open one about the
// same evidence is ErrConflict.
func (sc *Scope) AddDispute(d competency.Dispute) error {
	row := disputeRow{
		ID: d.ID, Tenant: sc.tenant, Evidence: d.Evidence, RaisedBy: d.RaisedBy, Reason: d.Reason, Raised: utc(d.Raised),
		Outcome: d.Outcome, Words: d.Words, DecidedBy: orNull(d.DecidedBy), Decided: perhaps(d.Decided),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding a dispute: %w", err)
	}
	return nil
}

// SetDispute writes how a dispute ended.
func (sc *Scope) SetDispute(d competency.Dispute) error {
	return sc.change(&disputeRow{}, string(d.ID), map[string]any{
		"outcome": d.Outcome, "words": d.Words, "decided_by": orNull(d.DecidedBy), "decided": perhaps(d.Decided),
	})
}

// Disputes answers every dispute about evidence, oldest first.
func (sc *Scope) Disputes(id competency.EvidenceID) ([]competency.Dispute, error) {
	var rows []disputeRow
	if err := sc.rows(&disputeRow{}).Where("evidence = ?", id).Order("raised, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Dispute, len(rows))
	for i, r := range rows {
		all[i] = competency.Dispute{
			ID: r.ID, Evidence: r.Evidence, RaisedBy: r.RaisedBy, Reason: r.Reason, Raised: utc(r.Raised),
			Outcome: r.Outcome, Words: r.Words, DecidedBy: orEmpty(r.DecidedBy), Decided: whenever(r.Decided),
		}
	}
	return all, nil
}

// DisputedAt answers a page of the evidence of some schools that is in dispute,
// oldest first, and how many pieces that are.
func (sc *Scope) DisputedAt(schools []competency.OrgID, page Page) ([]competency.Evidence, int64, error) {
	return sc.evidencePage(sc.rows(&evidenceRow{}).Where("state = 'disputed' AND school IN ?", schools), "submitted, id", page)
}

// reviewTaskRow is a decision whose ground has changed.
type reviewTaskRow struct {
	ID            competency.ReviewTaskID
	Tenant        competency.OrgID
	School        competency.OrgID
	Learner       competency.PersonID
	Kind          competency.ReviewKind
	Evidence      *competency.EvidenceID
	Outside       *competency.OutsideID
	Determination *competency.DeterminationID
	Credential    *competency.CredentialID
	Opened        time.Time
	Outcome       competency.ReviewOutcome
	Words         string
	ClosedBy      *competency.PersonID
	Closed        *time.Time
}

// TableName names the table.
func (reviewTaskRow) TableName() string { return "review_task" }

func (r reviewTaskRow) toTask() competency.ReviewTask {
	return competency.ReviewTask{
		ID: r.ID, School: r.School, Learner: r.Learner, Kind: r.Kind, Evidence: orEmpty(r.Evidence), Outside: orEmpty(r.Outside),
		Determination: orEmpty(r.Determination), Credential: orEmpty(r.Credential), Opened: utc(r.Opened),
		Outcome: r.Outcome, Words: r.Words, ClosedBy: orEmpty(r.ClosedBy), Closed: whenever(r.Closed),
	}
}

// AddReviewTasks keeps review tasks under new ids.
func (sc *Scope) AddReviewTasks(all []competency.ReviewTask) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]reviewTaskRow, len(all))
	for i, t := range all {
		rows[i] = reviewTaskRow{
			ID: competency.ReviewTaskID(sc.ID()), Tenant: sc.tenant, School: t.School, Learner: t.Learner, Kind: t.Kind,
			Evidence: orNull(t.Evidence), Outside: orNull(t.Outside), Determination: orNull(t.Determination), Credential: orNull(t.Credential),
			Opened: utc(t.Opened), Outcome: t.Outcome, Words: t.Words, ClosedBy: orNull(t.ClosedBy), Closed: perhaps(t.Closed),
		}
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("opening review tasks: %w", err)
	}
	return nil
}

// SetReviewTask writes how a review task was closed.
func (sc *Scope) SetReviewTask(t competency.ReviewTask) error {
	return sc.change(&reviewTaskRow{}, string(t.ID), map[string]any{
		"outcome": t.Outcome, "words": t.Words, "closed_by": orNull(t.ClosedBy), "closed": perhaps(t.Closed),
	})
}

// ReviewTask answers one review task.
func (sc *Scope) ReviewTask(id competency.ReviewTaskID) (competency.ReviewTask, error) {
	var row reviewTaskRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toTask(), err
}

// ReviewTasks answers the open review tasks of some schools, oldest first, and
// then the closed ones, the newest first, at most limit.
func (sc *Scope) ReviewTasks(schools []competency.OrgID, limit int) ([]competency.ReviewTask, error) {
	var rows []reviewTaskRow
	err := sc.rows(&reviewTaskRow{}).Where("school IN ?", schools).
		Order("CASE WHEN outcome = '' THEN 0 ELSE 1 END, closed DESC, opened, id").Limit(limit).Find(&rows).Error
	all := make([]competency.ReviewTask, len(rows))
	for i, r := range rows {
		all[i] = r.toTask()
	}
	return all, err
}

// OpenReviewTasks answers how many review tasks of some schools are open, and
// since when the oldest is.
func (sc *Scope) OpenReviewTasks(schools []competency.OrgID) (n int64, oldest time.Time, err error) {
	open := func() *gorm.DB {
		return sc.rows(&reviewTaskRow{}).Where("outcome = '' AND school IN ?", schools)
	}
	if err := open().Count(&n).Error; err != nil || n == 0 {
		return 0, time.Time{}, err
	}
	var row reviewTaskRow
	err = open().Order("opened, id").Take(&row).Error
	return n, utc(row.Opened), err
}
