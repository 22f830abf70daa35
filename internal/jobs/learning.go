package jobs

import (
	"context"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/internal/store"
)

// learning handles what evidence needs of the world outside.
func learning(r *registrar.Registrar) []store.Handler {
	return []store.Handler{
		store.Handle(func(ctx context.Context, j registrar.CopyLinks) error {
			return r.CopyLinks(ctx, competency.OrgID(j.Tenant), competency.EvidenceID(j.Evidence))
		}),
		store.Handle(func(ctx context.Context, _ registrar.RecheckOutside) error { return r.RecheckOutside(ctx) }),
	}
}
