package registrar

import (
	"context"
	"errors"

	"laurel/competency"
	"laurel/internal/store"
)

// Vouch enters an organisation into the registry: its parent says that it is
// what it says. Who asks administers the parent, which is in the actor's
// tenant; a state vouches for a district that is its own tenant. What is
// vouched for already stays.
func (r *Registrar) Vouch(ctx context.Context, who competency.Actor, org competency.OrgID) error {
	err := r.act(ctx, who, competency.ManageOrganisation, func(d *desk) error {
		o, err := d.OrgAnywhere(org)
		if err != nil {
			return err
		}
		by, err := d.Org(o.Parent)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(org), Org: by.ID}); err != nil {
			return err
		}
		return r.vouch(d, by, o)
	})
	if err != nil && !errors.Is(err, competency.ErrConflict) {
		return err
	}
	return r.Publish(ctx)
}

// vouch enters an organisation into the registry, for all types of
// achievements. It belongs into the act that adds a school to a district.
func (r *Registrar) vouch(d *desk, by, org competency.Org) error {
	d.note("vouched_by", string(by.ID))
	return d.AddVouching(store.RegistryEntry{Org: org.ID, By: by.ID, From: d.at})
}
