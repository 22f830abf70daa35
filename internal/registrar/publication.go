package registrar

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"slices"

	"laurel/competency"
	"laurel/internal/store"
)

// PublicationInput are the answers with which an owner shows work to whoever
// has the address.
type PublicationInput struct {
	// Answers are by question, "yes" for what was ticked.
	Answers map[string]string `json:"answers"`
}

// PublishEvidence shows the actor's own work under an address that nobody can
// guess, after every question was answered. Evidence is private until then, and
// again after [Registrar.UnpublishEvidence]. Nobody under 13 has public pages,
// nor who is kept out of the directory (domain invariant 17; 34 CFR 99.37).
func (r *Registrar) PublishEvidence(ctx context.Context, who competency.Actor, id competency.EvidenceID, in PublicationInput) error {
	return r.act(ctx, who, competency.PublishEvidence, func(d *desk) error {
		e, _, err := d.own(id)
		if err != nil {
			return err
		}
		p, err := d.Person(who.Person)
		if err != nil {
			return err
		}
		if err := competency.MayPublish(e, p, r.Now()); err != nil {
			return err
		}
		if bad := competency.Missing(competency.BeforePublishing, in.Answers, "/answers"); len(bad) > 0 {
			return competency.Invalid(bad...)
		}
		if err := d.promise(competency.BeforePublishing, string(id), in.Answers); err != nil {
			return err
		}
		secret, err := r.secretPage()
		if err != nil {
			return err
		}
		d.note("change", "published")
		return d.AddPublication(id, secret)
	})
}

// secretPage is the part of a page's address that nobody can guess: 160 bits.
func (r *Registrar) secretPage() (string, error) {
	var raw [20]byte
	if _, err := io.ReadFull(r.Rand, raw[:]); err != nil {
		return "", fmt.Errorf("drawing an address: %w", err)
	}
	return base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding).EncodeToString(raw[:]), nil
}

// promise keeps the answers to the checklist with their time.
func (d *desk) promise(on competency.Occasion, subject string, answers map[string]string) error {
	var all []competency.Promise
	for _, q := range competency.Checklist(on) {
		if a := answers[q.Key]; a != "" {
			all = append(all, competency.Promise{On: on, Subject: subject, Question: q.Key, Answer: a, By: d.who.Person, At: d.Now()})
		}
	}
	return d.AddPromises(all)
}

// promised answers when each item of the checklist was last answered about
// something, in the order of the checklist.
func (d *desk) promised(on competency.Occasion, subject string) (last []competency.Promise, err error) {
	all, err := d.Promises(on, subject)
	for _, q := range competency.Checklist(on) {
		for _, p := range slices.Backward(all) {
			if p.Question == q.Key {
				last = append(last, p)
				break
			}
		}
	}
	return last, err
}

// UnpublishEvidence ends the public page of the actor's own work.
func (r *Registrar) UnpublishEvidence(ctx context.Context, who competency.Actor, id competency.EvidenceID) error {
	return r.act(ctx, who, competency.PublishEvidence, func(d *desk) error {
		if _, _, err := d.own(id); err != nil {
			return err
		}
		d.note("change", "unpublished")
		return d.EndPublication(id)
	})
}

// PublishedWork is work that its owner shows.
type PublishedWork struct {
	Title, Body, Reflection string
	By                      string // the owner's name in use
	School                  string
	Links                   []string
	Files                   []competency.Attachment
}

// PublishedWork answers the public page of work; ErrNotFound once it was ended,
// or its owner may have no public pages any more.
func (r *Registrar) PublishedWork(ctx context.Context, secret string) (w PublishedWork, err error) {
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		sc, e, err := r.workBehind(tx, secret)
		if err != nil {
			return err
		}
		p, err := sc.Person(e.Owner)
		if err != nil {
			return err
		}
		o, err := sc.Org(e.School)
		if err != nil {
			return err
		}
		files, err := sc.Attachments(competency.EvidenceFile, string(e.ID))
		w = PublishedWork{Title: e.Title, Body: e.Body, Reflection: e.Reflection, By: p.Used, School: o.Name, Links: e.Links}
		w.Files = slices.DeleteFunc(files, func(a competency.Attachment) bool { return !a.Purged.IsZero() })
		return err
	})
	return w, err
}

// workBehind answers the evidence behind a public address.
func (r *Registrar) workBehind(tx *store.Tx, secret string) (*store.Scope, competency.Evidence, error) {
	tenant, id, err := tx.PublicationBehind(secret)
	if err != nil {
		return nil, competency.Evidence{}, err
	}
	sc, err := tx.Scope(tenant)
	if err != nil {
		return nil, competency.Evidence{}, err
	}
	e, err := sc.Evidence(id)
	if err != nil {
		return nil, e, err
	}
	p, err := sc.Person(e.Owner)
	if err != nil {
		return nil, e, err
	}
	if competency.MayPublish(e, p, r.Now()) != nil {
		return nil, e, competency.NotFound()
	}
	return sc, e, nil
}

// PublishedFile opens a file of published work; the caller closes it.
func (r *Registrar) PublishedFile(ctx context.Context, secret string, file competency.FileID) (a competency.Attachment, content io.ReadSeekCloser, err error) {
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		sc, e, err := r.workBehind(tx, secret)
		if err != nil {
			return err
		}
		if a, err = sc.Attachment(file); err != nil {
			return err
		}
		if a.Kind != competency.EvidenceFile || a.Subject != string(e.ID) || !a.Purged.IsZero() {
			return competency.NotFound()
		}
		return nil
	})
	if err != nil {
		return a, nil, err
	}
	content, err = r.openFile(a.SHA256)
	return a, content, err
}

// publication answers the secret of the public page of evidence; empty for none.
func (d *desk) publication(id competency.EvidenceID) (string, error) {
	secret, err := d.Publication(id)
	if errors.Is(err, competency.ErrNotFound) {
		return "", nil
	}
	return secret, err
}
