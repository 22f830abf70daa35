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

// OnRecord is what is kept about one learner beside levels.
type OnRecord struct {
	Records    []competency.Record
	Works      []competency.PanelWork
	Results    []competency.ExternalResult
	Hours      []competency.Hours
	Exceptions []competency.Exception
}

// AddOnRecord keeps what is known about one learner, under new ids.
func (sc *Scope) AddOnRecord(learner competency.PersonID, o OnRecord) error {
	now := sc.Now()
	var sets []any
	for _, r := range o.Records {
		sets = append(sets, &recordRow{sc.ID(), sc.tenant, learner, r.Kind, r.Current, list(r.SignedBy), r.Reviewed, r.Waits, now})
	}
	for _, w := range o.Works {
		sets = append(sets, &artifactRow{sc.ID(), sc.tenant, learner, w.Kind, w.Title, w.State, list(w.Panel), w.External, w.Waits, now})
	}
	for _, r := range o.Results {
		sets = append(sets, &externalResultRow{sc.ID(), sc.tenant, learner, r.Ref, r.Score, r.Taken, r.Source, r.Waits, now})
	}
	for _, h := range o.Hours {
		sets = append(sets, &hoursRow{sc.ID(), sc.tenant, learner, h.Kind, h.Minutes, h.Provider, h.Waits, now})
	}
	for _, x := range o.Exceptions {
		sets = append(sets, &exceptionRow{sc.ID(), sc.tenant, learner, x.Requirement, x.Kind, x.Reason, x.Cite, x.By, x.By2, x.Expires, now})
	}
	for _, row := range sets {
		if err := sc.add(row); err != nil {
			return fmt.Errorf("adding to a learner's record: %w", err)
		}
	}
	return nil
}

// onRecord reads six tables at once; what the columns a to f mean depends on
// the table. Hours come from two: those that were entered, and those that
// somebody outside was asked about or has confirmed.
const onRecord = `
WITH who AS (SELECT id FROM person WHERE tenant = @tenant AND id IN @learners)
SELECT 'record' AS what, learner, id, kind AS a, signed_by AS b, reviewed AS c, waits AS d, '' AS e, '' AS f, CASE WHEN standing THEN 1 ELSE 0 END AS n
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
UNION ALL SELECT 'exception', learner, id, requirement, kind, cite, first_by, second_by, expires, 0
	FROM exception WHERE tenant = @tenant AND learner IN (SELECT id FROM who)
ORDER BY 2, 3`

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
	var texts []string
	if r.What == "record" || r.What == "artifact" {
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
	case "exception":
		o.Exceptions = append(o.Exceptions, competency.Exception{
			ID: r.ID, Learner: r.Learner, Requirement: r.A, Kind: r.B, Cite: r.C,
			By: competency.PersonID(r.D), By2: competency.PersonID(r.E), Expires: r.F,
		})
	}
	return nil
}
