package store

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"laurel/competency"
)

// profileRow is one version of what an organisation says about itself. It
// never changes.
type profileRow struct {
	Tenant        competency.OrgID `gorm:"primaryKey"`
	Org           competency.OrgID `gorm:"primaryKey"`
	Version       int              `gorm:"primaryKey;autoIncrement:false"`
	Restored      int
	Sections      kept[map[competency.ProfileSection]string]
	Legend        kept[[]competency.LegendLine]
	Signatories   kept[[]competency.Signatory]
	Crosswalk     kept[[]competency.CrosswalkLine]
	DeclaredBy    string
	DeclaredSince string
	Logo          string
	SavedBy       competency.PersonID
	Saved         time.Time
}

// TableName names the table.
func (profileRow) TableName() string { return "school_profile" }

func (r profileRow) toProfile() competency.SchoolProfile {
	return competency.SchoolProfile{
		Org: r.Org, Version: r.Version, Restored: r.Restored, SavedBy: r.SavedBy, Saved: utc(r.Saved),
		ProfileContent: competency.ProfileContent{
			Sections: r.Sections.V, Legend: r.Legend.V, Signatories: r.Signatories.V, Logo: r.Logo,
			Crosswalk: r.Crosswalk.V, DeclaredBy: r.DeclaredBy, DeclaredSince: r.DeclaredSince,
		},
	}
}

// AddSchoolProfile keeps the next version of an organisation's profile, which
// has its number and time, and answers it as it will be read. ErrConflict when the version is there already:
// somebody saved in between.
func (sc *Scope) AddSchoolProfile(p competency.SchoolProfile) (competency.SchoolProfile, error) {
	p.Saved = utc(p.Saved)
	sections := p.Sections
	if sections == nil {
		sections = map[competency.ProfileSection]string{}
	}
	row := profileRow{
		Tenant: sc.tenant, Org: p.Org, Version: p.Version, Restored: p.Restored,
		Sections: kept[map[competency.ProfileSection]string]{sections}, Legend: list(p.ProfileContent.Legend),
		Signatories: list(p.Signatories), Crosswalk: list(p.Crosswalk), DeclaredBy: p.DeclaredBy, DeclaredSince: p.DeclaredSince,
		Logo: p.Logo, SavedBy: p.SavedBy, Saved: p.Saved,
	}
	if err := sc.add(&row); err != nil {
		return p, fmt.Errorf("adding a school profile: %w", err)
	}
	return p, nil
}

// SchoolProfile answers the newest version of an organisation's profile, or
// the zero version where nothing was ever saved.
func (sc *Scope) SchoolProfile(org competency.OrgID) (competency.SchoolProfile, error) {
	return sc.newestProfile(org, sc.profiles(org))
}

// SchoolProfileAt answers the version that stood at a moment, or the zero
// version where nothing had been saved by then.
func (sc *Scope) SchoolProfileAt(org competency.OrgID, at time.Time) (competency.SchoolProfile, error) {
	return sc.newestProfile(org, sc.profiles(org).Where("saved <= ?", utc(at)))
}

// SchoolProfileVersion answers one version; ErrNotFound where there is none.
func (sc *Scope) SchoolProfileVersion(org competency.OrgID, version int) (competency.SchoolProfile, error) {
	var row profileRow
	err := sc.profiles(org).Where("version = ?", version).Take(&row).Error
	return row.toProfile(), err
}

// SchoolProfiles answers at most limit versions, the newest first: those
// before the given one, or from the newest if before is 0.
func (sc *Scope) SchoolProfiles(org competency.OrgID, before, limit int) ([]competency.SchoolProfile, error) {
	q := sc.profiles(org).Order("version DESC").Limit(limit)
	if before > 0 {
		q = q.Where("version < ?", before)
	}
	var rows []profileRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.SchoolProfile, len(rows))
	for i, r := range rows {
		all[i] = r.toProfile()
	}
	return all, nil
}

// HadLogo reports whether a picture is or was the logo of the organisation.
func (sc *Scope) HadLogo(org competency.OrgID, sum string) (bool, error) {
	var n int64
	err := sc.profiles(org).Where("logo = ?", sum).Limit(1).Count(&n).Error
	return n > 0, err
}

func (sc *Scope) profiles(org competency.OrgID) *gorm.DB {
	return sc.rows(&profileRow{}).Where("org = ?", org)
}

func (sc *Scope) newestProfile(org competency.OrgID, q *gorm.DB) (competency.SchoolProfile, error) {
	var row profileRow
	err := q.Order("version DESC").Limit(1).Take(&row).Error
	if errors.Is(err, competency.ErrNotFound) {
		return competency.SchoolProfile{Org: org}, nil
	}
	return row.toProfile(), err
}
