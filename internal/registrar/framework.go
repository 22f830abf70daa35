package registrar

import (
	"context"

	"laurel/competency"
	"laurel/internal/store"
)

// FrameworkView is a framework with its nodes in order.
type FrameworkView struct {
	competency.Framework
	Organisation string
	Items        []competency.Item
	Rubrics      map[competency.ItemID]competency.Rubric
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
		v.Rubrics, err = sc.Rubrics(ids)
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
