package jobs

import (
	"context"
	"errors"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/internal/store"
)

// issuing handles what makes and publishes credentials.
func issuing(r *registrar.Registrar) []store.Handler {
	return []store.Handler{
		store.Handle(func(ctx context.Context, j registrar.IssueAward) error {
			_, err := r.IssueAward(ctx, registrar.System(competency.OrgID(j.Tenant)), competency.AwardID(j.Award))
			return err
		}),
		store.Handle(func(ctx context.Context, j registrar.IssueBatch) error {
			awards := make([]competency.AwardID, len(j.Awards))
			for i, a := range j.Awards {
				awards[i] = competency.AwardID(a)
			}
			_, err := r.IssueAwards(ctx, registrar.System(competency.OrgID(j.Tenant)), awards)
			return err
		}),
		store.Handle(func(ctx context.Context, j registrar.ReplaceCredential) error {
			_, err := r.ReplaceCredential(ctx, registrar.System(competency.OrgID(j.Tenant)), competency.CredentialID(j.Credential))
			if errors.Is(err, registrar.ErrNotReplaced) {
				return store.Discard(err)
			}
			return err
		}),
		store.Handle(func(ctx context.Context, j registrar.PublishStatus) error {
			wait, err := r.PublishChanges(ctx, competency.OrgID(j.Tenant), j.List)
			if err == nil && wait > 0 {
				return store.Snooze(wait)
			}
			return err
		}),
		store.Handle(func(ctx context.Context, j registrar.SignAgain) error { return r.SignAgain(ctx, j) }),
		store.Handle(func(ctx context.Context, _ registrar.RenewLists) error { return r.RenewLists(ctx) }),
	}
}
