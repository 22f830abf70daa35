package policy

// Difference is what lies between two audits of one learner.
type Difference struct {
	Learner string `json:"learner"`
	From    State  `json:"from"`
	To      State  `json:"to"`
	// Because names what stands in the way on one side only, or differently on
	// the two: first what is open after the change, then what was open before it.
	Because []Change `json:"because,omitempty"`
}

// Change is one requirement that stands differently in two audits.
type Change struct {
	Requirement string `json:"requirement"` // id of the node
	Title       string `json:"title"`
	// From and To are empty where that side does not have the requirement.
	From State `json:"from,omitempty"`
	To   State `json:"to,omitempty"`
}

// Changes reports whether the answer to the whole is another one.
func (d Difference) Changes() bool { return d.From != d.To }

// Compare answers one learner's facts by two policies: who changes, from what
// to what, because of which requirements. Nodes are the same when their ids are.
func Compare(before, after Policy, f Facts) Difference {
	f = f.normal()
	hash := f.hash()
	return Differ(evaluate(&before, &f, hash), evaluate(&after, &f, hash))
}

// WhatIf answers a policy for facts that might be, and what would be different
// from the facts that are.
func WhatIf(p Policy, now, then Facts) (Audit, Difference) {
	a := Evaluate(p, then)
	return a, Differ(Evaluate(p, now), a)
}

// Differ is the difference between two audits.
func Differ(from, to Audit) Difference {
	d := Difference{Learner: to.Learner, From: from.State, To: to.State}
	before, after := byID(from.Tree), byID(to.Tree)
	openBefore, openAfter := next(nil, from.Tree, nil), next(nil, to.Tree, nil)
	said := map[string]bool{}
	for _, s := range append(openAfter, openBefore...) {
		was, is := before[s.Requirement], after[s.Requirement]
		if !said[s.Requirement] && was != is {
			d.Because = append(d.Because, Change{Requirement: s.Requirement, Title: s.Title, From: was, To: is})
		}
		said[s.Requirement] = true
	}
	if from.NotApplicable != to.NotApplicable {
		d.Because = append(d.Because, Change{Requirement: to.Policy, Title: orElse(to.NotApplicable, from.NotApplicable)})
	}
	return d
}

// byID is the state of every node of a tree.
func byID(root Result) map[string]State {
	states := map[string]State{}
	var walk func(*Result)
	walk = func(r *Result) {
		states[r.ID] = r.State
		for i := range r.Children {
			walk(&r.Children[i])
		}
	}
	walk(&root)
	return states
}
