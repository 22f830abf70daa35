package registrar

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"laurel/competency"
	"laurel/internal/store"
)

// Started tells where an application began.
type Started struct {
	// Tenant is the provider's, in which the application lives: a session that
	// works elsewhere has to move there.
	Tenant      competency.OrgID
	Application competency.ApplicationID
}

// StartApplication begins an application for the newest version of a
// micro-credential, or answers the one that is open already. The applicant
// needs no record with the provider: the first start makes one, with the same
// account and names.
func (r *Registrar) StartApplication(ctx context.Context, who competency.Actor, slug string) (Started, error) {
	if who.Person == "" {
		return Started{}, competency.May(who, competency.StartApplication, competency.Subject{}, r.Now())
	}
	m, err := r.CatalogueEntry(ctx, slug, 0)
	if err != nil {
		return Started{}, err
	}
	if m.Tenant != who.Tenant {
		if who, err = r.admit(ctx, who, m.Tenant); err != nil {
			return Started{}, err
		}
	}
	started := Started{Tenant: m.Tenant}
	err = r.act(ctx, who, competency.StartApplication, func(d *desk) error {
		if err := d.may(competency.Subject{Org: m.Org}); err != nil {
			return err
		}
		a, err := d.OpenApplication(who.Person, m.Slug)
		if errors.Is(err, competency.ErrNotFound) {
			a, err = r.newApplication(d, m.MicroCredential)
		}
		started.Application = a.ID
		d.subject.ID = string(a.ID)
		return err
	})
	return started, err
}

// newApplication adds a draft under a code that says nothing.
func (r *Registrar) newApplication(d *desk, m competency.MicroCredential) (competency.Application, error) {
	a := competency.Application{Micro: m.ID, Applicant: d.who.Person, Attempt: 1, State: competency.ApplicationDraft}
	for range 20 {
		var raw [5]byte
		if _, err := io.ReadFull(r.Rand, raw[:]); err != nil {
			return a, fmt.Errorf("drawing a code: %w", err)
		}
		a.Code = "A-" + codeForm.EncodeToString(raw[:])[:4]
		taken, err := d.CodeTaken(a.Code)
		if err != nil {
			return a, err
		}
		if !taken {
			return d.AddApplication(a, m.Slug)
		}
	}
	return a, errors.New("drawing a code: all drawn codes are taken")
}

// codeForm leaves out letters that are taken for digits.
var codeForm = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")

// admit answers who the actor's account is with another tenant, and makes the
// person's record there if there is none.
func (r *Registrar) admit(ctx context.Context, who competency.Actor, tenant competency.OrgID) (guest competency.Actor, err error) {
	err = r.Store.InAll(ctx, func(tx *store.Tx) error {
		there, err := tx.Scope(tenant)
		if err != nil {
			return err
		}
		if guest, err = there.ActorOf(who.Account); err == nil || !errors.Is(err, competency.ErrNotFound) {
			return err
		}
		home, err := tx.Scope(who.Tenant)
		if err != nil {
			return err
		}
		p, err := home.Person(who.Person)
		if err != nil {
			return err
		}
		p, err = there.AddPerson(competency.Person{Account: who.Account, Legal: p.Legal, Used: p.Used, Diploma: p.Diploma})
		if err != nil {
			return err
		}
		if err := there.Journal(store.Entry{
			Actor: p.ID, Account: who.Account, Act: string(competency.StartApplication), Subject: string(p.ID),
			Detail: map[string]string{"change": "admitted"},
		}); err != nil {
			return err
		}
		guest, err = there.ActorOf(who.Account)
		return err
	})
	guest.Authenticated = who.Authenticated
	return guest, err
}

// dossier is an application with what decides about it.
type dossier struct {
	competency.Application
	micro   competency.MicroCredential
	reviews []competency.Review
	answers map[string]competency.Answer // with their files
	files   []competency.Attachment
	open    []string // the parts of the present attempt
}

// subject is what permission depends on. What is still being written belongs to
// its writer alone: nobody at the provider has a part in it before it is handed in.
func (f dossier) subject() competency.Subject {
	on := competency.Subject{ID: string(f.ID), Owner: f.Applicant}
	if f.State != competency.ApplicationDraft && !f.Submitted.IsZero() {
		on.Org = f.micro.Org
	}
	return on
}

// decision is what the readings of an attempt come to.
func (f dossier) decision(attempt int) competency.Decision {
	return competency.Decide(f.micro, attempt, f.reviews)
}

// dossier reads an application; lock keeps others from deciding about it.
func (d *desk) dossier(id competency.ApplicationID, lock bool) (f dossier, err error) {
	read := d.Application
	if lock {
		read = d.LockApplication
	}
	if f.Application, err = read(id); err != nil {
		return f, err
	}
	if f.micro, err = d.MicroCredential(f.Micro); err != nil {
		return f, err
	}
	if f.reviews, err = d.Reviews(id); err != nil {
		return f, err
	}
	if f.answers, err = d.Answers(id); err != nil {
		return f, err
	}
	if f.files, err = d.Attachments(competency.ApplicationFile, string(id)); err != nil {
		return f, err
	}
	for _, file := range f.files {
		a := f.answers[file.Part]
		a.Part = file.Part
		a.Files = append(a.Files, competency.AnswerFile{ID: file.ID, MediaType: file.MediaType})
		f.answers[file.Part] = a
	}
	f.open = competency.OpenParts(f.micro, f.Attempt, f.reviews)
	return f, nil
}

// revision is the highest revision of the answers.
func (f dossier) revision() int {
	highest := 0
	for _, a := range f.answers {
		highest = max(highest, a.Revision)
	}
	return highest
}

// Draft is one saving of an application by its owner.
type Draft struct {
	// Texts and Links are by part; a part that is missing stays as it is.
	Texts map[string]string `json:"texts,omitempty"`
	Links map[string]string `json:"links,omitempty"`
	// Consent and Deidentified stay as they are where they are missing, unless
	// Whole says that all boxes of the form were sent and an empty one is none.
	Consent      bool `json:"consent,omitempty"`
	Deidentified bool `json:"deidentified,omitempty"`
	Whole        bool `json:"whole,omitempty"`
	// Window, Base and Revision order the savings; see competency.Save.
	Window   string `json:"window,omitempty"`
	Base     int    `json:"base,omitempty"`
	Revision int    `json:"revision"`
}

// Validate answers what is wrong with the shape.
func (in Draft) Validate() []competency.Field {
	var bad []competency.Field
	for _, part := range slices.Sorted(maps.Keys(in.Texts)) {
		bad = append(bad, competency.CheckAnswer(part, in.Texts[part], "")...)
		if !utf8.ValidString(in.Texts[part]) {
			bad = append(bad, competency.Field{Pointer: "/texts/" + part, Detail: "This text could not be read."})
		}
	}
	for _, part := range slices.Sorted(maps.Keys(in.Links)) {
		bad = append(bad, competency.CheckAnswer(part, "", strings.TrimSpace(in.Links[part]))...)
	}
	if len(in.Window) > 64 {
		bad = append(bad, competency.Field{Pointer: "/window", Detail: "Name the window in at most 64 bytes."})
	}
	if in.Revision <= in.Base || in.Base < 0 || in.Revision > 1<<30 {
		bad = append(bad, competency.Field{Pointer: "/revision", Detail: "Give a revision above the one that was shown."})
	}
	return bad
}

// Kept is what is stored after a saving.
type Kept struct {
	// Revision is the highest that is stored; the next saving goes beyond it.
	Revision int `json:"revision"`
	// Behind are parts that another page has written since this one was opened:
	// its words were kept there and these were not stored.
	Behind []string          `json:"behind"`
	Texts  map[string]string `json:"texts"`
	Links  map[string]string `json:"links"`
}

// SaveDraft keeps the words of a draft. Saving the same again changes nothing,
// and an older saving never overwrites a newer one. Savings are not
// journalled: a draft is its owner's own desk; handing it in is.
func (r *Registrar) SaveDraft(ctx context.Context, who competency.Actor, id competency.ApplicationID, in Draft) (kept Kept, err error) {
	if bad := in.Validate(); len(bad) > 0 {
		return kept, competency.Invalid(bad...)
	}
	if who.Tenant == "" {
		return kept, competency.May(who, competency.EditApplication, competency.Subject{}, r.Now())
	}
	err = r.Store.In(ctx, who.Tenant, func(sc *store.Scope) error {
		d := &desk{Scope: sc, ctx: ctx, who: who, act: competency.EditApplication, at: r.Now().UTC()}
		f, err := d.dossier(id, true)
		if err != nil {
			return err
		}
		if err := d.may(f.subject()); err != nil {
			return err
		}
		kept, err = d.keep(f, in)
		return err
	})
	return kept, err
}

// keep writes what changed in a draft.
func (d *desk) keep(f dossier, in Draft) (Kept, error) {
	kept := Kept{Behind: []string{}, Texts: map[string]string{}, Links: map[string]string{}}
	if err := f.Edit("", []string{""}); err != nil { // a draft at all?
		return kept, err
	}
	parts := slices.Collect(maps.Keys(in.Texts))
	parts = slices.AppendSeq(parts, maps.Keys(in.Links))
	slices.Sort(parts)
	for _, part := range slices.Compact(parts) {
		if err := f.Edit(part, f.open); err != nil {
			return kept, err
		}
		stored, err := d.keepAnswer(f, part, in)
		if err != nil {
			return kept, err
		}
		if !stored {
			kept.Behind = append(kept.Behind, part)
		}
		kept.Texts[part], kept.Links[part] = f.answers[part].Text, f.answers[part].Link
	}
	kept.Revision = f.revision()
	consent, deidentified := in.Consent || !in.Whole && f.Consent, in.Deidentified || !in.Whole && f.Deidentified
	if consent == f.Consent && deidentified == f.Deidentified {
		return kept, nil
	}
	f.Consent, f.Deidentified = consent, deidentified
	return kept, d.SetApplication(f.Application)
}

// keepAnswer writes one part unless it is as it was, or another page has
// written it since.
func (d *desk) keepAnswer(f dossier, part string, in Draft) (stored bool, err error) {
	before := f.answers[part]
	after := before
	after.Application, after.Attempt, after.Part, after.Window, after.Revision = f.ID, f.Attempt, part, in.Window, in.Revision
	if text, sent := in.Texts[part]; sent {
		after.Text = strings.ReplaceAll(text, "\r\n", "\n") // forms send lines as on the wire
	}
	if link, sent := in.Links[part]; sent {
		after.Link = strings.TrimSpace(link)
	}
	if after.Text == before.Text && after.Link == before.Link {
		return true, nil
	}
	if !before.Takes(competency.Save{Window: in.Window, Base: in.Base, Revision: in.Revision}) {
		return false, nil
	}
	f.answers[part] = after
	return true, d.PutAnswer(after)
}

// maxFilesPerPart bounds what hangs on one part.
const maxFilesPerPart = 5

// AttachFile adds a file to a part of a draft.
func (r *Registrar) AttachFile(ctx context.Context, who competency.Actor, id competency.ApplicationID, part, name string, from io.Reader) error {
	editable := func(d *desk) error {
		f, err := d.dossier(id, false)
		if err != nil {
			return err
		}
		if err := d.may(f.subject()); err != nil {
			return err
		}
		if err := f.Edit(part, f.open); err != nil {
			return err
		}
		if len(f.answers[part].Files) >= maxFilesPerPart {
			return competency.Invalid(competency.Field{Pointer: "/files", Detail: "A part takes up to five files. Remove one first."})
		}
		return nil
	}
	// Permission is asked for before a byte is stored, and again with the row.
	if err := r.look(ctx, who, func(d *desk) error { d.act = competency.EditApplication; return editable(d) }); err != nil {
		return err
	}
	info, err := r.saveFile(from, name)
	if err != nil {
		return err
	}
	return r.act(ctx, who, competency.EditApplication, func(d *desk) error {
		if err := editable(d); err != nil {
			return err
		}
		a, err := d.AddAttachment(info.attachment(who.Person, competency.ApplicationFile, string(id), part))
		d.note("file", string(a.ID))
		return err
	})
}

// RemoveFile takes a file off a draft.
func (r *Registrar) RemoveFile(ctx context.Context, who competency.Actor, id competency.ApplicationID, file competency.FileID) error {
	return r.act(ctx, who, competency.EditApplication, func(d *desk) error {
		f, err := d.dossier(id, true)
		if err != nil {
			return err
		}
		if err := d.may(f.subject()); err != nil {
			return err
		}
		i := slices.IndexFunc(f.files, func(a competency.Attachment) bool { return a.ID == file })
		if i < 0 {
			return competency.NotFound()
		}
		if err := f.Edit(f.files[i].Part, f.open); err != nil {
			return err
		}
		d.note("removed", string(file))
		return d.RemoveAttachment(file)
	})
}

// SubmitApplication hands a draft in and gives it to two assessors; where two
// are not free it waits, and the coordinator is told why. ErrInvalid names
// what is not complete.
func (r *Registrar) SubmitApplication(ctx context.Context, who competency.Actor, id competency.ApplicationID) error {
	all, err := r.candidates(ctx, who.Tenant)
	if err != nil {
		return err
	}
	return r.act(ctx, who, competency.SubmitApplication, func(d *desk) error {
		f, err := d.dossier(id, true)
		if err != nil {
			return err
		}
		if err := d.may(f.subject()); err != nil {
			return err
		}
		zone, err := d.zone(f.micro.Org)
		if err != nil {
			return err
		}
		if f.Application, err = f.Submit(f.micro, f.open, f.answers, d.at, zone); err != nil {
			return err
		}
		if err := d.promise(competency.BeforeHandingIn, string(f.ID), f.Promised()); err != nil {
			return err
		}
		return d.giveOut(f, all)
	})
}

// zone is the time zone in which an organisation's civil dates are.
func (d *desk) zone(org competency.OrgID) (*time.Location, error) {
	o, err := d.Org(org)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(o.Zone)
	if err != nil {
		return nil, fmt.Errorf("the zone of organisation %s: %w", org, err)
	}
	return zone, nil
}

// WithdrawApplication takes an open application back, for good.
func (r *Registrar) WithdrawApplication(ctx context.Context, who competency.Actor, id competency.ApplicationID) error {
	return r.changeOwn(ctx, who, id, "withdrawn", competency.Application.Withdraw)
}

// RetryApplication opens the next attempt after a decision that said not yet.
func (r *Registrar) RetryApplication(ctx context.Context, who competency.Actor, id competency.ApplicationID) error {
	return r.changeOwn(ctx, who, id, "retry", competency.Application.Retry)
}

// changeOwn lets the owner take one step with an application.
func (r *Registrar) changeOwn(ctx context.Context, who competency.Actor, id competency.ApplicationID, step string,
	change func(competency.Application) (competency.Application, error),
) error {
	return r.act(ctx, who, competency.EditApplication, func(d *desk) error {
		f, err := d.dossier(id, true)
		if err != nil {
			return err
		}
		if err := d.may(f.subject()); err != nil {
			return err
		}
		if f.Application, err = change(f.Application); err != nil {
			return err
		}
		d.note("step", step)
		return d.SetApplication(f.Application)
	})
}
