package jobs

import (
	"context"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/internal/store"
)

// policies handles what policies need beside people's acts.
func policies(r *registrar.Registrar) []store.Handler {
	return []store.Handler{
		store.Handle(func(ctx context.Context, j registrar.TryPolicy) error {
			return r.RunTrial(ctx, competency.OrgID(j.Tenant), competency.PolicyTrialID(j.Trial))
		}),
	}
}
