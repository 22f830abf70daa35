package registrar

import (
	"context"
	"errors"
	"fmt"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// SchoolPage is what an organisation tells anyone who reads its documents.
type SchoolPage struct {
	Org competency.Org
	// Above is the name of the organisation above; empty for a root.
	Above   string
	DID     string
	Profile competency.SchoolProfile // the zero version where nothing was saved
	// Scales are those that the organisation judges by, described in its own
	// words where it has some.
	Scales []competency.Scale
}

// School answers the public page of an organisation by its short name. With the
// database away a page that was shown before is answered from memory, any other
// is ErrUnavailable.
func (r *Registrar) School(ctx context.Context, slug string) (SchoolPage, error) {
	if len(slug) > 63 {
		return SchoolPage{}, competency.NotFound()
	}
	return r.schools.ask(ctx, slug, func() (page *SchoolPage, err error) {
		err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
			page, err = r.readSchool(tx, slug)
			return err
		})
		return page, err
	})
}

// readSchool reads a page; nil for one that is not there.
func (r *Registrar) readSchool(tx *store.Tx, slug string) (*SchoolPage, error) {
	org, err := tx.OrgBySlug(slug)
	if errors.Is(err, competency.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	page := &SchoolPage{Org: org, DID: r.did(org)}
	if org.Parent != "" {
		above, err := tx.OrgAnywhere(org.Parent)
		if err != nil {
			return nil, err
		}
		page.Above = above.Name
	}
	sc, err := tx.Scope(org.Tenant)
	if err != nil {
		return nil, err
	}
	if page.Profile, err = sc.SchoolProfile(org.ID); err != nil {
		return nil, err
	}
	if page.Scales, err = scalesOf(sc, org); err != nil {
		return nil, err
	}
	for i, s := range page.Scales {
		page.Scales[i].Levels = page.Profile.Described(s)
	}
	return page, nil
}

// SchoolLogo answers the PNG of a logo that the organisation has or had;
// ErrNotFound for any other picture.
func (r *Registrar) SchoolLogo(ctx context.Context, slug, sum string) ([]byte, error) {
	if !sumForm.MatchString(sum) || len(slug) > 63 {
		return nil, competency.NotFound()
	}
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		org, err := tx.OrgBySlug(slug)
		if err != nil {
			return err
		}
		sc, err := tx.Scope(org.Tenant)
		if err != nil {
			return err
		}
		had, err := sc.HadLogo(org.ID, sum)
		if err == nil && !had {
			err = competency.NotFound()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.readLogo(sum)
}

// profileOf is what the issuer said about itself when the award behind a
// credential was conferred.
func profileOf(sc *store.Scope, c competency.Credential, issuer competency.Org) (competency.SchoolProfile, error) {
	award, err := sc.Award(c.Award)
	if err != nil {
		return competency.SchoolProfile{}, fmt.Errorf("reading the award of credential %s: %w", c.ID, err)
	}
	return profileOn(sc, issuer, award.Conferred)
}

// profileOn answers the profile that stood at the end of a civil day at the
// organisation: what a document conferred on that day is printed with. It is
// the zero version where nothing had been saved by then.
func profileOn(sc *store.Scope, org competency.Org, day string) (competency.SchoolProfile, error) {
	zone, err := zoneOf(org)
	if err != nil {
		return competency.SchoolProfile{}, err
	}
	from, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return competency.SchoolProfile{}, fmt.Errorf("reading the day of a conferral: %w", err)
	}
	return sc.SchoolProfileAt(org.ID, from.AddDate(0, 0, 1).Add(-time.Microsecond))
}
