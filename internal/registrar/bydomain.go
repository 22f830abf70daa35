package registrar

import (
	"context"
	"slices"

	"laurel/competency"
	"laurel/internal/store"
)

// ByDomain is what a learner has shown, seen by the domains of another
// framework: the same confirmed levels and the same evidence, nothing judged
// anew and nothing counted.
type ByDomain struct {
	LearnerStanding
	Framework competency.Framework // the one whose domains these are; zero where nothing is aligned
	// Choices are the frameworks by which one can look.
	Choices []competency.Framework
	Domains []DomainView
}

// DomainView is one node of the other framework with what speaks for it.
type DomainView struct {
	competency.Item
	Depth int
	// Shown are the aligned items in which the learner has a confirmed level,
	// Open those in which there is none.
	Shown []DomainItem
	Open  []competency.Item
}

// DomainItem is an aligned indicator with the level and the work behind it.
type DomainItem struct {
	competency.Item
	Level    competency.Determination
	Label    string
	Counts   bool // the level is proficient or above
	Evidence []competency.Evidence
}

// ByDomain answers a learner's levels and evidence by the domains of another
// framework (an empty id: the first that ours is aligned to), to the learner
// and to the school's staff.
func (r *Registrar) ByDomain(ctx context.Context, who competency.Actor, learner competency.PersonID, by competency.FrameworkID) (v ByDomain, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if v.LearnerStanding, err = d.progress(learner); err != nil {
			return err
		}
		if len(v.Items) == 0 {
			return nil
		}
		own, err := d.Framework(v.Items[0].Framework)
		if err != nil {
			return err
		}
		lines, err := alignmentLines(d.Scope, own)
		if err != nil {
			return err
		}
		if err := v.choose(d, lines, by); err != nil || v.Framework.ID == "" {
			return err
		}
		return d.domains(&v, lines)
	})
	return v, err
}

// choose finds the frameworks that the learner's one is aligned to.
func (v *ByDomain) choose(d *desk, lines []AlignmentLine, by competency.FrameworkID) error {
	all, err := newestVersions(d.Scope)
	if err != nil {
		return err
	}
	for _, f := range all {
		if !f.Reference || !slices.ContainsFunc(lines, func(l AlignmentLine) bool { return l.Framework.Line == f.Line && l.Kind.Carries() }) {
			continue
		}
		v.Choices = append(v.Choices, f)
		if f.ID == by || by == "" && v.Framework.ID == "" {
			v.Framework = f
		}
	}
	if by != "" && v.Framework.ID == "" {
		return competency.NotFound()
	}
	return nil
}

// domains fills the nodes of the other framework with what is aligned to them.
func (d *desk) domains(v *ByDomain, lines []AlignmentLine) error {
	items, err := inUse(d.Scope, v.Framework.ID)
	if err != nil {
		return err
	}
	aligned := alignedTo(v.Items, items, lines)
	known, err := d.shownIn(v)
	if err != nil {
		return err
	}
	depth := map[competency.ItemID]int{}
	for _, it := range items {
		if above, ok := depth[it.Parent]; ok && it.Parent != "" {
			depth[it.ID] = above + 1
		} else {
			depth[it.ID] = 0
		}
		dv := DomainView{Item: it, Depth: depth[it.ID]}
		for _, own := range v.Items {
			if own.Kind != competency.IndicatorItem || !aligned[it.ID][own.ID] {
				continue
			}
			if one, ok := known[own.ID]; ok {
				one.Item = own
				dv.Shown = append(dv.Shown, one)
			} else if !own.Retired {
				dv.Open = append(dv.Open, own)
			}
		}
		v.Domains = append(v.Domains, dv)
	}
	return nil
}

// alignedTo answers, by the other framework's nodes, which of our items speak
// for each. What is aligned to a node speaks for what that one stands below
// too, and aligning a standard aligns what stands below it.
func alignedTo(own, others []competency.Item, lines []AlignmentLine) map[competency.ItemID]map[competency.ItemID]bool {
	ownParent, otherParent := parents(own), parents(others)
	direct := map[competency.ItemID]map[competency.ItemID]bool{} // ours → theirs
	for _, l := range lines {
		if !l.Kind.Carries() {
			continue
		}
		from, to := l.Item, l.Target
		if _, theirs := otherParent[from]; theirs {
			from, to = to, from
		}
		if direct[from] == nil {
			direct[from] = map[competency.ItemID]bool{}
		}
		direct[from][to] = true
	}
	aligned := map[competency.ItemID]map[competency.ItemID]bool{}
	for _, it := range own {
		for at := it.ID; at != ""; at = ownParent[at] {
			for node := range direct[at] {
				for up := node; up != ""; up = otherParent[up] {
					if aligned[up] == nil {
						aligned[up] = map[competency.ItemID]bool{}
					}
					aligned[up][it.ID] = true
				}
			}
		}
	}
	return aligned
}

func parents(items []competency.Item) map[competency.ItemID]competency.ItemID {
	of := make(map[competency.ItemID]competency.ItemID, len(items))
	for _, it := range items {
		of[it.ID] = it.Parent
	}
	return of
}

// shownIn answers the learner's confirmed levels with the accepted work for
// each, by item.
func (d *desk) shownIn(v *ByDomain) (map[competency.ItemID]DomainItem, error) {
	live, err := d.LiveDeterminations([]competency.PersonID{v.Learner})
	if err != nil {
		return nil, err
	}
	known := map[competency.ItemID]DomainItem{}
	for _, l := range live {
		if l.State == competency.LevelConfirmed {
			known[l.Item] = DomainItem{Level: l, Label: v.Scale.Label(l.Level), Counts: l.Level >= v.Scale.ProficientAt}
		}
	}
	work, _, err := d.EvidenceOf(v.Learner, store.EvidenceFilter{}, store.Page{Limit: 500})
	if err != nil {
		return nil, err
	}
	for _, e := range work {
		if e.State != competency.EvidenceAccepted {
			continue
		}
		for _, it := range e.Items {
			if one, ok := known[it]; ok {
				one.Evidence = append(one.Evidence, e)
				known[it] = one
			}
		}
	}
	return known, nil
}
