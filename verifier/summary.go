package verifier

import (
	"time"

	"laurel/credentials"
)

// Summary is what a verified credential says, for people to read. It is built
// from the verified tree alone, by exact names. Markdown is as it was signed:
// whoever shows it must render it safely.
type Summary struct {
	ID          string `json:"id,omitempty"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	// Type is the class: AchievementCredential, …
	Type string `json:"type,omitempty"`
	// ValidFrom, ValidUntil and AwardedDate keep the offset they were written with; zero when absent.
	ValidFrom   time.Time       `json:"validFrom,omitzero"`
	ValidUntil  time.Time       `json:"validUntil,omitzero"`
	AwardedDate time.Time       `json:"awardedDate,omitzero"`
	Subject     SubjectInfo     `json:"subject,omitzero"`
	Achievement AchievementInfo `json:"achievement,omitzero"`
	Results     []ResultInfo    `json:"results,omitempty"`
	Evidence    []EvidenceInfo  `json:"evidence,omitempty"`
	// Narrative is what the issuer says about this person's achievement (Markdown).
	Narrative string `json:"narrative,omitempty"`
}

// SubjectInfo is whom the credential is about.
type SubjectInfo struct {
	ID string `json:"id,omitempty"`
	// Name is the plain name, when the credential gives one.
	Name string `json:"name,omitempty"`
}

// AchievementInfo is what was achieved.
type AchievementInfo struct {
	ID          string          `json:"id,omitempty"`
	Name        string          `json:"name,omitempty"`
	Type        string          `json:"type,omitempty"`
	Description string          `json:"description,omitempty"`
	Criteria    string          `json:"criteria,omitempty"` // Markdown
	CriteriaURL string          `json:"criteriaUrl,omitempty"`
	Alignments  []AlignmentInfo `json:"alignments,omitempty"`
}

// AlignmentInfo is a node of a framework that the achievement answers to.
type AlignmentInfo struct {
	Name      string `json:"name"`
	Code      string `json:"code,omitempty"`
	Framework string `json:"framework,omitempty"`
	URL       string `json:"url,omitempty"`
}

// ResultInfo is one result, in words: the scale's name and the names of the levels.
type ResultInfo struct {
	Name string `json:"name,omitempty"`
	// Achieved and Required are names of levels.
	Achieved            string      `json:"achieved,omitempty"`
	AchievedDescription string      `json:"achievedDescription,omitempty"`
	Required            string      `json:"required,omitempty"`
	Value               string      `json:"value,omitempty"`
	RequiredValue       string      `json:"requiredValue,omitempty"`
	Status              string      `json:"status,omitempty"`
	Scale               []LevelInfo `json:"scale,omitempty"`
}

// LevelInfo is one level of the scale of a result, as the issuer signed it.
type LevelInfo struct {
	Name        string `json:"name"`
	Level       string `json:"level,omitempty"`
	Points      string `json:"points,omitempty"`
	Description string `json:"description,omitempty"`
}

// EvidenceInfo is one piece of evidence that the holder chose to show.
type EvidenceInfo struct {
	ID          string `json:"id,omitempty"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	Narrative   string `json:"narrative,omitempty"` // Markdown
	Genre       string `json:"genre,omitempty"`
}

// summarise reads what a credential says.
func summarise(doc *credentials.Node) *Summary {
	subject := doc.Get("credentialSubject")
	s := &Summary{
		ID: doc.Get("id").Text(), Name: doc.Get("name").Text(), Description: doc.Get("description").Text(),
		Type:      credentials.CredentialClass(doc),
		ValidFrom: written(doc, "validFrom"), ValidUntil: written(doc, "validUntil"), AwardedDate: written(doc, "awardedDate"),
		Subject:     SubjectInfo{ID: subject.Get("id").Text(), Name: plainName(subject)},
		Achievement: achievementInfo(subject.Get("achievement")),
		Results:     results(subject),
		Narrative:   subject.Get("narrative").Text(),
	}
	for _, e := range doc.Get("evidence").List() {
		s.Evidence = append(s.Evidence, EvidenceInfo{
			ID: e.Get("id").Text(), Name: e.Get("name").Text(), Description: e.Get("description").Text(),
			Narrative: e.Get("narrative").Text(), Genre: e.Get("genre").Text(),
		})
	}
	return s
}

// written reads a date with the offset that it was written with.
func written(doc *credentials.Node, name string) time.Time {
	t, err := time.Parse(time.RFC3339, doc.Get(name).Text())
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

func achievementInfo(a *credentials.Node) AchievementInfo {
	out := AchievementInfo{
		ID: a.Get("id").Text(), Name: a.Get("name").Text(), Type: a.Get("achievementType").Text(),
		Description: a.Get("description").Text(),
		Criteria:    a.Path("criteria", "narrative").Text(), CriteriaURL: a.Path("criteria", "id").Text(),
	}
	for _, n := range a.Get("alignment").List() {
		out.Alignments = append(out.Alignments, AlignmentInfo{
			Name: n.Get("targetName").Text(), Code: n.Get("targetCode").Text(),
			Framework: n.Get("targetFramework").Text(), URL: n.Get("targetUrl").Text(),
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
