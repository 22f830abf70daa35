package demo

import (
	"context"
	"fmt"
	"slices"

	"laurel/competency"
	"laurel/internal/registrar"
)

// outside is the word of people without an account: Bodhi's supervisor has
// answered through a link, and Farid's link waits for whoever reads the demo.
func (t *teller) outside(ctx context.Context) error {
	bodhi, err := t.asked(ctx, "bodhi@willowbrook.example", "Rebuild log: two-stroke outboard", registrar.AttestationInput{
		Name: "Pat Harlow", Role: "Workshop supervisor", Organisation: "Harlow Marine Repair", Indicators: []string{"TS-PROB.2"},
		Statement: "Bodhi found the fault himself and rebuilt the engine with little help.",
	})
	if err != nil {
		return err
	}
	err = t.reg.AnswerAttestation(ctx, "", competency.Actor{}, bodhi, competency.AnsweredOnPage, registrar.ReplyInput{
		Answer: "correct", Words: "He found the fault himself. For the rebuild I held the torch: the work was his.",
		Name: "Pat Harlow", Role: "Workshop supervisor", Organisation: "Harlow Marine Repair",
	})
	if err != nil {
		return err
	}
	farid, err := t.asked(ctx, "farid@willowbrook.example", "Food shelf stock survey", registrar.AttestationInput{
		Name: "Rosa Lind", Role: "Shelf coordinator", Organisation: "Northfield Food Shelf", Hours: 60, Indicators: []string{"TS-CITI.1"},
		Statement: "Farid counted every Saturday for ten weeks, and the shelf orders by his chart.",
	})
	t.sheet.Attest = t.PublicURL + "/attest/" + farid
	return err
}

// asked has a learner ask about a piece of work and answers the link's secret.
func (t *teller) asked(ctx context.Context, login, title string, in registrar.AttestationInput) (string, error) {
	who, err := t.as(ctx, login)
	if err != nil {
		return "", err
	}
	for from := 0; ; {
		page, err := t.reg.MyEvidence(ctx, who, from)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(page.Rows, func(e registrar.EvidenceLine) bool { return e.Title == title })
		if i >= 0 {
			return t.link(ctx, who, page.Rows[i].ID, in)
		}
		if len(page.Rows) == 0 {
			return "", fmt.Errorf("%s has no work called %s", login, title)
		}
		from += len(page.Rows)
	}
}

func (t *teller) link(ctx context.Context, who competency.Actor, work competency.EvidenceID, in registrar.AttestationInput) (string, error) {
	id, err := t.reg.AskAttestation(ctx, who, registrar.Once{}, work, in)
	if err != nil {
		return "", err
	}
	h, err := t.reg.Handover(ctx, who, id)
	return h.Secret, err
}
