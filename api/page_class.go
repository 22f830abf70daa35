package api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

type classesPage struct {
	templates.Base
	Rows    []templates.QueueRow
	None    templates.Empty
	Schools []templates.Option // for which a class may be opened; empty hides the form
	In      registrar.NewClass
	Year    string
	Key     string
}

func (s *Server) classesView(c *gin.Context, in registrar.NewClass) (classesPage, error) {
	page, err := s.reg.Classes(c.Request.Context(), actor(c))
	if err != nil {
		return classesPage{}, err
	}
	view := classesPage{
		Base: s.base(c, s.T(c, "classes.title")), None: templates.Empty{Text: s.T(c, "classes.none")},
		Schools: orgOptions(page.Schools), In: in, Key: newKey(),
	}
	if in.Year != 0 {
		view.Year = strconv.Itoa(in.Year)
	}
	for _, card := range page.Classes {
		row := templates.QueueRow{
			Who: s.T(c, "classes.name", strconv.Itoa(card.Year)), Href: "/classes/" + string(card.ID),
			Title: s.T(c, "classes.line", card.Members, card.School.Name),
		}
		if card.Ready > 0 {
			row.What = s.T(c, "classes.ready", card.Ready)
		}
		view.Rows = append(view.Rows, row)
	}
	return view, nil
}

func (s *Server) pageClasses(c *gin.Context) error {
	view, err := s.classesView(c, registrar.NewClass{})
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "classes", view)
}

func (s *Server) doOpenClass(c *gin.Context) error {
	var in registrar.NewClass
	err := decode(c, &in)
	var id competency.ClassID
	if err == nil {
		id, err = s.reg.OpenClass(c.Request.Context(), actor(c), once(c, in), in)
	}
	if bad, ok := problems(err); ok {
		view, err := s.classesView(c, in)
		if err != nil {
			return err
		}
		view.Problems = bad
		return s.render(c, http.StatusUnprocessableEntity, "classes", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "classes.opened")})
	return s.see(c, "/classes/"+string(id))
}

// boardPage is a class in its season, one stage at a time.
type boardPage struct {
	templates.Base
	Class    competency.Class
	School   string
	Stage    competency.Season
	Tabs     []templates.Tab
	Rows     []templates.Person
	Choices  []pick // in place of Rows, where diplomas can be certified
	None     templates.Empty
	Auditing *templates.Progress // while audits are under way
	Audited  *registrar.Progress
	Batches  []templates.QueueRow
	MayAudit bool
	Key      string
}

// pick is a person who can be picked from a list.
type pick struct {
	ID string
	templates.Person
}

func (s *Server) pageClass(c *gin.Context) error {
	view, err := s.boardView(c)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "class", view)
}

func (s *Server) boardView(c *gin.Context) (boardPage, error) {
	b, err := s.reg.Board(c.Request.Context(), actor(c), competency.ClassID(c.Param("class")))
	if err != nil {
		return boardPage{}, err
	}
	year := strconv.Itoa(b.Class.Year)
	view := boardPage{
		Base: s.base(c, s.T(c, "classes.name", year)), Class: b.Class, School: b.School.Name, MayAudit: b.MayAudit, Key: newKey(),
		Stage: stageOf(c.Query("stage"), b.Counts),
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "classes.title"), Href: "/classes"}}
	here := "/classes/" + string(b.Class.ID)
	for _, stage := range competency.Seasons {
		view.Tabs = append(view.Tabs, templates.Tab{
			Label: s.T(c, "season."+string(stage)), Href: here + "?stage=" + string(stage), Current: stage == view.Stage, Count: b.Counts[stage],
		})
	}
	view.None = templates.Empty{Text: s.T(c, "class.none."+string(view.Stage))}
	if b.Run != nil && b.Run.Finished.IsZero() {
		p := progressPart(registrar.AuditingOf(*b.Run), s.T(c, "class.auditing"), here)
		view.Auditing = &p
	}
	s.boardRows(c, &view, b)
	return view, nil
}

// stageOf is the stage to show: the one that was asked for, or else the first
// that needs the office.
func stageOf(asked string, counts map[competency.Season]int) competency.Season {
	for _, stage := range competency.Seasons {
		if asked == string(stage) {
			return stage
		}
	}
	for _, stage := range []competency.Season{competency.SeasonReady, competency.SeasonCertified, competency.SeasonNotYet} {
		if counts[stage] > 0 {
			return stage
		}
	}
	return competency.SeasonIssued
}

// boardRows fills the people and lists of the stage.
func (s *Server) boardRows(c *gin.Context, view *boardPage, b registrar.Board) {
	choose := view.Stage == competency.SeasonReady && b.MayCertify
	for _, m := range b.Members {
		if m.Season != view.Stage {
			continue
		}
		row := s.memberRow(c, b.Class.ID, m)
		if choose {
			view.Choices = append(view.Choices, pick{string(m.ID), row})
		} else {
			view.Rows = append(view.Rows, row)
		}
	}
	for _, batch := range b.Batches {
		waits := batch.State == competency.BatchCertified
		if waits != (view.Stage == competency.SeasonCertified) || !waits && view.Stage != competency.SeasonIssued {
			continue
		}
		view.Batches = append(view.Batches, templates.QueueRow{
			Title: s.T(c, "class.batch", batch.Count), Href: "/batches/" + string(batch.ID),
			What: s.T(c, "batch.state."+string(batch.State)), Since: batch.Certified, Age: s.day(batch.Certified, zoneNamed(b.School.Zone)),
		})
	}
}

// memberRow is one learner of a class: name first, then what is known.
func (s *Server) memberRow(c *gin.Context, class competency.ClassID, m registrar.Member) templates.Person {
	row := templates.Person{Name: m.Used}
	if m.Audit == nil {
		row.Note = s.T(c, "class.no_audit")
		return row
	}
	sum := m.Audit.Summary
	row.Href = "/classes/" + string(class) + "/learners/" + string(m.ID)
	row.Line = s.T(c, "class.have", sum.Have, sum.Need)
	if m.Audit.State.Done() {
		row.Line = s.T(c, "class.have_all", sum.Need)
	}
	switch m.Season {
	case competency.SeasonNotYet:
		row.Note = s.openSentence(c, sum.Open)
		if m.Audit.State == competency.AuditPending {
			row.State, row.Tone = s.T(c, "class.waits"), templates.Attention
		}
	case competency.SeasonReady, competency.SeasonCertified:
		row.Note = strings.Join(sum.Seals, ", ")
		if len(sum.Waived) > 0 {
			row.State, row.Tone = s.T(c, "class.exception"), templates.Attention
			row.Note = s.T(c, "class.waived", strings.Join(sum.Waived, ", "))
		}
	case competency.SeasonIssued:
		s.issuedRow(c, &row, m)
	}
	return row
}

// issuedRow says how far the document of an awarded diploma is.
func (s *Server) issuedRow(c *gin.Context, row *templates.Person, m registrar.Member) {
	state := competency.Reserved
	if m.Diploma != nil && m.Diploma.State != "" {
		state = m.Diploma.State
	}
	row.Note = strings.Join(m.Audit.Summary.Seals, ", ")
	row.State = s.T(c, "diploma."+string(state))
	switch state {
	case competency.Issued:
		row.Tone = templates.Genuine
	case competency.Suspended, competency.Superseded:
		row.Tone = templates.Attention
	case competency.Revoked:
		row.Tone = templates.Stop
	case competency.Reserved:
	}
	if state != competency.Reserved {
		row.Href = "/issued/" + string(m.Diploma.Credential)
	}
}

// openSentence says in one sentence what is missing, and for whom it waits.
func (s *Server) openSentence(c *gin.Context, open []competency.OpenRequirement) string {
	const shown = 2
	var parts []string
	for _, o := range open {
		switch {
		case o.For != "":
			parts = append(parts, s.T(c, "class.open_for", o.Title, o.For))
		case len(o.Missing) == 1:
			parts = append(parts, s.T(c, "class.open_one", o.Title, o.Missing[0]))
		default:
			parts = append(parts, s.T(c, "class.open_more", o.Title, len(o.Missing)))
		}
	}
	if len(parts) > shown {
		return strings.Join(parts[:shown], "; ") + "; " + s.T(c, "class.open_rest", len(parts)-shown)
	}
	return strings.Join(parts, "; ")
}

// progressPart draws a long piece of work that the page at here shows, and
// tells of at here/progress.
func progressPart(p registrar.Progress, label, here string) templates.Progress {
	return templates.Progress{Label: label, Done: p.Done, Total: p.Total, Failed: p.Failed, State: p.State, Poll: here + "/progress", Then: here}
}

func (s *Server) auditProgress(c *gin.Context) error {
	p, err := s.reg.AuditProgress(c.Request.Context(), actor(c), competency.ClassID(c.Param("class")))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, p)
	return nil
}

func (s *Server) doAuditClass(c *gin.Context) error {
	class := c.Param("class")
	if err := s.reg.StartAudit(c.Request.Context(), actor(c), competency.ClassID(class)); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "class.audit_begun")})
	return s.see(c, "/classes/"+url.PathEscape(class))
}

// certifyRequest is a choice of learners whose diplomas are earned.
type certifyRequest struct {
	Learners []string `json:"learners"`
}

func (r certifyRequest) people() []competency.PersonID {
	list := make([]competency.PersonID, len(r.Learners))
	for i, id := range r.Learners {
		list[i] = competency.PersonID(id)
	}
	return list
}

func (s *Server) doCertify(c *gin.Context) error {
	var in certifyRequest
	err := decode(c, &in)
	var made registrar.Certified
	if err == nil {
		made, err = s.reg.Certify(c.Request.Context(), actor(c), once(c, in), competency.ClassID(c.Param("class")), in.people())
	}
	if bad, ok := problems(err); ok {
		view, err := s.boardView(c)
		if err != nil {
			return err
		}
		view.Problems = bad
		return s.render(c, http.StatusUnprocessableEntity, "class", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, s.certifiedFlash(c, made))
	if made.Batch == "" {
		return s.see(c, "/classes/"+url.PathEscape(c.Param("class"))+"?stage=ready")
	}
	return s.see(c, "/batches/"+string(made.Batch))
}

// certifiedFlash says what was certified and names who was left out.
func (s *Server) certifiedFlash(c *gin.Context, made registrar.Certified) templates.Flash {
	f := templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "class.certified", made.Count)}
	if made.Batch == "" {
		f = templates.Flash{Kind: templates.FlashProblem, Text: s.T(c, "class.certified_none")}
	}
	if len(made.Refused) == 0 {
		return f
	}
	if f.Kind == templates.FlashDone {
		f.Kind = templates.FlashNotice
	}
	var who []string
	for _, r := range made.Refused {
		who = append(who, s.T(c, "class.left_out", r.Name, s.T(c, "hold."+string(r.Reason))))
	}
	f.Text += " " + s.T(c, "class.left_out_all", strings.Join(who, "; "))
	return f
}
