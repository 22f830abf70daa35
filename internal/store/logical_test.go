package store_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

const (
	columnsSQLite = `SELECT m.name || '.' || p.name AS name, lower(p.type) AS kind, p."notnull" = 0 AS nullable
		FROM sqlite_master m, pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'river_%' AND m.name NOT LIKE 'goose_%'`
	columnsPostgres = `SELECT c.table_name || '.' || c.column_name AS name, lower(c.data_type) AS kind, c.is_nullable = 'YES' AS nullable
		FROM information_schema.columns c JOIN pg_tables t ON t.tablename = c.table_name AND t.schemaname = c.table_schema
		WHERE c.table_schema = 'public' AND c.table_name NOT LIKE 'river_%' AND c.table_name NOT LIKE 'goose_%'`
	uniqueSQLite = `SELECT m.name || ' (' || (SELECT group_concat(i.name, ', ') FROM pragma_index_info(l.name) i) || ')'
			|| CASE l.partial WHEN 1 THEN ' partly' ELSE '' END
		FROM sqlite_master m, pragma_index_list(m.name) l
		WHERE m.type = 'table' AND l."unique" = 1 AND m.name NOT LIKE 'river_%' AND m.name NOT LIKE 'goose_%'`
	uniquePostgres = `SELECT t.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.n)
				FROM unnest(i.indkey) WITH ORDINALITY k(num, n) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num) || ')'
			|| CASE WHEN i.indpred IS NULL THEN '' ELSE ' partly' END
		FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
		WHERE n.nspname = 'public' AND i.indisunique AND t.relname NOT LIKE 'river_%' AND t.relname NOT LIKE 'goose_%'`
	referencesSQLite = `SELECT m.name || ' (' || group_concat(f."from", ', ') || ') → ' || f."table"
		FROM sqlite_master m, pragma_foreign_key_list(m.name) f
		WHERE m.type = 'table' AND m.name NOT LIKE 'river_%' GROUP BY m.name, f.id`
	referencesPostgres = `SELECT t.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.n)
				FROM unnest(c.conkey) WITH ORDINALITY k(num, n) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num) || ') → ' || o.relname
		FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class o ON o.oid = c.confrelid
		WHERE c.contype = 'f' AND t.relname NOT LIKE 'river_%'`
	walledPostgres = `SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity`
)

// sameKind says which type of SQLite stands for which of Postgres.
var sameKind = map[string][]string{
	"text":     {"text"},
	"integer":  {"integer", "bigint", "smallint"},
	"datetime": {"timestamp with time zone"},
	"blob":     {"bytea"},
	"boolean":  {"boolean"},
}

type column struct {
	Name     string
	Kind     string
	Nullable bool
}

// Both databases hold the same tables, columns, unique keys and references.
func TestSameLogicalSchema(t *testing.T) {
	t.Parallel()
	lite, post := stores.SQLite(t), stores.Postgres(t)
	a, b := columns(t, lite, columnsSQLite), columns(t, post, columnsPostgres)
	names := maps.Clone(a)
	maps.Copy(names, b)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		in, out := a[name], b[name]
		if in.Nullable != out.Nullable || !slices.Contains(sameKind[in.Kind], out.Kind) {
			t.Errorf("%s: sqlite has %+v, postgres has %+v", name, in, out)
		}
	}
	for what, pair := range map[string][2]string{
		"unique":     {uniqueSQLite, uniquePostgres},
		"references": {referencesSQLite, referencesPostgres},
	} {
		in, out := list(t, lite, pair[0]), list(t, post, pair[1])
		if !slices.Equal(in, out) {
			t.Errorf("%s: sqlite has\n%s\npostgres has\n%s", what, strings.Join(in, "\n"), strings.Join(out, "\n"))
		}
	}
	walled := list(t, post, walledPostgres)
	for name := range b {
		if table, is := strings.CutSuffix(name, ".tenant"); is && !slices.Contains(walled, table) {
			t.Errorf("%s has a tenant but no wall", table)
		}
	}
}

func columns(t *testing.T, s *store.Store, query string) map[string]column {
	t.Helper()
	var all []column
	if err := s.ReadAll(t.Context(), func(tx *store.Tx) error { return tx.ScanRaw(&all, query) }); err != nil {
		t.Fatal(err)
	}
	byName := map[string]column{}
	for _, c := range all {
		byName[c.Name] = c
	}
	if len(byName) < 50 {
		t.Fatalf("%s shows only %d columns", s.Dialect(), len(byName))
	}
	return byName
}

func list(t *testing.T, s *store.Store, query string) []string {
	t.Helper()
	var all []string
	if err := s.ReadAll(t.Context(), func(tx *store.Tx) error { return tx.ScanRaw(&all, query) }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
