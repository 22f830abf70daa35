package registrar

import (
	"context"
	"log/slog"
	"time"

	"laurel/internal/store"
)

// Sweep is the job that clears what has run out: sessions, and answers kept for
// requests that could have come twice.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "sweep" }

// rememberFor is how long the answer to an Idempotency-Key is kept.
const rememberFor = 7 * 24 * time.Hour

// Sweep clears what has run out.
func (r *Registrar) Sweep(ctx context.Context) error {
	sessions, err := r.Store.Sessions().Sweep(ctx)
	if err != nil {
		return err
	}
	var requests int64
	err = r.Store.InAll(ctx, func(tx *store.Tx) (err error) {
		requests, err = tx.ForgetRequests(r.Now().Add(-rememberFor))
		return err
	})
	if err != nil {
		return err
	}
	r.Log.InfoContext(ctx, "swept", slog.Int64("sessions", sessions), slog.Int64("requests", requests))
	return nil
}
