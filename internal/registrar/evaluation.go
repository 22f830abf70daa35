package registrar

import (
	"errors"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// evaluation is what a policy says of one learner now.
type evaluation struct {
	version competency.PolicyVersion
	policy  policy.Policy
	facts   policy.Facts
	audit   policy.Audit
}

// evaluate answers the policy of each learner, looking at the record as of a
// civil date. Learners whom no adopted policy covers are left out. A handful of
// queries for any number of learners.
func evaluate(sc *store.Scope, members []competency.Enrollment, asOf string) (map[competency.PersonID]evaluation, error) {
	ps, err := allPolicies(sc)
	if err != nil {
		return nil, err
	}
	g := gather(sc, members, asOf)
	all := make(map[competency.PersonID]evaluation, len(members))
	for _, m := range members {
		e, covered, err := ps.evaluate(g, m)
		if err != nil {
			return nil, err
		}
		if covered {
			all[m.Person] = e
		}
	}
	return all, nil
}

// evaluate answers what stands for a learner: the policy of their cohort, or a
// newer version of it that offers itself to them and is better. Each version is
// asked about the framework that it was checked against, so that a newer
// framework changes nobody's requirements until a board adopts a policy for it.
// covered is false where no adopted policy covers the learner.
func (ps *policies) evaluate(g *gathered, e competency.Enrollment) (stands evaluation, covered bool, err error) {
	version, own, err := ps.of(e)
	if err != nil || version == nil {
		return stands, false, err
	}
	if stands, err = g.evaluate(version, own, e.Person); err != nil {
		return stands, false, err
	}
	newer, err := ps.offered(own, e)
	if err != nil || len(newer) == 0 {
		return stands, true, err
	}
	asked := map[string]evaluation{stands.version.Hash: stands}
	audits := make([]policy.Audit, len(newer))
	for i, v := range newer {
		p, err := ps.read(v)
		if err != nil {
			return stands, false, err
		}
		e, err := g.evaluate(v, p, e.Person)
		if err != nil {
			return stands, false, err
		}
		asked[v.Hash], audits[i] = e, e.audit
	}
	better := policy.Better(stands.audit, audits...)
	stands = asked[better.PolicyHash]
	stands.audit = better
	return stands, true, nil
}

// offered are the newer versions of a policy that the learners of an earlier one
// may take where they are better for them.
func (ps *policies) offered(own policy.Policy, e competency.Enrollment) (newer []*competency.PolicyVersion, err error) {
	for i := range ps.versions {
		v := &ps.versions[i]
		if v.Code != own.ID || v.Version <= own.Version || !v.ForSchool(ps.slugs[e.School]) {
			continue
		}
		p, err := ps.read(v)
		if err != nil {
			return nil, err
		}
		if p.OffersBetter(own) {
			newer = append(newer, v)
		}
	}
	return newer, nil
}

// gathered is what is known of some learners, read once for each framework in
// which it is asked for.
type gathered struct {
	sc       *store.Scope
	learners []competency.PersonID
	asOf     string
	current  *competency.FrameworkID // nil until it is asked for
	items    map[competency.FrameworkID][]competency.Item
	known    map[competency.FrameworkID]map[competency.PersonID]policy.Facts
}

func gather(sc *store.Scope, members []competency.Enrollment, asOf string) *gathered {
	g := &gathered{
		sc: sc, asOf: asOf, items: map[competency.FrameworkID][]competency.Item{},
		known: map[competency.FrameworkID]map[competency.PersonID]policy.Facts{},
	}
	for _, m := range members {
		g.learners = append(g.learners, m.Person)
	}
	return g
}

// in answers what is known of the learners in one framework.
func (g *gathered) in(framework competency.FrameworkID) (_ map[competency.PersonID]policy.Facts, err error) {
	if known, ok := g.known[framework]; ok {
		return known, nil
	}
	items, ok := g.items[framework]
	if !ok {
		if items, err = g.sc.Items(framework); err != nil {
			return nil, err
		}
	}
	known, err := factsIn(g.sc, items, g.learners, g.asOf)
	g.known[framework] = known
	return known, err
}

// newest answers what is known in the framework in force; without one, in none.
func (g *gathered) newest() (map[competency.PersonID]policy.Facts, error) {
	if g.current == nil {
		f, err := g.sc.CurrentFramework()
		if err != nil && !errors.Is(err, competency.ErrNotFound) {
			return nil, err
		}
		g.current = &f.ID
	}
	return g.in(*g.current)
}

// evaluate answers one version for one learner.
func (g *gathered) evaluate(v *competency.PolicyVersion, p policy.Policy, learner competency.PersonID) (evaluation, error) {
	known, err := g.in(v.Framework)
	e := evaluation{version: *v, policy: p, facts: known[learner]}
	if err == nil {
		e.audit = policy.Evaluate(p, e.facts)
	}
	return e, err
}
