package competency

import (
	"regexp"
	"time"
)

// OrgKind tells what an organisation is.
type OrgKind string

// The kinds of organisations.
const (
	State    OrgKind = "state"
	District OrgKind = "district"
	School   OrgKind = "school"
	Provider OrgKind = "provider"
)

// Org is a state agency, district, school or provider. Orgs form a tree; the
// tenant is the root of custody, so a district's schools share its tenant, and
// a district whose parent is a state is still its own tenant.
type Org struct {
	ID     OrgID
	Tenant OrgID
	Parent OrgID // empty for a root
	Kind   OrgKind
	Name   string
	// Slug stands in the organisation's did:web and never changes or returns.
	Slug     string
	Zone     string // IANA name; dates of this organisation are civil dates there
	Locality string // "Willow Brook, Vermont", printed on documents; may be empty
	Website  string // absolute https URL or empty
	Created  time.Time
}

var slugForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)

// Check answers the fields of a new organisation that are wrong.
func (o Org) Check() []Field {
	var bad []Field
	switch o.Kind {
	case State, District, School, Provider:
	default:
		bad = append(bad, Field{"/kind", "Choose state, district, school or provider."})
	}
	if n := len([]rune(o.Name)); n < 2 || n > 200 {
		bad = append(bad, Field{"/name", "Give the organisation's name, in 2 to 200 characters."})
	}
	if !slugForm.MatchString(o.Slug) {
		bad = append(bad, Field{"/slug", "Use 1 to 63 small letters, digits and hyphens; it can never be changed."})
	}
	if _, err := time.LoadLocation(o.Zone); err != nil || o.Zone == "" || o.Zone == "Local" {
		bad = append(bad, Field{"/zone", "Give a time zone by its IANA name, such as America/New_York."})
	}
	return bad
}
