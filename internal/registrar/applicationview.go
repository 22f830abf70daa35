package registrar

import (
	"context"
	"io"
	"slices"
	"time"

	"laurel/competency"
)

// MyApplication is a line of a person's own applications.
type MyApplication struct {
	competency.Application
	Title, Slug string
}

// MyApplications lists the actor's applications, the newest first.
func (r *Registrar) MyApplications(ctx context.Context, who competency.Actor) (list []MyApplication, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		list = nil
		if err := d.see(competency.ViewApplication, competency.Subject{Owner: who.Person}); err != nil {
			return err
		}
		mine, err := d.ApplicationsOf(who.Person)
		if err != nil {
			return err
		}
		micros, err := microsOf(d, mine)
		for _, a := range mine {
			list = append(list, MyApplication{a, micros[a.Micro].Title, micros[a.Micro].Slug})
		}
		return err
	})
	return list, err
}

// ApplicationFileView is a file as its owner sees it.
type ApplicationFileView struct {
	ID   competency.FileID
	Name string
	Size int64
}

// PartView is one part of an application.
type PartView struct {
	competency.Part
	// Open: it can be written in this attempt.
	Open   bool
	Text   string
	Link   string
	Files  []ApplicationFileView
	Missed []string // criteria that had not passed, by name
	// Findings are the criteria with what the readers of the last decided
	// attempt found; empty before a decision.
	Findings []competency.CriterionDecision
}

// ApplicationView is everything that its owner, or a coordinator, sees.
type ApplicationView struct {
	competency.Application
	Micro    competency.MicroCredential
	Provider string
	// Own: the actor is the applicant.
	Own      bool
	Name     string // the applicant's name in use
	Parts    []PartView
	Revision int // the highest of the answers
	// Checklist is as it was gone through before the last handing in.
	Checklist []competency.Promise
	Zone      *time.Location // of the provider
	// Decided is the last attempt that was decided, 0 if none was.
	DecidedAttempt int
}

// Application answers an application to its owner, or to a coordinator once it was handed in.
func (r *Registrar) Application(ctx context.Context, who competency.Actor, id competency.ApplicationID) (v ApplicationView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		f, err := d.dossier(id, false)
		if err != nil {
			return err
		}
		if err := d.see(competency.ViewApplication, f.subject()); err != nil {
			return err
		}
		v = ApplicationView{Application: f.Application, Micro: f.micro, Own: f.Applicant == who.Person, Revision: f.revision()}
		p, err := d.Person(f.Applicant)
		if err != nil {
			return err
		}
		o, err := d.Org(f.micro.Org)
		if err != nil {
			return err
		}
		v.Name, v.Provider = p.Used, o.Name
		v.DecidedAttempt = f.decided()
		v.Parts = f.parts(v.DecidedAttempt)
		if v.Zone, err = d.zone(f.micro.Org); err != nil {
			return err
		}
		v.Checklist, err = d.promised(competency.BeforeHandingIn, string(f.ID))
		return err
	})
	return v, err
}

// decided is the last attempt about which there is a decision, 0 if none.
func (f dossier) decided() int {
	switch f.State {
	case competency.ApplicationAwarded, competency.ApplicationNotYet, competency.ApplicationCoachNeeded:
		return f.Attempt
	case competency.ApplicationDraft, competency.ApplicationSubmitted, competency.ApplicationAssigned,
		competency.ApplicationScoring, competency.ApplicationThirdRead, competency.ApplicationWithdrawn:
	}
	return f.Attempt - 1
}

func (f dossier) parts(decided int) []PartView {
	findings := map[string][]competency.CriterionDecision{}
	if decided > 0 {
		for _, c := range f.decision(decided).Criteria {
			findings[c.Part] = append(findings[c.Part], c)
		}
	}
	var parts []PartView
	for _, p := range f.micro.Parts() {
		a := f.answers[p.Key]
		v := PartView{Part: p, Text: a.Text, Link: a.Link, Findings: findings[p.Key]}
		v.Open = f.State == competency.ApplicationDraft && slices.Contains(f.open, p.Key)
		for _, file := range f.files {
			if file.Part == p.Key {
				v.Files = append(v.Files, ApplicationFileView{file.ID, file.Name, file.Size})
			}
		}
		for _, c := range v.Findings {
			if !c.Passed() {
				v.Missed = append(v.Missed, c.Name)
			}
		}
		parts = append(parts, v)
	}
	return parts
}

// OpenedFile is a file on its way out; the caller closes it.
type OpenedFile struct {
	io.ReadSeekCloser
	Name, MediaType string
}

// ApplicationFile opens a file of an application for whom Application answers.
func (r *Registrar) ApplicationFile(ctx context.Context, who competency.Actor, id competency.ApplicationID, file competency.FileID) (OpenedFile, error) {
	var found competency.Attachment
	err := r.look(ctx, who, func(d *desk) error {
		f, err := d.dossier(id, false)
		if err != nil {
			return err
		}
		if err := d.see(competency.ViewApplication, f.subject()); err != nil {
			return err
		}
		i := slices.IndexFunc(f.files, func(a competency.Attachment) bool { return a.ID == file })
		if i < 0 {
			return competency.NotFound()
		}
		found = f.files[i]
		return nil
	})
	if err != nil {
		return OpenedFile{}, err
	}
	bytes, err := r.openFile(found.SHA256)
	return OpenedFile{bytes, found.Name, found.MediaType}, err
}
