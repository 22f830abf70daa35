package registrar

import (
	"context"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// Home is what a person finds first: their name, what waits for them, and people.
type Home struct {
	Name    string // the name in use
	Waiting []Waiting
	People  []HomePerson
	// Everyone is how many there are where People is only the beginning; else 0.
	Everyone int
}

// Waiting is one queue that asks for the person.
type Waiting struct {
	// Kind is the message key of the queue: "queue", "reviews", "certify" …
	Kind   string
	Count  int
	Oldest time.Time // when the oldest came; zero where nothing waits
	Href   string
}

// HomePerson is a learner whom the actor works with: Shown of Total indicators,
// and the sentence of the next one.
type HomePerson struct {
	Name         string
	Shown, Total int
	Next         string // empty when all are shown
	Href         string
}

// Home answers the actor's first page.
func (r *Registrar) Home(ctx context.Context, who competency.Actor) (h Home, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewPolicy, competency.Subject{}); err != nil {
			return err
		}
		p, err := d.Person(who.Person)
		if err != nil {
			return err
		}
		h.Name = p.Used
		// Each desk answers its own queues, or none where the actor has none there.
		for _, waits := range []func(*desk) ([]Waiting, error){
			waitsForOwner, waitsToJudge, waitsAsked, waitsPanels, waitsToConfirm, workbenchWaits, waitingGraduation, waitingExceptions, waitingPolicies, waitingStatusChanges, waitingKeys,
			waitsToReview, waitsToApprove, waitsToJoin, waitsForWord,
		} {
			list, err := waits(d)
			if err != nil {
				return err
			}
			h.Waiting = append(h.Waiting, list...)
		}
		return caseload(d, &h)
	})
	return h, err
}

// Whoami answers the name in use and the organisation of an actor, for the header.
func (r *Registrar) Whoami(ctx context.Context, who competency.Actor) (name, org string, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewPolicy, competency.Subject{}); err != nil {
			return err
		}
		p, err := d.Person(who.Person)
		if err != nil {
			return err
		}
		o, err := d.Org(workplace(who))
		if err != nil {
			return err
		}
		name, org = p.Used, o.Name
		return nil
	})
	return name, org, err
}

// workplace is the organisation an actor is seen at: where they learn, the
// smallest place where they work, or else the tenant.
func workplace(who competency.Actor) competency.OrgID {
	if len(who.Schools) > 0 {
		return who.Schools[0]
	}
	if who.Workplace != "" {
		return who.Workplace
	}
	return who.Tenant
}

// Login answers the sign-in name of the actor's account.
func (r *Registrar) Login(ctx context.Context, who competency.Actor) (login string, err error) {
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		a, err := tx.Account(who.Account)
		login = a.Login
		return err
	})
	return login, err
}
