package registrar

import (
	"context"
	"fmt"

	"laurel/competency"
	"laurel/internal/store"
)

// NewRevocation asks for the withdrawal of a credential.
type NewRevocation struct {
	// Public is what anyone may know of the reason.
	Public competency.RevocationReason `json:"public"`
	// Private is what happened, for the office alone.
	Private string `json:"private"`
}

// OpenRevocation asks for the withdrawal of a credential. It stands as before
// until a second person confirms.
func (r *Registrar) OpenRevocation(ctx context.Context, who competency.Actor, once Once,
	id competency.CredentialID, in NewRevocation,
) (competency.RevocationID, error) {
	answer, err := r.actOnce(ctx, who, once, competency.OpenRevocation, func(d *desk) (string, error) {
		c, err := d.Credential(id)
		if err != nil {
			return "", err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: c.Org, Owner: c.Person}); err != nil {
			return "", err
		}
		v, err := competency.BeginRevocation(c, in.Public, in.Private, who.Person, d.at)
		if err != nil {
			return "", err
		}
		if v, err = d.AddRevocation(v); err != nil {
			return "", err
		}
		d.note("revocation", string(v.ID))
		d.note("reason", string(v.Public))
		return string(v.ID), nil
	})
	return competency.RevocationID(answer), err
}

// ConfirmRevocation withdraws the credential: a second person agrees. The
// status list follows within seconds.
func (r *Registrar) ConfirmRevocation(ctx context.Context, who competency.Actor, id competency.RevocationID) error {
	return r.closeRevocation(ctx, who, id, competency.ConfirmRevocation, competency.RevocationConfirmed)
}

// CancelRevocation gives up an open withdrawal; whoever may open one may cancel one.
func (r *Registrar) CancelRevocation(ctx context.Context, who competency.Actor, id competency.RevocationID) error {
	return r.closeRevocation(ctx, who, id, competency.OpenRevocation, competency.RevocationCancelled)
}

func (r *Registrar) closeRevocation(ctx context.Context, who competency.Actor, id competency.RevocationID,
	act competency.Act, to competency.RevocationState,
) error {
	var page string
	err := r.act(ctx, who, act, func(d *desk) error {
		v, err := d.Revocation(id)
		if err != nil {
			return err
		}
		c, err := d.Credential(v.Credential)
		if err != nil {
			return err
		}
		on := competency.Subject{ID: string(c.ID), Org: c.Org, Owner: c.Person}
		if to == competency.RevocationConfirmed {
			on.Before = []competency.PersonID{v.OpenedBy}
		}
		if err := d.may(on); err != nil {
			return err
		}
		if v, err = v.Close(to, who.Person, d.at); err != nil {
			return err
		}
		d.note("revocation", string(id))
		d.note("state", string(to))
		if err := d.CloseRevocation(v); err != nil {
			return err
		}
		if to != competency.RevocationConfirmed || c.State == competency.Revoked { // with the diploma that it holds
			return nil
		}
		page = c.Page
		return r.revoke(d, c)
	})
	r.pages.forget(page)
	return err
}

// revoke withdraws a credential, and with a diploma the record that holds it.
func (r *Registrar) revoke(d *desk, c competency.Credential) error {
	with := []competency.Credential{c}
	if c.Kind == competency.DiplomaAward {
		records, err := d.RecordsOn([]competency.AwardID{c.Award})
		if err != nil {
			return err
		}
		held, err := d.NewestOf(records)
		if err != nil {
			return err
		}
		for _, h := range held {
			if h.State == competency.Issued {
				with = append(with, h.Credential)
			}
		}
	}
	for _, one := range with {
		if err := r.setRevoked(d, one); err != nil {
			return err
		}
	}
	return nil
}

// setRevoked sets a credential's bit and has its list published.
func (r *Registrar) setRevoked(d *desk, c competency.Credential) error {
	if err := d.SetRevoked(c.ID); err != nil {
		return err
	}
	list, err := d.SetBit(c.ID)
	if err != nil {
		return err
	}
	if err := d.Enqueue(PublishStatus{Tenant: string(d.Tenant()), List: list}, store.Coalesce()); err != nil {
		return fmt.Errorf("asking for status list %s to be published: %w", list, err)
	}
	return nil
}

// RevocationRow is a withdrawal with what it is about.
type RevocationRow struct {
	competency.Revocation
	Name   string // of the achievement
	Holder string
	Opener string
	Zone   string // the issuer's, for dates
	// MayConfirm and MayCancel are what the actor can do about it now.
	MayConfirm, MayCancel bool
}

// maxOpenRevocations is how many open withdrawals one page shows.
const maxOpenRevocations = 200

// OpenRevocations lists the withdrawals that wait for a second person, the
// oldest first, as far as the actor works where the credentials come from.
func (r *Registrar) OpenRevocations(ctx context.Context, who competency.Actor) (rows []RevocationRow, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewRevocations, competency.Subject{}); err != nil {
			return err
		}
		rows, err = d.openRevocations()
		return err
	})
	return rows, err
}

func (d *desk) openRevocations() ([]RevocationRow, error) {
	open, err := d.RevocationsIn(competency.RevocationOpen, maxOpenRevocations)
	if err != nil {
		return nil, err
	}
	return d.describe(open)
}

// zones are the time zones of the tenant's organisations.
func (d *desk) zones() (map[competency.OrgID]string, error) {
	orgs, err := d.Orgs()
	zones := map[competency.OrgID]string{}
	for _, o := range orgs {
		zones[o.ID] = o.Zone
	}
	return zones, err
}

// describe adds credentials and names to withdrawals, in three queries, and
// leaves out those of places where the actor has no part.
func (d *desk) describe(list []competency.Revocation) ([]RevocationRow, error) {
	about := make([]competency.CredentialID, len(list))
	for i, v := range list {
		about[i] = v.Credential
	}
	credentials, err := d.CredentialsByID(about)
	if err != nil {
		return nil, err
	}
	var people []competency.PersonID
	for _, v := range list {
		people = append(people, v.OpenedBy, credentials[v.Credential].Person)
	}
	names, err := d.PeopleByID(people)
	if err != nil {
		return nil, err
	}
	zones, err := d.zones()
	if err != nil {
		return nil, err
	}
	var rows []RevocationRow
	for _, v := range list {
		c := credentials[v.Credential]
		if len(d.who.Staffed[c.Org]) == 0 {
			continue
		}
		on := competency.Subject{Org: c.Org, Owner: c.Person, Before: []competency.PersonID{v.OpenedBy}}
		rows = append(rows, RevocationRow{
			Revocation: v, Name: c.Name, Holder: names[c.Person].Used, Opener: names[v.OpenedBy].Used, Zone: zones[c.Org],
			MayConfirm: competency.Can(d.who, competency.ConfirmRevocation, on),
			MayCancel:  competency.Can(d.who, competency.OpenRevocation, on),
		})
	}
	return rows, nil
}

// waitingRevocations is the line of the home page for those who can confirm.
func waitingRevocations(d *desk) ([]Waiting, error) {
	if !d.who.Is(competency.Principal, competency.DistrictLead) {
		return nil, nil
	}
	rows, err := d.openRevocations()
	if err != nil {
		return nil, err
	}
	w := Waiting{Kind: "revocations", Href: "/revocations"}
	for _, row := range rows {
		if !row.MayConfirm {
			continue
		}
		if w.Count == 0 {
			w.Oldest = row.Opened
		}
		w.Count++
	}
	if w.Count == 0 {
		return nil, nil
	}
	return []Waiting{w}, nil
}
