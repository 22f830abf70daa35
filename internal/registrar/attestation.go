package registrar

import (
	"context"
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
)

// AttestationInput is what somebody outside is to be asked, as the asker
// writes it.
type AttestationInput struct {
	Name         string   `json:"name" required:"false"`
	Role         string   `json:"role" required:"false"`
	Organisation string   `json:"organisation" required:"false"`
	Mail         string   `json:"mail" required:"false"`
	Statement    string   `json:"statement" required:"false"`
	Hours        float64  `json:"hours" required:"false"`
	Indicators   []string `json:"indicators" required:"false"` // codes, of those that the evidence has
	Files        []string `json:"files" required:"false"`      // ids, of those that the evidence has
}

// attestation is the input as a domain value, for a piece of evidence with its
// indicators and files.
func (in AttestationInput) attestation(v EvidenceView) (competency.Attestation, []competency.Field) {
	a := competency.Attestation{
		Evidence: v.ID, Version: v.Version, State: competency.AttestationAsked, Mail: strings.TrimSpace(in.Mail),
		Mentor: competency.Mentor{
			Name: strings.TrimSpace(in.Name), Role: strings.TrimSpace(in.Role), Organisation: strings.TrimSpace(in.Organisation),
		},
		Request: competency.Request{Statement: strings.TrimSpace(in.Statement)},
	}
	var bad []competency.Field
	minutes, ok := competency.Minutes(in.Hours)
	if !ok {
		bad = append(bad, competency.Field{Pointer: "/hours", Detail: "Give the hours as a number, such as 60 or 1.5."})
	}
	a.Request.Minutes = minutes
	if a.Mail != "" && !plainMail(a.Mail) {
		bad = append(bad, competency.Field{Pointer: "/mail", Detail: "This is no e-mail address. Leave it empty to hand over the link yourself."})
	}
	for _, it := range v.Indicators {
		if slices.Contains(in.Indicators, it.Code) {
			a.Request.Items = append(a.Request.Items, it.ID)
		}
	}
	for _, f := range v.Files {
		if slices.Contains(in.Files, string(f.ID)) {
			a.Request.Files = append(a.Request.Files, f.ID)
		}
	}
	a.Request.Reason = reasonOf(a.Request)
	return a, append(bad, a.Check()...)
}

// plainMail reports whether a text is one address and nothing around it.
func plainMail(s string) bool {
	parsed, err := mail.ParseAddress(s)
	return err == nil && parsed.Address == s && len(s) <= 254
}

// reasonOf says in a noun phrase what is asked for.
func reasonOf(r competency.Request) string {
	var parts []string
	if r.Minutes > 0 {
		parts = append(parts, HoursText(r.Minutes)+" hours")
	}
	if len(r.Items) > 0 {
		parts = append(parts, "what was shown")
	}
	if r.Statement != "" {
		parts = append(parts, "a statement")
	}
	if last := len(parts) - 1; last > 0 {
		return strings.Join(parts[:last], ", ") + " and " + parts[last]
	}
	return strings.Join(parts, "")
}

// HoursText writes minutes as hours: "60", "1.5".
func HoursText(minutes int) string {
	return strconv.FormatFloat(float64(minutes*100/60)/100, 'f', -1, 64)
}

// askable reads evidence for an act of those who may ask people outside.
func (d *desk) askable(id competency.EvidenceID) (v EvidenceView, err error) {
	e, err := d.Evidence(id)
	if err != nil {
		return v, err
	}
	if err := d.may(competency.Subject{ID: string(e.ID), Org: e.School, Owner: e.Owner}); err != nil {
		return v, err
	}
	if err := d.mayRead(e); err != nil {
		return v, err
	}
	if !e.Attestable() {
		return v, competency.Refuse("This piece is no longer in use, so that nobody needs to confirm it.")
	}
	v, _, err = d.evidenceView(e)
	return v, err
}

// AttestationForm answers the evidence about which the actor may ask somebody
// outside.
func (r *Registrar) AttestationForm(ctx context.Context, who competency.Actor, id competency.EvidenceID) (v EvidenceView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		d.act = competency.AskAttestation
		v, err = d.askable(id)
		return err
	})
	return v, err
}

// AskAttestation asks somebody outside about a piece of evidence, by a link
// that lasts two weeks and takes one answer. ErrInvalid names fields;
// ErrConflict when too many are asked already, or when hours of the piece are
// asked of, or were confirmed by, somebody else.
func (r *Registrar) AskAttestation(ctx context.Context, who competency.Actor, once Once, id competency.EvidenceID, in AttestationInput) (competency.AttestationID, error) {
	answer, err := r.actOnce(ctx, who, once, competency.AskAttestation, func(d *desk) (string, error) {
		v, err := d.askable(id)
		if err != nil {
			return "", err
		}
		a, bad := in.attestation(v)
		if len(bad) > 0 {
			return "", competency.Invalid(bad...)
		}
		if err := competency.MayAskAlso(v.Attestations, a); err != nil {
			return "", err
		}
		a.ID = competency.AttestationID(d.ID())
		if err := a.Renew(who.Person, d.at); err != nil {
			return "", err
		}
		l, err := r.newLink(string(a.ID))
		if err != nil {
			return "", err
		}
		d.note("attestation", string(a.ID))
		return string(a.ID), d.AddAttestation(a, l)
	})
	return competency.AttestationID(answer), err
}

// asked reads a request for an act of those who may ask people outside about
// its evidence.
func (d *desk) asked(id competency.AttestationID) (competency.Attestation, EvidenceView, error) {
	a, err := d.AttestationToSettle(id)
	if err != nil {
		return a, EvidenceView{}, err
	}
	v, err := d.askable(a.Evidence)
	d.note("attestation", string(a.ID))
	return a, v, err
}

// AskAgain gives a request that nobody has answered a new link and two more
// weeks; the old link dies, and the actor holds the new one.
func (r *Registrar) AskAgain(ctx context.Context, who competency.Actor, id competency.AttestationID) error {
	return r.act(ctx, who, competency.AskAttestation, func(d *desk) error {
		a, v, err := d.asked(id)
		if err != nil {
			return err
		}
		if err := a.Renew(who.Person, d.at); err != nil {
			return err
		}
		a.Version = v.Version
		l, err := r.newLink(string(a.ID))
		if err != nil {
			return err
		}
		if err := d.SaveAttestation(a); err != nil {
			return err
		}
		return d.SetLink(a.ID, l)
	})
}

// CancelAttestation takes back a request that nobody has answered, and answers
// whose evidence it was about.
func (r *Registrar) CancelAttestation(ctx context.Context, who competency.Actor, id competency.AttestationID) (about competency.EvidenceID, err error) {
	err = r.act(ctx, who, competency.CancelAttestation, func(d *desk) error {
		a, _, err := d.asked(id)
		if err != nil {
			return err
		}
		if err := a.Cancel(d.at); err != nil {
			return err
		}
		about = a.Evidence
		return d.SaveAttestation(a)
	})
	return about, err
}

// Handover is a request as those see it who may pass it on.
type Handover struct {
	competency.Attestation
	Work   EvidenceView
	School string
	// Secret is the last part of the link's address; empty for everyone but who
	// asked last, and once the link leads nowhere.
	Secret string
}

// Handover answers a request and, to who asked, its link.
func (r *Registrar) Handover(ctx context.Context, who competency.Actor, id competency.AttestationID) (h Handover, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		a, l, err := d.Attestation(id)
		if err != nil {
			return err
		}
		d.act = competency.AskAttestation
		if h.Work, err = d.askable(a.Evidence); err != nil {
			return err
		}
		school, err := d.Org(h.Work.School)
		if err != nil {
			return err
		}
		h.Attestation, h.School = a, school.Name
		if secret := r.linkSecret(string(a.ID), l.Salt); a.Asker == who.Person && a.Open(d.at) && hashOf(secret) == l.Hash {
			h.Secret = secret
		}
		return nil
	})
	return h, err
}
