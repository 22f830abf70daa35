package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// policyDraftRow is a policy that is being written.
type policyDraftRow struct {
	ID         competency.PolicyDraftID
	Tenant     competency.OrgID
	Title      string
	Text       string
	Revision   int
	Beside     *competency.PolicyID
	State      competency.DraftState
	BegunBy    competency.PersonID
	Begun      time.Time
	SavedBy    competency.PersonID
	Saved      time.Time
	Board      string
	AdoptedOn  string
	Hash       string
	ProposedBy *competency.PersonID
	Proposed   *time.Time
	ClosedBy   *competency.PersonID
	Closed     *time.Time
	Policy     *competency.PolicyID
}

// TableName names the table.
func (policyDraftRow) TableName() string { return "policy_draft" }

func (r policyDraftRow) toDraft() competency.PolicyDraft {
	return competency.PolicyDraft{
		ID: r.ID, Title: r.Title, Text: r.Text, Revision: r.Revision, Beside: orEmpty(r.Beside), State: r.State,
		BegunBy: r.BegunBy, Begun: utc(r.Begun), SavedBy: r.SavedBy, Saved: utc(r.Saved), Board: r.Board, AdoptedOn: r.AdoptedOn,
		Hash: r.Hash, ProposedBy: orEmpty(r.ProposedBy), Proposed: whenever(r.Proposed), ClosedBy: orEmpty(r.ClosedBy),
		Closed: whenever(r.Closed), Policy: orEmpty(r.Policy),
	}
}

// AddPolicyDraft keeps a new draft, which has its id.
func (sc *Scope) AddPolicyDraft(p competency.PolicyDraft) error {
	row := policyDraftRow{
		ID: p.ID, Tenant: sc.tenant, Title: p.Title, Text: p.Text, Revision: p.Revision, Beside: orNull(p.Beside), State: p.State,
		BegunBy: p.BegunBy, Begun: utc(p.Begun), SavedBy: p.SavedBy, Saved: utc(p.Saved),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("beginning a draft of a policy: %w", err)
	}
	return nil
}

// PolicyDraft answers one draft.
func (sc *Scope) PolicyDraft(id competency.PolicyDraftID) (competency.PolicyDraft, error) {
	var row policyDraftRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toDraft(), err
}

// DraftOfPolicy answers the draft that became a version of a policy.
func (sc *Scope) DraftOfPolicy(id competency.PolicyID) (competency.PolicyDraft, error) {
	var row policyDraftRow
	err := sc.rows(&row).Where("policy = ?", id).Take(&row).Error
	return row.toDraft(), err
}

// PolicyDrafts answers the drafts that are open or proposed, the last saved first.
func (sc *Scope) PolicyDrafts() ([]competency.PolicyDraft, error) {
	var rows []policyDraftRow
	if err := sc.rows(&policyDraftRow{}).Where("state IN ('draft', 'proposed')").Order("saved DESC, id DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.PolicyDraft, len(rows))
	for i, r := range rows {
		all[i] = r.toDraft()
	}
	return all, nil
}

// SavePolicyDraft keeps a draft that was in the state and revision before.
// ErrConflict when somebody else was faster.
func (sc *Scope) SavePolicyDraft(p competency.PolicyDraft, before competency.PolicyDraft) error {
	done := sc.rows(&policyDraftRow{}).Where("id = ? AND state = ? AND revision = ?", p.ID, before.State, before.Revision).Updates(map[string]any{
		"title": p.Title, "text": p.Text, "revision": p.Revision, "state": p.State, "saved_by": p.SavedBy, "saved": utc(p.Saved),
		"board": p.Board, "adopted_on": p.AdoptedOn, "hash": p.Hash, "proposed_by": orNull(p.ProposedBy), "proposed": perhaps(p.Proposed),
		"closed_by": orNull(p.ClosedBy), "closed": perhaps(p.Closed), "policy": orNull(p.Policy),
	})
	if done.Error != nil {
		return fmt.Errorf("saving a draft of a policy: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return competency.Refuse("Somebody else has just changed this draft. Please look at it again.")
	}
	return nil
}

// policyTrialRow is one pass over learners by a draft.
type policyTrialRow struct {
	ID       competency.PolicyTrialID
	Tenant   competency.OrgID
	Draft    competency.PolicyDraftID
	Document string
	Hash     string
	Year     int
	AsOf     string
	Total    int
	Done     int
	Reached  competency.PersonID
	Counts   kept[map[string]int]
	AskedBy  competency.PersonID
	Asked    time.Time
	Finished *time.Time
}

// TableName names the table.
func (policyTrialRow) TableName() string { return "policy_trial" }

func (r policyTrialRow) toTrial() competency.PolicyTrial {
	return competency.PolicyTrial{
		ID: r.ID, Draft: r.Draft, Document: []byte(r.Document), Hash: r.Hash, Year: r.Year, AsOf: r.AsOf, Total: r.Total, Done: r.Done,
		Reached: r.Reached, Counts: r.Counts.V, AskedBy: r.AskedBy, Asked: utc(r.Asked), Finished: whenever(r.Finished),
	}
}

// AddPolicyTrial begins a pass, which has its id.
func (sc *Scope) AddPolicyTrial(p competency.PolicyTrial) error {
	row := policyTrialRow{
		ID: p.ID, Tenant: sc.tenant, Draft: p.Draft, Document: string(p.Document), Hash: p.Hash, Year: p.Year, AsOf: p.AsOf,
		Total: p.Total, Counts: kept[map[string]int]{map[string]int{}}, AskedBy: p.AskedBy, Asked: utc(p.Asked),
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("beginning to try a policy: %w", err)
	}
	return nil
}

// PolicyTrial answers one pass.
func (sc *Scope) PolicyTrial(id competency.PolicyTrialID) (competency.PolicyTrial, error) {
	var row policyTrialRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toTrial(), err
}

// PolicyTrials answers the passes of a draft, the newest first.
func (sc *Scope) PolicyTrials(draft competency.PolicyDraftID) ([]competency.PolicyTrial, error) {
	var rows []policyTrialRow
	err := sc.rows(&policyTrialRow{}).Where("draft = ?", draft).Order("asked DESC, id DESC").Limit(20).Find(&rows).Error
	all := make([]competency.PolicyTrial, len(rows))
	for i, r := range rows {
		all[i] = r.toTrial()
	}
	return all, err
}

// policyTrialChangeRow is one learner who would change.
type policyTrialChangeRow struct {
	Tenant  competency.OrgID
	Trial   competency.PolicyTrialID
	Learner competency.PersonID
	Was     string
	Becomes string
	Because kept[[]competency.TrialCause]
}

// TableName names the table.
func (policyTrialChangeRow) TableName() string { return "policy_trial_change" }

// SavePolicyTrial keeps how far a pass has come, with the changes found on the
// way. ErrConflict when it has gone on from elsewhere meanwhile.
func (sc *Scope) SavePolicyTrial(p competency.PolicyTrial, before competency.PersonID, found []competency.TrialChange) error {
	done := sc.rows(&policyTrialRow{}).Where("id = ? AND reached = ? AND finished IS NULL", p.ID, before).Updates(map[string]any{
		"total": p.Total, "done": p.Done, "reached": p.Reached, "counts": kept[map[string]int]{p.Counts}, "finished": perhaps(p.Finished),
	})
	if done.Error != nil {
		return fmt.Errorf("keeping how far a policy was tried: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return competency.Refuse("This pass has gone on elsewhere.")
	}
	rows := make([]policyTrialChangeRow, len(found))
	for i, c := range found {
		rows[i] = policyTrialChangeRow{sc.tenant, p.ID, c.Learner, c.Was, c.Becomes, list(c.Because)}
	}
	if len(rows) == 0 {
		return nil
	}
	return sc.add(&rows)
}

// TrialChanges answers who would change, by learner's id, from an offset.
func (sc *Scope) TrialChanges(trial competency.PolicyTrialID, page Page) ([]competency.TrialChange, error) {
	var rows []policyTrialChangeRow
	err := sc.rows(&policyTrialChangeRow{}).Where("trial = ?", trial).Order("becomes, was, learner").Offset(page.Offset).Limit(page.Limit).Find(&rows).Error
	all := make([]competency.TrialChange, len(rows))
	for i, r := range rows {
		all[i] = competency.TrialChange{Learner: r.Learner, Was: r.Was, Becomes: r.Becomes, Because: r.Because.V}
	}
	return all, err
}

// cohortOf is the newest enrollment of each learner of a class, present or past;
// of everyone enrolled now where the year is 0.
const (
	cohortOfYear = `SELECT e.* FROM enrollment e WHERE e.tenant = @tenant AND e.graduation_year = @year AND e.person > @after
		AND NOT EXISTS (SELECT 1 FROM enrollment n WHERE n.tenant = e.tenant AND n.person = e.person AND (n.since > e.since OR n.since = e.since AND n.id > e.id))
		ORDER BY e.person LIMIT @limit`
	cohortOfNow = `SELECT e.* FROM enrollment e WHERE e.tenant = @tenant AND e.person > @after AND e.since <= @now AND (e.until IS NULL OR e.until > @now)
		AND NOT EXISTS (SELECT 1 FROM enrollment n WHERE n.tenant = e.tenant AND n.person = e.person AND n.since <= @now AND (n.until IS NULL OR n.until > @now)
			AND (n.since > e.since OR n.since = e.since AND n.id > e.id))
		ORDER BY e.person LIMIT @limit`
)

// CohortAfter answers the next learners of a class (0: of everyone enrolled now)
// in the order of their ids, each with the enrollment that places them.
func (sc *Scope) CohortAfter(year int, after competency.PersonID, limit int) ([]competency.Enrollment, error) {
	query := cohortOfYear
	if year == 0 {
		query = cohortOfNow
	}
	var rows []enrollmentRow
	args := map[string]any{"tenant": sc.tenant, "year": year, "after": after, "limit": limit, "now": sc.Now()}
	if err := sc.db().Raw(query, args).Scan(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Enrollment, len(rows))
	for i, r := range rows {
		all[i] = r.toEnrollment()
	}
	return all, nil
}

// Cohort is how many learners share years and school.
type Cohort struct {
	School         competency.OrgID
	EntryYear      int
	GraduationYear int
	Count          int
}

// Cohorts answers how many learners are enrolled now, by school and years.
func (sc *Scope) Cohorts() (all []Cohort, err error) {
	err = sc.currentEnrollments("", 0).Select("school, entry_year, graduation_year, COUNT(DISTINCT person) AS count").
		Group("school, entry_year, graduation_year").Order("graduation_year, entry_year, school").Scan(&all).Error
	return all, err
}

// ClassSizes answers how many learners were ever to graduate in each year.
func (sc *Scope) ClassSizes() (map[int]int, error) {
	var rows []struct{ GraduationYear, Count int }
	err := sc.rows(&enrollmentRow{}).Select("graduation_year, COUNT(DISTINCT person) AS count").Group("graduation_year").Scan(&rows).Error
	all := make(map[int]int, len(rows))
	for _, r := range rows {
		all[r.GraduationYear] = r.Count
	}
	return all, err
}

// CertifiedUnder answers how many learners were certified or awarded under
// these versions of a policy.
func (sc *Scope) CertifiedUnder(versions []competency.PolicyID) (int, error) {
	var n int64
	err := sc.rows(&batchItemRow{}).Where("state IN ('ready', 'awarded') AND audit IN (?)",
		sc.rows(&auditRow{}).Where("policy IN ?", versions).Select("id")).Distinct("learner").Count(&n).Error
	return int(n), err
}
