package registrar

import (
	"cmp"
	"maps"
	"slices"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// Helpers are the people whom a learner asks about what is left, by name in use;
// empty where nobody is known.
type Helpers struct {
	teachers map[string]string // by the code of a standard
	Teacher  string            // of a section of the learner's, whatever is taught there
	Panel    string            // who called the panel that is to judge the learner's work
	// Counselor is the school's; Office who keeps its records.
	Counselor, Office string
}

// TeacherOf is who teaches or last judged a standard, or else another teacher of
// the learner.
func (h Helpers) TeacherOf(standard string) string { return cmp.Or(h.teachers[standard], h.Teacher) }

// Way is whom to ask about showing something of a standard by a route: the
// teacher where a teacher can confirm it, else who knows the places outside.
func (h Helpers) Way(route, standard string) string {
	k, _ := competency.RouteOf(route)
	if k.Provider == competency.Required || k.Approval {
		return cmp.Or(h.Counselor, h.TeacherOf(standard), h.Office)
	}
	return cmp.Or(h.TeacherOf(standard), h.Counselor, h.Office)
}

// Step is whom to ask about an open requirement, by the roles that the engine
// names: the teacher, who called the panel, and the counselor, who stands for
// an advisor too; without one the office.
func (h Helpers) Step(s policy.Step, standard string) (names []string) {
	for _, role := range s.Ask {
		name := ""
		switch role {
		case "teacher":
			if standard == "" { // a larger work, which a panel judges
				name = h.Panel
			}
			name = cmp.Or(name, h.TeacherOf(standard))
		case "learner":
			continue
		}
		if name = cmp.Or(name, h.Counselor, h.Office); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// helpersOf gathers whom a learner of a school can ask: who gives their sections
// tasks in a standard, or else who judged last in it.
func (d *desk) helpersOf(learner competency.PersonID, school competency.OrgID, items []competency.Item, judged []store.Judged) (h Helpers, err error) {
	standard := standardByItem(items)
	teachers := map[string]competency.PersonID{}
	for _, j := range standingWork(judged) { // the newest last
		teachers[standard[j.Item]] = j.Assessor
	}
	taught, err := d.TaughtBy(learner)
	if err != nil {
		return h, err
	}
	var teacher, chair, counselor, office competency.PersonID
	for _, t := range taught { // the newest last
		teacher = t.Teacher
		if code := standard[t.Item]; code != "" {
			teachers[code] = t.Teacher
		}
	}
	panels, err := d.PanelsAbout(learner)
	if err != nil {
		return h, err
	}
	for _, p := range panels {
		if p.State == competency.PanelOpen {
			chair = p.Chair
		}
	}
	staff, err := d.StaffAt(school, "")
	if err != nil {
		return h, err
	}
	for _, s := range slices.Backward(staff) { // who has been there longest last
		if s.Role == competency.Counselor {
			counselor = s.Person
		}
		if s.Role == competency.RegistrarRole {
			office = s.Person
		}
	}
	names, err := d.UsedNames(append(slices.Collect(maps.Values(teachers)), teacher, chair, counselor, office))
	h = Helpers{teachers: map[string]string{}, Teacher: names[teacher], Panel: names[chair], Counselor: names[counselor], Office: names[office]}
	for code, id := range teachers {
		h.teachers[code] = names[id]
	}
	return h, err
}

// standardByItem is the code of the outer standard of each indicator.
func standardByItem(items []competency.Item) map[competency.ItemID]string {
	of := map[competency.ItemID]string{}
	for _, s := range competency.Outer(competency.ByStandard(items)) {
		for _, it := range s.Indicators {
			of[it.ID] = s.Code
		}
	}
	return of
}
