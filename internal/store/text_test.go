package store_test

import (
	"errors"
	"testing"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// TestTextThatIsNone looks for names that no row can have: whatever the
// database thinks of the bytes, it is no fault of ours.
func TestTextThatIsNone(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		for _, login := range []string{"a\x00b", "\xff"} {
			err := s.ReadAll(t.Context(), func(tx *store.Tx) error {
				_, err := tx.AccountByLogin(login)
				return err
			})
			if !errors.Is(err, competency.ErrNotFound) && !errors.Is(err, competency.ErrInvalid) {
				t.Errorf("%q: got %v, want ErrNotFound or ErrInvalid", login, err)
			}
		}
	})
}
