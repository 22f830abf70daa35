package demo

import (
	"bytes"
	"context"
	_ "embed" // the graduate profile
	"fmt"

	"laurel/competency"
	"laurel/internal/registrar"
)

//go:embed frameworks/profile.csv
var profileTable []byte

// aligned says which standards and indicators speak for which part of the
// graduate profile.
var aligned = map[string][]string{
	"KNOW":  {"ELA", "MATH", "SCI", "GLOBAL", "ARTS", "WELL"},
	"WORK":  {"TS-COMM", "TS-SELF", "TS-PROB"},
	"CIVIC": {"TS-CITI", "GLOBAL.2", "GLOBAL.4"}, "CAREER": {"GLOBAL.3", "TS-SELF.1", "MATH.2"},
	"C-THINK": {"TS-THINK", "SCI.2"}, "C-CREATE": {"ARTS.1", "TS-PROB.2"}, "C-COMM": {"TS-COMM", "ELA.2"},
	"C-COLLAB": {"ELA.4", "TS-CITI.1"}, "C-CITIZEN": {"TS-CITI.2", "GLOBAL.4"},
}

// frameworks brings in a graduate profile, aligns the district's framework to
// it and leaves a next version half written.
func (t *teller) frameworks(ctx context.Context) error {
	lead, err := t.staffer(ctx, "sup-lund")
	if err != nil {
		return err
	}
	in := registrar.FrameworkIn{Name: "Profile of a graduate", Reference: true}
	profile, err := t.reg.ImportFrameworkFile(ctx, lead, registrar.Once{}, in, bytes.NewReader(profileTable))
	if err != nil {
		return err
	}
	all, err := t.reg.Frameworks(ctx, lead)
	if err != nil {
		return err
	}
	var ours competency.FrameworkID
	for _, f := range all {
		if !f.Reference {
			ours = f.ID
		}
	}
	v, err := t.reg.Framework(ctx, profile)
	if err != nil {
		return err
	}
	for _, it := range v.Items {
		if codes := aligned[it.Code]; len(codes) > 0 {
			err := t.reg.Align(ctx, lead, ours, registrar.NewAlignments{Items: codes, Kind: competency.IsPartOf, Target: string(it.ID)})
			if err != nil {
				return fmt.Errorf("aligning to %s: %w", it.Code, err)
			}
		}
	}
	return t.nextVersion(ctx, lead, ours)
}

// nextVersion begins the framework's next version and leaves it to be looked at.
func (t *teller) nextVersion(ctx context.Context, lead competency.Actor, ours competency.FrameworkID) error {
	draft, err := t.reg.StartDraft(ctx, lead, registrar.Once{}, registrar.NewDraft{Follows: string(ours)})
	if err != nil {
		return err
	}
	for i, change := range []registrar.DraftChange{
		{Do: "edit", Code: "MATH.3", Kind: competency.IndicatorItem, Text: "Reason from data and chance, and say how sure one can be", Tags: "college ready, career ready"},
		{Do: "add", Code: "WELL", NewCode: "WELL.4", Kind: competency.IndicatorItem, Text: "Cook, sleep and move in a way that lasts"},
		{Do: "add", Code: "SCI", NewCode: "SCI.5", Kind: competency.IndicatorItem, Text: "Weigh a claim about the climate", Prerequisites: "SCI.2"},
		{Do: "retire", Code: "TS-COMM.3"},
	} {
		change.Step = i + 1
		if _, err := t.reg.ChangeDraft(ctx, lead, draft, change); err != nil {
			return fmt.Errorf("step %d of the draft: %w", i+1, err)
		}
	}
	return nil
}
