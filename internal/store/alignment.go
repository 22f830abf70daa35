package store

import (
	"cmp"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"laurel/competency"
)

// alignmentRow says what an item has to do with another.
type alignmentRow struct {
	ID      competency.AlignmentID
	Tenant  competency.OrgID
	Item    competency.ItemID
	Kind    competency.AlignmentKind
	Target  *competency.ItemID
	Address string
	Title   string
	Maker   *competency.PersonID
	Created time.Time
}

// TableName names the table.
func (alignmentRow) TableName() string { return "alignment" }

func (r alignmentRow) toAlignment() competency.ItemAlignment {
	a := competency.ItemAlignment{
		ID: r.ID, Item: r.Item, Kind: r.Kind, Target: orEmpty(r.Target), Title: r.Title, By: orEmpty(r.Maker), Created: utc(r.Created),
	}
	if a.Target == "" {
		a.URI = r.Address
	}
	return a
}

// AddAlignments keeps alignments, which have their ids. What is there already
// stays as it is.
func (sc *Scope) AddAlignments(all []competency.ItemAlignment) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]alignmentRow, len(all))
	for i, a := range all {
		rows[i] = alignmentRow{
			ID: a.ID, Tenant: sc.tenant, Item: a.Item, Kind: a.Kind, Target: orNull(a.Target),
			Address: cmp.Or(string(a.Target), a.URI), Title: a.Title, Maker: orNull(a.By), Created: utc(a.Created),
		}
	}
	once := clause.OnConflict{
		Columns:   []clause.Column{{Name: "tenant"}, {Name: "item"}, {Name: "kind"}, {Name: "address"}},
		DoNothing: true,
	}
	if err := sc.db().Clauses(once).CreateInBatches(&rows, 100).Error; err != nil {
		return fmt.Errorf("adding alignments: %w", err)
	}
	return nil
}

// RemoveAlignment takes an alignment away, and answers what it was.
func (sc *Scope) RemoveAlignment(id competency.AlignmentID) (competency.ItemAlignment, error) {
	var row alignmentRow
	if err := sc.rows(&row).Where("id = ?", id).Take(&row).Error; err != nil {
		return competency.ItemAlignment{}, err
	}
	return row.toAlignment(), oneRow(sc.rows(&alignmentRow{}).Where("id = ?", id).Delete(&alignmentRow{}))
}

// Alignments answers what the items of a framework's version have to do with
// others, from either side, oldest first.
func (sc *Scope) Alignments(framework competency.FrameworkID) ([]competency.ItemAlignment, error) {
	items := func() any {
		return sc.rows(&frameworkItemRow{}).Where("framework = ?", framework).Select("item")
	}
	var rows []alignmentRow
	err := sc.rows(&alignmentRow{}).Where("item IN (?) OR target IN (?)", items(), items()).Order("created, id").Find(&rows).Error
	all := make([]competency.ItemAlignment, len(rows))
	for i, r := range rows {
		all[i] = r.toAlignment()
	}
	return all, err
}

// LearnersByItem counts the learners with a confirmed level in each of a
// version's items; items that nobody has a level in are missing.
func (sc *Scope) LearnersByItem(framework competency.FrameworkID) (map[competency.ItemID]int, error) {
	var rows []struct {
		Item competency.ItemID
		N    int
	}
	err := sc.rows(&determinationRow{}).Select("item, COUNT(DISTINCT learner) AS n").
		Where("state = 'confirmed' AND item IN (?)", sc.rows(&frameworkItemRow{}).Where("framework = ?", framework).Select("item")).
		Group("item").Scan(&rows).Error
	counts := make(map[competency.ItemID]int, len(rows))
	for _, r := range rows {
		counts[r.Item] = r.N
	}
	return counts, err
}

// ItemsNow answers items by their ids as the newest version in which each
// stands has them, with that version's framework.
func (sc *Scope) ItemsNow(ids []competency.ItemID) (map[competency.ItemID]competency.Item, error) {
	now := make(map[competency.ItemID]competency.Item, len(ids))
	if len(ids) == 0 {
		return now, nil
	}
	var rows []frameworkItemRow
	err := sc.rows(&frameworkItemRow{}).Joins("JOIN framework f ON f.tenant = framework_item.tenant AND f.id = framework_item.framework").
		Where("framework_item.item IN ?", ids).Order("f.version").Select("framework_item.*").Find(&rows).Error
	for _, r := range rows {
		now[r.Item] = r.toItem()
	}
	return now, err
}
