package policy

import (
	"fmt"
	"slices"
)

// Choice is kept in an audit where a learner could be judged by more than the
// version of their own cohort: which one stands, and why.
type Choice struct {
	// Own is the version of the learner's cohort, Taken the one that stands.
	Own   int `json:"own"`
	Taken int `json:"taken"`
	// Sentence says which stands, and why.
	Sentence string `json:"sentence"`
	// Others are the audits that do not stand, by version.
	Others []Audit `json:"others"`
}

// OffersBetter reports whether the learners of an earlier version may take this
// policy where it is better for them: a later version that says betterOf.
func (p Policy) OffersBetter(own Policy) bool {
	return p.BetterOf && p.ID == own.ID && p.Version > own.Version
}

// Better answers the audit that stands among a learner's own and those of newer
// versions that offer it ([Policy.OffersBetter]), with the others kept in its
// Choice. The own stands unless a newer one is better: done where the own is
// not, met where the own is waived, waiting where the own is open. Among equals
// the earliest version stands, so that a new version by itself changes nothing.
func Better(own Audit, newer ...Audit) Audit {
	if len(newer) == 0 {
		return own
	}
	all := append([]Audit{own}, newer...)
	slices.SortStableFunc(all[1:], func(a, b Audit) int { return a.Version - b.Version })
	best := 0
	for i := range all {
		if order(all[i].State) > order(all[best].State) {
			best = i
		}
	}
	stands := all[best]
	stands.Choice = &Choice{
		Own: own.Version, Taken: stands.Version, Sentence: choiceWords(own, stands),
		Others: slices.Delete(all, best, best+1),
	}
	return stands
}

// choiceWords says which version stands, and why.
func choiceWords(own, stands Audit) string {
	if own.Version == stands.Version {
		return fmt.Sprintf("Judged by version %d, that of the cohort; no later version is better here", own.Version)
	}
	return fmt.Sprintf("Judged by version %d instead of version %d, that of the cohort, because it is better here: %s, where version %d says %s",
		stands.Version, own.Version, stateWords[stands.State], own.Version, stateWords[own.State])
}

// stateWords say answers to people.
var stateWords = map[State]string{Met: "everything is shown", Waived: "everything is shown or excused", Pending: "only confirmations are waited for", NotMet: "not yet"}

// order puts states from worst to best.
func order(s State) int { return slices.Index([]State{NotMet, Pending, Waived, Met}, s) }
