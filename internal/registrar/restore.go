package registrar

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"laurel/competency"
	"laurel/credentials/status"
	"laurel/internal/store"
)

// AfterRestore closes every status list that has places left, in every tenant,
// and answers how many: for the operator, who has put an older state of the
// database back. Places that were given out since then are unknown to it, so
// that none of these lists may give out any more.
func (r *Registrar) AfterRestore(ctx context.Context) (closed int, err error) {
	tenants, err := r.tenants(ctx)
	if err != nil {
		return 0, err
	}
	for _, t := range tenants {
		var lists []string
		err := r.act(ctx, System(t), competency.CloseLists, func(d *desk) (err error) {
			if err := d.may(competency.Subject{ID: string(t), Org: t}); err != nil {
				return err
			}
			lists, err = d.CloseLists(status.Entries)
			d.note("lists", strconv.Itoa(len(lists)))
			return err
		})
		// Should the same backup be put back once more, the marks know.
		for _, id := range lists {
			err = errors.Join(err, r.marks.raise(id, status.Entries))
		}
		if err != nil {
			return closed, fmt.Errorf("closing the status lists of %s: %w", t, err)
		}
		closed += len(lists)
	}
	return closed, nil
}

// tenants are the roots of custody, for what the operator does in all of them.
func (r *Registrar) tenants(ctx context.Context) (list []competency.OrgID, err error) {
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		orgs, err := tx.EveryOrg()
		for _, o := range orgs {
			if o.ID == o.Tenant {
				list = append(list, o.ID)
			}
		}
		return err
	})
	return list, err
}
