package api

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// guestPage is what a guest of a panel sees behind their link: the body of
// evidence and a form, or a sentence why there is none.
type guestPage struct {
	templates.Base
	// State is open, done, answered, taken, ran-out, own, none or crowded.
	State    string
	When     string // they spoke, the panel ended or the link ran out
	Action   string
	Seat     registrar.GuestPage
	Kind     string
	Until    time.Time
	Pieces   []guestPiece
	Rows     []panelRow
	Stranger templates.Field
}

type guestPiece struct {
	competency.Evidence
	Media []mediaFile
}

// guestBase never repeats the link: the page's own address is its secret.
func guestBase(title string) templates.Base {
	return templates.Base{Title: title, Lang: "en", Path: "/seats", Public: true}
}

// guestClosed is the page of a link without a form.
func (s *Server) guestClosed(c *gin.Context, state, when string) error {
	view := guestPage{Base: guestBase(s.T(c, "guest.state."+state)), State: state, When: when}
	return s.render(c, closedStatus[state], "guest", view)
}

// guestFault turns what went wrong with a link into a sentence for somebody
// who has no account and knows nothing of us.
func (s *Server) guestFault(c *gin.Context, err error) error {
	if state := linkFault(err); state != "" && !wantsJSON(c) {
		return s.guestClosed(c, state, "")
	}
	return err
}

// guestShow answers a guest's link as it stands, with what was typed already.
func (s *Server) guestShow(c *gin.Context, in *registrar.GuestScores, bad templates.Problems) error {
	p, err := s.reg.GuestPage(c.Request.Context(), c.ClientIP(), actor(c), c.Param("secret"))
	if err != nil {
		return s.guestFault(c, err)
	}
	if p.State != registrar.LinkOpen {
		when := ""
		if !p.On.IsZero() {
			when = s.pages.Date("en", p.On.In(p.Zone))
		}
		return s.guestClosed(c, string(p.State), when)
	}
	status := http.StatusOK
	if len(bad) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(c, status, "guest", s.guestView(c, p, in, bad))
}

func (s *Server) guestView(c *gin.Context, p registrar.GuestPage, in *registrar.GuestScores, bad templates.Problems) guestPage {
	address := "/seats/" + c.Param("secret")
	view := guestPage{
		Base: guestBase(p.Title), State: string(p.State), Action: address, Seat: p,
		Kind: s.T(c, "panel.kind."+p.Panel.Kind), Until: p.Guest.Expires.In(p.Zone),
	}
	view.Problems = bad
	for _, piece := range p.Pieces {
		shown := guestPiece{Evidence: piece.Evidence}
		for _, f := range piece.Files {
			if f.Purged.IsZero() {
				shown.Media = append(shown.Media, s.media(c, f, address+"/files/"+string(f.ID)))
			}
		}
		view.Pieces = append(view.Pieces, shown)
	}
	view.Stranger = templates.NewField("checkbox", "stranger", s.T(c, "guest.stranger"), "true", bad).AsRequired()
	for i, it := range p.Items {
		at := "scores[" + strconv.Itoa(i) + "]."
		row := panelRow{Code: it.Code, Text: it.Text, Name: at + "indicator"}
		var typed registrar.IndicatorScore
		if in != nil && i < len(in.Scores) {
			typed = in.Scores[i]
		}
		row.Level = s.levelField(at+"level", it, p.Scale, p.Rubrics[it.ID], typed, bad)
		row.Words = templates.NewField("textarea", at+"feedback", s.T(c, "guest.words"), typed.Feedback, bad).WithRows(2)
		view.Rows = append(view.Rows, row)
	}
	return view
}

func (s *Server) pageGuest(c *gin.Context) error { return s.guestShow(c, nil, nil) }

// doScoreAsGuest takes what a guest says, as a form or as JSON.
func (s *Server) doScoreAsGuest(c *gin.Context) error {
	var in registrar.GuestScores
	err := decode(c, &in)
	if err == nil {
		err = s.reg.ScoreAsGuest(c.Request.Context(), c.ClientIP(), actor(c), c.Param("secret"), in)
	}
	if wantsJSON(c) {
		if err == nil {
			c.JSON(http.StatusOK, gin.H{"state": "kept"})
		}
		return err
	}
	if bad, ok := problems(err); ok {
		return s.guestShow(c, &in, bad)
	}
	if errors.Is(err, competency.ErrConflict) { // spoken meanwhile, or ended
		return s.guestShow(c, nil, nil)
	}
	if err != nil {
		return s.guestFault(c, err)
	}
	return s.guestClosed(c, "done", "")
}

func (s *Server) guestFile(c *gin.Context) error {
	a, content, err := s.reg.GuestFile(c.Request.Context(), c.ClientIP(), actor(c), c.Param("secret"), competency.FileID(c.Param("file")))
	if err != nil {
		return s.guestFault(c, err)
	}
	return sendFile(c, a, content)
}
