package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// priorApprovalRow is an agreement from before the start.
type priorApprovalRow struct {
	ID        competency.ApprovalID
	Tenant    competency.OrgID
	School    competency.OrgID
	Learner   competency.PersonID
	Route     string
	Title     string
	Items     kept[[]competency.ItemID]
	Starts    string
	State     competency.ApprovalState
	Words     string
	AskedBy   competency.PersonID
	Asked     time.Time
	DecidedBy *competency.PersonID
	Decided   *time.Time
}

// TableName names the table.
func (priorApprovalRow) TableName() string { return "prior_approval" }

// AddPriorApproval keeps what a learner asks for; it has its id.
func (sc *Scope) AddPriorApproval(p competency.PriorApproval) error {
	row := priorApprovalRow{
		ID: p.ID, Tenant: sc.tenant, School: p.School, Learner: p.Learner, Route: p.Route, Title: p.Title, Items: list(p.Items), Starts: p.Starts,
		State: p.State, Words: p.Words, AskedBy: p.AskedBy, Asked: utc(p.Asked), DecidedBy: orNull(p.DecidedBy), Decided: perhaps(p.Decided),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding a request for agreement: %w", err)
	}
	return nil
}

// SetPriorApproval writes how the school answered; an answer that came before
// is ErrNotFound.
func (sc *Scope) SetPriorApproval(p competency.PriorApproval) error {
	return oneRow(sc.rows(&priorApprovalRow{}).Where("id = ? AND state = ?", p.ID, competency.ApprovalAsked).Updates(map[string]any{
		"state": p.State, "words": p.Words, "decided_by": orNull(p.DecidedBy), "decided": perhaps(p.Decided),
	}))
}

// PriorApproval answers one agreement.
func (sc *Scope) PriorApproval(id competency.ApprovalID) (competency.PriorApproval, error) {
	all, err := priorApprovals(sc.rows(&priorApprovalRow{}).Where("id = ?", id))
	if err != nil {
		return competency.PriorApproval{}, err
	}
	if len(all) == 0 {
		return competency.PriorApproval{}, competency.NotFound()
	}
	return all[0], nil
}

// PriorApprovalsOf answers what a learner has asked for, the newest first.
func (sc *Scope) PriorApprovalsOf(learner competency.PersonID) ([]competency.PriorApproval, error) {
	return priorApprovals(sc.rows(&priorApprovalRow{}).Where("learner = ?", learner).Order("asked DESC, id DESC"))
}

// PriorApprovalsAsked answers what waits for an answer at some schools, oldest first.
func (sc *Scope) PriorApprovalsAsked(schools []competency.OrgID) ([]competency.PriorApproval, error) {
	return priorApprovals(sc.rows(&priorApprovalRow{}).Where("state = 'asked' AND school IN ?", schools).Order("asked, id"))
}

func priorApprovals(q *gorm.DB) ([]competency.PriorApproval, error) {
	var rows []priorApprovalRow
	if err := q.Limit(500).Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.PriorApproval, len(rows))
	for i, r := range rows {
		all[i] = competency.PriorApproval{
			ID: r.ID, School: r.School, Learner: r.Learner, Route: r.Route, Title: r.Title, Items: r.Items.V, Starts: r.Starts,
			State: r.State, Words: r.Words, AskedBy: r.AskedBy, Asked: utc(r.Asked), DecidedBy: orEmpty(r.DecidedBy), Decided: whenever(r.Decided),
		}
	}
	return all, nil
}
