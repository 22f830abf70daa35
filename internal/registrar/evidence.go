package registrar

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
	"laurel/internal/store"
)

// EvidenceInput is evidence as its owner writes it.
type EvidenceInput struct {
	Title      string   `json:"title"`
	Body       string   `json:"body" required:"false"`
	Reflection string   `json:"reflection" required:"false"`
	Route      string   `json:"route" required:"false"`
	Context    string   `json:"context" required:"false"`
	Provider   string   `json:"provider" required:"false"`
	Task       string   `json:"task" required:"false"`
	Began      string   `json:"began" required:"false"`    // civil date
	Ended      string   `json:"ended" required:"false"`    // civil date
	Hours      string   `json:"hours" required:"false"`    // "2.5"
	Proposed   bool     `json:"proposed" required:"false"` // the learner's own way of answering the task
	Approval   string   `json:"approval" required:"false"` // the agreement from before the start
	Links      []string `json:"links" required:"false"`
	Indicators []string `json:"indicators" required:"false"` // codes
	// Uploads are files that came in pieces before, by id (see BeginUpload).
	Uploads []string `json:"uploads" required:"false"`
	// Submit hands it in at once; else it stays a draft.
	Submit bool `json:"submit" required:"false"`
}

// evidence is the input as a domain value; links and words are trimmed.
func (in EvidenceInput) evidence() competency.Evidence {
	e := competency.Evidence{
		Task: competency.TaskID(in.Task), Title: strings.TrimSpace(in.Title), Body: strings.TrimSpace(in.Body),
		Reflection: strings.TrimSpace(in.Reflection), Route: in.Route, Context: strings.TrimSpace(in.Context), Provider: strings.TrimSpace(in.Provider),
		Began: strings.TrimSpace(in.Began), Ended: strings.TrimSpace(in.Ended), Minutes: minutesOf(in.Hours),
		Proposed: in.Proposed, Approval: competency.ApprovalID(in.Approval),
	}
	if e.Route == "" {
		e.Route = competency.Routes[0]
	}
	if e.Title == "" {
		e.Title = competency.TitleFrom(e.Reflection)
	}
	for _, l := range in.Links {
		if l = strings.TrimSpace(l); l != "" {
			e.Links = append(e.Links, l)
		}
	}
	return e
}

// minutesOf reads hours as people write them, "2.5" or "2,5"; -1 for what is no number.
func minutesOf(hours string) int {
	hours = strings.Replace(strings.TrimSpace(hours), ",", ".", 1)
	if hours == "" {
		return 0
	}
	n, err := strconv.ParseFloat(hours, 64)
	if err != nil || n < 0 || n > 1e6 {
		return -1
	}
	return int(n*60 + 0.5)
}

// Upload is a file that came with a form.
type Upload struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// saveFiles keeps uploads before the act that gives them a place.
func (r *Registrar) saveFiles(uploads []Upload) ([]FileInfo, error) {
	if len(uploads) > competency.MaxFiles {
		return nil, wrongFile("Add at most 10 files.")
	}
	files := make([]FileInfo, 0, len(uploads))
	for _, u := range uploads {
		f, err := u.Open()
		if err != nil {
			return nil, wrongFile("The file " + u.Name + " could not be read.")
		}
		info, err := r.saveFile(f, u.Name)
		err = errors.Join(err, f.Close())
		if err != nil {
			return nil, err
		}
		files = append(files, info)
	}
	return files, nil
}

// filesOf keeps what came with a form, and answers it with what came in pieces.
func (r *Registrar) filesOf(ctx context.Context, who competency.Actor, in EvidenceInput, uploads []Upload) ([]FileInfo, error) {
	sent, err := r.sentFiles(ctx, who, in.Uploads)
	if err != nil {
		return nil, err
	}
	files, err := r.saveFiles(uploads)
	return append(sent, files...), err
}

// check answers at once what is wrong with the input, before files are kept.
func (in EvidenceInput) check(files int) []competency.Field {
	e := in.evidence()
	for _, code := range in.Indicators {
		e.Items = append(e.Items, competency.ItemID(code)) // counted only
	}
	if in.Submit {
		return e.CheckComplete(files)
	}
	return e.Check(files)
}

// AddEvidence adds a piece of the actor's own work, as a draft or handed in at
// once. ErrInvalid names fields and stores nothing.
func (r *Registrar) AddEvidence(ctx context.Context, who competency.Actor, once Once, in EvidenceInput, uploads []Upload) (competency.EvidenceID, error) {
	if bad := in.check(len(uploads) + len(in.Uploads)); len(bad) > 0 {
		return "", competency.Invalid(bad...)
	}
	files, err := r.filesOf(ctx, who, in, uploads)
	if err != nil {
		return "", err
	}
	id, err := r.actOnce(ctx, who, once, competency.AddEvidence, func(d *desk) (string, error) {
		if len(who.Schools) == 0 {
			return "", d.may(competency.Subject{}) // only learners have evidence
		}
		if err := d.may(competency.Subject{Org: who.Schools[0], Owner: who.Person}); err != nil {
			return "", err
		}
		e := in.evidence()
		e.ID, e.School, e.Owner = competency.EvidenceID(d.ID()), who.Schools[0], who.Person
		e.State, e.Version, e.Created = competency.EvidenceDraft, 1, d.Now()
		d.subject.ID = string(e.ID)
		if e.Items, err = resolve(d.Scope, in.Indicators); err != nil {
			return "", err
		}
		if in.Submit {
			if err := d.submit(&e, len(files)); err != nil {
				return "", err
			}
		}
		if err := d.AddEvidence(e); err != nil {
			return "", noTask(err)
		}
		return string(e.ID), d.settle(e, files)
	})
	return competency.EvidenceID(id), err
}

// noTask says which reference of evidence can be missing.
func noTask(err error) error { return notThere(err, "/task", "There is no such task.") }

// notThere puts ErrNotFound beside the field that named what is missing.
func notThere(err error, at, words string) error {
	if errors.Is(err, competency.ErrNotFound) {
		return competency.Invalid(competency.Field{Pointer: at, Detail: words})
	}
	return err
}

// submit hands evidence in, if nothing is missing and the agreement that its
// route may need is there.
func (d *desk) submit(e *competency.Evidence, files int) error {
	lack, rule, err := d.lack(*e)
	if err != nil {
		return err
	}
	if bad := rule.Fields(lack); len(bad) > 0 {
		return competency.Invalid(bad...)
	}
	return e.Submit(files, d.Now())
}

// settle hangs new files on evidence that is stored already and, if it was
// handed in just now, keeps the version and asks for copies of its links.
func (d *desk) settle(e competency.Evidence, files []FileInfo) error {
	if err := d.attach(e, files); err != nil {
		return err
	}
	if e.State != competency.EvidenceSubmitted {
		return nil
	}
	if err := d.keepVersions(e); err != nil {
		return err
	}
	return d.askForCopies(e)
}

// attach hangs kept files on evidence.
func (d *desk) attach(e competency.Evidence, files []FileInfo) error {
	if err := d.fits(e.Owner, files); err != nil {
		return err
	}
	for _, f := range files {
		fresh, err := d.use(f, e.ID)
		if err != nil {
			return err
		}
		if !fresh { // the same form came again
			continue
		}
		if _, err := d.AddAttachment(f.attachment(e.Owner, competency.EvidenceFile, string(e.ID), "")); err != nil {
			return err
		}
	}
	return nil
}

// resolve turns the codes of indicators into items of the newest framework.
func resolve(sc *store.Scope, codes []string) ([]competency.ItemID, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	f, err := sc.CurrentFramework()
	if err != nil {
		return nil, err
	}
	items, err := sc.Items(f.ID)
	if err != nil {
		return nil, err
	}
	byCode := map[string]competency.ItemID{}
	for _, it := range items {
		if it.Kind == competency.IndicatorItem {
			byCode[it.Code] = it.ID
		}
	}
	var ids []competency.ItemID
	for _, code := range codes {
		id, ok := byCode[code]
		if !ok {
			return nil, competency.Invalid(competency.Field{Pointer: "/indicators", Detail: "There is no indicator " + code + "."})
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// EditEvidence writes the owner's new words into a draft, or into what a
// teacher sent back, and hands it in if the input says so.
func (r *Registrar) EditEvidence(ctx context.Context, who competency.Actor, id competency.EvidenceID, in EvidenceInput, uploads []Upload) error {
	plain := in
	plain.Submit = false // what is there already may complete it
	if bad := plain.check(len(uploads) + len(in.Uploads)); len(bad) > 0 {
		return competency.Invalid(bad...)
	}
	files, err := r.filesOf(ctx, who, in, uploads)
	if err != nil {
		return err
	}
	return r.act(ctx, who, competency.EditEvidence, func(d *desk) error {
		e, have, err := d.own(id)
		if err != nil {
			return err
		}
		with := in.evidence()
		if with.Items, err = resolve(d.Scope, in.Indicators); err != nil {
			return err
		}
		if err := e.Revise(with, have+len(files)); err != nil {
			return err
		}
		if in.Submit {
			if err := d.submit(&e, have+len(files)); err != nil {
				return err
			}
		}
		if err := d.SaveEvidence(e); err != nil {
			return noTask(err)
		}
		return d.settle(e, files)
	})
}

// own reads evidence for an act of its owner, with how many files hang on it.
func (d *desk) own(id competency.EvidenceID) (e competency.Evidence, files int, err error) {
	if e, err = d.Evidence(id); err != nil {
		return e, 0, err
	}
	if err := d.may(competency.Subject{ID: string(e.ID), Org: e.School, Owner: e.Owner}); err != nil {
		return e, 0, err
	}
	kept, err := d.Attachments(competency.EvidenceFile, string(e.ID))
	return e, len(kept), err
}

// SubmitEvidence hands a draft in.
func (r *Registrar) SubmitEvidence(ctx context.Context, who competency.Actor, id competency.EvidenceID) error {
	return r.act(ctx, who, competency.EditEvidence, func(d *desk) error {
		e, files, err := d.own(id)
		if err != nil {
			return err
		}
		if err := d.submit(&e, files); err != nil {
			return err
		}
		d.note("state", string(e.State))
		if err := d.MoveEvidence(e); err != nil {
			return err
		}
		return d.settle(e, nil)
	})
}

// WithdrawEvidence takes a piece back that nobody has judged.
func (r *Registrar) WithdrawEvidence(ctx context.Context, who competency.Actor, id competency.EvidenceID) error {
	return r.act(ctx, who, competency.EditEvidence, func(d *desk) error {
		e, _, err := d.own(id)
		if err != nil {
			return err
		}
		if err := e.Move(competency.EvidenceWithdrawn); err != nil {
			return err
		}
		d.note("state", string(e.State))
		return d.MoveEvidence(e)
	})
}

// RemoveEvidenceFile takes a file off evidence that its owner may still edit,
// and answers which evidence that is.
func (r *Registrar) RemoveEvidenceFile(ctx context.Context, who competency.Actor, file competency.FileID) (id competency.EvidenceID, err error) {
	err = r.act(ctx, who, competency.EditEvidence, func(d *desk) error {
		a, err := d.Attachment(file)
		if err != nil {
			return err
		}
		if a.Kind != competency.EvidenceFile {
			return competency.NotFound()
		}
		e, _, err := d.own(competency.EvidenceID(a.Subject))
		if err != nil {
			return err
		}
		if !e.Editable() {
			return competency.Refuse("This has been handed in; its files stay as they are.")
		}
		id = e.ID
		d.note("file", string(file))
		return d.RemoveAttachment(file)
	})
	return id, err
}

// EvidenceFile opens a file of evidence for those who may see the evidence; the
// caller closes it.
func (r *Registrar) EvidenceFile(ctx context.Context, who competency.Actor, file competency.FileID) (a competency.Attachment, content io.ReadSeekCloser, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		a, err = d.readableFile(file)
		return err
	})
	if err != nil {
		return a, nil, err
	}
	if !a.Purged.IsZero() {
		return a, nil, gone()
	}
	content, err = r.openFile(a.SHA256)
	return a, content, err
}

// readableFile answers a file of evidence that the actor may read: as part of
// the work, of one of its earlier versions, or of what a group shares.
func (d *desk) readableFile(file competency.FileID) (a competency.Attachment, err error) {
	a, removed, err := d.AttachmentEver(file)
	if err != nil {
		return a, err
	}
	if a.Kind != competency.EvidenceFile {
		return a, competency.NotFound()
	}
	e, err := d.Evidence(competency.EvidenceID(a.Subject))
	if err != nil {
		return a, err
	}
	if removed {
		if err := d.mayRead(e); err != nil {
			return a, err
		}
		return a, d.inVersion(e.ID, file)
	}
	err = d.mayRead(e)
	if errors.Is(err, competency.ErrNotFound) {
		return a, d.mayShare(e)
	}
	return a, err
}

// inVersion answers ErrNotFound for a file that no version of the evidence holds.
func (d *desk) inVersion(id competency.EvidenceID, file competency.FileID) error {
	versions, err := d.Versions(id)
	if err != nil {
		return err
	}
	for _, v := range versions {
		c, err := v.Content()
		if err != nil {
			return err
		}
		if slices.ContainsFunc(c.Files, func(f competency.VersionFile) bool { return f.ID == file }) {
			return nil
		}
	}
	return competency.NotFound()
}

// gone answers for a file whose bytes were deleted because their time was over.
func gone() error {
	return &competency.Error{Kind: competency.ErrNotFound, Detail: "This file was deleted because its time was over. Its hash and what was judged remain."}
}

// mayRead asks whether the actor may see evidence; a draft is its owner's alone.
func (d *desk) mayRead(e competency.Evidence) error {
	on := competency.Subject{ID: string(e.ID), Org: e.School, Owner: e.Owner}
	if !competency.Can(d.who, competency.ViewEvidence, on) {
		sits, err := d.OnPanelOver(d.who.Person, e.ID)
		if err != nil {
			return err
		}
		if sits {
			on.Assigned = []competency.PersonID{d.who.Person}
		}
	}
	if err := d.see(competency.ViewEvidence, on); err != nil {
		return err
	}
	private := e.State == competency.EvidenceDraft || e.State == competency.EvidenceWithdrawn
	if private && e.Owner != d.who.Person {
		return competency.NotFound()
	}
	return nil
}

// AutosaveEvidence keeps what somebody has written so far as a draft of their
// own, and answers which: the one with the id, or a new one for the key, which
// the same open page sends again. Savings are not journalled, as a draft is its
// owner's own desk; handing it in is.
func (r *Registrar) AutosaveEvidence(ctx context.Context, who competency.Actor, key string, id competency.EvidenceID, in EvidenceInput) (competency.EvidenceID, error) {
	in.Submit = false
	switch {
	case id == "" && key == "":
		return "", competency.Invalid(competency.Field{Pointer: "/idempotency_key", Detail: "Open the form again to go on writing."})
	case id == "":
		// What is written differs from saving to saving, the draft does not. The
		// form sends the key itself once more when it is handed in.
		made, err := r.AddEvidence(ctx, who, Once{Key: "draft " + key, Route: "autosave", Hash: []byte{}}, in, nil)
		if err != nil {
			return "", err
		}
		id = made
	}
	if who.Tenant == "" {
		return "", competency.May(who, competency.EditEvidence, competency.Subject{}, r.Now())
	}
	return id, r.Store.In(ctx, who.Tenant, func(sc *store.Scope) error {
		d := &desk{Scope: sc, ctx: ctx, who: who, act: competency.EditEvidence, at: r.Now().UTC()}
		e, have, err := d.own(id)
		if err != nil {
			return err
		}
		with := in.evidence()
		if with.Items, err = resolve(d.Scope, in.Indicators); err != nil {
			return err
		}
		if err := e.Revise(with, have); err != nil {
			return err
		}
		return noTask(d.SaveEvidence(e))
	})
}
