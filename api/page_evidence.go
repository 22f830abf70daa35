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
}

func (s *Server) pageEvidenceList(c *gin.Context) error {
	page, err := s.reg.MyEvidence(c.Request.Context(), actor(c), offset(c))
	if err != nil {
		return err
	}
	add := &templates.Button{Label: s.T(c, "evidence.add"), Href: "/evidence/new", Icon: "camera"}
	view := evidencePage{Base: s.base(c, s.T(c, "evidence.title")), None: templates.Empty{Text: s.T(c, "evidence.none"), Action: add}}
	for _, e := range page.Rows {
		view.Rows = append(view.Rows, templates.QueueRow{
			Title: e.Title, Who: "", What: s.T(c, "evidence.state."+string(e.State)), Href: "/evidence/" + string(e.ID),
			Since: e.Created, Age: s.age(c, e.Created), Done: e.State == competency.EvidenceAccepted,
		})
	}
	view.Pager = pager("/evidence?from=", page.Offset, len(page.Rows), int(page.Total))
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
	Link      string
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
	form, err := s.reg.EvidenceForm(c.Request.Context(), actor(c), competency.EvidenceID(id))
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
		view.answer(form, c.Query("task"))
	}
	if id != "" {
		view.Title, view.Action = s.T(c, "evidence_new.edit"), "/evidence/"+id
	}
	view.In.Links = append(slices.DeleteFunc(slices.Clone(view.In.Links), func(l string) bool { return strings.TrimSpace(l) == "" }), "")
	view.choose(form)
	for _, r := range competency.Routes {
		view.Routes = append(view.Routes, templates.Option{Value: r, Label: s.T(c, "route."+r)})
	}
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
		Task: string(e.Task), Links: e.Links,
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
	return s.render(c, http.StatusUnprocessableEntity, "evidence_new", view)
}

func (s *Server) evidenceDone(c *gin.Context, id competency.EvidenceID, submitted bool) error {
	words := "evidence.saved"
	if submitted {
		words = "evidence.submitted"
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, words)})
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

func (s *Server) pageEvidence(c *gin.Context) error {
	v, err := s.reg.Evidence(c.Request.Context(), actor(c), competency.EvidenceID(c.Param("evidence")))
	if err != nil {
		return err
	}
	view := evidenceShowPage{Base: s.base(c, v.Title), evidenceBody: s.bodyOf(c, v), Returned: v.Returned}
	view.Outside = s.confirmations(c, v)
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
	return s.render(c, http.StatusOK, "evidence_show", view)
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
