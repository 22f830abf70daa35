package store

import "laurel/competency"

// UsedNames answers the names in use of people of the tenant; who is not there
// is missing in the answer. One query for any number.
func (sc *Scope) UsedNames(ids []competency.PersonID) (map[competency.PersonID]string, error) {
	names := make(map[competency.PersonID]string, len(ids))
	if len(ids) == 0 {
		return names, nil
	}
	var rows []personRow
	if err := sc.rows(&personRow{}).Select("id", "used_name").Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, r := range rows {
		names[r.ID] = r.UsedName
	}
	return names, nil
}
