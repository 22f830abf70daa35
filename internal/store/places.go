package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// orgRow is an organisation. Its id, tenant and slug never change.
type orgRow struct {
	ID       competency.OrgID
	Tenant   competency.OrgID
	Parent   *competency.OrgID
	Kind     competency.OrgKind
	Name     string
	Slug     string
	Zone     string
	Locality string
	Website  string
	Created  time.Time
}

// TableName names the table.
func (orgRow) TableName() string { return "org" }

func (r orgRow) toOrg() competency.Org {
	o := competency.Org{
		ID: r.ID, Tenant: r.Tenant, Kind: r.Kind, Name: r.Name, Slug: r.Slug, Zone: r.Zone,
		Locality: r.Locality, Website: r.Website, Created: utc(r.Created),
	}
	if r.Parent != nil {
		o.Parent = *r.Parent
	}
	return o
}

func newOrgRow(o competency.Org) orgRow {
	r := orgRow{
		ID: o.ID, Tenant: o.Tenant, Kind: o.Kind, Name: o.Name, Slug: o.Slug, Zone: o.Zone,
		Locality: o.Locality, Website: o.Website, Created: utc(o.Created),
	}
	if o.Parent != "" {
		r.Parent = &o.Parent
	}
	return r
}

// AddOrg adds an organisation to the tenant and answers it with its id, tenant
// and time of creation. A new tenant's root is added in its own scope, with
// ID equal to the tenant; its parent may be another tenant (a state). Every
// other organisation has a parent in the tenant, else ErrNotFound. A slug that
// any organisation ever had is ErrConflict.
func (sc *Scope) AddOrg(o competency.Org) (competency.Org, error) {
	if o.ID == "" {
		o.ID = competency.OrgID(sc.ID())
	}
	o.Tenant, o.Created = sc.tenant, sc.Now()
	root := o.ID == sc.tenant
	if !root {
		if _, err := sc.Org(o.Parent); err != nil {
			return o, fmt.Errorf("adding an organisation below %q: %w", o.Parent, err)
		}
	}
	row := newOrgRow(o)
	if err := sc.add(&row); err != nil {
		return o, fmt.Errorf("adding an organisation: %w", err)
	}
	if root {
		return o, sc.beginJournal()
	}
	return o, nil
}

// Org answers one of the tenant's organisations.
func (sc *Scope) Org(id competency.OrgID) (competency.Org, error) {
	var row orgRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toOrg(), err
}

// Orgs answers the tenant's organisations, parents before children, each level
// by name.
func (sc *Scope) Orgs() ([]competency.Org, error) {
	var rows []orgRow
	if err := sc.rows(&orgRow{}).Order("name, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	below := map[competency.OrgID][]competency.Org{}
	var level []competency.Org
	for _, r := range rows {
		o := r.toOrg()
		if o.ID == sc.tenant {
			level = append(level, o)
			continue
		}
		below[o.Parent] = append(below[o.Parent], o)
	}
	var all []competency.Org
	for len(level) > 0 {
		var next []competency.Org
		for _, o := range level {
			next = append(next, below[o.ID]...)
		}
		all = append(all, level...)
		level = next
	}
	return all, nil
}

// OrgBySlug answers an organisation of any tenant: what it holds is public.
func (tx *Tx) OrgBySlug(slug string) (competency.Org, error) {
	return tx.anyOrg("slug = ?", slug)
}

// OrgAnywhere answers an organisation of any tenant: what it holds is public.
func (tx *Tx) OrgAnywhere(id competency.OrgID) (competency.Org, error) {
	return tx.anyOrg("id = ?", string(id))
}

func (tx *Tx) anyOrg(condition, value string) (competency.Org, error) {
	var row orgRow
	err := tx.db().Model(&row).Where(condition, value).Take(&row).Error
	return row.toOrg(), err
}

// Tenants answers the root organisation of every tenant, by name.
func (tx *Tx) Tenants() ([]competency.Org, error) {
	var rows []orgRow
	if err := tx.db().Model(&orgRow{}).Where("id = tenant").Order("name, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.Org, len(rows))
	for i, r := range rows {
		all[i] = r.toOrg()
	}
	return all, nil
}
