package main

import (
	"net/http"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"laurel/internal/demo"
	"laurel/internal/testkit"
)

// TestDatabaseAway takes the database away under a running program: whoever
// checks a credential does not notice, everyone else is told to come back, and
// all is well when it is there again.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	database := testkit.Postgres(t)
	folder := t.TempDir()
	s := serve(t, "--demo", "--data", folder, "--database", database)
	sheet := sheetOf(t, folder)
	amara := s.as("amara@willowbrook.example", passwordOf(t, sheet, "amara@willowbrook.example"))
	reader := s.visitor()
	read := sheet.Credentials[0]
	token := reader.fetch(read.JWT)
	published := []string{
		"/bundle.json", "/registry.json", "/.well-known/jwks.json", "/schools/willow-brook-uhs/did.json",
		"/schools/willow-brook-uhs/jwks.json", "/schools/willow-brook-uhs/endorsement", claimsOf(t, token).Status.List,
	}
	asked := inquiries(t, reader, sheet)
	before := make([][]byte, len(published))
	for i, address := range published {
		before[i] = reader.fetch(address)
	}

	back := takeAway(t, database)
	for i, address := range published {
		if !slices.Equal(reader.fetch(address), before[i]) {
			t.Errorf("%s is another without the database", address)
		}
	}
	if got := verdictOf(t, reader.do(http.MethodPost, "/v1/verify", "application/vc+jwt", token, "application/json")); got != "valid" {
		t.Errorf("/v1/verify: %s", got)
	}
	f := reader.open("/verify").form("/verify")
	f.fill("credential", string(token))
	checkSeal(f.send(), "valid")
	if got := verdictOf(t, reader.get(read.Page, "application/json")); got != "valid" {
		t.Errorf("a page that was read before: %s", got)
	}
	asked = asked.documents(reader, published...)
	asked.share(t, s, 4000, 0.999)
	if a := reader.get("/c/aaaaaaaaaaaaaaaaaaaaaaaaaa", "text/html"); a.status != http.StatusServiceUnavailable {
		t.Errorf("a page of which nothing is known: %d, want 503\n%s", a.status, s.stderr)
	}
	if a := amara.get("/evidence", "text/html"); a.status != http.StatusServiceUnavailable {
		t.Errorf("a page of the office: %d, want 503", a.status)
	}

	back()
	until(t, "the database", func() bool { return amara.get("/evidence", "text/html").status == http.StatusOK })
	graduate(t, s, sheet)
}

// graduate leads the demo's class from ready to issued, which needs its jobs.
func graduate(t *testing.T, s *server, sheet demo.Sheet) {
	t.Helper()
	const counselor, principal = "larsen@willowbrook.example", "adams@willowbrook.example"
	certified := s.as(counselor, passwordOf(t, sheet, counselor)).open(sheet.Class + "?stage=ready").form("/batches").send()
	adams := s.as(principal, passwordOf(t, sheet, principal))
	list := adams.open(certified.path()).form("/approve")
	for who := range list.offered("exceptions") {
		list.pick("exceptions", who)
	}
	if approved := list.send(); approved.status != http.StatusOK {
		t.Fatalf("approving: %d: %s", approved.status, approved.text("main"))
	}
	until(t, "the diplomas", func() bool { return progressOf(s, adams, certified.path()).State == "done" })
}

// takeAway ends every connection to a database and refuses new ones, until
// back is called.
func takeAway(t *testing.T, database string) (back func()) {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, database)
	must(t, err)
	name := pgx.Identifier{conn.Config().Database}.Sanitize()
	do := func(statement string) {
		_, err := conn.Exec(ctx, statement)
		must(t, err)
	}
	do("ALTER DATABASE " + name + " CONNECTION LIMIT 0")
	do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	return func() {
		do("ALTER DATABASE " + name + " CONNECTION LIMIT -1")
		must(t, conn.Close(ctx))
	}
}
