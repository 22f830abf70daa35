package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// sectionRow is a teacher's list of learners.
type sectionRow struct {
	ID      competency.SectionID
	Tenant  competency.OrgID
	School  competency.OrgID
	Teacher competency.PersonID
	Name    string
	Created time.Time
	Closed  *time.Time
}

// TableName names the table.
func (sectionRow) TableName() string { return "section" }

func (r sectionRow) toSection() competency.Section {
	return competency.Section{ID: r.ID, School: r.School, Teacher: r.Teacher, Name: r.Name, Created: utc(r.Created), Closed: whenever(r.Closed)}
}

// sectionMemberRow puts a learner on a list.
type sectionMemberRow struct {
	Tenant  competency.OrgID
	Section competency.SectionID
	Person  competency.PersonID
}

// TableName names the table.
func (sectionMemberRow) TableName() string { return "section_member" }

// AddSection keeps a new section, which has its id.
func (sc *Scope) AddSection(s competency.Section) error {
	row := sectionRow{ID: s.ID, Tenant: sc.tenant, School: s.School, Teacher: s.Teacher, Name: s.Name, Created: utc(s.Created), Closed: perhaps(s.Closed)}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding a section: %w", err)
	}
	return nil
}

// SaveSection writes a section's name and whether it is in use.
func (sc *Scope) SaveSection(s competency.Section) error {
	return sc.change(&sectionRow{}, string(s.ID), map[string]any{"name": s.Name, "closed": perhaps(s.Closed)})
}

// SetMembers makes these the learners of a section. Someone who is not the
// tenant's is ErrNotFound.
func (sc *Scope) SetMembers(id competency.SectionID, learners []competency.PersonID) error {
	if err := sc.rows(&sectionMemberRow{}).Where("section = ?", id).Delete(&sectionMemberRow{}).Error; err != nil {
		return err
	}
	rows := make([]sectionMemberRow, len(learners))
	for i, p := range learners {
		rows[i] = sectionMemberRow{sc.tenant, id, p}
	}
	if len(rows) == 0 {
		return nil
	}
	return sc.add(&rows)
}

// Section answers one section.
func (sc *Scope) Section(id competency.SectionID) (competency.Section, error) {
	var row sectionRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toSection(), err
}

// SectionsByID answers some sections, in no order.
func (sc *Scope) SectionsByID(ids []competency.SectionID) ([]competency.Section, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return sections(sc.rows(&sectionRow{}).Where("id IN ?", ids))
}

// SectionsOf answers a teacher's sections, those in use first, by name.
func (sc *Scope) SectionsOf(teacher competency.PersonID) ([]competency.Section, error) {
	return sections(sc.rows(&sectionRow{}).Where("teacher = ?", teacher).Order("closed IS NOT NULL, name, id"))
}

func sections(q *gorm.DB) ([]competency.Section, error) {
	var rows []sectionRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Section, len(rows))
	for i, r := range rows {
		all[i] = r.toSection()
	}
	return all, nil
}

// SectionMembers answers the learners of some sections by used name.
func (sc *Scope) SectionMembers(ids ...competency.SectionID) (map[competency.SectionID][]competency.Person, error) {
	var rows []struct {
		Row     personRow `gorm:"embedded"`
		Section competency.SectionID
	}
	err := sc.db().Table("section_member AS m").Select("p.*, m.section").
		Joins("JOIN person p ON p.tenant = m.tenant AND p.id = m.person").
		Where("m.tenant = ? AND m.section IN ?", sc.tenant, ids).Order("p.folded, p.id").Scan(&rows).Error
	all := make(map[competency.SectionID][]competency.Person, len(ids))
	for _, r := range rows {
		all[r.Section] = append(all[r.Section], r.Row.toPerson())
	}
	return all, err
}

// SectionWith answers a section and its learners by used name, in one query.
func (sc *Scope) SectionWith(id competency.SectionID) (s competency.Section, members []competency.Person, err error) {
	var rows []struct {
		Row     personRow `gorm:"embedded"`
		School  competency.OrgID
		Teacher competency.PersonID
		Name    string
		Made    time.Time
		Closed  *time.Time
	}
	err = sc.db().Table("section AS s").Select("p.*, s.school, s.teacher, s.name, s.created AS made, s.closed").
		Joins("LEFT JOIN section_member m ON m.tenant = s.tenant AND m.section = s.id").
		Joins("LEFT JOIN person p ON p.tenant = m.tenant AND p.id = m.person").
		Where("s.tenant = ? AND s.id = ?", sc.tenant, id).Order("p.folded, p.id").Scan(&rows).Error
	if err != nil {
		return s, nil, err
	}
	if len(rows) == 0 {
		return s, nil, competency.NotFound()
	}
	for _, r := range rows {
		s = competency.Section{ID: id, School: r.School, Teacher: r.Teacher, Name: r.Name, Created: utc(r.Made), Closed: whenever(r.Closed)}
		if r.Row.ID != "" { // a section may be empty
			members = append(members, r.Row.toPerson())
		}
	}
	return s, members, nil
}

// Teaching is an indicator that a learner is taught, and by whom.
type Teaching struct {
	Item    competency.ItemID
	Teacher competency.PersonID
}

// TaughtBy answers what the teachers of a learner's sections gave tasks for, the
// newest last. A section without a task answers its teacher and no indicator,
// first.
func (sc *Scope) TaughtBy(learner competency.PersonID) ([]Teaching, error) {
	var all []Teaching
	err := sc.db().Table("section_member AS m").Select("s.teacher AS teacher, COALESCE(i.item, '') AS item").
		Joins("JOIN section s ON s.tenant = m.tenant AND s.id = m.section AND s.closed IS NULL").
		Joins("LEFT JOIN handout h ON h.tenant = s.tenant AND h.section = s.id").
		Joins("LEFT JOIN task_item i ON i.tenant = h.tenant AND i.task = h.task").
		Where("m.tenant = ? AND m.person = ?", sc.tenant, learner).Order("h.given IS NOT NULL, h.given, h.id, s.id, i.item").Scan(&all).Error
	return all, err
}

// GridCell is what is known of one learner in one indicator from evidence: the
// newest piece, and one that waits to be judged, if there is one.
type GridCell struct {
	Learner competency.PersonID
	Item    competency.ItemID
	Newest  competency.EvidenceID
	Waiting competency.EvidenceID
}

// GridCells answers the evidence of some learners by indicator, in one query.
// Ids grow with time, so that the greatest is the newest. What takes a judgment's
// place is of the same evidence, by which it is found.
func (sc *Scope) GridCells(learners []competency.PersonID) ([]GridCell, error) {
	var all []GridCell
	err := sc.db().Raw(`
		SELECT e.owner AS learner, i.item, MAX(e.id) AS newest,
			COALESCE(MIN(CASE WHEN e.state IN ('submitted', 'in_review')
				AND NOT EXISTS (SELECT 1 FROM assessment a WHERE a.tenant = e.tenant AND a.evidence = e.id AND a.item = i.item AND a.level > 0
					AND NOT EXISTS (SELECT 1 FROM assessment b WHERE b.tenant = a.tenant AND b.evidence = a.evidence AND b.supersedes = a.id))
				THEN e.id END), '') AS waiting
		FROM evidence e JOIN evidence_item i ON i.tenant = e.tenant AND i.evidence = e.id
		WHERE e.tenant = ? AND e.owner IN ? AND NOT EXISTS (SELECT 1 FROM panel p WHERE p.tenant = e.tenant AND p.evidence = e.id AND p.state = 'open')
			AND e.state IN ('submitted', 'in_review', 'accepted', 'needs_revision', 'disputed')
		GROUP BY e.owner, i.item`, sc.tenant, learners).Scan(&all).Error
	return all, err
}
