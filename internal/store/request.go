package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// requestRow is a learner's wish to be assessed.
type requestRow struct {
	ID       competency.RequestID
	Tenant   competency.OrgID
	School   competency.OrgID
	Learner  competency.PersonID
	Item     competency.ItemID
	Words    string
	State    competency.RequestState
	Asked    time.Time
	Teacher  *competency.PersonID
	Answered *time.Time
	Reply    string
}

// TableName names the table.
func (requestRow) TableName() string { return "assessment_request" }

func (r requestRow) toRequest() competency.AssessmentRequest {
	return competency.AssessmentRequest{
		ID: r.ID, School: r.School, Learner: r.Learner, Item: r.Item, Words: r.Words, State: r.State, Asked: utc(r.Asked),
		Teacher: orEmpty(r.Teacher), Answered: whenever(r.Answered), Reply: r.Reply,
	}
}

// AddRequest keeps a new request, which has its id. A second open one for the
// same learner and indicator is ErrConflict.
func (sc *Scope) AddRequest(q competency.AssessmentRequest) error {
	row := requestRow{
		ID: q.ID, Tenant: sc.tenant, School: q.School, Learner: q.Learner, Item: q.Item, Words: q.Words, State: q.State, Asked: utc(q.Asked),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding a request: %w", err)
	}
	return nil
}

// AnswerRequest writes how a request ended; ErrNotFound if it was no longer open.
func (sc *Scope) AnswerRequest(q competency.AssessmentRequest) error {
	return oneRow(sc.rows(&requestRow{}).Where("id = ? AND state = ?", q.ID, competency.RequestAsked).Updates(map[string]any{
		"state": q.State, "teacher": orNull(q.Teacher), "answered": perhaps(q.Answered), "reply": q.Reply,
	}))
}

// Request answers one request.
func (sc *Scope) Request(id competency.RequestID) (competency.AssessmentRequest, error) {
	var row requestRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toRequest(), err
}

// RequestsOf answers a learner's requests, the newest first, at most 100.
func (sc *Scope) RequestsOf(learner competency.PersonID) ([]competency.AssessmentRequest, error) {
	return requests(sc.rows(&requestRow{}).Where("learner = ?", learner).Order("asked DESC, id DESC").Limit(100))
}

// OpenRequests answers what learners of some schools ask of a teacher who is
// not one of them, the oldest first, at most limit, and how many there are.
func (sc *Scope) OpenRequests(schools []competency.OrgID, notOf competency.PersonID, limit int) ([]competency.AssessmentRequest, int64, error) {
	q := sc.rows(&requestRow{}).Where("state = 'asked' AND school IN ? AND learner <> ?", schools, notOf).Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, err
	}
	all, err := requests(q.Order("asked, id").Limit(limit))
	return all, total, err
}

func requests(q *gorm.DB) ([]competency.AssessmentRequest, error) {
	var rows []requestRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.AssessmentRequest, len(rows))
	for i, r := range rows {
		all[i] = r.toRequest()
	}
	return all, nil
}
