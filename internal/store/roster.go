package store

import "laurel/competency"

// RosterLine is a learner as tables from other systems name them.
type RosterLine struct {
	ID    competency.PersonID
	Used  string
	Legal string
	Login string // empty where the learner does not sign in
}

// Roster answers the learners who are enrolled at a school now. One query.
func (sc *Scope) Roster(school competency.OrgID) ([]RosterLine, error) {
	var rows []RosterLine
	err := sc.db().Table("person AS p").
		Select("p.id AS id, p.used_name AS used, p.legal_name AS legal, COALESCE(a.login, '') AS login").
		Joins("LEFT JOIN account AS a ON a.id = p.account").
		Where("p.tenant = ? AND p.id IN (?)", sc.tenant, sc.currentEnrollments(school, 0).Select("person")).
		Order("p.folded, p.id").Scan(&rows).Error
	return rows, err
}
