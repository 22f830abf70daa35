package store

import (
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// classRow is the learners of a school who graduate in one year.
type classRow struct {
	ID        competency.ClassID
	Tenant    competency.OrgID
	School    competency.OrgID
	Year      int
	Conferral string
	OpenedBy  competency.PersonID
	Opened    time.Time
}

// TableName names the table.
func (classRow) TableName() string { return "class" }

func (r classRow) toClass() competency.Class {
	return competency.Class{
		ID: r.ID, Tenant: r.Tenant, School: r.School, Year: r.Year, Conferral: r.Conferral,
		OpenedBy: r.OpenedBy, Opened: utc(r.Opened),
	}
}

// AddClass opens a class. A second one for the school and year is ErrConflict;
// a school that is not the tenant's is ErrNotFound.
func (sc *Scope) AddClass(c competency.Class) error {
	row := classRow{
		ID: c.ID, Tenant: sc.tenant, School: c.School, Year: c.Year, Conferral: c.Conferral,
		OpenedBy: c.OpenedBy, Opened: utc(c.Opened),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("opening a class: %w", err)
	}
	return nil
}

// Class answers one of the tenant's classes.
func (sc *Scope) Class(id competency.ClassID) (competency.Class, error) {
	var row classRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toClass(), err
}

// Classes answers the tenant's classes, the newest year first.
func (sc *Scope) Classes() ([]competency.Class, error) {
	var rows []classRow
	if err := sc.rows(&classRow{}).Order("year DESC, opened DESC, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Class, len(rows))
	for i, r := range rows {
		all[i] = r.toClass()
	}
	return all, nil
}

// ClassEnrollments answers the present enrollments of those who are to
// graduate from a school in a year, in the order of the learners' ids.
func (sc *Scope) ClassEnrollments(school competency.OrgID, year int) ([]competency.Enrollment, error) {
	var rows []enrollmentRow
	if err := sc.currentEnrollments(school, year).Order("person").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Enrollment, len(rows))
	for i, r := range rows {
		all[i] = r.toEnrollment()
	}
	return all, nil
}

// AuditRun is one pass over a class.
type AuditRun struct {
	ID          string
	Class       competency.ClassID
	Total, Done int
	// Reached is the last learner looked at; a pass goes by the learners' ids.
	Reached  competency.PersonID
	AskedBy  competency.PersonID
	Asked    time.Time
	Finished time.Time // zero while it runs
}

type auditRunRow struct {
	ID       string
	Tenant   competency.OrgID
	Class    competency.ClassID
	Total    int
	Done     int
	Reached  competency.PersonID
	AskedBy  competency.PersonID
	Asked    time.Time
	Finished *time.Time
}

// TableName names the table.
func (auditRunRow) TableName() string { return "audit_run" }

func (r auditRunRow) toRun() AuditRun {
	return AuditRun{
		ID: r.ID, Class: r.Class, Total: r.Total, Done: r.Done, Reached: r.Reached,
		AskedBy: r.AskedBy, Asked: utc(r.Asked), Finished: whenever(r.Finished),
	}
}

// AddAuditRun begins a pass over a class. ErrConflict while one is under way.
func (sc *Scope) AddAuditRun(class competency.ClassID, total int, by competency.PersonID) (AuditRun, error) {
	row := auditRunRow{ID: sc.ID(), Tenant: sc.tenant, Class: class, Total: total, AskedBy: by, Asked: sc.Now()}
	if err := sc.add(&row); err != nil {
		return AuditRun{}, fmt.Errorf("beginning to audit a class: %w", err)
	}
	return row.toRun(), nil
}

// AuditRun answers one pass.
func (sc *Scope) AuditRun(id string) (AuditRun, error) {
	var row auditRunRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toRun(), err
}

// NewestAuditRun answers the last pass over a class.
func (sc *Scope) NewestAuditRun(class competency.ClassID) (AuditRun, error) {
	var row auditRunRow
	err := sc.rows(&row).Where("class = ?", class).Order("asked DESC, id DESC").Take(&row).Error
	return row.toRun(), err
}

// SaveAuditRun keeps how far a pass has come.
func (sc *Scope) SaveAuditRun(run AuditRun) error {
	return sc.change(&auditRunRow{}, run.ID, map[string]any{
		"total": run.Total, "done": run.Done, "reached": run.Reached, "finished": perhaps(run.Finished),
	})
}

// auditRow is one evaluation of one learner; rows never change.
type auditRow struct {
	ID         competency.AuditID
	Tenant     competency.OrgID
	Class      competency.ClassID
	Learner    competency.PersonID
	Number     int
	Policy     competency.PolicyID
	PolicyHash string
	FactsHash  string
	State      competency.AuditState
	Summary    string // the JSON of competency.AuditSummary
	Tree       string
	Made       time.Time
}

// TableName names the table.
func (auditRow) TableName() string { return "audit" }

// auditColumns are what lists read: everything but the tree.
var auditColumns = []string{
	"id", "tenant", "class", "learner", "number", "policy", "policy_hash", "facts_hash", "state", "summary", "made",
}

func (r auditRow) toAudit() (competency.AuditRecord, error) {
	a := competency.AuditRecord{
		ID: r.ID, Class: r.Class, Learner: r.Learner, Number: r.Number, Policy: r.Policy,
		PolicyHash: r.PolicyHash, FactsHash: r.FactsHash, State: r.State, Tree: []byte(r.Tree), At: utc(r.Made),
	}
	if err := json.Unmarshal([]byte(r.Summary), &a.Summary); err != nil {
		return a, fmt.Errorf("reading the summary of audit %s: %w", r.ID, err)
	}
	return a, nil
}

// AddAudits keeps audits, all or none. ErrConflict when somebody else has just
// audited one of the learners.
func (sc *Scope) AddAudits(list []competency.AuditRecord) error {
	rows := make([]auditRow, len(list))
	for i, a := range list {
		summary, err := json.Marshal(a.Summary)
		if err != nil {
			return fmt.Errorf("writing the summary of audit %s: %w", a.ID, err)
		}
		rows[i] = auditRow{
			ID: a.ID, Tenant: sc.tenant, Class: a.Class, Learner: a.Learner, Number: a.Number, Policy: a.Policy,
			PolicyHash: a.PolicyHash, FactsHash: a.FactsHash, State: a.State, Summary: string(summary),
			Tree: string(a.Tree), Made: utc(a.At),
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("keeping audits: %w", err)
	}
	return nil
}

// NewestAudits answers the newest audit of every learner of a class, without
// the trees. One query for any number.
func (sc *Scope) NewestAudits(class competency.ClassID) (map[competency.PersonID]competency.AuditRecord, error) {
	newest := sc.rows(&auditRow{}).Where("class = ?", class).Group("learner").Select("learner, MAX(number)")
	return auditsByLearner(sc.rows(&auditRow{}).Where("class = ? AND (learner, number) IN (?)", class, newest))
}

// AuditsOfBatch answers the audits on which the entries of a batch rest,
// without the trees.
func (sc *Scope) AuditsOfBatch(batch competency.BatchID) (map[competency.PersonID]competency.AuditRecord, error) {
	return auditsByLearner(sc.rows(&auditRow{}).Where("id IN (?)", sc.rows(&batchItemRow{}).Where("batch = ?", batch).Select("audit")))
}

func auditsByLearner(q *gorm.DB) (map[competency.PersonID]competency.AuditRecord, error) {
	var rows []auditRow
	if err := q.Select(auditColumns).Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make(map[competency.PersonID]competency.AuditRecord, len(rows))
	for _, r := range rows {
		a, err := r.toAudit()
		if err != nil {
			return nil, err
		}
		all[r.Learner] = a
	}
	return all, nil
}

// NewestAudit answers the newest audit of one learner, with the tree.
func (sc *Scope) NewestAudit(class competency.ClassID, learner competency.PersonID) (competency.AuditRecord, error) {
	var row auditRow
	if err := sc.rows(&row).Where("class = ? AND learner = ?", class, learner).Order("number DESC").Take(&row).Error; err != nil {
		return competency.AuditRecord{}, err
	}
	return row.toAudit()
}

// Waits is how much waits in one place, and since when.
type Waits struct {
	Count  int
	Oldest time.Time
}

// readyAudits finds the newest audit of each learner, if it is done and the
// learner is on no list that is under way or done.
const readyAudits = `SELECT a.class AS class, a.made AS made FROM audit a
	JOIN class c ON c.tenant = a.tenant AND c.id = a.class
	WHERE a.tenant = ? AND a.state IN ('met', 'waived')
	AND NOT EXISTS (SELECT 1 FROM audit n WHERE n.tenant = a.tenant AND n.class = a.class AND n.learner = a.learner AND n.number > a.number)
	AND NOT EXISTS (SELECT 1 FROM batch_item i WHERE i.tenant = a.tenant AND i.learner = a.learner AND i.state IN ('ready', 'awarded'))
	AND EXISTS (SELECT 1 FROM enrollment e WHERE e.tenant = a.tenant AND e.person = a.learner AND e.school = c.school
		AND e.graduation_year = c.year AND e.since <= ? AND (e.until IS NULL OR e.until > ?))
	ORDER BY a.made`

// ReadyCounts answers, per class, how many learners are ready to certify, and
// since when the first of them is.
func (sc *Scope) ReadyCounts() (map[competency.ClassID]Waits, error) {
	var rows []struct {
		Class competency.ClassID
		Made  time.Time
	}
	now := sc.Now()
	if err := sc.db().Raw(readyAudits, sc.tenant, now, now).Scan(&rows).Error; err != nil {
		return nil, err
	}
	all := map[competency.ClassID]Waits{}
	for _, r := range rows {
		w := all[r.Class]
		if w.Count == 0 {
			w.Oldest = utc(r.Made)
		}
		w.Count++
		all[r.Class] = w
	}
	return all, nil
}

// ClassCounts answers how many learners are enrolled now, per school and year.
func (sc *Scope) ClassCounts() (map[competency.OrgID]map[int]int, error) {
	var rows []struct {
		School         competency.OrgID
		GraduationYear int
		Count          int
	}
	err := sc.currentEnrollments("", 0).Select("school, graduation_year, COUNT(DISTINCT person) AS count").
		Group("school, graduation_year").Scan(&rows).Error
	all := map[competency.OrgID]map[int]int{}
	for _, r := range rows {
		if all[r.School] == nil {
			all[r.School] = map[int]int{}
		}
		all[r.School][r.GraduationYear] = r.Count
	}
	return all, err
}
