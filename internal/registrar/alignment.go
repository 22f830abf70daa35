package registrar

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
	"laurel/internal/store"
)

// link keeps the alignments that came with a file: between items of the
// version, to items of ours that go by the same CASE identifier or address,
// and to items of elsewhere.
func (d *desk) link(f competency.Framework, links []competency.FileLink) error {
	if len(links) == 0 {
		return nil
	}
	known, err := d.knownByAddress()
	if err != nil {
		return err
	}
	items, err := d.Items(f.ID)
	if err != nil {
		return err
	}
	codes := make(map[string]competency.ItemID, len(items))
	for _, it := range items {
		codes[it.Code] = it.ID
	}
	var all []competency.ItemAlignment
	for _, l := range links {
		a := competency.ItemAlignment{
			ID: competency.AlignmentID(d.ID()), Item: codes[l.Code], Kind: l.Kind, Target: codes[l.Target], URI: l.URI, Title: l.Title, Created: d.at,
		}
		for _, name := range []string{l.CaseID, l.URI} {
			if id, ok := known[name]; ok && name != "" && a.Target == "" {
				a.Target = id
			}
		}
		if a.Item != "" && a.Item != a.Target && (a.Target != "" || a.URI != "") {
			all = append(all, a)
		}
	}
	d.note("alignments", strconv.Itoa(len(all)))
	return d.AddAlignments(all)
}

// knownByAddress are the items of the newest versions by what CASE calls them.
func (d *desk) knownByAddress() (map[string]competency.ItemID, error) {
	all, err := newestVersions(d.Scope)
	if err != nil {
		return nil, err
	}
	known := map[string]competency.ItemID{}
	for _, f := range all {
		items, err := d.Items(f.ID)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			known[it.CaseID], known[it.URI], known[string(it.ID)] = it.ID, it.ID, it.ID
		}
	}
	return known, nil
}

// newestVersions answers the newest version of each framework of the tenant,
// what work is judged by first.
func newestVersions(sc *store.Scope) ([]competency.Framework, error) {
	all, err := sc.Frameworks()
	var newest []competency.Framework
	for _, f := range all {
		if !slices.ContainsFunc(newest, func(n competency.Framework) bool { return n.Line == f.Line }) {
			newest = append(newest, f)
		}
	}
	slices.SortStableFunc(newest, func(a, b competency.Framework) int {
		switch {
		case a.Reference == b.Reference:
			return strings.Compare(a.Name, b.Name)
		case b.Reference:
			return -1
		}
		return 1
	})
	return newest, err
}

// AlignmentLine is an alignment in words: what an item has to do with another.
type AlignmentLine struct {
	competency.ItemAlignment
	From, To competency.Item
	// Framework is the one of the item at the other end; empty for one of elsewhere.
	Framework competency.Framework
}

// alignmentLines answers the alignments of a version's items, from either side.
func alignmentLines(sc *store.Scope, f competency.Framework) ([]AlignmentLine, error) {
	all, err := sc.Alignments(f.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var ids []competency.ItemID
	for _, a := range all {
		ids = append(ids, a.Item)
		if a.Target != "" {
			ids = append(ids, a.Target)
		}
	}
	slices.Sort(ids)
	now, err := sc.ItemsNow(slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	frameworks, err := sc.Frameworks()
	if err != nil {
		return nil, err
	}
	byID := make(map[competency.FrameworkID]competency.Framework, len(frameworks))
	for _, one := range frameworks {
		byID[one.ID] = one
	}
	lines := make([]AlignmentLine, len(all))
	for i, a := range all {
		lines[i] = AlignmentLine{ItemAlignment: a, From: now[a.Item], To: now[a.Target]}
		for _, end := range []competency.Item{lines[i].From, lines[i].To} {
			if other := byID[end.Framework]; other.ID != "" && other.Line != f.Line {
				lines[i].Framework = other
			}
		}
	}
	return lines, nil
}

// AlignmentsView is what a framework's items have to do with others, and what
// can be chosen.
type AlignmentsView struct {
	Framework competency.Framework
	Items     []competency.Item
	Lines     []AlignmentLine
	// Others are the newest versions of the tenant's other frameworks.
	Others []OtherFramework
}

// OtherFramework is a framework to align to, with its items in use.
type OtherFramework struct {
	competency.Framework
	Items []competency.Item
}

// AlignmentsDesk answers the page on which a framework is aligned to others.
func (r *Registrar) AlignmentsDesk(ctx context.Context, who competency.Actor, id competency.FrameworkID) (v AlignmentsView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ManageFramework, competency.Subject{Org: who.Tenant}); err != nil {
			return err
		}
		if v.Framework, err = d.Framework(id); err != nil {
			return err
		}
		if v.Items, err = inUse(d.Scope, id); err != nil {
			return err
		}
		if v.Lines, err = alignmentLines(d.Scope, v.Framework); err != nil {
			return err
		}
		all, err := newestVersions(d.Scope)
		if err != nil {
			return err
		}
		for _, f := range all {
			if f.Line == v.Framework.Line {
				continue
			}
			items, err := inUse(d.Scope, f.ID)
			if err != nil {
				return err
			}
			v.Others = append(v.Others, OtherFramework{f, items})
		}
		return nil
	})
	return v, err
}

// inUse are a version's items without the retired ones.
func inUse(sc *store.Scope, id competency.FrameworkID) ([]competency.Item, error) {
	items, err := sc.Items(id)
	return slices.DeleteFunc(items, func(it competency.Item) bool { return it.Retired }), err
}

// NewAlignments align some items of a framework to one item of another.
type NewAlignments struct {
	Items  []string                 `json:"items"`  // codes
	Kind   competency.AlignmentKind `json:"kind"`   // as CASE calls it
	Target string                   `json:"target"` // an item's id
}

// Align says what items of a framework have to do with an item of another one.
// What is said already stays.
func (r *Registrar) Align(ctx context.Context, who competency.Actor, id competency.FrameworkID, in NewAlignments) error {
	return r.act(ctx, who, competency.ManageFramework, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		items, err := d.Items(id)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return competency.NotFound()
		}
		target, bad, err := d.checkAlignment(in, items)
		if err != nil {
			return err
		}
		var all []competency.ItemAlignment
		for _, code := range in.Items {
			i := slices.IndexFunc(items, func(it competency.Item) bool { return it.Code == code })
			if i < 0 {
				bad = append(bad, competency.Field{Pointer: "/items", Detail: "There is no item " + code + "."})
				continue
			}
			all = append(all, competency.ItemAlignment{
				ID: competency.AlignmentID(d.ID()), Item: items[i].ID, Kind: in.Kind, Target: target, By: who.Person, Created: d.at,
			})
		}
		if len(bad) > 0 {
			return competency.Invalid(bad...)
		}
		d.note("alignments", strconv.Itoa(len(all)))
		return d.AddAlignments(all)
	})
}

// checkAlignment finds the target and answers what is wrong with the choice.
func (d *desk) checkAlignment(in NewAlignments, own []competency.Item) (target competency.ItemID, bad []competency.Field, err error) {
	if len(in.Items) == 0 || len(in.Items) > 500 {
		bad = append(bad, competency.Field{Pointer: "/items", Detail: "Choose at least one item."})
	}
	if !slices.Contains(competency.AlignmentKinds, in.Kind) {
		bad = append(bad, competency.Field{Pointer: "/kind", Detail: "Say how the items stand to the other one."})
	}
	target = competency.ItemID(in.Target)
	now, err := d.ItemsNow([]competency.ItemID{target})
	switch {
	case err != nil:
		return target, nil, err
	case in.Target == "" || now[target].ID == "":
		bad = append(bad, competency.Field{Pointer: "/target", Detail: "Choose what they are aligned to."})
	case slices.ContainsFunc(own, func(it competency.Item) bool { return it.ID == target }):
		bad = append(bad, competency.Field{Pointer: "/target", Detail: "Choose an item of another framework."})
	}
	return target, bad, nil
}

// Unalign takes an alignment away.
func (r *Registrar) Unalign(ctx context.Context, who competency.Actor, id competency.AlignmentID) error {
	return r.act(ctx, who, competency.ManageFramework, func(d *desk) error {
		if err := d.may(competency.Subject{Org: who.Tenant}); err != nil {
			return err
		}
		a, err := d.RemoveAlignment(id)
		d.subject.ID = string(a.Item)
		d.note("alignment", string(id))
		return err
	})
}
