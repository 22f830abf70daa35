package registrar

import (
	"context"
	"slices"

	"laurel/competency"
	"laurel/credentials/proof"
	"laurel/internal/store"
)

// KeyRow is a signing key with what it did and what may happen to it.
type KeyRow struct {
	competency.SigningKey
	// Signed is how many credentials it signed, InForce how many rest on it now,
	// and Again how many of those of a compromised key were signed anew.
	Signed, InForce, Again int64
	// Ended is how many of those that rest on a compromised key stay as they are, since their time is over.
	Ended int64
	// Acts are what the actor may ask for now; none while something is asked for.
	Acts []competency.KeyActionKind
}

// Left is how many documents of a compromised key are still to be signed anew.
func (k KeyRow) Left() int64 { return max(k.InForce-k.Ended, 0) }

// KeyActionRow is a key action with the people in it.
type KeyActionRow struct {
	competency.KeyAction
	// Opener and Closer are empty where the operator acted.
	Opener, Closer        string
	Own                   bool // the actor asked for it
	MayConfirm, MayCancel bool
}

// OrgKeys are the keys of an organisation, the newest first.
type OrgKeys struct {
	competency.Org
	Keys []KeyRow
	// Waiting are what waits for a second person, Past what was decided, the newest first.
	Waiting, Past []KeyActionRow
	// MayMake are the kinds of keys for which the actor may ask for a new one.
	MayMake []NewKey
}

// NewKey is a kind of key that can be made, and what keeps it.
type NewKey struct {
	Alg    string
	Keeper competency.KeyKeeper
}

// maxKeyActions is how much of the past one page shows.
const maxKeyActions = 200

// KeyDesk answers the keys of the organisations where the actor has to do with them.
func (r *Registrar) KeyDesk(ctx context.Context, who competency.Actor) (list []OrgKeys, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewKeys, competency.Subject{}); err != nil {
			return err
		}
		list, err = r.keyDesk(d)
		return err
	})
	return list, err
}

// KeyOf answers one key, with what was decided about it, and its organisation.
func (r *Registrar) KeyOf(ctx context.Context, who competency.Actor, thumbprint string) (k KeyRow, org OrgKeys, err error) {
	all, err := r.KeyDesk(ctx, who)
	if err != nil {
		return k, org, err
	}
	for _, o := range all {
		i := slices.IndexFunc(o.Keys, func(k KeyRow) bool { return k.Thumbprint == thumbprint })
		if i < 0 {
			continue
		}
		others := func(a KeyActionRow) bool { return a.Key != thumbprint && a.Successor != thumbprint }
		o.Waiting, o.Past = slices.DeleteFunc(o.Waiting, others), slices.DeleteFunc(o.Past, others)
		return o.Keys[i], o, nil
	}
	return k, org, competency.NotFound()
}

func (r *Registrar) keyDesk(d *desk) ([]OrgKeys, error) {
	orgs, err := d.Orgs()
	if err != nil {
		return nil, err
	}
	keys, err := publicKeys(d.Scope)
	if err != nil {
		return nil, err
	}
	uses, err := d.KeyUses()
	if err != nil {
		return nil, err
	}
	actions, err := d.keyActions()
	if err != nil {
		return nil, err
	}
	var list []OrgKeys
	for _, o := range orgs {
		if !competency.Can(d.who, competency.CancelKeyAction, competency.Subject{Org: o.ID}) {
			continue
		}
		desk := OrgKeys{Org: o}
		for _, a := range actions[o.ID] {
			if a.State == competency.KeyActionOpen {
				desk.Waiting = append(desk.Waiting, a)
			} else {
				desk.Past = append(desk.Past, a)
			}
		}
		desk.fill(d.who, keys[o.ID], uses, r.vault.makes)
		if err := d.signedAgain(&desk); err != nil {
			return nil, err
		}
		list = append(list, desk)
	}
	return list, nil
}

// fill adds the keys, and what the actor may ask for; makes tells which keepers make keys of an algorithm.
func (o *OrgKeys) fill(
	who competency.Actor, keys []competency.SigningKey, uses map[string]store.KeyUse, makes func(proof.Alg, competency.KeyKeeper) bool,
) {
	may := competency.Can(who, competency.OpenKeyAction, competency.Subject{Org: o.ID})
	allowed := func(kind competency.KeyActionKind, alg, key string) bool {
		asked := slices.ContainsFunc(o.Waiting, func(a KeyActionRow) bool { return a.Alg == alg && a.Key == key })
		return may && !asked && competency.KeyAction{Kind: kind, Alg: alg, Key: key}.Allowed(keys) == nil
	}
	for _, k := range slices.Backward(keys) {
		row := KeyRow{SigningKey: k, Signed: uses[k.Thumbprint].Signed, InForce: uses[k.Thumbprint].InForce}
		for _, kind := range competency.KeyActionKinds {
			if kind != competency.CreateKey && allowed(kind, k.Alg, k.Thumbprint) {
				row.Acts = append(row.Acts, kind)
			}
		}
		o.Keys = append(o.Keys, row)
	}
	for _, alg := range signingAlgs {
		if !allowed(competency.CreateKey, string(alg), "") {
			continue
		}
		for _, keeper := range competency.KeyKeepers {
			if makes(alg, keeper) {
				o.MayMake = append(o.MayMake, NewKey{string(alg), keeper})
			}
		}
	}
}

// signedAgain counts what was signed anew for each compromised key.
func (d *desk) signedAgain(o *OrgKeys) error {
	reports := map[string]competency.KeyActionID{}
	var ids []competency.KeyActionID
	for _, a := range o.Past {
		if a.Kind == competency.CompromiseKey && a.State == competency.KeyActionConfirmed {
			reports[a.Key] = a.ID
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	counts, err := d.EditionsFor(ids)
	if err != nil {
		return err
	}
	var resting []string
	for i, k := range o.Keys {
		o.Keys[i].Again = counts[reports[k.Thumbprint]]
		if k.State == competency.KeyCompromised && k.InForce > 0 {
			resting = append(resting, k.Thumbprint)
		}
	}
	if len(resting) == 0 {
		return nil
	}
	ended, err := d.EndedUnder(resting, d.at)
	for i, k := range o.Keys {
		o.Keys[i].Ended = ended[k.Thumbprint]
	}
	return err
}

// keyActions are the tenant's key actions with names, by organisation, the newest first.
func (d *desk) keyActions() (map[competency.OrgID][]KeyActionRow, error) {
	list, err := d.KeyActions("", maxKeyActions)
	if err != nil {
		return nil, err
	}
	var people []competency.PersonID
	for _, a := range list {
		people = append(people, a.OpenedBy, a.ClosedBy)
	}
	names, err := d.PeopleByID(people)
	if err != nil {
		return nil, err
	}
	rows := map[competency.OrgID][]KeyActionRow{}
	for _, a := range list {
		row := KeyActionRow{KeyAction: a, Opener: names[a.OpenedBy].Used, Closer: names[a.ClosedBy].Used}
		if a.State == competency.KeyActionOpen {
			on := competency.Subject{Org: a.Org}
			row.MayCancel = competency.Can(d.who, competency.CancelKeyAction, on)
			if a.OpenedBy != "" {
				on.Before = []competency.PersonID{a.OpenedBy}
			}
			row.Own = a.OpenedBy == d.who.Person
			row.MayConfirm = competency.Can(d.who, competency.ConfirmKeyAction, on)
		}
		rows[a.Org] = append(rows[a.Org], row)
	}
	return rows, nil
}

// waitingKeys is the line of the home page for those who can agree.
func waitingKeys(d *desk) ([]Waiting, error) {
	if !d.who.Is(competency.OrgAdmin, competency.Principal, competency.DistrictLead) {
		return nil, nil
	}
	open, err := d.OpenKeyActions()
	if err != nil {
		return nil, err
	}
	w := Waiting{Kind: "keys", Href: "/signing-keys"}
	for _, a := range open {
		if !competency.Can(d.who, competency.ConfirmKeyAction, competency.Subject{Org: a.Org, Before: []competency.PersonID{a.OpenedBy}}) {
			continue
		}
		if w.Count == 0 {
			w.Oldest = a.Opened
		}
		w.Count++
	}
	if w.Count == 0 {
		return nil, nil
	}
	return []Waiting{w}, nil
}
