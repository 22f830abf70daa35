package registrar

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// How a link to somebody outside is kept. Its secret has 192 bits: a keyed hash
// of the request's id and a random salt. The database holds the salt and the
// secret's hash, and neither gives the secret without the key-encryption key,
// which is not there. So the asker can be shown the same link again, on paper
// and as a code, for as long as it lasts.

const (
	linkBytes = 24
	saltBytes = 16
	linkLabel = "laurel: links to people outside"
)

// newLink makes a link for a request or a seat, by its id.
func (r *Registrar) newLink(id string) (store.Link, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(r.Rand, salt); err != nil {
		return store.Link{}, fmt.Errorf("making a link: %w", err)
	}
	l := store.Link{Salt: hex.EncodeToString(salt)}
	l.Hash = hashOf(r.linkSecret(id, l.Salt))
	return l, nil
}

func (r *Registrar) linkSecret(id, salt string) string {
	if salt == "" {
		return ""
	}
	key, err := hkdf.Key(sha256.New, r.KeyEncryptionKey, nil, linkLabel, sha256.Size)
	if err != nil {
		return "" // only for lengths that cannot be made
	}
	mac := hmac.New(sha256.New, key)
	_, _ = io.WriteString(mac, id+"\n"+salt) // never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:linkBytes])
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// errNoLink is the same for links that never were and those that a newer one
// replaced.
var errNoLink error = &competency.Error{
	Kind:   competency.ErrNotFound,
	Detail: "This link leads nowhere, or not any more: a newer one may have taken its place. Please ask whoever gave it to you.",
}

var errKnocks error = &competency.Error{
	Kind:   competency.ErrRateLimited,
	Detail: "Too many links that lead nowhere were tried from here. Please wait a quarter of an hour.",
}

// byLink answers the actor who holds a link: somebody without an account, or
// who happens to be signed in in the same tenant, so that nobody answers about
// their own work. leads answers in which tenant, and to what, a link leads.
func (r *Registrar) byLink(ctx context.Context, from string, visitor competency.Actor, secret string,
	leads func(tx *store.Tx, hash string) (competency.OrgID, string, error),
) (competency.Actor, error) {
	if !r.attempts.mayKnock(from) {
		return competency.Actor{}, errKnocks
	}
	who := competency.Actor{}
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) (err error) {
		who.Tenant, who.Link, err = leads(tx, hashOf(secret))
		return err
	})
	if errors.Is(err, competency.ErrNotFound) {
		r.attempts.knocked(from)
		return who, errNoLink
	}
	if visitor.Tenant == who.Tenant {
		who.Account, who.Person = visitor.Account, visitor.Person
	}
	return who, err
}

// toAttestation is where the link of a request leads.
func toAttestation(tx *store.Tx, hash string) (competency.OrgID, string, error) {
	tenant, id, err := tx.AttestationByLink(hash)
	return tenant, string(id), err
}

// LinkState tells what somebody finds behind a link.
type LinkState string

// What stands behind a link: a form, or a sentence why there is none.
const (
	LinkOpen     LinkState = "open"
	LinkAnswered LinkState = "answered"
	LinkTaken    LinkState = "taken" // taken back by who asked, or with the work itself
	LinkRanOut   LinkState = "ran-out"
)

// LinkPage is what somebody outside sees of one piece of evidence. Where the
// state is not open, nothing of the evidence is there.
type LinkPage struct {
	State   LinkState
	On      time.Time // of the answer, or when the link ran out
	Zone    *time.Location
	School  string
	Learner string // the name in use
	Title   string
	Route   string
	Mentor  competency.Mentor
	Request competency.Request
	Items   []competency.Item
	Files   []competency.Attachment
	Expires time.Time
	version int // of the evidence
}

// linkPage gathers what the link of the actor leads to, for the request that it
// names.
func (d *desk) linkPage(a competency.Attestation) (p LinkPage, err error) {
	e, err := d.Evidence(a.Evidence)
	if err != nil {
		return p, err
	}
	if err := d.may(competency.Subject{ID: string(a.ID), Org: e.School, Owner: e.Owner}); err != nil {
		return p, err
	}
	school, err := d.Org(e.School)
	if err != nil {
		return p, err
	}
	if p.Zone, err = zoneOf(school); err != nil {
		return p, err
	}
	p.version = e.Version
	p.State, p.On = linkState(a, e, d.at)
	if p.State != LinkOpen {
		return p, nil
	}
	names, err := d.UsedNames([]competency.PersonID{e.Owner})
	if err != nil {
		return p, err
	}
	p.School, p.Learner, p.Title, p.Route = school.Name, names[e.Owner], e.Title, e.Route
	p.Mentor, p.Request, p.Expires = a.Mentor, a.Request, a.Expires
	return p, d.linkContent(&p, a)
}

// linkContent adds the indicators and files that the asker ticked.
func (d *desk) linkContent(p *LinkPage, a competency.Attestation) error {
	if len(a.Request.Items) > 0 {
		_, items, err := d.current()
		if err != nil {
			return err
		}
		p.Items = pick(items, a.Request.Items)
	}
	if len(a.Request.Files) == 0 {
		return nil
	}
	files, err := d.Attachments(competency.EvidenceFile, string(a.Evidence))
	if err != nil {
		return err
	}
	for _, f := range files {
		if slices.Contains(a.Request.Files, f.ID) {
			p.Files = append(p.Files, f)
		}
	}
	return nil
}

func linkState(a competency.Attestation, e competency.Evidence, now time.Time) (LinkState, time.Time) {
	switch {
	case a.State == competency.AttestationCancelled:
		return LinkTaken, a.Answered
	case a.State != competency.AttestationAsked:
		return LinkAnswered, a.Answered
	case !a.Open(now):
		return LinkRanOut, a.Expires
	case !e.Attestable():
		return LinkTaken, time.Time{}
	}
	return LinkOpen, time.Time{}
}

// LinkPage answers what stands behind a link, to whoever holds it at a network
// address. ErrNotFound for a link that leads nowhere, ErrRateLimited after too
// many of those, ErrForbidden to the owner of the work.
func (r *Registrar) LinkPage(ctx context.Context, from string, visitor competency.Actor, secret string) (p LinkPage, err error) {
	who, err := r.byLink(ctx, from, visitor, secret, toAttestation)
	if err != nil {
		return p, err
	}
	err = r.look(ctx, who, func(d *desk) error {
		d.act = competency.AnswerAttestation
		a, _, err := d.Attestation(competency.AttestationID(who.Link))
		if err != nil {
			return err
		}
		p, err = d.linkPage(a)
		return err
	})
	return p, err
}

// LinkFile opens a file that the asker let somebody outside see, while the link
// is open; the caller closes it.
func (r *Registrar) LinkFile(ctx context.Context, from string, visitor competency.Actor, secret string, file competency.FileID) (a competency.Attachment, content io.ReadSeekCloser, err error) {
	p, err := r.LinkPage(ctx, from, visitor, secret)
	if err != nil {
		return a, nil, err
	}
	i := slices.IndexFunc(p.Files, func(f competency.Attachment) bool { return f.ID == file })
	if i < 0 {
		return a, nil, competency.NotFound()
	}
	content, err = r.openFile(p.Files[i].SHA256)
	return p.Files[i], content, err
}

// ReplyInput is what somebody outside answers, on the page or as a program.
type ReplyInput struct {
	Answer       string  `json:"answer"` // confirm, correct or decline
	Hours        float64 `json:"hours" required:"false"`
	Words        string  `json:"words" required:"false"`
	Name         string  `json:"name"`
	Role         string  `json:"role"`
	Organisation string  `json:"organisation" required:"false"`
}

func (in ReplyInput) reply(method competency.ReplyMethod) (competency.Reply, []competency.Field) {
	minutes, ok := competency.Minutes(in.Hours)
	reply := competency.Reply{
		Kind: competency.ReplyKind(in.Answer), Minutes: minutes, Words: strings.TrimSpace(in.Words), Method: method,
		By: competency.Mentor{Name: strings.TrimSpace(in.Name), Role: strings.TrimSpace(in.Role), Organisation: strings.TrimSpace(in.Organisation)},
	}
	if !ok {
		return reply, []competency.Field{{Pointer: "/hours", Detail: "Give the hours as a number, such as 60 or 1.5."}}
	}
	return reply, nil
}

// AnswerAttestation records the word of whoever holds a link, once. Beside
// LinkPage's errors it answers ErrInvalid with fields, and ErrConflict when the
// request was answered, taken back or has run out.
func (r *Registrar) AnswerAttestation(ctx context.Context, from string, visitor competency.Actor, secret string, method competency.ReplyMethod, in ReplyInput) error {
	who, err := r.byLink(ctx, from, visitor, secret, toAttestation)
	if err != nil {
		return err
	}
	return r.act(ctx, who, competency.AnswerAttestation, func(d *desk) error {
		a, err := d.AttestationToSettle(competency.AttestationID(who.Link))
		if err != nil {
			return err
		}
		p, err := d.linkPage(a)
		if err != nil {
			return err
		}
		if p.State == LinkTaken {
			return competency.Refuse("This request was taken back. Nothing more is needed from you.")
		}
		reply, bad := in.reply(method)
		if len(bad) > 0 && a.Open(d.at) {
			return competency.Invalid(append(bad, a.CheckReply(reply)...)...)
		}
		if err := a.Settle(reply, d.at); err != nil {
			return err
		}
		a.Version = p.version
		d.note("evidence", string(a.Evidence))
		d.note("answer", string(reply.Kind))
		d.note("method", string(reply.Method))
		return d.SaveAttestation(a)
	})
}

// LapseAttestations is the job that takes note of links which ran out.
type LapseAttestations struct{}

// Kind names the job.
func (LapseAttestations) Kind() string { return "lapse_attestations" }

// lapsePerRun bounds one run of the job; the next goes on.
const lapsePerRun = 1000

// LapseAttestations notes in the journal, link by link, what has run out
// unanswered. What was asked stays open until somebody asks again or takes it
// back.
func (r *Registrar) LapseAttestations(ctx context.Context) error {
	var due []store.RunOut
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.AttestationsRunOut(r.Now(), lapsePerRun)
		return err
	})
	if err != nil {
		return err
	}
	for _, one := range due {
		who := competency.Actor{Tenant: one.Tenant, System: true}
		if err := r.act(ctx, who, competency.LapseAttestation, func(d *desk) error { return d.lapse(one.ID) }); err != nil {
			return err
		}
	}
	r.Log.InfoContext(ctx, "links ran out", slog.Int("links", len(due)))
	return nil
}

func (d *desk) lapse(id competency.AttestationID) error {
	if err := d.may(competency.Subject{ID: string(id)}); err != nil {
		return err
	}
	a, err := d.AttestationToSettle(id)
	if err != nil {
		return err
	}
	if a.State != competency.AttestationAsked || a.Open(d.at) {
		return nil // somebody was faster
	}
	a.Lapsed = true
	return d.SaveAttestation(a)
}
