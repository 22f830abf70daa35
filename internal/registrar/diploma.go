package registrar

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"laurel/competency"
	"laurel/internal/store"
)

// Certified is the answer to a certification: the list that was made of those
// whose audit stands, and who was left out.
type Certified struct {
	Batch    competency.BatchID // empty where nobody could be certified
	ListHash string
	Count    int
	Refused  []Refused
}

// Refused is a learner who was left out, and why.
type Refused struct {
	Learner competency.PersonID
	Name    string // in use
	Reason  competency.HoldReason
}

// Certify says of selected learners of a class that their diplomas are earned,
// and makes a list for the principal. Each is audited again in this call: who
// is not done, or whose record has changed since the audit that was seen, is
// left out and named. Counselors and registrars of the school, not long after
// typing the password.
func (r *Registrar) Certify(ctx context.Context, who competency.Actor, once Once, class competency.ClassID, learners []competency.PersonID,
) (made Certified, err error) {
	if len(learners) == 0 {
		return made, competency.Invalid(competency.Field{Pointer: "/learners", Detail: "Choose at least one learner."})
	}
	id, err := r.actOnce(ctx, who, once, competency.CertifyDiplomas, func(d *desk) (string, error) {
		c, err := d.Class(class)
		if err != nil {
			return "", err
		}
		if err := d.may(competency.Subject{ID: string(c.ID), Org: c.School}); err != nil {
			return "", err
		}
		made, err = certify(d, c, learners)
		return string(made.Batch), err
	})
	made.Batch = competency.BatchID(id)
	if err == nil && made.Batch != "" && made.ListHash == "" { // answered before
		err = r.look(ctx, who, func(d *desk) error {
			var page BatchPage
			err := d.batch(made.Batch, &page)
			made.ListHash, made.Count = page.Batch.ListHash, page.Batch.Count
			return err
		})
	}
	return made, err
}

// certify makes the list in the desk's transaction.
func certify(d *desk, c competency.Class, learners []competency.PersonID) (Certified, error) {
	var made Certified
	at, err := d.standing(c, learners)
	if err != nil {
		return made, err
	}
	names, err := d.UsedNames(at.learners)
	if err != nil {
		return made, err
	}
	b := competency.Batch{
		ID: competency.BatchID(d.ID()), Tenant: c.Tenant, Class: c.ID, State: competency.BatchCertified,
		CertifiedBy: d.who.Person, Certified: d.at,
	}
	var items []competency.BatchItem
	for _, p := range at.learners {
		if reason := at.hold(p, at.newest); reason != "" {
			made.Refused = append(made.Refused, Refused{Learner: p, Name: names[p], Reason: reason})
			continue
		}
		items = append(items, competency.BatchItem{Batch: b.ID, Learner: p, Audit: at.newest[p].ID, State: competency.ItemReady})
	}
	if len(items) == 0 {
		return made, nil
	}
	b.Count, b.ListHash = len(items), competency.ListHash(items)
	made.Batch, made.ListHash, made.Count = b.ID, b.ListHash, b.Count
	d.note("batch", string(b.ID))
	d.note("list", b.ListHash)
	err = d.AddBatch(b, items)
	if errors.Is(err, competency.ErrConflict) {
		return made, competency.Refuse("One of these learners has just been put on another list. Nothing was certified; please look at the board again.")
	}
	return made, err
}

// standing is how some learners of a class stand at this moment.
type standing struct {
	learners []competency.PersonID // in the order of ids, each once
	member   map[competency.PersonID]bool
	live     map[competency.PersonID]competency.BatchItem
	own      []competency.PersonID // the actor and their family, about whom they decide nothing
	// newest are the audits that were there, now those that the rules give.
	newest, now map[competency.PersonID]competency.AuditRecord
	evaluations map[competency.PersonID]evaluation
}

// standing audits learners of a class again and keeps what has changed.
func (d *desk) standing(c competency.Class, learners []competency.PersonID) (standing, error) {
	s := standing{member: map[competency.PersonID]bool{}, live: map[competency.PersonID]competency.BatchItem{}}
	s.learners = slices.Compact(slices.Sorted(slices.Values(learners)))
	kin, err := d.KinOf(d.who.Person)
	if err != nil {
		return s, err
	}
	s.own = append(kin, d.who.Person)
	members, err := d.ClassEnrollments(c.School, c.Year)
	if err != nil {
		return s, err
	}
	members = slices.DeleteFunc(members, func(m competency.Enrollment) bool {
		_, asked := slices.BinarySearch(s.learners, m.Person)
		return !asked
	})
	for _, m := range members {
		s.member[m.Person] = true
	}
	live, err := d.LiveItems(s.learners)
	if err != nil {
		return s, err
	}
	for _, it := range live {
		s.live[it.Learner] = it
	}
	if s.newest, err = d.NewestAudits(c.ID); err != nil {
		return s, err
	}
	if s.evaluations, err = evaluate(d.Scope, members, c.Conferral); err != nil {
		return s, err
	}
	s.now, err = keepAudits(d, c, s.newest, s.evaluations)
	return s, err
}

// hold answers why no diploma can rest on a learner's audit now; empty if
// nothing stands in the way.
func (s standing) hold(p competency.PersonID, audits map[competency.PersonID]competency.AuditRecord) competency.HoldReason {
	_, live := s.live[p]
	switch {
	case slices.Contains(s.own, p):
		return competency.HoldOwn
	case !s.member[p]:
		return competency.HoldNotMember
	case live:
		return competency.HoldInBatch
	}
	return competency.Hold(perhapsIn(audits, p), perhapsIn(s.now, p))
}

// perhapsIn answers the entry of a map, nil where there is none.
func perhapsIn[K comparable, V any](m map[K]V, k K) *V {
	if v, ok := m[k]; ok {
		return &v
	}
	return nil
}

// Approval is what the approver sends back of the list that he saw.
type Approval struct {
	// Hash is the list's hash as it stood on the page.
	Hash string `json:"hash"`
	// Exceptions are the learners with a waived requirement, each ticked.
	Exceptions []string `json:"exceptions"`
}

// errApproved ends an approval that the same person made before.
var errApproved = errors.New("approved before")

// Approve awards the diplomas of a certified list and has their documents
// made. The principal of the school, never the certifier, not long after typing
// the password. In one transaction everyone's audit is made again: whose policy
// or record has changed is held back, named on the list's page, and not
// awarded (domain invariant 1). A second click does nothing.
func (r *Registrar) Approve(ctx context.Context, who competency.Actor, id competency.BatchID, in Approval) error {
	err := r.act(ctx, who, competency.ApproveDiplomas, func(d *desk) error {
		b, err := d.BatchToClose(id)
		if err != nil {
			return err
		}
		c, err := d.Class(b.Class)
		if err != nil {
			return err
		}
		on := competency.Subject{ID: string(b.ID), Org: c.School, Before: []competency.PersonID{b.CertifiedBy}}
		if err := d.may(on); err != nil {
			return err
		}
		if b.State == competency.BatchApproved && b.ClosedBy == who.Person && b.ListHash == in.Hash {
			return errApproved
		}
		audits, err := d.AuditsOfBatch(b.ID)
		if err != nil {
			return err
		}
		if err := b.Approve(who.Person, in.Hash, exceptions(audits), people(in.Exceptions), d.at); err != nil {
			return err
		}
		return award(d, c, b, audits)
	})
	if errors.Is(err, errApproved) {
		return nil
	}
	return err
}

// exceptions are the learners whose audit rests on a waiver, in the order of ids.
func exceptions(audits map[competency.PersonID]competency.AuditRecord) []competency.PersonID {
	var list []competency.PersonID
	for p, a := range audits {
		if a.State == competency.AuditWaived {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return list
}

func people(ids []string) []competency.PersonID {
	list := make([]competency.PersonID, len(ids))
	for i, id := range ids {
		list[i] = competency.PersonID(id)
	}
	return list
}

// award decides everyone on an approved list: held, or awarded with a job for
// the document, all in the desk's transaction.
func award(d *desk, c competency.Class, b competency.Batch, audits map[competency.PersonID]competency.AuditRecord) error {
	items, err := d.BatchItems(b.ID)
	if err != nil {
		return err
	}
	learners := make([]competency.PersonID, len(items))
	for i, it := range items {
		learners[i] = it.Learner
	}
	at, err := d.standing(c, learners)
	if err != nil {
		return err
	}
	clear(at.live) // they stand on this list
	school, err := d.Org(c.School)
	if err != nil {
		return err
	}
	stated, err := statements(d.Scope, school, at.evaluations)
	if err != nil {
		return err
	}
	held := map[competency.PersonID]competency.HoldReason{}
	var awards []competency.Award
	var ids []string
	for _, it := range items {
		if reason := at.hold(it.Learner, audits); reason != "" {
			held[it.Learner] = reason
			continue
		}
		diploma, record := decisions(d, c, it, stated[it.Learner])
		awards, ids = append(awards, diploma, record), append(ids, string(diploma.ID))
	}
	if err := d.CloseBatch(b, held, competency.ItemAwarded); err != nil {
		return err
	}
	if err := d.AddAwards(awards); err != nil {
		return fmt.Errorf("awarding diplomas: %w", err)
	}
	d.note("list", b.ListHash)
	d.note("awarded", strconv.Itoa(len(ids)))
	d.note("held", strconv.Itoa(len(held)))
	for chunk := range slices.Chunk(ids, MaxBatch) {
		if err := d.Enqueue(IssueBatch{Tenant: string(c.Tenant), Awards: chunk}); err != nil {
			return err
		}
	}
	return nil
}

// decisions are what is awarded to one learner: the diploma, and the record that
// holds it and everything that it rests on. The record's document is made when
// the diploma's is.
func decisions(d *desk, c competency.Class, it competency.BatchItem, s stated) (diploma, record competency.Award) {
	diploma = competency.Award{
		ID: competency.AwardID(d.ID()), Tenant: c.Tenant, Org: c.School, Person: it.Learner, Kind: competency.DiplomaAward,
		Basis: string(it.Audit), Achieved: diplomaOf(s.evaluation, s.school, s.profile),
		DecidedBy: d.who.Person, Decided: d.at, Conferred: c.Conferral,
	}
	record = diploma
	record.ID, record.Kind, record.Basis = competency.AwardID(d.ID()), competency.RecordAward, string(diploma.ID)
	record.Achieved = s.record(diploma.ID)
	return diploma, record
}

// WithdrawBatch takes a certified list back before it is approved; its
// learners are ready again. Counselors, registrars and principals of the school.
func (r *Registrar) WithdrawBatch(ctx context.Context, who competency.Actor, id competency.BatchID) error {
	return r.act(ctx, who, competency.WithdrawDiplomas, func(d *desk) error {
		b, err := d.BatchToClose(id)
		if err != nil {
			return err
		}
		c, err := d.Class(b.Class)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(b.ID), Org: c.School}); err != nil {
			return err
		}
		if err := b.Withdraw(who.Person, d.at); err != nil {
			return err
		}
		return d.CloseBatch(b, nil, competency.ItemWithdrawn)
	})
}

// waitingGraduation are the learners who are ready to certify and the lists that
// wait for approval, for those who may do so.
func waitingGraduation(d *desk) ([]Waiting, error) {
	if !d.who.Is(competency.Counselor, competency.RegistrarRole, competency.Principal) {
		return nil, nil
	}
	classes, err := d.Classes()
	if err != nil || len(classes) == 0 {
		return nil, err
	}
	ready, err := d.ReadyCounts()
	if err != nil {
		return nil, err
	}
	waiting, err := d.BatchesWaiting()
	if err != nil {
		return nil, err
	}
	var list []Waiting
	for _, c := range classes {
		if w := ready[c.ID]; w.Count > 0 && competency.Can(d.who, competency.CertifyDiplomas, competency.Subject{Org: c.School}) {
			list = append(list, Waiting{Kind: "certify", Count: w.Count, Oldest: w.Oldest, Href: "/classes/" + string(c.ID) + "?stage=ready"})
		}
		for _, b := range waiting {
			on := competency.Subject{Org: c.School, Before: []competency.PersonID{b.CertifiedBy}}
			if b.Class == c.ID && competency.Can(d.who, competency.ApproveDiplomas, on) {
				list = append(list, Waiting{Kind: "approve", Count: b.Count, Oldest: b.Certified, Href: "/batches/" + string(b.ID)})
			}
		}
	}
	return list, nil
}

// batchProgress is how far a list has come, with its stage.
func batchProgress(sc *store.Scope, b *competency.Batch) (store.BatchProgress, error) {
	p, err := sc.BatchProgress(b.ID)
	b.State = b.Stage(p.Issued, p.Awarded)
	return p, err
}
