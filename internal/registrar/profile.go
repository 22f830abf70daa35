package registrar

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// ProfileInput is what an organisation says about itself, as its form and the
// JSON API send it. Lines that say nothing are left out.
type ProfileInput struct {
	// Version is the version that the sender saw; 0 where there was none.
	Version  int               `json:"version" required:"false" minimum:"0" doc:"the version that you saw; 0 where there was none"`
	Sections map[string]string `json:"sections" required:"false" doc:"plain text by part: rigor, determination, requirements, review, habits, outcomes"`
	Legend   []LegendInput     `json:"legend" required:"false" doc:"what levels of your scales mean, in your words"`
	// Signatories stand in the foot of documents, in this order.
	Signatories   []SignatoryInput `json:"signatories" required:"false" doc:"up to four people who sign documents, in this order"`
	Logo          string           `json:"logo" required:"false" doc:"SHA-256 of a logo that was sent before; empty for none"`
	Crosswalk     []CrosswalkInput `json:"crosswalk" required:"false" doc:"the grades that you declare for levels"`
	DeclaredBy    string           `json:"declared_by" required:"false" doc:"who declared the grades"`
	DeclaredSince string           `json:"declared_since" required:"false" doc:"civil date from which they hold"`
}

// LegendInput describes one level of one scale.
type LegendInput struct {
	Scale string `json:"scale"`
	Level int    `json:"level"`
	// Label may be left out; if it is there it must be the policy's.
	Label string `json:"label,omitempty" required:"false" doc:"the policy's word for the level; it cannot be renamed here"`
	Text  string `json:"text"`
}

// SignatoryInput is somebody who signs documents.
type SignatoryInput struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// CrosswalkInput is the grade declared for one level of one scale.
type CrosswalkInput struct {
	Scale  string `json:"scale"`
	Level  int    `json:"level"`
	Label  string `json:"label,omitempty" required:"false" doc:"the policy's word for the level; it cannot be renamed here"`
	Letter string `json:"letter,omitempty" required:"false"`
	From   int    `json:"from,omitempty" required:"false" doc:"percent"`
	To     int    `json:"to,omitempty" required:"false" doc:"percent"`
	Points string `json:"points,omitempty" required:"false" doc:"a decimal, such as 3.5"`
}

// Content is the input as the domain knows it, not cleaned.
func (in ProfileInput) Content() competency.ProfileContent {
	c := competency.ProfileContent{
		Sections: map[competency.ProfileSection]string{}, Logo: in.Logo, DeclaredBy: in.DeclaredBy, DeclaredSince: in.DeclaredSince,
	}
	for name, text := range in.Sections {
		c.Sections[competency.ProfileSection(name)] = text
	}
	for _, l := range in.Legend {
		c.Legend = append(c.Legend, competency.LegendLine{Scale: l.Scale, Level: l.Level, Label: l.Label, Text: l.Text})
	}
	for _, s := range in.Signatories {
		c.Signatories = append(c.Signatories, competency.Signatory(s))
	}
	for _, l := range in.Crosswalk {
		c.Crosswalk = append(c.Crosswalk, competency.CrosswalkLine(l))
	}
	return c
}

// ProfileInputOf is a profile as its form shows it.
func ProfileInputOf(p competency.SchoolProfile) ProfileInput {
	in := ProfileInput{
		Version: p.Version, Sections: map[string]string{}, Logo: p.Logo, DeclaredBy: p.DeclaredBy, DeclaredSince: p.DeclaredSince,
		Legend: []LegendInput{}, Signatories: []SignatoryInput{}, Crosswalk: []CrosswalkInput{},
	}
	for name, text := range p.Sections {
		in.Sections[string(name)] = text
	}
	for _, l := range p.ProfileContent.Legend {
		in.Legend = append(in.Legend, LegendInput{Scale: l.Scale, Level: l.Level, Label: l.Label, Text: l.Text})
	}
	for _, s := range p.Signatories {
		in.Signatories = append(in.Signatories, SignatoryInput(s))
	}
	for _, l := range p.Crosswalk {
		in.Crosswalk = append(in.Crosswalk, CrosswalkInput(l))
	}
	return in
}

// ProfileDesk is what the staff of an organisation see of its profile.
type ProfileDesk struct {
	Org     competency.Org
	Profile competency.SchoolProfile
	// SavedBy is the name in use of who saved it; empty for the zero version.
	SavedBy string
	// Newest is the number of the newest version, of which Profile may be an older one.
	Newest int
	// Scales are those that the organisation judges by, with the words of the policy.
	Scales  []competency.Scale
	MayEdit bool
}

// ErrProfileMoved is why a profile is not saved when somebody else did so
// after the sender had looked.
var ErrProfileMoved error = competency.Refuse("Somebody else has saved this profile since you opened it. Nothing of yours was stored; look at both before you save again.")

// errNothingNew ends an act that would save what is saved already.
var errNothingNew = errors.New("nothing new")

// Profiles lists the organisations whose profiles the actor may see, parents
// first, each with its newest version.
func (r *Registrar) Profiles(ctx context.Context, who competency.Actor) (all []ProfileDesk, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		orgs, err := d.Orgs()
		if err != nil {
			return err
		}
		refused := error(competency.NotFound())
		for _, org := range orgs {
			if err := d.see(competency.ViewProfile, competency.Subject{Org: org.ID}); err != nil {
				refused = err
				continue
			}
			one, err := d.profileDesk(org, 0)
			if err != nil {
				return err
			}
			all = append(all, one)
		}
		if len(all) == 0 {
			return refused
		}
		return nil
	})
	return all, err
}

// Profile answers the profile of one of the tenant's organisations for its
// staff: a version, or the newest for version 0. ErrNotFound for an
// organisation or a version that is not there or not theirs.
func (r *Registrar) Profile(ctx context.Context, who competency.Actor, slug string, version int) (p ProfileDesk, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		org, err := d.orgCalled(slug)
		if err != nil {
			return err
		}
		if err := d.see(competency.ViewProfile, competency.Subject{Org: org.ID}); err != nil {
			return err
		}
		p, err = d.profileDesk(org, version)
		return err
	})
	return p, err
}

// orgCalled answers one of the tenant's organisations by its short name; the
// caller asks for permission.
func (d *desk) orgCalled(slug string) (competency.Org, error) {
	org, err := d.OrgBySlug(slug)
	if err == nil && org.Tenant != d.Tenant() {
		err = competency.NotFound()
	}
	return org, err
}

// profileDesk puts together one version, or the newest for version 0.
func (d *desk) profileDesk(org competency.Org, version int) (ProfileDesk, error) {
	p := ProfileDesk{Org: org, MayEdit: competency.Can(d.who, competency.EditProfileOf(org.Kind), competency.Subject{Org: org.ID})}
	var err error
	if p.Profile, err = d.SchoolProfile(org.ID); err != nil {
		return p, err
	}
	p.Newest = p.Profile.Version
	if version != 0 {
		if p.Profile, err = d.SchoolProfileVersion(org.ID, version); err != nil {
			return p, err
		}
	}
	names, err := d.UsedNames([]competency.PersonID{p.Profile.SavedBy})
	if err != nil {
		return p, err
	}
	p.SavedBy = names[p.Profile.SavedBy]
	p.Scales, err = scalesOf(d.Scope, org)
	return p, err
}

// scalesOf are the scales by which an organisation judges: those of the
// adopted policies that it works under, and of what it publishes itself. Where
// versions differ in their words, the newest speaks.
func scalesOf(sc *store.Scope, org competency.Org) ([]competency.Scale, error) {
	var scales []competency.Scale
	add := func(s competency.Scale) {
		known := slices.ContainsFunc(scales, func(k competency.Scale) bool { return k.ID == s.ID })
		if len(s.Levels) > 0 && !known {
			scales = append(scales, s)
		}
	}
	if org.Kind != competency.Provider {
		versions, err := sc.Policies()
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			if v.Status != string(policy.Adopted) || org.Kind == competency.School && v.School != "" && v.School != org.Slug {
				continue
			}
			p, err := policy.Parse(v.Document)
			if err != nil {
				return nil, fmt.Errorf("reading policy %s: %w", v.ID, err)
			}
			add(competency.Scale{ID: p.Scale.ID, Levels: scaleLevels(p.Scale, competency.SchoolProfile{}), ProficientAt: p.Scale.ProficientAt})
		}
	}
	micros, err := sc.PublishedOf(org.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range micros {
		add(m.Scale())
	}
	return scales, nil
}

// ProfileVersion is one line of a profile's history.
type ProfileVersion struct {
	competency.SchoolProfile
	SavedBy string // name in use
}

// ProfilesPerPage is how many versions one page of the history shows.
const ProfilesPerPage = 20

// ProfileHistory answers versions of a profile, the newest first: those before
// the given one, or from the newest if before is 0.
func (r *Registrar) ProfileHistory(ctx context.Context, who competency.Actor, slug string, before int) (all []ProfileVersion, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		org, err := d.orgCalled(slug)
		if err != nil {
			return err
		}
		if err := d.see(competency.ViewProfile, competency.Subject{Org: org.ID}); err != nil {
			return err
		}
		versions, err := d.SchoolProfiles(org.ID, before, ProfilesPerPage)
		if err != nil {
			return err
		}
		by := make([]competency.PersonID, len(versions))
		for i, v := range versions {
			by[i] = v.SavedBy
		}
		names, err := d.UsedNames(by)
		for _, v := range versions {
			all = append(all, ProfileVersion{v, names[v.SavedBy]})
		}
		return err
	})
	return all, err
}

// CheckProfile answers the content as it would be kept, for a preview, or
// ErrInvalid with what is wrong with it. Nothing is stored.
func (r *Registrar) CheckProfile(ctx context.Context, who competency.Actor, slug string, in ProfileInput) (c competency.ProfileContent, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		org, err := d.orgCalled(slug)
		if err != nil {
			return err
		}
		if err := d.see(competency.EditProfileOf(org.Kind), competency.Subject{Org: org.ID}); err != nil {
			return err
		}
		before, err := d.SchoolProfile(org.ID)
		if err != nil {
			return err
		}
		c, err = r.profileContent(d, org, before, in.Content())
		return err
	})
	return c, err
}

// profileContent checks and cleans what is to be said.
func (r *Registrar) profileContent(d *desk, org competency.Org, before competency.SchoolProfile, c competency.ProfileContent) (competency.ProfileContent, error) {
	scales, err := scalesOf(d.Scope, org)
	if err != nil {
		return c, err
	}
	bad := c.Check(scales)
	if c.Logo != "" && c.Logo != before.Logo && !r.hasLogo(c.Logo) {
		bad = append(bad, competency.Field{Pointer: "/logo", Detail: "This picture is not here. Please choose the file again."})
	}
	if len(bad) > 0 {
		return c, competency.Invalid(bad...)
	}
	return c.Clean(scales), nil
}

// SaveProfile keeps what an organisation says about itself as its next version
// and answers the number. What is saved already makes no new version.
// ErrInvalid names fields; ErrProfileMoved where somebody saved something else
// since the version that the input names.
func (r *Registrar) SaveProfile(ctx context.Context, who competency.Actor, once Once, slug string, in ProfileInput) (int, error) {
	return r.nextProfile(ctx, who, once, slug, in.Version, func(d *desk, org competency.Org, before competency.SchoolProfile) (competency.SchoolProfile, error) {
		c, err := r.profileContent(d, org, before, in.Content())
		return competency.SchoolProfile{ProfileContent: c}, err
	})
}

// RestoreProfile brings the words of an older version back as a new one. Lines
// about levels that no policy has any more are left out.
func (r *Registrar) RestoreProfile(ctx context.Context, who competency.Actor, once Once, slug string, version, seen int) (int, error) {
	return r.nextProfile(ctx, who, once, slug, seen, func(d *desk, org competency.Org, _ competency.SchoolProfile) (competency.SchoolProfile, error) {
		old, err := d.SchoolProfileVersion(org.ID, version)
		if err != nil {
			return old, err
		}
		scales, err := scalesOf(d.Scope, org)
		return competency.SchoolProfile{Restored: version, ProfileContent: old.Clean(scales)}, err
	})
}

// nextProfile saves what words answers as the next version, if the newest is
// the one that was seen, and answers its number.
func (r *Registrar) nextProfile(ctx context.Context, who competency.Actor, once Once, slug string, seen int,
	words func(*desk, competency.Org, competency.SchoolProfile) (competency.SchoolProfile, error),
) (int, error) {
	kind, err := r.kindOf(ctx, who, slug)
	if err != nil {
		return 0, err
	}
	newest := 0
	answer, err := r.actOnce(ctx, who, once, competency.EditProfileOf(kind), func(d *desk) (string, error) {
		org, err := d.orgCalled(slug)
		if err != nil {
			return "", err
		}
		if err := d.may(competency.Subject{ID: string(org.ID), Org: org.ID}); err != nil {
			return "", err
		}
		before, err := d.SchoolProfile(org.ID)
		if err != nil {
			return "", err
		}
		p, err := words(d, org, before)
		newest = before.Version
		switch {
		case err != nil:
			return "", err
		case before.Version > 0 && p.Same(before.ProfileContent), before.Version == 0 && p.Empty():
			return "", errNothingNew
		case before.Version != seen:
			return "", ErrProfileMoved
		}
		p.Org, p.Version, p.SavedBy, p.Saved = org.ID, before.Version+1, who.Person, d.at
		d.note("version", strconv.Itoa(p.Version))
		if p.Restored > 0 {
			d.note("restored", strconv.Itoa(p.Restored))
		}
		_, err = d.AddSchoolProfile(p)
		if errors.Is(err, competency.ErrConflict) {
			err = ErrProfileMoved
		}
		return strconv.Itoa(p.Version), err
	})
	if errors.Is(err, errNothingNew) {
		return newest, nil
	}
	if err != nil {
		return 0, err
	}
	r.schools.forget(slug)
	return strconv.Atoi(answer)
}

// kindOf answers what kind of organisation has a short name, to somebody who
// may see its profile.
func (r *Registrar) kindOf(ctx context.Context, who competency.Actor, slug string) (kind competency.OrgKind, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		org, err := d.orgCalled(slug)
		if err != nil {
			return err
		}
		kind = org.Kind
		return d.see(competency.ViewProfile, competency.Subject{Org: org.ID})
	})
	return kind, err
}
