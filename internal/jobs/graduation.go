package jobs

import (
	"context"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/internal/store"
)

// graduating handles what a class needs on the way to its diplomas.
func graduating(r *registrar.Registrar) []store.Handler {
	return []store.Handler{
		store.Handle(func(ctx context.Context, j registrar.AuditClass) error {
			return r.RunAudit(ctx, competency.OrgID(j.Tenant), j.Run)
		}),
	}
}
