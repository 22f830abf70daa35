package store_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// kept is a table whose rows stay, by the columns that nothing may change.
type kept struct {
	table   string
	columns []string // none: every column of the table
	with    string   // what is changed along with it, where a table's rows may move on
}

// stay are the tables of domain invariant 5: assessment, audit, the signed
// credential and the decision that it rests on, the adopted policy, the rubric
// by which somebody judged.
var stay = []kept{
	{table: "assessment"},
	{table: "audit"},
	{table: "award"},
	{table: "rubric"},
	{table: "proof"},
	{table: "credential_edition"},
	{"credential", []string{
		"id", "tenant", "award", "generation", "org", "person", "document", "token", "payload", "digest", "list", "idx",
	}, ""},
	{"policy", []string{"id", "tenant", "document", "hash", "code", "version", "adopted_by", "adopted_on"}, ", status = 'retired'"},
}

// A row of these tables is neither changed nor deleted, whichever column
// somebody with access to the database writes to (domain invariant 5).
func TestWhatIsDecidedStays(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		signed(t, s)
		columns := map[string][]string{}
		for _, k := range stay {
			columns[k.table] = k.columns
			if len(k.columns) == 0 {
				columns[k.table] = columnsOf(t, s, k.table)
			}
			var rows int64
			if err := s.InAll(t.Context(), func(tx *store.Tx) error { return tx.ScanRaw(&rows, "SELECT count(*) FROM "+k.table) }); err != nil || rows == 0 {
				t.Fatalf("%s: %d rows, %v", k.table, rows, err)
			}
		}
		rapid.Check(t, func(rt *rapid.T) {
			k := rapid.SampledFrom(stay).Draw(rt, "table")
			column := rapid.SampledFrom(columns[k.table]).Draw(rt, "column")
			statement := fmt.Sprintf("UPDATE %s SET %s = %s%s", k.table, column, changed(s, k, column), k.with)
			if rapid.IntRange(0, 9).Draw(rt, "delete") == 0 {
				statement = "DELETE FROM " + k.table
			}
			if err := s.InAll(t.Context(), func(tx *store.Tx) error { return tx.ExecRaw(statement) }); err == nil {
				rt.Fatalf("%s was allowed", statement)
			}
		})
		// What may move on still does.
		for _, statement := range []string{"UPDATE policy SET status = 'retired'", "UPDATE credential SET state = 'revoked'"} {
			if err := s.InAll(t.Context(), func(tx *store.Tx) error { return tx.ExecRaw(statement) }); err != nil {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}

// changed is another value of a column. Where every column stays, its own value
// does: the refusal asks for no difference, and so none is due to a type.
func changed(s *store.Store, k kept, column string) string {
	switch {
	case len(k.columns) == 0:
		return column
	case column == "generation" || column == "idx" || column == "version":
		return column + " + 1"
	case s.Dialect() == "postgres" && (column == "payload" || column == "digest"):
		return column + ` || '\x00'::bytea`
	}
	return column + " || 'x'"
}

func columnsOf(t *testing.T, s *store.Store, table string) (names []string) {
	t.Helper()
	query := "SELECT name FROM pragma_table_info(?)"
	if s.Dialect() == "postgres" {
		query = "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?"
	}
	err := s.InAll(t.Context(), func(tx *store.Tx) error { return tx.ScanRaw(&names, query, table) })
	if err != nil || len(names) < 3 {
		t.Fatalf("columns of %s: %v, %v", table, names, err)
	}
	return names
}

// signed fills every table of stay: a judged piece, an audit by an adopted
// policy, and a credential with a proof.
func signed(t *testing.T, s *store.Store) {
	t.Helper()
	newLearning(t, s, "judged")
	district, learner := graduating(t, s)
	in(t, s, district, func(sc *store.Scope) error {
		now := sc.Now()
		a := competency.Award{
			ID: "w", Tenant: district, Org: district, Person: learner, Kind: competency.DiplomaAward, Basis: "a",
			Achieved: competency.Achieved{Type: "SecondarySchoolDiploma", Name: "Diploma"}, DecidedBy: learner, Decided: now, Conferred: "2027-06-12",
		}
		if err := sc.AddAward(a); err != nil {
			return err
		}
		if err := sc.AddKey(store.OrgKey{
			SigningKey: competency.SigningKey{
				Thumbprint: "k", Org: district, Alg: "EdDSA", Keeper: competency.EnvelopeKeeper, State: competency.KeyActive, Created: now, Activated: now,
			},
			JWK: "{}", Sealed: []byte("s"),
		}); err != nil {
			return err
		}
		none := func(string) (int64, error) { return 0, nil }
		places, err := sc.TakePlaces(store.ListsWanted{
			Org: district, Purpose: "revocation", States: "message", Year: 2027, Seed: []byte("seed"), Entries: 8,
		}, 1, none)
		if err != nil {
			return err
		}
		c := competency.Credential{
			ID: "cr", Tenant: district, Org: district, Person: learner, Award: "w", Generation: 1, Document: "urn:uuid:1", Page: "page",
			Kind: competency.DiplomaAward, Name: "Diploma", Reserved: now,
		}
		if err := sc.Reserve([]store.Reservation{{Credential: c, Payload: []byte("{}"), Digest: []byte("d"), List: places.List.ID, Index: uint32(places.First)}}); err != nil {
			return err
		}
		proof := store.Proof{Form: store.FormJWT, KeyID: "k", Protected: []byte("{}"), Signature: []byte("s")}
		if _, err = sc.SaveSigned([]store.Signed{{Credential: "cr", Proofs: []store.Proof{proof}}}, now); err != nil {
			return err
		}
		again := store.Edition{Credential: "cr", Number: 2, Payload: []byte("{ }"), Digest: []byte("e"), Proofs: []store.Proof{proof}}
		_, err = sc.AddEditions([]store.Edition{again})
		return err
	})
}
