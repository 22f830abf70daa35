package registrar

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"laurel/competency"
)

// SectionInput is a section as its teacher writes it.
type SectionInput struct {
	Name string `json:"name"`
	// School is where it is taught; empty where the actor teaches at one school.
	School string `json:"school" required:"false"`
	// Names are the learners, one a line: sign-in name or name in use. A table
	// may be pasted; its first column counts.
	Names string `json:"names"`
}

// SectionLine is a section in a list.
type SectionLine struct {
	competency.Section
	Members int
}

// Sections answers the actor's own sections, those in use first.
func (r *Registrar) Sections(ctx context.Context, who competency.Actor) (lines []SectionLine, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewQueue, competency.Subject{}); err != nil {
			return err
		}
		lines, err = d.sectionLines()
		return err
	})
	return lines, err
}

func (d *desk) sectionLines() ([]SectionLine, error) {
	all, err := d.SectionsOf(d.who.Person)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]competency.SectionID, len(all))
	for i, s := range all {
		ids[i] = s.ID
	}
	members, err := d.SectionMembers(ids...)
	lines := make([]SectionLine, len(all))
	for i, s := range all {
		lines[i] = SectionLine{s, len(members[s.ID])}
	}
	return lines, err
}

// SectionView is one section with its learners.
type SectionView struct {
	competency.Section
	Members []competency.Person
	// Schools are where a new section can be taught.
	Schools []competency.Org
}

// Section answers a section to the teachers of its school; an empty id answers
// where a new one can be made.
func (r *Registrar) Section(ctx context.Context, who competency.Actor, id competency.SectionID) (v SectionView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if id == "" {
			v.Schools, err = d.teachesAt()
			return err
		}
		if v.Section, v.Members, err = d.SectionWith(id); err != nil {
			return err
		}
		return d.see(competency.ManageSections, competency.Subject{ID: string(id), Org: v.School})
	})
	return v, err
}

// teachesAt are the schools where the actor teaches.
func (d *desk) teachesAt() ([]competency.Org, error) {
	if err := d.see(competency.ViewQueue, competency.Subject{}); err != nil {
		return nil, err
	}
	orgs, err := d.Orgs()
	return slices.DeleteFunc(orgs, func(o competency.Org) bool {
		return o.Kind == competency.District || o.Kind == competency.State || !d.who.At(o.ID, competency.Teacher)
	}), err
}

// AddSection makes a section of the actor's. A name that no learner of the
// school has, or that several have, is ErrInvalid with its line.
func (r *Registrar) AddSection(ctx context.Context, who competency.Actor, once Once, in SectionInput) (competency.SectionID, error) {
	id, err := r.actOnce(ctx, who, once, competency.ManageSections, func(d *desk) (string, error) {
		at, err := d.schoolFor(in.School)
		if err != nil {
			return "", err
		}
		s := competency.Section{ID: competency.SectionID(d.ID()), School: at, Teacher: who.Person, Name: strings.TrimSpace(in.Name), Created: d.Now()}
		if err := d.may(competency.Subject{ID: string(s.ID), Org: at}); err != nil {
			return "", err
		}
		members, err := d.sectionMembers(s, in.Names)
		if err != nil {
			return "", err
		}
		if err := d.AddSection(s); err != nil {
			return "", err
		}
		return string(s.ID), d.SetMembers(s.ID, members)
	})
	return competency.SectionID(id), err
}

// schoolFor is the school that was chosen, or else the first where the actor teaches.
func (d *desk) schoolFor(chosen string) (competency.OrgID, error) {
	schools, err := d.teachesAt()
	if err != nil {
		return "", err
	}
	for _, o := range schools {
		if chosen == "" || string(o.ID) == chosen {
			return o.ID, nil
		}
	}
	return "", competency.NotFound()
}

// SaveSection writes a section's name and learners anew.
func (r *Registrar) SaveSection(ctx context.Context, who competency.Actor, id competency.SectionID, in SectionInput) error {
	return r.act(ctx, who, competency.ManageSections, func(d *desk) error {
		s, err := d.section(id)
		if err != nil {
			return err
		}
		s.Name = strings.TrimSpace(in.Name)
		members, err := d.sectionMembers(s, in.Names)
		if err != nil {
			return err
		}
		if err := d.SaveSection(s); err != nil {
			return err
		}
		return d.SetMembers(id, members)
	})
}

// CloseSection takes a section out of use, or back into it. Nothing is lost.
func (r *Registrar) CloseSection(ctx context.Context, who competency.Actor, id competency.SectionID, closed bool) error {
	return r.act(ctx, who, competency.ManageSections, func(d *desk) error {
		s, err := d.section(id)
		if err != nil {
			return err
		}
		if s.Closed.IsZero() != closed {
			return nil
		}
		s.Closed = competency.Section{}.Closed
		if closed {
			s.Closed = d.Now()
		}
		return d.SaveSection(s)
	})
}

// section reads a section for an act.
func (d *desk) section(id competency.SectionID) (competency.Section, error) {
	s, err := d.Section(id)
	if err != nil {
		return s, err
	}
	return s, d.may(competency.Subject{ID: string(id), Org: s.School})
}

// sectionMembers finds the learners whom a list names.
func (d *desk) sectionMembers(s competency.Section, text string) ([]competency.PersonID, error) {
	bad := s.Check()
	rows := competency.ReadNames(text)
	switch {
	case len(rows) == 0:
		bad = append(bad, competency.Field{Pointer: "/names", Detail: "Write at least one learner, each on a line of their own."})
	case len(rows) > competency.MaxLearners:
		bad = append(bad, competency.Field{Pointer: "/names", Detail: fmt.Sprintf("A section holds at most %d learners.", competency.MaxLearners)})
	}
	if len(bad) > 0 {
		return nil, competency.Invalid(bad...)
	}
	find, err := learnerFinder(d, s.School)
	if err != nil {
		return nil, err
	}
	var members []competency.PersonID
	for _, row := range rows {
		id, wrong := find(row.Name)
		if wrong != "" {
			bad = append(bad, competency.Field{Pointer: "/names", Detail: fmt.Sprintf("Line %d: %s", row.Line, wrong)})
			continue
		}
		if !slices.Contains(members, id) {
			members = append(members, id)
		}
	}
	if len(bad) > 0 {
		return nil, competency.Invalid(bad...)
	}
	return members, nil
}
