package store

import (
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// applicationRow is one person's way to a micro-credential.
type applicationRow struct {
	ID              competency.ApplicationID
	Tenant          competency.OrgID
	MicroCredential competency.MicroCredentialID
	Slug            string
	Applicant       competency.PersonID
	Code            string
	Attempt         int
	State           competency.ApplicationState
	Consent         bool
	Deidentified    bool
	Waits           competency.NoReader
	Created         time.Time
	Submitted       *time.Time
	Decided         *time.Time
	DueOn           string
}

// TableName names the table.
func (applicationRow) TableName() string { return "application" }

func (r applicationRow) toApplication() competency.Application {
	return competency.Application{
		ID: r.ID, Tenant: r.Tenant, Micro: r.MicroCredential, Applicant: r.Applicant, Code: r.Code,
		Attempt: r.Attempt, State: r.State, Consent: r.Consent, Deidentified: r.Deidentified, Waits: r.Waits,
		Created: utc(r.Created), Submitted: whenever(r.Submitted), Decided: whenever(r.Decided), Due: r.DueOn,
	}
}

func toApplications(q *gorm.DB) ([]competency.Application, error) {
	var rows []applicationRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]competency.Application, len(rows))
	for i, r := range rows {
		list[i] = r.toApplication()
	}
	return list, nil
}

// AddApplication adds a draft and answers it with its id, tenant and time of
// creation. A second open one of the person for the slug, or a code that is
// taken, is ErrConflict.
func (sc *Scope) AddApplication(a competency.Application, slug string) (competency.Application, error) {
	a.ID, a.Tenant, a.Created = competency.ApplicationID(sc.ID()), sc.tenant, sc.Now()
	return a, sc.add(&applicationRow{
		ID: a.ID, Tenant: sc.tenant, MicroCredential: a.Micro, Slug: slug, Applicant: a.Applicant, Code: a.Code,
		Attempt: a.Attempt, State: a.State, Consent: a.Consent, Deidentified: a.Deidentified, Waits: a.Waits,
		Created: a.Created, Submitted: perhaps(a.Submitted), Decided: perhaps(a.Decided), DueOn: a.Due,
	})
}

// SetApplication keeps what may change in an application.
func (sc *Scope) SetApplication(a competency.Application) error {
	return sc.change(&applicationRow{}, string(a.ID), map[string]any{
		"attempt": a.Attempt, "state": a.State, "consent": a.Consent, "deidentified": a.Deidentified, "waits": a.Waits,
		"submitted": perhaps(a.Submitted), "decided": perhaps(a.Decided), "due_on": a.Due,
	})
}

// Application answers one application.
func (sc *Scope) Application(id competency.ApplicationID) (competency.Application, error) {
	var row applicationRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toApplication(), err
}

// LockApplication answers one application and keeps others from changing it
// until the transaction ends, so that two scores that arrive together are
// decided one after the other.
func (sc *Scope) LockApplication(id competency.ApplicationID) (competency.Application, error) {
	// A change of nothing takes the row's lock on both databases.
	if err := sc.change(&applicationRow{}, string(id), map[string]any{"id": id}); err != nil {
		return competency.Application{}, err
	}
	return sc.Application(id)
}

// OpenApplication answers the open application of a person for a slug;
// ErrNotFound if there is none.
func (sc *Scope) OpenApplication(person competency.PersonID, slug string) (competency.Application, error) {
	var row applicationRow
	err := sc.rows(&row).Where("applicant = ? AND slug = ? AND state NOT IN ?", person, slug,
		[]competency.ApplicationState{competency.ApplicationAwarded, competency.ApplicationWithdrawn}).Take(&row).Error
	return row.toApplication(), err
}

// CodeTaken reports whether an application of the tenant is called so.
func (sc *Scope) CodeTaken(code string) (bool, error) {
	var n int64
	err := sc.rows(&applicationRow{}).Where("code = ?", code).Count(&n).Error
	return n > 0, err
}

// ApplicationsOf answers a person's applications, the newest first, 200 at most.
func (sc *Scope) ApplicationsOf(person competency.PersonID) ([]competency.Application, error) {
	return toApplications(sc.rows(&applicationRow{}).Where("applicant = ?", person).Order("created DESC, id DESC").Limit(200))
}

// ApplicationsIn answers the applications in one of the states, the first due
// first, 500 at most.
func (sc *Scope) ApplicationsIn(states ...competency.ApplicationState) ([]competency.Application, error) {
	return toApplications(sc.rows(&applicationRow{}).Where("state IN ?", states).Order("due_on, submitted, id").Limit(500))
}

// Applications answers the applications with the ids, in no order.
func (sc *Scope) Applications(ids []competency.ApplicationID) ([]competency.Application, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return toApplications(sc.rows(&applicationRow{}).Where("id IN ?", ids))
}

// answerRow is what was written for one part in one attempt.
type answerRow struct {
	ID          string
	Tenant      competency.OrgID
	Application competency.ApplicationID
	Attempt     int
	Part        string
	Body        string
	Link        string
	Revision    int
	Page        string
	Saved       time.Time
}

// TableName names the table.
func (answerRow) TableName() string { return "answer" }

// Answers answers what an application holds for each part: what was written in
// its newest attempt that wrote there. Files are not filled in.
func (sc *Scope) Answers(id competency.ApplicationID) (map[string]competency.Answer, error) {
	var rows []answerRow
	if err := sc.rows(&answerRow{}).Where("application = ?", id).Order("attempt, part").Find(&rows).Error; err != nil {
		return nil, err
	}
	answers := make(map[string]competency.Answer, len(rows))
	for _, r := range rows {
		answers[r.Part] = competency.Answer{
			Application: r.Application, Attempt: r.Attempt, Part: r.Part,
			Text: r.Body, Link: r.Link, Revision: r.Revision, Window: r.Page,
		}
	}
	return answers, nil
}

// PutAnswer writes the answer of its attempt, whatever was there. What was
// handed in is not changed by any way.
func (sc *Scope) PutAnswer(a competency.Answer) error {
	columns := map[string]any{"body": a.Text, "link": a.Link, "revision": a.Revision, "page": a.Window, "saved": sc.Now()}
	done := sc.rows(&answerRow{}).Where("application = ? AND attempt = ? AND part = ?", a.Application, a.Attempt, a.Part).Updates(columns)
	if done.Error != nil || done.RowsAffected > 0 {
		return done.Error
	}
	return sc.add(&answerRow{
		ID: sc.ID(), Tenant: sc.tenant, Application: a.Application, Attempt: a.Attempt, Part: a.Part,
		Body: a.Text, Link: a.Link, Revision: a.Revision, Page: a.Window, Saved: sc.Now(),
	})
}
