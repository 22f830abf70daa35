package registrar

import (
	"context"
	"slices"
	"time"

	"laurel/competency"
)

// WaitingApplication is an application that a coordinator has to look after.
type WaitingApplication struct {
	competency.Application
	Title string
	Name  string // the applicant's name in use
	// Late: its answer was promised for a day that is over.
	Late    bool
	Readers []Reader
	// Choices are the assessors who could take the free seat, or a seat that is
	// taken from someone; each with what speaks against it.
	Choices []Choice
	// CanAssign: the actor may give it out, which nobody does for themselves.
	CanAssign bool
	// Differ names the criteria on which the readers differ, for a third read.
	Differ []string
}

// Reader is an assessor of the present attempt, as the coordinator sees them.
type Reader struct {
	Review competency.ReviewID
	Name   string
	Seat   competency.Seat
	State  competency.ReviewState
}

// Choice is an assessor with what speaks against choosing them.
type Choice struct {
	Person   competency.PersonID
	Name     string
	Open     int
	Conflict string // a sentence; empty for a free choice
}

// WaitingApplications lists what a coordinator looks after: applications that
// wait for assessors, for a third read or for a coach, and those being read,
// the first due first.
func (r *Registrar) WaitingApplications(ctx context.Context, who competency.Actor) (list []WaitingApplication, err error) {
	if !competency.Can(who, competency.CoordinateWork, competency.Subject{}) {
		return nil, competency.May(who, competency.CoordinateWork, competency.Subject{}, r.Now())
	}
	all, err := r.candidates(ctx, who.Tenant)
	if err != nil {
		return nil, err
	}
	err = r.look(ctx, who, func(d *desk) error {
		list = nil
		if err := d.see(competency.CoordinateWork, competency.Subject{}); err != nil {
			return err
		}
		applications, err := d.ApplicationsIn(competency.ApplicationSubmitted, competency.ApplicationAssigned,
			competency.ApplicationScoring, competency.ApplicationThirdRead, competency.ApplicationCoachNeeded)
		if err != nil {
			return err
		}
		board, err := d.board(applications, all)
		if err != nil {
			return err
		}
		for _, a := range applications {
			if w := board.line(d, a); w.CanAssign || a.Applicant != who.Person {
				list = append(list, w)
			}
		}
		return nil
	})
	return list, err
}

// board is what the lines of a coordinator's list are made of.
type board struct {
	pool
	micros  map[competency.MicroCredentialID]competency.MicroCredential
	reviews map[competency.ApplicationID][]competency.Review
	people  map[competency.PersonID]competency.Person
	today   map[competency.OrgID]string
}

// board reads everything that the lines need, in a handful of queries.
func (d *desk) board(list []competency.Application, p pool) (b board, err error) {
	b = board{pool: p, reviews: map[competency.ApplicationID][]competency.Review{}}
	if b.micros, err = microsOf(d, list); err != nil {
		return b, err
	}
	ids := make([]competency.ApplicationID, len(list))
	persons := make([]competency.PersonID, len(list))
	for i, a := range list {
		ids[i], persons[i] = a.ID, a.Applicant
	}
	reviews, err := d.Reviews(ids...)
	if err != nil {
		return b, err
	}
	for _, v := range reviews {
		b.reviews[v.Application] = append(b.reviews[v.Application], v)
		persons = append(persons, v.Assessor)
	}
	for _, c := range p.all {
		persons = append(persons, c.Person)
	}
	if b.people, err = d.PeopleByID(persons); err != nil {
		return b, err
	}
	b.today, err = d.todays(b.micros)
	return b, err
}

// todays is the civil date of this moment where each provider is.
func (d *desk) todays(micros map[competency.MicroCredentialID]competency.MicroCredential) (map[competency.OrgID]string, error) {
	today := map[competency.OrgID]string{}
	for _, m := range micros {
		if today[m.Org] != "" {
			continue
		}
		zone, err := d.zone(m.Org)
		if err != nil {
			return nil, err
		}
		today[m.Org] = d.at.In(zone).Format(time.DateOnly)
	}
	return today, nil
}

func (b board) line(d *desk, a competency.Application) WaitingApplication {
	m := b.micros[a.Micro]
	w := WaitingApplication{
		Application: a, Title: m.Title, Name: b.people[a.Applicant].Used,
		Late:      a.IsRead() && a.Due < b.today[m.Org],
		CanAssign: a.IsRead() && competency.Can(d.who, competency.AssignReview, competency.Subject{Org: m.Org, Owner: a.Applicant}),
	}
	for _, v := range b.reviews[a.ID] {
		if v.Attempt == a.Attempt && v.State != competency.ReviewReleased {
			w.Readers = append(w.Readers, Reader{v.ID, b.people[v.Assessor].Used, v.Seat, v.State})
		}
	}
	if a.State == competency.ApplicationThirdRead {
		for _, c := range competency.Decide(m, a.Attempt, b.reviews[a.ID]).Criteria {
			if len(c.Chosen) >= 2 && !c.Agreed && c.Attempt == a.Attempt {
				w.Differ = append(w.Differ, c.Name)
			}
		}
	}
	if !w.CanAssign {
		return w
	}
	applicant := b.applicant(b.people[a.Applicant])
	for _, c := range b.all {
		w.Choices = append(w.Choices, Choice{
			c.Person, b.people[c.Person].Used, c.Open, competency.Conflict(c, applicant, a.Attempt, b.reviews[a.ID]),
		})
	}
	slices.SortStableFunc(w.Choices, func(x, y Choice) int { return x.Open - y.Open })
	return w
}

// workbenchWaits are the lines of the workbench on the first page.
func workbenchWaits(d *desk) ([]Waiting, error) {
	var lines []Waiting
	if d.who.Is(competency.Assessor) {
		line := Waiting{Kind: "reviews", Href: "/reviews"}
		inbox, err := d.inbox()
		if err != nil {
			return nil, err
		}
		for _, i := range inbox {
			if i.State == competency.ReviewAssigned && !i.Gone {
				line.add(i.Given)
			}
		}
		lines = append(lines, line)
	}
	if d.who.Is(competency.Coordinator) {
		line := Waiting{Kind: "applications_waiting", Href: "/applications/waiting"}
		list, err := d.ApplicationsIn(competency.ApplicationSubmitted, competency.ApplicationThirdRead, competency.ApplicationCoachNeeded)
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			line.add(a.Submitted)
		}
		lines = append(lines, line)
	}
	mine, err := d.ApplicationsOf(d.who.Person)
	if err != nil {
		return nil, err
	}
	drafts, answered := Waiting{Kind: "drafts", Href: "/applications"}, Waiting{Kind: "not_yet", Href: "/applications"}
	for _, a := range mine {
		switch a.State {
		case competency.ApplicationDraft:
			drafts.add(a.Created)
		case competency.ApplicationNotYet, competency.ApplicationCoachNeeded:
			answered.add(a.Decided)
		case competency.ApplicationSubmitted, competency.ApplicationAssigned, competency.ApplicationScoring,
			competency.ApplicationThirdRead, competency.ApplicationAwarded, competency.ApplicationWithdrawn:
		}
	}
	return append(lines, answered, drafts), nil
}

// add counts one more that came at a moment.
func (w *Waiting) add(came time.Time) {
	w.Count++
	if w.Oldest.IsZero() || came.Before(w.Oldest) {
		w.Oldest = came
	}
}
