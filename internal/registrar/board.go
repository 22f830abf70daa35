package registrar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// ClassCard is a class as a list shows it.
type ClassCard struct {
	competency.Class
	School         competency.Org
	Members, Ready int
}

// ClassesPage is the classes that the actor may see, and the schools for which
// the actor may open one.
type ClassesPage struct {
	Classes []ClassCard
	Schools []competency.Org
}

// Classes answers the classes of the schools where the actor is in the office.
func (r *Registrar) Classes(ctx context.Context, who competency.Actor) (page ClassesPage, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		orgs, err := d.Orgs()
		if err != nil {
			return err
		}
		seen := map[competency.OrgID]competency.Org{}
		for _, o := range orgs {
			if competency.Can(who, competency.ViewClass, competency.Subject{Org: o.ID}) {
				seen[o.ID] = o
			}
			if o.Kind == competency.School && competency.Can(who, competency.OpenClass, competency.Subject{Org: o.ID}) {
				page.Schools = append(page.Schools, o)
			}
		}
		d.checked = true
		if len(seen) == 0 {
			return competency.NotFound()
		}
		page.Classes, err = classCards(d, seen)
		return err
	})
	return page, err
}

func classCards(d *desk, schools map[competency.OrgID]competency.Org) ([]ClassCard, error) {
	classes, err := d.Classes()
	if err != nil {
		return nil, err
	}
	members, err := d.ClassCounts()
	if err != nil {
		return nil, err
	}
	ready, err := d.ReadyCounts()
	if err != nil {
		return nil, err
	}
	var cards []ClassCard
	for _, c := range classes {
		if school, ok := schools[c.School]; ok {
			cards = append(cards, ClassCard{Class: c, School: school, Members: members[c.School][c.Year], Ready: ready[c.ID].Count})
		}
	}
	return cards, nil
}

// Member is one learner of a class and where they stand.
type Member struct {
	competency.Person
	Season competency.Season
	// Audit is the newest one, Item the entry on a list that is under way or
	// done, Diploma what was awarded on it; nil where there is none.
	Audit   *competency.AuditRecord
	Item    *competency.BatchItem
	Diploma *store.Diploma
}

// Board is a class in its season.
type Board struct {
	Class   competency.Class
	School  competency.Org
	Members []Member // by used name
	Counts  map[competency.Season]int
	// Run is the last pass of audits, nil before the first.
	Run *store.AuditRun
	// Batches are the lists, the newest first, each with its stage.
	Batches []competency.Batch
	// What the actor may do here.
	MayAudit, MayCertify bool
}

// Board answers where every learner of a class stands, in a handful of
// queries. The office of the school and the district only.
func (r *Registrar) Board(ctx context.Context, who competency.Actor, class competency.ClassID) (b Board, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if b.Class, b.School, err = d.class(class); err != nil {
			return err
		}
		on := competency.Subject{Org: b.Class.School}
		b.MayAudit = competency.Can(who, competency.AuditClass, on)
		b.MayCertify = competency.Can(who, competency.CertifyDiplomas, on)
		if run, err := d.NewestAuditRun(class); err == nil {
			b.Run = &run
		} else if !errors.Is(err, competency.ErrNotFound) {
			return err
		}
		if b.Members, err = members(d, b.Class); err != nil {
			return err
		}
		b.Counts = map[competency.Season]int{}
		for _, m := range b.Members {
			b.Counts[m.Season]++
		}
		b.Batches, err = d.Batches(class)
		for i := range b.Batches {
			if err == nil && b.Batches[i].State == competency.BatchApproved {
				_, err = batchProgress(d.Scope, &b.Batches[i])
			}
		}
		return err
	})
	return b, err
}

// class answers a class that the actor may see, with its school.
func (d *desk) class(id competency.ClassID) (c competency.Class, school competency.Org, err error) {
	if c, err = d.Class(id); err != nil {
		return c, school, err
	}
	if err := d.see(competency.ViewClass, competency.Subject{Org: c.School}); err != nil {
		return c, school, err
	}
	school, err = d.Org(c.School)
	return c, school, err
}

// members answers the learners of a class and where they stand.
func members(d *desk, c competency.Class) ([]Member, error) {
	persons, err := d.ClassMembers(c.School, c.Year)
	if err != nil {
		return nil, err
	}
	ids := make([]competency.PersonID, len(persons))
	for i, p := range persons {
		ids[i] = p.ID
	}
	audits, err := d.NewestAudits(c.ID)
	if err != nil {
		return nil, err
	}
	live, err := d.LiveItems(ids)
	if err != nil {
		return nil, err
	}
	items := make(map[competency.PersonID]competency.BatchItem, len(live))
	for _, it := range live {
		items[it.Learner] = it
	}
	diplomas, err := diplomasOn(d.Scope, live)
	if err != nil {
		return nil, err
	}
	list := make([]Member, len(persons))
	for i, p := range persons {
		m := Member{Person: p, Audit: perhapsIn(audits, p.ID), Item: perhapsIn(items, p.ID)}
		m.Season = competency.SeasonOf(m.Audit, m.Item)
		if m.Item != nil {
			m.Diploma = perhapsIn(diplomas, m.Item.Audit)
		}
		list[i] = m
	}
	return list, nil
}

// diplomasOn answers what was awarded on the entries' audits.
func diplomasOn(sc *store.Scope, items []competency.BatchItem) (map[competency.AuditID]store.Diploma, error) {
	var audits []competency.AuditID
	for _, it := range items {
		if it.State == competency.ItemAwarded {
			audits = append(audits, it.Audit)
		}
	}
	return sc.Diplomas(audits)
}

// LearnerAudit is one learner's audit with its explanation.
type LearnerAudit struct {
	Class   competency.Class
	School  competency.Org
	Person  competency.Person
	Season  competency.Season
	Record  competency.AuditRecord
	Audit   policy.Audit
	Policy  policy.Policy
	Diploma *store.Diploma
	// Exceptions are those on record, whether they hold or not.
	Exceptions []ExceptionLine
	Helpers    Helpers
}

// ExceptionLine is an exception as the office sees it: who stands for it, and
// on what ground it says so; never the reason.
type ExceptionLine struct {
	ID          string
	Requirement string // its title
	Kind, Cite  string
	By, By2     string // names in use
	Expires     string // civil date or empty
}

// LearnerAudit answers the newest audit of one learner of a class; ErrNotFound
// if there is none yet. The office of the school and the district only.
func (r *Registrar) LearnerAudit(ctx context.Context, who competency.Actor, class competency.ClassID, learner competency.PersonID,
) (a LearnerAudit, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if a.Class, a.School, err = d.class(class); err != nil {
			return err
		}
		if a.Person, err = d.Person(learner); err != nil {
			return err
		}
		if a.Record, err = d.NewestAudit(class, learner); err != nil {
			return err
		}
		if err := a.explain(d); err != nil {
			return err
		}
		if err := a.help(d); err != nil {
			return err
		}
		return a.stand(d)
	})
	return a, err
}

// help finds whom the learner can ask about what is open.
func (a *LearnerAudit) help(d *desk) error {
	f, err := d.CurrentFramework()
	if err != nil {
		return err
	}
	items, err := d.Items(f.ID)
	if err != nil {
		return err
	}
	judged, err := d.JudgedOf(a.Person.ID, nil)
	if err != nil {
		return err
	}
	a.Helpers, err = d.helpersOf(a.Person.ID, a.Class.School, items, judged)
	return err
}

// explain reads the audit's tree, its policy and the exceptions on record.
func (a *LearnerAudit) explain(d *desk) error {
	if err := json.Unmarshal(a.Record.Tree, &a.Audit); err != nil {
		return fmt.Errorf("reading audit %s: %w", a.Record.ID, err)
	}
	v, err := d.Policy(a.Record.Policy)
	if err != nil {
		return err
	}
	if a.Policy, err = policy.Parse(v.Document); err != nil {
		return fmt.Errorf("reading policy %s: %w", v.ID, err)
	}
	a.Exceptions, err = d.holding(a.Person.ID, a.Audit.Tree)
	return err
}

// holding lists the exceptions on a learner's record that were not ended.
func (d *desk) holding(learner competency.PersonID, tree policy.Result) ([]ExceptionLine, error) {
	known, err := d.OnRecordOf([]competency.PersonID{learner})
	if err != nil {
		return nil, err
	}
	var people []competency.PersonID
	for _, x := range known[learner].Exceptions {
		people = append(people, x.By, x.By2)
	}
	names, err := d.UsedNames(people)
	if err != nil {
		return nil, err
	}
	var lines []ExceptionLine
	for _, x := range known[learner].Exceptions {
		lines = append(lines, ExceptionLine{
			ID: x.ID, Requirement: titleIn(tree, x.Requirement), Kind: x.Kind, Cite: x.Cite, By: names[x.By], By2: names[x.By2], Expires: x.Expires,
		})
	}
	return lines, nil
}

// titleIn is the title of a node of the tree, or its id if it is not there.
func titleIn(r policy.Result, id string) string {
	if r.ID == id {
		return r.Title
	}
	for _, c := range r.Children {
		if title := titleIn(c, id); title != id {
			return title
		}
	}
	return id
}

// stand finds where the learner stands now.
func (a *LearnerAudit) stand(d *desk) error {
	live, err := d.LiveItems([]competency.PersonID{a.Person.ID})
	if err != nil {
		return err
	}
	diplomas, err := diplomasOn(d.Scope, live)
	if err != nil {
		return err
	}
	var item *competency.BatchItem
	if len(live) == 1 {
		item = &live[0]
		a.Diploma = perhapsIn(diplomas, item.Audit)
	}
	a.Season = competency.SeasonOf(&a.Record, item)
	return nil
}

// BatchLine is one learner on a list.
type BatchLine struct {
	Person  competency.Person
	Item    competency.BatchItem
	Audit   competency.AuditRecord // the one that was certified, without its tree
	Diploma *store.Diploma
}

// BatchPage is a list of diplomas with everything that the approver looks at.
type BatchPage struct {
	Batch    competency.Batch // State is the stage that people see
	Class    competency.Class
	School   competency.Org
	Progress store.BatchProgress
	// Certifier and Closer are names in use.
	Certifier, Closer string
	// Exceptions rest on a waiver; they come first and cannot be skipped.
	Exceptions, Others []BatchLine
	// MayApprove and MayWithdraw tell what the actor can do to the list now.
	MayApprove, MayWithdraw bool
	// Mine is set where the actor certified it and so cannot approve it.
	Mine bool
}

// Batch answers a list of diplomas. The office of the school and the district only.
func (r *Registrar) Batch(ctx context.Context, who competency.Actor, id competency.BatchID) (page BatchPage, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.batch(id, &page); err != nil {
			return err
		}
		on := competency.Subject{Org: page.Class.School, Before: []competency.PersonID{page.Batch.CertifiedBy}}
		waits := page.Batch.State == competency.BatchCertified
		page.MayApprove = waits && competency.Can(who, competency.ApproveDiplomas, on)
		page.MayWithdraw = waits && competency.Can(who, competency.WithdrawDiplomas, on)
		page.Mine = page.Batch.CertifiedBy == who.Person
		return d.batchLines(&page)
	})
	return page, err
}

// batch fills what a list is about, if the actor may see it.
func (d *desk) batch(id competency.BatchID, page *BatchPage) (err error) {
	if page.Batch, err = d.Batch(id); err != nil {
		return err
	}
	if page.Class, page.School, err = d.class(page.Batch.Class); err != nil {
		return err
	}
	page.Progress, err = batchProgress(d.Scope, &page.Batch)
	return err
}

// batchLines fills the learners of a list, by used name.
func (d *desk) batchLines(page *BatchPage) error {
	items, err := d.BatchItems(page.Batch.ID)
	if err != nil {
		return err
	}
	audits, err := d.AuditsOfBatch(page.Batch.ID)
	if err != nil {
		return err
	}
	diplomas, err := diplomasOn(d.Scope, items)
	if err != nil {
		return err
	}
	ids := []competency.PersonID{page.Batch.CertifiedBy, page.Batch.ClosedBy}
	for _, it := range items {
		ids = append(ids, it.Learner)
	}
	persons, err := d.PeopleByID(ids)
	if err != nil {
		return err
	}
	page.Certifier, page.Closer = persons[page.Batch.CertifiedBy].Used, persons[page.Batch.ClosedBy].Used
	for _, it := range items {
		line := BatchLine{Person: persons[it.Learner], Item: it, Audit: audits[it.Learner], Diploma: perhapsIn(diplomas, it.Audit)}
		if line.Audit.State == competency.AuditWaived {
			page.Exceptions = append(page.Exceptions, line)
		} else {
			page.Others = append(page.Others, line)
		}
	}
	for _, lines := range [][]BatchLine{page.Exceptions, page.Others} {
		slices.SortStableFunc(lines, func(a, b BatchLine) int {
			return strings.Compare(strings.ToLower(a.Person.Used), strings.ToLower(b.Person.Used))
		})
	}
	return nil
}

// Progress is how far a long piece of work has come.
type Progress struct {
	Done   int    `json:"done"`
	Total  int    `json:"total"`
	Failed int    `json:"failed"`
	State  string `json:"state"` // running, done or stopped
}

// BatchProgress answers how many diplomas of an approved list are issued.
func (r *Registrar) BatchProgress(ctx context.Context, who competency.Actor, id competency.BatchID) (p Progress, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		var page BatchPage
		if err := d.batch(id, &page); err != nil {
			return err
		}
		p = page.Issuing()
		return nil
	})
	return p, err
}

// Issuing is the progress of the diplomas on the list.
func (p BatchPage) Issuing() Progress {
	at := Progress{Done: p.Progress.Issued, Total: p.Progress.Awarded, State: "running"}
	switch p.Batch.State {
	case competency.BatchIssued:
		at.State = "done"
	case competency.BatchCertified, competency.BatchWithdrawn:
		at.State = "stopped"
	case competency.BatchApproved, competency.BatchIssuing:
	}
	return at
}

// AuditProgress answers how far the last pass of audits over a class has come.
func (r *Registrar) AuditProgress(ctx context.Context, who competency.Actor, class competency.ClassID) (p Progress, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if _, _, err := d.class(class); err != nil {
			return err
		}
		run, err := d.NewestAuditRun(class)
		p = AuditingOf(run)
		return err
	})
	return p, err
}

// AuditingOf is the progress of a pass of audits.
func AuditingOf(run store.AuditRun) Progress {
	p := Progress{Done: run.Done, Total: run.Total, State: "running"}
	if !run.Finished.IsZero() {
		p.State = "done"
	}
	return p
}
