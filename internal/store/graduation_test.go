package store_test

import (
	"testing"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// graduating makes a class with one audited learner on a certified list.
func graduating(t *testing.T, s *store.Store) (district competency.OrgID, learner competency.PersonID) {
	t.Helper()
	district, school := tenant(t, s, "graduating")
	in(t, s, district, func(sc *store.Scope) error {
		p, err := sc.AddPerson(competency.Person{Legal: "Amara Okafor"})
		if err != nil {
			return err
		}
		learner = p.ID
		now := sc.Now()
		if err := sc.AddFramework(competency.Framework{ID: "f", Name: "F", Version: 1, Created: now}, []competency.Item{
			{ID: "i", Framework: "f", Kind: competency.StandardItem, Code: "I", Text: "I", Position: 1},
		}, nil); err != nil {
			return err
		}
		policy := competency.PolicyVersion{ID: "p", Framework: "f", Code: "p", Version: 1, Status: "adopted", Document: []byte("{}"), Hash: "h", Entered: now}
		if err := sc.AddPolicy(policy); err != nil {
			return err
		}
		class := competency.Class{ID: "c", School: school, Year: 2027, Conferral: "2027-06-12", OpenedBy: p.ID, Opened: now}
		if err := sc.AddClass(class); err != nil {
			return err
		}
		audit := competency.AuditRecord{
			ID: "a", Class: "c", Learner: p.ID, Number: 1, Policy: "p", PolicyHash: "h", FactsHash: "f", State: competency.AuditMet,
			Summary: competency.AuditSummary{Have: 1, Need: 1}, Tree: []byte("{}"), At: now,
		}
		if err := sc.AddAudits([]competency.AuditRecord{audit}); err != nil {
			return err
		}
		b := competency.Batch{ID: "b", Class: "c", State: competency.BatchCertified, ListHash: "l", Count: 1, CertifiedBy: p.ID, Certified: now}
		return sc.AddBatch(b, []competency.BatchItem{{Batch: "b", Learner: p.ID, Audit: "a", State: competency.ItemReady}})
	})
	return district, learner
}

func TestGraduationStaysAsWritten(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		district, learner := graduating(t, s)
		for _, statement := range []string{
			"UPDATE audit SET state = 'waived' WHERE id = 'a'",
			"DELETE FROM audit WHERE id = 'a'",
			"UPDATE batch SET list_hash = 'x' WHERE id = 'b'",
			"DELETE FROM batch WHERE id = 'b'",
			"UPDATE batch_item SET audit = 'x' WHERE batch = 'b'",
			"DELETE FROM batch_item WHERE batch = 'b'",
			// Nobody approves what they have certified, whatever the code above says.
			"UPDATE batch SET state = 'approved', closed_by = certified_by WHERE id = 'b'",
		} {
			if err := s.In(t.Context(), district, func(sc *store.Scope) error { return sc.ExecRaw(statement) }); err == nil {
				t.Errorf("%s: was done", statement)
			}
		}
		err := s.In(t.Context(), district, func(sc *store.Scope) error {
			b := competency.Batch{ID: "b2", Class: "c", State: competency.BatchCertified, ListHash: "l", Count: 1, CertifiedBy: learner, Certified: sc.Now()}
			return sc.AddBatch(b, []competency.BatchItem{{Batch: "b2", Learner: learner, Audit: "a", State: competency.ItemReady}})
		})
		wantKind(t, err, competency.ErrConflict)
		other, _ := tenant(t, s, "elsewhere")
		err = s.Read(t.Context(), other, func(sc *store.Scope) error { _, err := sc.Class("c"); return err })
		wantKind(t, err, competency.ErrNotFound)
		err = s.Read(t.Context(), other, func(sc *store.Scope) error { _, err := sc.Batch("b"); return err })
		wantKind(t, err, competency.ErrNotFound)
	})
}
