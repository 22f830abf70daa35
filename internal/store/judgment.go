package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// assessmentRow is a judgment; rows never change.
type assessmentRow struct {
	ID         competency.AssessmentID
	Tenant     competency.OrgID
	Evidence   competency.EvidenceID
	Learner    competency.PersonID
	Item       competency.ItemID
	Rubric     competency.RubricID
	Assessor   competency.PersonID
	Level      int
	Feedback   string
	Made       time.Time
	Supersedes *competency.AssessmentID
}

// TableName names the table.
func (assessmentRow) TableName() string { return "assessment" }

func (r assessmentRow) toAssessment() competency.Assessment {
	return competency.Assessment{
		ID: r.ID, Evidence: r.Evidence, Learner: r.Learner, Item: r.Item, Rubric: r.Rubric, Assessor: r.Assessor,
		Level: r.Level, Feedback: r.Feedback, At: utc(r.Made), Supersedes: orEmpty(r.Supersedes),
	}
}

// AddAssessments keeps judgments, which have their ids. One that supersedes
// what was superseded already is ErrConflict.
func (sc *Scope) AddAssessments(all []competency.Assessment) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]assessmentRow, len(all))
	for i, a := range all {
		rows[i] = assessmentRow{
			ID: a.ID, Tenant: sc.tenant, Evidence: a.Evidence, Learner: a.Learner, Item: a.Item, Rubric: a.Rubric,
			Assessor: a.Assessor, Level: a.Level, Feedback: a.Feedback, Made: utc(a.At), Supersedes: orNull(a.Supersedes),
		}
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("adding assessments: %w", err)
	}
	return nil
}

// AssessmentsOf answers every judgment of some pieces of evidence, oldest first.
func (sc *Scope) AssessmentsOf(ids ...competency.EvidenceID) ([]competency.Assessment, error) {
	var rows []assessmentRow
	if err := sc.rows(&assessmentRow{}).Where("evidence IN ?", ids).Order("made, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Assessment, len(rows))
	for i, r := range rows {
		all[i] = r.toAssessment()
	}
	return all, nil
}

// Judged is a judgment with the work that it is about.
type Judged struct {
	competency.Assessment
	Task    competency.TaskID // empty where the work answers no task
	Title   string            // the task's, or else the evidence's
	Context string
}

// JudgedOf answers every judgment of a learner in some items, or in all where
// there are none given, with the work each is about, oldest first. Work that
// was set aside or withdrawn is left out.
func (sc *Scope) JudgedOf(learner competency.PersonID, items []competency.ItemID) ([]Judged, error) {
	var rows []struct {
		Row     assessmentRow `gorm:"embedded"`
		Task    *competency.TaskID
		Title   string
		Context string
	}
	q := sc.db().Table("assessment AS a").
		Select("a.*, e.task, COALESCE(t.title, e.title) AS title, e.context").
		Joins("JOIN evidence e ON e.tenant = a.tenant AND e.id = a.evidence").
		Joins("LEFT JOIN task t ON t.tenant = e.tenant AND t.id = e.task").
		Where("a.tenant = ? AND a.learner = ? AND e.state NOT IN ('set_aside', 'withdrawn')", sc.tenant, learner)
	if len(items) > 0 {
		q = q.Where("a.item IN ?", items)
	}
	if err := q.Order("a.made, a.id").Scan(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]Judged, len(rows))
	for i, r := range rows {
		all[i] = Judged{r.Row.toAssessment(), orEmpty(r.Task), r.Title, r.Context}
	}
	return all, nil
}

// determinationRow is a level of one learner in one indicator.
type determinationRow struct {
	ID           competency.DeterminationID
	Tenant       competency.OrgID
	Learner      competency.PersonID
	Item         competency.ItemID
	State        competency.DeterminationState
	Level        int
	Method       string
	Inputs       kept[[]competency.AssessmentID]
	Why          string
	Contexts     kept[[]string]
	Supersedes   *competency.DeterminationID
	Proposed     time.Time
	ConfirmedBy  *competency.PersonID
	Confirmed    *time.Time
	ReopenedBy   *competency.PersonID
	Reopened     *time.Time
	ReopenReason string
}

// TableName names the table.
func (determinationRow) TableName() string { return "determination" }

func (r determinationRow) toDetermination() competency.Determination {
	return competency.Determination{
		ID: r.ID, Learner: r.Learner, Item: r.Item, State: r.State, Level: r.Level, Method: r.Method,
		Inputs: r.Inputs.V, Why: r.Why, Contexts: r.Contexts.V, Supersedes: orEmpty(r.Supersedes), Proposed: utc(r.Proposed),
		By: orEmpty(r.ConfirmedBy), Confirmed: whenever(r.Confirmed),
		ReopenedBy: orEmpty(r.ReopenedBy), Reopened: whenever(r.Reopened), Reason: r.ReopenReason,
	}
}

// AddDeterminations keeps levels, which have their ids. A second proposed or a
// second confirmed one for the same learner and indicator is ErrConflict.
func (sc *Scope) AddDeterminations(all []competency.Determination) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]determinationRow, len(all))
	for i, d := range all {
		rows[i] = determinationRow{
			ID: d.ID, Tenant: sc.tenant, Learner: d.Learner, Item: d.Item, State: d.State, Level: d.Level, Method: d.Method,
			Inputs: list(d.Inputs), Why: d.Why, Contexts: list(d.Contexts), Supersedes: orNull(d.Supersedes), Proposed: utc(d.Proposed),
			ConfirmedBy: orNull(d.By), Confirmed: perhaps(d.Confirmed),
			ReopenedBy: orNull(d.ReopenedBy), Reopened: perhaps(d.Reopened), ReopenReason: d.Reason,
		}
	}
	if err := sc.add(&rows); err != nil {
		return fmt.Errorf("adding determinations: %w", err)
	}
	return nil
}

// MoveDetermination writes that a level was confirmed, reopened or superseded.
func (sc *Scope) MoveDetermination(d competency.Determination) error {
	return sc.change(&determinationRow{}, string(d.ID), map[string]any{
		"state": d.State, "supersedes": orNull(d.Supersedes),
		"confirmed_by": orNull(d.By), "confirmed": perhaps(d.Confirmed),
		"reopened_by": orNull(d.ReopenedBy), "reopened": perhaps(d.Reopened), "reopen_reason": d.Reason,
	})
}

// SaveProposal writes what a method proposes now into an open proposal.
func (sc *Scope) SaveProposal(d competency.Determination) error {
	return oneRow(sc.rows(&determinationRow{}).Where("id = ? AND state = ?", d.ID, competency.LevelProposed).Updates(map[string]any{
		"level": d.Level, "method": d.Method, "inputs": list(d.Inputs), "why": d.Why, "contexts": list(d.Contexts),
		"supersedes": orNull(d.Supersedes), "proposed": utc(d.Proposed),
	}))
}

// Determination answers one level.
func (sc *Scope) Determination(id competency.DeterminationID) (competency.Determination, error) {
	var row determinationRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toDetermination(), err
}

// Determinations answers some levels by their ids, in no order.
func (sc *Scope) Determinations(ids []competency.DeterminationID) ([]competency.Determination, error) {
	return determinations(sc.rows(&determinationRow{}).Where("id IN ?", ids))
}

// LiveDeterminations answers the confirmed and the proposed levels of some
// learners, in one query.
func (sc *Scope) LiveDeterminations(learners []competency.PersonID) ([]competency.Determination, error) {
	return determinations(sc.rows(&determinationRow{}).Where("learner IN ? AND state IN ('proposed', 'confirmed')", learners))
}

// StandingLevels is [Scope.LiveDeterminations] with the level, its state and its
// contexts alone: what requirements ask, of many learners at once.
func (sc *Scope) StandingLevels(learners []competency.PersonID) ([]competency.Determination, error) {
	return determinations(sc.rows(&determinationRow{}).Select("id", "learner", "item", "state", "level", "contexts").
		Where("learner IN ? AND state IN ('proposed', 'confirmed')", learners))
}

// DeterminationsOf answers every level that a learner ever had, newest first.
func (sc *Scope) DeterminationsOf(learner competency.PersonID) ([]competency.Determination, error) {
	return determinations(sc.rows(&determinationRow{}).Where("learner = ?", learner))
}

// Proposals answers the open proposals about the learners of some schools who
// are not the given person, oldest first, at most limit.
func (sc *Scope) Proposals(schools []competency.OrgID, notOf competency.PersonID, limit int) ([]competency.Determination, error) {
	var rows []determinationRow
	err := sc.openProposals(schools, notOf).Order("proposed, id").Limit(limit).Find(&rows).Error
	return toDeterminations(rows), err
}

// CountProposals answers how many proposals are open, as Proposals lists them.
func (sc *Scope) CountProposals(schools []competency.OrgID, notOf competency.PersonID) (n int64, err error) {
	err = sc.openProposals(schools, notOf).Count(&n).Error
	return n, err
}

func (sc *Scope) openProposals(schools []competency.OrgID, notOf competency.PersonID) *gorm.DB {
	enrolled := sc.currentEnrollments("", 0).Where("school IN ?", schools).Select("person")
	return sc.rows(&determinationRow{}).Where("state = 'proposed' AND learner <> ? AND learner IN (?)", notOf, enrolled)
}

func determinations(q *gorm.DB) ([]competency.Determination, error) {
	var rows []determinationRow
	err := q.Order("proposed DESC, id DESC").Find(&rows).Error
	return toDeterminations(rows), err
}

func toDeterminations(rows []determinationRow) []competency.Determination {
	all := make([]competency.Determination, len(rows))
	for i, r := range rows {
		all[i] = r.toDetermination()
	}
	return all
}
