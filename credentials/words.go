package credentials

import "slices"

// identifierKinds is the identifierType vocabulary (OB 3.0 data model).
var identifierKinds = []string{
	"name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress",
	"nationalIdentityNumber", "isbn", "issn", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId",
	"ltiContextId", "ltiDeploymentId", "ltiToolId", "ltiPlatformId", "ltiUserId", "identifier",
}

// achievementKinds is the achievementType vocabulary (OB 3.0 data model).
var achievementKinds = []string{
	"Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award",
	"Badge", "BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification",
	"CommunityService", "Competency", "Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree",
	"Fieldwork", "GeneralEducationDevelopment", "JourneymanCertificate", "LearningProgram", "License",
	"Membership", "ProfessionalDoctorate", "QualityAssuranceCredential", "MasterCertificate",
	"MasterDegree", "MicroCredential", "ResearchDoctorate", "SecondarySchoolDiploma",
}

// AchievementKinds lists the words of the achievementType vocabulary.
func AchievementKinds() []string { return slices.Clone(achievementKinds) }

// resultKinds is the resultType vocabulary (OB 3.0 data model).
var resultKinds = []string{
	"GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore",
	"Result", "RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
}

// resultStates is the ResultStatus vocabulary, which is closed (OB 3.0 data model).
var resultStates = []string{
	"Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew",
}

// targetKinds is the targetType vocabulary (OB 3.0 data model).
var targetKinds = []string{
	"ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion",
	"CFRubricCriterionLevel", "CTDL",
}

// associationKinds is the associationType vocabulary, which is closed (CLR 2.0 data model).
var associationKinds = []string{
	string(ExactMatchOf), string(IsChildOf), string(IsParentOf), string(IsPartOf), string(IsPeerOf),
	string(IsRelatedTo), string(Precedes), string(ReplacedBy),
}
