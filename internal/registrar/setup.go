package registrar

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"laurel/competency"
	"laurel/internal/auth"
	"laurel/internal/store"
)

// FirstRun is what a new operator says to begin: the organisation at the root
// of custody, its first school where it is a district, and the administrator.
type FirstRun struct {
	Kind      competency.OrgKind `json:"kind"`
	Name      string             `json:"name"`
	Slug      string             `json:"slug"`
	Zone      string             `json:"zone"`
	Locality  string             `json:"locality"`
	Website   string             `json:"website"`
	AdminName string             `json:"admin_name"`
	Login     string             `json:"login"`
	Password  string             `json:"password"`
	// Parent is the short name of the organisation above, in a tenant of its own:
	// a district's state. Only the operator's command sets it.
	Parent string `json:"-"`
	// Starter loads the starter framework with its rubrics and policy.
	Starter bool `json:"starter"`
	// Policy is a graduation policy (YAML or JSON) to adopt instead of the starter's.
	Policy string `json:"policy"`
	// Board and AdoptedOn say who adopted the policy, and when ("2006-01-02").
	Board     string `json:"board"`
	AdoptedOn string `json:"adopted_on"`
}

// Validate answers what is wrong with the shape.
func (f FirstRun) Validate() []competency.Field {
	bad := f.org().Check()
	if n := utf8.RuneCountInString(strings.TrimSpace(f.AdminName)); n < 1 || n > 200 {
		bad = append(bad, competency.Field{Pointer: "/admin_name", Detail: "Give the administrator's name."})
	}
	if n := len(strings.TrimSpace(f.Login)); n < 3 || n > 200 {
		bad = append(bad, competency.Field{Pointer: "/login", Detail: "Give a sign-in name of at least 3 characters, such as an e-mail address."})
	}
	if weak := auth.Weak(f.Password, f.Login); weak != "" {
		bad = append(bad, competency.Field{Pointer: "/password", Detail: weak})
	}
	return bad
}

func (f FirstRun) org() competency.Org {
	return competency.Org{
		Kind: f.Kind, Name: strings.TrimSpace(f.Name), Slug: strings.TrimSpace(f.Slug), Zone: strings.TrimSpace(f.Zone),
		Locality: strings.TrimSpace(f.Locality), Website: strings.TrimSpace(f.Website),
	}
}

// IsNew reports whether nobody has an account yet: the first-run page is open
// then, and closed for ever after.
func (r *Registrar) IsNew(ctx context.Context) (fresh bool, err error) {
	if r.settled.Load() {
		return false, nil
	}
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		any, err := tx.AnyAccount()
		fresh = !any
		return err
	})
	r.settled.Store(err == nil && !fresh)
	return fresh, err
}

// Begin makes the first organisation with its keys, its administrator and, if
// asked, framework, rubrics and policy, all or nothing. ErrConflict when there
// is an account already; ErrInvalid names fields.
func (r *Registrar) Begin(ctx context.Context, f FirstRun) error {
	if bad := f.Validate(); len(bad) > 0 {
		return competency.Invalid(bad...)
	}
	return r.found(ctx, f, true)
}

// Found adds another root of custody beside those there are, with an
// administrator of its own: the operator's act, from the command line.
func (r *Registrar) Found(ctx context.Context, f FirstRun) error {
	if bad := f.Validate(); len(bad) > 0 {
		return competency.Invalid(bad...)
	}
	return r.found(ctx, f, false)
}

func (r *Registrar) found(ctx context.Context, f FirstRun, first bool) error {
	hash, err := r.Passwords.Hash(r.Rand, f.Password)
	if err != nil {
		return err
	}
	err = r.Store.InAll(ctx, func(tx *store.Tx) error {
		if any, err := tx.AnyAccount(); err != nil || any && first {
			if err == nil {
				err = competency.Refuse("Laurel has been set up already. Please sign in.")
			}
			return err
		}
		account, err := tx.AddAccount(f.Login, hash)
		if err != nil {
			return err
		}
		return r.foundTenant(ctx, tx, f, account)
	})
	if err != nil {
		return err
	}
	return r.Publish(ctx)
}

// foundTenant makes the root organisation and what belongs to it.
func (r *Registrar) foundTenant(ctx context.Context, tx *store.Tx, f FirstRun, account competency.Account) error {
	org := f.org()
	org.ID = competency.OrgID(tx.ID())
	if f.Parent != "" {
		above, err := tx.OrgBySlug(f.Parent)
		if errors.Is(err, competency.ErrNotFound) {
			return competency.Invalid(competency.Field{Pointer: "/parent", Detail: "There is no organisation with this short name."})
		}
		if err != nil {
			return err
		}
		org.Parent = above.ID
	}
	sc, err := tx.Scope(org.ID)
	if err != nil {
		return err
	}
	if org, err = sc.AddOrg(org); err != nil {
		return err
	}
	admin, err := sc.AddPerson(competency.Person{Legal: strings.TrimSpace(f.AdminName), Account: account.ID})
	if err != nil {
		return err
	}
	staffing := competency.Staffing{Person: admin.ID, Org: org.ID, Role: competency.OrgAdmin, From: sc.Now()}
	if err := sc.AddStaffing(staffing); err != nil {
		return err
	}
	who := competency.Actor{Account: account.ID, Person: admin.ID, Tenant: org.ID, System: true}
	d := &desk{Scope: sc, ctx: ctx, who: who, act: competency.ManageOrganisation, at: sc.Now()}
	if err := r.ensureKeys(d, org.ID); err != nil {
		return err
	}
	if err := sc.Journal(store.Entry{Actor: admin.ID, Account: account.ID, Act: string(competency.ManageOrganisation), Subject: string(org.ID)}); err != nil {
		return err
	}
	if org.Parent != "" {
		if err := r.vouchFromAbove(ctx, tx, org); err != nil {
			return err
		}
	}
	if f.Starter || f.Policy != "" {
		return r.installStarter(d, org, starterOptions{Policy: f.Policy, Board: f.Board, AdoptedOn: f.AdoptedOn})
	}
	return nil
}

// vouchFromAbove enters a new root into the registry in the name of the
// organisation above, in whose journal it stands: the operator, who keeps both,
// says so.
func (r *Registrar) vouchFromAbove(ctx context.Context, tx *store.Tx, org competency.Org) error {
	above, err := tx.OrgAnywhere(org.Parent)
	if err != nil {
		return err
	}
	sc, err := tx.Scope(above.Tenant)
	if err != nil {
		return err
	}
	d := &desk{Scope: sc, ctx: ctx, who: System(above.Tenant), act: competency.ManageOrganisation, at: sc.Now()}
	if err := r.vouch(d, above, org); err != nil {
		return err
	}
	return sc.Journal(store.Entry{Act: string(competency.ManageOrganisation), Subject: string(org.ID), Detail: d.detail})
}
