package competency

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// MicroState tells whether a version of a micro-credential is still being written.
type MicroState string

// The states of a version. Published is for ever: what was published is never
// edited, a change is a new version (domain invariant 6).
const (
	MicroDraft     MicroState = "draft"
	MicroPublished MicroState = "published"
)

// MicroCredential is one version of what an educator can earn by showing
// practice. Everything in it is public before anyone applies.
type MicroCredential struct {
	ID     MicroCredentialID
	Tenant OrgID
	Org    OrgID // the provider, who awards
	// Slug names the micro-credential in addresses; all its versions share it.
	Slug      string
	Version   int // from 1
	State     MicroState
	Published time.Time // zero for a draft
	Anatomy
}

// Anatomy is what a micro-credential consists of. Its text form is a JSON
// object with these names in camel case.
type Anatomy struct {
	Title string
	// Summary is one sentence for the catalogue.
	Summary    string
	Competency string // the one competency that is shown
	KeyMethod  string
	Components []string
	Research   []Reference
	Rationale  string
	Resources  []Reference
	// Overview is part 1, Artifacts part 2, Reflection part 3.
	Overview   []Question
	Artifacts  []AskedArtifact
	Reflection []Question
	// Levels are those of part 2, lowest first; Pass is the lowest that passes.
	Levels []Level
	Pass   int
	// ValidYears is how long the award is valid; 0 is for ever.
	ValidYears int
	// PDHours is the work it stands for, in hours of professional development.
	PDHours int
	// Assessors is how many read an attempt blind to each other: 2.
	Assessors int
	// MaxAttempts is how many attempts are read before a talk with a coach.
	MaxAttempts int
	// TurnaroundDays is within how many business days an attempt is answered.
	TurnaroundDays int
	Alignments     []Alignment
	Tags           []string
}

// Reference is a named source with its address.
type Reference struct{ Title, URL string }

// Question is answered in words.
type Question struct {
	Question           string
	WordsMin, WordsMax int
	// Passing says what an answer shows that passes.
	Passing string
}

// AskedArtifact is a piece of real work, judged by criteria.
type AskedArtifact struct {
	Title        string
	Instructions string
	Criteria     []ArtifactCriterion
}

// ArtifactCriterion is one thing that is looked at in an artifact.
type ArtifactCriterion struct {
	Name string
	// Descriptions say what each level looks like, in the order of the
	// micro-credential's levels; empty where the name says it all.
	Descriptions []string
}

// PartKind tells how a part is answered.
type PartKind string

// The kinds of parts.
const (
	OverviewPart   PartKind = "overview"
	ArtifactPart   PartKind = "artifact"
	ReflectionPart PartKind = "reflection"
)

// Part is one thing that an application answers.
type Part struct {
	// Key names the part within its version: "part-1-1", "part-2-3".
	Key                string
	Kind               PartKind
	Title              string // the question, or the artifact's name
	Instructions       string
	WordsMin, WordsMax int // 0 where words are not counted
	Criteria           []MicroCriterion
}

// MicroCriterion is one line of the rubric.
type MicroCriterion struct {
	// Key is the part's for a question, and the part's with a letter for an
	// artifact: "part-2-1-a".
	Key    string
	Part   string
	Name   string
	Levels []Level // lowest first, N from 1
	Pass   int     // the lowest level that passes
}

// passing are the two levels of a question.
var passing = []Level{{N: 1, Label: "Not yet"}, {N: 2, Label: "Passing"}}

// Parts lists what an application answers, in reading order.
func (a Anatomy) Parts() []Part {
	var parts []Part
	questions := func(n int, kind PartKind, list []Question) {
		for i, q := range list {
			key := fmt.Sprintf("part-%d-%d", n, i+1)
			parts = append(parts, Part{
				Key: key, Kind: kind, Title: q.Question, WordsMin: q.WordsMin, WordsMax: q.WordsMax,
				Criteria: []MicroCriterion{{Key: key, Part: key, Name: q.Passing, Levels: passing, Pass: 2}},
			})
		}
	}
	questions(1, OverviewPart, a.Overview)
	for i, art := range a.Artifacts {
		p := Part{Key: fmt.Sprintf("part-2-%d", i+1), Kind: ArtifactPart, Title: art.Title, Instructions: art.Instructions}
		for j, c := range art.Criteria {
			p.Criteria = append(p.Criteria, MicroCriterion{
				Key: p.Key + "-" + letter(j), Part: p.Key, Name: c.Name, Levels: a.described(c), Pass: a.Pass,
			})
		}
		parts = append(parts, p)
	}
	questions(3, ReflectionPart, a.Reflection)
	return parts
}

// letter is a, b, … for 0, 1, … as far as there may be criteria.
func letter(i int) string { return "abcdefghijklmnopqrstuvwxyz"[i%26:][:1] }

// described are the levels with what this criterion says of each.
func (a Anatomy) described(c ArtifactCriterion) []Level {
	levels := make([]Level, len(a.Levels))
	for i, l := range a.Levels {
		levels[i] = Level{N: i + 1, Label: l.Label, Description: l.Description}
		if i < len(c.Descriptions) {
			levels[i].Description = c.Descriptions[i]
		}
	}
	return levels
}

// Scale are the levels of part 2 as a scale, named by their labels: all
// micro-credentials that are judged by the same words share it.
func (a Anatomy) Scale() Scale {
	s := Scale{ProficientAt: a.Pass}
	labels := make([]string, len(a.Levels))
	for i, l := range a.Levels {
		s.Levels = append(s.Levels, Level{N: i + 1, Label: l.Label, Description: l.Description})
		labels[i] = strings.ToLower(l.Label)
	}
	s.ID = strings.Join(labels, "/")
	return s
}

// Part answers the part with the key.
func (a Anatomy) Part(key string) (Part, bool) {
	for _, p := range a.Parts() {
		if p.Key == key {
			return p, true
		}
	}
	return Part{}, false
}

// Limits of a micro-credential.
const (
	maxQuestions = 9
	maxArtifacts = 9
	maxCriteria  = 12
	maxProse     = 4000 // runes of one text
)

// Check is the publish checklist: what is still missing or wrong.
func (m MicroCredential) Check() []Field {
	var bad []Field
	if !slugForm.MatchString(m.Slug) {
		bad = append(bad, Field{"/slug", "Use 1 to 63 small letters, digits and hyphens."})
	}
	for _, t := range []struct{ pointer, text, what string }{
		{"/title", m.Title, "a title"},
		{"/competency", m.Competency, "the one competency"},
		{"/keyMethod", m.KeyMethod, "the key method"},
		{"/rationale", m.Rationale, "why it matters"},
	} {
		if n := len([]rune(strings.TrimSpace(t.text))); n == 0 || n > maxProse {
			bad = append(bad, Field{t.pointer, "Give " + t.what + ", in at most 4,000 characters."})
		}
	}
	if len(m.Components) == 0 {
		bad = append(bad, Field{"/components", "Name the components of the method."})
	}
	bad = append(bad, checkReferences("/research", m.Research, 1)...)
	bad = append(bad, checkReferences("/resources", m.Resources, 0)...)
	bad = append(bad, m.checkTerms()...)
	bad = append(bad, m.checkParts()...)
	return bad
}

func checkReferences(pointer string, list []Reference, least int) []Field {
	var bad []Field
	if len(list) < least {
		bad = append(bad, Field{pointer, "Name the research that it stands on."})
	}
	for i, r := range list {
		if r.Title == "" || r.URL != "" && !strings.HasPrefix(r.URL, "https://") {
			bad = append(bad, Field{fmt.Sprintf("%s/%d", pointer, i), "Give a title, and an address that begins with https:// or none."})
		}
	}
	return bad
}

func (m MicroCredential) checkTerms() []Field {
	var bad []Field
	if len(m.Levels) < 2 || len(m.Levels) > 9 || slices.ContainsFunc(m.Levels, func(l Level) bool { return l.Label == "" }) {
		bad = append(bad, Field{"/levels", "Name 2 to 9 levels, the lowest first."})
	}
	if m.Pass < 2 || m.Pass > len(m.Levels) {
		bad = append(bad, Field{"/pass", "Say which level passes; the lowest cannot."})
	}
	for _, n := range []struct {
		pointer          string
		value, low, high int
	}{
		{"/validYears", m.ValidYears, 0, 50},
		{"/pdHours", m.PDHours, 0, 1000},
		{"/assessors", m.Assessors, 2, 2},
		{"/maxAttempts", m.MaxAttempts, 1, 20},
		{"/turnaroundDays", m.TurnaroundDays, 1, 60},
	} {
		if n.value < n.low || n.value > n.high {
			bad = append(bad, Field{n.pointer, fmt.Sprintf("Give a whole number from %d to %d.", n.low, n.high)})
		}
	}
	return bad
}

func (m MicroCredential) checkParts() []Field {
	var bad []Field
	for _, group := range []struct {
		pointer string
		list    []Question
	}{{"/overview", m.Overview}, {"/reflection", m.Reflection}} {
		if len(group.list) == 0 || len(group.list) > maxQuestions {
			bad = append(bad, Field{group.pointer, "Ask 1 to 9 questions."})
		}
		for i, q := range group.list {
			if q.Question == "" || q.Passing == "" || q.WordsMin < 0 || q.WordsMax < max(q.WordsMin, 1) || q.WordsMax > 2000 {
				bad = append(bad, Field{fmt.Sprintf("%s/%d", group.pointer, i), "Give the question, what a passing answer shows, and word limits up to 2,000."})
			}
		}
	}
	if len(m.Artifacts) == 0 || len(m.Artifacts) > maxArtifacts {
		bad = append(bad, Field{"/artifacts", "Ask for 1 to 9 pieces of work."})
	}
	for i, a := range m.Artifacts {
		at := fmt.Sprintf("/artifacts/%d", i)
		if a.Title == "" || len(a.Criteria) == 0 || len(a.Criteria) > maxCriteria {
			bad = append(bad, Field{at, "Name the piece of work and 1 to 12 criteria."})
		}
		for j, c := range a.Criteria {
			if c.Name == "" || len(c.Descriptions) != 0 && len(c.Descriptions) != len(m.Levels) {
				bad = append(bad, Field{fmt.Sprintf("%s/criteria/%d", at, j), "Name the criterion, and describe each level or none."})
			}
		}
	}
	return bad
}

// Publish answers the version as published, or what the checklist still finds
// (ErrInvalid). A published version is not published again (ErrConflict).
func (m MicroCredential) Publish(at time.Time) (MicroCredential, error) {
	if m.State == MicroPublished {
		return m, Refuse("This version has been published already. A change is a new version.")
	}
	if bad := m.Check(); len(bad) > 0 {
		return m, Invalid(bad...)
	}
	m.State, m.Published = MicroPublished, at.UTC()
	return m, nil
}

// Path is the page of this version on the server; it stays when a newer one comes.
func (m MicroCredential) Path() string { return fmt.Sprintf("/catalogue/%s/%d", m.Slug, m.Version) }

// Words counts words: what stands between white space (Unicode White_Space).
// The script beside the page counts in the same way.
func Words(text string) int { return len(strings.Fields(text)) }

// AddBusinessDays answers the civil date that is n business days after the
// day's date; Saturdays and Sundays are none. Holidays are not known here.
func AddBusinessDays(day time.Time, n int) string {
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if d := day.Weekday(); d != time.Saturday && d != time.Sunday {
			n--
		}
	}
	return day.Format(time.DateOnly)
}
