// Package jobs binds each kind of job to the office's method that does it, and
// says which return by themselves.
package jobs

import (
	"context"
	"slices"
	"time"

	"laurel/internal/registrar"
	"laurel/internal/store"
)

// Handlers are the handlers of every kind of job.
func Handlers(r *registrar.Registrar) []store.Handler {
	return slices.Concat(issuing(r), graduating(r), learning(r), policies(r), housekeeping(r))
}

// housekeeping handles what nobody asks for.
func housekeeping(r *registrar.Registrar) []store.Handler {
	return []store.Handler{
		store.Handle(func(ctx context.Context, _ registrar.Sweep) error { return r.Sweep(ctx) }),
		store.Handle(func(ctx context.Context, _ registrar.LapseAttestations) error { return r.LapseAttestations(ctx) }),
	}
}

// Schedule are the jobs that return by themselves.
func Schedule() []store.Periodic {
	return []store.Periodic{
		{Every: time.Hour, Job: registrar.Sweep{}},
		{Every: time.Hour, Job: registrar.LapseAttestations{}},
		{Every: time.Hour, Job: registrar.RenewLists{}},
		{Every: time.Hour, Job: registrar.RecheckOutside{}},
	}
}
