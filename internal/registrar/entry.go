package registrar

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// The kinds of entries of a learner's record that others confirm.
const (
	CourseEntry = "course"
	CreditEntry = "credit"
	ResultEntry = "result"
	HoursEntry  = "hours"
	RecordEntry = "record"
)

// EntryKinds are those that the office enters, in the order of the page.
var EntryKinds = []string{CourseEntry, CreditEntry, ResultEntry, HoursEntry, RecordEntry}

// NewEntry is something that others confirmed about a learner, in words.
type NewEntry struct {
	What string `json:"what"` // one of EntryKinds
	// Name is the code of a course of the school (taken up, or that gave a credit),
	// the title of a credit from elsewhere, the name of a test, or the kind of hours or record.
	Name   string `json:"name"`
	Amount string `json:"amount" required:"false"` // credits, points or hours; none for a course or a record
	Route  string `json:"route" required:"false"`  // of a credit; empty is the course's
	Tags   string `json:"tags" required:"false"`   // of a credit from elsewhere
	Source string `json:"source"`                  // who says so
	On     string `json:"on" required:"false"`     // civil date: earned, taken or reviewed
	Waits  string `json:"waits" required:"false"`  // who has yet to confirm it
	Signed string `json:"signed" required:"false"` // roles that signed a record
}

// entryName is the form in which policies name tests and kinds.
var entryName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// read turns the words into what is kept, under a new id.
func (n NewEntry) read(id string, courses map[string]competency.Course) (o store.OnRecord, bad []competency.Field) {
	add := func(field, detail string) { bad = append(bad, competency.Field{Pointer: "/" + field, Detail: detail}) }
	n.trim()
	if n.Source == "" && n.What != CourseEntry || len(n.Source) > 300 {
		add("source", "Say who confirmed it: a school, a testing body, a provider.")
	}
	if len(n.Waits) > 200 {
		add("waits", "Name in at most 200 characters who has yet to confirm it.")
	}
	if _, err := time.Parse(time.DateOnly, n.On); n.On != "" && err != nil {
		add("on", "Give the day as year-month-day, such as 2026-05-31.")
	}
	if n.What != CreditEntry && n.What != CourseEntry && !entryName.MatchString(n.Name) {
		add("name", "Write the name as the policy does, in letters, digits and hyphens: lang-other, community-service.")
	}
	switch n.What {
	case CreditEntry:
		c, wrong := n.credit(courses)
		c.ID = id
		o.Credits, bad = []competency.Credit{c}, append(bad, wrong...)
	case CourseEntry:
		c, known := courses[n.Name]
		if !known {
			add("name", "The school offers no course “"+n.Name+"”.")
		}
		o.Courses = []competency.CourseTaken{{ID: id, Course: c}}
	case ResultEntry:
		score, err := strconv.Atoi(n.Amount)
		if err != nil || score < 0 || score > 1_000_000 {
			add("amount", "Write the result in the test’s own points, a whole number.")
		}
		o.Results = []competency.ExternalResult{{ID: id, Ref: n.Name, Score: score, Taken: n.On, Source: n.Source, Waits: n.Waits}}
	case HoursEntry:
		hours, err := strconv.ParseFloat(strings.ReplaceAll(n.Amount, ",", "."), 64)
		if err != nil || !(hours > 0 && hours <= 5000) {
			add("amount", "Write the hours, such as 60 or 7.5.")
			hours = 0
		}
		o.Hours = []competency.Hours{{ID: id, Kind: n.Name, Minutes: int(math.Round(hours * 60)), Provider: n.Source, Waits: n.Waits}}
	case RecordEntry:
		o.Records = []competency.Record{{ID: id, Kind: n.Name, Current: true, SignedBy: splitWords(n.Signed), Reviewed: n.On, Waits: n.Waits}}
	default:
		add("what", "Choose what it is: "+strings.Join(EntryKinds, ", ")+".")
	}
	return o, bad
}

func (n *NewEntry) trim() {
	for _, s := range []*string{&n.What, &n.Name, &n.Amount, &n.Route, &n.Tags, &n.Source, &n.On, &n.Waits, &n.Signed} {
		*s = strings.TrimSpace(*s)
	}
	n.What = strings.ToLower(n.What)
}

// credit reads a credit: of a course of the school, or from elsewhere.
func (n NewEntry) credit(courses map[string]competency.Course) (competency.Credit, []competency.Field) {
	from, known := courses[n.Name]
	if !known {
		from = competency.Course{Code: "elsewhere", Title: n.Name, Tags: splitWords(strings.ToLower(n.Tags)), Route: n.Route}
	}
	if n.Route != "" {
		from.Route = n.Route
	}
	var bad []competency.Field
	for _, f := range from.Check(nil) {
		switch f.Pointer {
		case "/title":
			f.Pointer, f.Detail = "/name", "Write the code of a course of the school, or the title of the course elsewhere."
		case "/indicators":
			continue // of a course, which was checked
		}
		bad = append(bad, f)
	}
	c := competency.Credit{
		Course: from.ID, Title: from.Title, Value: from.Value, Tags: from.Tags, Route: from.Route, Source: n.Source, Earned: n.On, Waits: n.Waits,
	}
	if n.Amount != "" || !known {
		value, ok := readCredits(n.Amount)
		if !ok {
			bad = append(bad, competency.Field{Pointer: "/amount", Detail: "Write the credits, such as 1 or 0.5."})
		}
		c.Value = value
	}
	return c, bad
}

// EnterEntry enters what others confirmed about a learner. Registrars and
// counselors of the school; never about oneself. ErrInvalid names fields.
func (r *Registrar) EnterEntry(ctx context.Context, who competency.Actor, once Once, learner competency.PersonID, n NewEntry) error {
	_, err := r.actOnce(ctx, who, once, competency.EnterRecord, func(d *desk) (string, error) {
		e, err := d.enrolled(learner)
		if err != nil {
			return "", err
		}
		if err := d.may(competency.Subject{ID: string(learner), Org: e.School, Owner: learner}); err != nil {
			return "", err
		}
		courses, err := courseCodes(d, e.School)
		if err != nil {
			return "", err
		}
		id := d.ID()
		o, bad := n.read(id, courses)
		if len(bad) > 0 {
			return "", competency.Invalid(bad...)
		}
		return id, enter(d, learner, id, n.Source, o)
	})
	return err
}

// enter keeps an entry and who entered it.
func enter(d *desk, learner competency.PersonID, id, source string, o store.OnRecord) error {
	d.note("entry", id)
	if err := d.AddOnRecord(learner, o); err != nil {
		return err
	}
	return d.AddEntryMarks(competency.EntryMark{
		Entry: id, Learner: learner, Mark: competency.MarkEntered, Note: strings.TrimSpace(source), By: d.who.Person, At: d.at,
	})
}

// courseCodes are the courses that a school offers, by code.
func courseCodes(d *desk, school competency.OrgID) (map[string]competency.Course, error) {
	all, err := d.Courses(school)
	codes := make(map[string]competency.Course, len(all))
	for _, c := range all {
		codes[c.Code] = c
	}
	return codes, err
}

// MarkEntry confirms an entry that waits, or withdraws one with a reason; an
// entry is never deleted. Registrars and counselors of the school.
func (r *Registrar) MarkEntry(ctx context.Context, who competency.Actor, learner competency.PersonID, entry string, mark competency.Mark, note string) error {
	act := competency.EnterRecord
	if mark == competency.MarkWithdrawn {
		act = competency.WithdrawRecord
	}
	return r.act(ctx, who, act, func(d *desk) error {
		e, err := d.enrolled(learner)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: entry, Org: e.School, Owner: learner}); err != nil {
			return err
		}
		line, err := entryLine(d, learner, entry)
		if err != nil {
			return err
		}
		note = strings.TrimSpace(note)
		switch {
		case mark == competency.MarkConfirmed && line.Waits == "":
			return competency.Refuse("This entry waits for nobody. Nothing was changed.")
		case mark == competency.MarkConfirmed:
			note = line.Waits
		case mark == competency.MarkWithdrawn:
			if bad := competency.CheckReason("/note", note); len(bad) > 0 {
				return competency.Invalid(bad...)
			}
		default:
			return competency.Invalid(competency.Field{Pointer: "/mark", Detail: "Choose what to do with the entry."})
		}
		d.note("mark", string(mark))
		return d.AddEntryMarks(competency.EntryMark{Entry: entry, Learner: learner, Mark: mark, Note: note, By: who.Person, At: d.at})
	})
}

// entryLine finds an entry that counts or waits.
func entryLine(d *desk, learner competency.PersonID, entry string) (EntryLine, error) {
	all, err := d.OnRecordOf([]competency.PersonID{learner})
	if err != nil {
		return EntryLine{}, err
	}
	lines := entryLines(all[learner])
	at := slices.IndexFunc(lines, func(l EntryLine) bool { return l.ID == entry })
	if at < 0 {
		return EntryLine{}, competency.NotFound()
	}
	return lines[at], nil
}
