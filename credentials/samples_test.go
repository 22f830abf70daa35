package credentials_test

import (
	"testing"
	"time"

	"laurel/credentials"
)

const (
	school   = "did:web:laurel.example:schools:willow-brook"
	district = "did:web:laurel.example:schools:district"
	holder   = "urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02"
	diploma  = "urn:uuid:7d5f0d3a-3b7c-4f0e-9b44-9a8e3a0f1d01"
	english  = "urn:uuid:7d5f0d3a-3b7c-4f0e-9b44-9a8e3a0f1d02"
	course   = "urn:uuid:7d5f0d3a-3b7c-4f0e-9b44-9a8e3a0f1d04"
	token    = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJkaWQ6d2ViOnguZXhhbXBsZSJ9.c2ln"
)

// proofOf stands for a proof: these tests never check one.
var proofOf = credentials.ListOf(credentials.ObjectOf(
	credentials.Member{Name: "type", Value: credentials.TextOf("DataIntegrityProof")},
	credentials.Member{Name: "cryptosuite", Value: credentials.TextOf("eddsa-rdfc-2022")},
	credentials.Member{Name: "proofValue", Value: credentials.TextOf("z3d7QnJK9rH5H8ARTViDA8")},
))

type document interface {
	Payload() ([]byte, error)
	Validate() error
}

// tree is a document as it would be read.
func tree(tb testing.TB, d document) *credentials.Node {
	tb.Helper()
	payload, err := d.Payload()
	if err != nil {
		tb.Fatal(err)
	}
	return node(tb, string(payload))
}

// signed is a document that passes for a signed one.
func signed(tb testing.TB, d document) *credentials.Node {
	tb.Helper()
	if err := d.Validate(); err != nil {
		tb.Fatal(err)
	}
	return tree(tb, d).With("proof", proofOf)
}

// uuid is the urn:uuid with a number at its end.
func uuid(n byte) string {
	const hex = "0123456789abcdef"
	return "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c" + string([]byte{hex[n>>4], hex[n&15]})
}

// endorsement is the district's word about something.
func endorsement(about string) *credentials.Endorsement {
	return &credentials.Endorsement{
		ID: uuid(0xe1), Name: "In good standing", Description: "What the district says.",
		Issuer:    credentials.Profile{ID: district, Name: "Valley District"},
		ValidFrom: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), ValidUntil: time.Date(2028, 1, 2, 3, 4, 5, 6, time.UTC),
		AwardedDate: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC),
		Subject:     credentials.Endorsed{ID: about, Comment: "Its *assessors* are trained each year."},
		Evidence:    []credentials.Work{{Name: "Visit", Narrative: "Two days in March."}},
		Status:      credentials.RevocationEntry("https://laurel.example/status/2", 7),
		TermsOfUse:  []credentials.Terms{{ID: "https://laurel.example/terms", Type: "https://laurel.example/terms#Policy"}},
		Schemas:     []credentials.Schema{{ID: "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json", Type: credentials.SchemaType}},
		Refresh:     &credentials.RefreshService{ID: "https://laurel.example/refresh/2"},
	}
}

// profile is an organisation with every member.
func profile(tb testing.TB, id string) credentials.Profile {
	return credentials.Profile{
		ID: id, Name: "Willow Brook <Union> High & Middle", URL: "https://willowbrook.example/",
		Description: "A public school of 300. *Proficient* means that it was shown twice.", Phone: "+1-802-555-0100",
		Email: "registrar@willowbrook.example", Image: &credentials.Image{ID: "https://willowbrook.example/logo.png", Caption: "A willow"},
		ParentOrg: &credentials.Profile{ID: district, Name: "Valley District"},
		Address: &credentials.Address{
			Country: "United States", CountryCode: "US", Region: "VT", Locality: "Willow Brook", Street: "1 School St",
			PostBox: "12", PostalCode: "05000", Geo: &credentials.Geo{Latitude: 44.5, Longitude: -72.625},
		},
		OtherIdentifiers: []credentials.Identifier{{Value: "500001", Kind: "systemId"}, {Value: "ce-1", Kind: "ext:CTID"}},
		Official:         "Rosa Lindqvist", GivenName: "Rosa", AdditionalName: "M.", FamilyName: "Lindqvist", FamilyNamePrefix: "von",
		PatronymicName: "Olofsdotter", HonorificPrefix: "Dr", HonorificSuffix: "PhD",
		Endorsements: []*credentials.Node{signed(tb, endorsement(id))}, EndorsementTokens: []string{token},
	}
}

// full is a credential with every member that can be built.
func full(tb testing.TB) *credentials.Credential {
	c := sample()
	c.Issuer = profile(tb, school)
	c.Image = &credentials.Image{ID: "https://laurel.example/badge.png", Caption: "A badge"}
	c.Schemas = []credentials.Schema{{ID: "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json", Type: credentials.SchemaType}}
	c.Refresh = &credentials.RefreshService{ID: "https://laurel.example/refresh/1"}
	c.TermsOfUse = []credentials.Terms{{ID: "https://laurel.example/terms", Type: "https://laurel.example/terms#Policy"}}
	c.Endorsements, c.EndorsementTokens = []*credentials.Node{signed(tb, endorsement(c.ID))}, []string{token}
	c.Evidence[0].ID, c.Evidence[0].Narrative, c.Evidence[0].Audience = "https://laurel.example/evidence/1", "How it went.", "Colleges"
	s := &c.Subject
	s.Identifiers = append(s.Identifiers, credentials.HashedIdentity(credentials.KindEmail, "Amara@Example.org", "Kosher"))
	s.Narrative, s.Role, s.Term, s.LicenseNumber, s.Credits = "Shown in *three* cycles.", "Lead", "Spring 2026", "A-17", 0.5
	s.Started, s.Ended = time.Date(2026, 1, 12, 8, 0, 0, 1, time.UTC), time.Date(2026, 6, 1, 8, 0, 0, 1, time.UTC)
	s.Image = &credentials.Image{ID: "https://laurel.example/certificate.svg", Caption: "The certificate"}
	s.Source = &credentials.Profile{ID: "https://partner.example/", Name: "Partner District"}
	a := &s.Achievement
	creator := profile(tb, district)
	a.Creator, a.Version, a.CreditsAvailable, a.FieldOfStudy, a.Specialization, a.Code = &creator, "2", 1, "Teaching", "Feedback", "RF-2"
	a.Criteria.ID = "https://laurel.example/criteria/1"
	a.Image = &credentials.Image{ID: "https://laurel.example/achievement.png", Caption: "A drawing"}
	a.OtherIdentifiers = []credentials.Identifier{{Value: "ce-2", Kind: "identifier"}}
	a.Related = []credentials.Related{{ID: "urn:example:feedback-es", Language: "es", Version: "1"}}
	a.Endorsements, a.EndorsementTokens = []*credentials.Node{signed(tb, endorsement(a.ID))}, []string{token}
	a.Alignments[0].Description = "Assesses for learning."
	a.Scales[0].Alignments = a.Alignments
	a.Scales[0].Levels[0].Alignments = a.Alignments
	a.Scales = append(a.Scales,
		credentials.ResultScale{ID: "urn:example:letter", Name: "Letter", Kind: "LetterGrade", Allowed: []string{"C", "B", "A"}, RequiredValue: "B"},
		credentials.ResultScale{ID: "urn:example:hours", Name: "Hours", Kind: "RawScore", ValueMin: "0", ValueMax: "40.5", RequiredValue: "20"},
		credentials.ResultScale{ID: "urn:example:done", Name: "Workshop", Kind: "Status"},
	)
	s.Results[0].Alignments = a.Alignments
	s.Results = append(
		s.Results,
		credentials.Result{Scale: "urn:example:letter", Value: "A"},
		credentials.Result{Scale: "urn:example:hours", Value: "40.50"},
		credentials.Result{Scale: "urn:example:done", Status: "Completed"},
	)
	return c
}

// shown is the school's credential about one achievement of the holder.
func shown(n byte, achievement, kind, name string) *credentials.Credential {
	c := sample()
	c.ID, c.Name = uuid(n), name
	c.Subject.Achievement.ID, c.Subject.Achievement.Kind, c.Subject.Achievement.Name = achievement, kind, name
	c.Subject.Narrative = "2 different tasks at Met or above: Lab 4, Field study."
	c.Status = credentials.RevocationEntry("https://laurel.example/status/1", uint32(n))
	return c
}

// transcript is a diploma with a standard and a course under it.
func transcript(tb testing.TB) *credentials.CLR {
	frame := credentials.CLR{
		ID: uuid(0xc1), Name: "High School Diploma and Record", Description: "What Amara has shown.",
		Issuer: profile(tb, school), Partial: false,
		ValidFrom: time.Date(2026, 6, 12, 14, 0, 0, 5, time.UTC), ValidUntil: time.Date(2036, 6, 12, 14, 0, 0, 5, time.UTC),
		AwardedDate: time.Date(2026, 6, 11, 12, 0, 0, 0, time.UTC),
		Subject: credentials.Record{
			ID: holder, Identifiers: []credentials.Identity{credentials.NameIdentity("Amara Okafor-Łukasz")},
			Achievements: []credentials.Achievement{{
				ID: "urn:example:portrait", Kind: "Competency", Name: "Portrait of a graduate",
				Description: "What everyone leaves with.", Criteria: credentials.Criteria{Narrative: "All standards."},
			}},
			Associations: []credentials.Association{{Kind: credentials.IsRelatedTo, Source: diploma, Target: "urn:example:portrait"}},
		},
		Evidence:   []credentials.Work{{Name: "Exhibition", Description: "A public exhibition."}},
		Status:     credentials.RevocationEntry("https://laurel.example/status/1", 99),
		TermsOfUse: []credentials.Terms{{Type: "https://laurel.example/terms#Policy"}},
		Image:      &credentials.Image{ID: "https://laurel.example/diploma.png", Caption: "The diploma"},
		Schemas:    []credentials.Schema{{ID: "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json", Type: credentials.SchemaType}},
		Refresh:    &credentials.RefreshService{ID: "https://laurel.example/refresh/3"},
	}
	frame.Endorsements, frame.EndorsementTokens = []*credentials.Node{signed(tb, endorsement(frame.ID))}, []string{token}
	record, err := credentials.Compose(
		frame,
		credentials.Part{Credential: signed(tb, shown(1, diploma, "SecondarySchoolDiploma", "High School Diploma"))},
		credentials.Part{Credential: signed(tb, shown(2, english, "Competency", "English Language Arts")), PartOf: []string{diploma}},
		credentials.Part{Credential: signed(tb, shown(3, course, "Course", "World Literature")), PartOf: []string{english}},
	)
	if err != nil {
		tb.Fatal(err)
	}
	return record
}
