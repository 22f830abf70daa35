package registrar

import (
	"context"
	"errors"
	"strings"

	"laurel/competency"
	"laurel/internal/store"
)

// GroupView is what the members of a group share, and who they are.
type GroupView struct {
	First   competency.EvidenceID
	Title   string
	Body    string
	Links   []string
	Files   []competency.Attachment
	Members []MemberView // the owner first
}

// MemberView is one member of a group.
type MemberView struct {
	competency.GroupMember
	Name  string
	Owner bool // began the work
}

// group answers the group that evidence belongs to; nil for work done alone.
func (d *desk) group(e competency.Evidence) (*GroupView, error) {
	first := e
	if e.PartOf != "" {
		var err error
		if first, err = d.Evidence(e.PartOf); err != nil {
			return nil, err
		}
	}
	members, err := d.Members(first.ID)
	if err != nil || len(members) == 0 {
		return nil, err
	}
	g := &GroupView{First: first.ID, Title: first.Title, Body: first.Body, Links: first.Links}
	if g.Files, err = d.Attachments(competency.EvidenceFile, string(first.ID)); err != nil {
		return nil, err
	}
	people := []competency.PersonID{first.Owner}
	for _, m := range members {
		people = append(people, m.Person)
	}
	names, err := d.UsedNames(people)
	g.Members = []MemberView{{
		GroupMember: competency.GroupMember{Evidence: first.ID, Person: first.Owner, Piece: first.ID, State: competency.MemberJoined},
		Name:        names[first.Owner], Owner: true,
	}}
	for _, m := range members {
		g.Members = append(g.Members, MemberView{GroupMember: m, Name: names[m.Person]})
	}
	return g, err
}

// mayShare asks whether the actor is of the group whose first piece this is.
func (d *desk) mayShare(first competency.Evidence) error {
	members, err := d.Members(first.ID)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Person == d.who.Person && m.State != competency.MemberDeclined {
			return d.see(competency.JoinGroup, competency.Subject{ID: string(first.ID), Owner: m.Person})
		}
	}
	return competency.NotFound()
}

// InviteToGroup asks a learner of the same school, by name, to join the group
// of a piece of the actor's own.
func (r *Registrar) InviteToGroup(ctx context.Context, who competency.Actor, id competency.EvidenceID, name string) error {
	name = strings.TrimSpace(name)
	if name == "" {
		return competency.Invalid(competency.Field{Pointer: "/person", Detail: "Give the name of somebody at your school."})
	}
	return r.act(ctx, who, competency.EditEvidence, func(d *desk) error {
		e, _, err := d.own(id)
		if err != nil {
			return err
		}
		person, err := d.personNamed("/person", store.PeopleFilter{Name: name, School: e.School})
		if err != nil {
			return err
		}
		members, err := d.Members(id)
		if err != nil {
			return err
		}
		added, err := competency.Invite(e, members, []competency.PersonID{person}, d.Now())
		if err != nil {
			return err
		}
		d.note("invited", string(person))
		return d.AddMembers(added)
	})
}

// Invitation is a group that waits for somebody's answer.
type Invitation struct {
	GroupView
	By string // who asks
}

// Invitations answers the groups that wait for the actor's answer.
func (r *Registrar) Invitations(ctx context.Context, who competency.Actor) (all []Invitation, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		all = nil
		if err := d.see(competency.JoinGroup, competency.Subject{Owner: who.Person}); err != nil {
			return err
		}
		asked, err := d.Invitations(who.Person)
		if err != nil {
			return err
		}
		for _, m := range asked {
			first, err := d.Evidence(m.Evidence)
			if err != nil {
				return err
			}
			g, err := d.group(first)
			if err != nil {
				return err
			}
			all = append(all, Invitation{*g, g.Members[0].Name})
		}
		return nil
	})
	return all, err
}

// waitsToJoin are the invitations on a learner's home page.
func waitsToJoin(d *desk) ([]Waiting, error) {
	if len(d.who.Schools) == 0 {
		return nil, nil
	}
	asked, err := d.Invitations(d.who.Person)
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	return []Waiting{{Kind: "invitations", Count: len(asked), Oldest: asked[0].Invited, Href: "/evidence#invitations"}}, nil
}

// AnswerInvitation joins a group with a piece of one's own, which it answers,
// or declines.
func (r *Registrar) AnswerInvitation(ctx context.Context, who competency.Actor, first competency.EvidenceID, join bool) (piece competency.EvidenceID, err error) {
	err = r.act(ctx, who, competency.JoinGroup, func(d *desk) error {
		e, err := d.Evidence(first)
		if err != nil {
			return err
		}
		m, err := d.invited(e)
		if err != nil {
			return err
		}
		if join {
			if len(who.Schools) == 0 {
				return competency.NotFound()
			}
			piece = competency.EvidenceID(d.ID())
			if err := d.AddEvidence(e.PieceFor(piece, who.Person, who.Schools[0], d.Now())); err != nil {
				return err
			}
		}
		if err := m.Answer(piece, d.Now()); err != nil {
			return err
		}
		d.note("state", string(m.State))
		return d.SetMember(m)
	})
	return piece, err
}

// invited answers the actor's own invitation to a group.
func (d *desk) invited(first competency.Evidence) (competency.GroupMember, error) {
	members, err := d.Members(first.ID)
	if err != nil {
		return competency.GroupMember{}, err
	}
	for _, m := range members {
		if m.Person == d.who.Person {
			return m, d.may(competency.Subject{ID: string(first.ID), Owner: m.Person})
		}
	}
	return competency.GroupMember{}, errors.Join(d.may(competency.Subject{ID: string(first.ID)}), competency.NotFound())
}
