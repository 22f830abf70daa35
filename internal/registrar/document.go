package registrar

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"

	"laurel/competency"
	"laurel/credentials"
)

// draftOf is what a document is made of: the decision, whose it is, who
// issues, and what was reserved for it.
type draftOf struct {
	award  competency.Award
	holder competency.Person
	issuer competency.Org
	parent *competency.Org // the issuer's parent in the same tenant, or nil
	// document and subject are fresh urn:uuid identifiers.
	document, subject string
	status            *credentials.StatusEntry
	at                time.Time // of issue
	// before is the credential that this one replaces, the zero value for a first one.
	before competency.Credential
	// diploma is the signed credential that stands in a record, nil for any other document.
	diploma *credentials.Node
}

// document turns a decision into an Open Badges 3.0 credential. With
// [Registrar.record] it is the only place where the school's words become the
// standard's: what is not copied here cannot be signed (domain invariants 9 and 10).
func (r *Registrar) document(d draftOf) (credentials.Credential, error) {
	conferred, err := d.conferred()
	if err != nil {
		return credentials.Credential{}, err
	}
	c := r.credential(d, d.award.Achieved, conferred)
	c.ID = d.document
	if text := d.award.Achieved.Profile; text != "" {
		source := r.profile(d.issuer)
		source.Description = text
		c.Subject.Source = &source
	}
	if d.parent != nil {
		parent := r.profile(*d.parent)
		c.Issuer.ParentOrg = &parent
	}
	if years := d.award.Achieved.ValidYears; years > 0 {
		c.ValidUntil = conferred.AddDate(years, 0, 0)
	}
	for _, e := range d.award.Achieved.Evidence {
		c.Evidence = append(c.Evidence, credentials.Work{Name: e.Name, Description: e.Description, Genre: e.Genre})
	}
	return c, nil
}

// credential is what documents and the parts of records have in common; it has no id yet.
func (r *Registrar) credential(d draftOf, earned competency.Achieved, conferred time.Time) credentials.Credential {
	achievement := r.achievement(earned)
	return credentials.Credential{
		Name: earned.Name, Description: earned.Description, Issuer: r.profile(d.issuer),
		ValidFrom: d.at, AwardedDate: conferred,
		Subject: credentials.Subject{
			ID: d.subject, Identifiers: []credentials.Identity{credentials.NameIdentity(d.holder.Diploma)},
			Achievement: achievement, Results: resultsOf(achievement, earned.Results),
			Narrative: earned.Why,
		},
		Status: d.status,
	}
}

// conferred is the civil date on the document, as a moment in the issuer's zone:
// noon is on the same civil day nearly everywhere on Earth.
func (d draftOf) conferred() (time.Time, error) {
	zone, err := time.LoadLocation(d.issuer.Zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading the zone of organisation %s: %w", d.issuer.ID, err)
	}
	day, err := time.ParseInLocation(time.DateOnly, d.award.Conferred, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading the conferral date of award %s: %w", d.award.ID, err)
	}
	return day.Add(12 * time.Hour), nil
}

// record turns what was stated about a learner into a CLR 2.0 record. Its parts
// are credentials of their own that share the record's place in the status list:
// a part is withdrawn with the record it stands in.
func (r *Registrar) record(d draftOf) (credentials.CLR, error) {
	stated := d.award.Achieved.Record
	conferred, err := d.conferred()
	if err != nil {
		return credentials.CLR{}, err
	}
	frame := credentials.CLR{
		ID: d.document, Name: d.award.Achieved.Name, Description: d.award.Achieved.Description,
		Issuer: r.profile(d.issuer), Partial: stated.Partial, ValidFrom: d.at, AwardedDate: conferred,
		Subject: credentials.Record{ID: d.subject, Identifiers: []credentials.Identity{credentials.NameIdentity(d.holder.Diploma)}},
		Status:  d.status,
	}
	frame.Issuer.Description = d.award.Achieved.Profile
	if d.parent != nil {
		parent := r.profile(*d.parent)
		frame.Issuer.ParentOrg = &parent
	}
	var parts []credentials.Part
	if d.diploma != nil {
		parts = append(parts, credentials.Part{Credential: d.diploma})
	}
	for _, p := range stated.Parts {
		part, err := r.part(d, p, conferred)
		if err != nil {
			return frame, err
		}
		parts = append(parts, part)
	}
	for _, p := range stated.Open {
		open := r.achievement(p.Achieved)
		frame.Subject.Achievements = append(frame.Subject.Achievements, open)
		for _, whole := range p.PartOf {
			frame.Subject.Associations = append(frame.Subject.Associations, credentials.Association{
				Kind: credentials.IsPartOf, Source: open.ID, Target: r.achievementID(whole),
			})
		}
	}
	whole, err := credentials.Compose(frame, parts...)
	if err != nil {
		return frame, err
	}
	return *whole, nil
}

// part makes one credential of a record, to be signed with it.
func (r *Registrar) part(d draftOf, p competency.RecordPart, conferred time.Time) (credentials.Part, error) {
	c := r.credential(d, p.Achieved, conferred)
	var err error
	if c.ID, err = r.newURN(); err != nil {
		return credentials.Part{}, err
	}
	payload, err := c.Payload()
	if err != nil {
		return credentials.Part{}, err
	}
	node, err := credentials.Parse(payload)
	if err != nil {
		return credentials.Part{}, err
	}
	part := credentials.Part{Credential: node}
	for _, key := range p.PartOf {
		part.PartOf = append(part.PartOf, r.achievementID(key))
	}
	return part, nil
}

// profile is an organisation as issuer (OB 3.0, Profile).
func (r *Registrar) profile(o competency.Org) credentials.Profile {
	return credentials.Profile{ID: r.did(o), Name: o.Name, URL: o.Website}
}

// achievement is what was earned, the same for everyone who earns it (OB 3.0,
// Achievement).
func (r *Registrar) achievement(earned competency.Achieved) credentials.Achievement {
	a := credentials.Achievement{
		ID: r.achievementID(earned.Key), Kind: earned.Type, Name: earned.Name, Description: earned.Description,
		Criteria: credentials.Criteria{Narrative: earned.Criteria}, Tags: earned.Tags, Language: "en",
	}
	if earned.CriteriaPath != "" {
		a.Criteria.ID = r.PublicURL + earned.CriteriaPath
	}
	for _, n := range earned.Alignments {
		a.Alignments = append(a.Alignments, credentials.Alignment{
			Name: n.Name, Code: n.Code, Framework: n.Framework, Kind: "CFItem", URL: r.PublicURL + n.Path,
		})
	}
	for _, line := range earned.Results {
		a.Scales = append(a.Scales, scaleOf(a.ID, line))
	}
	return a
}

// achievementID names an achievement on this deployment: a UUID made of its
// key (RFC 9562 §5.5), so that everyone who earns it has the same.
func (r *Registrar) achievementID(key string) string {
	return "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(r.PublicURL+"/achievements/"+url.PathEscape(key))).String()
}

// scaleID and levelID name the parts of an achievement.
func scaleID(achievement, key string) string { return achievement + "#" + url.PathEscape(key) }

func levelID(scale string, n int) string { return scale + "/" + strconv.Itoa(n) }

// scaleOf says what a line could reach and what was asked for (OB 3.0,
// ResultDescription). A line without levels is one that is done or not.
func scaleOf(achievement string, line competency.AchievedResult) credentials.ResultScale {
	s := credentials.ResultScale{ID: scaleID(achievement, line.Key), Name: line.Name, Kind: "RubricCriterionLevel"}
	if len(line.Levels) == 0 {
		s.Kind = "Status"
	}
	for _, l := range line.Levels {
		s.Levels = append(s.Levels, credentials.Level{
			ID: levelID(s.ID, l.N), Name: l.Label, Level: strconv.Itoa(l.N), Description: l.Description,
		})
		if l.N == line.Required {
			s.RequiredLevel = levelID(s.ID, l.N)
		}
	}
	return s
}

// metAnotherWay is what the public reads where a line was met another way and
// the policy has no words of its own.
const metAnotherWay = "Met another way"

// resultsOf says what was reached on each line (OB 3.0, Result). A line that was
// met another way has the generic words in place of a level.
func resultsOf(a credentials.Achievement, lines []competency.AchievedResult) []credentials.Result {
	var list []credentials.Result
	for i, line := range lines {
		result := credentials.Result{Scale: a.Scales[i].ID}
		switch {
		case line.Achieved > 0:
			result.Level = levelID(result.Scale, line.Achieved)
		case a.Scales[i].Kind == "Status":
			result.Status = "Completed"
		default:
			result.Value = cmp.Or(line.Note, metAnotherWay)
		}
		list = append(list, result)
	}
	return list
}
