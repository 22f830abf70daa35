package verifier

import (
	"strconv"
	"strings"
	"time"

	"laurel/credentials"
)

// summarise reads what a credential says. nested are the reports on the documents inside it.
func summarise(doc *credentials.Node, nested []NestedReport) *Summary {
	subject := doc.Get("credentialSubject")
	from, until := credentials.Validity(doc)
	s := &Summary{
		ID: doc.Get("id").Text(), Name: words(doc.Get("name")), Description: words(doc.Get("description")),
		Type: className(doc), Image: imageInfo(doc.Get("image")),
		Issuer:    profileInfo(doc.Get("issuer")),
		ValidFrom: written(from), ValidUntil: written(until), AwardedDate: written(doc.Get("awardedDate").Text()),
		Subject: SubjectInfo{ID: subject.Get("id").Text(), Name: plainName(subject)},
	}
	for _, e := range doc.Get("evidence").List() {
		s.Evidence = append(s.Evidence, EvidenceInfo{
			ID: e.Get("id").Text(), Name: e.Get("name").Text(), Description: e.Get("description").Text(),
			Narrative: e.Get("narrative").Text(), Genre: e.Get("genre").Text(),
		})
	}
	switch s.Type {
	case credentials.ClassAchievement:
		s.achieved(subject)
	case credentials.ClassCLR:
		s.Record = recordInfo(doc, nested)
	case credentials.ClassEndorsement:
		s.Endorsement = &EndorsementInfo{Subject: s.Subject.ID, Comment: subject.Get("endorsementComment").Text()}
	}
	return s
}

// className names the class of a credential, or says that it is a credential and no more.
func className(doc *credentials.Node) string {
	if class := credentials.CredentialClass(doc); class != "" {
		return class
	}
	return credentials.TypeCredential
}

// achieved reads the subject of an achievement credential.
func (s *Summary) achieved(subject *credentials.Node) {
	s.Achievement = achievementInfo(subject.Get("achievement"))
	s.Results = results(subject)
	s.Narrative, s.Term = subject.Get("narrative").Text(), subject.Get("term").Text()
	s.Role, s.LicenseNumber = subject.Get("role").Text(), subject.Get("licenseNumber").Text()
	s.CreditsEarned = subject.Get("creditsEarned").Literal()
	s.Started, s.Ended = written(subject.Get("activityStartDate").Text()), written(subject.Get("activityEndDate").Text())
	if source := subject.Get("source"); source != nil {
		p := profileInfo(source)
		s.Source = &p
	}
}

// recordInfo reads a learner record. What its credentials say is taken from
// their own reports, since the record's proof does not vouch for their issuers.
func recordInfo(doc *credentials.Node, nested []NestedReport) *RecordInfo {
	const at = "/credentialSubject"
	subject := doc.Get("credentialSubject")
	out := &RecordInfo{Partial: doc.Get("partial").True()}
	for _, n := range nested {
		if !strings.HasPrefix(n.Path+"/", at+"/verifiableCredential/") {
			continue
		}
		one := RecordedInfo{Path: n.Path, Verdict: n.Report.Verdict, Credential: n.Report.Credential}
		if said := n.Report.Credential; said != nil {
			one.ID, one.Name, one.Type = said.Achievement.ID, said.Achievement.Name, said.Achievement.Type
		}
		out.Achievements = append(out.Achievements, one)
	}
	for i, a := range subject.Get("achievement").List() {
		said := achievementInfo(a)
		out.Achievements = append(out.Achievements, RecordedInfo{
			Path: at + "/achievement/" + strconv.Itoa(i), ID: said.ID, Name: said.Name, Type: said.Type,
			Credential: &Summary{Achievement: said},
		})
	}
	for _, a := range subject.Get("association").List() {
		out.Associations = append(out.Associations, AssociationInfo{
			Source: a.Get("sourceId").Text(), Target: a.Get("targetId").Text(), Kind: a.Get("associationType").Text(),
		})
	}
	return out
}

// words is a text, or the first of several in different languages (VC 2.0 §11.1).
func words(n *credentials.Node) string {
	for _, v := range n.List() {
		if text := v.Text() + v.Get("@value").Text(); text != "" {
			return text
		}
	}
	return ""
}

// written reads a date with the offset that it was written with.
func written(date string) time.Time {
	t, err := time.Parse(time.RFC3339, date)
	if err != nil {
		return time.Time{}
	}
	return t
}

// plainName is the first name identifier that is not hashed.
func plainName(subject *credentials.Node) string {
	for _, id := range subject.Get("identifier").List() {
		if id.Get("identityType").Text() == "name" && !id.Get("hashed").True() {
			return id.Get("identityHash").Text()
		}
	}
	return ""
}

// imageInfo reads an image, or the address of one as VC 1.1 documents have it.
func imageInfo(n *credentials.Node) ImageInfo {
	return ImageInfo{ID: n.Text() + n.Get("id").Text(), Caption: n.Get("caption").Text()}
}

// profileInfo reads a profile, or only its id.
func profileInfo(n *credentials.Node) ProfileInfo {
	return ProfileInfo{
		ID: n.Text() + n.Get("id").Text(), Name: words(n.Get("name")), Description: words(n.Get("description")),
		URL: n.Get("url").Text(), Image: imageInfo(n.Get("image")), Official: n.Get("official").Text(),
		ParentOrg: n.Path("parentOrg", "name").Text(),
	}
}

func achievementInfo(a *credentials.Node) AchievementInfo {
	out := AchievementInfo{
		ID: a.Get("id").Text(), Name: a.Get("name").Text(), Type: a.Get("achievementType").Text(),
		Description: a.Get("description").Text(),
		Criteria:    a.Path("criteria", "narrative").Text(), CriteriaURL: a.Path("criteria", "id").Text(),
		HumanCode: a.Get("humanCode").Text(), Image: imageInfo(a.Get("image")),
		CreditsAvailable: a.Get("creditsAvailable").Literal(), FieldOfStudy: a.Get("fieldOfStudy").Text(),
	}
	for _, n := range a.Get("alignment").List() {
		out.Alignments = append(out.Alignments, AlignmentInfo{
			Name: n.Get("targetName").Text(), Code: n.Get("targetCode").Text(), Description: n.Get("targetDescription").Text(),
			Framework: n.Get("targetFramework").Text(), Type: n.Get("targetType").Text(), URL: n.Get("targetUrl").Text(),
		})
	}
	return out
}

// results puts each result into the words of its scale.
func results(subject *credentials.Node) []ResultInfo {
	scales := subject.Path("achievement", "resultDescription").List()
	var out []ResultInfo
	for _, r := range subject.Get("result").List() {
		scale := withID(scales, r.Get("resultDescription").Text())
		levels := scale.Get("rubricCriterionLevel").List()
		achieved := withID(levels, r.Get("achievedLevel").Text())
		info := ResultInfo{
			Name: scale.Get("name").Text(), Achieved: achieved.Get("name").Text(),
			AchievedDescription: achieved.Get("description").Text(),
			Required:            withID(levels, scale.Get("requiredLevel").Text()).Get("name").Text(),
			Value:               r.Get("value").Text(), RequiredValue: scale.Get("requiredValue").Text(),
			Status: r.Get("status").Text(),
		}
		for _, l := range levels {
			info.Scale = append(info.Scale, LevelInfo{
				Name: l.Get("name").Text(), Level: l.Get("level").Text(),
				Points: l.Get("points").Text(), Description: l.Get("description").Text(),
			})
		}
		out = append(out, info)
	}
	return out
}

// withID finds the object with this id, or nil.
func withID(list []*credentials.Node, id string) *credentials.Node {
	for _, n := range list {
		if id != "" && n.Get("id").Text() == id {
			return n
		}
	}
	return nil
}
