// Package jobs binds each kind of job to the office's method that does it.
package jobs

import (
	"slices"

	"laurel/internal/registrar"
	"laurel/internal/store"
)

// Handlers are the handlers of every kind of job.
func Handlers(r *registrar.Registrar) []store.Handler {
	return slices.Concat(issuing(r), graduating(r))
}
