package registrar

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit"
)

// studio is a provider of micro-credentials with assessors, and a district
// beside it whose teachers apply.
type studio struct {
	*Registrar
	t                *testing.T
	provider, school competency.OrgID
	// By key: "coordinator", "assessor-1" to "assessor-3" at the provider;
	// "ruth", "tomas" and "colleague" (an assessor too) at the school.
	who    map[string]competency.Actor
	mu     sync.Mutex // guards offset
	offset time.Duration
}

const studioDay = "2026-03-02T15:00:00Z" // a Monday

func (w *studio) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	at, _ := time.Parse(time.RFC3339, studioDay)
	return at.Add(w.offset)
}

// later moves the clock.
func (w *studio) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offset += d
}

func newStudio(t *testing.T, s *store.Store) *studio {
	t.Helper()
	w := &studio{t: t, who: map[string]competency.Actor{}}
	r, err := New(Options{
		Store: s, Now: w.now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		PublicURL: "https://laurel.example", Files: t.TempDir(), KeyEncryptionKey: bytes.Repeat([]byte{7}, keyBytes), Passwords: testkit.LightPasswords,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Registrar = r
	w.ok(s.InAll(t.Context(), w.fill))
	_, err = w.PublishMicroCredential(t.Context(), w.who["coordinator"], microDocument(nil))
	w.ok(err)
	return w
}

func (w *studio) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *studio) fill(tx *store.Tx) error {
	w.provider = competency.OrgID(tx.ID())
	district := competency.OrgID(tx.ID())
	for _, o := range []competency.Org{
		{ID: w.provider, Kind: competency.Provider, Name: "Maple Studio", Slug: "maple", Zone: "America/New_York"},
		{ID: district, Kind: competency.District, Name: "District", Slug: "district", Zone: "America/New_York"},
	} {
		sc, err := tx.Scope(o.ID)
		if err != nil {
			return err
		}
		if _, err := sc.AddOrg(o); err != nil {
			return err
		}
		if o.ID == w.provider {
			continue
		}
		school, err := sc.AddOrg(competency.Org{Parent: district, Kind: competency.School, Name: "MARKER School", Slug: "school", Zone: "America/New_York"})
		if err != nil {
			return err
		}
		w.school = school.ID
	}
	for _, p := range []struct {
		key    string
		tenant competency.OrgID
		org    competency.OrgID
		role   competency.Role
	}{
		{"ruth", district, w.school, competency.Teacher},
		{"tomas", district, w.school, competency.Teacher},
		{"colleague", district, w.school, competency.Teacher},
		{"coordinator", w.provider, w.provider, competency.Coordinator},
		{"assessor-1", w.provider, w.provider, competency.Assessor},
		{"assessor-2", w.provider, w.provider, competency.Assessor},
		{"assessor-3", w.provider, w.provider, competency.Assessor},
	} {
		if err := w.addPerson(tx, p.key, p.tenant, p.org, p.role); err != nil {
			return err
		}
	}
	return nil
}

func (w *studio) addPerson(tx *store.Tx, key string, tenant, org competency.OrgID, role competency.Role) error {
	account, err := tx.AccountByLogin(key)
	if err != nil {
		if account, err = tx.AddAccount(key, "no password"); err != nil {
			return err
		}
	}
	sc, err := tx.Scope(tenant)
	if err != nil {
		return err
	}
	p, err := sc.AddPerson(competency.Person{Legal: "MARKER " + key, Account: account.ID})
	if err != nil {
		return err
	}
	if err := sc.AddStaffing(competency.Staffing{Person: p.ID, Org: org, Role: role}); err != nil {
		return err
	}
	who, err := sc.ActorOf(account.ID)
	who.Authenticated = w.now()
	w.who[key] = who
	return err
}

// hire adds an account's person to the provider as an assessor.
func (w *studio) hire(key string) competency.PersonID {
	w.t.Helper()
	home := w.who[key]
	w.ok(w.Store.InAll(w.t.Context(), func(tx *store.Tx) error {
		return w.addPerson(tx, key, w.provider, w.provider, competency.Assessor)
	}))
	hired := w.who[key]
	w.who["hired-"+key], w.who[key] = hired, home
	return hired.Person
}

// microDocument is a small micro-credential; change may alter its members.
func microDocument(change func(map[string]any)) []byte {
	doc := map[string]any{
		"slug": "performance-tasks", "title": "Performance tasks", "summary": "Short tasks.", "competency": "Designs a task.",
		"keyMethod": "Plan backward", "components": []string{"Pick one indicator"}, "rationale": "It tells more.",
		"research":   []map[string]string{{"title": "A study", "url": "https://example.org/study"}},
		"overview":   []map[string]any{{"question": "Whom do you teach?", "wordsMin": 3, "wordsMax": 10, "passing": "Names learners"}},
		"artifacts":  []map[string]any{{"title": "Task and rubric", "criteria": []map[string]any{{"name": "Aligned"}, {"name": "Levels differ"}}}},
		"reflection": []map[string]any{{"question": "What now?", "wordsMin": 3, "wordsMax": 10, "passing": "Cites evidence"}},
		"levels":     []map[string]string{{"label": "Not yet"}, {"label": "Basic"}, {"label": "Passed"}},
		"pass":       3, "validYears": 3, "pdHours": 10, "assessors": 2, "maxAttempts": 2, "turnaroundDays": 14,
	}
	if change != nil {
		change(doc)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return text
}

// start begins an application and answers it with the actor in the provider's tenant.
func (w *studio) start(key string) (competency.ApplicationID, competency.Actor) {
	w.t.Helper()
	s, err := w.StartApplication(w.t.Context(), w.who[key], "performance-tasks")
	w.ok(err)
	return s.Application, w.at(key, s.Tenant)
}

// at is who an account is in a tenant.
func (w *studio) at(key string, tenant competency.OrgID) (who competency.Actor) {
	w.t.Helper()
	w.ok(w.Store.Read(w.t.Context(), tenant, func(sc *store.Scope) (err error) {
		who, err = sc.ActorOf(w.who[key].Account)
		return err
	}))
	return who
}

// filled starts and completes an application without handing it in.
func (w *studio) filled(key string) (competency.ApplicationID, competency.Actor) {
	w.t.Helper()
	id, who := w.start(key)
	_, err := w.SaveDraft(w.t.Context(), who, id, Draft{
		Texts:    map[string]string{"part-1-1": "twelve year olds, one indicator", "part-3-1": "I will start earlier"},
		Links:    map[string]string{"part-2-1": "https://example.org/task"},
		Consent:  true,
		Revision: 1, Deidentified: true,
	})
	w.ok(err)
	w.ok(w.AttachFile(w.t.Context(), who, id, "part-2-1", "MARKER Ruth's task.txt", strings.NewReader("a task in plain words")))
	return id, who
}

// submitted fills an application and hands it in.
func (w *studio) submitted(key string) (competency.ApplicationID, competency.Actor) {
	w.t.Helper()
	id, who := w.filled(key)
	w.ok(w.SubmitApplication(w.t.Context(), who, id))
	return id, who
}

// readings are the open readings of an application with their assessors.
func (w *studio) readings(id competency.ApplicationID) (list []competency.Review, by []competency.Actor) {
	w.t.Helper()
	w.ok(w.Store.Read(w.t.Context(), w.provider, func(sc *store.Scope) error {
		all, err := sc.Reviews(id)
		for _, v := range all {
			if v.State != competency.ReviewAssigned {
				continue
			}
			list = append(list, v)
			for _, who := range w.who {
				if who.Person == v.Assessor {
					by = append(by, who)
				}
			}
		}
		return err
	}))
	if len(by) != len(list) {
		w.t.Fatalf("%d readings, %d known assessors", len(list), len(by))
	}
	return list, by
}

// passes are scores that pass everything but the criteria named.
func passes(below ...string) ReviewScores {
	s := ReviewScores{
		Levels:  map[string]int{"part-1-1": 2, "part-2-1-a": 3, "part-2-1-b": 3, "part-3-1": 2},
		Reasons: map[string]string{},
	}
	for _, key := range below {
		s.Levels[key]--
		s.Reasons[key] = "the next step is missing for " + key
	}
	return s
}

// state is where an application stands.
func (w *studio) state(id competency.ApplicationID) (a competency.Application) {
	w.t.Helper()
	w.ok(w.Store.Read(w.t.Context(), w.provider, func(sc *store.Scope) (err error) {
		a, err = sc.Application(id)
		return err
	}))
	return a
}

func (w *studio) wantState(id competency.ApplicationID, want competency.ApplicationState) {
	w.t.Helper()
	if got := w.state(id).State; got != want {
		w.t.Fatalf("got %s, want %s", got, want)
	}
}

// awards are the awards of the provider.
func (w *studio) awards(person competency.PersonID) (list []competency.Award) {
	w.t.Helper()
	w.ok(w.Store.Read(w.t.Context(), w.provider, func(sc *store.Scope) (err error) {
		list, err = sc.AwardsOf(person)
		return err
	}))
	return list
}

// unmarked fails if a view tells who or where.
func unmarked(t *testing.T, what string, view any) {
	t.Helper()
	text := fmt.Sprintf("%+v", view)
	for _, marker := range []string{"MARKER", "Ruth", "ruth"} {
		if i := strings.Index(text, marker); i >= 0 {
			t.Errorf("%s shows %q: …%s…", what, marker, text[max(0, i-60):min(len(text), i+60)])
		}
	}
}

// freeChoices are the persons of a line against whom nothing speaks.
func freeChoices(line WaitingApplication) (free []competency.PersonID) {
	for _, c := range line.Choices {
		if c.Conflict == "" {
			free = append(free, c.Person)
		}
	}
	slices.Sort(free)
	return free
}
