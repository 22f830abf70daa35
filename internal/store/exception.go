package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// exceptionRequestRow is an exception on its way.
type exceptionRequestRow struct {
	ID          competency.ExceptionRequestID
	Tenant      competency.OrgID
	School      competency.OrgID
	Learner     competency.PersonID
	Policy      competency.PolicyID
	Requirement string
	Title       string
	Kind        string
	Reason      string
	Cite        string
	Expires     string
	State       competency.ExceptionState
	ProposedBy  competency.PersonID
	Proposed    time.Time
	FirstBy     *competency.PersonID
	FirstAt     *time.Time
	ClosedBy    *competency.PersonID
	Closed      *time.Time
	ClosedWhy   string
	Exception   *string
}

// TableName names the table.
func (exceptionRequestRow) TableName() string { return "exception_request" }

func (r exceptionRequestRow) toRequest() competency.ExceptionRequest {
	return competency.ExceptionRequest{
		ID: r.ID, School: r.School, Learner: r.Learner, Policy: r.Policy, Requirement: r.Requirement, Title: r.Title, Kind: r.Kind,
		Reason: r.Reason, Cite: r.Cite, Expires: r.Expires, State: r.State, ProposedBy: r.ProposedBy, Proposed: utc(r.Proposed),
		FirstBy: orEmpty(r.FirstBy), FirstAt: whenever(r.FirstAt), ClosedBy: orEmpty(r.ClosedBy), Closed: whenever(r.Closed),
		ClosedWhy: r.ClosedWhy, Exception: orEmpty(r.Exception),
	}
}

// AddExceptionRequest keeps a new request, which has its id.
func (sc *Scope) AddExceptionRequest(x competency.ExceptionRequest) error {
	row := exceptionRequestRow{
		ID: x.ID, Tenant: sc.tenant, School: x.School, Learner: x.Learner, Policy: x.Policy, Requirement: x.Requirement, Title: x.Title,
		Kind: x.Kind, Reason: x.Reason, Cite: x.Cite, Expires: x.Expires, State: x.State, ProposedBy: x.ProposedBy, Proposed: utc(x.Proposed),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding a request for an exception: %w", err)
	}
	return nil
}

// ExceptionRequest answers one request.
func (sc *Scope) ExceptionRequest(id competency.ExceptionRequestID) (competency.ExceptionRequest, error) {
	var row exceptionRequestRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toRequest(), err
}

// SaveExceptionRequest keeps the step that was just taken. ErrConflict when
// somebody else has taken one meanwhile, from the state before.
func (sc *Scope) SaveExceptionRequest(x competency.ExceptionRequest, before competency.ExceptionState) error {
	done := sc.rows(&exceptionRequestRow{}).Where("id = ? AND state = ?", x.ID, before).Updates(map[string]any{
		"state": x.State, "first_by": orNull(x.FirstBy), "first_at": perhaps(x.FirstAt), "closed_by": orNull(x.ClosedBy),
		"closed": perhaps(x.Closed), "closed_why": x.ClosedWhy, "exception": orNull(x.Exception),
	})
	if done.Error != nil {
		return fmt.Errorf("keeping a step of an exception: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return competency.Refuse("Somebody else has just answered this. Please look at it again.")
	}
	return nil
}

// OpenExceptionRequests answers what waits at some schools, the oldest first.
func (sc *Scope) OpenExceptionRequests(schools []competency.OrgID) ([]competency.ExceptionRequest, error) {
	return sc.exceptionRequests("school IN ? AND state IN ('proposed', 'approved')", "proposed, id", 500, schools)
}

// ClosedExceptionRequests answers what was last answered at some schools, the newest first.
func (sc *Scope) ClosedExceptionRequests(schools []competency.OrgID) ([]competency.ExceptionRequest, error) {
	return sc.exceptionRequests("school IN ? AND state NOT IN ('proposed', 'approved')", "closed DESC, id", 100, schools)
}

// ExceptionRequestsOf answers every request about a learner, the newest first.
func (sc *Scope) ExceptionRequestsOf(learner competency.PersonID) ([]competency.ExceptionRequest, error) {
	return sc.exceptionRequests("learner = ?", "proposed DESC, id", 500, learner)
}

func (sc *Scope) exceptionRequests(where, order string, most int, arg any) ([]competency.ExceptionRequest, error) {
	var rows []exceptionRequestRow
	if err := sc.rows(&exceptionRequestRow{}).Where(where, arg).Order(order).Limit(most).Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.ExceptionRequest, len(rows))
	for i, r := range rows {
		all[i] = r.toRequest()
	}
	return all, nil
}
