package store

import "laurel/competency"

// EnrollmentsOf answers the newest present enrollment of each of some
// learners, in one query; who is not enrolled is missing in the answer.
func (sc *Scope) EnrollmentsOf(learners []competency.PersonID) (map[competency.PersonID]competency.Enrollment, error) {
	var rows []enrollmentRow
	if err := sc.currentEnrollments("", 0).Where("person IN ?", learners).Order("since, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make(map[competency.PersonID]competency.Enrollment, len(rows))
	for _, r := range rows {
		all[r.Person] = r.toEnrollment()
	}
	return all, nil
}
