package store

import "laurel/competency"

// Judged work of learners by where it was done: only what was accepted, is not
// superseded, and waits for nobody outside. The best level for each indicator.
// The subject is the task's; where there is none, what the learner wrote counts
// only if it is the subject of some task of the school.
const activities = `
SELECT e.owner AS learner, e.route, COALESCE(t.context, k.context, '') AS context, e.provider, a.item, MAX(a.level) AS level
FROM evidence e
JOIN assessment a ON a.tenant = e.tenant AND a.evidence = e.id
LEFT JOIN task t ON t.tenant = e.tenant AND t.id = e.task
LEFT JOIN (SELECT DISTINCT tenant, school, context FROM task) k ON k.tenant = e.tenant AND k.school = e.school AND k.context = e.context
WHERE e.tenant = @tenant AND e.owner IN @learners AND e.state = 'accepted'
	AND NOT EXISTS (SELECT 1 FROM assessment s WHERE s.tenant = a.tenant AND s.evidence = a.evidence AND s.supersedes = a.id)
	AND NOT EXISTS (SELECT 1 FROM attestation w WHERE w.tenant = e.tenant AND w.evidence = e.id AND w.state = 'asked')
GROUP BY e.owner, e.route, COALESCE(t.context, k.context, ''), e.provider, a.item
ORDER BY 1, 2, 3, 4, 5`

// WorkDone is the best level that a learner's work of one kind showed in one indicator.
type WorkDone struct {
	Learner                  competency.PersonID
	Route, Context, Provider string
	Item                     competency.ItemID
	Level                    int
}

// WorkDone answers where some learners showed what, in one query.
func (sc *Scope) WorkDone(learners []competency.PersonID) ([]WorkDone, error) {
	var rows []WorkDone
	err := sc.db().Raw(activities, map[string]any{"tenant": sc.tenant, "learners": learners}).Scan(&rows).Error
	return rows, err
}
