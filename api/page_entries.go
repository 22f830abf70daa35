package api

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// entriesPage is what others confirmed about a learner.
type entriesPage struct {
	templates.Base
	Learner  string
	Mine     bool
	MayEnter bool
	Lines    []entryRow
	Gone     []entryRow
	None     templates.Empty
	Forms    []entryForm
	Key      string
}

// entryRow is an entry in words.
type entryRow struct {
	ID, Kind, Title string
	Facts           []string
	Waits           string
	Told            string // who entered or withdrew it
	Why             string
}

// entryForm enters one kind of entry.
type entryForm struct {
	What, Title, Text string
	In                registrar.NewEntry
	Fields            []templates.Field
	Open              bool
}

func (s *Server) pageEntries(c *gin.Context) error {
	return s.showEntries(c, http.StatusOK, registrar.NewEntry{}, nil)
}

func (s *Server) showEntries(c *gin.Context, status int, in registrar.NewEntry, bad templates.Problems) error {
	id := competency.PersonID(c.Param("learner"))
	p, err := s.reg.Entries(c.Request.Context(), actor(c), id)
	if err != nil {
		return err
	}
	view := entriesPage{
		Base: s.base(c, s.T(c, "entries.title")), Learner: string(id), Mine: actor(c).Person == id, MayEnter: p.MayEnter, Key: newKey(),
		None: templates.Empty{Text: s.T(c, "entries.none")},
	}
	view.Problems = bad
	if view.Mine {
		view.Crumbs = []templates.Crumb{{Label: s.T(c, "requirements.title"), Href: "/requirements"}}
	} else {
		view.Crumbs = []templates.Crumb{{Label: s.T(c, "learners.title"), Href: "/learners"}, {Label: p.Learner.Used, Href: "/learners/" + string(id)}}
	}
	for _, l := range p.Lines {
		view.Lines = append(view.Lines, s.entryRow(c, l, p))
	}
	for _, l := range p.Gone {
		row := s.entryRow(c, l, p)
		row.Told, row.Why = s.T(c, "entries.withdrawn", l.WithdrawnBy, s.day(l.Withdrawn, p.Zone)), l.Why
		view.Gone = append(view.Gone, row)
	}
	for _, what := range registrar.EntryKinds {
		view.Forms = append(view.Forms, s.entryForm(c, what, in, bad, p))
	}
	return s.render(c, status, "entries", view)
}

func (s *Server) entryRow(c *gin.Context, l registrar.EntryLine, p registrar.EntriesPage) entryRow {
	row := entryRow{ID: l.ID, Kind: s.T(c, "entries.kind."+l.What), Title: l.Name, Waits: l.Waits}
	if l.What != registrar.CreditEntry && l.What != registrar.CourseEntry {
		row.Title = nameWords(l.Name)
	}
	if l.Amount == "1" && (l.What == registrar.CreditEntry || l.What == registrar.CourseEntry) {
		row.Facts = append(row.Facts, s.T(c, "tree.one_credit"))
	} else if l.Amount != "" {
		row.Facts = append(row.Facts, s.T(c, "entries.amount."+l.What, l.Amount))
	}
	if l.Route != "" {
		row.Facts = append(row.Facts, s.T(c, "route."+l.Route))
	}
	if l.Detail != "" {
		row.Facts = append(row.Facts, s.T(c, "entries.detail."+l.What, l.Detail))
	}
	if l.Source != "" {
		row.Facts = append(row.Facts, l.Source)
	}
	if l.On != "" {
		row.Facts = append(row.Facts, s.civil(l.On))
	}
	if l.EnteredBy != "" {
		row.Told = s.T(c, "entries.entered", l.EnteredBy, s.day(l.Entered, p.Zone))
	}
	return row
}

// nameWords makes the name by which a policy asks for something readable: short
// ones are abbreviations.
func nameWords(name string) string {
	if len(name) <= 3 {
		return strings.ToUpper(name)
	}
	return upperFirst(strings.ReplaceAll(name, "-", " "))
}

// entryForm is the form of one kind, with what was typed where it was this one.
func (s *Server) entryForm(c *gin.Context, what string, in registrar.NewEntry, bad templates.Problems, p registrar.EntriesPage) entryForm {
	f := entryForm{What: what, Title: s.T(c, "entries.add."+what), Text: s.T(c, "entries.text."+what), Open: in.What == what}
	if !f.Open {
		in, bad = registrar.NewEntry{}, nil
	}
	add := func(kind, name, value string) *templates.Field {
		field := templates.NewField(kind, name, s.T(c, "entries.field."+what+"."+name), value, bad)
		if !f.Open { // problems lead to the fields of the form that was sent
			field.Scope = what
		}
		f.Fields = append(f.Fields, field)
		return &f.Fields[len(f.Fields)-1]
	}
	name := add("text", "name", in.Name)
	name.Required = true
	if asked := p.Asked[what]; len(asked) > 0 {
		name.Hint = s.T(c, "entries.asked", strings.Join(asked, ", "))
	}
	switch what {
	case registrar.CourseEntry:
		var codes []string
		for _, course := range p.Courses {
			codes = append(codes, course.Code)
		}
		name.Hint = s.T(c, "entries.courses", strings.Join(codes, ", "))
		return f
	case registrar.CreditEntry:
		name.Hint = s.T(c, "entries.credit_name")
		add("text", "amount", in.Amount).Hint = s.T(c, "entries.credit_amount")
		add("text", "tags", in.Tags).Optional = true
		route := add("select", "route", in.Route)
		*route = route.WithOptions(append([]templates.Option{{Label: s.T(c, "entries.route_of_course")}}, s.routeOptions(in.Route)...))
	case registrar.RecordEntry:
		add("text", "signed", in.Signed).Optional = true
	default:
		add("text", "amount", in.Amount).Required = true
	}
	add("text", "source", in.Source).Required = true
	if what != registrar.HoursEntry {
		add("date", "on", in.On).Optional = true
	}
	waits := add("text", "waits", in.Waits)
	waits.Optional, waits.Hint = true, s.T(c, "entries.waits_hint")
	return f
}

func (s *Server) doEntry(c *gin.Context) error {
	var in registrar.NewEntry
	learner := competency.PersonID(c.Param("learner"))
	err := decode(c, &in)
	if err == nil {
		err = s.reg.EnterEntry(c.Request.Context(), actor(c), once(c, in), learner, in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showEntries(c, http.StatusUnprocessableEntity, in, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "entries.kept")})
	return s.see(c, "/learners/"+string(learner)+"/entries")
}

// markRequest confirms or withdraws an entry.
type markRequest struct {
	Mark string `json:"mark"`
	Note string `json:"note"`
}

func (s *Server) doMarkEntry(c *gin.Context) error {
	var in markRequest
	learner := competency.PersonID(c.Param("learner"))
	err := decode(c, &in)
	if err == nil {
		err = s.reg.MarkEntry(c.Request.Context(), actor(c), learner, c.Param("entry"), competency.Mark(in.Mark), in.Note)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showEntries(c, http.StatusUnprocessableEntity, registrar.NewEntry{}, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "entries.marked."+in.Mark)})
	return s.see(c, "/learners/"+string(learner)+"/entries")
}
