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
}

// document turns a decision into an Open Badges 3.0 credential. It is the only
// place where the school's words become the standard's: what is not copied
// here cannot be signed (domain invariants 9 and 10).
func (r *Registrar) document(d draftOf) (credentials.Credential, error) {
	zone, err := time.LoadLocation(d.issuer.Zone)
	if err != nil {
		return credentials.Credential{}, fmt.Errorf("reading the zone of organisation %s: %w", d.issuer.ID, err)
	}
	conferred, err := time.ParseInLocation(time.DateOnly, d.award.Conferred, zone)
	if err != nil {
		return credentials.Credential{}, fmt.Errorf("reading the conferral date of award %s: %w", d.award.ID, err)
	}
	// Noon is on the same civil day nearly everywhere on Earth.
	conferred = conferred.Add(12 * time.Hour)
	earned := d.award.Achieved
	achievement := r.achievement(earned)
	c := credentials.Credential{
		ID: d.document, Name: earned.Name, Description: earned.Description, Issuer: r.profile(d.issuer),
		ValidFrom: d.at, AwardedDate: conferred,
		Subject: credentials.Subject{
			ID: d.subject, Identifiers: []credentials.Identity{credentials.NameIdentity(d.holder.Diploma)},
			Achievement: achievement, Results: resultsOf(achievement, earned.Results),
		},
		Status: d.status,
	}
	if d.parent != nil {
		parent := r.profile(*d.parent)
		c.Issuer.ParentOrg = &parent
	}
	if earned.ValidYears > 0 {
		c.ValidUntil = conferred.AddDate(earned.ValidYears, 0, 0)
	}
	for _, e := range earned.Evidence {
		c.Evidence = append(c.Evidence, credentials.Work{Name: e.Name, Description: e.Description, Genre: e.Genre})
	}
	return c, nil
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
