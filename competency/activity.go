package competency

import (
	"cmp"
	"regexp"
	"strings"
)

// Activity is where learning took place: a course, an internship, service. A
// record lists it beside the standards that it helped to show.
type Activity struct {
	Learner  PersonID
	Route    string // one of Routes
	Context  string // the subject; may be empty
	Provider string // who taught or supervised it outside the school; may be empty
	// Items are the indicators in which work done there was judged proficient.
	Items []ItemID
	// Minutes were confirmed by whoever supervised it; 0 where none were counted.
	Minutes int
}

// private finds words about services, health or circumstances, which no signed
// document may hold (domain invariants 9 and 10; 34 CFR 300.622, §504). A name that
// holds one is left out: the route alone says enough.
var private = regexp.MustCompile(`(?i)\b(iep|504|sped|special[- ]ed\w*|accommodat\w*|disab\w*|esl|ell|english (language )?learners?|` +
	`(free|reduced)[- ](and|or|price|reduced)?[- ]?\w*lunch|homeless\w*|foster care|migrant\w*|therap\w*|rehab\w*|probation|detention)\b`)

// Public is the activity without names that would tell more about its learner
// than where the work was done.
func (a Activity) Public() Activity {
	if private.MatchString(a.Context) {
		a.Context = ""
	}
	if private.MatchString(a.Provider) {
		a.Provider = ""
	}
	return a
}

// Achieved is the activity as a document names it, the same for everyone who
// took part in it at the school.
func (a Activity) Achieved(school OrgID) Achieved {
	kind, _ := RouteOf(a.Route)
	words := RouteWords(a.Route)
	name := cmp.Or(a.Context, words)
	if a.Route != "class" {
		name = words
		if a.Context != "" {
			name += ": " + a.Context
		}
	}
	description := words
	if a.Provider != "" {
		name += " (" + a.Provider + ")"
		description += " with " + a.Provider
	}
	return Achieved{
		Type: cmp.Or(kind.Type, "LearningProgram"),
		Key:  strings.ToLower(strings.Join([]string{"activity", string(school), a.Route, a.Context, a.Provider}, "/")),
		Name: name, Description: description + ", where work was judged by the rubrics that hold for every route.",
		Criteria: "Took part, and showed at least one part of a graduation standard there or had the time confirmed.",
		Tags:     []string{a.Route},
		Results:  []AchievedResult{{Key: "completion", Name: "Completion"}},
	}
}
