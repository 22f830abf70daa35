package policy

import "slices"

// Step is one open requirement with what can be done about it.
type Step struct {
	Requirement string // id of the node
	Title       string
	State       State // NotMet or Pending
	Open        []Missing
	// Routes are the policy's ways of showing it, for each open indicator and
	// for credit; empty where only the open parts themselves help: a signature,
	// a test.
	Routes []string
	// Ask names by their roles the people to ask; whoever a part waits for
	// stands in Open.
	Ask []string
}

// The roles of people who help with what is open.
const (
	askTeacher   = "teacher"
	askAdvisor   = "advisor"
	askCounselor = "counselor"
)

// Next lists what is left to do: the open leaves of the tree, in the policy's
// order, passing over those whose group is done without them.
func (a Audit) Next(p Policy) []Step { return next(nil, a.Tree, p.Routes) }

func next(steps []Step, r Result, routes []string) []Step {
	if r.State.Done() {
		return steps
	}
	nearest := nearestPlan(r)
	for i, c := range r.Children {
		if c.Kind != CreditPlan || i == nearest || r.Kind != Any {
			steps = next(steps, c, routes)
		}
	}
	if len(r.Children) > 0 {
		return steps
	}
	s := Step{Requirement: r.ID, Title: r.Title, State: r.State, Open: r.Missing, Ask: ask(r)}
	switch r.Kind {
	case Proficient, Artifact, Hours, Credits, Bucket:
		s.Routes = routes
	case All, Any, AtLeast, Record, Assessment, Attempts, Seal, CreditPlan:
	}
	return append(steps, s)
}

// nearestPlan is the credit plan among alternatives that lacks the fewest
// credits: two plans mostly ask for the same, and it is said once. -1 = none.
func nearestPlan(r Result) int {
	nearest, least := -1, 0
	for i := range r.Children {
		if r.Children[i].Kind != CreditPlan {
			continue
		}
		short := 0
		for _, b := range r.Children[i].Children {
			if !b.State.Done() {
				short += b.Need - b.Have
			}
		}
		if nearest < 0 || short < least {
			nearest, least = i, short
		}
	}
	return nearest
}

// ask is whom a learner asks about an open requirement.
func ask(r Result) []string {
	switch r.Kind {
	case Proficient, Artifact:
		return []string{askTeacher}
	case Record:
		var roles []string
		for _, m := range r.Missing {
			if m.Part == SignaturePart && m.Role != "" {
				roles = append(roles, m.Role)
			}
		}
		if roles == nil || slices.Equal(roles, []string{"learner"}) {
			roles = []string{askAdvisor}
		}
		return roles
	case Credits, Bucket:
		if slices.ContainsFunc(r.Missing, func(m Missing) bool { return m.Part == IndicatorPart }) {
			return []string{askTeacher, askCounselor}
		}
		return []string{askCounselor}
	case Hours, Assessment, Attempts, Seal, All, Any, AtLeast, CreditPlan:
		return []string{askCounselor}
	default:
		return nil
	}
}
