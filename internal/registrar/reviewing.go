package registrar

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// pool is everyone who could read for a provider, with their schools in every
// tenant, and the same about applicants.
type pool struct {
	all     []competency.Candidate
	schools map[competency.AccountID][]competency.OrgID
	kin     map[competency.PersonID][]competency.PersonID
}

// candidates reads the pool of a tenant before an act: schools are in other
// tenants, which the act's own transaction cannot see.
func (r *Registrar) candidates(ctx context.Context, tenant competency.OrgID) (p pool, err error) {
	if tenant == "" {
		return p, &competency.Error{Kind: competency.ErrUnauthenticated, Detail: "Please sign in first."}
	}
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		sc, err := tx.Scope(tenant)
		if err != nil {
			return err
		}
		if p.all, err = sc.Assessors(); err != nil {
			return err
		}
		assessors := make([]competency.PersonID, len(p.all))
		for i, c := range p.all {
			assessors[i] = c.Person
		}
		if p.kin, err = sc.KinOfAll(assessors); err != nil {
			return err
		}
		accounts, err := sc.ApplicantAccounts()
		if err != nil {
			return err
		}
		for _, c := range p.all {
			if c.Account != "" {
				accounts = append(accounts, c.Account)
			}
		}
		if p.schools, err = tx.SchoolsOf(accounts); err != nil {
			return err
		}
		for i, c := range p.all {
			p.all[i].Schools = p.schools[c.Account]
		}
		return nil
	})
	return p, err
}

// applicant is what the conflict rule knows of the applicant.
func (p pool) applicant(person competency.Person) competency.Candidate {
	return competency.Candidate{Person: person.ID, Account: person.Account, Schools: p.schools[person.Account], Kin: p.kin[person.ID]}
}

// giveOut gives an application to two readers, or notes why nobody reads it.
func (d *desk) giveOut(f dossier, p pool) error {
	person, err := d.Person(f.Applicant)
	if err != nil {
		return err
	}
	readers, why := competency.ChooseReaders(p.all, p.applicant(person), f.Attempt, f.reviews)
	f.Waits = why
	if len(readers) == 2 {
		given := []competency.Review{d.reading(f, readers[0].Person, competency.FirstSeat), d.reading(f, readers[1].Person, competency.SecondSeat)}
		if err := d.AddReviews(given...); err != nil {
			return err
		}
		f.Application = f.Given(append(f.reviews, given...))
	}
	d.note("state", string(f.State))
	return d.SetApplication(f.Application)
}

func (d *desk) reading(f dossier, assessor competency.PersonID, seat competency.Seat) competency.Review {
	return competency.Review{
		Application: f.ID, Attempt: f.Attempt, Assessor: assessor, Seat: seat,
		State: competency.ReviewAssigned, Assigned: d.at, Due: f.Due,
	}
}

// AssignReview gives a free seat of an application to an assessor; release
// names a reading that is taken from another for it, or is empty. The rule of
// conflicts holds for coordinators too (ErrInvalid on "/assessor").
func (r *Registrar) AssignReview(ctx context.Context, who competency.Actor, id competency.ApplicationID,
	assessor competency.PersonID, release competency.ReviewID,
) error {
	all, err := r.candidates(ctx, who.Tenant)
	if err != nil {
		return err
	}
	return r.act(ctx, who, competency.AssignReview, func(d *desk) error {
		f, err := d.dossier(id, true)
		if err != nil {
			return err
		}
		if err := d.may(f.subject()); err != nil {
			return err
		}
		if release != "" {
			if f.reviews, err = d.release(f, release); err != nil {
				return err
			}
		}
		seat, free := competency.FreeSeat(f.Application, f.reviews)
		if !free {
			return competency.Refuse("Every seat of this attempt is taken; nothing was changed.")
		}
		if err := d.eligible(f, all, assessor); err != nil {
			return err
		}
		given := d.reading(f, assessor, seat)
		if err := d.AddReviews(given); err != nil {
			return err
		}
		if f.State != competency.ApplicationThirdRead {
			f.Application = f.Given(append(f.reviews, given))
		}
		d.note("assessor", string(assessor))
		d.note("seat", string(seat))
		return d.SetApplication(f.Application)
	})
}

// eligible answers nil if the person may read the application.
func (d *desk) eligible(f dossier, p pool, assessor competency.PersonID) error {
	i := slices.IndexFunc(p.all, func(c competency.Candidate) bool { return c.Person == assessor })
	if i < 0 {
		return competency.Invalid(competency.Field{Pointer: "/assessor", Detail: "Choose one of the assessors."})
	}
	person, err := d.Person(f.Applicant)
	if err != nil {
		return err
	}
	if why := competency.Conflict(p.all[i], p.applicant(person), f.Attempt, f.reviews); why != "" {
		return competency.Invalid(competency.Field{Pointer: "/assessor", Detail: why})
	}
	return nil
}

// release takes an unscored reading back and answers the readings after it.
func (d *desk) release(f dossier, id competency.ReviewID) ([]competency.Review, error) {
	i := slices.IndexFunc(f.reviews, func(v competency.Review) bool { return v.ID == id && v.Attempt == f.Attempt })
	if i < 0 {
		return nil, competency.NotFound()
	}
	if f.reviews[i].State != competency.ReviewAssigned {
		return nil, competency.Refuse("This reading is not open any more; nothing was changed.")
	}
	after := slices.Clone(f.reviews)
	after[i].State = competency.ReviewReleased
	d.note("released", string(id))
	return after, d.ReleaseReview(id)
}

// InboxItem is what an assessor sees of a reading: nothing of a person.
type InboxItem struct {
	ID      competency.ReviewID
	Code    string
	Title   string
	Attempt int
	Due     string
	Given   time.Time
	State   competency.ReviewState
	// Late: it is open and its day, in the provider's zone, is over.
	Late bool
	// Gone: the applicant has taken it back; there is nothing to do.
	Gone bool
}

// Inbox lists the actor's readings: open ones first, the first due first.
func (r *Registrar) Inbox(ctx context.Context, who competency.Actor) (list []InboxItem, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		list, err = d.inbox()
		return err
	})
	return list, err
}

func (d *desk) inbox() ([]InboxItem, error) {
	if err := d.see(competency.ViewReviews, competency.Subject{}); err != nil {
		return nil, err
	}
	mine, err := d.ReviewsBy(d.who.Person)
	if err != nil {
		return nil, err
	}
	ids := make([]competency.ApplicationID, len(mine))
	for i, v := range mine {
		ids[i] = v.Application
	}
	applications, err := d.Applications(ids)
	if err != nil {
		return nil, err
	}
	micros, err := microsOf(d, applications)
	if err != nil {
		return nil, err
	}
	byID := map[competency.ApplicationID]competency.Application{}
	for _, a := range applications {
		byID[a.ID] = a
	}
	today, err := d.todays(micros)
	if err != nil {
		return nil, err
	}
	var list []InboxItem
	for _, v := range mine {
		a := byID[v.Application]
		open := v.State == competency.ReviewAssigned
		list = append(list, InboxItem{
			ID: v.ID, Code: a.Code, Title: micros[a.Micro].Title, Attempt: v.Attempt, Due: v.Due, Given: v.Assigned,
			State: v.State, Late: open && v.Due < today[micros[a.Micro].Org], Gone: open && a.State == competency.ApplicationWithdrawn,
		})
	}
	return list, nil
}

// BlindFile is a file as an assessor sees it.
type BlindFile struct {
	ID   competency.FileID
	Name string // made from the part: "part-2-1.pdf"
	Size int64
}

// ReviewPart is one part as an assessor reads it.
type ReviewPart struct {
	competency.Part
	Text  string
	Link  string
	Files []BlindFile
}

// ReviewView is what an assessor reads and writes: no name, school, file name
// or other score.
type ReviewView struct {
	ID      competency.ReviewID
	Code    string
	Micro   competency.MicroCredential
	Attempt int
	Due     string
	State   competency.ReviewState
	Gone    bool
	Parts   []ReviewPart
	// Checklist is as it was gone through before the last handing in, without whose
	// word it is.
	Checklist []competency.Promise
	Zone      *time.Location // of the provider
	// Scores are the assessor's own, once locked.
	Scores map[string]competency.ReviewMark
}

// read answers a reading with its application, if the actor is its assessor.
func (d *desk) read(id competency.ReviewID, lock bool) (competency.Review, dossier, error) {
	v, err := d.Review(id)
	if err != nil {
		return v, dossier{}, err
	}
	f, err := d.dossier(v.Application, lock)
	if err != nil {
		return v, f, err
	}
	if lock { // what was read before the lock may have been scored meanwhile
		if v, err = d.Review(id); err != nil {
			return v, f, err
		}
	}
	on := f.subject()
	on.ID, on.Assigned = string(v.ID), []competency.PersonID{v.Assessor}
	if v.State == competency.ReviewReleased {
		return v, f, competency.NotFound()
	}
	if d.act == "" {
		return v, f, d.see(competency.ScoreReview, on)
	}
	return v, f, d.may(on)
}

// Review answers a reading to its assessor.
func (r *Registrar) Review(ctx context.Context, who competency.Actor, id competency.ReviewID) (view ReviewView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		v, f, err := d.read(id, false)
		if err != nil {
			return err
		}
		view = ReviewView{
			ID: v.ID, Code: f.Code, Micro: f.micro, Attempt: v.Attempt, Due: v.Due, State: v.State, Scores: v.Scores,
			Gone: f.State == competency.ApplicationWithdrawn && v.State == competency.ReviewAssigned,
		}
		open := competency.OpenParts(f.micro, v.Attempt, f.reviews)
		for _, p := range f.micro.Parts() {
			if slices.Contains(open, p.Key) {
				a := f.answers[p.Key]
				view.Parts = append(view.Parts, ReviewPart{p, a.Text, a.Link, f.blindFiles(p.Key)})
			}
		}
		if view.Zone, err = d.zone(f.micro.Org); err != nil {
			return err
		}
		view.Checklist, err = d.promised(competency.BeforeHandingIn, string(f.ID))
		for i := range view.Checklist {
			view.Checklist[i].By = ""
		}
		return err
	})
	return view, err
}

// blindFiles names the files of a part after the part.
func (f dossier) blindFiles(part string) []BlindFile {
	var list []BlindFile
	for _, file := range f.files {
		if file.Part != part {
			continue
		}
		name := part
		if len(list) > 0 {
			name = fmt.Sprintf("%s-file-%d", part, len(list)+1)
		}
		list = append(list, BlindFile{file.ID, name + filepath.Ext(file.Name), file.Size})
	}
	return list
}

// ReviewFile opens a file of a reading for its assessor, under its blind name.
func (r *Registrar) ReviewFile(ctx context.Context, who competency.Actor, id competency.ReviewID, file competency.FileID) (OpenedFile, error) {
	var found competency.Attachment
	var name string
	err := r.look(ctx, who, func(d *desk) error {
		_, f, err := d.read(id, false)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(f.files, func(a competency.Attachment) bool { return a.ID == file })
		if i < 0 {
			return competency.NotFound()
		}
		found = f.files[i]
		for _, b := range f.blindFiles(found.Part) {
			if b.ID == file {
				name = b.Name
			}
		}
		return nil
	})
	if err != nil {
		return OpenedFile{}, err
	}
	bytes, err := r.openFile(found.SHA256)
	return OpenedFile{bytes, name, found.MediaType}, err
}

// ReviewScores are what an assessor found, by criterion.
type ReviewScores struct {
	Levels  map[string]int    `json:"levels"`
	Reasons map[string]string `json:"reasons,omitempty"`
}

func (s ReviewScores) marks() map[string]competency.ReviewMark {
	marks := make(map[string]competency.ReviewMark, len(s.Levels))
	for key, level := range s.Levels {
		marks[key] = competency.ReviewMark{Level: level, Reason: s.Reasons[key]}
	}
	return marks
}

// ScoreReview locks an assessor's scores. The score that completes an attempt
// decides it in the same transaction: an award and its credential's job, a
// not yet, or a third read.
func (r *Registrar) ScoreReview(ctx context.Context, who competency.Actor, id competency.ReviewID, in ReviewScores) error {
	return r.act(ctx, who, competency.ScoreReview, func(d *desk) error {
		v, f, err := d.read(id, true)
		if err != nil {
			return err
		}
		asked := competency.Asked(f.micro, competency.OpenParts(f.micro, v.Attempt, f.reviews))
		if v, err = v.Score(f.Application, asked, in.marks(), d.at); err != nil {
			return err
		}
		if err := d.LockReview(v); err != nil {
			return err
		}
		i := slices.IndexFunc(f.reviews, func(other competency.Review) bool { return other.ID == id })
		f.reviews[i] = v
		return d.decide(f)
	})
}

// decide draws the conclusion from the readings of the present attempt.
func (d *desk) decide(f dossier) error {
	decision := f.decision(f.Attempt)
	f.Application = f.Conclude(f.micro, decision, f.reviews, d.at)
	d.note("outcome", string(decision.Outcome))
	if err := d.SetApplication(f.Application); err != nil {
		return err
	}
	if decision.Outcome != competency.Awarded {
		return nil
	}
	zone, err := d.zone(f.micro.Org)
	if err != nil {
		return err
	}
	award := competency.Award{
		ID: competency.AwardID(d.ID()), Tenant: d.Tenant(), Org: f.micro.Org, Person: f.Applicant,
		Kind: competency.MicroCredentialAward, Basis: string(f.ID), Achieved: f.micro.Achieved(decision, f.answers),
		DecidedBy: d.who.Person, Decided: d.at, Conferred: d.at.In(zone).Format(time.DateOnly),
	}
	if err := d.AddAward(award); err != nil {
		return err
	}
	d.note("award", string(award.ID))
	return d.Enqueue(IssueAward{Tenant: string(d.Tenant()), Award: string(award.ID)})
}
