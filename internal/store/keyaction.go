package store

import (
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// keyActionRow is something that two people do about a key.
type keyActionRow struct {
	ID        competency.KeyActionID
	Tenant    competency.OrgID
	Org       competency.OrgID
	Kind      competency.KeyActionKind
	Alg       string
	Keeper    competency.KeyKeeper
	KeyID     string
	Successor string
	Reason    string
	State     competency.KeyActionState
	OpenedBy  competency.PersonID
	Opened    time.Time
	ClosedBy  competency.PersonID
	Closed    *time.Time
}

// TableName names the table.
func (keyActionRow) TableName() string { return "key_action" }

func (r keyActionRow) toAction() competency.KeyAction {
	return competency.KeyAction{
		ID: r.ID, Tenant: r.Tenant, Org: r.Org, Kind: r.Kind, Alg: r.Alg, Keeper: r.Keeper, Key: r.KeyID, Successor: r.Successor,
		Reason: r.Reason, State: r.State, OpenedBy: r.OpenedBy, Opened: utc(r.Opened), ClosedBy: r.ClosedBy, Closed: whenever(r.Closed),
	}
}

// AddKeyAction keeps an open action and answers it with its id; ErrConflict if
// another one about the same key is open.
func (sc *Scope) AddKeyAction(a competency.KeyAction) (competency.KeyAction, error) {
	a.ID, a.Tenant = competency.KeyActionID(sc.ID()), sc.tenant
	row := keyActionRow{
		ID: a.ID, Tenant: sc.tenant, Org: a.Org, Kind: a.Kind, Alg: a.Alg, Keeper: a.Keeper, KeyID: a.Key, Reason: a.Reason,
		State: a.State, OpenedBy: a.OpenedBy, Opened: utc(a.Opened),
	}
	return a, sc.add(&row)
}

// KeyAction answers one action.
func (sc *Scope) KeyAction(id competency.KeyActionID) (competency.KeyAction, error) {
	var row keyActionRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toAction(), err
}

// CloseKeyAction keeps how an open action ended; ErrNotFound if it is not open any more.
func (sc *Scope) CloseKeyAction(a competency.KeyAction) error {
	return oneRow(sc.rows(&keyActionRow{}).Where("id = ? AND state = ?", a.ID, competency.KeyActionOpen).Updates(map[string]any{
		"state": a.State, "key_id": a.Key, "successor": a.Successor, "closed_by": a.ClosedBy, "closed": perhaps(a.Closed),
	}))
}

// KeyActions answers the actions of an organisation, the newest first; those of
// every organisation of the tenant if org is empty.
func (sc *Scope) KeyActions(org competency.OrgID, limit int) ([]competency.KeyAction, error) {
	q := sc.rows(&keyActionRow{})
	if org != "" {
		q = q.Where("org = ?", org)
	}
	return keyActions(q.Order("opened DESC, id DESC").Limit(limit))
}

// OpenKeyActions answers the tenant's actions that wait for a second person, the oldest first.
func (sc *Scope) OpenKeyActions() ([]competency.KeyAction, error) {
	return keyActions(sc.rows(&keyActionRow{}).Where("state = ?", competency.KeyActionOpen).Order("opened, id"))
}

func keyActions(q *gorm.DB) ([]competency.KeyAction, error) {
	var rows []keyActionRow
	err := q.Find(&rows).Error
	list := make([]competency.KeyAction, len(rows))
	for i, r := range rows {
		list[i] = r.toAction()
	}
	return list, err
}
