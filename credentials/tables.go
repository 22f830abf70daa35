package credentials

import "slices"

// table is a class as a walk over a document needs it: each rule leads to the
// class of its objects, so that nothing is looked up by name on the way.
type table struct {
	name     string
	typed    []string
	closed   bool
	members  map[string]*rule
	required []string // in a fixed order
	// aboutSomebody: the object must say by id or identifier whom it is about.
	aboutSomebody bool
}

// rule is the rule for one member; object is the table of its class, or nil.
type rule struct {
	member
	object *table
}

// tables are all classes, by name, and the rules of members that contexts
// define for every object.
var tables, coreRules, badgeRules = link()

func link() (all map[string]*table, core, badge map[string]*rule) {
	all = make(map[string]*table, len(classes))
	for name, c := range classes {
		all[name] = &table{
			name: name, typed: c.typed, closed: c.closed,
			aboutSomebody: name == "AchievementSubject" || name == "ClrSubject",
		}
	}
	rules := func(members map[string]member) map[string]*rule {
		out := make(map[string]*rule, len(members))
		for name, m := range members {
			out[name] = &rule{m, all[m.class]}
		}
		return out
	}
	for name, t := range all {
		t.members = rules(classes[name].members)
		for m, r := range t.members {
			if r.required {
				t.required = append(t.required, m)
			}
		}
		slices.Sort(t.required)
	}
	return all, rules(coreMembers), rules(badgeMembers)
}
