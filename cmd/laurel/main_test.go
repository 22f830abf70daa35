package main

import (
	"net/http"
	"strings"
	"testing"
)

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
	record := s.herRecordIsHersToShow()
	s.strangersSay(record, "valid")
	s.strangersSay(s.theCounselorMakesATranscript(), "valid")
	s.strangersSay(diploma, "valid")

	s.twoPeopleWithdrawIt(diploma)
	s.strangersSay(record, "revoked")
	s.strangersSay(diploma, "revoked")
	s.strangersSay(micro, "valid")
	s.theJournalIsWhole()
}

// TestFirstRun begins at the page instead of the command: whoever comes first
// to an empty server sets it up, and nobody after.
func TestFirstRun(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if code, _, stderr := command(t, "", "init", "--key-only", "--data", folder); code != 0 {
		t.Fatalf("init --key-only: %d: %s", code, stderr)
	}
	s := serve(t, "--data", folder)
	v := s.visitor()
	f := v.open("/").form("/setup")
	f.pick("kind", "district")
	f.fill("name", "Otter Creek District")
	f.fill("slug", "otter-creek")
	f.fill("zone", "America/New_York")
	f.fill("admin_name", "Alma Reed")
	f.fill("login", "alma")
	f.fill("password", "short")
	f.pick("starter", "true")
	weak := f.send()
	if weak.status != http.StatusUnprocessableEntity || strings.Contains(string(weak.body), `value="short"`) {
		t.Fatalf("a weak password: %d: %s", weak.status, weak.text("main"))
	}
	f = weak.form("/setup")
	if f.values.Get("name") != "Otter Creek District" {
		t.Errorf("what was typed is lost: %v", f.values)
	}
	f.fill("password", password)
	if begun := f.send(); begun.status != http.StatusOK {
		t.Fatalf("setting up: %d: %s", begun.status, begun.text("main"))
	}
	if again := v.get("/setup", "text/html"); again.status != http.StatusNotFound {
		t.Errorf("the page is still there: %d", again.status)
	}
	healthy := func() int {
		return run(t.Context(), []string{"healthcheck"}, []string{"LAUREL_ADDR=" + s.addr}, strings.NewReader(""), &output{}, &output{})
	}
	if code := healthy(); code != 0 {
		t.Errorf("healthcheck of a running server: %d", code)
	}
	defer func() {
		if s.stop(); healthy() == 0 {
			t.Error("healthcheck of a server that has ended: 0")
		}
	}()
	alma := s.as("alma", password)
	alma.open("/organisation").says("Otter Creek District")
	if policies := alma.open("/policies").links("/policies/"); len(policies) != 1 {
		t.Errorf("policies: %v", policies)
	}
}
