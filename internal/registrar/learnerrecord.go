package registrar

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// stated is everything that a record of one learner is made of.
type stated struct {
	evaluation
	school     competency.Org
	profile    competency.SchoolProfile
	standards  map[competency.ItemID]string // the standard's code, by indicator
	activities []competency.Activity
	works      []competency.PanelWork
}

// record says what a record of the learner states: every graduation standard
// that the policy names, and everything that helped to show them. diploma is
// the award of the diploma, or empty while there is none; the record is partial then.
func (s stated) record(diploma competency.AwardID) competency.Achieved {
	whole := diplomaOf(s.evaluation, s.school, s.profile)
	a := competency.Achieved{
		Key: "record/" + whole.Key, Name: "Learner record", Profile: whole.Profile,
		Description: fmt.Sprintf("Everything that was shown at %s for the diploma: graduation standards, and where the work was done.", s.school.Name),
		Record:      &competency.LearnerRecord{Partial: diploma == "", Diploma: diploma},
	}
	if diploma == "" {
		a.Name = "Transcript"
		a.Description = fmt.Sprintf("What was shown at %s so far for the diploma: graduation standards, and where the work was done. More is to come.", s.school.Name)
		a.Record.Open = append(a.Record.Open, competency.RecordPart{Achieved: outline(whole)})
	}
	s.addStandards(a.Record, whole)
	s.addActivities(a.Record, whole.Key)
	s.addWorks(a.Record, whole.Key)
	s.addSeals(a.Record, whole.Key)
	return a
}

// outline is an achievement without what somebody reached in it, to name one that is open.
func outline(a competency.Achieved) competency.Achieved {
	a.Results, a.Evidence, a.Profile, a.Why = slices.Clone(a.Results), nil, "", ""
	for i := range a.Results {
		a.Results[i].Achieved, a.Results[i].Note = 0, ""
	}
	return a
}

// standardKey names a graduation standard, the same under every policy of the framework.
func (s stated) standardKey(code string) string {
	return "standard/" + string(s.version.Framework) + "/" + code
}

// addStandards adds one part for each standard of the policy: those that are
// met, and those that still have to be shown.
func (s stated) addStandards(r *competency.LearnerRecord, whole competency.Achieved) {
	lines := standardLines{e: &s.evaluation}
	lines.walk(&s.policy.Requirements, s.audit.Tree, false)
	for i, l := range lines.all {
		result := whole.Results[i]
		result.Key = "level"
		part := competency.RecordPart{
			Achieved: competency.Achieved{
				Type: "Competency", Key: s.standardKey(l.code), Name: l.title,
				Description: fmt.Sprintf("A graduation standard of %s.", s.school.Name),
				Criteria:    s.criteria(), Results: []competency.AchievedResult{result}, Alignments: whole.Alignments[i : i+1],
			},
			PartOf: []string{whole.Key},
		}
		switch {
		case l.level > 0:
			part.Why = s.why(l)
		case l.excused:
			part.Why = result.Note
		default:
			part.Achieved = outline(part.Achieved)
			r.Open = append(r.Open, part)
			continue
		}
		r.Parts = append(r.Parts, part)
	}
}

// criteria is what every standard asks for.
func (s stated) criteria() string {
	return fmt.Sprintf("Its indicators shown at %s or above, in work judged against published rubrics, and each level confirmed by a teacher.",
		cmp.Or(s.policy.Scale.Label(s.policy.Scale.ProficientAt), "the level that counts"))
}

// why explains the level of a standard.
func (s stated) why(l standardLine) string {
	which := fmt.Sprintf("All %d indicators were", l.of)
	if l.shown < l.of {
		which = fmt.Sprintf("%d of %d indicators were", l.shown, l.of)
	}
	if l.of == 1 {
		which = "Its one indicator was"
	}
	text := fmt.Sprintf("%s confirmed by a teacher at %s or above, each %s",
		which, s.policy.Scale.Label(s.policy.Scale.ProficientAt), methodOf(s.policy).InGeneral())
	if l.of == 1 {
		text = strings.Replace(text, ", each ", ", ", 1)
	}
	if l.contexts > 1 {
		text += ", in work of " + strconv.Itoa(l.contexts) + " subjects"
	}
	return text + "."
}

// addActivities adds where the work was done, in the order of the routes. Class
// work, which everyone has, comes first.
func (s stated) addActivities(r *competency.LearnerRecord, whole string) {
	order := func(a competency.Activity) int { return slices.Index(competency.Routes, a.Route) }
	slices.SortStableFunc(s.activities, func(a, b competency.Activity) int {
		return cmp.Or(cmp.Compare(order(a), order(b)), strings.Compare(a.Context, b.Context), strings.Compare(a.Provider, b.Provider))
	})
	for _, a := range s.activities {
		part := competency.RecordPart{Achieved: a.Achieved(s.school.ID)}
		var titles []string
		for _, named := range [][]competency.RecordPart{r.Parts, r.Open} {
			for _, p := range named {
				if p.Type == "Competency" && slices.ContainsFunc(a.Items, func(i competency.ItemID) bool { return s.standardKey(s.standards[i]) == p.Key }) {
					part.PartOf, titles = append(part.PartOf, p.Key), append(titles, p.Name)
				}
			}
		}
		if len(part.PartOf) == 0 {
			part.PartOf = []string{whole}
		}
		part.Why = activityWhy(titles, a.Minutes)
		if part.Why != "" {
			r.Parts = append(r.Parts, part)
		}
	}
}

// activityWhy says what came of an activity; nothing of one that showed nothing yet.
func activityWhy(standards []string, minutes int) string {
	var said []string
	if len(standards) > 0 {
		said = append(said, "Work done here helped to show "+strings.Join(standards, ", ")+".")
	}
	if minutes > 0 {
		said = append(said, strconv.Itoa(minutes/60)+" hours were confirmed.")
	}
	return strings.Join(said, " ")
}

// addWorks adds larger works that a panel accepted.
func (s stated) addWorks(r *competency.LearnerRecord, whole string) {
	for _, w := range s.works {
		if w.State != "accepted" || w.Waits != "" {
			continue
		}
		name := firstUpper(w.Kind)
		why := "Accepted."
		if n := len(w.Panel); n > 0 {
			why = fmt.Sprintf("Accepted by a panel of %d, %d of them from outside the school.", n, w.External)
		}
		key := "work/" + string(s.school.ID) + "/" + w.Kind
		if slices.ContainsFunc(r.Parts, func(p competency.RecordPart) bool { return p.Key == key }) {
			continue
		}
		r.Parts = append(r.Parts, competency.RecordPart{
			Achieved: competency.Achieved{
				Type: "Assessment", Key: key, Name: name, Description: name + ": a larger work of the learner's own, shown to a panel.",
				Criteria: "Accepted by the panel as the graduation policy asks.", Results: []competency.AchievedResult{{Key: "completion", Name: "Completion"}},
				Why: why,
			},
			PartOf: []string{whole},
		})
	}
}

// addSeals adds what was earned beside the diploma.
func (s stated) addSeals(r *competency.LearnerRecord, whole string) {
	for i, e := range s.audit.Endorsements {
		if e.State != policy.Met {
			continue
		}
		name := cmp.Or(e.Title, s.policy.Endorsements[i].ID)
		r.Parts = append(r.Parts, competency.RecordPart{
			Achieved: competency.Achieved{
				Type: "Award", Key: "seal/" + string(s.version.ID) + "/" + s.policy.Endorsements[i].ID, Name: name,
				Description: name + ", as the graduation policy defines it.", Criteria: "What the graduation policy asks for it was met.",
				Results: []competency.AchievedResult{{Key: "completion", Name: "Completion"}}, Why: "Earned beside the diploma.",
			},
			PartOf: []string{whole},
		})
	}
}

// firstUpper is a word with a capital at its beginning.
func firstUpper(s string) string {
	if s == "" {
		return ""
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// statements gathers what records of evaluated learners of a school are made
// of, in a handful of queries for any number of learners.
func statements(sc *store.Scope, school competency.Org, all map[competency.PersonID]evaluation) (map[competency.PersonID]stated, error) {
	profile, err := sc.SchoolProfile(school.ID)
	if err != nil {
		return nil, err
	}
	learners := make([]competency.PersonID, 0, len(all))
	for p := range all {
		learners = append(learners, p)
	}
	slices.Sort(learners)
	known, err := sc.OnRecordOf(learners)
	if err != nil {
		return nil, err
	}
	work, err := sc.WorkDone(learners)
	if err != nil {
		return nil, err
	}
	standards := map[competency.FrameworkID]map[competency.ItemID]string{}
	out := make(map[competency.PersonID]stated, len(all))
	for p, e := range all {
		framework := e.version.Framework
		if standards[framework] == nil {
			if standards[framework], err = standardsOf(sc, framework); err != nil {
				return nil, err
			}
		}
		out[p] = stated{
			evaluation: e, school: school, profile: profile, standards: standards[framework],
			activities: activitiesOf(p, work, known[p].Hours, e.policy.Scale.ProficientAt), works: known[p].Works,
		}
	}
	return out, nil
}

// standardsOf are the codes of the outer standards and skills of a framework's
// indicators.
func standardsOf(sc *store.Scope, framework competency.FrameworkID) (map[competency.ItemID]string, error) {
	items, err := sc.Items(framework)
	if err != nil {
		return nil, err
	}
	of := map[competency.ItemID]string{}
	for _, s := range competency.ByStandard(items) {
		for _, it := range s.Indicators {
			if s.Within == "" || of[it.ID] == "" {
				of[it.ID] = s.Code
			}
		}
	}
	return of, nil
}

// activitiesOf puts a learner's work and confirmed hours together by where they
// were done. Work below the level that counts leaves no trace (domain invariant 10).
func activitiesOf(learner competency.PersonID, work []store.WorkDone, hours []competency.Hours, level int) []competency.Activity {
	var list []competency.Activity
	at := func(named competency.Activity, anySubject bool) *competency.Activity {
		named = named.Public()
		i := slices.IndexFunc(list, func(a competency.Activity) bool {
			return a.Route == named.Route && a.Provider == named.Provider && (anySubject || a.Context == named.Context)
		})
		if i < 0 {
			list = append(list, named)
			i = len(list) - 1
		}
		return &list[i]
	}
	for _, w := range work {
		if w.Learner == learner && w.Level >= level {
			a := at(competency.Activity{Learner: learner, Route: w.Route, Context: firstUpper(w.Context), Provider: w.Provider}, false)
			a.Items = append(a.Items, w.Item)
		}
	}
	for _, h := range hours {
		if h.Waits == "" {
			at(competency.Activity{Learner: learner, Route: h.Kind, Provider: h.Provider}, true).Minutes += h.Minutes
		}
	}
	return list
}
