package store

import (
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// reviewRow is one assessor's reading of one attempt; once scored or released
// it never changes.
type reviewRow struct {
	ID          competency.ReviewID
	Tenant      competency.OrgID
	Application competency.ApplicationID
	Attempt     int
	Assessor    competency.PersonID
	Seat        competency.Seat
	State       competency.ReviewState
	Assigned    time.Time
	DueOn       string
	Scored      *time.Time
	Scores      string // JSON of markRow by criterion, empty until scored
}

// TableName names the table.
func (reviewRow) TableName() string { return "review" }

// markRow is a level with its reason as the column scores holds it.
type markRow struct {
	Level  int    `json:"level"`
	Reason string `json:"reason"`
}

func (r reviewRow) toReview() (competency.Review, error) {
	v := competency.Review{
		ID: r.ID, Application: r.Application, Attempt: r.Attempt, Assessor: r.Assessor, Seat: r.Seat, State: r.State,
		Assigned: utc(r.Assigned), Due: r.DueOn, Scored: whenever(r.Scored),
	}
	if r.Scores == "" {
		return v, nil
	}
	var marks map[string]markRow
	if err := json.Unmarshal([]byte(r.Scores), &marks); err != nil {
		return v, fmt.Errorf("reading the scores of review %s: %w", r.ID, err)
	}
	v.Scores = make(map[string]competency.ReviewMark, len(marks))
	for key, m := range marks {
		v.Scores[key] = competency.ReviewMark(m)
	}
	return v, nil
}

func toReviews(q *gorm.DB) ([]competency.Review, error) {
	var rows []reviewRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]competency.Review, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.toReview(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// AddReviews gives out readings. A seat that is taken, or an assessor who has
// read the attempt, is ErrConflict.
func (sc *Scope) AddReviews(list ...competency.Review) error {
	rows := make([]reviewRow, len(list))
	for i, v := range list {
		rows[i] = reviewRow{
			ID: competency.ReviewID(sc.ID()), Tenant: sc.tenant, Application: v.Application, Attempt: v.Attempt,
			Assessor: v.Assessor, Seat: v.Seat, State: v.State, Assigned: utc(v.Assigned), DueOn: v.Due,
		}
	}
	return sc.add(&rows)
}

// Review answers one reading.
func (sc *Scope) Review(id competency.ReviewID) (competency.Review, error) {
	var row reviewRow
	if err := sc.rows(&row).Where("id = ?", id).Take(&row).Error; err != nil {
		return competency.Review{}, err
	}
	return row.toReview()
}

// Reviews answers the readings of all attempts of the applications, the oldest first.
func (sc *Scope) Reviews(applications ...competency.ApplicationID) ([]competency.Review, error) {
	if len(applications) == 0 {
		return nil, nil
	}
	return toReviews(sc.rows(&reviewRow{}).Where("application IN ?", applications).Order("application, attempt, assigned, id"))
}

// ReviewsBy answers an assessor's readings: those not yet scored first, the
// first due first; 200 at most.
func (sc *Scope) ReviewsBy(assessor competency.PersonID) ([]competency.Review, error) {
	return toReviews(sc.rows(&reviewRow{}).Where("assessor = ? AND state <> ?", assessor, competency.ReviewReleased).
		Order("state, due_on, assigned, id").Limit(200))
}

// LockReview keeps the scores of a reading that is still assigned.
func (sc *Scope) LockReview(v competency.Review) error {
	marks := make(map[string]markRow, len(v.Scores))
	for key, m := range v.Scores {
		marks[key] = markRow(m)
	}
	scores, err := json.Marshal(marks)
	if err != nil {
		return fmt.Errorf("writing the scores of review %s: %w", v.ID, err)
	}
	return sc.change(&reviewRow{}, string(v.ID), map[string]any{"state": v.State, "scored": perhaps(v.Scored), "scores": string(scores)})
}

// ReleaseReview takes a reading from its assessor.
func (sc *Scope) ReleaseReview(id competency.ReviewID) error {
	return sc.change(&reviewRow{}, string(id), map[string]any{"state": competency.ReviewReleased})
}

// Assessors answers everyone of the tenant who is an assessor now, with how
// many readings they have open; their schools are filled in by SchoolsOf.
func (sc *Scope) Assessors() ([]competency.Candidate, error) {
	var rows []struct {
		Person  competency.PersonID
		Account competency.AccountID
		Open    int
	}
	open := sc.rows(&reviewRow{}).Select("assessor, COUNT(*) AS n").Where("state = ?", competency.ReviewAssigned).Group("assessor")
	err := sc.rows(&personRow{}).
		Select("person.id AS person, COALESCE(person.account, '') AS account, COALESCE(held.n, 0) AS open").
		Joins("LEFT JOIN (?) AS held ON held.assessor = person.id", open).
		Where("person.id IN (?)", sc.currentStaffing("", competency.Assessor).Select("person")).
		Order("person.id").Limit(500).Scan(&rows).Error
	list := make([]competency.Candidate, len(rows))
	for i, r := range rows {
		list[i] = competency.Candidate{Person: r.Person, Account: r.Account, Open: r.Open}
	}
	return list, err
}

// SchoolsOf answers the schools where the accounts' people work now, in every
// tenant. It needs ReadAll or InAll.
func (tx *Tx) SchoolsOf(accounts []competency.AccountID) (map[competency.AccountID][]competency.OrgID, error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	schools := map[competency.AccountID][]competency.OrgID{}
	if len(accounts) == 0 {
		return schools, nil
	}
	var rows []struct {
		Account competency.AccountID
		Org     competency.OrgID
	}
	now := tx.Now()
	err := tx.db().Table("staffing s").Select("DISTINCT p.account AS account, s.org AS org").
		Joins("JOIN person p ON p.tenant = s.tenant AND p.id = s.person").
		Joins("JOIN org o ON o.tenant = s.tenant AND o.id = s.org").
		Where("p.account IN ? AND o.kind = ? AND s.since <= ? AND (s.until IS NULL OR s.until > ?)",
			accounts, competency.School, now, now).
		Order("account, org").Scan(&rows).Error
	for _, r := range rows {
		schools[r.Account] = append(schools[r.Account], r.Org)
	}
	return schools, err
}

// ApplicantAccounts answers the accounts of those who have an application open:
// their schools matter for the choice of readers.
func (sc *Scope) ApplicantAccounts() (accounts []competency.AccountID, err error) {
	applicants := sc.rows(&applicationRow{}).Select("applicant").Where("state NOT IN ?",
		[]competency.ApplicationState{competency.ApplicationAwarded, competency.ApplicationWithdrawn})
	err = sc.rows(&personRow{}).Where("account IS NOT NULL AND id IN (?)", applicants).Order("account").Pluck("account", &accounts).Error
	return accounts, err
}
