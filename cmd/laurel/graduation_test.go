package main

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// aLearnerAddsEvidence from a phone, with a photo, for the indicator she still
// has to show.
func (s *story) aLearnerAddsEvidence() {
	maya := s.as("maya", password)
	if before := maya.open("/requirements"); !strings.Contains(before.text("main"), s.shown) {
		s.t.Fatalf("her requirements do not say what is missing: %s", before.text("main"))
	}
	for i, title := range []string{"Field study: the brook", "Lab 4: rates"} {
		f := maya.open("/evidence/new").form("/evidence")
		f.fill("title", title)
		f.pick("indicators", s.shown)
		f.fill("body", "I planned a fair test and say what would change my mind.")
		f.fill("reflection", "The third try began from what the second one showed.")
		f.pick("route", "class")
		f.fill("context", "science")
		f.attach("files", "brook.jpg", photo(s.t))
		added := f.send("submit=true")
		if added.status != http.StatusOK || !strings.HasPrefix(added.path(), "/evidence/") {
			s.t.Fatalf("adding evidence: %d at %s: %s", added.status, added.path(), added.text("main"))
		}
		if again := f.send("submit=true"); again.path() != added.path() {
			s.t.Errorf("a double click makes %s beside %s", again.path(), added.path())
		}
		if i == 0 {
			s.evidence = added.path()
		}
		file := maya.get(added.link("/evidence-files/"), "*/*")
		if file.status != http.StatusOK || !strings.HasPrefix(file.header.Get("Content-Type"), "image/") {
			s.t.Errorf("her photo: %d %s", file.status, file.header.Get("Content-Type"))
		}
		if stranger := s.as("noah", password).get(added.path(), "text/html"); stranger.status != http.StatusNotFound {
			s.t.Errorf("another learner opens %s: %d", added.path(), stranger.status)
		}
	}
}

// herTeacherScoresAndConfirms: the method proposes from two different tasks, a
// person confirms.
func (s *story) herTeacherScoresAndConfirms() {
	tess := s.as("tess", password)
	for range 2 {
		judging := tess.open(tess.open("/queue").link("/judge/"))
		judging.says("Maya Brooks", "Plan and carry out an investigation")
		f := judging.form(judging.path())
		levels := f.names("scores[")
		if len(levels) == 0 {
			s.t.Fatalf("nothing to score: %s", judging.text("main"))
		}
		for _, name := range levels {
			if strings.HasSuffix(name, ".level") {
				f.pick(name, "3")
			}
		}
		if scored := f.send(); scored.status != http.StatusOK {
			s.t.Fatalf("scoring: %d: %s", scored.status, scored.text("main"))
		}
	}
	proposals := tess.open("/proposals")
	proposals.says("Maya Brooks", s.shown)
	if confirmed := proposals.form("/proposals").send(); confirmed.status != http.StatusOK {
		s.t.Fatalf("confirming: %d: %s", confirmed.status, confirmed.text("main"))
	}
}

// herRequirementsHaveChanged at once: everything is met.
func (s *story) herRequirementsHaveChanged() {
	now := s.as("maya", password).open("/requirements")
	if text := now.text("ul.missing"); text != "" {
		s.t.Errorf("her requirements still miss %s", text)
	}
}

// theRegistrarOpensTheClass, and the policy is evaluated for everyone in it.
func (s *story) theRegistrarOpensTheClass() {
	rosa := s.as("rosa", password)
	f := rosa.open("/classes").form("/classes")
	f.pick("school", "Otter Creek High School")
	f.fill("year", strconv.Itoa(s.year))
	f.fill("conferral", time.Now().AddDate(0, 0, -1).Format(time.DateOnly))
	opened := f.send()
	if !strings.HasPrefix(opened.path(), "/classes/") {
		s.t.Fatalf("opening the class: %d at %s: %s", opened.status, opened.path(), opened.text("main"))
	}
	s.class = opened.path()
	until(s.t, "the audits", func() bool { return progressOf(s.server, rosa, s.class).State == "done" })
	rosa.open(s.class+"?stage=ready").says("Maya Brooks", "Iris Chen")
	notYet := rosa.open(s.class + "?stage=not-yet")
	notYet.says("Noah Petit")
	rosa.open(notYet.link(s.class + "/learners/"))
	tess := s.as("tess", password)
	if seen := tess.page(tess.get(s.class+"?stage=ready", "text/html")); seen.offers("/batches") {
		s.t.Error("a teacher may certify")
	}
}

// theCounselorCertifies who is ready; certifying alone issues nothing.
func (s *story) theCounselorCertifies() {
	gil := s.as("gil", password)
	f := gil.open(s.class + "?stage=ready").form("/batches")
	if got := f.values["learners"]; len(got) != 2 || !slices.Contains(got, string(s.people["maya"])) {
		s.t.Fatalf("ready are %v", got)
	}
	certified := f.send()
	if !strings.HasPrefix(certified.path(), "/batches/") {
		s.t.Fatalf("certifying: %d at %s: %s", certified.status, certified.path(), certified.text("main"))
	}
	s.batch = certified.path()
	if again := f.send(); again.path() != s.batch {
		s.t.Errorf("a double click makes %s beside %s", again.path(), s.batch)
	}
	if certified.offers("/approve") {
		s.t.Error("who certified may approve")
	}
	if got := s.holds("maya"); got != "" {
		s.t.Errorf("a diploma before approval: %s", got)
	}
}

// thePrincipalApproves, and the diplomas are made while one can watch.
func (s *story) thePrincipalApproves() {
	paul := s.as("paul", password)
	approved := paul.open(s.batch).form("/approve").send()
	if approved.status != http.StatusOK || approved.path() != s.batch {
		s.t.Fatalf("approving: %d at %s: %s", approved.status, approved.path(), approved.text("main"))
	}
	until(s.t, "the diplomas", func() bool {
		p := progressOf(s.server, paul, s.batch)
		return p.State == "done" && p.Done == 2 && p.Total == 2
	})
	paul.open(s.class+"?stage=issued").says("Maya Brooks", "Iris Chen")
}

// theLearnerHoldsADiploma and takes it away.
func (s *story) theLearnerHoldsADiploma() held { return s.download("maya", "Diploma") }

// herRecordIsHersToShow: its page is closed until she opens it, and then says
// the same as the file.
func (s *story) herRecordIsHersToShow() held {
	maya := s.as("maya", password)
	own := s.own(maya, "Learner record")
	own.says("English", "Course", "confirmed by a teacher")
	if own.offers(s.public+"/c/") || len(own.links(s.public+"/c/")) > 0 {
		s.t.Error("a record is public before its holder says so")
	}
	opened := own.form("/page").send()
	if opened.status != http.StatusOK {
		s.t.Fatalf("opening the page of the record: %d: %s", opened.status, opened.text("main"))
	}
	return s.download("maya", "Learner record")
}

// theCounselorMakesATranscript for a learner on the way; the same is not stated twice.
func (s *story) theCounselorMakesATranscript() held {
	gil, noah := s.as("gil", password), "/learners/"+string(s.people["noah"])
	f := gil.open(noah).form("/transcripts")
	if made := f.send(); made.status != http.StatusOK {
		s.t.Fatalf("a transcript: %d: %s", made.status, made.text("main"))
	}
	if tess := s.as("tess", password); tess.open(noah).offers("/transcripts") {
		s.t.Error("a teacher may make a transcript")
	}
	again := gil.open(noah).form("/transcripts").send()
	again.says("was made today already")
	learner := s.as("noah", password)
	own := s.own(learner, "Transcript")
	own.form("/page").send()
	return s.download("noah", "Transcript")
}

// twoPeopleWithdrawIt: one asks, another confirms.
func (s *story) twoPeopleWithdrawIt(h held) {
	paul := s.as("paul", password)
	one := s.issuedPage(paul, h)
	f := one.form("/revocations")
	var reason string
	for _, value := range f.offered("public") {
		reason = max(reason, value)
	}
	f.pick("public", reason)
	f.fill("private", "The capstone was found to be another student's work; both were heard.")
	if asked := f.send(); asked.status != http.StatusOK {
		s.t.Fatalf("asking: %d: %s", asked.status, asked.text("main"))
	}
	if paul.open("/revocations").offers("/confirm") {
		s.t.Error("who asks may confirm")
	}
	if got := verdictOf(s.t, s.visitor().get(h.page, "application/json")); got != "valid" {
		s.t.Errorf("after one person asked: %s", got)
	}
	begun := time.Now()
	confirmed := s.as("dora", password).open("/revocations").form("/confirm").send()
	if confirmed.status != http.StatusOK {
		s.t.Fatalf("confirming: %d: %s", confirmed.status, confirmed.text("main"))
	}
	until(s.t, "the withdrawal", func() bool {
		return verdictOf(s.t, s.visitor().get(h.page, "application/json")) == "revoked"
	})
	s.t.Logf("the public page says so after %s", time.Since(begun).Round(time.Millisecond))
}

// issuedPage is the office's page of a credential.
func (s *story) issuedPage(v *visitor, h held) page {
	s.t.Helper()
	list := v.open("/issued")
	for _, href := range list.links("/issued/") {
		if one := v.open(href); strings.Contains(string(one.body), h.page) {
			return one
		}
	}
	s.t.Fatalf("the office has no page for %s: %s", h.page, list.text("main"))
	return page{}
}

// theJournalIsWhole when all is over.
func (s *story) theJournalIsWhole() {
	if code := s.stop(); code != 0 {
		s.t.Fatalf("ending: %d\n%s", code, s.stderr)
	}
	code, stdout, stderr := command(s.t, "", append([]string{"journal", "verify"}, s.flags...)...)
	if code != 0 || !strings.Contains(stdout, "every chain is whole") {
		s.t.Errorf("journal verify: %d: %s%s", code, stdout, stderr)
	}
}
