package store

import (
	"time"

	"laurel/competency"
)

// statusChangeRow is a change of a credential that two people make.
type statusChangeRow struct {
	ID            competency.StatusChangeID
	Tenant        competency.OrgID
	Credential    competency.CredentialID
	Kind          competency.ChangeKind
	State         competency.ChangeState
	PublicReason  competency.RevocationReason
	PrivateReason string
	OpenedBy      competency.PersonID
	Opened        time.Time
	ClosedBy      competency.PersonID
	Closed        *time.Time
}

// TableName names the table.
func (statusChangeRow) TableName() string { return "status_change" }

func (r statusChangeRow) toStatusChange() competency.StatusChange {
	return competency.StatusChange{
		ID: r.ID, Tenant: r.Tenant, Credential: r.Credential, Kind: r.Kind, State: r.State, Public: r.PublicReason,
		Private:  r.PrivateReason,
		OpenedBy: r.OpenedBy, Opened: utc(r.Opened), ClosedBy: r.ClosedBy, Closed: whenever(r.Closed),
	}
}

// AddStatusChange keeps an open change and answers it with its id;
// ErrConflict if the credential has one already.
func (sc *Scope) AddStatusChange(r competency.StatusChange) (competency.StatusChange, error) {
	r.ID, r.Tenant = competency.StatusChangeID(sc.ID()), sc.tenant
	row := statusChangeRow{
		ID: r.ID, Tenant: sc.tenant, Credential: r.Credential, Kind: r.Kind, State: r.State, PublicReason: r.Public,
		PrivateReason: r.Private, OpenedBy: r.OpenedBy, Opened: utc(r.Opened),
	}
	return r, sc.add(&row)
}

// StatusChange answers one change.
func (sc *Scope) StatusChange(id competency.StatusChangeID) (competency.StatusChange, error) {
	var row statusChangeRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toStatusChange(), err
}

// CloseStatusChange keeps how an open change ended; ErrNotFound if it is not
// open any more.
func (sc *Scope) CloseStatusChange(r competency.StatusChange) error {
	return oneRow(sc.rows(&statusChangeRow{}).Where("id = ? AND state = ?", r.ID, competency.ChangeOpen).
		Updates(map[string]any{"state": r.State, "closed_by": r.ClosedBy, "closed": perhaps(r.Closed)}))
}

// StatusChangesIn answers the tenant's changes in a state, the oldest first.
func (sc *Scope) StatusChangesIn(state competency.ChangeState, limit int) ([]competency.StatusChange, error) {
	return sc.statusChanges("state = ?", string(state), limit)
}

// StatusChangesOf answers the changes of a credential, the oldest first.
func (sc *Scope) StatusChangesOf(id competency.CredentialID) ([]competency.StatusChange, error) {
	return sc.statusChanges("credential = ?", string(id), 100)
}

func (sc *Scope) statusChanges(condition, value string, limit int) ([]competency.StatusChange, error) {
	var rows []statusChangeRow
	if err := sc.rows(&statusChangeRow{}).Where(condition, value).Order("opened, id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]competency.StatusChange, len(rows))
	for i, r := range rows {
		list[i] = r.toStatusChange()
	}
	return list, nil
}
