package store

import (
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// accountRow is a sign-in. Accounts have no tenant.
type accountRow struct {
	ID           competency.AccountID
	Login        string
	PasswordHash string
	Epoch        int
	Created      time.Time
}

// TableName names the table.
func (accountRow) TableName() string { return "account" }

func (r accountRow) toAccount() competency.Account {
	return competency.Account{ID: r.ID, Login: r.Login, PasswordHash: r.PasswordHash, Epoch: r.Epoch, Created: utc(r.Created)}
}

// foldLogin is how logins are kept and compared.
func foldLogin(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

// AddAccount adds a sign-in and answers it with its id. A login that is taken
// is ErrConflict.
func (tx *Tx) AddAccount(login, passwordHash string) (competency.Account, error) {
	row := accountRow{ID: competency.AccountID(tx.ID()), Login: foldLogin(login), PasswordHash: passwordHash, Created: tx.Now()}
	if err := tx.db().Create(&row).Error; err != nil {
		return competency.Account{}, fmt.Errorf("adding an account: %w", err)
	}
	return row.toAccount(), nil
}

// AccountByLogin answers the account that signs in with this login.
func (tx *Tx) AccountByLogin(login string) (competency.Account, error) {
	var row accountRow
	err := tx.db().Model(&row).Where("login = ?", foldLogin(login)).Take(&row).Error
	return row.toAccount(), err
}

// Account answers an account by id.
func (tx *Tx) Account(id competency.AccountID) (competency.Account, error) {
	var row accountRow
	err := tx.db().Model(&row).Where("id = ?", id).Take(&row).Error
	return row.toAccount(), err
}

// SetPassword changes the password's hash and ends every session.
func (tx *Tx) SetPassword(id competency.AccountID, passwordHash string) error {
	return oneRow(tx.db().Model(&accountRow{}).Where("id = ?", id).
		Updates(map[string]any{"password_hash": passwordHash, "epoch": gorm.Expr("epoch + 1")}))
}

// BumpEpoch ends every session of the account.
func (tx *Tx) BumpEpoch(id competency.AccountID) error {
	return oneRow(tx.db().Model(&accountRow{}).Where("id = ?", id).Updates(map[string]any{"epoch": gorm.Expr("epoch + 1")}))
}

// AnyAccount reports whether there is an account at all: a first run has none.
func (tx *Tx) AnyAccount() (bool, error) {
	var ids []string
	err := tx.db().Model(&accountRow{}).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, err
}

// Membership is a tenant in which an account stands for a person.
type Membership struct {
	Tenant competency.OrgID
	Name   string // the tenant's
	Person competency.PersonID
	// Used is the name by which the person is called there.
	Used string
}

// Memberships answers the tenants that the account may enter, by name. Needs
// ReadAll or InAll.
func (tx *Tx) Memberships(id competency.AccountID) ([]Membership, error) {
	if err := tx.across(); err != nil {
		return nil, err
	}
	var all []Membership
	err := tx.db().Table("person").
		Select("person.tenant AS tenant, org.name AS name, person.id AS person, person.used_name AS used").
		Joins("JOIN org ON org.id = person.tenant").
		Where("person.account = ?", id).Order("org.name, person.tenant").Scan(&all).Error
	return all, err
}
