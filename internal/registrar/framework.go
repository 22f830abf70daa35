package registrar

import (
	"cmp"
	"context"

	"laurel/competency"
	"laurel/competency/frameworkfile"
	"laurel/internal/store"
)

// FrameworkView is a framework with its nodes in order.
type FrameworkView struct {
	competency.Framework
	Organisation string
	Items        []competency.Item
	Rubrics      map[competency.ItemID]competency.Rubric
	Alignments   []AlignmentLine
	// Versions are all versions of the framework, the newest first.
	Versions []competency.Framework
}

// Framework answers a framework to anyone: credentials point to its nodes.
func (r *Registrar) Framework(ctx context.Context, id competency.FrameworkID) (v FrameworkView, err error) {
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		tenant, err := tx.FrameworkTenant(id)
		if err != nil {
			return err
		}
		sc, err := tx.Scope(tenant)
		if err != nil {
			return err
		}
		org, err := sc.Org(tenant)
		if err != nil {
			return err
		}
		v.Organisation = org.Name
		if v.Framework, err = sc.Framework(id); err != nil {
			return err
		}
		if v.Items, err = sc.Items(id); err != nil {
			return err
		}
		ids := make([]competency.ItemID, len(v.Items))
		for i, it := range v.Items {
			ids[i] = it.ID
		}
		if v.Rubrics, err = sc.Rubrics(ids); err != nil {
			return err
		}
		if v.Alignments, err = alignmentLines(sc, v.Framework); err != nil {
			return err
		}
		all, err := sc.Frameworks()
		for _, f := range all {
			if f.Line == v.Line {
				v.Versions = append(v.Versions, f)
			}
		}
		return err
	})
	return v, err
}

// Frameworks answers the tenant's frameworks, the newest first.
func (r *Registrar) Frameworks(ctx context.Context, who competency.Actor) (all []competency.Framework, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewPolicy, competency.Subject{}); err != nil {
			return err
		}
		all, err = d.Frameworks()
		return err
	})
	return all, err
}

// Package answers a framework as it goes out: to anyone, like the page.
func (r *Registrar) Package(ctx context.Context, id competency.FrameworkID) (frameworkfile.Package, error) {
	v, err := r.Framework(ctx, id)
	if err != nil {
		return frameworkfile.Package{}, err
	}
	p := frameworkfile.Package{
		Framework: v.Framework, Creator: v.Organisation, URL: r.PublicURL + "/frameworks/" + string(v.ID), Items: v.Items, Rubrics: v.Rubrics,
		Targets: map[competency.ItemID]frameworkfile.Target{},
	}
	own := make(map[competency.ItemID]bool, len(v.Items))
	for _, it := range v.Items {
		own[it.ID] = true
	}
	for _, l := range v.Alignments {
		if !own[l.Item] {
			continue // goes out with the framework that says so
		}
		p.Alignments = append(p.Alignments, l.ItemAlignment)
		if l.Target != "" && !own[l.Target] {
			uri := cmp.Or(l.To.URI, r.PublicURL+"/frameworks/"+string(l.To.Framework)+"#"+l.To.Code)
			p.Targets[l.Target] = frameworkfile.Target{CaseID: cmp.Or(l.To.CaseID, string(l.To.ID)), URI: uri, Title: l.To.Text}
		}
	}
	return p, nil
}

// current is the tenant's framework in force, with its nodes in order.
func (d *desk) current() (f competency.Framework, items []competency.Item, err error) {
	if f, err = d.CurrentFramework(); err != nil {
		return f, nil, err
	}
	items, err = d.Items(f.ID)
	return f, items, err
}
