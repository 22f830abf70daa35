package testkit_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"laurel/internal/testkit"
)

func TestPostgresIsFreshAndUnprivileged(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one", "two"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := pgx.Connect(t.Context(), testkit.Postgres(t))
			if err != nil {
				t.Fatal(err)
			}
			var super, bypass, owner bool
			err = conn.QueryRow(t.Context(), `
				SELECT r.rolsuper, r.rolbypassrls, d.datdba = r.oid
				FROM pg_roles r, pg_database d
				WHERE r.rolname = current_user AND d.datname = current_database()`).Scan(&super, &bypass, &owner)
			if err != nil {
				t.Fatal(err)
			}
			if super || bypass || !owner {
				t.Errorf("superuser %t, bypasses row level security %t, owns its database %t; want false, false, true", super, bypass, owner)
			}
			// The same table in both: each has a database to itself.
			if _, err := conn.Exec(t.Context(), "CREATE TABLE mine (id int)"); err != nil {
				t.Error(err)
			}
			// Left open on purpose: dropping the database must not wait for it.
		})
	}
}
