package store

import (
	"encoding/json"
	"fmt"
	"time"

	"laurel/competency"
)

// recordRow is something kept about a learner beside evidence.
type recordRow struct {
	ID       string
	Tenant   competency.OrgID
	Learner  competency.PersonID
	Kind     string
	Standing bool
	SignedBy kept[[]string]
	Reviewed string
	Waits    string
	Created  time.Time
}

// TableName names the table.
func (recordRow) TableName() string { return "record" }

// artifactRow is a work that a panel judges.
type artifactRow struct {
	ID        string
	Tenant    competency.OrgID
	Learner   competency.PersonID
	Kind      string
	Title     string
	State     string
	Panel     kept[[]string]
	Outsiders int
	Waits     string
	Created   time.Time
}

// TableName names the table.
func (artifactRow) TableName() string { return "artifact" }

// externalResultRow is a result of a test that others give.
type externalResultRow struct {
	ID      string
	Tenant  competency.OrgID
	Learner competency.PersonID
	Ref     string
	Score   int
	Taken   string
	Source  string
	Waits   string
	Created time.Time
}

// TableName names the table.
func (externalResultRow) TableName() string { return "external_result" }

// hoursRow is time spent outside class.
type hoursRow struct {
	ID       string
	Tenant   competency.OrgID
	Learner  competency.PersonID
	Kind     string
	Minutes  int
	Provider string
	Waits    string
	Created  time.Time
}

// TableName names the table.
func (hoursRow) TableName() string { return "hours" }

// exceptionRow waives a requirement.
type exceptionRow struct {
	ID          string
	Tenant      competency.OrgID
	Learner     competency.PersonID
	Requirement string
	Kind        string
	Reason      string
	Cite        string
	FirstBy     competency.PersonID
	SecondBy    competency.PersonID
	Expires     string
	Created     time.Time
}

// TableName names the table.
func (exceptionRow) TableName() string { return "exception" }

// creditRow is a credit that was earned.
type creditRow struct {
	ID      string
	Tenant  competency.OrgID
	Learner competency.PersonID
	Course  *competency.CourseID
	Title   string
	Value   competency.Credits
	Tags    kept[[]string]
	Route   string
	Source  string
	Earned  string
	Waits   string
	Created time.Time
}

// TableName names the table.
func (creditRow) TableName() string { return "credit" }

// courseTakenRow is a course that a learner has taken up.
type courseTakenRow struct {
	ID      string
	Tenant  competency.OrgID
	Learner competency.PersonID
	Course  competency.CourseID
	Created time.Time
}

// TableName names the table.
func (courseTakenRow) TableName() string { return "course_taken" }

// OnRecord is what is kept about one learner beside levels.
type OnRecord struct {
	Records    []competency.Record
	Works      []competency.PanelWork
	Results    []competency.ExternalResult
	Hours      []competency.Hours
	Credits    []competency.Credit
	Courses    []competency.CourseTaken
	Exceptions []competency.Exception
}

// AddOnRecord keeps what is known about one learner, under its ids or new ones
// where it has none.
func (sc *Scope) AddOnRecord(learner competency.PersonID, o OnRecord) error {
	now := sc.Now()
	id := func(given string) string {
		if given == "" {
			return sc.ID()
		}
		return given
	}
	var sets []any
	for _, r := range o.Records {
		sets = append(sets, &recordRow{id(r.ID), sc.tenant, learner, r.Kind, r.Current, list(r.SignedBy), r.Reviewed, r.Waits, now})
	}
	for _, w := range o.Works {
		sets = append(sets, &artifactRow{id(w.ID), sc.tenant, learner, w.Kind, w.Title, w.State, list(w.Panel), w.External, w.Waits, now})
	}
	for _, r := range o.Results {
		sets = append(sets, &externalResultRow{id(r.ID), sc.tenant, learner, r.Ref, r.Score, r.Taken, r.Source, r.Waits, now})
	}
	for _, h := range o.Hours {
		sets = append(sets, &hoursRow{id(h.ID), sc.tenant, learner, h.Kind, h.Minutes, h.Provider, h.Waits, now})
	}
	for _, c := range o.Credits {
		sets = append(sets, &creditRow{
			id(c.ID), sc.tenant, learner, orNull(c.Course), c.Title, c.Value, list(c.Tags), c.Route, c.Source, c.Earned, c.Waits, now,
		})
	}
	for _, c := range o.Courses {
		sets = append(sets, &courseTakenRow{id(c.ID), sc.tenant, learner, c.Course.ID, now})
	}
	for _, x := range o.Exceptions {
		sets = append(sets, &exceptionRow{id(x.ID), sc.tenant, learner, x.Requirement, x.Kind, x.Reason, x.Cite, x.By, x.By2, x.Expires, now})
	}
	for _, row := range sets {
		if err := sc.add(row); err != nil {
			return fmt.Errorf("adding to a learner's record: %w", err)
		}
	}
	return nil
}

// onRecordEntries reads eight tables at once; what the columns a to f mean depends
// on the table. Hours come from two: those that were entered, and those that
// somebody outside was asked about or has confirmed.
const onRecordEntries = `
WITH who AS (SELECT id FROM person WHERE tenant = @tenant AND id IN @learners),
marks AS (SELECT entry, mark FROM entry_mark WHERE tenant = @tenant AND learner IN (SELECT id FROM who) AND mark <> 'entered'),
entries AS (SELECT 'record' AS what, learner, id, kind AS a, signed_by AS b, reviewed AS c, waits AS d, '' AS e, '' AS f, CASE WHEN standing THEN 1 ELSE 0 END AS n
	FROM record WHERE tenant = @tenant AND learner IN (SELECT id FROM who)
UNION ALL SELECT 'artifact', learner, id, kind, panel, state, waits, title, '', outsiders
	FROM artifact WHERE tenant = @tenant AND learner IN (SELECT id FROM who)
UNION ALL SELECT 'result', learner, id, ref, taken, source, waits, '', '', score
	FROM external_result WHERE tenant = @tenant AND learner IN (SELECT id FROM who)
UNION ALL SELECT 'hours', learner, id, kind, provider, '', waits, '', '', minutes
	FROM hours WHERE tenant = @tenant AND learner IN (SELECT id FROM who)
UNION ALL SELECT 'hours', e.owner, a.id, e.route, CASE WHEN a.provider = '' THEN a.mentor ELSE a.provider END, '',
		CASE WHEN a.state = 'asked' THEN CASE WHEN a.provider = '' THEN a.mentor ELSE a.provider END ELSE '' END, '', '',
		CASE WHEN a.state = 'asked' THEN a.minutes ELSE a.answered_minutes END
	FROM attestation a JOIN evidence e ON e.tenant = a.tenant AND e.id = a.evidence
	WHERE a.tenant = @tenant AND e.owner IN (SELECT id FROM who) AND e.state IN ('submitted', 'in_review', 'accepted', 'disputed')
		AND (a.state = 'asked' AND a.minutes > 0 OR a.state = 'confirmed' AND a.answered_minutes > 0)
UNION ALL SELECT 'credit', learner, id, title, tags, source, waits, route, earned, value
	FROM credit WHERE tenant = @tenant AND learner IN (SELECT id FROM who)
UNION ALL SELECT 'course', t.learner, t.id, c.title, c.tags, c.indicators, '', c.route, c.code, c.value
	FROM course_taken t JOIN course c ON c.tenant = t.tenant AND c.id = t.course WHERE t.tenant = @tenant AND t.learner IN (SELECT id FROM who)
UNION ALL SELECT 'exception', learner, id, requirement, kind, cite, first_by, second_by, expires, 0
	FROM exception WHERE tenant = @tenant AND learner IN (SELECT id FROM who))
`

// onRecord is what counts now: what was confirmed waits no more. withdrawnOnRecord is
// what was withdrawn.
const (
	onRecord = onRecordEntries + `SELECT what, learner, id, a, b, c, CASE WHEN what <> 'exception' AND id IN (SELECT entry FROM marks WHERE mark = 'confirmed') THEN '' ELSE d END AS d, e, f, n
	FROM entries WHERE id NOT IN (SELECT entry FROM marks WHERE mark = 'withdrawn')
ORDER BY learner, id`
	withdrawnOnRecord = onRecordEntries + `SELECT * FROM entries WHERE id IN (SELECT entry FROM marks WHERE mark = 'withdrawn') ORDER BY id`
)

// onRecordRow is one row of that query.
type onRecordRow struct {
	What    string
	Learner competency.PersonID
	ID      string
	A, B, C string
	D, E, F string
	N       int
}

// OnRecordOf answers what is kept about some learners, in one query. Reasons of
// exceptions are left out.
func (sc *Scope) OnRecordOf(learners []competency.PersonID) (map[competency.PersonID]OnRecord, error) {
	var rows []onRecordRow
	args := map[string]any{"tenant": sc.tenant, "learners": learners}
	if err := sc.db().Raw(onRecord, args).Scan(&rows).Error; err != nil {
		return nil, err
	}
	all := make(map[competency.PersonID]OnRecord, len(learners))
	for _, r := range rows {
		o := all[r.Learner]
		if err := o.take(r); err != nil {
			return nil, fmt.Errorf("reading %s %s: %w", r.What, r.ID, err)
		}
		all[r.Learner] = o
	}
	return all, nil
}

func (o *OnRecord) take(r onRecordRow) error {
	var texts, codes []string
	if r.What == "course" {
		if err := json.Unmarshal([]byte(r.C), &codes); err != nil {
			return err
		}
	}
	if r.What == "record" || r.What == "artifact" || r.What == "credit" || r.What == "course" {
		if err := json.Unmarshal([]byte(r.B), &texts); err != nil {
			return err
		}
	}
	switch r.What {
	case "record":
		o.Records = append(o.Records, competency.Record{
			ID: r.ID, Learner: r.Learner, Kind: r.A, SignedBy: texts, Reviewed: r.C, Waits: r.D, Current: r.N == 1,
		})
	case "artifact":
		o.Works = append(o.Works, competency.PanelWork{
			ID: r.ID, Learner: r.Learner, Kind: r.A, Panel: texts, State: r.C, Waits: r.D, Title: r.E, External: r.N,
		})
	case "result":
		o.Results = append(o.Results, competency.ExternalResult{
			ID: r.ID, Learner: r.Learner, Ref: r.A, Taken: r.B, Source: r.C, Waits: r.D, Score: r.N,
		})
	case "hours":
		o.Hours = append(o.Hours, competency.Hours{ID: r.ID, Learner: r.Learner, Kind: r.A, Provider: r.B, Waits: r.D, Minutes: r.N})
	case "credit":
		o.Credits = append(o.Credits, competency.Credit{
			ID: r.ID, Learner: r.Learner, Title: r.A, Tags: texts, Source: r.C, Waits: r.D, Route: r.E, Earned: r.F, Value: competency.Credits(r.N),
		})
	case "course":
		o.Courses = append(o.Courses, competency.CourseTaken{ID: r.ID, Learner: r.Learner, Course: competency.Course{
			Code: r.F, Title: r.A, Value: competency.Credits(r.N), Tags: texts, Route: r.E, Indicators: codes,
		}})
	case "exception":
		o.Exceptions = append(o.Exceptions, competency.Exception{
			ID: r.ID, Learner: r.Learner, Requirement: r.A, Kind: r.B, Cite: r.C,
			By: competency.PersonID(r.D), By2: competency.PersonID(r.E), Expires: r.F,
		})
	}
	return nil
}
