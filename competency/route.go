package competency

import (
	"cmp"
	"slices"
	"strings"
)

// Ask tells how far a route asks for something in its form.
type Ask int

// The ways of asking. What is not asked has no field in the form.
const (
	NotAsked Ask = iota
	Optional     // there is a field, and it may stay empty
	Required     // it must be filled before the work is handed in
)

// RouteKind is one way in which something can be shown, as data: adding a way
// is adding a row to [RouteKinds] and its words to the catalogue.
type RouteKind struct {
	// Key is how policies and evidence name it.
	Key string
	// Words are what a reader of a document sees, and Type the OB 3.0
	// AchievementType of what was done there.
	Words, Type string
	// Provider is who taught or supervised it outside the school, Dates when it
	// began and ended, Hours how long it took.
	Provider, Dates, Hours Ask
	// Approval tells that the school agrees before the start, unless the
	// learner's policy says otherwise ([PriorApproval]).
	Approval bool
	// Attester is who can confirm it: teacher, supervisor, provider, panel,
	// community, issuer, college, sender.
	Attester string
}

// RouteKinds is the table of routes, in the order in which forms list them
// (16 V.S.A. §941 and its like in other states; mission rows 52, 54, 77).
var RouteKinds = []RouteKind{
	{Key: "class", Words: "Class", Type: "Course", Attester: "teacher"},
	{Key: "internship", Words: "Internship", Type: "Fieldwork", Provider: Required, Dates: Optional, Hours: Optional, Attester: "supervisor"},
	{Key: "work-based", Words: "Work-based learning", Type: "Fieldwork", Provider: Required, Dates: Optional, Hours: Optional, Attester: "supervisor"},
	{Key: "externship", Words: "Externship", Type: "Fieldwork", Provider: Required, Dates: Optional, Hours: Optional, Attester: "supervisor"},
	{Key: "early-college", Words: "Early college course", Type: "Course", Provider: Required, Dates: Optional, Attester: "college"},
	{Key: "college-credit-plus", Words: "College credit course", Type: "Course", Provider: Required, Dates: Optional, Attester: "college"},
	{Key: "online", Words: "Online course", Type: "Course", Provider: Required, Dates: Optional, Attester: "provider"},
	{Key: "community-service", Words: "Community service", Type: "CommunityService", Provider: Required, Dates: Optional, Hours: Optional, Attester: "community"},
	{Key: "service-learning", Words: "Service learning", Type: "CommunityService", Provider: Optional, Dates: Optional, Hours: Optional, Attester: "community"},
	{Key: "maker", Words: "Maker project", Type: "CoCurricular", Provider: Optional, Dates: Optional, Attester: "teacher"},
	{Key: "travel", Words: "Educational travel", Type: "CoCurricular", Provider: Optional, Dates: Required, Attester: "community"},
	{Key: "independent-study", Words: "Independent study", Type: "CoCurricular", Provider: Optional, Dates: Optional, Hours: Optional, Attester: "teacher"},
	{Key: "demonstration", Words: "Demonstration of mastery", Type: "Assessment", Attester: "teacher"},
	{Key: "exhibition", Words: "Exhibition", Type: "Assessment", Provider: Optional, Attester: "panel"},
	{Key: "challenge", Words: "Challenge", Type: "Competition", Provider: Optional, Dates: Optional, Attester: "community"},
	{Key: "transfer", Words: "Work at an earlier school", Type: "Course", Provider: Required, Dates: Optional, Attester: "sender"},
	{Key: "external-credential", Words: "Credential earned elsewhere", Type: "Certification", Provider: Optional, Attester: "issuer"},
	{Key: "credentialing", Words: "Industry credential", Type: "Certification", Provider: Required, Dates: Optional, Attester: "issuer"},
	{Key: "elo", Words: "Extended learning opportunity", Type: "Fieldwork", Provider: Required, Dates: Required, Hours: Optional, Approval: true, Attester: "supervisor"},
	{Key: "credit-flex", Words: "Credit flexibility", Type: "CoCurricular", Provider: Optional, Dates: Required, Hours: Optional, Approval: true, Attester: "teacher"},
}

// Routes are the keys of the routes, in the table's order; a policy names those
// that it counts.
var Routes = routeKeys()

func routeKeys() []string {
	keys := make([]string, len(RouteKinds))
	for i, k := range RouteKinds {
		keys[i] = k.Key
	}
	return keys
}

// RouteOf answers the kind of a route; false where there is none such.
func RouteOf(key string) (RouteKind, bool) {
	i := slices.IndexFunc(RouteKinds, func(k RouteKind) bool { return k.Key == key })
	if i < 0 {
		return RouteKind{}, false
	}
	return RouteKinds[i], true
}

// RouteWords is a route in the words of a reader; the route itself when it is not one of Routes.
func RouteWords(route string) string {
	k, _ := RouteOf(route)
	return cmp.Or(k.Words, route)
}

// complete answers what the route asks for and the evidence lacks.
func (k RouteKind) complete(e Evidence) []Field {
	var bad []Field
	if k.Provider == Required && strings.TrimSpace(e.Provider) == "" {
		bad = append(bad, Field{"/provider", "Say where it was: who taught or supervised you."})
	}
	if k.Dates == Required && e.Began == "" {
		bad = append(bad, Field{"/began", "Give the day on which it began."})
	}
	if k.Hours == Required && e.Minutes == 0 {
		bad = append(bad, Field{"/hours", "Say how many hours it took."})
	}
	return bad
}
