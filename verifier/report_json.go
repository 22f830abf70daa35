package verifier

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"laurel/credentials"
)

// AppendJSON appends the report as encoding/json writes it, without the cost of
// finding out about every field anew: what every report has is written here,
// and what few have is left to encoding/json. A test holds the two together.
func (r *Report) AppendJSON(dst []byte) ([]byte, error) {
	w := writer{out: append(dst, '{')}
	w.always("verdict", string(r.Verdict))
	w.text("headline", r.Headline)
	w.date("asOf", r.AsOf)
	objects(&w, "checks", r.Checks, (*Check).write)
	w.object("issuer", r.Issuer.write)
	if r.Credential != nil {
		w.whole("credential", r.Credential.write)
	}
	if r.Presentation != nil {
		w.other("presentation", r.Presentation)
	}
	if len(r.Nested) > 0 {
		w.other("nested", r.Nested)
	}
	if r.Replacement != nil {
		w.other("replacement", r.Replacement)
	}
	return append(w.out, '}'), w.err
}

func (c *Check) write(w *writer) {
	w.always("check", string(c.Name))
	w.always("outcome", string(c.Outcome))
	w.always("code", c.Code)
	if len(c.Params) > 0 {
		w.open("params", '{')
		var few [8]string
		names := slices.AppendSeq(few[:0], maps.Keys(c.Params))
		slices.Sort(names)
		for i, name := range names {
			if i > 0 {
				w.out = append(w.out, ',')
			}
			w.out = credentials.AppendText(append(credentials.AppendText(w.out, name), ':'), c.Params[name])
		}
		w.out = append(w.out, '}')
	}
	w.text("sentence", c.Sentence)
	w.text("next", c.Next)
}

func (i *IssuerInfo) write(w *writer) {
	w.text("id", i.ID)
	w.text("claimedName", i.ClaimedName)
	w.text("name", i.Name)
	w.text("kind", i.Kind)
	if i.RecognisedBy != nil {
		w.whole("recognisedBy", func(w *writer) {
			w.always("did", i.RecognisedBy.DID)
			w.always("name", i.RecognisedBy.Name)
		})
	}
	w.flag("endorsed", i.Endorsed)
}

func (s *Summary) write(w *writer) {
	w.text("id", s.ID)
	w.text("name", s.Name)
	w.text("description", s.Description)
	w.text("type", s.Type)
	w.object("image", s.Image.write)
	w.object("issuer", s.Issuer.write)
	w.date("validFrom", s.ValidFrom)
	w.date("validUntil", s.ValidUntil)
	w.date("awardedDate", s.AwardedDate)
	w.object("subject", func(w *writer) {
		w.text("id", s.Subject.ID)
		w.text("name", s.Subject.Name)
	})
	w.object("achievement", s.Achievement.write)
	objects(w, "results", s.Results, (*ResultInfo).write)
	objects(w, "evidence", s.Evidence, (*EvidenceInfo).write)
	w.text("narrative", s.Narrative)
	w.text("creditsEarned", s.CreditsEarned)
	w.text("term", s.Term)
	w.text("role", s.Role)
	w.text("licenseNumber", s.LicenseNumber)
	w.date("started", s.Started)
	w.date("ended", s.Ended)
	if s.Source != nil {
		w.other("source", s.Source)
	}
	if s.Record != nil {
		w.other("record", s.Record)
	}
	if s.Endorsement != nil {
		w.other("endorsement", s.Endorsement)
	}
}

func (i *ImageInfo) write(w *writer) {
	w.text("id", i.ID)
	w.text("caption", i.Caption)
}

func (p *ProfileInfo) write(w *writer) {
	w.text("id", p.ID)
	w.text("name", p.Name)
	w.text("description", p.Description)
	w.text("url", p.URL)
	w.object("image", p.Image.write)
	w.text("official", p.Official)
	w.text("parentOrg", p.ParentOrg)
}

func (a *AchievementInfo) write(w *writer) {
	w.text("id", a.ID)
	w.text("name", a.Name)
	w.text("type", a.Type)
	w.text("description", a.Description)
	w.text("criteria", a.Criteria)
	w.text("criteriaUrl", a.CriteriaURL)
	w.text("humanCode", a.HumanCode)
	w.object("image", a.Image.write)
	w.text("creditsAvailable", a.CreditsAvailable)
	w.text("fieldOfStudy", a.FieldOfStudy)
	objects(w, "alignments", a.Alignments, (*AlignmentInfo).write)
}

func (a *AlignmentInfo) write(w *writer) {
	w.always("name", a.Name)
	w.text("code", a.Code)
	w.text("description", a.Description)
	w.text("framework", a.Framework)
	w.text("type", a.Type)
	w.text("url", a.URL)
}

func (r *ResultInfo) write(w *writer) {
	w.text("name", r.Name)
	w.text("achieved", r.Achieved)
	w.text("achievedDescription", r.AchievedDescription)
	w.text("required", r.Required)
	w.text("value", r.Value)
	w.text("requiredValue", r.RequiredValue)
	w.text("status", r.Status)
	objects(w, "scale", r.Scale, (*LevelInfo).write)
}

func (l *LevelInfo) write(w *writer) {
	w.always("name", l.Name)
	w.text("level", l.Level)
	w.text("points", l.Points)
	w.text("description", l.Description)
}

func (e *EvidenceInfo) write(w *writer) {
	w.text("id", e.ID)
	w.text("name", e.Name)
	w.text("description", e.Description)
	w.text("narrative", e.Narrative)
	w.text("genre", e.Genre)
}

// writer writes members of JSON objects; err is the first thing that went wrong.
type writer struct {
	out []byte
	err error
}

// name begins a member. Names are our own and hold nothing to escape.
func (w *writer) name(name string) {
	if last := w.out[len(w.out)-1]; last != '{' && last != '[' {
		w.out = append(w.out, ',')
	}
	w.out = append(append(append(w.out, '"'), name...), '"', ':')
}

func (w *writer) open(name string, bracket byte) {
	w.name(name)
	w.out = append(w.out, bracket)
}

// always writes a text, text one that is not empty.
func (w *writer) always(name, value string) {
	w.name(name)
	w.out = credentials.AppendText(w.out, value)
}

func (w *writer) text(name, value string) {
	if value != "" {
		w.always(name, value)
	}
}

func (w *writer) flag(name string, value bool) {
	if value {
		w.name(name)
		w.out = append(w.out, "true"...)
	}
}

// date writes a time unless it is zero.
func (w *writer) date(name string, t time.Time) {
	if t.IsZero() {
		return
	}
	w.open(name, '"')
	w.out = append(t.AppendFormat(w.out, time.RFC3339Nano), '"')
}

// object writes an object unless nothing stands in it.
func (w *writer) object(name string, members func(*writer)) {
	before := len(w.out)
	w.whole(name, members)
	if bytes.HasSuffix(w.out, []byte("{}")) {
		w.out = w.out[:before]
	}
}

// whole writes an object, whatever stands in it.
func (w *writer) whole(name string, members func(*writer)) {
	w.open(name, '{')
	members(w)
	w.out = append(w.out, '}')
}

// objects writes a list of objects unless it is empty.
func objects[T any](w *writer, name string, items []T, one func(*T, *writer)) {
	if len(items) == 0 {
		return
	}
	w.open(name, '[')
	for i := range items {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = append(w.out, '{')
		one(&items[i], w)
		w.out = append(w.out, '}')
	}
	w.out = append(w.out, ']')
}

// other leaves a value to encoding/json.
func (w *writer) other(name string, v any) {
	data, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("writing %s of a report: %w", name, err)
	}
	w.name(name)
	w.out = append(w.out, data...)
}
