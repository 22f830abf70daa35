package store

import (
	"time"

	"laurel/competency"
)

// revocationRow is a withdrawal that two people make.
type revocationRow struct {
	ID            competency.RevocationID
	Tenant        competency.OrgID
	Credential    competency.CredentialID
	State         competency.RevocationState
	PublicReason  competency.RevocationReason
	PrivateReason string
	OpenedBy      competency.PersonID
	Opened        time.Time
	ClosedBy      competency.PersonID
	Closed        *time.Time
}

// TableName names the table.
func (revocationRow) TableName() string { return "revocation" }

func (r revocationRow) toRevocation() competency.Revocation {
	return competency.Revocation{
		ID: r.ID, Tenant: r.Tenant, Credential: r.Credential, State: r.State, Public: r.PublicReason, Private: r.PrivateReason,
		OpenedBy: r.OpenedBy, Opened: utc(r.Opened), ClosedBy: r.ClosedBy, Closed: whenever(r.Closed),
	}
}

// AddRevocation keeps an open withdrawal and answers it with its id;
// ErrConflict if the credential has one already.
func (sc *Scope) AddRevocation(r competency.Revocation) (competency.Revocation, error) {
	r.ID, r.Tenant = competency.RevocationID(sc.ID()), sc.tenant
	row := revocationRow{
		ID: r.ID, Tenant: sc.tenant, Credential: r.Credential, State: r.State, PublicReason: r.Public,
		PrivateReason: r.Private, OpenedBy: r.OpenedBy, Opened: utc(r.Opened),
	}
	return r, sc.add(&row)
}

// Revocation answers one withdrawal.
func (sc *Scope) Revocation(id competency.RevocationID) (competency.Revocation, error) {
	var row revocationRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toRevocation(), err
}

// CloseRevocation keeps how an open withdrawal ended; ErrNotFound if it is not
// open any more.
func (sc *Scope) CloseRevocation(r competency.Revocation) error {
	return oneRow(sc.rows(&revocationRow{}).Where("id = ? AND state = ?", r.ID, competency.RevocationOpen).
		Updates(map[string]any{"state": r.State, "closed_by": r.ClosedBy, "closed": perhaps(r.Closed)}))
}

// RevocationsIn answers the tenant's withdrawals in a state, the oldest first.
func (sc *Scope) RevocationsIn(state competency.RevocationState, limit int) ([]competency.Revocation, error) {
	return sc.revocations("state = ?", string(state), limit)
}

// RevocationsOf answers the withdrawals of a credential, the oldest first.
func (sc *Scope) RevocationsOf(id competency.CredentialID) ([]competency.Revocation, error) {
	return sc.revocations("credential = ?", string(id), 100)
}

func (sc *Scope) revocations(condition, value string, limit int) ([]competency.Revocation, error) {
	var rows []revocationRow
	if err := sc.rows(&revocationRow{}).Where(condition, value).Order("opened, id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]competency.Revocation, len(rows))
	for i, r := range rows {
		list[i] = r.toRevocation()
	}
	return list, nil
}
