package api

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// evidencePage lists one's own evidence.
type evidencePage struct {
	templates.Base
	Rows  []templates.QueueRow
	Pager *templates.Pager
	None  templates.Empty
	// Own keeps what the learner chose to do (mission row 6).
	Own         bool
	Invitations []registrar.Invitation
}

func (s *Server) pageEvidenceList(c *gin.Context) error {
	list, own := s.reg.MyEvidence, c.Query("own") != ""
	if own {
		list = s.reg.MyOwnIdeas
	}
	page, err := list(c.Request.Context(), actor(c), offset(c))
	if err != nil {
		return err
	}
	invitations, err := s.reg.Invitations(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	add := &templates.Button{Label: s.T(c, "evidence.add"), Href: "/evidence/new", Icon: "camera"}
	view := evidencePage{
		Base: s.base(c, s.T(c, "evidence.title")), None: templates.Empty{Text: s.T(c, "evidence.none"), Action: add}, Own: own, Invitations: invitations,
	}
	if own {
		view.None.Text = s.T(c, "evidence.none_own")
	}
	for _, e := range page.Rows {
		view.Rows = append(view.Rows, templates.QueueRow{
			Title: e.Title, Who: "", What: s.T(c, "evidence.state."+string(e.State)), Href: "/evidence/" + string(e.ID),
			Since: e.Created, Age: s.age(c, e.Created), Done: e.State == competency.EvidenceAccepted,
		})
	}
	at := "/evidence?from="
	if own {
		at = "/evidence?own=yes&from="
	}
	view.Pager = pager(at, page.Offset, len(page.Rows), int(page.Total))
	return s.render(c, http.StatusOK, "evidence", view)
}

// offset reads where a page of a list begins.
func offset(c *gin.Context) int {
	n, err := strconv.Atoi(c.Query("from"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// evidenceFormPage is the form for new evidence and for a draft.
type evidenceFormPage struct {
	templates.Base
	In        registrar.EvidenceInput
	Action    string
	Key       string
	Draft     *registrar.EvidenceView
	Suggested []choice
	Standards []standardChoices
	Tasks     []templates.Option
	Routes    []templates.Option
	Accept    string
	// Asks are the fields that routes ask for, each with the routes that do.
	Asks     []askedField
	Help     string // what the chosen route is, and who can attest it
	Autosave string // the address where it saves itself
}

// askedField is a field that only some routes ask for.
type askedField struct {
	templates.Field
	Routes string // the keys of those routes, for the script
	Hidden bool   // the chosen route does not ask
}

// choice is an indicator that can be ticked.
type choice struct {
	Code, Text string
	Chosen     bool
}

type standardChoices struct {
	Text       string
	Indicators []choice
	Chosen     bool
}

func (s *Server) evidenceForm(c *gin.Context, id string, in *registrar.EvidenceInput) (evidenceFormPage, error) {
	task := c.Query("task")
	if in != nil {
		task = in.Task
	}
	form, err := s.reg.EvidenceFormFor(c.Request.Context(), actor(c), competency.EvidenceID(id), competency.TaskID(task))
	view := evidenceFormPage{
		Base: s.base(c, s.T(c, "evidence_new.title")), Action: "/evidence", Key: newKey(), Draft: form.Evidence, Accept: registrar.FileAccept,
	}
	if err != nil {
		return view, err
	}
	switch {
	case in != nil:
		view.In = *in
	case form.Evidence != nil:
		view.In = inputOf(*form.Evidence)
	default:
		view.In = registrar.EvidenceInput{Route: c.Query("route"), Indicators: c.QueryArray("indicator")}
		view.answer(form, task)
	}
	if id != "" {
		view.Title, view.Action = s.T(c, "evidence_new.edit"), "/evidence/"+id
	}
	view.In.Links = append(slices.DeleteFunc(slices.Clone(view.In.Links), func(l string) bool { return strings.TrimSpace(l) == "" }), "")
	view.choose(form)
	view.Autosave = "/evidence/autosave"
	if id != "" {
		view.Autosave = "/evidence/" + id + "/autosave"
	}
	for _, r := range competency.Routes {
		view.Routes = append(view.Routes, templates.Option{Value: r, Label: s.T(c, "route."+r)})
	}
	s.ask(c, &view, form)
	if len(form.Tasks) > 0 {
		view.Tasks = []templates.Option{{Label: s.T(c, "evidence_new.no_task")}}
		for _, t := range form.Tasks {
			view.Tasks = append(view.Tasks, templates.Option{Value: string(t.ID), Label: t.Title})
		}
	}
	return view, nil
}

// answer begins evidence that answers a task: with its name, its subject and
// what it asks for.
func (v *evidenceFormPage) answer(form registrar.EvidenceForm, task string) {
	i := slices.IndexFunc(form.Tasks, func(t competency.Task) bool { return string(t.ID) == task })
	if i < 0 {
		return
	}
	t := form.Tasks[i]
	v.In.Task, v.In.Title, v.In.Context = task, t.Title, t.Context
	for _, st := range form.Standards {
		for _, it := range st.Indicators {
			if slices.Contains(t.Items, it.ID) {
				v.In.Indicators = append(v.In.Indicators, it.Code)
			}
		}
	}
}

// ask puts the fields that routes ask for into the form; those of the chosen
// route are shown.
func (s *Server) ask(c *gin.Context, v *evidenceFormPage, form registrar.EvidenceForm) {
	kind, known := competency.RouteOf(v.In.Route)
	if !known {
		kind = competency.RouteKinds[0]
	}
	v.Help = s.T(c, "route_help."+kind.Key) + " " + s.T(c, "route_attester."+kind.Attester)
	agreements := []templates.Option{{Label: s.T(c, "evidence_new.no_approval")}}
	for _, a := range form.Agreements {
		agreements = append(agreements, templates.Option{Value: string(a.ID), Label: a.Title + ", " + a.Starts})
	}
	field := func(kind, name, value string) templates.Field {
		return templates.NewField(kind, name, s.T(c, "evidence_new."+name), value, v.Problems)
	}
	for _, f := range []struct {
		templates.Field
		of func(competency.RouteKind) competency.Ask
	}{
		{field("text", "provider", v.In.Provider).WithHint(s.T(c, "evidence_new.provider_hint")), func(k competency.RouteKind) competency.Ask { return k.Provider }},
		{field("date", "began", v.In.Began), func(k competency.RouteKind) competency.Ask { return k.Dates }},
		{field("date", "ended", v.In.Ended).AsOptional(), func(k competency.RouteKind) competency.Ask { return min(k.Dates, competency.Optional) }},
		{field("text", "hours", v.In.Hours).WithHint(s.T(c, "evidence_new.hours_hint")), func(k competency.RouteKind) competency.Ask { return k.Hours }},
		{field("select", "approval", v.In.Approval).WithOptions(agreements).WithHint(s.T(c, "evidence_new.approval_hint")), func(k competency.RouteKind) competency.Ask {
			if k.Approval {
				return competency.Required
			}
			return competency.NotAsked
		}},
	} {
		asked := askedField{Field: f.Field, Hidden: f.of(kind) == competency.NotAsked && f.Value == ""}
		if f.of(kind) == competency.Optional {
			asked.Field = asked.AsOptional()
		}
		var routes []string
		for _, k := range competency.RouteKinds {
			if f.of(k) != competency.NotAsked {
				routes = append(routes, k.Key)
			}
		}
		asked.Routes = strings.Join(routes, " ")
		v.Asks = append(v.Asks, asked)
	}
}

// doEvidenceForm shows the form again for another route, with what was typed;
// for browsers without script.
func (s *Server) doEvidenceForm(c *gin.Context) error {
	var in registrar.EvidenceInput
	if err := decode(c, &in); err != nil {
		return err
	}
	view, err := s.evidenceForm(c, c.PostForm("draft"), &in)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "evidence_new", view)
}

// doAutosaveEvidence keeps what was typed so far.
func (s *Server) doAutosaveEvidence(c *gin.Context) error {
	var in registrar.EvidenceInput
	if err := decode(c, &in); err != nil {
		return err
	}
	if strings.TrimSpace(in.Title) == "" {
		in.Title = s.T(c, "evidence_new.untitled")
	}
	id, err := s.reg.AutosaveEvidence(c.Request.Context(), actor(c), c.PostForm("idempotency_key"), competency.EvidenceID(c.Param("evidence")), in)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"draft": "/evidence/" + string(id)})
	return nil
}

// choose marks what was chosen and puts it among the suggestions.
func (v *evidenceFormPage) choose(form registrar.EvidenceForm) {
	chosen := func(code string) bool { return slices.Contains(v.In.Indicators, code) }
	suggested := map[string]bool{}
	for _, it := range form.Suggested {
		suggested[it.Code] = true
	}
	for _, st := range form.Standards {
		list := standardChoices{Text: st.Text}
		for _, it := range st.Indicators {
			ch := choice{Code: it.Code, Text: it.Text, Chosen: chosen(it.Code)}
			if suggested[it.Code] || ch.Chosen {
				v.Suggested = append(v.Suggested, ch)
				continue
			}
			list.Indicators = append(list.Indicators, ch)
		}
		v.Standards = append(v.Standards, list)
	}
}

// inputOf is evidence as its form shows it.
func inputOf(e registrar.EvidenceView) registrar.EvidenceInput {
	in := registrar.EvidenceInput{
		Title: e.Title, Body: e.Body, Reflection: e.Reflection, Route: e.Route, Context: e.Context, Provider: e.Provider,
		Task: string(e.Task), Links: e.Links, Began: e.Began, Ended: e.Ended, Hours: competency.HoursText(e.Minutes),
		Proposed: e.Proposed, Approval: string(e.Approval),
	}
	for _, it := range e.Indicators {
		in.Indicators = append(in.Indicators, it.Code)
	}
	return in
}

func (s *Server) pageNewEvidence(c *gin.Context) error {
	view, err := s.evidenceForm(c, "", nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "evidence_new", view)
}

func (s *Server) pageEditEvidence(c *gin.Context) error {
	view, err := s.evidenceForm(c, c.Param("evidence"), nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "evidence_new", view)
}

func (s *Server) doNewEvidence(c *gin.Context) error {
	var in registrar.EvidenceInput
	err := decode(c, &in)
	var id competency.EvidenceID
	if err == nil {
		err = sentFor(c)
	}
	if err == nil {
		id, err = s.reg.AddEvidence(c.Request.Context(), actor(c), once(c, in), in, formFiles(c))
	}
	if err != nil {
		return s.evidenceAgain(c, "", in, err)
	}
	return s.evidenceDone(c, id, in.Submit)
}

func (s *Server) doEditEvidence(c *gin.Context) error {
	var in registrar.EvidenceInput
	id := competency.EvidenceID(c.Param("evidence"))
	err := decode(c, &in)
	if err == nil {
		err = sentFor(c)
	}
	if err == nil {
		err = s.reg.EditEvidence(c.Request.Context(), actor(c), id, in, formFiles(c))
	}
	if err != nil {
		return s.evidenceAgain(c, string(id), in, err)
	}
	return s.evidenceDone(c, id, in.Submit)
}

// evidenceAgain shows the form once more with what was typed and what is wrong.
func (s *Server) evidenceAgain(c *gin.Context, id string, in registrar.EvidenceInput, err error) error {
	bad, ok := problems(err)
	if !ok || wantsJSON(c) {
		return err
	}
	view, err := s.evidenceForm(c, id, &in)
	if err != nil {
		return err
	}
	for _, p := range bad { // one problem per list is enough
		if strings.HasPrefix(p.Field, "links[") {
			p.Field = "links"
		}
		view.Problems = append(view.Problems, p)
	}
	for i := range view.Asks {
		f := &view.Asks[i]
		f.Error = view.Problems.For(f.Name)
		f.Hidden = f.Hidden && f.Error == ""
	}
	return s.render(c, http.StatusUnprocessableEntity, "evidence_new", view)
}

func (s *Server) evidenceDone(c *gin.Context, id competency.EvidenceID, submitted bool) error {
	words := "evidence.saved"
	if submitted {
		words = "evidence.submitted"
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, words)})
	if wantsJSON(c) {
		c.JSON(http.StatusCreated, gin.H{"id": id, "location": "/evidence/" + string(id)})
		return nil
	}
	return s.see(c, "/evidence/"+string(id))
}

// formFiles are the files of a form's field "files"; empty ones are what a
// browser sends for a field that nobody touched.
func formFiles(c *gin.Context) []registrar.Upload {
	if c.Request.MultipartForm == nil {
		return nil
	}
	var uploads []registrar.Upload
	for _, h := range c.Request.MultipartForm.File["files"] {
		if h.Filename == "" && h.Size == 0 {
			continue
		}
		uploads = append(uploads, registrar.Upload{Name: h.Filename, Open: func() (io.ReadCloser, error) { return h.Open() }})
	}
	return uploads
}

// evidenceShowPage is one piece of evidence.
type evidenceShowPage struct {
	templates.Base
	evidenceBody
	Results  []resultLine
	Facts    []templates.Fact
	CanSend  bool
	CanTake  bool // withdraw
	Returned string
	Judge    string // address of its judging page, for teachers
}

// evidenceBody is the work itself, as owner and teacher read it.
type evidenceBody struct {
	Work    registrar.EvidenceView
	Media   []mediaFile // its files, in the order in which they were added
	CanEdit bool
	// Outside is what people outside say about it.
	Outside confirmations
	// Life is what happened to it.
	Life evidenceLife
}

// resultLine is a judgment as its owner reads it.
type resultLine struct {
	Indicator, Label, Feedback, By string
	At                             time.Time
	Proficient                     bool
}

func (s *Server) bodyOf(c *gin.Context, v registrar.EvidenceView) evidenceBody {
	b := evidenceBody{Work: v, CanEdit: v.Mine && v.Editable()}
	for _, f := range v.Files {
		b.Media = append(b.Media, s.media(c, f, "/evidence-files/"+string(f.ID)))
	}
	return b
}

func (s *Server) pageEvidence(c *gin.Context) error { return s.showEvidence(c, http.StatusOK, nil) }

// showEvidence shows a piece of evidence, with what was wrong in a form on it.
func (s *Server) showEvidence(c *gin.Context, status int, bad templates.Problems) error {
	v, err := s.reg.Evidence(c.Request.Context(), actor(c), competency.EvidenceID(c.Param("evidence")))
	if err != nil {
		return err
	}
	view := evidenceShowPage{Base: s.base(c, v.Title), evidenceBody: s.bodyOf(c, v), Returned: v.Returned}
	view.Outside = s.confirmations(c, v)
	view.Life, view.Problems = s.life(c, v, bad), bad
	view.CanSend = v.Mine && v.State == competency.EvidenceDraft
	view.CanTake = v.Mine && (v.Editable() || v.State == competency.EvidenceSubmitted)
	if v.State != competency.EvidenceNeedsRevision && v.State != competency.EvidenceDraft {
		view.Returned = ""
	}
	on := competency.Subject{ID: string(v.ID), Org: v.School, Owner: v.Owner}
	if v.Waiting() && competency.Can(actor(c), competency.JudgeEvidence, on) {
		view.Judge = "/judge/" + string(v.ID)
	}
	for _, r := range v.Results {
		view.Results = append(view.Results, resultLine{r.Indicator, r.Label, r.Feedback, r.By, r.At.In(v.Zone), r.Level >= v.Scale.ProficientAt})
	}
	view.Facts = s.evidenceFacts(c, v)
	return s.render(c, status, "evidence_show", view)
}

// evidenceFacts are what stands beside the work.
func (s *Server) evidenceFacts(c *gin.Context, v registrar.EvidenceView) []templates.Fact {
	facts := []templates.Fact{{Label: s.T(c, "evidence_show.state"), Value: s.T(c, "evidence.state."+string(v.State))}}
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, templates.Fact{Label: s.T(c, key), Value: value})
		}
	}
	if !v.Mine {
		facts = append([]templates.Fact{{Label: s.T(c, "evidence_show.of"), Value: v.Name, Href: "/learners/" + string(v.Owner)}}, facts...)
	}
	add("evidence_show.route", s.T(c, "route."+v.Route))
	add("evidence_show.task", v.TaskTitle)
	add("evidence_show.context", upperFirst(v.Context))
	add("evidence_show.provider", v.Provider)
	add("evidence_show.began", v.Began)
	add("evidence_show.ended", v.Ended)
	add("evidence_show.hours", competency.HoursText(v.Minutes))
	if v.Task != "" && v.Proposed {
		add("evidence_show.idea", s.T(c, "evidence_show.idea_yes"))
	}
	if v.Agreement != nil {
		add("evidence_show.agreement", v.Agreement.Title+", "+v.Agreement.Starts)
	}
	return facts
}

func (s *Server) doSubmitEvidence(c *gin.Context) error {
	id := competency.EvidenceID(c.Param("evidence"))
	err := s.reg.SubmitEvidence(c.Request.Context(), actor(c), id)
	if _, ok := problems(err); ok && !wantsJSON(c) {
		v, err2 := s.reg.Evidence(c.Request.Context(), actor(c), id)
		if err2 != nil {
			return err2
		}
		return s.evidenceAgain(c, string(id), inputOf(v), err)
	}
	if err != nil {
		return err
	}
	return s.evidenceDone(c, id, true)
}

func (s *Server) doWithdrawEvidence(c *gin.Context) error {
	if err := s.reg.WithdrawEvidence(c.Request.Context(), actor(c), competency.EvidenceID(c.Param("evidence"))); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "evidence.withdrawn")})
	return s.see(c, "/evidence")
}

func (s *Server) doRemoveFile(c *gin.Context) error {
	id, err := s.reg.RemoveEvidenceFile(c.Request.Context(), actor(c), competency.FileID(c.Param("file")))
	if err != nil {
		return err
	}
	return s.see(c, "/evidence/"+string(id)+"/edit")
}

func (s *Server) evidenceFile(c *gin.Context) error {
	a, content, err := s.reg.EvidenceFile(c.Request.Context(), actor(c), competency.FileID(c.Param("file")))
	if err != nil {
		return err
	}
	return sendFile(c, a, content)
}

// sendFile writes an uploaded file as a download that no browser runs, and
// closes it.
func sendFile(c *gin.Context, a competency.Attachment, content io.ReadSeekCloser) error {
	defer func() { _ = content.Close() }() // it was only read
	h := c.Writer.Header()
	h.Set("Content-Type", a.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(patient{c.Writer, http.NewResponseController(c.Writer)}, c.Request, "", a.Created, content)
	return nil
}
