package competency

// Identifiers are UUIDv7 texts, made by the store. Each kind has its own type,
// so that the compiler catches a swap.
type (
	// OrgID names an organisation. The tenant of a row is the OrgID at the
	// root of custody: a district, or a stand-alone school or provider.
	OrgID string
	// PersonID names a person within one tenant.
	PersonID string
	// AccountID names a sign-in, which may stand for one person in each of several tenants.
	AccountID string
	// ItemID names a node of a framework: a standard, an indicator.
	ItemID string
	// FrameworkID names one version of a framework.
	FrameworkID string
	// DraftID names a framework's next version while it is written.
	DraftID string
	// AlignmentID names what one item has to do with another.
	AlignmentID string
	// RubricID names one version of a rubric.
	RubricID string
	// SectionID names a teacher's list of learners.
	SectionID string
	// HandoutID names a task as it was given to a section or a learner.
	HandoutID string
	// RequestID names a learner's request to be assessed.
	RequestID string
	// PanelID names a panel that judges a body of evidence.
	PanelID string
	// TaskID names a task that evidence answers.
	TaskID string
	// EvidenceID names one piece of evidence.
	EvidenceID string
	// AssessmentID names one judgment of one piece of evidence against one indicator.
	AssessmentID string
	// DeterminationID names one level of one learner in one indicator.
	DeterminationID string
	// SeatID names the seat of a guest on a panel.
	SeatID string
	// AttestationID names one request to somebody outside the school.
	AttestationID string
	// UploadID names a file on its way here.
	UploadID string
	// FileID names an uploaded file as used in one place.
	FileID string
	// PolicyID names one version of a graduation policy.
	PolicyID string
	// MicroCredentialID names one version of a micro-credential.
	MicroCredentialID string
	// ApplicationID names one person's application for a micro-credential.
	ApplicationID string
	// ReviewID names one assessor's reading of one attempt of an application.
	ReviewID string
	// CourseID names one wording of a course of a school.
	CourseID string
	// ExceptionRequestID names an exception on its way through two approvals.
	ExceptionRequestID string
	// PolicyDraftID names a policy that is being written.
	PolicyDraftID string
	// PolicyTrialID names one pass over learners by a draft of a policy.
	PolicyTrialID string
	// ClassID names a graduating class: a school and a year.
	ClassID string
	// AuditID names one evaluation of one learner against one policy.
	AuditID string
	// BatchID names a list of diplomas that is certified, approved and issued together.
	BatchID string
	// AwardID names a decision of an organisation: a diploma or a micro-credential is earned.
	AwardID string
	// CredentialID names a signed document about an award (our row, not the document's own id).
	CredentialID string
	// KeyActionID names something that two people do about a signing key.
	KeyActionID string
	// StatusChangeID names a withdrawal that two people make.
	StatusChangeID string
	// ApprovalID names an agreement from before the start of learning outside class.
	ApprovalID string
	// DisputeID names a doubt about accepted evidence.
	DisputeID string
	// ReviewTaskID names what somebody has to look at again.
	ReviewTaskID string
	// OutsideID names a credential that somebody else issued.
	OutsideID string
)
