package registrar

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"laurel/competency"
	"laurel/credentials/proof"
	"laurel/internal/store"
)

// Fits answers an error where the database belongs to other settings than
// these: its signing keys do not open with this key-encryption key, or what was
// signed names issuers at another public address. Both would go unnoticed until
// the first document, and then leave keys or credentials that nobody can use.
func (r *Registrar) Fits(ctx context.Context) error {
	return r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		every, err := tx.EveryOrg()
		if err != nil {
			return err
		}
		orgs := map[competency.OrgID]competency.Org{}
		for _, o := range every {
			orgs[o.ID] = o
		}
		if err := r.opensKeys(tx, orgs); err != nil {
			return err
		}
		if err := r.missesKeys(ctx, tx); err != nil {
			return err
		}
		return r.keepsIdentity(tx, orgs)
	})
}

// opensKeys opens the oldest signing key in the database; all are sealed with one key-encryption key.
func (r *Registrar) opensKeys(tx *store.Tx, orgs map[competency.OrgID]competency.Org) error {
	every, err := tx.EveryKey()
	i := slices.IndexFunc(every, func(k store.OrgKey) bool { return k.Keeper == competency.EnvelopeKeeper })
	if err != nil || i < 0 {
		return err
	}
	oldest := every[i]
	sc, err := tx.Scope(orgs[oldest.Org].Tenant)
	if err != nil {
		return err
	}
	keys, err := sc.Keys(oldest.Org)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if k.Thumbprint != oldest.Thumbprint {
			continue
		}
		if _, err := r.vault.private(k); err != nil {
			return errors.New("the key-encryption key is not the one that this database's signing keys were sealed with: " +
				"put the right file in place, or name it by LAUREL_KEY_FILE (--key-file)")
		}
	}
	return nil
}

// missesKeys warns of keys in use that this server cannot sign with, since they
// are in a security module out of reach. What they signed is served and verified all the same.
func (r *Registrar) missesKeys(ctx context.Context, tx *store.Tx) error {
	every, err := tx.EveryKey()
	for _, k := range every {
		if k.Keeper != competency.ModuleKeeper || k.State != competency.KeyActive {
			continue
		}
		if _, err := r.vault.private(k); err != nil {
			r.Log.WarnContext(ctx, "nothing can be signed with a key in use", slog.String("key", k.Thumbprint), slog.Any("error", err))
		}
	}
	return err
}

// keepsIdentity compares the issuers of the signed status lists, which every
// credential depends on, with what they are called at this public address.
func (r *Registrar) keepsIdentity(tx *store.Tx, orgs map[competency.OrgID]competency.Org) error {
	lists, err := tx.EveryList(time.Time{})
	if err != nil {
		return err
	}
	for _, l := range lists {
		if l.Token == "" {
			continue
		}
		_, head, err := proof.ParseJWT([]byte(l.Token))
		if err != nil {
			return fmt.Errorf("reading status list %s: %w", l.ID, err)
		}
		was, _, _ := strings.Cut(head.KeyID, "#")
		if is := r.did(orgs[l.Org]); was != is {
			return fmt.Errorf("this database has signed as %s, but at %s the same issuer would be %s: "+
				"start with the public address that was chosen at first (--public-url)", was, r.PublicURL, is)
		}
	}
	return nil
}
