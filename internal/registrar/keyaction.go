package registrar

import (
	"context"
	"errors"
	"slices"

	"laurel/competency"
	"laurel/credentials/proof"
	"laurel/internal/store"
)

// NewKeyAction asks for something to happen to a signing key.
type NewKeyAction struct {
	Kind competency.KeyActionKind `json:"kind"`
	// Org, Alg and Keeper are of a key to be made; without a keeper it is sealed in the database.
	Org    string               `json:"org"`
	Alg    string               `json:"alg"`
	Keeper competency.KeyKeeper `json:"keeper"`
	// Key is the thumbprint of any other.
	Key string `json:"key"`
	// Reason is why, for the office alone.
	Reason string `json:"reason"`
}

// OpenKeyAction asks for something to happen to a key. Nothing does until a
// second person agrees.
func (r *Registrar) OpenKeyAction(ctx context.Context, who competency.Actor, once Once, in NewKeyAction) (competency.KeyActionID, error) {
	answer, err := r.actOnce(ctx, who, once, competency.OpenKeyAction, func(d *desk) (string, error) {
		a, keys, err := r.keyAction(d, in)
		if err != nil {
			return "", err
		}
		if err := d.may(competency.Subject{ID: keySubject(a), Org: a.Org}); err != nil {
			return "", err
		}
		if a, err = competency.BeginKeyAction(a, signingKeys(keys)); err != nil {
			return "", err
		}
		if a, err = d.AddKeyAction(a); err != nil {
			return "", err
		}
		noteKeyAction(d, a)
		return string(a.ID), nil
	})
	return competency.KeyActionID(answer), err
}

// keyAction reads what is asked for, and the keys of the organisation that it is about.
func (r *Registrar) keyAction(d *desk, in NewKeyAction) (competency.KeyAction, []store.OrgKey, error) {
	a := competency.KeyAction{
		Kind: in.Kind, Org: competency.OrgID(in.Org), Alg: in.Alg, Keeper: in.Keeper, Key: in.Key, Reason: in.Reason,
		OpenedBy: d.who.Person, Opened: d.at,
	}
	if !slices.Contains(competency.KeyActionKinds, a.Kind) {
		return a, nil, competency.Invalid(competency.Field{Pointer: "/kind", Detail: "This is nothing that can happen to a key."})
	}
	if a.Kind != competency.CreateKey {
		k, err := d.Key(a.Key)
		if err != nil {
			return a, nil, err
		}
		a.Org, a.Alg, a.Keeper = k.Org, k.Alg, k.Keeper
	} else if err := r.newKeyFits(&a); err != nil {
		return a, nil, err
	}
	if _, err := d.Org(a.Org); err != nil {
		return a, nil, err
	}
	keys, err := d.Keys(a.Org)
	return a, keys, err
}

// newKeyFits answers ErrInvalid for a key that cannot be made here.
func (r *Registrar) newKeyFits(a *competency.KeyAction) error {
	if !slices.Contains(signingAlgs, proof.Alg(a.Alg)) {
		return competency.Invalid(competency.Field{Pointer: "/alg", Detail: "Choose one of the two kinds of keys."})
	}
	if a.Keeper == "" {
		a.Keeper = competency.EnvelopeKeeper
	}
	if !r.vault.makes(proof.Alg(a.Alg), a.Keeper) {
		return competency.Invalid(competency.Field{
			Pointer: "/keeper", Detail: "A key of this kind cannot be made there: a security module takes keys for tokens alone, and only where this server has one.",
		})
	}
	a.Key = ""
	return nil
}

// keySubject is what the journal names: the key, or the organisation of one to be made.
func keySubject(a competency.KeyAction) string {
	if a.Key != "" {
		return a.Key
	}
	return string(a.Org)
}

func noteKeyAction(d *desk, a competency.KeyAction) {
	d.note("key_action", string(a.ID))
	d.note("kind", string(a.Kind))
	d.note("alg", a.Alg)
	d.note("keeper", string(a.Keeper))
	d.note("state", string(a.State))
	if a.Key != "" {
		d.note("key", a.Key)
	}
	if a.Successor != "" {
		d.note("successor", a.Successor)
	}
}

func signingKeys(keys []store.OrgKey) []competency.SigningKey {
	list := make([]competency.SigningKey, len(keys))
	for i, k := range keys {
		list[i] = k.SigningKey
	}
	return list
}

// ConfirmKeyAction agrees to what another person asked for, and it happens: a
// key is made, put in use in place of the one before it, taken away unused, or
// reported as stolen. Readers learn of it at once. The operator, who is nobody's
// second person but may be anybody's, counts as one person.
func (r *Registrar) ConfirmKeyAction(ctx context.Context, who competency.Actor, id competency.KeyActionID) error {
	var gone []string
	err := r.act(ctx, who, competency.ConfirmKeyAction, func(d *desk) error {
		gone = nil
		a, err := d.KeyAction(id)
		if err != nil {
			return err
		}
		on := competency.Subject{ID: keySubject(a), Org: a.Org}
		if a.OpenedBy != "" {
			on.Before = []competency.PersonID{a.OpenedBy}
		}
		if err := d.may(on); err != nil {
			return err
		}
		keys, err := d.Keys(a.Org)
		if err != nil {
			return err
		}
		if a, err = a.Close(competency.KeyActionConfirmed, who.Person, d.at); err != nil {
			return err
		}
		if err := a.Allowed(signingKeys(keys)); err != nil {
			return err
		}
		if a, gone, err = r.perform(d, a, keys); err != nil {
			return err
		}
		noteKeyAction(d, a)
		return d.CloseKeyAction(a)
	})
	if err != nil {
		return err
	}
	for _, thumbprint := range gone {
		r.vault.forget(thumbprint)
	}
	return r.Publish(ctx)
}

// CancelKeyAction gives up what was asked for and not agreed to yet.
func (r *Registrar) CancelKeyAction(ctx context.Context, who competency.Actor, id competency.KeyActionID) error {
	return r.act(ctx, who, competency.CancelKeyAction, func(d *desk) error {
		a, err := d.KeyAction(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: keySubject(a), Org: a.Org}); err != nil {
			return err
		}
		if a, err = a.Close(competency.KeyActionCancelled, who.Person, d.at); err != nil {
			return err
		}
		noteKeyAction(d, a)
		return d.CloseKeyAction(a)
	})
}

// perform does what two people agreed on. gone are the keys that sign no more.
func (r *Registrar) perform(d *desk, a competency.KeyAction, keys []store.OrgKey) (done competency.KeyAction, gone []string, err error) {
	if a.Kind == competency.CreateKey {
		a.Key, err = r.makeKey(d, a.Org, proof.Alg(a.Alg), a.Keeper, competency.KeyPending)
		return a, nil, err
	}
	i := slices.IndexFunc(keys, func(k store.OrgKey) bool { return k.Thumbprint == a.Key })
	if i < 0 {
		return a, nil, competency.NotFound()
	}
	k := keys[i].SigningKey
	switch a.Kind {
	case competency.ActivateKey:
		gone, err = d.activate(k, keys)
		return a, gone, err
	case competency.RetireKey:
		next := k
		next.State, next.Retired = competency.KeyRetired, d.at
		return a, []string{k.Thumbprint}, d.AgeKey(next, k.State)
	case competency.CompromiseKey:
		a.Successor, err = r.compromise(d, a, k)
		return a, []string{k.Thumbprint}, err
	case competency.CreateKey:
	}
	return a, nil, errors.New("an action that nobody knows")
}

// activate puts a key in use, and retires the one that was.
func (d *desk) activate(k competency.SigningKey, keys []store.OrgKey) (gone []string, err error) {
	for _, old := range keys {
		if old.Alg != k.Alg || old.State != competency.KeyActive {
			continue
		}
		next := old.SigningKey
		next.State, next.Retired = competency.KeyRetired, d.at
		if err := d.AgeKey(next, competency.KeyActive); err != nil {
			return nil, err
		}
		d.note("retired", old.Thumbprint)
		gone = append(gone, old.Thumbprint)
	}
	k.State, k.Activated = competency.KeyActive, d.at
	return gone, d.AgeKey(k, competency.KeyPending)
}

// compromise reports a key as stolen. If it signed until now, a new one takes its
// place, so that nothing has to wait. Everything that rests on it is signed anew.
func (r *Registrar) compromise(d *desk, a competency.KeyAction, k competency.SigningKey) (successor string, err error) {
	next := k
	next.State, next.Compromised = competency.KeyCompromised, d.at
	if err := d.AgeKey(next, k.State); err != nil {
		return "", err
	}
	if k.State == competency.KeyActive {
		// Not the pending one, if there is one: whoever could read this key could read that too.
		// Where its module is out of reach the drill goes on without it.
		keeper := k.Keeper
		if !r.vault.makes(proof.Alg(k.Alg), keeper) {
			keeper = competency.EnvelopeKeeper
		}
		if successor, err = r.makeKey(d, k.Org, proof.Alg(k.Alg), keeper, competency.KeyActive); err != nil {
			return "", err
		}
	}
	lists, err := d.TouchLists(k.Org)
	if err != nil {
		return "", err
	}
	for _, list := range lists {
		if err := d.Enqueue(PublishStatus{Tenant: string(d.Tenant()), List: list}, store.Coalesce()); err != nil {
			return "", err
		}
	}
	if err := d.Enqueue(RenewLists{}, store.Coalesce()); err != nil { // the words for other organisations
		return "", err
	}
	return successor, d.Enqueue(SignAgain{Tenant: string(d.Tenant()), Action: string(a.ID)})
}
