package registrar

import (
	"fmt"
	"slices"
	"testing"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// classPolicy asks for a standard in full, two of three indicators of another,
// and a plan that was reviewed in time.
const classPolicy = `{
  "policy": "us-xx.willow.diploma", "version": %d, "title": "Willow policy", "status": "adopted",
  "adopted": {"by": "Willow Board", "on": "2026-05-04"}, "appliesTo": {"entryYear": {"from": 2023}, "diplomaType": "standard"},
  "scale": {"id": "four", "proficientAt": 3, "levels": [
    {"n": 1, "label": "Emerging"}, {"n": 2, "label": "Developing"}, {"n": 3, "label": "Proficient"}, {"n": 4, "label": "Distinguished"}]},
  "determination": {"method": "n-of", "n": 2, "atLeast": 3, "distinctTasks": true, "requires": {"professionalJudgment": true, "lock": true}},
  "routes": ["class", "internship", "online"],
  "exceptions": {"allowed": true, "kinds": ["board-waiver"], "approverRole": "principal", "secondApproverRole": "superintendent",
    "mustCite": true, "publicText": "Met through an approved equivalent."},
  "requirements": {"id": "diploma", "title": "Diploma", "all": [
    {"id": "ela", "proficient": {"standard": "ELA", "indicators": "all"}},
    {"id": "arts", "proficient": {"standard": "ARTS", "indicators": {"atLeast": 2}}},
    {"id": "plan", "title": "Learning plan", "record": {"kind": "plp", "current": true, "reviewedWithinDays": 400}}]}
}`

// classWorld is an office with a framework, a policy and a class of 2027 that
// is not open yet.
type classWorld struct {
	*issuingWorld
	counselor competency.Actor
	framework competency.FrameworkID
	items     map[string]competency.ItemID // by code
	learners  []competency.PersonID        // all of the class, everything met
}

const conferral = "2027-06-12"

func newClassWorld(t testing.TB, s *store.Store, learners int) *classWorld {
	t.Helper()
	w := &classWorld{issuingWorld: newIssuingWorld(t, s), framework: "f1", items: map[string]competency.ItemID{}}
	err := s.InAll(t.Context(), func(tx *store.Tx) error {
		sc, err := tx.Scope(w.district.ID)
		if err != nil {
			return err
		}
		if _, w.counselor, err = w.person(tx, sc, "Cora Counselor", competency.Counselor, w.school.ID); err != nil {
			return err
		}
		return w.fillClass(sc, learners)
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *classWorld) fillClass(sc *store.Scope, learners int) error {
	var items []competency.Item
	add := func(code, parent string, kind competency.ItemKind) {
		w.items[code] = competency.ItemID("item-" + code)
		items = append(items, competency.Item{
			ID: w.items[code], Framework: w.framework, Parent: w.items[parent], Kind: kind, Code: code, Text: "Text of " + code, Position: len(items) + 1,
		})
	}
	for standard, n := range map[string]int{"ELA": 2, "ARTS": 3} {
		add(standard, "", competency.StandardItem)
		for i := range n {
			add(fmt.Sprintf("%s.%d", standard, i+1), standard, competency.IndicatorItem)
		}
	}
	var rubrics []competency.Rubric
	for _, it := range items {
		if it.Kind == competency.IndicatorItem {
			rubrics = append(rubrics, competency.Rubric{ID: w.rubric(it.Code), Item: it.ID, Version: 1})
		}
	}
	if err := sc.AddFramework(competency.Framework{ID: w.framework, Name: "Willow", Version: 1, Created: w.now()}, items, rubrics); err != nil {
		return err
	}
	if err := w.adopt(sc, 1); err != nil {
		return err
	}
	for i := range learners {
		p, err := sc.AddPerson(competency.Person{Legal: fmt.Sprintf("Learner %03d", i), Born: "2009-02-03"})
		if err != nil {
			return err
		}
		e := competency.Enrollment{Person: p.ID, School: w.school.ID, EntryYear: 2023, GraduationYear: 2027, Grade: "12"}
		if err := sc.Enroll(e); err != nil {
			return err
		}
		if err := w.show(sc, p.ID, map[string]int{"ELA.1": 3, "ELA.2": 4, "ARTS.1": 4, "ARTS.2": 3}); err != nil {
			return err
		}
		plan := competency.Record{Kind: "plp", Current: true, Reviewed: "2027-01-15"}
		if err := sc.AddOnRecord(p.ID, store.OnRecord{Records: []competency.Record{plan}}); err != nil {
			return err
		}
		w.learners = append(w.learners, p.ID)
	}
	return nil
}

// adopt adds a version of the policy.
func (w *classWorld) adopt(sc *store.Scope, version int) error {
	document := fmt.Appendf(nil, classPolicy, version)
	p, err := policy.Parse(document)
	if err != nil {
		return err
	}
	return sc.AddPolicy(competency.PolicyVersion{
		ID: competency.PolicyID(fmt.Sprintf("policy-%d", version)), Framework: w.framework, Code: p.ID, Version: version,
		Title: p.Title, Status: "adopted", Document: document, Hash: p.Hash(), AdoptedBy: p.AdoptedBy, AdoptedOn: p.AdoptedOn,
		Entered: w.now(), EntryFrom: 2023, DiplomaType: "standard",
	})
}

// show confirms levels of a learner.
func (w *classWorld) show(sc *store.Scope, learner competency.PersonID, levels map[string]int) error {
	var all []competency.Determination
	for code, level := range levels {
		all = append(all, competency.Determination{
			ID: competency.DeterminationID(sc.ID()), Learner: learner, Item: w.items[code], State: competency.LevelConfirmed,
			Level: level, Why: "test", Proposed: w.now(), By: w.principal.Person, Confirmed: w.now(),
		})
	}
	return sc.AddDeterminations(all)
}

// late enrolls a learner whose levels are the given ones, with a plan.
func (w *classWorld) late(t testing.TB, name string, levels map[string]int, on store.OnRecord) competency.PersonID {
	t.Helper()
	var id competency.PersonID
	w.in(t, func(sc *store.Scope) error {
		p, err := sc.AddPerson(competency.Person{Legal: name, Born: "2009-02-03"})
		if err != nil {
			return err
		}
		id = p.ID
		if err := sc.Enroll(competency.Enrollment{Person: id, School: w.school.ID, EntryYear: 2023, GraduationYear: 2027}); err != nil {
			return err
		}
		if err := w.show(sc, id, levels); err != nil {
			return err
		}
		on.Records = append(on.Records, competency.Record{Kind: "plp", Current: true, Reviewed: "2027-01-15"})
		return sc.AddOnRecord(id, on)
	})
	return id
}

// in runs one transaction beside the office.
func (w *classWorld) in(t testing.TB, do func(*store.Scope) error) {
	t.Helper()
	if err := w.Store.In(t.Context(), w.district.ID, do); err != nil {
		t.Fatal(err)
	}
}

// open opens the class and audits it as the job would.
func (w *classWorld) open(t testing.TB) competency.ClassID {
	t.Helper()
	class, err := w.OpenClass(t.Context(), w.clerk, Once{}, NewClass{School: string(w.school.ID), Year: 2027, Conferral: conferral})
	if err != nil {
		t.Fatal(err)
	}
	w.audit(t, class)
	return class
}

// audit does the work of the class's newest audit job.
func (w *classWorld) audit(t testing.TB, class competency.ClassID) {
	t.Helper()
	b := w.board(t, class)
	if err := w.RunAudit(t.Context(), w.district.ID, b.Run.ID); err != nil {
		t.Fatal(err)
	}
}

func (w *classWorld) board(t testing.TB, class competency.ClassID) Board {
	t.Helper()
	b, err := w.Board(t.Context(), w.clerk, class)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (w *classWorld) certify(t testing.TB, class competency.ClassID, learners ...competency.PersonID) Certified {
	t.Helper()
	made, err := w.Certify(t.Context(), w.counselor, Once{}, class, learners)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// diplomas answers the diploma awards of a learner.
func (w *classWorld) diplomas(t testing.TB, learner competency.PersonID) []competency.Award {
	t.Helper()
	return w.awards(t, learner, competency.DiplomaAward)
}

// awards answers the awards of a learner of one kind.
func (w *classWorld) awards(t testing.TB, learner competency.PersonID, kind competency.AwardKind) (list []competency.Award) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) (err error) {
		list, err = sc.AwardsOf(learner)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(list, func(a competency.Award) bool { return a.Kind != kind })
}

func eachClass(t *testing.T, learners int, run func(t *testing.T, w *classWorld)) {
	t.Helper()
	stores.Each(t, func(t *testing.T, s *store.Store) { run(t, newClassWorld(t, s, learners)) })
}
