package registrar

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"laurel/competency"
	"laurel/internal/store"
)

// ReplaceCredential is the job that makes the newer copy of a credential.
type ReplaceCredential struct {
	Tenant     string `json:"tenant"`
	Credential string `json:"credential"`
}

// Kind names the job.
func (ReplaceCredential) Kind() string { return "replace_credential" }

// ErrNotReplaced is a credential that was withdrawn while its newer copy was
// made: the copy is never issued.
var ErrNotReplaced = errors.New("the credential does not stand any more and is not replaced")

// ReplaceCredential makes the newer copy of a credential: another document about
// the same award, with the names and the school's data of the day, its own id and
// its own place in the status list. The old one stands until the new one is
// issued, and is superseded in that same transaction. It may be called again
// after an error: what was reserved is finished.
func (r *Registrar) ReplaceCredential(ctx context.Context, who competency.Actor, id competency.CredentialID) (competency.Credential, error) {
	var old competency.Credential
	err := r.Store.Read(ctx, who.Tenant, func(sc *store.Scope) (err error) {
		old, err = sc.Credential(id)
		return err
	})
	if err != nil {
		return old, err
	}
	b := &issuance{r: r, who: who, awards: []competency.AwardID{old.Award}, replacing: id}
	if err := b.run(ctx); err != nil {
		return old, fmt.Errorf("replacing credential %s: %w", id, err)
	}
	return b.credentials()[0], nil
}

// supersede turns the credentials before those that were issued just now: from
// this transaction on they are replaced.
func (b *issuance) supersede(d *desk, saved []competency.CredentialID) error {
	for _, held := range b.newest {
		if held.Generation == 1 || !slices.Contains(saved, held.ID) {
			continue
		}
		old, err := d.CredentialOf(held.Award, held.Generation-1)
		if err != nil {
			return err
		}
		if !old.State.Stands() {
			return fmt.Errorf("credential %s: %w", old.ID, ErrNotReplaced)
		}
		if err := d.SetReplaced(old.ID, held.ID); err != nil {
			return err
		}
		if err := d.publishStatus(old.ID, competency.Superseded); err != nil {
			return err
		}
		b.replaced = old.Page
		d.note("replaced", string(old.ID))
	}
	return nil
}

// newerRecord asks for a newer copy of the records that hold a diploma of which
// there is a newer copy now.
func (d *desk) newerRecord(records []competency.AwardID) error {
	held, err := d.NewestOf(records)
	if err != nil {
		return err
	}
	for _, h := range held {
		if h.State.Stands() {
			if err := d.Enqueue(ReplaceCredential{Tenant: string(d.Tenant()), Credential: string(h.ID)}); err != nil {
				return err
			}
		}
	}
	return nil
}
