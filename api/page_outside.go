package api

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// maxOutsideForm is the largest form with a credential of elsewhere.
const maxOutsideForm = registrar.MaxOutsideFile + competency.MaxOutside + 64<<10

// outsidesPage are credentials of elsewhere: one's own, those that wait for the
// reader's word, and what the schools say that they count as.
type outsidesPage struct {
	templates.Base
	Learner bool
	Key     string
	Text    string // what was pasted, when it comes back
	Address string // the link, when it comes back
	Own     []outsideLine
	Waiting []outsideLine
	None    templates.Empty
	Uses    []useLine
	Places  []templates.Option // where the reader may say what counts
	Use     registrar.NewCredentialUse
}

type outsideLine struct {
	registrar.OutsideView
	Tone, State string
	Href        string
}

type useLine struct {
	competency.CredentialUse
	Place  string
	MayEnd bool
}

func (s *Server) pageOutsides(c *gin.Context) error {
	return s.outsides(c, http.StatusOK, outsidesPage{})
}

func (s *Server) outsides(c *gin.Context, status int, view outsidesPage) error {
	own, waiting, err := s.reg.Outsides(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	uses, places, err := s.reg.CredentialUses(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	bad := view.Problems
	view.Base = s.base(c, s.T(c, "outside.title"))
	view.Problems, view.Key, view.Learner = bad, newKey(), len(actor(c).Schools) > 0
	view.None = templates.Empty{Text: s.T(c, "outside.none")}
	for _, o := range own {
		view.Own = append(view.Own, s.outsideLine(c, o))
	}
	for _, o := range waiting {
		view.Waiting = append(view.Waiting, s.outsideLine(c, o))
	}
	names := map[competency.OrgID]string{}
	for _, p := range places {
		names[p.ID] = p.Name
		view.Places = append(view.Places, templates.Option{Value: string(p.ID), Label: p.Name})
	}
	for _, u := range uses {
		view.Uses = append(view.Uses, useLine{u, names[u.School], names[u.School] != ""})
	}
	return s.render(c, status, "outsides", view)
}

func (s *Server) outsideLine(c *gin.Context, o registrar.OutsideView) outsideLine {
	tones := map[competency.OutsideState]string{
		competency.OutsideAccepted: "genuine", competency.OutsideVerified: "genuine", competency.OutsidePending: "unknown",
		competency.OutsideDeclined: "attention", competency.OutsideWithdrawn: "stop",
	}
	return outsideLine{o, tones[o.State], s.T(c, "outside.state."+string(o.State)), "/outside-credentials/" + string(o.ID)}
}

// outsideDocument reads a credential from the form: a file, or what was pasted.
func outsideDocument(c *gin.Context) ([]byte, error) {
	if err := c.Request.ParseMultipartForm(4 << 20); err != nil {
		return nil, competency.Invalid(competency.Field{Pointer: "/document", Detail: "This form could not be read."})
	}
	for _, h := range c.Request.MultipartForm.File["file"] {
		if h.Size == 0 {
			continue
		}
		f, err := h.Open()
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // it was only read
		return io.ReadAll(io.LimitReader(f, registrar.MaxOutsideFile+1))
	}
	return []byte(strings.TrimSpace(c.PostForm("document"))), nil
}

func (s *Server) doAddOutside(c *gin.Context) error {
	document, err := outsideDocument(c)
	var id competency.EvidenceID
	if err == nil {
		in := registrar.NewOutside{Document: document, Address: strings.TrimSpace(c.PostForm("address"))}
		id, err = s.reg.AddOutside(c.Request.Context(), actor(c), once(c, in), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view := outsidesPage{Text: c.PostForm("document"), Address: c.PostForm("address")}
		view.Problems = bad
		return s.outsides(c, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "outside.added")})
	return s.see(c, "/evidence/"+string(id)+"/edit")
}

// outsidePage is one credential of elsewhere.
type outsidePage struct {
	templates.Base
	O     outsideLine
	Facts []templates.Fact
	Words string
	Uses  []string
}

func (s *Server) pageOutside(c *gin.Context) error { return s.outside(c, http.StatusOK, "", nil) }

func (s *Server) outside(c *gin.Context, status int, words string, bad templates.Problems) error {
	o, err := s.reg.Outside(c.Request.Context(), actor(c), competency.OutsideID(c.Param("id")))
	if err != nil {
		return err
	}
	view := outsidePage{Base: s.base(c, o.AchievementName), O: s.outsideLine(c, o), Words: words}
	view.Problems = bad
	if view.Title == "" {
		view.Title = s.T(c, "outside.one")
	}
	day := func(at time.Time) string { return at.In(o.Zone).Format("2 January 2006, 15:04") }
	view.Facts = []templates.Fact{
		{Label: s.T(c, "outside.state"), Value: view.O.State},
		{Label: s.T(c, "outside.of"), Value: o.Name, Href: "/learners/" + string(o.Learner)},
		{Label: s.T(c, "outside.issuer"), Value: o.IssuerName},
		{Label: s.T(c, "outside.holder"), Value: s.T(c, "outside.match."+string(o.Holder))},
		{Label: s.T(c, "outside.received"), Value: day(o.Received)},
		{Label: s.T(c, "outside.checked"), Value: day(o.Checked)},
	}
	if o.ByName != "" {
		view.Facts = append(view.Facts, templates.Fact{Label: s.T(c, "outside.by"), Value: o.ByName + ". " + o.Words})
	}
	for _, u := range o.Uses {
		view.Uses = append(view.Uses, s.T(c, "outside.gives."+u.Gives, u.Name))
	}
	return s.render(c, status, "outside", view)
}

func (s *Server) doDecideOutside(c *gin.Context) error {
	var in registrar.OutsideDecision
	id := competency.OutsideID(c.Param("id"))
	err := decode(c, &in)
	if err == nil {
		err = s.reg.DecideOutside(c.Request.Context(), actor(c), id, in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.outside(c, http.StatusUnprocessableEntity, in.Words, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "outside.decided")})
	return s.see(c, "/outside-credentials")
}

func (s *Server) doStateUse(c *gin.Context) error {
	var in registrar.NewCredentialUse
	err := decode(c, &in)
	if err == nil {
		err = s.reg.StateUse(c.Request.Context(), actor(c), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view := outsidesPage{Use: in}
		view.Problems = bad
		return s.outsides(c, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "outside.stated")})
	return s.see(c, "/outside-credentials")
}

func (s *Server) doEndUse(c *gin.Context) error {
	if err := s.reg.EndUse(c.Request.Context(), actor(c), c.Param("use")); err != nil {
		return err
	}
	return s.see(c, "/outside-credentials")
}
