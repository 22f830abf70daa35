package registrar

import (
	"context"
	"log/slog"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// Sweep is the job that clears what has run out: sessions, answers kept for
// requests that could have come twice, and files that never came whole.
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
	var uploads []competency.UploadID
	err = r.Store.InAll(ctx, func(tx *store.Tx) (err error) {
		if uploads, err = tx.SweepUploads(r.Now()); err != nil {
			return err
		}
		requests, err = tx.ForgetRequests(r.Now().Add(-rememberFor))
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range uploads {
		if err := r.removeUpload(id); err != nil {
			return err
		}
	}
	r.Log.InfoContext(ctx, "swept", slog.Int64("sessions", sessions), slog.Int64("requests", requests), slog.Int("uploads", len(uploads)))
	return nil
}
