package demo

import (
	"context"
	"embed"
	"slices"
	"strings"

	"laurel/competency"
	"laurel/internal/registrar"
)

//go:embed micro/*.json
var microDocuments embed.FS

// micros publishes what teachers can earn.
func (t *teller) micros(ctx context.Context) error {
	for _, m := range []struct{ file, by string }{
		{"performance-tasks", "reyes@willowbrook.example"},
		{"student-led-conferences", "reyes@willowbrook.example"},
		{"outdoor-learning", "noor@trailhead.example"},
		{"listening", "wen@lakeside.example"},
	} {
		text, err := microDocuments.ReadFile("micro/" + m.file + ".json")
		if err != nil {
			return err
		}
		who, err := t.as(ctx, m.by)
		if err != nil {
			return err
		}
		if _, err := t.reg.PublishMicroCredential(ctx, who, text); err != nil {
			return err
		}
	}
	return nil
}

// applications are the three of the story, one at the institute, and a learner's
// online course.
func (t *teller) applications(ctx context.Context) error {
	calloway, err := t.staffer(ctx, "t-calloway")
	if err != nil {
		return err
	}
	if _, err := t.apply(ctx, calloway, "performance-tasks"); err != nil {
		return err
	}
	if err := t.score(ctx, nil); err != nil {
		return err
	}
	nair, err := t.staffer(ctx, "t-nair")
	if err != nil {
		return err
	}
	if _, err := t.apply(ctx, nair, "student-led-conferences"); err != nil {
		return err
	}
	// The two readings differ on one criterion, so the application waits for a third.
	if err := t.score(ctx, map[string]int{"part-2-2-b": 2}); err != nil {
		return err
	}
	birch, err := t.staffer(ctx, "t-birch")
	if err != nil {
		return err
	}
	id, err := t.apply(ctx, birch, "performance-tasks")
	if err != nil {
		return err
	}
	t.sheet.Application = t.PublicURL + "/applications/" + string(id)
	if _, err := t.apply(ctx, calloway, "learning-outdoors"); err != nil {
		return err
	}
	elowen, err := t.as(ctx, "elowen@willowbrook.example")
	if err != nil {
		return err
	}
	if _, err := t.apply(ctx, elowen, "listening-with-criteria"); err != nil {
		return err
	}
	for _, p := range providers {
		for _, a := range p.assessors {
			if err := t.scoreAs(ctx, a.login, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// apply starts, fills and submits an application.
func (t *teller) apply(ctx context.Context, who competency.Actor, slug string) (competency.ApplicationID, error) {
	started, err := t.reg.StartApplication(ctx, who, slug)
	if err != nil {
		return "", err
	}
	if who, err = t.reg.Actor(ctx, registrar.Session{Account: who.Account, Tenant: started.Tenant, Authenticated: t.Now()}); err != nil {
		return "", err
	}
	entry, err := t.reg.CatalogueEntry(ctx, slug, 0)
	if err != nil {
		return "", err
	}
	draft := registrar.Draft{Texts: map[string]string{}, Links: map[string]string{}, Consent: true, Deidentified: true, Whole: true, Revision: 1}
	for _, p := range entry.Parts() {
		if p.Kind == competency.ArtifactPart {
			draft.Texts[p.Key] = artifactText
			continue
		}
		draft.Texts[p.Key] = essay(p.WordsMin)
	}
	if _, err := t.reg.SaveDraft(ctx, who, started.Application, draft); err != nil {
		return "", err
	}
	return started.Application, t.reg.SubmitApplication(ctx, who, started.Application)
}

// artifactText is a piece of work described instead of attached.
const artifactText = "The task asked each learner to plan a fair test of one variable and to say what would change their mind. " +
	"The rubric describes the plan at four levels. Work samples carry letters instead of names; under each stands its score, " +
	"the words of the rubric it rests on, and the next step that was agreed with the learner."

// essay writes as many words as a part asks for.
func essay(words int) string {
	all := strings.Fields(essayText)
	var out []string
	for i := 0; len(out) < words+10; i++ {
		out = append(out, all[i%len(all)])
	}
	return strings.TrimSuffix(strings.Join(out, " "), ".") + "."
}

const essayText = "I teach two groups in the second year, and I wanted to know who can plan an investigation without my list of steps. " +
	"Last spring everyone could name the variables, but few could say which one to hold still and why. " +
	"So I chose one indicator and wrote the task backward from it: a question, a box of materials, one period. " +
	"A colleague scored ten plans with me before we talked; we differed on two, and the talk changed a line of the rubric. " +
	"Three groups came out of it. One needed to see a fair test done badly, one needed time, and one was ready for a question of its own. " +
	"Two weeks later I asked again with another box. What I learned about my teaching is that I had been giving away the hard part."

// score lets the partner school's assessors finish what lies in their inboxes;
// the first to read gives the levels in low, everyone else passes everything.
func (t *teller) score(ctx context.Context, low map[string]int) error {
	for _, s := range staff {
		if s.org != thePartner {
			continue
		}
		before := t.scored
		if err := t.scoreAs(ctx, s.login, low); err != nil {
			return err
		}
		if t.scored > before {
			low = nil
		}
	}
	return nil
}

// scoreAs scores every open reading of one assessor.
func (t *teller) scoreAs(ctx context.Context, login string, low map[string]int) error {
	who, err := t.as(ctx, login)
	if err != nil {
		return err
	}
	inbox, err := t.reg.Inbox(ctx, who)
	if err != nil {
		return err
	}
	for _, item := range inbox {
		if item.State != competency.ReviewAssigned || item.Gone {
			continue
		}
		view, err := t.reg.Review(ctx, who, item.ID)
		if err != nil {
			return err
		}
		if err := t.reg.ScoreReview(ctx, who, item.ID, scores(view.Parts, low)); err != nil {
			return err
		}
		t.scored++
	}
	return nil
}

// scores gives every criterion its passing level, or the level in low.
func scores(parts []registrar.ReviewPart, low map[string]int) registrar.ReviewScores {
	in := registrar.ReviewScores{Levels: map[string]int{}, Reasons: map[string]string{}}
	for _, p := range parts {
		for _, c := range p.Criteria {
			in.Levels[c.Key] = c.Pass
			if level, ok := low[c.Key]; ok {
				in.Levels[c.Key] = level
				in.Reasons[c.Key] = "The notes tell what was said, but not which pieces of work it rested on. Name two of them for each conference."
			}
		}
	}
	return in
}

// withdrawal is the story of a capstone that was not the learner's own: two
// people withdraw the diploma.
func (t *teller) withdrawal(ctx context.Context) error {
	principal, err := t.staffer(ctx, "p-adams")
	if err != nil {
		return err
	}
	lead, err := t.staffer(ctx, "sup-lund")
	if err != nil {
		return err
	}
	const login = "ignacio@willowbrook.example"
	if _, err := t.held(ctx, login, competency.RecordAward); err != nil {
		return err // the record is withdrawn with the diploma
	}
	ignacio, err := t.held(ctx, login, competency.DiplomaAward)
	if err != nil {
		return err
	}
	id, err := t.reg.OpenStatusChange(ctx, principal, registrar.Once{}, ignacio.ID, registrar.NewStatusChange{
		Public: competency.IntegrityReason, Private: "The capstone was found to be another student's work; both students were heard.",
	})
	if err != nil {
		return err
	}
	return t.reg.ConfirmStatusChange(ctx, lead, id)
}

// held answers the credential of a kind that an account holds, once it is issued.
func (t *teller) held(ctx context.Context, login string, kind competency.AwardKind) (h registrar.Held, err error) {
	who, err := t.as(ctx, login)
	if err != nil {
		return h, err
	}
	err = until(ctx, "a credential", func() (bool, error) {
		all, err := t.reg.MyCredentials(ctx, who)
		i := slices.IndexFunc(all, func(h registrar.Held) bool { return h.Kind == kind && h.State != competency.Reserved })
		if err != nil || i < 0 {
			return false, err
		}
		h = all[i]
		return true, nil
	})
	return h, err
}

// shareRecord waits for the record of a learner, who opens its page.
func (t *teller) shareRecord(ctx context.Context, l learner) error {
	h, err := t.held(ctx, l.login, competency.RecordAward)
	if err != nil || !openRecords[l.key] {
		return err
	}
	who, err := t.as(ctx, l.login)
	if err != nil {
		return err
	}
	if err := t.reg.SetPage(ctx, who, h.ID, true); err != nil {
		return err
	}
	t.list(l.name, h)
	return nil
}

// collect waits until everything is issued and published, and fills the sheet.
func (t *teller) collect(ctx context.Context) error {
	for _, l := range learners {
		if !issuedFirst[l.key] {
			continue
		}
		h, err := t.held(ctx, l.login, competency.DiplomaAward)
		if err != nil {
			return err
		}
		if h.Open {
			t.list(l.name, h)
		}
		if err := t.shareRecord(ctx, l); err != nil {
			return err
		}
	}
	calloway, err := t.staffer(ctx, "t-calloway")
	if err != nil {
		return err
	}
	err = until(ctx, "two micro-credentials", func() (bool, error) {
		all, err := t.reg.MyCredentials(ctx, calloway)
		ready := 0
		for _, h := range all {
			if h.State == competency.Issued {
				ready++
			}
		}
		if err == nil && ready == 2 {
			for _, h := range all {
				t.list("Ruth Calloway", h)
			}
		}
		return ready == 2, err
	})
	if err != nil {
		return err
	}
	return t.judge(ctx)
}

// list enters a credential into the sheet, its verdict still open.
func (t *teller) list(name string, h registrar.Held) {
	t.sheet.Credentials = append(t.sheet.Credentials, Credential{
		Learner: name, Page: h.URL, JSON: h.URL + ".json", JWT: h.URL + ".jwt", PNG: h.URL + ".png", SVG: h.URL + ".svg", PDF: h.URL + ".pdf",
	})
	t.documents = append(t.documents, h)
}

// judge asks the verifier about each credential, as a stranger would, until the
// withdrawal has reached the status list.
func (t *teller) judge(ctx context.Context) error {
	return until(ctx, "the status list", func() (bool, error) {
		settled := true
		for i, h := range t.documents {
			page, err := t.reg.Page(ctx, h.Page)
			if err != nil {
				return false, err
			}
			report, err := t.reg.Verifier().Verify(ctx, page.Token)
			if err != nil {
				return false, err
			}
			t.sheet.Credentials[i].Verdict = string(report.Verdict)
			if (h.State == competency.Revoked) != (string(report.Verdict) == "revoked") {
				settled = false
			}
		}
		return settled, nil
	})
}
