package registrar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"laurel/competency"
	"laurel/credentials"
	"laurel/credentials/issue"
	"laurel/credentials/proof"
	"laurel/internal/store"
	"laurel/verifier"
)

// Lifetimes of a signed word.
const (
	// endorsementLife is how long it is good for.
	endorsementLife = 365 * 24 * time.Hour
	// endorsementRenewal is how long before its end it is signed again.
	endorsementRenewal = 60 * 24 * time.Hour
)

// Vouch enters an organisation into the registry: its parent says that it is
// what it says, and signs it. Who asks administers the parent, which is in the
// actor's tenant; a state vouches for a district that is its own tenant. What is
// vouched for already stays.
func (r *Registrar) Vouch(ctx context.Context, who competency.Actor, org competency.OrgID) error {
	err := r.vouching(ctx, who, org, r.vouch)
	if err != nil && !errors.Is(err, competency.ErrConflict) {
		return err
	}
	return r.Publish(ctx)
}

// EndVouching ends the word of its parent for an organisation. What was issued
// until now stays recognised. Who asks is as for [Registrar.Vouch]; ErrNotFound
// if nobody vouches.
func (r *Registrar) EndVouching(ctx context.Context, who competency.Actor, org competency.OrgID) error {
	err := r.vouching(ctx, who, org, func(d *desk, by, org competency.Org) error {
		d.note("ended_by", string(by.ID))
		return d.EndVouching(org.ID, by.ID, d.at)
	})
	if err != nil {
		return err
	}
	return r.Publish(ctx)
}

// vouching does something to the word of its parent for an organisation.
func (r *Registrar) vouching(ctx context.Context, who competency.Actor, org competency.OrgID,
	do func(d *desk, by, org competency.Org) error,
) error {
	return r.act(ctx, who, competency.ManageOrganisation, func(d *desk) error {
		o, err := d.OrgAnywhere(org)
		if err != nil {
			return err
		}
		by, err := d.Org(o.Parent)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(org), Org: by.ID}); err != nil {
			return err
		}
		return do(d, by, o)
	})
}

// VouchFor is Vouch and EndVouching for the operator, who names organisations by
// their short names: the parent's word for org, begun or ended.
func (r *Registrar) VouchFor(ctx context.Context, slug string, end bool) error {
	var org, by competency.Org
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) (err error) {
		if org, err = tx.OrgBySlug(slug); err != nil {
			return err
		}
		by, err = tx.OrgAnywhere(org.Parent)
		return err
	})
	switch {
	case errors.Is(err, competency.ErrNotFound) && org.ID == "":
		return competency.Refuse("There is no organisation with this short name.")
	case errors.Is(err, competency.ErrNotFound):
		return competency.Refuse("This organisation has none above it that could vouch for it.")
	case err != nil:
		return err
	}
	if end {
		return r.EndVouching(ctx, System(by.Tenant), org.ID)
	}
	return r.Vouch(ctx, System(by.Tenant), org.ID)
}

// vouch enters an organisation into the registry, for all types of
// achievements, with the signed word of by. It belongs into the act that adds a
// school to a district.
//
// Entry and signature stand or fall together in one transaction: an endorsement
// takes no number and no place in a list, and one that was signed and not stored
// has never left the process, so that nothing needs to be reserved before.
func (r *Registrar) vouch(d *desk, by, org competency.Org) error {
	d.note("vouched_by", string(by.ID))
	e, err := d.AddVouching(store.RegistryEntry{Org: org.ID, By: by.ID, From: d.at})
	if err != nil {
		return err
	}
	return r.endorse(d, e, by, org)
}

// endorse signs the word of by for org in both forms, checks it as a reader
// would, and keeps it.
func (r *Registrar) endorse(d *desk, e store.RegistryEntry, by, org competency.Org) error {
	word := store.Endorsement{Entry: e.ID}
	if e.Endorsement != nil {
		word = *e.Endorsement
	}
	if word.Document == "" {
		var err error
		if word.Document, err = r.newURN(); err != nil {
			return err
		}
	}
	keys, err := d.Keys(by.ID)
	if err != nil {
		return err
	}
	token, tokenKey, err := r.signer(keys, by, proof.ES256)
	if err != nil {
		return err
	}
	embedded, embeddedKey, err := r.signer(keys, by, proof.EdDSA)
	if err != nil {
		return err
	}
	check, err := r.strangersCheck(by, keys)
	if err != nil {
		return err
	}
	issuer := issue.New(r.Now, issue.Keys{JWT: token, Embedded: embedded}, check)
	word.Signed, word.ValidUntil = d.at, d.at.Add(endorsementLife).Truncate(time.Second)
	draft, err := issuer.PrepareEndorsement(r.endorsement(e, word, by, org))
	if err != nil {
		return err
	}
	signed, err := issuer.Sign(d.ctx, draft)
	if err != nil {
		return err
	}
	if word.Embedded, err = issue.Document(signed.Payload, signed.Proof); err != nil {
		return err
	}
	word.Token, word.TokenKey, word.EmbeddedKey = signed.JWT.String(), tokenKey.Thumbprint, embeddedKey.Thumbprint
	d.note("endorsement", word.Document)
	return d.SaveEndorsement(word)
}

// endorsement is the document (OB 3.0 data model, EndorsementCredential). Its
// awardedDate is the day since which by vouches, which a renewal keeps.
func (r *Registrar) endorsement(e store.RegistryEntry, word store.Endorsement, by, org competency.Org) credentials.Endorsement {
	return credentials.Endorsement{
		ID: word.Document, Name: "Recognised: " + org.Name, Issuer: r.profile(by),
		ValidFrom: word.Signed.Truncate(time.Second), ValidUntil: word.ValidUntil, AwardedDate: e.From.Truncate(time.Second),
		Subject: credentials.Endorsed{ID: r.did(org), Comment: by.Name + " vouches for " + org.Name + " as a " + string(org.Kind) + "."},
	}
}

// strangersCheck holds a document of an organisation against the verifier, with
// the organisation's keys as they are stored: what is published may not know
// them yet (security rule 10).
func (r *Registrar) strangersCheck(o competency.Org, keys []store.OrgKey) (func(context.Context, []byte) error, error) {
	ring, err := r.keyring(o, keys)
	if err != nil {
		return nil, err
	}
	doc, err := ring.document(r.did(o))
	if err != nil {
		return nil, err
	}
	held := &verifier.Bundle{DIDs: map[string]json.RawMessage{r.did(o): doc}, Keys: ring.times}
	v := verifier.New(verifier.Options{Now: r.Now, Keys: held})
	return func(ctx context.Context, document []byte) error { return standsBy(ctx, v, document) }, nil
}

// RenewEndorsements signs every lasting word that is missing, ends soon, was
// signed with a key that is out of use, or names organisations as they are no
// longer called, and publishes them.
func (r *Registrar) RenewEndorsements(ctx context.Context) error {
	var s publishable
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) error { return s.read(tx, r.Now()) })
	if err != nil {
		return fmt.Errorf("looking for endorsements to sign: %w", err)
	}
	orgs, active := map[competency.OrgID]competency.Org{}, map[string]bool{}
	for _, o := range s.orgs {
		orgs[o.ID] = o
	}
	for _, k := range s.keys {
		active[k.Thumbprint] = k.State == competency.KeyActive
	}
	var all error
	signed := 0
	for _, e := range s.vouched {
		by, org := orgs[e.By], orgs[e.Org]
		if !r.due(e, by, org, active) {
			continue
		}
		err := r.act(ctx, System(e.Tenant), competency.ManageOrganisation, func(d *desk) error {
			if err := d.may(competency.Subject{ID: string(org.ID), Org: by.ID}); err != nil {
				return err
			}
			return r.endorse(d, e, by, org)
		})
		if err != nil && !errors.Is(err, competency.ErrConflict) { // a conflict: another process has signed it
			all = errors.Join(all, fmt.Errorf("signing the endorsement of %s: %w", e.Org, err))
		}
		signed++
	}
	if signed == 0 {
		return nil
	}
	return errors.Join(all, r.Publish(ctx))
}

// due tells whether the word of by for org has to be signed; active are the
// keys that sign.
func (r *Registrar) due(e store.RegistryEntry, by, org competency.Org, active map[string]bool) bool {
	w := e.Endorsement
	switch {
	case !e.Until.IsZero():
		return false
	case w == nil:
		return true
	}
	return w.ValidUntil.Before(r.Now().Add(endorsementRenewal)) || !active[w.TokenKey] || !active[w.EmbeddedKey] || !r.names(w, by, org)
}

// names tells whether a signed word is by and about organisations under their
// present identifiers, which follow the public address until it is settled (see Fits).
func (r *Registrar) names(w *store.Endorsement, by, org competency.Org) bool {
	token, _, err := proof.ParseJWT([]byte(w.Token))
	if err != nil {
		return false
	}
	doc, err := credentials.Parse(token.Payload)
	return err == nil && credentials.IssuerID(doc) == r.did(by) && doc.Path("credentialSubject", "id").Text() == r.did(org)
}
