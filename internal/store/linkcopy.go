package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// linkCopyRow is what a link showed.
type linkCopyRow struct {
	ID       string
	Tenant   competency.OrgID
	Evidence competency.EvidenceID
	Version  int
	Address  string
	State    competency.LinkState
	Title    string
	Body     string
	Hash     string
	Reason   string
	Tried    *time.Time
}

// TableName names the table.
func (linkCopyRow) TableName() string { return "link_copy" }

// AddLinkCopies keeps what is to be read, under new ids.
func (sc *Scope) AddLinkCopies(all []competency.LinkCopy) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]linkCopyRow, len(all))
	for i, l := range all {
		rows[i] = linkCopyRow{sc.ID(), sc.tenant, l.Evidence, l.Version, l.Address, l.State, l.Title, l.Text, l.Hash, l.Reason, perhaps(l.Tried)}
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("asking for copies of links: %w", err)
	}
	return nil
}

// SetLinkCopy writes what came of reading a link. What was read already stays.
func (sc *Scope) SetLinkCopy(l competency.LinkCopy) error {
	return oneRow(sc.rows(&linkCopyRow{}).Where("id = ? AND state <> ?", l.ID, competency.LinkKept).Updates(map[string]any{
		"state": l.State, "title": l.Title, "body": l.Text, "hash": l.Hash, "reason": l.Reason, "tried": perhaps(l.Tried),
	}))
}

// LinkCopies answers what the links of evidence showed, by version.
func (sc *Scope) LinkCopies(id competency.EvidenceID) ([]competency.LinkCopy, error) {
	return linkCopies(sc.rows(&linkCopyRow{}).Where("evidence = ?", id))
}

// LinksAsked answers the links of evidence that nobody has read yet.
func (sc *Scope) LinksAsked(id competency.EvidenceID) ([]competency.LinkCopy, error) {
	return linkCopies(sc.rows(&linkCopyRow{}).Where("evidence = ? AND state = ?", id, competency.LinkAsked))
}

func linkCopies(q *gorm.DB) ([]competency.LinkCopy, error) {
	var rows []linkCopyRow
	if err := q.Order("version, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.LinkCopy, len(rows))
	for i, r := range rows {
		all[i] = competency.LinkCopy{
			ID: r.ID, Evidence: r.Evidence, Version: r.Version, Address: r.Address, State: r.State, Title: r.Title,
			Text: r.Body, Hash: r.Hash, Reason: r.Reason, Tried: whenever(r.Tried),
		}
	}
	return all, nil
}
