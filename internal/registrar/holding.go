package registrar

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// Held is a credential as its holder or the office sees it.
type Held struct {
	competency.Credential
	Issuer competency.Org
	Holder competency.Person
	// Open tells that the public page can be read; Closed why not: "withdrawn",
	// "directory", "age", "reserved".
	Open   bool
	Closed string
	// URL is the public page's address.
	URL string
	// Token and Embedded are the signed document in its two forms, as in [Page];
	// only where one credential is asked for.
	Token, Embedded []byte
	// Profile is what the issuer said about itself when the award was conferred;
	// only where one credential is asked for.
	Profile competency.SchoolProfile
	// Changes are the changes asked for; only for the office.
	Changes []StatusChangeRow
	// MayAsk are the changes that the actor may ask for now.
	MayAsk []competency.ChangeKind
}

// Shown is the credential as its page would show it, whether or not that is open.
func (h Held) Shown() Page {
	return Page{
		Page: h.Page, Token: h.Token, Embedded: h.Embedded, Zone: h.Issuer.Zone, Locality: h.Issuer.Locality,
		Kind: h.Kind, Slug: h.Issuer.Slug, Profile: h.Profile,
	}
}

// held describes credentials of one tenant in two queries.
func (r *Registrar) held(sc *store.Scope, list []competency.Credential) ([]Held, error) {
	people := make([]competency.PersonID, len(list))
	for i, c := range list {
		people[i] = c.Person
	}
	holders, err := sc.PeopleByID(people)
	if err != nil {
		return nil, err
	}
	orgs, err := sc.Orgs()
	if err != nil {
		return nil, err
	}
	byID := map[competency.OrgID]competency.Org{}
	for _, o := range orgs {
		byID[o.ID] = o
	}
	now := r.Now()
	all := make([]Held, len(list))
	for i, c := range list {
		holder := holders[c.Person]
		all[i] = Held{
			Credential: c, Issuer: byID[c.Org], Holder: holder, Open: c.PageOpen(holder, now),
			Closed: closed(c, holder, now), URL: r.PublicURL + "/c/" + c.Page,
		}
	}
	return all, nil
}

// closed says in a word why a page cannot be read; empty if it can.
func closed(c competency.Credential, holder competency.Person, now time.Time) string {
	switch {
	case c.PageOpen(holder, now):
		return ""
	case c.State == competency.Reserved:
		return "reserved"
	case holder.DirectoryOptOut:
		return "directory"
	case !c.PageWithdrawn.IsZero():
		return "withdrawn"
	}
	return "age"
}

// MyCredentials lists what the actor's account holds, in every tenant where it
// stands for a person, the newest first in each.
func (r *Registrar) MyCredentials(ctx context.Context, who competency.Actor) (all []Held, err error) {
	err = r.own(ctx, who, func(sc *store.Scope, me competency.Actor) error {
		list, _, err := sc.Credentials(store.CredentialFilter{Person: me.Person}, store.Page{Limit: 500})
		if err != nil {
			return err
		}
		some, err := r.held(sc, list)
		all = append(all, some...)
		return err
	})
	return all, err
}

// own runs a look in every tenant where the actor's account stands for a person.
func (r *Registrar) own(ctx context.Context, who competency.Actor, look func(*store.Scope, competency.Actor) error) error {
	if who.Person == "" {
		return &competency.Error{Kind: competency.ErrUnauthenticated, Detail: "Please sign in first."}
	}
	return r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		places, err := tx.Memberships(who.Account)
		if err != nil {
			return err
		}
		for _, p := range places {
			sc, err := tx.Scope(p.Tenant)
			if err != nil {
				return err
			}
			me := competency.Actor{Account: who.Account, Person: p.Person, Tenant: p.Tenant, Authenticated: who.Authenticated}
			if err := look(sc, me); err != nil {
				return err
			}
		}
		return nil
	})
}

// MyCredential answers one of the credentials that the actor's account holds,
// with its signed bytes, and as whom it holds it; ErrNotFound for any other.
func (r *Registrar) MyCredential(ctx context.Context, who competency.Actor, id competency.CredentialID) (h Held, me competency.Actor, err error) {
	found := false
	err = r.own(ctx, who, func(sc *store.Scope, as competency.Actor) error {
		c, err := sc.Credential(id)
		if errors.Is(err, competency.ErrNotFound) || err == nil && c.Person != as.Person {
			return nil
		}
		if err != nil {
			return err
		}
		found, me = true, as
		h, err = r.one(sc, c)
		return err
	})
	if err == nil && !found {
		err = competency.NotFound()
	}
	return h, me, err
}

// one describes one credential with its signed bytes.
func (r *Registrar) one(sc *store.Scope, c competency.Credential) (Held, error) {
	list, err := r.held(sc, []competency.Credential{c})
	if err != nil {
		return Held{}, err
	}
	h := list[0]
	if c.State == competency.Reserved {
		return h, nil
	}
	if h.Profile, err = profileOf(sc, c, h.Issuer); err != nil {
		return h, err
	}
	doc, err := sc.CredentialDocument(c.ID)
	if err != nil {
		return h, fmt.Errorf("reading the document of %s: %w", c.ID, err)
	}
	h.Token, h.Embedded, err = forms(doc)
	return h, err
}

// SetPage takes the public page of an own credential away, or gives it back.
// The credential itself, and every copy of it, stays as good as it was.
func (r *Registrar) SetPage(ctx context.Context, who competency.Actor, id competency.CredentialID, open bool) error {
	h, me, err := r.MyCredential(ctx, who, id)
	if err != nil {
		return err
	}
	err = r.act(ctx, me, competency.WithdrawPage, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(id), Org: h.Org, Owner: h.Person}); err != nil {
			return err
		}
		if open {
			d.note("page", "open")
			return d.SetPageWithdrawn(id, time.Time{})
		}
		d.note("page", "withdrawn")
		return d.SetPageWithdrawn(id, d.at)
	})
	r.pages.forget(h.Page)
	return err
}

// IssuedPerPage is how many credentials one page of the office's list shows.
const IssuedPerPage = 50

// Issued lists the credentials of the places where the actor works, the newest
// first, and how many there are in all.
func (r *Registrar) Issued(ctx context.Context, who competency.Actor, state competency.CredentialState, offset int) (rows []Held, total int64, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewCredentials, competency.Subject{}); err != nil {
			return err
		}
		f := store.CredentialFilter{State: state}
		for org := range who.Staffed {
			if competency.Can(who, competency.ViewCredential, competency.Subject{Org: org}) {
				f.Orgs = append(f.Orgs, org)
			}
		}
		list, n, err := d.Credentials(f, store.Page{Offset: offset, Limit: IssuedPerPage})
		if err != nil {
			return err
		}
		total = n
		rows, err = r.held(d.Scope, list)
		return err
	})
	return rows, total, err
}

// IssuedOne answers one credential for the office, with the changes asked for.
func (r *Registrar) IssuedOne(ctx context.Context, who competency.Actor, id competency.CredentialID) (h Held, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		c, err := d.Credential(id)
		if err != nil {
			return err
		}
		on := competency.Subject{ID: string(id), Org: c.Org, Owner: c.Person}
		if err := d.see(competency.ViewCredential, on); err != nil {
			return err
		}
		if h, err = r.one(d.Scope, c); err != nil {
			return err
		}
		list, err := d.StatusChangesOf(id)
		if err != nil {
			return err
		}
		h.Changes, err = d.describe(list)
		open := slices.ContainsFunc(list, func(v competency.StatusChange) bool { return v.State == competency.ChangeOpen })
		if !open && competency.Can(who, competency.OpenRevocation, on) {
			h.MayAsk = competency.ChangesOf(c.State)
		}
		return err
	})
	return h, err
}
