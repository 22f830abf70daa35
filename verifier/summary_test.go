package verifier_test

import (
	"reflect"
	"testing"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// Achievements of the record in the tests.
const (
	diplomaID = "urn:uuid:7d5f0d3a-3b7c-4f0e-9b44-9a8e3a0f1d03"
	courseID  = "urn:uuid:7d5f0d3a-3b7c-4f0e-9b44-9a8e3a0f1d04"
	portrait  = "urn:example:portrait"
)

// embed signs a credential of the school with a proof inside, and reads it.
func (w *world) embed(s proof.Signer, c credentials.Credential) *credentials.Node {
	w.tb.Helper()
	payload, err := c.Payload()
	if err != nil {
		w.tb.Fatal(err)
	}
	doc, err := credentials.Parse(w.secure(payload, w.proofBy(s, school)))
	if err != nil {
		w.tb.Fatal(err)
	}
	return doc
}

// course is a credential beside the diploma, with everything that is shown of one.
func (w *world) course() credentials.Credential {
	c := w.credential()
	c.ID, c.Name, c.Status = "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c12", "World Literature", credentials.RevocationEntry(listURL, 8)
	c.Image = &credentials.Image{ID: "https://laurel.example/course.png", Caption: "A book"}
	c.Issuer.Description, c.Issuer.URL, c.Issuer.Official = "How proficiency is determined.", "https://laurel.example", "Dana Reyes"
	c.Issuer.ParentOrg = &credentials.Profile{ID: district, Name: "Valley School District"}
	s := &c.Subject
	s.Narrative, s.Term, s.Credits, s.Role, s.LicenseNumber = "Two essays.", "Fall 2025", 0.5, "Editor", "A-17"
	s.Started, s.Ended = now().AddDate(0, -9, 0), now().AddDate(0, -4, 0)
	s.Source = &credentials.Profile{ID: stranger, Name: "Mill School", Description: "An evening school."}
	a := &s.Achievement
	a.ID, a.Kind, a.Name, a.Code, a.CreditsAvailable, a.FieldOfStudy = courseID, "Course", "World Literature", "ENG-4", 1, "English"
	a.Criteria.ID, a.Image = "https://laurel.example/courses/eng-4", &credentials.Image{ID: "https://laurel.example/eng-4.png"}
	a.Alignments = []credentials.Alignment{{
		Code: "RL.11", Name: "Reading literature", Description: "Cite evidence.", Framework: "State standards", Kind: "CFItem",
		URL: "https://standards.example/rl11",
	}}
	return c
}

// record is a signed learner record of the parts.
func (w *world) record(parts ...credentials.Part) []byte {
	w.tb.Helper()
	whole, err := credentials.Compose(credentials.CLR{
		ID: "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1cc1", Name: "Learner record", Partial: true,
		Issuer: credentials.Profile{ID: school, Name: "Willow Brook UHS"}, ValidFrom: now().AddDate(0, 0, -1),
		Subject: credentials.Record{
			ID: w.credential().Subject.ID, Identifiers: w.credential().Subject.Identifiers,
			Achievements: []credentials.Achievement{{
				ID: portrait, Kind: "Competency", Name: "Portrait of a graduate", Description: "What everyone leaves with.",
				Criteria: credentials.Criteria{Narrative: "All standards."},
			}},
			Associations: []credentials.Association{{Kind: credentials.IsRelatedTo, Source: diplomaID, Target: portrait}},
		},
		Status: credentials.RevocationEntry(listURL, 9),
	}, parts...)
	if err != nil {
		w.tb.Fatal(err)
	}
	payload, err := whole.Payload()
	if err != nil {
		w.tb.Fatal(err)
	}
	return w.secure(payload, w.proofBy(w.ed, school))
}

// TestSummaryOfARecord: what is said of each achievement comes from the report on its own credential.
func TestSummaryOfARecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.verify(w.record(
		credentials.Part{Credential: w.embed(w.ed, w.credential())},
		credentials.Part{Credential: w.embed(w.ed, w.course()), PartOf: []string{diplomaID}},
	))
	if r.Verdict != verifier.Valid || r.Credential == nil {
		t.Fatalf("got %s %+v", r.Verdict, r.Checks)
	}
	s := r.Credential
	if s.Type != "ClrCredential" || s.Subject.Name != "Amara Okafor" || s.Name != "Learner record" || s.Record == nil || !s.Record.Partial {
		t.Fatalf("got %+v", s)
	}
	type row struct {
		path, id, name, kind string
		verdict              verifier.Verdict
	}
	var rows []row
	for _, a := range s.Record.Achievements {
		rows = append(rows, row{a.Path, a.ID, a.Name, a.Type, a.Verdict})
		if a.Credential == nil || a.Credential.Achievement.ID != a.ID {
			t.Errorf("%s: its credential is not there", a.Path)
		}
	}
	want := []row{
		{"/credentialSubject/verifiableCredential/0", diplomaID, "High school diploma", "SecondarySchoolDiploma", verifier.Valid},
		{"/credentialSubject/verifiableCredential/1", courseID, "World Literature", "Course", verifier.Valid},
		{"/credentialSubject/achievement/0", portrait, "Portrait of a graduate", "Competency", ""},
	}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("got\n%+v\nwant\n%+v", rows, want)
	}
	if got, want := s.Record.Associations, []verifier.AssociationInfo{
		{Source: diplomaID, Target: portrait, Kind: "isRelatedTo"}, {Source: courseID, Target: diplomaID, Kind: "isPartOf"},
	}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := s.Record.Achievements[0].Credential.Results; len(got) != 1 || got[0].Achieved != "Distinguished" {
		t.Errorf("results: %+v", got)
	}
}

// TestSummaryOfACourse: everything that may be shown of an achievement credential is read.
func TestSummaryOfACourse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.verify(w.issue(w.ec, func(c *credentials.Credential) { *c = w.course() }))
	if r.Verdict != verifier.Valid {
		t.Fatalf("got %s %+v", r.Verdict, r.Checks)
	}
	got := r.Credential
	got.Results, got.Evidence = nil, nil
	want := &verifier.Summary{
		ID: "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c12", Name: "World Literature", Type: "AchievementCredential",
		Image: verifier.ImageInfo{ID: "https://laurel.example/course.png", Caption: "A book"},
		Issuer: verifier.ProfileInfo{
			ID: school, Name: "Willow Brook UHS", Description: "How proficiency is determined.", URL: "https://laurel.example",
			Official: "Dana Reyes", ParentOrg: "Valley School District",
		},
		ValidFrom: w.credential().ValidFrom, AwardedDate: w.credential().AwardedDate,
		Subject: verifier.SubjectInfo{ID: w.credential().Subject.ID, Name: "Amara Okafor"},
		Achievement: verifier.AchievementInfo{
			ID: courseID, Name: "World Literature", Type: "Course", Description: "Proficient in every graduation standard.",
			Criteria: "The school's graduation policy.", CriteriaURL: "https://laurel.example/courses/eng-4", HumanCode: "ENG-4",
			Image: verifier.ImageInfo{ID: "https://laurel.example/eng-4.png"}, CreditsAvailable: "1", FieldOfStudy: "English",
			Alignments: []verifier.AlignmentInfo{{
				Name: "Reading literature", Code: "RL.11", Description: "Cite evidence.", Framework: "State standards", Type: "CFItem",
				URL: "https://standards.example/rl11",
			}},
		},
		Narrative: "Two essays.", CreditsEarned: "0.5", Term: "Fall 2025", Role: "Editor", LicenseNumber: "A-17",
		Started: now().AddDate(0, -9, 0), Ended: now().AddDate(0, -4, 0),
		Source: &verifier.ProfileInfo{ID: stranger, Name: "Mill School", Description: "An evening school."},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestSummaryOfAnEndorsement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.verify([]byte(w.endorsement(w.ec, school, courseID)))
	if r.Verdict != verifier.Valid || r.Credential.Endorsement == nil {
		t.Fatalf("got %s %+v", r.Verdict, r.Checks)
	}
	if got, want := *r.Credential.Endorsement, (verifier.EndorsementInfo{Subject: courseID, Comment: "We know this work."}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestSummaryWhenOneInsideFails: a record shows itself while one inside is only
// not proven, and shows nothing when one is forged.
func TestSummaryWhenOneInsideFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	revoked := w.course()
	revoked.Status = credentials.RevocationEntry(listURL, 11)
	r := w.verify(w.record(credentials.Part{Credential: w.embed(w.ed, w.credential())}, credentials.Part{Credential: w.embed(w.ed, revoked)}))
	if r.Verdict != verifier.Undetermined || r.Credential == nil || r.Credential.Record.Achievements[1].Verdict != verifier.Revoked {
		t.Errorf("one revoked: got %s %+v", r.Verdict, r.Credential)
	}
	r = w.verify(w.record(credentials.Part{Credential: w.embed(w.mill, w.credential())}))
	if r.Verdict != verifier.Invalid || r.Credential != nil {
		t.Errorf("one forged: got %s %+v", r.Verdict, r.Credential)
	}
}
