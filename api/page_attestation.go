package api

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/credentials/qr"
	"laurel/internal/registrar"
	"laurel/templates"
)

// confirmations is the part of an evidence page about people outside.
type confirmations struct {
	Lines []confirmation
	// Ask is the address of the form that asks somebody; empty for those who may not.
	Ask string
}

// confirmation is one request to somebody outside, as a list shows it.
type confirmation struct {
	Who    string // was asked, or has answered
	What   string // was asked for
	State  string // in words
	Tone   templates.Tone
	Detail string // what they said, in our words
	Words  string // what they said, in theirs
	Note   string // how the answer came, or that it is about an earlier version
	Href   string // of the request, for those who may pass it on
}

func (s *Server) confirmations(c *gin.Context, v registrar.EvidenceView) confirmations {
	on := competency.Subject{ID: string(v.ID), Org: v.School, Owner: v.Owner}
	may := competency.Can(actor(c), competency.AskAttestation, on)
	var out confirmations
	if may && v.Attestable() {
		out.Ask = "/evidence/" + string(v.ID) + "/attestations/new"
	}
	for _, a := range v.Attestations {
		line := s.confirmation(c, a, v)
		if may && a.State == competency.AttestationAsked {
			line.Href = "/attestations/" + string(a.ID)
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

func (s *Server) confirmation(c *gin.Context, a competency.Attestation, v registrar.EvidenceView) confirmation {
	line := confirmation{Who: a.Mentor.Title(), What: upperFirst(a.Request.Reason)}
	switch a.State {
	case competency.AttestationAsked:
		line.Tone, line.State = templates.Unknown, s.T(c, "attestation.waiting")
		line.Note = s.T(c, "attestation.asked", s.ago(c, a.Asked))
		if !a.Expires.IsZero() && !a.Open(s.Now()) {
			line.Tone, line.State = templates.Attention, s.T(c, "attestation.ran_out")
		}
		return line
	case competency.AttestationConfirmed:
		line.Tone, line.State = templates.Genuine, s.T(c, "attestation.confirmed")
		if a.Reply.Kind == competency.ReplyCorrect {
			line.State = s.T(c, "attestation.corrected")
		}
		if a.Reply.Minutes != a.Request.Minutes {
			line.Detail = s.T(c, "attestation.instead", registrar.HoursText(a.Reply.Minutes), registrar.HoursText(a.Request.Minutes))
		}
	case competency.AttestationDeclined:
		line.Tone, line.State = templates.Attention, s.T(c, "attestation.declined")
	case competency.AttestationCancelled:
		line.State = s.T(c, "attestation.cancelled")
		return line
	}
	if by := a.Reply.By.Title(); by != "" {
		line.Who = by
	}
	line.Words = a.Reply.Words
	parts := []string{}
	if a.Reply.By.Role != "" {
		parts = append(parts, a.Reply.By.Role)
	}
	if !a.Answered.IsZero() {
		parts = append(parts, s.T(c, "attestation.on", s.pages.Date("en", a.Answered.In(v.Zone))))
	}
	if a.Reply.Method != "" {
		parts = append(parts, s.T(c, "attestation.method."+string(a.Reply.Method)))
	}
	if a.Version != v.Version {
		parts = append(parts, s.T(c, "attestation.earlier"))
	}
	line.Note = strings.Join(parts, " · ")
	return line
}

// askPage is the form by which somebody outside is asked.
type askPage struct {
	templates.Base
	Work       registrar.EvidenceView
	In         registrar.AttestationInput
	Hours      string // as typed
	Key        string
	Indicators []choice
	Files      []templates.Option
}

func (s *Server) askView(c *gin.Context, in *registrar.AttestationInput, bad templates.Problems) (askPage, error) {
	v, err := s.reg.AttestationForm(c.Request.Context(), actor(c), competency.EvidenceID(c.Param("evidence")))
	view := askPage{Base: s.base(c, s.T(c, "attestation_new.title")), Work: v, Key: newKey()}
	if err != nil {
		return view, err
	}
	view.Problems = bad
	view.Crumbs = []templates.Crumb{{Label: v.Title, Href: "/evidence/" + string(v.ID)}}
	view.In.Organisation = v.Provider
	if in != nil {
		view.In, view.Hours = *in, c.PostForm("hours")
	}
	for _, it := range v.Indicators {
		chosen := in == nil
		for _, code := range view.In.Indicators {
			chosen = chosen || code == it.Code
		}
		view.Indicators = append(view.Indicators, choice{Code: it.Code, Text: it.Text, Chosen: chosen})
	}
	for _, f := range v.Files {
		o := templates.Option{Value: string(f.ID), Label: f.Name}
		for _, id := range view.In.Files {
			o.Selected = o.Selected || id == o.Value
		}
		view.Files = append(view.Files, o)
	}
	return view, nil
}

func (s *Server) pageAskAttestation(c *gin.Context) error {
	view, err := s.askView(c, nil, nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "attestation_new", view)
}

func (s *Server) doAskAttestation(c *gin.Context) error {
	var in registrar.AttestationInput
	err := decode(c, &in)
	var id competency.AttestationID
	if err == nil {
		id, err = s.reg.AskAttestation(c.Request.Context(), actor(c), once(c, in), competency.EvidenceID(c.Param("evidence")), in)
	}
	if bad, ok := refusals(err); ok && !wantsJSON(c) {
		view, err := s.askView(c, &in, bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "attestation_new", view)
	}
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		c.JSON(http.StatusCreated, gin.H{"id": id, "location": "/attestations/" + string(id)})
		return nil
	}
	return s.see(c, "/attestations/"+string(id))
}

// refusals answers what a form shows beside its fields, or above them where a
// rule refused the whole.
func refusals(err error) (templates.Problems, bool) {
	if bad, ok := problems(err); ok {
		return bad, true
	}
	refused, ok := errors.AsType[*competency.Error](err)
	if !ok || !errors.Is(err, competency.ErrConflict) {
		return nil, false
	}
	return templates.Problems{{Text: refused.Detail}}, true
}

// handoverPage is a request with its link, for who passes it on.
type handoverPage struct {
	templates.Base
	ID       string
	Work     registrar.EvidenceView
	Mentor   competency.Mentor
	What     string
	Asked    string // how long ago
	Expires  any
	Link     string // empty where the actor does not hold it
	RanOut   bool
	Message  string // to be sent by the asker's own means
	Mail     string // a mailto address, where an e-mail address was given
	Waiting  bool
	Evidence string // address of the evidence
}

func (s *Server) pageHandover(c *gin.Context) error {
	h, err := s.reg.Handover(c.Request.Context(), actor(c), competency.AttestationID(c.Param("attestation")))
	if err != nil {
		return err
	}
	view := handoverPage{
		Base: s.base(c, s.T(c, "attestation.title", h.Mentor.Title())), ID: string(h.ID), Work: h.Work, Mentor: h.Mentor,
		What: h.Request.Reason, Asked: s.ago(c, h.Asked), Evidence: "/evidence/" + string(h.Evidence),
		Waiting: h.State == competency.AttestationAsked, RanOut: !h.Open(s.Now()),
	}
	view.Crumbs = []templates.Crumb{{Label: h.Work.Title, Href: view.Evidence}}
	if !h.Expires.IsZero() {
		view.Expires = h.Expires.In(h.Work.Zone)
	}
	if h.Secret != "" {
		view.Link = s.PublicURL + "/attest/" + h.Secret
		view.Message = s.handoverMessage(c, h, view.Link)
		if h.Mail != "" {
			q := url.Values{"subject": {s.T(c, "attestation.subject", h.Work.Name)}, "body": {view.Message}}
			view.Mail = "mailto:" + url.PathEscape(h.Mail) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
		}
	}
	return s.render(c, http.StatusOK, "attestation", view)
}

// handoverMessage is a text that the asker can send by means of their own.
func (s *Server) handoverMessage(c *gin.Context, h registrar.Handover, link string) string {
	hello, saw := s.T(c, "attestation.hello"), s.T(c, "attestation.saw_of", h.Work.Title, h.Request.Reason, h.Work.Name)
	if h.Mentor.Name != "" {
		hello = s.T(c, "attestation.greeting", h.Mentor.Name)
	}
	if h.Work.Mine {
		saw = s.T(c, "attestation.saw", h.Work.Title, h.Request.Reason)
	}
	how := s.T(c, "attestation.how", s.pages.Date("en", h.Expires.In(h.Work.Zone)))
	lines := []string{hello, "", saw + " " + how, "", link, "", s.T(c, "attestation.thanks")}
	if h.Work.Mine {
		lines = append(lines, h.Work.Name)
	}
	return strings.Join(append(lines, h.School), "\n")
}

// ago is how long ago something was, in words.
func (s *Server) ago(c *gin.Context, at time.Time) string {
	if days := int(s.Now().Sub(at).Hours() / 24); days > 0 {
		return s.T(c, "attestation.ago", days)
	}
	return s.T(c, "attestation.today")
}

// handoverQR is the code of a request's link, for who holds it.
func (s *Server) handoverQR(c *gin.Context) error {
	h, err := s.reg.Handover(c.Request.Context(), actor(c), competency.AttestationID(c.Param("attestation")))
	if err != nil {
		return err
	}
	if h.Secret == "" {
		return competency.NotFound()
	}
	data, err := qr.SVG(s.PublicURL + "/attest/" + h.Secret)
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "image/svg+xml", data)
	return nil
}

func (s *Server) doAskAgain(c *gin.Context) error {
	id := competency.AttestationID(c.Param("attestation"))
	if err := s.reg.AskAgain(c.Request.Context(), actor(c), id); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "attestation.renewed")})
	return s.see(c, "/attestations/"+string(id))
}

func (s *Server) doCancelAttestation(c *gin.Context) error {
	about, err := s.reg.CancelAttestation(c.Request.Context(), actor(c), competency.AttestationID(c.Param("attestation")))
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "attestation.taken_back")})
	return s.see(c, "/evidence/"+string(about))
}
