package demo

import (
	"context"
	"fmt"
	"time"

	"laurel/competency"
	"laurel/internal/registrar"
)

// parts is the story of work that several made, of a plan that waits for the
// school's word, of a family at school, and of a doubt that two people decide.
func (t *teller) parts(ctx context.Context) error {
	for _, tell := range []func(context.Context) error{t.bridge, t.plan, t.family, t.doubt} {
		if err := tell(ctx); err != nil {
			return err
		}
	}
	return nil
}

// bridge is made by three: one has joined with her own part, one has not answered.
func (t *teller) bridge(ctx context.Context) error {
	farid, err := t.as(ctx, "farid@willowbrook.example")
	if err != nil {
		return err
	}
	elowen, err := t.as(ctx, "elowen@willowbrook.example")
	if err != nil {
		return err
	}
	in := registrar.EvidenceInput{
		Title: "A bridge of paper that held 41 kilograms", Route: "maker", Context: "science",
		Body:       "We folded triangles and loaded the bridge until it gave way at the third joint. I drew the joints and counted the load.",
		Reflection: "The drawing showed the weak joint before the weight did. I trusted it too late.",
		Indicators: []string{"SCI.2"}, Submit: true,
	}
	first, err := t.reg.AddEvidence(ctx, farid, registrar.Once{}, in, nil)
	if err != nil {
		return err
	}
	for _, name := range []string{"Elowen Marsh", "Davi Moreira"} {
		if err := t.reg.InviteToGroup(ctx, farid, first, name); err != nil {
			return err
		}
	}
	piece, err := t.reg.AnswerInvitation(ctx, elowen, first, true)
	if err != nil {
		return err
	}
	in.Body = "I filmed each load and read the bend from the ruler behind it, every kilogram."
	in.Reflection = "Next time I fix the ruler first; I moved it once and lost two readings."
	if err := t.reg.EditEvidence(ctx, elowen, piece, in, nil); err != nil {
		return err
	}
	return t.reg.AddReflection(ctx, farid, first, "I asked Elowen for her readings and the bend is a straight line until 30 kilograms. I had not expected that.")
}

// plan waits for the school's agreement before it begins.
func (t *teller) plan(ctx context.Context) error {
	davi, err := t.as(ctx, "davi@willowbrook.example")
	if err != nil {
		return err
	}
	_, err = t.reg.AskApproval(ctx, davi, registrar.Once{}, registrar.NewApproval{
		Route: "credit-flex", Title: "A radio hour in Portuguese and English with the community station, every second Saturday.",
		Starts: t.day.AddDate(0, 0, 14).Format(time.DateOnly), Indicators: []string{"TS-COMM.1"},
	})
	return err
}

// family: a teacher names a child of his family, whose work goes to others.
func (t *teller) family(ctx context.Context) error {
	birch, err := t.staffer(ctx, "t-birch")
	if err != nil {
		return err
	}
	if err := t.reg.DeclareKin(ctx, birch, registrar.NewKin{Person: "Juniper Cole"}); err != nil {
		return err
	}
	clerk, err := t.staffer(ctx, "r-dubois")
	if err != nil {
		return err
	}
	return t.reg.StateUse(ctx, clerk, registrar.NewCredentialUse{
		School: string(t.orgs[theSchool]), Matches: "type", Value: "Certification", Gives: "record", Name: "industry-certificate",
	})
}

// doubt: a teacher doubts whose work it was and the principal sets it aside;
// the level that rests on it waits to be looked at again.
func (t *teller) doubt(ctx context.Context) error {
	teacher, err := t.staffer(ctx, "t-calloway")
	if err != nil {
		return err
	}
	principal, err := t.staffer(ctx, "p-adams")
	if err != nil {
		return err
	}
	ignacio, err := t.as(ctx, "ignacio@willowbrook.example")
	if err != nil {
		return err
	}
	page, err := t.reg.MyEvidence(ctx, ignacio, 0)
	if err != nil {
		return err
	}
	for _, e := range page.Rows {
		if e.State != competency.EvidenceAccepted {
			continue
		}
		if err := t.reg.Dispute(ctx, teacher, e.ID, "Another student's project of last year has the same tables."); err != nil {
			return err
		}
		return t.reg.DecideDispute(ctx, principal, e.ID, registrar.DisputeDecision{
			Outcome: "set_aside", Words: "Both students were heard; the tables are the other student's.",
		})
	}
	return fmt.Errorf("%s has no accepted evidence", ignacio.Person)
}
