package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// panelRow is a panel without its members, pieces and scores.
type panelRow struct {
	ID       competency.PanelID
	Tenant   competency.OrgID
	School   competency.OrgID
	Learner  competency.PersonID
	Kind     string
	Evidence competency.EvidenceID
	State    competency.PanelState
	Chair    competency.PersonID
	Opened   time.Time
	Decided  *time.Time
	Reason   string
}

// TableName names the table.
func (panelRow) TableName() string { return "panel" }

// panelPieceRow is a piece of the body.
type panelPieceRow struct {
	Tenant   competency.OrgID
	Panel    competency.PanelID
	Evidence competency.EvidenceID
	Position int
}

// TableName names the table.
func (panelPieceRow) TableName() string { return "panel_piece" }

// panelMemberRow is one who judges.
type panelMemberRow struct {
	Tenant  competency.OrgID
	Panel   competency.PanelID
	Person  competency.PersonID
	Outside bool
}

// TableName names the table.
func (panelMemberRow) TableName() string { return "panel_member" }

// panelScoreRow is what a member said; rows never change.
type panelScoreRow struct {
	Tenant competency.OrgID
	Panel  competency.PanelID
	Person competency.PersonID
	Item   competency.ItemID
	Level  int
	Words  string
	Made   time.Time
}

// TableName names the table.
func (panelScoreRow) TableName() string { return "panel_score" }

// AddPanel keeps a new panel with its members and pieces; it has its id.
func (sc *Scope) AddPanel(p competency.Panel) error {
	row := panelRow{p.ID, sc.tenant, p.School, p.Learner, p.Kind, p.Body, p.State, p.Chair, utc(p.Opened), perhaps(p.Decided), p.Reason}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding a panel: %w", err)
	}
	members := make([]panelMemberRow, len(p.Members))
	for i, m := range p.Members {
		members[i] = panelMemberRow{sc.tenant, p.ID, m.Person, m.Outside}
	}
	if err := sc.add(&members); err != nil {
		return fmt.Errorf("adding a panel's members: %w", err)
	}
	pieces := make([]panelPieceRow, len(p.Pieces))
	for i, e := range p.Pieces {
		pieces[i] = panelPieceRow{sc.tenant, p.ID, e, i}
	}
	return sc.add(&pieces)
}

// MovePanel writes that a panel ended; ErrNotFound if it had ended before.
func (sc *Scope) MovePanel(p competency.Panel) error {
	return oneRow(sc.rows(&panelRow{}).Where("id = ? AND state = ?", p.ID, competency.PanelOpen).
		Updates(map[string]any{"state": p.State, "decided": perhaps(p.Decided), "reason": p.Reason}))
}

// AddPanelScores keeps what a member said; saying it again is ErrConflict.
func (sc *Scope) AddPanelScores(id competency.PanelID, said []competency.PanelScore) error {
	rows := make([]panelScoreRow, len(said))
	for i, s := range said {
		rows[i] = panelScoreRow{sc.tenant, id, s.Person, s.Item, s.Level, s.Words, utc(s.Made)}
	}
	if len(rows) == 0 {
		return nil
	}
	return sc.add(&rows)
}

// Panel answers one panel with everything in it.
func (sc *Scope) Panel(id competency.PanelID) (competency.Panel, error) {
	all, err := sc.panels(sc.rows(&panelRow{}).Where("id = ?", id))
	if err == nil && len(all) == 0 {
		err = competency.NotFound()
	}
	if err != nil {
		return competency.Panel{}, err
	}
	return all[0], nil
}

// PanelsAbout answers the panels about a learner, the newest first.
func (sc *Scope) PanelsAbout(learner competency.PersonID) ([]competency.Panel, error) {
	return sc.panels(sc.rows(&panelRow{}).Where("learner = ?", learner).Order("opened DESC, id DESC").Limit(100))
}

// PanelsWith answers the open panels on which a person sits or that they chair.
func (sc *Scope) PanelsWith(person competency.PersonID) ([]competency.Panel, error) {
	on := sc.rows(&panelMemberRow{}).Where("person = ?", person).Select("panel")
	return sc.panels(sc.rows(&panelRow{}).Where("state = ? AND (chair = ? OR id IN (?))", competency.PanelOpen, person, on).Order("opened, id").Limit(100))
}

// OnPanelOver reports whether a person sits on an open panel over a piece of
// evidence, or over a body in which it is.
func (sc *Scope) OnPanelOver(person competency.PersonID, id competency.EvidenceID) (bool, error) {
	on := sc.rows(&panelMemberRow{}).Where("person = ?", person).Select("panel")
	in := sc.rows(&panelPieceRow{}).Where("evidence = ?", id).Select("panel")
	var n int64
	err := sc.rows(&panelRow{}).Where("state = ? AND id IN (?) AND (evidence = ? OR id IN (?))", competency.PanelOpen, on, id, in).Count(&n).Error
	return n > 0, err
}

// PanelOver reports whether an open panel judges a body of evidence.
func (sc *Scope) PanelOver(body competency.EvidenceID) (bool, error) {
	var n int64
	err := sc.rows(&panelRow{}).Where("state = ? AND evidence = ?", competency.PanelOpen, body).Count(&n).Error
	return n > 0, err
}

// panels runs the query and fills in the rest: four queries for any number.
func (sc *Scope) panels(q *gorm.DB) ([]competency.Panel, error) {
	var rows []panelRow
	if err := q.Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	all := make([]competency.Panel, len(rows))
	at, ids := map[competency.PanelID]int{}, make([]competency.PanelID, len(rows))
	for i, r := range rows {
		all[i] = competency.Panel{
			ID: r.ID, School: r.School, Learner: r.Learner, Kind: r.Kind, Body: r.Evidence, State: r.State, Chair: r.Chair,
			Opened: utc(r.Opened), Decided: whenever(r.Decided), Reason: r.Reason,
		}
		at[r.ID], ids[i] = i, r.ID
	}
	var members []panelMemberRow
	if err := sc.rows(&panelMemberRow{}).Where("panel IN ?", ids).Order("panel, outside, person").Find(&members).Error; err != nil {
		return nil, err
	}
	for _, m := range members {
		p := &all[at[m.Panel]]
		p.Members = append(p.Members, competency.PanelMember{Person: m.Person, Outside: m.Outside})
	}
	var pieces []panelPieceRow
	if err := sc.rows(&panelPieceRow{}).Where("panel IN ?", ids).Order("panel, position").Find(&pieces).Error; err != nil {
		return nil, err
	}
	for _, e := range pieces {
		p := &all[at[e.Panel]]
		p.Pieces = append(p.Pieces, e.Evidence)
	}
	var scores []panelScoreRow
	if err := sc.rows(&panelScoreRow{}).Where("panel IN ?", ids).Order("panel, made, person, item").Find(&scores).Error; err != nil {
		return nil, err
	}
	for _, s := range scores {
		p := &all[at[s.Panel]]
		p.Scores = append(p.Scores, competency.PanelScore{Person: s.Person, Item: s.Item, Level: s.Level, Words: s.Words, Made: utc(s.Made)})
	}
	return all, nil
}
