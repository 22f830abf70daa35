package registrar

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// GuestInput invites somebody without an account to a panel.
type GuestInput struct {
	Name         string `json:"name"`
	Role         string `json:"role"`
	Organisation string `json:"organisation" required:"false"`
}

// inviteGuests seats guests on a panel that is called together; what is wrong with
// an invitation is answered beside its field.
func (d *desk) inviteGuests(p *competency.Panel, in []GuestInput) (guests []competency.Guest, bad []competency.Field) {
	for i, row := range in {
		g := competency.Guest{Panel: p.ID, By: competency.Mentor{
			Name: strings.TrimSpace(row.Name), Role: strings.TrimSpace(row.Role), Organisation: strings.TrimSpace(row.Organisation),
		}}
		if g.By == (competency.Mentor{}) {
			continue
		}
		for _, f := range g.Check() {
			bad = append(bad, competency.Field{Pointer: "/guests/" + strconv.Itoa(i) + f.Pointer, Detail: f.Detail})
		}
		g.Seat, g.Person = competency.SeatID(d.ID()), competency.PersonID(d.ID())
		p.Members = append(p.Members, competency.PanelMember{Person: g.Person, Outside: true})
		guests = append(guests, g)
	}
	if len(guests) > competency.MaxGuests {
		bad = append(bad, competency.Field{Pointer: "/members", Detail: "A panel has at most " + strconv.Itoa(competency.MaxGuests) + " guests."})
	}
	return guests, bad
}

// seatPanel keeps a panel and its guests, each as a person without an account
// and with a link of their own.
func (r *Registrar) seatPanel(d *desk, p competency.Panel, guests []competency.Guest) error {
	for _, g := range guests {
		if _, err := d.AddPerson(competency.Person{ID: g.Person, Legal: g.By.Name}); err != nil {
			return err
		}
	}
	if err := d.AddPanel(p); err != nil {
		return err
	}
	for _, g := range guests {
		if err := g.Renew(d.at); err != nil {
			return err
		}
		l, err := r.newLink(string(g.Seat))
		if err != nil {
			return err
		}
		if err := d.AddGuest(g, l); err != nil {
			return err
		}
	}
	return nil
}

// GuestSeat is a guest as those see them who may look at the panel.
type GuestSeat struct {
	competency.Guest
	Live bool // the link leads to a form
	// Secret is the last part of the link's address; empty for everyone but the
	// chair, and once the link leads nowhere.
	Secret string
}

// guestSeats are the guests of a panel; their links are the chair's.
func (r *Registrar) guestSeats(d *desk, p competency.Panel) (seats []GuestSeat, err error) {
	guests, links, err := d.Guests(p.ID)
	if err != nil {
		return nil, err
	}
	for i, g := range guests {
		seat := GuestSeat{Guest: g, Live: p.State == competency.PanelOpen && g.Open(d.at)}
		if secret := r.linkSecret(string(g.Seat), links[i].Salt); seat.Live && p.Chair == d.who.Person && hashOf(secret) == links[i].Hash {
			seat.Secret = secret
		}
		seats = append(seats, seat)
	}
	return seats, nil
}

// InviteAgain gives a guest who has not spoken a new link and two more weeks;
// the old link dies. The chair of the panel alone.
func (r *Registrar) InviteAgain(ctx context.Context, who competency.Actor, id competency.PanelID, seat competency.SeatID) error {
	return r.act(ctx, who, competency.InviteGuest, func(d *desk) error {
		p, err := d.Panel(id)
		if err != nil {
			return err
		}
		if err := d.may(panelSubject(p)); err != nil {
			return err
		}
		g, _, err := d.Guest(seat)
		switch {
		case err != nil:
			return err
		case g.Panel != id:
			return competency.NotFound()
		case p.Chair != who.Person:
			return competency.Forbidden("Only the teacher who called the panel together invites its guests.")
		case p.State != competency.PanelOpen:
			return competency.Refuse("This panel has ended.")
		}
		if err := g.Renew(d.at); err != nil {
			return err
		}
		l, err := r.newLink(string(seat))
		if err != nil {
			return err
		}
		d.note("seat", string(seat))
		if err := d.SaveGuest(g); err != nil {
			return err
		}
		return d.SetGuestLink(seat, l)
	})
}

// GuestPage is what a guest finds behind their link: the evidence of one panel
// and nothing else. Where the state is not open, nothing of it is there.
type GuestPage struct {
	State   LinkState
	On      time.Time // when they spoke, the panel ended or the link ran out
	Zone    *time.Location
	School  string
	Guest   competency.Guest
	Panel   competency.Panel
	Title   string // of the body
	Learner string // the name in use
	Chair   string
	Pieces  []GuestPiece
	Items   []competency.Item
	Rubrics map[competency.ItemID]competency.Rubric
	Scale   competency.Scale
}

// GuestPiece is one piece of the body, with its files.
type GuestPiece struct {
	competency.Evidence
	Files []competency.Attachment
}

// toSeat is where the link of a guest leads.
func toSeat(tx *store.Tx, hash string) (competency.OrgID, string, error) {
	tenant, seat, err := tx.SeatByLink(hash)
	return tenant, string(seat), err
}

// seated reads the panel of the guest whose link the actor holds, and asks
// whether they may judge: not about their own work or their family's, and not
// where they sit on the panel already.
func (d *desk) seated() (p GuestPage, err error) {
	if p.Guest, _, err = d.Guest(competency.SeatID(d.who.Link)); err != nil {
		return p, err
	}
	if p.Panel, err = d.Panel(p.Guest.Panel); err != nil {
		return p, err
	}
	on := competency.Subject{ID: d.who.Link, Org: p.Panel.School, Owner: p.Panel.Learner}
	if err := d.may(on); err != nil {
		return p, err
	}
	kin, err := d.KinOf(p.Panel.Learner)
	if err != nil {
		return p, err
	}
	sits := func(m competency.PanelMember) bool { return m.Person == d.who.Person }
	switch {
	case slices.Contains(kin, p.Guest.Person):
		return p, competency.Forbidden("Nobody decides about their own family; someone else has to do this.")
	case d.who.Person != "" && (p.Panel.Chair == d.who.Person || slices.ContainsFunc(p.Panel.Members, sits)):
		return p, competency.Forbidden("This seat is a guest's; you have a part of your own in the panel.")
	}
	school, err := d.Org(p.Panel.School)
	if err != nil {
		return p, err
	}
	p.School = school.Name
	if p.Zone, err = zoneOf(school); err != nil {
		return p, err
	}
	switch {
	case !p.Guest.Spoke.IsZero():
		p.State, p.On = LinkAnswered, p.Guest.Spoke
	case p.Panel.State != competency.PanelOpen:
		p.State, p.On = LinkTaken, p.Panel.Decided
	case !p.Guest.Open(d.at):
		p.State, p.On = LinkRanOut, p.Guest.Expires
	default:
		p.State = LinkOpen
	}
	return p, nil
}

// GuestPage answers what stands behind a guest's link, to whoever holds it at a
// network address. ErrNotFound for a link that leads nowhere, ErrRateLimited
// after too many of those, ErrForbidden to the learner, their family and those
// who have another part in the panel.
func (r *Registrar) GuestPage(ctx context.Context, from string, visitor competency.Actor, secret string) (p GuestPage, err error) {
	who, err := r.byLink(ctx, from, visitor, secret, toSeat)
	if err != nil {
		return p, err
	}
	err = r.look(ctx, who, func(d *desk) error {
		d.act = competency.ScorePanel
		if p, err = d.seated(); err != nil || p.State != LinkOpen {
			return err
		}
		return d.guestBody(&p)
	})
	if p.State != LinkOpen {
		p = GuestPage{State: p.State, On: p.On, Zone: p.Zone, School: p.School}
	}
	return p, err
}

// guestBody adds the body of evidence, and by what it is judged.
func (d *desk) guestBody(p *GuestPage) error {
	names, err := d.UsedNames([]competency.PersonID{p.Panel.Learner, p.Panel.Chair})
	if err != nil {
		return err
	}
	p.Learner, p.Chair = names[p.Panel.Learner], names[p.Panel.Chair]
	body, err := d.Evidence(p.Panel.Body)
	if err != nil {
		return err
	}
	p.Title = body.Title
	f, items, err := d.current()
	if err != nil {
		return err
	}
	p.Scale, p.Items = f.Scale, ordered(items, body.Items)
	if p.Rubrics, err = d.Rubrics(body.Items); err != nil {
		return err
	}
	for _, id := range p.Panel.Pieces {
		e, err := d.Evidence(id)
		if err != nil {
			return err
		}
		if e.State == competency.EvidenceDraft || e.State == competency.EvidenceWithdrawn {
			continue // the learner took it back
		}
		files, err := d.Attachments(competency.EvidenceFile, string(id))
		if err != nil {
			return err
		}
		p.Pieces = append(p.Pieces, GuestPiece{e, files})
	}
	return nil
}

// GuestFile opens a file of the body for a guest, while their link is open; the
// caller closes it.
func (r *Registrar) GuestFile(ctx context.Context, from string, visitor competency.Actor, secret string, file competency.FileID) (a competency.Attachment, content io.ReadSeekCloser, err error) {
	p, err := r.GuestPage(ctx, from, visitor, secret)
	if err != nil {
		return a, nil, err
	}
	for _, piece := range p.Pieces {
		for _, f := range piece.Files {
			if f.ID == file {
				content, err = r.openFile(f.SHA256)
				return f, content, err
			}
		}
	}
	return a, nil, competency.NotFound()
}

// GuestScores is what a guest says: a level for every indicator, and that they
// are nobody's family here.
type GuestScores struct {
	Scores []IndicatorScore `json:"scores"`
	// Stranger says that the guest is neither the learner nor their family.
	Stranger bool `json:"stranger"`
}

// ScoreAsGuest keeps what a guest says, once. Beside GuestPage's errors it
// answers ErrInvalid with fields, and ErrConflict when the panel has ended, the
// guest has spoken or the link has run out.
func (r *Registrar) ScoreAsGuest(ctx context.Context, from string, visitor competency.Actor, secret string, in GuestScores) error {
	who, err := r.byLink(ctx, from, visitor, secret, toSeat)
	if err != nil {
		return err
	}
	return r.act(ctx, who, competency.ScorePanel, func(d *desk) error {
		p, err := d.seated()
		if err != nil {
			return err
		}
		if p.State == LinkRanOut {
			return competency.Refuse("This link has run out. Please ask for a new one.")
		}
		if !in.Stranger && p.State == LinkOpen {
			return competency.Invalid(competency.Field{Pointer: "/stranger", Detail: "Nobody judges the work of their own family. Tick this if you may."})
		}
		if err := d.panelWords(p.Panel, p.Guest.Person, EvidenceScores{in.Scores}); err != nil {
			return err
		}
		d.note("panel", string(p.Panel.ID))
		p.Guest.Spoke = d.at
		return d.SaveGuest(p.Guest)
	})
}
