package api

import (
	"errors"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

type applicationsPage struct {
	templates.Base
	Open, Closed []templates.QueueRow
	None         templates.Empty
}

// pageApplications lists the person's own applications.
func (s *Server) pageApplications(c *gin.Context) error {
	list, err := s.reg.MyApplications(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := applicationsPage{Base: s.base(c, s.T(c, "applications.title"))}
	view.None = templates.Empty{Text: s.T(c, "applications.none"), Action: &templates.Button{Label: s.T(c, "applications.browse"), Href: "/catalogue"}}
	for _, a := range list {
		row := templates.QueueRow{
			Title: a.Title, Href: "/applications/" + string(a.ID), What: s.T(c, "application.state."+string(a.State)),
			Done: a.State == competency.ApplicationAwarded,
		}
		if a.IsRead() {
			row.Due = s.T(c, "applications.due", s.civil(a.Due))
		}
		if a.IsOpen() {
			view.Open = append(view.Open, row)
		} else {
			view.Closed = append(view.Closed, row)
		}
	}
	return s.render(c, http.StatusOK, "applications", view)
}

// applicationPage is one application: to write, to wait for, or to read what
// was found.
type applicationPage struct {
	templates.Base
	View registrar.ApplicationView
	// Parts are the parts with their controls; Boxes the checklist to tick, and
	// Checklist as it was gone through before.
	Parts     []partView
	Boxes     []templates.Field
	Checklist []promiseLine
	// Next says what happens next.
	Next string
	// Window, Base and Revision order the savings of this page.
	Window        string
	From          int
	Revision      int
	Draft, CanEnd bool
}

type partView struct {
	registrar.PartView
	Heading          string // "Part 1", above the first of its kind
	Home             string // the application's id
	Text, Link, File templates.Field
	Answered         bool
	Marks            []criterionMark
}

// criterionMark is what the assessors found for one criterion.
type criterionMark struct {
	Name, Level string
	Passed      bool
	Reasons     []string
}

func (s *Server) pageApplication(c *gin.Context) error {
	return s.showApplication(c, http.StatusOK, registrar.Draft{}, nil)
}

// showApplication renders an application; what was typed stays in its fields.
func (s *Server) showApplication(c *gin.Context, status int, typed registrar.Draft, bad templates.Problems) error {
	v, err := s.reg.Application(c.Request.Context(), actor(c), competency.ApplicationID(c.Param("id")))
	if err != nil {
		return err
	}
	view := applicationPage{
		Base: s.base(c, v.Micro.Title), View: v, Window: newKey(), From: v.Revision, Revision: v.Revision + 1,
		Draft: v.State == competency.ApplicationDraft && v.Own, CanEnd: v.Own && v.IsOpen(),
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "applications.title"), Href: "/applications"}}
	if !v.Own {
		view.Crumbs = []templates.Crumb{{Label: s.T(c, "waiting.title"), Href: "/applications/waiting"}}
		view.Nav = s.nav(actor(c), "/applications/waiting")
	}
	view.Problems = bad
	view.Next = s.T(c, "application.next."+string(v.State), s.civil(v.Due))
	last := competency.PartKind("")
	for _, p := range v.Parts {
		part := s.partView(c, p, typed, view.Problems)
		if p.Kind != last {
			part.Heading, last = s.T(c, "application.part."+string(p.Kind)), p.Kind
		}
		view.Parts = append(view.Parts, part)
	}
	if typed.Whole {
		v.Deidentified, v.Consent = typed.Deidentified, typed.Consent
	}
	ticked := v.Promised()
	for _, p := range competency.Checklist(competency.BeforeHandingIn) {
		view.Boxes = append(view.Boxes, s.box(c, p.Key, ticked[p.Key] != "", view.Problems))
	}
	view.Checklist = s.promiseLines(c, v.Checklist, v.Zone)
	return s.render(c, status, "application", view)
}

// box is a promise to tick.
func (s *Server) box(c *gin.Context, name string, ticked bool, bad templates.Problems) templates.Field {
	f := templates.NewField("checkbox", name, s.T(c, "promise.application."+name), "true", bad)
	f.Options = []templates.Option{{Selected: ticked}}
	return f
}

func (s *Server) partView(c *gin.Context, p registrar.PartView, typed registrar.Draft, bad templates.Problems) partView {
	text, link := p.Text, p.Link
	if t, ok := typed.Texts[p.Key]; ok {
		text = t
	}
	if l, ok := typed.Links[p.Key]; ok {
		link = l
	}
	v := partView{PartView: p, Home: c.Param("id"), Answered: text != "" || link != "" || len(p.Files) > 0}
	v.Text = templates.NewField("textarea", "texts["+p.Key+"]", p.Title, text, bad).WithWords(p.WordsMin, p.WordsMax).WithRows(10)
	if p.Kind == competency.ArtifactPart {
		v.Text.Label = s.T(c, "application.text")
		v.Text = v.Text.WithRows(4).AsOptional()
		v.Link = templates.NewField("url", "links["+p.Key+"]", s.T(c, "application.link"), link, bad).AsOptional()
		v.File = templates.NewField("file", "files["+p.Key+"]", s.T(c, "application.file"), "", bad).
			WithAccept(registrar.FileAccept).WithHint(s.T(c, "application.file_hint"))
	}
	for _, f := range p.Findings {
		m := criterionMark{Name: f.Name, Passed: f.Passed()}
		if f.Level > 0 {
			m.Level = f.Levels[f.Level-1].Label
		}
		for _, r := range f.Reasons {
			if r != "" {
				m.Reasons = append(m.Reasons, r)
			}
		}
		v.Marks = append(v.Marks, m)
	}
	return v
}

// doDraft saves what was typed: for the script in the background, which takes
// JSON, and for the button.
func (s *Server) doDraft(c *gin.Context) error {
	in, kept, err := s.saveDraft(c)
	if wantsJSON(c) {
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, kept)
		return nil
	}
	if shown, err := s.showAgain(c, in, kept, err); shown || err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "application.saved")})
	return s.see(c, "/applications/"+c.Param("id"))
}

// saveDraft keeps the form: words, links and boxes first, then files.
func (s *Server) saveDraft(c *gin.Context) (in registrar.Draft, kept registrar.Kept, err error) {
	if err := decode(c, &in); err != nil {
		return in, kept, err
	}
	ctx, who, id := c.Request.Context(), actor(c), competency.ApplicationID(c.Param("id"))
	if kept, err = s.reg.SaveDraft(ctx, who, id, in); err != nil {
		return in, kept, err
	}
	if file := c.PostForm("remove"); file != "" {
		if err := s.reg.RemoveFile(ctx, who, id, competency.FileID(file)); err != nil {
			return in, kept, err
		}
	}
	if c.Request.MultipartForm == nil {
		return in, kept, nil
	}
	for name, files := range c.Request.MultipartForm.File {
		part := strings.TrimSuffix(strings.TrimPrefix(name, "files["), "]")
		for _, f := range files {
			if err := s.attach(c, id, part, f); err != nil {
				return in, kept, err
			}
		}
	}
	return in, kept, nil
}

func (s *Server) attach(c *gin.Context, id competency.ApplicationID, part string, file *multipart.FileHeader) error {
	if file.Filename == "" || file.Size == 0 {
		return nil // an empty file field
	}
	from, err := file.Open()
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // it was only read
	err = s.reg.AttachFile(c.Request.Context(), actor(c), id, part, file.Filename, from)
	if e, ok := errors.AsType[*competency.Error](err); ok && errors.Is(err, competency.ErrInvalid) {
		for i := range e.Fields { // beside the file field of the part
			e.Fields[i].Pointer = "/files/" + part
		}
	}
	return err
}

// showAgain shows the form with what was typed and what is wrong with it, if
// something is. Words that were not stored, because another page has written
// newer ones, stay in their fields too.
func (s *Server) showAgain(c *gin.Context, in registrar.Draft, kept registrar.Kept, err error) (shown bool, _ error) {
	if bad, ok := problems(err); ok {
		return true, s.showApplication(c, http.StatusUnprocessableEntity, in, bad)
	}
	if err != nil {
		return false, err
	}
	if len(kept.Behind) == 0 {
		return false, nil
	}
	var bad templates.Problems
	for _, part := range kept.Behind {
		bad = append(bad, templates.Problem{Field: fieldName("/texts/" + part), Text: s.T(c, "application.behind")})
	}
	return true, s.showApplication(c, http.StatusConflict, in, bad)
}

func (s *Server) doSubmitApplication(c *gin.Context) error {
	in, kept, err := s.saveDraft(c)
	if err == nil && len(kept.Behind) == 0 {
		err = s.reg.SubmitApplication(c.Request.Context(), actor(c), competency.ApplicationID(c.Param("id")))
	}
	if shown, err := s.showAgain(c, in, kept, err); shown || err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "application.submitted")})
	return s.see(c, "/applications/"+c.Param("id"))
}

func (s *Server) doWithdrawApplication(c *gin.Context) error {
	id := c.Param("id")
	if err := s.reg.WithdrawApplication(c.Request.Context(), actor(c), competency.ApplicationID(id)); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "application.withdrawn")})
	return s.see(c, "/applications")
}

func (s *Server) doRetryApplication(c *gin.Context) error {
	id := c.Param("id")
	if err := s.reg.RetryApplication(c.Request.Context(), actor(c), competency.ApplicationID(id)); err != nil {
		return err
	}
	return s.see(c, "/applications/"+id)
}

func (s *Server) applicationFile(c *gin.Context) error {
	f, err := s.reg.ApplicationFile(c.Request.Context(), actor(c), competency.ApplicationID(c.Param("id")), competency.FileID(c.Param("file")))
	if err != nil {
		return err
	}
	return handOut(c, f)
}

// handOut sends an opened file; it has no date, which is nobody's business.
func handOut(c *gin.Context, f registrar.OpenedFile) error {
	return sendFile(c, competency.Attachment{Name: f.Name, MediaType: f.MediaType}, f)
}

type waitingPage struct {
	templates.Base
	Groups []waitingGroup
	None   templates.Empty
}

// waitingGroup are the applications that wait for the same thing.
type waitingGroup struct {
	Title, Text string
	Lines       []waitingLine
}

type waitingLine struct {
	registrar.WaitingApplication
	Why     string
	Due     string
	Readers []readerLine
	// Assessors are the free choices; Against those who cannot be chosen, and why.
	Assessors []templates.Option
	Against   []string
	// Seats are what is given: the free seat, or one that is taken back.
	Seats []templates.Option
}

type readerLine struct{ Name, State string }

// pageWaiting is a coordinator's list of what is on its way.
func (s *Server) pageWaiting(c *gin.Context) error {
	return s.showWaiting(c, http.StatusOK, nil)
}

func (s *Server) showWaiting(c *gin.Context, status int, bad templates.Problems) error {
	list, err := s.reg.WaitingApplications(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := waitingPage{Base: s.base(c, s.T(c, "waiting.title")), None: templates.Empty{Text: s.T(c, "waiting.none")}}
	view.Problems = bad
	groups := map[string]*waitingGroup{}
	for _, a := range list {
		key := "reading"
		switch {
		case a.State == competency.ApplicationSubmitted:
			key = "assessors"
		case a.State == competency.ApplicationThirdRead:
			key = "third"
		case a.State == competency.ApplicationCoachNeeded:
			key = "coach"
		case a.Late:
			key = "late"
		}
		if groups[key] == nil {
			groups[key] = &waitingGroup{Title: s.T(c, "waiting."+key), Text: s.T(c, "waiting.text."+key)}
		}
		groups[key].Lines = append(groups[key].Lines, s.waitingLine(c, a))
	}
	for _, key := range []string{"assessors", "third", "late", "coach", "reading"} {
		if g := groups[key]; g != nil {
			view.Groups = append(view.Groups, *g)
		}
	}
	return s.render(c, status, "applications_waiting", view)
}

func (s *Server) waitingLine(c *gin.Context, a registrar.WaitingApplication) waitingLine {
	line := waitingLine{WaitingApplication: a, Due: s.civil(a.Due)}
	if a.Waits != competency.NothingMissing {
		line.Why = s.T(c, "waiting.why."+string(a.Waits))
	}
	if len(a.Differ) > 0 {
		line.Why = s.T(c, "waiting.differ", strings.Join(a.Differ, "; "))
	}
	taken := map[competency.Seat]bool{}
	for _, r := range a.Readers {
		taken[r.Seat] = true
		line.Readers = append(line.Readers, readerLine{r.Name, s.T(c, "review.state."+string(r.State))})
	}
	third := a.State == competency.ApplicationThirdRead
	if third && !taken[competency.ThirdSeat] || !third && (!taken[competency.FirstSeat] || !taken[competency.SecondSeat]) {
		line.Seats = append(line.Seats, templates.Option{Value: "", Label: s.T(c, "waiting.free_seat")})
	}
	for _, r := range a.Readers {
		if r.State == competency.ReviewAssigned {
			line.Seats = append(line.Seats, templates.Option{Value: string(r.Review), Label: s.T(c, "waiting.instead", r.Name)})
		}
	}
	for _, ch := range a.Choices {
		if ch.Conflict != "" {
			line.Against = append(line.Against, ch.Name+": "+ch.Conflict)
			continue
		}
		line.Assessors = append(line.Assessors, templates.Option{Value: string(ch.Person), Label: ch.Name + " (" + strconv.Itoa(ch.Open) + ")"})
	}
	return line
}

// assignRequest gives a seat to an assessor.
type assignRequest struct {
	Assessor string `json:"assessor"`
	// Release is the reading that is taken back for it, or empty.
	Release string `json:"release"`
}

func (s *Server) doAssignReview(c *gin.Context) error {
	var in assignRequest
	err := decode(c, &in)
	if err == nil {
		err = s.reg.AssignReview(c.Request.Context(), actor(c), competency.ApplicationID(c.Param("id")),
			competency.PersonID(in.Assessor), competency.ReviewID(in.Release))
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		for i := range bad {
			bad[i].Field = "" // the list has many such forms
		}
		return s.showWaiting(c, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "waiting.assigned")})
	return s.see(c, "/applications/waiting")
}
