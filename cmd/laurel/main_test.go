package main

import "testing"

// TestStory is the whole of Laurel as it is meant to be used, from an empty
// folder to a stranger's machine, told over HTTP by everyone in their own role.
// Each chapter is a method below, in files beside this one.
func TestStory(t *testing.T) {
	t.Parallel()
	eachDatabase(t, tellStory)
}

func tellStory(t *testing.T, database ...string) {
	s := newStory(t, database...)
	s.theOperatorBegins()
	s.theAdministratorTakesEveryoneIn()
	s.theOfficeBringsAlongWhatWas()

	s.aTeacherApplies()
	s.twoAssessorsScoreBlind()
	micro := s.theTeacherHoldsACredential()
	s.strangersSay(micro, "valid")

	s.aLearnerAddsEvidence()
	s.herTeacherScoresAndConfirms()
	s.herRequirementsHaveChanged()
	s.theRegistrarOpensTheClass()
	s.theCounselorCertifies()
	s.thePrincipalApproves()
	diploma := s.theLearnerHoldsADiploma()
	s.strangersSay(diploma, "valid")

	s.twoPeopleWithdrawIt(diploma)
	s.strangersSay(diploma, "revoked")
	s.strangersSay(micro, "valid")
	s.theJournalIsWhole()
}
