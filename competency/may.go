package competency

import (
	"slices"
	"time"
)

// Act is something a person or a job can do; its text is what the journal keeps.
type Act string

// The acts, by desk. Each has one row in the permission table below.
const (
	ViewEvidence  Act = "evidence.view"
	AddEvidence   Act = "evidence.add"
	EditEvidence  Act = "evidence.edit"
	JudgeEvidence Act = "evidence.judge"
	ConfirmLevel  Act = "determination.confirm"
	ReopenLevel   Act = "determination.reopen"
	ViewQueue     Act = "queue.view"
	ViewLearner   Act = "learner.view"
	ManageTasks   Act = "task.manage"
	// ManageSections is keeping class lists; ManagePhrases one's own words of feedback.
	ManageSections Act = "section.manage"
	ManagePhrases  Act = "phrase.manage"
	AskAssessment  Act = "request.ask"
	AnswerRequest  Act = "request.answer"
	NoteHabit      Act = "habit.note"
	OpenPanel      Act = "panel.open"
	ScorePanel     Act = "panel.score"
	DecidePanel    Act = "panel.decide"
	ViewPanel      Act = "panel.view"
	InviteGuest    Act = "panel.invite"

	AskAttestation    Act = "attestation.ask"
	CancelAttestation Act = "attestation.cancel"
	AnswerAttestation Act = "attestation.answer"
	LapseAttestation  Act = "attestation.lapse"
	BeginUpload       Act = "upload.begin"
	DropUpload        Act = "upload.drop"

	JoinGroup       Act = "evidence.join"
	PublishEvidence Act = "evidence.publish"
	DisputeEvidence Act = "evidence.dispute"
	DecideDispute   Act = "evidence.decide-dispute"
	ViewReviewTasks Act = "review-task.view"
	CloseReviewTask Act = "review-task.close"
	AskApproval     Act = "approval.ask"
	DecideApproval  Act = "approval.decide"
	ViewApprovals   Act = "approval.view"
	DeclareKin      Act = "kin.declare"
	EndKin          Act = "kin.end"
	ViewKin         Act = "kin.view"
	AddOutside      Act = "outside.add"
	DecideOutside   Act = "outside.decide"
	ViewOutside     Act = "outside.view"
	StateOutsideUse Act = "outside.state-use"
	PurgeFiles      Act = "file.purge"

	// CloseLists is the operator's, after an older state of the database was put
	// back; ChangeNames enters the names that a person bears now.
	CloseLists  Act = "status-list.close"
	ChangeNames Act = "people.rename"

	ManageFramework Act = "framework.manage"
	ImportHistory   Act = "evidence.import"

	StartApplication   Act = "application.start"
	EditApplication    Act = "application.edit"
	ViewApplication    Act = "application.view"
	SubmitApplication  Act = "application.submit"
	AssignReview       Act = "review.assign"
	ScoreReview        Act = "review.score"
	ViewReviews        Act = "review.view"
	PublishMicro       Act = "micro-credential.publish"
	CoordinateWork     Act = "application.coordinate"
	ViewClass          Act = "class.view"
	OpenClass          Act = "class.open"
	AuditClass         Act = "class.audit"
	CertifyDiplomas    Act = "diploma.certify"
	ApproveDiplomas    Act = "diploma.approve"
	WithdrawDiplomas   Act = "diploma.withdraw"
	IssueTranscript    Act = "transcript.issue"
	ViewCredential     Act = "credential.view"
	ViewCredentials    Act = "credential.list"
	IssueCredential    Act = "credential.issue"
	WithdrawPage       Act = "credential.page"
	ViewRevocations    Act = "revocation.view"
	OpenRevocation     Act = "revocation.open"
	ConfirmRevocation  Act = "revocation.confirm"
	ViewKeys           Act = "key.view"
	OpenKeyAction      Act = "key.open"
	ConfirmKeyAction   Act = "key.confirm"
	CancelKeyAction    Act = "key.cancel"
	SignAgain          Act = "key.sign-again"
	ManagePeople       Act = "people.manage"
	EnrollLearners     Act = "people.enroll"
	ViewPeople         Act = "people.view"
	ManageOrganisation Act = "organisation.manage"
	ViewOrganisation   Act = "organisation.view"
	ViewProfile        Act = "profile.view"
	EditProfile        Act = "profile.edit"
	EditProvider       Act = "profile.edit-provider"
	ManageCourses      Act = "course.manage"
	ViewCourses        Act = "course.view"
	EnterRecord        Act = "record.enter"
	WithdrawRecord     Act = "record.withdraw"
	ProposeException   Act = "exception.propose"
	ApproveException   Act = "exception.approve"
	RefuseException    Act = "exception.refuse"
	TakeBackException  Act = "exception.take-back"
	EndException       Act = "exception.end"
	ViewExceptions     Act = "exception.view"
	EditPolicy         Act = "policy.edit"
	TryPolicy          Act = "policy.try"
	ProposePolicy      Act = "policy.propose"
	AdoptPolicy        Act = "policy.adopt"
	RetirePolicy       Act = "policy.retire"
	ViewPolicy         Act = "policy.view"
	ViewJournal        Act = "journal.view"
	SignIn             Act = "account.sign-in"
	ManageAccount      Act = "account.manage"
)

// Subject is what an act is done to, as far as permission depends on it.
type Subject struct {
	// ID is the subject's own id, for the journal.
	ID string
	// Org is the organisation the subject belongs to; roles count if held there or above.
	Org OrgID
	// Owner is the person whose record it is; empty where nobody's.
	Owner PersonID
	// Assigned are the persons to whom the subject was given: assessors of an application.
	Assigned []PersonID
	// Before are those who did the step that this act must not be done by again:
	// the certifier before an approval, the one who asked before a confirmation.
	Before []PersonID
}

// rule says who may do an act. The owner's right and the roles' right are
// alternatives; notOwn and notBefore take away from both.
type rule struct {
	own       bool   // the owner of the record may
	member    bool   // any signed-in person of the tenant may
	assigned  bool   // whoever the subject was assigned to may
	linked    bool   // whoever holds the subject's link may, without an account
	roles     []Role // holders of one of these at the subject's organisation may
	anywhere  bool   // …or at any organisation of the tenant
	notOwn    bool   // never on one's own record or one's family's (domain invariant 3)
	notBefore bool   // never by whoever did the step before (domain invariant 4)
	fresh     bool   // only shortly after typing the password
}

var (
	schoolStaff = []Role{Teacher, Counselor, RegistrarRole, Principal}
	office      = []Role{Counselor, RegistrarRole, Principal, DistrictLead}
)

// rules is the whole permission table.
var rules = map[Act]rule{
	// Who sits on a panel over it sees a piece, wherever they work.
	ViewEvidence:  {own: true, assigned: true, roles: schoolStaff},
	AddEvidence:   {own: true},
	EditEvidence:  {own: true},
	JudgeEvidence: {roles: []Role{Teacher}, notOwn: true},
	ConfirmLevel:  {roles: []Role{Teacher}, notOwn: true},
	ReopenLevel:   {roles: []Role{Teacher}, notOwn: true},
	ViewQueue:     {roles: []Role{Teacher}, anywhere: true},
	ViewLearner:   {own: true, roles: schoolStaff},
	ManageTasks:   {roles: []Role{Teacher}},

	AskAttestation:    {own: true, roles: []Role{Teacher, Counselor}},
	CancelAttestation: {own: true, roles: []Role{Teacher, Counselor}},
	AnswerAttestation: {linked: true, notOwn: true},
	LapseAttestation:  {}, // a job's
	BeginUpload:       {own: true},
	DropUpload:        {own: true},

	JoinGroup:       {own: true},
	PublishEvidence: {own: true},
	DisputeEvidence: {roles: schoolStaff, notOwn: true},
	DecideDispute:   {roles: schoolStaff, notOwn: true, notBefore: true},
	ViewReviewTasks: {roles: schoolStaff, anywhere: true},
	CloseReviewTask: {roles: schoolStaff, notOwn: true},
	AskApproval:     {own: true},
	DecideApproval:  {roles: []Role{Teacher, Counselor, Principal}, notOwn: true},
	ViewApprovals:   {roles: []Role{Teacher, Counselor, Principal}, anywhere: true},
	// Whoever declares a tie speaks of their own family, or is the office.
	DeclareKin:      {own: true, roles: []Role{RegistrarRole, OrgAdmin}, anywhere: true},
	EndKin:          {roles: []Role{RegistrarRole, OrgAdmin}, anywhere: true, notOwn: true},
	ViewKin:         {own: true, roles: []Role{RegistrarRole, OrgAdmin}, anywhere: true},
	AddOutside:      {own: true},
	DecideOutside:   {roles: []Role{Teacher, Counselor, RegistrarRole}, notOwn: true},
	ViewOutside:     {own: true, roles: schoolStaff},
	StateOutsideUse: {roles: []Role{RegistrarRole, Principal, DistrictLead}},
	PurgeFiles:      {roles: []Role{RegistrarRole, DistrictLead}, fresh: true},

	CloseLists:  {}, // the operator's
	ChangeNames: {roles: []Role{RegistrarRole, OrgAdmin}, anywhere: true, fresh: true},

	ManageSections: {roles: []Role{Teacher}},
	ManagePhrases:  {roles: []Role{Teacher}, anywhere: true},
	AskAssessment:  {own: true},
	AnswerRequest:  {roles: []Role{Teacher}, notOwn: true},
	NoteHabit:      {roles: []Role{Teacher}, notOwn: true},
	OpenPanel:      {roles: []Role{Teacher}, notOwn: true},
	ScorePanel:     {assigned: true, linked: true, notOwn: true},
	DecidePanel:    {roles: []Role{Teacher}, notOwn: true},
	InviteGuest:    {roles: []Role{Teacher}, notOwn: true},
	ViewPanel:      {assigned: true, roles: schoolStaff, notOwn: true},

	ManageFramework: {roles: []Role{DistrictLead, RegistrarRole}},
	ImportHistory:   {roles: []Role{RegistrarRole}, notOwn: true},

	StartApplication:  {member: true},
	EditApplication:   {own: true},
	ViewApplication:   {own: true, roles: []Role{Coordinator}},
	SubmitApplication: {own: true},
	AssignReview:      {roles: []Role{Coordinator}, notOwn: true},
	ScoreReview:       {assigned: true, notOwn: true},
	ViewReviews:       {roles: []Role{Assessor}, anywhere: true},
	PublishMicro:      {roles: []Role{Coordinator}},
	CoordinateWork:    {roles: []Role{Coordinator}, anywhere: true},

	ViewClass:       {roles: office},
	OpenClass:       {roles: []Role{RegistrarRole}},
	AuditClass:      {roles: []Role{RegistrarRole, Counselor}},
	CertifyDiplomas: {roles: []Role{Counselor, RegistrarRole}, fresh: true},
	ApproveDiplomas: {roles: []Role{Principal}, notBefore: true, fresh: true},
	// Taking back a list that nobody has approved harms nothing.
	WithdrawDiplomas: {roles: []Role{Counselor, RegistrarRole, Principal}},

	IssueTranscript: {roles: []Role{Counselor, RegistrarRole}, notOwn: true, fresh: true},

	ViewCredential:    {own: true, roles: append([]Role{Coordinator}, office...)},
	ViewCredentials:   {roles: append([]Role{Coordinator}, office...), anywhere: true},
	IssueCredential:   {roles: []Role{RegistrarRole, Coordinator}, fresh: true},
	WithdrawPage:      {own: true},
	ViewRevocations:   {roles: []Role{RegistrarRole, Principal, DistrictLead, Coordinator}, anywhere: true},
	OpenRevocation:    {roles: []Role{RegistrarRole, Principal, Coordinator}, notOwn: true, fresh: true},
	ConfirmRevocation: {roles: []Role{Principal, DistrictLead}, notOwn: true, notBefore: true, fresh: true},

	// Keys need two people; the operator is one of them where the command asks.
	ViewKeys:         {roles: []Role{OrgAdmin, Principal, DistrictLead}, anywhere: true},
	OpenKeyAction:    {roles: []Role{OrgAdmin, DistrictLead}, fresh: true},
	ConfirmKeyAction: {roles: []Role{OrgAdmin, Principal, DistrictLead}, notBefore: true, fresh: true},
	CancelKeyAction:  {roles: []Role{OrgAdmin, Principal, DistrictLead}}, // it changes nothing
	SignAgain:        {},                                                 // a job's

	ManagePeople:       {roles: []Role{OrgAdmin}},
	EnrollLearners:     {roles: []Role{OrgAdmin, RegistrarRole}},
	ViewPeople:         {roles: []Role{OrgAdmin, RegistrarRole}, anywhere: true},
	ManageOrganisation: {roles: []Role{OrgAdmin}, fresh: true},
	ViewOrganisation:   {roles: []Role{OrgAdmin, RegistrarRole, Principal, DistrictLead}, anywhere: true},
	ViewProfile:        {roles: StaffRoles},
	EditProfile:        {roles: []Role{RegistrarRole, Principal, DistrictLead}},
	EditProvider:       {roles: []Role{Coordinator, DistrictLead}},
	ManageCourses:      {roles: []Role{RegistrarRole}},
	ViewCourses:        {roles: append([]Role{Teacher}, office...)},
	// What others confirmed: results, hours, records and credits.
	EnterRecord:    {roles: []Role{RegistrarRole, Counselor}, notOwn: true},
	WithdrawRecord: {roles: []Role{RegistrarRole, Counselor}, notOwn: true},
	// Two people stand for an exception, and neither is who proposed it (domain
	// invariant 2); which roles they hold says the policy, see Exception rules.
	ProposeException:  {roles: []Role{Teacher, Counselor, RegistrarRole}, notOwn: true},
	ApproveException:  {roles: office, notOwn: true, notBefore: true, fresh: true},
	RefuseException:   {roles: office, notOwn: true, notBefore: true},
	TakeBackException: {own: true}, // by who proposed it
	EndException:      {roles: []Role{Principal, DistrictLead}, notOwn: true, fresh: true},
	// Who proposed one sees what came of it; the reasons are for the office.
	ViewExceptions: {own: true, roles: office},
	// A policy is the district's: one person proposes it, another adopts it.
	EditPolicy:    {roles: []Role{DistrictLead, Principal, RegistrarRole}, anywhere: true},
	TryPolicy:     {roles: []Role{DistrictLead, Principal, RegistrarRole}, anywhere: true},
	ProposePolicy: {roles: []Role{DistrictLead, Principal}, anywhere: true, fresh: true},
	AdoptPolicy:   {roles: []Role{DistrictLead}, notBefore: true, fresh: true},
	RetirePolicy:  {roles: []Role{DistrictLead}, fresh: true},
	ViewPolicy:    {member: true},
	ViewJournal:   {roles: []Role{OrgAdmin, Principal, DistrictLead}, anywhere: true},
	SignIn:        {own: true},
	ManageAccount: {own: true},
}

// EditProfileOf is the act of changing what an organisation of a kind says
// about itself: a provider's words are its coordinators', a school's are not.
func EditProfileOf(kind OrgKind) Act {
	if kind == Provider {
		return EditProvider
	}
	return EditProfile
}

// FreshFor is how long after typing the password an act that needs it may be done.
const FreshFor = 15 * time.Minute

// ErrStale is the kind of refusal that typing the password again lifts.
var ErrStale error = &Error{Kind: ErrUnauthenticated, Detail: "Please type your password again before this step."}

// May answers nil if the actor may do the act to the subject at the moment,
// and else why not: ErrUnauthenticated for nobody, ErrStale when the password
// was typed too long ago, ErrForbidden where a rule of separation forbids what
// the role would allow, and ErrNotFound in every other case, so that a
// stranger does not learn what exists. The caller has already bound the
// subject to the actor's tenant.
func May(a Actor, act Act, on Subject, now time.Time) error {
	r, known := rules[act]
	if !known {
		return &Error{Kind: ErrForbidden, Detail: "No rule allows this."}
	}
	if a.System {
		return nil
	}
	linked := r.linked && a.Link != "" && a.Link == on.ID
	if a.Person == "" && !linked {
		return &Error{Kind: ErrUnauthenticated, Detail: "Please sign in first."}
	}
	mine := on.Owner != "" && on.Owner == a.Person
	staffed := len(r.roles) > 0 && (a.At(on.Org, r.roles...) || r.anywhere && a.Is(r.roles...))
	given := r.assigned && slices.Contains(on.Assigned, a.Person)
	switch {
	case (!r.own || !mine) && !staffed && !given && !r.member && !linked:
		return NotFound()
	case r.notOwn && mine:
		return Forbidden("Nobody decides about their own record; someone else has to do this.")
	case r.notOwn && on.Owner != "" && slices.Contains(a.Kin, on.Owner):
		return Forbidden("Nobody decides about their own family; someone else has to do this.")
	case r.notBefore && slices.Contains(on.Before, a.Person):
		return Forbidden("This step needs a second person; you did the one before it.")
	case r.fresh && now.Sub(a.Authenticated) > FreshFor:
		return ErrStale
	}
	return nil
}

// AsksForKin reports whether May needs to know the actor's family for the act.
func AsksForKin(act Act) bool { return rules[act].notOwn }

// Can reports whether May would answer nil but for freshness: what a page
// offers. It never replaces May.
func Can(a Actor, act Act, on Subject) bool {
	return May(a, act, on, a.Authenticated) == nil
}
