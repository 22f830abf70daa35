package demo

import (
	"context"

	"laurel/competency"
	"laurel/internal/registrar"
)

// elsewhere is what Elowen earned at the online academy: she hands the
// credential in by its link, says what it shows, and the school has yet to say
// that it is hers.
func (t *teller) elsewhere(ctx context.Context) error {
	const login = "elowen@willowbrook.example"
	earned, err := t.held(ctx, login, competency.MicroCredentialAward)
	if err != nil {
		return err
	}
	elowen, err := t.as(ctx, login)
	if err != nil {
		return err
	}
	piece, err := t.reg.AddOutside(ctx, elowen, registrar.Once{}, registrar.NewOutside{Address: earned.URL})
	if err != nil {
		return err
	}
	draft, err := t.reg.Evidence(ctx, elowen, piece)
	if err != nil {
		return err
	}
	return t.reg.EditEvidence(ctx, elowen, piece, registrar.EvidenceInput{
		Title: draft.Title, Body: draft.Body, Route: draft.Route, Context: "arts", Provider: draft.Provider, Links: draft.Links,
		Reflection: "I named three criteria before I pressed play, and the second recording won by the one I had thought least of.",
		Indicators: []string{"ARTS.3"}, Submit: true,
	}, nil)
}
