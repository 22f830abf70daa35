package store

import (
	"fmt"
	"time"

	"laurel/competency"
)

// policyRow is one version of a graduation policy.
type policyRow struct {
	ID             competency.PolicyID
	Tenant         competency.OrgID
	Framework      competency.FrameworkID
	Code           string
	Version        int
	Title          string
	Status         string
	Document       string
	Hash           string
	AdoptedBy      string
	AdoptedOn      string
	EnteredBy      *competency.PersonID
	Entered        time.Time
	EntryFrom      int
	EntryTo        int
	GraduationFrom int
	GraduationTo   int
	School         string
	DiplomaType    string
	Source         string
}

// TableName names the table.
func (policyRow) TableName() string { return "policy" }

func (r policyRow) toPolicy() competency.PolicyVersion {
	return competency.PolicyVersion{
		ID: r.ID, Framework: r.Framework, Code: r.Code, Version: r.Version, Title: r.Title, Status: r.Status,
		Document: []byte(r.Document), Hash: r.Hash, AdoptedBy: r.AdoptedBy, AdoptedOn: r.AdoptedOn,
		EnteredBy: orEmpty(r.EnteredBy), Entered: utc(r.Entered),
		EntryFrom: r.EntryFrom, EntryTo: r.EntryTo, GraduationFrom: r.GraduationFrom, GraduationTo: r.GraduationTo,
		School: r.School, DiplomaType: r.DiplomaType, Source: r.Source,
	}
}

// AddPolicy keeps an adopted policy, which has its id. A version that is there
// already is ErrConflict.
func (sc *Scope) AddPolicy(p competency.PolicyVersion) error {
	row := policyRow{
		ID: p.ID, Tenant: sc.tenant, Framework: p.Framework, Code: p.Code, Version: p.Version, Title: p.Title, Status: p.Status,
		Document: string(p.Document), Hash: p.Hash, AdoptedBy: p.AdoptedBy, AdoptedOn: p.AdoptedOn,
		EnteredBy: orNull(p.EnteredBy), Entered: utc(p.Entered),
		EntryFrom: p.EntryFrom, EntryTo: p.EntryTo, GraduationFrom: p.GraduationFrom, GraduationTo: p.GraduationTo,
		School: p.School, DiplomaType: p.DiplomaType, Source: p.Source,
	}
	if err := sc.add(&row); err != nil {
		return fmt.Errorf("adding the policy: %w", err)
	}
	return nil
}

// RetirePolicy ends a policy: it covers nobody any more and stays readable.
func (sc *Scope) RetirePolicy(id competency.PolicyID) error {
	return sc.change(&policyRow{}, string(id), map[string]any{"status": "retired"})
}

// Policy answers one version of a policy.
func (sc *Scope) Policy(id competency.PolicyID) (competency.PolicyVersion, error) {
	var row policyRow
	err := sc.rows(&row).Where("id = ?", id).Take(&row).Error
	return row.toPolicy(), err
}

// Policies answers all of the tenant's policies, the newest first.
func (sc *Scope) Policies() ([]competency.PolicyVersion, error) {
	var rows []policyRow
	if err := sc.rows(&policyRow{}).Order("entered DESC, version DESC, id DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]competency.PolicyVersion, len(rows))
	for i, r := range rows {
		all[i] = r.toPolicy()
	}
	return all, nil
}

// PolicyFor answers the policy of a learner with this enrollment: the newest
// adopted version that covers their years and school. ErrNotFound if none does.
func (sc *Scope) PolicyFor(e competency.Enrollment) (competency.PolicyVersion, error) {
	all, err := sc.Policies()
	if err != nil {
		return competency.PolicyVersion{}, err
	}
	school, err := sc.Org(e.School)
	if err != nil {
		return competency.PolicyVersion{}, err
	}
	for _, p := range all {
		if p.Covers(e.EntryYear, e.GraduationYear, school.Slug) {
			return p, nil
		}
	}
	return competency.PolicyVersion{}, competency.NotFound()
}
