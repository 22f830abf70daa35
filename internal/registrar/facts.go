package registrar

import (
	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// factsIn are what the policy engine knows of some learners on a civil date, in
// the framework of the items. Four queries for any number of learners; a learner
// of whom nothing is known has empty facts.
func factsIn(sc *store.Scope, items []competency.Item, learners []competency.PersonID, asOf string) (map[competency.PersonID]policy.Facts, error) {
	known, codes := catalogue(items).Ordered(), map[competency.ItemID]string{}
	for _, it := range items {
		if it.Kind == competency.IndicatorItem {
			codes[it.ID] = it.Code
		}
	}
	levels, err := sc.StandingLevels(learners)
	if err != nil {
		return nil, err
	}
	awaited, err := sc.AwaitedOf(learners)
	if err != nil {
		return nil, err
	}
	records, err := sc.OnRecordOf(learners)
	if err != nil {
		return nil, err
	}
	all := make(map[competency.PersonID]policy.Facts, len(learners))
	for _, id := range learners {
		all[id] = factsOf(id, asOf, known, records[id])
	}
	for _, d := range levels {
		code, ok := codes[d.Item]
		if !ok {
			continue
		}
		// A proposal stands beside a confirmed level only until it is confirmed
		// itself, and never counts.
		if before, has := all[d.Learner].Determinations[code]; has && before.Confirmed {
			continue
		}
		all[d.Learner].Determinations[code] = policy.Determined{
			Level: d.Level, Confirmed: d.State == competency.LevelConfirmed, Contexts: d.Contexts,
		}
	}
	for _, a := range awaited {
		if code, ok := codes[a.Item]; ok {
			wait := policy.Wait{Reason: a.Reason, Provider: a.Provider}
			if a.Context != "" {
				wait.Contexts = []string{a.Context}
			}
			all[a.Learner].Pending[code] = wait
		}
	}
	return all, addOutsideFacts(sc, learners, all)
}

// factsOf are the facts of one learner that are not levels.
func factsOf(id competency.PersonID, asOf string, known policy.Catalogue, o store.OnRecord) policy.Facts {
	f := policy.Facts{
		Learner: string(id), AsOf: asOf, Framework: known,
		Determinations: map[string]policy.Determined{}, Pending: map[string]policy.Wait{},
	}
	for _, r := range o.Records {
		f.Records = append(f.Records, policy.RecordFact{Kind: r.Kind, Current: r.Current, SignedBy: r.SignedBy, Reviewed: r.Reviewed, Waits: r.Waits})
	}
	for _, w := range o.Works {
		f.Artifacts = append(f.Artifacts, policy.ArtifactFact{Kind: w.Kind, State: w.State, Panel: w.Panel, External: w.External, Waits: w.Waits})
	}
	for _, r := range o.Results {
		f.Results = append(f.Results, policy.ExternalResult{ID: r.ID, Ref: r.Ref, Score: r.Score, Waits: r.Waits})
	}
	for _, h := range o.Hours {
		f.Hours = append(f.Hours, policy.HoursFact{ID: h.ID, Kind: h.Kind, Minutes: h.Minutes, Waits: h.Waits})
	}
	for _, c := range o.Credits {
		f.Credits = append(f.Credits, policy.CreditFact{
			ID: c.ID, Title: c.Title, Value: policy.Amount(c.Value), Tags: c.Tags, Route: c.Route, Waits: c.Waits,
		})
	}
	for _, t := range o.Courses {
		c := t.Course
		f.Courses = append(f.Courses, policy.CourseFact{
			ID: t.ID, Title: c.Title, Value: policy.Amount(c.Value), Tags: c.Tags, Route: c.Route, Indicators: c.Indicators,
		})
	}
	for _, x := range o.Exceptions {
		f.Exceptions = append(f.Exceptions, policy.Exception{
			Requirement: x.Requirement, Kind: x.Kind, Cite: x.Cite, By: string(x.By), By2: string(x.By2), Expires: x.Expires,
		})
	}
	return f
}
