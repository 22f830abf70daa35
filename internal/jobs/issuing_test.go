package jobs_test

import (
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/jobs"
	"laurel/internal/registrar"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
	"laurel/verifier"
)

// TestIssuingJobs lets a decision become a credential, and a withdrawal become
// visible, with nobody but the jobs at work (domain invariant 12).
func TestIssuingJobs(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, st *store.Store) {
		w := newOffice(t, st)
		stop, err := st.Work(t.Context(), store.WorkOptions{Poll: 50 * time.Millisecond}, jobs.Handlers(w.reg)...)
		w.ok(err)
		defer func() { w.ok(stop(t.Context())) }()
		w.decide()
		var c competency.Credential
		w.soon("the award has a credential", func() bool {
			rows, _, err := w.reg.Issued(t.Context(), w.principal, competency.Issued, 0)
			w.ok(err)
			if len(rows) == 1 {
				c = rows[0].Credential
			}
			return len(rows) == 1
		})
		page, err := w.reg.Page(t.Context(), c.Page)
		w.ok(err)
		if got := w.verdict(page.Token); got != verifier.Valid {
			t.Fatalf("got %s", got)
		}
		id, err := w.reg.OpenStatusChange(t.Context(), w.principal, registrar.Once{}, c.ID, registrar.NewStatusChange{
			Public: competency.IssuedInError, Private: "The list held the wrong learner.",
		})
		w.ok(err)
		w.ok(w.reg.ConfirmStatusChange(t.Context(), w.lead, id))
		w.soon("the withdrawal is published", func() bool { return w.verdict(page.Token) == verifier.Revoked })
	})
}

// office is a district with a school and the people who act.
type office struct {
	t               *testing.T
	store           *store.Store
	reg             *registrar.Registrar
	school          competency.OrgID
	learner         competency.PersonID
	principal, lead competency.Actor
}

const password = "a calm morning in spring"

func newOffice(t *testing.T, st *store.Store) *office {
	t.Helper()
	w := &office{t: t, store: st}
	var err error
	w.reg, err = registrar.New(registrar.Options{
		Store: st, Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), PublicURL: "https://laurel.example",
		Files: t.TempDir(), KeyEncryptionKey: make([]byte, 32), Passwords: testkit.LightPasswords,
	})
	w.ok(err)
	w.ok(w.reg.Begin(t.Context(), registrar.FirstRun{
		Kind: competency.District, Name: "District", Slug: "district", Zone: "UTC", AdminName: "Admin", Login: "admin", Password: password,
	}))
	admin := w.signIn("admin")
	w.school, err = w.reg.AddOrg(t.Context(), admin, registrar.Once{}, registrar.NewOrg{
		Parent: string(admin.Tenant), Kind: competency.School, Name: "School", Slug: "school", Zone: "UTC",
	})
	w.ok(err)
	admin = w.signIn("admin") // whose roles now reach the school
	for _, p := range []registrar.NewPerson{
		{Legal: "Paul Principal", Login: "principal", Password: password, Org: string(w.school), Role: competency.Principal},
		{Legal: "Lena Lead", Login: "lead", Password: password, Org: string(admin.Tenant), Role: competency.DistrictLead},
		{Legal: "Amara Okafor", Org: string(w.school), Role: competency.Learner, EntryYear: 2022, GraduationYear: 2026, Grade: "12", Born: "2008-02-03"},
	} {
		w.learner, err = w.reg.TakeIn(t.Context(), admin, registrar.Once{}, p)
		w.ok(err)
	}
	w.principal, w.lead = w.signIn("principal"), w.signIn("lead")
	return w
}

func (w *office) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *office) signIn(login string) competency.Actor {
	w.t.Helper()
	session, err := w.reg.SignIn(w.t.Context(), login, password)
	w.ok(err)
	who, err := w.reg.Actor(w.t.Context(), session)
	w.ok(err)
	return who
}

// decide makes an award and asks for its credential in the same transaction.
func (w *office) decide() {
	w.t.Helper()
	w.ok(w.store.In(w.t.Context(), w.lead.Tenant, func(sc *store.Scope) error {
		a := competency.Award{
			ID: competency.AwardID(sc.ID()), Org: w.school, Person: w.learner, Kind: competency.DiplomaAward, Basis: "audit",
			DecidedBy: w.principal.Person, Decided: time.Now(), Conferred: "2026-06-12",
			Achieved: competency.Achieved{
				Type: "SecondarySchoolDiploma", Key: "policy", Name: "Diploma", Description: "All standards.", Criteria: "The policy.",
			},
		}
		if err := sc.AddAward(a); err != nil {
			return err
		}
		return sc.Enqueue(registrar.IssueBatch{Tenant: string(w.lead.Tenant), Awards: []string{string(a.ID)}})
	}))
}

func (w *office) verdict(token []byte) verifier.Verdict {
	w.t.Helper()
	report, err := w.reg.Verifier().Verify(w.t.Context(), token)
	w.ok(err)
	return report.Verdict
}

// soon waits for what the jobs bring about.
func (w *office) soon(what string, seen func() bool) {
	w.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if seen() {
			return
		}
	}
	w.t.Fatal("not in time: " + what)
}
