package registrar

import (
	"context"
	"slices"
	"strings"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// NewCredentialUse is what a school says that a credential counts as.
type NewCredentialUse struct {
	School  string `json:"school"`
	Matches string `json:"matches" enum:"achievement,type"`
	Value   string `json:"value"`
	Issuer  string `json:"issuer" required:"false"`
	Gives   string `json:"gives" enum:"record,seal"`
	Name    string `json:"name"`
}

// StateUse says that credentials of elsewhere count as a record or a seal of
// the policy, at a school or, at the root, everywhere in the tenant.
func (r *Registrar) StateUse(ctx context.Context, who competency.Actor, in NewCredentialUse) error {
	return r.act(ctx, who, competency.StateOutsideUse, func(d *desk) error {
		u := competency.CredentialUse{
			School: competency.OrgID(in.School), Matches: in.Matches, Value: strings.TrimSpace(in.Value), Issuer: strings.TrimSpace(in.Issuer),
			Gives: in.Gives, Name: strings.TrimSpace(in.Name), StatedBy: who.Person, Since: d.Now(),
		}
		if err := d.may(competency.Subject{ID: in.School, Org: u.School}); err != nil {
			return err
		}
		if bad := u.Check(); len(bad) > 0 {
			return competency.Invalid(bad...)
		}
		d.note("gives", u.Gives+"/"+u.Name)
		return d.AddCredentialUse(u)
	})
}

// EndUse ends what a school said.
func (r *Registrar) EndUse(ctx context.Context, who competency.Actor, id string) error {
	return r.act(ctx, who, competency.StateOutsideUse, func(d *desk) error {
		uses, err := d.CredentialUses()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(uses, func(u competency.CredentialUse) bool { return u.ID == id })
		if i < 0 {
			d.checked = true
			return competency.NotFound()
		}
		if err := d.may(competency.Subject{ID: id, Org: uses[i].School}); err != nil {
			return err
		}
		return d.EndCredentialUse(id)
	})
}

// CredentialUses answers what the schools of the tenant say that credentials of
// elsewhere count as, and at which the actor may say so.
func (r *Registrar) CredentialUses(ctx context.Context, who competency.Actor) (uses []competency.CredentialUse, places []competency.Org, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewPolicy, competency.Subject{}); err != nil {
			return err
		}
		if uses, err = d.CredentialUses(); err != nil {
			return err
		}
		orgs, err := d.Orgs()
		places = nil
		for _, o := range orgs {
			if competency.Can(who, competency.StateOutsideUse, competency.Subject{Org: o.ID}) {
				places = append(places, o)
			}
		}
		return err
	})
	return uses, places, err
}

// addOutsideFacts lets credentials of elsewhere count as what the schools say.
// One that is not accepted yet waits for whoever has to speak.
func addOutsideFacts(sc *store.Scope, learners []competency.PersonID, all map[competency.PersonID]policy.Facts) error {
	found, err := sc.OutsideFactsOf(learners)
	for _, o := range found {
		f := all[o.Learner]
		accepted := o.State == competency.OutsideAccepted
		switch {
		case o.Gives == "seal" && accepted && !slices.Contains(f.Seals, o.Name):
			f.Seals = append(f.Seals, o.Name)
		case o.Gives == "record":
			record := policy.RecordFact{Kind: o.Name, Current: true}
			if !accepted {
				record.Waits = o.IssuerName
			}
			f.Records = append(f.Records, record)
		}
		all[o.Learner] = f
	}
	return err
}
