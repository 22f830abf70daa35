package demo

import (
	"context"
	"fmt"
	"time"

	"laurel/competency"
	"laurel/internal/registrar"
)

// issuedFirst are the learners whose diplomas the story issues; the others who
// are ready wait for the reader of the demo to certify them.
var issuedFirst = map[string]bool{"s01": true, "s02": true, "s08": true, "s09": true, "s10": true, "s12": true}

// openRecords are the learners who let others read their whole record.
var openRecords = map[string]bool{"s01": true, "s02": true}

// class opens the class, certifies and approves a first list, and waits until
// its diplomas are issued.
func (t *teller) class(ctx context.Context) error {
	office, err := t.staffer(ctx, "r-dubois")
	if err != nil {
		return err
	}
	counselor, err := t.staffer(ctx, "c-larsen")
	if err != nil {
		return err
	}
	principal, err := t.staffer(ctx, "p-adams")
	if err != nil {
		return err
	}
	id, err := t.reg.OpenClass(ctx, office, registrar.Once{}, registrar.NewClass{
		School: string(t.orgs[theSchool]), Year: t.year, Conferral: t.day.Format(time.DateOnly),
	})
	if err != nil {
		return err
	}
	t.sheet.Class = t.PublicURL + "/classes/" + string(id)
	err = until(ctx, "the audits", func() (bool, error) {
		p, err := t.reg.AuditProgress(ctx, office, id)
		return p.State == "done", err
	})
	if err != nil {
		return err
	}
	var first []competency.PersonID
	for _, l := range learners {
		if issuedFirst[l.key] {
			first = append(first, t.people[l.key])
		}
	}
	made, err := t.reg.Certify(ctx, counselor, registrar.Once{}, id, first)
	if err != nil {
		return err
	}
	if made.Count != len(first) {
		return fmt.Errorf("certifying %d learners: %d were left out: %v", len(first), len(made.Refused), made.Refused)
	}
	if err := t.reg.Approve(ctx, principal, made.Batch, registrar.Approval{Hash: made.ListHash}); err != nil {
		return err
	}
	err = until(ctx, "the diplomas", func() (bool, error) {
		p, err := t.reg.BatchProgress(ctx, principal, made.Batch)
		return p.State == "done", err
	})
	if err != nil {
		return err
	}
	// Farid applies to college with one indicator open.
	_, err = t.reg.IssueTranscript(ctx, counselor, registrar.Once{}, t.people["s06"])
	return err
}

// week is what learners have just handed in and teachers have not seen yet.
func (t *teller) week(ctx context.Context) error {
	for _, w := range []struct {
		login string
		in    registrar.EvidenceInput
	}{
		{"farid@willowbrook.example", registrar.EvidenceInput{
			Title: "How sure is the stock survey?", Route: "community-service", Context: "mathematics", Provider: "Northfield Food Shelf",
			Body:       "I counted again on six random days and compared with my first survey. The page shows both samples, the margin I would give, and why I would not promise more.",
			Reflection: "I thought more days would fix it. Choosing the days by chance did more.",
			Indicators: []string{"MATH.3"}, Submit: true,
		}},
		{"kofi@willowbrook.example", registrar.EvidenceInput{
			Title: "My goals for the winter", Route: "class", Context: "english",
			Body:       "Three goals, what each would look like, and who helps me. I changed the second one after talking with my advisor.",
			Reflection: "A goal is easier when I can see the first step.",
			Indicators: []string{"TS-SELF.1"}, Submit: true,
		}},
	} {
		who, err := t.as(ctx, w.login)
		if err != nil {
			return err
		}
		if _, err := t.reg.AddEvidence(ctx, who, registrar.Once{}, w.in, nil); err != nil {
			return err
		}
	}
	return nil
}
