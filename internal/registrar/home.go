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
}

// Waiting is one queue that asks for the person.
type Waiting struct {
	// Kind is the message key of the queue: "queue", "reviews", "certify" …
	Kind   string
	Count  int
	Oldest time.Time // when the oldest came; zero where nothing waits
	Href   string
}

// HomePerson is a person whom the actor works with, and how they stand in a word.
type HomePerson struct {
	Name string
	Line string
	Href string
}

// waits are the queues of every desk. Each answers its own line, or none where
// the actor has no such queue.
var waits = []func(*desk) ([]Waiting, error){
	workbenchWaits,
}

// circles are the people of every desk.
var circles []func(*desk) ([]HomePerson, error)

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
		for _, wait := range waits {
			list, err := wait(d)
			if err != nil {
				return err
			}
			h.Waiting = append(h.Waiting, list...)
		}
		for _, circle := range circles {
			list, err := circle(d)
			if err != nil {
				return err
			}
			h.People = append(h.People, list...)
		}
		return nil
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
