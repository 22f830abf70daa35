package registrar

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"laurel/competency"
	"laurel/internal/auth"
	"laurel/internal/store"
)

// Session is what the server keeps of a signed-in browser, apart from its token.
type Session struct {
	Account competency.AccountID
	Epoch   int
	Tenant  competency.OrgID
	// Authenticated is when the password was last typed.
	Authenticated time.Time
	// Seen is when the session was last used, give or take a minute.
	Seen time.Time
}

// Membership is one tenant in which an account stands for a person.
type Membership struct {
	Tenant competency.OrgID
	Person competency.PersonID
	Name   string // the tenant's
}

// errSignIn never says whether the name or the password was wrong.
var errSignIn error = &competency.Error{
	Kind:   competency.ErrUnauthenticated,
	Detail: "This sign-in name and password do not belong together. Nothing was changed; please try again.",
}

var errTries error = &competency.Error{
	Kind:   competency.ErrRateLimited,
	Detail: "Too many tries for this sign-in name. Please wait a quarter of an hour.",
}

// SignIn is SignInFrom nowhere in particular.
func (r *Registrar) SignIn(ctx context.Context, login, password string) (Session, error) {
	return r.SignInFrom(ctx, "", login, password)
}

// SignInFrom answers a session for a sign-in name and its password, typed at a
// network address. Wrong pairs answer ErrUnauthenticated, too many of them
// ErrRateLimited.
func (r *Registrar) SignInFrom(ctx context.Context, from, login, password string) (Session, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if !r.attempts.allow(login, from) {
		return Session{}, errTries
	}
	var account competency.Account
	var at []Membership
	var home competency.OrgID
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) (err error) {
		if account, err = tx.AccountByLogin(login); err != nil {
			return err
		}
		if at, err = memberships(tx, account.ID); err != nil {
			return err
		}
		home, err = homeTenant(tx, account.ID, at)
		return err
	})
	if errors.Is(err, competency.ErrNotFound) {
		// As much work as for a known name, so that time does not tell.
		_ = auth.Check(r.Passwords.Decoy(), password)
		return Session{}, errSignIn
	}
	if err != nil {
		return Session{}, err
	}
	if err := auth.Check(account.PasswordHash, password); err != nil {
		if errors.Is(err, auth.ErrMismatch) {
			r.Log.WarnContext(ctx, "a password was wrong", slog.String("account", string(account.ID)))
			return Session{}, errSignIn
		}
		return Session{}, err
	}
	r.attempts.forgive(login, from)
	now := r.Now().UTC()
	s := Session{Account: account.ID, Epoch: account.Epoch, Tenant: home, Authenticated: now, Seen: now}
	return s, r.journalSignIn(ctx, s)
}

// homeTenant is where a session begins: the first tenant in which the account's
// person works or learns, or else the first at all.
func homeTenant(tx *store.Tx, account competency.AccountID, at []Membership) (competency.OrgID, error) {
	for _, m := range at {
		sc, err := tx.Scope(m.Tenant)
		if err != nil {
			return "", err
		}
		who, err := sc.ActorOf(account)
		if err != nil {
			return "", err
		}
		if len(who.Staffed) > 0 || len(who.Schools) > 0 {
			return m.Tenant, nil
		}
	}
	if len(at) == 0 {
		return "", competency.NotFound()
	}
	return at[0].Tenant, nil
}

func (r *Registrar) journalSignIn(ctx context.Context, s Session) error {
	who, err := r.Actor(ctx, s)
	if err != nil {
		return err
	}
	return r.act(ctx, who, competency.SignIn, func(d *desk) error {
		return d.may(competency.Subject{ID: string(who.Account), Owner: who.Person})
	})
}

// Actor answers who a session stands for, with the roles held now. A session
// that was ended everywhere, or whose person is gone, answers ErrUnauthenticated.
func (r *Registrar) Actor(ctx context.Context, s Session) (competency.Actor, error) {
	var who competency.Actor
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		account, err := tx.Account(s.Account)
		if err != nil {
			return err
		}
		if account.Epoch != s.Epoch {
			return competency.NotFound()
		}
		sc, err := tx.Scope(s.Tenant)
		if err != nil {
			return competency.NotFound()
		}
		who, err = sc.ActorOf(s.Account)
		return err
	})
	if errors.Is(err, competency.ErrNotFound) {
		return competency.Actor{}, &competency.Error{Kind: competency.ErrUnauthenticated, Detail: "This session has ended. Please sign in again."}
	}
	who.Authenticated = s.Authenticated
	return who, err
}

// Memberships lists where the actor's account stands for a person, the oldest first.
func (r *Registrar) Memberships(ctx context.Context, who competency.Actor) (list []Membership, err error) {
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		list, err = memberships(tx, who.Account)
		return err
	})
	return list, err
}

func memberships(tx *store.Tx, account competency.AccountID) ([]Membership, error) {
	rows, err := tx.Memberships(account)
	if err != nil {
		return nil, err
	}
	list := make([]Membership, len(rows))
	for i, m := range rows {
		list[i] = Membership{Tenant: m.Tenant, Person: m.Person, Name: m.Name}
	}
	return list, nil
}

// SignOutEverywhere ends every session of the actor's account.
func (r *Registrar) SignOutEverywhere(ctx context.Context, who competency.Actor) error {
	return r.act(ctx, who, competency.ManageAccount, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(who.Account), Owner: who.Person}); err != nil {
			return err
		}
		return d.BumpEpoch(who.Account)
	})
}

// ChangePassword sets a new password after checking the present one, and ends
// every session of the account. Hashes are made outside the transaction: they
// take their time, and there may be one writer.
func (r *Registrar) ChangePassword(ctx context.Context, who competency.Actor, present, next string) error {
	own := competency.Subject{ID: string(who.Account), Owner: who.Person}
	var before competency.Account
	if err := r.look(ctx, who, func(d *desk) (err error) {
		if err := d.see(competency.ManageAccount, own); err != nil {
			return err
		}
		before, err = d.Account(who.Account)
		return err
	}); err != nil {
		return err
	}
	// Whoever holds a session may guess no more than a stranger.
	if !r.attempts.allow(before.Login, "") {
		return errTries
	}
	if err := auth.Check(before.PasswordHash, present); err != nil {
		if errors.Is(err, auth.ErrMismatch) {
			return competency.Invalid(competency.Field{Pointer: "/present", Detail: "This is not your present password."})
		}
		return err
	}
	r.attempts.forgive(before.Login, "")
	if weak := auth.Weak(next, before.Login); weak != "" {
		return competency.Invalid(competency.Field{Pointer: "/next", Detail: weak})
	}
	hash, err := r.Passwords.Hash(r.Rand, next)
	if err != nil {
		return err
	}
	return r.act(ctx, who, competency.ManageAccount, func(d *desk) error {
		if err := d.may(own); err != nil {
			return err
		}
		account, err := d.Account(who.Account)
		if err != nil {
			return err
		}
		if account.PasswordHash != before.PasswordHash {
			return competency.Refuse("The password was changed at the same time elsewhere. Nothing was changed.")
		}
		d.note("change", "password")
		if err := d.SetPassword(who.Account, hash); err != nil {
			return err
		}
		return d.BumpEpoch(who.Account)
	})
}
