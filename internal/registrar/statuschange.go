package registrar

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"laurel/competency"
	"laurel/credentials/status"
	"laurel/internal/store"
)

// NewStatusChange asks for a change of a credential.
type NewStatusChange struct {
	// Change is what is asked for; empty is a withdrawal.
	Change competency.ChangeKind `json:"change,omitempty"`
	// Public is what anyone may know of the reason of a withdrawal.
	Public competency.RevocationReason `json:"public,omitempty"`
	// Private is what happened, for the office alone.
	Private string `json:"private"`
}

// OpenStatusChange asks for a change of a credential: a withdrawal, a hold, the
// end of a hold, a newer copy. It stands as before until a second person confirms.
func (r *Registrar) OpenStatusChange(ctx context.Context, who competency.Actor, once Once,
	id competency.CredentialID, in NewStatusChange,
) (competency.StatusChangeID, error) {
	answer, err := r.actOnce(ctx, who, once, competency.OpenRevocation, func(d *desk) (string, error) {
		c, err := d.Credential(id)
		if err != nil {
			return "", err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: c.Org, Owner: c.Person}); err != nil {
			return "", err
		}
		want := competency.StatusChange{Kind: cmp.Or(in.Change, competency.Withdraw), Public: in.Public, Private: in.Private}
		v, err := competency.BeginStatusChange(c, want, who.Person, d.at)
		if err != nil {
			return "", err
		}
		if v.Kind == competency.Replace {
			if err := d.mayEnd(c); err != nil {
				return "", err
			}
		}
		if v, err = d.AddStatusChange(v); err != nil {
			return "", err
		}
		d.note("revocation", string(v.ID))
		d.note("change", string(v.Kind))
		if v.Public != "" {
			d.note("reason", string(v.Public))
		}
		return string(v.ID), nil
	})
	return competency.StatusChangeID(answer), err
}

// mayEnd refuses a newer copy of a credential whose time is over: it could not be issued.
func (d *desk) mayEnd(c competency.Credential) error {
	a, err := d.Award(c.Award)
	if err != nil || a.Achieved.ValidYears == 0 {
		return err
	}
	day, err := time.Parse(time.DateOnly, a.Conferred)
	if err == nil && day.AddDate(a.Achieved.ValidYears, 0, 0).Before(d.at) {
		err = competency.Refuse("This credential has ended, so that there is nothing to replace.")
	}
	return err
}

// ConfirmStatusChange makes the change: a second person agrees. The status lists
// follow within seconds.
func (r *Registrar) ConfirmStatusChange(ctx context.Context, who competency.Actor, id competency.StatusChangeID) error {
	return r.closeStatusChange(ctx, who, id, competency.ConfirmRevocation, competency.ChangeConfirmed)
}

// CancelStatusChange gives up an open change; whoever may open one may cancel one.
func (r *Registrar) CancelStatusChange(ctx context.Context, who competency.Actor, id competency.StatusChangeID) error {
	return r.closeStatusChange(ctx, who, id, competency.OpenRevocation, competency.ChangeCancelled)
}

func (r *Registrar) closeStatusChange(ctx context.Context, who competency.Actor, id competency.StatusChangeID,
	act competency.Act, to competency.ChangeState,
) error {
	var page string
	err := r.act(ctx, who, act, func(d *desk) error {
		v, err := d.StatusChange(id)
		if err != nil {
			return err
		}
		c, err := d.Credential(v.Credential)
		if err != nil {
			return err
		}
		on := competency.Subject{ID: string(c.ID), Org: c.Org, Owner: c.Person}
		if to == competency.ChangeConfirmed {
			on.Before = []competency.PersonID{v.OpenedBy}
		}
		if err := d.may(on); err != nil {
			return err
		}
		if v, err = v.Close(to, who.Person, d.at); err != nil {
			return err
		}
		d.note("revocation", string(id))
		d.note("change", string(v.Kind))
		d.note("state", string(to))
		if err := d.CloseStatusChange(v); err != nil {
			return err
		}
		if to != competency.ChangeConfirmed {
			return nil
		}
		page = c.Page
		return d.change(c, v.Kind)
	})
	r.pages.forget(page)
	return err
}

// change makes a change that two people have agreed on.
func (d *desk) change(c competency.Credential, kind competency.ChangeKind) error {
	if kind == competency.Withdraw && c.State == competency.Revoked { // with the diploma that it holds
		return nil
	}
	if !slices.Contains(competency.ChangesOf(c.State), kind) {
		return competency.Refuse("The credential has changed since this was asked for. Give it up, and ask again if it is still needed.")
	}
	switch kind {
	case competency.Suspend:
		return d.withRecord(c, competency.Suspended, competency.Issued)
	case competency.Lift:
		return d.withRecord(c, competency.Issued, competency.Suspended)
	case competency.Withdraw:
		if err := d.notReplaced(c); err != nil {
			return err
		}
		return d.withRecord(c, competency.Revoked, competency.Issued, competency.Suspended)
	case competency.Replace:
		return d.Enqueue(ReplaceCredential{Tenant: string(d.Tenant()), Credential: string(c.ID)})
	}
	return nil
}

// notReplaced refuses a withdrawal while a newer copy is being made: it would
// be the older one that is withdrawn.
func (d *desk) notReplaced(c competency.Credential) error {
	newest, err := d.NewestOf([]competency.AwardID{c.Award})
	if err == nil && newest[c.Award].ID != c.ID {
		err = competency.Refuse("A newer copy of this credential is being made. Withdraw that one, in a moment.")
	}
	return err
}

// shownAs is what the lists say of a credential in a state: whether the bit of
// the list of revocations is set, and the entry of the list of states.
var shownAs = map[competency.CredentialState]struct {
	revoked bool
	state   status.State
}{
	competency.Issued:     {false, status.Standing},
	competency.Suspended:  {false, status.Suspended},
	competency.Revoked:    {true, status.Standing},
	competency.Superseded: {true, status.Superseded},
}

// withRecord turns a credential into another state, and with a diploma the
// record that holds it, if it is in one of the states before.
func (d *desk) withRecord(c competency.Credential, to competency.CredentialState, from ...competency.CredentialState) error {
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
			if slices.Contains(from, h.State) {
				with = append(with, h.Credential)
			}
		}
	}
	for _, one := range with {
		if err := d.SetState(one.ID, to, from...); err != nil {
			return err
		}
		if err := d.publishStatus(one.ID, to); err != nil {
			return err
		}
	}
	return nil
}

// publishStatus has the lists say that a credential is in a state.
func (d *desk) publishStatus(id competency.CredentialID, is competency.CredentialState) error {
	list, err := d.SetStatus(id, shownAs[is].revoked, uint8(shownAs[is].state))
	if err != nil {
		return err
	}
	if err := d.Enqueue(PublishStatus{Tenant: string(d.Tenant()), List: list}, store.Coalesce()); err != nil {
		return fmt.Errorf("asking for status list %s to be published: %w", list, err)
	}
	return nil
}

// StatusChangeRow is a change of a credential with what it is about.
type StatusChangeRow struct {
	competency.StatusChange
	Name   string // of the achievement
	Holder string
	Opener string
	Zone   string // the issuer's, for dates
	// MayConfirm and MayCancel are what the actor can do about it now.
	MayConfirm, MayCancel bool
}

// maxOpenStatusChanges is how many open changes one page shows.
const maxOpenStatusChanges = 200

// OpenStatusChanges lists the changes that wait for a second person, the
// oldest first, as far as the actor works where the credentials come from.
func (r *Registrar) OpenStatusChanges(ctx context.Context, who competency.Actor) (rows []StatusChangeRow, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewRevocations, competency.Subject{}); err != nil {
			return err
		}
		rows, err = d.openStatusChanges()
		return err
	})
	return rows, err
}

func (d *desk) openStatusChanges() ([]StatusChangeRow, error) {
	open, err := d.StatusChangesIn(competency.ChangeOpen, maxOpenStatusChanges)
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

// describe adds credentials and names to changes, in three queries, and
// leaves out those of places where the actor has no part.
func (d *desk) describe(list []competency.StatusChange) ([]StatusChangeRow, error) {
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
	var rows []StatusChangeRow
	for _, v := range list {
		c := credentials[v.Credential]
		if len(d.who.Staffed[c.Org]) == 0 {
			continue
		}
		on := competency.Subject{Org: c.Org, Owner: c.Person, Before: []competency.PersonID{v.OpenedBy}}
		rows = append(rows, StatusChangeRow{
			StatusChange: v, Name: c.Name, Holder: names[c.Person].Used, Opener: names[v.OpenedBy].Used, Zone: zones[c.Org],
			MayConfirm: competency.Can(d.who, competency.ConfirmRevocation, on),
			MayCancel:  competency.Can(d.who, competency.OpenRevocation, on),
		})
	}
	return rows, nil
}

// waitingStatusChanges is the line of the home page for those who can confirm.
func waitingStatusChanges(d *desk) ([]Waiting, error) {
	if !d.who.Is(competency.Principal, competency.DistrictLead) {
		return nil, nil
	}
	rows, err := d.openStatusChanges()
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
