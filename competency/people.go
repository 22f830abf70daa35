package competency

import (
	"log/slog"
	"slices"
	"time"
)

// NameKind tells what a name is used for.
type NameKind string

// The kinds of names. Used is what people call the person; Legal stands only
// where the law asks; Diploma is what the diploma shows.
const (
	LegalName   NameKind = "legal"
	UsedName    NameKind = "used"
	DiplomaName NameKind = "diploma"
)

// Person is a learner, a member of staff or both, in one tenant.
type Person struct {
	ID     PersonID
	Tenant OrgID
	// Account is the sign-in that stands for this person; empty if there is none.
	Account AccountID
	// Legal, Used and Diploma are the names in force now; Used and Diploma are
	// never empty (they default to Legal).
	Legal, Used, Diploma string
	// Born is a civil date ("2006-01-02") or empty.
	Born string
	// DirectoryOptOut keeps a learner's pages off the public side (34 CFR 99.37).
	DirectoryOptOut bool
	Created         time.Time
}

// LogValue keeps names out of logs.
func (p Person) LogValue() slog.Value { return slog.StringValue(string(p.ID)) }

// Role is what a person may do at an organisation.
type Role string

// The roles. A learner's standing comes from an enrollment, an owner's from
// owning the record; neither is staffed.
const (
	Learner       Role = "learner"
	Teacher       Role = "teacher"
	Assessor      Role = "assessor"
	Counselor     Role = "counselor"
	RegistrarRole Role = "registrar"
	Principal     Role = "principal"
	DistrictLead  Role = "district-lead"
	Coordinator   Role = "coordinator"
	OrgAdmin      Role = "org-admin"
)

// StaffRoles are the roles that a staffing can give, in the order pages list them.
var StaffRoles = []Role{Teacher, Counselor, RegistrarRole, Principal, DistrictLead, Assessor, Coordinator, OrgAdmin}

// Staffing gives a person a role at an organisation and everything below it.
type Staffing struct {
	Person PersonID
	Org    OrgID
	Role   Role
	From   time.Time
	Until  time.Time // zero while it lasts
}

// Enrollment places a learner in a school. Grade is a label, never a rule.
type Enrollment struct {
	Person         PersonID
	School         OrgID
	EntryYear      int // first entry to grade 9
	GraduationYear int // planned; the year of the class
	Grade          string
	From           time.Time
	Until          time.Time // zero while it lasts
}

// Account is a sign-in.
type Account struct {
	ID    AccountID
	Login string // as typed at sign-in, lower case
	// PasswordHash is an argon2id PHC string.
	PasswordHash string
	// Epoch counts up to end every session of the account at once.
	Epoch   int
	Created time.Time
}

// Actor is who asks: a person, in a tenant, with the roles they hold there.
// The zero Actor is nobody.
type Actor struct {
	Account AccountID
	Person  PersonID
	Tenant  OrgID
	// Staffed maps each organisation where the person works, and every one
	// below it, to the roles held there.
	Staffed map[OrgID][]Role
	// Workplace is where the first of the person's staffings is, not expanded.
	Workplace OrgID
	// Schools are where the person is enrolled as a learner now.
	Schools []OrgID
	// Kin are the person's declared family, about whom they decide nothing; read
	// where an act asks for it.
	Kin []PersonID
	// Authenticated is when the password was last typed in this session.
	Authenticated time.Time
	// System is set for jobs that finish what people have decided.
	System bool
	// Link is the id of the request or the seat whose link this actor holds:
	// somebody outside, who may have no account at all.
	Link string
}

// Is reports whether the actor holds one of the roles anywhere.
func (a Actor) Is(roles ...Role) bool {
	for _, at := range a.Staffed {
		for _, r := range at {
			if slices.Contains(roles, r) {
				return true
			}
		}
	}
	return false
}

// At reports whether the actor holds one of the roles at the organisation.
func (a Actor) At(org OrgID, roles ...Role) bool {
	return slices.ContainsFunc(a.Staffed[org], func(r Role) bool { return slices.Contains(roles, r) })
}

// Roles lists the distinct roles that the actor holds anywhere, in StaffRoles'
// order, with Learner first for the enrolled.
func (a Actor) Roles() []Role {
	var all []Role
	if len(a.Schools) > 0 {
		all = append(all, Learner)
	}
	for _, r := range StaffRoles {
		if a.Is(r) {
			all = append(all, r)
		}
	}
	return all
}
