package store

import (
	"cmp"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"laurel/competency"
)

// frameworkRow is one version of a framework.
type frameworkRow struct {
	ID        competency.FrameworkID
	Tenant    competency.OrgID
	Line      competency.FrameworkID
	Name      string
	Version   int
	Scale     kept[competency.Scale]
	Reference bool
	Source    string
	Created   time.Time
}

// TableName names the table.
func (frameworkRow) TableName() string { return "framework" }

func (r frameworkRow) toFramework() competency.Framework {
	return competency.Framework{
		ID: r.ID, Tenant: r.Tenant, Line: r.Line, Name: r.Name, Version: r.Version, Scale: r.Scale.V,
		Reference: r.Reference, Source: r.Source, Created: utc(r.Created),
	}
}

// itemRow is an item through all versions of its framework: the version that
// brought it in, and its code.
type itemRow struct {
	ID        competency.ItemID
	Tenant    competency.OrgID
	Framework competency.FrameworkID
	Code      string
}

// TableName names the table.
func (itemRow) TableName() string { return "item" }

// frameworkItemRow is an item in one version.
type frameworkItemRow struct {
	Tenant        competency.OrgID
	Framework     competency.FrameworkID
	Item          competency.ItemID
	Parent        *competency.ItemID
	Kind          competency.ItemKind
	Code          string
	Text          string
	Position      int
	Retired       bool
	Tags          kept[[]string]
	Prerequisites kept[[]string]
	Type          string
	URI           string
	CaseID        string
}

// TableName names the table.
func (frameworkItemRow) TableName() string { return "framework_item" }

func (r frameworkItemRow) toItem() competency.Item {
	it := competency.Item{
		ID: r.Item, Framework: r.Framework, Parent: orEmpty(r.Parent), Kind: r.Kind, Code: r.Code, Text: r.Text, Position: r.Position,
		Retired: r.Retired, Type: r.Type, URI: r.URI, CaseID: r.CaseID,
	}
	if len(r.Tags.V) > 0 {
		it.Tags = r.Tags.V
	}
	if len(r.Prerequisites.V) > 0 {
		it.Prerequisites = r.Prerequisites.V
	}
	return it
}

// rubricRow is one version of an item's rubric.
type rubricRow struct {
	ID       competency.RubricID
	Tenant   competency.OrgID
	Item     competency.ItemID
	Version  int
	Criteria kept[[]competency.RubricLine]
	Created  time.Time
}

// TableName names the table.
func (rubricRow) TableName() string { return "rubric" }

func (r rubricRow) toRubric() competency.Rubric {
	return competency.Rubric{ID: r.ID, Item: r.Item, Version: r.Version, Criteria: r.Criteria.V}
}

// AddFramework keeps a version with its items, parents before children, and
// the rubrics that come with it; all have their ids. Items that an earlier
// version brought in are the same items.
func (sc *Scope) AddFramework(f competency.Framework, items []competency.Item, rubrics []competency.Rubric) error {
	row := frameworkRow{
		ID: f.ID, Tenant: sc.tenant, Line: cmp.Or(f.Line, f.ID), Name: f.Name, Version: f.Version, Scale: kept[competency.Scale]{f.Scale},
		Reference: f.Reference, Source: f.Source, Created: utc(f.Created),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding the framework: %w", err)
	}
	known, rows := make([]itemRow, len(items)), make([]frameworkItemRow, len(items))
	for i, it := range items {
		known[i] = itemRow{ID: it.ID, Tenant: sc.tenant, Framework: f.ID, Code: it.Code}
		rows[i] = frameworkItemRow{
			Tenant: sc.tenant, Framework: f.ID, Item: it.ID, Parent: orNull(it.Parent), Kind: it.Kind, Code: it.Code, Text: it.Text,
			Position: it.Position, Retired: it.Retired, Tags: list(it.Tags), Prerequisites: list(it.Prerequisites),
			Type: it.Type, URI: it.URI, CaseID: it.CaseID,
		}
	}
	once := clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoNothing: true}
	if err := sc.db().Clauses(once).CreateInBatches(&known, 100).Error; err != nil {
		return fmt.Errorf("adding new items: %w", err)
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("adding the framework's items: %w", err)
	}
	return sc.AddRubrics(rubrics, f.Created)
}

// AddRubrics keeps rubrics, which have their ids. A version that is there
// already is ErrConflict.
func (sc *Scope) AddRubrics(rubrics []competency.Rubric, at time.Time) error {
	if len(rubrics) == 0 {
		return nil
	}
	all := make([]rubricRow, len(rubrics))
	for i, r := range rubrics {
		all[i] = rubricRow{
			ID: r.ID, Tenant: sc.tenant, Item: r.Item, Version: r.Version, Criteria: list(r.Criteria), Created: utc(at),
		}
	}
	if err := sc.add(&all); err != nil {
		return fmt.Errorf("adding rubrics: %w", err)
	}
	return nil
}

// Framework answers one version of a framework.
func (sc *Scope) Framework(id competency.FrameworkID) (competency.Framework, error) {
	var row frameworkRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toFramework(), err
}

// Frameworks answers all of the tenant's frameworks, the newest first.
func (sc *Scope) Frameworks() ([]competency.Framework, error) {
	var rows []frameworkRow
	if err := sc.rows(&frameworkRow{}).Order("created DESC, id DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Framework, len(rows))
	for i, r := range rows {
		all[i] = r.toFramework()
	}
	return all, nil
}

// CurrentFramework answers the newest version of what work is judged by, which
// is no reference; ErrNotFound while there is none.
func (sc *Scope) CurrentFramework() (competency.Framework, error) {
	var row frameworkRow
	err := sc.rows(&row).Where("NOT reference").Order("created DESC, id DESC").Take(&row).Error
	return row.toFramework(), err
}

// FrameworkTenant answers whose a framework is. Needs ReadAll.
func (tx *Tx) FrameworkTenant(id competency.FrameworkID) (competency.OrgID, error) {
	if err := tx.across(); err != nil {
		return "", err
	}
	var row frameworkRow
	err := tx.db().Model(&row).Where("id = ?", id).Take(&row).Error
	return row.Tenant, err
}

// Items answers a version's nodes in its order, retired ones among them.
func (sc *Scope) Items(framework competency.FrameworkID) ([]competency.Item, error) {
	var rows []frameworkItemRow
	if err := sc.rows(&frameworkItemRow{}).Where("framework = ?", framework).Order("position, code").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Item, len(rows))
	for i, r := range rows {
		all[i] = r.toItem()
	}
	return all, nil
}

// Rubrics answers the newest rubric of each of the items that has one.
func (sc *Scope) Rubrics(items []competency.ItemID) (map[competency.ItemID]competency.Rubric, error) {
	var rows []rubricRow
	if err := sc.rows(&rubricRow{}).Where("item IN ?", items).Order("version").Find(&rows).Error; err != nil {
		return nil, err
	}
	newest := make(map[competency.ItemID]competency.Rubric, len(rows))
	for _, r := range rows {
		newest[r.Item] = r.toRubric()
	}
	return newest, nil
}

// RubricVersions answers every rubric that an item had, the newest first.
func (sc *Scope) RubricVersions(item competency.ItemID) ([]competency.Rubric, error) {
	var rows []rubricRow
	err := sc.rows(&rubricRow{}).Where("item = ?", item).Order("version DESC").Find(&rows).Error
	all := make([]competency.Rubric, len(rows))
	for i, r := range rows {
		all[i] = r.toRubric()
	}
	return all, err
}

// JudgmentsBy counts the judgments that were made by each of the rubrics.
func (sc *Scope) JudgmentsBy(rubrics []competency.RubricID) (map[competency.RubricID]int, error) {
	var rows []struct {
		Rubric competency.RubricID
		N      int
	}
	err := sc.rows(&assessmentRow{}).Select("rubric, COUNT(*) AS n").Where("rubric IN ?", rubrics).Group("rubric").Scan(&rows).Error
	counts := make(map[competency.RubricID]int, len(rows))
	for _, r := range rows {
		counts[r.Rubric] = r.N
	}
	return counts, err
}
