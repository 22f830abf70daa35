package registrar

import (
	"context"
	"maps"
	"slices"

	"laurel/competency"
	"laurel/competency/policy"
)

// WhatIfView is how a learner would stand if more were shown.
type WhatIfView struct {
	LearnerStanding // as it would be
	// Difference is against how the learner stands now.
	Difference policy.Difference
	// Open are the indicators that are not shown yet, Courses those that the
	// school offers; each can be supposed.
	Open    []policy.Indicator
	Courses []competency.Course
}

// WhatIf answers the policy of a learner's cohort as if some indicators were
// shown and the credits of some courses earned: the same rules over facts that
// might be. Nothing is kept. The learner, and the school's staff.
func (r *Registrar) WhatIf(ctx context.Context, who competency.Actor, learner competency.PersonID, shown, courses []string) (v WhatIfView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if v.LearnerStanding, err = d.progress(learner); err != nil {
			return err
		}
		now, err := d.under(v.Enrolled)
		if err != nil {
			return err
		}
		if v.Courses, err = d.Courses(v.Enrolled.School); err != nil {
			return err
		}
		v.Open = openIndicators(now.facts, now.policy.Scale.ProficientAt)
		v.Audit, v.Difference = policy.WhatIf(now.policy, now.facts, suppose(now, v.Courses, shown, courses))
		return nil
	})
	return v, err
}

// openIndicators are those of the framework that are not confirmed at proficient.
func openIndicators(f policy.Facts, proficientAt int) (open []policy.Indicator) {
	seen := map[string]bool{}
	for _, s := range f.Framework.Standards {
		for _, i := range s.Indicators {
			l := f.Determinations[i.Code]
			if !seen[i.Code] && (!l.Confirmed || l.Level < proficientAt) {
				open = append(open, i)
			}
			seen[i.Code] = true
		}
	}
	return open
}

// suppose adds to the facts what might be. A course gives its credit, or is taken
// up where credit follows from proficiency.
func suppose(now evaluation, offered []competency.Course, shown, courses []string) policy.Facts {
	f := now.facts
	f.Determinations, f.Pending = maps.Clone(f.Determinations), maps.Clone(f.Pending)
	f.Credits, f.Courses = slices.Clone(f.Credits), slices.Clone(f.Courses)
	for _, code := range shown {
		l := f.Determinations[code]
		f.Determinations[code] = policy.Determined{Level: max(l.Level, now.policy.Scale.ProficientAt), Confirmed: true, Contexts: l.Contexts}
		delete(f.Pending, code)
	}
	for _, c := range offered {
		if !slices.Contains(courses, c.Code) {
			continue
		}
		id := "supposed " + c.Code
		f.Credits = append(f.Credits, policy.CreditFact{ID: id, Title: c.Title, Value: policy.Amount(c.Value), Tags: c.Tags, Route: c.Route})
		f.Courses = append(f.Courses, policy.CourseFact{
			ID: id, Title: c.Title, Value: policy.Amount(c.Value), Tags: c.Tags, Route: c.Route, Indicators: c.Indicators,
		})
	}
	return f
}
