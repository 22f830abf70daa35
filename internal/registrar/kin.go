package registrar

import (
	"context"
	"strings"

	"laurel/competency"
	"laurel/internal/store"
)

// KinLine is a family tie in a list.
type KinLine struct {
	competency.Kinship
	OfName, AndName, ByName string
	MayEnd                  bool
}

// MyKin answers the ties that the actor has declared or is part of, and every
// tie of the tenant to the office.
func (r *Registrar) MyKin(ctx context.Context, who competency.Actor) (lines []KinLine, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewKin, competency.Subject{Owner: who.Person}); err != nil {
			return err
		}
		whose := who.Person
		if who.Is(competency.RegistrarRole, competency.OrgAdmin) {
			whose = ""
		}
		ties, err := d.Kinships(whose)
		if err != nil {
			return err
		}
		var people []competency.PersonID
		for _, k := range ties {
			people = append(people, k.Of, k.And, k.DeclaredBy)
		}
		names, err := d.UsedNames(people)
		lines = nil
		for _, k := range ties {
			lines = append(lines, KinLine{
				Kinship: k, OfName: names[k.Of], AndName: names[k.And], ByName: names[k.DeclaredBy],
				MayEnd: who.Is(competency.RegistrarRole, competency.OrgAdmin) && who.Person != k.Of && who.Person != k.And,
			})
		}
		return err
	})
	return lines, err
}

// NewKin declares a family tie by names in use. An empty Of is the actor.
type NewKin struct {
	Of     string `json:"of" required:"false"`
	Person string `json:"person"`
}

// DeclareKin says that two people are family: from now on neither judges what
// is the other's. Everybody declares their own; the office any.
func (r *Registrar) DeclareKin(ctx context.Context, who competency.Actor, in NewKin) error {
	return r.act(ctx, who, competency.DeclareKin, func(d *desk) error {
		of, own := who.Person, competency.Subject{Owner: who.Person}
		var err error
		if strings.TrimSpace(in.Of) != "" {
			own = competency.Subject{}
		}
		if err := d.may(own); err != nil {
			return err
		}
		if strings.TrimSpace(in.Of) != "" {
			if of, err = d.personNamed("/of", store.PeopleFilter{Name: in.Of}); err != nil {
				return err
			}
		}
		and, err := d.personNamed("/person", store.PeopleFilter{Name: in.Person})
		if err != nil {
			return err
		}
		k, err := competency.Declare(of, and, who.Person, d.Now())
		if err != nil {
			return err
		}
		if k, err = d.AddKinship(k); err != nil {
			return err
		}
		d.subject.ID = k.ID
		return nil
	})
}

// personNamed answers the one person of those asked for whose name in use is
// exactly the filter's; what is wrong with the name stands at the pointer.
func (d *desk) personNamed(at string, among store.PeopleFilter) (competency.PersonID, error) {
	among.Name = strings.TrimSpace(among.Name)
	if among.Name == "" {
		return "", competency.Invalid(competency.Field{Pointer: at, Detail: "Give a name."})
	}
	people, _, err := d.People(among, store.Page{Limit: 50})
	if err != nil {
		return "", err
	}
	var found []competency.PersonID
	for _, p := range people {
		if strings.EqualFold(p.Used, among.Name) {
			found = append(found, p.ID)
		}
	}
	switch len(found) {
	case 0:
		return "", competency.Invalid(competency.Field{Pointer: at, Detail: "Nobody here goes by exactly this name. Write first and last name as the school lists them."})
	case 1:
		return found[0], nil
	}
	return "", competency.Invalid(competency.Field{Pointer: at, Detail: "More than one person has this name; the office can tell them apart."})
}

// EndKin ends a tie that was declared in error. Nobody ends a tie of their own.
func (r *Registrar) EndKin(ctx context.Context, who competency.Actor, id string) error {
	return r.act(ctx, who, competency.EndKin, func(d *desk) error {
		k, err := d.Kinship(id)
		if err != nil {
			return err
		}
		for _, p := range []competency.PersonID{k.Of, k.And} {
			if err := d.may(competency.Subject{ID: id, Owner: p}); err != nil {
				return err
			}
		}
		return d.EndKinship(id, who.Person)
	})
}
