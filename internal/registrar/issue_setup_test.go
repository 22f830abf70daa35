package registrar

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit"
)

// issuingWorld is a district with a school, its people and an office.
type issuingWorld struct {
	*Registrar
	log              *bytes.Buffer
	district, school competency.Org
	learner          competency.Person
	// Staff, freshly signed in.
	clerk, principal, lead, admin, pupil competency.Actor
	mu                                   sync.Mutex // guards offset
	offset                               time.Duration
}

// later moves the world's clock.
func (w *issuingWorld) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offset += d
}

func (w *issuingWorld) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.offset)
}

// newIssuingWorld builds the world in a fresh store.
func newIssuingWorld(t testing.TB, s *store.Store) *issuingWorld {
	t.Helper()
	w := &issuingWorld{log: &bytes.Buffer{}}
	r, err := New(Options{
		Store: s, Now: w.now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(w.log, nil)),
		PublicURL: "https://laurel.example", Files: t.TempDir(), KeyEncryptionKey: bytes.Repeat([]byte{7}, keyBytes), Passwords: testkit.LightPasswords,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Registrar = r
	if err := s.InAll(t.Context(), w.fill); err != nil {
		t.Fatal(err)
	}
	if err := r.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *issuingWorld) fill(tx *store.Tx) error {
	sc, err := tx.Scope("district-1")
	if err != nil {
		return err
	}
	if w.district, err = sc.AddOrg(competency.Org{
		ID: "district-1", Kind: competency.District, Name: "Willow Brook District", Slug: "willow-district", Zone: "America/New_York",
	}); err != nil {
		return err
	}
	if w.school, err = sc.AddOrg(competency.Org{
		Parent: "district-1", Kind: competency.School, Name: "Willow Brook Union High School", Slug: "willow-brook",
		Zone: "America/New_York", Locality: "Willow Brook, Vermont", Website: "https://willowbrook.example",
	}); err != nil {
		return err
	}
	d := &desk{Scope: sc, ctx: context.Background(), at: w.now().UTC().Add(-time.Hour)}
	for _, org := range []competency.OrgID{w.district.ID, w.school.ID} {
		if err := w.ensureKeys(d, org); err != nil {
			return err
		}
	}
	if err := w.vouch(d, w.district, w.school); err != nil {
		return err
	}
	if w.learner, w.pupil, err = w.person(tx, sc, "Amara Okafor", "", ""); err != nil {
		return err
	}
	for _, p := range []struct {
		name string
		role competency.Role
		at   competency.OrgID
		who  *competency.Actor
	}{
		{"Ruth Clerk", competency.RegistrarRole, w.school.ID, &w.clerk},
		{"Paul Principal", competency.Principal, w.school.ID, &w.principal},
		{"Lena Lead", competency.DistrictLead, w.district.ID, &w.lead},
		{"Ada Admin", competency.OrgAdmin, w.district.ID, &w.admin},
	} {
		if _, *p.who, err = w.person(tx, sc, p.name, p.role, p.at); err != nil {
			return err
		}
	}
	return nil
}

func (w *issuingWorld) person(tx *store.Tx, sc *store.Scope, name string, role competency.Role, at competency.OrgID) (competency.Person, competency.Actor, error) {
	account, err := tx.AddAccount(name, "no password")
	if err != nil {
		return competency.Person{}, competency.Actor{}, err
	}
	p, err := sc.AddPerson(competency.Person{Legal: name, Account: account.ID, Born: "2008-02-03"})
	if err != nil {
		return p, competency.Actor{}, err
	}
	if role != "" {
		if err := sc.AddStaffing(competency.Staffing{Person: p.ID, Org: at, Role: role}); err != nil {
			return p, competency.Actor{}, err
		}
	}
	who, err := sc.ActorOf(account.ID)
	who.Authenticated = w.now()
	return p, who, err
}

// award decides something about the learner; the basis must be new.
func (w *issuingWorld) award(t testing.TB, basis string) competency.Award {
	t.Helper()
	return w.awardFor(t, basis, sampleDiploma())
}

func (w *issuingWorld) awardFor(t testing.TB, basis string, achieved competency.Achieved) competency.Award {
	t.Helper()
	id, err := w.Store.NewID()
	if err != nil {
		t.Fatal(err)
	}
	a := competency.Award{
		ID: competency.AwardID(id), Tenant: w.district.ID, Org: w.school.ID, Person: w.learner.ID, Kind: competency.DiplomaAward,
		Basis: basis, Achieved: achieved, DecidedBy: w.principal.Person, Decided: w.now(), Conferred: "2026-06-12",
	}
	if err := w.Store.In(t.Context(), w.district.ID, func(sc *store.Scope) error { return sc.AddAward(a) }); err != nil {
		t.Fatal(err)
	}
	return a
}

// sampleDiploma has a line met by level and one met another way.
func sampleDiploma() competency.Achieved {
	levels := []competency.Level{{N: 1, Label: "Beginning"}, {N: 2, Label: "Developing"}, {N: 3, Label: "Proficient"}, {N: 4, Label: "Exemplary"}}
	return competency.Achieved{
		Type: "SecondarySchoolDiploma", Key: "policy-1", Name: "High School Diploma",
		Description: "Proficient in every graduation standard of the school.", Criteria: "The school's graduation policy of 2026.",
		CriteriaPath: "/policies/policy-1", Tags: []string{"diploma"},
		Results: []competency.AchievedResult{
			{Key: "ELA", Name: "English Language Arts", Levels: levels, Required: 3, Achieved: 4},
			{Key: "ARTS", Name: "The Arts", Levels: levels, Required: 3, Achieved: 0, Note: "Met by the school's equivalent"},
		},
		Evidence:   []competency.EvidenceSummary{{Name: "Field study", Description: "A season by the brook", Genre: "Report"}},
		Alignments: []competency.Alignment{{Name: "Write clearly", Code: "ELA.1", Framework: "Graduation standards", Path: "/frameworks/f1#ELA.1"}},
	}
}

// errInjected is a fault that a test makes.
var errInjected = errors.New("injected fault")

// faults makes the n-th write fail, counted from 1: before it is done, or after
// it was done as if the answer had been lost.
type faults struct {
	mu     sync.Mutex
	writes int
	at     int
	kept   bool
	next   func(context.Context, competency.OrgID, func(*store.Scope) error) error
}

func (f *faults) write(ctx context.Context, tenant competency.OrgID, do func(*store.Scope) error) error {
	f.mu.Lock()
	f.writes++
	hit := f.writes == f.at
	f.mu.Unlock()
	if hit && !f.kept {
		return f.next(ctx, tenant, func(sc *store.Scope) error {
			if err := do(sc); err != nil {
				return err
			}
			return fmt.Errorf("rolled back: %w", errInjected)
		})
	}
	if err := f.next(ctx, tenant, do); err != nil {
		return err
	}
	if hit {
		return fmt.Errorf("kept: %w", errInjected)
	}
	return nil
}
