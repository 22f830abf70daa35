package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// guestRow is a panel's member who comes by a link.
type guestRow struct {
	ID           competency.SeatID
	Tenant       competency.OrgID
	Panel        competency.PanelID
	Person       competency.PersonID
	Name         string
	Role         string
	Organisation string
	Invited      time.Time
	Expires      time.Time
	Link         string
	Salt         string
	Spoke        *time.Time
}

// TableName names the table.
func (guestRow) TableName() string { return "panel_guest" }

func (r guestRow) toGuest() competency.Guest {
	return competency.Guest{
		Seat: r.ID, Panel: r.Panel, Person: r.Person, By: competency.Mentor{Name: r.Name, Role: r.Role, Organisation: r.Organisation},
		Invited: utc(r.Invited), Expires: utc(r.Expires), Spoke: whenever(r.Spoke),
	}
}

// AddGuest keeps the seat of a guest, who is a member of the panel, with its link.
func (sc *Scope) AddGuest(g competency.Guest, l Link) error {
	row := guestRow{
		ID: g.Seat, Tenant: sc.tenant, Panel: g.Panel, Person: g.Person, Name: g.By.Name, Role: g.By.Role, Organisation: g.By.Organisation,
		Invited: utc(g.Invited), Expires: utc(g.Expires), Link: l.Hash, Salt: l.Salt, Spoke: perhaps(g.Spoke),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding a panel's guest: %w", err)
	}
	return nil
}

// SaveGuest writes the term of a seat and whether its guest has spoken.
func (sc *Scope) SaveGuest(g competency.Guest) error {
	return sc.change(&guestRow{}, string(g.Seat), map[string]any{"invited": utc(g.Invited), "expires": utc(g.Expires), "spoke": perhaps(g.Spoke)})
}

// SetGuestLink gives a seat a new link; the old one leads nowhere from then on.
func (sc *Scope) SetGuestLink(seat competency.SeatID, l Link) error {
	return sc.change(&guestRow{}, string(seat), map[string]any{"link": l.Hash, "salt": l.Salt})
}

// Guest answers one seat and its link.
func (sc *Scope) Guest(seat competency.SeatID) (competency.Guest, Link, error) {
	var row guestRow
	err := sc.rows(&row).Where("id = ?", seat).Take(&row).Error
	return row.toGuest(), Link{Hash: row.Link, Salt: row.Salt}, err
}

// Guests answers the guests of a panel and their links, in the order of their seats.
func (sc *Scope) Guests(panel competency.PanelID) (all []competency.Guest, links []Link, err error) {
	var rows []guestRow
	err = sc.rows(&guestRow{}).Where("panel = ?", panel).Order("id").Find(&rows).Error
	for _, r := range rows {
		all, links = append(all, r.toGuest()), append(links, Link{Hash: r.Link, Salt: r.Salt})
	}
	return all, links, err
}

// SeatByLink answers which seat, in which tenant, a link leads to; ErrNotFound
// if none does. Needs ReadAll.
func (tx *Tx) SeatByLink(hash string) (competency.OrgID, competency.SeatID, error) {
	if err := tx.across(); err != nil {
		return "", "", err
	}
	var row guestRow
	err := tx.db().Model(&row).Select("tenant", "id").Where("link = ?", hash).Take(&row).Error
	return row.Tenant, row.ID, err
}
