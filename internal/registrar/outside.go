package registrar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"laurel/competency"
	"laurel/credentials/bake"
	"laurel/internal/store"
	"laurel/verifier"
	verdicts "laurel/verifier/words"
)

// finding is what the office does about a verdict.
func finding(v verifier.Verdict) competency.Finding {
	switch v {
	case verifier.Valid:
		return competency.FoundGenuine
	case verifier.Undetermined:
		return competency.FoundUndetermined
	case verifier.Invalid, verifier.Revoked, verifier.Suspended, verifier.Superseded, verifier.NotYetValid, verifier.Expired,
		verifier.UnrecognisedIssuer:
	}
	return competency.FoundNot
}

// NewOutside is a credential of elsewhere as a learner hands it in: its bytes,
// or the public address where it is or is linked.
type NewOutside struct {
	Document []byte
	Address  string
}

// AddOutside takes in a credential that somebody else issued: the verifier
// judges it as any stranger's, and only what is genuine, or could not be
// checked in full yet, is kept. It answers the draft of evidence that rests on
// it, with the indicators that the credential's alignments name. What is
// refused is ErrInvalid on "/document" with the verifier's sentence, or on
// "/address" where nothing could be read there.
func (r *Registrar) AddOutside(ctx context.Context, who competency.Actor, once Once, in NewOutside) (competency.EvidenceID, error) {
	if len(who.Schools) == 0 {
		return "", r.act(ctx, who, competency.AddOutside, func(d *desk) error { return d.may(competency.Subject{}) })
	}
	document, err := r.outsideDocument(ctx, in)
	if err != nil {
		return "", err
	}
	report, err := r.checkOutside(ctx, document)
	if err != nil {
		return "", err
	}
	state, ok := competency.Receive(finding(report.Verdict))
	if !ok || report.Presentation != nil {
		return "", wrongDocument(refusalWords(report))
	}
	login, err := r.Login(ctx, who)
	if err != nil && !errors.Is(err, competency.ErrNotFound) {
		return "", err
	}
	id, err := r.actOnce(ctx, who, once, competency.AddOutside, func(d *desk) (string, error) {
		if err := d.may(competency.Subject{Org: who.Schools[0], Owner: who.Person}); err != nil {
			return "", err
		}
		return d.keepOutside(document, in.Address, state, report, login)
	})
	return competency.EvidenceID(id), err
}

// outsideDocument is the signed document that was handed in: by itself, in a
// picture or PDF that carries it, or by its address.
func (r *Registrar) outsideDocument(ctx context.Context, in NewOutside) (document []byte, err error) {
	document = in.Document
	if len(document) == 0 && in.Address != "" {
		if document, err = r.linkedCredential(ctx, in.Address); err != nil {
			return nil, err
		}
	}
	if len(document) == 0 {
		return nil, wrongDocument("Choose the file of the credential, paste it, or give its link.")
	}
	inner, _, err := bake.Extract(document)
	switch {
	case err != nil && len(document) <= bake.MaxBytes:
		return document, nil // a picture without a credential: the verifier says so
	case err != nil:
		return nil, &competency.Error{Kind: competency.ErrTooLarge, Detail: "A picture or PDF may have at most 4 MB. Nothing was stored."}
	case len(inner) > competency.MaxOutside:
		return nil, &competency.Error{Kind: competency.ErrTooLarge, Detail: "A credential may have at most 512 kB. Nothing was stored."}
	}
	return inner, nil
}

// MaxOutsideFile is the most bytes of a file that carries a credential of elsewhere.
const MaxOutsideFile = bake.MaxBytes

func wrongDocument(detail string) error {
	return competency.Invalid(competency.Field{Pointer: "/document", Detail: detail})
}

// refusalWords are the verifier's sentence for what cannot be taken.
func refusalWords(report verifier.Report) string {
	if report.Presentation != nil {
		return "This is an envelope around credentials. Send the credential itself."
	}
	return verdicts.For("en").Headline(report, nil)
}

// checkOutside asks the verifier, outside of any transaction.
func (r *Registrar) checkOutside(ctx context.Context, document []byte) (verifier.Report, error) {
	report, err := r.verifier.Verify(ctx, document)
	if err != nil {
		return report, fmt.Errorf("checking a credential of elsewhere: %w", err)
	}
	return report, nil
}

// keepOutside keeps the bytes with the report, and the draft that rests on them;
// address is where they were read, or empty.
func (d *desk) keepOutside(document []byte, address string, state competency.OutsideState, report verifier.Report, login string) (string, error) {
	o := competency.OutsideCredential{
		ID: competency.OutsideID(d.ID()), School: d.who.Schools[0], Learner: d.who.Person, Document: document,
		Hash: competency.HashDocument(document), Received: d.Now(), State: state, Holder: competency.HolderUnnamed,
	}
	before, err := d.OutsideOf(o.Learner)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(before, func(b competency.OutsideCredential) bool { return b.Hash == o.Hash }) {
		return "", wrongDocument("You have handed in this credential already.")
	}
	if err := d.found(&o, report, login); err != nil {
		return "", err
	}
	e, err := d.restingOn(o, report.Credential)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(address, "https://") {
		e.Links = []string{address}
	}
	o.Evidence = e.ID
	d.subject.ID = string(o.ID)
	d.note("verdict", o.Verdict)
	if err := d.AddEvidence(e); err != nil {
		return "", err
	}
	return string(e.ID), d.AddOutside(o)
}

// found puts what the verifier found into the credential; login is the sign-in
// name of its learner where that is known.
func (d *desk) found(o *competency.OutsideCredential, report verifier.Report, login string) error {
	text, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("writing a report: %w", err)
	}
	o.Report, o.Verdict, o.Checked = text, string(report.Verdict), report.AsOf
	o.Issuer = report.Issuer.ID
	o.IssuerName = report.Issuer.ClaimedName
	if report.Issuer.Name != "" {
		o.IssuerName = report.Issuer.Name
	}
	c := report.Credential
	if c == nil {
		return nil
	}
	o.Achievement, o.AchievementName, o.AchievementType = c.Achievement.ID, c.Achievement.Name, c.Achievement.Type
	if o.AchievementName == "" {
		o.AchievementName = c.Name
	}
	if o.Holder != competency.HolderUnnamed {
		return nil // it was compared when it was handed in
	}
	person, err := d.Person(o.Learner)
	o.Holder = competency.MatchHolder(c.Subject.ID, c.Subject.Name, person, login)
	return err
}

// restingOn is the draft of evidence that rests on a credential.
func (d *desk) restingOn(o competency.OutsideCredential, c *verifier.Summary) (competency.Evidence, error) {
	e := competency.Evidence{
		ID: competency.EvidenceID(d.ID()), School: o.School, Owner: o.Learner, Route: "external-credential",
		Title: short(o.AchievementName, 120), Provider: short(o.IssuerName, 120), State: competency.EvidenceDraft, Version: 1, Created: d.Now(),
	}
	if e.Title == "" {
		e.Title = "A credential earned elsewhere"
	}
	if c == nil {
		return e, nil
	}
	e.Body = short(c.Achievement.Description, 2000)
	f, err := d.CurrentFramework()
	if errors.Is(err, competency.ErrNotFound) {
		return e, nil
	}
	if err != nil {
		return e, err
	}
	items, err := d.Items(f.ID)
	for _, it := range items {
		if it.Kind == competency.IndicatorItem && len(e.Items) < competency.MaxItems && aligned(c.Achievement.Alignments, it) {
			e.Items = append(e.Items, it.ID)
		}
	}
	return e, err
}

// aligned reports whether an alignment names the indicator: by its code, or by
// an address that ends with it.
func aligned(all []verifier.AlignmentInfo, it competency.Item) bool {
	return slices.ContainsFunc(all, func(a verifier.AlignmentInfo) bool {
		return strings.EqualFold(a.Code, it.Code) || strings.HasSuffix(a.URL, "/"+it.Code) || strings.HasSuffix(a.URL, "#"+it.Code) ||
			strings.HasSuffix(a.URL, "/"+string(it.ID))
	})
}

func short(s string, most int) string {
	r := []rune(strings.TrimSpace(s))
	return string(r[:min(len(r), most)])
}

// OutsideView is a credential of elsewhere as its owner and the staff see it.
type OutsideView struct {
	competency.OutsideCredential
	Name     string // the learner's
	ByName   string // of whoever decided
	Headline string // the verifier's sentence
	Mine     bool
	MayWord  bool // may say whether it is this learner's
	Uses     []competency.CredentialUse
	Zone     *time.Location
}

// Outside answers a credential of elsewhere to its owner and the school's staff.
func (r *Registrar) Outside(ctx context.Context, who competency.Actor, id competency.OutsideID) (v OutsideView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		o, err := d.Outside(id)
		if err != nil {
			return err
		}
		on := competency.Subject{ID: string(id), Org: o.School, Owner: o.Learner}
		if err := d.see(competency.ViewOutside, on); err != nil {
			return err
		}
		views, err := d.outsideViews([]competency.OutsideCredential{o})
		if err == nil {
			v = views[0]
		}
		return err
	})
	return v, err
}

// Outsides answers the actor's own credentials of elsewhere and, to the staff,
// those that wait at their schools.
func (r *Registrar) Outsides(ctx context.Context, who competency.Actor) (own, waiting []OutsideView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewOutside, competency.Subject{Owner: who.Person}); err != nil {
			return err
		}
		mine, err := d.OutsideOf(who.Person)
		if err != nil {
			return err
		}
		if own, err = d.outsideViews(mine); err != nil || !who.Is(wordGivers...) {
			return err
		}
		asked, err := d.OutsideWaiting(schoolsAs(who, wordGivers...))
		if err != nil {
			return err
		}
		waiting, err = d.outsideViews(asked)
		return err
	})
	return own, waiting, err
}

// wordGivers are the roles that say whose a credential is.
var wordGivers = []competency.Role{competency.Teacher, competency.Counselor, competency.RegistrarRole}

func (d *desk) outsideViews(list []competency.OutsideCredential) ([]OutsideView, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var people []competency.PersonID
	for _, o := range list {
		people = append(people, o.Learner, o.DecidedBy)
	}
	names, err := d.UsedNames(people)
	if err != nil {
		return nil, err
	}
	uses, err := d.CredentialUses()
	if err != nil {
		return nil, err
	}
	views := make([]OutsideView, len(list))
	for i, o := range list {
		v := OutsideView{OutsideCredential: o, Name: names[o.Learner], ByName: names[o.DecidedBy], Mine: o.Learner == d.who.Person}
		if v.Zone, err = d.zone(o.School); err != nil {
			return nil, err
		}
		var report verifier.Report
		if err := json.Unmarshal(o.Report, &report); err != nil {
			return nil, fmt.Errorf("reading the report on credential %s: %w", o.ID, err)
		}
		v.Headline = verdicts.For("en").Headline(report, v.Zone)
		v.MayWord = (o.State == competency.OutsideVerified || o.State == competency.OutsidePending) &&
			d.see(competency.DecideOutside, competency.Subject{Org: o.School, Owner: o.Learner}) == nil
		for _, u := range uses {
			if (u.School == o.School || u.School == d.who.Tenant) && u.Counts(o) {
				v.Uses = append(v.Uses, u)
			}
		}
		views[i] = v
	}
	return views, nil
}

// OutsideDecision is the word of the staff about a credential of elsewhere.
type OutsideDecision struct {
	Accept bool   `json:"accept"`
	Words  string `json:"words" required:"false"`
}

// DecideOutside says that a credential is this learner's, or is not. From then
// on it counts as what the school says such credentials count as.
func (r *Registrar) DecideOutside(ctx context.Context, who competency.Actor, id competency.OutsideID, in OutsideDecision) error {
	return r.act(ctx, who, competency.DecideOutside, func(d *desk) error {
		o, err := d.Outside(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: o.School, Owner: o.Learner}); err != nil {
			return err
		}
		if err := o.Decide(in.Accept, who.Person, in.Words, d.Now()); err != nil {
			return err
		}
		d.note("state", string(o.State))
		return d.SetOutsideDecided(o)
	})
}

// RecheckOutside is the job that asks the verifier again about credentials of
// elsewhere.
type RecheckOutside struct{}

// Kind names the job.
func (RecheckOutside) Kind() string { return "recheck_outside" }

// How often credentials of elsewhere are checked again, and how many at a time.
const (
	recheckEvery   = 24 * time.Hour
	recheckPending = time.Hour
	recheckAtOnce  = 200
)

// RecheckOutside checks credentials of elsewhere that are due. What no longer
// verifies is withdrawn here too, and what rests on it is given to people to
// look at.
func (r *Registrar) RecheckOutside(ctx context.Context) error {
	var due []store.OutsideDue
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) (err error) {
		now := r.Now()
		due, err = tx.OutsideDue(now.Add(-recheckEvery), now.Add(-recheckPending), recheckAtOnce)
		return err
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, o := range due {
		if err := r.recheck(ctx, o.Tenant, o.ID); err != nil {
			failed = append(failed, fmt.Errorf("checking credential %s again: %w", o.ID, err))
		}
	}
	r.Log.InfoContext(ctx, "outside_rechecked", slog.Int("checked", len(due)), slog.Int("failed", len(failed)))
	return errors.Join(failed...)
}

func (r *Registrar) recheck(ctx context.Context, tenant competency.OrgID, id competency.OutsideID) error {
	var o competency.OutsideCredential
	err := r.Store.Read(ctx, tenant, func(sc *store.Scope) (err error) {
		o, err = sc.Outside(id)
		return err
	})
	if err != nil {
		return err
	}
	report, err := r.checkOutside(ctx, o.Document)
	if err != nil {
		return err
	}
	return r.act(ctx, System(tenant), competency.DecideOutside, func(d *desk) error {
		if o, err = d.Outside(id); err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: o.School, Owner: o.Learner}); err != nil {
			return err
		}
		was := o.State
		lost := o.Recheck(finding(report.Verdict))
		if report.Credential == nil && o.AchievementName != "" {
			report.Issuer = verifier.IssuerInfo{ID: o.Issuer, ClaimedName: o.IssuerName}
		}
		if err := d.found(&o, report, ""); err != nil {
			return err
		}
		d.note("verdict", o.Verdict)
		if was != o.State {
			d.note("state", string(o.State))
		}
		if err := d.SetOutsideChecked(o); err != nil || !lost {
			return err
		}
		return d.followWithdrawn(o)
	})
}

// followWithdrawn opens review tasks for what rests on a credential that no
// longer verifies: the locked levels behind its evidence, and what was issued.
func (d *desk) followWithdrawn(o competency.OutsideCredential) error {
	task := competency.ReviewTask{
		School: o.School, Learner: o.Learner, Kind: competency.OutsideWasWithdrawn, Outside: o.ID, Evidence: o.Evidence, Opened: d.Now(),
	}
	tasks := []competency.ReviewTask{task}
	if o.Evidence != "" {
		made, err := d.AssessmentsOf(o.Evidence)
		if err != nil {
			return err
		}
		live, err := d.LiveDeterminations([]competency.PersonID{o.Learner})
		if err != nil {
			return err
		}
		for _, l := range live {
			if l.State == competency.LevelConfirmed && l.RestsOn(made) {
				t := task
				t.Determination = l.ID
				tasks = append(tasks, t)
			}
		}
	}
	return d.openTasks(tasks, task)
}

// waitsForWord are the credentials of elsewhere on the home page of the staff.
func waitsForWord(d *desk) ([]Waiting, error) {
	if !d.who.Is(wordGivers...) {
		return nil, nil
	}
	asked, err := d.OutsideWaiting(schoolsAs(d.who, wordGivers...))
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	return []Waiting{{Kind: "outside", Count: len(asked), Oldest: asked[0].Received, Href: "/outside-credentials"}}, nil
}
