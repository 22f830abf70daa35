package registrar

import (
	"errors"

	"laurel/competency"
)

// offered are the outer standards and skills with the indicators that the
// actor can choose for a piece of evidence: those in use, and retired ones that
// the policy of the actor's cohort still asks for.
func (d *desk) offered(items []competency.Item) ([]StandardChoice, error) {
	asked, err := d.askedOf(d.who.Person)
	if err != nil {
		return nil, err
	}
	standing := make([]competency.Item, len(items))
	for i, it := range items {
		standing[i] = it
		standing[i].Retired = it.Retired && !asked[it.ID]
	}
	var all []StandardChoice
	for _, s := range competency.Outer(competency.ByStandard(standing)) {
		all = append(all, StandardChoice{Item: s.Item, Indicators: s.Indicators})
	}
	return all, nil
}

// askedOf are the items in use in the version of the framework that a
// learner's policy was checked against; none where no policy covers them.
func (d *desk) askedOf(learner competency.PersonID) (map[competency.ItemID]bool, error) {
	e, err := d.EnrollmentOf(learner)
	if errors.Is(err, competency.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ps, err := allPolicies(d.Scope)
	if err != nil {
		return nil, err
	}
	v, _, err := ps.of(e)
	if err != nil || v == nil {
		return nil, err
	}
	items, err := d.Items(v.Framework)
	asked := make(map[competency.ItemID]bool, len(items))
	for _, it := range items {
		asked[it.ID] = !it.Retired
	}
	return asked, err
}
