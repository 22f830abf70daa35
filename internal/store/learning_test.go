package store_test

import (
	"reflect"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// learning is a tenant with a framework of one standard and two indicators, a
// learner and a teacher.
type learning struct {
	tenant, school   competency.OrgID
	learner, teacher competency.PersonID
	framework        competency.Framework
	items            []competency.Item
	rubric           competency.Rubric
	evidence         competency.Evidence
	judged           competency.Assessment
}

func newLearning(t *testing.T, s *store.Store, slug string) (l learning) {
	t.Helper()
	l.tenant, l.school = tenant(t, s, slug)
	in(t, s, l.tenant, func(sc *store.Scope) error {
		for _, p := range []*competency.PersonID{&l.learner, &l.teacher} {
			made, err := sc.AddPerson(competency.Person{Legal: "Someone"})
			if err != nil {
				return err
			}
			*p = made.ID
		}
		if err := sc.Enroll(competency.Enrollment{Person: l.learner, School: l.school, EntryYear: 2023, GraduationYear: 2027}); err != nil {
			return err
		}
		levels := []competency.Level{{N: 1, Label: "Not yet", Description: "a"}, {N: 2, Label: "Proficient", Description: "b"}}
		id1 := competency.FrameworkID(sc.ID())
		l.framework = competency.Framework{
			ID: id1, Line: id1, Tenant: l.tenant, Name: "Ours", Version: 1, Created: sc.Now(),
			Scale: competency.Scale{ID: "two", Levels: levels, ProficientAt: 2},
		}
		id := func() competency.ItemID { return competency.ItemID(sc.ID()) }
		l.items = []competency.Item{
			{ID: id(), Framework: l.framework.ID, Kind: competency.StandardItem, Code: "A", Text: "Make", Position: 1},
			{ID: id(), Framework: l.framework.ID, Kind: competency.IndicatorItem, Code: "A.1", Text: "Plan", Position: 2},
			{ID: id(), Framework: l.framework.ID, Kind: competency.IndicatorItem, Code: "A.2", Text: "Do", Position: 3},
		}
		l.items[1].Parent, l.items[2].Parent = l.items[0].ID, l.items[0].ID
		l.rubric = competency.Rubric{ID: competency.RubricID(sc.ID()), Item: l.items[1].ID, Version: 1, Criteria: []competency.RubricLine{{Title: "Plan", Levels: levels}}}
		if err := sc.AddFramework(l.framework, l.items, []competency.Rubric{l.rubric}); err != nil {
			return err
		}
		l.evidence = competency.Evidence{
			ID: competency.EvidenceID(sc.ID()), School: l.school, Owner: l.learner, Title: "Boat", Body: "I built it", Reflection: "It floats",
			Route: "class", Context: "science", Links: []string{"https://example.org/boat"}, Items: []competency.ItemID{l.items[2].ID, l.items[1].ID},
			State: competency.EvidenceSubmitted, Version: 1, Created: sc.Now(), Submitted: sc.Now(),
		}
		if err := sc.AddEvidence(l.evidence); err != nil {
			return err
		}
		l.judged = competency.Assessment{
			ID: competency.AssessmentID(sc.ID()), Evidence: l.evidence.ID, Learner: l.learner, Item: l.items[1].ID,
			Rubric: l.rubric.ID, Assessor: l.teacher, Level: 2, Feedback: "Fine", At: sc.Now(),
		}
		return sc.AddAssessments([]competency.Assessment{l.judged})
	})
	return l
}

func TestLearningRows(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		l := newLearning(t, s, "lake")
		read(t, s, l.tenant, func(sc *store.Scope) error {
			f, err := sc.CurrentFramework()
			if err != nil || !reflect.DeepEqual(f, l.framework) {
				t.Errorf("framework: got %+v, %v; want %+v", f, err, l.framework)
			}
			items, err := sc.Items(f.ID)
			if err != nil || !reflect.DeepEqual(items, l.items) {
				t.Errorf("items: got %+v, %v", items, err)
			}
			rubrics, err := sc.Rubrics([]competency.ItemID{l.items[1].ID})
			if err != nil || !reflect.DeepEqual(rubrics[l.items[1].ID], l.rubric) {
				t.Errorf("rubrics: got %+v, %v", rubrics, err)
			}
			e, err := sc.Evidence(l.evidence.ID)
			if err != nil || !reflect.DeepEqual(e, l.evidence) {
				t.Errorf("evidence: got %+v, %v; want %+v", e, err, l.evidence)
			}
			queue, n, err := sc.EvidenceQueue([]competency.OrgID{l.school}, l.teacher, store.Page{})
			if err != nil || n != 1 || len(queue) != 1 {
				t.Errorf("queue: got %d of %d, %v", len(queue), n, err)
			}
			if _, n, err = sc.EvidenceQueue([]competency.OrgID{l.school}, l.learner, store.Page{}); err != nil || n != 0 {
				t.Errorf("own work in the queue: %d, %v", n, err)
			}
			judged, err := sc.JudgedOf(l.learner, nil)
			want := []store.Judged{{Assessment: l.judged, Title: "Boat", Context: "science"}}
			if err != nil || !reflect.DeepEqual(judged, want) {
				t.Errorf("judged: got %+v, %v", judged, err)
			}
			return nil
		})
	})
}

func TestOnRecord(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		l := newLearning(t, s, "record")
		want := store.OnRecord{
			Records:    []competency.Record{{Kind: "plp", Current: true, SignedBy: []string{"learner", "advisor"}, Reviewed: "2027-01-02"}},
			Works:      []competency.PanelWork{{Kind: "exhibition", Title: "Boat", State: "accepted", Panel: []string{"a", "b"}, External: 1}},
			Results:    []competency.ExternalResult{{Ref: "lang", Score: 5, Taken: "2026-05-01", Source: "State"}},
			Hours:      []competency.Hours{{Kind: "internship", Minutes: 7200, Provider: "Yard"}},
			Exceptions: []competency.Exception{{Requirement: "glob", Kind: "board", Cite: "Minutes 3", By: l.teacher, By2: l.learner, Expires: "2028-01-01"}},
		}
		in(t, s, l.tenant, func(sc *store.Scope) error { return sc.AddOnRecord(l.learner, want) })
		read(t, s, l.tenant, func(sc *store.Scope) error {
			all, err := sc.OnRecordOf([]competency.PersonID{l.learner, "nobody"})
			got := all[l.learner]
			if err != nil || len(all) != 1 || len(got.Records) != 1 {
				t.Fatalf("got %+v, %v", all, err)
			}
			got.Records[0].ID, got.Works[0].ID, got.Results[0].ID, got.Hours[0].ID, got.Exceptions[0].ID = "", "", "", "", ""
			want.Records[0].Learner, want.Works[0].Learner, want.Results[0].Learner = l.learner, l.learner, l.learner
			want.Hours[0].Learner, want.Exceptions[0].Learner = l.learner, l.learner
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
			return nil
		})
		alone := store.OnRecord{Exceptions: []competency.Exception{{Requirement: "x", Kind: "y", By: l.teacher, By2: l.teacher}}}
		if err := s.In(t.Context(), l.tenant, func(sc *store.Scope) error { return sc.AddOnRecord(l.learner, alone) }); err == nil {
			t.Error("an exception by one person was kept")
		}
	})
}

func TestDeterminationsAreOnePerIndicator(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		l := newLearning(t, s, "level")
		d := competency.Determination{Learner: l.learner, Item: l.items[1].ID, State: competency.LevelProposed, Level: 2, Method: "m", Why: "w", Inputs: []competency.AssessmentID{l.judged.ID}, Contexts: []string{"science"}}
		in(t, s, l.tenant, func(sc *store.Scope) error {
			d.ID, d.Proposed = competency.DeterminationID(sc.ID()), sc.Now()
			return sc.AddDeterminations([]competency.Determination{d})
		})
		again := d
		wantKind(t, s.In(t.Context(), l.tenant, func(sc *store.Scope) error {
			again.ID = competency.DeterminationID(sc.ID())
			return sc.AddDeterminations([]competency.Determination{again})
		}), competency.ErrConflict)
		in(t, s, l.tenant, func(sc *store.Scope) error {
			if err := d.Confirm(l.teacher, sc.Now()); err != nil {
				return err
			}
			return sc.MoveDetermination(d)
		})
		wantKind(t, s.In(t.Context(), l.tenant, func(sc *store.Scope) error { return sc.SaveProposal(d) }), competency.ErrNotFound)
		in(t, s, l.tenant, func(sc *store.Scope) error {
			got, err := sc.Determination(d.ID)
			if err != nil || !reflect.DeepEqual(got, d) {
				t.Errorf("got %+v, %v; want %+v", got, err, d)
			}
			if err := got.Reopen(l.teacher, "The work was not her own", sc.Now()); err != nil {
				return err
			}
			return sc.MoveDetermination(got)
		})
	})
}

func TestLearningIsImmutable(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		l := newLearning(t, s, "stone")
		in(t, s, l.tenant, func(sc *store.Scope) error {
			if err := sc.AddPolicy(competency.PolicyVersion{
				ID: "pol", Framework: l.framework.ID, Code: "p", Version: 1, Status: "adopted", Document: []byte("{}"), Hash: "h", Entered: sc.Now(),
			}); err != nil {
				return err
			}
			d := competency.Determination{ID: "det", Learner: l.learner, Item: l.items[1].ID, State: competency.LevelConfirmed, Level: 2, By: l.teacher, Confirmed: sc.Now(), Proposed: sc.Now()}
			return sc.AddDeterminations([]competency.Determination{d})
		})
		for _, statement := range []string{
			"UPDATE assessment SET level = 1", "DELETE FROM assessment", "UPDATE rubric SET criteria = '[]'", "DELETE FROM rubric",
			"UPDATE policy SET document = '{\"a\":1}'", "UPDATE policy SET status = 'draft'", "DELETE FROM policy",
			"UPDATE determination SET level = 1", "UPDATE determination SET state = 'proposed'", "DELETE FROM determination",
		} {
			if err := s.InAll(t.Context(), func(tx *store.Tx) error { return tx.ExecRaw(statement) }); err == nil {
				t.Errorf("%s was allowed", statement)
			}
		}
		in(t, s, l.tenant, func(sc *store.Scope) error { return sc.RetirePolicy("pol") })
	})
}

func TestLearningIsWalled(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		mine, theirs := newLearning(t, s, "mine"), newLearning(t, s, "theirs")
		read(t, s, mine.tenant, func(sc *store.Scope) error {
			_, err := sc.Evidence(theirs.evidence.ID)
			wantKind(t, err, competency.ErrNotFound)
			_, err = sc.Framework(theirs.framework.ID)
			wantKind(t, err, competency.ErrNotFound)
			judged, err := sc.JudgedOf(theirs.learner, nil)
			if err != nil || len(judged) != 0 {
				t.Errorf("got %v, %v", judged, err)
			}
			onRecord, err := sc.OnRecordOf([]competency.PersonID{theirs.learner})
			if err != nil || len(onRecord) != 0 {
				t.Errorf("got %v, %v", onRecord, err)
			}
			return nil
		})
		stolen := mine.evidence
		stolen.ID, stolen.Items = "stolen", []competency.ItemID{theirs.items[1].ID}
		wantKind(t, s.In(t.Context(), mine.tenant, func(sc *store.Scope) error { return sc.AddEvidence(stolen) }), competency.ErrNotFound)
	})
}

func TestPolicyFor(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		l := newLearning(t, s, "rules")
		add := func(version, from, to int, school string) {
			in(t, s, l.tenant, func(sc *store.Scope) error {
				return sc.AddPolicy(competency.PolicyVersion{
					ID: competency.PolicyID(sc.ID()), Framework: l.framework.ID, Code: "p", Version: version, Status: "adopted",
					Document: []byte("{}"), Entered: sc.Now().Add(time.Duration(version) * time.Second), EntryFrom: from, EntryTo: to, School: school,
				})
			})
		}
		add(1, 2020, 2024, "")
		add(2, 2023, 0, "")
		add(3, 0, 0, "another-school")
		for entry, want := range map[int]int{2019: 0, 2021: 1, 2023: 2, 2030: 2} {
			err := s.Read(t.Context(), l.tenant, func(sc *store.Scope) error {
				p, err := sc.PolicyFor(competency.Enrollment{School: l.school, EntryYear: entry, GraduationYear: entry + 4})
				if p.Version != want {
					t.Errorf("entry %d: got version %d, want %d", entry, p.Version, want)
				}
				return err
			})
			if want == 0 {
				wantKind(t, err, competency.ErrNotFound)
			} else if err != nil {
				t.Error(err)
			}
		}
	})
}
