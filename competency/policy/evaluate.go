package policy

import (
	"slices"
	"strconv"
)

// Evaluate answers a policy for one learner. It is pure and total: the same
// policy and facts give the same audit, whatever the order of the facts.
//
// A policy outside the term of its waiver is answered not_met, with the reason.
// A level counts only when it is confirmed and at least the scale's
// proficientAt. An exception waives the node it names when the policy allows
// its kind and two different people stand for it; one that does not hold is
// listed in Audit.Refused and changes nothing.
func Evaluate(p Policy, f Facts) Audit {
	f = f.normal()
	return evaluate(&p, &f, f.hash())
}

// evaluate is Evaluate for facts in normal form, with their hash.
func evaluate(p *Policy, f *Facts, hash string) Audit {
	e := newEvaluator(p, f)
	a := Audit{
		Policy: p.ID, Version: p.Version, PolicyHash: p.hash,
		FactsHash: hash, Learner: f.Learner, AsOf: f.AsOf,
		Refused: e.admit(f.Exceptions),
	}
	a.Tree = e.node(&p.Requirements)
	a.State = a.Tree.State
	if a.NotApplicable = p.Applies(f.AsOf); a.NotApplicable != "" {
		a.State = NotMet
	}
	clear(e.waived) // a seal is earned, never excused
	for i := range p.Endorsements {
		end := &p.Endorsements[i]
		r := e.node(&end.When)
		r.ID = end.ID
		if end.Title != "" {
			e.retitle(&r, end.Title)
		}
		a.Endorsements = append(a.Endorsements, r)
	}
	if e.counted != nil {
		a.Uncounted = e.counted.uncounted
	}
	return a
}

// evaluator is one evaluation: the policy, the facts in normal form, and
// indexes over them.
type evaluator struct {
	p         *Policy
	f         *Facts
	standards map[string]*Standard
	titles    map[string]string // see indicator
	waived    map[string]bool   // ids of nodes that an exception excuses
	apart     map[string]bool   // codes of indicators that decide nothing
	counted   *purse            // see purse; nil until a node asks for credits
}

func newEvaluator(p *Policy, f *Facts) *evaluator {
	e := &evaluator{
		p: p, f: f, waived: map[string]bool{},
		standards: make(map[string]*Standard, len(f.Framework.Standards)),
	}
	for i := range f.Framework.Standards {
		s := &f.Framework.Standards[i]
		if s.Apart && !slices.Contains(p.Conduct.Counts, s.Code) {
			e.setApart(s)
			continue
		}
		e.standards[s.Code] = s
	}
	return e
}

// indicator is what the framework calls an indicator.
func (e *evaluator) indicator(code string) string {
	if e.titles == nil {
		e.titles = map[string]string{}
		for _, s := range e.f.Framework.Standards {
			for _, i := range s.Indicators {
				e.titles[i.Code] = i.Title
			}
		}
	}
	return e.titles[code]
}

// setApart keeps the indicators of a standard from every requirement.
func (e *evaluator) setApart(s *Standard) {
	if e.apart == nil {
		e.apart = map[string]bool{}
	}
	for _, i := range s.Indicators {
		e.apart[i.Code] = true
	}
}

// admit takes the exceptions that hold and answers those that do not.
func (e *evaluator) admit(exceptions []Exception) (refused []RefusedException) {
	if len(exceptions) == 0 {
		return nil
	}
	for _, x := range exceptions {
		nodes := e.p.waivable(x.Requirement)
		if reason := e.objection(x, nodes); reason != "" {
			refused = append(refused, RefusedException{Requirement: x.Requirement, Kind: x.Kind, Reason: reason})
			continue
		}
		for _, n := range nodes {
			if n.Waivable == "" || n.Waivable == x.Kind {
				e.waived[n.ID] = true
			}
		}
	}
	return refused
}

// waivable finds what an exception may name: the requirement with this id, else
// the bucket with this id in every plan; nothing for the diploma as a whole.
func (p *Policy) waivable(id string) (nodes []*Node) {
	var buckets []*Node
	for i := range p.Requirements.Parts {
		p.Requirements.Parts[i].Walk(func(n *Node) {
			if n.ID == id {
				nodes = append(nodes, n)
			}
			if n.Kind == Bucket && n.Ref == id {
				buckets = append(buckets, n)
			}
		})
	}
	if nodes == nil {
		return buckets
	}
	return nodes
}

// objection is why an exception does not hold; empty when it does.
func (e *evaluator) objection(x Exception, nodes []*Node) string {
	rule := e.p.Exceptions
	switch {
	case !rule.Allowed:
		return "The policy allows no exceptions"
	case x.Requirement == e.p.Requirements.ID:
		return "The diploma as a whole cannot be waived"
	case len(nodes) == 0:
		return "The policy has no such requirement"
	case !slices.Contains(rule.Kinds, x.Kind):
		return "The policy does not allow this kind of exception"
	case !slices.ContainsFunc(nodes, func(n *Node) bool { return n.Waivable == "" || n.Waivable == x.Kind }):
		return "The requirement allows only exceptions of the kind “" + nodes[0].Waivable + "”"
	case x.By == "" || x.By2 == "" || x.By == x.By2:
		return "An exception takes two different people"
	case rule.MustCite && x.Cite == "":
		return "The exception names no source"
	case x.Expires != "" && !notAfter(e.f.AsOf, x.Expires):
		return "The exception has ended"
	default:
		return ""
	}
}

// node answers one node and everything below it.
func (e *evaluator) node(n *Node) Result {
	r := Result{ID: n.ID, Kind: n.Kind, Title: e.title(n)}
	a := answer{}
	switch n.Kind {
	case All, Any, AtLeast:
		a = e.group(n, &r)
	case Proficient:
		a = e.proficient(n, &r)
	case Record:
		a = e.record(n, &r)
	case Artifact:
		a = e.artifact(n, &r)
	case Assessment:
		a = e.assessment(n, &r)
	case Attempts:
		a = e.attempts(n, &r)
	case Hours:
		a = e.hours(n, &r)
	case Seal:
		a = e.seal(n, &r)
	case Credits:
		a = e.credits(n, &r)
	case CreditPlan:
		a = e.creditPlan(n, &r)
	case Bucket: // answered by its plan
	}
	r.State = a.state
	if e.waived[n.ID] && !r.State.Done() {
		r.State = Waived
	}
	e.finish(n, &r, a)
	return r
}

// answer is what a kind of node found, before exceptions and words.
type answer struct {
	state State
	// said follows the title: "3 of 4 indicators shown".
	said string
	// params are what Result.Params holds beside title, have and need.
	params map[string]string
	// or are the titles of the buckets that could be short instead.
	or []string
}

// stateOf answers a leaf: met if it is shown, pending if it would be once
// everything that waits is confirmed.
func stateOf(shown, wouldBe bool) State {
	switch {
	case shown:
		return Met
	case wouldBe:
		return Pending
	default:
		return NotMet
	}
}

// group combines the states of the parts; see the package comment.
func (e *evaluator) group(n *Node, r *Result) answer {
	r.Children = make([]Result, len(n.Parts))
	for i := range n.Parts {
		r.Children[i] = e.node(&n.Parts[i])
	}
	return combine(n, r)
}

// combine answers a node by the states of its children.
func combine(n *Node, r *Result) answer {
	met, done, pending := 0, 0, 0
	for i := range r.Children {
		switch r.Children[i].State {
		case Met:
			met++
			done++
		case Waived:
			done++
		case Pending:
			pending++
		case NotMet:
		}
	}
	r.Have, r.Need = done, groupNeed(n)
	a := answer{said: groupWords(r)}
	switch {
	case met >= r.Need:
		a.state = Met
	case done >= r.Need:
		a.state = Waived
	case done+pending >= r.Need:
		a.state = Pending
	default:
		a.state = NotMet
	}
	return a
}

// groupNeed is how many parts of a group must be done.
func groupNeed(n *Node) int {
	if n.Kind == All || n.Kind == CreditPlan {
		return len(n.Parts)
	}
	if n.Kind == Any {
		return 1
	}
	return n.Need
}

// finish fills what is said about the node.
func (e *evaluator) finish(n *Node, r *Result, a answer) {
	if r.State.Done() {
		r.Missing = nil
	}
	r.Code = string(n.Kind) + "." + string(r.State)
	r.Params = a.params
	if r.Params == nil {
		r.Params = make(map[string]string, 3)
	}
	r.Params["title"] = r.Title
	r.Params["have"], r.Params["need"] = strconv.Itoa(r.Have), strconv.Itoa(r.Need)
	if n.Kind == Credits || n.Kind == Bucket {
		r.Params["have"], r.Params["need"] = Amount(r.Have).String(), Amount(r.Need).String()
	}
	if e.waived[n.ID] && r.State == Waived {
		a.said = lowerFirst(e.p.Exceptions.PublicText)
	}
	r.Sentence = r.Title + ": " + a.said
}

// retitle gives a result another title.
func (e *evaluator) retitle(r *Result, title string) {
	r.Sentence = title + r.Sentence[len(r.Title):]
	r.Title, r.Params["title"] = title, title
}
