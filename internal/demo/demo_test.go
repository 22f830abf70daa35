package demo_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"laurel/internal/demo"
	"laurel/internal/jobs"
	"laurel/internal/registrar"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// TestStory tells the whole story over both databases: the longest walk through
// the office there is.
func TestStory(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, st *store.Store) {
		const public = "http://localhost:8080"
		office, err := registrar.New(registrar.Options{
			Store: st, Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), PublicURL: public,
			Files: t.TempDir(), KeyEncryptionKey: make([]byte, 32), Passwords: testkit.LightPasswords,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := office.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		stop, err := st.Work(t.Context(), store.WorkOptions{}, jobs.Handlers(office)...)
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := demo.Tell(t.Context(), demo.Options{Office: office, Now: time.Now, PublicURL: public})
		if stopped := stop(context.WithoutCancel(t.Context())); stopped != nil {
			t.Error(stopped)
		}
		if err != nil {
			t.Fatal(err)
		}
		verdicts := map[string]int{}
		for _, c := range sheet.Credentials {
			verdicts[c.Verdict]++
		}
		if verdicts["valid"] < 7 || verdicts["revoked"] != 1 || verdicts["unrecognised-issuer"] != 1 || len(verdicts) != 3 {
			t.Errorf("verdicts: %v", verdicts)
		}
		if sheet.Application == "" || sheet.Class == "" {
			t.Errorf("the sheet lacks pages: %+v", sheet)
		}
		journal, err := st.VerifyJournal(t.Context())
		if err != nil || len(journal.Broken) > 0 || journal.Rows < 60 {
			t.Errorf("the journal: %+v, %v", journal, err)
		}
	})
}
