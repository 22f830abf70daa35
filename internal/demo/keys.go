package demo

import (
	"context"
	"errors"

	"laurel/competency"
	"laurel/internal/registrar"
)

// keys is the story of a key for tokens that was replaced in quiet, as happens
// once a year, and of one for documents that is to follow and waits for its
// second person.
func (t *teller) keys(ctx context.Context) error {
	admin, err := t.as(ctx, "admin@willowbrook.example")
	if err != nil {
		return err
	}
	lead, err := t.staffer(ctx, "sup-lund")
	if err != nil {
		return err
	}
	school := t.orgs[theSchool]
	made, err := t.newKey(ctx, admin, lead, school)
	if err != nil {
		return err
	}
	use, err := t.reg.OpenKeyAction(ctx, admin, registrar.Once{}, registrar.NewKeyAction{Kind: competency.ActivateKey, Key: made})
	if err != nil {
		return err
	}
	if err := t.reg.ConfirmKeyAction(ctx, lead, use); err != nil {
		return err
	}
	_, err = t.reg.OpenKeyAction(ctx, admin, registrar.Once{}, registrar.NewKeyAction{
		Kind: competency.CreateKey, Org: string(school), Alg: "EdDSA",
	})
	return err
}

// newKey has two people make a key for tokens, and answers its thumbprint.
func (t *teller) newKey(ctx context.Context, one, two competency.Actor, school competency.OrgID) (string, error) {
	id, err := t.reg.OpenKeyAction(ctx, one, registrar.Once{}, registrar.NewKeyAction{
		Kind: competency.CreateKey, Org: string(school), Alg: "ES256",
	})
	if err != nil {
		return "", err
	}
	if err := t.reg.ConfirmKeyAction(ctx, two, id); err != nil {
		return "", err
	}
	places, err := t.reg.KeyDesk(ctx, one)
	if err != nil {
		return "", err
	}
	for _, p := range places {
		for _, k := range p.Keys {
			if p.ID == school && k.State == competency.KeyPending {
				return k.Thumbprint, nil
			}
		}
	}
	return "", errors.New("the new key is not there")
}
